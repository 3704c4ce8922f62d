//! A feed record becomes mentions: the pure heart of the tagger.
//!
//! A post's text is reduced to its skeleton, one automaton finds every title of every campaign in
//! it, and what stands around a hit decides whether it counts. Only a post that names a title is
//! asked for its language, which costs more than all else together.

pub mod author;
mod language;
mod letter;
mod matcher;
mod normalize;
mod particles;
mod span;
mod tagged;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::campaign::{Campaign, CampaignId, Revision, TitleId};
use crate::post::format::Format;
use crate::post::outcome::{Invalid, InvalidReason, PostFault, PostOutcome, RecordOutcome};
use crate::post::{self, Gone, Post, Reading};
use crate::record::mention::{HASHTAGS_MAX, Mention, Source, TitleMatch, Via};
use crate::record::retraction::Retraction;
use crate::record::{SCHEMA_VERSION, fnv1a};
use author::Authors;
use language::Languages;
use matcher::{Hit, Matcher, WORDS_MAX};
use normalize::Skeleton;

pub use tagged::{DeadLetter, FeedRecord, Tagged};

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

/// Turns feed records into mentions. Its buffers are its own; clones share all that is large.
#[derive(Clone, Debug)]
pub struct Tagger {
    campaigns: Arc<[Target]>,
    matcher: Arc<Matcher>,
    rules: Arc<Rules>,
    buffers: Buffers,
}

/// Why no tagger could be built from the campaigns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaggerError {
    /// An alias or hashtag would match nothing, or anything.
    #[error("campaign {campaign}, title {title}: {word:?} has no letters or digits to match")]
    NoLetters {
        /// The campaign.
        campaign: CampaignId,
        /// The title in it.
        title: TitleId,
        /// The alias or hashtag.
        word: String,
    },
    /// The campaigns together have too many aliases and hashtags.
    #[error("{n} aliases and hashtags; the limit is {WORDS_MAX}")]
    TooManyWords {
        /// How many they have.
        n: usize,
    },
    /// They are too much for the automaton.
    #[error("the automaton over all aliases: {0}")]
    Automaton(String),
}

/// A campaign and what tells its languages.
#[derive(Debug)]
struct Target {
    campaign: Arc<Campaign>,
    languages: Languages,
}

/// What is kept from post to post, so that a post without a title costs no allocation.
#[derive(Clone, Debug, Default)]
struct Buffers {
    /// The post's own text.
    text: Skeleton,
    hits: Vec<Hit>,
    /// One after the other: each hashtag listed apart, and the quoted text.
    aside: Skeleton,
    aside_hits: Vec<Hit>,
}

