//! What is risky in a campaign file, and the pages of all rules.

use super::campaign::with;
use super::*;

/// `line:column id: message; expected` of each warning of the campaign.
pub(super) fn warned(text: &str) -> Vec<String> {
    let placed = super::super::campaign::read("c", "c.toml", text, 10).unwrap();
    let warned = super::super::campaign::warnings("c.toml", text, &placed);
    let said = |risk: &ConfigError| {
        assert_eq!(risk.rule.severity(), Severity::Warning);
        format!("{}:{} {}: {}", risk.line, risk.column, risk.rule.id(), risk.message)
    };
    warned.as_slice().iter().map(said).collect()
}

/// A second title with these aliases.
fn second(aliases: &str) -> String {
    format!("[[titles]]\nid = 'u'\nname = 'Other'\naliases = {aliases}")
}

/// Whether a warning is of something else than a short or common name: here all are.
fn is_other(said: &str) -> bool {
    !said.contains("counts only beside evidence")
}

#[test]
fn every_risk_is_said_with_its_place_until_a_tier_is() {
    assert_eq!(
        warned(MINIMAL_CAMPAIGN).first().map(String::as_str),
        Some("1:1 no-tests: no test says what the campaign finds and what it does not")
    );
    let cases = [
        ("aliases = ['Signal Two']".to_owned(), vec![]),
        (
            format!("aliases = ['Reply Season']\n{}", second("['Reply-Season 1988']")),
            vec!["7:12 contained-alias: `Reply Season` stands in `Reply-Season 1988` of `u`"],
        ),
        (
            format!("aliases = ['도깨비신부의']\n{}", second("['쓸쓸하고 찬란한 도깨비신부의']")),
            vec![
                "7:12 contained-alias: `도깨비신부의` stands in `쓸쓸하고 찬란한 도깨비신부의` of `u`",
            ],
        ),
        (
            format!("aliases = ['愛の不時着']\n{}", second("['続愛の不時着']")),
            vec!["7:12 contained-alias: `愛の不時着` stands in `続愛の不時着` of `u`"],
        ),
        (
            format!(
                "aliases = [{{ text = 'Reply Season', tier = 'strong' }}]\n{}",
                second("['Reply Season 1988']")
            ),
            vec![],
        ),
        // As posts are read, spaces or not.
        (
            format!("aliases = ['Squid Game']\n{}", second("['SquidGame Two']")),
            vec!["7:12 contained-alias: `Squid Game` stands in `SquidGame Two` of `u`"],
        ),
        (
            format!("aliases = ['별빛 소나타']\n{}", second("['별빛소나타의밤']")),
            vec!["7:12 contained-alias: `별빛 소나타` stands in `별빛소나타의밤` of `u`"],
        ),
        // A longer word is another word.
        (format!("aliases = ['Reply Season']\n{}", second("['Reply Seasoning 1988']")), vec![]),
        (
            "aliases = ['Signal Two', 'Signal Three']\nexclude = ['signal-three']".to_owned(),
            vec![
                "7:26 excluded-alias: `Signal Three` never counts: `signal-three` excludes the title",
            ],
        ),
        (
            "aliases = [{ text = 'Signal kdrama', needs = ['kdrama'] }]".to_owned(),
            vec!["7:12 own-context: `kdrama` is part of `Signal kdrama` and can't speak for it"],
        ),
        (
            "aliases = [{ text = 'Звёздная соната', lang = 'ru' }]".to_owned(),
            vec!["7:12 unlisted-language: posts in `ru` count as `other`"],
        ),
    ];
    for (lines, expected) in cases {
        let warned: Vec<_> =
            warned(&with(&lines)).into_iter().filter(|said| is_other(said)).collect();
        assert_eq!(warned, expected, "{lines}");
    }
    let context = format!("context = ['signal two', 'tvN']\n{}", with("aliases = ['Signal Two']"));
    let warned: Vec<_> = warned(&context).into_iter().filter(|said| is_other(said)).collect();
    assert_eq!(warned, ["1:12 own-context: `signal two` is an alias of `t`"]);
}

