//! `daebak dead-letters`: what could not be read, listed and sent to its feeds again.

mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use super::WrongUse;
use super::moment::{Moment, moment};
use super::progress::{Progress, say};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::kafka::dead_letter_log::{DeadLetterLog, Letter, Wanted};
use crate::kafka::producer::{LogProducer, QueueBounds};
use crate::tagger::redrive::{self, RedriveSettings, Redriven, Refusal};
use crate::time::{Span, Timestamp};

/// The most letters listed or sent again unless said otherwise.
const LIMIT_DEFAULT: u64 = 1000;

/// List the records that could not be read, or send them to their feeds again after a fix
///
/// Every dead letter says why it is one and which feed record it was; what it holds is the record,
/// untouched.
#[derive(Debug, Args)]
pub(super) struct DeadLetters {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    List(List),
    Redrive(Redrive),
}

/// List dead letters: place, time, reason, feed record, size and what was wrong, then totals
///
/// Reads only: no group, nothing committed. Oldest first, partition by partition.
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    which: Which,
    /// A table to read, or JSON, one object a line, with keys and values.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Print each record's bytes under its line, what is no text as escapes.
    #[arg(long, conflicts_with = "format")]
    show: bool,
}

/// Send dead letters to the topics and partitions they came from, as they were
///
/// The service may run meanwhile, and so may a second redrive: a post counts once, and one that is
/// new but older than its campaign's `allowed_lateness` is refused as late. A record that fails
/// again becomes a new dead letter beside the first, which the next redrive passes over. Those that
/// were cut or that no feed of the configuration reads are left, and the exit code is then 1.
#[derive(Debug, Args)]
struct Redrive {
    #[command(flatten)]
    which: Which,
    /// Send also the letters of records that were sent before and failed again.
    #[arg(long)]
    again: bool,
    /// Only say what would be sent.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// Which dead letters: those of which all that is said is true.
#[derive(Debug, Args)]
struct Which {
    /// For this reason: `not_json`, `no_time`, `too_large`, … or `unknown`.
    #[arg(long)]
    reason: Option<String>,
    /// From this topic.
    #[arg(long)]
    topic: Option<String>,
    /// From the topics of this feed.
    #[arg(long)]
    feed: Option<String>,
    /// Written since: from how long ago, as in 24h, or since when, as RFC 3339.
    #[arg(long, value_name = "SPAN|TIME", value_parser = moment)]
    since: Option<Moment>,
    /// Written before: until how long ago, or until when.
    #[arg(long, value_name = "SPAN|TIME", value_parser = moment)]
    until: Option<Moment>,
    /// In this partition of the dead letters.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(0..))]
    partition: Option<i32>,
    /// The one at this offset.
    #[arg(long, value_name = "N", requires = "partition",
          value_parser = clap::value_parser!(i64).range(0..))]
    offset: Option<i64>,
    /// The most letters.
    #[arg(long, value_name = "N", default_value_t = LIMIT_DEFAULT,
          value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
    /// The service's file.
    #[arg(long, default_value = super::CONFIG_DEFAULT)]
    config: PathBuf,
}

impl Which {
    fn wanted(&self, config: &Config, now: Timestamp) -> anyhow::Result<Wanted> {
        let before = |moment: Moment| moment.before(now);
        Ok(Wanted {
            partition: self.partition,
            offset: self.offset,
            since: self.since.map(before),
            until: self.until.map(before),
            reason: self.reason.clone(),
            topics: self.topics(config)?,
        })
    }

    fn topics(&self, config: &Config) -> anyhow::Result<Option<BTreeSet<String>>> {
        let mut topics = self.topic.clone().map(|topic| BTreeSet::from([topic]));
        if let Some(name) = &self.feed {
            let feeds = &config.service.feeds;
            let Some(feed) = feeds.iter().find(|feed| feed.name == *name) else {
                let known: Vec<&str> = feeds.iter().map(|feed| feed.name.as_str()).collect();
                let known = known.join(", ");
                return Err(WrongUse(format!("there is no feed {name}; known: {known}")).into());
            };
            let of_feed: BTreeSet<String> = feed.topics.iter().cloned().collect();
            topics = Some(topics.map_or(of_feed.clone(), |topics| &topics & &of_feed));
        }
        Ok(topics)
    }

