//! `daebak schema`.

/// Print the JSON Schema of a campaign file, for editors
#[derive(Debug, clap::Args)]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn run(self) -> anyhow::Result<std::process::ExitCode> {
        let Self {} = self;
        anyhow::bail!("not built yet")
    }
}
