//! The board of the campaigns that are shown: what of it has moved is made anew.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Aggregator;
use crate::buzz::Buzz;
use crate::campaign::{Campaign, CampaignId};
use crate::clock::Stopwatch;
use crate::time::Timestamp;
use crate::view::{Board, CampaignView};

/// The board is looked at so often, by the wall clock.
pub(super) const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// A campaign whose T stands is made anew after so long: its feeds, and how old T is, move on.
const VIEW_AGE_MAX: Duration = Duration::from_secs(5);

/// The campaigns on the board.
#[derive(Default)]
pub(super) struct Boards {
    number: u64,
    shown: BTreeMap<CampaignId, Shown>,
}

/// A campaign on the board.
struct Shown {
    view: Arc<CampaignView>,
    made: Stopwatch,
}

impl Aggregator {
    /// Puts up the board of the campaigns whose partitions are replayed, if it is another one.
    pub(super) fn show_board(&mut self) {
        let mut boards = std::mem::take(&mut self.boards);
        let (campaigns, now) = (&self.parts.config.campaigns, self.parts.clock.now());
        if boards.take(self.shown(), campaigns, now) {
            self.parts.status.show(boards.board(self.parts.status.now()));
        }
        self.boards = boards;
    }
}

impl Boards {
    /// Takes the folds that are shown at `now`, by the service's clock; none of a campaign without
    /// a file, or before its T. Returns whether anything is not as it was.
    fn take<'a>(
        &mut self,
        folds: impl Iterator<Item = &'a Buzz>,
        campaigns: &[Arc<Campaign>],
        now: Timestamp,
    ) -> bool {
        let mut before = std::mem::take(&mut self.shown);
        let mut is_new = false;
        for buzz in folds {
            let id = buzz.campaign();
            let old = before.remove(id);
            let shown = match old {
                Some(old) if old.holds(buzz) => Some(old),
                old => {
                    is_new = true;
                    let names = campaigns.iter().find(|campaign| campaign.id == *id);
                    names.and_then(|names| Shown::of(buzz, names, now, old.as_ref()))
                }
            };
            self.shown.extend(shown.map(|shown| (id.clone(), shown)));
        }
        // What is left has been given up.
        let is_other = is_new || !before.is_empty();
        self.number += u64::from(is_other);
        is_other
    }

    fn board(&self, made: Timestamp) -> Board {
        let campaigns = self.shown.values().map(|shown| Arc::clone(&shown.view)).collect();
        Board { made, number: self.number, campaigns }
    }
}

impl Shown {
    fn of(buzz: &Buzz, names: &Campaign, now: Timestamp, before: Option<&Self>) -> Option<Self> {
        let view = CampaignView::of(buzz, names, now, before.map(|before| &*before.view))?;
        Some(Self { view: Arc::new(view), made: Stopwatch::start() })
    }

    /// Whether it need not be made anew yet.
    fn holds(&self, buzz: &Buzz) -> bool {
        let revision = buzz.config().map(|config| &config.revision);
        buzz.time() == Some(self.view.time)
            && revision == Some(&self.view.revision)
            && self.made.elapsed() < VIEW_AGE_MAX
    }
}
