//! The numbers of episodes that people write right behind a title: `시그널2화`, `signalep16`.

use super::normalize::{DIGITS, Skeleton};

/// What parts a number from the Latin title before it.
const BEFORE: [&str; 2] = ["episode", "ep"];
/// What behind a number makes it one of an episode.
const BEHIND: [&str; 5] = ["화", "회", "話", "话", "集"];

/// Whether an episode and its number stand at byte `at` of the skeleton.
pub(super) fn begins(skeleton: &Skeleton, at: usize) -> bool {
    let rest = skeleton.bytes().get(at..).unwrap_or_default();
    BEFORE.iter().any(|before| {
        let digit = rest.strip_prefix(before.as_bytes()).and_then(<[u8]>::first);
        digit.is_some_and(u8::is_ascii_digit)
    })
}

/// Whether the number that ends before byte `at` of the skeleton is one of an episode.
pub(super) fn is_number(skeleton: &Skeleton, at: usize) -> bool {
    let rest = skeleton.bytes().get(at..).unwrap_or_default();
    let before = at.checked_sub(1).and_then(|last| skeleton.bytes().get(last));
    before.is_some_and(u8::is_ascii_digit)
        && skeleton.bounds(at) == DIGITS
        && BEHIND.iter().any(|behind| rest.starts_with(behind.as_bytes()))
}

#[cfg(test)]
mod tests {
    use crate::mention::Tagger;
    use crate::mention::tests::{campaign, matches, post, rules, title};

    #[test]
    fn numbers_of_episodes_are_no_part_of_a_name() {
        let numbered = campaign(
            "numbered",
            vec![
                title("signal", &["Signal", "시그널"], &[]),
                title("signal-2", &["Signal 2", "시그널 2"], &[]),
                title("reply", &["Reply 1988", "응답하라 1988"], &[]),
                title("squid", &["Squid Game 2", "오징어 게임 2"], &[]),
                title("again", &["18 Again"], &[]),
            ],
        );
        let mut tagger = Tagger::new(&[numbered], rules(100_000)).unwrap();
        let table: [(&str, &[&str]); 26] = [
            ("Signal ep2", &["signal"]),
            ("Signal EP 2", &["signal"]),
            ("signalep16", &["signal"]),
            ("#SignalEp16", &["signal"]),
            ("#signalepisode3 out", &["signal"]),
            ("signalepic", &[]),
            ("Signal 16회", &["signal"]),
            ("시그널 16회", &["signal"]),
            ("시그널2화", &["signal"]),
            ("시그널 2화", &["signal"]),
            ("Signal 2화", &["signal"]),
            ("Signal 2", &["signal-2"]),
            ("Signal 2 ep 3", &["signal-2"]),
            ("시그널2", &["signal-2"]),
            ("시그널 2 3화", &["signal-2"]),
            ("signal 25", &["signal"]),
            ("Reply 1988", &["reply"]),
            ("reply1988ep3", &["reply"]),
            ("Reply 19889", &[]),
            ("응답하라1988 3화", &["reply"]),
            ("응답하라 19881", &[]),
            ("응답하라1988에서", &["reply"]),
            ("#SquidGame2", &["squid"]),
            ("오징어게임2가", &["squid"]),
            ("오징어게임 25", &[]),
            ("118 Again", &[]),
        ];
        for (text, expected) in table {
            let found = matches(&mut tagger, &post(text));
            let found: Vec<&str> = found.iter().map(|one| one.title.as_str()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
