//! Follows what owners say, so that HTTP knows whom to ask for a campaign that is not here.
//!
//! Every number is right without the topic, so a failure of it stops nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::clock::Pace;
use crate::config::Config;
use crate::config::connection::Connection;
use crate::kafka::KafkaError;
use crate::kafka::fetched::Fetched;
use crate::kafka::owner_log::OwnerLog;
use crate::record::owner::OwnerRecord;
use crate::status::Status;
use crate::status::owners::Owners;

/// How long one poll waits for a record.
const POLL_WAIT: Duration = Duration::from_millis(100);

/// The most records taken before HTTP hears of them.
const BATCH_MAX: usize = 1000;

/// A reader that has failed is opened again at most this often.
const REOPEN_INTERVAL: Duration = Duration::from_secs(30);

/// Reads the owners' topic.
pub(super) struct Follow {
    connection: Connection,
    topic: String,
    /// None after a failure.
    log: Option<OwnerLog>,
    reopens: Pace,
    owners: Owners,
    status: Arc<Status>,
}

impl Follow {
    /// Begins to read the config's topic, if it names one.
    ///
    /// # Errors
    /// When the topic can't be read.
    pub(super) fn open(config: &Config, status: &Arc<Status>) -> Result<Option<Self>, KafkaError> {
        let owners = Owners::new(config.service.advertise.clone(), &config.campaigns);
        status.set_owners(owners.clone());
        let kafka = &config.service.kafka;
        let Some(topic) = &kafka.owners else { return Ok(None) };
        let (connection, topic) = (kafka.connection.clone(), topic.clone());
        let log = Some(OwnerLog::open(&connection, &topic)?);
        let (reopens, status) = (Pace::every(REOPEN_INTERVAL), Arc::clone(status));
        Ok(Some(Self { connection, topic, log, reopens, owners, status }))
    }

    /// Follows the topic until `stop` is set.
    pub(super) fn run(mut self, stop: &AtomicBool) {
        let pulse = self.status.pulse("owners");
        while !stop.load(Ordering::Relaxed) {
            pulse.beat();
            if let Err(error) = self.turn() {
                tracing::warn!("where campaigns are shown can't be read, is tried again: {error}");
                self.log = None;
            }
        }
    }

    /// Takes what was said, or opens the reader anew if that is due.
    fn turn(&mut self) -> Result<(), KafkaError> {
        let Some(log) = &mut self.log else {
            if self.reopens.due() {
                self.log = Some(OwnerLog::open(&self.connection, &self.topic)?);
            } else {
                thread::park_timeout(POLL_WAIT);
            }
            return Ok(());
        };
        let (partitions, mut is_news) = (log.partition_count(), false);
        for _ in 0..BATCH_MAX {
            let Some(entry) = log.poll(POLL_WAIT)? else { break };
            is_news |= hear(&entry, partitions, &mut self.owners);
        }
        if is_news {
            self.status.set_owners(self.owners.clone());
        }
        Ok(())
    }
}

/// Takes what a record says; whether it is of a campaign of ours.
fn hear(entry: &Fetched<'_>, partitions: u32, owners: &mut Owners) -> bool {
    let (partition, offset) = (entry.partition(), entry.offset());
    match OwnerRecord::decode(entry.payload().unwrap_or_default()) {
        Ok(record) if record.is_in_place(entry.key(), partition, partitions) => {
            owners.hear(record, entry.timestamp())
        }
        Ok(_) => {
            tracing::warn!(partition, offset, "record of an owner skipped: it is out of place");
            false
        }
        Err(error) => {
            tracing::warn!(partition, offset, "record of an owner skipped: {error}");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config;
    use crate::kafka::embedded::Embedded;
    use crate::metric::health::Health;

    #[test]
    fn a_reader_that_has_failed_is_opened_again_and_not_at_once_each_time() {
        let broker = Embedded::start(&[("owners", 1)]).unwrap();
        let mut config = config::shipped().unwrap();
        config.service.kafka.connection = broker.connection();
        config.service.kafka.owners = Some("owners".into());
        let now = Arc::new(|| Clock::system().now());
        let status = Arc::new(Status::new(now, Arc::new(Health::new(&[], "1"))));
        let mut follow = Follow::open(&config, &status).unwrap().unwrap();
        for is_open in [true, false] {
            follow.log = None;
            follow.turn().unwrap();
            assert_eq!(follow.log.is_some(), is_open);
        }
    }
}
