//! `daebak init`.

/// Write a commented campaign file to start from
#[derive(Debug, clap::Args)]
pub(super) struct Init {}

impl Init {
    pub(super) fn run(self) -> anyhow::Result<std::process::ExitCode> {
        let Self {} = self;
        anyhow::bail!("not built yet")
    }
}
