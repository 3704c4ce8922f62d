//! What posts earned by what their records said: the truth about engagement.

use std::collections::BTreeMap;

use super::model::{Platform, Post, Titles};
use super::names::N_TITLES;
use super::wire;
use crate::time::{Span, Timestamp};

/// Likes, shares, comments and views, as far as a record says.
pub(super) type Told = [Option<u64>; 4];

/// Their labels.
const ACTIONS: [&str; 4] = ["like", "share", "comment", "view"];

/// What the counters of an older post say at first was there before.
const OLD: Span = Span::from_hours(1);

/// One record's word on the counters of a post.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight {
    at: Timestamp,
    event: Timestamp,
    platform: Platform,
    root: u64,
    version: u64,
    titles: Titles,
    told: Told,
}

impl Sight {
    /// A post whose counters have grown `growth` times, in a record of `at`.
    pub(super) fn of(post: &Post, growth: u32, at: Timestamp) -> Self {
        Self {
            at,
            event: post.event,
            platform: post.platform,
            root: post.edits.unwrap_or(post.id),
            version: post.id,
            titles: post.titles,
            told: wire::told(post, growth),
        }
    }
}

/// What was gained, and when.
type Gains = Vec<(Timestamp, u64)>;

/// Every gain of the posts that name a title.
#[derive(Debug, Default)]
pub(super) struct Earned {
    /// The highest that was told, by platform, root and version.
    highest: BTreeMap<(Platform, u64, u64), Told>,
    /// By platform and place in [`ACTIONS`], for each title: there from the first record on that
    /// says it.
    gains: BTreeMap<(Platform, usize), [Gains; N_TITLES]>,
}

impl Earned {
    /// Learns what a record said of a post, in the order of arrival.
    pub(super) fn see(&mut self, sight: Sight) {
        let Sight { at, event, platform, root, version, titles, told } = sight;
        if titles.is_empty() {
            return;
        }
        let highest = self.highest.entry((platform, root, version)).or_default();
        for (action, (told, highest)) in told.into_iter().zip(highest).enumerate() {
            let Some(told) = told else { continue };
            let gains = self.gains.entry((platform, action)).or_default();
            let was_there = if root == version && at > event + OLD { told } else { 0 };
            let n = told.saturating_sub(highest.unwrap_or(was_there));
            *highest = Some(told).max(*highest);
            for (title, gains) in gains.iter_mut().enumerate() {
                if n > 0 && titles.has(title) {
                    gains.push((at, n));
                }
            }
        }
    }

    /// What posts that name a title gained from `from` up to, not including, `to`; `None` where
    /// no record of the platform has said.
    pub(super) fn of(
        &self,
        title: Option<usize>,
        platform: Platform,
        action: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Option<u64> {
        let action = ACTIONS.iter().position(|label| *label == action)?;
        let gains = self.gains.get(&(platform, action))?;
        let of_title = title.and_then(|title| gains.get(title)).into_iter().flatten();
        let then = of_title.filter(|(at, _)| (from..to).contains(at));
        Some(then.map(|(_, n)| n).sum())
    }
}
