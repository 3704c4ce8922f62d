//! `daebak explain`.

pub(super) mod words;

/// What daebak sees in a text, and why it counts or does not
#[derive(Debug, clap::Args)]
pub(super) struct Explain {}

impl Explain {
    pub(super) fn run(self) -> anyhow::Result<std::process::ExitCode> {
        let Self {} = self;
        anyhow::bail!("not built yet")
    }
}
