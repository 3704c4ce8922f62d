//! Laws of histories, of bursts and surges, and of posts known by number only.

use std::collections::BTreeMap;

use daebak::buzz::Buzz;
use daebak::campaign::{CampaignId, Revision, TitleId};
use daebak::post::Platform;
use daebak::record::backfill::Backfill;
use daebak::record::burst::{BurstRecord, Detector, Phase};
use daebak::record::config::FoldConfig;
use daebak::record::heartbeat::{Heartbeat, Progress};
use daebak::record::{LogRecord, SCHEMA_VERSION};
use daebak::time::{Span, Timestamp};

use super::made::{Log, Made, post};
use super::retracted::restored;
use super::written::{CAMPAIGN, FEED, TITLES, at, config, progress, timing, window};

const HOUR: i64 = 3_600;

fn title(number: usize) -> TitleId {
    TitleId::new(TITLES[number])
}

/// Partitions have come to `secs`, tagged by `revision`.
fn tagged(log: &mut Log, secs: i64, partitions: &[u32], revision: Option<&str>) {
    let of = |partition: &u32| progress(FEED, *partition, Some(at(secs)));
    let revision = revision.map(|name| (CampaignId::new(CAMPAIGN), Revision::new(name)));
    log.apply(
        secs,
        &LogRecord::Heartbeat(Heartbeat {
            v: SCHEMA_VERSION,
            tagger: "tagger".into(),
            clock: at(secs),
            revisions: revision.into_iter().collect(),
            partition_counts: BTreeMap::from([(FEED.into(), 2)]),
            partitions: partitions.iter().map(of).collect::<Vec<Progress>>(),
        }),
    );
}

fn without_first() -> FoldConfig {
    let titles = vec![title(1), title(2)];
    FoldConfig { titles, revision: Revision::new("2"), ..config() }
}

fn hours(log: &Log, number: usize) -> Option<i64> {
    log.0.history(&title(number)).map(|history| history.steps(Span::from_secs(1)))
}

#[test]
fn a_history_begins_when_the_last_live_partition_is_tagged_with_the_title() {
    let mut log = Log::new(config());
    tagged(&mut log, 10, &[0], Some("1"));
    assert_eq!(log.0.history_start(&title(0)), None, "nothing is known of partition 1");
    tagged(&mut log, 20, &[1], None);
    assert_eq!(log.0.history_start(&title(0)), None, "it is not tagged for the campaign");
    tagged(&mut log, 30, &[1], Some("1"));
    assert_eq!(log.0.history_start(&title(0)), Some(at(30)), "the log's time");
    assert_eq!(hours(&log, 0), None, "T is still before it");
    tagged(&mut log, 100, &[0, 1], Some("1"));
    assert_eq!(hours(&log, 0), Some(70));
    tagged(&mut log, 110, &[1], Some("unheard of"));
    assert_eq!(log.0.history_start(&title(0)), Some(at(30)), "it may have the title");
    tagged(&mut log, 120, &[1], None);
    assert_eq!(log.0.history_start(&title(0)), None);
    tagged(&mut log, 130, &[1], Some("unheard of"));
    assert_eq!(log.0.history_start(&title(0)), None, "or may not");
}

/// Taggers beat with a new revision before or after its config record, which names `titles`.
fn edited(tagger_first: bool, titles: Vec<TitleId>) -> [Option<Timestamp>; 2] {
    let mut log = Log::new(config());
    tagged(&mut log, 10, &[0, 1], Some("1"));
    let edit = FoldConfig { titles, revision: Revision::new("2"), ..config() };
    if tagger_first {
        tagged(&mut log, 20, &[0, 1], Some("2"));
        assert_eq!(log.0.history_start(&title(0)), Some(at(10)), "not known yet");
        assert_eq!(log.0.history_start(&title(1)), Some(at(10)), "not known yet");
        log.config(30, edit);
    } else {
        log.config(20, edit);
        tagged(&mut log, 30, &[0, 1], Some("2"));
    }
    [0, 1].map(|number| log.0.history_start(&title(number)))
}

#[test]
fn an_edit_that_keeps_the_title_keeps_its_history_whichever_comes_first() {
    for tagger_first in [true, false] {
        assert_eq!(edited(tagger_first, vec![title(0), title(1)]), [Some(at(10)); 2]);
        assert_eq!(edited(tagger_first, vec![title(1)]), [None, Some(at(10))]);
    }
}

