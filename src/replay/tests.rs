//! Replays: where they stand still, and what is counted by then.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::record::burst::{BurstRecord, Detector, Phase};

/// 2026-11-14T12:00:00Z.
const START: i64 = 1_794_657_600;
const STEP: Span = Span::from_minutes(5);

/// What a follower saw.
#[derive(Default)]
struct Seen {
    /// At each step, its time and the posts of the first title in each window.
    steps: Vec<(Timestamp, Vec<u64>)>,
    histories: Vec<Option<Span>>,
    bursts: Vec<BurstRecord>,
    folded: u64,
}

impl Follower for Seen {
    fn step(&mut self, time: Timestamp, folds: &[Buzz]) -> io::Result<()> {
        let buzz = &folds[0];
        assert_eq!(buzz.time(), Some(time));
        let title = &buzz.config().unwrap().titles[0];
        let windows = buzz.title(title).unwrap();
        let in_window =
            |index| Platform::ALL.into_iter().map(|on| windows.posts(on, index)).sum::<u64>();
        let posts = (0..buzz.layout().posts.iter().count()).map(in_window);
        self.steps.push((time, posts.collect()));
        self.histories.push(buzz.history(title));
        Ok(())
    }

    fn burst(&mut self, burst: BurstRecord) -> io::Result<()> {
        self.bursts.push(burst);
        Ok(())
    }

    fn folded(&mut self, records: u64, of: u64) {
        assert!(records <= of);
        self.folded = records;
    }
}

fn now() -> Timestamp {
    Timestamp::from_secs(START + 400 * 86_400)
}

fn counts(rows: &[(i64, &str, u64)]) -> Counts {
    let mut text = "time,title,count\n".to_owned();
    for (at, title, n) in rows {
        writeln!(text, "{},{title},{n}", START + at).unwrap();
    }
    Counts::read(text.as_bytes(), None).unwrap()
}

fn follow(counts: Counts, every: Span) -> (Seen, Replayed) {
    let mut seen = Seen::default();
    let replay = Replay::of_counts(&config::shipped().unwrap(), now(), counts).unwrap();
    let replayed = replay.fold(every, &mut seen).unwrap();
    (seen, replayed)
}

#[test]
fn steps_are_the_multiples_after_the_first_event_up_to_the_last() {
    let (seen, replayed) = follow(counts(&[(7, "a", 0), (607, "a", 60)]), STEP);
    let steps: Vec<i64> =
        seen.steps.iter().map(|(time, _)| time.as_millis() / 1000 - START).collect();
    assert_eq!(steps, [300, 600, 900, 1200]);
    assert_eq!(replayed.folds[0].time(), Some(Timestamp::from_secs(START + 1210)));
    // Nothing is known of before the first bin, and all of since.
    let histories: Vec<_> =
        seen.histories.iter().map(|history| history.unwrap().as_millis() / 1000).collect();
    assert_eq!(histories, [295, 595, 895, 1195]);
}

#[test]
fn a_launch_in_a_count_series_is_found() {
    let bins = (0..36 * 12).map(|bin| {
        let posts = if bin < 30 * 12 { 2 } else { 2 << ((bin - 30 * 12) / 6).min(4) };
        (i64::from(bin) * 300, "launch", posts)
    });
    let (seen, _) = follow(counts(&bins.collect::<Vec<_>>()), STEP);
    let onsets: BTreeSet<_> = seen
        .bursts
        .iter()
        .filter(|burst| burst.phase == Phase::Onset)
        .map(|burst| (burst.detector, burst.title.to_string()))
        .collect();
    assert!(onsets.contains(&(Detector::Surge, "launch".into())), "{onsets:?}");
    for burst in &seen.bursts {
        assert!(burst.onset >= Timestamp::from_secs(START + 30 * 3600), "{burst:?}");
    }
}

#[test]
fn platforms_known_by_number_do_not_mark_shares() {
    let config = config::shipped().unwrap();
    let title = config.campaigns[0].titles[0].id.clone();
    let text = format!("platform,time,title,count\ntwitter,0,{title},1\ntwitter,60,{title},0\n");
    let mut replay = Replay::new(&config, now()).unwrap();
    replay.count(Counts::read(text.as_bytes(), None).unwrap()).unwrap();
    let replayed = replay.finish().unwrap();
    let buzz = &replayed.folds[0];
    assert_eq!(buzz.config().unwrap().marks_shares, []);
    assert_eq!(buzz.title_total(&title, Platform::Twitter), 1);
}

#[test]
fn a_title_of_no_campaign_is_named_with_its_line() {
    let config = config::shipped().unwrap();
    let mut replay = Replay::new(&config, now()).unwrap();
    let error = replay.count(counts(&[(0, "starlight-sonta", 1), (60, "starlight-sonta", 1)]));
    assert_eq!(
        error.unwrap_err().to_string(),
        "line 2: title `starlight-sonta` is in no campaign; did you mean `starlight-sonata`?"
    );
}

#[test]
fn a_mistaken_time_does_not_become_millions_of_steps() {
    let long_ago = counts(&[(-1_700_000_000, "a", 1), (0, "a", 1)]);
    let config = config::shipped().unwrap();
    let replay = Replay::of_counts(&config, now(), long_ago.clone()).unwrap();
    let error = replay.fold(TICK, &mut ()).unwrap_err().to_string();
    assert!(error.contains("more than 10000000 steps of 5s"), "{error}");
    assert!(error.ends_with("choose a longer --every"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// At every step, each window holds just the posts of the bins that end in it, where windows
    /// and bins are cut alike.
    #[test]
    fn windows_at_each_step_are_the_sums_of_their_bins(
        ns in prop::collection::vec(0_u64..200, 2..60),
    ) {
        let bins: Vec<_> =
            ns.iter().zip(0_i64..).map(|(n, bin)| (bin * 300, "a", *n)).collect();
        let (seen, _) = follow(counts(&bins), STEP);
        prop_assert_eq!(seen.steps.len(), ns.len());
        for (step, (_, posts)) in seen.steps.iter().enumerate() {
            let last = |n_bins: usize| -> u64 {
                ns[..=step].iter().rev().take(n_bins).sum()
            };
            // 5m, 15m, 1h, and all of it in a day.
            prop_assert_eq!(&posts[1..5], &[last(1), last(3), last(12), last(288)][..]);
        }
    }
}
