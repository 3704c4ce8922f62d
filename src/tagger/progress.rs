//! How far the records of each owned feed partition have come in event time.

use std::collections::BTreeMap;

use crate::record::config::FeedTiming;
use crate::time::{Span, Timestamp};

/// The newest event time of each owned partition.
#[derive(Debug)]
pub(super) struct Newest {
    timing: FeedTiming,
    out_of_orderness: Span,
    partitions: BTreeMap<i32, Seen>,
}

/// What the records of one partition have said.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    newest: Option<Timestamp>,
    /// How long after its event the last record came.
    delay: Option<Span>,
}

impl Newest {
    pub(super) fn new(timing: FeedTiming, out_of_orderness: Span) -> Self {
        Self { timing, out_of_orderness, partitions: BTreeMap::new() }
    }

    /// A partition is ours now; nothing is known of it.
    pub(super) fn assigned(&mut self, partition: i32) {
        self.partitions.insert(partition, Seen::default());
    }

    /// A partition is no longer ours.
    pub(super) fn revoked(&mut self, partition: i32) {
        self.partitions.remove(&partition);
    }

    /// The partitions that are ours.
    pub(super) fn partitions(&self) -> impl Iterator<Item = i32> {
        self.partitions.keys().copied()
    }

    /// A record stamped `timestamp`, whose newest post is of `event_time`, was taken at `now`.
    ///
    /// The feed's delay bounds what a record can say of its feed, whatever a post claims. A record
    /// stamped later than now says nothing: a fast clock elsewhere must not move time.
    pub(super) fn saw(
        &mut self,
        partition: i32,
        event_time: Timestamp,
        timestamp: Timestamp,
        now: Timestamp,
    ) {
        if timestamp > now {
            return;
        }
        let reached = event_time.min(timestamp - self.timing.delay);
        if let Some(seen) = self.partitions.get_mut(&partition) {
            seen.newest = seen.newest.max(Some(reached));
            seen.delay = Some(timestamp - event_time);
        }
    }

    /// No event before this is expected any more.
    pub(super) fn watermark(&self, partition: i32) -> Option<Timestamp> {
        let newest = self.partitions.get(&partition)?.newest?;
        Some(newest - self.out_of_orderness)
    }

    /// How long after its event the partition's last record came.
    pub(super) fn delay(&self, partition: i32) -> Option<Span> {
        self.partitions.get(&partition)?.delay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(delay: Span) -> Newest {
        let timing = FeedTiming { delay, max_delay: Span::from_secs(60) };
        let mut newest = Newest::new(timing, Span::from_secs(10));
        newest.assigned(0);
        newest
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    #[test]
    fn the_watermark_trails_the_newest_event_and_never_falls() {
        let mut newest = newest(Span::ZERO);
        assert_eq!(newest.watermark(0), None);
        newest.saw(0, at(100), at(105), at(105));
        newest.saw(0, at(50), at(106), at(106));
        assert_eq!(newest.watermark(0), Some(at(90)));
        assert_eq!(newest.delay(0), Some(Span::from_secs(56)), "the last record's");
    }

    #[test]
    fn a_post_from_the_future_counts_as_its_record_less_the_delay() {
        let mut newest = newest(Span::from_secs(30));
        newest.saw(0, at(9999), at(105), at(105));
        assert_eq!(newest.watermark(0), Some(at(65)));
    }

    #[test]
    fn a_record_stamped_later_than_now_moves_nothing() {
        let mut newest = newest(Span::ZERO);
        newest.saw(0, at(100), at(106), at(105));
        assert_eq!(newest.watermark(0), None);
    }

    #[test]
    fn what_is_not_owned_has_no_watermark() {
        let mut newest = newest(Span::ZERO);
        newest.saw(1, at(100), at(100), at(100));
        newest.saw(0, at(100), at(100), at(100));
        newest.revoked(0);
        assert_eq!((newest.watermark(0), newest.watermark(1)), (None, None));
    }
}
