//! What posts have earned, by the definition over all that the fold took.

use std::collections::BTreeMap;

use daebak::campaign::TitleId;
use daebak::post::id::PostId;
use daebak::post::{Action, Platform};
use daebak::record::mention::Mention;
use daebak::time::{Span, Timestamp};

use super::feeds::{BASE_AGE, Told};
use super::observed::Known;

/// When it was seen, where, what was done, and how often.
type Gain = (Timestamp, Platform, Action, u64);

/// The gains of every title, and how often each rule about them applied.
#[derive(Default)]
pub(crate) struct Earned {
    gains: BTreeMap<TitleId, Vec<Gain>>,
    pub(crate) n: Counts,
}

/// How often each rule applied.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) gains: u64,
    pub(crate) bases: u64,
    pub(crate) corrections: u64,
    pub(crate) waited: u64,
    pub(crate) behind_horizon: u64,
}

/// When the fold sees a mention.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) log_time: Timestamp,
    /// T.
    pub(super) time: Option<Timestamp>,
    pub(super) engagement_horizon: Span,
}

impl Earned {
    /// What a mention of a known post earns for those of its titles that are `seated`.
    pub(super) fn earn(
        &mut self,
        mention: &Mention,
        known: &mut Known,
        moment: Moment,
        seated: impl Fn(&TitleId) -> bool,
    ) {
        let observed = mention.observed.min(moment.log_time);
        if observed > mention.event_time + moment.engagement_horizon {
            self.n.behind_horizon += 1;
            return;
        }
        let told = told(mention);
        for (action, count) in Action::ALL.into_iter().zip(told) {
            let Some(count) = count else { continue };
            let highest = known.highest(&mention.id, action);
            let is_old = observed > mention.event_time + Span::from_secs(BASE_AGE);
            let is_base = highest.is_none() && mention.id == mention.root && is_old;
            let gain = if is_base { 0 } else { count.saturating_sub(highest.unwrap_or(0)) };
            self.n.bases += u64::from(is_base);
            self.n.corrections += u64::from(highest > Some(count));
            if gain == 0 {
                continue;
            }
            self.n.gains += 1;
            self.n.waited += u64::from(moment.time.is_none_or(|time| observed >= time));
            for title in known.titles.iter().filter(|title| seated(title)) {
                let gains = self.gains.entry(title.clone()).or_default();
                gains.push((observed, mention.platform, action, gain));
            }
        }
        known.told.push((mention.id.clone(), told));
    }

    /// What a title earned between two times.
    pub(super) fn between(
        &self,
        title: &TitleId,
        from: Timestamp,
        to: Timestamp,
    ) -> BTreeMap<(Platform, Action), u64> {
        let mut sums = BTreeMap::new();
        for (observed, platform, action, gain) in self.gains.get(title).into_iter().flatten() {
            if (from..to).contains(observed) {
                *sums.entry((*platform, *action)).or_default() += gain;
            }
        }
        sums
    }
}

impl Known {
    /// The highest value that a version's counter has had.
    fn highest(&self, version: &PostId, action: Action) -> Option<u64> {
        let told = self.told.iter().filter(|(told_of, _)| told_of == version);
        told.filter_map(|(_, told)| told[action as usize]).max()
    }
}

fn told(mention: &Mention) -> Told {
    let counters = mention.counters;
    [counters.likes, counters.shares, counters.comments, counters.views]
}
