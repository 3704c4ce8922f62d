//! What the fold takes: nanoseconds a mention and a tick, bytes a quiet title, an author and a
//! ledger entry. `cargo bench --bench fold`; `DAEBAK_MENTIONS` says how many mentions a run has.
//!
//! A mention's time is that of all that its coming brings about: it is applied, waits for T, lands
//! in every window, and its share of the ticks, at a stated rate. Bytes are the growth of the
//! resident set from one fold to another that differs in one thing only.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a driver")]

#[path = "../day/mod.rs"]
mod day;

use std::collections::BTreeMap;

use daebak::buzz::Buzz;
use daebak::campaign::{CampaignId, Revision, TitleId};
use daebak::clock::Stopwatch;
use daebak::config::{parse_campaign, shipped};
use daebak::post::Counters;
use daebak::record::config::FoldConfig;
use daebak::record::heartbeat::{Heartbeat, Progress};
use daebak::record::{LogRecord, SCHEMA_VERSION};
use daebak::time::{Span, TICK, Timestamp};

const START: Timestamp = Timestamp::from_secs(1_770_000_000);
/// Mentions a second of event time in the timed runs.
const RATE: usize = 1_000;
/// The titles of the timed runs.
const TITLES: [usize; 3] = [100, 500, 2_000];
/// Each time is the best of so many passes, taken in turn.
const PASSES: usize = 3;
/// What a mention may take, all told, in ns.
const MENTION_GOAL: f64 = 400.0;
/// What a quiet title may take, in kB.
const TITLE_GOAL: f64 = 40.0;

/// A stream of mentions, in order of their times.
#[derive(Clone, Copy)]
struct Stream {
    titles: usize,
    mentions: usize,
    /// How many authors write them, in turn; 0 where the platform does not say.
    authors: usize,
    /// Whether posts have what real ones have: hashtags, a text of their own, counters.
    is_rich: bool,
    /// The event time that it covers.
    span: Span,
    /// By how much T moves at once.
    step: Span,
}

/// A fold and what it has taken.
struct Folded {
    buzz: Buzz,
    mentions: f64,
    ticks: f64,
}

fn config(titles: usize) -> FoldConfig {
    let text = "name = \"A launch\"\nlanguages = [\"ko\"]\n\n[[titles]]\nid = \"t0\"\nname = \"The \
                Sonata\"\n";
    let campaign = parse_campaign(day::CAMPAIGN, "launch-0.toml", text).unwrap();
    let mut config = shipped().unwrap().service.fold_config(&campaign);
    config.titles = (0..titles).map(title).collect();
    config.titles_max = titles;
    config
}

fn title(n: usize) -> TitleId {
    TitleId::new(&format!("t{n}"))
}

/// Every feed partition has come up to `watermark`.
fn heartbeat(config: &FoldConfig, watermark: Timestamp) -> LogRecord {
    let progress = |topic: &str| Progress {
        topic: topic.into(),
        partition: 0,
        position: 0,
        watermark: Some(watermark),
        end_fetched: None,
    };
    let revision: Revision = config.revision.clone();
    LogRecord::Heartbeat(Heartbeat {
        v: SCHEMA_VERSION,
        tagger: "bench".into(),
        clock: watermark,
        revisions: BTreeMap::from([(config.campaign.clone(), revision)]),
        partition_counts: config.topics.keys().map(|topic| (topic.clone(), 1)).collect(),
        partitions: config.topics.keys().map(|topic| progress(topic)).collect(),
    })
}

fn mention(n: usize, stream: Stream, titles: &[TitleId]) -> LogRecord {
    let mut mention = day::mention(n, stream.mentions, START);
    let millis = stream.span.as_millis() * i64::try_from(n).unwrap();
    mention.event_time =
        START + Span::from_millis(millis / i64::try_from(stream.mentions).unwrap());
    mention.observed = mention.event_time + Span::from_secs(2);
    mention.titles[0].title = titles[n * 7919 % titles.len()].clone();
    let author = (stream.authors > 0).then(|| n / 3 % stream.authors.max(1));
    mention.author = author.map(|author| (1_000_000_007 * (author + 1)).to_string().into());
    if stream.is_rich {
        mention.hashtags = vec!["sonata".into(), format!("ep{}", n % 16).into()];
        mention.followers = Some(n as u64 % 5_000);
        mention.counters = Counters { likes: Some(n as u64 % 3), ..Counters::default() };
    } else {
        mention.fingerprint = None;
    }
    LogRecord::Mention(mention.into())
}

