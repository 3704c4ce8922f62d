//! What is risky in a campaign that has no mistake.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::fault::ConfigError;
use super::super::rule::Rule;
use super::Placed;
use crate::campaign::{Alias, Campaign, Title};
use crate::mention;
use crate::mention::tier::{self, TierReason};

/// The most warnings of one file: who has more reads no further.
const WARNINGS_MAX: usize = 200;
/// The most words of one alias that are looked for in others.
const ALIAS_WORDS_MAX: usize = 24;

/// The risks of the file `text`, from top to bottom.
pub(in crate::config) fn warnings(file: &str, text: &str, placed: &Placed) -> Vec<ConfigError> {
    let mut risks = Vec::new();
    if placed.campaign.tests.is_empty() {
        let message = "no test says what the campaign finds and what it does not".to_owned();
        risks.push((&(0..0), Rule::NoTests, message, "expected a few [[tests]]".to_owned()));
    }
    let index = Index::of(&placed.campaign);
    context(placed, &index, &mut risks);
    for (title, places) in placed.campaign.titles.iter().zip(&placed.titles) {
        let excluded: BTreeMap<String, &String> =
            title.exclude.iter().map(|phrase| (mention::skeleton(phrase), phrase)).collect();
        for (alias, place) in title.aliases.iter().zip(&places.aliases) {
            let found = own_risk(alias, &excluded, &placed.campaign)
                .into_iter()
                .chain(index.container(alias, title));
            risks.extend(found.map(|(rule, message, remedy)| (place, rule, message, remedy)));
        }
        for (facet, places) in title.facets.iter().zip(&places.facets) {
            for (alias, place) in facet.aliases.iter().zip(places) {
                let found = facet_risk(alias, title, &placed.campaign, &index);
                risks.extend(found.map(|(rule, message, remedy)| (place, rule, message, remedy)));
            }
        }
    }
    risks.sort_by_key(|(place, rule, ..)| (place.start, *rule));
    risks.truncate(WARNINGS_MAX);
    let shown = |(place, rule, message, remedy): (&Range<usize>, _, _, _)| {
        ConfigError::at(file, (text, text), place, rule, message, remedy)
    };
    risks.into_iter().map(shown).collect()
}

/// A rule, what is risky, and what would not be.
type Risk = (Rule, String, String);

/// What is risky in an alias by itself. Its title is excluded by the skeletons of `excluded`.
fn own_risk(alias: &Alias, excluded: &BTreeMap<String, &String>, campaign: &Campaign) -> Vec<Risk> {
    let mut risks = Vec::new();
    let text = &alias.text;
    if let Some(phrase) = excluded.get(&mention::skeleton(text)) {
        let message = format!("`{text}` never counts: `{phrase}` excludes the title");
        risks.push((Rule::ExcludedAlias, message, "expected it in one of both lists".to_owned()));
    }
    let words = words(text);
    let is_own = |need: &&String| contains(&words, &self::words(need));
    if let Some(need) = alias.needs.iter().find(is_own) {
        let message = format!("`{need}` is part of `{text}` and can't speak for it");
        risks.push((Rule::OwnContext, message, "expected words that stand beside it".to_owned()));
    }
    risks.extend(foreign(alias, campaign));
    let (_, reason) = tier::of(alias, &campaign.languages);
    if let Some(rule) = rule_of(&reason) {
        let message = format!("`{text}` counts only beside evidence: {}", reason.label());
        let remedy = "say its `tier` if that is right, or write a longer alias".to_owned();
        risks.push((rule, message, remedy));
    }
    risks
}

const fn rule_of(reason: &TierReason) -> Option<Rule> {
    match reason {
        TierReason::Short | TierReason::Number | TierReason::Unspaced => Some(Rule::ShortAlias),
        TierReason::CommonWord(_) | TierReason::CommonWords(_) => Some(Rule::CommonAlias),
        _ => None,
    }
}

fn foreign(alias: &Alias, campaign: &Campaign) -> Option<Risk> {
    let language = alias.language.as_ref()?;
    (!campaign.languages.contains(language)).then(|| {
        let message = format!("posts in `{language}` count as `other`");
        (Rule::UnlistedLanguage, message, "expected one of `languages`".to_owned())
    })
}

