//! The aggregator's loop: the mention log, folded campaign by campaign, becomes the page.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::buzz::{Applied, Buzz, BuzzError, Tally, UNCONFIGURED_MAX};
use crate::campaign::CampaignId;
use crate::clock::{Clock, Pace, Stopwatch};
use crate::config::Config;
use crate::kafka::KafkaError;
use crate::kafka::in_flight::Ticket;
use crate::kafka::mention_log::MentionLog;
use crate::kafka::producer::{LogProducer, Outgoing, SendError};
use crate::metric::buzz::render;
use crate::metric::health::{CampaignHealth, Health, Skipped};
use crate::metric::page::Page;
use crate::record::heartbeat::Heartbeat;
use crate::record::{DecodeError, LogRecord, partition_of};
use crate::status::{Readiness, Status};
use crate::time::{Span, Timestamp};

/// How long the loop waits for the next log record.
const POLL_WAIT: Duration = Duration::from_millis(100);

/// The most log records applied between two looks at everything else.
const BATCH_MAX: usize = 1000;

/// A page is rendered at most this often, by the wall clock.
const RENDER_INTERVAL: Duration = Duration::from_millis(250);

/// A page is rendered at least this often, so that it never looks older than it is.
const RENDER_INTERVAL_MAX: Duration = Duration::from_secs(1);

/// Config records are repeated this often, so that any retained stretch of the log holds one …
const CONFIG_INTERVAL: Duration = Duration::from_hours(1);

/// … and after so many mentions, so that it comes before too many of them have to wait for it.
const CONFIG_MENTIONS: u64 = UNCONFIGURED_MAX as u64 / 4;

/// How long the first config records may take to be acknowledged.
const CONFIG_WAIT: Duration = Duration::from_secs(30);

/// Why the aggregator stopped.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum AggregatorError {
    /// The broker's side.
    #[error(transparent)]
    Kafka(#[from] KafkaError),
    /// A log that cannot be folded.
    #[error(transparent)]
    Fold(#[from] BuzzError),
    /// The mention log's partition count was changed.
    #[error(
        "campaign {campaign} lies in partition {found} of the mention log and belongs into \
         {expected}: its partition count was changed; name a new topic as `mention_log`"
    )]
    Repartitioned {
        /// The campaign.
        campaign: CampaignId,
        /// Where a config record of it was found.
        found: i32,
        /// Where it belongs.
        expected: i32,
    },
    /// A config record could not be written.
    #[error("cannot write the config of campaign {campaign}: {reason}")]
    Config {
        /// The campaign.
        campaign: CampaignId,
        /// What refused it.
        reason: String,
    },
}

/// What the aggregator works with.
#[derive(Clone)]
pub struct Parts {
    /// The service's settings and the campaigns.
    pub config: Arc<Config>,
    /// What time it is.
    pub clock: Clock,
    /// The producer, for config records.
    pub producer: Arc<LogProducer>,
    /// The operators' registry.
    pub health: Arc<Health>,
    /// Where pages go.
    pub status: Arc<Status>,
}

/// Folds every campaign of the config from the whole mention log.
pub struct Aggregator {
    parts: Parts,
    log: MentionLog,
    folds: BTreeMap<CampaignId, Owned>,
    ready: bool,
    rendered_time: Option<Timestamp>,
}

/// A campaign that this process owns.
struct Owned {
    buzz: Buzz,
    partition: i32,
    health: CampaignHealth,
    told: Tally,
    /// Mentions applied when its config was last written; `None` while it is to be written.
    configured_at: Option<u64>,
}

impl Aggregator {
    /// Opens the mention log and writes every campaign's config record into it.
    ///
    /// # Errors
    /// When the broker or the log can't be reached, or a config record can't be written.
    pub fn open(parts: Parts) -> Result<Self, AggregatorError> {
        let kafka = &parts.config.service.kafka;
        let log = MentionLog::open(&kafka.connection, &kafka.mention_log)?;
        let own = |campaign: &Arc<crate::campaign::Campaign>| {
            let partition = partition_of(&campaign.id, log.partition_count());
            let owned = Owned {
                buzz: Buzz::new(campaign.id.clone()),
                partition: i32::try_from(partition).unwrap_or_default(),
                health: parts.health.campaign(campaign.id.as_str(), campaign.revision.as_str()),
                told: Tally::default(),
                configured_at: None,
            };
            (campaign.id.clone(), owned)
        };
        let folds = parts.config.campaigns.iter().map(own).collect();
        let mut aggregator = Self { log, folds, ready: false, rendered_time: None, parts };
        aggregator.write_configs()?;
        aggregator.parts.producer.flush(CONFIG_WAIT)?;
        Ok(aggregator)
    }

