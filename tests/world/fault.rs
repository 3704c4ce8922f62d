//! What can go wrong in the world, and the chance by which it does.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What can go wrong. A seed chooses some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    Redelivery,
    LatePost,
    TooLatePost,
    AddedTitle,
    Edit,
    UntaggedEdit,
    StrayTitle,
    GrownCounters,
    ShrunkCounters,
    MissingCounters,
    OldPost,
    FuturePost,
    FutureStamp,
    Poison,
    Retraction,
    EarlyRetraction,
    RepeatedRetraction,
    StrangeRetraction,
    PolledFeed,
    DelayedFeed,
    EmptyPartition,
    PartitionAdded,
    FeedUnheard,
    Outage,
    Crash,
    Rewind,
    Zombie,
    Rebalance,
    FastClock,
    SlowClock,
    FleetDown,
    ColdStart,
    LogTimeBack,
    Backfill,
    Rival,
    SmallPending,
    SmallLedger,
    FewAuthors,
    FewSeats,
    ShortMemory,
    FirstConfigLate,
    LatenessRaised,
    LatenessLowered,
    WindowAdded,
    WindowRemoved,
    TitleRemoved,
    ConflictingConfigs,
    OwnerCrash,
    OwnerZombie,
    MissingChunk,
    FlippedByte,
    UnknownVersion,
    ForeignLog,
}

impl Fault {
    pub(crate) const ALL: [Self; 53] = [
        Self::Redelivery,
        Self::LatePost,
        Self::TooLatePost,
        Self::AddedTitle,
        Self::Edit,
        Self::UntaggedEdit,
        Self::StrayTitle,
        Self::GrownCounters,
        Self::ShrunkCounters,
        Self::MissingCounters,
        Self::OldPost,
        Self::FuturePost,
        Self::FutureStamp,
        Self::Poison,
        Self::Retraction,
        Self::EarlyRetraction,
        Self::RepeatedRetraction,
        Self::StrangeRetraction,
        Self::PolledFeed,
        Self::DelayedFeed,
        Self::EmptyPartition,
        Self::PartitionAdded,
        Self::FeedUnheard,
        Self::Outage,
        Self::Crash,
        Self::Rewind,
        Self::Zombie,
        Self::Rebalance,
        Self::FastClock,
        Self::SlowClock,
        Self::FleetDown,
        Self::ColdStart,
        Self::LogTimeBack,
        Self::Backfill,
        Self::Rival,
        Self::SmallPending,
        Self::SmallLedger,
        Self::FewAuthors,
        Self::FewSeats,
        Self::ShortMemory,
        Self::FirstConfigLate,
        Self::LatenessRaised,
        Self::LatenessLowered,
        Self::WindowAdded,
        Self::WindowRemoved,
        Self::TitleRemoved,
        Self::ConflictingConfigs,
        Self::OwnerCrash,
        Self::OwnerZombie,
        Self::MissingChunk,
        Self::FlippedByte,
        Self::UnknownVersion,
        Self::ForeignLog,
    ];
}

pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number from `low` up to, not including, `high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::from(self.0.next_u32()) % (high - low)
    }

    pub(crate) fn index(&mut self, n: usize) -> usize {
        self.0.next_u32() as usize % n
    }

    pub(super) fn number(&mut self) -> u64 {
        self.0.next_u32().into()
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.index(n) == 0
    }
}
