//! `daebak demo`: the launch week, the whole pipeline and an embedded broker in one process.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

use super::run::{interrupted, runtime};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::demo::feeder::Feeder;
use crate::demo::{Generator, Options};
use crate::kafka::embedded::Embedded;
use crate::service::{Role, Service};
use crate::time::{Span, Timestamp};

/// When the demo's week begins: Friday 2026-02-06, 06:00 UTC, six hours before the premiere.
pub(super) const START: Timestamp = Timestamp::from_secs(1_770_357_600);

/// When the first episode airs, from then.
const PREMIERE: Span = Span::from_hours(6);

/// About how many posts an hour the launch's peak has.
pub(super) const POSTS_PER_HOUR: f64 = 4_000.0;

/// How often a tagger sends a heartbeat: an hour of the demo may pass in a few seconds.
const HEARTBEATS: Duration = Duration::from_millis(100);

/// How many partitions each topic has.
const PARTITIONS: u32 = 2;

/// What the generator says of its own feeds: no record takes longer, but for the late ones.
const MAX_DELAY: Span = Span::from_secs(10);

/// Heartbeats come by the wall's clock, so their absence is judged by it.
const STALL_TIMEOUT: Duration = Duration::from_mins(2);

/// The embedded broker forgets old records, so the feed waits while so many are unread …
const UNREAD_MAX: u64 = 5_000;

/// … and while the windows lag by more than they do at rest and what passes in this long.
const USUAL_LAG: Span = Span::from_minutes(1);
const LAG_MAX: Duration = Duration::from_secs(5);

/// Play the launch week of "Starlight Sonata" against its rivals, everything embedded
///
/// Generated posts of the three platforms, an embedded broker, and the service as it runs against
/// a real one, on a virtual clock.
#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// Where to serve the page, the API and /metrics.
    #[arg(long, default_value = "127.0.0.1:9464")]
    listen: SocketAddr,
    /// How many times faster than the wall's clock the week passes.
    #[arg(long, default_value_t = 400.0, value_parser = speed)]
    speed: f64,
    /// The same seed gives the same week.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Ends after this long, as in 90s or 10m.
    #[arg(long = "for", value_name = "TIME")]
    length: Option<Span>,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (0.1..=10_000.0).contains(&speed) => Ok(speed),
        _ => Err("a number from 0.1 to 10000".into()),
    }
}

impl Demo {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let clock = Clock::running(START, self.speed);
        let (broker, config) = embed(config::shipped()?, self.listen, clock)?;
        runtime()?.block_on(self.play(&config, clock))?;
        drop(broker);
        Ok(())
    }

    async fn play(self, config: &Arc<Config>, clock: Clock) -> anyhow::Result<()> {
        let stop = Arc::new(AtomicBool::new(false));
        let service = Service::open(config, Role::All, clock, HEARTBEATS).await?;
        self.greet(service.address()?)?;
        let (tell_failure, feed_failed) = oneshot::channel();
        let feed = tokio::task::spawn_blocking({
            let (config, stop) = (Arc::clone(config), Arc::clone(&stop));
            let (positions, status) = (service.positions(), service.status());
            let lag_max = USUAL_LAG + clock.passes_in(LAG_MAX);
            let has_room = move |sent: u64| {
                let lag = status.time().map_or(Span::ZERO, |time| clock.now() - time);
                sent.saturating_sub(positions.total()) < UNREAD_MAX && lag < lag_max
            };
            move || {
                if let Err(error) = feed(self.seed, &config, clock, &stop, has_room) {
                    // Nobody listens when the service has failed already.
                    let _ = tell_failure.send(error);
                }
            }
        });
        let length = self.length.map_or(u64::MAX, |span| span.as_millis().unsigned_abs());
        let mut failure = None;
        let served = service.run(async {
            tokio::select! {
                () = interrupted() => {}
                () = tokio::time::sleep(Duration::from_millis(length)) => {}
                Ok(error) = feed_failed => failure = Some(error),
            }
        });
        let served = served.await;
        stop.store(true, Ordering::Relaxed);
        feed.await?;
        failure.map_or(Ok(()), Err).and(Ok(served?))
    }

    fn greet(&self, address: SocketAddr) -> std::io::Result<()> {
        let mut out = anstream::stdout();
        let watch = format!(
            "watch -n1 \"curl -s {address}/metrics | grep '^daebak_window_posts{{.*title=.starlight-sonata.*1h'\""
        );
        writeln!(
            out,
            "The launch week of Starlight Sonata, {} times as fast as the world; its premiere \
             comes in {:.0} s.\nOpen http://{address}/ and watch it take off.\n\
             For Prometheus it is at http://{address}/metrics, and in a shell:\n  {watch}\n\
             Ctrl-C ends it.",
            self.speed,
            PREMIERE.as_secs_f64() / self.speed,
        )?;
        out.flush()
    }
}

/// An embedded broker with every topic of `config`, and the config that uses it.
fn embed(
    mut config: Config,
    listen: SocketAddr,
    clock: Clock,
) -> anyhow::Result<(Embedded, Arc<Config>)> {
    let kafka = &config.service.kafka;
    let feeds = config.service.feeds.iter().flat_map(|feed| &feed.topics);
    let topics: Vec<(&str, u32)> = feeds
        .chain([&kafka.mention_log, &kafka.dead_letters])
        .chain(&kafka.bursts)
        .chain(&kafka.owners)
        .map(|topic| (topic.as_str(), PARTITIONS))
        .collect();
    let broker = Embedded::start(&topics)?;
    config.service.kafka.connection = broker.connection();
    for feed in &mut config.service.feeds {
        feed.timing.max_delay = MAX_DELAY;
    }
    // The embedded broker compacts nothing.
    config.service.kafka.snapshots = None;
    config.service.listen = listen;
    config.service.stall_timeout = clock.passes_in(STALL_TIMEOUT);
    Ok((broker, Arc::new(config)))
}

/// Feeds the week to the broker, as fast as the service reads.
fn feed(
    seed: u64,
    config: &Config,
    clock: Clock,
    stop: &AtomicBool,
    has_room: impl Fn(u64) -> bool,
) -> anyhow::Result<()> {
    let generator = Generator::new(Options {
        seed,
        start: START,
        posts_per_hour: POSTS_PER_HOUR,
        length: Span::from_days(7),
        truth: false,
    });
    let mut feeder = Feeder::open(&config.service.kafka.connection, &config.service.feeds)?;
    Ok(feeder.play(generator, clock, stop, has_room)?)
}
