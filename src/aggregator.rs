//! The aggregator's loop: the mention log, folded campaign by campaign, becomes the page.
//!
//! A member of the consumer group `<group>.aggregator` owns partitions of the mention log, and so
//! the campaigns that lie in them. What is assigned is loaded, replayed, and only then shown; what
//! is revoked leaves page and board before the group hears that it is given up.

mod announcing;
mod board;
mod bursts;
mod loading;
mod share;
mod showing;
mod snapshots;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::buzz::BuzzError;
use crate::campaign::CampaignId;
use crate::clock::{Clock, Pace, Stopwatch};
use crate::config::Config;
use crate::kafka::KafkaError;
use crate::kafka::owned_log::{Change, OwnedLog, SESSION_TIMEOUT};
use crate::kafka::producer::LogProducer;
use crate::kafka::topic::{TopicKind, partition_count};
use crate::metric::health::{Health, Skipped};
use crate::record::{DecodeError, LogRecord, partition_of};
use crate::status::{Readiness, Status};
use crate::time::Timestamp;
use announcing::Announcing;
use board::{Boards, LOOK_INTERVAL};
use bursts::Bursts;
use loading::Loading;
use share::{Folded, Share};
use snapshots::Snapshots;

/// How long the loop waits for the next log record.
const POLL_WAIT: Duration = Duration::from_millis(100);

/// The most log records applied between two looks at everything else.
const BATCH_MAX: usize = 1000;

/// A page is rendered at most this often, by the wall clock.
const RENDER_INTERVAL: Duration = Duration::from_millis(250);

/// A page is rendered at least this often, so that it never looks older than it is.
const RENDER_INTERVAL_MAX: Duration = Duration::from_secs(1);

/// Config records are repeated this often, so that any retained stretch of the log holds one.
const CONFIG_INTERVAL: Duration = Duration::from_hours(1);