/// What is risky in an alias of a facet.
fn facet_risk(
    alias: &Alias,
    title: &Title,
    campaign: &Campaign,
    index: &Index<'_>,
) -> impl Iterator<Item = Risk> {
    let text = &alias.text;
    let unsaid = alias.tier.is_none();
    let owner = index.by_words.get(&words(text)).filter(|_| unsaid);
    let clash = owner.map(|(owner, _)| {
        if owner.id == title.id {
            let message = format!("`{text}` is an alias of the title too");
            (Rule::FacetIsTitle, message, "expected a name of the facet only".to_owned())
        } else {
            let message = format!("`{text}` is an alias of `{}` too", owner.id);
            (Rule::ClashingAlias, message, "expected a name of the facet only".to_owned())
        }
    });
    clash.into_iter().chain(foreign(alias, campaign))
}

/// Context words that are names themselves.
fn context<'p>(
    placed: &'p Placed,
    index: &Index<'_>,
    risks: &mut Vec<(&'p Range<usize>, Rule, String, String)>,
) {
    for (word, place) in placed.campaign.context.iter().zip(&placed.context) {
        if let Some((owner, _)) = index.by_words.get(&words(word)) {
            let message = format!("`{word}` is an alias of `{}`", owner.id);
            let remedy = "expected words that stand beside a name".to_owned();
            risks.push((place, Rule::OwnContext, message, remedy));
        }
    }
}

/// The aliases of a campaign's titles, and the longer ones in which words stand.
struct Index<'c> {
    /// The title and the alias of each sequence of words that is an alias.
    by_words: BTreeMap<Vec<String>, (&'c Title, &'c Alias)>,
    /// The longer alias in which such a sequence stands, and its title, another one.
    containers: BTreeMap<Vec<String>, (&'c Title, &'c Alias)>,
}

impl<'c> Index<'c> {
    fn of(campaign: &'c Campaign) -> Self {
        let aliases = || {
            let of = |title: &'c Title| title.aliases.iter().map(move |alias| (title, alias));
            campaign.titles.iter().flat_map(of)
        };
        let by_words: BTreeMap<_, _> =
            aliases().map(|(title, alias)| (words(&alias.text), (title, alias))).collect();
        let mut containers = BTreeMap::new();
        for (title, alias) in aliases() {
            let words = words(&alias.text);
            let lengths = 1..words.len();
            for part in lengths.flat_map(|length| words.windows(length)) {
                let owner = by_words.get(part).filter(|(owner, _)| owner.id != title.id);
                if owner.is_some() {
                    containers.entry(part.to_vec()).or_insert((title, alias));
                }
            }
        }
        Self { by_words, containers }
    }

    fn container(&self, alias: &Alias, title: &Title) -> Option<Risk> {
        let (other, longer) = self.containers.get(&words(&alias.text))?;
        (alias.tier.is_none() && other.id != title.id).then(|| {
            let message = format!("`{}` stands in `{}` of `{}`", alias.text, longer.text, other.id);
            (Rule::ContainedAlias, message, "say its `tier`".to_owned())
        })
    }
}

/// The words of a text as they are looked for; in scripts without spaces, its characters.
fn words(text: &str) -> Vec<String> {
    let is_unspaced = |c: char| matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{9fff}');
    let mut parts = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation()) {
        let mut rest = word;
        while let Some(at) = rest.find(is_unspaced) {
            let (before, after) = rest.split_at(at);
            let end = after.chars().next().map_or(0, char::len_utf8);
            let (one, behind) = after.split_at(end);
            parts.extend([before, one]);
            rest = behind;
        }
        parts.push(rest);
    }
    let skeletons = parts.into_iter().map(mention::skeleton);
    skeletons.filter(|word| !word.is_empty()).take(ALIAS_WORDS_MAX).collect()
}

fn contains(words: &[String], part: &[String]) -> bool {
    !part.is_empty() && words.windows(part.len()).any(|window| window == part)
}
