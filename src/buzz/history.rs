//! A title's history: from when on nothing that names it is missing.
//!
//! It begins at the log's timestamp when every live feed partition is known to be tagged with the
//! title, and ends when one is known not to be. A tagger mostly comes before the config record of
//! its revision, and a partition before its first heartbeat: what tags them is not known till then.
//! A partition that is stalled says nothing new, and is left out. A backfill moves the beginning
//! back.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::Buzz;
use crate::campaign::{Revision, TitleId};
use crate::record::backfill::Backfill;
use crate::record::config::FoldConfig;
use crate::time::Timestamp;
use crate::window::landing::TitleIndex;
use crate::window::watermark::Tagging;

/// How many revisions' titles are remembered: those of the newest config records. What a tagger
/// that is further behind tags is not known.
const REVISIONS_MAX: usize = 16;

/// What revisions tag, and what tags the feeds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Revisions {
    /// Their titles, in order; the newest record last.
    known: VecDeque<(Revision, BTreeSet<TitleIndex>)>,
    /// What tagged the live feed partitions when that was looked at last.
    live: Vec<Tagging>,
}

impl Revisions {
    /// Remembers the titles of a config record.
    pub(super) fn learn(&mut self, revision: &Revision, titles: BTreeSet<TitleIndex>) {
        self.known.retain(|(known, _)| known != revision);
        self.known.push_back((revision.clone(), titles));
        if self.known.len() > REVISIONS_MAX {
            self.known.pop_front();
        }
    }

    /// What live partitions are tagged with, as far as that is known, and whether all of it is.
    fn tagged(&self) -> (Vec<BTreeSet<TitleIndex>>, bool) {
        let titles = |tagging: &Tagging| match tagging {
            Tagging::Unheard => None,
            Tagging::Nothing => Some(BTreeSet::new()),
            Tagging::By(revision) => {
                let known = self.known.iter().find(|(known, _)| known == revision);
                known.map(|(_, titles)| titles.clone())
            }
        };
        let tagged: Vec<_> = self.live.iter().filter_map(titles).collect();
        let is_all = !tagged.is_empty() && tagged.len() == self.live.len();
        (tagged, is_all)
    }
}

impl Buzz {
    /// Begins and ends histories where heartbeats or a new config say so.
    pub(super) fn follow_histories(&mut self, is_configured: bool) {
        let Some(config) = &self.config else { return };
        let live = self.clocks.tagging(config);
        if live == self.revisions.live && !is_configured {
            return;
        }
        self.revisions.live = live;
        let (tagged, is_all) = self.revisions.tagged();
        let shown = self.numbers_of(config);
        let begins = self.clocks.log_time();
        for (number, seat) in self.seats.iter_mut() {
            let lacks_it = |titles: &BTreeSet<TitleIndex>| !titles.contains(&number);
            if lacks_it(&shown) || tagged.iter().any(lacks_it) {
                seat.history = None;
            } else if is_all {
                seat.history = seat.history.or(begins);
            }
        }
    }

    /// Older feed records were read again: what they hold is known too, down to H, if the run
    /// began when the title was tagged already.
    pub(super) fn fill_back(&mut self, backfill: &Backfill) {
        let from = backfill.since.max(self.clocks.horizon().unwrap_or(backfill.since));
        for (_, seat) in self.seats.iter_mut() {
            seat.history = seat
                .history
                .map(|start| if start <= backfill.began { start.min(from) } else { start });
        }
    }

    /// What `config` names, by number.
    pub(super) fn numbers_of(&self, config: &FoldConfig) -> BTreeSet<TitleIndex> {
        let number = |title: &TitleId| self.seats.number(title);
        config.titles.iter().filter_map(number).collect()
    }

    /// From when on every post that names the title is in the log.
    pub fn history_start(&self, title: &TitleId) -> Option<Timestamp> {
        self.seats.of(title)?.history
    }
}
