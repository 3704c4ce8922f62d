//! `daebak backfill`: the feeds read again for one campaign.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use crate::campaign::{Campaign, CampaignId};
use crate::clock::{Clock, Pace, Stopwatch};
use crate::config::{self, Config};
use crate::kafka::producer::{LogProducer, QueueBounds};
use crate::kafka::stretch::Stretch;
use crate::kafka::topic::{TopicKind, partition_count};
use crate::mention::Tagger;
use crate::tagger::Destination;
use crate::tagger::backfill::{self, BackfillSettings, Backfilled};
use crate::time::{Span, Timestamp};

/// How often a line tells of progress where there is no terminal.
const TELL_INTERVAL: Duration = Duration::from_secs(5);

/// Read the feeds again for one campaign, and append what it missed to the mention log
///
/// For a campaign or title that came after the posts it is about. The service may run meanwhile,
/// and so may a second backfill: a post counts once.
#[derive(Debug, clap::Args)]
pub(super) struct Backfill {
    /// The campaign: the name of its file.
    #[arg(long)]
    campaign: String,
    /// From how long ago, as in 24h, or since when, as RFC 3339.
    #[arg(long, value_name = "SPAN|TIME", value_parser = since)]
    since: Since,
    /// The service's file.
    #[arg(long, default_value = super::CONFIG_DEFAULT)]
    config: PathBuf,
}

#[derive(Clone, Copy, Debug)]
enum Since {
    Ago(Span),
    Time(Timestamp),
}

fn since(text: &str) -> Result<Since, String> {
    if let Ok(span) = text.parse() {
        return Ok(Since::Ago(span));
    }
    let time: Result<jiff::Timestamp, _> = text.parse();
    time.map(|time| Since::Time(Timestamp::from_millis(time.as_millisecond())))
        .map_err(|_| "expected a length of time such as 24h, or a time in RFC 3339".into())
}

impl Backfill {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = config::load(&self.config)?;
        super::log_to_stderr();
        let clock = Clock::system();
        let campaign = known(&config, &self.campaign)?;
        let since = within(campaign, self.since, clock.now())?;
        let kafka = &config.service.kafka;
        let connection = &kafka.connection;
        let mut stretches = Vec::new();
        for topic in config.service.feeds.iter().flat_map(|feed| &feed.topics) {
            stretches.push(Stretch::since(connection, topic, since)?);
        }
        let settings = BackfillSettings {
            connection: connection.clone(),
            mention_log: Destination {
                topic: kafka.mention_log.as_str().into(),
                partitions: partition_count(connection, &kafka.mention_log, TopicKind::MentionLog)?,
            },
            campaign: campaign.id.clone(),
            since,
            stretches,
        };
        let mut tagger = Tagger::new(slice::from_ref(campaign), config.service.rules())?;
        let producer = LogProducer::open(connection, QueueBounds::default())?;
        let mut told = Told::new(settings.stretches.iter().map(Stretch::records_max).sum());
        let done = backfill::run(
            &settings,
            &producer,
            clock,
            |record| tagger.tag(record),
            |done| told.tell(done),
        )?;
        told.finish(&campaign.id, since, &done);
        Ok(())
    }
}

fn known<'a>(config: &'a Config, slug: &str) -> anyhow::Result<&'a Arc<Campaign>> {
    let found = config.campaigns.iter().find(|campaign| campaign.id.as_str() == slug);
    if let Some(found) = found {
        return Ok(found);
    }
    let known: Vec<&str> = config.campaigns.iter().map(|campaign| campaign.id.as_str()).collect();
    bail!("there is no campaign {slug}; known: {}", known.join(", "))
}

/// When it begins. What is older than the campaign's lateness would be refused post by post.
fn within(campaign: &Campaign, since: Since, now: Timestamp) -> anyhow::Result<Timestamp> {
    let (since, span) = match since {
        Since::Ago(span) => (now - span, span),
        Since::Time(time) => (time, now - time),
    };
    ensure!(span > Span::ZERO, "--since is {since}, and that is not past");
    let (id, lateness) = (&campaign.id, campaign.allowed_lateness);
    ensure!(
        span <= lateness,
        "campaign {id}: {span} is more than its allowed lateness, {lateness}: older posts would \
         be refused as late; raise `allowed_lateness` in {id}.toml and restart, or choose a \
         shorter span"
    );
    Ok(since)
}

