//! What is measured of a title: the values where they are defined, and that there are none where
//! they are not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its functions too")]

mod watched;

use std::collections::BTreeSet;

use daebak::campaign::{FacetId, GroupId, Language, TitleId};
use daebak::metric::Family;
use daebak::metric::buzz::{FAMILIES, render, samples, series, series_of_title};
use daebak::post::{Counters, Kind, Platform};
use daebak::record::LogRecord;
use daebak::record::config::Show;
use daebak::time::{Span, Timestamp};
use daebak::window::title::names::FACETS_MAX;
use watched::{START, Watched, config, full_config};

fn titles<const N: usize>(titles: [&str; N]) -> Watched {
    Watched::new(config(titles.map(String::from)))
}

fn hours(n: i64) -> Timestamp {
    START + Span::from_hours(n)
}

fn minutes(n: i64) -> Span {
    Span::from_minutes(n)
}

fn close(found: Option<f64>, expected: f64) {
    assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?}, {expected}");
}

/// Posts of every sort, so many in so short a time that every measure has enough of them.
fn fill(watched: &mut Watched, from: Timestamp, n: u64) {
    let step = Span::from_millis(1_000);
    let mut at = from;
    for number in 0..n {
        at = at + step;
        let pick = usize::try_from(number).unwrap();
        watched.post(if number.is_multiple_of(4) { "rival" } else { "sonata" }, at, |post| {
            post.platform = Platform::SHAPED[pick % 3];
            post.kind = if pick % 5 == 4 { Kind::ALL[1 + pick / 5 % 3] } else { Kind::Original };
            post.language = Language::new(["en", "ko", "fr", "und"][pick % 4]);
            post.group = [None, Some("official"), Some("press")][pick % 3].map(GroupId::new);
            post.author = Some(format!("author-{}", pick % 40).into());
            post.followers = Some(10);
            post.hashtags = vec!["Drama".into()];
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
    watched.until(at + step);
}

/// Nine days, so that every history is long enough.
fn full() -> Watched {
    let mut watched = Watched::new(full_config());
    for day in 0..9 {
        watched.pass_until(hours(24 * day) + minutes(10));
        fill(&mut watched, hours(24 * day) + minutes(10), 60);
    }
    watched.pass_until(hours(8 * 24 + 12));
    fill(&mut watched, hours(8 * 24 + 12), 590);
    watched
}

#[test]
fn a_title_with_everything_has_as_many_series_as_are_predicted() {
    let (watched, config) = (full(), full_config());
    let sonata = TitleId::new("sonata");
    let (mut of_sonata, mut absent) = (0, FAMILIES.iter().map(|f| f.name).collect::<BTreeSet<_>>());
    samples(&watched.buzz, &mut |family: &Family, labels, _| {
        absent.remove(family.name);
        of_sonata += usize::from(family.is_scraped && labels.get(1) == Some(&"sonata"));
    });
    // Posts grow here, and there is no other premiere to compare with.
    let expected = ["half_life_seconds", "since_premiere_median_ratio", "since_premiere_rank"];
    let expected: BTreeSet<String> = expected.map(|name| format!("daebak_{name}")).into();
    assert_eq!(absent.into_iter().map(String::from).collect::<BTreeSet<_>>(), expected);
    assert_eq!(of_sonata, series_of_title(&config, &sonata));
    let page = render([&watched.buzz], watched.buzz.time().unwrap());
    let lines = page.lines().filter(|line| !line.starts_with('#')).count();
    assert!(lines <= series(&config), "{lines} lines");
}

#[test]
fn the_budget_of_series_holds_for_a_title_with_everything() {
    let mut config = full_config();
    config.languages = ["en", "ko", "es", "id", "ja"].map(Language::new).to_vec();
    config.groups = ["official", "influencer", "press"].map(GroupId::new).to_vec();
    let show = config.shows.values_mut().next().unwrap();
    show.facets = ["a", "b", "c", "d", "e"].map(FacetId::new).to_vec();
    let series = series_of_title(&config, &TitleId::new("sonata"));
    assert!(series <= 150, "{series}");
}

#[test]
fn a_title_without_a_post_has_counts_of_zero_and_its_flags_and_nothing_else() {
    let mut watched = titles(["quiet"]);
    watched.until(hours(1));
    let samples = watched.samples();
    let mut names: BTreeSet<&str> =
        samples.keys().map(|series| series.split('{').next().unwrap()).collect();
    // Of files only: no growth is known of so few, but how many there are a minute is.
    for shown in ["acceleration_posts_per_minute_squared", "velocity_posts_per_minute"] {
        assert!(names.remove(format!("daebak_{shown}").as_str()));
    }
    let expected = [
        "daebak_burst_active",
        "daebak_campaign_time_timestamp_seconds",
        "daebak_distinct_exact",
        "daebak_on_air",
        "daebak_surge_active",
        "daebak_title_history_seconds",
        "daebak_title_posts_total",
        "daebak_window_authors",
        "daebak_window_authors_by_language",
        "daebak_window_posts",
        "daebak_window_posts_by_account",
        "daebak_window_posts_by_kind",
        "daebak_window_posts_by_language",
    ];
    assert_eq!(names, expected.into());
    assert!(samples.values().filter(|value| **value == 0.0).count() > 40);
}

#[test]
fn growth_waits_for_a_history_of_two_windows() {
    let mut watched = titles(["sonata"]);
    let growth = "daebak_growth_per_hour{title=sonata,window=1h}";
    watched.posts("sonata", hours(0) + minutes(20), 9);
    watched.posts("sonata", hours(1) + minutes(20), 29);
    watched.until(hours(2) - minutes(1));
    assert_eq!(watched.sample(growth), None);
    watched.until(hours(2));
    close(watched.sample(growth), (29.5_f64 / 9.5).ln());
    let error = "daebak_growth_standard_error_per_hour{title=sonata,window=1h}";
    close(watched.sample(error), (1.0 / 29.5 + 1.0 / 9.5_f64).sqrt());
    let doubling = "daebak_doubling_time_seconds{title=sonata,window=1h,bound=value}";
    close(watched.sample(doubling), 3600.0 * 2.0_f64.ln() / (29.5_f64 / 9.5).ln());
    close(watched.sample("daebak_velocity_posts_per_minute{title=sonata,window=1h}"), 29.0 / 60.0);
}

#[test]
fn a_window_added_while_running_compares_only_once_it_has_been_there_as_long() {
    let all = config(["sonata"].map(String::from));
    let mut config = all.clone();
    config.windows.retain(|window| window.length != Span::from_hours(1));
    let mut watched = Watched::new(config);
    let mut begun = minutes(0);
    let mut pass = |watched: &mut Watched, span: Span| {
        let end = begun + span;
        while begun < end {
            watched.posts("sonata", START + begun, 30);
            begun += minutes(10);
            watched.until(START + begun);
        }
    };
    pass(&mut watched, Span::from_hours(6));
    watched.buzz.apply(hours(6), &LogRecord::Config(Box::new(all))).unwrap();
    let of_hour = |measure| format!("daebak_{measure}{{title=sonata,window=1h}}");
    for (span, velocity, rank) in [
        (minutes(50), None, None),
        (minutes(10), None, Some(1.0)),
        (minutes(50), None, Some(1.0)),
        (minutes(10), Some(3.0), Some(1.0)),
    ] {
        pass(&mut watched, span);
        assert_eq!(watched.sample(&of_hour("velocity_posts_per_minute")), velocity);
        assert_eq!(watched.sample(&of_hour("growth_per_hour")), velocity.map(|_| 0.0));
        assert_eq!(watched.sample(&of_hour("rank")), rank);
        assert_eq!(watched.sample(&of_hour("share_of_voice_ratio")), rank);
    }
}

#[test]
fn a_facet_beyond_those_that_are_counted_is_absent() {
    let mut config = config(["sonata"].map(String::from));
    let facets: Vec<_> = (0..=FACETS_MAX).map(|n| FacetId::new(&format!("f{n}"))).collect();
    let show = Show { facets: facets.clone(), ..Show::default() };
    config.shows = [(TitleId::new("sonata"), show)].into();
    let mut watched = Watched::new(config);
    let facet = |watched: &Watched, n: usize| {
        let name = "daebak_window_posts_by_facet";
        watched.sample(&format!("{name}{{title=sonata,facet=f{n},window=24h}}"))
    };
    assert_eq!(facet(&watched, FACETS_MAX), Some(0.0));
    for facet in &facets {
        let named = vec![facet.clone()];
        watched.post("sonata", START, |post| post.titles[0].facets = named);
    }
    watched.until(hours(1));
    assert_eq!([0, 40, FACETS_MAX - 1].map(|n| facet(&watched, n)), [Some(1.0); 3]);
    assert_eq!(facet(&watched, FACETS_MAX), None);
}

#[test]
fn a_count_series_has_posts_and_nothing_that_only_posts_say() {
    let mut watched = titles(["sonata"]);
    assert!(watched.buzz.count(&TitleId::new("sonata"), Platform::Twitter, START, 30));
    watched.until(hours(1));
    let samples = watched.samples();
    let posts = samples.get("daebak_window_posts{title=sonata,platform=twitter,window=1h}");
    assert_eq!(posts, Some(&30.0));
    assert!(!samples.keys().any(|series| series.contains("_by_")), "{samples:?}");
}

#[test]
fn reach_is_of_the_window_that_it_is_labelled_with() {
    let mut config = config(["sonata"].map(String::from));
    config.windows[4].length = Span::from_hours(12);
    let mut watched = Watched::new(config);
    watched.post("sonata", START, |post| post.followers = Some(10));
    let reach = "daebak_potential_reach{title=sonata,window=12h}";
    watched.pass_until(hours(12));
    assert_eq!(watched.sample(reach), Some(10.0));
    watched.pass_until(hours(12) + minutes(10));
    assert_eq!(watched.sample(reach), None);
}

#[test]
fn shares_of_voice_add_up_and_equals_share_the_better_rank() {
    let mut watched = titles(["first", "second", "equal", "none"]);
    watched.until(hours(1));
    for (title, n) in [("first", 20), ("second", 10), ("equal", 10)] {
        watched.posts(title, hours(1) + minutes(1), n);
    }
    watched.until(hours(1) + minutes(30));
    let voice =
        |title| watched.sample(&format!("daebak_share_of_voice_ratio{{title={title},window=1h}}"));
    let rank = |title| watched.sample(&format!("daebak_rank{{title={title},window=1h}}"));
    let titles = ["first", "second", "equal", "none"];
    assert_eq!(titles.map(voice), [Some(0.5), Some(0.25), Some(0.25), Some(0.0)]);
    assert_eq!(titles.map(rank), [Some(1.0), Some(2.0), Some(2.0), None]);
    let day = "daebak_share_of_voice_ratio{title=first,window=24h}";
    assert_eq!(watched.sample(day), None, "no title is known for a day");
}

#[test]
fn a_delayed_platform_is_left_out_of_short_windows_and_of_what_compares() {
    let mut config = config(["sonata", "rival"].map(String::from));
    config.delays = [(Platform::Tiktok, Span::from_hours(2))].into();
    let mut watched = Watched::new(config);
    watched.until(hours(2));
    for n in 0..30 {
        let at = hours(2) + Span::from_secs(n);
        watched.post("sonata", at, |_| {});
        watched.post("rival", at, |post| post.platform = Platform::Tiktok);
    }
    watched.until(hours(2) + minutes(10));
    let posts = |window| {
        watched
            .sample(&format!("daebak_window_posts{{title=rival,platform=tiktok,window={window}}}"))
    };
    assert_eq!([posts("1h"), posts("24h")], [None, Some(30.0)]);
    let authors = "daebak_window_authors{title=rival,platform=tiktok,window=1h}";
    assert_eq!(watched.sample(authors), None);
    let voice = "daebak_share_of_voice_ratio{title=sonata,window=1h}";
    assert_eq!(watched.sample(voice), Some(1.0));
    assert_eq!(watched.sample("daebak_rank{title=rival,window=1h}"), None);
    assert_eq!(watched.sample("daebak_growth_per_hour{title=rival,window=1h}"), None);
}

#[test]
fn only_platforms_that_mark_shares_say_what_is_amplified() {
    let mut watched = titles(["sonata"]);
    watched.posts("sonata", START, 8);
    for n in 0..4 {
        watched.post("sonata", START + Span::from_secs(n), |post| post.kind = Kind::Share);
        watched.post("sonata", START + Span::from_secs(n), |post| post.platform = Platform::Tiktok);
    }
    watched.until(START + minutes(30));
    let amplification = "daebak_amplification_ratio{title=sonata,window=1h}";
    assert_eq!(watched.sample(amplification), Some(0.5));
}

#[test]
fn an_episode_is_on_the_air_from_its_first_instant_to_its_last() {
    let mut watched = Watched::new(full_config());
    let air = hours(24);
    let next = "daebak_title_next_episode_timestamp_seconds{title=sonata}";
    for (at, on_air, next_in) in [
        (air - minutes(1), 0.0, 0),
        (air, 1.0, 24),
        (air + minutes(69), 1.0, 24),
        (air + minutes(70), 0.0, 24),
    ] {
        watched.until(at);
        assert_eq!(watched.sample("daebak_on_air{title=sonata}"), Some(on_air), "{at}");
        close(watched.sample(next), (air + Span::from_hours(next_in)).as_secs_f64());
    }
    assert_eq!(watched.sample("daebak_on_air{title=rival}"), Some(0.0));
    watched.until(hours(15 * 24 + 1));
    assert_eq!(watched.sample(next), None, "there is none after the last");
}

#[test]
fn an_episode_is_compared_with_the_same_time_after_the_one_before() {
    let mut watched = Watched::new(full_config());
    let (first, second) = (hours(24), hours(48));
    watched.pass_until(first);
    watched.posts("sonata", first + minutes(5), 20);
    watched.posts("sonata", first + minutes(45), 50);
    watched.pass_until(first + minutes(60));
    let phase = "daebak_same_phase_ratio{title=sonata}";
    assert_eq!(watched.sample("daebak_since_episode_posts{title=sonata}"), Some(70.0));
    assert_eq!(watched.sample(phase), None, "it is the first");
    watched.pass_until(second);
    watched.posts("sonata", second + minutes(5), 30);
    watched.pass_until(second + minutes(30));
    assert_eq!(watched.sample(phase), Some(1.5));
}

#[test]
fn what_was_not_watched_from_its_beginning_is_not_compared() {
    let mut config = full_config();
    let show = |air: Timestamp| {
        let mut show = config.shows.values().next().unwrap().clone();
        show.premiere = Some(air);
        show.episodes.truncate(2);
        show.episodes[0].air = air;
        show.episodes[1].air = hours(1) + minutes(5);
        show
    };
    let (early, late) = (START - minutes(55), hours(1));
    let shows = [("sonata", show(early)), ("rival", show(late))];
    config.shows = shows.map(|(title, show)| (TitleId::new(title), show)).into();
    let mut watched = Watched::new(config);
    for title in ["sonata", "rival"] {
        watched.posts(title, early + minutes(1), 20);
        watched.posts(title, hours(1) + minutes(3), 20);
        watched.posts(title, hours(1) + minutes(6), 20);
    }
    let sample =
        |watched: &Watched, name| watched.sample(&format!("daebak_{name}{{title=sonata}}"));
    watched.until(hours(1));
    assert_eq!(sample(&watched, "since_episode_posts"), None);
    watched.pass_until(hours(3));
    assert_eq!(sample(&watched, "since_episode_posts"), Some(20.0), "not those just before it");
    for name in ["same_phase_ratio", "since_premiere_rank", "since_premiere_median_ratio"] {
        assert_eq!(sample(&watched, name), None);
    }
    assert_eq!(watched.sample("daebak_since_premiere_rank{title=rival}"), None);
}

#[test]
fn titles_are_compared_at_the_same_hour_since_their_premieres() {
    let mut config = full_config();
    let show = |days: i64| {
        let mut show = config.shows.values().next().unwrap().clone();
        show.premiere = Some(hours(24 * days));
        show
    };
    config.shows = [("sonata", show(1)), ("rival", show(2)), ("quiet", show(30))]
        .map(|(title, show)| (TitleId::new(title), show))
        .into();
    let mut watched = Watched::new(config);
    watched.pass_until(hours(24));
    watched.posts("sonata", hours(24), 10);
    watched.pass_until(hours(30));
    watched.posts("sonata", hours(30), 90);
    watched.pass_until(hours(48));
    watched.posts("rival", hours(48), 20);
    watched.pass_until(hours(51));
    let ratio =
        |title| watched.sample(&format!("daebak_since_premiere_median_ratio{{title={title}}}"));
    let rank = |title| watched.sample(&format!("daebak_since_premiere_rank{{title={title}}}"));
    assert_eq!(["rival", "sonata", "quiet"].map(ratio), [Some(2.0), None, None]);
    assert_eq!(["rival", "sonata", "quiet"].map(rank), [Some(1.0), None, None]);
    let posts = "daebak_since_premiere_posts{title=sonata}";
    assert_eq!(watched.sample(posts), Some(100.0));
}

#[test]
fn a_page_of_an_old_campaign_holds_totals_and_its_time_only() {
    let watched = full();
    let time = watched.buzz.time().unwrap();
    let page = render([&watched.buzz], time + minutes(10) + Span::from_millis(1));
    let names: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let expected = ["daebak_campaign_time_timestamp_seconds", "daebak_title_posts_total"];
    assert_eq!(names, expected.into());
    assert!(render([&watched.buzz], time + minutes(10)).contains("daebak_burst_active{"));
}
