//! What a campaign file must hold, with every default and every limit.

mod accounts;
mod alias;
pub mod limit;
mod revision;
mod schedule;
mod warning;

use std::collections::BTreeSet;
use std::ops::Range;

use self::alias::{Owner, Owners, Written};
use self::limit::{
    ALIASES_MAX, ALLOWED_LATENESS, CONTEXT_MAX, EXCLUDE_MAX, EXPECT_MAX, FACETS_MAX, LANGUAGES_MAX,
    TEST_CHARS_MAX, TESTS_MAX, WORDS_MAX,
};
use super::fault::ConfigErrors;
use super::raw::{self, Table, Value};
use super::rule::Rule;
use crate::campaign::{
    Alias, Campaign, CampaignId, Example, Facet, FacetId, FacetKind, Language, Revision, Title,
    TitleId,
};
use crate::time::Span;

pub(super) use warning::warnings;

/// A campaign and where its words stand in its file, in bytes.
#[derive(Debug)]
pub(super) struct Placed {
    /// The campaign.
    pub(super) campaign: Campaign,
    /// Of each context word.
    context: Vec<Range<usize>>,
    /// Of each title's words.
    titles: Vec<TitlePlaces>,
}

#[derive(Debug)]
struct TitlePlaces {
    aliases: Vec<Range<usize>>,
    hashtags: Vec<Range<usize>>,
    /// Of each facet's aliases.
    facets: Vec<Vec<Range<usize>>>,
}

/// Reads the file of the campaign `slug`, which may have `titles_max` titles.
pub(super) fn read(
    slug: &str,
    file: &str,
    text: &str,
    titles_max: usize,
) -> Result<Placed, ConfigErrors> {
    raw::read(file, text, |root| {
        root.check_id(slug);
        let name = root.required("name", Value::text).unwrap_or_default().to_owned();
        let languages = root.required("languages", languages).unwrap_or_default();
        let titles = root.required("titles", |value| titles(value, titles_max));
        let (titles, places): (Vec<_>, _) = titles.unwrap_or_default().into_iter().unzip();
        let context = root.optional("context", |value| value.some_of(CONTEXT_MAX, alias::plain));
        let (context, context_places) = alias::words(alias::distinct(context.unwrap_or_default()));
        let tests = root.optional("tests", |value| tests(value, &titles)).unwrap_or_default();
        let mut campaign = Campaign {
            id: CampaignId::new(slug),
            name,
            languages,
            context,
            groups: root.optional("accounts", accounts::read).unwrap_or_default(),
            builtin_context: root.optional("builtin_context", Value::flag).unwrap_or(true),
            allowed_lateness: root
                .optional("allowed_lateness", |value| value.duration(ALLOWED_LATENESS))
                .unwrap_or(Span::from_hours(24)),
            revision: Revision::new(""),
            titles,
            tests,
        };
        let words = n_words(&campaign);
        if words > WORDS_MAX {
            let message = format!("the campaign has {words} aliases and other words");
            root.fault(Rule::OutOfRange, message, &format!("expected at most {WORDS_MAX}"));
        }
        campaign.revision = revision::of(&campaign);
        Placed { campaign, context: context_places, titles: places }
    })
}

/// Whether a file is a campaign's, going by its keys.
pub(super) fn is_campaign(text: &str) -> bool {
    raw::has_root_key(text, &["name", "languages", "titles", "allowed_lateness"])
}

/// How many words are looked for because of the campaign.
pub fn n_words(campaign: &Campaign) -> usize {
    let aliases = |aliases: &[Alias]| -> usize {
        aliases.iter().map(|alias| 1 + alias.needs.len()).sum::<usize>()
    };
    let title = |title: &Title| {
        let facets = title.facets.iter().map(|facet| aliases(&facet.aliases)).sum::<usize>();
        aliases(&title.aliases) + title.hashtags.len() + title.exclude.len() + facets
    };
    campaign.context.len() + campaign.titles.iter().map(title).sum::<usize>()
}

fn languages(value: Value<'_>) -> Option<Vec<Language>> {
    let mut seen = BTreeSet::new();
    value.some_of(LANGUAGES_MAX, |value| {
        let language = alias::language(value)?;
        if !seen.insert(language) {
            let message = format!("language `{language}` comes twice");
            value.fault(Rule::Duplicate, message, "expected each once; `ms` counts as `id`");
        }
        Some(Language::new(language))
    })
}

/// An id that is none of the `others`, which are ids of the same sort of `thing`.
fn new_id<'a>(table: &mut Table<'a>, thing: &str, others: &mut BTreeSet<&'a str>) -> &'a str {
    let id = table.required("id", |value| {
        let id = value.id()?;
        if !others.insert(id) {
            let message = format!("{thing} id `{id}` comes twice");
            value.fault(Rule::Duplicate, message, format!("expected an id of this {thing} only"));
        }
        Some(id)
    });
    id.unwrap_or_default()
}

fn titles(value: Value<'_>, titles_max: usize) -> Option<Vec<(Title, TitlePlaces)>> {
    let mut ids = BTreeSet::new();
    let mut owners = Owners::default();
    let mut n = 0;
    value.some_of(titles_max, |value| {
        value.table(|table| {
            n += 1;
            let id = new_id(table, "title", &mut ids);
            title(table, (n, id), &mut owners)
        })
    })
}

