//! The series of a campaign that this process owns; they go when it is dropped.

use std::time::Duration;

use prometheus::{Gauge, GaugeVec, IntCounter, IntCounterVec, Registry};

use super::{
    AUTHOR_OVERFLOWS, CAMPAIGN_INFO, FORCED, FORCED_HORIZONS, FORGOTTEN, LEDGER, PENDING, RESTORE,
    SNAPSHOT_BYTES, SNAPSHOT_FAILURES, SNAPSHOT_TIME, TOMBSTONES, counters, gauges,
};
use crate::time::Timestamp;

/// The families that have a `campaign` label.
#[derive(Clone, Debug)]
pub(super) struct Families {
    ledger: GaugeVec,
    pending: GaugeVec,
    forced: IntCounterVec,
    horizons: IntCounterVec,
    overflows: IntCounterVec,
    forgotten: IntCounterVec,
    tombstones: GaugeVec,
    snapshot_time: GaugeVec,
    snapshot_bytes: GaugeVec,
    snapshot_failures: IntCounterVec,
    restore: GaugeVec,
    info: GaugeVec,
}

impl Families {
    pub(super) fn register(registry: &Registry) -> Self {
        Self {
            ledger: gauges(registry, &LEDGER),
            pending: gauges(registry, &PENDING),
            forced: counters(registry, &FORCED),
            horizons: counters(registry, &FORCED_HORIZONS),
            overflows: counters(registry, &AUTHOR_OVERFLOWS),
            forgotten: counters(registry, &FORGOTTEN),
            tombstones: gauges(registry, &TOMBSTONES),
            snapshot_time: gauges(registry, &SNAPSHOT_TIME),
            snapshot_bytes: gauges(registry, &SNAPSHOT_BYTES),
            snapshot_failures: counters(registry, &SNAPSHOT_FAILURES),
            restore: gauges(registry, &RESTORE),
            info: gauges(registry, &CAMPAIGN_INFO),
        }
    }

    pub(super) fn of(&self, campaign: &str, revision: &str) -> CampaignHealth {
        self.info.with_label_values(&[campaign, revision]).set(1.0);
        CampaignHealth {
            ledger: self.ledger.with_label_values(&[campaign]),
            pending: self.pending.with_label_values(&[campaign]),
            forced: self.forced.with_label_values(&[campaign]),
            horizons: self.horizons.with_label_values(&[campaign]),
            overflows: self.overflows.with_label_values(&[campaign]),
            forgotten: self.forgotten.with_label_values(&[campaign]),
            tombstones: self.tombstones.with_label_values(&[campaign]),
            snapshot_failures: self.snapshot_failures.with_label_values(&[campaign]),
            families: self.clone(),
            campaign: campaign.into(),
            revision: revision.into(),
        }
    }
}

/// The series of one owned campaign: there until this is dropped, so one exists a campaign.
#[derive(Debug)]
pub struct CampaignHealth {
    ledger: Gauge,
    pending: Gauge,
    forced: IntCounter,
    horizons: IntCounter,
    overflows: IntCounter,
    forgotten: IntCounter,
    tombstones: Gauge,
    snapshot_failures: IntCounter,
    families: Families,
    campaign: Box<str>,
    revision: Box<str>,
}

impl CampaignHealth {
    /// The ledger holds so many identities, so many mentions wait for event time, and so many
    /// retractions for their post.
    pub fn holds(&self, ledger: usize, pending: usize, tombstones: usize) {
        self.ledger.set(ledger as f64);
        self.pending.set(pending as f64);
        self.tombstones.set(tombstones as f64);
    }

    /// A snapshot of so many bytes was taken at that time, and is there.
    pub fn snapshot_taken(&self, at: Timestamp, bytes: usize) {
        let campaign = [&*self.campaign];
        self.families.snapshot_time.with_label_values(&campaign).set(at.as_secs_f64());
        self.families.snapshot_bytes.with_label_values(&campaign).set(bytes as f64);
    }

