//! How well titles are found, by daebak and by what is simpler, over the same posts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::labelled::{Labelled, Labels};
use super::surface::{Folded, Occurrence, Surfaces, has_capital, keep_longest, stands_alone};
use crate::campaign::{Campaign, Title, TitleId};
use crate::mention::verdict::{Explanation, Finding, Refusal, Verdict};
use crate::mention::{Rules, Tagger, TaggerError, skeleton};
use crate::post::Post;
use crate::record::mention::Via;

/// A way to find titles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Names as written, in any case, with no letter against them; of two of which one lies within
    /// the other, the longer.
    WordBoundary,
    /// Those of them with a capital.
    Capital,
    /// Names anywhere in the text, letters and digits only.
    Squeezed,
    /// What daebak finds, whatever its tier.
    Matched,
    /// What daebak counts.
    Taken,
}

impl Method {
    /// Every method, in the order of their discriminants.
    pub const ALL: [Self; 5] =
        [Self::WordBoundary, Self::Capital, Self::Squeezed, Self::Matched, Self::Taken];

    /// How it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::WordBoundary => "word boundary",
            Self::Capital => "capital letter",
            Self::Squeezed => "squeezed substring",
            Self::Matched => "daebak matched",
            Self::Taken => "daebak taken",
        }
    }
}

/// What a method found of what was labelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Found and labelled.
    pub true_positives: u64,
    /// Found, not labelled.
    pub false_positives: u64,
    /// Labelled, not found.
    pub false_negatives: u64,
}

impl Tally {
    /// The share of what was found that is labelled; none where nothing was found.
    pub fn precision(self) -> Option<f64> {
        ratio(self.true_positives, self.true_positives + self.false_positives)
    }

    /// The share of what is labelled that was found; none where nothing is labelled.
    pub fn recall(self) -> Option<f64> {
        ratio(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// The harmonic mean of both; none where nothing is labelled or found.
    pub fn f1(self) -> Option<f64> {
        let wrong = self.false_positives + self.false_negatives;
        ratio(2 * self.true_positives, 2 * self.true_positives + wrong)
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// How the titles of one length were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LengthRow {
    /// Labels.
    pub labels: u64,
    /// Of these, those that each method found.
    pub found: [u64; 5],
    /// Of the labels whose title is in the text when squeezed, those that each method found.
    pub found_of_squeezed: [u64; 5],
}

/// The classes of [`Report::lengths`]: letters and digits of the title's name.
pub const LENGTH_LABELS: [&str; 4] = ["1", "2", "3", "4+"];

/// A title that daebak took and nobody labelled, or the other way round.
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    /// The file and line of the post.
    pub place: (Arc<str>, usize),
    /// The title's name.
    pub title: String,
    /// The post.
    pub text: String,
    /// What daebak found there.
    pub findings: Vec<Finding>,
}

/// What came of all posts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Posts with labels, be it an empty list.
    pub posts: u64,
    /// Posts left out because no labelled title is in them when squeezed.
    pub left_out: u64,
    /// One for each of [`Method::ALL`].
    pub methods: [Tally; 5],
    /// One for each of [`LENGTH_LABELS`].
    pub lengths: [LengthRow; 4],
    /// The first titles taken that nobody labelled.
    pub false_positives: Vec<Mistake>,
    /// The first labels that were not taken.
    pub false_negatives: Vec<Mistake>,
}

/// What is counted and what is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Leave out posts with labels of which none is in the text when squeezed.
    pub only_squeezed: bool,
    /// How many mistakes of each sort are kept.
    pub mistakes_max: usize,
}

/// Why a post could not be scored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is neither id nor name of a title; correct it, add it to the titles, or take the \
     labels' own names for titles with --gold-titles"
)]
pub struct UnknownTitle(String);

/// Finds the titles of one campaign in labelled posts by every method, and counts.
#[derive(Debug)]
pub struct Scorer {
    tagger: Tagger,
    campaign: Arc<Campaign>,
    /// The place of each title; of titles called alike, that of the first.
    by_id: BTreeMap<TitleId, usize>,
    /// The same by what is looked for of their ids and names.
    by_skeleton: BTreeMap<String, usize>,
    lower: Surfaces,
    squeezed: Surfaces,
    options: Options,
    report: Report,
}

/// What is counted: a title of the post, or a run of its tokens.
type Keys = BTreeSet<(usize, usize)>;

