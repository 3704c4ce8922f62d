//! Laws of engagement: what counters have gained, by the definition and by what was really done.

use std::collections::{BTreeMap, BTreeSet};

use daebak::buzz::{Applied, BASE_AGE, Buzz};
use daebak::campaign::TitleId;
use daebak::metric::buzz::render;
use daebak::post::id::PostId;
use daebak::post::{Action, Counters, Platform};
use daebak::record::LogRecord;
use daebak::record::config::FoldConfig;
use daebak::record::mention::Mention;
use daebak::time::{Span, Timestamp};
use proptest::prelude::*;
use proptest::sample::Index;

use super::made::Log;
use super::retracted::restored;
use super::written::{TITLES, at, config, mention, retraction, window};

const LATENESS: i64 = 5_000;
const HORIZON: i64 = 4_500;
/// When the ledger forgets, it forgets this much at once.
const SLOT: i64 = 600;
/// Likes, shares, comments, views, as far as the platform said.
type Told = [Option<u64>; Action::ALL.len()];
/// Title, platform and action, each by its number.
type Series = (usize, usize, usize);

/// Two windows, of which the longer reaches back to posts whose first counters are a base.
fn settings() -> FoldConfig {
    FoldConfig {
        windows: vec![window(120, 10), window(7_200, 600)],
        allowed_lateness: Span::from_secs(LATENESS),
        engagement_horizon: Span::from_secs(HORIZON),
        ..config()
    }
}

fn counters([likes, shares, comments, views]: Told) -> Counters {
    Counters { likes, shares, comments, views }
}

fn likes(n: u64) -> Told {
    [Some(n), None, None, None]
}

#[derive(Clone, Debug)]
struct Post {
    event: i64,
    platform: usize,
}

/// A sight of a post's version, 0 the first.
#[derive(Clone, Debug)]
struct Sight {
    post: usize,
    version: u64,
    observed: i64,
    titles: Vec<usize>,
    told: Told,
}

impl Sight {
    fn record(&self, post: &Post) -> LogRecord {
        let root = root(self.post);
        LogRecord::Mention(Box::new(Mention {
            id: PostId::Number(root + self.version),
            platform: Platform::SHAPED[post.platform],
            observed: at(self.observed),
            counters: counters(self.told),
            ..mention(root, post.event, self.titles.iter().map(|title| TITLES[*title]))
        }))
    }
}

fn root(post: usize) -> u64 {
    10 * (post as u64 + 1)
}

/// What may happen to one of the posts.
#[derive(Clone, Debug)]
enum Event {
    Seen {
        version: u64,
        lag: i64,
        titles: Vec<usize>,
        told: Told,
    },
    Retracted {
        version: u64,
    },
    /// An earlier sight, as it was.
    Again(Index),
}

/// A world's posts, by age at their first sight, and what happens: after how long, to which post.
#[derive(Clone, Debug)]
struct History {
    posts: Vec<(i64, usize)>,
    events: Vec<(i64, Index, Event)>,
}

fn history() -> impl Strategy<Value = History> {
    let age =
        prop_oneof![3 => 0_i64..300, 2 => 3_300_i64..4_400, 1 => 4_400_i64..5_600, 1 => -60_i64..0];
    let posts = prop::collection::vec((age, 0_usize..3), 1..6);
    let told = prop::array::uniform4(prop::option::weighted(0.7, 0_u64..40));
    let titles = prop::sample::subsequence(vec![0, 1, 2], 1..3);
    let lag = prop_oneof![4 => 0_i64..20, 2 => 0_i64..900, 1 => -400_i64..0];
    let seen = (prop_oneof![3 => Just(0), 1 => 1_u64..3], lag, titles, told)
        .prop_map(|(version, lag, titles, told)| Event::Seen { version, lag, titles, told });
    let event = prop_oneof![
        12 => seen,
        1 => (0_u64..3).prop_map(|version| Event::Retracted { version }),
        2 => any::<Index>().prop_map(Event::Again),
    ];
    let pause = prop_oneof![3 => 0_i64..30, 1 => 0_i64..400];
    let events = prop::collection::vec((pause, any::<Index>(), event), 1..60);
    (posts, events).prop_map(|(posts, events)| History { posts, events })
}

