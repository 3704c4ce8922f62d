//! A timeline as comma-separated values in long form: one row a measure and time.
//!
//! The columns are `time`, every label that a measure may have, `measure` and `value`; a label that
//! a measure does not have is empty. A measure that is undefined has no row.

use std::io::{self, Write};

use super::csv::write_row;
use crate::metric::Family;
use crate::metric::buzz::FAMILIES;
use crate::time::Timestamp;

/// Writes rows to `out`.
#[derive(Debug)]
pub struct Sheet<W> {
    out: W,
    labels: Vec<&'static str>,
}

impl<W: Write> Sheet<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// The output's.
    pub fn begin(mut out: W) -> io::Result<Self> {
        let mut labels = Vec::new();
        for label in FAMILIES.iter().flat_map(|family| family.labels) {
            if !labels.contains(label) {
                labels.push(*label);
            }
        }
        let columns = ["time"].into_iter().chain(labels.iter().copied());
        write_row(&mut out, columns.chain(["measure", "value"]))?;
        Ok(Self { out, labels })
    }

    /// Writes the row of one sample.
    ///
    /// # Errors
    /// The output's.
    pub fn push(
        &mut self,
        time: Timestamp,
        family: &Family,
        labels: &[&str],
        value: f64,
    ) -> io::Result<()> {
        let (time, value) = (time.to_string(), value.to_string());
        let label = |name: &&'static str| {
            let at = family.labels.iter().position(|of| of == name);
            at.and_then(|at| labels.get(at)).copied().unwrap_or_default()
        };
        let fields = [time.as_str()].into_iter().chain(self.labels.iter().map(label));
        write_row(&mut self.out, fields.chain([family.name, &value]))
    }

    /// Writes what is still in memory.
    ///
    /// # Errors
    /// The output's.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}
