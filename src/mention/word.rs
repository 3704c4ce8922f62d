//! Every word that is looked for, of all campaigns together.

use std::sync::Arc;

use super::context;
use super::tier;
use super::verdict::Role;
use crate::campaign::{Alias, Campaign, CampaignId, Facet, Tier, Title, TitleId};

/// The most words of all campaigns together.
pub const WORDS_MAX: usize = 200_000;

/// Why no tagger could be built from the campaigns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaggerError {
    /// A word would match nothing, or anything.
    #[error("{}: {word:?} has no letters or digits to match", owner(campaign, title.as_ref()))]
    NoLetters {
        /// Whose word it is.
        campaign: CampaignId,
        /// Its title; none for context words.
        title: Option<TitleId>,
        /// As the campaign writes it.
        word: String,
    },
    /// The campaigns together have too many words to look for.
    #[error("{n} aliases, hashtags and other words; the limit is {WORDS_MAX}")]
    TooManyWords {
        /// How many they have.
        n: usize,
    },
    /// An alias's regular expression cannot be used.
    #[error("{}: the regular expression of {word:?}: {reason}", owner(campaign, title.as_ref()))]
    Regex {
        /// Whose alias it is.
        campaign: CampaignId,
        /// Its title.
        title: Option<TitleId>,
        /// The alias's text.
        word: String,
        /// Why.
        reason: String,
    },
    /// They are too much for the automaton.
    #[error("the automaton over all aliases: {0}")]
    Automaton(String),
}

fn owner(campaign: &CampaignId, title: Option<&TitleId>) -> String {
    let title = title.map_or_else(String::new, |title| format!(", title {title}"));
    format!("campaign {campaign}{title}")
}

/// A word that is looked for.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// The place of its campaign; none for daebak's own context words.
    pub(super) campaign: Option<usize>,
    /// The place of its title in the campaign; none for context words.
    pub(super) title: Option<usize>,
    /// What it is to the campaign.
    pub(super) role: Role,
    /// As the campaign writes it.
    pub(super) alias: Alias,
    /// What it asks of a post.
    pub(super) tier: Tier,
    /// Of a [`Role::Need`]: the place of the word that needs it.
    pub(super) needed_by: Option<usize>,
}

impl Word {
    /// Whether a post that holds it may name its title.
    pub(super) fn names_title(&self) -> bool {
        matches!(self.role, Role::Alias | Role::Hashtag)
    }

    /// Whether it is the name of somebody or something, and so tells no language.
    pub(super) fn is_name(&self) -> bool {
        self.names_title() || matches!(self.role, Role::Facet(_))
    }

    /// Why it can't be looked for: `why` takes whose word it is.
    pub(super) fn fault(
        &self,
        campaigns: &[Arc<Campaign>],
        why: impl FnOnce(CampaignId, Option<TitleId>, String) -> TaggerError,
    ) -> TaggerError {
        let campaign = self.campaign.and_then(|place| campaigns.get(place));
        let title = campaign.and_then(|campaign| campaign.titles.get(self.title?));
        // daebak's own words are no campaign's.
        let id = campaign.map_or_else(|| CampaignId::new("daebak"), |one| one.id.clone());
        why(id, title.map(|title| title.id.clone()), self.alias.text.clone())
    }

    /// Whether it names `title`, which is its own, by itself: some facets do.
    pub(super) fn stands_for(&self, title: &Title) -> bool {
        let is_its = |facet: &Facet| self.role == Role::Facet(facet.id.clone());
        self.names_title() || title.facets.iter().any(|facet| facet.names_title && is_its(facet))
    }

    /// Whether it is looked for only in posts that hold one of the others, which it speaks for or
    /// against.
    pub(super) fn is_aid(&self) -> bool {
        matches!(self.role, Role::Context | Role::Need | Role::Exclusion)
    }
}

/// The words of `campaigns`, in their order.
///
/// # Errors
/// [`TaggerError::TooManyWords`] when there are more than [`WORDS_MAX`].
pub(super) fn words(campaigns: &[Arc<Campaign>]) -> Result<Vec<Word>, TaggerError> {
    let mut words = Vec::new();
    for (c, campaign) in campaigns.iter().enumerate() {
        for (t, title) in campaign.titles.iter().enumerate() {
            add_title(&mut words, campaign, (c, t), title);
        }
        words.extend(campaign.context.iter().map(|text| Word {
            campaign: Some(c),
            title: None,
            role: Role::Context,
            alias: Alias::plain(text),
            tier: Tier::Strong,
            needed_by: None,
        }));
    }
    if campaigns.iter().any(|campaign| campaign.builtin_context) {
        words.extend(context::builtin().map(|text| Word {
            campaign: None,
            title: None,
            role: Role::Context,
            alias: Alias::plain(text),
            tier: Tier::Strong,
            needed_by: None,
        }));
    }
    if words.len() > WORDS_MAX {
        return Err(TaggerError::TooManyWords { n: words.len() });
    }
    Ok(words)
}

fn add_title(words: &mut Vec<Word>, campaign: &Campaign, place: (usize, usize), title: &Title) {
    let word = |role, alias: Alias, tier, needed_by| Word {
        campaign: Some(place.0),
        title: Some(place.1),
        role,
        alias,
        tier,
        needed_by,
    };
    let add_alias = |words: &mut Vec<Word>, role, alias: &Alias, tier| {
        let owner = words.len();
        words.push(word(role, alias.clone(), tier, None));
        let need = |need: &String| word(Role::Need, Alias::plain(need), Tier::Strong, Some(owner));
        words.extend(alias.needs.iter().map(need));
    };
    for alias in &title.aliases {
        add_alias(words, Role::Alias, alias, tier::of(alias, &campaign.languages).0);
    }
    for hashtag in &title.hashtags {
        words.push(word(Role::Hashtag, Alias::plain(hashtag), Tier::Hashtag, None));
    }
    for phrase in &title.exclude {
        words.push(word(Role::Exclusion, Alias::plain(phrase), Tier::Strong, None));
    }
    for facet in &title.facets {
        for alias in &facet.aliases {
            let role = Role::Facet(facet.id.clone());
            let tier = tier::of_facet(alias, facet, &campaign.languages);
            add_alias(words, role, alias, tier);
        }
    }
}
