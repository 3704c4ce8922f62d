//! The real Kafka of `tests/kafka` takes, keeps and gives back what is written to the mention log.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use daebak::clock::{Clock, Stopwatch};
use daebak::config::connection::Connection;
use daebak::kafka::in_flight::Ticket;
use daebak::kafka::mention_log::MentionLog;
use daebak::kafka::producer::{LogProducer, Outgoing, QueueBounds};

const PARTITIONS: u32 = 3;
/// The longest wait for anything, by the wall clock.
const PATIENCE: Duration = Duration::from_mins(2);

/// A value of the cluster's `env` file.
fn rig(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run tests/kafka/run"))
}

/// Runs a script of `tests/kafka`, and no longer than [`PATIENCE`].
fn script(name: &str, arguments: &[&str]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kafka").join(name);
    let mut command = Command::new("timeout");
    command.arg(PATIENCE.as_secs().to_string()).arg(path).args(arguments);
    let status = command.status().unwrap();
    assert!(status.success(), "{name} {arguments:?}: {status}");
}

fn create(topic: &str) {
    let count = PARTITIONS.to_string();
    let what = ["--create", "--topic", topic, "--partitions", &count];
    let stamped = ["--config", "message.timestamp.type=LogAppendTime"];
    script("tool", &[&["topics", "--in", &rig("KAFKA_DIR")][..], &what, &stamped].concat());
}

/// Queues these numbers, spread over all partitions.
fn write(producer: &LogProducer, topic: &str, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let record = Outgoing {
            topic: topic.into(),
            partition: number % PARTITIONS,
            key: None,
            payload: Some(number.to_string().into_bytes()),
            headers: Vec::new(),
            ticket: Ticket::new(1),
        };
        producer.send(&record, Clock::system().now()).unwrap();
    }
}

/// The numbers the topic holds, sorted, once it is read to its end.
fn read(topic: &str) -> Vec<u32> {
    let mut log = MentionLog::open(&Connection::plain(rig("KAFKA_BROKERS")), topic).unwrap();
    assert_eq!(log.partition_count(), PARTITIONS);
    let (since, mut numbers) = (Stopwatch::start(), Vec::new());
    while !log.is_caught_up() {
        assert!(since.elapsed() < PATIENCE, "not read within {PATIENCE:?}");
        if let Some(fetched) = log.poll(Duration::from_millis(50)).unwrap() {
            numbers.push(str::from_utf8(fetched.payload().unwrap()).unwrap().parse().unwrap());
        }
    }
    numbers.sort_unstable();
    numbers
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn what_is_written_is_read_back_once() {
    let topic = "rig.written";
    create(topic);
    let producer =
        LogProducer::open(&Connection::plain(rig("KAFKA_BROKERS")), QueueBounds::default())
            .unwrap();
    write(&producer, topic, 0..1_000);
    producer.flush(PATIENCE).unwrap();
    assert_eq!(read(topic), (0..1_000).collect::<Vec<_>>());
}

#[test]
#[ignore = "real Kafka: tests/kafka/run"]
fn three_brokers_killed_in_turn_lose_and_repeat_nothing() {
    let (topic, folder) = ("rig.killed", rig("KAFKA_DIR"));
    create(topic);
    let producer =
        LogProducer::open(&Connection::plain(rig("KAFKA_BROKERS")), QueueBounds::default())
            .unwrap();
    for (broker, first) in ["1", "2", "3"].into_iter().zip([0, 10_000, 20_000]) {
        write(&producer, topic, first..first + 5_000);
        script("broker", &["kill", broker, &folder]);
        write(&producer, topic, first + 5_000..first + 10_000);
        producer.flush(PATIENCE).unwrap();
        script("broker", &["start", broker, &folder]);
    }
    assert_eq!(producer.failure(), None);
    assert_eq!(read(topic), (0..30_000).collect::<Vec<_>>());
}
