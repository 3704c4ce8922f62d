//! `daebak backfill`: the feeds read again for one campaign.

use std::path::PathBuf;
use std::slice;
use std::sync::Arc;

use super::WrongUse;
use super::moment::{Moment, moment};
use super::progress::{Progress, say};
use crate::campaign::Campaign;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::kafka::producer::{LogProducer, QueueBounds};
use crate::kafka::stretch::Stretch;
use crate::kafka::topic::{TopicKind, partition_count};
use crate::mention::Tagger;
use crate::tagger::Destination;
use crate::tagger::backfill::{self, BackfillSettings, Backfilled};
use crate::time::{Span, Timestamp};

/// Read the feeds again for one campaign, and append what it missed to the mention log
///
/// For a campaign or title that came after the posts it is about. The service may run meanwhile,
/// and so may a second backfill: a post counts once.
#[derive(Debug, clap::Args)]
pub(super) struct Backfill {
    /// The campaign: the name of its file.
    #[arg(long)]
    campaign: String,
    /// From how long ago, as in 24h, or since when, as RFC 3339.
    #[arg(long, value_name = "SPAN|TIME", value_parser = moment)]
    since: Moment,
    /// The service's file.
    #[arg(long, default_value = super::CONFIG_DEFAULT)]
    config: PathBuf,
}

impl Backfill {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = config::load(&self.config)?;
        super::log_to_stderr();
        let clock = Clock::system();
        let campaign = known(&config, &self.campaign)?;
        let since = within(campaign, self.since, clock.now())?;
        let kafka = &config.service.kafka;
        let connection = &kafka.connection;
        let mut stretches = Vec::new();
        for topic in config.service.feeds.iter().flat_map(|feed| &feed.topics) {
            stretches.push(Stretch::of(connection, topic, TopicKind::Feed, Some(since))?);
        }
        let settings = BackfillSettings {
            connection: connection.clone(),
            mention_log: Destination {
                topic: kafka.mention_log.as_str().into(),
                partitions: partition_count(connection, &kafka.mention_log, TopicKind::MentionLog)?,
            },
            campaign: campaign.id.clone(),
            since,
            stretches,
        };
        let mut tagger = Tagger::new(slice::from_ref(campaign), config.service.rules())?;
        let producer = LogProducer::open(connection, QueueBounds::default())?;
        let mut progress = Progress::new(settings.stretches.iter().map(Stretch::records_max).sum());
        let done = backfill::run(
            &settings,
            &producer,
            clock,
            |record| tagger.tag(record),
            |done| progress.tell(done.records, || format!("{} mentions", done.mentions)),
        )?;
        let secs = progress.finish();
        let Backfilled { records, mentions, retractions, dead_letters } = done;
        say(&format!(
            "{}: {records} records since {since}, {mentions} mentions and {retractions} \
             retractions appended, {dead_letters} records could not be used, {secs:.1} s",
            campaign.id
        ));
        Ok(())
    }
}

fn known<'a>(config: &'a Config, slug: &str) -> Result<&'a Arc<Campaign>, WrongUse> {
    let found = config.campaigns.iter().find(|campaign| campaign.id.as_str() == slug);
    if let Some(found) = found {
        return Ok(found);
    }
    let known: Vec<&str> = config.campaigns.iter().map(|campaign| campaign.id.as_str()).collect();
    let known = known.join(", ");
    Err(WrongUse(format!("there is no campaign {slug}; known: {known}")))
}

/// When it begins. What is older than the campaign's lateness would be refused post by post.
fn within(campaign: &Campaign, since: Moment, now: Timestamp) -> Result<Timestamp, WrongUse> {
    let since = since.before(now);
    let span = now - since;
    if span <= Span::ZERO {
        return Err(WrongUse(format!("--since is {since}, and that is not past")));
    }
    let (id, lateness) = (&campaign.id, campaign.allowed_lateness);
    if span > lateness {
        return Err(WrongUse(format!(
            "campaign {id}: {span} is more than its allowed lateness, {lateness}: older posts \
             would be refused as late; raise `allowed_lateness` in {id}.toml and restart, or \
             choose a shorter span"
        )));
    }
    Ok(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Config {
        config::shipped().unwrap()
    }

    fn refusal(since: Moment) -> Option<String> {
        let now = Timestamp::from_secs(1_800_000_000);
        within(&shipped().campaigns[0], since, now).err().map(|error| error.to_string())
    }

    #[test]
    fn a_span_beyond_the_lateness_is_refused_with_the_remedy() {
        let lateness = shipped().campaigns[0].allowed_lateness;
        assert_eq!(lateness, Span::from_hours(24), "the shipped campaign's");
        assert_eq!(refusal(Moment::Ago(lateness)), None);
        let beyond = "is more than its allowed lateness, 24h: older posts would be refused as \
                      late; raise `allowed_lateness` in starlight-sonata.toml and restart, or \
                      choose a shorter span";
        assert_eq!(
            refusal(Moment::Ago(Span::from_hours(48))),
            Some(format!("campaign starlight-sonata: 2d {beyond}"))
        );
        let early = Timestamp::from_secs(1_800_000_000 - 25 * 3600);
        assert_eq!(
            refusal(Moment::At(early)),
            Some(format!("campaign starlight-sonata: 25h {beyond}"))
        );
        let ahead = refusal(Moment::At(Timestamp::from_secs(1_800_000_001)));
        assert_eq!(ahead.unwrap(), "--since is 2027-01-15T08:00:01Z, and that is not past");
    }

    #[test]
    fn an_unknown_campaign_is_told_the_known_ones() {
        let error = known(&shipped(), "starlight").err().map(|error| error.to_string());
        assert_eq!(error.unwrap(), "there is no campaign starlight; known: starlight-sonata");
    }
}
