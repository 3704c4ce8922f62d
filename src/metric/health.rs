//! What operators watch: the registry of daebak's own health.
//!
//! Where a label's values are known at the start, every series is there at 0 from the start, so
//! that rates see the first event. Gauges about partitions and campaigns appear with their first
//! value and go when they are forgotten: an unknown watermark is absent, not 0.

mod bursts;
mod campaign;
mod collector;
mod feed;
mod http;
mod instance;
mod skipped;
mod snapshot;

#[cfg(target_os = "linux")]
use prometheus::process_collector::ProcessCollector;
use prometheus::{Gauge, GaugeVec, Histogram, IntCounter, Registry, TextEncoder};

use crate::buzz::{Applied, Retracted};
use crate::metric::Family;
use crate::time::{Span, Timestamp};
use bursts::BurstsHealth;
use collector::{EVENT_DELAY_BUCKETS, RENDER_BUCKETS, counters, enlist, gauges, histogram};
use feed::{DEAD_LETTERS, FEED_RECORDS, PAUSES, POSTS, RATIO, RATIO_EXCEEDED, RECORDS, SHAPES};

pub use campaign::CampaignHealth;
pub use feed::{FeedCounts, FeedHealth};
pub use http::Proxied;
pub use instance::InstanceHealth;
pub use skipped::Skipped;
pub use snapshot::Unusable;

const APPLIED: Family = Family::counter(
    "daebak_mentions_applied_total",
    &["outcome"],
    "Mentions read from the mention log, by what became of them.",
);
const CORRECTIONS: Family = Family::counter(
    "daebak_engagement_corrections_total",
    &[],
    "Counters of posts that were lower than before; what was gained stays.",
);
const RETRACTED: Family = Family::counter(
    "daebak_retractions_applied_total",
    &["outcome"],
    "Retractions read from the mention log, by what became of them in each campaign.",
);
const FORGOTTEN: Family = Family::counter(
    "daebak_retractions_forgotten_total",
    &["campaign"],
    "Retractions that a campaign forgot before their post came, because too many waited.",
);
const TOMBSTONES: Family = Family::gauge(
    "daebak_tombstones",
    &["campaign"],
    "Retractions of a campaign that wait for their post.",
);
const SKIPPED: Family = Family::counter(
    "daebak_log_records_skipped_total",
    &["reason"],
    "Mention log records that were skipped: of a newer daebak, malformed, or of a campaign owned elsewhere.",
);
const FEED_LAG: Family = Family::gauge(
    "daebak_feed_lag_records",
    &["topic", "partition"],
    "Records between the tagger's position and the end of a feed partition.",
);
const LOG_LAG: Family = Family::gauge(
    "daebak_mention_log_lag_records",
    &["partition"],
    "Records between the aggregator's position and the end of a mention log partition.",
);
const WATERMARK: Family = Family::gauge(
    "daebak_feed_watermark_timestamp_seconds",
    &["topic", "partition"],
    "Watermark of a feed partition, in seconds since the Unix epoch; no earlier event is expected.",
);
const STALLED: Family = Family::gauge(
    "daebak_feed_stalled",
    &["topic", "partition"],
    "1 while a feed partition is silent in the mention log and so left out of event time, else 0.",
);
const OBSERVED_DELAY: Family = Family::gauge(
    "daebak_feed_observed_delay_seconds",
    &["topic", "partition"],
    "Delay of a feed partition in seconds, from a post's event to its record's timestamp.",
);
const CLOCK_SKEW: Family = Family::gauge(
    "daebak_tagger_clock_skew_seconds",
    &["tagger"],
    "A tagger's clock minus the mention log's timestamp, in seconds; a slow clock is negative.",
);
const LEDGER: Family = Family::gauge(
    "daebak_ledger_entries",
    &["campaign"],
    "Post identities that a campaign's ledger remembers.",
);
const PENDING: Family = Family::gauge(
    "daebak_pending_entries",
    &["campaign"],
    "Mentions of a campaign, and gains of its engagement, that wait for event time to pass them.",
);
const FORCED: Family = Family::counter(
    "daebak_forced_ticks_total",
    &["campaign"],
    "Ticks by which a full pending map forced a campaign's event time forward.",
);
const FORCED_HORIZONS: Family = Family::counter(
    "daebak_forced_horizons_total",
    &["campaign"],
    "Times a full ledger forced a campaign's horizon forward, so that older posts are late.",
);
const AUTHOR_OVERFLOWS: Family = Family::counter(
    "daebak_author_overflows_total",
    &["campaign"],
    "Times a title had more distinct authors than are counted exactly, so that they are estimated.",
);
const SNAPSHOT_TIME: Family = Family::gauge(
    "daebak_snapshot_timestamp_seconds",
    &["campaign"],
    "When a campaign's newest snapshot was taken, in seconds since the Unix epoch.",
);
const SNAPSHOT_BYTES: Family = Family::gauge(
    "daebak_snapshot_bytes",
    &["campaign"],
    "Size of a campaign's newest snapshot, in bytes.",
);
const SNAPSHOT_FAILURES: Family = Family::counter(
    "daebak_snapshot_failures_total",
    &["campaign"],
    "Snapshots of a campaign that could not be written; the mention log alone restores it as well.",
);
const SNAPSHOTS_SKIPPED: Family = Family::counter(
    "daebak_snapshots_skipped_total",
    &["reason"],
    "Snapshots that could not be used, by reason; an older one or the mention log took their place.",
);
const RESTORE: Family = Family::gauge(
    "daebak_restore_seconds",
    &["campaign"],
    "Seconds from the assignment of a campaign until it was served: its snapshot and the log since.",
);
const CAMPAIGN_INFO: Family = Family::gauge(
    "daebak_campaign_info",
    &["campaign", "revision"],
    "1 for the revision of a campaign that is in force.",
);

