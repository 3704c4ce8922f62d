//! Laws of retractions, of later versions, and of snapshots between them.

use std::collections::BTreeMap;

use daebak::buzz::{Applied, Buzz, Retracted};
use daebak::campaign::{CampaignId, TitleId};
use daebak::post::Platform;
use daebak::record::LogRecord;
use daebak::record::config::FoldConfig;
use daebak::record::snapshot::{Manifest, SNAPSHOT_VERSION};
use proptest::prelude::*;

use super::made::truth::{brute_force, differences};
use super::made::{Log, Made, made, post};
use super::written::{CAMPAIGN, TITLES, at, config, retraction, window};

/// The id of a post's second version.
fn second(id: u64) -> u64 {
    1_000 + id
}

/// A post, and what happens to it beside its first sight.
#[derive(Clone, Debug)]
struct Told {
    made: Made,
    /// It is retracted before it is seen.
    early: bool,
    /// It is seen in its second version too.
    edited: bool,
}

/// One step of log time: new posts, later sights and retractions of earlier ones by either
/// version.
#[derive(Clone, Debug)]
struct Step {
    secs: i64,
    posts: Vec<Told>,
    again: Vec<(prop::sample::Index, bool)>,
    recalled: Vec<(prop::sample::Index, bool)>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let told = |id| {
        (made(id, 0..280), prop::bool::weighted(0.1), any::<bool>())
            .prop_map(|(made, early, edited)| Told { made, early, edited })
    };
    let step = move |number: u64| {
        let posts = (1..5_u64).map(|n| told(number * 4 + n)).collect::<Vec<_>>();
        let picks = || prop::collection::vec(any::<(prop::sample::Index, bool)>(), 0..3);
        (0_i64..60, posts, picks(), picks()).prop_map(|(secs, posts, again, recalled)| Step {
            secs,
            posts,
            again,
            recalled,
        })
    };
    (1_u64..20).prop_flat_map(move |steps| (0..steps).map(step).collect::<Vec<_>>())
}

/// Tells the steps to `apply`, and to `look` at the end of each which posts there were.
fn tell(steps: Vec<Step>, log: &mut Log, mut look: impl FnMut(&mut Log, &[Made])) {
    let mut now = 300;
    let mut seen: Vec<(Made, bool)> = Vec::new();
    log.watermark(now);
    for Step { secs, posts, again, recalled } in steps {
        now += secs;
        for Told { mut made, early, edited } in posts {
            made.secs = now + 20 - made.secs; // up to 20 s ahead of T, up to 260 s late
            if early {
                log.apply(now, &made.retraction(made.id));
                (made.counts, made.shows_author) = (false, false);
            }
            log.apply(now, &made.mention());
            if edited {
                log.apply(now, &made.version(second(made.id)));
            }
            seen.push((made, edited));
        }
        for (index, later) in again {
            let (made, edited) = index.get(&seen);
            let id = if later && *edited { second(made.id) } else { made.id };
            log.apply(now, &made.version(id));
        }
        for (index, later) in recalled {
            let nth = index.index(seen.len());
            let (made, edited) = &mut seen[nth];
            let id = if later && *edited { second(made.id) } else { made.id };
            log.apply(now, &made.retraction(id));
            if made.counts {
                made.counts = false;
                made.shows_author = at(made.secs) < log.0.time().unwrap();
            }
        }
        log.watermark(now);
        let seen: Vec<Made> = seen.iter().map(|(made, _)| made.clone()).collect();
        look(log, &seen);
    }
}

