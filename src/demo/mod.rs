//! The launch week of "Starlight Sonata" against its rivals, as the three platforms would send it.
//!
//! [`Generator`] deals records in order of arrival, with the trouble that real feeds hold, and
//! [`Truth`] says exactly what was in them. Both share nothing with the code that reads the
//! records but [`crate::time`]: what they agree on with the tagger is not one bug in two places.
//!
//! The week begins six hours before the premiere, whatever the calendar says: trailer, premiere,
//! a clip that goes round, a second episode a day later, rivals with their days and nights, and
//! bursts of two rivals. Popular posts set off shares, quotes and replies.

mod asides;
mod compose;
mod dice;
mod earned;
pub mod feeder;
mod model;
mod names;
mod phrases;
mod scenario;
mod trouble;
mod truth;
mod twitter;
mod voice;
mod wire;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use truth::{Trouble, Truth, title_ids};

use crate::time::{Span, Timestamp};
use compose::Composer;
use dice::Dice;
use earned::Sight;
use model::{Form, Kind, Platform, Post};
use scenario::{Heat, N_STREAMS, Rates};
use trouble::{Poison, rate};
use truth::Row;

/// The step of the generator; `start` is rounded down to it.
const STEP: Span = Span::from_secs(1);
/// Rates change in steps of this.
const MINUTE: Span = Span::from_minutes(1);
/// Above this nothing grows: 28,000 posts a second.
const POSTS_PER_HOUR_MAX: f64 = 1e8;
/// Records that wait for longer than their way takes; more are not dealt.
const WAITING_MAX: usize = 20_000;
/// The longest way from a post to its record, when nothing holds it up.
const WAY_MILLIS_MAX: u32 = 5_000;
/// The latest post is this late.
const LATE_MILLIS_MAX: u32 = 3 * 3_600_000;
/// The latest redelivery comes this long after the first.
const REDELIVERY_MILLIS_MAX: u32 = 6 * 3_600_000;
/// How far back the videos of one batch reach.
const BATCH_MILLIS_MAX: u32 = 8_000;

/// What to generate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The same seed and options give the same bytes, on every machine.
    pub seed: u64,
    /// When the week begins, six hours before the premiere; rounded down to a second.
    pub start: Timestamp,
    /// About how many posts an hour there are at the launch's peak, chatter and what posts set
    /// off included. A quiet night has a tenth.
    pub posts_per_hour: f64,
    /// How long to go on, rounded to the same: event times are in `[start, start + length)`, and
    /// the last redeliveries come up to nine hours after it.
    pub length: Span,
    /// Whether [`Truth`] keeps single posts (24 bytes each) or totals only.
    pub truth: bool,
}

/// A record on its way to a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The feed: `twitter`, `tiktok` or `instagram`.
    pub feed: &'static str,
    /// When it arrives.
    pub at: Timestamp,
    /// The post's root id, or nothing where the record is no post.
    pub key: Vec<u8>,
    /// The record's value; `None` for a tombstone.
    pub payload: Option<Vec<u8>>,
}

/// Deals the week's records in order of arrival.
///
/// Memory is bounded by the rate (a few seconds of records, and at most 20,000 that wait for
/// longer) and by what [`Truth`] keeps.
pub struct Generator {
    options: Options,
    dice: Dice,
    composer: Composer,
    rates: Rates,
    heat: Heat,
    /// The next second to live through.
    now: Timestamp,
    /// Records to come, by arrival and number.
    pending: BTreeMap<(Timestamp, u64), Parcel>,
    n_parcels: u64,
    n_waiting: usize,
    last_video: Option<(Timestamp, Arc<Post>)>,
    newest: Timestamp,
    truth: Truth,
}

/// A record and what the truth learns when it is delivered.
struct Parcel {
    delivery: Delivery,
    contents: Contents,
    trouble: Vec<&'static str>,
    waits: bool,
}

/// The sound posts in a record.
#[derive(Default)]
struct Contents {
    /// The newest event time.
    event: Option<Timestamp>,
    /// Posts that it is the first to deliver.
    rows: Vec<Row>,
    sights: Vec<Sight>,
}

impl Generator {
    /// A generator at the start of its week.
    pub fn new(options: Options) -> Self {
        let start = options.start.floor(STEP);
        let posts_per_hour = options.posts_per_hour.clamp(0.0, POSTS_PER_HOUR_MAX);
        let posts_per_hour = if posts_per_hour.is_nan() { 0.0 } else { posts_per_hour };
        let options = Options { start, posts_per_hour, ..options };
        Self {
            dice: Dice::new(options.seed),
            composer: Composer::default(),
            rates: Rates::at(start, start, posts_per_hour),
            heat: Heat::default(),
            now: start,
            pending: BTreeMap::new(),
            n_parcels: 0,
            n_waiting: 0,
            last_video: None,
            newest: start,
            truth: Truth::new(options.truth),
            options,
        }
    }

