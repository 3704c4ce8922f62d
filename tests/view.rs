//! What is shown of a campaign is what is measured of it, and its JSON is what it says.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its functions too"
)]

mod watched;

use std::collections::BTreeMap;

use daebak::campaign::{FacetId, GroupId, Language, TitleId};
use daebak::post::id::PostId;
use daebak::post::{Counters, Kind, Platform};
use daebak::time::{Span, Timestamp};
use daebak::view::history::Measure;
use daebak::view::{CampaignView, Estimate, TitleView, WindowView};
use proptest::prelude::*;
use serde_json::Value;
use watched::{START, Watched, config, full_config};

fn hours(n: i64) -> Timestamp {
    START + Span::from_hours(n)
}

fn view(watched: &Watched, before: Option<&CampaignView>) -> CampaignView {
    let now = watched.buzz.time().unwrap() + Span::from_secs(3);
    let names = watched.names();
    CampaignView::of(&watched.buzz, &names, now, before).unwrap()
}

/// Posts of every sort, so many in so short a time that every measure has enough of them.
fn fill(watched: &mut Watched, from: Timestamp, n: u64) {
    let mut at = from;
    for number in 0..n {
        at = at + Span::from_secs(1);
        let pick = usize::try_from(number).unwrap();
        watched.post(if number.is_multiple_of(4) { "rival" } else { "sonata" }, at, |post| {
            post.platform = Platform::SHAPED[pick % 3];
            post.kind = if pick % 5 == 4 { Kind::ALL[1 + pick / 5 % 3] } else { Kind::Original };
            post.language = Language::new(["en", "ko", "fr", "und"][pick % 4]);
            post.group = [None, Some("official"), Some("press")][pick % 3].map(GroupId::new);
            post.author = Some(format!("author-{}", pick % 40).into());
            post.followers = Some(10);
            post.hashtags = vec!["Drama".into(), format!("tag{}", pick % 12).into()];
            post.fingerprint = Some(number % 30);
            post.titles[0].facets =
                ["lead", "song"].iter().take(pick % 3).map(|f| FacetId::new(f)).collect();
            post.counters = Counters {
                likes: Some(number),
                shares: Some(number),
                comments: Some(number),
                views: Some(number),
            };
        });
    }
    watched.until(at + Span::from_secs(1));
}

/// Nine days with everything, two titles of them with a premiere, and a burst at the end.
fn full() -> Watched {
    let mut config = full_config();
    let mut show = config.shows.values().next().unwrap().clone();
    show.premiere = Some(hours(30));
    config.shows.insert(TitleId::new("rival"), show);
    let mut watched = Watched::new(config);
    for day in 0..9 {
        watched.pass_until(hours(24 * day) + Span::from_minutes(10));
        fill(&mut watched, hours(24 * day) + Span::from_minutes(10), 60);
    }
    watched.pass_until(hours(8 * 24 + 12));
    fill(&mut watched, hours(8 * 24 + 12), 590);
    watched
}

/// The numbers of a view by the series under which files have them.
struct Series(BTreeMap<String, f64>);

impl Series {
    fn put(&mut self, name: &str, labels: &[(&str, &str)], value: Option<f64>) {
        let Some(value) = value else { return };
        let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let series = format!("daebak_{name}{{{}}}", labels.join(","));
        assert!(self.0.insert(series.clone(), value).is_none(), "{series} twice");
    }

    fn of(view: &CampaignView) -> Self {
        let mut series = Self(BTreeMap::new());
        let time = view.time.as_secs_f64();
        series.put("campaign_time_timestamp_seconds", &[], Some(time));
        for title in &view.titles {
            series.title(title);
            for over in &title.windows {
                series.window(title, over);
                series.split(title, over);
            }
        }
        series
    }