#[test]
fn a_partition_that_was_never_heard_of_begins_no_history_and_ends_none() {
    let topics = |names: &[&str]| names.iter().map(|name| ((*name).into(), timing(0))).collect();
    let mut log = Log::new(FoldConfig { topics: topics(&[FEED, "second"]), ..config() });
    tagged(&mut log, 10, &[0, 1], Some("1"));
    assert_eq!(log.0.history_start(&title(0)), None, "the second feed may be tagged without it");
    for secs in (15..=200).step_by(5) {
        tagged(&mut log, secs, &[0, 1], Some("1"));
    }
    assert_eq!(log.0.history_start(&title(0)), Some(at(130)), "when it is silent for 2 min");
    // A feed of three partitions, and a third feed.
    log.apply(205, &super::made::heartbeat(vec![progress(FEED, 0, Some(at(205)))]));
    let counts = BTreeMap::from([(FEED.into(), 3)]);
    log.apply(210, &super::written::heartbeat(210, counts, Vec::new()));
    log.config(215, FoldConfig { topics: topics(&[FEED, "second", "third"]), ..config() });
    assert_eq!(log.0.history_start(&title(0)), Some(at(130)));
    log.apply(220, &super::made::heartbeat(vec![progress("third", 0, Some(at(220)))]));
    assert_eq!(log.0.history_start(&title(0)), Some(at(130)), "it is tagged with it");
}

#[test]
fn a_history_ends_for_the_titles_that_a_tagger_no_longer_knows() {
    let mut log = Log::new(config());
    tagged(&mut log, 10, &[0, 1], Some("1"));
    log.config(20, without_first());
    assert_eq!(log.0.history_start(&title(0)), None, "it is not shown");
    assert_eq!(log.0.history_start(&title(1)), Some(at(10)), "both revisions have it");
    tagged(&mut log, 30, &[0], Some("2"));
    log.config(40, config());
    assert_eq!(log.0.history_start(&title(0)), None, "partition 0 is tagged without it");
    assert_eq!(log.0.history_start(&title(1)), Some(at(10)));
    tagged(&mut log, 50, &[0], Some("1"));
    assert_eq!(log.0.history_start(&title(0)), Some(at(50)));
}

#[test]
fn a_stalled_partition_ends_no_history_and_its_return_with_an_old_revision_does() {
    let mut log = Log::new(without_first());
    log.config(1, config());
    tagged(&mut log, 5, &[0, 1], Some("1"));
    for secs in (10..=200).step_by(5) {
        tagged(&mut log, secs, &[0], Some("1"));
    }
    assert_eq!(log.0.history_start(&title(0)), Some(at(5)));
    tagged(&mut log, 205, &[1], Some("2"));
    assert_eq!(log.0.history_start(&title(0)), None);
}

#[test]
fn a_backfill_moves_the_beginning_back_to_what_it_read_but_not_behind_h() {
    let filled = |since: i64, began: i64| {
        let mut log = Log::new(config());
        tagged(&mut log, 1_000, &[0, 1], Some("1"));
        let (since, began) = (at(since), at(began));
        let campaign = CampaignId::new(CAMPAIGN);
        let record = Backfill { v: SCHEMA_VERSION, campaign, since, began };
        log.apply(1_010, &LogRecord::Backfill(record));
        log.0.history_start(&title(0)).unwrap()
    };
    assert_eq!(filled(900, 1_005), at(900));
    assert_eq!(filled(100, 1_005), at(700), "H = 1000 - 300");
    assert_eq!(filled(900, 995), at(1_000), "it began before the title was tagged");
    assert_eq!(filled(1_005, 1_005), at(1_000), "never forward");
}

/// A fold whose windows are those of production, tagged from the beginning of its log.
fn watched() -> Log {
    let topics = BTreeMap::from([(FEED.into(), timing(0))]);
    let mut log = Log::new(FoldConfig { topics, ..config() });
    log.watermark(0);
    log
}

/// T comes to `secs` in steps of 5 min, with `posts` in each.
fn pass(log: &mut Log, from: i64, secs: i64, posts: u64) -> Vec<BurstRecord> {
    let mut found = Vec::new();
    for begin in (from..secs).step_by(300) {
        for n in 0..posts {
            let id = u64::try_from(begin).unwrap() * 1_000 + n;
            log.apply(begin + 200, &post(id, begin + 100).mention());
        }
        log.watermark(begin + 300);
        found.extend(log.0.take_bursts());
    }
    found
}

