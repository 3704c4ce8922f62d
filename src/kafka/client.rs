//! What all clients share: connection settings, and their log lines in ours.

use std::cell::RefCell;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, ConsumerContext};
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};

use super::KafkaError;
use crate::config::connection::{ClientCertificate, Connection, Sasl, Tls};

/// How long a client waits at the most before it tries a lost broker again: what bounds the
/// recovery from a broker's restart.
const RECONNECT_MS_MAX: u32 = 1000;

/// How many records a partition, and KiB in all, such a consumer fetches ahead.
const QUEUED_RECORDS_MIN: u32 = 20_000;
const QUEUED_KBYTES_MAX: u32 = 32 * 1024;
/// How soon it fetches a partition again that had enough queued.
const FETCH_BACKOFF_MS: u32 = 20;

/// How long a consumer may take to close before it is left to its fate.
const CLOSE_WAIT: Duration = Duration::from_secs(3);

/// The settings of any client.
pub(super) fn settings(connection: &Connection) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &connection.brokers)
        .set("client.id", "daebak")
        .set("reconnect.backoff.max.ms", RECONNECT_MS_MAX.to_string())
        .set("socket.keepalive.enable", "true")
        .set_log_level(RDKafkaLogLevel::Warning);
    let Connection { tls, sasl, .. } = connection;
    config.set(
        "security.protocol",
        match (tls, sasl) {
            (None, None) => "plaintext",
            (Some(_), None) => "ssl",
            (None, Some(_)) => "sasl_plaintext",
            (Some(_), Some(_)) => "sasl_ssl",
        },
    );
    if let Some(tls) = tls {
        encrypt(&mut config, tls);
    }
    if let Some(Sasl { mechanism, username, password }) = sasl {
        config
            .set("sasl.mechanism", mechanism.name())
            .set("sasl.username", username)
            .set("sasl.password", password.reveal());
    }
    config
}

fn encrypt(config: &mut ClientConfig, Tls { ca, certificate }: &Tls) {
    // The library brings its own OpenSSL, which does not know where the system keeps its
    // authorities: it has to look for them.
    let authorities = ca.as_deref().map_or("probe".into(), Path::to_string_lossy);
    config
        .set("ssl.ca.location", authorities)
        .set("enable.ssl.certificate.verification", "true")
        .set("ssl.endpoint.identification.algorithm", "https");
    if let Some(ClientCertificate { certificate, key, key_password }) = certificate {
        config
            .set("ssl.certificate.location", certificate.to_string_lossy())
            .set("ssl.key.location", key.to_string_lossy());
        if let Some(password) = key_password {
            config.set("ssl.key.password", password.reveal());
        }
    }
}

/// The settings of a consumer that reads from where it is told to, and commits nothing.
pub(super) fn reading(connection: &Connection, group: &str) -> ClientConfig {
    let mut config = settings(connection);
    config
        .set("group.id", group)
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        // What retention took meanwhile is gone; what is left is read.
        .set("auto.offset.reset", "earliest")
        .set("enable.partition.eof", "true")
        .set("queued.min.messages", QUEUED_RECORDS_MIN.to_string())
        .set("queued.max.messages.kbytes", QUEUED_KBYTES_MAX.to_string())
        .set("fetch.queue.backoff.ms", FETCH_BACKOFF_MS.to_string());
    config
}

/// A log line of the client as one of ours.
pub(super) fn log(level: RDKafkaLogLevel, facility: &str, line: &str) {
    match level {
        // Remarks on settings, which are chosen on purpose.
        _ if facility == "CONFWARN" => tracing::debug!(facility, "{line}"),
        RDKafkaLogLevel::Emerg
        | RDKafkaLogLevel::Alert
        | RDKafkaLogLevel::Critical
        | RDKafkaLogLevel::Error => tracing::error!(facility, "{line}"),
        RDKafkaLogLevel::Warning => tracing::warn!(facility, "{line}"),
        RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => tracing::info!(facility, "{line}"),
        RDKafkaLogLevel::Debug => tracing::debug!(facility, "{line}"),
    }
}

