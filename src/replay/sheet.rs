//! A timeline as comma-separated values in long form: one row a measure and time.
//!
//! The columns are `time`, every label that a measure may have, `measure` and `value`; a label that
//! a measure does not have is empty. A measure that is undefined has no row.

use std::io::{self, Write};

use crate::metric::Family;
use crate::metric::buzz::FAMILIES;
use crate::time::Timestamp;
use crate::view::csv::write_row;

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

    /// The output, with all that was pushed.
    pub fn finish(self) -> W {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::families;

    #[test]
    fn a_row_has_the_labels_of_its_measure_and_no_others() {
        let mut out = Vec::new();
        let mut sheet = Sheet::begin(&mut out).unwrap();
        let family = families().find(|family| family.name == "daebak_window_posts").unwrap();
        assert_eq!(family.labels, ["campaign", "title", "platform", "window"]);
        let labels = ["launch", "a, \"b\"", "twitter", "1h"];
        sheet.push(Timestamp::from_secs(1_794_657_600), family, &labels, 0.5).unwrap();
        sheet.finish();
        let text = String::from_utf8(out).unwrap();
        let (header, row) = text.split_once('\n').unwrap();
        assert!(header.starts_with("time,campaign,title,platform,window,"), "{header}");
        assert!(header.ends_with(",measure,value"), "{header}");
        let empty = ",".repeat(header.split(',').count() - 6);
        let expected = format!(
            "2026-11-14T12:00:00Z,launch,\"a, \"\"b\"\"\",twitter,1h{empty}daebak_window_posts,0.5\n"
        );
        assert_eq!(row, expected);
    }
}
