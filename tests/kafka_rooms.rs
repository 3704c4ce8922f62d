//! The tagger's loop and the rooms around it, on the embedded broker. Every wait is bounded.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its functions too"
)]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use daebak::campaign::{CampaignId, Language, Revision, Tier, TitleId};
use daebak::clock::{Clock, Stopwatch};
use daebak::kafka::KafkaError;
use daebak::kafka::dead_letter;
use daebak::kafka::embedded::Embedded;
use daebak::kafka::feed_consumer::Membership;
use daebak::kafka::fetched::Fetched;
use daebak::kafka::in_flight::Ticket;
use daebak::kafka::mention_log::MentionLog;
use daebak::kafka::producer::{LogProducer, Outgoing, QueueBounds, RECORD_BYTES_MAX, SendError};
use daebak::kafka::topic::{self, TopicKind};
use daebak::mention::{DeadLetter, FeedRecord, Tagged};
use daebak::post::format::Shape;
use daebak::post::id::PostId;
use daebak::post::outcome::{InvalidReason, PostOutcome, RecordOutcome};
use daebak::post::{Counters, Kind, Platform};
use daebak::record::config::FeedTiming;
use daebak::record::heartbeat::{Heartbeat, Progress};
use daebak::record::mention::{LanguageSource, Mention, Source, TitleMatch, Via};
use daebak::record::{LogRecord, partition_of};
use daebak::tagger::{
    Destination, Destinations, Positions, Surroundings, TaggerMeter, TaggerSettings, TaggingError,
    run,
};
use daebak::time::{Span, Timestamp};

const FEED: &str = "feed";
const LOG: &str = "mentions";
const DEAD: &str = "dead";
const LOG_PARTITIONS: u32 = 3;
/// The longest any test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Event times count from here; record timestamps are a minute later.
const EPOCH: Timestamp = Timestamp::from_secs(1_700_000_000);

fn broker() -> Embedded {
    Embedded::start(&[(FEED, 2), (LOG, LOG_PARTITIONS), (DEAD, 1)]).unwrap()
}

fn settings(broker: &Embedded) -> TaggerSettings {
    TaggerSettings {
        membership: Membership {
            connection: broker.connection(),
            group: "g".into(),
            topic: FEED.into(),
            instance: None,
        },
        timing: FeedTiming { delay: Span::ZERO, max_delay: Span::from_secs(60) },
        out_of_orderness: Span::from_secs(10),
        to: Destinations {
            mention_log: Destination { topic: LOG.into(), partitions: LOG_PARTITIONS },
            dead_letters: Some(Destination { topic: DEAD.into(), partitions: 1 }),
        },
        revisions: BTreeMap::from([(CampaignId::new("starlight"), Revision::new("r1"))]),
        name: "t/feed".into(),
        heartbeat_interval: Duration::from_millis(100),
    }
}

/// Counts outcomes by their labels.
#[derive(Default)]
struct Counted(Mutex<BTreeMap<String, u32>>);

impl Counted {
    fn count(&self, what: &str) {
        *self.0.lock().unwrap().entry(what.into()).or_default() += 1;
    }

    fn of(&self, what: &str) -> u32 {
        self.0.lock().unwrap().get(what).copied().unwrap_or_default()
    }
}

impl TaggerMeter for Counted {
    fn read(&self) {
        self.count("read");
    }
    fn record(&self, outcome: RecordOutcome) {
        self.count(&format!("record {}", outcome.label()));
    }
    fn shape(&self, shape: Shape) {
        self.count(&format!("shape {}", shape.label()));
    }
    fn post(&self, outcome: PostOutcome) {
        self.count(&format!("post {}", outcome.label()));
    }
    fn dead_letter(&self, reason: &'static str) {
        self.count(&format!("dead {reason}"));
    }
    fn paused(&self) {
        self.count("paused");
    }
    fn progress(&self, _: &str, partition: i32, lag: Option<i64>, _: Option<Span>) {
        if lag == Some(0) {
            self.count(&format!("caught up {partition}"));
        }
    }
    fn revoked(&self, _: &str, _: i32) {}
}

