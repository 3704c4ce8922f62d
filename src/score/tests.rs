//! Counts that were made by hand, and what is said of files that can't be read.

use std::sync::Arc;

use super::labelled::{
    Columns, ENTITIES_MAX, Form, Labelled, Labels, Posts, ReadFault, language_of, told_language_of,
};
use super::language::LanguageReport;
use super::lines::LineFault;
use super::listed::{List, ListError};
use super::titles::{Method, Options, Report, Scorer, Tally};
use crate::campaign::{Alias, Campaign, Facet, FacetId, FacetKind, Language, Tier};

/// Tokens and tags; the titles are "Signal", "Crash Landing on You" and "Goblin :".
const TOKENS: &str = "\
I\tO
love\tO
Crash\tB-creative-work
Landing\tI-creative-work
on\tI-creative-work
You\tI-creative-work
!\tO

the\tO
signal\tO
of\tO
Kim\tB-person
was\tO
weak\tO

Signal\tB-creative-work
and\tO
crash\tB-creative-work
landing\tI-creative-work
on\tI-creative-work
you\tI-creative-work

designal\tO
goblin\tB-creative-work
:\tI-creative-work
yes\tO
";

fn conll(text: &str) -> Vec<Labelled> {
    let form = Form::Conll { entity: "creative-work".to_owned() };
    Posts::new(text.as_bytes(), form).collect::<Result<_, _>>().unwrap()
}

fn tsv(text: &str) -> Vec<Labelled> {
    let form = Form::Tsv(Columns::default());
    Posts::new(text.as_bytes(), form).collect::<Result<_, _>>().unwrap()
}

fn fault(text: &str, form: Form) -> String {
    let read: Result<Vec<_>, _> = Posts::new(text.as_bytes(), form).collect();
    read.unwrap_err().to_string()
}

fn campaign(list: &str, tier: Tier) -> Campaign {
    List::read(list.as_bytes()).unwrap().into_campaign(vec![Language::new("en")], Some(tier))
}

fn score(campaign: Campaign, options: Options, posts: &[Labelled]) -> Report {
    let mut scorer = Scorer::new(campaign, options).unwrap();
    let file: Arc<str> = "posts".into();
    for post in posts {
        scorer.add(&file, post).unwrap();
    }
    scorer.report().clone()
}

fn counts(report: &Report, method: Method) -> (u64, u64, u64) {
    let Tally { true_positives, false_positives, false_negatives } =
        report.methods[Method::ALL.iter().position(|one| *one == method).unwrap()];
    (true_positives, false_positives, false_negatives)
}

#[test]
fn places_are_counted_as_by_hand() {
    let posts = conll(TOKENS);
    let mut list = List::default();
    for surface in posts.iter().flat_map(Labelled::surfaces) {
        list.add_surface(&surface).unwrap();
    }
    let campaign = list.into_campaign(vec![Language::new("en")], Some(Tier::Strong));
    assert_eq!(campaign.titles.len(), 3, "a name in another case is no other title");
    let report = score(campaign, Options::default(), &posts);
    assert_eq!(report.posts, 4);
    // Labelled: Crash … You, Signal, crash … you, goblin. Against them: the signal of Kim.
    assert_eq!(counts(&report, Method::WordBoundary), (4, 1, 0));
    // Small letters: the second crash … you and goblin.
    assert_eq!(counts(&report, Method::Capital), (2, 0, 2));
    // In addition: de-signal.
    assert_eq!(counts(&report, Method::Squeezed), (4, 2, 0));
    assert_eq!(counts(&report, Method::Matched), (4, 1, 0));
    assert_eq!(counts(&report, Method::Taken), (4, 1, 0));
    let [boundary, capital, squeezed, ..] = report.methods;
    assert_eq!(boundary.precision(), Some(4.0 / 5.0));
    assert_eq!(boundary.recall(), Some(1.0));
    assert_eq!(boundary.f1(), Some(8.0 / 9.0));
    assert_eq!(capital.f1(), Some(4.0 / 6.0));
    assert_eq!(squeezed.precision(), Some(4.0 / 6.0));
}

