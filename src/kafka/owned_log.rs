//! The mention log as a member of the aggregators' group reads it: the partitions it owns.
//!
//! The group only says who owns what. Offsets are never committed to it: each partition is read
//! from where the snapshots of its campaigns end.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::Statistics;
use rdkafka::TopicPartitionList;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError as ClientError, KafkaResult};
use rdkafka::message::Message;
use rdkafka::topic_partition_list::{Offset, TopicPartitionListElem};
use rdkafka::types::RDKafkaRespErr;

use super::KafkaError;
use super::client::{self, Closing, Troubles};
use super::fetched::Fetched;
use super::mention_log::{self, Ends};
use super::topic::{self, TopicKind};
use crate::config::connection::Connection;

/// How long a member may be silent before its partitions go to others.
pub const SESSION_TIMEOUT: Duration = Duration::from_secs(6);
/// How often a member says that it lives, and so how soon it hears that another has left and that
/// there are campaigns to take over.
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(500);
/// How long the broker may hold a fetch of quiet partitions: one that is newly assigned waits for it.
const FETCH_WAIT_MS: u32 = 100;
/// The client's own thread sends a heartbeat that is due when something wakes it up: this does.
const STATISTICS_INTERVAL_MS: u32 = 250;

/// A change of what this member owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// These partitions are ours now; none is the group's answer too.
    Assigned(Vec<i32>),
    /// These are to be given up.
    Revoked {
        /// Which.
        partitions: Vec<i32>,
        /// The group has given us up: others may own them already.
        lost: bool,
    },
}

/// Where the reading of a partition begins and when it has caught up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The partition.
    pub partition: i32,
    /// The offset of the first record to read.
    pub offset: i64,
    /// Where the partition ends now.
    pub end: i64,
}

/// The partitions of the mention log that this process owns; poll it on one thread.
pub struct OwnedLog {
    member: Arc<BaseConsumer<Member>>,
    topic: String,
    partition_count: u32,
    reading: BTreeMap<i32, Reading>,
    troubles: Troubles,
    /// The first record's timestamp has been looked at.
    stamp_checked: bool,
    /// Last, so that it is the one that closes the client.
    _closing: Closing<Member>,
}

#[derive(Debug)]
struct Reading {
    /// The offset after the last record read.
    position: i64,
    /// Where the partition ended at the start.
    end_at_start: i64,
    /// The client has reported an end.
    ended: bool,
}

impl OwnedLog {
    /// Joins `group` (in the background: the first change comes seconds later).
    ///
    /// # Errors
    /// [`KafkaError::TopicMissing`], [`KafkaError::Unreachable`], or [`KafkaError::Client`] when a
    /// setting is refused.
    pub fn open(connection: &Connection, group: &str, topic: &str) -> Result<Self, KafkaError> {
        // No group.instance.id: a static member does not leave when it stops, and its campaigns
        // would wait for it for the whole session timeout.
        let member: BaseConsumer<Member> = mention_log::settings(connection, group)
            // The newer protocol stalls silently in this version of the client.
            .set("group.protocol", "classic")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", SESSION_TIMEOUT.as_millis().to_string())
            .set("heartbeat.interval.ms", HEARTBEAT_INTERVAL.as_millis().to_string())
            .set("fetch.wait.max.ms", FETCH_WAIT_MS.to_string())
            .set("statistics.interval.ms", STATISTICS_INTERVAL_MS.to_string())
            .create_with_context(Member::default())
            .map_err(client::refused)?;
        let (closing, member) = Closing::of(member);
        let partition_count =
            topic::count(member.client(), connection, topic, TopicKind::MentionLog)?;
        member.subscribe(&[topic]).map_err(client::refused)?;
        Ok(Self {
            member,
            topic: topic.into(),
            partition_count,
            reading: BTreeMap::new(),
            troubles: Troubles::default(),
            stamp_checked: false,
            _closing: closing,
        })
    }

    /// How many partitions the log has.
    pub fn partition_count(&self) -> u32 {
        self.partition_count
    }