/// What is known of a post.
#[derive(Debug, Default)]
struct Known {
    titles: BTreeSet<usize>,
    versions: BTreeSet<u64>,
    retracted: bool,
    /// Counters that counted.
    told: Vec<(u64, Told)>,
}

/// The definition, over all that has been told.
#[derive(Default)]
struct Definition {
    horizon: i64,
    posts: BTreeMap<usize, Known>,
    tombstones: BTreeMap<(usize, u64), i64>,
    gains: Vec<(i64, Series, u64)>,
    corrections: u64,
}

impl Definition {
    fn see(&mut self, now: i64, sight: &Sight, post: &Post) {
        let is_late = post.event < self.horizon;
        if is_late && !self.posts.contains_key(&sight.post) {
            return;
        }
        let known = self.posts.entry(sight.post).or_default();
        known.versions.extend([0, sight.version]);
        let is_gone = |version| self.tombstones.contains_key(&(sight.post, version));
        known.retracted |= is_gone(0) || is_gone(sight.version);
        if known.retracted {
            return;
        }
        if !is_late {
            known.titles.extend(&sight.titles);
        }
        let observed = sight.observed.min(now);
        if observed > post.event + HORIZON {
            return;
        }
        for (action, count) in sight.told.into_iter().enumerate() {
            let Some(count) = count else { continue };
            let of_version = known.told.iter().filter(|(version, _)| *version == sight.version);
            let highest = of_version.filter_map(|(_, told)| told[action]).max();
            let is_base = sight.version == 0 && observed > post.event + 3_600;
            let gain = match highest {
                None if is_base => 0,
                None => count,
                Some(highest) => count.saturating_sub(highest),
            };
            self.corrections += u64::from(highest > Some(count));
            for title in &known.titles {
                self.gains.push((observed, (*title, post.platform, action), gain));
            }
        }
        known.told.push((sight.version, sight.told));
    }

    fn retract(&mut self, now: i64, post: usize, version: u64) {
        match self.posts.get_mut(&post).filter(|known| known.versions.contains(&version)) {
            Some(known) => known.retracted = true,
            None => drop(self.tombstones.insert((post, version), now)),
        }
    }

    /// What a redelivery can no longer bring back is forgotten.
    fn forget(&mut self, now: i64, posts: &BTreeMap<usize, Post>) {
        self.horizon = now - LATENESS;
        let before = self.horizon.min(now - HORIZON);
        let slot = before.div_euclid(SLOT) * SLOT;
        self.posts.retain(|post, _| posts[post].event >= slot);
        self.tombstones.retain(|_, time| *time >= before);
    }

    fn numbers(&self, time: Timestamp) -> BTreeMap<(Series, usize), u64> {
        let mut numbers = BTreeMap::new();
        for (index, window) in settings().windows.iter().enumerate() {
            let covered = (time - window.length).floor(window.slide)..time;
            for (observed, series, gain) in &self.gains {
                if covered.contains(&at(*observed)) {
                    *numbers.entry((*series, index)).or_default() += gain;
                }
            }
        }
        numbers.retain(|_, n| *n > 0);
        numbers
    }
}

/// What the windows show, but for zeros.
fn shown(fold: &Buzz) -> BTreeMap<(Series, usize), u64> {
    let mut numbers = BTreeMap::new();
    for (title, name) in TITLES.iter().enumerate() {
        let Some(windows) = fold.title(&TitleId::new(name)) else { continue };
        for index in 0..fold.layout().breakdown.iter().count() {
            for (on, platform) in Platform::SHAPED.into_iter().enumerate() {
                for action in Action::ALL {
                    let earned = windows.engagement(platform, action, index);
                    numbers.insert(((title, on, action as usize), index), earned);
                }
            }
        }
    }
    numbers.retain(|_, n| *n > 0);
    numbers
}

