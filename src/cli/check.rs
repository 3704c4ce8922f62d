//! `daebak check`: every mistake of the configuration, without a broker.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::campaign::{Campaign, Language};
use crate::config;

/// Check configuration files and say every mistake in them
///
/// Errors go to standard error, each with its file, line and column; the exit code is then 1.
/// Without one, standard output gets a line for each campaign.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// A service file (checked with its campaigns), a campaign file, or a directory of such files
    #[arg(default_value = "config/daebak.toml")]
    path: PathBuf,
}

impl Check {
    pub(super) fn run(self) -> ExitCode {
        // Whoever closed our output will not read that it failed either.
        match config::check(&self.path) {
            Ok(campaigns) => {
                let page: String = campaigns.iter().map(|campaign| summary(campaign)).collect();
                let _ = anstream::stdout().write_all(page.as_bytes());
                ExitCode::SUCCESS
            }
            Err(errors) => {
                let _ = writeln!(anstream::stderr(), "{}", errors.styled());
                ExitCode::from(super::CHECK_FAILED)
            }
        }
    }
}

fn summary(campaign: &Campaign) -> String {
    let languages: Vec<_> = campaign.languages.iter().map(Language::as_str).collect();
    format!(
        "{}: {} titles, {} aliases, {} hashtags, languages {}, revision {}\n",
        campaign.id,
        campaign.titles.len(),
        campaign.titles.iter().map(|title| title.aliases.len()).sum::<usize>(),
        campaign.titles.iter().map(|title| title.hashtags.len()).sum::<usize>(),
        languages.join(" "),
        campaign.revision,
    )
}