#[test]
fn a_word_that_many_posts_hold_is_a_risk_wherever_it_stands() {
    let facet = |aliases: &str, more: &str| {
        with(&format!(
            "facets = [{{ id = 'h', kind = 'cast', name = 'Han Seojun', aliases = [{aliases}]{more} }}]"
        ))
    };
    let cases = [
        (
            facet("'Kim', '사랑'", ""),
            vec![
                "short-alias: `Kim` speaks for the title wherever it stands: short",
                "common-alias: `사랑` speaks for the title wherever it stands: a common word (ko)",
            ],
        ),
        (
            facet("'Kim'", ", names_title = true"),
            vec!["short-alias: `Kim` counts only beside evidence: short"],
        ),
        (facet("{ text = 'Kim', tier = 'context' }", ""), vec![]),
        (
            format!("context = ['the', 'love', 'tvN', 'kdrama', 'episode']\n{}", with("")),
            vec![
                "common-context: `the` speaks for every title: an everyday word (en)",
                "common-context: `love` speaks for every title: an everyday word (en)",
            ],
        ),
        (
            with("hashtags = ['love', 'SignalKdrama']"),
            vec!["common-hashtag: each `#love` counts: a common word (en)"],
        ),
    ];
    let always = warned(&with(""));
    for (text, expected) in cases {
        let warned = warned(&text);
        let said = warned.iter().filter_map(|said| Some(said.split_once(' ')?.1));
        let is_new = |said: &&str| !always.iter().any(|one| one.ends_with(said));
        assert_eq!(said.filter(is_new).collect::<Vec<_>>(), expected, "{text}");
    }
}

#[test]
fn warnings_that_are_not_shown_are_counted() {
    let shorts: Vec<String> = (0..300).map(|n| format!("'{}'", n + 1_000)).collect();
    let text = with(&format!("aliases = [{}]", shorts.join(", ")));
    let placed = super::super::campaign::read("c", "c.toml", &text, 10).unwrap();
    let warnings = super::super::campaign::warnings("c.toml", &text, &placed);
    assert_eq!(warnings.as_slice().len(), 200);
    let printed = warnings.to_string();
    // One is of the name.
    assert!(printed.ends_with("\n\n200 warnings in 1 file, and 101 more"), "{printed}");
}

#[test]
fn what_is_printed_of_a_warning_says_so() {
    let text = with("aliases = [{ text = 'Звёздная соната', lang = 'ru', tier = 'strong' }]");
    let placed = super::super::campaign::read("c", "c.toml", &text, 10).unwrap();
    let mut warnings = Warnings::default();
    assert_eq!(warnings.to_string(), "");
    let risks = super::super::campaign::warnings("c.toml", &text, &placed);
    let of_language = |risk: &&ConfigError| risk.rule == Rule::UnlistedLanguage;
    let risks = risks.as_slice().iter().filter(of_language).cloned().collect();
    warnings.add(Warnings::new(risks, 0));
    let printed = warnings.to_string();
    assert!(printed.starts_with("warning[unlisted-language]: posts in `ru` count"), "{printed}");
    assert!(printed.ends_with("1 warning in 1 file"), "{printed}");
}

