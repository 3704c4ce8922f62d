//! Count series: what is read, what is refused, and how posts are spread.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<Counts, CountsError> {
    Counts::read(text.as_bytes(), None)
}

fn refusal(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

/// Posts by title and second.
fn spread(text: &str) -> Vec<(String, i64, u64)> {
    spread_of(read(text).unwrap())
}

fn spread_of(counts: Counts) -> Vec<(String, i64, u64)> {
    let titles: Vec<String> = counts.series().map(|(series, _)| series.title.to_string()).collect();
    let pieces = counts.spread();
    pieces
        .map(|piece| (titles[piece.series].clone(), piece.at.as_millis() / 1000, piece.n))
        .collect()
}

#[test]
fn a_bins_posts_are_spread_evenly_over_its_ticks() {
    let pieces = spread("count,title,time\n4,a,100\n3,a,120\n");
    let at = |second, n| ("a".to_owned(), second, n);
    let first = [at(100, 1), at(105, 1), at(110, 1), at(115, 1)];
    // Three in four ticks: at 1/6, 3/6 and 5/6 of 20 s.
    let second = [at(120, 1), at(130, 1), at(135, 1)];
    assert_eq!(pieces, [first.to_vec(), second.to_vec()].concat());
}

#[test]
fn bins_shorter_than_a_tick_and_beside_ticks_keep_their_counts() {
    let at = |second, n| ("a".to_owned(), second, n);
    assert_eq!(
        spread("time,title,count\n100,a,1\n101,a,0\n102,a,7\n103,a,2\n"),
        [at(100, 1), at(102, 7), at(103, 2)]
    );
    assert_eq!(
        spread("time,title,count\n103,a,4\n107,a,4\n"),
        [at(103, 2), at(105, 2), at(107, 3), at(110, 1)]
    );
}

#[test]
fn series_are_apart_and_their_pieces_in_the_order_of_time() {
    let pieces = spread("time,title,count\n10,b,1\n0,a,2\n10,a,0\n0,b,0\n");
    assert_eq!(pieces, [("a".into(), 0, 1), ("a".into(), 5, 1), ("b".into(), 15, 1)]);
}

#[test]
fn times_are_rfc_3339_seconds_or_milliseconds() {
    for (written, secs) in [
        ("2026-11-14T12:00:00Z", 1_794_657_600),
        ("2026-11-14 21:00:00+09:00", 1_794_657_600),
        ("1794657600", 1_794_657_600),
        ("1794657600000", 1_794_657_600),
    ] {
        assert_eq!(time(written), Some(Timestamp::from_secs(secs)), "{written}");
    }
    for written in ["", "yesterday", "-5", "1.5", "2026-11-14T12:00:00", "99999999999999999999"] {
        assert_eq!(time(written), None, "{written}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    assert_eq!(refusal(""), "no header: expected one with time, title and count");
    assert_eq!(
        refusal("time,title\n"),
        "line 1: the header has no `count`; expected time, title, count, and platform where it is \
         known"
    );
    assert_eq!(
        refusal("\ntime,titel,count\n"),
        "line 2: the header has `titel` (did you mean `title`?); expected time, title, count, and \
         platform where it is known"
    );
    assert_eq!(
        refusal("time,title,time\n"),
        "line 1: the header's `time` comes twice; expected each column once"
    );
    assert_eq!(
        refusal("time;title;count\n"),
        "line 1: semicolons separate the columns; expected commas"
    );
    assert_eq!(
        refusal("time\ttitle\tcount\n"),
        "line 1: tabs separate the columns; expected commas"
    );
    let row = |row: &str| refusal(&format!("time,title,count,platform\n0,a,1,\n{row}\n"));
    assert_eq!(row("1,2"), "line 3: 2 fields, and the header has 4");
    assert_eq!(
        row("noon,a,1,"),
        "line 3: time `noon`: expected RFC 3339 with its zone, as in 2026-11-14T12:00:00Z, or \
         whole seconds or milliseconds since 1970"
    );
    assert_eq!(row("5,,1,"), "line 3: title ``: expected 1 to 100 bytes on one line");
    for count in ["-1", "1.5", "", "1000000000001"] {
        assert_eq!(
            row(&format!("5,a,{count},")),
            format!("line 3: count `{count}`: expected a whole number from 0 to 1000000000000")
        );
    }
    assert_eq!(
        row("5,a,1,twiter"),
        "line 3: platform `twiter`: expected a platform, as daebak labels it, or nothing"
    );
    assert_eq!(row("0,a,1,"), "line 3: `a` has another row less than 1s before this one");
    assert_eq!(
        row("5,a,1,tiktok"),
        "line 2: `a` has this row only, so its bin has no length; say it with --bin, or add a \
         row of count 0 where it ends"
    );
}

#[test]
fn bins_of_a_length_that_is_said_end_before_the_next_row() {
    let bin = Some(Span::from_secs(10));
    let read = |text: &str| Counts::read(text.as_bytes(), bin);
    let at = |title: &str, second, n| (title.to_owned(), second, n);
    let counts = read("time,title,count\n100,a,2\n1000,a,2\n200,b,1\n").unwrap();
    assert_eq!(counts.end(), Some(Timestamp::from_secs(1010)));
    let pieces =
        [at("a", 100, 1), at("a", 105, 1), at("b", 205, 1), at("a", 1000, 1), at("a", 1005, 1)];
    assert_eq!(spread_of(counts), pieces);
    assert!(read("time,title,count\n100,a,2\n110,a,2\n").is_ok());
    let refused = read("time,title,count\n100,a,2\n109,a,2\n").unwrap_err().to_string();
    assert_eq!(refused, "line 3: `a` has another row less than 10s before this one");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Every post of every bin comes once, within its bin, and in the order of time.
    #[test]
    fn no_post_is_lost_or_moved_to_another_bin(
        bins in prop::collection::vec((1_000_i64..20_000, 0_u64..50), 2..20),
        start in 0_i64..20_000,
    ) {
        let mut at = 1_794_657_600_000 + start;
        let mut text = "time,title,count\n".to_owned();
        let mut expected = Vec::new();
        for (length, n) in &bins {
            writeln!(text, "{at},a,{n}").unwrap();
            expected.push((at, *n));
            at += length;
        }
        let mut last = 0;
        let mut counted = vec![0; bins.len()];
        for piece in read(&text).unwrap().spread() {
            let at = piece.at.as_millis();
            prop_assert!(at >= last);
            last = at;
            let bin = expected.iter().rposition(|(start, _)| *start <= at).unwrap();
            counted[bin] += piece.n;
        }
        let wanted: Vec<u64> = bins.iter().map(|(_, n)| *n).collect();
        prop_assert_eq!(counted, wanted);
    }
}
