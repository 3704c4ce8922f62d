//! What poison costs: a feed on the embedded broker through the tagger's loop, clean and with one
//! record in a hundred cut in half, in turns. Each poison record must be in the dead letters, once.
//!
//! `cargo bench --bench poison`; `DAEBAK_ROUNDS` says how many pairs. Time is from the first record
//! read to the last acknowledgement, the broker's own work included; beside it the share of it that
//! is ours, from bytes to outcome.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a driver"
)]

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use daebak::clock::{Clock, Stopwatch};
use daebak::config::shipped;
use daebak::kafka::KafkaError;
use daebak::kafka::dead_letter_log::{DeadLetterLog, Wanted};
use daebak::kafka::embedded::Embedded;
use daebak::kafka::feed_consumer::Membership;
use daebak::kafka::in_flight::Ticket;
use daebak::kafka::producer::{LogProducer, Outgoing, QueueBounds, SendError};
use daebak::mention::{FeedRecord, Tagger};
use daebak::post::format::Shape;
use daebak::post::outcome::{PostOutcome, RecordOutcome};
use daebak::record::config::FeedTiming;
use daebak::tagger::{
    Destination, Destinations, Positions, Surroundings, TaggerMeter, TaggerSettings, run,
};
use daebak::time::{Span, Timestamp};

const FEED: &str = "feed";
const LOG: &str = "mentions";
const DEAD: &str = "dead";
/// The embedded broker keeps 5 MiB a partition.
const PARTITIONS: usize = 16;
const RECORDS: usize = PARTITIONS * 8_000;
/// One record in so many is poison, and one in so many names a title.
const POISON_EVERY: usize = 100;
const NAMING_EVERY: usize = 10;
const AT: Timestamp = Timestamp::from_secs(1_725_148_860);
/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_mins(2);

/// A v2 stream record of about 500 bytes.
fn record(n: usize) -> String {
    let id = 1_830_000_000_000_000_001 + n as u64;
    let text = if n.is_multiple_of(NAMING_EVERY) {
        "first episode of Starlight Sonata was everything I hoped for, the piano scene alone"
    } else {
        "finally got around to fixing the bike this weekend, the chain was older than my patience"
    };
    format!(
        r#"{{"data":{{"id":"{id}","text":"{text}","author_id":"2244994945","lang":"en","created_at":"2024-09-01T00:00:00.000Z","edit_history_tweet_ids":["{id}"],"public_metrics":{{"retweet_count":3,"reply_count":1,"like_count":17,"quote_count":0,"bookmark_count":2,"impression_count":901}}}},"includes":{{"users":[{{"id":"2244994945","name":"Some One","username":"someone"}}]}},"matching_rules":[{{"id":"1","tag":null}}]}}"#
    )
}

fn is_poison(n: usize) -> bool {
    n % POISON_EVERY == 37
}

fn records(poisoned: bool) -> Vec<Vec<u8>> {
    let made = |n| {
        let mut bytes = record(n).into_bytes();
        if poisoned && is_poison(n) {
            bytes.truncate(bytes.len() / 2);
        }
        bytes
    };
    (0..RECORDS).map(made).collect()
}

/// Fills the feed: record `n` lies in partition `n % PARTITIONS` at offset `n / PARTITIONS`.
fn fill(broker: &Embedded, records: &[Vec<u8>]) {
    let producer = LogProducer::open(&broker.connection(), QueueBounds::default()).unwrap();
    for (n, bytes) in records.iter().enumerate() {
        let record = Outgoing {
            topic: FEED.into(),
            partition: u32::try_from(n % PARTITIONS).unwrap(),
            key: None,
            payload: Some(bytes.clone()),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        while let Err(error) = producer.send(&record, AT) {
            assert_eq!(error, SendError::QueueFull);
            producer.wait(Duration::from_millis(5));
        }
    }
    producer.flush(PATIENCE).unwrap();
}

/// What a pass took: by the wall, and of this process's processors.
#[derive(Clone, Copy, Debug)]
struct Took {
    wall: Duration,
    cpu: Duration,
}

/// The processors' time of this process so far, the broker's in it.
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(") ").unwrap().1;
    let fields: Vec<&str> = after_name.split(' ').collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

/// Times the loop, and stops it when all is read and acknowledged.
struct Timing<'a> {
    producer: &'a LogProducer,
    stop: &'a AtomicBool,
    waiting: Stopwatch,
    read: Cell<usize>,
    dead: Cell<usize>,
    began: Cell<Option<(Stopwatch, Duration)>>,
    took: Cell<Option<Took>>,
}