    fn title(&mut self, title: &TitleView) {
        let id = title.title.as_str();
        let flag = |is_so: bool| Some(f64::from(u8::from(is_so)));
        let count = |n: Option<u64>| n.map(|n| n as f64);
        let seconds = |at: Option<Timestamp>| at.map(Timestamp::as_secs_f64);
        let since = title.since_premiere.as_ref();
        let r = title.reproduction;
        for (name, value) in [
            ("on_air", flag(title.on_air)),
            ("burst_active", flag(title.bursting)),
            ("surge_active", flag(title.surging)),
            ("distinct_exact", flag(title.authors_exact)),
            ("title_premiere_timestamp_seconds", seconds(title.premiere)),
            ("title_next_episode_timestamp_seconds", seconds(title.next_episode)),
            ("title_history_seconds", title.history_seconds.map(Span::as_secs_f64)),
            ("reproduction_number", r.map(|r| r.value)),
            ("reproduction_number_lower", r.and_then(|r| r.lower)),
            ("reproduction_number_upper", r.and_then(|r| r.upper)),
            ("burst_score", title.burst_score),
            ("burst_expected_posts", title.burst_expected_posts),
            ("novelty_ratio", title.novelty),
            ("since_premiere_posts", since.map(|since| since.posts as f64)),
            ("since_premiere_authors", count(since.and_then(|since| since.authors))),
            ("since_premiere_median_ratio", since.and_then(|since| since.median_ratio)),
            ("since_premiere_rank", count(since.and_then(|since| since.rank))),
            ("since_episode_posts", count(title.since_episode_posts)),
            ("same_phase_ratio", title.same_phase_ratio),
        ] {
            self.put(name, &[("title", id)], value);
        }
        let day = title.windows.iter().find(|over| over.reach.is_some());
        let day = day.map_or("", |over| &over.window);
        for hashtag in &title.hashtags {
            let labels = [("title", id), ("hashtag", &*hashtag.name), ("window", day)];
            self.put("hashtag_posts", &labels, Some(hashtag.posts as f64));
        }
        for alias in &title.aliases {
            let labels = [("title", id), ("alias", &*alias.name), ("window", day)];
            self.put("alias_posts", &labels, Some(alias.posts as f64));
        }
        for post in &title.top_posts {
            let labels = [("title", id), ("platform", post.platform.label()), ("post", &*post.id)];
            self.put("top_post_earned", &labels, Some(post.earned as f64));
        }
    }

    fn window(&mut self, title: &TitleView, over: &WindowView) {
        let labels = [("title", title.title.as_str()), ("window", &*over.window)];
        for (name, value) in [
            ("rank", over.rank.map(|n| n as f64)),
            ("share_of_voice_ratio", over.share_of_voice),
            ("velocity_posts_per_minute", over.velocity_per_minute),
            ("acceleration_posts_per_minute_squared", over.acceleration_per_minute_squared),
            ("growth_per_hour", over.growth_per_hour),
            ("growth_standard_error_per_hour", over.growth_standard_error_per_hour),
            ("amplification_ratio", over.amplification),
            ("top_author_ratio", over.top_author),
            ("copies_ratio", over.copies),
            ("platform_entropy_bits", over.platform_entropy_bits),
            ("potential_reach", over.reach.map(|n| n as f64)),
        ] {
            self.put(name, &labels, value);
        }
        let times = [
            ("doubling_time_seconds", over.doubling_seconds),
            ("half_life_seconds", over.half_life_seconds),
        ];
        for (name, estimate) in times {
            let Some(Estimate { value, lower, upper }) = estimate else { continue };
            let bounds = [("value", Some(value)), ("lower", lower), ("upper", upper)];
            for (bound, seconds) in bounds {
                self.put(name, &[labels[0], labels[1], ("bound", bound)], seconds);
            }
        }
    }

    fn split(&mut self, title: &TitleView, over: &WindowView) {
        let (title, window) = (("title", title.title.as_str()), ("window", &*over.window));
        let mut each = |name: &str, label: &str, key: &str, n: u64| {
            self.put(name, &[title, (label, key), window], Some(n as f64));
        };
        for (of, n) in &over.platforms {
            each("window_posts", "platform", of.label(), *n);
        }
        for (of, n) in over.authors_by_platform.iter().flatten() {
            each("window_authors", "platform", of.label(), *n);
        }
        for (of, n) in over.kinds.iter().flatten() {
            each("window_posts_by_kind", "kind", of.label(), *n);
        }
        for (of, n) in over.languages.iter().flatten() {
            each("window_posts_by_language", "language", of.as_str(), *n);
        }
        for (of, n) in over.authors_by_language.iter().flatten() {
            each("window_authors_by_language", "language", of.as_str(), *n);
        }
        for (of, n) in over.facets.iter().flatten() {
            each("window_posts_by_facet", "facet", of.as_str(), *n);
        }
        for (of, n) in over.accounts.iter().flatten() {
            each("window_posts_by_account", "group", of, *n);
        }
        for (platform, actions) in over.engagement.iter().flatten() {
            for (action, n) in actions {
                let labels =
                    [title, ("platform", platform.label()), ("action", action.label()), window];
                self.put("window_engagement", &labels, Some(*n as f64));
            }
        }
    }
}

