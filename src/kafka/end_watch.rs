//! How far a quiet partition's time has come: the end-of-partition rule.
//!
//! The client reports the end of a partition once per end offset, at an unknown time after the
//! fetch that found it (the report queues behind records). So the report itself gives no time.
//! Instead the broker is asked, once an interval, for the end offset of each partition, and the
//! time at which a question was *sent* is a fetch time if its answer shows that everything that
//! existed then has been read:
//!
//! - the position has reached that end offset, then or later: on a busy partition the answer is
//!   old by the time all before it is read; or
//! - the client reported the end and since then neither a record nor another end was seen, and two
//!   answers in a row agree. That is the case behind transaction markers, where the position never
//!   reaches the end offset. The first answer may still count a record that was on its way; by the
//!   second it would have been seen, for questions and fetches share one connection, which is
//!   served in order.
//!
//! The same thread counts the topic's partitions from time to time: one that was added must hold
//! T until somebody reads it.
//!
//! A broker that doesn't answer gives no time: its partitions count as unreachable, are left out
//! of heartbeats and stall by their silence.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rdkafka::TopicPartitionList;
use rdkafka::consumer::Consumer;
use rdkafka::error::KafkaResult;
use rdkafka::topic_partition_list::Offset;

use super::KafkaError;
use super::feed_consumer::{FeedConsumer, Member};
use super::topic;
use crate::clock::{Clock, Pace};
use crate::time::Timestamp;

/// How long an answer may take.
const ANSWER_WAIT: Duration = Duration::from_secs(2);
/// How often the topic's partitions are counted.
const RECOUNT_INTERVAL: Duration = Duration::from_secs(5);
/// After so many questions without an answer a partition counts as unreachable.
const UNANSWERED_MAX: u32 = 3;

/// What is known of one partition's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Standing {
    /// The offset after the last record read.
    position: Option<i64>,
    /// Grows with every record, reported end and pause: an answer counts only for its own serial.
    serial: u64,
    /// The client reported the end, and nothing came since.
    at_end: bool,
    /// The end offset of the first answer since the report.
    baseline: Option<i64>,
    /// The end offset of the last answer.
    high: Option<i64>,
    /// The oldest answer whose end has not been reached: the end, and when the question was sent.
    ahead: Option<(i64, Timestamp)>,
    /// A fetch time not yet taken.
    end_fetched: Option<Timestamp>,
    /// Questions in a row without an answer.
    unanswered: u32,
}

impl Standing {
    fn moved(&mut self, position: i64) {
        self.position = Some(position);
        if let Some((_, sent)) = self.ahead.take_if(|(high, _)| position >= *high) {
            self.end_fetched = self.end_fetched.max(Some(sent));
        }
        self.unanswered = 0;
        self.leave_end();
    }

    fn reached_end(&mut self) {
        self.leave_end();
        self.at_end = true;
    }

    fn leave_end(&mut self) {
        self.serial += 1;
        self.at_end = false;
        self.baseline = None;
    }

    /// A pause stops fetches but not questions: two answers may agree on a record never fetched.
    fn forget_baseline(&mut self) {
        self.serial += 1;
        self.baseline = None;
    }

    fn unanswered(&mut self) {
        self.unanswered = self.unanswered.saturating_add(1);
    }

    fn answered(&mut self, serial: u64, high: i64, sent: Timestamp, paused: bool) {
        self.high = Some(high);
        self.unanswered = 0;
        let exact = self.position >= Some(high);
        if !exact {
            self.ahead.get_or_insert((high, sent));
        }
        let same = self.serial == serial && self.at_end && !paused;
        if exact || (same && self.baseline == Some(high)) {
            self.end_fetched = self.end_fetched.max(Some(sent));
            // Nothing was read yet, and there is nothing to read.
            self.position.get_or_insert(high);
        } else if same && self.baseline.is_none() {
            self.baseline = Some(high);
        } else if same {
            // The end moved: a record or another end is on its way.
            self.leave_end();
        }
    }
}

/// What a heartbeat says of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The offset after the last record read; none before the first record or confirmed end.
    pub position: Option<i64>,
    /// Records behind the position, as of the last answer.
    pub lag: Option<i64>,
    /// A fetch time not told before.
    pub end_fetched: Option<Timestamp>,
    /// Whether the broker answers for it.
    pub reachable: bool,
}

/// The partitions a consumer owns, and the thread that asks for their ends.
pub struct EndWatch {
    shared: Arc<Shared>,
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    owned: Mutex<Owned>,
    /// How many partitions the topic has.
    count: AtomicU32,
}