    /// Waits at most `timeout` for the next record of a partition that is read; records of one
    /// partition come in order. Look at [`next_change`](Self::next_change) after each call.
    ///
    /// # Errors
    /// [`KafkaError::Consumer`] when the consumer can't go on. What passes by itself is waited out.
    pub fn poll(&mut self, timeout: Duration) -> Result<Option<Fetched<'_>>, KafkaError> {
        match self.member.poll(timeout) {
            Some(Ok(message)) => {
                self.troubles.are_over();
                if !self.stamp_checked {
                    mention_log::check_stamp(&self.topic, message.timestamp());
                    self.stamp_checked = true;
                }
                // What was fetched before a partition was given up may still come.
                let Some(reading) = self.reading.get_mut(&message.partition()) else {
                    return Ok(None);
                };
                reading.position = message.offset().saturating_add(1);
                Ok(Some(Fetched::new(message)))
            }
            Some(Err(ClientError::PartitionEOF(partition))) => {
                if let Some(reading) = self.reading.get_mut(&partition) {
                    reading.ended = true;
                }
                Ok(None)
            }
            Some(Err(error)) => self.troubles.took(&self.topic, error).map(|()| None),
            None => Ok(None),
        }
    }

    /// The oldest change not yet taken.
    pub fn next_change(&self) -> Option<Change> {
        self.member.context().changes().pop_front()
    }

    /// Reads these owned partitions from here on.
    ///
    /// # Errors
    /// [`KafkaError::Consumer`] when the client refuses.
    pub fn read(&mut self, starts: &[Start]) -> Result<(), KafkaError> {
        let mut list = TopicPartitionList::new();
        for start in starts {
            list.add_partition_offset(&self.topic, start.partition, Offset::Offset(start.offset))
                .map_err(|error| self.stopped(&error))?;
        }
        self.member.incremental_assign(&list).map_err(|error| self.stopped(&error))?;
        self.reading.extend(starts.iter().map(|start| {
            let (position, end_at_start) = (start.offset, start.end);
            (start.partition, Reading { position, end_at_start, ended: false })
        }));
        Ok(())
    }

    /// Gives these partitions up, which the group waits for.
    ///
    /// # Errors
    /// [`KafkaError::Consumer`] when the client refuses.
    pub fn release(&mut self, partitions: &[i32]) -> Result<(), KafkaError> {
        let mut list = TopicPartitionList::new();
        for partition in partitions {
            if self.reading.remove(partition).is_some() {
                list.add_partition(&self.topic, *partition);
            }
        }
        self.member.incremental_unassign(&list).map_err(|error| self.stopped(&error))
    }

    /// How many records of a partition that is read are still to be replayed, of those that were
    /// there when its reading began.
    pub fn to_replay(&self, partition: i32) -> Option<u64> {
        let reading = self.reading.get(&partition)?;
        let left = reading.end_at_start.saturating_sub(reading.position);
        Some(if reading.ended { 0 } else { u64::try_from(left).unwrap_or_default() })
    }

    /// How many records lie between what was read and the end of each partition, as of a moment
    /// ago; of those whose end is known.
    pub fn lags(&self) -> impl Iterator<Item = (i32, u64)> {
        self.reading.iter().filter_map(|(number, reading)| {
            let end = self.member.context().ends.get(*number)?;
            let lag = end.saturating_sub(reading.position);
            Some((*number, u64::try_from(lag).unwrap_or_default()))
        })
    }

    fn stopped(&self, error: &ClientError) -> KafkaError {
        KafkaError::Consumer { topic: self.topic.clone(), detail: error.to_string() }
    }
}

impl Drop for OwnedLog {
    /// Gives up all, so that closing the client finds nothing to wait for: it leaves the group,
    /// and others own at once what was ours.
    fn drop(&mut self) {
        self.member.context().closing.store(true, Ordering::Relaxed);
        give_up_all(&self.member);
    }
}

/// Unassigns whatever is assigned; the answer to any revocation.
fn give_up_all(member: &BaseConsumer<Member>) {
    let given_up = member.assignment().and_then(|all| member.incremental_unassign(&all));
    if let Err(error) = given_up {
        tracing::debug!("leaving: {error}");
    }
}

/// Collects rebalances, which happen inside of poll, for the loop to act on.
#[derive(Default)]
struct Member {
    changes: Mutex<VecDeque<Change>>,
    ends: Ends,
    /// Nobody looks at changes any more.
    closing: AtomicBool,
}

impl Member {
    fn changes(&self) -> MutexGuard<'_, VecDeque<Change>> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Member {
    fn stats(&self, statistics: Statistics) {
        self.ends.learn(&statistics);
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        client::log(level, facility, line);
    }

    fn error(&self, error: ClientError, reason: &str) {
        client::report(&error, reason);
    }
}

impl ConsumerContext for Member {
    /// What is assigned is taken at once with nothing to read yet: while a member thinks, the
    /// client pauses all that it reads. What is revoked is given up only by
    /// [`OwnedLog::release`], when its series are off the page: the group waits for that.
    fn rebalance(
        &self,
        member: &BaseConsumer<Self>,
        what: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        let partitions = list.elements().iter().map(TopicPartitionListElem::partition).collect();
        if self.closing.load(Ordering::Relaxed) {
            return give_up_all(member);
        }
        let mut answered: KafkaResult<()> = Ok(());
        if what == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.changes().push_back(Change::Assigned(partitions));
            answered = member.incremental_assign(&TopicPartitionList::new());
        } else {
            let is_lost = member.assignment_lost();
            self.changes().push_back(Change::Revoked { partitions, lost: is_lost });
        }
        if let Err(error) = answered {
            tracing::warn!("rebalance: {error}");
        }
    }
}
