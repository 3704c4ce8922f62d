//! What is risky in a campaign that has no mistake.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::super::fault::{ConfigError, Warnings};
use super::super::rule::Rule;
use super::Placed;
use crate::campaign::{Alias, Campaign, Facet, Title, TitleId};
use crate::mention::tier::{self, TierReason};
use crate::mention::verdict::{Refusal, Role, Verdict};
use crate::mention::{self, Rules, Tagger};
use crate::post::Post;

/// The most warnings of one file: who has more reads no further.
const WARNINGS_MAX: usize = 200;
/// The most words of one alias among which one that it needs is looked for.
const ALIAS_WORDS_MAX: usize = 24;

/// The risks of the file `text`, from top to bottom.
pub(in crate::config) fn warnings(file: &str, text: &str, placed: &Placed) -> Warnings {
    let mut risks = Vec::new();
    if placed.campaign.tests.is_empty() {
        let message = "no test says what the campaign finds and what it does not".to_owned();
        risks.push((&(0..0), Rule::NoTests, message, "expected a few [[tests]]".to_owned()));
    }
    let index = Index::of(&placed.campaign);
    context(placed, &index, &mut risks);
    hashtags(placed, &mut risks);
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
                let found = facet_risk(alias, (facet, title), &placed.campaign, &index);
                risks.extend(found.map(|(rule, message, remedy)| (place, rule, message, remedy)));
            }
        }
    }
    risks.sort_by_key(|(place, rule, ..)| (place.start, *rule));
    let more = risks.len().saturating_sub(WARNINGS_MAX);
    risks.truncate(WARNINGS_MAX);
    let shown = |(place, rule, message, remedy): (&Range<usize>, _, _, _)| {
        ConfigError::at(file, (text, text), place, rule, message, remedy)
    };
    Warnings::new(risks.into_iter().map(shown).collect(), more)
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
    risks.extend(ambiguous(alias, campaign, "counts only beside evidence"));
    risks
}

/// What is risky in an alias that posts may hold by chance, and which then does what is said.
fn ambiguous(alias: &Alias, campaign: &Campaign, then: &str) -> Option<Risk> {
    let (_, reason) = tier::of(alias, &campaign.languages);
    let message = format!("`{}` {then}: {}", alias.text, reason.label());
    let remedy = "say its `tier` if that is right, or write a longer alias".to_owned();
    Some((rule_of(&reason)?, message, remedy))
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
    (facet, title): (&Facet, &Title),
    campaign: &Campaign,
    index: &Index<'_>,
) -> impl Iterator<Item = Risk> {
    let text = &alias.text;
    let unsaid = alias.tier.is_none();
    let owner = index.by_skeleton.get(&mention::skeleton(text)).filter(|_| unsaid);
    let clash = owner.map(|(owner, _)| {
        if owner.id == title.id {
            let message = format!("`{text}` is an alias of the title too");
            (Rule::FacetIsTitle, message, "expected a name of the facet only".to_owned())
        } else {
            let message = format!("`{text}` is an alias of `{}` too", owner.id);
            (Rule::ClashingAlias, message, "expected a name of the facet only".to_owned())
        }
    });
    let then = if facet.names_title {
        "counts only beside evidence"
    } else {
        "speaks for the title wherever it stands"
    };
    let first = clash.or_else(|| ambiguous(alias, campaign, then));
    first.into_iter().chain(foreign(alias, campaign))
}

/// A risk and its place in the file.
type PlacedRisk<'p> = (&'p Range<usize>, Rule, String, String);

/// Context words that are names themselves, or that stand in posts of any sort.
fn context<'p>(placed: &'p Placed, index: &Index<'_>, risks: &mut Vec<PlacedRisk<'p>>) {
    for (word, place) in placed.campaign.context.iter().zip(&placed.context) {
        if let Some((owner, _)) = index.by_skeleton.get(&mention::skeleton(word)) {
            let message = format!("`{word}` is an alias of `{}`", owner.id);
            let remedy = "expected words that stand beside a name".to_owned();
            risks.push((place, Rule::OwnContext, message, remedy));
        } else if let Some(language) = tier::everyday(word, &placed.campaign.languages) {
            let message = format!("`{word}` speaks for every title: an everyday word ({language})");
            let remedy = "expected words that few other posts hold".to_owned();
            risks.push((place, Rule::CommonContext, message, remedy));
        }
    }
}

/// Hashtags that people use for something else.
fn hashtags<'p>(placed: &'p Placed, risks: &mut Vec<PlacedRisk<'p>>) {
    for (title, places) in placed.campaign.titles.iter().zip(&placed.titles) {
        for (hashtag, place) in title.hashtags.iter().zip(&places.hashtags) {
            let (_, reason) = tier::of(&Alias::plain(hashtag), &placed.campaign.languages);
            if let TierReason::CommonWord(_) = reason {
                let message = format!("each `#{hashtag}` counts: {}", reason.label());
                let remedy = "expected a hashtag of the title only".to_owned();
                risks.push((place, Rule::CommonHashtag, message, remedy));
            }
        }
    }
}

/// The aliases of a campaign's titles, and the longer ones in which they are found.
struct Index<'c> {
    /// The title and the alias of each skeleton that is an alias's.
    by_skeleton: BTreeMap<String, (&'c Title, &'c Alias)>,
    /// By the title and the text of an alias: the longer alias in which the tagger finds it, and its
    /// title, another one.
    containers: BTreeMap<(TitleId, Box<str>), (&'c Title, &'c Alias)>,
}

impl<'c> Index<'c> {
    fn of(campaign: &'c Campaign) -> Self {
        let aliases = || {
            let of = |title: &'c Title| title.aliases.iter().map(move |alias| (title, alias));
            campaign.titles.iter().flat_map(of)
        };
        let by_skeleton = aliases()
            .map(|(title, alias)| (mention::skeleton(&alias.text), (title, alias)))
            .collect();
        let mut containers = BTreeMap::new();
        // What no tagger takes is reported by whoever builds one.
        if let Ok(mut tagger) = Tagger::new(&[Arc::new(campaign.clone())], Rules::of_texts()) {
            for (title, alias) in aliases() {
                for found in tagger.explain(&Post::of_text(&alias.text)).findings {
                    let within = matches!(found.verdict, Verdict::Refused(Refusal::Within(_)));
                    if let (Role::Alias, Some(id), true) = (&found.role, found.title, within)
                        && id != title.id
                    {
                        containers.entry((id, found.written)).or_insert((title, alias));
                    }
                }
            }
        }
        Self { by_skeleton, containers }
    }

    fn container(&self, alias: &Alias, title: &Title) -> Option<Risk> {
        let (other, longer) =
            self.containers.get(&(title.id.clone(), alias.text.as_str().into()))?;
        alias.tier.is_none().then(|| {
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
