//! What is risky in a campaign file, and the pages of all rules.

use super::campaign::with;
use super::*;

/// `line:column id: message; expected` of each warning of the campaign.
pub(super) fn warned(text: &str) -> Vec<String> {
    let placed = super::super::campaign::read("c", "c.toml", text, 10).unwrap();
    let warnings = super::super::campaign::warnings("c.toml", text, &placed);
    let mut warned = Warnings::default();
    warned.add(warnings);
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
fn what_is_printed_of_a_warning_says_so() {
    let text = with("aliases = [{ text = 'Звёздная соната', lang = 'ru', tier = 'strong' }]");
    let placed = super::super::campaign::read("c", "c.toml", &text, 10).unwrap();
    let mut warnings = Warnings::default();
    assert_eq!(warnings.to_string(), "");
    let risks = super::super::campaign::warnings("c.toml", &text, &placed);
    warnings.add(risks.into_iter().filter(|risk| risk.rule == Rule::UnlistedLanguage).collect());
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
            Ok(placed) => found.extend(super::super::campaign::warnings("c.toml", &text, &placed)),
            Err(errors) => found.extend(errors.into_vec()),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ca.der"), "no PEM").unwrap();
    for text in services {
        let read = service::read("s.toml", &text, Pointed::Read(folder.path()));
        found.extend(read.map_or_else(ConfigErrors::into_vec, |_| Vec::new()));
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