#[test]
fn titles_are_counted_once_a_post_as_by_hand() {
    let mut campaign = campaign("signal\tSignal\t시그널\ngoblin\tGoblin", Tier::Strong);
    campaign.titles[0].aliases[0].tier = Some(Tier::Context);
    let posts = tsv("text\ttitles\n\
                     the signal was weak\t\n\
                     goblin, goblin and a goblin\tgoblin\n\
                     nothing here\tGoblin\n\
                     시그널 and the goblin\t시그널 | goblin\n");
    let report = score(campaign, Options { mistakes_max: 1, ..Options::default() }, &posts);
    assert_eq!(report.posts, 4);
    // Four labels; one title is nowhere in its post, one word means no title.
    assert_eq!(counts(&report, Method::WordBoundary), (3, 1, 1));
    assert_eq!(counts(&report, Method::Matched), (3, 1, 1));
    assert_eq!(counts(&report, Method::Taken), (3, 0, 1));
    assert_eq!(report.methods[4].f1(), Some(6.0 / 7.0));
    assert_eq!(report.false_positives, []);
    let [missed] = &report.false_negatives[..] else { panic!("{report:?}") };
    assert_eq!((missed.place.1, &*missed.title), (4, "Goblin"));
    assert_eq!(missed.findings, []);
}

#[test]
fn what_is_taken_wrongly_is_kept_with_its_findings_and_no_more_than_asked_for() {
    let campaign = campaign("signal\tSignal", Tier::Strong);
    let posts = tsv("text\ttitles\nthe signal was weak\t\nno signal\t\n");
    let report = score(campaign, Options { mistakes_max: 1, ..Options::default() }, &posts);
    assert_eq!(counts(&report, Method::Taken), (0, 2, 0));
    let [wrong] = &report.false_positives[..] else { panic!("{report:?}") };
    assert_eq!((&*wrong.place.0, wrong.place.1), ("posts", 2));
    assert_eq!(&*wrong.findings[0].written, "Signal");
}

#[test]
fn recall_goes_by_the_length_of_the_name_and_by_what_is_there_at_all() {
    let campaign = campaign("무빙\n사랑의 불시착", Tier::Strong);
    let posts = tsv("text\ttitles\n\
                     무빙 봤다\t무빙\n\
                     리무빙\t무빙\n\
                     그냥 좋다\t사랑의 불시착\n\
                     사랑의불시착이 최고\t사랑의 불시착\n");
    let all = score(campaign.clone(), Options::default(), &posts);
    let [_, two, _, four] = all.lengths;
    assert_eq!((two.labels, four.labels), (2, 2));
    assert_eq!(two.found_of_squeezed, [1, 0, 2, 1, 1], "리무빙 is not 무빙");
    assert_eq!(four.found_of_squeezed, [0, 0, 1, 1, 1]);
    let options = Options { only_squeezed: true, ..Options::default() };
    let there = score(campaign, options, &posts);
    assert_eq!((there.posts, there.left_out), (3, 1));
    assert_eq!(counts(&there, Method::Squeezed), (3, 0, 0));
}

#[test]
fn of_two_names_the_plain_search_takes_the_longer() {
    let campaign = campaign("Reply\nReply 1988", Tier::Strong);
    let posts = tsv("text\ttitles\nReply 1988 and reply\tReply 1988\n");
    assert_eq!(
        counts(&score(campaign.clone(), Options::default(), &posts), Method::WordBoundary),
        (1, 1, 0)
    );
    let posts = tsv("text\ttitles\nwatch Reply 1988\tReply 1988\n");
    assert_eq!(
        counts(&score(campaign, Options::default(), &posts), Method::WordBoundary),
        (1, 0, 0)
    );
}

#[test]
fn a_label_that_names_no_title_is_an_error() {
    let mut scorer = Scorer::new(campaign("Goblin", Tier::Strong), Options::default()).unwrap();
    let error = scorer.add(&"posts".into(), &tsv("text\ttitles\nx\tGobiln\n")[0]).unwrap_err();
    assert!(error.to_string().starts_with("`Gobiln` is neither id nor name"), "{error}");
}

