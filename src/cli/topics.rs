//! `daebak topics`: the service's topics, created and checked.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use super::run::runtime;
use crate::config;
use crate::kafka::topics::{Checked, Layout, Topics};

/// Create daebak's own topics, or check every topic of the service
///
/// A line for each topic says that it is fine, or what is wrong and which command mends it; the
/// exit code is then 1. Feed topics belong to whoever writes to them and are never created.
#[derive(Debug, clap::Args)]
pub(super) struct TopicsCommand {
    #[command(flatten)]
    what: What,
    /// Partitions of the mention log: the most aggregators there can ever be.
    #[arg(long, default_value_t = 12, requires = "create", value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    partitions: u32,
    /// Copies of each partition; as many as brokers, but three at the most, unless said.
    #[arg(long, requires = "create", value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=9))]
    replication_factor: Option<u32>,
    /// The service's file.
    #[arg(long, default_value = super::CONFIG_DEFAULT)]
    config: PathBuf,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct What {
    /// Create those of daebak's own topics that are missing, then check.
    #[arg(long)]
    create: bool,
    /// Check, and change nothing.
    #[arg(long)]
    check: bool,
}

impl TopicsCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = config::load(&self.config)?;
        super::log_to_stderr();
        let layout =
            Layout { partitions: self.partitions, replication_factor: self.replication_factor };
        runtime()?.block_on(async {
            let topics = Topics::open(&config)?;
            let mut out = anstream::stdout();
            if self.what.create {
                for topic in topics.create(layout).await? {
                    writeln!(out, "{topic}: created")?;
                }
            }
            let checked = topics.check(true).await?;
            for topic in &checked {
                writeln!(out, "{topic}")?;
            }
            out.flush()?;
            let fine = |topic: &Checked| topic.faults.is_empty();
            let code = if checked.iter().all(fine) { 0 } else { super::CHECK_FAILED };
            Ok(ExitCode::from(code))
        })
    }
}