fn key(record: &BurstRecord) -> (Detector, Phase, Timestamp, Timestamp) {
    (record.detector, record.phase, record.onset, record.at)
}

#[test]
fn a_surge_is_found_once_a_minute_after_its_boundary_with_what_the_windows_held() {
    let mut log = watched();
    assert_eq!(pass(&mut log, 0, 3 * HOUR, 1), []);
    let found = pass(&mut log, 3 * HOUR, 4 * HOUR, 40);
    assert_eq!(found.len(), 1, "{found:?}");
    let onset = found[0].onset;
    assert_eq!(key(&found[0]), (Detector::Surge, Phase::Onset, onset, onset));
    assert!(log.0.surge(&title(0)).unwrap().is_active());
    assert_eq!(
        found[0].evidence.platforms,
        [(Platform::Twitter, found[0].evidence.platforms[&Platform::Twitter])].into()
    );
    assert!(found[0].posts >= 30);
    let ended = pass(&mut log, 4 * HOUR, 20 * HOUR, 1);
    let ends: Vec<_> = ended.iter().map(key).collect();
    assert_eq!(ends.len(), 1, "{ended:?}");
    assert_eq!((ends[0].1, ends[0].2), (Phase::End, onset));
    assert_eq!(ended[0].key().replace("end", "onset"), found[0].key());
}

#[test]
fn without_a_history_nothing_is_found() {
    let mut log = watched();
    for begin in (0..6 * HOUR).step_by(300) {
        for n in 0..if begin > 4 * HOUR { 40 } else { 1 } {
            let id = u64::try_from(begin).unwrap() * 1_000 + n;
            log.apply(begin + 200, &post(id, begin + 100).mention());
        }
        tagged_by_none(&mut log, begin + 300);
    }
    assert_eq!(log.0.take_bursts(), []);
}

fn tagged_by_none(log: &mut Log, secs: i64) {
    let progress = vec![progress(FEED, 0, Some(at(secs)))];
    log.apply(
        secs,
        &LogRecord::Heartbeat(Heartbeat {
            v: SCHEMA_VERSION,
            tagger: "tagger".into(),
            clock: at(secs),
            revisions: BTreeMap::new(),
            partition_counts: BTreeMap::new(),
            partitions: progress,
        }),
    );
}

#[test]
fn a_leap_of_t_finds_what_small_steps_do() {
    let tell = |steps: bool| {
        let mut log = watched();
        let mut found = Vec::new();
        // The counts wait for T; nothing lands out of order.
        for begin in (0..30 * HOUR).step_by(300) {
            let n = if (10 * HOUR..11 * HOUR).contains(&begin) { 40 } else { 1 };
            assert!(log.0.count(&title(0), Platform::Twitter, at(begin + 10), n));
            if steps {
                log.watermark(begin + 300);
                found.extend(log.0.take_bursts());
            }
        }
        log.watermark(30 * HOUR);
        found.extend(log.0.take_bursts());
        found
    };
    let found = tell(true);
    assert_eq!(found.len(), 2, "an onset and its end");
    assert!(!found[0].evidence.platforms.is_empty());
    assert_eq!(tell(false), found, "with the same evidence");
}

#[test]
fn a_boundary_waits_for_a_stalled_feed_and_is_scored_after_five_hours_at_the_latest() {
    let mut log = watched();
    let both = |log: &mut Log, secs: i64| {
        let all = [0, 1].map(|partition| progress(FEED, partition, Some(at(secs))));
        log.apply(secs, &super::made::heartbeat(all.into()));
    };
    for secs in (0..3 * HOUR).step_by(300) {
        log.0.count(&title(0), Platform::Twitter, at(secs + 10), 1);
        both(&mut log, secs + 300);
    }
    // Partition 1 falls silent; the other brings a surge.
    let mut found = Vec::new();
    for secs in (3 * HOUR..9 * HOUR).step_by(5) {
        log.0.count(&title(0), Platform::Twitter, at(secs), 1);
        log.watermark(secs + 5);
        found.extend(log.0.take_bursts().into_iter().map(|record| (record.at, at(secs))));
    }
    assert_eq!(found.len(), 1, "{found:?}");
    let waited = found[0].1 - found[0].0;
    assert!(
        waited >= Span::from_secs(5 * HOUR - 10) && waited <= Span::from_secs(5 * HOUR + 300),
        "{waited}"
    );
}