    /// When the first episode airs.
    pub fn premiere(&self) -> Timestamp {
        self.options.start + scenario::PREMIERE
    }

    /// What has been delivered so far.
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// Lives through one second.
    fn step(&mut self) {
        let (start, posts_per_hour) = (self.options.start, self.options.posts_per_hour);
        if (self.now - start).is_multiple_of(MINUTE) {
            self.rates = Rates::at(self.now, start, posts_per_hour);
        }
        for stream in 0..N_STREAMS {
            let (first, hot) = (self.rates.streams[stream], self.heat.of(stream));
            let arrived = self.dice.arrivals(first + hot);
            for _ in 0..arrived {
                let set_off = self.dice.fraction() * (first + hot) >= first;
                self.happen(stream, set_off);
            }
            self.heat.second(stream, arrived);
        }
        self.now = self.now + STEP;
    }

    /// Something is posted in `stream` in this second, or only comes down the line.
    fn happen(&mut self, stream: usize, set_off: bool) {
        let at = self.now + millis(self.dice.below(1000));
        if self.dice.chance(rate::CONTROL) {
            self.control(at);
        }
        if self.dice.chance(rate::TOMBSTONES) {
            self.tombstone(at);
        }
        let answer = set_off.then(|| self.composer.set_off(&mut self.dice, stream, at)).flatten();
        let post = match answer {
            Some(post) => post,
            None => self.composer.first(&mut self.dice, &self.rates, stream, at),
        };
        if self.dice.chance(rate::TOO_DEEP) {
            return self.poison(&post, Poison::TooDeep, at);
        }
        if !post.text.is_empty() && self.dice.chance(rate::POISON) {
            let poison = Poison::pick(&mut self.dice, post.platform);
            return self.poison(&post, poison, at);
        }
        self.composer.publish(&mut self.dice, stream, &post);
        if post.platform == Platform::Tiktok && self.dice.chance(rate::BATCHES) {
            self.batch(post, stream, at);
        } else {
            self.send(post, at);
        }
    }

    /// Sends a sound post, and what follows it.
    fn send(&mut self, post: Post, at: Timestamp) {
        let mut trouble = trouble::of(&post);
        let mut at = at + self.way();
        let late = self.n_waiting < WAITING_MAX && self.dice.chance(rate::LATE);
        if late {
            at = at + millis(self.dice.between(60_000, LATE_MILLIS_MAX - WAY_MILLIS_MAX));
            trouble.push("late_posts");
        }
        let rows = count(&post).into_iter().collect();
        let contents = Contents { rows, ..again(&post, 0, at) };
        self.deliver(record(&post, 0, at), contents, trouble, late);
        self.redeliver(&post, at);
        self.edit(&post, at);
        if post.platform == Platform::Tiktok {
            self.last_video = Some((at, Arc::new(post)));
        }
    }

    /// Several videos in one record, one of them perhaps seen before.
    fn batch(&mut self, first: Post, stream: usize, at: Timestamp) {
        let mut posts = vec![first];
        for _ in 0..self.dice.between(1, 5) {
            let earlier = (at - millis(self.dice.below(BATCH_MILLIS_MAX))).max(self.options.start);
            let (dice, platform) = (&mut self.dice, Platform::Tiktok);
            posts.push(self.composer.first_on(dice, &self.rates, stream, platform, earlier));
        }
        let mut trouble: Vec<_> = posts.iter().flat_map(trouble::of).collect();
        trouble.push("batches");
        let mut videos: Vec<_> = posts.iter().map(|post| wire::video(post, 0)).collect();
        let at = at + self.way();
        let mut contents = Contents {
            event: posts.iter().map(|post| post.event).max(),
            rows: posts.iter().filter_map(count).collect(),
            sights: posts.iter().map(|post| Sight::of(post, 0, at)).collect(),
        };
        let mut key = posts.first().map(key).unwrap_or_default();
        let again = self.last_video.as_ref().filter(|(seen, _)| *seen < at);
        if let Some((_, video)) = again
            && self.dice.chance(rate::BATCHES_WITH_A_REDELIVERY)
        {
            videos.insert(1, wire::video(video, 1));
            contents.sights.push(Sight::of(video, 1, at));
            // It stays behind what came of that video before.
            key = self::key(video);
            trouble.extend(["redeliveries", "grown_counters", "batches_with_a_redelivery"]);
        }
        let payload = Some(wire::bytes(&wire::batch(&videos), false));
        let delivery = Delivery { feed: Platform::Tiktok.label(), at, key, payload };
        self.deliver(delivery, contents, trouble, false);
    }