/// A client's error as a log line. The end of a partition also comes this way, and poll reports
/// it; a lost connection has a log line of its own.
pub(super) fn report(error: &ClientError, reason: &str) {
    let told = [RDKafkaErrorCode::PartitionEOF, RDKafkaErrorCode::BrokerTransportFailure];
    if !error.rdkafka_error_code().is_some_and(|code| told.contains(&code)) {
        tracing::warn!(reason, "Kafka: {error}");
    }
}

/// The context of a client that does nothing but read: its log lines in ours.
pub(super) struct Logging;

impl ClientContext for Logging {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        log(level, facility, line);
    }

    fn error(&self, error: ClientError, reason: &str) {
        report(&error, reason);
    }
}

impl ConsumerContext for Logging {}

/// What a consumer's errors have said last, so that a lasting trouble is logged once.
#[derive(Default)]
pub(super) struct Troubles(RefCell<Option<ClientError>>);

impl Troubles {
    /// Takes an error of a poll: logged when it is another than the last.
    ///
    /// # Errors
    /// [`KafkaError::Fenced`], and [`KafkaError::Consumer`] for what else no waiting mends: a
    /// missing right, a codec that this build lacks, a client that gave up.
    pub(super) fn took(&self, topic: &str, error: ClientError) -> Result<(), KafkaError> {
        const LASTING: [RDKafkaErrorCode; 3] = [
            RDKafkaErrorCode::TopicAuthorizationFailed,
            RDKafkaErrorCode::GroupAuthorizationFailed,
            RDKafkaErrorCode::NotImplemented,
        ];
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::FencedInstanceId) {
            return Err(KafkaError::Fenced { topic: topic.into() });
        }
        let is_fatal = matches!(error, ClientError::MessageConsumptionFatal(_));
        if is_fatal || error.rdkafka_error_code().is_some_and(|code| LASTING.contains(&code)) {
            return Err(KafkaError::Consumer { topic: topic.into(), detail: error.to_string() });
        }
        if self.0.borrow().as_ref() != Some(&error) {
            tracing::warn!(topic, "reading: {error}");
            self.0.replace(Some(error));
        }
        Ok(())
    }

    /// Reading goes on: the next error is news.
    pub(super) fn are_over(&self) {
        self.0.take();
    }
}

/// The error of a client that could not be made.
#[expect(clippy::needless_pass_by_value, reason = "the shape of map_err")]
pub(super) fn refused(error: ClientError) -> KafkaError {
    KafkaError::Client(error.to_string())
}

/// Closes a consumer within bounds: the client's own drop polls until the group has let it go,
/// which may never come, so it is given a thread and [`CLOSE_WAIT`].
pub(super) struct Closing<C: ConsumerContext + 'static>(Option<Arc<BaseConsumer<C>>>);

impl<C: ConsumerContext + 'static> Closing<C> {
    /// Shares `consumer`. All other shares must be gone before this one is dropped.
    ///
    /// It comes first, because bindings of one pattern are dropped last to first.
    pub(super) fn of(consumer: BaseConsumer<C>) -> (Self, Arc<BaseConsumer<C>>) {
        let consumer = Arc::new(consumer);
        (Self(Some(Arc::clone(&consumer))), consumer)
    }
}

impl<C: ConsumerContext + 'static> Drop for Closing<C> {
    fn drop(&mut self) {
        let (done, closed) = mpsc::channel();
        let consumer = self.0.take();
        let thread = std::thread::Builder::new().name("close consumer".into()).spawn(move || {
            drop(consumer);
            let _ = done.send(());
        });
        if thread.is_ok() && closed.recv_timeout(CLOSE_WAIT).is_err() {
            tracing::warn!("a consumer did not close in time");
        }
    }
}

/// A partition as the client library counts them.
pub(super) fn partition_number(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}
