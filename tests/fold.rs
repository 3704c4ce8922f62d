//! Laws of the fold: what it counts equals the definition, whatever the order, the repetitions
//! and the pauses of the log.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its functions too")]

mod detected;
mod earned;
mod made;
mod retracted;
#[path = "world/written.rs"]
mod written;

use std::collections::BTreeMap;

use daebak::buzz::{Applied, Buzz};
use daebak::campaign::{CampaignId, TitleId};
use daebak::post::Platform;
use daebak::record::LogRecord;
use daebak::record::config::FoldConfig;
use daebak::record::heartbeat::Progress;
use daebak::record::mention::Mention;
use daebak::time::{Span, TICK};
use proptest::prelude::*;

use made::truth::{brute_force, differences};
use made::{Log, Made, heartbeat, made, post};
use written::{CAMPAIGN, TITLES, at, config, mention, progress, timing, window};

/// Steps of log time; in each, posts of any age that still counts, and sights of earlier ones.
fn world() -> impl Strategy<Value = Vec<(i64, Vec<Made>, Vec<prop::sample::Index>)>> {
    let step = |number: u64| {
        let posts = (0..4_u64).map(|n| made(number * 4 + n, 0..280)).collect::<Vec<_>>();
        let again = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
        (0_i64..60, posts, again)
    };
    (1_u64..25).prop_flat_map(move |steps| (0..steps).map(step).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Late posts, posts ahead of T, several titles, redeliveries in any number.
    #[test]
    fn every_window_equals_the_definition_at_every_tick(steps in world()) {
        let mut log = Log::new(config());
        let mut now = 300;
        let mut seen: Vec<Made> = Vec::new();
        log.watermark(now);
        for (secs, posts, again) in steps {
            now += secs;
            for mut post in posts {
                post.secs = now + 20 - post.secs; // up to 20 s ahead of T, up to 260 s late
                log.apply(now, &post.mention());
                seen.push(post);
            }
            for index in again {
                log.apply(now, &index.get(&seen).mention());
            }
            log.watermark(now);
            let time = log.0.time().unwrap();
            prop_assert_eq!(differences(log.numbers(), brute_force(&seen, &config(), time)), []);
        }
        prop_assert_eq!(log.applied(Applied::Counted), seen.len() as u64);
    }

    /// However mentions are shuffled and repeated between two heartbeats, the numbers are the same.
    #[test]
    fn order_and_repetition_of_mentions_change_nothing(
        posts in prop::collection::vec(made(0, 0..280), 1..40),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
    ) {
        let posts: Vec<Made> = posts.into_iter().zip(1..).map(|(post, id)| Made { id, ..post }).collect();
        let mut straight = Log::new(config());
        let mut shuffled = Log::new(config());
        straight.watermark(300);
        shuffled.watermark(300);
        for post in &posts {
            straight.apply(300, &post.mention());
        }
        for index in order {
            shuffled.apply(300, &index.get(&posts).mention());
        }
        for post in posts.iter().rev() {
            shuffled.apply(300, &post.mention());
        }
        straight.watermark(330);
        shuffled.watermark(330);
        prop_assert_eq!(differences(straight.numbers(), shuffled.numbers()), []);
        prop_assert_eq!(straight.applied(Applied::Counted), shuffled.applied(Applied::Counted));
    }

    /// A second fold of the same log, and one of the encoded log, are the same fold.
    #[test]
    fn replaying_the_encoded_log_gives_the_same_state(steps in world()) {
        let mut records = vec![(300, LogRecord::Config(Box::new(config())))];
        let mut now = 300;
        for (secs, posts, _) in steps {
            now += secs;
            records.extend(posts.iter().map(|post| (now, post.mention())));
            records.push((now, heartbeat(vec![progress("feed", 0, Some(at(now)))])));
        }
        let mut first = Log(Buzz::new(CampaignId::new(CAMPAIGN)));
        let mut second = Log(Buzz::new(CampaignId::new(CAMPAIGN)));
        for (secs, record) in &records {
            first.apply(*secs, record);
            let decoded = LogRecord::decode(&record.encode().unwrap()).unwrap();
            prop_assert_eq!(&decoded, record);
            second.apply(*secs, &decoded);
        }
        prop_assert_eq!(differences(first.numbers(), second.numbers()), []);
        prop_assert_eq!(first.0.tally(), second.0.tally());
    }
}

#[test]
fn a_first_sight_behind_the_horizon_is_late_and_a_known_identity_is_not() {
    let mut log = Log::new(config());
    log.watermark(100);
    log.apply(100, &post(1, 90).mention());
    log.watermark(395);
    log.apply(395, &post(2, 96).mention());
    log.apply(395, &post(3, 94).mention());
    log.apply(395, &post(1, 90).mention());
    assert_eq!(log.applied(Applied::Counted), 2);
    assert_eq!(log.applied(Applied::Late), 1, "94 < H = 395 - 300");
    assert_eq!(log.applied(Applied::Duplicate), 1);
    let second_title = Made { titles: vec![0, 1], ..post(1, 90) };
    log.apply(395, &second_title.mention());
    assert_eq!(log.applied(Applied::Late), 2, "so is a new title of a known identity");
}

#[test]
fn a_title_added_to_a_known_post_counts_at_the_posts_own_time() {
    let mut log = Log::new(config());
    log.watermark(100);
    log.apply(100, &post(1, 95).mention());
    log.watermark(200);
    log.apply(200, &Made { titles: vec![0, 1], ..post(1, 95) }.mention());
    log.watermark(205);
    assert_eq!((log.posts(0, 1), log.posts(1, 1)), (1, 1));
    assert_eq!((log.posts(0, 0), log.posts(1, 0)), (0, 0), "not in the last 30 s");
}

#[test]
fn an_identity_is_forgotten_only_when_its_redelivery_would_be_refused() {
    let mut log = Log::new(config());
    log.watermark(0);
    log.apply(0, &post(1, -5).mention());
    for secs in (0..4000).step_by(60) {
        log.watermark(secs);
        log.apply(secs, &post(1, -5).mention());
        assert_eq!(log.applied(Applied::Counted), 1, "at {secs} s");
    }
    assert_eq!(log.0.ledger_entries(), 0, "it is forgotten in the end");
    assert!(log.applied(Applied::Late) > 0);
}

#[test]
fn a_post_far_ahead_of_the_log_is_not_believed() {
    let mut log = Log::new(config());
    log.watermark(100);
    log.apply(100, &post(1, 401).mention());
    log.apply(100, &post(2, 400).mention());
    assert_eq!(log.applied(Applied::Future), 1);
    log.watermark(405);
    assert_eq!(log.posts(0, 0), 1, "5 min ahead waited for T");
}

#[test]
fn t_waits_for_every_partition_and_leaves_out_a_silent_one_after_the_timeout() {
    let mut log = Log::new(config());
    let both = |first: i64, second: Option<i64>| {
        heartbeat(vec![progress("feed", 0, Some(at(first))), progress("feed", 1, second.map(at))])
    };
    log.apply(10, &both(10, None));
    assert_eq!(log.0.time(), None, "partition 1 has told nothing yet");
    log.apply(15, &both(15, Some(5)));
    assert_eq!(log.0.time(), Some(at(5)));
    for secs in (20..=135).step_by(5) {
        log.watermark(secs);
        assert_eq!(log.0.time(), Some(at(5)), "silent for less than 2 min");
    }
    log.watermark(140);
    assert_eq!(log.0.time(), Some(at(140)), "left out of T");
    assert_eq!(log.0.clocks().horizon(), Some(at(5 - 300)), "never of H");
    log.apply(145, &both(145, Some(20)));
    assert_eq!(log.0.time(), Some(at(140)), "T never goes back");
    log.apply(150, &both(150, Some(147)));
    assert_eq!(log.0.time(), Some(at(145)));
}

#[test]
fn a_log_that_stood_still_makes_no_partition_stalled() {
    let mut log = Log::new(config());
    let both = heartbeat(vec![progress("feed", 0, Some(at(0))), progress("feed", 1, Some(at(0)))]);
    log.apply(0, &both);
    log.watermark(10_000);
    assert_eq!(log.0.time(), Some(at(0)), "only one gap has passed, which counts 5 s");
}

#[test]
fn the_end_of_a_partition_moves_t_by_the_fetch_that_found_it() {
    let mut log = Log::new(config());
    let end = |fetched: i64| {
        let end_fetched = Some(at(fetched));
        heartbeat(vec![Progress { end_fetched, ..progress("feed", 0, None) }])
    };
    log.apply(100, &end(100));
    assert_eq!(log.0.time(), Some(at(40)), "less the feed's max_delay of 60 s");
    log.apply(200, &end(5_000));
    assert_eq!(log.0.time(), Some(at(140)), "a fast tagger clock is cut to the log's time");
}

#[test]
fn a_delayed_feed_holds_the_horizon_and_not_t() {
    let topics = BTreeMap::from([("feed".into(), timing(0)), ("research".into(), timing(600))]);
    let mut log = Log::new(FoldConfig { topics, ..config() });
    log.apply(1000, &heartbeat(vec![progress("feed", 0, Some(at(1000)))]));
    assert_eq!(log.0.time(), Some(at(1000)));
    assert_eq!(log.0.clocks().horizon(), Some(at(1000) - Span::from_secs(1260)));
    log.apply(1000, &heartbeat(vec![progress("research", 0, Some(at(990)))]));
    assert_eq!(log.0.clocks().horizon(), Some(at(100)), "watermark 1000 - 600, less 300");
}

#[test]
fn posts_that_wait_for_t_force_it_forward_only_when_they_are_too_many() {
    let mut log = Log::new(FoldConfig { pending_max: 3, ..config() });
    log.watermark(0);
    for n in 0..4 {
        log.apply(0, &post(n, 100 + i64::try_from(n).unwrap() * 10).mention());
    }
    assert_eq!(log.0.tally().forced_ticks, 1);
    assert_eq!(log.0.time(), Some(at(105)));
    assert_eq!(log.0.pending_entries(), 3);
    log.watermark(140);
    assert_eq!(log.posts(0, 1), 4, "nothing is lost");
}

#[test]
fn a_full_ledger_forgets_the_oldest_and_counts_none_of_them_again() {
    let mut log = Log::new(FoldConfig {
        ledger_max: 2,
        allowed_lateness: Span::from_hours(24),
        windows: vec![window(86_400, 600)],
        ..config()
    });
    log.watermark(7_200);
    for (id, secs) in [(1, 0), (2, 3_600), (3, 7_000)] {
        log.apply(7_200, &post(id, secs).mention());
    }
    assert_eq!(log.0.ledger_entries(), 2);
    assert_eq!(log.0.tally().forced_horizons, 1);
    assert_eq!(log.0.clocks().horizon(), Some(at(600)), "the end of the first one's slot");
    log.apply(7_200, &post(1, 0).mention());
    assert_eq!((log.applied(Applied::Counted), log.applied(Applied::Late)), (3, 1));
}

#[test]
fn mentions_before_the_first_config_wait_for_it() {
    let mut log = Log(Buzz::new(CampaignId::new(CAMPAIGN)));
    log.apply(100, &post(1, 90).mention());
    log.apply(100, &post(1, 90).mention());
    assert_eq!(log.0.pending_entries(), 2);
    log.config(100, config());
    log.watermark(105);
    assert_eq!(log.posts(0, 0), 1);
    assert_eq!(log.applied(Applied::Duplicate), 1);
}

#[test]
fn a_removed_title_is_hidden_and_resumes_when_it_comes_back() {
    let mut log = Log::new(config());
    log.watermark(100);
    log.apply(100, &post(1, 95).mention());
    log.config(105, FoldConfig { titles: vec![TitleId::new(TITLES[1])], ..config() });
    log.apply(106, &post(2, 104).mention());
    let hidden = !daebak::metric::buzz::render([&log.0], at(106)).contains("title=\"sonata\"");
    assert!(hidden, "no series");
    log.config(110, config());
    log.watermark(110);
    assert_eq!(log.posts(0, 0), 2, "counted while hidden");
    log.config(115, FoldConfig { titles: vec![TitleId::new(TITLES[1])], ..config() });
    log.watermark(5_000);
    log.config(5_000, FoldConfig { titles: vec![TitleId::new(TITLES[1])], ..config() });
    assert!(log.0.title(&TitleId::new(TITLES[0])).is_none(), "dropped once its rings are empty");
}

#[test]
fn authors_that_no_window_knew_any_more_are_unknown_to_one_that_came_back() {
    let mut log = Log::new(config());
    log.watermark(100);
    log.apply(100, &post(1, 95).mention());
    log.config(100, FoldConfig { windows: config().windows[..2].to_vec(), ..config() });
    log.watermark(400);
    log.config(400, config());
    let windows = log.0.title(&TitleId::new(TITLES[0])).unwrap();
    assert_eq!(windows.authors(Platform::Twitter, 2, at(-200)), None);
    assert_eq!(windows.authors(Platform::Twitter, 1, at(280)), Some(0));
}

/// A fold that tells ten authors of a title apart, after those posts of title 0.
fn crowded(posts: impl IntoIterator<Item = Made>) -> Log {
    let mut log = Log::new(FoldConfig { distinct_max: 10, ..config() });
    for (id, post) in (0..).zip(posts) {
        log.watermark(post.secs);
        log.apply(post.secs, &Made { id, ..post }.mention());
    }
    log
}

fn are_exact(log: &Log) -> bool {
    log.0.title(&TitleId::new(TITLES[0])).unwrap().authors_are_exact()
}

#[test]
fn above_the_bound_the_largest_count_of_authors_becomes_an_estimate_first() {
    // 8 authors on one platform and 3 on another, all in one language.
    let by = |author, platform| Made { author: Some(author), platform, ..post(0, 100) };
    let few = || (0..8).map(|n| by(n, 0)).chain([by(0, 1), by(1, 1)]);
    let last = || [by(2, 1)].into_iter().cycle();
    let overflows = |log: &Log| {
        let mut log = Log(log.0.clone());
        log.watermark(105);
        (log.0.tally().author_overflows, are_exact(&log))
    };
    assert_eq!(overflows(&crowded(few())), (0, true));
    assert_eq!(overflows(&crowded(few().chain(last().take(1)))), (1, false), "the language");
    assert_eq!(overflows(&crowded(few().chain(last().take(20)))), (2, false), "a platform");
}

#[test]
fn authors_of_a_language_that_comes_after_the_switch_are_bounded_too() {
    let by = |author, language| Made { author: Some(author), language, ..post(0, 100) };
    let posts = (0..40).map(|n| by(n, 0)).chain((0..40).map(|n| by(n, 1)));
    let mut log = crowded(posts);
    log.watermark(105);
    assert_eq!(log.0.tally().author_overflows, 3, "a platform and two languages");
    assert!(!are_exact(&log));
}

#[test]
fn authors_are_not_exact_when_only_those_of_a_language_or_since_the_premiere_are_estimated() {
    let by = |author, language| Made { author: Some(author), language, ..post(0, 100) };
    let mut log = crowded((0..12).map(|n| by(n / 2, usize::from(n % 2 == 1))));
    log.watermark(105);
    assert!(!are_exact(&log), "six authors who write in two languages");
    let mut log = crowded(
        (0..12).map(|n| Made { author: Some(n), ..post(0, 500 * (i64::try_from(n).unwrap() + 1)) }),
    );
    log.watermark(6_005);
    assert_eq!(log.0.tally().author_overflows, 0, "few authors in any window");
    assert!(!are_exact(&log));
}

#[test]
fn titles_of_the_config_always_have_a_seat_and_others_are_bounded() {
    let only_last = FoldConfig { titles: vec![TitleId::new(TITLES[2])], titles_max: 1, ..config() };
    let mut log = Log::new(only_last);
    log.watermark(100);
    log.apply(100, &Made { titles: vec![0], ..post(1, 95) }.mention());
    log.apply(100, &Made { titles: vec![1], ..post(2, 95) }.mention());
    log.apply(100, &Made { titles: vec![2], ..post(3, 95) }.mention());
    assert_eq!(log.applied(Applied::UnknownTitle), 1);
    assert_eq!((log.posts(0, 0), log.posts(1, 0), log.posts(2, 0)), (1, 0, 1));
}

#[test]
fn a_window_added_later_takes_no_post_from_before_it_but_knows_the_authors() {
    let mut log = Log::new(config());
    log.watermark(100);
    log.apply(100, &post(1, 95).mention());
    let mut windows = config().windows;
    windows.push(window(300, 60));
    log.config(100, FoldConfig { windows, ..config() });
    log.apply(100, &post(2, 96).mention());
    log.apply(100, &post(3, 101).mention());
    log.watermark(110);
    assert_eq!(log.posts(0, 1), 3, "the old window goes on");
    assert_eq!(log.posts(0, 3), 1, "the new one began at T = 100");
    let windows = log.0.title(&TitleId::new(TITLES[0])).unwrap();
    assert_eq!(windows.authors(Platform::Twitter, 3, at(0)), Some(3));
    log.config(110, config());
    assert_eq!(log.posts(0, 1), 3);
    assert_eq!(log.posts(0, 3), 0, "removed");
}

#[test]
fn what_is_of_another_campaign_changes_nothing_not_even_the_time_of_silence() {
    let rival = || CampaignId::new("rival");
    let mut log = Log::new(config());
    log.watermark(100);
    let before = log.0.pack();
    for secs in (105..400).step_by(5) {
        let theirs = Mention { campaign: rival(), ..mention(7, secs, [TITLES[0]]) };
        log.apply(secs, &LogRecord::Mention(Box::new(theirs)));
        log.config(secs, FoldConfig { campaign: rival(), ..config() });
    }
    assert_eq!(log.0.pack(), before);
}

#[test]
fn time_moves_in_whole_ticks() {
    let mut log = Log::new(config());
    for secs in 100..112 {
        log.watermark(secs);
        assert_eq!(log.0.time(), Some(at(secs).floor(TICK)));
    }
}
