//! Where words stand and where they do not, before anything is asked of the post.

use super::*;
use crate::campaign::{Alias, FacetId, Tier};
use crate::mention::verdict::Role;
use crate::mention::word::Word;

fn word(campaign: Option<usize>, role: Role, alias: Alias) -> Word {
    Word { campaign, title: Some(0), role, alias, tier: Tier::Strong, needed_by: None }
}

fn name(campaign: usize, text: &str) -> Word {
    word(Some(campaign), Role::Alias, Alias::plain(text))
}

/// Every word found in `text`: as the campaign writes it, as the text does, and why it is refused.
fn found(words: Vec<Word>, text: &str) -> Vec<(String, String, Option<Refusal>)> {
    let matcher = Matcher::new(words, &[]).unwrap();
    let mut skeleton = Skeleton::default();
    skeleton.read(text);
    let passage = Passage { part: Part::Text, written: text, skeleton: &skeleton };
    let look = |explaining| {
        let mut hits = Vec::new();
        matcher.find_names(&passage, explaining, &mut hits);
        let named = matcher.named(&hits);
        matcher.find_aids(&named, &passage, explaining, &mut hits);
        matcher.keep_longest(&named, explaining, &mut hits);
        matcher.keep_outermost(&mut hits);
        hits.retain(|hit| explaining || counts(hit));
        hits
    };
    let hits = look(true);
    let counted: Vec<Hit> = hits.iter().filter(|hit| counts(hit)).cloned().collect();
    assert_eq!(look(false), counted, "explaining changes nothing: {text}");
    let shown = |hit: Hit| {
        let (from, to) = hit.span.unwrap();
        let chars = text.chars().skip(from as usize).take((to - from) as usize);
        let refusal = match hit.verdict {
            Verdict::Counts(_) => None,
            Verdict::Refused(refusal) => Some(refusal),
        };
        (matcher.words()[hit.word].alias.text.clone(), chars.collect(), refusal)
    };
    hits.into_iter().map(shown).collect()
}

/// Asserts for each name and text what counts there, as the text writes it.
fn assert_found(table: &[(&str, &str, &[&str])]) {
    for (alias, text, expected) in table {
        assert_alias(&Alias::plain(alias), text, expected);
    }
}

fn assert_alias(alias: &Alias, text: &str, expected: &[&str]) {
    let found = found(vec![word(Some(0), Role::Alias, alias.clone())], text);
    let counted: Vec<_> =
        found.into_iter().filter(|one| one.2.is_none()).map(|one| one.1).collect();
    assert_eq!(counted, *expected, "{:?} in {text:?}", alias.text);
}

#[test]
fn separators_are_left_out_where_people_leave_them_out() {
    assert_found(&[
        ("D.P.", "DP season 2", &["DP"]),
        ("D.P.", "D.P. 시즌2", &["D.P"]),
        ("K-2", "the k2", &["k2"]),
        ("Spider-Man", "spiderman", &["spiderman"]),
        ("Mr Queen", "mrqueen", &[]),
        ("Mr Queen", "MrQueen!", &["MrQueen"]),
        ("Mr Queen", "#mrqueen", &["mrqueen"]),
        ("Squid Game 2", "squidgame 2", &["squidgame 2"]),
        ("Squid Game 2", "SquidGame2", &["SquidGame2"]),
        ("SquidGame2", "squidgame 2", &["squidgame 2"]),
        ("Signal 2", "signal2", &["signal2"]),
        ("Crash Landing on You", "crash landingonyou", &["crash landingonyou"]),
        ("Crash Landing on You", "crashl anding on you", &[]),
        ("SKY캐슬", "sky 캐슬", &["sky 캐슬"]),
        ("응답하라1988", "응답하라 1988", &["응답하라 1988"]),
        ("愛の不時着", "愛の 不時着", &["愛の 不時着"]),
        ("愛の不時着", "愛の、不時着", &[]),
        ("信号", "信 号", &[]),
    ]);
}

