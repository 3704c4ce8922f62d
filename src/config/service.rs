//! What a service file must hold, with every default and every limit.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;

use super::connection::{self, Connection, Pointed};
use super::fault::ConfigErrors;
use super::mapping;
use super::raw::{self, Table, Value};
use super::rule::Rule;
use super::{FEED_THREADS_MAX, FEED_TOPICS_MAX, Feed, Kafka, Limits, Privacy, Service};
use crate::record::config::{FeedTiming, SLIDES_MAX, WINDOWS_MAX, WindowConfig};
use crate::record::owner::Address;
use crate::time::{Span, TICK};

/// The most feeds.
const FEEDS_MAX: usize = 100;
/// The most characters of a topic's or group's name, as Kafka has it.
const TOPIC_CHARS_MAX: usize = 249;
/// The most titles that `limits.titles_max` may allow.
pub const TITLES_MAX: usize = 10_000;

/// How far a feed may trail the world.
pub(super) const DELAY: RangeInclusive<Span> = Span::ZERO..=Span::from_days(30);
/// How long a post may take to arrive.
pub(super) const MAX_DELAY: RangeInclusive<Span> = Span::ZERO..=Span::from_days(7);
const WINDOW_LENGTH: RangeInclusive<Span> = TICK..=Span::from_days(31);
const WINDOW_SLIDE: RangeInclusive<Span> = TICK..=Span::from_days(1);
const OUT_OF_ORDERNESS: RangeInclusive<Span> = Span::ZERO..=Span::from_hours(1);
const STALL_TIMEOUT: RangeInclusive<Span> = TICK..=Span::from_days(1);
const ENGAGEMENT_HORIZON: RangeInclusive<Span> = Span::ZERO..=Span::from_days(90);
const THREADS: RangeInclusive<usize> = 1..=FEED_THREADS_MAX;
const RECORD_BYTES: RangeInclusive<usize> = 1024..=100 * 1024 * 1024;
const PENDING: RangeInclusive<usize> = 1000..=100_000_000;
const LEDGER: RangeInclusive<usize> = 1000..=1_000_000_000;
const DISTINCT: RangeInclusive<usize> = 1000..=10_000_000;
const SERIES: RangeInclusive<usize> = 100..=10_000_000;

/// Loopback only: to be seen from elsewhere is a decision.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

/// Reads a service file, and what it points to if `pointed` says so.
pub(super) fn read(file: &str, text: &str, pointed: Pointed<'_>) -> Result<Service, ConfigErrors> {
    raw::read(file, text, |root| {
        // Where the campaigns are is asked before, and of a broken file too.
        root.optional("campaigns", Value::text);
        let kafka = root.section("kafka", |table| kafka(table, pointed)).unwrap_or_default();
        let own = [&kafka.mention_log, &kafka.dead_letters].into_iter();
        let own = own.chain(&kafka.snapshots).chain(&kafka.bursts).chain(&kafka.owners);
        let mut topics: BTreeSet<String> = own.cloned().collect();
        let times = root.section("time", times).unwrap_or_default();
        Service {
            listen: root.optional("listen", listen).unwrap_or(LISTEN),
            advertise: root.optional("advertise", advertise),
            kafka,
            feeds: root.required("feeds", |value| feeds(value, &mut topics)).unwrap_or_default(),
            windows: root.optional("windows", windows).unwrap_or_else(default_windows),
            out_of_orderness: times.out_of_orderness,
            stall_timeout: times.stall_timeout,
            engagement_horizon: times.engagement_horizon,
            privacy: root.section("privacy", |table| privacy(table, pointed)).unwrap_or_default(),
            limits: root.section("limits", limits).unwrap_or(DEFAULT_LIMITS),
        }
    })
}

/// Where the campaigns of a service file are, relative to it.
pub(super) fn campaigns_directory(text: &str) -> String {
    raw::root_text(text, "campaigns").unwrap_or_else(|| "campaigns".to_owned())
}

fn listen(value: Value<'_>) -> Option<SocketAddr> {
    let text = value.text()?;
    let address = text.parse().ok();
    if address.is_none() {
        let message = format!("`{text}` is no address to listen on");
        value.fault(
            Rule::BadAddress,
            message,
            "expected an IP address and port: \"127.0.0.1:9464\"",
        );
    }
    address
}