fn title<'a>(
    table: &mut Table<'a>,
    owner: Owner<'a>,
    owners: &mut Owners<'a>,
) -> (Title, TitlePlaces) {
    let (name, aliases) = named(table);
    let mut words = |key, max, read: fn(Value<'a>) -> Option<Written<'a>>| {
        table.optional(key, |value| value.some_of(max, read))
    };
    let hashtags = words("hashtags", ALIASES_MAX, alias::hashtag);
    let exclude = words("exclude", EXCLUDE_MAX, alias::plain).unwrap_or_default();
    let mut ids = BTreeSet::new();
    let facets = table.optional("facets", |value| {
        value.some_of(FACETS_MAX, |value| value.table(|table| facet(table, &mut ids)))
    });
    let (facets, facet_places): (Vec<Facet>, _) = facets.unwrap_or_default().into_iter().unzip();
    if aliases.is_none() && hashtags.is_none() && !facets.iter().any(|facet| facet.names_title) {
        let message = "no post can name this title".to_owned();
        table.fault(Rule::Empty, message, "expected `aliases`, `hashtags` or a matched name");
    }
    let (premiere, episodes) = schedule::read(table);
    let mut own = |words| owners.claim(owner, alias::distinct(words));
    let (aliases, alias_places) = alias::aliases(own(aliases.unwrap_or_default()));
    let (hashtags, hashtag_places) = alias::words(own(hashtags.unwrap_or_default()));
    let title = Title {
        id: TitleId::new(owner.1),
        name: name.to_owned(),
        aliases,
        hashtags,
        exclude: alias::words(alias::distinct(exclude)).0,
        facets,
        premiere,
        episodes,
    };
    let places =
        TitlePlaces { aliases: alias_places, hashtags: hashtag_places, facets: facet_places };
    (title, places)
}

fn facet<'a>(table: &mut Table<'a>, ids: &mut BTreeSet<&'a str>) -> (Facet, Vec<Range<usize>>) {
    let id = new_id(table, "facet", ids);
    let kind = table.required("kind", |value| {
        value.one_of("kind of facet", FacetKind::ALL.map(|kind| (kind.label(), kind)))
    });
    let (name, aliases) = named(table);
    if aliases.is_none() {
        let message = "no post can name this facet".to_owned();
        table.fault(Rule::Empty, message, "expected `aliases` or a matched name");
    }
    let (aliases, places) = alias::aliases(alias::distinct(aliases.unwrap_or_default()));
    let facet = Facet {
        id: FacetId::new(id),
        kind: kind.unwrap_or(FacetKind::Cast),
        name: name.to_owned(),
        aliases,
        names_title: table.optional("names_title", Value::flag).unwrap_or_default(),
    };
    (facet, places)
}

/// The name of a title or facet, and its aliases: the name is one unless `match_name` says no.
fn named<'a>(table: &mut Table<'a>) -> (&'a str, Option<Vec<Written<'a>>>) {
    let name = table.required("name", |value| Some((value.text()?, alias::name(value)?)));
    let matched = table.optional("match_name", Value::flag).unwrap_or(true);
    let aliases = table.optional("aliases", |value| value.some_of(ALIASES_MAX, alias::alias));
    let (name, as_alias) = name.unzip();
    let aliases = match as_alias.filter(|_| matched) {
        Some(name) => Some([name].into_iter().chain(aliases.unwrap_or_default()).collect()),
        // The name has been reported.
        None if matched => Some(aliases.unwrap_or_default()),
        None => aliases,
    };
    (name.unwrap_or_default(), aliases)
}

fn tests(value: Value<'_>, titles: &[Title]) -> Option<Vec<Example>> {
    let ids = || titles.iter().map(|title| (title.id.as_str(), title.id.clone()));
    value.some_of(TESTS_MAX, |value| {
        value.table(|table| {
            let text = table.required("text", |value| value.text_up_to(TEST_CHARS_MAX));
            let expect = table.required("expect", |value| {
                value.list(EXPECT_MAX, |value| value.one_of("title of this campaign", ids()))
            });
            Example {
                text: text.unwrap_or_default().to_owned(),
                expect: expect.unwrap_or_default(),
                line: value.line(),
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_no_post_can_hold_is_a_mistake_unless_it_is_not_looked_for() {
        let campaign = |match_name: bool, alias: &str| {
            let text = format!(
                "name = \"x\"\nlanguages = [\"en\"]\n[[titles]]\nid = \"x\"\nname = \"@moving\"\n\
                 match_name = {match_name}\naliases = [\"{alias}\"]\n"
            );
            read("x", "x.toml", &text, 10)
        };
        assert!(campaign(false, "moving").is_ok());
        for (match_name, alias, line) in [(true, "moving", 5), (false, "https://t.co/moving", 7)] {
            let errors = campaign(match_name, alias).unwrap_err();
            let [error] = errors.as_slice() else { panic!("{errors}") };
            assert_eq!((error.line, error.rule), (line, Rule::Empty));
        }
    }
}