#[test]
fn a_separator_behind_each_character_spells_a_name_out() {
    assert_found(&[
        ("인어 공주", "명불허전 인.어.공.주", &["인.어.공.주"]),
        ("시그널", "시/그/널은", &["시/그/널"]),
        ("Signal", "S I G N A L", &["S I G N A L"]),
        ("Signal", "s.i.g.nal", &[]),
        ("무빙", "무, 빙", &[]),
    ]);
}

#[test]
fn hangul_is_found_where_it_is_glued_to_no_other_word() {
    assert_found(&[
        ("별빛 소나타", "드라마별빛소나타보고싶다", &["별빛소나타"]),
        ("신의 아들", "자신의 아들", &[]),
        ("신의 아들", "명작신의아들", &["신의아들"]),
        ("시그널", "드라마시그널정주행중", &["시그널"]),
        ("시그널", "비시그널", &[]),
        ("시간", "3시간 동안", &[]),
        ("무빙", "무빙워크", &[]),
        ("무빙", "무빙무빙무빙", &["무빙"]),
        ("무빙", "무빙ㅋㅋ", &["무빙"]),
        ("무빙", "「무빙」『무빙』《무빙》", &["무빙", "무빙", "무빙"]),
        ("SKY 캐슬", "sky캐슬봤다", &["sky캐슬"]),
        ("쓸쓸하고 찬란하神", "쓸쓸하고찬란하神도깨비", &["쓸쓸하고찬란하神"]),
    ]);
}

#[test]
fn no_reader_sees_half_a_character_as_a_name() {
    assert_found(&[
        ("รักแท้", "เรื่องรักแท้มาก", &["รักแท้"]),
        ("แสงดาว", "แสงดาวา", &[]),
        ("รักนาย", "เรักนาย", &[]),
        ("トッキ", "トッキョ", &[]),
        ("信号", "交通信号", &["信号"]),
        ("シグナル", "シグナルって", &["シグナル"]),
    ]);
}

#[test]
fn an_apostrophe_ends_a_name_but_not_a_contraction() {
    assert_found(&[
        ("Signal", "Signal's end, signal’s", &["Signal", "signal"]),
        ("You", "you're late", &[]),
        ("You", "'You' is back", &["You"]),
        ("M", "I'm in", &[]),
        ("M", "watching 'M'", &["M"]),
    ]);
}

#[test]
fn a_number_is_not_found_inside_a_longer_one() {
    assert_found(&[
        ("Reply 1988", "reply 19889", &[]),
        ("Reply 1988", "reply1988은 ep3", &["reply1988"]),
        ("2521", "12521 and 2,521 and 2521.5", &[]),
        ("2521", "2521. 2521, 5", &["2521", "2521"]),
        ("18 Again", "318 again", &[]),
        ("18 Again", "18 again", &["18 again"]),
    ]);
}

#[test]
fn case_counts_where_the_campaign_says_so() {
    let alias = Alias { case_sensitive: true, ..Alias::plain("My Mister") };
    assert_alias(&alias, "my mister My Mister", &["My Mister"]);
    assert_alias(&alias, "#MyMister Ｍｙ　Ｍｉｓｔｅｒ", &["MyMister", "Ｍｙ　Ｍｉｓｔｅｒ"]);
    assert_alias(&alias, "MY MISTER", &[]);
    let refused = found(vec![word(Some(0), Role::Alias, alias)], "my mister");
    assert_eq!(refused[0].2, Some(Refusal::Case));
}

#[test]
fn a_regular_expression_decides_where_its_literal_stands() {
    let alias =
        |text: &str, regex: &str| Alias { regex: Some(regex.to_owned()), ..Alias::plain(text) };
    let season = alias("signal", r"(?i)\bsignal\s+(season\s*)?2\b");
    assert_alias(&season, "signal, Signal season 2!", &["Signal season 2"]);
    assert_alias(&season, "signal 1, season 2", &[]);
    // No boundary is asked of the literal, and the match may be of what the skeleton leaves out.
    assert_alias(&alias("nal", r"si\w+!e\u{301}?"), "ⓐ signal!e\u{301}", &["signal!e\u{301}"]);
    let refused = found(vec![word(Some(0), Role::Alias, season)], "signal 1");
    assert_eq!(refused, [("signal".into(), "signal".into(), Some(Refusal::Regex))]);
    let many = found(vec![word(Some(0), Role::Alias, alias("a", "a+"))], &"a".repeat(500));
    assert_eq!(many.len(), 1, "one match is one hit, however often its literal stands in it");
}

