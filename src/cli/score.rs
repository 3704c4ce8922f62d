//! `daebak score`.

/// Score titles or languages against labelled text
#[derive(Debug, clap::Args)]
pub(super) struct Score {}

impl Score {
    pub(super) fn run(self) -> anyhow::Result<std::process::ExitCode> {
        let Self {} = self;
        anyhow::bail!("not built yet")
    }
}