#[test]
fn a_row_is_read_by_the_names_of_its_columns() {
    let columns = Columns { text: Some("review".to_owned()), ..Columns::default() };
    let text = "\u{FEFF}language\treview\ttitles\r\nms\tbagus | sekali\ta| b |\r\n\n\tx\t\n";
    let read = Posts::new(text.as_bytes(), Form::Tsv(columns));
    let posts: Vec<Labelled> = read.collect::<Result<_, _>>().unwrap();
    assert_eq!(
        posts[0],
        Labelled {
            line: 2,
            text: "bagus | sekali".to_owned(),
            labels: Labels::Titles(vec!["a".to_owned(), "b".to_owned()]),
            language: Some(Language::new("id")),
        }
    );
    assert_eq!((posts[1].line, &posts[1].language), (4, &None));
    assert_eq!(posts[1].labels, Labels::Titles(Vec::new()), "an empty list is a label too");
}

#[test]
fn each_line_that_cannot_be_used_says_where_it_is_and_what_helps() {
    let rows = |text| fault(text, Form::Tsv(Columns::default()));
    let tokens = |text| fault(text, Form::Conll { entity: "x".to_owned() });
    let cases = [
        (rows("post\ttitles\n"), "line 1: no column `text` among post, titles; name it with"),
        (rows("text\tbody\n"), "line 1: nothing to score against; expected a column `titles`"),
        (rows("text\ttitles\na\tb\nc\n"), "line 3: 1 fields with tabs between them, the header"),
        (rows("text\tlanguage\na\tKorean\n"), "line 2: `Korean` is no language that can be told; "),
        (tokens("word O\n"), "line 1: expected a token, a tab and its tag"),
        (tokens("a\tO\nb\tX-y\n"), "line 2: tag `X-y`; expected O, B-… or I-…"),
        (tokens(&"a\tO\n".repeat(10_001)), "line 10001: a post of more than 10000 tokens"),
    ];
    for (error, wanted) in cases {
        assert!(error.starts_with(wanted), "{error}\n{wanted}");
    }
    let missing = Columns { titles: Some("title".to_owned()), ..Columns::default() };
    let error = fault("text\ttitles\n", Form::Tsv(missing));
    assert!(error.contains("no column `title`"), "{error}");
    let lines = || Form::Lines(Language::new("ko"));
    let broken: Vec<_> = Posts::new(&b"ok\n\xFF\nok\n"[..], lines()).collect();
    assert_eq!(broken.len(), 2, "it ends after the first error");
    assert!(
        matches!(&broken[1], Err(error) if matches!(error.fault, ReadFault::Line(LineFault::NotUtf8)))
    );
    let long = "a".repeat(1 << 20);
    assert!(Posts::new(long.as_bytes(), lines()).all(|post| post.is_ok()));
    assert!(fault(&(long + "a"), lines()).contains("longer than"));
}

#[test]
fn an_entity_begins_with_b_or_where_another_ends() {
    let posts = conll("a\tI-creative-work\nb\tB-creative-work\nc\tI-person\nd\tI-creative-work\n");
    let Labels::Spans(spans) = &posts[0].labels else { panic!("{posts:?}") };
    assert_eq!(spans.titles, [(0, 1), (1, 2), (3, 4)]);
    assert_eq!(posts[0].surfaces(), ["a", "b", "d"]);
}

#[test]
fn a_list_takes_each_name_once_and_says_what_it_cannot_take() {
    let list = List::read("# 1\ngoblin\tGoblin\t도깨비\nGOBLIN\n\nSignal\n".as_bytes()).unwrap();
    let campaign = list.into_campaign(Vec::new(), None);
    let ids: Vec<&str> = campaign.titles.iter().map(|title| title.id.as_str()).collect();
    assert_eq!(ids, ["line-1", "goblin", "line-5"]);
    assert_eq!(campaign.titles[1].aliases.len(), 2);
    let error = List::read("Goblin\n!!!\n".as_bytes()).unwrap_err();
    assert!(matches!(error, ListError::NoLetters { line: 2, .. }), "{error}");
    let error = List::read("a\tGoblin\na\tSignal\n".as_bytes()).unwrap_err();
    assert!(matches!(error, ListError::RepeatedId { line: 2, .. }), "{error}");
}