impl Scorer {
    /// Scores the titles of `campaign`.
    ///
    /// # Errors
    /// [`TaggerError`] when they can't be looked for.
    pub fn new(campaign: Campaign, options: Options) -> Result<Self, TaggerError> {
        let campaign = Arc::new(campaign);
        let tagger = Tagger::new(std::slice::from_ref(&campaign), Rules::of_texts())?;
        let first = first_places(&campaign);
        let ids = campaign.titles.iter().map(|title| title.id.clone());
        let by_id = ids.zip(first.iter().copied()).collect();
        let by_skeleton = by_skeleton(&campaign, &first);
        let placed = || names(&campaign).filter_map(|(at, name)| Some((name, *first.get(at)?)));
        let lower = Surfaces::new(placed().map(|(name, at)| (Folded::lower(name), at)));
        let squeezed = Surfaces::new(placed().map(|(name, at)| (Folded::squeezed(name), at)));
        let report = Report::default();
        Ok(Self { tagger, campaign, by_id, by_skeleton, lower, squeezed, options, report })
    }

    /// What came of the posts so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Counts a post of `file`; returns all that daebak saw in it.
    ///
    /// # Errors
    /// [`UnknownTitle`] when a label names no title of the campaign.
    pub fn add(&mut self, file: &Arc<str>, post: &Labelled) -> Result<Explanation, UnknownTitle> {
        let seen = self.tagger.explain(&Post::of_text(&post.text));
        let found = self.found(&post.text, &seen);
        let [.., squeezed, _, _] = &found;
        let keys = |of: &[Occurrence]| -> Keys {
            of.iter().filter_map(|one| key(one, &post.labels)).collect()
        };
        let gold: Keys = match &post.labels {
            Labels::None => return Ok(seen),
            Labels::Titles(titles) => {
                titles.iter().map(|title| Ok((self.place(title)?, 0))).collect::<Result<_, _>>()?
            }
            Labels::Spans(spans) => spans.titles.iter().map(|&run| spans.trimmed(run)).collect(),
        };
        if self.options.only_squeezed && !gold.is_empty() && gold.is_disjoint(&keys(squeezed)) {
            self.report.left_out += 1;
            return Ok(seen);
        }
        let keys = found.each_ref().map(|of| keys(of));
        self.count(&gold, &keys);
        self.count_lengths(post, &gold, &keys, squeezed);
        let [.., taken] = &keys;
        self.keep_mistakes((file, post), &seen, &gold, taken);
        Ok(seen)
    }

    fn count(&mut self, gold: &Keys, found: &[Keys; 5]) {
        self.report.posts += 1;
        for (tally, found) in self.report.methods.iter_mut().zip(found) {
            let right = found.intersection(gold).count() as u64;
            tally.true_positives += right;
            tally.false_positives += found.len() as u64 - right;
            tally.false_negatives += gold.len() as u64 - right;
        }
    }

    /// Counts each label by the length of its name: of the name in the text, else the title's.
    fn count_lengths(
        &mut self,
        post: &Labelled,
        gold: &Keys,
        found: &[Keys; 5],
        squeezed: &[Occurrence],
    ) {
        let [_, _, in_squeezed, ..] = found;
        for label in gold {
            let spans = squeezed.iter().filter(|one| key(one, &post.labels) == Some(*label));
            let written = |one: &Occurrence| {
                let chars = post.text.chars().skip(one.span.0).take(one.span.1 - one.span.0);
                chars.filter(|c| c.is_alphanumeric()).count()
            };
            let length = spans.map(written).max();
            let length = length.unwrap_or_else(|| Folded::squeezed(&self.name(post, *label)).len());
            let class = length.clamp(1, LENGTH_LABELS.len()) - 1;
            let Some(row) = self.report.lengths.get_mut(class) else { continue };
            row.labels += 1;
            for (place, _) in found.iter().enumerate().filter(|(_, keys)| keys.contains(label)) {
                row.found.get_mut(place).into_iter().for_each(|n| *n += 1);
                if in_squeezed.contains(label) {
                    row.found_of_squeezed.get_mut(place).into_iter().for_each(|n| *n += 1);
                }
            }
        }
    }

    fn keep_mistakes(
        &mut self,
        (file, post): (&Arc<str>, &Labelled),
        seen: &Explanation,
        gold: &Keys,
        taken: &Keys,
    ) {
        let mistake = |key: &(usize, usize)| {
            let findings =
                seen.findings.iter().filter(|finding| self.is_about(post, finding, *key));
            Mistake {
                place: (Arc::clone(file), post.line),
                title: self.name(post, *key),
                text: post.text.clone(),
                findings: findings.cloned().collect(),
            }
        };
        let kept = &self.report;
        let room = |kept: &[Mistake]| self.options.mistakes_max.saturating_sub(kept.len());
        let wrong: Vec<_> =
            taken.difference(gold).take(room(&kept.false_positives)).map(mistake).collect();
        let missed: Vec<_> =
            gold.difference(taken).take(room(&kept.false_negatives)).map(mistake).collect();
        self.report.false_positives.extend(wrong);
        self.report.false_negatives.extend(missed);
    }