#[test]
fn every_number_on_the_board_is_the_one_that_is_measured_and_none_is_missing() {
    let watched = full();
    let view = view(&watched, None);
    let shown = Series::of(&view).0;
    let mut measured = watched.samples();
    // Shown in another form, or of a process.
    let other = ["title_posts_total", "title_info", "platforms", "platform_evenness_ratio"];
    measured.retain(|series, _| {
        let name = series.split('{').next().unwrap().trim_start_matches("daebak_");
        !other.contains(&name)
            // Of the windows of which nothing is told, growth and the like are not either.
            && !series.contains("window=15m")
    });
    assert!(shown.len() > 300, "{}", shown.len());
    for name in ["since_premiere_rank{title=rival}", "same_phase_ratio{title=sonata}"] {
        assert!(shown.contains_key(&format!("daebak_{name}")), "{name}");
    }
    assert_eq!(shown, measured);
}

#[test]
fn sums_over_platforms_are_those_of_their_parts() {
    let view = view(&full(), None);
    for title in &view.titles {
        for over in &title.windows {
            assert_eq!(over.posts, over.platforms.values().sum::<u64>());
            let authors = over.authors_by_platform.as_ref().map(|map| map.values().sum::<u64>());
            assert_eq!(over.authors, authors);
        }
        assert_eq!(title.authors_1h, title.over("1h").unwrap().authors);
    }
    assert_eq!(view.title("sonata").unwrap().1.name, "Name of sonata");
    assert_eq!(view.windows.len(), 5);
}

fn walk(value: &Value, at: &str, see: &mut impl FnMut(&str, &Value)) {
    see(at, value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, at, see)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| walk(value, key, see)),
        _ => {}
    }
}

#[test]
fn in_json_times_are_rfc_3339_lengths_are_seconds_and_what_is_undefined_is_absent() {
    let full = serde_json::to_value(view(&full(), None)).unwrap();
    let (mut n_times, mut n_seconds) = (0, 0);
    walk(&full, "", &mut |key, value| {
        assert!(!value.is_null(), "{key} is null");
        let times = [
            "time",
            "now",
            "premiere",
            "latest_episode",
            "next_episode",
            "onset",
            "at",
            "watermark",
        ];
        if times.contains(&key) {
            let text = value.as_str().unwrap();
            let is_date = text.len() >= 20 && text.starts_with("2026-") && &text[10..11] == "T";
            assert!(is_date && text.ends_with('Z'), "{key}: {text}");
            n_times += 1;
        }
        if key.ends_with("_seconds") || key == "seconds" {
            let is_number = value.is_number() || value.is_object();
            assert!(is_number, "{key}: {value}");
            n_seconds += 1;
        }
    });
    assert!(n_times > 8 && n_seconds > 10, "{n_times}, {n_seconds}");
    let sonata = &full["titles"][0];
    assert_eq!(sonata["windows"][2]["window"], "1h");
    assert_eq!(full["windows"][2]["slide_seconds"], 30.0);
    assert_eq!(sonata["premiere"], "2026-02-03T02:00:00Z");
    assert_eq!(full["bursts"][0]["phase"], "onset");
    assert_eq!(full["feeds"][0]["holds_time"], true);
    assert_eq!(full["mentions"]["counted"], 60 * 9 + 590);
    let mut quiet = Watched::new(config(["quiet".into()]));
    quiet.until(hours(1));
    let quiet = serde_json::to_value(view(&quiet, None)).unwrap();
    let title = quiet["titles"][0].as_object().unwrap();
    for absent in ["premiere", "burst_score", "reproduction", "day_ratio", "since_premiere"] {
        assert!(!title.contains_key(absent), "{absent}");
    }
    assert_eq!(title["posts_1h"], 0);
}

