//! Follows what owners say, so that HTTP knows whom to ask for a campaign that is not here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::config::Config;
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

/// Reads the owners' topic.
pub(super) struct Follow {
    log: OwnerLog,
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
        let log = OwnerLog::open(&kafka.connection, topic)?;
        Ok(Some(Self { log, owners, status: Arc::clone(status) }))
    }

    /// Follows the topic until `stop` is set.
    ///
    /// # Errors
    /// When it can't be read any more.
    pub(super) fn run(mut self, stop: &AtomicBool) -> Result<(), KafkaError> {
        let pulse = self.status.pulse("owners");
        while !stop.load(Ordering::Relaxed) {
            pulse.beat();
            let mut is_news = false;
            for _ in 0..BATCH_MAX {
                let Some(entry) = self.log.poll(POLL_WAIT)? else { break };
                is_news |= hear(&entry, &mut self.owners);
            }
            if is_news {
                self.status.set_owners(self.owners.clone());
            }
        }
        Ok(())
    }
}

/// Takes what a record says; whether it is of a campaign of ours.
fn hear(entry: &Fetched<'_>, owners: &mut Owners) -> bool {
    match OwnerRecord::decode(entry.payload().unwrap_or_default()) {
        Ok(record) => owners.hear(record, entry.partition(), entry.timestamp()),
        Err(error) => {
            let (partition, offset) = (entry.partition(), entry.offset());
            tracing::warn!(partition, offset, "record of an owner skipped: {error}");
            false
        }
    }
}
