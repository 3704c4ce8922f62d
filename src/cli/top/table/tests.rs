//! The picture and the rows, line by line, of answers as an instance gives them.

use super::super::answer::Health;
use super::*;

fn board(rows: &str) -> Board {
    let leaderboard = format!(
        r#"{{"campaign":"starlight-sonata","name":"Starlight Sonata","total":7,"window":"1h",
            "time":"2026-02-06T12:00:00Z","now":"2026-02-06T12:00:03.5Z","rows":[{rows}]}}"#
    );
    let health = r#"{"ready":true,"dead_letters":{"tiktok":1204,"twitter":3},"lag_seconds":3.5,
        "feeds":[{"topic":"social.x","partition":0,"stalled":false,"holds_time":true},
                 {"topic":"social.x","partition":1,"stalled":false}]}"#;
    Board {
        leaderboard: serde_json::from_str(&leaderboard).unwrap(),
        health: serde_json::from_str(health).unwrap(),
    }
}

const FULL: &str = r#"{"title":"starlight","name":"별빛 소나타","on_air":true,"bursting":true,
    "surging":false,"latest_episode":"2026-02-06T11:15:00Z","next_episode":"2026-02-07T12:00:00Z",
    "posts_1h":1,"reproduction":{"value":1.237,"lower":1.1},"rank":1,"rank_before":3,
    "posts":12345,"authors":987,"average_ratio":4.26,"share_of_voice":0.613,
    "velocity_per_minute":2.0,"growth_per_hour":0.8,"doubling_seconds":{"value":3119.0},
    "copies":0.034,"platforms":{"twitter":5},
    "sparkline":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
                 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,2,2,2,2,2,4,6,8,8,8,8]}"#;
/// A title of which nothing can be told.
const BARE: &str = r#"{"title":"quiet","name":"A quiet title with a long name","on_air":false,
    "bursting":false,"surging":false,"posts_1h":0,"posts":0,"platforms":{},"sparkline":[]}"#;
const FALLING: &str = r#"{"title":"old","name":"Old","on_air":false,"bursting":false,
    "surging":true,"next_episode":"2026-02-08T12:00:00Z","posts":42,"rank":2,"rank_before":1,
    "growth_per_hour":-0.7,"half_life_seconds":{"value":10800},"share_of_voice":0.02,
    "sparkline":[5]}"#;

fn lines(board: &Board, columns: usize) -> Vec<String> {
    let lines = picture(board, columns);
    lines.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect()
}

#[test]
fn a_wide_terminal_shows_everything() {
    let shown = lines(&board(&[FULL, FALLING, BARE].join(",")), 150);
    let expected = "\
Starlight Sonata, 1h to 2026-02-06 12:00:00 UTC (4s old)
ready, 2 feed partitions flow, 1,207 dead letters

#  ±   title                            posts  × avg  share  authors  growth/h  ×2 ÷2 in     R  copies                episode   30 h
1  ▲2  별빛 소나타                     12,345    4.3    61%      987     +123%    ×2 52m  1.24    3.4%  BURST ON AIR  45m ago                  ▁▁▂▆█
2  ▼1  Old                                 42          2.0%               -50%  ÷2 3h00m                SURGE         in 2d00h  █
       A quiet title with a long name       0
and 4 more: --rows";
    assert_eq!(shown.join("\n"), expected);
}

#[test]
fn a_narrow_terminal_shows_what_matters_most_and_no_line_is_longer() {
    let board = board(&[FULL, FALLING, BARE].join(","));
    let expected = "\
#  ±   title               posts  growth/h                episode
1  ▲2  별빛 소나타        12,345     +123%  BURST ON AIR  45m ago
2  ▼1  Old                    42      -50%  SURGE         in 2d00h
       A quiet title wi…       0";
    assert_eq!(lines(&board, 66)[3..7].join("\n"), expected);
    for columns in 0..200 {
        for line in lines(&board, columns) {
            // Names, posts and badges are never left out.
            assert!(width(&line) <= columns.max(39), "{columns}: {line:?}");
        }
    }
}