/// A stand-in for tagging: `bad` is a dead letter, `huge` a mention too large to write, anything
/// else names one title of one campaign at its own offset's second.
fn tag(record: &FeedRecord<'_>) -> Tagged {
    let nothing = Tagged {
        record: RecordOutcome::Tombstone,
        posts: Vec::new(),
        shape: None,
        mentions: Vec::new(),
        retractions: Vec::new(),
        event_time: None,
        dead_letter: None,
    };
    match record.payload {
        None => nothing,
        Some(b"bad") => Tagged {
            record: RecordOutcome::Invalid(InvalidReason::NotJson),
            dead_letter: Some(DeadLetter { reason: "not_json", detail: "line 1".into() }),
            ..nothing
        },
        Some(text) => Tagged {
            record: RecordOutcome::Posts,
            posts: vec![PostOutcome::Tagged],
            shape: Some(Shape::Mapped),
            mentions: vec![mention(record, text)],
            event_time: Some(EPOCH + Span::from_secs(record.offset)),
            ..nothing
        },
    }
}

fn mention(record: &FeedRecord<'_>, text: &[u8]) -> Mention {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let alias = if text == "huge" { "x".repeat(RECORD_BYTES_MAX) } else { text };
    Mention {
        v: 1,
        campaign: CampaignId::new("starlight"),
        revision: Revision::new("r1"),
        titles: vec![TitleMatch {
            title: TitleId::new("sonata"),
            alias: alias.into(),
            via: Via::Text,
            span: Some((0, 1)),
            tier: Tier::Strong,
            facets: Vec::new(),
        }],
        platform: Platform::Twitter,
        id: PostId::Number(record.offset.unsigned_abs()),
        root: PostId::Number(record.offset.unsigned_abs()),
        kind: Kind::Original,
        author: None,
        followers: None,
        event_time: EPOCH,
        observed: record.timestamp,
        language: Language::new("ko"),
        language_source: LanguageSource::Script,
        counters: Counters::default(),
        hashtags: Vec::new(),
        group: None,
        fingerprint: None,
        source: Source {
            topic: record.topic.into(),
            partition: record.partition,
            offset: record.offset,
        },
    }
}

