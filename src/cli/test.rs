//! `daebak test`.

/// Run the `[[tests]]` of campaign files
#[derive(Debug, clap::Args)]
pub(super) struct Test {}

impl Test {
    pub(super) fn run(self) -> anyhow::Result<std::process::ExitCode> {
        let Self {} = self;
        anyhow::bail!("not built yet")
    }
}
