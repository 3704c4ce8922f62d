//! Builds every thread and task, joins them, and owns the order in which they stop.

mod follow;
mod watch;

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinSet};

use crate::aggregator::{Aggregator, AggregatorError, Parts};
use crate::clock::Clock;
use crate::config::{Config, Feed, Series, Service as Settings};
use crate::http::{self, connection::Limits};
use crate::kafka::KafkaError;
use crate::kafka::contact::Contact;
use crate::kafka::feed_consumer::Membership;
use crate::kafka::producer::{LogProducer, QueueBounds};
use crate::kafka::topic::{TopicKind, partition_count};
use crate::kafka::topics;
use crate::mention::{Tagger, TaggerError};
use crate::metric::health::Health;
use crate::status::Status;
use crate::tagger::{
    self, DeadLetterRatio, Destination, Destinations, FeedMeter, Positions, Surroundings,
    TaggerSettings, TaggingError, Tellers,
};
use follow::Follow;
use watch::Watch;

/// Which of the two stages a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Both.
    All,
    /// Feeds become mentions: no measure of a title is served.
    Tagger,
    /// Mentions become measures: no feed is read.
    Aggregator,
}

impl Role {
    const fn tags(self) -> bool {
        !matches!(self, Self::Aggregator)
    }

    const fn folds(self) -> bool {
        !matches!(self, Self::Tagger)
    }
}