/// Writes these values to one partition of the feed, in order.
fn feed<'a>(broker: &Embedded, partition: u32, values: impl IntoIterator<Item = Option<&'a str>>) {
    let producer = LogProducer::open(&broker.connection(), QueueBounds::default()).unwrap();
    for value in values {
        let record = Outgoing {
            topic: FEED.into(),
            partition,
            key: Some(b"key".to_vec()),
            payload: value.map(|value| value.as_bytes().to_vec()),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        producer.send(&record, EPOCH + Span::from_secs(60)).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
}

/// Runs the loop beside `test`, then stops it.
fn beside(
    settings: &TaggerSettings,
    producer: &LogProducer,
    meter: &(impl TaggerMeter + Sync),
    tag: impl FnMut(&FeedRecord<'_>) -> Tagged + Send,
    test: impl FnOnce(&Positions),
) -> Result<(), TaggingError> {
    let (stop, positions) = (AtomicBool::new(false), Positions::default());
    std::thread::scope(|threads| {
        let tagger = threads.spawn(|| {
            let around = Surroundings {
                producer,
                clock: Clock::system(),
                meter,
                positions: &positions,
                stop: &stop,
            };
            run(settings, around, tag)
        });
        // A failed test must not leave the loop running for ever.
        let tested = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(&positions)));
        stop.store(true, Ordering::Relaxed);
        let outcome = tagger.join().unwrap();
        tested.map_or_else(|panic| std::panic::resume_unwind(panic), |()| outcome)
    })
}

/// Reads on until `enough`, or fails.
fn read_until(log: &mut MentionLog, mut enough: impl FnMut(&Fetched<'_>) -> bool) {
    let since = Stopwatch::start();
    while since.elapsed() < PATIENCE {
        if log.poll(Duration::from_millis(50)).unwrap().is_some_and(|fetched| enough(&fetched)) {
            return;
        }
    }
    panic!("not within {PATIENCE:?}");
}

/// Waits until `true`, or fails.
fn until(mut what: impl FnMut() -> bool) {
    let since = Stopwatch::start();
    let (_never, nothing) = mpsc::channel::<()>();
    while !what() {
        assert!(since.elapsed() < PATIENCE, "not within {PATIENCE:?}");
        let _ = nothing.recv_timeout(Duration::from_millis(20));
    }
}

fn decoded(fetched: &Fetched<'_>) -> LogRecord {
    LogRecord::decode(fetched.payload().unwrap()).unwrap()
}

fn position(heartbeat: &Heartbeat, partition: u32) -> Option<i64> {
    let of = |progress: &&Progress| progress.partition == partition;
    heartbeat.partitions.iter().find(of).map(|progress| progress.position)
}

fn producer(broker: &Embedded) -> LogProducer {
    LogProducer::open(&broker.connection(), QueueBounds::default()).unwrap()
}

#[test]
fn each_record_is_a_mention_or_a_dead_letter_with_its_provenance() {
    let broker = broker();
    feed(&broker, 1, [Some("a"), Some("bad"), None, Some("huge"), Some("b")]);
    let (counted, producer) = (Counted::default(), producer(&broker));
    let outcome = beside(&settings(&broker), &producer, &counted, tag, |positions| {
        let mut log = MentionLog::open(&broker.connection(), LOG).unwrap();
        assert_eq!(log.partition_count(), LOG_PARTITIONS);
        let expected = partition_of(&CampaignId::new("starlight"), LOG_PARTITIONS);
        let mut aliases = Vec::new();
        read_until(&mut log, |fetched| {
            if let LogRecord::Mention(mention) = decoded(fetched) {
                assert_eq!(u32::try_from(fetched.partition()), Ok(expected));
                assert_eq!(fetched.key(), Some(&b"starlight"[..]));
                assert_eq!(mention.observed, EPOCH + Span::from_secs(60));
                aliases.push((mention.source.offset, mention.titles[0].alias.to_string()));
            }
            aliases.len() == 2
        });
        assert_eq!(aliases, [(0, "a".to_owned()), (4, "b".to_owned())]);

        let mut letters = MentionLog::open(&broker.connection(), DEAD).unwrap();
        let mut seen = Vec::new();
        read_until(&mut letters, |letter| {
            let header = |name| String::from_utf8(letter.header(name).unwrap().to_vec()).unwrap();
            assert_eq!(header(dead_letter::TOPIC), FEED);
            assert_eq!(header(dead_letter::PARTITION), "1");
            assert_eq!(header(dead_letter::TIMESTAMP), "1700000060000");
            assert_eq!(letter.key(), Some(&b"key"[..]));
            let bytes = String::from_utf8(letter.payload().unwrap().to_vec()).unwrap();
            seen.push((header(dead_letter::REASON), header(dead_letter::OFFSET), bytes));
            seen.len() == 2
        });
        let row = |reason: &str, offset: &str, bytes: &str| {
            (reason.to_owned(), offset.to_owned(), bytes.to_owned())
        };
        assert_eq!(seen, [row("not_json", "1", "bad"), row("oversized", "3", "huge")]);
        until(|| positions.get(FEED, 1) == Some(5));
    });
    assert_eq!(outcome, Ok(()));
    for (what, times) in [
        ("read", 5),
        ("record posts", 3),
        ("record tombstone", 1),
        ("record invalid", 1),
        ("shape mapped", 3),
        ("post tagged", 2),
        ("post oversized", 1),
        ("dead not_json", 1),
        ("dead oversized", 1),
        ("paused", 0),
    ] {
        assert_eq!(counted.of(what), times, "{what}");
    }
}

/// Partition 0 has come to `covered` records, one a second; partition 1 is empty.
fn assert_progress(progress: &Progress, covered: i64) {
    if progress.partition == 0 && covered > 0 {
        let newest = EPOCH + Span::from_secs(covered - 1);
        let stamped = EPOCH + Span::from_secs(60);
        let watermark = newest.min(stamped) - Span::from_secs(10);
        assert_eq!(progress.watermark, Some(watermark));
    } else if progress.partition == 1 {
        assert_eq!((progress.position, progress.watermark), (0, None));
    }
}

#[test]
fn heartbeats_follow_the_mentions_they_cover_and_a_quiet_partition_moves_on_while_reachable() {
    let broker = broker();
    let values: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    feed(&broker, 0, values.iter().map(|value| Some(value.as_str())));
    let (counted, producer) = (Counted::default(), producer(&broker));
    let clock = Clock::system();
    let started = clock.now();
    let outcome = beside(&settings(&broker), &producer, &counted, tag, |_| {
        let mut log = MentionLog::open(&broker.connection(), LOG).unwrap();
        let home = i32::try_from(partition_of(&CampaignId::new("starlight"), LOG_PARTITIONS));
        let (mut mentions, mut ends) = (0i64, Vec::new());
        let mut observe = |fetched: &Fetched<'_>, ends: &mut Vec<(u32, Timestamp)>| {
            if Ok(fetched.partition()) != home {
                return;
            }
            match decoded(fetched) {
                LogRecord::Mention(_) => mentions += 1,
                LogRecord::Heartbeat(heartbeat) => {
                    let covered = position(&heartbeat, 0).unwrap_or_default();
                    assert!(covered <= mentions, "{covered} vouched for, {mentions} came");
                    assert_eq!(heartbeat.partition_counts[FEED], 2);
                    assert_eq!(heartbeat.revisions.len(), 1);
                    for progress in heartbeat.partitions {
                        assert_progress(&progress, covered);
                        ends.extend(progress.end_fetched.map(|at| (progress.partition, at)));
                    }
                }
                other => panic!("nobody wrote {other:?}"),
            }
        };
        let three_of_each = |ends: &[(u32, Timestamp)]| {
            [0, 1].iter().all(|which| ends.iter().filter(|(number, _)| number == which).count() > 2)
        };
        read_until(&mut log, |fetched| {
            observe(fetched, &mut ends);
            three_of_each(&ends)
        });

        broker.disconnect().unwrap();
        let down = clock.now();
        until(|| clock.now() - down > Span::from_secs(2));
        let up = clock.now();
        broker.reconnect().unwrap();
        let before = ends.len();
        let mut after = Vec::new();
        read_until(&mut log, |fetched| {
            observe(fetched, &mut ends);
            after = ends[before..].iter().copied().filter(|(_, at)| *at > up).collect();
            three_of_each(&after)
        });
        let during: Vec<_> = ends
            .iter()
            .filter(|(_, at)| (down + Span::from_millis(200)..up).contains(at))
            .collect();
        // A question sent while the broker was away may be answered when it is back: one each.
        assert!(during.len() <= 2, "{during:?}");
        for which in [0, 1] {
            let times: Vec<_> =
                ends.iter().filter(|(number, _)| *number == which).map(|(_, at)| *at).collect();
            assert!(times.is_sorted_by(|a, b| a < b), "each is told once: {times:?}");
            assert!(times[0] >= started && times[times.len() - 1] <= clock.now());
        }
        assert!(counted.of("caught up 0") > 0 && counted.of("caught up 1") > 0);
    });
    assert_eq!(outcome, Ok(()));
}

#[test]
fn nothing_is_lost_when_a_delivery_fails_and_the_tagger_starts_again() {
    let broker = broker();
    let values: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    feed(&broker, 0, values.iter().map(|value| Some(value.as_str())));
    let settings = settings(&broker);
    let counted = Counted::default();

    broker.refuse_batches(1);
    let failing = producer(&broker);
    let outcome = beside(&settings, &failing, &counted, tag, |_| {
        until(|| failing.failure().is_some());
    });
    let Err(TaggingError::Kafka(KafkaError::Delivery(reason))) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(!reason.is_empty());
    assert!(counted.of("read") > 0);
    drop(failing);

    let outcome = beside(&settings, &producer(&broker), &counted, tag, |_| {
        let mut log = MentionLog::open(&broker.connection(), LOG).unwrap();
        let mut missing: std::collections::BTreeSet<i64> = (0..100).collect();
        read_until(&mut log, |fetched| {
            if let LogRecord::Mention(mention) = decoded(fetched) {
                missing.remove(&mention.source.offset);
            }
            missing.is_empty()
        });
    });
    assert_eq!(outcome, Ok(()));

    // All was acknowledged and committed: a third run reads nothing again.
    let third = Counted::default();
    let outcome = beside(&settings, &producer(&broker), &third, tag, |_| {
        until(|| third.of("caught up 0") > 0 && third.of("caught up 1") > 0);
    });
    assert_eq!(outcome, Ok(()));
    assert_eq!(third.of("read"), 0);
}

#[test]
fn a_full_queue_pauses_the_feed_and_all_arrives_in_order_once_it_flows() {
    let broker = broker();
    let values: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    feed(&broker, 0, values.iter().map(|value| Some(value.as_str())));
    let bounds = QueueBounds { records_max: 10, kbytes_max: 1024 };
    let producer = LogProducer::open(&broker.connection(), bounds).unwrap();
    let counted = Counted::default();

    // The first record is held until the broker is away, so that the queue must fill.
    let (first, came) = mpsc::channel();
    let (go, held) = mpsc::channel();
    let gated = move |record: &FeedRecord<'_>| {
        if record.offset == 0 {
            first.send(()).unwrap();
            held.recv_timeout(PATIENCE).unwrap();
        }
        tag(record)
    };
    let outcome = beside(&settings(&broker), &producer, &counted, gated, |_| {
        came.recv_timeout(PATIENCE).unwrap();
        broker.disconnect().unwrap();
        go.send(()).unwrap();
        until(|| counted.of("paused") == 1);
        assert!(producer.queued() <= 10);
        assert!(counted.of("read") < 20, "records were taken with nowhere to go");
        broker.reconnect().unwrap();
        let mut log = MentionLog::open(&broker.connection(), LOG).unwrap();
        let home = i32::try_from(partition_of(&CampaignId::new("starlight"), LOG_PARTITIONS));
        let mut next = 0;
        read_until(&mut log, |fetched| {
            match decoded(fetched) {
                LogRecord::Mention(mention) => {
                    assert_eq!(mention.source.offset, next);
                    next += 1;
                }
                LogRecord::Heartbeat(heartbeat) if Ok(fetched.partition()) == home => {
                    let covered = position(&heartbeat, 0).unwrap_or_default();
                    assert!(covered <= next, "{covered} vouched for, {next} came");
                }
                _ => {}
            }
            next == 200
        });
    });
    assert_eq!(outcome, Ok(()));
    assert_eq!(counted.of("read"), 200);
}

