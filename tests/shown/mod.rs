//! A board on which everything is that a board can have.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its functions too; each uses its part of this"
)]

use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};

use daebak::campaign::{Campaign, FacetId, Language};
use daebak::config;
use daebak::post::{Action, Platform};
use daebak::time::{Span, Timestamp};
use daebak::view::{
    Board, BurstView, CampaignView, Estimate, EvidenceView, Named, PostView, TitleView, WindowView,
};

use crate::site::Server;
use crate::watched::{START, Watched, full_config};

/// A name that a spreadsheet would run, if it were let.
pub const NAME: &str = "=Rival, the \"other\"";

/// How long the campaign is watched: its first episode began five hours before T.
const WATCHED: i64 = 29;

/// The campaign's file.
pub fn names() -> Campaign {
    let titles = ["sonata", "rival", "quiet"]
        .map(|id| format!("[[titles]]\nid = '{id}'\nname = '{id} of the stars'\n"));
    let text = format!("name = 'Launch'\nlanguages = ['en', 'ko']\n{}", titles.concat());
    config::parse_campaign("launch", "launch.toml", &text).unwrap()
}

/// The board number `number`, with one campaign.
pub fn shown(server: &Server, number: u64, view: CampaignView) -> Board {
    let made = Timestamp::from_secs(server.clock.load(Ordering::Relaxed));
    Board { made, number, campaigns: vec![Arc::new(view)] }
}

/// A day and five hours of three titles, the first with all that a title can have.
pub fn view() -> CampaignView {
    static VIEW: LazyLock<CampaignView> = LazyLock::new(watched);
    VIEW.clone()
}

fn watched() -> CampaignView {
    let mut watched = Watched::new(full_config());
    for hour in 0..WATCHED {
        let at = START + Span::from_hours(hour) + Span::from_minutes(50);
        watched.pass_until(at);
        watched.posts("sonata", at, 60);
        watched.posts("rival", at, 30);
    }
    let mut view = None;
    for step in 0..3 {
        watched.pass_until(START + Span::from_hours(WATCHED) + Span::from_minutes(5 * step));
        let now = watched.buzz.time().unwrap() + Span::from_secs(7);
        view = CampaignView::of(&watched.buzz, &names(), now, view.as_ref());
    }
    let mut view = view.unwrap();
    complete(&mut view.titles[0]);
    for title in &mut view.titles {
        let hour = title.windows.iter_mut().find(|over| &*over.window == "1h").unwrap();
        hour.copies.get_or_insert(0.5);
    }
    view.titles[1].name = NAME.into();
    view.bursts = vec![burst(&view)];
    view
}

fn complete(title: &mut TitleView) {
    title.authors_1h.get_or_insert(3);
    title.day_ratio.get_or_insert(1.5);
    title.reproduction = Some(estimate());
    title.burst_score.get_or_insert(4.5);
    title.burst_expected_posts.get_or_insert(12.5);
    title.novelty.get_or_insert(0.25);
    title.since_episode_posts.get_or_insert(7);
    title.same_phase_ratio.get_or_insert(1.25);
    let since = title.since_premiere.as_mut().unwrap();
    since.authors.get_or_insert(5);
    since.median_ratio.get_or_insert(2.5);
    since.rank.get_or_insert(1);
    title.hashtags = vec![named("<b>별</b>")];
    title.aliases = vec![named("소나타")];
    title.top_posts = vec![post()];
    let hour = title.windows.iter_mut().find(|over| &*over.window == "1h").unwrap();
    fill(hour);
}

fn fill(over: &mut WindowView) {
    let platform = Platform::Twitter;
    over.facets = Some([(FacetId::new("lead"), 2)].into());
    over.accounts = Some([("organic".into(), 3)].into());
    over.engagement = Some([(platform, [(Action::Like, 9)].into())].into());
    over.authors_by_platform = Some([(platform, 3)].into());
    over.authors_by_language = Some([(Language::new("ko"), 3)].into());
    over.rank_before.get_or_insert(2);
    over.share_of_voice.get_or_insert(0.5);
    over.average_ratio.get_or_insert(1.5);
    over.velocity_per_minute.get_or_insert(0.5);
    over.acceleration_per_minute_squared.get_or_insert(-0.5);
    over.growth_per_hour.get_or_insert(0.75);
    over.growth_standard_error_per_hour.get_or_insert(0.25);
    over.doubling_seconds = Some(estimate());
    over.half_life_seconds = Some(estimate());
    over.amplification.get_or_insert(0.25);
    over.top_author.get_or_insert(0.25);
    over.copies.get_or_insert(0.25);
    over.platform_entropy_bits.get_or_insert(0.5);
    over.reach.get_or_insert(900);
}

fn burst(view: &CampaignView) -> BurstView {
    BurstView {
        title: view.titles[0].title.clone(),
        detector: "burst",
        phase: "onset",
        onset: view.time - Span::from_hours(2),
        at: view.time - Span::from_hours(1),
        score: Some(5.5),
        posts: 60,
        expected_posts: Some(12.5),
        evidence: EvidenceView {
            window_seconds: Span::from_hours(1),
            platforms: [(Platform::Twitter, 60)].into(),
            kinds: view.titles[0].windows[2].kinds.clone().unwrap(),
            languages: [(Language::new("ko"), 60)].into(),
            hashtags: vec![named("=cmd")],
            posts: vec![post()],
            copies: Some(0.25),
            top_author: Some(0.5),
        },
    }
}

fn estimate() -> Estimate {
    Estimate { value: 1.5, lower: Some(1.25), upper: Some(1.75) }
}

fn named(name: &str) -> Named {
    Named { name: name.into(), posts: 3 }
}

fn post() -> PostView {
    let link = Some("https://x.com/i/status/1".into());
    PostView { platform: Platform::Twitter, id: "1".into(), link, earned: 40 }
}
