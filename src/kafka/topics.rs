//! What the service's topics must be, whether they are, and how daebak's own come to be.
//!
//! Feed topics belong to whoever writes to them: they must exist, and are never created.

mod need;

use std::fmt;
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::metadata::MetadataBroker;

use super::KafkaError;
use super::client::{self, partition_number};
use super::contact::Contact;
use super::topic::{self, METADATA_WAIT, TopicKind};
use crate::clock::Stopwatch;
use crate::config::Config;
use crate::config::connection::Connection;
use need::{Need, REPLICAS, needs};

/// How long brokers may take to describe a topic's settings, or to create a topic.
const ANSWER_WAIT: Duration = Duration::from_secs(10);
/// How often a created topic is looked for.
const SEEN_INTERVAL: Duration = Duration::from_millis(100);

/// How own topics are laid out that are created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Partitions of the mention log, and so the most aggregators there can ever be.
    pub partitions: u32,
    /// Copies of each partition; as many as brokers, but three at the most, unless said.
    pub replication_factor: Option<u32>,
}

/// What was found of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The topic.
    pub topic: String,
    /// How many partitions it has; none when it is missing.
    pub partitions: usize,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// What is wrong with a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not exist.
    Missing {
        /// The command line that creates it.
        remedy: String,
    },
    /// It has a setting that loses or distorts measures.
    Unfit {
        /// The setting.
        setting: &'static str,
        /// Its value.
        found: String,
        /// What it must be.
        needed: String,
        /// The command line that mends it.
        remedy: String,
    },
    /// Brokers do not show its settings.
    Unseen(String),
}

/// The service's topics on its brokers.
pub struct Topics<'a> {
    config: &'a Config,
    contact: Contact,
    admin: AdminClient<Quiet>,
}

/// A topic as its metadata tell.
struct Standing {
    partitions: usize,
    replicas: usize,
    /// A broker that answers.
    broker: i32,
}

/// Refuses topics that would lose or distort measures: the check at the start of the service.
/// Feeds are looked at only with `feeds`. Settings that brokers do not show are passed over.
///
/// # Errors
/// [`KafkaError::TopicsUnfit`] with all that is wrong; what [`Topics::check`] returns.
pub async fn verify(config: &Config, feeds: bool) -> Result<(), KafkaError> {
    let mut checked = Topics::open(config)?.check(feeds).await?;
    for topic in &mut checked {
        topic.faults.retain(|fault| match fault {
            Fault::Unseen(reason) => {
                tracing::debug!(topic.topic, reason, "settings not checked");
                false
            }
            Fault::Missing { .. } | Fault::Unfit { .. } => true,
        });
    }
    checked.retain(|topic| !topic.faults.is_empty());
    if checked.is_empty() { Ok(()) } else { Err(KafkaError::TopicsUnfit(checked)) }
}

impl<'a> Topics<'a> {
    /// Connects in the background.
    ///
    /// # Errors
    /// [`KafkaError::Client`] when a setting is refused.
    pub fn open(config: &'a Config) -> Result<Self, KafkaError> {
        let connection = &config.service.kafka.connection;
        let contact = Contact::open(connection)?;
        let admin =
            client::settings(connection).create_with_context(Quiet).map_err(client::refused)?;
        Ok(Self { config, contact, admin })
    }

    /// Looks at daebak's own topics and, with `feeds`, at the feeds', in this order.
    ///
    /// # Errors
    /// [`KafkaError::Unreachable`] with the reason when no broker answers within ten seconds.
    pub async fn check(&self, feeds: bool) -> Result<Vec<Checked>, KafkaError> {
        let mut checked = Vec::new();
        let mut log_partitions = None;
        for (topic, kind) in self.own() {
            let standing = self.standing(topic, kind)?;
            let mut found = self.existing(topic, kind, standing.as_ref());
            if let Some(standing) = standing {
                let count = *log_partitions.get_or_insert(standing.partitions);
                if kind == TopicKind::Snapshots && standing.partitions != count {
                    found.faults.push(self.miscounted(topic, standing.partitions, count));
                }
                found.faults.extend(self.unfit(topic, kind, &standing).await);
            }
            checked.push(found);
        }
        let topics =
            self.config.service.feeds.iter().filter(|_| feeds).flat_map(|feed| &feed.topics);
        for topic in topics {
            let standing = self.standing(topic, TopicKind::Feed)?;
            checked.push(self.existing(topic, TopicKind::Feed, standing.as_ref()));
        }
        Ok(checked)
    }

    /// Creates those of daebak's own topics that are missing, and waits until they are there.
    /// Returns them.
    ///
    /// # Errors
    /// [`KafkaError::NotCreated`], or [`KafkaError::Unreachable`].
    pub async fn create(&self, layout: Layout) -> Result<Vec<String>, KafkaError> {
        let (mut created, mut partitions) = (Vec::new(), layout.partitions);
        for (topic, kind) in self.own() {
            if let Some(standing) = self.standing(topic, kind)? {
                if kind == TopicKind::MentionLog {
                    partitions = u32::try_from(standing.partitions).unwrap_or(u32::MAX);
                }
                continue;
            }
            let partitions = kind.partitions(partitions);
            let replicas = layout.replication_factor.map_or_else(
                || {
                    let metadata = self.contact.metadata(topic, METADATA_WAIT)?;
                    Ok(metadata.brokers().len().clamp(1, REPLICAS))
                },
                |replicas| Ok(replicas as usize),
            )?;
            self.create_one(topic, kind, partitions, replicas).await?;
            created.push(topic.to_owned());
        }
        Ok(created)
    }

