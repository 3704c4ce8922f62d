//! Engagement: what the counters of known posts have gained, when it was seen.

use std::collections::BTreeMap;

use super::Buzz;
use crate::post::{Action, Platform};
use crate::record::mention::Mention;
use crate::time::{Span, TICK, Timestamp};
use crate::window::ledger::TitleIndex;
use crate::window::mark::Step;
use crate::window::title::Gain;

/// What the counters of a post older than this say at first was not gained just now.
pub const BASE_AGE: Span = Span::from_hours(1);

/// Gains at or after T, added up by tick: T is always on one, so they land in the same slots.
pub(super) type WaitingGains = BTreeMap<(Timestamp, TitleIndex, Platform, Action), u64>;

impl Buzz {
    /// Counts what the counters of a known post have gained, for each of its titles that has a
    /// seat.
    pub(super) fn earn(&mut self, log_time: Timestamp, mention: &Mention) {
        let Self { config: Some(config), ledger, tally, .. } = self else { return };
        let identity = (mention.platform, mention.root.clone());
        let Some(entry) = ledger.get(&identity) else { return };
        let observed = mention.observed.min(log_time);
        if observed > entry.event_time + config.engagement_horizon {
            return;
        }
        let is_base = mention.id == mention.root && observed > entry.event_time + BASE_AGE;
        let titles = entry.titles.clone();
        let Some(marks) = ledger.marks(&identity, &mention.id) else { return };
        let mut gains = Vec::new();
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
        for gain in gains {
            titles.iter().for_each(|title| self.gain(*title, gain));
        }
    }

    /// A gain before T lands; one at or after it waits.
    fn gain(&mut self, title: TitleIndex, gain: Gain) {
        let Some(seat) = self.seats.get_mut(&title) else { return };
        match self.clocks.time() {
            Some(time) if gain.observed < time => seat.windows.earn(gain, &self.layout, time),
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
            let seat = self.seats.entry(title).or_default();
            let gain = Gain { observed, platform, action, amount };
            seat.windows.earn(gain, &self.layout, time);
        }
    }
}