/// Why the service could not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The address is taken or not ours.
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
    /// The campaigns' words could not be made into a matcher.
    #[error(transparent)]
    Words(#[from] TaggerError),
    /// The broker's side.
    #[error(transparent)]
    Kafka(#[from] KafkaError),
    /// The aggregator stopped.
    #[error(transparent)]
    Aggregator(#[from] AggregatorError),
    /// A tagger stopped.
    #[error("tagger of {topic}: {error}")]
    Tagger {
        /// The feed topic.
        topic: String,
        /// Why.
        error: TaggingError,
    },
    /// A thread or task panicked; its message is in the log.
    #[error("a thread died: {0}")]
    Panicked(#[from] JoinError),
}

/// The service, opened: its address is bound and its topics are there.
pub struct Service {
    listener: TcpListener,
    aggregator: Option<Aggregator>,
    taggers: Vec<Feeding>,
    tagger: Tagger,
    clock: Clock,
    producer: Arc<LogProducer>,
    positions: Arc<Positions>,
    status: Arc<Status>,
    health: Arc<Health>,
    watch: Watch,
    follow: Option<Follow>,
}

/// One thread of a feed topic, and its tagger's settings.
struct Feeding {
    ratio: Arc<DeadLetterRatio>,
    settings: TaggerSettings,
}

impl Service {
    /// Opens everything of `role`, once the topics are found fit.
    ///
    /// `heartbeats` is the wall time between two heartbeats of a tagger.
    ///
    /// # Errors
    /// What could not be opened, by name.
    pub async fn open(
        config: &Arc<Config>,
        role: Role,
        clock: Clock,
        heartbeats: Duration,
    ) -> Result<Self, ServiceError> {
        let settings = &config.service;
        let listener = TcpListener::bind(settings.listen)
            .await
            .map_err(|error| ServiceError::Listen(settings.listen, error))?;
        topics::verify(config, role.tags()).await?;
        let feeds: Vec<&str> = settings.feeds.iter().map(|feed| feed.name.as_str()).collect();
        let health = Arc::new(Health::new(&feeds, env!("CARGO_PKG_VERSION")));
        let series = config.campaigns.iter().map(|campaign| Series::of(settings, campaign).all);
        health.instance().series(series.sum(), settings.limits.series_max);
        let status = Arc::new(Status::new(Arc::new(|| Clock::system().now()), Arc::clone(&health)));
        let producer =
            Arc::new(LogProducer::open(&settings.kafka.connection, QueueBounds::default())?);
        let tagger = Tagger::new(&config.campaigns, settings.rules())?;
        let taggers = if role.tags() {
            feedings(settings, &tagger, &health, heartbeats)?
        } else {
            Vec::new()
        };
        let parts = || Parts {
            config: Arc::clone(config),
            clock,
            producer: Arc::clone(&producer),
            health: Arc::clone(&health),
            status: Arc::clone(&status),
        };
        let aggregator = role.folds().then(|| Aggregator::open(parts())).transpose()?;
        let watch = Watch {
            contact: Contact::open(&settings.kafka.connection)?,
            topic: settings.kafka.mention_log.clone(),
            status: Arc::clone(&status),
            is_alone: aggregator.is_none(),
        };
        let follow = Follow::open(config, &status)?;
        let positions = Arc::default();
        Ok(Self {
            listener,
            aggregator,
            taggers,
            tagger,
            clock,
            producer,
            positions,
            status,
            health,
            watch,
            follow,
        })
    }

    /// How far the feeds have been read.
    pub fn positions(&self) -> Arc<Positions> {
        Arc::clone(&self.positions)
    }

    /// What the loops leave for HTTP to show.
    pub fn status(&self) -> Arc<Status> {
        Arc::clone(&self.status)
    }

    /// Where HTTP listens.
    ///
    /// # Errors
    /// The socket's.
    pub fn address(&self) -> std::io::Result<std::net::SocketAddr> {
        self.listener.local_addr()
    }

    /// Runs until `shutdown` completes or a part of it ends; either way all parts are stopped:
    /// taggers (their last mentions are acknowledged, their offsets stored) and the aggregator
    /// (its snapshots are written, its campaigns given up) at once, HTTP after them.
    ///
    /// # Errors
    /// Why the first part ended that was not told to.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), ServiceError> {
        let stop = Arc::new(AtomicBool::new(false));
        let (stop_http, http_stopped) = oneshot::channel::<()>();
        let mut taggers = JoinSet::new();
        let tellers = Arc::<Tellers>::default();
        for feeding in self.taggers {
            let name = &feeding.settings.name;
            let pulse = self.status.pulse(format!("tagger {name}"));
            let meter = FeedMeter::new(&self.health, &feeding.ratio, pulse, name, &tellers);
            let mut tagger = self.tagger.clone();
            let (producer, positions) = (Arc::clone(&self.producer), Arc::clone(&self.positions));
            let (stop, clock) = (Arc::clone(&stop), self.clock);
            taggers.spawn_blocking(move || {
                let around = Surroundings {
                    producer: &producer,
                    clock,
                    meter: &meter,
                    positions: &positions,
                    stop: &stop,
                };
                tagger::run(&feeding.settings, around, |record| tagger.tag(record)).map_err(
                    |error| ServiceError::Tagger {
                        topic: feeding.settings.membership.topic.clone(),
                        error,
                    },
                )
            });
        }
        let mut aggregator = JoinSet::new();
        if let Some(opened) = self.aggregator {
            let stop = Arc::clone(&stop);
            aggregator.spawn_blocking(move || Ok(opened.run(&stop)?));
        }
        if let Some(follow) = self.follow {
            let stop = Arc::clone(&stop);
            aggregator.spawn_blocking(move || {
                follow.run(&stop);
                Ok(())
            });
        }
        let (stop_watch, watch_stopped) = mpsc::channel();
        aggregator.spawn_blocking(move || {
            self.watch.run(&watch_stopped);
            Ok(())
        });
        let mut http = JoinSet::new();
        http.spawn(async move {
            let stopped = async { drop(http_stopped.await) };
            http::connection::serve(self.listener, self.status, Limits::default(), stopped).await;
            Ok(())
        });

        let first = tokio::select! {
            () = shutdown => None,
            // A role without one has none to wait for.
            Some(ended) = taggers.join_next() => Some(ended),
            ended = aggregator.join_next() => ended,
            ended = http.join_next() => ended,
        };
        let mut outcome = first.map_or(Ok(()), flatten);
        stop.store(true, Ordering::Relaxed);
        drop(stop_watch);
        outcome = outcome.and(join(taggers).await);
        outcome = outcome.and(join(aggregator).await);
        drop(stop_http);
        outcome.and(join(http).await)
    }
}

/// Waits for every one of `parts`; the first failure is the outcome.
async fn join(mut parts: JoinSet<Result<(), ServiceError>>) -> Result<(), ServiceError> {
    let mut outcome = Ok(());
    while let Some(ended) = parts.join_next().await {
        outcome = outcome.and(flatten(ended));
    }
    outcome
}

fn flatten(ended: Result<Result<(), ServiceError>, JoinError>) -> Result<(), ServiceError> {
    ended.map_err(ServiceError::from).flatten()
}

/// The taggers of every feed topic.
fn feedings(
    settings: &Settings,
    tagger: &Tagger,
    health: &Health,
    heartbeats: Duration,
) -> Result<Vec<Feeding>, KafkaError> {
    let kafka = &settings.kafka;
    let destination = |topic: &str, kind| {
        let partitions = partition_count(&kafka.connection, topic, kind)?;
        Ok::<_, KafkaError>(Destination { topic: topic.into(), partitions })
    };
    let to = Destinations {
        mention_log: destination(&kafka.mention_log, TopicKind::MentionLog)?,
        dead_letters: Some(destination(&kafka.dead_letters, TopicKind::DeadLetters)?),
    };
    let of_thread = |feed: &Feed, ratio: &Arc<_>, topic: &String, thread: usize| Feeding {
        ratio: Arc::clone(ratio),
        settings: TaggerSettings {
            membership: Membership {
                connection: kafka.connection.clone(),
                group: kafka.group.clone(),
                topic: topic.clone(),
                instance: kafka.instance.as_ref().map(|name| format!("{name}.{thread}")),
            },
            timing: feed.timing,
            out_of_orderness: settings.out_of_orderness,
            to: to.clone(),
            revisions: tagger.revisions(),
            name: named(kafka.instance.as_deref(), topic, thread),
            heartbeat_interval: heartbeats,
        },
    };
    let mut feedings = Vec::new();
    for feed in &settings.feeds {
        let (counts, name) = (health.feed(&feed.name), &feed.name);
        let ratio_max = settings.limits.dead_letter_ratio_max;
        let ratio = Arc::new(DeadLetterRatio::new(counts, name, ratio_max));
        for topic in &feed.topics {
            feedings.extend((0..feed.threads).map(|thread| of_thread(feed, &ratio, topic, thread)));
        }
    }
    Ok(feedings)
}

/// A tagger's name in its heartbeats: its instance, if it has a name, its topic and its thread.
fn named(instance: Option<&str>, topic: &str, thread: usize) -> Box<str> {
    let instance = instance.map(|instance| format!("{instance}/")).unwrap_or_default();
    format!("{instance}{topic}/{thread}").into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config;
    use crate::kafka::embedded::Embedded;

    #[test]
    fn every_thread_of_a_topic_is_a_member_and_a_tagger_of_its_own_name() {
        let mut settings = config::shipped().unwrap().service;
        settings.feeds.truncate(1);
        let feed = &mut settings.feeds[0];
        (feed.topics, feed.threads) = (vec!["a".into(), "b".into()], 2);
        let kafka = &mut settings.kafka;
        let topics = ["a", "b", &kafka.mention_log, &kafka.dead_letters].map(|topic| (topic, 1));
        let broker = Embedded::start(&topics).unwrap();
        kafka.connection = broker.connection();
        kafka.instance = Some("one".into());
        let tagger = Tagger::new(&[], settings.rules()).unwrap();
        let taggers =
            feedings(&settings, &tagger, &Health::new(&[], "1"), Duration::from_secs(1)).unwrap();
        let member = |feeding: &Feeding| {
            let Membership { topic, instance, .. } = &feeding.settings.membership;
            format!("{} {topic} {}", feeding.settings.name, instance.as_deref().unwrap())
        };
        let members: BTreeSet<String> = taggers.iter().map(member).collect();
        let expected = ["one/a/0 a one.0", "one/a/1 a one.1", "one/b/0 b one.0", "one/b/1 b one.1"];
        assert!(members.iter().eq(expected), "{members:?}");
    }
}
