//! `daebak run`: the service against a broker.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::service::{Role, Service};

/// How often a tagger sends a heartbeat at the most.
const HEARTBEATS: Duration = Duration::from_secs(1);

/// Threads beside the one of each feed topic: the aggregator's, the watch's, and the demo's feed.
const OTHER_THREADS: usize = 8;

/// Read the feeds, keep the mention log and serve /metrics, until SIGINT or SIGTERM
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    /// The service's file.
    #[arg(long, default_value = super::CONFIG_DEFAULT)]
    config: PathBuf,
    /// Which stage this process runs; several of each share the work.
    #[arg(long, value_enum, default_value_t = Stage::All)]
    role: Stage,
}

/// A role, as the command line names it.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Stage {
    /// Both stages.
    All,
    /// Feeds become mentions.
    Tagger,
    /// Mentions become measures.
    Aggregator,
}

impl From<Stage> for Role {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::All => Self::All,
            Stage::Tagger => Self::Tagger,
            Stage::Aggregator => Self::Aggregator,
        }
    }
}

impl Run {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = Arc::new(config::load(&self.config)?);
        super::log_to_stderr();
        tell(&config, self.role);
        runtime()?.block_on(async {
            let service =
                Service::open(&config, self.role.into(), Clock::system(), HEARTBEATS).await?;
            service.run(interrupted()).await?;
            tracing::info!("stopped");
            Ok(())
        })
    }
}

/// Logs what is in force; of secrets, that they are there.
fn tell(config: &Config, role: Stage) {
    let kafka = &config.service.kafka;
    let connection = &kafka.connection;
    let sasl = connection.sasl.as_ref();
    let topics: usize = config.service.feeds.iter().map(|feed| feed.topics.len()).sum();
    tracing::info!(
        listen = %config.service.listen,
        advertise = config.service.advertise.as_ref().map(tracing::field::display),
        ?role,
        campaigns = config.campaigns.len(),
        brokers = connection.brokers,
        tls = connection.tls.is_some(),
        mechanism = sasl.map(|sasl| sasl.mechanism.name()),
        username = sasl.map(|sasl| &*sasl.username),
        group = kafka.group,
        instance = kafka.instance,
        mention_log = kafka.mention_log,
        snapshots = kafka.snapshots,
        bursts = kafka.bursts,
        owners = kafka.owners,
        dead_letters = kafka.dead_letters,
        feed_topics = topics,
        "starting"
    );
    if connection.shows_password() {
        tracing::warn!("SASL PLAIN without [kafka.tls] sends the password for all to read");
    }
    if config.service.shows_authors() {
        tracing::warn!("{}", super::SHOWS_AUTHORS);
    }
}

/// What runs HTTP and the threads of the loops.
pub(super) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(config::FEED_TOPICS_MAX + OTHER_THREADS)
        .enable_all()
        .build()
}

/// Completes at the first SIGINT or SIGTERM.
pub(super) async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(interrupt.await),
    }
}
