//! What the suite knows of the world by itself: the campaign, and what the generator dealt.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use daebak::campaign::{Campaign, Title};
use daebak::config::Config;
use daebak::demo::{Generator, Options, Truth, title_ids};
use daebak::record::config::WindowConfig;
use daebak::time::{Span, Timestamp};

use crate::child::{self, CAMPAIGN};

/// The platforms of the generator.
pub const PLATFORMS: [&str; 3] = ["twitter", "tiktok", "instagram"];

/// How long the generated time is.
pub const LENGTH: Span = Span::from_days(9);

/// Enough that the quietest title has what ratios need in the quietest hour of a day.
const POSTS_PER_HOUR: f64 = 6_000.0;

/// Posts go on for this long after it: windows end with the last post.
const AFTER: Span = Span::from_minutes(1);

/// From its start to the premiere.
const PREMIERE: Span = Span::from_hours(6);

/// When everybody writes about everything, after the start: a title's first day of history is over,
/// and the longest window at the end does not reach back to it.
const BURST: Span = Span::from_hours(36);
/// For how long.
const BURST_LENGTH: Span = Span::from_minutes(90);
/// How many times as much.
const BURST_TIMES: f64 = 10.0;

/// Nine generated days, and the campaign that they are of.
pub struct World {
    /// The service's settings and its one campaign.
    pub config: Config,
    /// When the nine days end.
    pub end: Timestamp,
    generator: Generator,
}

impl World {
    /// Writes the configuration of a service on `brokers` into a folder, whose campaign has its
    /// premiere in the nine days before `end`.
    pub fn new(folder: &Path, brokers: &str, listen: SocketAddr, end: Timestamp) -> Self {
        child::write_config(folder, brokers, listen);
        let start = end - LENGTH;
        let file = folder.join("campaigns/starlight-sonata.toml");
        fs::write(file, campaign(start + PREMIERE)).unwrap();
        let (posts_per_hour, length) = (POSTS_PER_HOUR, LENGTH + AFTER);
        let options = Options { seed: 1, start, posts_per_hour, length, truth: true };
        Self { config: child::load(folder), end, generator: Generator::new(options) }
    }

    /// Lives through the nine days and their burst, and writes their records to a file; returns
    /// their number.
    pub fn write(&mut self, file: &Path) -> usize {
        let burst = Options {
            seed: 3,
            start: self.end - LENGTH + BURST,
            posts_per_hour: BURST_TIMES * POSTS_PER_HOUR,
            length: BURST_LENGTH,
            truth: false,
        };
        let mut records = Vec::new();
        let mut n = 0;
        let mut burst = Generator::new(burst).peekable();
        let deliveries = self.generator.by_ref().flat_map(|delivery| {
            let mut both = Vec::new();
            while let Some(extra) = burst.next_if(|extra| extra.at <= delivery.at) {
                both.push(extra);
            }
            both.push(delivery);
            both
        });
        for payload in deliveries.filter_map(|delivery| delivery.payload) {
            records.extend_from_slice(&payload);
            records.push(b'\n');
            n += 1;
        }
        fs::write(file, records).unwrap();
        n
    }

    /// The campaign.
    pub fn campaign(&self) -> &Campaign {
        &self.config.campaigns[0]
    }

    /// A title of the campaign.
    pub fn title(&self, id: &str) -> Option<&Title> {
        self.campaign().titles.iter().find(|title| title.id.as_str() == id)
    }

    /// What is in the nine days.
    pub fn truth(&self) -> &Truth {
        self.generator.truth()
    }

    /// A window, by its label.
    pub fn window(&self, label: &str) -> Option<&WindowConfig> {
        self.config.service.windows.iter().find(|window| window.length.to_string() == label)
    }

    /// The posts of a title's window at the end, by its labels.
    pub fn posts(&self, labels: &BTreeMap<String, String>) -> Option<u64> {
        let of = |label| labels.get(label).map(String::as_str);
        let (title, platform) = (of("title")?, of("platform")?);
        let window = self.window(of("window")?)?;
        let from = (self.end - window.length).floor(window.slide);
        Some(self.truth().posts(title, platform, None, None, from, self.end))
    }

    /// The windows over which a family is measured; those of posts for a family that has none of
    /// its own.
    pub fn windows_of(&self, family: &str) -> Vec<&WindowConfig> {
        let windows = self.config.service.windows.iter();
        let (hour, day) = (Span::from_hours(1), Span::from_hours(24));
        let breakdowns = windows.clone().filter(|it| it.breakdown && it.length <= day);
        let fine = breakdowns.map(|it| it.length).max();
        let is_measured = |it: &&WindowConfig| match family.trim_start_matches("daebak_") {
            "window_authors" => it.authors,
            "growth_per_hour" | "growth_standard_error_per_hour" => it.authors && it.length <= day,
            "share_of_voice_ratio" | "rank" => it.authors && it.length >= hour,
            "window_posts_by_facet" | "window_authors_by_language" | "top_author_ratio" => {
                Some(it.length) == fine
            }
            "window_posts_by_kind"
            | "window_posts_by_language"
            | "window_posts_by_account"
            | "window_engagement"
            | "amplification_ratio"
            | "copies_ratio" => it.breakdown,
            _ => it.posts,
        };
        windows.filter(is_measured).collect()
    }

    /// The values of a dashboard's variables that exist.
    pub fn known(&self) -> BTreeMap<&'static str, Vec<String>> {
        let service = &self.config.service;
        let windows = self.windows_of("daebak_window_posts").into_iter();
        let topics = service.feeds.iter().flat_map(|feed| feed.topics.clone());
        BTreeMap::from([
            ("campaign", vec![self.campaign().id.to_string()]),
            ("title", title_ids().map(str::to_owned).to_vec()),
            ("platform", PLATFORMS.map(str::to_owned).to_vec()),
            ("window", windows.map(|window| window.length.to_string()).collect()),
            ("feed", service.feeds.iter().map(|feed| feed.name.clone()).collect()),
            ("topic", topics.collect()),
        ])
    }
}

/// The shipped campaign with another premiere, and an episode every day.
fn campaign(premiere: Timestamp) -> String {
    let lines = CAMPAIGN.lines().map(|line| match line.split_once(" = ") {
        Some(("premiere", _)) => format!("premiere = \"{premiere}\""),
        Some(("episodes", _)) => {
            let days = "[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]";
            format!("episodes = {{ every = {days}, count = 30, length = \"70m\" }}")
        }
        _ => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}
