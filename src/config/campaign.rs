//! What a campaign file must hold, with every default and every limit.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::fault::{ConfigErrors, Rule};
use super::raw::{self, Table, Value};
use crate::campaign::{Alias, Campaign, CampaignId, Language, Revision, Title, TitleId};
use crate::mention;
use crate::record::fnv1a;
use crate::time::Span;

/// The most languages of a campaign.
const LANGUAGES_MAX: usize = 32;
/// The most aliases, and the most hashtags, of a title.
const ALIASES_MAX: usize = 1000;

const ALLOWED_LATENESS: RangeInclusive<Span> = Span::ZERO..=Span::from_days(30);

/// The languages that can be told apart, as ISO 639-1 codes.
const LANGUAGES: [&str; 43] = [
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hr", "hu",
    "hy", "id", "it", "ja", "ka", "km", "ko", "lt", "lv", "my", "ne", "nl", "pl", "pt", "ro", "ru",
    "sk", "sr", "sv", "ta", "th", "tl", "tr", "uk", "ur", "vi", "zh",
];

/// Reads the file of the campaign `slug`, which may have `titles_max` titles.
pub(super) fn read(
    slug: &str,
    file: &str,
    text: &str,
    titles_max: usize,
) -> Result<Campaign, ConfigErrors> {
    raw::read(file, text, |root| {
        root.check_id(slug);
        let name = root.required("name", Value::text).unwrap_or_default().to_owned();
        let mut campaign = Campaign {
            id: CampaignId::new(slug),
            name,
            languages: root.required("languages", languages).unwrap_or_default(),
            titles: root.required("titles", |value| titles(value, titles_max)).unwrap_or_default(),
            allowed_lateness: root
                .optional("allowed_lateness", |value| value.duration(ALLOWED_LATENESS))
                .unwrap_or(Span::from_hours(24)),
            context: Vec::new(),
            builtin_context: true,
            revision: Revision::new(""),
            tests: Vec::new(),
        };
        campaign.revision = revision(&campaign);
        campaign
    })
}

/// Whether a file is a campaign's, going by its keys.
pub(super) fn is_campaign(text: &str) -> bool {
    raw::has_root_key(text, &["name", "languages", "titles", "allowed_lateness"])
}

fn languages(value: Value<'_>) -> Option<Vec<Language>> {
    let mut seen = BTreeSet::new();
    value.some_of(LANGUAGES_MAX, |value| {
        let code = value.text()?;
        // Not to be told apart in a post, so they are one.
        let counted_as = if code == "ms" { "id" } else { code };
        if !LANGUAGES.contains(&counted_as) {
            let expected = format!("expected one of {}", LANGUAGES.join(" "));
            value.fault(Rule::UnknownLanguage, format!("`{code}` can't be detected"), expected);
        } else if !seen.insert(counted_as) {
            let message = format!("language `{counted_as}` comes twice");
            value.fault(Rule::Duplicate, message, "expected each once; `ms` counts as `id`");
        }
        Some(Language::new(counted_as))
    })
}

fn titles(value: Value<'_>, titles_max: usize) -> Option<Vec<Title>> {
    let mut ids = BTreeSet::new();
    let mut owners = Owners::default();
    value.some_of(titles_max, |value| {
        value.table(|table| {
            let id = table.required("id", |value| {
                let id = value.id()?;
                if !ids.insert(id) {
                    let message = format!("title id `{id}` comes twice");
                    value.fault(Rule::Duplicate, message, "expected an id of this title only");
                }
                Some(id)
            });
            owners.title += 1;
            title(table, id.unwrap_or_default(), &mut owners)
        })
    })
}

