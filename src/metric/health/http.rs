//! What HTTP and its page tell of themselves: how fresh and large the page is, connections closed,
//! and questions passed on to a campaign's owner.

use prometheus::{IntCounter, Registry};

use super::collector::counters;
use crate::metric::Family;

pub(super) const EVENT_DELAY: Family = Family::histogram(
    "daebak_event_delay_seconds",
    "Seconds from a post's event until it was visible on the page.",
);
pub(super) const RENDER: Family =
    Family::histogram("daebak_render_seconds", "Seconds that rendering a page took.");
pub(super) const PAGE_BYTES: Family =
    Family::gauge("daebak_page_bytes", &[], "Size of the page before this one, in bytes of text.");
pub(super) const EVICTED: Family = Family::counter(
    "daebak_http_connections_evicted_total",
    &[],
    "HTTP connections closed, oldest first, because the connection limit was reached.",
);
pub(super) const PROXIED: Family = Family::counter(
    "daebak_proxied_requests_total",
    &["outcome"],
    "API requests for campaigns owned by another process, by what became of them.",
);

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxied {
    /// The owner's answer was passed back, or the beginning of it.
    Answered,
    /// The owner no longer is one, or not yet ready to answer.
    Moved,
    /// There were too many at once: the owner was not asked.
    Busy,
    /// No connection to the owner was made.
    Unreachable,
    /// The owner took too long.
    Slow,
    /// What came is no answer of a daebak.
    Broken,
}

impl Proxied {
    /// Every outcome, in the order of their discriminants.
    pub const ALL: [Self; 6] =
        [Self::Answered, Self::Moved, Self::Busy, Self::Unreachable, Self::Slow, Self::Broken];

    /// The value of the `outcome` label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Moved => "moved",
            Self::Busy => "busy",
            Self::Unreachable => "unreachable",
            Self::Slow => "slow",
            Self::Broken => "broken",
        }
    }
}

/// The counters of HTTP.
#[derive(Debug)]
pub(super) struct HttpHealth {
    evicted: IntCounter,
    proxied: [IntCounter; Proxied::ALL.len()],
}

impl HttpHealth {
    pub(super) fn register(registry: &Registry) -> Self {
        let proxied = counters(registry, &PROXIED);
        Self {
            evicted: counters(registry, &EVICTED).with_label_values::<&str>(&[]),
            proxied: Proxied::ALL.map(|outcome| proxied.with_label_values(&[outcome.label()])),
        }
    }

    pub(super) fn evicted(&self) {
        self.evicted.inc();
    }

    pub(super) fn proxied(&self, outcome: Proxied) {
        self.proxied[outcome as usize].inc();
    }
}