    /// The titles in a text, one list a method.
    fn found(&self, text: &str, seen: &Explanation) -> [Vec<Occurrence>; 5] {
        let chars: Vec<char> = text.chars().collect();
        let mut alone = self.lower.find(&Folded::lower(text));
        alone.retain(|one| stands_alone(&chars, one.span));
        keep_longest(&mut alone);
        let capital = alone.iter().filter(|one| has_capital(&chars, one.span)).copied().collect();
        let squeezed = self.squeezed.find(&Folded::squeezed(text));
        let of = |wanted: fn(&Finding) -> bool| {
            let wanted = seen.findings.iter().filter(|finding| wanted(finding));
            wanted.filter_map(|finding| self.occurrence(finding)).collect()
        };
        [alone, capital, squeezed, of(is_match), of(Finding::names_title)]
    }

    fn occurrence(&self, finding: &Finding) -> Option<Occurrence> {
        let title = *self.by_id.get(finding.title.as_ref()?)?;
        let (from, to) = finding.span?;
        let in_text = !matches!(finding.via, Via::Quoted);
        in_text.then_some(Occurrence { title, span: (from as usize, to as usize) })
    }

    fn is_about(&self, post: &Labelled, finding: &Finding, wanted: (usize, usize)) -> bool {
        let Some(one) = self.occurrence(finding) else { return false };
        match &post.labels {
            Labels::Spans(spans) => spans
                .tokens_of(one.span)
                .is_some_and(|(first, end)| first < wanted.1 && wanted.0 < end),
            _ => one.title == wanted.0,
        }
    }

    fn place(&self, label: &str) -> Result<usize, UnknownTitle> {
        let by_id = self.by_id.get(&TitleId::new(label));
        let place = by_id.or_else(|| self.by_skeleton.get(&skeleton(label)));
        place.copied().ok_or_else(|| UnknownTitle(label.to_owned()))
    }

    fn name(&self, post: &Labelled, key: (usize, usize)) -> String {
        let name = match &post.labels {
            Labels::Spans(spans) => spans.surface(&post.text, key),
            _ => self.campaign.titles.get(key.0).map(|title| title.name.clone()),
        };
        name.unwrap_or_default()
    }
}

/// Of each title the place of the first one whose name is found in the same places: a list may spell
/// a title twice (`D.P.`, `DP`), and it is one title.
fn first_places(campaign: &Campaign) -> Vec<usize> {
    let mut first = BTreeMap::new();
    let of = |(place, title): (usize, &Title)| match skeleton(&title.name) {
        name if name.is_empty() => place,
        name => *first.entry(name).or_insert(place),
    };
    campaign.titles.iter().enumerate().map(of).collect()
}

/// The place of the title that a label means. An id wins over another title's name, and the first
/// name over later ones.
fn by_skeleton(campaign: &Campaign, first: &[usize]) -> BTreeMap<String, usize> {
    let titles = || campaign.titles.iter().enumerate();
    let ids = titles().map(|(at, title)| (at, title.id.as_str()));
    let own_names = titles().map(|(at, title)| (at, title.name.as_str()));
    let mut places = BTreeMap::new();
    for (at, word) in ids.chain(names(campaign)).chain(own_names) {
        let word = skeleton(word);
        if let (Some(&place), false) = (first.get(at), word.is_empty()) {
            places.entry(word).or_insert(place);
        }
    }
    places
}

/// The names of each title by which a plain search finds it.
fn names(campaign: &Campaign) -> impl Iterator<Item = (usize, &str)> {
    campaign.titles.iter().enumerate().flat_map(|(place, title)| {
        let aliases = title.aliases.iter().filter(|alias| alias.regex.is_none());
        let aliases = aliases.map(|alias| alias.text.as_str());
        let written = aliases.chain(title.hashtags.iter().map(String::as_str));
        written.map(move |name| (place, name))
    })
}

/// What the occurrence counts as.
fn key(one: &Occurrence, labels: &Labels) -> Option<(usize, usize)> {
    match labels {
        Labels::Spans(spans) => spans.tokens_of(one.span),
        _ => Some((one.title, 0)),
    }
}

/// Whether the matcher took it for a name, whatever became of it then.
fn is_match(finding: &Finding) -> bool {
    match &finding.verdict {
        Verdict::Counts(_) => finding.is_name,
        Verdict::Refused(refusal) => match refusal {
            Refusal::NoEvidence | Refusal::NoNeed | Refusal::Excluded(_) => finding.is_name,
            Refusal::LeftBoundary
            | Refusal::RightBoundary
            | Refusal::Gaps
            | Refusal::Case
            | Refusal::Regex
            | Refusal::NoHashtag
            | Refusal::Within(_) => false,
        },
    }
}
