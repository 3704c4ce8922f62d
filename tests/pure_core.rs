//! The pure core against the truth: generated posts of the three platforms, with redeliveries,
//! late posts and poison, through tagger and fold. Every count on the page must be exact.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, its functions too"
)]
mod oracle;

use std::collections::BTreeMap;

use daebak::buzz::{Applied, Buzz};
use daebak::config::{self, Config};
use daebak::demo::{Delivery, Generator, Options};
use daebak::mention::{FeedRecord, Tagged, Tagger};
use daebak::metric::buzz::render;
use daebak::post::outcome::{PostOutcome, RecordOutcome};
use daebak::record::heartbeat::{Heartbeat, Progress};
use daebak::record::{LogRecord, SCHEMA_VERSION};
use daebak::time::{Span, TICK, Timestamp};

const START: Timestamp = Timestamp::from_secs(1_770_357_600);

fn week(posts_per_hour: f64, length: Span) -> Generator {
    Generator::new(Options { seed: 1, start: START, posts_per_hour, length, truth: true })
}

/// What one tagger and one aggregator do, without a broker between them.
struct Core {
    tagger: Tagger,
    buzz: Buzz,
    config: Config,
    watermarks: BTreeMap<String, Timestamp>,
    offset: i64,
    records: BTreeMap<RecordOutcome, u64>,
    posts: BTreeMap<PostOutcome, u64>,
    dead_letters: u64,
}

impl Core {
    fn new() -> Self {
        let config = config::shipped().unwrap();
        let mut buzz = Buzz::new(config.campaigns[0].id.clone());
        let settings = config.service.fold_config(&config.campaigns[0]);
        buzz.apply(START, &LogRecord::Config(Box::new(settings))).unwrap();
        Self {
            tagger: Tagger::new(&config.campaigns, config.service.rules()).unwrap(),
            buzz,
            config,
            watermarks: BTreeMap::new(),
            offset: 0,
            records: BTreeMap::new(),
            posts: BTreeMap::new(),
            dead_letters: 0,
        }
    }

    /// Each feed has several topics; a record's key chooses.
    fn topic(&self, delivery: &Delivery) -> String {
        let feed = self.config.service.feeds.iter().find(|feed| feed.name == delivery.feed);
        let topics = &feed.unwrap().topics;
        topics[delivery.key.iter().map(|byte| usize::from(*byte)).sum::<usize>() % topics.len()]
            .clone()
    }

    fn deliver(&mut self, delivery: &Delivery) {
        let topic = self.topic(delivery);
        self.offset += 1;
        let tagged = self.tagger.tag(&FeedRecord {
            topic: &topic,
            partition: 0,
            offset: self.offset,
            timestamp: delivery.at,
            payload: delivery.payload.as_deref(),
        });
        self.count(&tagged);
        if let Some(event_time) = tagged.event_time {
            let newest = event_time.min(delivery.at) - self.config.service.out_of_orderness;
            let watermark = self.watermarks.entry(topic).or_insert(newest);
            *watermark = (*watermark).max(newest);
        }
        for mention in tagged.mentions {
            self.buzz.apply(delivery.at, &LogRecord::Mention(Box::new(mention))).unwrap();
        }
    }

    fn count(&mut self, tagged: &Tagged) {
        *self.records.entry(tagged.record).or_default() += 1;
        for post in &tagged.posts {
            *self.posts.entry(*post).or_default() += 1;
        }
        let faulty = |post: &PostOutcome| {
            matches!(post, PostOutcome::NoId | PostOutcome::NoTime | PostOutcome::Oversized)
        };
        let bad =
            matches!(tagged.record, RecordOutcome::Invalid(_)) || tagged.posts.iter().any(faulty);
        assert_eq!(bad, tagged.dead_letter.is_some(), "{tagged:?}");
        self.dead_letters += u64::from(bad);
    }

    /// A heartbeat of every topic; at the end of them all, if it is `quiet`.
    fn heartbeat(&mut self, now: Timestamp, quiet: bool) {
        let topics = self.config.service.feeds.iter().flat_map(|feed| &feed.topics);
        let progress = |topic: &String| Progress {
            topic: topic.as_str().into(),
            partition: 0,
            position: self.offset,
            watermark: self.watermarks.get(topic).copied(),
            end_fetched: quiet.then_some(now),
        };
        let heartbeat = Heartbeat {
            v: SCHEMA_VERSION,
            tagger: "core".into(),
            clock: now,
            revisions: self.tagger.revisions(),
            partition_counts: topics.clone().map(|topic| (topic.as_str().into(), 1)).collect(),
            partitions: topics.map(progress).collect(),
        };
        self.buzz.apply(now, &LogRecord::Heartbeat(heartbeat)).unwrap();
    }

    fn assert_exact(&self, generator: &Generator) {
        let time = self.buzz.time().expect("T is known");
        let page = oracle::read_page(&render([&self.buzz], time));
        oracle::assert_exact(&page, generator.truth(), &self.config, time);
    }
}

#[test]
fn every_count_on_the_page_equals_the_truth() {
    let mut core = Core::new();
    let mut generator = week(8_500.0, Span::from_hours(60));
    let mut now = START;
    let (mut deliveries, mut checks) = (0_u64, 0);
    while let Some(delivery) = generator.next() {
        let mut check = false;
        while now + TICK <= delivery.at {
            now = now + TICK;
            core.heartbeat(now, false);
            check |= (now - START).is_multiple_of(Span::from_hours(3));
        }
        core.deliver(&delivery);
        deliveries += 1;
        if check {
            core.assert_exact(&generator);
            checks += 1;
        }
    }
    for secs in (0..600).step_by(5) {
        core.heartbeat(now + Span::from_secs(secs), true);
    }
    core.assert_exact(&generator);

    let sum = |counts: &BTreeMap<RecordOutcome, u64>| counts.values().sum::<u64>();
    assert_eq!(sum(&core.records), deliveries, "each record has one outcome");
    let applied = Applied::ALL.map(|outcome| core.buzz.tally().applied[outcome as usize]);
    println!("{deliveries} records, {checks} checks on the way");
    println!(
        "records {:?}\nposts {:?}\ndead letters {}",
        core.records, core.posts, core.dead_letters
    );
    println!("mentions applied {:?} of {:?}", applied, Applied::ALL.map(Applied::label));
    assert!(core.posts.values().sum::<u64>() >= 200_000);
    assert_eq!(core.dead_letters, generator.truth().trouble().of("poison"));
    assert!(applied[Applied::Duplicate as usize] > 0);
    assert_eq!(applied[Applied::Late as usize] + applied[Applied::Future as usize], 0);
    oracle::assert_trouble(generator.truth());
}