/// Every family of the registry, but for the process's own (`process_*`).
pub static FAMILIES: [Family; 42] = [
    FEED_RECORDS,
    RECORDS,
    SHAPES,
    POSTS,
    DEAD_LETTERS,
    RATIO,
    RATIO_EXCEEDED,
    PAUSES,
    APPLIED,
    CORRECTIONS,
    RETRACTED,
    FORGOTTEN,
    TOMBSTONES,
    SKIPPED,
    bursts::RECORDS,
    bursts::FAILURES,
    FEED_LAG,
    LOG_LAG,
    WATERMARK,
    STALLED,
    OBSERVED_DELAY,
    CLOCK_SKEW,
    http::EVENT_DELAY,
    LEDGER,
    PENDING,
    FORCED,
    FORCED_HORIZONS,
    AUTHOR_OVERFLOWS,
    SNAPSHOT_TIME,
    SNAPSHOT_BYTES,
    SNAPSHOT_FAILURES,
    SNAPSHOTS_SKIPPED,
    RESTORE,
    CAMPAIGN_INFO,
    instance::READY,
    instance::SERIES,
    instance::SERIES_MAX,
    instance::BUILD_INFO,
    http::RENDER,
    http::PAGE_BYTES,
    http::EVICTED,
    http::PROXIED,
];

/// The operators' registry. Methods are named by what happened; all are cheap and none blocks.
#[derive(Debug)]
pub struct Health {
    registry: Registry,
    feed: feed::Families,
    feeds: Vec<FeedHealth>,
    campaign: campaign::Families,
    applied: [IntCounter; Applied::ALL.len()],
    corrections: IntCounter,
    retracted: [IntCounter; Retracted::ALL.len()],
    skipped: [IntCounter; Skipped::ALL.len()],
    snapshots_skipped: [IntCounter; Unusable::ALL.len()],
    bursts: BurstsHealth,
    instance: InstanceHealth,
    feed_lag: GaugeVec,
    log_lag: GaugeVec,
    watermark: GaugeVec,
    stalled: GaugeVec,
    observed_delay: GaugeVec,
    clock_skew: GaugeVec,
    event_delay: Histogram,
    render: Histogram,
    page_bytes: Gauge,
    http: http::HttpHealth,
}