#[test]
fn two_threads_of_a_topic_share_its_partitions() {
    let broker = broker();
    feed(&broker, 0, [Some("a")]);
    feed(&broker, 1, [Some("b")]);
    let member = |thread: u32| {
        let mut settings = settings(&broker);
        settings.membership.instance = Some(format!("i.{thread}"));
        settings.name = format!("i/feed/{thread}").into();
        settings
    };
    let (first, second) = (Counted::default(), Counted::default());
    let producer = producer(&broker);
    let outcome = beside(&member(0), &producer, &first, tag, |_| {
        let outcome = beside(&member(1), &producer, &second, tag, |_| {
            let owns = |meter: &Counted| {
                ["caught up 0", "caught up 1"].iter().any(|what| meter.of(what) > 0)
            };
            until(|| owns(&first) && owns(&second));
        });
        assert_eq!(outcome, Ok(()));
    });
    assert_eq!(outcome, Ok(()));
    let mut log = MentionLog::open(&broker.connection(), LOG).unwrap();
    let mut heartbeats = BTreeMap::<Box<str>, u32>::new();
    read_until(&mut log, |fetched| {
        if let LogRecord::Heartbeat(heartbeat) = decoded(fetched) {
            *heartbeats.entry(heartbeat.tagger).or_default() += 1;
        }
        heartbeats.len() == 2
    });
    let taggers: Vec<&str> = heartbeats.keys().map(AsRef::as_ref).collect();
    assert_eq!(taggers, ["i/feed/0", "i/feed/1"]);
}

