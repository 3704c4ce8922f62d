//! What the aggregator shows: its page, how ready it is, and how far event time has come.

use super::loading::Loading;
use super::share::Share;
use super::{Aggregator, Parts};
use crate::buzz::Buzz;
use crate::clock::Stopwatch;
use crate::metric::buzz::render;
use crate::metric::health::Health;
use crate::metric::page::Page;
use crate::status::Readiness;
use crate::time::{Span, Timestamp};

impl Aggregator {
    pub(super) fn tell_readiness(&self) {
        let mut missing = Vec::new();
        if !self.joined {
            missing.push(format!(
                "joining the group {}.aggregator",
                self.parts.config.service.kafka.group
            ));
        }
        let loading = self.loading.iter().flat_map(Loading::partitions);
        for partition in loading.chain(&self.waiting) {
            missing.push(format!("partition {partition} of the mention log: loading snapshots"));
        }
        for (partition, _) in self.replaying() {
            let left = self.log.to_replay(partition).unwrap_or_default();
            missing.push(format!(
                "partition {partition} of the mention log: {left} records to replay"
            ));
        }
        let readiness = match missing.as_slice() {
            [] => Readiness::Ready,
            missing => Readiness::NotReady(missing.join("\n")),
        };
        if *self.parts.status.readiness() != readiness {
            self.parts.status.set_readiness(readiness);
        }
    }

    /// The partitions with campaigns that are not shown yet. One without has nothing to show: it
    /// is only looked through for campaigns that should lie elsewhere.
    fn replaying(&self) -> impl Iterator<Item = (i32, &Share)> {
        let shares = self.shares.iter().map(|(partition, share)| (*partition, share));
        shares.filter(|(_, share)| !share.caught_up && !share.campaigns.is_empty())
    }

    pub(super) fn shown(&self) -> impl Iterator<Item = &Buzz> {
        let shown = self.shares.values().filter(|share| share.caught_up);
        shown.flat_map(|share| share.campaigns.values().map(|owned| &owned.buzz))
    }

    pub(super) fn has_moved(&self) -> bool {
        self.shown().filter_map(Buzz::time).max() > self.rendered_time
    }

    /// The newest T of any campaign.
    pub(super) fn time(&self) -> Option<Timestamp> {
        let owned = self.shares.values().flat_map(|share| share.campaigns.values());
        owned.filter_map(|owned| owned.buzz.time()).max()
    }

    /// Renders the page with the campaigns whose partitions are replayed.
    pub(super) fn render(&mut self) {
        let watch = Stopwatch::start();
        let Parts { clock, health, status, .. } = &self.parts;
        let now = clock.now();
        for share in self.shares.values_mut() {
            let visible = share.caught_up;
            share.campaigns.values_mut().for_each(|owned| owned.tell(health, now, visible));
        }
        for (partition, records) in self.log.lags() {
            health.log_lag(partition, records);
        }
        if let Some(buzz) = self.shown().next() {
            tell_feeds(health, buzz);
        }
        let titles = render(self.shown(), now);
        status.publish(Page::render(titles.as_bytes(), health, status.now()));
        health.render_took(Span::from_millis(
            i64::try_from(watch.elapsed().as_millis()).unwrap_or(i64::MAX),
        ));
        self.rendered_time = self.shown().filter_map(Buzz::time).max();
    }
}

fn tell_feeds(health: &Health, buzz: &Buzz) {
    let Some(config) = buzz.config() else { return };
    for ((topic, partition), stalled, watermark) in buzz.clocks().partitions(config) {
        health.stalled(topic, *partition, stalled);
        if let Some(watermark) = watermark {
            health.watermark(topic, *partition, watermark);
        }
    }
}
