//! Campaign files: what an alias may say, facets, context, tests, and what is risky.

use super::risk::warned;
use super::*;
use crate::campaign::{Example, Facet, FacetId, FacetKind, Language, Tier, TitleId};

/// The minimal campaign with a test, so that nothing in it is risky; its title goes on with `lines`.
pub(super) fn with(lines: &str) -> String {
    let tests = "tests = [{ text = 'T it is', expect = ['t'] }]\n";
    format!("{tests}{MINIMAL_CAMPAIGN}{lines}\n")
}

/// The titles' aliases, of the campaign with `lines` in its title.
fn aliases(lines: &str) -> Vec<Alias> {
    campaign(&with(lines)).unwrap().titles.remove(0).aliases
}

#[test]
fn an_alias_says_all_that_there_is_to_say() {
    let [name, plain, full] = &aliases(
        "aliases = ['U', { text = 'Starlight Sonata', tier = 'context', lang = 'ms', needs = \
         ['tvN', 'TVN', 'drama'], fuzzy = true }]",
    )[..] else {
        panic!("three")
    };
    assert_eq!([name, plain], [&Alias::plain("T"), &Alias::plain("U")]);
    let expected = Alias {
        tier: Some(Tier::Context),
        language: Some(Language::new("id")),
        needs: vec!["tvN".to_owned(), "drama".to_owned()],
        fuzzy: true,
        ..Alias::plain("Starlight Sonata")
    };
    assert_eq!(*full, expected);
    let found = &aliases(
        "aliases = [{ text = 'W', case_sensitive = true }, { text = 'X', regex = 'X [0-9]' }]",
    )[1..];
    let cased = Alias { case_sensitive: true, ..Alias::plain("W") };
    let regex = Alias { regex: Some("X [0-9]".to_owned()), ..Alias::plain("X") };
    assert_eq!(found, [cased, regex]);
}

#[test]
fn a_table_says_more_of_a_name() {
    let [only] = &aliases("aliases = [{ text = 't', tier = 'hashtag' }]")[..] else {
        panic!("one")
    };
    assert_eq!(*only, Alias { tier: Some(Tier::Hashtag), ..Alias::plain("t") });
    // Of two that only one regular expression tells apart, both are looked for.
    let two = "aliases = [{ text = 'U', regex = 'a' }, { text = 'U', regex = 'b' }]";
    assert_eq!(aliases(two).len(), 3);
}

#[test]
fn a_campaign_has_facets_exclusions_context_and_tests() {
    let text = "builtin_context = false\ncontext = ['tvN', 'tvn', 'kdrama']\n\
                name = 'C'\nlanguages = ['ko']\n[[titles]]\nid = 't'\nname = 'T'\n\
                exclude = ['T shirt', 't-shirt', 'model T']\n\
                [[titles.facets]]\nid = 'hana'\nkind = 'character'\nname = 'Ko Hana'\n\
                aliases = [{ text = '고하나', tier = 'context' }]\nnames_title = true\n\
                [[titles.facets]]\nid = 'song'\nkind = 'ost'\nname = 'Love'\n\
                match_name = false\naliases = ['T Love']\n\
                [[tests]]\ntext = 'T!'\nexpect = ['t']\n\
                [[tests]]\ntext = 'model T'\nexpect = []\n";
    let campaign = campaign(text).unwrap();
    assert_eq!(
        (&campaign.context[..], campaign.builtin_context),
        (&["tvN".to_owned(), "kdrama".to_owned()][..], false)
    );
    let title = &campaign.titles[0];
    assert_eq!(title.exclude, ["T shirt", "model T"], "case and signs make no difference");
    let hana = Facet {
        id: FacetId::new("hana"),
        kind: FacetKind::Character,
        name: "Ko Hana".to_owned(),
        aliases: vec![
            Alias::plain("Ko Hana"),
            Alias { tier: Some(Tier::Context), ..Alias::plain("고하나") },
        ],
        names_title: true,
    };
    assert_eq!(title.facets[0], hana);
    assert_eq!(title.facets[1].aliases, [Alias::plain("T Love")]);
    let expected = [
        Example { text: "T!".to_owned(), expect: vec![TitleId::new("t")], line: 21 },
        Example { text: "model T".to_owned(), expect: Vec::new(), line: 24 },
    ];
    assert_eq!(campaign.tests, expected);
}

