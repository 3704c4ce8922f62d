//! Engagement: what the counters of known posts have gained, when it was seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::Buzz;
use crate::post::{Action, Counters, Platform};
use crate::record::mention::Mention;
use crate::time::{Span, TICK, Timestamp};
use crate::window::landing::{Gain, TitleIndex};
use crate::window::ledger::Identity;
use crate::window::mark::Step;

/// What the counters of a post older than this say at first was not gained just now.
pub const BASE_AGE: Span = Span::from_hours(1);

/// Gains at or after T, added up by tick: T is always on one, so they land in the same slots.
pub(super) type WaitingGains = BTreeMap<(Timestamp, TitleIndex, Platform, Action), u64>;

/// The counters that any mention has carried: of each platform, bit n is the n-th action.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Carried([u8; Platform::ALL.len()]);

impl Carried {
    /// Sees a mention's counters.
    pub(super) fn see(&mut self, platform: Platform, counters: &Counters) {
        counters.each().for_each(|(action, _)| self.0[platform as usize] |= 1 << action as u8);
    }

    /// Whether any mention had this one.
    pub(super) fn has(&self, platform: Platform, action: Action) -> bool {
        self.0[platform as usize] & (1 << action as u8) != 0
    }
}

impl Buzz {
    /// Counts what the counters of a known post have gained, for each of its titles that has a
    /// seat.
    pub(super) fn earn(&mut self, log_time: Timestamp, identity: &Identity, mention: &Mention) {
        let Self { config: Some(config), ledger, tally, .. } = self else { return };
        let Some(entry) = ledger.get(identity).filter(|_| !mention.counters.is_empty()) else {
            return;
        };
        let observed = mention.observed.min(log_time);
        let event_time = entry.event_time;
        if observed > event_time + config.engagement_horizon {
            return;
        }
        let is_base = mention.id == mention.root && observed > event_time + BASE_AGE;
        let titles: SmallVec<[TitleIndex; 4]> =
            entry.titles.iter().map(|named| named.title).collect();
        let Some(marks) = ledger.marks(identity, &mention.id) else { return };
        let mut gains = SmallVec::<[Gain; Action::ALL.len()]>::new();
        for (action, count) in mention.counters.each() {
            let amount = match marks.see(action, count) {
                Step::First if is_base => 0,
                Step::First => count,
                Step::Up(gain) => gain,
                Step::Down => {
                    tally.corrections += 1;
                    0
                }
            };
            gains.push(Gain { observed, platform: mention.platform, action, amount });
        }
        gains.retain(|gain| gain.amount > 0);
        let liked = gains.iter().filter(|gain| gain.action != Action::View);
        let liked = liked.fold(0_u64, |sum, gain| sum.saturating_add(gain.amount));
        for gain in gains {
            titles.iter().for_each(|title| self.gain(*title, gain));
        }
        if liked > 0
            && let Some(entry) = self.ledger.get_mut(identity)
        {
            entry.earned = entry.earned.saturating_add(liked);
            // One that waits for T is ranked when it lands.
            let has_landed = self.shown.is_some_and(|time| event_time < time);
            for seat in titles.into_iter().filter(|_| has_landed) {
                if let Some(seat) = self.seats.get_mut(seat) {
                    seat.windows.rank(identity, event_time, entry.earned, &self.layout);
                }
            }
        }
    }

    /// A gain before T lands; one at or after it waits.
    fn gain(&mut self, title: TitleIndex, gain: Gain) {
        let Some(seat) = self.seats.get_mut(title) else { return };
        match self.shown {
            Some(time) if gain.observed < time => {
                seat.windows.earn(gain, &self.layout, time);
            }
            _ => {
                let key = (gain.observed.floor(TICK), title, gain.platform, gain.action);
                let amount = self.gains.entry(key).or_default();
                *amount = amount.wrapping_add(gain.amount);
            }
        }
    }

    /// Lands the gains that T has passed.
    pub(super) fn land_gains(&mut self, time: Timestamp) {
        while let Some(first) = self.gains.first_entry()
            && first.key().0 < time
        {
            let ((observed, title, platform, action), amount) = first.remove_entry();
            let gain = Gain { observed, platform, action, amount };
            if let Some(seat) = self.seats.again(title) {
                seat.windows.earn(gain, &self.layout, time);
            }
        }
    }
}
