//! Whether the words that were found in a post mean their titles.
//!
//! A name that needs evidence gets it from the rest of the post (a context word, another name, a
//! facet or hashtag of the title, anywhere in it) or from the way it is written itself
//! ([`super::manner`]). A name is never evidence for itself.

use std::borrow::Cow;

use super::Target;
use super::hit::{Hit, Part};
use super::manner;
use super::normalize::Skeleton;
use super::tier;
use super::verdict::{Evidence, Refusal, Role, Verdict};
use super::word::Word;
use crate::campaign::Tier;

/// What a post says, part by part, and to whom.
pub(super) struct Parts<'a> {
    /// Its own text.
    pub(super) text: &'a str,
    /// The text that it quotes, if any.
    pub(super) quoted: &'a str,
    /// The hashtags that the platform lists apart from the text.
    pub(super) hashtags: &'a [Cow<'a, str>],
    /// The campaigns, in the order by which words name them.
    pub(super) campaigns: &'a [Target],
}

/// Decides each of the `hits` of one post. Those that the matcher refused stay refused.
pub(super) fn judge(words: &[Word], hits: &mut [Hit], parts: &Parts<'_>) {
    let post = Post { words, hits, parts };
    let verdicts: Vec<Verdict> = hits.iter().map(|hit| post.verdict(hit)).collect();
    for (hit, verdict) in hits.iter_mut().zip(verdicts) {
        hit.verdict = verdict;
    }
}

/// A post and everything that was found in it.
struct Post<'a> {
    words: &'a [Word],
    hits: &'a [Hit],
    parts: &'a Parts<'a>,
}

impl Post<'_> {
    fn verdict(&self, hit: &Hit) -> Verdict {
        let Some(word) = self.words.get(hit.word) else { return hit.verdict.clone() };
        if is_refused(hit) {
            return hit.verdict.clone();
        }
        if !matches!(word.role, Role::Alias | Role::Hashtag | Role::Facet(_)) {
            return Verdict::Counts(Evidence::Strong);
        }
        if let Some(phrase) = self.exclusion(word) {
            return Verdict::Refused(Refusal::Excluded(phrase));
        }
        match word.tier {
            Tier::Strong => Verdict::Counts(Evidence::Strong),
            Tier::Hashtag if hit.is_hashtag() => Verdict::Counts(Evidence::Hashtag),
            Tier::Hashtag => Verdict::Refused(Refusal::NoHashtag),
            Tier::Context => match self.evidence(hit, word) {
                Some(evidence) => Verdict::Counts(evidence),
                None => Verdict::Refused(Refusal::NoEvidence),
            },
        }
    }

    /// The phrase in the post that says that it does not mean the title of `word`.
    fn exclusion(&self, word: &Word) -> Option<Box<str>> {
        let excludes = |other: &&Word| other.role == Role::Exclusion && same_title(other, word);
        let found = self.hits.iter().filter(|hit| !is_refused(hit));
        let phrase = found.filter_map(|hit| self.words.get(hit.word)).find(excludes)?;
        Some(phrase.alias.text.as_str().into())
    }

    /// What says that `hit`, which needs it, means its title. An alias that names the words it
    /// needs counts with one of them only.
    fn evidence(&self, hit: &Hit, word: &Word) -> Option<Evidence> {
        let others = || self.hits.iter().filter(|other| !is_refused(other) && !overlap(hit, other));
        if !word.alias.needs.is_empty() {
            return others().find_map(|other| self.need(hit, other));
        }
        if self.is_whole_hashtag(hit, word) {
            return Some(Evidence::Hashtag);
        }
        others().find_map(|other| self.witness(hit, word, other)).or_else(|| {
            let (text, at) = self.place(hit).filter(|_| !hit.in_hashtag)?;
            manner::evidence(text, at)
        })
    }

    /// What `other` says as one of the words that `hit` needs.
    fn need(&self, hit: &Hit, other: &Hit) -> Option<Evidence> {
        let need = self.words.get(other.word)?;
        (need.needed_by == Some(hit.word))
            .then(|| Evidence::Context(need.alias.text.as_str().into()))
    }

    /// What `other` says for `hit`.
    fn witness(&self, hit: &Hit, word: &Word, other: &Hit) -> Option<Evidence> {
        let witness = self.words.get(other.word)?;
        let written = || witness.alias.text.as_str().into();
        match &witness.role {
            Role::Context => self.is_heard(witness, word).then(|| Evidence::Context(written())),
            _ if !same_title(witness, word) => None,
            Role::Alias if other.word != hit.word => Some(Evidence::Alias(written())),
            Role::Hashtag if other.is_hashtag() => Some(Evidence::CampaignHashtag(written())),
            Role::Facet(id) if other.word != hit.word => Some(Evidence::Facet(id.clone())),
            _ => None,
        }
    }

    /// Whether the context word is one of the campaign of `word`.
    fn is_heard(&self, context: &Word, word: &Word) -> bool {
        let has_builtin = |target: &Target| target.campaign.builtin_context;
        context.campaign == word.campaign
            || (context.campaign.is_none()
                && word.campaign.and_then(|at| self.parts.campaigns.get(at)).is_some_and(has_builtin))
    }

    /// Whether the hit is all of a hashtag and says more than an everyday word: `#MyName`,
    /// `#시그널2016`; not `#moving`.
    fn is_whole_hashtag(&self, hit: &Hit, word: &Word) -> bool {
        let whole = match hit.part {
            Part::Listed => self.parts.hashtags.iter().any(|tag| same_letters(tag, &word.alias.text)),
            _ => self.place(hit).is_some_and(|(text, at)| manner::is_whole_hashtag(text, at)),
        };
        let campaign = word.campaign.and_then(|at| self.parts.campaigns.get(at));
        let languages = campaign.map(|target| target.campaign.languages.as_slice());
        whole && !tier::is_common_word(&word.alias, languages.unwrap_or_default())
    }

    /// The text that the hit stands in, and its bytes there; none for a listed hashtag.
    fn place(&self, hit: &Hit) -> Option<(&str, (usize, usize))> {
        let text = match hit.part {
            Part::Text => self.parts.text,
            Part::Quoted => self.parts.quoted,
            Part::Listed => return None,
        };
        let (first, last) = hit.span?;
        let mut bytes = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let start = bytes.nth(usize::try_from(first).ok()?)?;
        let length = usize::try_from(last.checked_sub(first)?).ok()?;
        Some((text, (start, bytes.nth(length.checked_sub(1)?)?)))
    }
}

fn is_refused(hit: &Hit) -> bool {
    matches!(hit.verdict, Verdict::Refused(_))
}

fn same_title(one: &Word, other: &Word) -> bool {
    (one.campaign, one.title) == (other.campaign, other.title)
}

/// Whether the two share letters. Listed hashtags can't be told apart here; the matcher has
/// dropped what lies within a name there.
fn overlap(one: &Hit, other: &Hit) -> bool {
    std::ptr::eq(one, other)
        || (one.part == other.part
            && one.part != Part::Listed
            && one.start < other.end
            && other.start < one.end)
}

fn same_letters(one: &str, other: &str) -> bool {
    let mut skeletons = [Skeleton::default(), Skeleton::default()];
    let [first, second] = &mut skeletons;
    first.read(one);
    second.read(other);
    first.bytes() == second.bytes()
}