    /// Sometimes the post comes again, seconds to hours later, mostly with grown counters.
    fn redeliver(&mut self, post: &Post, first: Timestamp) {
        if self.n_waiting >= WAITING_MAX || !self.dice.chance(rate::REDELIVERIES) {
            return;
        }
        let at = first + millis(2_000 + self.dice.skewed(REDELIVERY_MILLIS_MAX));
        let mut trouble = vec!["redeliveries"];
        let growth = if self.dice.chance(rate::REDELIVERIES_GROWN) {
            trouble.push("grown_counters");
            self.dice.between(1, 20)
        } else {
            0
        };
        self.deliver(record(post, growth, at), again(post, growth, at), trouble, true);
    }

    /// Sometimes its author changes it within half an hour.
    fn edit(&mut self, post: &Post, first: Timestamp) {
        let editable = matches!(post.form, Form::V2 { .. })
            && post.platform == Platform::Twitter
            && post.kind == Kind::Original;
        if !editable || self.n_waiting >= WAITING_MAX || !self.dice.chance(rate::EDITS) {
            return;
        }
        let made = first + millis(self.dice.between(30_000, 30 * 60_000));
        let edited = self.composer.edit(post, made);
        let at = made + self.way();
        self.deliver(record(&edited, 1, at), again(&edited, 1, at), vec!["edits"], true);
    }

    fn poison(&mut self, post: &Post, poison: Poison, at: Timestamp) {
        let payload = poison.bytes(&mut self.dice, post);
        let at = at + self.way();
        let feed = post.platform.label();
        let delivery = Delivery { feed, at, key: key(post), payload: Some(payload) };
        self.deliver(delivery, Contents::default(), vec!["poison", poison.name()], false);
    }

    fn control(&mut self, at: Timestamp) {
        let platform = *self.dice.pick(&Platform::ALL);
        let payload = Some(wire::control(platform, self.dice.below(3)));
        let delivery = Delivery { feed: platform.label(), at, key: Vec::new(), payload };
        self.deliver(delivery, Contents::default(), vec!["control"], false);
    }

    fn tombstone(&mut self, at: Timestamp) {
        let feed = self.dice.pick(&Platform::ALL).label();
        let delivery = Delivery { feed, at, key: b"0".to_vec(), payload: None };
        self.deliver(delivery, Contents::default(), vec!["tombstones"], false);
    }

    /// Every record goes this way; `waits` if it may for hours.
    fn deliver(
        &mut self,
        delivery: Delivery,
        contents: Contents,
        trouble: Vec<&'static str>,
        waits: bool,
    ) {
        self.n_waiting += usize::from(waits);
        self.n_parcels += 1;
        let place = (delivery.at, self.n_parcels);
        self.pending.insert(place, Parcel { delivery, contents, trouble, waits });
    }

    /// How long a record takes to arrive: enough to overtake another.
    fn way(&mut self) -> Span {
        millis(self.dice.between(50, WAY_MILLIS_MAX))
    }

    /// The truth learns what a delivered record held.
    fn settle(&mut self, parcel: Parcel) -> Delivery {
        self.n_waiting -= usize::from(parcel.waits);
        let Contents { event, rows, sights } = parcel.contents;
        for row in rows {
            self.truth.count(row);
        }
        for sight in sights {
            self.truth.see(sight);
        }
        parcel.trouble.into_iter().for_each(|name| self.truth.deal(name));
        if let Some(event) = event {
            if event < self.newest {
                self.truth.deal("out_of_order");
            }
            self.newest = self.newest.max(event);
        }
        parcel.delivery
    }
}

impl Iterator for Generator {
    type Item = Delivery;

    fn next(&mut self) -> Option<Delivery> {
        let end = (self.options.start + self.options.length).floor(STEP);
        // Nothing arrives before it is made, so what is due before the next second is complete.
        while self.now < end
            && self.pending.first_key_value().is_none_or(|((at, _), _)| *at >= self.now)
        {
            self.step();
        }
        let (_, parcel) = self.pending.pop_first()?;
        Some(self.settle(parcel))
    }
}

fn millis(millis: u32) -> Span {
    Span::from_millis(i64::from(millis))
}

/// The row of a post that counts.
fn count(post: &Post) -> Option<Row> {
    (!post.titles.is_empty()).then(|| Row::from(post))
}

/// A post that has been delivered before, with counters that have grown `growth` times.
fn again(post: &Post, growth: u32, at: Timestamp) -> Contents {
    let sights = vec![Sight::of(post, growth, at)];
    Contents { event: Some(post.event), rows: Vec::new(), sights }
}

/// The identity of a post, so that all its versions lie in one partition.
fn key(post: &Post) -> Vec<u8> {
    post.edits.unwrap_or(post.id).to_string().into_bytes()
}

fn record(post: &Post, growth: u32, at: Timestamp) -> Delivery {
    Delivery {
        feed: post.platform.label(),
        at,
        key: key(post),
        payload: Some(wire::bytes(&wire::value(post, growth), post.escaped)),
    }
}

#[cfg(test)]
mod tests;