#[derive(Default)]
struct Owned {
    partitions: BTreeMap<i32, Standing>,
    paused: bool,
}

impl EndWatch {
    /// Starts to ask, every `interval` of wall time, over the consumer's own connections.
    ///
    /// # Errors
    /// [`KafkaError::Consumer`] when no thread could be started.
    pub fn start(
        consumer: &FeedConsumer,
        clock: Clock,
        interval: Duration,
    ) -> Result<Self, KafkaError> {
        let count = AtomicU32::new(consumer.partitions());
        let shared = Arc::new(Shared { owned: Mutex::default(), count });
        let (stop, stopped) = mpsc::channel();
        let asking = Asking {
            member: consumer.share(),
            topic: consumer.topic().into(),
            clock,
            shared: Arc::clone(&shared),
        };
        let thread = std::thread::Builder::new()
            .name(format!("ends of {}", consumer.topic()))
            .spawn(move || {
                let mut recount = Pace::every(RECOUNT_INTERVAL);
                while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                    asking.round(|| stopped.try_recv() == Err(mpsc::TryRecvError::Empty));
                    if recount.due() {
                        asking.recount();
                    }
                }
            })
            .map_err(|error| KafkaError::Consumer {
                topic: consumer.topic().into(),
                detail: format!("no thread: {error}"),
            })?;
        Ok(Self { shared, stop: Some(stop), thread: Some(thread) })
    }

    /// How many partitions the topic has, as of a few seconds ago; never fewer than before.
    pub fn partition_count(&self) -> u32 {
        self.shared.count.load(Ordering::Relaxed)
    }

    /// These partitions are ours now.
    pub fn assigned(&self, partitions: &[i32]) {
        let mut owned = self.shared.lock();
        for partition in partitions {
            owned.partitions.insert(*partition, Standing::default());
        }
    }

    /// These no longer are.
    pub fn revoked(&self, partitions: &[i32]) {
        let mut owned = self.shared.lock();
        owned.partitions.retain(|partition, _| !partitions.contains(partition));
    }

    /// A record was read; `position` is the offset after it.
    pub fn moved(&self, partition: i32, position: i64) {
        if let Some(standing) = self.shared.lock().partitions.get_mut(&partition) {
            standing.moved(position);
        }
    }

    /// The client reported the end of the partition.
    pub fn reached_end(&self, partition: i32) {
        if let Some(standing) = self.shared.lock().partitions.get_mut(&partition) {
            standing.reached_end();
        }
    }

    /// The consumer was paused or resumed.
    pub fn paused(&self, paused: bool) {
        let mut owned = self.shared.lock();
        owned.paused = paused;
        owned.partitions.values_mut().for_each(Standing::forget_baseline);
    }

    /// What a heartbeat says of each partition; fetch times are handed out once.
    pub fn take(&self) -> BTreeMap<i32, End> {
        let mut owned = self.shared.lock();
        let end = |standing: &mut Standing| End {
            position: standing.position,
            lag: standing
                .high
                .zip(standing.position)
                .map(|(high, at)| high.saturating_sub(at).max(0)),
            end_fetched: standing.end_fetched.take(),
            reachable: standing.unanswered < UNANSWERED_MAX,
        };
        owned.partitions.iter_mut().map(|(number, standing)| (*number, end(standing))).collect()
    }
}

impl Drop for EndWatch {
    /// Waits for the question on its way, so at most for as long as its answer may take.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Owned> {
        self.owned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Asking {
    member: Arc<Member>,
    topic: String,
    clock: Clock,
    shared: Arc<Shared>,
}

impl Asking {
    /// Asks for all at once, because an answer waits behind a fetch that waits for records; one
    /// by one when that fails, because one leader that is away fails the whole question.
    fn round(&self, go_on: impl Fn() -> bool) {
        let serials: Vec<(i32, u64)> = {
            let owned = self.shared.lock();
            owned.partitions.iter().map(|(number, standing)| (*number, standing.serial)).collect()
        };
        if serials.is_empty() || self.ask(&serials).is_ok() {
            return;
        }
        for one in serials.chunks(1).take_while(|_| go_on()) {
            if let Err(error) = self.ask(one) {
                tracing::debug!(topic = self.topic, ?one, "end not known: {error}");
                for (partition, _) in one {
                    self.heard(*partition, Standing::unanswered);
                }
            }
        }
    }

    fn recount(&self) {
        if let Some(count) = topic::recount(self.member.client(), &self.topic, ANSWER_WAIT) {
            let before = self.shared.count.fetch_max(count, Ordering::Relaxed);
            if before < count {
                tracing::info!(topic = self.topic, before, count, "the topic has new partitions");
            }
        }
    }

