//! A feed record becomes mentions: the pure heart of the tagger.
//!
//! A post's text is reduced to its skeleton, and one automaton finds every name of every campaign
//! in it. What stands around a name decides whether it is one, and what else the post holds whether
//! it means its title. Only a post that names a title is asked for its language.

mod account;
pub mod author;
mod confusable;
mod context;
mod episode;
mod evidence;
mod explain;
mod hit;
pub mod language;
mod letter;
mod link;
mod manner;
mod matcher;
mod normalize;
mod particles;
pub mod sought;
mod span;
mod tagged;
pub mod tier;
pub mod verdict;
mod vocabulary;
mod watching;
mod word;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::campaign::{Campaign, CampaignId, Revision};
use crate::post::format::Format;
use crate::post::outcome::{Invalid, InvalidReason, PostFault, PostOutcome, RecordOutcome};
use crate::post::{self, Gone, Post, Reading};
use crate::record::mention::{COPY_CHARS_MIN, HASHTAGS_MAX, Mention, Source, TitleMatch};
use crate::record::retraction::Retraction;
use crate::record::{SCHEMA_VERSION, fnv1a};
use account::Accounts;
use author::Authors;
use evidence::Parts;
use hit::{Hit, Part, Passage};
use language::Languages;
use matcher::Matcher;
use normalize::Skeleton;
use verdict::Verdict;

pub use tagged::{DeadLetter, FeedRecord, Tagged};
pub use word::{TaggerError, WORDS_MAX};

/// How feed records are read, whatever the campaigns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The largest record read, in bytes.
    pub record_bytes_max: usize,
    /// The format of each feed topic; a topic without one may hold any shape.
    pub formats: BTreeMap<Box<str>, Format>,
    /// What mentions say of authors.
    pub authors: Authors,
}

impl Rules {
    /// Those of a tagger that is given texts and no records.
    pub fn of_texts() -> Self {
        Self { record_bytes_max: 0, formats: BTreeMap::new(), authors: Authors::Kept }
    }
}

/// Turns feed records into mentions. Its buffers are its own; clones share all that is large.
#[derive(Clone, Debug)]
pub struct Tagger {
    campaigns: Arc<[Target]>,
    matcher: Arc<Matcher>,
    rules: Arc<Rules>,
    buffers: Buffers,
}

/// A campaign, and what tells its languages and groups.
#[derive(Debug)]
struct Target {
    campaign: Arc<Campaign>,
    languages: Languages,
    accounts: Accounts,
}

/// What is kept from post to post, so that a post without a title costs no allocation.
#[derive(Clone, Debug, Default)]
struct Buffers {
    /// The post's own text.
    text: Skeleton,
    /// One after the other: each hashtag listed apart, and the quoted text.
    aside: Skeleton,
    hits: Vec<Hit>,
}

impl Tagger {
    /// A tagger for `campaigns` that reads records by `rules`.
    ///
    /// # Errors
    /// [`TaggerError`] when an alias has nothing to match, or there are too many of them.
    pub fn new(campaigns: &[Arc<Campaign>], rules: Rules) -> Result<Self, TaggerError> {
        let target = |campaign: &Arc<Campaign>| Target {
            campaign: Arc::clone(campaign),
            languages: Languages::new(&campaign.languages),
            accounts: Accounts::of(&campaign.groups),
        };
        Ok(Self {
            campaigns: campaigns.iter().map(target).collect(),
            matcher: Arc::new(Matcher::new(word::words(campaigns)?, campaigns)?),
            rules: Arc::new(rules),
            buffers: Buffers::default(),
        })
    }

    /// The revision of each campaign that mentions are tagged with.
    pub fn revisions(&self) -> BTreeMap<CampaignId, Revision> {
        let campaigns = self.campaigns.iter().map(|target| &target.campaign);
        campaigns.map(|campaign| (campaign.id.clone(), campaign.revision.clone())).collect()
    }

    /// Tags one feed record: a function of the record and the campaigns alone.
    pub fn tag(&mut self, record: &FeedRecord<'_>) -> Tagged {
        let Some(payload) = record.payload else {
            return Tagged::without_posts(RecordOutcome::Tombstone);
        };
        let bytes_max = self.rules.record_bytes_max;
        if payload.len() > bytes_max {
            return Tagged::invalid(Invalid {
                reason: InvalidReason::TooLarge,
                detail: format!("{} bytes; the limit is {bytes_max}", payload.len()),
            });
        }
        let rules = Arc::clone(&self.rules);
        let format = rules.formats.get(record.topic).unwrap_or(&Format::Any);
        match post::read(payload, format) {
            Ok(Reading::Posts(shape, posts)) => {
                Tagged { shape: Some(shape), ..self.tag_posts(&posts, record) }
            }
            Ok(Reading::Control) => Tagged::without_posts(RecordOutcome::Control),
            Ok(Reading::Compliance(gone)) => {
                let retraction = |gone: Gone| Retraction {
                    v: SCHEMA_VERSION,
                    platform: gone.platform,
                    id: gone.id,
                    time: gone.time.unwrap_or(record.timestamp),
                };
                let retractions = gone.into_iter().map(retraction).collect();
                Tagged { retractions, ..Tagged::without_posts(RecordOutcome::Compliance) }
            }
            Err(invalid) => Tagged::invalid(invalid),
        }
    }