/// The fold as an owner finds it who begins from its snapshot.
pub(super) fn restored(fold: &Buzz) -> Buzz {
    let packed = fold.pack().unwrap().unwrap();
    let manifest = Manifest {
        v: SNAPSHOT_VERSION,
        log: "mentions".into(),
        partitions: 1,
        offset: 0,
        timestamp: at(0),
        chunks: u32::try_from(packed.chunks.len()).unwrap(),
        checksum: packed.checksum,
        taken: at(0),
    };
    let chunks: BTreeMap<u32, Vec<u8>> = (0..).zip(packed.chunks).collect();
    Buzz::unpack(&CampaignId::new(CAMPAIGN), &manifest, &chunks).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Before the post, while it waits for T, after it landed, twice, by either version.
    #[test]
    fn a_retracted_post_counts_nowhere_and_its_author_only_if_seen_before(steps in steps()) {
        let mut log = Log::new(config());
        tell(steps, &mut log, |log, seen| {
            let truth = brute_force(seen, &config(), log.0.time().unwrap());
            assert_eq!(differences(log.numbers(), truth), []);
        });
    }

    /// The config changes halfway, so that rings of different ages are packed.
    #[test]
    fn a_snapshot_at_any_point_and_the_rest_equal_the_whole(
        steps in steps(),
        cut in any::<prop::sample::Index>(),
    ) {
        let (cut, half) = (cut.index(steps.len()), steps.len() / 2);
        let fold = |cut: Option<usize>| {
            let mut log = Log::new(config());
            let mut step = 0;
            tell(steps.clone(), &mut log, |log, _| {
                if step == half {
                    let windows = vec![window(120, 10), window(300, 30)];
                    let titles = vec![TitleId::new(TITLES[1])];
                    let changed = FoldConfig { windows, titles, ..config() };
                    let now = log.0.clocks().log_time().unwrap();
                    log.0.apply(now, &LogRecord::Config(Box::new(changed))).unwrap();
                }
                if Some(step) == cut {
                    log.0 = restored(&log.0);
                }
                step += 1;
            });
            log
        };
        let (whole, continued) = (fold(None), fold(Some(cut)));
        prop_assert_eq!(continued.0.pack(), whole.0.pack());
        prop_assert_eq!(differences(continued.numbers(), whole.numbers()), []);
    }
}

#[test]
fn a_post_is_taken_out_once_by_whatever_version() {
    let mut log = Log::new(config());
    log.watermark(100);
    log.apply(100, &post(1, 95).mention());
    log.apply(100, &post(1, 95).version(7));
    log.apply(100, &post(2, 95).mention());
    assert_eq!((log.posts(0, 0), log.applied(Applied::Duplicate)), (2, 1));
    log.apply(100, &post(1, 95).retraction(7));
    log.apply(100, &post(1, 95).retraction(1));
    assert_eq!(log.posts(0, 0), 1);
    let outcomes = Retracted::ALL.map(|outcome| log.retracted(outcome));
    assert_eq!(outcomes, [1, 1, 0], "applied, again, kept");
    log.apply(100, &Made { titles: vec![0, 1], ..post(1, 95) }.version(8));
    assert_eq!(log.applied(Applied::Retracted), 1, "a new version of it is none of a new post");
    assert_eq!((log.posts(0, 0), log.posts(1, 0)), (1, 0));
}

#[test]
fn a_retraction_that_waits_meets_every_version_of_its_post() {
    let mut log = Log::new(config());
    log.watermark(100);
    log.apply(100, &post(1, 95).retraction(7));
    log.apply(100, &post(1, 95).mention());
    assert_eq!(log.posts(0, 0), 1, "its version was never seen");
    log.apply(100, &post(1, 95).version(7));
    assert_eq!((log.posts(0, 0), log.applied(Applied::Retracted)), (0, 1));
    log.apply(100, &post(2, 95).retraction(2));
    log.apply(100, &post(2, 95).version(8));
    assert_eq!((log.posts(0, 0), log.applied(Applied::Retracted)), (0, 2));
}

#[test]
fn a_number_on_another_platform_is_another_post() {
    let mut log = Log::new(config());
    log.watermark(100);
    log.apply(100, &post(1, 95).mention());
    log.apply(100, &retraction(Platform::Tiktok, 1, 95));
    assert_eq!((log.posts(0, 0), log.retracted(Retracted::Kept)), (1, 1));
}

#[test]
fn a_retraction_waits_as_long_as_a_post_of_its_time_could_come() {
    let mut log = Log::new(config());
    log.watermark(100);
    log.apply(100, &post(1, 100).retraction(1));
    log.watermark(400);
    log.apply(400, &post(1, 100).mention());
    assert_eq!(log.applied(Applied::Retracted), 1, "H = 400 - 300, and 100 is not behind it");
    log.apply(400, &post(2, 0).retraction(2));
    for secs in (400..=800).step_by(100) {
        assert_eq!(log.0.tombstones(), 2, "at {secs} s");
        log.watermark(secs);
    }
    log.watermark(2_500);
    assert_eq!(log.0.tombstones(), 0);
    log.apply(2_500, &post(2, 0).mention());
    assert_eq!(log.applied(Applied::Late), 1, "and now it is refused anyhow");
}

#[test]
fn retractions_before_the_first_config_hold_for_the_mentions_that_wait_for_it() {
    let mut log = Log(Buzz::new(CampaignId::new(CAMPAIGN)));
    log.apply(90, &post(1, 80).mention());
    log.apply(90, &post(1, 80).retraction(1));
    log.apply(90, &post(2, 80).mention());
    log.config(100, config());
    log.watermark(100);
    assert_eq!((log.posts(0, 0), log.applied(Applied::Retracted)), (1, 1));
}