#[test]
fn a_bad_word_is_said_with_its_place() {
    let facet = |lines: &str| format!("[[titles.facets]]\n{lines}");
    let cases = [
        (
            "aliases = [{ text = 'x', tier = 'storng' }]".to_owned(),
            "7:33 unknown-name: `storng` is no tier; did you mean `strong`?",
        ),
        (
            "aliases = [{ text = 'x', teir = 'strong' }]".to_owned(),
            "7:26 unknown-key: unknown key `teir`; did you mean `tier`?",
        ),
        (
            "aliases = [{ tier = 'strong' }]".to_owned(),
            "7:12 missing-key: `text` is missing; expected `text` in `aliases`",
        ),
        (
            "aliases = ['x', { text = 'X', tier = 'strong' }]".to_owned(),
            "7:17 duplicate: alias `X` comes twice; expected each once",
        ),
        (
            "aliases = [{ text = 'Starlight', fuzzy = true }]".to_owned(),
            "7:42 bad-fuzzy: `Starlight` is too short to be found with a mistake; \
             expected 10 letters and digits or more",
        ),
        (
            "aliases = [{ text = 'Starlight Sonata', fuzzy = true, regex = 'a' }]".to_owned(),
            "7:12 bad-fuzzy: `fuzzy` has no use beside `regex`; expected one of them",
        ),
        (
            "aliases = [{ text = 'x', needs = ['@tvn'] }]".to_owned(),
            "7:35 empty: nothing of `@tvn` is looked for; \
             expected letters or digits that are in no link and no @name",
        ),
        (
            "exclude = ['…']".to_owned(),
            "7:12 empty: `exclude` holds nothing to read; expected at least one letter or digit",
        ),
        (
            facet("id = 'a'\nname = 'A'\nkind = 'actor'"),
            "10:8 unknown-name: `actor` is no kind of facet; \
             expected one of cast, character, ost",
        ),
        (
            facet("id = 'a'\nname = 'A'"),
            "7:1 missing-key: `kind` is missing; expected `kind` in `facets`",
        ),
        (
            facet("id = 'a'\nname = 'A'\nkind = 'cast'\nmatch_name = false"),
            "7:1 empty: no post can name this facet; expected `aliases` or a matched name",
        ),
        (
            facet(
                "id = 'a'\nname = 'A'\nkind = 'ost'\n[[titles.facets]]\nid = 'a'\n\
                   name = 'B'\nkind = 'ost'",
            ),
            "12:6 duplicate: facet id `a` comes twice; expected an id of this facet only",
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(said(campaign(&with(&lines))), [expected], "{lines}");
    }
    let unknown = format!("{MINIMAL_CAMPAIGN}[[tests]]\ntext = 'x'\nexpect = ['t', 'u']");
    assert_eq!(
        said(campaign(&unknown)),
        ["8:16 unknown-name: `u` is no title of this campaign; expected one of t"]
    );
}

#[test]
fn lists_beyond_their_limits_are_refused() {
    let n = |n: usize, item: &str| format!("[{}]", vec![item; n].join(", "));
    let needs = format!("aliases = [{{ text = 'x', needs = {} }}]", n(limit::NEEDS_MAX + 1, "'y'"));
    let facet = "{ id = 'a', kind = 'ost', name = 'A' }";
    let cases = [
        (with(&needs), "`needs` has 101 entries; expected at most 100"),
        (
            with(&format!("exclude = {}", n(limit::EXCLUDE_MAX + 1, "'y'"))),
            "`exclude` has 1001 entries; expected at most 1000",
        ),
        (
            with(&format!("facets = {}", n(limit::FACETS_MAX + 1, facet))),
            "`facets` has 65 entries; expected at most 64",
        ),
        (
            format!("context = {}\n{MINIMAL_CAMPAIGN}", n(limit::CONTEXT_MAX + 1, "'y'")),
            "`context` has 1001 entries; expected at most 1000",
        ),
        (
            format!("tests = {}\n{MINIMAL_CAMPAIGN}", n(limit::TESTS_MAX + 1, "{}")),
            "`tests` has 1001 entries; expected at most 1000",
        ),
    ];
    for (text, expected) in cases {
        let [said] = &said(campaign(&text))[..] else { panic!("one: {expected}") };
        assert!(said.ends_with(expected), "{said}");
    }
    let words: Vec<String> = (0..limit::EXCLUDE_MAX).map(|n| format!("'{n}'")).collect();
    let title = |id: usize| {
        let words = words.join(",");
        format!("[[titles]]\nid = 't{id}'\nname = 'T {id}'\nexclude = [{words}]\n")
    };
    let titles: String = (0..200).map(title).collect();
    let full = format!("name = 'C'\nlanguages = ['ko']\n{titles}");
    assert_eq!(
        said(campaign(&full)),
        ["1:1 out-of-range: the campaign has 200200 aliases and other words; \
          expected at most 200000"]
    );
}

#[test]
fn the_campaign_that_the_documentation_shows_can_be_used() {
    let page = include_str!("../../../docs/campaigns.md");
    let (_, after) = page.split_once("## Campaign files\n\n```toml\n").unwrap();
    let (example, _) = after.split_once("```").unwrap();
    let shown = campaign(example).unwrap();
    assert_eq!((shown.titles.len(), shown.tests.len()), (1, 1));
    assert_eq!(warned(example), [""; 0]);
}

#[test]
fn a_revision_follows_all_by_which_posts_are_tagged_and_no_test() {
    let revision = |text: &str| campaign(text).unwrap().revision;
    let plain = revision(MINIMAL_CAMPAIGN);
    assert_eq!(revision(&with("")), plain, "tests change nothing that is measured");
    let alias =
        |said: &str| format!("{MINIMAL_CAMPAIGN}aliases = [{{ text = 'Starlight Sonata'{said} }}]");
    let facet = |said: &str| {
        let facet = "[[titles.facets]]\nid = 'f'\nkind = 'ost'\nname = 'F'\n";
        format!("{MINIMAL_CAMPAIGN}{facet}{said}\n")
    };
    let changes = [
        format!("context = ['tvN']\n{MINIMAL_CAMPAIGN}"),
        format!("builtin_context = false\n{MINIMAL_CAMPAIGN}"),
        format!("{MINIMAL_CAMPAIGN}exclude = ['x']"),
        alias(""),
        alias(", tier = 'strong'"),
        alias(", tier = 'context'"),
        alias(", lang = 'ko'"),
        alias(", case_sensitive = true"),
        alias(", needs = ['tvN']"),
        alias(", fuzzy = true"),
        alias(", regex = 'tvN'"),
        facet(""),
        facet("names_title = true"),
        facet("aliases = ['G']"),
        facet("").replace("ost", "cast"),
    ];
    let revisions: std::collections::BTreeSet<_> =
        changes.iter().map(|text| revision(text)).chain([plain]).collect();
    assert_eq!(revisions.len(), changes.len() + 1);
}

#[test]
fn the_shipped_campaign_matches_no_everyday_word_alone() {
    let shipped = campaign(CAMPAIGN).unwrap();
    let aliases: Vec<_> = shipped.titles.iter().flat_map(|title| &title.aliases).collect();
    for word in ["Signal", "Goblin", "My Name", "Moving", "My Demon", "Business Proposal"] {
        let alias = aliases.iter().find(|alias| alias.text == word).unwrap();
        assert_eq!(alias.tier, Some(Tier::Context), "{word}");
    }
    assert!(shipped.titles.len() >= 7);
    let first = [&aliases[0].text, &aliases[1].text];
    assert_eq!(first, ["Starlight Sonata", "별빛 소나타"], "the name is an alias");
    assert_eq!(warned(CAMPAIGN), [""; 0], "what is risky in it is known");
    assert!(shipped.tests.len() >= 12);
}

#[test]
fn a_bad_campaign_value_is_said_with_its_place() {
    let minimal = |rest: &str| format!("{MINIMAL_CAMPAIGN}{rest}");
    let with = |from: &str, to: &str| MINIMAL_CAMPAIGN.replace(from, to);
    let second = |id: &str, rest: &str| minimal(&format!("[[titles]]\nid = '{id}'\n{rest}"));
    let cases = [
        (
            with("\"C\"", "' '"),
            "1:8 empty: `name` holds nothing to read; expected at least one letter or digit",
        ),
        (
            with("\"ko\"", "\"ko\", \"id\", \"ms\""),
            "2:26 duplicate: language `id` comes twice; expected each once; `ms` counts as `id`",
        ),
        (
            with("\"t\"", "\"a_b\""),
            "4:6 bad-id: `a_b` is no id; expected lower-case letters, digits and hyphens, 64 at the most",
        ),
        (
            second("t", "name = 'U'"),
            "7:6 duplicate: title id `t` comes twice; expected an id of this title only",
        ),
        (
            second("u", "name = 't!'"),
            "8:8 shared-alias: `t!` names two titles; expected a word of this title only; `t` has it",
        ),
        (
            second("u", "name = 'U'\nhashtags = ['#T']"),
            "9:13 shared-alias: `T` names two titles; expected a word of this title only; `t` has it",
        ),
        (second("u", ""), "6:1 missing-key: `name` is missing; expected `name` in `titles`"),
        (
            minimal("aliases = ['…']"),
            "6:12 empty: `aliases` holds nothing to read; expected at least one letter or digit",
        ),
        (
            minimal("aliases = ['별빛 소나타', 3]"),
            "6:22 wrong-type: `aliases` holds an integer; expected a string or a table with `text`",
        ),
        (minimal("aliases = 'a'"), "6:11 wrong-type: `aliases` holds a string; expected a list"),
        (
            minimal("hashtags = ['two words']"),
            "6:13 bad-hashtag: `two words` is no hashtag; expected one word, with or without `#`",
        ),
        (
            minimal("match_name = false"),
            "3:1 empty: no post can name this title; expected `aliases`, `hashtags` or a matched name",
        ),
        (
            minimal("tiers = 1"),
            "6:1 unknown-key: unknown key `tiers`; expected one of id, name, match_name, aliases, hashtags, exclude, facets, premiere, episodes",
        ),
        (
            minimal("hashtag = []"),
            "6:1 unknown-key: unknown key `hashtag`; did you mean `hashtags`?",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(said(campaign(&text)), [expected], "{text}");
    }
    let unknown = &said(campaign(&with("\"ko\"", "\"kr\"")))[0];
    assert!(unknown.starts_with("2:14 unknown-language: `kr` can't be detected; expected one of"));
    let misnamed = parse_campaign("Not A Slug", "", MINIMAL_CAMPAIGN);
    assert!(said(misnamed)[0].starts_with("1:1 bad-id: `Not A Slug` is no id"));
}

#[test]
fn aliases_are_deduplicated_and_hashtags_lose_their_sign() {
    let text =
        format!("{MINIMAL_CAMPAIGN}aliases = ['t', ' U ', 'u']\nhashtags = ['#V', 'v', '＃W']");
    let title = &campaign(&text).unwrap().titles[0];
    assert_eq!(title.aliases, ["T", "U"].map(Alias::plain));
    assert_eq!(title.hashtags, ["V", "W"]);
}

#[test]
fn more_titles_than_the_service_counts_are_refused() {
    let text = format!("{MINIMAL_CAMPAIGN}[[titles]]\nid = 'u'\nname = 'U'\n");
    let refused = super::super::campaign::read("c", "c.toml", &text, 1);
    assert_eq!(said(refused), ["3:1 out-of-range: `titles` has 2 entries; expected at most 1"]);
}

#[test]
fn a_revision_follows_what_is_said_and_not_how() {
    let revision = |text: &str| campaign(text).unwrap().revision.to_string();
    let first = revision(MINIMAL_CAMPAIGN);
    assert_eq!(first.len(), 16);
    let reordered = "# why\nlanguages = ['ko']\nname = 'C'\ntitles = [{ name = 'T', id = 't' }]";
    assert_eq!(revision(reordered), first);
    let changes = [("\"C\"", "\"D\""), ("ko", "en"), ("\"t\"", "\"u\""), ("\"T\"", "\"U\"")];
    for (from, to) in changes {
        assert_ne!(revision(&MINIMAL_CAMPAIGN.replace(from, to)), first, "{from} -> {to}");
    }
    let as_alias = revision(&format!("{MINIMAL_CAMPAIGN}aliases = ['x']"));
    assert_ne!(as_alias, revision(&format!("{MINIMAL_CAMPAIGN}hashtags = ['x']")));
}

#[test]
fn campaigns_that_are_too_much_together_are_a_mistake_of_their_service() {
    let folder = tempfile::tempdir().unwrap();
    let service = folder.path().join("s.toml");
    fs::write(&service, MINIMAL_SERVICE).unwrap();
    fs::create_dir(folder.path().join("campaigns")).unwrap();
    let needs: Vec<String> = (0..limit::NEEDS_MAX).map(|n| format!("'w{n}'")).collect();
    let needs = needs.join(",");
    let alias = |n| format!("{{ text = 'a{n}', tier = 'context', needs = [{needs}] }}");
    let aliases: Vec<String> = (0..limit::ALIASES_MAX - 1).map(alias).collect();
    let text = format!("{MINIMAL_CAMPAIGN}aliases = [{}]\n", aliases.join(","));
    for id in ["a", "b"] {
        fs::write(folder.path().join(format!("campaigns/{id}.toml")), &text).unwrap();
    }
    assert!(check(&folder.path().join("campaigns")).is_ok(), "each alone");
    let said = said(check(&service));
    let [said] = &said[..] else { panic!("{said:?}") };
    assert!(said.starts_with("0:0 out-of-range: its campaigns together: 2"), "{said}");
    assert!(said.contains("the limit is 200000; split them between two services"), "{said}");
}
