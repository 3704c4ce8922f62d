//! The command line: one file a subcommand.

mod backfill;
mod check;
mod dead_letters;
mod demo;
mod explain;
mod fold;
mod generate;
mod init;
mod moment;
mod progress;
mod replay;
mod run;
mod schema;
mod score;
mod test;
mod top;
mod topics;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::ConfigErrors;

/// Exit code: `check` or `test`, `topics` or `score` found something wrong in what they were given,
/// or dead letters could not be sent again.
const CHECK_FAILED: u8 = 1;
/// Exit code: what the command line names is not there, or does not fit; as that of clap.
const WRONG_USE: u8 = 2;
/// Exit code: the configuration that something else needs could not be used.
const CONFIG_UNUSABLE: u8 = 3;
/// Exit code: something failed on the way.
const FAILED: u8 = 4;

/// Where the service's file is unless said otherwise.
const CONFIG_DEFAULT: &str = "config/daebak.toml";

/// What is said where authors are hashed without a secret.
const SHOWS_AUTHORS: &str = "without [privacy] author_salt, anyone who knows an author's name or \
                             id can tell which hash in the mention log is theirs";

/// Tags mentions of drama titles in social posts and serves exact sliding-window measures.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  `check` found mistakes in files, a failing test, or with --deny-warnings a risk; `test` a test
     that fails; `score` labelled text that it can't read, or nothing to score; `replay` an
     input that it can't read, or mistakes in a count series; `topics` an unfit topic;
     `dead-letters redrive` left some unsent
  2  the command line could not be understood, or names what is not there
  3  the configuration has mistakes: the service's, or the campaign's for `explain` and `score`
  4  something failed; the last line says what";

/// Whom the output is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Printed {
    /// For people
    Human,
    /// For programs
    Json,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Run(run::Run),
    Top(top::Top),
    Replay(replay::Replay),
    Generate(generate::Generate),
    Init(init::Init),
    Check(check::Check),
    Test(test::Test),
    Explain(explain::Explain),
    Score(score::Score),
    Schema(schema::Schema),
    Backfill(backfill::Backfill),
    Fold(fold::Fold),
    Topics(topics::TopicsCommand),
    DeadLetters(dead_letters::DeadLetters),
}

impl Cli {
    /// Does what the command line says.
    pub fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Check(check) => return check.run().unwrap_or_else(|error| report(&error)),
            Command::Init(init) => return init.run().unwrap_or_else(|error| report(&error)),
            Command::Test(test) => return test.run().unwrap_or_else(|error| report(&error)),
            Command::Explain(explain) => {
                return explain.run().unwrap_or_else(|error| report(&error));
            }
            Command::Score(score) => return score.run().unwrap_or_else(|error| report(&error)),
            Command::Schema(schema) => return schema.run().unwrap_or_else(|error| report(&error)),
            Command::Topics(topics) => return topics.run().unwrap_or_else(|error| report(&error)),
            Command::DeadLetters(letters) => {
                return letters.run().unwrap_or_else(|error| report(&error));
            }
            Command::Demo(demo) => demo.run(),
            Command::Run(run) => run.run(),
            Command::Top(top) => top.run(),
            Command::Replay(replay) => replay.run(),
            Command::Generate(generate) => generate.run(),
            Command::Backfill(backfill) => backfill.run(),
            Command::Fold(fold) => fold.run(),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => report(&error),
        }
    }
}

/// A command line that can't be followed, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct WrongUse(String);

/// A file on the command line that has mistakes, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct FoundWrong(String);

/// Whether the file or directory is there that the command line names.
///
/// # Errors
/// [`WrongUse`] when it is not.
fn must_be_there(path: &Path) -> Result<(), WrongUse> {
    let found = std::fs::metadata(path);
    found.map(drop).map_err(|error| WrongUse(format!("cannot read {}: {error}", path.display())))
}

/// Says why a command failed; wrong use and mistakes in the configuration have exit codes of their
/// own.
fn report(error: &anyhow::Error) -> ExitCode {
    use std::io::Write;
    let mut out = anstream::stderr();
    // Whoever closed our output will not read that it failed either.
    if let Some(errors) = error.downcast_ref::<ConfigErrors>() {
        let _ = writeln!(out, "{}", errors.styled());
        return ExitCode::from(CONFIG_UNUSABLE);
    }
    let _ = writeln!(out, "daebak: {error:#}");
    let is_wrong_use = error.is::<WrongUse>();
    let found_wrong = if error.is::<FoundWrong>() { CHECK_FAILED } else { FAILED };
    ExitCode::from(if is_wrong_use { WRONG_USE } else { found_wrong })
}

/// Logs to standard error, as `RUST_LOG` says (`info` by default).
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| "info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call, in tests, changes nothing.
    let _ = log.try_init();
}