fn title<'a>(table: &mut Table<'a>, id: &'a str, owners: &mut Owners<'a>) -> Title {
    let name = table.required("name", alias);
    let match_name = table.optional("match_name", Value::flag).unwrap_or(true);
    let mut words = |key, read: fn(Value<'a>) -> Option<Word<'a>>| {
        table.optional(key, |value| value.some_of(ALIASES_MAX, read))
    };
    let aliases = words("aliases", alias);
    let hashtags = words("hashtags", hashtag);
    if !match_name && aliases.is_none() && hashtags.is_none() {
        let message = "no post can name this title".to_owned();
        table.fault(Rule::Empty, message, "expected `aliases`, `hashtags` or a matched name");
    }
    let matched_name = name.filter(|_| match_name);
    Title {
        id: TitleId::new(id),
        name: name.map(|(_, name)| name.to_owned()).unwrap_or_default(),
        aliases: owners
            .claim(id, matched_name.into_iter().chain(aliases.unwrap_or_default()))
            .iter()
            .map(|text| Alias::plain(text))
            .collect(),
        hashtags: owners.claim(id, hashtags.unwrap_or_default()),
        exclude: Vec::new(),
        facets: Vec::new(),
    }
}

/// An alias or a hashtag, and where it stands.
type Word<'a> = (Value<'a>, &'a str);

fn alias(value: Value<'_>) -> Option<Word<'_>> {
    Some((value, value.text()?))
}

/// One word after its `#`, which may be left out.
fn hashtag(value: Value<'_>) -> Option<Word<'_>> {
    let text = value.text()?;
    let tag = text.strip_prefix(['#', '＃']).unwrap_or(text);
    let ends_tag = |c: char| c.is_whitespace() || (c.is_ascii_punctuation() && c != '_');
    if tag.contains(ends_tag) {
        let message = format!("`{tag}` is no hashtag");
        value.fault(Rule::BadHashtag, message, "expected one word, with or without `#`");
        return None;
    }
    Some((value, tag))
}

/// Which title each alias and hashtag names.
#[derive(Default)]
struct Owners<'a> {
    /// The number of the title being read.
    title: usize,
    /// The number and id of the title that has a folded word.
    by_word: BTreeMap<String, (usize, &'a str)>,
}

impl<'a> Owners<'a> {
    /// `words` without repetition, now those of the title being read. Reports those of others, and
    /// those that no post can hold.
    fn claim(&mut self, id: &'a str, words: impl IntoIterator<Item = Word<'a>>) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut claimed = Vec::new();
        for (value, word) in words {
            if !mention::leaves_letters(word) {
                let expected = "expected letters or digits that are in no link and no @name";
                value.fault(Rule::Empty, format!("nothing of `{word}` is looked for"), expected);
                continue;
            }
            let (owner, owner_id) = *self.by_word.entry(folded(word)).or_insert((self.title, id));
            if owner != self.title {
                let expected = format!("expected a word of this title only; `{owner_id}` has it");
                value.fault(Rule::SharedAlias, format!("`{word}` names two titles"), expected);
            } else if seen.insert(folded(word)) {
                claimed.push(word.to_owned());
            }
        }
        claimed
    }
}

/// What is left of a word when case, spaces and punctuation make no difference, as they make
/// none in a post.
fn folded(word: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !c.is_ascii_punctuation();
    word.chars().filter(kept).flat_map(char::to_lowercase).collect()
}

/// The hash of all that the campaign says: comments and the order of keys make no difference.
///
/// Each text comes after its length and each list after its count, so that no two campaigns
/// read the same.
fn revision(campaign: &Campaign) -> Revision {
    let Campaign { id, name, languages, titles, allowed_lateness, .. } = campaign;
    let mut canonical = String::new();
    let mut text = |text: &str| {
        canonical.push_str(&text.len().to_string());
        canonical.push(':');
        canonical.push_str(text);
    };
    text(id.as_str());
    text(name);
    text(&allowed_lateness.as_millis().to_string());
    text(&languages.len().to_string());
    for language in languages {
        text(language.as_str());
    }
    text(&titles.len().to_string());
    for Title { id, name, aliases, hashtags, .. } in titles {
        text(id.as_str());
        text(name);
        let aliases: Vec<String> = aliases.iter().map(|alias| alias.text.clone()).collect();
        for words in [&aliases, hashtags] {
            text(&words.len().to_string());
            for word in words {
                text(word);
            }
        }
    }
    Revision::new(&format!("{:016x}", fnv1a(canonical.as_bytes())))
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