    fn ask(&self, serials: &[(i32, u64)]) -> KafkaResult<()> {
        let mut question = TopicPartitionList::new();
        for (partition, _) in serials {
            question.add_partition_offset(&self.topic, *partition, Offset::End)?;
        }
        let sent = self.clock.now();
        let answer = self.member.offsets_for_times(question, ANSWER_WAIT)?;
        let paused = self.shared.lock().paused;
        for (partition, serial) in serials {
            let end = answer.find_partition(&self.topic, *partition);
            self.heard(*partition, |standing| match end.map(|end| (end.error(), end.offset())) {
                Some((Ok(()), Offset::Offset(high))) => {
                    standing.answered(*serial, high, sent, paused);
                }
                _ => standing.unanswered(),
            });
        }
        Ok(())
    }

    fn heard(&self, partition: i32, what: impl FnOnce(&mut Standing)) {
        if let Some(standing) = self.shared.lock().partitions.get_mut(&partition) {
            what(standing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    /// Asks at `secs` and gets `high`, with nothing in between.
    fn ask(standing: &mut Standing, high: i64, secs: i64) -> Option<Timestamp> {
        standing.answered(standing.serial, high, at(secs), false);
        standing.end_fetched.take()
    }

    #[test]
    fn an_end_at_the_position_is_a_fetch_at_the_time_of_the_question() {
        let mut standing = Standing::default();
        standing.moved(10);
        assert_eq!(ask(&mut standing, 11, 1), None, "one record is unread");
        assert_eq!(ask(&mut standing, 10, 2), Some(at(2)));
        assert_eq!(ask(&mut standing, 10, 3), Some(at(3)), "a quiet partition goes on");
    }

    #[test]
    fn a_busy_partition_reaches_the_end_of_an_old_answer() {
        let mut standing = Standing::default();
        standing.moved(10);
        assert_eq!(ask(&mut standing, 15, 1), None);
        standing.moved(12);
        assert_eq!(ask(&mut standing, 25, 2), None);
        standing.moved(15);
        assert_eq!(standing.end_fetched.take(), Some(at(1)));
        assert_eq!(ask(&mut standing, 35, 3), None);
        standing.moved(40);
        assert_eq!(standing.end_fetched.take(), Some(at(3)));
        standing.moved(41);
        assert_eq!(standing.end_fetched, None);
    }

    #[test]
    fn behind_transaction_markers_two_equal_answers_after_the_report_are_the_end() {
        let mut standing = Standing::default();
        standing.moved(10);
        assert_eq!(ask(&mut standing, 12, 1), None);
        assert_eq!(ask(&mut standing, 12, 2), None, "no end was reported");
        standing.reached_end();
        assert_eq!(ask(&mut standing, 12, 3), None);
        assert_eq!(ask(&mut standing, 12, 4), Some(at(4)));
        assert_eq!(ask(&mut standing, 14, 5), None, "something was written");
        assert_eq!(ask(&mut standing, 14, 6), None, "and must first be seen");
        standing.reached_end();
        assert_eq!(ask(&mut standing, 14, 7), None);
        assert_eq!(ask(&mut standing, 14, 8), Some(at(8)));
    }

    #[test]
    fn a_record_while_a_question_is_on_its_way_spoils_the_answer() {
        let mut standing = Standing::default();
        standing.reached_end();
        assert_eq!(ask(&mut standing, 12, 1), None);
        let serial = standing.serial;
        standing.moved(5);
        standing.reached_end();
        standing.answered(serial, 12, at(2), false);
        assert_eq!(standing.end_fetched, None);
    }

    #[test]
    fn an_empty_partition_takes_its_end_as_its_position() {
        let mut standing = Standing::default();
        standing.reached_end();
        assert_eq!(ask(&mut standing, 0, 1), None);
        assert_eq!(ask(&mut standing, 0, 2), Some(at(2)));
        assert_eq!(standing.position, Some(0));
    }

    #[test]
    fn a_paused_partition_has_no_end_but_at_its_position() {
        let mut standing = Standing::default();
        standing.moved(10);
        standing.reached_end();
        standing.forget_baseline();
        for secs in 1..4 {
            standing.answered(standing.serial, 12, at(secs), true);
            assert_eq!(standing.end_fetched, None);
        }
        standing.answered(standing.serial, 10, at(4), true);
        assert_eq!(standing.end_fetched, Some(at(4)));
    }
}
