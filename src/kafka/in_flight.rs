//! Which offsets may be stored: those behind which every mention and dead letter is acknowledged.
//!
//! A record that gave nothing costs no entry: it is done once all before it are.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The most records with unacknowledged output, or behind one, that a consumer keeps account of;
/// at that, it takes no more. 24 B each.
pub const IN_FLIGHT_RECORDS_MAX: usize = 200_000;

/// Counts down the acknowledgements that one record's output still waits for.
#[derive(Clone, Debug)]
pub struct Ticket(Arc<AtomicU32>);

impl Ticket {
    /// Waits for this many acknowledgements.
    pub fn new(outstanding: u32) -> Self {
        Self(Arc::new(AtomicU32::new(outstanding)))
    }

    /// Counts one acknowledgement.
    pub fn acknowledge(&self) {
        // Never below zero: one too many must not make the count huge and hold offsets for ever.
        let _ = self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |outstanding| {
            outstanding.checked_sub(1)
        });
    }

    /// Whether all acknowledgements have come.
    pub fn is_acknowledged(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }

    pub(super) fn into_shared(self) -> Arc<AtomicU32> {
        self.0
    }

    pub(super) fn from_shared(shared: Arc<AtomicU32>) -> Self {
        Self(shared)
    }
}

/// The account of one consumer's partitions.
#[derive(Debug, Default)]
pub struct InFlight {
    partitions: BTreeMap<i32, Lane>,
    waiting: usize,
}

#[derive(Debug, Default)]
struct Lane {
    /// The offset after the last record taken.
    position: i64,
    /// Records whose output was not acknowledged when last looked at, oldest first.
    waiting: VecDeque<(i64, Ticket)>,
    /// The offset last handed out for storing.
    stored: Option<i64>,
}

impl InFlight {
    /// Takes account of the record at `offset`, with the ticket of its output if it had any.
    pub fn take(&mut self, partition: i32, offset: i64, ticket: Option<Ticket>) {
        let lane = self.partitions.entry(partition).or_default();
        lane.position = offset.saturating_add(1);
        if let Some(ticket) = ticket {
            lane.waiting.push_back((offset, ticket));
            self.waiting += 1;
        }
    }

    /// The partitions whose offset may move on since the last call, with the offset to read next
    /// after a restart: all before it is acknowledged.
    pub fn storable(&mut self) -> Vec<(i32, i64)> {
        let mut storable = Vec::new();
        for (partition, lane) in &mut self.partitions {
            while lane.waiting.front().is_some_and(|(_, ticket)| ticket.is_acknowledged()) {
                lane.waiting.pop_front();
                self.waiting -= 1;
            }
            let next = lane.waiting.front().map_or(lane.position, |(offset, _)| *offset);
            if lane.stored != Some(next) {
                lane.stored = Some(next);
                storable.push((*partition, next));
            }
        }
        storable
    }

    /// The offset after the last record taken, of each partition.
    pub fn positions(&self) -> BTreeMap<i32, i64> {
        self.partitions.iter().map(|(partition, lane)| (*partition, lane.position)).collect()
    }

    /// Drops the account of a partition that now belongs to another.
    pub fn forget(&mut self, partition: i32) {
        if let Some(lane) = self.partitions.remove(&partition) {
            self.waiting -= lane.waiting.len();
        }
    }

    /// Whether no further record may be taken before acknowledgements come.
    pub fn is_full(&self) -> bool {
        self.waiting >= IN_FLIGHT_RECORDS_MAX
    }

    /// How many records are kept account of.
    pub fn len(&self) -> usize {
        self.waiting
    }

    /// Whether every output was acknowledged when [`storable`](Self::storable) last looked.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_offset_is_held_by_the_oldest_unacknowledged_record() {
        let mut in_flight = InFlight::default();
        let (first, second) = (Ticket::new(2), Ticket::new(1));
        in_flight.take(0, 10, None);
        in_flight.take(0, 11, Some(first.clone()));
        in_flight.take(0, 12, None);
        in_flight.take(0, 13, Some(second.clone()));
        assert_eq!(in_flight.storable(), [(0, 11)]);
        second.acknowledge();
        first.acknowledge();
        assert_eq!(in_flight.storable(), [], "one of two mentions is still on its way");
        first.acknowledge();
        assert_eq!(in_flight.storable(), [(0, 14)]);
        assert!(in_flight.is_empty());
    }

    #[test]
    fn records_without_output_cost_no_entry() {
        let mut in_flight = InFlight::default();
        (0..1000).for_each(|offset| in_flight.take(3, offset, None));
        assert_eq!(in_flight.len(), 0);
        assert_eq!(in_flight.storable(), [(3, 1000)]);
    }

    #[test]
    fn a_revoked_partition_is_never_stored() {
        let mut in_flight = InFlight::default();
        let ticket = Ticket::new(1);
        in_flight.take(0, 5, Some(ticket.clone()));
        in_flight.forget(0);
        ticket.acknowledge();
        assert_eq!(in_flight.storable(), []);
        assert!(in_flight.is_empty());
    }

    #[test]
    fn one_acknowledgement_too_many_does_no_harm() {
        let ticket = Ticket::new(1);
        ticket.acknowledge();
        ticket.acknowledge();
        assert!(ticket.is_acknowledged());
    }

    proptest! {
        /// Records come with 0..3 outputs, acknowledgements in any order: what may be stored is
        /// always the first offset with an output still on its way.
        #[test]
        fn nothing_unacknowledged_lies_before_a_stored_offset(
            outputs in prop::collection::vec(0u32..3, 1..40),
            picks in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
            looks in prop::collection::vec(any::<bool>(), 80),
        ) {
            let mut in_flight = InFlight::default();
            let mut open: Vec<(i64, Ticket)> = Vec::new();
            for (offset, &outputs) in (0i64..).zip(&outputs) {
                let ticket = (outputs > 0).then(|| Ticket::new(outputs));
                for _ in 0..outputs {
                    open.push((offset, ticket.clone().unwrap()));
                }
                in_flight.take(0, offset, ticket);
            }
            let end = i64::try_from(outputs.len()).unwrap();
            let mut stored = None;
            for (pick, look) in picks.iter().zip(looks) {
                if !open.is_empty() {
                    open.swap_remove(pick.index(open.len())).1.acknowledge();
                }
                if look {
                    stored = in_flight.storable().last().map(|(_, next)| *next).or(stored);
                    let first = open.iter().map(|(offset, _)| *offset).min().unwrap_or(end);
                    prop_assert_eq!(stored, Some(first));
                }
            }
        }
    }
}