#[test]
fn a_missing_topic_is_named_with_the_command_that_creates_it() {
    let broker = Embedded::start(&[(FEED, 1)]).unwrap();
    let connection = broker.connection();
    let missing =
        KafkaError::TopicMissing { topic: LOG.into(), remedy: "daebak topics --create".into() };
    assert_eq!(MentionLog::open(&connection, LOG).err(), Some(missing.clone()));
    // Asking must not have created it.
    assert_eq!(topic::partition_count(&connection, LOG, TopicKind::MentionLog), Err(missing));
    assert_eq!(topic::partition_count(&connection, FEED, TopicKind::Feed), Ok(1));

    let other = Embedded::start(&[(LOG, 1)]).unwrap();
    let producer = producer(&other);
    let outcome = beside(&settings(&other), &producer, &Counted::default(), tag, |_| {});
    let Err(TaggingError::Kafka(KafkaError::TopicMissing { topic, .. })) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(topic, FEED);
}

#[test]
fn a_full_queue_and_a_record_too_large_are_told_apart() {
    let broker = broker();
    broker.disconnect().unwrap();
    let bounds = QueueBounds { records_max: 1, kbytes_max: 10_000 };
    let producer = LogProducer::open(&broker.connection(), bounds).unwrap();
    let mut record = Outgoing {
        topic: LOG.into(),
        partition: 0,
        key: None,
        payload: Some(vec![0; 2 * RECORD_BYTES_MAX]),
        headers: Vec::new(),
        ticket: Ticket::new(1),
    };
    assert!(!record.fits());
    assert!(matches!(producer.send(&record, EPOCH), Err(SendError::Refused(_))));
    record.payload = Some(vec![0]);
    assert_eq!(producer.send(&record, EPOCH), Ok(()));
    assert_eq!(producer.send(&record, EPOCH), Err(SendError::QueueFull));
    assert_eq!(producer.flush(Duration::from_millis(200)), Err(KafkaError::Unflushed));
    assert!(!record.ticket.is_acknowledged());
}