/// What is told of the progress: a bar on a terminal, else a line now and then.
struct Told {
    /// None where there is no terminal.
    bar: Option<ProgressBar>,
    records_max: u64,
    since: Stopwatch,
    pace: Pace,
}

impl Told {
    fn new(records_max: u64) -> Self {
        let shape = "{bar:40} {human_pos} of {human_len} records, {per_sec:0}, {eta} left, {msg}";
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(records_max);
            ProgressStyle::with_template(shape).map_or(bar.clone(), |style| bar.with_style(style))
        });
        let mut pace = Pace::every(TELL_INTERVAL);
        // There is nothing to tell yet.
        pace.due();
        Self { bar, records_max, since: Stopwatch::start(), pace }
    }

    fn tell(&mut self, done: &Backfilled) {
        if let Some(bar) = &self.bar {
            bar.set_position(done.records);
            bar.set_message(format!("{} mentions", done.mentions));
        } else if self.pace.due() {
            let rate = done.records as f64 / self.since.elapsed().as_secs_f64();
            let left = self.records_max.saturating_sub(done.records) as f64 / rate.max(1.0);
            say(&format!(
                "{} of {} records, {rate:.0}/s, {left:.0} s left, {} mentions",
                done.records, self.records_max, done.mentions
            ));
        }
    }

    fn finish(&self, campaign: &CampaignId, since: Timestamp, done: &Backfilled) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let Backfilled { records, mentions, dead_letters } = done;
        let secs = self.since.elapsed().as_secs_f64();
        say(&format!(
            "{campaign}: {records} records since {since}, {mentions} mentions appended, \
             {dead_letters} records could not be used, {secs:.1} s"
        ));
    }
}

/// A line for whoever watches; when nobody does, the work goes on.
fn say(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Config {
        config::shipped().unwrap()
    }

    fn refusal(since: Since) -> Option<String> {
        let now = Timestamp::from_secs(1_800_000_000);
        within(&shipped().campaigns[0], since, now).err().map(|error| error.to_string())
    }

    #[test]
    fn a_span_beyond_the_lateness_is_refused_with_the_remedy() {
        let lateness = shipped().campaigns[0].allowed_lateness;
        assert_eq!(lateness, Span::from_hours(24), "the shipped campaign's");
        assert_eq!(refusal(Since::Ago(lateness)), None);
        let beyond = "is more than its allowed lateness, 24h: older posts would be refused as \
                      late; raise `allowed_lateness` in starlight-sonata.toml and restart, or \
                      choose a shorter span";
        assert_eq!(
            refusal(Since::Ago(Span::from_hours(48))),
            Some(format!("campaign starlight-sonata: 2d {beyond}"))
        );
        let early = Timestamp::from_secs(1_800_000_000 - 25 * 3600);
        assert_eq!(
            refusal(Since::Time(early)),
            Some(format!("campaign starlight-sonata: 25h {beyond}"))
        );
        let ahead = refusal(Since::Time(Timestamp::from_secs(1_800_000_001)));
        assert_eq!(ahead.unwrap(), "--since is 2027-01-15T08:00:01Z, and that is not past");
    }

    #[test]
    fn an_unknown_campaign_is_told_the_known_ones() {
        let error = known(&shipped(), "starlight").err().map(|error| error.to_string());
        assert_eq!(error.unwrap(), "there is no campaign starlight; known: starlight-sonata");
    }

    #[test]
    fn since_is_a_span_or_a_time() {
        assert!(matches!(since("24h"), Ok(Since::Ago(span)) if span == Span::from_hours(24)));
        let time = since("2027-01-15T08:00:01Z");
        assert!(matches!(time, Ok(Since::Time(at)) if at == Timestamp::from_secs(1_800_000_001)));
        assert!(since("yesterday").is_err());
    }
}