/// A title found in a post.
struct Found {
    campaign: usize,
    title: usize,
    word: usize,
    via: Via,
    span: Option<(u32, u32)>,
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
        };
        Ok(Self {
            campaigns: campaigns.iter().map(target).collect(),
            matcher: Arc::new(Matcher::new(campaigns)?),
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

    /// The mentions of one post, at most one a campaign, in the order of the campaigns.
    fn mentions_of(&mut self, post: &Post<'_>, record: &FeedRecord<'_>) -> Vec<Mention> {
        let mut found = self.find(post);
        if found.is_empty() {
            return Vec::new();
        }
        // The sort is stable: of several ways in one place, the first stays first.
        found.sort_by_key(|one| (one.campaign, one.title, rank(one.via)));
        found.dedup_by_key(|one| (one.campaign, one.title));
        let hashtags = self.hashtags(post);
        let same_campaign = |a: &Found, b: &Found| a.campaign == b.campaign;
        let by_campaign = found.chunk_by(same_campaign);
        by_campaign.filter_map(|titles| self.mention(post, record, titles, &hashtags)).collect()
    }

    /// Every title that the post names, in every way it names it.
    fn find(&mut self, post: &Post<'_>) -> Vec<Found> {
        let Self { matcher, buffers, .. } = self;
        let Buffers { text, hits, aside, aside_hits } = buffers;
        let mut found = Vec::new();
        text.read(&post.text);
        matcher.find(text, hits);
        let via = |hit: &Hit| if hit.in_hashtag { Via::Hashtag } else { Via::Text };
        for hit in first_of_each_title(hits) {
            let span = span_of(&post.text, text, hit);
            found.push(Found::new(hit, via(hit), span));
        }
        for hashtag in &post.hashtags {
            aside.read_hashtag(hashtag);
            matcher.find(aside, aside_hits);
            found.extend(
                first_of_each_title(aside_hits).map(|hit| Found::new(hit, Via::Hashtag, None)),
            );
        }
        if let Some(quoted) = &post.quoted {
            aside.read(quoted);
            matcher.find(aside, aside_hits);
            for hit in first_of_each_title(aside_hits) {
                let span = span_of(quoted, aside, hit);
                found.push(Found::new(hit, Via::Quoted, span));
            }
        }
        found
    }

    /// The mention of one campaign; `titles` are those of it that were found, each once.
    fn mention(
        &self,
        post: &Post<'_>,
        record: &FeedRecord<'_>,
        titles: &[Found],
        hashtags: &[Box<str>],
    ) -> Option<Mention> {
        let place = titles.first()?.campaign;
        let Target { campaign, languages } = self.campaigns.get(place)?;
        let matches = titles.iter().filter_map(|one| {
            Some(TitleMatch {
                title: campaign.titles.get(one.title)?.id.clone(),
                alias: self.matcher.word(one.word)?.written.clone(),
                via: one.via,
                span: one.span,
            })
        });
        let sample = self.language_sample(&post.text, place);
        let (language, language_source) = languages.tell(&sample, post.language_hint.as_deref());
        Some(Mention {
            v: SCHEMA_VERSION,
            campaign: campaign.id.clone(),
            revision: campaign.revision.clone(),
            titles: matches.collect(),
            platform: post.platform,
            id: post.id.clone(),
            root: post.root.clone(),
            kind: post.kind,
            author: post
                .author
                .as_deref()
                .map(|author| self.rules.authors.of(post.platform, author)),
            followers: post.followers,
            event_time: post.event_time,
            observed: record.timestamp,
            language,
            language_source,
            counters: post.counters,
            hashtags: hashtags.to_vec(),
            fingerprint: fnv1a(self.buffers.text.bytes()),
            source: Source {
                topic: record.topic.into(),
                partition: record.partition,
                offset: record.offset,
            },
        })
    }

    /// The text without links, @names, hashtags and the campaign's own titles, none of which is
    /// evidence of its language; with other hashtags when nothing else is left.
    fn language_sample(&self, text: &str, campaign: usize) -> String {
        let Buffers { text: skeleton, hits, .. } = &self.buffers;
        let own = hits.iter().filter(|hit| hit.campaign == campaign);
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

/// Whether anything of an alias or hashtag can be found in a text: links and @names are passed over
/// there, and so they are here.
pub fn leaves_letters(word: &str) -> bool {
    let mut skeleton = Skeleton::default();
    skeleton.read(word);
    !skeleton.bytes().is_empty()
}

/// A longer hashtag is not carried by a mention; no platform makes a link of it.
const HASHTAG_BYTES_MAX: usize = 400;

impl Found {
    fn new(hit: &Hit, via: Via, span: Option<(u32, u32)>) -> Self {
        Self { campaign: hit.campaign, title: hit.title, word: hit.word, via, span }
    }
}

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

/// The first hit of each title, of hits in the matcher's order.
fn first_of_each_title(hits: &[Hit]) -> impl Iterator<Item = &Hit> {
    hits.chunk_by(|a, b| (a.campaign, a.title) == (b.campaign, b.title)).filter_map(<[Hit]>::first)
}

fn span_of(text: &str, skeleton: &Skeleton, hit: &Hit) -> Option<(u32, u32)> {
    span::code_points(text, span::byte_range(text, skeleton, (hit.start, hit.end))?)
}

/// The better of two ways to be named comes first.
const fn rank(via: Via) -> u8 {
    match via {
        Via::Text => 0,
        Via::Hashtag => 1,
        Via::Quoted => 2,
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