impl Health {
    /// A registry with every series of `feeds` at 0, for this `version` of daebak.
    pub fn new(feeds: &[&str], version: &str) -> Self {
        let registry = Registry::new();
        let to = &registry;
        let (applied, skipped) = (counters(to, &APPLIED), counters(to, &SKIPPED));
        let (retracted, unusable) = (counters(to, &RETRACTED), counters(to, &SNAPSHOTS_SKIPPED));
        let mut health = Self {
            feed: feed::Families::register(to),
            feeds: Vec::new(),
            campaign: campaign::Families::register(to),
            applied: Applied::ALL.map(|outcome| applied.with_label_values(&[outcome.label()])),
            corrections: counters(to, &CORRECTIONS).with_label_values::<&str>(&[]),
            retracted: Retracted::ALL
                .map(|outcome| retracted.with_label_values(&[outcome.label()])),
            skipped: Skipped::ALL.map(|reason| skipped.with_label_values(&[reason.label()])),
            snapshots_skipped: Unusable::ALL
                .map(|reason| unusable.with_label_values(&[reason.label()])),
            bursts: BurstsHealth::register(to),
            instance: InstanceHealth::register(to, version),
            feed_lag: gauges(to, &FEED_LAG),
            log_lag: gauges(to, &LOG_LAG),
            watermark: gauges(to, &WATERMARK),
            stalled: gauges(to, &STALLED),
            observed_delay: gauges(to, &OBSERVED_DELAY),
            clock_skew: gauges(to, &CLOCK_SKEW),
            event_delay: histogram(to, &http::EVENT_DELAY, &EVENT_DELAY_BUCKETS),
            render: histogram(to, &http::RENDER, &RENDER_BUCKETS),
            page_bytes: gauges(to, &http::PAGE_BYTES).with_label_values::<&str>(&[]),
            http: http::HttpHealth::register(to),
            registry: registry.clone(),
        };
        #[cfg(target_os = "linux")]
        enlist(to, ProcessCollector::for_self());
        health.feeds = feeds.iter().map(|name| health.feed(name)).collect();
        health
    }

    /// The counters of one feed.
    pub fn feed(&self, name: &str) -> FeedHealth {
        self.feed.of(name)
    }

    /// The series of one campaign, from now until the value is dropped.
    pub fn campaign(&self, campaign: &str, revision: &str) -> CampaignHealth {
        self.campaign.of(campaign, revision)
    }

    /// So many mentions were applied with this outcome.
    pub fn applied(&self, outcome: Applied, n: u64) {
        self.applied[outcome as usize].inc_by(n);
    }

    /// So many counters were lower than before.
    pub fn corrected(&self, n: u64) {
        self.corrections.inc_by(n);
    }

    /// So many retractions were applied with this outcome.
    pub fn retracted(&self, outcome: Retracted, n: u64) {
        self.retracted[outcome as usize].inc_by(n);
    }

    /// A snapshot could not be used.
    pub fn snapshot_skipped(&self, reason: Unusable) {
        self.snapshots_skipped[reason as usize].inc();
    }

    /// The counters of the bursts topic.
    pub fn bursts(&self) -> &BurstsHealth {
        &self.bursts
    }

    /// What this instance says of itself.
    pub fn instance(&self) -> &InstanceHealth {
        &self.instance
    }

    /// A record of the mention log was skipped.
    pub fn skipped(&self, reason: Skipped) {
        self.skipped[reason as usize].inc();
    }

    /// A tagger is `records` behind the end of a feed partition.
    pub fn feed_lag(&self, topic: &str, partition: i32, records: u64) {
        self.feed_lag.with_label_values(&[topic, &partition.to_string()]).set(records as f64);
    }

    /// The aggregator is `records` behind the end of a mention log partition.
    pub fn log_lag(&self, partition: i32, records: u64) {
        self.log_lag.with_label_values(&[&partition.to_string()]).set(records as f64);
    }

    /// A feed partition's watermark, as the fold has it.
    pub fn watermark(&self, topic: &str, partition: u32, watermark: Timestamp) {
        let at = watermark.as_secs_f64();
        self.watermark.with_label_values(&[topic, &partition.to_string()]).set(at);
    }

    /// Whether a feed partition is left out of event time.
    pub fn stalled(&self, topic: &str, partition: u32, stalled: bool) {
        let stalled = f64::from(u8::from(stalled));
        self.stalled.with_label_values(&[topic, &partition.to_string()]).set(stalled);
    }