/// Whether a text, as a file or in a minimal one, breaks `rule`.
fn breaks(rule: Rule, example: &str) -> bool {
    let campaigns = [
        example.to_owned(),
        format!("{example}\n{MINIMAL_CAMPAIGN}"),
        format!("{MINIMAL_CAMPAIGN}{example}\n"),
    ];
    let services = [
        example.to_owned(),
        format!("{example}\n{MINIMAL_SERVICE}"),
        format!("{MINIMAL_SERVICE}{example}\n"),
    ];
    let mut found = Vec::new();
    for text in campaigns {
        match super::super::campaign::read("c", "c.toml", &text, 10) {
            Ok(placed) => {
                let warnings = super::super::campaign::warnings("c.toml", &text, &placed);
                found.extend_from_slice(warnings.as_slice());
            }
            Err(errors) => found.extend(errors.into_vec()),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ca.der"), "no PEM").unwrap();
    for text in services {
        let read = service::read("s.toml", &text, Pointed::Read(folder.path()));
        found.extend(read.map_or_else(ConfigErrors::into_vec, |_| Vec::new()));
        found.extend_from_slice(super::super::risk::warnings("s.toml", &text).as_slice());
    }
    found.iter().any(|fault| fault.rule == rule)
}

#[test]
fn the_example_of_every_rule_breaks_it() {
    // A file that is not there has no lines.
    for page in PAGES.iter().filter(|page| page.rule != Rule::Unreadable) {
        assert!(breaks(page.rule, page.example), "{}", page.rule.id());
    }
    assert!(!breaks(Rule::BadFuzzy, "aliases = [{ text = 'Starlight Sonata', fuzzy = true }]"));
}

#[test]
fn a_feed_that_would_hide_titles_while_it_is_quiet_is_a_risk() {
    let warned = |lines: &str| {
        let text = format!("{MINIMAL_SERVICE}{lines}");
        assert!(service(&text).is_ok(), "it can be used");
        let warned = super::super::risk::warnings("s.toml", &text);
        let said = |risk: &ConfigError| {
            assert_eq!(risk.rule.severity(), Severity::Warning);
            format!(
                "{}:{} {}: {}; {}",
                risk.line,
                risk.column,
                risk.rule.id(),
                risk.message,
                risk.expected
            )
        };
        warned.as_slice().iter().map(said).collect::<Vec<_>>()
    };
    for lines in ["", "max_delay = '599s'", "max_delay = '1h'\ndelay = '48h'"] {
        assert_eq!(warned(lines), [""; 0], "{lines}");
    }
    assert_eq!(
        warned("max_delay = '15m'\n[feeds.y]\ntopics = ['y']\nmax_delay = '10m'"),
        [
            "5:13 long-delay: whenever this feed is quiet, titles are hidden: T is 15m behind; \
             expected less than 10m, or a `delay`",
            "8:13 long-delay: whenever this feed is quiet, titles are hidden: T is 10m behind; \
             expected less than 10m, or a `delay`",
        ]
    );
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("campaigns")).unwrap();
    fs::write(folder.path().join("campaigns/c.toml"), MINIMAL_CAMPAIGN).unwrap();
    let file = folder.path().join("daebak.toml");
    fs::write(&file, format!("{MINIMAL_SERVICE}max_delay = '15m'")).unwrap();
    let checked = check(&file).unwrap();
    assert!(checked.warnings.as_slice().iter().any(|risk| risk.rule == Rule::LongDelay));
}

#[test]
fn a_facet_that_is_named_as_a_title_is_a_risk_until_its_tier_is_said() {
    let cases = [
        (
            "facets = [{ id = 'h', kind = 'character', name = 'Other', aliases = ['T'] }]\n"
                .to_owned()
                + &second("['Otherwise']"),
            vec![
                "7:50 clashing-alias: `Other` is an alias of `u` too",
                "7:70 facet-is-title: `T` is an alias of the title too",
            ],
        ),
        (
            "facets = [{ id = 'h', kind = 'ost', name = 'Other', match_name = false, \
             aliases = [{ text = 'Other', tier = 'context' }] }]\n"
                .to_owned()
                + &second("['Otherwise']"),
            vec![],
        ),
    ];
    for (lines, expected) in cases {
        let warned: Vec<_> =
            warned(&with(&lines)).into_iter().filter(|said| is_other(said)).collect();
        assert_eq!(warned, expected, "{lines}");
    }
}