/// What is found when partition 1 brings a surge in its fourth hour and nothing else, at once or
/// after it was silent for three hours; partition 0 is quiet.
fn surge_of_a_partition(is_silent: bool) -> Vec<BurstRecord> {
    let windows = vec![window(3_600, 60), window(86_400, 600)];
    let mut log = Log::new(FoldConfig { windows, ..config() });
    tagged(&mut log, 0, &[0, 1], Some("1"));
    let bring = |log: &mut Log, begin: i64, log_secs: i64| {
        for n in 0..if (3 * HOUR..4 * HOUR).contains(&begin) { 40 } else { 0 } {
            let id = u64::try_from(begin).unwrap() * 1_000 + n;
            log.apply(log_secs, &post(id, begin + 150).mention());
        }
    };
    for begin in (0..9 * HOUR).step_by(300) {
        let id = u64::try_from(begin).unwrap() * 1_000 + 500;
        log.apply(begin + 200, &post(id, begin + 100).mention());
        if is_silent && (3 * HOUR..6 * HOUR).contains(&begin) {
            for secs in (begin + 205..=begin + 300).step_by(5) {
                tagged(&mut log, secs, &[0], Some("1"));
            }
            continue;
        }
        if is_silent && begin == 6 * HOUR {
            for missed in (3 * HOUR..begin).step_by(300) {
                let back = progress(FEED, 1, Some(at(missed)));
                log.apply(begin + 200, &super::made::heartbeat(vec![back]));
                bring(&mut log, missed, begin + 200);
            }
        }
        bring(&mut log, begin, begin + 200);
        tagged(&mut log, begin + 300, &[0, 1], Some("1"));
    }
    log.0.take_bursts()
}

#[test]
fn a_surge_that_a_silent_partition_brings_when_it_is_back_is_found_in_its_own_hour() {
    let found = surge_of_a_partition(true);
    let keys: Vec<_> = found.iter().map(key).collect();
    let at_once: Vec<_> = surge_of_a_partition(false).iter().map(key).collect();
    assert_eq!(keys.len(), 1, "{keys:?}");
    assert!((at(3 * HOUR)..at(4 * HOUR)).contains(&found[0].onset));
    assert_eq!(keys, at_once);
}

#[test]
fn who_begins_from_a_snapshot_is_given_the_records_of_the_last_day_again() {
    let mut log = watched();
    pass(&mut log, 0, 3 * HOUR, 1);
    let found = pass(&mut log, 3 * HOUR, 4 * HOUR, 40);
    assert_eq!(log.0.take_bursts(), [], "they are taken once");
    let mut again = Log(restored(&log.0));
    assert_eq!(again.0.take_bursts(), found);
    assert_eq!(again.0.take_bursts(), []);
    assert_eq!(again.0.pack(), log.0.pack());
    let rest = pass(&mut log, 4 * HOUR, 20 * HOUR, 1);
    assert_eq!(pass(&mut again, 4 * HOUR, 20 * HOUR, 1), rest);
    assert_eq!(again.0.pack(), log.0.pack());
    pass(&mut log, 20 * HOUR, 50 * HOUR, 1);
    assert_eq!(restored(&log.0).take_bursts(), [], "a day after the last");
}

#[test]
fn an_onset_is_kept_while_what_it_began_lasts_and_a_day_after_its_end() {
    let mut log = watched();
    pass(&mut log, 0, 3 * HOUR, 1);
    let found = pass(&mut log, 3 * HOUR, 4 * HOUR, 40);
    let mut end = None;
    // Each evening is busier than the one before, then it is quiet.
    for hour in 4..90 {
        let posts = match hour {
            13 => 60,
            23 => 90,
            33 => 135,
            43 => 203,
            _ => 1,
        };
        let now = (hour + 1) * HOUR;
        let ends = pass(&mut log, hour * HOUR, now, posts);
        let is_end = |record: &&BurstRecord| {
            record.onset == found[0].onset && record.detector == Detector::Surge
        };
        end = end.or(ends.iter().find(is_end).map(|record| record.at));
        let kept: Vec<_> = log.0.bursts().map(key).filter(|key| key.2 == found[0].onset).collect();
        let surges = kept.iter().filter(|key| key.0 == Detector::Surge).count();
        let expected = match end {
            None => 1,
            Some(end) if at(now) < end + Span::from_hours(24) => 2,
            // A boundary counts when it is scored, a minute later.
            Some(end) if at(now) < end + Span::from_hours(25) => continue,
            Some(_) => 0,
        };
        assert_eq!(surges, expected, "hour {hour}: {kept:?}");
        assert_eq!(restored(&log.0).take_bursts().len(), log.0.bursts().count());
    }
    assert!(end.unwrap() - found[0].onset > Span::from_days(2), "a long one: {end:?}");
}