    /// How long after their events a feed partition's records come.
    pub fn observed_delay(&self, topic: &str, partition: i32, delay: Span) {
        let delay = delay.as_secs_f64();
        self.observed_delay.with_label_values(&[topic, &partition.to_string()]).set(delay);
    }

    /// A tagger's clock is ahead of the log's timestamp by `skew`.
    pub fn clock_skew(&self, tagger: &str, skew: Span) {
        self.clock_skew.with_label_values(&[tagger]).set(skew.as_secs_f64());
    }

    /// A feed partition was taken from this tagger: its lag and delay are no longer ours to tell.
    pub fn feed_partition_revoked(&self, topic: &str, partition: i32) {
        let labels = [topic, &partition.to_string()];
        for family in [&self.feed_lag, &self.observed_delay] {
            // One that never had a value has nothing to remove.
            let _ = family.remove_label_values(&labels);
        }
    }

    /// A partition of the mention log was given up: its lag is no longer ours to tell.
    pub fn log_partition_revoked(&self, partition: i32) {
        // One that never had a value has nothing to remove.
        let _ = self.log_lag.remove_label_values(&[&partition.to_string()]);
    }

    /// No campaign is owned any more: what the folds knew of feeds and taggers grows old.
    pub fn all_revoked(&self) {
        for family in [&self.watermark, &self.stalled, &self.clock_skew] {
            family.reset();
        }
    }

    /// A post became visible `delay` after its event.
    pub fn visible(&self, delay: Span) {
        self.event_delay.observe(delay.as_secs_f64());
    }

    /// Rendering a page took so long.
    pub fn render_took(&self, time: Span) {
        self.render.observe(time.as_secs_f64());
    }

    /// A page of so many bytes was rendered.
    pub fn page_rendered(&self, bytes: usize) {
        self.page_bytes.set(bytes as f64);
    }

    /// An HTTP connection was closed to make room for another.
    pub fn connection_evicted(&self) {
        self.http.evicted();
    }

    /// What became of a question for a campaign that another process owns.
    pub fn proxied(&self, outcome: Proxied) {
        self.http.proxied(outcome);
    }

    /// Every family with samples in the text format, by name.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let written = TextEncoder::new().encode_utf8(&self.registry.gather(), &mut text);
        debug_assert!(written.is_ok(), "named families with samples always fit a String");
        text
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn full() -> (Health, CampaignHealth) {
        let health = Health::new(&["x", "videos"], "1.2.3");
        health.feed_lag("posts", 0, 5);
        health.log_lag(3, 7);
        health.watermark("posts", 0, Timestamp::from_millis(1_600_000_000_500));
        health.stalled("posts", 0, true);
        health.observed_delay("posts", 0, Span::from_millis(1500));
        health.clock_skew("tagger-0", Span::from_secs(-2));
        health.feed("x").dead_letter_ratio(Some(0.5), true);
        let campaign = health.campaign("starlight", "r1");
        campaign.snapshot_taken(Timestamp::from_secs(1_600_000_000), 4096);
        campaign.restored(Duration::from_millis(1500));
        (health, campaign)
    }

    /// The lines of a family: its help and type, then its samples.
    fn family_names(text: &str) -> Vec<&str> {
        let typed = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        typed.filter_map(|line| line.split(' ').next()).collect()
    }

    #[test]
    fn what_is_exported_is_what_is_declared() {
        let (health, _campaign) = full();
        let text = health.text();
        let exported = family_names(&text);
        let mut declared: Vec<_> = FAMILIES.iter().map(|family| family.name).collect();
        declared.sort_unstable();
        let ours: Vec<_> =
            exported.iter().copied().filter(|name| name.starts_with("daebak_")).collect();
        assert_eq!(ours, declared);
        let foreign = exported.iter().filter(|name| !name.starts_with("daebak_"));
        assert!(foreign.clone().all(|name| name.starts_with("process_")));
        for Family { name, help, kind, .. } in &FAMILIES {
            assert!(text.contains(&format!("# HELP {name} {help}\n")), "{name}");
            assert!(text.contains(&format!("# TYPE {name} {}\n", kind.label())), "{name}");
        }
    }