#[test]
fn an_episode_is_told_by_the_nearer_one() {
    let at = |minutes: i64| Some(Timestamp::from_secs(minutes * 60));
    let told = |latest, next| {
        let row = Row { latest_episode: latest, next_episode: next, ..Row::default() };
        episode(&row, Timestamp::from_secs(36_000))
    };
    assert_eq!(told(at(590), at(700)), "10m ago");
    assert_eq!(told(at(0), at(700)), "in 1h40m");
    assert_eq!(told(None, at(600)), "in 0s");
    assert_eq!(told(at(600 - 1500), None), "1d01h ago");
    assert_eq!(told(None, None), "");
}

#[test]
fn what_speaks_against_the_numbers_is_said_first() {
    let mut board = board(FULL);
    board.health.feeds[1].stalled = true;
    assert_eq!(
        lines(&board, 80)[1],
        "ready, 1 of 2 feed partitions stalled: social.x/1, 1,207 dead letters"
    );
    board.health = Health::default();
    assert_eq!(lines(&board, 80)[1], "not ready: numbers still grow");
    board.leaderboard.now = board.leaderboard.time + Span::from_minutes(6);
    let head = &picture(&board, 80)[0];
    assert!(head.ends_with("\x1b[33m (6m old)\x1b[0m"), "{head:?}");
}

#[test]
fn a_sparkline_is_as_high_as_the_titles_most() {
    let of = |counts: &[u64], bars| {
        let counts: Vec<_> = counts.iter().copied().map(Some).collect();
        sparkline(&counts, bars)
    };
    assert_eq!(of(&[0, 1, 4, 8], 4), " ▁▄█");
    assert_eq!(of(&[1, 1, 4, 4], 2), "▂█");
    assert_eq!(of(&[0, 0], 2), "  ");
    assert_eq!(of(&[], 15), "");
    assert_eq!(of(&[u64::from(u32::MAX)], 1), "█");
    assert_eq!(of(&[u64::MAX, u64::MAX], 1), "█");
    assert_eq!(sparkline(&[None, None, Some(1), Some(8)], 4), "  ▁█", "not watched at first");
}

#[test]
fn names_that_a_terminal_would_obey_stay_text() {
    let evil = r#"{"title":"x","name":"\u001b[2J\u009b1mx\n\ty\u202e","posts":1,"sparkline":[1]}"#;
    let mut board = board(evil);
    board.leaderboard.name = "a\x1b]0;b\x07".into();
    board.health.feeds[0].stalled = true;
    board.health.feeds[0].topic = "\x1b[2J".into();
    let is_evil = |c: char| c.is_control() || c == '\u{202e}';
    for line in lines(&board, 100) {
        assert!(!line.contains(is_evil), "{line:?}");
    }
    for row in rows(&board) {
        assert!(!row.contains(|c| is_evil(c) && c != '\t'), "{row:?}");
        assert_eq!(row.split('\t').count(), FIELDS.split('\t').count());
    }
}

#[test]
fn rows_hold_the_numbers_as_they_came() {
    let rows = rows(&board(&[FULL, BARE].join(",")));
    let same = "2026-02-06T12:00:00Z\tstarlight-sonata\t1h";
    assert_eq!(
        rows,
        [
            format!(
                "{same}\tstarlight\t별빛 소나타\t1\t3\t12345\t4.26\t0.613\t987\t0.8\t3119\t\t1.237\t\
                 0.034\t1\t0\t1\t2026-02-06T11:15:00Z\t2026-02-07T12:00:00Z"
            ),
            format!(
                "{same}\tquiet\tA quiet title with a long name\t\t\t0\t\t\t\t\t\t\t\t\t0\t0\t0\t\t"
            ),
        ]
    );
}

#[test]
fn lengths_growth_and_counts_are_short() {
    let lengths = [0.4, 29.0, 60.0, 3600.0, 5400.0, 90_000.0, -5.0, f64::MAX].map(length);
    assert_eq!(lengths[..6], ["0s", "29s", "1m", "1h00m", "1h30m", "1d01h"]);
    assert_eq!([1.0_f64, -1.0, 3.0].map(growth), ["+172%", "-63%", "×20"]);
    assert_eq!([0.004, 0.0999, 0.1, 1.0].map(percent), ["0.4%", "10.0%", "10%", "100%"]);
    assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
}
