//! `daebak run`: the service against a broker.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::config;
use crate::service::Service;

/// How often a tagger sends a heartbeat at the most.
const HEARTBEATS: Duration = Duration::from_secs(1);

/// Threads beside the one of each feed topic: the aggregator's, and the demo's feed.
const OTHER_THREADS: usize = 8;

/// Read the feeds, keep the mention log and serve /metrics, until SIGINT or SIGTERM
#[derive(Debug, clap::Args)]
pub(super) struct Run {
    /// The service's file.
    #[arg(long, default_value = super::CONFIG_DEFAULT)]
    config: PathBuf,
}

impl Run {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = Arc::new(config::load(&self.config)?);
        super::log_to_stderr();
        let campaigns = config.campaigns.len();
        tracing::info!(listen = %config.service.listen, campaigns, "starting");
        runtime()?.block_on(async {
            let service = Service::open(&config, Clock::system(), HEARTBEATS).await?;
            service.run(interrupted()).await?;
            tracing::info!("stopped");
            Ok(())
        })
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