    #[test]
    fn counters_with_known_labels_start_at_zero() {
        let text = Health::new(&["x"], "1").text();
        let zeros = |family: &str| {
            let of = |line: &&str| line.starts_with(family) && line.ends_with("} 0");
            text.lines().filter(of).count()
        };
        assert_eq!(zeros("daebak_feed_records_total{"), 1);
        assert_eq!(zeros("daebak_records_total{"), 5);
        assert_eq!(zeros("daebak_records_by_shape_total{"), 10);
        assert_eq!(zeros("daebak_posts_total{"), 6);
        assert_eq!(zeros("daebak_dead_letters_total{"), 9);
        assert_eq!(zeros("daebak_mentions_applied_total{"), Applied::ALL.len());
        assert_eq!(zeros("daebak_log_records_skipped_total{"), 3);
        assert_eq!(zeros("daebak_retractions_applied_total{"), Retracted::ALL.len());
        assert_eq!(zeros("daebak_snapshots_skipped_total{"), Unusable::ALL.len());
        assert_eq!(zeros("daebak_backpressure_pauses_total{"), 1);
        assert_eq!(zeros("daebak_proxied_requests_total{"), Proxied::ALL.len());
        assert!(text.contains("daebak_build_info{version=\"1\"} 1\n"));
    }

    #[test]
    fn what_is_unknown_is_absent_and_not_zero() {
        let text = Health::new(&["x"], "1").text();
        for family in [&WATERMARK, &FEED_LAG, &LOG_LAG, &STALLED, &OBSERVED_DELAY, &LEDGER] {
            assert!(!text.contains(family.name), "{}", family.name);
        }
    }

    #[test]
    fn values_arrive_in_base_units() {
        let (health, _campaign) = full();
        health.visible(Span::from_millis(250));
        health.instance().ready(true);
        health.instance().series(90, 100);
        let text = health.text();
        for line in [
            "daebak_ready 1\n",
            "daebak_series 90\n",
            "daebak_series_max 100\n",
            "daebak_feed_watermark_timestamp_seconds{partition=\"0\",topic=\"posts\"} 1600000000.5\n",
            "daebak_feed_observed_delay_seconds{partition=\"0\",topic=\"posts\"} 1.5\n",
            "daebak_tagger_clock_skew_seconds{tagger=\"tagger-0\"} -2\n",
            "daebak_event_delay_seconds_bucket{le=\"1\"} 1\n",
            "daebak_event_delay_seconds_bucket{le=\"172800\"} 1\n",
            "daebak_event_delay_seconds_sum 0.25\n",
        ] {
            assert!(text.contains(line), "{line}{text}");
        }
    }

    #[test]
    fn outcomes_count_into_their_own_series() {
        let health = Health::new(&[], "1");
        for (n, outcome) in (1..).zip(Applied::ALL) {
            health.applied(outcome, n);
            let label = outcome.label();
            let series = format!("daebak_mentions_applied_total{{outcome=\"{label}\"}} {n}\n");
            assert!(health.text().contains(&series), "{series}");
        }
        for reason in Skipped::ALL {
            health.skipped(reason);
            let label = reason.label();
            let series = format!("daebak_log_records_skipped_total{{reason=\"{label}\"}} 1\n");
            assert!(health.text().contains(&series), "{series}");
        }
    }

    #[test]
    fn what_was_revoked_is_silent() {
        let (health, _campaign) = full();
        health.feed_partition_revoked("posts", 0);
        health.feed_partition_revoked("posts", 9);
        let text = health.text();
        assert!(!text.contains("daebak_feed_lag_records{"), "{text}");
        assert!(!text.contains("daebak_feed_observed_delay_seconds{"), "{text}");
        assert!(text.contains("daebak_feed_watermark_timestamp_seconds{"), "{text}");
        health.log_partition_revoked(3);
        health.all_revoked();
        let text = health.text();
        for family in [LOG_LAG, WATERMARK, STALLED, CLOCK_SKEW] {
            assert!(!text.contains(&format!("{}{{", family.name)), "{text}");
        }
    }
}
