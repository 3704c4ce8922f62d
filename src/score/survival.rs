//! How many spellings of its titles a tagger finds, and whether it finds them where they stand.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::perturb::{Perturbation, Perturbed, perturbations};
use crate::campaign::{Alias, Campaign, CampaignId, Language, Revision, Tier, Title, TitleId};
use crate::mention::author::Authors;
use crate::mention::verdict::{Finding, Verdict};
use crate::mention::{Rules, Tagger, TaggerError, leaves_letters};
use crate::post::id::PostId;
use crate::post::{Counters, Kind, Platform, Post};
use crate::time::{Span, Timestamp};

/// The most spellings kept that were lost, of each kind.
const LOST_MAX: usize = 100;

/// What became of the spellings of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survival {
    /// How the titles were changed.
    pub kind: Perturbation,
    /// Spellings of titles that can stand alone.
    pub n: usize,
    /// Of those, in how many the title was found.
    pub found: usize,
    /// Of those found, how many at the very code points where the title stands.
    pub spans: usize,
    /// Of those not found, how many because a longer title of the list stands there.
    pub within: usize,
    /// Spellings of titles too short to stand alone: one letter or syllable, fewer than three
    /// characters of a script without spaces, or nothing but digits. They count apart.
    pub short: usize,
    /// In how many of those the title was found.
    pub short_found: usize,
    /// The first spellings that were not found where they stand, at most 100.
    pub lost: Vec<Perturbed>,
}

/// Tags every spelling of every title, with all `titles` in one campaign that takes each for a
/// name by itself. Titles without letters or digits are passed over; kinds without a spelling are
/// left out.
///
/// # Errors
/// [`TaggerError`] when the titles are too many for an automaton.
pub fn survival(titles: &[String]) -> Result<Vec<Survival>, TaggerError> {
    let titles: Vec<&str> =
        titles.iter().map(|title| title.trim()).filter(|title| leaves_letters(title)).collect();
    let rules = Rules { record_bytes_max: 0, formats: BTreeMap::new(), authors: Authors::Kept };
    let mut tagger = Tagger::new(&[Arc::new(campaign(&titles))], rules)?;
    let mut by_kind: BTreeMap<Perturbation, Survival> = BTreeMap::new();
    for (place, title) in titles.iter().enumerate() {
        let id = id(place);
        let short = is_short(title);
        for perturbed in perturbations(title) {
            let survival = by_kind.entry(perturbed.kind).or_insert_with(|| empty(perturbed.kind));
            let findings = tagger.explain(&post(&perturbed.text)).findings;
            survival.add(perturbed, &id, short, &findings);
        }
    }
    Ok(by_kind.into_values().collect())
}

impl Survival {
    fn add(&mut self, perturbed: Perturbed, id: &TitleId, short: bool, findings: &[Finding]) {
        let taken = |finding: &&Finding| matches!(finding.verdict, Verdict::Counts(_));
        let own = |finding: &&Finding| finding.title.as_ref() == Some(id);
        let span =
            |finding: &Finding| finding.span.map(|(start, end)| (start as usize, end as usize));
        let found = findings.iter().filter(taken).any(|finding| own(&finding));
        if short {
            self.short += 1;
            self.short_found += usize::from(found);
            return;
        }
        let exact = findings
            .iter()
            .filter(taken)
            .any(|finding| own(&finding) && span(finding) == Some(perturbed.span));
        let (start, end) = perturbed.span;
        let covers =
            |finding: &Finding| span(finding).is_some_and(|(from, to)| from <= start && end <= to);
        self.n += 1;
        self.found += usize::from(found);
        self.spans += usize::from(exact);
        self.within += usize::from(!found && findings.iter().filter(taken).any(covers));
        if !exact && self.lost.len() < LOST_MAX {
            self.lost.push(perturbed);
        }
    }
}

const fn empty(kind: Perturbation) -> Survival {
    Survival {
        kind,
        n: 0,
        found: 0,
        spans: 0,
        within: 0,
        short: 0,
        short_found: 0,
        lost: Vec::new(),
    }
}

/// Whether a title means nothing by itself, whatever the campaign says.
fn is_short(title: &str) -> bool {
    let letters: Vec<char> = title.chars().filter(|c| c.is_alphanumeric()).collect();
    let unspaced = |c: &char| matches!(c, 'ก'..='๛' | 'ぁ'..='ヿ' | '㐀'..='鿿');
    letters.len() < 2
        || (letters.len() < 3 && letters.iter().all(unspaced))
        || letters.iter().all(|c| c.is_numeric())
}

fn id(place: usize) -> TitleId {
    TitleId::new(&format!("title-{place}"))
}

fn campaign(titles: &[&str]) -> Campaign {
    let title = |(place, name): (usize, &&str)| Title {
        id: id(place),
        name: (*name).to_owned(),
        aliases: vec![Alias { tier: Some(Tier::Strong), ..Alias::plain(name) }],
        hashtags: Vec::new(),
        exclude: Vec::new(),
        facets: Vec::new(),
    };
    Campaign {
        id: CampaignId::new("titles"),
        name: "Titles".to_owned(),
        languages: vec![Language::new("en"), Language::new("ko")],
        titles: titles.iter().enumerate().map(title).collect(),
        context: Vec::new(),
        builtin_context: false,
        allowed_lateness: Span::from_hours(24),
        revision: Revision::new("0000000000000000"),
        tests: Vec::new(),
    }
}

fn post(text: &str) -> Post<'_> {
    Post {
        platform: Platform::Twitter,
        id: PostId::Number(0),
        root: PostId::Number(0),
        kind: Kind::Original,
        author: None,
        followers: None,
        event_time: Timestamp::from_secs(0),
        text: Cow::Borrowed(text),
        quoted: None,
        hashtags: Vec::new(),
        language_hint: None,
        counters: Counters::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "reads a list of the user's: DAEBAK_TITLES=file"]
    fn a_list_of_titles_survives() {
        let list = std::fs::read_to_string(std::env::var("DAEBAK_TITLES").unwrap()).unwrap();
        let titles: Vec<String> = list.lines().map(str::to_owned).collect();
        let (mut n, mut found, mut exact) = (0, 0, 0);
        for one in survival(&titles).unwrap() {
            eprintln!(
                "{:20} n {:6} lost {:4} moved {:4} within {:4} short {}/{}",
                one.kind.label(),
                one.n,
                one.n - one.found,
                one.found - one.spans,
                one.within,
                one.short_found,
                one.short
            );
            for lost in one.lost.iter().take(12) {
                eprintln!("    {:?} {:?}", lost.text, lost.span);
            }
            (n, found, exact) = (n + one.n, found + one.found, exact + one.spans);
        }
        eprintln!("recall {found}/{n}, spans {exact}/{found}");
    }
}