    fn tag_posts(
        &mut self,
        posts: &[Result<Post<'_>, PostFault>],
        record: &FeedRecord<'_>,
    ) -> Tagged {
        let mut tagged = Tagged::without_posts(RecordOutcome::Posts);
        for (index, post) in posts.iter().enumerate() {
            let outcome = match post {
                Ok(post) => {
                    tagged.event_time = tagged.event_time.max(Some(post.event_time));
                    let mentions = self.mentions_of(post, record);
                    let outcome = outcome_of(post, &mentions);
                    tagged.mentions.extend(mentions);
                    outcome
                }
                Err(fault) => {
                    tagged.add_fault(index, *fault);
                    PostOutcome::from(*fault)
                }
            };
            tagged.posts.push(outcome);
        }
        tagged
    }

    /// Whether a post names a title of any campaign: what tagging costs without the reading of the
    /// record and the language.
    pub fn names_title(&mut self, post: &Post<'_>) -> bool {
        let found = self.find(post, false);
        let word = |hit: &Hit| self.matcher.words().get(hit.word);
        let names =
            |hit: &Hit| hit.verdict.counts() && word(hit).is_some_and(word::Word::names_title);
        found && self.buffers.hits.iter().any(names)
    }

    /// What the automata over all words take, in bytes.
    pub fn memory(&self) -> usize {
        self.matcher.memory()
    }

    /// The mentions of one post, at most one a campaign, in the order of the campaigns.
    fn mentions_of(&mut self, post: &Post<'_>, record: &FeedRecord<'_>) -> Vec<Mention> {
        if !self.find(post, false) {
            return Vec::new();
        }
        let hashtags = self.hashtags(post);
        let campaign = |hit: &Hit| self.matcher.words().get(hit.word).and_then(|w| w.campaign);
        let by_campaign = self.buffers.hits.chunk_by(|a, b| campaign(a) == campaign(b));
        by_campaign.filter_map(|hits| self.mention(post, record, hits, &hashtags)).collect()
    }

    /// Looks for every word in every part of the post and judges the hits, which are then in order
    /// of campaign, title and the best way to be named. Whether there are any.
    fn find(&mut self, post: &Post<'_>, explaining: bool) -> bool {
        let Self { matcher, buffers, campaigns, .. } = self;
        let Buffers { text, hits, aside } = buffers;
        hits.clear();
        text.read(&post.text);
        let own = Passage { part: Part::Text, written: &post.text, skeleton: text };
        matcher.find_names(&own, explaining, hits);
        for_each_aside(post, aside, |passage| matcher.find_names(passage, explaining, hits));
        if hits.is_empty() {
            return false;
        }
        let named = matcher.named(hits);
        matcher.find_aids(&named, &own, explaining, hits);
        for_each_aside(post, aside, |passage| {
            matcher.find_aids(&named, passage, explaining, hits);
        });
        matcher.keep_longest(&named, explaining, hits);
        let quoted = post.quoted.as_deref().unwrap_or_default();
        let parts = Parts { text: &post.text, quoted, hashtags: &post.hashtags, campaigns };
        evidence::judge(matcher.words(), hits, &parts);
        matcher.keep_outermost(hits);
        let place =
            |hit: &Hit| matcher.words().get(hit.word).map(|word| (word.campaign, word.title));
        hits.sort_by_key(|hit| {
            (
                place(hit),
                hit.part != Part::Text || hit.in_hashtag,
                hit.part,
                hit.start,
                Reverse(hit.end),
            )
        });
        true
    }

    /// The mention of one campaign, of its hits; none if none of them counts.
    fn mention(
        &self,
        post: &Post<'_>,
        record: &FeedRecord<'_>,
        hits: &[Hit],
        hashtags: &[Box<str>],
    ) -> Option<Mention> {
        let words = self.matcher.words();
        let place = words.get(hits.first()?.word)?.campaign?;
        let Target { campaign, languages, accounts } = self.campaigns.get(place)?;
        let title = |hit: &Hit| words.get(hit.word).and_then(|word| word.title);
        let by_title = hits.chunk_by(|a, b| title(a) == title(b));
        let matches: Vec<TitleMatch> =
            by_title.filter_map(|hits| hit::title_match(campaign, words, hits)).collect();
        if matches.is_empty() {
            return None;
        }
        let sample = self.language_sample(&post.text, place);
        let (language, language_source) = languages.tell(&sample, post.language_hint.as_deref());
        Some(Mention {
            v: SCHEMA_VERSION,
            campaign: campaign.id.clone(),
            revision: campaign.revision.clone(),
            titles: matches,
            platform: post.platform,
            id: post.id.clone(),
            root: post.root.clone(),
            kind: post.kind,
            author: post
                .author
                .as_deref()
                .map(|author| self.rules.authors.of(post.platform, author)),
            followers: post.followers,
            group: accounts.group_of(post),
            event_time: post.event_time,
            observed: record.timestamp,
            language,
            language_source,
            counters: post.counters,
            hashtags: hashtags.to_vec(),
            fingerprint: self.fingerprint(),
            source: Source {
                topic: record.topic.into(),
                partition: record.partition,
                offset: record.offset,
            },
        })
    }

    /// The hash by which copies of the text are known; none of a short one.
    fn fingerprint(&self) -> Option<u64> {
        let skeleton = &self.buffers.text;
        let is_start = |byte: &&u8| !(0x80..0xc0).contains(*byte);
        let chars = skeleton.bytes().iter().filter(is_start).take(COPY_CHARS_MIN).count();
        (chars == COPY_CHARS_MIN).then(|| fnv1a(skeleton.bytes()))
    }

    /// The text without links, @names, hashtags and the campaign's own titles, none of which is
    /// evidence of its language; with other hashtags when nothing else is left.
    fn language_sample(&self, text: &str, campaign: usize) -> String {
        let Buffers { text: skeleton, hits, .. } = &self.buffers;
        let words = self.matcher.words();
        let is_own = |hit: &&Hit| {
            let word = words.get(hit.word);
            hit.part == Part::Text
                && matches!(hit.verdict, Verdict::Counts(_))
                && word.is_some_and(|w| w.campaign == Some(campaign) && w.is_name())
        };
        let own = hits.iter().filter(is_own);
        let titles = own.filter_map(|hit| span::byte_range(text, skeleton, (hit.start, hit.end)));
        let mut excluded: Vec<_> = skeleton.cuts().iter().copied().chain(titles).collect();
        let n_without_hashtags = excluded.len();
        excluded.extend(skeleton.hashtags().iter().map(|hashtag| hashtag.text));
        let words = language::sample(text, &mut excluded.clone());
        if language::has_letters(&words) {
            return words;
        }
        excluded.truncate(n_without_hashtags);
        language::sample(text, &mut excluded)
    }

    /// The hashtags in the text, then those that the platform lists beside it.
    fn hashtags(&self, post: &Post<'_>) -> Vec<Box<str>> {
        let in_text = self.buffers.text.hashtags().iter().filter_map(|hashtag| {
            let written = post.text.get(hashtag.text.0..hashtag.text.1)?;
            Some(written.trim_start_matches(['#', '＃']))
        });
        let listed = post.hashtags.iter().map(|hashtag| hashtag.trim_start_matches('#'));
        let mut hashtags: Vec<Box<str>> = Vec::new();
        for hashtag in in_text.chain(listed) {
            if hashtags.len() == HASHTAGS_MAX {
                break;
            }
            let repeated =
                || hashtags.iter().any(|one| one.to_lowercase() == hashtag.to_lowercase());
            if !hashtag.is_empty() && hashtag.len() <= HASHTAG_BYTES_MAX && !repeated() {
                hashtags.push(hashtag.into());
            }
        }
        hashtags
    }
}

/// What of an alias or hashtag is looked for in a text: links and @names are passed over there, and
/// so they are here. Two words of one skeleton are found in the same places.
pub fn skeleton(word: &str) -> String {
    let mut skeleton = Skeleton::default();
    skeleton.read(word);
    String::from_utf8_lossy(skeleton.bytes()).into_owned()
}

/// Whether an alias may have this regular expression: compiled as the tagger compiles it.
///
/// # Errors
/// Why it may not, in words.
pub fn check_regex(expression: &str) -> Result<(), String> {
    matcher::check_regex(expression)
}

/// The most hashtags that are looked through of those that a platform lists beside a text.
const LISTED_MAX: usize = 256;
/// A longer hashtag is not carried by a mention; no platform makes a link of it.
const HASHTAG_BYTES_MAX: usize = 400;

fn outcome_of(post: &Post<'_>, mentions: &[Mention]) -> PostOutcome {
    let quoted = post.quoted.as_deref().unwrap_or_default();
    match mentions {
        [_, ..] => PostOutcome::Tagged,
        [] if post.text.is_empty() && quoted.is_empty() && post.hashtags.is_empty() => {
            PostOutcome::NoText
        }
        [] => PostOutcome::Untagged,
    }
}

/// Reads the parts of a post beside its text, one after the other.
fn for_each_aside(post: &Post<'_>, aside: &mut Skeleton, mut see: impl FnMut(&Passage<'_>)) {
    for (place, hashtag) in post.hashtags.iter().enumerate().take(LISTED_MAX) {
        aside.read_hashtag(hashtag);
        see(&Passage { part: Part::Listed(place), written: hashtag, skeleton: aside });
    }
    if let Some(quoted) = &post.quoted {
        aside.read(quoted);
        see(&Passage { part: Part::Quoted, written: quoted, skeleton: aside });
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
