//! `daebak replay --explain-posts`: what was read from each record of the files.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::cli::check;
use crate::config;
use crate::mention::author::Authors;
use crate::post::format::Format;
use crate::post::outcome::{PostFault, PostOutcome, RecordOutcome};
use crate::replay::ReplayError;
use crate::replay::explain::{Explainer, Explanation};
use crate::replay::values::Values;

/// What has been read, and how to read more.
pub(super) struct Account {
    format: Format,
    authors: Authors,
    record_bytes_max: usize,
    records: BTreeMap<RecordOutcome, u64>,
    posts: BTreeMap<Option<PostFault>, u64>,
    n_gone: usize,
}

impl Account {
    /// Nothing yet, of records as `feed` has them, or of any.
    pub(super) fn of(path: &Path, feed: Option<&str>) -> anyhow::Result<Self> {
        let needs_none = feed.is_none() && path == Path::new(crate::cli::CONFIG_DEFAULT);
        let config = if needs_none && !path.exists() {
            config::shipped()?
        } else {
            config::load_offline(path)?
        };
        let service = &config.service;
        let format = match feed {
            Some(_) => check::feed(service, feed)?.format.clone(),
            None => Format::Any,
        };
        Ok(Self {
            format,
            authors: service.authors(),
            record_bytes_max: service.limits.record_bytes_max,
            records: BTreeMap::new(),
            posts: BTreeMap::new(),
            n_gone: 0,
        })
    }

    /// Explains each record of `input`, which is called `name`.
    pub(super) fn read(
        &mut self,
        out: &mut impl Write,
        name: &str,
        input: impl Read,
    ) -> Result<(), ReplayError> {
        let Self { format, authors, record_bytes_max, .. } = self;
        let explainer = Explainer { format, authors, record_bytes_max: *record_bytes_max };
        let mut values = Values::new(input, *record_bytes_max);
        while let Some(value) = values.next_value().map_err(ReplayError::Input)? {
            let Explanation { lines, record, posts, n_gone, .. } = explainer.explain(value.bytes);
            write!(out, "{name}:{}, byte {}: {lines}", value.line, value.offset)?;
            *self.records.entry(record).or_default() += 1;
            for fault in posts {
                *self.posts.entry(fault).or_default() += 1;
            }
            self.n_gone += n_gone;
        }
        Ok(())
    }

    /// What became of them all.
    pub(super) fn print_totals(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out)?;
        super::table::print_records(out, &self.records)?;
        write!(out, "{} posts:", self.posts.values().sum::<u64>())?;
        for (fault, n) in &self.posts {
            let outcome = fault.map_or("read", |fault| PostOutcome::from(fault).label());
            write!(out, " {outcome} {n}")?;
        }
        writeln!(out, "\n{} posts taken back", self.n_gone)
    }
}
