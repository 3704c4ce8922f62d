//! A title's history: from when on nothing that names it is missing.
//!
//! It begins at the log's timestamp when every live feed partition is tagged by a revision with
//! the title, and ends when one no longer is. A partition that is stalled says nothing new, and is
//! left out. A backfill moves the beginning back.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::Buzz;
use crate::campaign::{Revision, TitleId};
use crate::record::backfill::Backfill;
use crate::record::config::FoldConfig;
use crate::time::Timestamp;
use crate::window::landing::TitleIndex;

/// How many revisions' titles are remembered: those of the newest config records. A tagger that is
/// further behind tags for no title that is known.
const REVISIONS_MAX: usize = 16;

/// What revisions tag, and which ones do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Revisions {
    /// Their titles, in order; the newest record last.
    known: VecDeque<(Revision, BTreeSet<TitleIndex>)>,
    /// Those of the live feed partitions, when that was looked at last.
    live: Vec<Option<Revision>>,
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

    /// The titles that all live partitions are tagged with.
    fn tagged(&self) -> BTreeSet<TitleIndex> {
        let none = BTreeSet::new();
        let titles = |revision: &Option<Revision>| {
            let known = self.known.iter().find(|(known, _)| Some(known) == revision.as_ref());
            known.map_or(&none, |(_, titles)| titles)
        };
        let mut live = self.live.iter().map(titles);
        let first = live.next().cloned().unwrap_or_default();
        live.fold(first, |all, titles| all.intersection(titles).copied().collect())
    }
}

impl Buzz {
    /// Begins and ends histories where heartbeats or a new config say so.
    pub(super) fn follow_histories(&mut self, is_configured: bool) {
        let Some(config) = &self.config else { return };
        let live = self.clocks.revisions(config);
        if live == self.revisions.live && !is_configured {
            return;
        }
        self.revisions.live = live;
        let tagged = self.revisions.tagged();
        let shown = self.numbers_of(config);
        let begins = self.clocks.log_time();
        for (number, seat) in self.seats.iter_mut() {
            let is_whole = tagged.contains(&number) && shown.contains(&number);
            seat.history = if is_whole { seat.history.or(begins) } else { None };
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