#[test]
fn a_regular_expression_is_tried_at_each_of_its_literals_and_not_far_from_them() {
    let alias = |regex: &str| Alias { regex: Some(regex.to_owned()), ..Alias::plain("signal") };
    let season = alias(r"signal \d\b");
    let text = format!("{}signal 2", "signal one, ".repeat(200));
    assert_alias(&season, &text, &["signal 2"]);
    let far = "시".repeat(200);
    let around = alias(r"\d\D*signal \d");
    assert_alias(&around, "1 far signal 2", &["1 far signal 2"]);
    assert_alias(&around, &format!("1{far}signal 2"), &[]);
    let to_the_end = alias(r"signal.*$");
    assert_alias(&to_the_end, "a signal to the end", &["signal to the end"]);
    assert_alias(&to_the_end, &format!("signal {far}"), &[]);
    assert_alias(&alias(r"\b|zzz"), "no signal here", &[]);
}

#[test]
fn a_regular_expression_that_cannot_be_used_is_named() {
    for (expression, reason) in [
        ("(", "regex parse error"),
        ("a*", "it matches where nothing stands"),
        (r"(\w{1000}){1000}", "compiled, it takes more than"),
        (&"x".repeat(501), "501 characters; the limit is 500"),
        (&format!("{}a{}", "(".repeat(40), ")".repeat(40)), "regex parse error"),
    ] {
        assert!(check_regex(expression).unwrap_err().starts_with(reason), "{expression}");
        let alias = Alias { regex: Some(expression.to_owned()), ..Alias::plain("Signal") };
        let error = Matcher::new(vec![word(Some(0), Role::Alias, alias)], &[]).unwrap_err();
        assert!(error.to_string().contains(": the regular expression of \"Signal\": "));
    }
    assert_eq!(check_regex(r"Signal\s2"), Ok(()));
}

#[test]
fn a_slip_is_forgiven_where_the_campaign_says_so() {
    let alias = |text: &str| Alias { fuzzy: true, ..Alias::plain(text) };
    let latin = alias("Starlight Sonata");
    for text in [
        "Starlight Sonata",
        "starlihgt sonata",
        "starligt sonata",
        "tarlight sonata",
        "starlight sonnata",
        "starlight sonat",
        "starlight sonatas",
        "starlight xonata",
        "starlightsonara",
    ] {
        assert_alias(&latin, &format!("a {text} b"), &[text]);
    }
    for text in ["starlihgt sonatta", "starlights onata", "xstarlight sonat"] {
        assert_alias(&latin, text, &[]);
    }
    assert_alias(&alias("Hospital Playlist 2"), "hospital playlist 1", &[]);
    assert_alias(&alias("Hospital Playlist"), "hospital playlist2", &["hospital playlist"]);
    assert_alias(&alias("Starlight"), "starlihgt", &[]);
    assert_alias(
        &alias("별빛 소나타를 부르는 밤"),
        "별빛소나타를 부루는밤이",
        &["별빛소나타를 부루는밤"],
    );
    assert_alias(&Alias::plain("Starlight Sonata"), "starlihgt sonata", &[]);
}