#[test]
fn a_title_that_the_file_does_not_name_is_called_by_its_id() {
    let mut watched = Watched::new(config(["sonata", "rival"].map(String::from)));
    watched.until(hours(1));
    let mut names = watched.names();
    names.titles.remove(0);
    let view = CampaignView::of(&watched.buzz, &names, hours(1), None).unwrap();
    let called: Vec<&str> = view.titles.iter().map(|title| title.name.as_str()).collect();
    assert_eq!(called, ["sonata", "Name of rival"]);
}

#[test]
fn bursts_are_shown_the_newest_first_with_links_to_what_can_be_linked() {
    let mut watched = Watched::new(config(["sonata".into()]));
    watched.pass_until(hours(3));
    for n in 0..60_i64 {
        let at = hours(3) + Span::from_secs(n);
        watched.post("sonata", at, |post| {
            post.counters.likes = Some(u64::try_from(n).unwrap());
            post.hashtags = vec!["drama".into()];
        });
    }
    watched.post("sonata", hours(3) + Span::from_secs(70), |post| {
        let id = PostId::Number(6_975_999_471_107_443_969);
        (post.platform, post.id, post.root) = (Platform::Tiktok, id.clone(), id);
        post.counters.likes = Some(1_000);
    });
    watched.pass_until(hours(20));
    let view = view(&watched, None);
    let phases: Vec<_> = view.bursts.iter().map(|burst| (burst.phase, burst.detector)).collect();
    assert_eq!(phases, [("end", "surge"), ("onset", "surge")]);
    let posts = &view.bursts[1].evidence.posts;
    let links: Vec<_> = posts.iter().map(|post| post.link.as_deref()).take(2).collect();
    let video = "https://www.tiktok.com/@/video/6975999471107443969";
    assert_eq!(links, [Some(video), Some("https://x.com/i/status/60")]);
    assert_eq!(view.bursts[1].evidence.hashtags[0].posts, 60);
}

#[test]
fn history_has_a_point_each_five_minutes_a_gap_where_time_leapt_and_a_day_of_them() {
    let mut watched = Watched::new(config(["sonata", "rival"].map(String::from)));
    watched.pass_until(hours(2));
    let mut shown = view(&watched, None);
    let sonata = TitleId::new("sonata");
    assert_eq!(shown.history.start(), Some(hours(2)));
    assert_eq!(shown.history.series(&sonata, Measure::Authors), [Some(0.0)]);
    watched.posts("sonata", hours(2), 30);
    for minutes in [2, 4, 6, 21] {
        watched.until(hours(2) + Span::from_minutes(minutes));
        shown = view(&watched, Some(&shown));
    }
    let authors = shown.history.series(&sonata, Measure::Authors);
    assert_eq!(authors, [Some(0.0), Some(30.0), None, None, Some(30.0)]);
    let rank = shown.history.series(&sonata, Measure::Rank);
    assert_eq!(rank, [None, Some(1.0), None, None, Some(1.0)]);
    assert_eq!(shown.history.series(&TitleId::new("gone"), Measure::Rank), [None; 5]);
    watched.pass_until(hours(2) + Span::from_days(1) + Span::from_minutes(7));
    shown = view(&watched, Some(&shown));
    assert_eq!(shown.history.start(), Some(hours(2) + Span::from_minutes(20)));
    let authors = shown.history.series(&sonata, Measure::Authors);
    assert_eq!((authors.len(), authors[0], *authors.last().unwrap()), (286, Some(30.0), Some(0.0)));
}