    /// Folds and renders until `stop` is set.
    ///
    /// # Errors
    /// Whatever leaves the numbers unsure; the process must stop with it.
    pub fn run(mut self, stop: &AtomicBool) -> Result<(), AggregatorError> {
        let pulse = self.parts.status.pulse("aggregator");
        let mut configs = Pace::every(CONFIG_INTERVAL);
        configs.due();
        let mut render_soon = Pace::every(RENDER_INTERVAL);
        let mut render_late = Pace::every(RENDER_INTERVAL_MAX);
        while !stop.load(Ordering::Relaxed) {
            pulse.beat();
            self.read()?;
            if let Some(reason) = self.parts.producer.failure() {
                return Err(KafkaError::Delivery(reason.into()).into());
            }
            if configs.due() {
                self.folds.values_mut().for_each(|owned| owned.configured_at = None);
            }
            self.write_configs()?;
            if let Some(time) = self.time() {
                self.parts.status.set_time(time);
            }
            self.tell_readiness();
            if render_soon.due() && (self.has_moved() || render_late.due()) {
                self.render();
            }
        }
        Ok(())
    }

    /// Applies what the log holds, up to a batch of it.
    fn read(&mut self) -> Result<(), AggregatorError> {
        let mut wait = POLL_WAIT;
        for _ in 0..BATCH_MAX {
            let Some(entry) = self.log.poll(wait)? else { break };
            wait = Duration::ZERO;
            let (partition, timestamp) = (entry.partition(), entry.timestamp());
            let decoded = LogRecord::decode(entry.payload().unwrap_or_default());
            match decoded {
                Ok(record) => self.apply(partition, timestamp, &record)?,
                Err(error) => {
                    let (partition, offset) = (entry.partition(), entry.offset());
                    tracing::warn!(partition, offset, "mention log record skipped: {error}");
                    self.parts.health.skipped(match error {
                        DecodeError::Unknown(_) => Skipped::Unknown,
                        DecodeError::Malformed(_) => Skipped::Malformed,
                    });
                }
            }
        }
        Ok(())
    }

    fn apply(
        &mut self,
        partition: i32,
        timestamp: Timestamp,
        record: &LogRecord,
    ) -> Result<(), AggregatorError> {
        let campaign = match record {
            LogRecord::Mention(mention) => &mention.campaign,
            LogRecord::Config(config) => &config.campaign,
            LogRecord::Backfill(backfill) => &backfill.campaign,
            LogRecord::Heartbeat(_) | LogRecord::Retraction(_) => {
                if let LogRecord::Heartbeat(heartbeat) = record {
                    self.tell_clock(timestamp, heartbeat);
                }
                let mut here = self.folds.values_mut().filter(|owned| owned.partition == partition);
                return Ok(here.try_for_each(|owned| owned.buzz.apply(timestamp, record))?);
            }
        };
        match self.folds.get_mut(campaign) {
            Some(owned) if owned.partition == partition => {
                Ok(owned.buzz.apply(timestamp, record)?)
            }
            Some(owned) if matches!(record, LogRecord::Config(_)) => {
                Err(AggregatorError::Repartitioned {
                    campaign: campaign.clone(),
                    found: partition,
                    expected: owned.partition,
                })
            }
            _ => {
                self.parts.health.skipped(Skipped::ForeignCampaign);
                Ok(())
            }
        }
    }

    fn tell_clock(&self, timestamp: Timestamp, heartbeat: &Heartbeat) {
        self.parts.health.clock_skew(&heartbeat.tagger, heartbeat.clock - timestamp);
    }