/// Where others find us, which is never everywhere.
fn advertise(value: Value<'_>) -> Option<Address> {
    let text = value.text()?;
    let fault = |message: String, expected: &str| value.fault(Rule::BadAddress, message, expected);
    match text.parse::<Address>() {
        Err(error) => fault(error.to_string(), error.remedy()),
        Ok(address) if address.is_everywhere() => fault(
            format!("nobody finds `{text}`, which is every address"),
            "expected this machine's own name: http://host:port",
        ),
        Ok(address) => return Some(address),
    }
    None
}

fn kafka(table: &mut Table<'_>, pointed: Pointed<'_>) -> Kafka {
    let connection = Connection {
        brokers: table.required("brokers", brokers).unwrap_or_default(),
        tls: table.optional("tls", |value| connection::tls(value, pointed)),
        sasl: table.optional("sasl", |value| connection::sasl(value, pointed)),
    };
    let group = table.optional("group", topic).unwrap_or("daebak").to_owned();
    let instance = table.optional("instance", topic).map(str::to_owned);
    let mut taken = BTreeSet::new();
    let mut own_topic = |key: &'static str, default: &'static str| {
        let name = table.optional(key, |value| untaken(value, &taken)).unwrap_or(default);
        taken.insert(name.to_owned());
        name.to_owned()
    };
    let mention_log = own_topic("mention_log", "daebak.mentions");
    let dead_letters = own_topic("dead_letters", "daebak.dead-letters");
    let snapshots = Some(own_topic("snapshots", "daebak.snapshots"));
    let bursts = Some(own_topic("bursts", "daebak.bursts"));
    let owners = Some(own_topic("owners", "daebak.owners"));
    Kafka { connection, group, instance, mention_log, dead_letters, snapshots, bursts, owners }
}

/// A topic that is not in `taken`.
fn untaken<'a>(value: Value<'a>, taken: &BTreeSet<String>) -> Option<&'a str> {
    let name = topic(value)?;
    if taken.contains(name) {
        value.fault(Rule::Duplicate, format!("topic `{name}` comes twice"), ANOTHER_TOPIC);
    }
    Some(name)
}

const ANOTHER_TOPIC: &str = "expected a topic named only once";

/// One or more `host:port`, comma-separated.
fn brokers(value: Value<'_>) -> Option<String> {
    let text = value.text()?;
    let good = |broker: &str| {
        let host_and_port = broker.trim().rsplit_once(':');
        host_and_port.is_some_and(|(host, port)| {
            let host_good = !host.is_empty() && !host.contains(char::is_whitespace);
            host_good && port.parse::<u16>().is_ok_and(|port| port > 0)
        })
    };
    if let Some(bad) = text.split(',').find(|broker| !good(broker)) {
        let message = format!("`{}` is no broker", bad.trim());
        value.fault(Rule::BadAddress, message, "expected host:port, several with commas between");
        return None;
    }
    Some(text.split(',').map(str::trim).collect::<Vec<_>>().join(","))
}

/// A name that Kafka takes for a topic or a group.
fn topic(value: Value<'_>) -> Option<&str> {
    let name = value.text()?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.chars().all(allowed) && name.len() <= TOPIC_CHARS_MAX {
        return Some(name);
    }
    let expected = format!(
        "expected ASCII letters, digits, dots, hyphens and `_`, {TOPIC_CHARS_MAX} at the most"
    );
    value.fault(Rule::BadTopic, format!("`{name}` is no name for Kafka"), expected);
    None
}

/// The feeds by name; `topics` are those that are taken.
fn feeds(value: Value<'_>, topics: &mut BTreeSet<String>) -> Option<Vec<Feed>> {
    let feeds = value.table(Table::take_all)?;
    if feeds.is_empty() || feeds.len() > FEEDS_MAX {
        let message = format!("there are {} feeds", feeds.len());
        value.fault(Rule::OutOfRange, message, format!("expected 1 to {FEEDS_MAX}"));
    }
    let feeds: Vec<Feed> = feeds.into_iter().filter_map(|value| feed(value, topics)).collect();
    let n_threads: usize = feeds.iter().map(|feed| feed.topics.len() * feed.threads).sum();
    if n_threads > FEED_TOPICS_MAX {
        let message = format!("the feeds' topics take {n_threads} threads");
        value.fault(Rule::OutOfRange, message, format!("expected at most {FEED_TOPICS_MAX}"));
    }
    Some(feeds)
}