/// Posts of three titles, the third of which came an hour ago, over 27 hours.
fn posts() -> impl Strategy<Value = Vec<(usize, usize, i64)>> {
    let near = prop_oneof![3 => 0_i64..7_300, 2 => 86_000_i64..93_700, 1 => 0_i64..97_200];
    prop::collection::vec((0_usize..3, 0_usize..2, near), 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_compares_with_the_past_and_with_others_equals_the_definition(
        ages in posts(), ticks in 0_i64..720, history in 24_i64..27,
    ) {
        let titles = ["sonata", "rival", "quiet"];
        let start = hours(27 - history);
        let time = hours(27) + Span::from_secs(5 * ticks);
        let mut config = config(titles.map(String::from));
        // A platform that trails the world is left out.
        config.delays = [(Platform::Tiktok, Span::from_hours(1))].into();
        let mut told: Vec<(usize, Platform, Timestamp)> = Vec::new();
        for (title, platform, age) in ages {
            let at = time - Span::from_secs(age);
            let platform = [Platform::Twitter, Platform::Tiktok][platform];
            if at >= start && at < time {
                told.push((title, platform, at));
            }
        }
        told.sort_by_key(|(_, _, at)| *at);
        let mut watched = Watched::from(config, start);
        for (title, platform, at) in &told {
            watched.post(titles[*title], *at, |post| post.platform = *platform);
        }
        watched.until(time);
        let view = view(&watched, None);
        let count = |title: usize, from: Timestamp, to: Timestamp| {
            let is_it = |(of, platform, at): &&(usize, Platform, Timestamp)| {
                *of == title && *platform == Platform::Twitter && (from..to).contains(at)
            };
            told.iter().filter(is_it).count() as u64
        };
        let (minute, hour, day) = (Span::from_minutes(1), Span::from_hours(1), Span::from_days(1));
        let slide = time.floor(Span::from_secs(30));
        let before = |title| count(title, slide - hour - hour, slide - hour);
        let within = |title| count(title, (time - hour).floor(Span::from_secs(30)), time);
        let all: u64 = (0..3).map(within).sum();
        let m = time.floor(minute);
        for (number, title) in view.titles.iter().enumerate() {
            prop_assert_eq!(title.posts_1h, count(number, m - hour, m));
            let then = count(number, m - day - hour, m - day);
            let is_known = start <= m - day - hour && then >= 10;
            let ratio = is_known.then(|| title.posts_1h as f64 / then as f64);
            prop_assert_eq!(title.day_ratio, ratio);
            for (bins, bin) in [(&title.minutes, minute), (&title.bins, Span::from_minutes(5))] {
                let mut end = time.floor(bin);
                for n in bins.iter().rev() {
                    prop_assert_eq!(u64::from(*n), count(number, end - bin, end));
                    end = end - bin;
                }
            }
            prop_assert_eq!((title.minutes.len(), title.bins.len()), (180, 360));
            let over = title.over("1h").unwrap();
            let ahead = (0..3).filter(|other| before(*other) > before(number)).count() as u64;
            let rank = (before(number) > 0).then_some(1 + ahead);
            prop_assert_eq!(over.rank_before, rank);
            let average = (all >= 20).then(|| within(number) as f64 / (all as f64 / 3.0));
            match (over.average_ratio, average) {
                (Some(found), Some(expected)) => prop_assert!((found - expected).abs() < 1e-9),
                (found, expected) => prop_assert_eq!(found, expected),
            }
        }
    }
}

#[test]
fn places_before_and_averages_compare_only_titles_known_as_long() {
    let mut watched = Watched::new(config(["sonata", "rival"].map(String::from)));
    watched.pass_until(hours(2));
    watched.posts("sonata", hours(2), 30);
    watched.posts("rival", hours(2), 10);
    watched.until(hours(3) - Span::from_minutes(1));
    let over = |view: &CampaignView, title: &str, window: &str| {
        view.title(title).unwrap().1.over(window).unwrap().clone()
    };
    let shown = view(&watched, None);
    assert_eq!(over(&shown, "sonata", "1h").average_ratio, Some(1.5));
    assert_eq!(over(&shown, "sonata", "1h").rank_before, None, "no posts then");
    assert_eq!(over(&shown, "sonata", "24h").average_ratio, None, "not known for a day");
    watched.until(hours(3) + Span::from_minutes(30));
    let shown = view(&watched, None);
    assert_eq!(over(&shown, "rival", "1h").rank_before, Some(2));
    assert_eq!(over(&shown, "rival", "1h").rank, None);
    assert_eq!(over(&shown, "sonata", "5m").rank_before, None, "too short to compare");
}

#[test]
fn the_latest_episode_is_the_last_that_has_begun() {
    let mut watched = Watched::new(full_config());
    let latest = |watched: &Watched| view(watched, None).titles[0].latest_episode;
    watched.pass_until(hours(24) - Span::from_secs(5));
    assert_eq!(latest(&watched), None);
    watched.until(hours(24));
    assert_eq!(latest(&watched), Some(hours(24)));
    watched.pass_until(hours(48) + Span::from_minutes(5));
    assert_eq!(latest(&watched), Some(hours(48)));
}