#[test]
fn a_name_without_a_slip_takes_no_neighbour_in() {
    for (name, texts) in [
        (
            "별빛 소나타를 부르는 밤하늘",
            &["별빛 소나타를 부르는 밤하늘 봤다", "와 별빛 소나타를 부르는 밤하늘이"][..],
        ),
        (
            "梨泰院クラスと愛の不時着",
            &["今日は梨泰院クラスと愛の不時着を見た", "、梨泰院クラスと愛の不時着！"],
        ),
        ("Starlight Sonata", &["a starlight sonata a", "#starlightsonata2"]),
    ] {
        let alias = Alias { fuzzy: true, ..Alias::plain(name) };
        for text in texts {
            let plain = found(vec![word(Some(0), Role::Alias, Alias::plain(name))], text);
            let fuzzy = found(vec![word(Some(0), Role::Alias, alias.clone())], text);
            assert_eq!((fuzzy, plain.len()), (plain.clone(), 1), "{text}");
        }
    }
}

#[test]
fn what_lies_within_a_name_is_no_evidence() {
    let within = |longer: &str| Some(Refusal::Within(longer.into()));
    let of = |role, text: &str| word(Some(0), role, Alias::plain(text));
    let facet = of(Role::Facet(FacetId::new("f")), "World");
    let exclusion = of(Role::Exclusion, "signal strength");
    let words = vec![
        name(0, "Drama World"),
        name(0, "Drama"),
        name(0, "Signal"),
        of(Role::Context, "drama"),
        facet,
        exclusion,
        name(1, "World"),
    ];
    let findings = found(words, "Drama World");
    let refusals: Vec<_> = findings.iter().map(|one| (one.0.as_str(), one.2.clone())).collect();
    assert_eq!(
        refusals,
        [
            ("Drama World", None),
            ("Drama", within("Drama World")),
            ("drama", within("Drama World")),
            ("World", within("Drama World")),
            ("World", None),
        ]
    );
    let words = vec![name(0, "Signal"), of(Role::Exclusion, "signal strength")];
    let findings = found(words, "good signal strength");
    assert!(findings.iter().all(|one| one.2.is_none()) && findings.len() == 2);
    let words = vec![name(0, "Signal"), of(Role::Context, "signal")];
    assert_eq!(found(words, "signal")[1].2, within("Signal"));
}

#[test]
fn aids_are_looked_for_only_beside_a_name_of_their_campaign() {
    let context = |campaign| word(campaign, Role::Context, Alias::plain("drama"));
    let words = || {
        vec![
            name(0, "Signal"),
            name(1, "Moving"),
            context(Some(0)),
            context(Some(1)),
            context(None),
        ]
    };
    assert_eq!(found(words(), "a drama"), []);
    let named: Vec<_> = found(words(), "a drama, Moving").into_iter().map(|one| one.0).collect();
    assert_eq!(named, ["drama", "drama", "Moving"], "daebak's own, the campaign's, the name");
}

#[test]
fn a_name_that_holds_a_word_of_daebaks_own_takes_it_from_its_campaign_only() {
    let own = || word(None, Role::Context, Alias::plain("drama"));
    let alone = found(vec![own(), name(0, "Drama World")], "Drama World");
    assert_eq!(alone[0].2, Some(Refusal::Within("Drama World".into())));
    let beside = vec![own(), name(0, "Drama World"), name(1, "World")];
    assert_eq!(found(beside, "Drama World")[0].2, None);
}

#[test]
fn campaigns_that_share_a_name_share_its_pattern() {
    let words: Vec<Word> = (0..1_000).map(|campaign| name(campaign, "Signal")).collect();
    let one = Matcher::new(vec![name(0, "Signal")], &[]).unwrap();
    assert_eq!(Matcher::new(words.clone(), &[]).unwrap().memory(), one.memory());
    assert_eq!(found(words, "Signal").len(), 1_000);
}

#[test]
fn a_word_that_fills_a_text_takes_no_other_from_it() {
    let text = format!("{}vincenzo", "w ws ".repeat(1_100));
    let found = found(vec![name(0, "W"), name(0, "Vincenzo")], &text);
    let n = |written: &str, counts: bool| {
        found.iter().filter(|one| one.0 == written && one.2.is_none() == counts).count()
    };
    assert_eq!((n("W", true), n("Vincenzo", true)), (PLACES_MAX, 1));
    assert!(n("W", false) <= PLACES_MAX);
}