#[test]
fn a_language_is_right_when_the_post_counts_in_its_series() {
    let mut report = LanguageReport::new(&["en", "ko"].map(Language::new));
    let mut add = |text: &str, labelled: &str, told: &str| {
        report.add(text, &Language::new(labelled), &Language::new(told));
    };
    add("short", "en", "en");
    add("exactly twenty chars", "en", "und");
    add("short", "fr", "it");
    add("short", "fr", "en");
    add(&"long ".repeat(11), "ko", "ko");
    add("", "und", "und");
    let all = report.total();
    assert_eq!((all.all.right, all.all.n), (4, 6));
    assert_eq!(all.lengths.map(|share| share.n), [4, 1, 1], "white space around does not count");
    let by_language: Vec<_> = report
        .languages()
        .map(|(language, listed, sum)| (language.as_str(), listed, sum.all.right, sum.all.n))
        .collect();
    let wanted = [("en", true, 1, 2), ("fr", false, 1, 2), ("ko", true, 1, 1), ("und", true, 1, 1)];
    assert_eq!(by_language, wanted);
    assert_eq!(report.confused().len(), 2);
}

#[test]
fn a_label_meets_its_title_however_both_are_spelled() {
    // Decomposed, as some keyboards and file systems write it.
    let decomposed = "\u{1103}\u{1169}\u{1101}\u{1162}\u{1107}\u{1175}";
    let posts = tsv(&format!(
        "text\ttitles\n도깨비 봤다\t{decomposed}\n{decomposed} 봤다\t도깨비\nthe d.p. of it\td-p\n"
    ));
    let list = format!("도깨비\n{decomposed}\nD.P.\nDP\n");
    let report = score(campaign(&list, Tier::Strong), Options::default(), &posts);
    for method in [Method::WordBoundary, Method::Squeezed, Method::Matched, Method::Taken] {
        assert_eq!(counts(&report, method), (3, 0, 0), "{method:?}");
    }
}

#[test]
fn a_facet_is_taken_for_its_title_only_where_it_stands_for_it() {
    let mut campaign = campaign("goblin\tThe Lonely Goblin", Tier::Strong);
    let facet = |id: &str, name: &str, names_title| Facet {
        id: FacetId::new(id),
        kind: FacetKind::Character,
        name: name.to_owned(),
        aliases: vec![Alias { tier: Some(Tier::Strong), ..Alias::plain(name) }],
        names_title,
    };
    campaign.titles[0].facets =
        vec![facet("shin", "Kim Shin", true), facet("gong", "Gong Yoo", false)];
    let posts = tsv("text\ttitles\nKim Shin cried\tgoblin\nGong Yoo is tall\t\n");
    let report = score(campaign, Options::default(), &posts);
    assert_eq!(counts(&report, Method::Taken), (1, 0, 0));
    assert_eq!(counts(&report, Method::Matched), (1, 0, 0));
}

#[test]
fn languages_are_read_as_platforms_write_them_and_told_ones_can_be() {
    let pairs = [("fil", "tl"), ("in", "id"), ("iw", "he"), ("ms", "id"), ("KO", "ko")];
    for (written, meant) in pairs.into_iter().chain([("und", "und"), ("other", "other")]) {
        let language = Language::new(meant);
        assert_eq!(language_of(written).unwrap(), language);
        assert_eq!(told_language_of(written).unwrap(), language);
    }
    assert_eq!(language_of("eu").unwrap(), Language::new("eu"), "it counts as `other`");
    for (wrong, remedy) in [
        ("eng", "did you mean `en`?"),
        ("kor", "did you mean `ko`?"),
        ("xx", "expected one of ar "),
        ("", "expected one of ar "),
    ] {
        let error = told_language_of(wrong).unwrap_err().to_string();
        let found = error.contains(remedy) || (wrong.is_empty() && error.contains("expected"));
        assert!(found && error.starts_with(&format!("`{wrong}` is no language")), "{error}");
    }
    assert!(language_of("kor").is_err(), "a label that would count as `other`");
}

#[test]
fn the_entities_of_tags_are_known_and_the_one_asked_for_always() {
    let rows: Vec<String> = (0..60).map(|n| format!("a\tB-e{n}\n")).collect();
    let rows = rows.join("\n");
    let form = Form::Conll { entity: "e59".to_owned() };
    let mut posts = Posts::new(rows.as_bytes(), form);
    assert_eq!(posts.by_ref().count(), 60);
    assert_eq!(posts.entities().len(), ENTITIES_MAX + 1);
    assert!(posts.entities().contains("e59") && !posts.entities().contains("e58"));
}
