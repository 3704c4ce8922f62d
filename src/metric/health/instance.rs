//! What an instance says of itself: its version, whether it is ready, and its budget of series.

use prometheus::{Gauge, Registry};

use super::collector::gauges;
use crate::metric::Family;

pub(super) const READY: Family =
    Family::gauge("daebak_ready", &[], "1 while /readyz says that the process is ready, else 0.");
pub(super) const SERIES: Family = Family::gauge(
    "daebak_series",
    &[],
    "Series that the titles of all configured campaigns can have together, whoever owns them.",
);
pub(super) const SERIES_MAX: Family = Family::gauge(
    "daebak_series_max",
    &[],
    "limits.series_max: a config that can have more series is refused at the start.",
);
pub(super) const BUILD_INFO: Family =
    Family::gauge("daebak_build_info", &["version"], "1 for the version of daebak that runs.");

/// The gauges of this instance.
#[derive(Debug)]
pub struct InstanceHealth {
    ready: Gauge,
    series: Gauge,
    series_max: Gauge,
}

impl InstanceHealth {
    pub(super) fn register(registry: &Registry, version: &str) -> Self {
        gauges(registry, &BUILD_INFO).with_label_values(&[version]).set(1.0);
        let gauge = |family| gauges(registry, family).with_label_values::<&str>(&[]);
        Self { ready: gauge(&READY), series: gauge(&SERIES), series_max: gauge(&SERIES_MAX) }
    }

    /// Whether it is ready.
    pub fn ready(&self, ready: bool) {
        self.ready.set(f64::from(u8::from(ready)));
    }

    /// The titles of its config can have so many series, and may have at most `max`.
    pub fn series(&self, series: usize, max: usize) {
        self.series.set(series as f64);
        self.series_max.set(max as f64);
    }
}