    fn open(&self, now: Timestamp) -> anyhow::Result<(Config, DeadLetterLog)> {
        let config = config::load(&self.config)?;
        super::log_to_stderr();
        let wanted = self.wanted(&config, now)?;
        let kafka = &config.service.kafka;
        let log = DeadLetterLog::open(&kafka.connection, &kafka.dead_letters, wanted)?;
        Ok((config, log))
    }
}

impl DeadLetters {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::List(list) => list.run(),
            What::Redrive(redrive) => redrive.run(),
        }
    }
}

impl List {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let (_, log) = self.which.open(Clock::system().now())?;
        match self.print(&log, &mut anstream::stdout().lock()) {
            // Whoever reads has seen enough.
            Err(error) if is_broken_pipe(&error) => Ok(ExitCode::SUCCESS),
            printed => printed.map(|()| ExitCode::SUCCESS),
        }
    }

    fn print(&self, log: &DeadLetterLog, out: &mut impl Write) -> anyhow::Result<()> {
        let (mut read, mut listed, mut reasons) = (0_u64, 0, BTreeMap::<String, u64>::new());
        if self.format == Format::Table {
            writeln!(out, "{}", shown::HEAD)?;
        }
        log.read(|letter| {
            read += 1;
            let Some(letter) = letter else { return Ok(ControlFlow::Continue(())) };
            match self.format {
                Format::Table => writeln!(out, "{}", shown::row(&letter))?,
                Format::Json => writeln!(out, "{}", shown::json(&letter)?)?,
            }
            if self.show {
                writeln!(out, "{}", shown::bytes(&letter))?;
            }
            listed += 1;
            *reasons.entry(shown::printable(letter.reason())).or_default() += 1;
            let go_on = listed < self.which.limit;
            Ok::<_, anyhow::Error>(if go_on {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            })
        })?;
        let reasons: Vec<String> = reasons.iter().map(|(why, n)| format!("{why} {n}")).collect();
        let total = format!("{listed} of {read} dead letters read: {}", reasons.join(", "));
        let total = total.trim_end_matches([':', ' ']);
        let limit = if listed == self.which.limit { AT_LIMIT } else { "" };
        match self.format {
            Format::Table => writeln!(out, "\n{total}{limit}")?,
            Format::Json => say(&format!("{total}{limit}")),
        }
        Ok(out.flush()?)
    }
}

/// What is said when the limit was reached.
const AT_LIMIT: &str = "; there may be more: raise --limit, or narrow with --since";

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

impl Redrive {
    fn run(&self) -> anyhow::Result<ExitCode> {
        let now = Clock::system().now();
        let (config, log) = self.which.open(now)?;
        let kafka = &config.service.kafka;
        let lateness = config.campaigns.iter().map(|campaign| campaign.allowed_lateness).max();
        let settings = RedriveSettings {
            connection: kafka.connection.clone(),
            dead_letters: kafka.dead_letters.clone(),
            feeds: config.service.feeds.iter().flat_map(|feed| feed.topics.clone()).collect(),
            limit: self.which.limit,
            again: self.again,
            late_before: lateness.map(|lateness| now - lateness),
        };
        let producer = (!self.dry_run)
            .then(|| LogProducer::open(&kafka.connection, QueueBounds::default()))
            .transpose()?;
        let mut progress = Progress::new(log.records_max());
        let done = redrive::run(&settings, &log, producer.as_ref(), |done, letter| {
            if let Some((letter, fate)) = letter {
                self.tell(&progress, letter, fate);
            }
            progress.tell(done.read, || format!("{} sent", done.sent));
        })?;
        let secs = progress.finish();
        say(&format!("{}, {secs:.1} s", self.summary(&done, lateness)));
        let code = if done.refused.is_empty() { 0 } else { super::CHECK_FAILED };
        Ok(ExitCode::from(code))
    }

