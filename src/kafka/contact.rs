//! Whether the brokers answer, and if they don't, why.
//!
//! The client library answers a question with no more than that it failed; the reason (a refused
//! password, a certificate that nobody vouches for) is told aside, in its log.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::KafkaError as ClientError;
use rdkafka::metadata::Metadata;

use super::KafkaError;
use super::certificate;
use super::client;
use crate::clock::Stopwatch;
use crate::config::connection::Connection;

/// How long one question waits before what was told aside is looked at.
const QUESTION_WAIT: Duration = Duration::from_secs(1);
/// How many things told aside are looked at in a row.
const TOLD_MAX: usize = 100;

/// A client that only asks.
pub struct Contact {
    connection: Connection,
    consumer: BaseConsumer<Aside>,
}

impl Contact {
    /// Connects in the background.
    ///
    /// # Errors
    /// [`KafkaError::Client`] when a setting is refused: a certificate or key that can't be used.
    pub fn open(connection: &Connection) -> Result<Self, KafkaError> {
        let consumer = client::settings(connection)
            // A broker that hangs up is told at this level.
            .set_log_level(RDKafkaLogLevel::Info)
            .create_with_context(Aside::default())
            .map_err(client::refused)?;
        Ok(Self { connection: connection.clone(), consumer })
    }

    /// Whether a broker answers a question about `topic` within `bound`.
    ///
    /// # Errors
    /// [`KafkaError::Unreachable`] with the reason.
    pub fn ask(&self, topic: &str, bound: Duration) -> Result<(), KafkaError> {
        self.metadata(topic, bound).map(drop)
    }

    /// What the brokers know of `topic`, within `bound`; never creates it.
    pub(super) fn metadata(&self, topic: &str, bound: Duration) -> Result<Metadata, KafkaError> {
        let since = Stopwatch::start();
        loop {
            let left = bound.saturating_sub(since.elapsed());
            let answer = self.consumer.fetch_metadata(Some(topic), left.min(QUESTION_WAIT));
            // Serves the log, and nothing else: this consumer reads nothing.
            for _ in 0..TOLD_MAX {
                if self.consumer.poll(Duration::ZERO).is_none() {
                    break;
                }
            }
            match answer {
                Ok(metadata) => {
                    self.consumer.context().forget();
                    return Ok(metadata);
                }
                Err(error) if since.elapsed() >= bound => return Err(self.unreachable(&error)),
                Err(_) => {}
            }
        }
    }

    fn unreachable(&self, error: &ClientError) -> KafkaError {
        let told = self.consumer.context().last();
        let mut detail = told.map_or_else(|| error.to_string(), Into::into);
        let Connection { brokers, tls, .. } = &self.connection;
        match tls {
            Some(tls) if detail.ends_with(UNVERIFIED) => {
                for fault in certificate::faults(brokers, tls) {
                    detail = format!("{detail}: {fault}");
                }
            }
            None if detail.contains(": Disconnected") => {
                detail.push_str(": brokers that expect TLS hang up so; is [kafka.tls] missing?");
            }
            _ => {}
        }
        KafkaError::Unreachable { brokers: brokers.clone(), detail }
    }
}

/// The last failure that the client told in its log; one that lasts is logged once.
#[derive(Default)]
struct Aside(Mutex<Option<Box<str>>>);

impl Aside {
    fn last(&self) -> Option<Box<str>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl ClientContext for Aside {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        if facility != "FAIL" {
            return client::log(level, facility, line);
        }
        let reason = reason(line);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_deref() != Some(&reason) {
            tracing::warn!("Kafka: {reason}");
            *last = Some(reason.into());
        }
    }

    /// What it says stands in the log too.
    fn error(&self, _: ClientError, _: &str) {}
}

impl ConsumerContext for Aside {}

/// How the reason of an unverified certificate ends.
const UNVERIFIED: &str = "the broker's certificate could not be verified";

/// A log line without its thread, and without how long and how often it took to fail; one line for
/// the several that a certificate makes.
fn reason(line: &str) -> String {
    let told = line.strip_prefix("[thrd:").and_then(|rest| rest.split_once("]: "));
    let told = told.map_or(line, |(_, told)| told);
    let told = told.rsplit_once(" (after ").map_or(told, |(told, _)| told);
    match told.split_once(": ") {
        Some((broker, fault)) if fault.contains("certificate verify failed") => {
            format!("{broker}: {UNVERIFIED}")
        }
        _ => told.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lasting_failure_gives_one_reason_however_often_it_is_told() {
        let lines = [
            "[thrd:ssl://k:1/bootstrap]: ssl://k:1/bootstrap: Connect to ipv4#k:1 failed: refused \
             (after 3ms in state CONNECT)",
            "ssl://k:1/bootstrap: Connect to ipv4#k:1 failed: refused \
             (after 0ms in state CONNECT, 7 identical error(s) suppressed)",
        ];
        assert_eq!(
            lines.map(reason),
            ["ssl://k:1/bootstrap: Connect to ipv4#k:1 failed: refused"; 2]
        );
        let lines = [
            "ssl://k:1: SSL handshake failed: error:0A000086:SSL routines::certificate verify \
             failed: broker certificate could not be verified (after 1ms in state X)",
            "ssl://k:1: error:0A000086:SSL routines::certificate verify failed",
        ];
        assert_eq!(
            lines.map(reason),
            [format!("ssl://k:1: {UNVERIFIED}"), format!("ssl://k:1: {UNVERIFIED}")]
        );
    }
}
