//! What is risky in a service file that has no mistake.

use super::fault::{ConfigErrors, Warnings};
use super::raw::{self, Table, Value};
use super::rule::Rule;
use super::service::{DELAY, MAX_DELAY};
#[cfg(not(fuzzing))]
use crate::metric::buzz::TIME_LAG_MAX;
use crate::time::Span;

/// Metrics are left out of the build of fuzz targets.
#[cfg(fuzzing)]
const TIME_LAG_MAX: Span = Span::from_minutes(10);

/// The risks of the service file `text`, from top to bottom.
pub(super) fn warnings(file: &str, text: &str) -> Warnings {
    let read = raw::read(file, text, |root| {
        root.optional("feeds", |value| value.table(Table::take_all))
            .into_iter()
            .flatten()
            .for_each(feed);
    });
    // What is not asked for here is unknown here: mistakes are said elsewhere.
    let mut risks = read.map_or_else(ConfigErrors::into_vec, |()| Vec::new());
    risks.retain(|risk| risk.rule == Rule::LongDelay);
    Warnings::new(risks, 0)
}

fn feed(value: Value<'_>) {
    value.table(|table| {
        let delay = table.optional("delay", |value| value.duration(DELAY)).unwrap_or_default();
        table.optional("max_delay", |value| {
            let max_delay = value.duration(MAX_DELAY)?;
            // Nothing waits for a feed with a delay.
            if delay == Span::ZERO && max_delay >= TIME_LAG_MAX {
                let message = format!(
                    "whenever this feed is quiet, titles are hidden: T is {max_delay} behind"
                );
                value.fault(
                    Rule::LongDelay,
                    message,
                    format!("expected less than {TIME_LAG_MAX}, or a `delay`"),
                );
            }
            Some(())
        });
    });
}
