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
/// What a quiet title may take, in bytes.
const TITLE_GOAL: usize = 40_000;

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
    /// For how many of those steps records are made at once.
    steps_at_once: usize,
}

/// A fold and the processor's time that it has taken.
struct Folded {
    buzz: Buzz,
    /// Seconds in all.
    all: f64,
    /// Seconds in heartbeats, by which T moves and what has waited lands; told by the wall.
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
    let (mut all, mut mentions, mut ticks) = (0.0, 0.0, 0.0);
    let numbers: Vec<usize> = (0..steps).collect();
    for numbers in numbers.chunks(stream.steps_at_once) {
        let made: Vec<Step> =
            numbers.iter().map(|n| Step::new(*n, steps, stream, &titles)).collect();
        let before = processor();
        for step in &made {
            let watch = Stopwatch::start();
            for record in &step.mentions {
                buzz.apply(step.end, record).unwrap();
            }
            mentions += watch.elapsed().as_secs_f64();
            let heartbeat = heartbeat(&config, step.end);
            let watch = Stopwatch::start();
            buzz.apply(step.end, &heartbeat).unwrap();
            ticks += watch.elapsed().as_secs_f64();
            buzz.take_landed();
        }
        all += processor() - before;
    }
    let end = START + stream.span + Span::from_minutes(1);
    buzz.apply(end, &heartbeat(&config, end)).unwrap();
    assert_eq!(buzz.ledger_entries(), stream.mentions, "each is a post of its own");
    assert_eq!(buzz.pending_entries(), 0, "each has landed");
    Folded { buzz, all, ticks: all * ticks / (mentions + ticks) }
}

/// What is posted before T moves once.
struct Step {
    mentions: Vec<LogRecord>,
    end: Timestamp,
}

impl Step {
    fn new(step: usize, steps: usize, stream: Stream, titles: &[TitleId]) -> Self {
        let numbers = stream.mentions * step / steps..stream.mentions * (step + 1) / steps;
        let passed = stream.step.as_millis() * i64::try_from(step + 1).unwrap();
        Self {
            mentions: numbers.map(|n| mention(n, stream, titles)).collect(),
            end: START + Span::from_millis(passed),
        }
    }
}

/// Seconds of a processor that the process has had, which is of one thread: what else runs on the
/// machine is not in it.
fn processor() -> f64 {
    let status = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    status.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// Nanoseconds a mention at [`RATE`], by titles and with and without authors, taken in turn.
fn print_times(mentions: usize) {
    let span = Span::from_secs(i64::try_from(mentions / RATE).unwrap());
    let of = |titles, authors| {
        let (step, steps_at_once) = (TICK, 10);
        Stream { titles, mentions, authors, is_rich: true, span, step, steps_at_once }
    };
    let streams: Vec<Stream> =
        TITLES.iter().flat_map(|titles| [of(*titles, 0), of(*titles, mentions / 3)]).collect();
    let mut best = vec![(f64::MAX, 0.0); streams.len()];
    for _ in 0..PASSES {
        for (stream, best) in streams.iter().zip(&mut best) {
            let Folded { all, ticks, .. } = fold(*stream);
            if all < best.0 {
                *best = (all, ticks);
            }
        }
    }
    println!("ns a mention, {mentions} of them, {RATE} a second (goal: {MENTION_GOAL} all told)");
    println!("  titles  authors  all told  in ticks  ratio");
    let ns = |seconds: f64| seconds * 1e9 / mentions as f64;
    for (stream, (all, ticks)) in streams.iter().zip(&best) {
        let Stream { titles, authors, .. } = stream;
        let (told, in_ticks, ratio) = (ns(*all), ns(*ticks), all / best[0].0);
        println!("{titles:>8} {authors:>8} {told:>9.0} {in_ticks:>9.0} {ratio:>6.2}");
    }
}

/// What a tick takes while next to nothing is posted.
fn print_quiet_ticks() {
    println!("\na tick over an hour of 10 mentions a title");
    for titles in TITLES {
        let span = Span::from_hours(1);
        let (mentions, step, steps_at_once) = (10 * titles, TICK, 720);
        let stream =
            Stream { titles, mentions, authors: 100, is_rich: true, span, step, steps_at_once };
        let n_ticks = span.steps(TICK) as f64;
        let best = (0..PASSES).map(|_| fold(stream).ticks / n_ticks).fold(f64::MAX, f64::min);
        let of_a_title = best * 1e9 / titles as f64;
        println!("{titles:>8} titles: {:.0} µs, {of_a_title:.0} ns a title", best * 1e6);
    }
}

/// The variable that tells a child process which stream to fold.
const CHILD: &str = "DAEBAK_FOLD_OF";

/// The bytes that a fold of `stream` takes, and those of its snapshot: in a process of its own,
/// so that nothing is taken over from another.
fn bytes(stream: Stream) -> (f64, f64) {
    let Stream { titles, mentions, authors, is_rich, .. } = stream;
    let out = std::process::Command::new(std::env::current_exe().unwrap())
        .env(CHILD, format!("{titles} {mentions} {authors} {}", usize::from(is_rich)))
        // Large blocks go back when they are freed.
        .env("MALLOC_MMAP_THRESHOLD_", "65536")
        .output()
        .unwrap();
    let out = String::from_utf8(out.stdout).unwrap();
    let mut figures = out.split_whitespace().map(|figure| figure.parse().unwrap());
    (figures.next().unwrap(), figures.next().unwrap())
}

/// What [`bytes`] asks a child for.
fn print_own_bytes(stream: &str) {
    let figures: Vec<usize> = stream.split(' ').map(|figure| figure.parse().unwrap()).collect();
    let [titles, mentions, authors, is_rich] = figures[..] else { return };
    let before = resident();
    let buzz = fold(long(titles, mentions, authors, is_rich == 1)).buzz;
    println!("{} {}", resident() - before, buzz.pack().unwrap().unwrap().bytes());
}

/// Bytes of memory that the process has.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0
}

/// Mentions over most of a day.
fn long(titles: usize, mentions: usize, authors: usize, is_rich: bool) -> Stream {
    let (span, step) = (Span::from_hours(20), Span::from_minutes(10));
    Stream { titles, mentions, authors, is_rich, span, step, steps_at_once: 1 }
}

fn print_bytes(mentions: usize) {
    let (plain, _) = bytes(long(100, mentions, 0, false));
    let (twice, _) = bytes(long(100, 2 * mentions, 0, false));
    let (written, _) = bytes(long(100, mentions, mentions / 3, false));
    let posts = 24 * 2_000;
    let (few, _) = bytes(long(100, posts, posts / 3, true));
    let (many, packed) = bytes(long(2_000, posts, posts / 3, true));
    println!("\nbytes, by what differs between two folds");
    println!("{:>10.0} a ledger entry", (twice - plain) / mentions as f64);
    println!("{:>10.0} an author of three posts", (written - plain) / (mentions / 3) as f64);
    println!("{:>10.0} a title of 24 posts (goal {TITLE_GOAL})", (many - few) / 1_900.0);
    println!("{packed:>10.0} 2,000 of those in a snapshot");
}

fn main() {
    if let Ok(stream) = std::env::var(CHILD) {
        return print_own_bytes(&stream);
    }
    let mentions: usize =
        std::env::var("DAEBAK_MENTIONS").map_or(300_000, |text| text.parse().unwrap());
    print_times(mentions);
    print_quiet_ticks();
    print_bytes(mentions);
}