/// A loop that stood still for a session timeout may have been given up by the group. The client
/// sees that within a second, and until then nothing is rendered or announced.
const DOUBT: Duration = Duration::from_secs(3);

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
    /// The snapshots' topic does not have the mention log's partition count.
    #[error(
        "topic {topic} has {found} partitions and the mention log {expected}: a campaign's \
         snapshots lie in the partition of its number; delete the topic and create it with \
         {expected} (the mention log restores everything), or name a new one as `snapshots`"
    )]
    SnapshotPartitions {
        /// The snapshots' topic.
        topic: String,
        /// How many partitions it has.
        found: u32,
        /// How many the mention log has.
        expected: u32,
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

/// Folds the campaigns of the mention log's partitions that the group gives to this process.
pub struct Aggregator {
    parts: Parts,
    log: OwnedLog,
    snapshots: Option<Snapshots>,
    bursts: Option<Bursts>,
    announcing: Option<Announcing>,
    shares: BTreeMap<i32, Share>,
    /// The slugs of the config's campaigns: records of others are not even decoded.
    known: BTreeSet<Box<[u8]>>,
    /// Assigned, and not loaded before those of [`loading`](Self::loading) are.
    waiting: BTreeSet<i32>,
    loading: Option<Loading>,
    /// The group has answered, if only with nothing.
    joined: bool,
    rendered_time: Option<Timestamp>,
    boards: Boards,
    turned: Stopwatch,
    doubt: Option<Stopwatch>,
}

/// What the loop does now and then.
struct Paces {
    configs: Pace,
    render_soon: Pace,
    render_late: Pace,
    board: Pace,
}

impl Aggregator {
    /// Joins the group; its first answer comes seconds later, in [`run`](Self::run).
    ///
    /// # Errors
    /// When the broker or a topic can't be reached, or the topics do not fit each other.
    pub fn open(parts: Parts) -> Result<Self, AggregatorError> {
        let kafka = &parts.config.service.kafka;
        let group = format!("{}.aggregator", kafka.group);
        let log = OwnedLog::open(&kafka.connection, &group, &kafka.mention_log)?;
        let expected = log.partition_count();
        let snapshots = kafka.snapshots.as_ref().map(|topic| {
            let found = partition_count(&kafka.connection, topic, TopicKind::Snapshots)?;
            if found != expected {
                let topic = topic.clone();
                return Err(AggregatorError::SnapshotPartitions { topic, found, expected });
            }
            Ok(Snapshots::new(kafka.connection.clone(), topic, &kafka.mention_log, expected))
        });
        let slugs = parts.config.campaigns.iter().map(|campaign| campaign.id.as_str().as_bytes());
        Ok(Self {
            log,
            snapshots: snapshots.transpose()?,
            bursts: kafka.bursts.as_ref().map(|topic| Bursts::new(kafka.connection.clone(), topic)),
            announcing: Announcing::of(kafka, parts.config.service.advertise.as_ref())?,
            shares: BTreeMap::new(),
            known: slugs.map(Into::into).collect(),
            waiting: BTreeSet::new(),
            loading: None,
            joined: false,
            rendered_time: None,
            boards: Boards::default(),
            turned: Stopwatch::start(),
            doubt: None,
            parts,
        })
    }

    /// Folds and renders until `stop` is set; then writes snapshots and leaves the group.
    ///
    /// # Errors
    /// Whatever leaves the numbers unsure; the process must stop with it.
    pub fn run(mut self, stop: &AtomicBool) -> Result<(), AggregatorError> {
        let pulse = self.parts.status.pulse("aggregator");
        let mut paces = Paces {
            configs: Pace::every(CONFIG_INTERVAL),
            render_soon: Pace::every(RENDER_INTERVAL),
            render_late: Pace::every(RENDER_INTERVAL_MAX),
            board: Pace::every(LOOK_INTERVAL),
        };
        paces.configs.due();
        self.turned = Stopwatch::start();
        while !stop.load(Ordering::Relaxed) {
            pulse.beat();
            self.turn(&mut paces)?;
        }
        self.leave();
        Ok(())
    }

    /// Changes of ownership come before the page, so that it never shows what was lost.
    fn turn(&mut self, paces: &mut Paces) -> Result<(), AggregatorError> {
        if self.turned.elapsed() > SESSION_TIMEOUT {
            self.doubt = Some(Stopwatch::start());
        }
        self.turned = Stopwatch::start();
        self.read()?;
        while let Some(change) = self.log.next_change() {
            match change {
                Change::Assigned(partitions) => {
                    self.joined = true;
                    self.waiting.extend(partitions);
                }
                Change::Revoked { partitions, lost } => self.give_up(&partitions, lost)?,
            }
        }
        self.load()?;
        if let Some(reason) = self.parts.producer.failure() {
            return Err(KafkaError::Delivery(reason.into()).into());
        }
        if paces.configs.due() {
            let owned = self.shares.values_mut().flat_map(|share| share.campaigns.values_mut());
            owned.for_each(|owned| owned.configured_at = None);
        }
        let is_news = self.catch_up();
        self.write_configs()?;
        self.write_bursts();
        self.write_snapshots();
        if let Some(time) = self.time() {
            self.parts.status.set_time(time);
        }
        let sure = self.doubt.is_none_or(|doubt| doubt.elapsed() > DOUBT);
        let is_due =
            is_news || paces.render_soon.due() && (self.has_moved() || paces.render_late.due());
        if sure && is_due {
            self.render();
        }
        if sure && (is_news || paces.board.due()) {
            self.show_board();
        }
        self.announce(sure);
        // After the page: who is told to look finds what is ready.
        self.tell_readiness();
        Ok(())
    }

    /// Applies what the log holds, up to a batch of it.
    fn read(&mut self) -> Result<(), AggregatorError> {
        let mut wait = if self.loading.is_some() { Duration::ZERO } else { POLL_WAIT };
        for _ in 0..BATCH_MAX {
            let Some(entry) = self.log.poll(wait)? else { break };
            wait = Duration::ZERO;
            let partition = entry.partition();
            let at = Folded { offset: entry.offset(), timestamp: entry.timestamp() };
            let Some(share) = self.shares.get_mut(&partition) else { continue };
            share.passed(at);
            match entry.key() {
                Some(slug) if !self.known.contains(slug) => {
                    self.parts.health.skipped(Skipped::ForeignCampaign);
                    continue;
                }
                // What is for all campaigns is for none here.
                None if share.campaigns.is_empty() => continue,
                _ => {}
            }
            match LogRecord::decode(entry.payload().unwrap_or_default()) {
                Ok(record) => self.apply(partition, at, &record)?,
                Err(error) => {
                    let offset = at.offset;
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
        at: Folded,
        record: &LogRecord,
    ) -> Result<(), AggregatorError> {
        let Some(share) = self.shares.get_mut(&partition) else { return Ok(()) };
        if let LogRecord::Heartbeat(heartbeat) = record {
            let skew = heartbeat.clock - at.timestamp;
            self.parts.health.clock_skew(&heartbeat.tagger, skew);
        }
        let Some(campaign) = record.campaign() else {
            return Ok(share.apply_to_all(at, record)?);
        };
        if share.apply_to(campaign, at, record)? {
            return Ok(());
        }
        let expected = i32::try_from(partition_of(campaign, self.log.partition_count()));
        let known = self.known.contains(campaign.as_str().as_bytes());
        match (record, expected) {
            (LogRecord::Config(_), Ok(expected)) if known && expected != partition => {
                let (campaign, found) = (campaign.clone(), partition);
                Err(AggregatorError::Repartitioned { campaign, found, expected })
            }
            _ => {
                self.parts.health.skipped(Skipped::ForeignCampaign);
                Ok(())
            }
        }
    }

    /// Loads what was assigned: its snapshots first, then the log from where they end.
    fn load(&mut self) -> Result<(), AggregatorError> {
        if self.loading.is_none() && !self.waiting.is_empty() {
            let partitions = std::mem::take(&mut self.waiting).into_iter().collect();
            self.loading = Some(Loading::begin(&self.parts, partitions)?);
        }
        let Some(loading) = &mut self.loading else { return Ok(()) };
        if !loading.step(&self.parts, self.log.partition_count()) {
            return Ok(());
        }
        match loading.finish(&self.parts, self.log.partition_count()) {
            Ok(restored) => {
                let starts: Vec<_> = restored.iter().map(|(start, _)| *start).collect();
                for (start, share) in restored {
                    tracing::info!(
                        partition = start.partition,
                        campaigns = share.campaigns.len(),
                        records = start.end.saturating_sub(start.offset),
                        "assigned: replaying"
                    );
                    self.shares.insert(start.partition, share);
                }
                self.log.read(&starts)?;
                self.loading = None;
                Ok(())
            }
            Err(error) => {
                tracing::warn!("assigned, and not yet read: {error}");
                Ok(())
            }
        }
    }

    /// What was there at the assignment is replayed: from now on it is shown. Whether that is so
    /// of any partition since the last call.
    fn catch_up(&mut self) -> bool {
        let mut is_news = false;
        for (partition, share) in &mut self.shares {
            if !share.caught_up && self.log.to_replay(*partition) == Some(0) {
                share.catch_up();
                is_news = true;
                tracing::info!(partition, "replayed: serving");
            }
        }
        is_news
    }

    /// Gives partitions up: a last snapshot, off the page, and only then the group may go on.
    fn give_up(&mut self, partitions: &[i32], lost: bool) -> Result<(), AggregatorError> {
        tracing::info!(?partitions, lost, "revoked");
        if !lost {
            self.write_last_snapshots(partitions);
        }
        self.waiting.retain(|partition| !partitions.contains(partition));
        if let Some(loading) = &mut self.loading {
            loading.forget(partitions);
        }
        self.shares.retain(|partition, _| !partitions.contains(partition));
        for partition in partitions {
            self.parts.health.log_partition_revoked(*partition);
        }
        if self.shares.is_empty() {
            self.parts.health.all_revoked();
        }
        self.doubt = None;
        self.tell_readiness();
        self.render();
        self.show_board();
        Ok(self.log.release(partitions)?)
    }

    /// The end: the last snapshots, an empty page, and out of the group.
    fn leave(mut self) {
        let partitions: Vec<i32> = self.shares.keys().copied().collect();
        self.write_last_snapshots(&partitions);
        self.shares.clear();
        self.parts.health.all_revoked();
        self.parts.status.set_readiness(Readiness::NotReady("stopping".into()));
        self.render();
        self.show_board();
    }
}