    async fn create_one(
        &self,
        topic: &str,
        kind: TopicKind,
        partitions: u32,
        replicas: usize,
    ) -> Result<(), KafkaError> {
        let factor = i32::try_from(replicas).unwrap_or(i32::MAX);
        let replication = TopicReplication::Fixed(factor);
        let needs = needs(self.config, kind, replicas);
        let values: Vec<_> = needs.iter().map(|(name, need)| (*name, need.value())).collect();
        let mut wanted = NewTopic::new(topic, partition_number(partitions), replication);
        for (name, value) in &values {
            wanted = wanted.set(name, value);
        }
        let refused = |detail: String| KafkaError::NotCreated { topic: topic.to_owned(), detail };
        let answers = self.admin.create_topics(&[wanted], &patience()).await;
        let answers = answers.map_err(|error| refused(error.to_string()))?;
        for answer in answers {
            match answer {
                // Another was faster.
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((_, code)) => return Err(refused(code.to_string())),
            }
        }
        let since = Stopwatch::start();
        while self.standing(topic, kind)?.is_none() {
            if since.elapsed() > ANSWER_WAIT {
                return Err(refused("it was created and is not seen".into()));
            }
            tokio::time::sleep(SEEN_INTERVAL).await;
        }
        Ok(())
    }

    /// daebak's own topics; the mention log first, because snapshots are laid out as it is.
    fn own(&self) -> impl Iterator<Item = (&'a str, TopicKind)> {
        let kafka = &self.config.service.kafka;
        let log = (kafka.mention_log.as_str(), TopicKind::MentionLog);
        let snapshots = kafka.snapshots.as_deref().map(|topic| (topic, TopicKind::Snapshots));
        let dead_letters = (kafka.dead_letters.as_str(), TopicKind::DeadLetters);
        let bursts = kafka.bursts.as_deref().map(|topic| (topic, TopicKind::Bursts));
        let owners = kafka.owners.as_deref().map(|topic| (topic, TopicKind::Owners));
        [Some(log), snapshots, Some(dead_letters), bursts, owners].into_iter().flatten()
    }

    fn connection(&self) -> &'a Connection {
        &self.config.service.kafka.connection
    }

    /// None when it does not exist.
    fn standing(&self, topic: &str, kind: TopicKind) -> Result<Option<Standing>, KafkaError> {
        let metadata = self.contact.metadata(topic, METADATA_WAIT)?;
        match topic::found(&metadata, self.connection(), topic, kind) {
            Ok(found) => {
                let replicas = found.partitions().iter().map(|one| one.replicas().len());
                let replicas = replicas.min().unwrap_or_default();
                let partitions = found.partitions().len();
                let broker = metadata.brokers().first().map_or(-1, MetadataBroker::id);
                Ok(Some(Standing { partitions, replicas, broker }))
            }
            Err(KafkaError::TopicMissing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Its partitions, or that it is missing.
    fn existing(&self, topic: &str, kind: TopicKind, standing: Option<&Standing>) -> Checked {
        let missing = || Fault::Missing { remedy: topic::remedy(self.connection(), topic, kind) };
        Checked {
            topic: topic.to_owned(),
            partitions: standing.map_or(0, |standing| standing.partitions),
            faults: if standing.is_some() { Vec::new() } else { vec![missing()] },
        }
    }

    /// Settings that are not what they must be.
    async fn unfit(&self, topic: &str, kind: TopicKind, standing: &Standing) -> Vec<Fault> {
        let unseen = |reason: String| vec![Fault::Unseen(reason)];
        let asked = [ResourceSpecifier::Topic(topic)];
        // Any broker can tell. The controller, else waited for, is none of the embedded broker's.
        let patience = patience().broker_id(standing.broker);
        let settings = match self.admin.describe_configs(&asked, &patience).await {
            Ok(mut answers) => match answers.pop() {
                Some(Ok(settings)) => settings,
                Some(Err(code)) => return unseen(code.to_string()),
                None => return unseen("no answer".into()),
            },
            Err(error) => return unseen(error.to_string()),
        };
        let unfit = |(setting, need): (&'static str, Need)| {
            let found = settings.get(setting)?.value.clone()?;
            let needed = need.value();
            (!need.is_met(&found)).then(|| Fault::Unfit {
                setting,
                found,
                remedy: format!(
                    "kafka-configs.sh --bootstrap-server {} --alter --entity-type topics \
                     --entity-name {topic} --add-config {setting}={needed}",
                    self.connection().brokers,
                ),
                needed,
            })
        };
        needs(self.config, kind, standing.replicas).into_iter().filter_map(unfit).collect()
    }

    fn miscounted(&self, topic: &str, found: usize, needed: usize) -> Fault {
        Fault::Unfit {
            setting: "partition count",
            found: found.to_string(),
            needed: format!("{needed}, the mention log's"),
            // Snapshots only save time: the log holds all that they do.
            remedy: format!(
                "kafka-topics.sh --bootstrap-server {} --delete --topic {topic} && \
                 daebak topics --create",
                self.connection().brokers,
            ),
        }
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.topic)?;
        if self.faults.is_empty() {
            return write!(f, "ok, partitions {}", self.partitions);
        }
        for (n, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if n == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { remedy } => write!(f, "it does not exist; create it: {remedy}"),
            Self::Unfit { setting, found, needed, remedy } => {
                write!(f, "{setting} is {found}, must be {needed}: {remedy}")
            }
            Self::Unseen(reason) => write!(f, "its settings can't be seen: {reason}"),
        }
    }
}

fn patience() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(ANSWER_WAIT)).operation_timeout(Some(ANSWER_WAIT))
}

/// Says nothing: the contact beside it says why brokers do not answer.
struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, _: RDKafkaLogLevel, _: &str, _: &str) {}
    fn error(&self, _: ClientError, _: &str) {}
}

#[cfg(test)]
mod tests;