#[test]
fn a_delayed_platform_is_no_part_of_a_surge_and_lands_all_the_same() {
    let delays = BTreeMap::from([(Platform::Tiktok, Span::from_hours(1))]);
    let mut log = Log::new(FoldConfig { delays, ..config() });
    log.watermark(0);
    for secs in (0..6 * HOUR).step_by(300) {
        let n = if secs > 4 * HOUR { 100 } else { 1 };
        log.0.count(&title(0), Platform::Tiktok, at(secs + 10), n);
        log.watermark(secs + 300);
    }
    assert_eq!(log.0.take_bursts(), []);
    assert_eq!(log.posts(0, 2), 200);
    assert!(log.0.is_delayed(Platform::Tiktok) && !log.0.is_delayed(Platform::Twitter));
}

#[test]
fn posts_known_by_number_count_where_posts_do() {
    let mut log = Log::new(config());
    log.watermark(500);
    assert!(log.0.count(&title(0), Platform::Twitter, at(490), 1 << 40));
    assert!(log.0.count(&title(0), Platform::Twitter, at(503), 7));
    assert_eq!(log.0.pending_entries(), 1, "it waits for T");
    log.watermark(510);
    assert_eq!(log.posts(0, 0), (1 << 40) + 7);
    assert_eq!(log.0.title_total(&title(0), Platform::Twitter), (1 << 40) + 7);
    let windows = log.0.title(&title(0)).unwrap();
    assert_eq!(windows.since_premiere().posts(), Some((1 << 40) + 7));
    let minutes = windows.minutes(Platform::Twitter).unwrap();
    assert_eq!(minutes.posts(at(480)..at(540)), (1 << 40) + 7);
    assert!(log.0.count(&TitleId::new("stray"), Platform::Twitter, at(490), 1));
}

#[test]
fn a_title_that_lost_its_seat_gives_back_what_old_posts_were_named_by() {
    let mut log = Log::new(FoldConfig { engagement_horizon: Span::from_hours(2), ..config() });
    log.watermark(100);
    let named = |id, secs, alias| Made { alias, facets: vec![alias], ..post(id, secs) };
    log.apply(100, &named(1, 95, 0).mention());
    log.config(110, without_first());
    log.watermark(5_000);
    log.config(5_000, without_first());
    assert!(log.0.title(&title(0)).is_none());
    log.config(5_010, config());
    log.apply(5_010, &named(2, 4_990, 1).mention());
    log.watermark(5_015);
    log.apply(5_020, &named(1, 95, 0).retraction(1));
    let windows = log.0.title(&title(0)).unwrap();
    assert_eq!(windows.aliases(9), [("sonata".into(), 1)]);
}

#[test]
fn the_posts_that_have_earned_the_most_are_named_until_they_are_retracted() {
    let mut log = Log::new(config());
    log.watermark(100);
    for (id, likes, secs) in [(1, 5, 95), (2, 9, 95), (3, 0, 95), (4, 7, 101)] {
        let LogRecord::Mention(mut mention) = post(id, secs).mention() else { unreachable!() };
        mention.counters.likes = Some(likes);
        mention.counters.views = Some(1_000);
        log.apply(100, &LogRecord::Mention(mention));
    }
    let top = |log: &Log| {
        let top = log.0.title(&title(0)).unwrap().top_posts(9);
        top.into_iter().map(|post| (post.id, post.earned)).collect::<Vec<_>>()
    };
    let number = daebak::post::id::PostId::Number;
    assert_eq!(top(&log), [(number(2), 9), (number(1), 5)], "one is not before T");
    log.watermark(105);
    assert_eq!(top(&log), [(number(2), 9), (number(4), 7), (number(1), 5)]);
    log.apply(105, &post(2, 95).retraction(2));
    assert_eq!(top(&log), [(number(4), 7), (number(1), 5)]);
    let again: Buzz = restored(&log.0);
    assert_eq!(top(&Log(again)), [(number(4), 7), (number(1), 5)]);
}