/// Tells a history to a fold, and lets the definition be looked at after each event.
fn tell(history: &History, log: &mut Log, mut look: impl FnMut(&mut Log, &Definition)) {
    let mut now = 10_000;
    let (mut posts, mut sights) = (BTreeMap::<usize, Post>::new(), Vec::<Sight>::new());
    let mut definition = Definition::default();
    for (nth, (pause, post, event)) in history.events.iter().enumerate() {
        now += pause;
        let number = post.index(history.posts.len());
        let (age, platform) = history.posts[number];
        posts.entry(number).or_insert(Post { event: now - age, platform });
        match event {
            Event::Retracted { version } => {
                let id = root(number) + version;
                log.apply(now, &retraction(Platform::SHAPED[posts[&number].platform], id, 0));
                definition.retract(now, number, *version);
            }
            Event::Again(_) if sights.is_empty() => {}
            Event::Seen { .. } | Event::Again(_) => {
                let sight = match event {
                    Event::Seen { version, lag, titles, told } => Sight {
                        post: number,
                        version: *version,
                        observed: now - lag,
                        titles: titles.clone(),
                        told: *told,
                    },
                    Event::Again(earlier) => earlier.get(&sights).clone(),
                    Event::Retracted { .. } => continue,
                };
                let post = &posts[&sight.post];
                log.apply(now, &sight.record(post));
                definition.see(now, &sight, post);
                sights.push(sight);
            }
        }
        // The first posts and gains come before T is known.
        if nth % 3 == 2 {
            log.watermark(now);
            definition.forget(now, &posts);
        }
        look(log, &definition);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Redelivered, out of order, shrinking and missing counters, several versions and titles,
    /// retractions, late posts and titles, old posts; and however few may wait for T.
    #[test]
    fn engagement_equals_the_definition_after_every_record(
        history in history(),
        few in any::<bool>(),
    ) {
        let pending_max = if few { 4 } else { 100_000 };
        let mut log = Log::new(FoldConfig { pending_max, ..settings() });
        tell(&history, &mut log, |log, definition| {
            let numbers = log.0.time().map(|time| definition.numbers(time));
            assert_eq!(shown(&log.0), numbers.unwrap_or_default());
            assert_eq!(log.0.tally().corrections, definition.corrections);
        });
    }

    #[test]
    fn a_snapshot_at_any_point_and_the_rest_of_the_log_earn_the_same(
        history in history(),
        cut in any::<Index>(),
    ) {
        let cut = cut.index(history.events.len());
        let fold = |cut: Option<usize>| {
            let (mut log, mut nth) = (Log::new(settings()), 0);
            tell(&history, &mut log, |log, _| {
                if Some(nth) == cut {
                    log.0 = restored(&log.0);
                }
                nth += 1;
            });
            log
        };
        let (whole, continued) = (fold(None), fold(Some(cut)));
        prop_assert_eq!(continued.0.pack(), whole.0.pack());
        prop_assert_eq!(shown(&continued.0), shown(&whole.0));
    }

    /// Each version's counters grow; `order` says which sight comes when, if not in order.
    #[test]
    fn what_is_earned_is_what_was_done_and_never_more(
        growth in prop::collection::vec((0_u64..3, 1_i64..60, prop::array::uniform4(0_u64..50)), 1..30),
        order in prop::collection::vec(any::<Index>(), 0..40),
        is_old in any::<bool>(),
    ) {
        let mut done = [[0; 4]; 3];
        let (post, mut now) = (Post { event: if is_old { 6_300 } else { 9_950 }, platform: 1 }, 10_000);
        let mut sights = Vec::new();
        for (version, pause, more) in growth {
            now += pause;
            let of_version = &mut done[usize::try_from(version).unwrap()];
            of_version.iter_mut().zip(more).for_each(|(n, more)| *n += more);
            let told = of_version.map(Some);
            sights.push(Sight { post: 0, version, observed: now, titles: vec![0], told });
        }
        let total = |sights: &[&Sight]| {
            let mut log = Log::new(FoldConfig { windows: vec![window(7_200, 600)], ..settings() });
            for sight in sights {
                log.apply(now, &sight.record(&post));
            }
            log.watermark(now + 10);
            let windows = log.0.title(&TitleId::new(TITLES[0])).unwrap();
            Action::ALL.map(|action| windows.engagement(Platform::SHAPED[1], action, 0))
        };
        let truth: [u64; 4] = std::array::from_fn(|n| done.iter().map(|told| told[n]).sum());
        let in_order: Vec<&Sight> = sights.iter().collect();
        let twice: Vec<&Sight> = sights.iter().chain(&sights).collect();
        let shuffled: Vec<&Sight> =
            order.iter().map(|index| index.get(&sights)).chain(sights.iter().rev()).collect();
        if !is_old {
            prop_assert_eq!(total(&in_order), truth);
        }
        prop_assert_eq!(total(&twice), total(&in_order));
        for (earned, done) in total(&shuffled).into_iter().zip(truth) {
            prop_assert!(earned <= done);
        }
    }
}

/// A sight of a tweet of that event time, with these likes.
fn tweet(event: i64, version: u64, observed: i64, n: u64) -> LogRecord {
    let sight = Sight { post: 0, version, observed, titles: vec![0], told: likes(n) };
    sight.record(&Post { event, platform: 0 })
}

fn likes_shown(log: &Log, index: usize) -> u64 {
    let windows = log.0.title(&TitleId::new(TITLES[0])).unwrap();
    windows.engagement(Platform::Twitter, Action::Like, index)
}

#[test]
fn the_first_counters_of_an_old_post_are_a_base_but_not_those_of_a_later_version() {
    assert_eq!(BASE_AGE, Span::from_secs(3_600));
    for (age, first, second) in [(3_600, 50, 57), (3_601, 0, 7)] {
        let mut log = Log::new(settings());
        log.apply(10_000, &tweet(10_000 - age, 0, 10_000, 50));
        log.watermark(10_005);
        assert_eq!(likes_shown(&log, 0), first, "{age} s old");
        log.apply(10_006, &tweet(10_000 - age, 0, 10_004, 57));
        assert_eq!(likes_shown(&log, 0), second, "{age} s old");
        log.apply(10_006, &tweet(10_000 - age, 1, 10_004, 30));
        assert_eq!(likes_shown(&log, 0), second + 30, "{age} s old");
    }
}

#[test]
fn counters_seen_behind_the_engagement_horizon_change_nothing() {
    let mut log = Log::new(settings());
    log.watermark(10_000);
    log.apply(10_000, &tweet(10_000, 0, 10_000, 5));
    let last = 10_000 + HORIZON;
    log.apply(last, &tweet(10_000, 0, last, 8));
    log.apply(last + 1, &tweet(10_000, 0, last + 1, 90));
    // Seen in time, told late: of what was seen behind the horizon nothing is known.
    log.apply(last + 1, &tweet(10_000, 0, last, 9));
    log.watermark(last + 10);
    assert_eq!(likes_shown(&log, 0), 4, "8 - 5 and 9 - 8");
}

#[test]
fn what_was_earned_outlives_the_post_and_what_waits_for_t_too() {
    let mut log = Log::new(settings());
    log.watermark(10_000);
    log.apply(10_000, &tweet(9_990, 0, 9_995, 5));
    log.apply(10_010, &tweet(9_990, 0, 10_009, 8));
    log.apply(10_010, &retraction(Platform::Twitter, root(0), 0));
    log.apply(10_010, &tweet(9_990, 0, 10_010, 50));
    assert_eq!(log.applied(Applied::Retracted), 1);
    assert_eq!((likes_shown(&log, 0), log.0.pending_entries()), (5, 1));
    log.watermark(10_015);
    assert_eq!((likes_shown(&log, 0), log.posts(0, 0)), (8, 0));
}

#[test]
fn a_known_post_earns_for_the_titles_it_has_when_others_are_refused_as_late() {
    let mut log = Log::new(settings());
    log.watermark(10_000);
    log.apply(10_000, &tweet(9_990, 0, 9_995, 5));
    log.watermark(10_000 + LATENESS);
    let again = |told, observed| {
        let sight = Sight { post: 0, version: 0, observed, titles: vec![0, 1], told };
        sight.record(&Post { event: 9_990, platform: 0 })
    };
    log.apply(10_000 + LATENESS, &again(likes(7), 9_990 + HORIZON));
    assert_eq!(log.applied(Applied::Late), 1);
    let windows = log.0.title(&TitleId::new(TITLES[1])).unwrap();
    assert_eq!(windows.engagement(Platform::Twitter, Action::Like, 1), 0);
    assert_eq!(likes_shown(&log, 1), 7);
}

#[test]
fn an_observation_ahead_of_the_log_is_clamped_to_it() {
    let mut log = Log::new(settings());
    log.watermark(10_000);
    log.apply(10_001, &tweet(9_990, 0, 99_000, 5));
    assert_eq!(likes_shown(&log, 0), 0, "at T or after it, it waits");
    log.watermark(10_005);
    assert_eq!(likes_shown(&log, 0), 5);
}

#[test]
fn gains_that_wait_are_added_up_by_tick_and_force_t_when_they_are_too_many() {
    let mut log = Log::new(FoldConfig { pending_max: 3, ..settings() });
    log.watermark(10_000);
    for (n, observed) in (1_u64..).zip([10_010, 10_012, 10_014, 10_015, 10_020]) {
        log.apply(10_030, &tweet(9_990, 0, observed, 10 * n));
    }
    assert_eq!((log.0.pending_entries(), log.0.tally().forced_ticks), (3, 0));
    log.apply(10_030, &tweet(9_990, 0, 10_029, 60));
    assert_eq!((log.0.pending_entries(), log.0.tally().forced_ticks), (3, 1));
    assert_eq!(log.0.time(), Some(at(10_015)), "past the oldest tick that waited");
    assert_eq!(likes_shown(&log, 0), 30);
    log.watermark(10_030);
    assert_eq!(likes_shown(&log, 0), 60, "nothing is lost");
}

#[test]
fn a_counter_no_mention_has_carried_is_absent_and_one_that_was_is_at_least_zero() {
    let mut log = Log::new(settings());
    log.watermark(10_000);
    log.apply(10_000, &tweet(9_990, 0, 9_995, 0));
    let page = render([&log.0], at(10_000));
    let engagement: Vec<&str> =
        page.lines().filter(|line| line.starts_with("daebak_window_engagement{")).collect();
    assert_eq!(engagement.len(), TITLES.len() * 2, "{page}");
    assert!(engagement.iter().all(|line| {
        line.contains("platform=\"twitter\",action=\"like\"") && line.ends_with(" 0")
    }));
}

#[test]
fn a_title_added_to_a_known_post_earns_from_then_on() {
    let mut log = Log::new(settings());
    log.watermark(10_000);
    log.apply(10_000, &tweet(9_990, 0, 9_995, 5));
    let both = Sight { post: 0, version: 0, observed: 9_996, titles: vec![1], told: likes(7) };
    log.apply(10_000, &both.record(&Post { event: 9_990, platform: 0 }));
    let windows = log.0.title(&TitleId::new(TITLES[1])).unwrap();
    assert_eq!(windows.engagement(Platform::Twitter, Action::Like, 0), 2);
    assert_eq!(likes_shown(&log, 0), 7, "and so does the one it had");
}