fn feed(value: Value<'_>, topics: &mut BTreeSet<String>) -> Option<Feed> {
    let mut unique_topic = |value| {
        let name = untaken(value, topics)?;
        topics.insert(name.to_owned());
        Some(name.to_owned())
    };
    value.table(|table| Feed {
        name: value.id_key().to_owned(),
        topics: table
            .required("topics", |value| value.some_of(FEED_TOPICS_MAX, &mut unique_topic))
            .unwrap_or_default(),
        format: mapping::format(table),
        threads: table.optional("threads", |value| value.number(THREADS)).unwrap_or(1),
        timing: FeedTiming {
            delay: table.optional("delay", |value| value.duration(DELAY)).unwrap_or_default(),
            max_delay: table
                .optional("max_delay", |value| value.duration(MAX_DELAY))
                .unwrap_or(Span::from_secs(60)),
        },
    })
}

fn windows(value: Value<'_>) -> Option<Vec<WindowConfig>> {
    let mut lengths = BTreeSet::new();
    let mut windows = value.some_of(WINDOWS_MAX, |value| {
        let window = value.table(window)??;
        if !lengths.insert(window.length) {
            let message = format!("there are two windows of {}", window.length);
            value.fault(Rule::Duplicate, message, "expected another length");
        }
        Some(window)
    })?;
    windows.sort();
    Some(windows)
}

fn window(table: &mut Table<'_>) -> Option<WindowConfig> {
    let slide = table.required("slide", |value| {
        let slide = value.duration(WINDOW_SLIDE)?;
        if !slide.is_multiple_of(TICK) {
            let expected = format!("expected a multiple of {TICK}");
            value.fault(Rule::BadWindow, format!("`slide` is {slide}"), expected);
            return None;
        }
        Some(slide)
    });
    let length = table.required("length", |value| {
        let length = value.duration(WINDOW_LENGTH)?;
        let slide = slide?;
        if !length.is_multiple_of(slide) {
            let expected = format!("expected a multiple of `slide`, {slide}");
            value.fault(Rule::BadWindow, format!("`length` is {length}"), expected);
        } else if length.steps(slide) > SLIDES_MAX {
            let message = format!("`length` is {} slides", length.steps(slide));
            value.fault(Rule::OutOfRange, message, format!("expected at most {SLIDES_MAX}"));
        }
        Some(length)
    });
    let mut measured = |key, default| table.optional(key, Value::flag).unwrap_or(default);
    let posts = measured("posts", true);
    let authors = measured("authors", false);
    let breakdown = measured("breakdown", false);
    Some(WindowConfig { length: length?, slide: slide?, posts, authors, breakdown })
}

/// From a minute, for whoever watches an episode, to a week, for whoever compares launches. The
/// quarter of an hour is measured for others to use, and not exported.
fn default_windows() -> Vec<WindowConfig> {
    let window = |length, slide, posts, authors, breakdown| WindowConfig {
        length,
        slide,
        posts,
        authors,
        breakdown,
    };
    vec![
        window(Span::from_minutes(1), TICK, true, false, false),
        window(Span::from_minutes(5), TICK, true, true, false),
        window(Span::from_minutes(15), TICK, false, false, false),
        window(Span::from_hours(1), Span::from_secs(30), true, true, true),
        window(Span::from_hours(24), Span::from_minutes(10), true, true, true),
        window(Span::from_days(7), Span::from_hours(1), true, true, false),
    ]
}

#[derive(Default)]
struct Times {
    out_of_orderness: Span,
    stall_timeout: Span,
    engagement_horizon: Span,
}

fn times(table: &mut Table<'_>) -> Times {
    let mut time = |key, bounds, default| {
        table.optional(key, |value| value.duration(bounds)).unwrap_or(default)
    };
    Times {
        out_of_orderness: time("out_of_orderness", OUT_OF_ORDERNESS, Span::from_secs(10)),
        stall_timeout: time("stall_timeout", STALL_TIMEOUT, Span::from_minutes(2)),
        engagement_horizon: time("engagement_horizon", ENGAGEMENT_HORIZON, Span::from_hours(72)),
    }
}

