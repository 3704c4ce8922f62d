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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::record::heartbeat::{Heartbeat, Progress};
    use crate::record::{LogRecord, SCHEMA_VERSION};
    use crate::time::Span;

    const START: Timestamp = Timestamp::from_secs(1_770_000_000);

    struct Owned {
        buzz: Buzz,
        config: LogRecord,
        topics: Vec<Box<str>>,
    }

    /// A campaign whose config is in no log yet, under a name of its own.
    fn owned(name: &str) -> (Owned, Arc<Campaign>) {
        let config = config::shipped().unwrap();
        let mut campaign = (*config.campaigns[0]).clone();
        campaign.id = CampaignId::new(name);
        let config = config.service.fold_config(&campaign);
        let topics = config.topics.keys().cloned().collect();
        let buzz = Buzz::new(campaign.id.clone());
        let config = LogRecord::Config(Box::new(config));
        (Owned { buzz, config, topics }, Arc::new(campaign))
    }

    impl Owned {
        fn configure(&mut self) {
            self.buzz.apply(START, &self.config).unwrap();
        }

        /// Moves T.
        fn until(&mut self, time: Timestamp) {
            let progress = |topic: &str| Progress {
                topic: topic.into(),
                partition: 0,
                position: 0,
                watermark: Some(time),
                end_fetched: None,
            };
            let heartbeat = Heartbeat {
                v: SCHEMA_VERSION,
                tagger: "t".into(),
                clock: time,
                revisions: BTreeMap::new(),
                partition_counts: self.topics.iter().map(|topic| (topic.clone(), 1)).collect(),
                partitions: self.topics.iter().map(|topic| progress(topic)).collect(),
            };
            self.buzz.apply(time, &LogRecord::Heartbeat(heartbeat)).unwrap();
        }
    }

    fn ids(boards: &Boards) -> Vec<String> {
        let board = boards.board(START);
        board.campaigns.iter().map(|view| view.campaign.to_string()).collect()
    }

    #[test]
    fn a_campaign_is_on_the_board_from_its_first_time_until_it_is_given_up() {
        let ((mut one, file), (mut other, other_file)) = (owned("one"), owned("other"));
        let files = [file, other_file];
        let mut boards = Boards::default();
        let mut take = |folds: &[&Buzz]| {
            let is_other = boards.take(folds.iter().copied(), &files, START);
            (is_other, ids(&boards), boards.number)
        };
        assert_eq!(take(&[]), (false, vec![], 0));
        assert!(take(&[&one.buzz]).1.is_empty(), "no config");
        one.configure();
        assert!(take(&[&one.buzz]).1.is_empty(), "no T");
        one.until(START + Span::from_minutes(1));
        other.configure();
        other.until(START + Span::from_minutes(1));
        let (is_other, on_it, number) = take(&[&one.buzz, &other.buzz]);
        assert_eq!((is_other, on_it), (true, vec!["one".into(), "other".into()]));
        assert_eq!(take(&[&other.buzz]), (true, vec!["other".into()], number + 1));
        assert_eq!(take(&[]), (true, vec![], number + 2));
        assert_eq!(take(&[]), (false, vec![], number + 2));
    }

    #[test]
    fn a_campaign_whose_time_stands_is_not_made_anew_at_once() {
        let ((mut one, file), (mut other, other_file)) = (owned("one"), owned("other"));
        for owned in [&mut one, &mut other] {
            owned.configure();
            owned.until(START + Span::from_minutes(1));
        }
        let files = [file, other_file];
        let mut boards = Boards::default();
        assert!(boards.take([&one.buzz, &other.buzz].into_iter(), &files, START));
        let first = boards.board(START);
        one.until(START + Span::from_minutes(2));
        assert!(boards.take([&one.buzz, &other.buzz].into_iter(), &files, START));
        let second = boards.board(START);
        assert!(!Arc::ptr_eq(&first.campaigns[0], &second.campaigns[0]));
        assert!(Arc::ptr_eq(&first.campaigns[1], &second.campaigns[1]));
        assert_eq!(second.campaigns[0].time, START + Span::from_minutes(2));
        assert!(!boards.take([&one.buzz, &other.buzz].into_iter(), &files, START));
    }

    #[test]
    fn a_campaign_without_a_file_is_not_on_the_board() {
        let (mut one, _) = owned("one");
        one.configure();
        one.until(START + Span::from_minutes(1));
        let mut boards = Boards::default();
        boards.take([&one.buzz].into_iter(), &[], START);
        assert!(boards.board(START).campaigns.is_empty());
    }
}