/// Folds a stream, tick by tick. Records are made apart from what is timed.
fn fold(stream: Stream) -> Folded {
    let config = config(stream.titles);
    let mut buzz = Buzz::new(CampaignId::new(day::CAMPAIGN));
    buzz.apply(START, &LogRecord::Config(Box::new(config.clone()))).unwrap();
    buzz.apply(START, &heartbeat(&config, START)).unwrap();
    let steps = usize::try_from(stream.span.steps(stream.step)).unwrap();
    let titles: Vec<TitleId> = config.titles.clone();
    let (mut mentions, mut ticks) = (0.0, 0.0);
    for step in 0..steps {
        let numbers = stream.mentions * step / steps..stream.mentions * (step + 1) / steps;
        let records: Vec<LogRecord> = numbers.map(|n| mention(n, stream, &titles)).collect();
        let passed = stream.step.as_millis() * i64::try_from(step + 1).unwrap();
        let now = START + Span::from_millis(passed);
        let watch = Stopwatch::start();
        for record in &records {
            buzz.apply(now, record).unwrap();
        }
        mentions += watch.elapsed().as_secs_f64();
        let heartbeat = heartbeat(&config, now);
        let watch = Stopwatch::start();
        buzz.apply(now, &heartbeat).unwrap();
        ticks += watch.elapsed().as_secs_f64();
        buzz.take_landed();
    }
    assert_eq!(buzz.ledger_entries(), stream.mentions, "each is a post of its own");
    assert_eq!(buzz.pending_entries(), 0, "each has landed");
    Folded { buzz, mentions, ticks }
}

/// Nanoseconds a mention at [`RATE`], by titles and with and without authors, taken in turn.
fn print_times(mentions: usize) {
    let seconds = i64::try_from(mentions / RATE).unwrap();
    let of = |titles, authors| Stream {
        titles,
        mentions,
        authors,
        is_rich: true,
        span: Span::from_secs(seconds),
        step: TICK,
    };
    let streams: Vec<Stream> =
        TITLES.iter().flat_map(|titles| [of(*titles, 0), of(*titles, mentions / 3)]).collect();
    let mut best = vec![(f64::MAX, 0.0); streams.len()];
    for _ in 0..PASSES {
        for (stream, best) in streams.iter().zip(&mut best) {
            let folded = fold(*stream);
            let all = (folded.mentions + folded.ticks) * 1e9 / mentions as f64;
            if all < best.0 {
                *best = (all, folded.mentions * 1e9 / mentions as f64);
            }
        }
    }
    println!("ns a mention, {mentions} of them, {RATE} a second (goal {MENTION_GOAL} all told)");
    println!("{:>8} {:>8} {:>9} {:>8} {:>7}", "titles", "authors", "all told", "applied", "ratio");
    for (stream, (all, applied)) in streams.iter().zip(&best) {
        let Stream { titles, authors, .. } = stream;
        println!("{titles:>8} {authors:>8} {all:>9.0} {applied:>8.0} {:>7.2}", all / best[0].0);
    }
}

/// What a tick takes while next to nothing is posted.
fn print_quiet_ticks() {
    println!("\nµs a tick over an hour of 10 mentions a title");
    for titles in TITLES {
        let span = Span::from_hours(1);
        let mentions = 10 * titles;
        let stream = Stream { titles, mentions, authors: 100, is_rich: true, span, step: TICK };
        let ticks = span.steps(TICK) as f64;
        let took = (0..PASSES).map(|_| fold(stream).ticks * 1e6 / ticks).fold(f64::MAX, f64::min);
        println!("{titles:>8} titles {took:>8.1}, {:.0} ns a title", took * 1e3 / titles as f64);
    }
}

/// Bytes of memory that the process has.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0
}

/// The bytes that a fold of `stream` leaves; it stays, so that nothing is taken over by the next.
fn bytes(stream: Stream, kept: &mut Vec<Buzz>) -> f64 {
    let before = resident();
    kept.push(fold(stream).buzz);
    resident() - before
}

fn print_bytes(mentions: usize) {
    let plain = Stream {
        titles: 100,
        mentions,
        authors: 0,
        is_rich: false,
        span: Span::from_hours(20),
        step: Span::from_minutes(10),
    };
    let mut kept = Vec::new();
    // What the allocator takes once is in no difference.
    bytes(plain, &mut kept);
    let one = bytes(plain, &mut kept);
    let two = bytes(Stream { mentions: 2 * mentions, ..plain }, &mut kept);
    let entry = (two - one) / mentions as f64;
    let authors = bytes(Stream { authors: mentions / 3, ..plain }, &mut kept);
    let author = (authors - one) / (mentions / 3) as f64;
    println!("\nbytes, by the growth of the resident set over {mentions} mentions");
    println!("  a ledger entry         {entry:>8.0}");
    println!("  an author of 3 posts   {author:>8.0}");
    let posts = 24 * 2_000;
    let quiet = Stream { mentions: posts, authors: posts / 3, is_rich: true, ..plain };
    let few = bytes(quiet, &mut kept);
    let many = bytes(Stream { titles: 2_000, ..quiet }, &mut kept);
    let title = (many - few) / 1_900.0 / 1e3;
    println!("  a title of 24 posts    {title:>8.1} kB (goal {TITLE_GOAL} kB)");
    let packed = kept.pop().unwrap().pack().unwrap().unwrap();
    println!("  2,000 of them packed   {:>8.2} MB", packed.bytes() as f64 / 1e6);
}

fn main() {
    let mentions: usize =
        std::env::var("DAEBAK_MENTIONS").map_or(300_000, |text| text.parse().unwrap());
    print_bytes(mentions);
    print_times(mentions);
    print_quiet_ticks();
}
