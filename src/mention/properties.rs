//! What holds for any text at all.

use proptest::prelude::*;

use super::normalize::Skeleton;
use super::tests::{matches, post, tagger};

fn skeleton(text: &str) -> String {
    let mut skeleton = Skeleton::default();
    skeleton.read(text);
    String::from_utf8(skeleton.bytes().to_vec()).unwrap()
}

/// Text that is likely to name a title, in any spelling.
fn mixed() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        prop::sample::select(vec![
            "Signal",
            "SIGNAL",
            "시그널",
            "별빛 소나타",
            "별빛소나타",
            "Starlight Sonata",
            "#StarlightSonata",
            "ｼｸﾞﾅﾙ",
            "シグナル",
            "เพลงแสงดาว",
            "cafe\u{301} minamdang",
            "Reply 1988",
            "응답하라 1988",
            "sky 캐슬",
            "#signal",
            "@signal",
            "https://t.co/Signal",
            "Stаrlight Sоnata",
            "ꜱɪɢɴᴀʟ",
            "Signalep16",
            "\u{1109}\u{1175}\u{200D}\u{1100}\u{1173}\u{1102}\u{1165}\u{11AF}",
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec![
            " ",
            "",
            "\n",
            "은",
            "이",
            "비",
            "ing",
            "s",
            "'",
            "_",
            "❤️",
            "👩‍👩‍👧",
            "\u{200D}",
            "\u{301}",
            "ㅋㅋ",
            "1",
            "の",
            "#",
            "@",
            ".",
            "/",
            "🇰🇷",
            "1️⃣",
            "\u{FE0F}",
            "а",
            "ep2",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn spans_lead_back_to_the_name(text in mixed()) {
        use unicode_segmentation::UnicodeSegmentation;
        let edges: Vec<usize> =
            text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
        for one in matches(&mut tagger(), &post(&text)) {
            let (first, last) = one.span.unwrap();
            let byte = |n: u32| text.char_indices().nth(n as usize).map_or(text.len(), |(at, _)| at);
            let (from, to) = (byte(first), byte(last));
            prop_assert!(from < to && edges.contains(&from) && edges.contains(&to));
            prop_assert!(skeleton(&text[from..to]).contains(&skeleton(&one.alias)));
        }
    }

    #[test]
    fn any_text_is_taken(text in any::<String>(), quoted in any::<String>(), tag in any::<String>()) {
        let mut post = post(&text);
        post.quoted = Some(quoted.into());
        post.hashtags = vec![tag.into()];
        matches(&mut tagger(), &post);
    }

    /// The rule for a one-word Latin name, written once more the slow and obvious way.
    #[test]
    fn a_naive_matcher_finds_the_same(words in prop::collection::vec("(Signal|signal|moving|reply|re|s|x7|[a-z]{1,3}|[2-9])", 0..8), gap in "[ ,!-]") {
        let text = words.join(&gap);
        let names = |name: &str| {
            let lower = text.to_lowercase();
            lower.match_indices(name).any(|(at, _)| {
                let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
                !letter(lower[..at].chars().next_back()) && !letter(lower[at + name.len()..].chars().next())
            })
        };
        let expected: Vec<&str> =
            ["signal", "moving", "reply"].into_iter().filter(|name| names(name)).collect();
        let found = matches(&mut tagger(), &post(&text));
        let found: Vec<&str> = found.iter().map(|one| one.title.as_str()).collect();
        prop_assert_eq!(found, expected);
    }
}
