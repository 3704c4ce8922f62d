//! `daebak generate`: the launch week as a file, or into a broker.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::Context;

use super::moment::moment;
use super::progress::say;
use crate::clock::Clock;
use crate::config;
use crate::demo::feeder::Feeder;
use crate::demo::{Generator, Options};
use crate::time::{Span, Timestamp};

const FIRST_START: Timestamp = Timestamp::from_secs(1_293_840_000);
const LAST_START: Timestamp = Timestamp::from_secs(3_400_000_000);

/// Generate the launch week of "Starlight Sonata", as a file or into a broker
///
/// Records of the three platforms, with redeliveries, late posts and about 1 % that can't be read.
#[derive(Debug, clap::Args)]
pub(super) struct Generate {
    /// Writes one record a line to this file, at once.
    #[arg(long, value_name = "FILE", required_unless_present = "brokers")]
    out: Option<PathBuf>,
    /// Sends the records to this broker when their time comes, those of the past at once.
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "out")]
    brokers: Option<String>,
    /// The service's file, for the topics of its feeds.
    #[arg(long, default_value = super::CONFIG_DEFAULT)]
    config: PathBuf,
    /// The same seed, start and rate give the same records.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// When the week begins, as RFC 3339 or so long ago, as in 8h; the premiere is six hours later.
    /// By default the demo's week for a file, and now for a broker.
    #[arg(long, value_name = "TIME", value_parser = start)]
    start: Option<Timestamp>,
    /// About how many posts an hour there are at the launch's peak.
    #[arg(long, default_value_t = super::demo::POSTS_PER_HOUR, value_parser = rate)]
    posts_per_hour: f64,
    /// Ends after so many records.
    #[arg(long, value_name = "N")]
    posts: Option<u64>,
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (1.0..=1e7).contains(&rate) => Ok(rate),
        _ => Err("a number from 1 to 10000000".into()),
    }
}

/// The ids of X hold times from November 2010 on, for 69 years.
fn start(text: &str) -> Result<Timestamp, String> {
    match moment(text)?.before(Clock::system().now()) {
        time if (FIRST_START..=LAST_START).contains(&time) => Ok(time),
        _ => Err(format!("expected {FIRST_START} to {LAST_START}")),
    }
}

impl Generate {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let start = self.start;
        let most = self.posts.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
        if let Some(path) = &self.out {
            let generator = self.generator(start.unwrap_or(super::demo::START));
            let n = write(path, generator, most)
                .with_context(|| format!("cannot write {}", path.display()))?;
            self.say_if_fewer(n);
            return Ok(());
        }
        let clock = Clock::system();
        let generator = self.generator(start.unwrap_or_else(|| clock.now()));
        let config = config::load(&self.config)?;
        let mut connection = config.service.kafka.connection;
        if let Some(brokers) = self.brokers.clone() {
            connection.brokers = brokers;
        }
        let mut feeder = Feeder::open(&connection, &config.service.feeds)?;
        let mut n = 0;
        let generator = generator.take(most).inspect(|_| n += 1);
        feeder.play(generator, clock, &AtomicBool::new(false), |_| true)?;
        self.say_if_fewer(n);
        Ok(())
    }

    /// Says that the week had fewer records than were asked for.
    fn say_if_fewer(&self, n: usize) {
        if let Some(posts) = self.posts.filter(|posts| (n as u64) < *posts) {
            say(&format!(
                "the week ended after {n} of {posts} records: for more, raise --posts-per-hour \
                 (now {})",
                self.posts_per_hour
            ));
        }
    }

    fn generator(&self, start: Timestamp) -> Generator {
        Generator::new(Options {
            seed: self.seed,
            start,
            posts_per_hour: self.posts_per_hour,
            length: Span::from_days(7),
            truth: false,
        })
    }
}

/// Writes at most so many records; returns how many there were. Tombstones have no line.
fn write(path: &Path, generator: Generator, most: usize) -> std::io::Result<usize> {
    let mut n = 0;
    let mut out = BufWriter::new(File::create(path)?);
    let payloads = generator.filter_map(|delivery| delivery.payload);
    for payload in payloads.take(most) {
        out.write_all(&payload)?;
        out.write_all(b"\n")?;
        n += 1;
    }
    out.flush()?;
    Ok(n)
}