    /// Each refusal is said; what is sent, only by a dry run.
    fn tell(&self, progress: &Progress, letter: &Letter, fate: Result<u32, Refusal>) {
        match fate {
            Err(refusal) => progress.aside(|| {
                say(&format!("{}: not sent: {refusal}", shown::place(letter)));
            }),
            Ok(partition) if self.dry_run => progress.aside(|| {
                // As on a closed pipe of the summary: nobody reads.
                let _ = writeln!(anstream::stdout(), "{}", shown::plan(letter, partition));
            }),
            Ok(_) => {}
        }
    }

    fn summary(&self, done: &Redriven, lateness: Option<Span>) -> String {
        let sent = if self.dry_run { "would be sent" } else { "sent and acknowledged" };
        let refused: Vec<String> =
            done.refused.iter().map(|(refusal, n)| format!(", {n} not: {refusal}")).collect();
        let limit = if done.at_limit { AT_LIMIT } else { "" };
        let late = match (done.late, lateness) {
            (late @ 1.., Some(lateness)) => format!(
                ", {late} of them older than {lateness}: posts in them that are new will be \
                 refused as late; raise `allowed_lateness` first"
            ),
            _ => String::new(),
        };
        let copies = match done.copies {
            0 => String::new(),
            copies => format!(
                ", {copies} passed over: copies of letters that were sent before and failed again \
                 (--again sends them too)"
            ),
        };
        let (done, read, refused) = (done.sent, done.read, refused.concat());
        format!("{done} of {read} dead letters {sent}{late}{copies}{refused}{limit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn which(topic: Option<&str>, feed: Option<&str>) -> Which {
        Which {
            reason: None,
            topic: topic.map(str::to_owned),
            feed: feed.map(str::to_owned),
            since: None,
            until: None,
            partition: None,
            offset: None,
            limit: LIMIT_DEFAULT,
            config: PathBuf::new(),
        }
    }

    #[test]
    fn a_feed_is_its_topics_and_with_a_topic_only_that_one() {
        let config = config::shipped().unwrap();
        let topics = |topic, feed| which(topic, feed).topics(&config).unwrap();
        let set = |topics: &[&str]| Some(topics.iter().map(|&topic| topic.into()).collect());
        let (videos, comments) = ("social.tiktok.videos", "social.tiktok.comments");
        assert_eq!(topics(None, None), None);
        assert_eq!(topics(Some("elsewhere"), None), set(&["elsewhere"]));
        assert_eq!(topics(None, Some("tiktok")), set(&[videos, comments]));
        assert_eq!(topics(Some(videos), Some("tiktok")), set(&[videos]));
        assert_eq!(topics(Some(videos), Some("twitter")), set(&[]));
        let unknown = which(None, Some("x")).topics(&config).unwrap_err();
        assert_eq!(unknown.to_string(), "there is no feed x; known: twitter, tiktok, instagram");
    }

    #[test]
    fn a_summary_counts_what_was_left_and_says_why() {
        let redrive = |dry_run| Redrive { which: which(None, None), again: false, dry_run };
        let refused = BTreeMap::from([(Refusal::Cut, 2), (Refusal::NoFeed, 1)]);
        let lateness = Some(Span::from_hours(24));
        let done = Redriven { read: 9, sent: 4, refused, ..Redriven::default() };
        assert_eq!(
            redrive(false).summary(&done, lateness),
            "4 of 9 dead letters sent and acknowledged, 2 not: it was cut, \
             1 not: its topic is no feed of the configuration"
        );
        let done = Redriven { read: 9, sent: 4, late: 3, copies: 5, ..Redriven::default() };
        assert_eq!(
            redrive(false).summary(&done, lateness),
            "4 of 9 dead letters sent and acknowledged, 3 of them older than 24h: posts in them \
             that are new will be refused as late; raise `allowed_lateness` first, 5 passed over: \
             copies of letters that were sent before and failed again (--again sends them too)"
        );
        let done = Redriven { read: 4, sent: 4, at_limit: true, ..Redriven::default() };
        assert_eq!(
            redrive(true).summary(&done, lateness),
            "4 of 4 dead letters would be sent; there may be more: raise --limit, or narrow with \
             --since"
        );
    }
}