    /// A snapshot could not be written.
    pub fn snapshot_failed(&self) {
        self.snapshot_failures.inc();
    }

    /// It took so long from the assignment until the campaign was served.
    pub fn restored(&self, took: Duration) {
        let took = took.as_secs_f64();
        self.families.restore.with_label_values(&[&*self.campaign]).set(took);
    }

    /// So many retractions were forgotten before their post came.
    pub fn forgot_retractions(&self, n: u64) {
        self.forgotten.inc_by(n);
    }

    /// A full pending map forced event time forward by so many ticks.
    pub fn forced(&self, ticks: u64) {
        self.forced.inc_by(ticks);
    }

    /// A full ledger forced the horizon forward so many times.
    pub fn horizon_forced(&self, times: u64) {
        self.horizons.inc_by(times);
    }

    /// So many times a title had more distinct authors than are counted.
    pub fn overflowed(&self, times: u64) {
        self.overflows.inc_by(times);
    }

    /// Another revision is in force.
    pub fn revised(&mut self, revision: &str) {
        self.forget_revision();
        self.revision = revision.into();
        self.families.info.with_label_values(&[&*self.campaign, revision]).set(1.0);
    }

    fn forget_revision(&self) {
        let _ = self.families.info.remove_label_values(&[&*self.campaign, &*self.revision]);
    }
}

impl Drop for CampaignHealth {
    fn drop(&mut self) {
        self.forget_revision();
        let campaign = [&*self.campaign];
        let Families {
            ledger,
            pending,
            forced,
            horizons,
            overflows,
            forgotten,
            tombstones,
            snapshot_time,
            snapshot_bytes,
            snapshot_failures,
            restore,
            info: _,
        } = &self.families;
        for family in [ledger, pending, tombstones, snapshot_time, snapshot_bytes, restore] {
            // One that never had a value has nothing to remove.
            let _ = family.remove_label_values(&campaign);
        }
        for family in [forced, horizons, overflows, forgotten, snapshot_failures] {
            let _ = family.remove_label_values(&campaign);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::health::Health;

    #[test]
    fn a_campaign_has_series_until_it_is_dropped() {
        let health = Health::new(&[], "1");
        let campaign = health.campaign("starlight", "r1");
        campaign.holds(12, 3, 1);
        campaign.snapshot_taken(Timestamp::from_secs(5), 4096);
        campaign.restored(Duration::from_millis(1500));
        campaign.snapshot_failed();
        campaign.forced(2);
        campaign.overflowed(1);
        let text = health.text();
        for series in [
            "daebak_ledger_entries{campaign=\"starlight\"} 12\n",
            "daebak_pending_entries{campaign=\"starlight\"} 3\n",
            "daebak_tombstones{campaign=\"starlight\"} 1\n",
            "daebak_snapshot_timestamp_seconds{campaign=\"starlight\"} 5\n",
            "daebak_snapshot_bytes{campaign=\"starlight\"} 4096\n",
            "daebak_snapshot_failures_total{campaign=\"starlight\"} 1\n",
            "daebak_restore_seconds{campaign=\"starlight\"} 1.5\n",
            "daebak_forced_ticks_total{campaign=\"starlight\"} 2\n",
            "daebak_author_overflows_total{campaign=\"starlight\"} 1\n",
            "daebak_campaign_info{campaign=\"starlight\",revision=\"r1\"} 1\n",
        ] {
            assert!(text.contains(series), "{series}");
        }
        drop(campaign);
        assert!(!health.text().contains("starlight"));
    }

    #[test]
    fn one_revision_is_in_force_at_a_time() {
        let health = Health::new(&[], "1");
        let mut campaign = health.campaign("starlight", "r1");
        campaign.revised("r2");
        let text = health.text();
        assert!(text.contains("revision=\"r2\"") && !text.contains("revision=\"r1\""), "{text}");
    }
}