impl TaggerMeter for Timing<'_> {
    fn read(&self) {
        if self.read.get() == 0 {
            self.began.set(Some((Stopwatch::start(), cpu())));
        }
        self.read.set(self.read.get() + 1);
    }
    fn record(&self, _: RecordOutcome) {}
    fn shape(&self, _: Shape) {}
    fn post(&self, _: PostOutcome) {}
    fn dead_letter(&self, _: &'static str) {
        self.dead.set(self.dead.get() + 1);
    }
    fn paused(&self) {}
    fn progress(&self, _: &str, _: i32, _: Option<i64>, _: Option<Span>) {}
    fn revoked(&self, _: &str, _: i32) {}
    fn turned(&self) {
        assert!(self.waiting.elapsed() < PATIENCE, "{} records were read", self.read.get());
        if let (RECORDS, Some((watch, before)), None) =
            (self.read.get(), self.began.get(), self.took.get())
        {
            self.producer.flush(PATIENCE).unwrap();
            let took = Took { wall: watch.elapsed(), cpu: cpu().saturating_sub(before) };
            self.took.set(Some(took));
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

/// One pass over a broker of its own.
fn pass(tagger: &mut Tagger, records: &[Vec<u8>], poisoned: bool) -> Took {
    let partitions = u32::try_from(PARTITIONS).unwrap();
    let broker = Embedded::start(&[(FEED, partitions), (LOG, 12), (DEAD, 4)]).unwrap();
    fill(&broker, records);
    let connection = broker.connection();
    let producer = LogProducer::open(&connection, QueueBounds::default()).unwrap();
    let settings = TaggerSettings {
        membership: Membership {
            connection: connection.clone(),
            group: "bench".into(),
            topic: FEED.into(),
            instance: None,
        },
        timing: FeedTiming { delay: Span::ZERO, max_delay: Span::from_secs(60) },
        out_of_orderness: Span::from_secs(10),
        to: Destinations {
            mention_log: Destination { topic: LOG.into(), partitions: 12 },
            dead_letters: Some(Destination { topic: DEAD.into(), partitions: 4 }),
        },
        revisions: tagger.revisions(),
        name: "bench".into(),
        heartbeat_interval: Duration::from_secs(1),
    };
    let (stop, positions) = (AtomicBool::new(false), Positions::default());
    let timing = Timing {
        producer: &producer,
        stop: &stop,
        waiting: Stopwatch::start(),
        read: Cell::new(0),
        dead: Cell::new(0),
        began: Cell::new(None),
        took: Cell::new(None),
    };
    let (clock, meter) = (Clock::system(), &timing);
    let around =
        Surroundings { producer: &producer, clock, meter, positions: &positions, stop: &stop };
    run(&settings, around, |record| tagger.tag(record)).unwrap();
    let expected = if poisoned { (0..RECORDS).filter(|n| is_poison(*n)).collect() } else { vec![] };
    assert_eq!(timing.dead.get(), expected.len());
    assert_dead(&broker, records, &expected);
    timing.took.get().unwrap()
}

/// Each of `expected` and nothing else is a dead letter, once, as it was.
fn assert_dead(broker: &Embedded, records: &[Vec<u8>], expected: &[usize]) {
    let log = DeadLetterLog::open(&broker.connection(), DEAD, Wanted::default()).unwrap();
    let mut seen = BTreeSet::new();
    log.read(|letter| {
        let letter = letter.unwrap();
        let origin = letter.origin.as_ref().unwrap();
        let offset = usize::try_from(origin.offset).unwrap();
        let n = offset * PARTITIONS + usize::try_from(origin.partition).unwrap();
        assert_eq!((letter.reason(), &*origin.topic), ("not_json", FEED));
        assert_eq!(letter.payload.as_ref(), records.get(n));
        assert!(seen.insert(n), "record {n} is there twice");
        Ok::<_, KafkaError>(ControlFlow::Continue(()))
    })
    .unwrap();
    assert!(seen.iter().eq(expected), "{} of {}", seen.len(), expected.len());
}

/// From bytes to outcome alone: the processors' time.
fn pure(tagger: &mut Tagger, records: &[Vec<u8>]) -> Duration {
    let (before, mut mentions) = (cpu(), 0);
    for payload in records {
        let record = FeedRecord {
            topic: FEED,
            partition: 0,
            offset: 0,
            timestamp: AT,
            payload: Some(payload),
        };
        mentions += tagger.tag(&record).mentions.len();
    }
    let took = cpu().saturating_sub(before);
    assert!(mentions > 0);
    took
}

/// Records a second in the middle one of `times`.
fn rate(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    RECORDS as f64 / times[times.len() / 2].as_secs_f64()
}

fn main() {
    let rounds: usize = std::env::var("DAEBAK_ROUNDS").map_or(5, |text| text.parse().unwrap());
    let config = shipped().unwrap();
    let mut tagger = Tagger::new(&config.campaigns, config.service.rules()).unwrap();
    let feeds = [records(false), records(true)];
    let mut took = [const { Vec::new() }; 2];
    let mut pure_took = [const { Vec::new() }; 2];
    for round in 0..rounds {
        // In turns, and each first as often as the other.
        for kind in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            let pass = pass(&mut tagger, &feeds[kind], kind == 1);
            pure_took[kind].push(pure(&mut tagger, &feeds[kind]));
            let (name, wall) = (["clean", "1 % poison"][kind], pass.wall.as_secs_f64());
            println!("{name:<10} {wall:.2} s, {:.2} s of processors", pass.cpu.as_secs_f64());
            took[kind].push(pass);
        }
    }
    println!(
        "{RECORDS} records, {rounds} rounds, the middle one of each; each poison record dead once"
    );
    let of = |pick: fn(&Took) -> Duration| {
        took.each_ref().map(|all| rate(all.iter().map(pick).collect()))
    };
    let figures = [
        ("by the wall", of(|took| took.wall)),
        ("by the processors", of(|took| took.cpu)),
        ("bytes to outcome", pure_took.map(rate)),
    ];
    for (name, [clean, poisoned]) in figures {
        let ratio = poisoned / clean;
        println!("{name:<18} clean {clean:>8.0}/s, poisoned {poisoned:>8.0}/s: {ratio:.3}");
    }
}
