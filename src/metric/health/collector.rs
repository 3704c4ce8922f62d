//! Makes collectors of declared families and registers them.

use prometheus::core::Collector;
use prometheus::{GaugeVec, Histogram, HistogramOpts, IntCounterVec, Opts, Registry};

use crate::metric::Family;

/// From one second to two days.
pub(super) const EVENT_DELAY_BUCKETS: [f64; 15] = [
    1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 1800.0, 3600.0, 10_800.0, 21_600.0, 43_200.0,
    86_400.0, 172_800.0,
];
/// From one millisecond to the time between two scrapes.
pub(super) const RENDER_BUCKETS: [f64; 8] = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 1.0, 10.0];

pub(super) fn counters(registry: &Registry, family: &Family) -> IntCounterVec {
    register(registry, IntCounterVec::new(Opts::new(family.name, family.help), family.labels))
}

pub(super) fn gauges(registry: &Registry, family: &Family) -> GaugeVec {
    register(registry, GaugeVec::new(Opts::new(family.name, family.help), family.labels))
}

pub(super) fn histogram(registry: &Registry, family: &Family, buckets: &[f64]) -> Histogram {
    let opts = HistogramOpts::new(family.name, family.help).buckets(buckets.to_vec());
    register(registry, Histogram::with_opts(opts))
}

#[expect(clippy::expect_used, reason = "fails on a malformed name: they are constants")]
fn register<C: Collector + Clone + 'static>(registry: &Registry, made: prometheus::Result<C>) -> C {
    let collector = made.expect("names and labels are well formed");
    enlist(registry, collector.clone());
    collector
}

#[expect(clippy::expect_used, reason = "fails on a name's second use: they are constants")]
pub(super) fn enlist(registry: &Registry, collector: impl Collector + 'static) {
    registry.register(Box::new(collector)).expect("a name is registered once");
}
