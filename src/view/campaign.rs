//! One campaign at its T.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::title::Compared;
use super::{BURSTS_MAX, BurstView, CampaignView, FeedView, TitleView, WindowShape, Words};
use crate::buzz::{Applied, Buzz};
use crate::campaign::{Campaign, Language, TitleId};
use crate::measure::{CampaignMeasures, Over};
use crate::time::Timestamp;

impl CampaignView {
    /// The campaign of `buzz` at its T, made at `now`, with the names of the campaign's file and
    /// the points of the view `before` it. `None` before its first config, and before T.
    ///
    /// It costs 2,000 titles with everything that a title can have some 0.1 s (`cargo bench
    /// --bench page`).
    pub fn of(
        buzz: &Buzz,
        names: &Campaign,
        now: Timestamp,
        before: Option<&Self>,
    ) -> Option<Self> {
        let campaign = CampaignMeasures::of(buzz)?;
        let (config, time) = (campaign.config(), campaign.time());
        let compared = Compared::of(buzz, &campaign);
        let names_of: BTreeMap<&TitleId, &str> =
            names.titles.iter().map(|title| (&title.id, title.name.as_str())).collect();
        let titles = campaign.titles().map(|title| {
            // The config in force may be another revision's.
            let name = names_of.get(title.id()).copied().unwrap_or(title.id().as_str());
            TitleView::of(&compared, &title, name.to_owned())
        });
        let titles: Vec<TitleView> = titles.collect();
        let mut history = before.map(|before| (*before.history).clone()).unwrap_or_default();
        let windows = shapes(&campaign);
        history.take(time, &windows, &titles);
        let bursts = buzz.bursts().take(BURSTS_MAX);
        let fixed = [Language::OTHER, Language::UNDETERMINED];
        let languages = config.languages.iter();
        let languages = languages.filter(|language| !fixed.contains(&language.as_str()));
        Some(Self {
            campaign: config.campaign.clone(),
            name: names.name.clone(),
            revision: config.revision.clone(),
            time,
            now,
            windows,
            platforms: config.platforms.clone(),
            languages: languages.cloned().collect(),
            titles,
            bursts: bursts.map(|record| BurstView::of(buzz, record)).collect(),
            feeds: feeds(buzz),
            mentions: mentions(buzz),
            history: Arc::new(history),
            words: Words::of(names, before.map(|before| &before.words)),
        })
    }
}

fn shapes(campaign: &CampaignMeasures<'_>) -> Vec<WindowShape> {
    let told = campaign.windows().iter().filter(|over| over.tells_posts());
    let shape = |over: &Over| WindowShape {
        window: over.label().into(),
        seconds: over.window.length,
        slide_seconds: over.window.slide,
        growth: over.has_growth(),
        voice: over.has_voice(),
        breakdown: over.has_breakdown(),
    };
    told.map(shape).collect()
}

fn feeds(buzz: &Buzz) -> Vec<FeedView> {
    let Some(config) = buzz.config() else { return Vec::new() };
    let holding = buzz.clocks().holding(config);
    let feed = |(partition, stalled, watermark)| {
        let (topic, number): &(Box<str>, u32) = partition;
        FeedView {
            topic: topic.clone(),
            partition: i32::try_from(*number).unwrap_or(i32::MAX),
            watermark,
            delay_seconds: config.topics.get(topic).map(|timing| timing.delay).unwrap_or_default(),
            stalled,
            holds_time: holding.contains(&partition),
        }
    };
    buzz.clocks().partitions(config).map(feed).collect()
}

fn mentions(buzz: &Buzz) -> BTreeMap<&'static str, u64> {
    let applied = Applied::ALL.map(Applied::label).into_iter().zip(buzz.tally().applied);
    applied.collect()
}