    fn tell_readiness(&mut self) {
        if !self.ready && self.log.is_caught_up() {
            self.ready = true;
            // What was replayed has been visible before.
            self.folds.values_mut().for_each(|owned| drop(owned.buzz.take_landed()));
            self.parts.status.set_readiness(Readiness::Ready);
            tracing::info!("the mention log is replayed: serving");
        }
    }

    fn has_moved(&self) -> bool {
        self.ready && self.time() > self.rendered_time
    }

    /// The newest T of any campaign.
    fn time(&self) -> Option<Timestamp> {
        self.folds.values().filter_map(|owned| owned.buzz.time()).max()
    }

    /// Renders the page; before the log is replayed it holds no title.
    fn render(&mut self) {
        let watch = Stopwatch::start();
        let Parts { clock, health, status, .. } = &self.parts;
        let now = clock.now();
        for owned in self.folds.values_mut() {
            owned.tell(health, now, self.ready);
        }
        for (partition, records) in self.log.lags() {
            health.log_lag(partition, records);
        }
        if let Some(owned) = self.folds.values().next() {
            tell_feeds(health, &owned.buzz);
        }
        let shown = self.folds.values().filter(|_| self.ready).map(|owned| &owned.buzz);
        status.publish(Page::render(render(shown, now).as_bytes(), health, status.now()));
        health.render_took(Span::from_millis(
            i64::try_from(watch.elapsed().as_millis()).unwrap_or(i64::MAX),
        ));
        self.rendered_time = self.time();
    }

    /// Writes the config records that are due; one that finds no room in the queue stays due.
    fn write_configs(&mut self) -> Result<(), AggregatorError> {
        let Parts { config, clock, producer, .. } = &self.parts;
        for campaign in &config.campaigns {
            let Some(owned) = self.folds.get_mut(&campaign.id) else { continue };
            let applied = owned.applied();
            if owned.configured_at.is_some_and(|then| applied - then < CONFIG_MENTIONS) {
                continue;
            }
            let refused =
                |reason: String| AggregatorError::Config { campaign: campaign.id.clone(), reason };
            let record = LogRecord::Config(Box::new(config.service.fold_config(campaign)));
            let outgoing = Outgoing {
                topic: config.service.kafka.mention_log.as_str().into(),
                partition: u32::try_from(owned.partition).unwrap_or_default(),
                key: Some(campaign.id.as_str().into()),
                payload: Some(record.encode().map_err(|error| refused(error.to_string()))?),
                headers: Vec::new(),
                ticket: Ticket::new(1),
            };
            match producer.send(&outgoing, clock.now()) {
                Ok(()) => owned.configured_at = Some(applied),
                Err(SendError::QueueFull) => {}
                Err(error) => return Err(refused(error.to_string())),
            }
        }
        Ok(())
    }
}

impl Owned {
    /// Mentions applied since the fold began.
    fn applied(&self) -> u64 {
        self.buzz.tally().applied.iter().sum()
    }

    /// Hands what the fold has counted since the last page to the operators' registry.
    fn tell(&mut self, health: &Health, now: Timestamp, visible: bool) {
        let tally = self.buzz.tally();
        for outcome in Applied::ALL {
            let n = tally.applied[outcome as usize] - self.told.applied[outcome as usize];
            health.applied(outcome, n);
        }
        self.health.forced(tally.forced_ticks - self.told.forced_ticks);
        self.health.horizon_forced(tally.forced_horizons - self.told.forced_horizons);
        self.health.overflowed(tally.author_overflows - self.told.author_overflows);
        self.health.holds(self.buzz.ledger_entries(), self.buzz.pending_entries());
        if let Some(config) = self.buzz.config() {
            self.health.revised(config.revision.as_str());
        }
        self.told = tally.clone();
        let landed = self.buzz.take_landed();
        if visible {
            for event_time in landed {
                health.visible(now - event_time);
            }
        }
    }
}

fn tell_feeds(health: &Health, buzz: &Buzz) {
    let Some(config) = buzz.config() else { return };
    for ((topic, partition), stalled, watermark) in buzz.clocks().partitions(config) {
        health.stalled(topic, *partition, stalled);
        if let Some(watermark) = watermark {
            health.watermark(topic, *partition, watermark);
        }
    }
}