fn privacy(table: &mut Table<'_>, pointed: Pointed<'_>) -> Privacy {
    table.hide_texts_but(&[]);
    Privacy {
        keep_authors: table.optional("keep_authors", Value::flag).unwrap_or(false),
        author_salt: table.optional("author_salt", |value| connection::secret(value, pointed)),
    }
}

const DEFAULT_LIMITS: Limits = Limits {
    record_bytes_max: 1024 * 1024,
    titles_max: 500,
    pending_max: 1_000_000,
    ledger_max: 10_000_000,
    distinct_max: 200_000,
    series_max: 100_000,
    dead_letter_ratio_max: 0.01,
};

fn limits(table: &mut Table<'_>) -> Limits {
    let default = DEFAULT_LIMITS;
    let ratio = table.optional("dead_letter_ratio_max", Value::fraction);
    let mut limit =
        |key, bounds, default| table.optional(key, |value| value.number(bounds)).unwrap_or(default);
    Limits {
        record_bytes_max: limit("record_bytes_max", RECORD_BYTES, default.record_bytes_max),
        titles_max: limit("titles_max", 1..=TITLES_MAX, default.titles_max),
        pending_max: limit("pending_max", PENDING, default.pending_max),
        ledger_max: limit("ledger_max", LEDGER, default.ledger_max),
        distinct_max: limit("distinct_max", DISTINCT, default.distinct_max),
        series_max: limit("series_max", SERIES, default.series_max),
        dead_letter_ratio_max: ratio.unwrap_or(default.dead_letter_ratio_max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_one_a_topic_unless_said_and_bounded_a_topic_and_in_all() {
        let service = |feeds: &str| {
            let read = read("s.toml", &format!("kafka.brokers = 'k:1'\n{feeds}"), Pointed::Left);
            read.map_err(|errors| errors.into_vec().remove(0).message)
        };
        let threads = |feeds: &str| Ok(service(feeds)?.feeds.first().map(|feed| feed.threads));
        assert_eq!(threads("[feeds.x]\ntopics = ['a']"), Ok(Some(1)));
        assert_eq!(threads("[feeds.x]\ntopics = ['a']\nthreads = 64"), Ok(Some(64)));
        for n in ["0", "65"] {
            let bad: Result<_, String> =
                threads(&format!("[feeds.x]\ntopics = ['a']\nthreads = {n}"));
            assert_eq!(bad, Err(format!("`threads` is {n}")));
        }
        let four = "[feeds.x]\ntopics = ['a', 'b', 'c', 'd']\nthreads = 64\n";
        assert_eq!(threads(four), Ok(Some(64)), "256 in all");
        assert_eq!(
            threads(&format!("{four}[feeds.y]\ntopics = ['e']")),
            Err("the feeds' topics take 257 threads".into())
        );
    }
    #[test]
    fn a_ratio_is_a_number_from_0_to_1() {
        let ratio = |written: &str| {
            let text = format!(
                "kafka.brokers = 'k:1'\nfeeds.x.topics = ['x']\n\
                 limits.dead_letter_ratio_max = {written}"
            );
            let read = read("s.toml", &text, Pointed::Left);
            let said = |errors: ConfigErrors| errors.into_vec().remove(0);
            read.map(|set| set.limits.dead_letter_ratio_max)
                .map_err(said)
                .map_err(|error| format!("{}; {}", error.message, error.expected))
        };
        for (written, expected) in [("0.25", 0.25), ("1e-3", 0.001), ("1_0e-2", 0.1), ("1", 1.0)] {
            assert_eq!(ratio(written), Ok(expected), "{written}");
        }
        for written in ["1.5", "-0.1", "nan", "inf", "2", "0x1"] {
            let expected = format!("`dead_letter_ratio_max` is {written}; expected 0 to 1");
            assert_eq!(ratio(written), Err(expected));
        }
        let text = "`dead_letter_ratio_max` holds a string; expected a number from 0 to 1";
        assert_eq!(ratio("'1%'"), Err(text.to_owned()));
    }
}
