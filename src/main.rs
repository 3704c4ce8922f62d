//! The `daebak` command.

use std::process::ExitCode;

use clap::Parser;
use daebak::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}
