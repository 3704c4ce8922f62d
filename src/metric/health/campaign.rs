//! The series of a campaign that this process owns; they go when it is dropped.

use prometheus::{Gauge, GaugeVec, IntCounter, IntCounterVec, Registry};

use super::{
    AUTHOR_OVERFLOWS, CAMPAIGN_INFO, FORCED, FORCED_HORIZONS, LEDGER, PENDING, counters, gauges,
};

/// The families that have a `campaign` label.
#[derive(Clone, Debug)]
pub(super) struct Families {
    ledger: GaugeVec,
    pending: GaugeVec,
    forced: IntCounterVec,
    horizons: IntCounterVec,
    overflows: IntCounterVec,
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
    families: Families,
    campaign: Box<str>,
    revision: Box<str>,
}

impl CampaignHealth {
    /// The ledger holds so many identities, and so many mentions wait for event time.
    pub fn holds(&self, ledger: usize, pending: usize) {
        self.ledger.set(ledger as f64);
        self.pending.set(pending as f64);
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
        let _ = self.families.ledger.remove_label_values(&campaign);
        let _ = self.families.pending.remove_label_values(&campaign);
        let _ = self.families.forced.remove_label_values(&campaign);
        let _ = self.families.horizons.remove_label_values(&campaign);
        let _ = self.families.overflows.remove_label_values(&campaign);
    }
}

#[cfg(test)]
mod tests {
    use crate::metric::health::Health;

    #[test]
    fn a_campaign_has_series_until_it_is_dropped() {
        let health = Health::new(&[], "1");
        let campaign = health.campaign("starlight", "r1");
        campaign.holds(12, 3);
        campaign.forced(2);
        campaign.overflowed(1);
        let text = health.text();
        for series in [
            "daebak_ledger_entries{campaign=\"starlight\"} 12\n",
            "daebak_pending_entries{campaign=\"starlight\"} 3\n",
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
