//! What each of daebak's own topics must be set to.

use super::TopicKind;
use crate::config::Config;
use crate::time::Span;

/// How many replicas survive the loss of a broker without the loss of a record.
pub(super) const REPLICAS: usize = 3;
/// What a batch of our records takes at the most; below every broker's default.
const MESSAGE_BYTES: i64 = 1024 * 1024;

/// What a setting must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Exactly(&'static str),
    AtLeast(i64),
    /// Or without bound, which is -1.
    AtLeastOrUnbounded(i64),
}

impl Need {
    pub(super) fn is_met(self, found: &str) -> bool {
        let number = found.parse::<i64>().ok();
        match self {
            Self::Exactly(value) => found == value,
            Self::AtLeast(least) => number.is_some_and(|number| number >= least),
            Self::AtLeastOrUnbounded(least) => {
                number.is_some_and(|number| number >= least || number == -1)
            }
        }
    }

    pub(super) fn value(self) -> String {
        match self {
            Self::Exactly(value) => value.to_owned(),
            Self::AtLeast(least) | Self::AtLeastOrUnbounded(least) => least.to_string(),
        }
    }
}

/// What a topic of this kind with so many replicas must be set to.
pub(super) fn needs(
    config: &Config,
    kind: TopicKind,
    replicas: usize,
) -> Vec<(&'static str, Need)> {
    let mut needs = vec![
        ("max.message.bytes", Need::AtLeast(MESSAGE_BYTES)),
        // The broker's clock: a tagger's own could move time, and is refused an hour ahead.
        ("message.timestamp.type", Need::Exactly("LogAppendTime")),
    ];
    match kind {
        TopicKind::Feed => return Vec::new(),
        TopicKind::DeadLetters | TopicKind::Bursts => {}
        TopicKind::MentionLog => needs.extend([
            // Its keys are campaigns: compaction would leave one mention of each.
            ("cleanup.policy", Need::Exactly("delete")),
            ("retention.ms", Need::AtLeastOrUnbounded(retention(config).as_millis())),
            ("retention.bytes", Need::Exactly("-1")),
        ]),
        // Deletion by age would take what restores a quiet campaign; and owners need no past.
        TopicKind::Snapshots | TopicKind::Owners => {
            needs.push(("cleanup.policy", Need::Exactly("compact")));
        }
    }
    if replicas >= REPLICAS {
        // What is acknowledged then outlives the broker that acknowledged it.
        needs.push(("min.insync.replicas", Need::AtLeast(2)));
    }
    needs
}

/// How long the mention log is kept: twice the longest window and the most lateness, in whole days.
pub(super) fn retention(config: &Config) -> Span {
    let window = config.service.windows.iter().map(|window| window.length.as_millis()).max();
    let lateness = config.campaigns.iter().map(|one| one.allowed_lateness.as_millis()).max();
    let least = 2 * window.unwrap_or_default() + lateness.unwrap_or_default();
    let day = Span::from_days(1).as_millis();
    Span::from_millis((least + day - 1) / day * day)
}
