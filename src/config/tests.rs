//! A ladder: empty, minimal, full, then one bad value after the other with what it says.

mod budget;
mod campaign;
mod connection;
mod feeds;
mod risk;
mod shows;

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::campaign::Alias;

const SERVICE: &str = include_str!("../../config/daebak.toml");
const CAMPAIGN: &str = include_str!("../../config/campaigns/starlight-sonata.toml");

const MINIMAL_SERVICE: &str = "[kafka]\nbrokers = \"kafka-1:9092\"\n[feeds.x]\ntopics = [\"x\"]\n";
const MINIMAL_CAMPAIGN: &str =
    "name = \"C\"\nlanguages = [\"ko\"]\n[[titles]]\nid = \"t\"\nname = \"T\"\n";

fn service(text: &str) -> Result<Service, ConfigErrors> {
    parse_service("s.toml", text)
}

fn campaign(text: &str) -> Result<Campaign, ConfigErrors> {
    parse_campaign("c", "c.toml", text)
}

/// `line:column rule: message; expected` of each error.
fn said<T>(checked: Result<T, ConfigErrors>) -> Vec<String> {
    let errors = checked.map_or_else(ConfigErrors::into_vec, |_| Vec::new());
    let said = |error: ConfigError| {
        let ConfigError { line, column, rule, message, expected, .. } = error;
        format!("{line}:{column} {}: {message}; {expected}", rule.id())
    };
    errors.into_iter().map(said).collect()
}

#[test]
fn an_empty_file_misses_what_has_no_default() {
    assert_eq!(
        said(service("")),
        [
            "1:1 missing-key: `brokers` is missing; expected `brokers` in `kafka`",
            "1:1 missing-key: `feeds` is missing; expected `feeds` in this file",
        ]
    );
    assert_eq!(
        said(campaign("")),
        ["name", "languages", "titles"].map(|key| format!(
            "1:1 missing-key: `{key}` is missing; expected `{key}` in this file"
        ))
    );
}

#[test]
fn a_minimal_service_has_every_default() {
    let set = service(MINIMAL_SERVICE).unwrap();
    assert_eq!(set.listen.to_string(), "127.0.0.1:9464");
    let kafka = Kafka {
        connection: Connection::plain("kafka-1:9092"),
        group: "daebak".into(),
        instance: None,
        mention_log: "daebak.mentions".into(),
        dead_letters: "daebak.dead-letters".into(),
        snapshots: Some("daebak.snapshots".into()),
        bursts: Some("daebak.bursts".into()),
        owners: Some("daebak.owners".into()),
    };
    assert_eq!(set.kafka, kafka);
    let times = [set.out_of_orderness, set.stall_timeout, set.engagement_horizon];
    assert_eq!(times.map(|time| time.to_string()), ["10s", "2m", "3d"]);
    let limits = Limits {
        record_bytes_max: 1 << 20,
        titles_max: 500,
        pending_max: 1_000_000,
        ledger_max: 10_000_000,
        distinct_max: 200_000,
        series_max: 100_000,
        dead_letter_ratio_max: 0.01,
    };
    assert_eq!(set.limits, limits);
    let window = |w: &WindowConfig| {
        format!("{}/{} {} {} {}", w.length, w.slide, w.posts, w.authors, w.breakdown)
    };
    assert_eq!(
        set.windows.iter().map(window).collect::<Vec<_>>(),
        [
            "1m/5s true false false",
            "5m/5s true true false",
            "15m/5s false false false",
            "1h/30s true true true",
            "24h/10m true true true",
            "7d/1h true true false",
        ]
    );
}

#[test]
fn a_minimal_campaign_has_every_default() {
    let minimal = campaign(MINIMAL_CAMPAIGN).unwrap();
    assert_eq!(minimal.allowed_lateness, Span::from_hours(24));
    assert_eq!(minimal.titles[0].aliases, [Alias::plain("T")]);
    assert!(minimal.titles[0].hashtags.is_empty());
}

#[test]
fn the_shipped_service_file_shows_the_defaults() {
    let shipped = service(SERVICE).unwrap();
    let minimal = service(MINIMAL_SERVICE).unwrap();
    assert_eq!(shipped.windows, minimal.windows);
    assert_eq!((shipped.limits, shipped.listen), (minimal.limits, minimal.listen));
    assert_eq!((&shipped.advertise, &minimal.advertise), (&None, &None));
    let names: Vec<_> = shipped.feeds.iter().map(|feed| feed.name.as_str()).collect();
    assert_eq!(names, ["twitter", "tiktok", "instagram"], "feeds keep the order of the file");
    assert_eq!(shipped.by_topic(|_| ()).len(), 6);
}

#[test]
fn the_shipped_files_load_together() {
    let config = load(Path::new("config/daebak.toml")).unwrap();
    assert_eq!(config.campaigns[0].id.as_str(), "starlight-sonata");
    assert_eq!(*config.campaigns[0], parse_campaign("starlight-sonata", "", CAMPAIGN).unwrap());
}

#[test]
fn a_bad_service_value_is_said_with_its_place() {
    let minimal = |rest: &str| format!("{MINIMAL_SERVICE}{rest}");
    let root = |line: &str| format!("{line}\n{MINIMAL_SERVICE}");
    let cases = [
        (root("listen = 9464"), "1:10 wrong-type: `listen` holds an integer; expected a string"),
        (
            root("listen = 'localhost:9464'"),
            "1:10 bad-address: `localhost:9464` is no address to listen on; \
             expected an IP address and port: \"127.0.0.1:9464\"",
        ),
        (
            root("advertise = 'https://k:1'"),
            "1:13 bad-address: `https://k:1` asks for TLS, which daebak leaves to others; \
             put TLS in front of it and name the address behind: http://host:port",
        ),
        (
            root("advertise = 'daebak-0:9464'"),
            "1:13 bad-address: `daebak-0:9464` is no address of a daebak; \
             expected http://host:port, with nothing after it",
        ),
        (
            root("advertise = 'http://0.0.0.0:9464'"),
            "1:13 bad-address: nobody finds `http://0.0.0.0:9464`, which is every address; \
             expected this machine's own name: http://host:port",
        ),
        (root("listn = ''"), "1:1 unknown-key: unknown key `listn`; did you mean `listen`?"),
        (
            MINIMAL_SERVICE.replace(":9092", ""),
            "2:11 bad-address: `kafka-1` is no broker; \
             expected host:port, several with commas between",
        ),
        (
            MINIMAL_SERVICE.replace("[\"x\"]", "[]"),
            "4:10 empty: `topics` is empty; expected at least one entry",
        ),
        (
            MINIMAL_SERVICE.replace("[\"x\"]", "[\"x\", 'a b']"),
            "4:16 bad-topic: `a b` is no name for Kafka; \
             expected ASCII letters, digits, dots, hyphens and `_`, 249 at the most",
        ),
        (
            minimal("[feeds.y]\ntopics = ['y', 'x']"),
            "6:16 duplicate: topic `x` comes twice; expected a topic named only once",
        ),
        (
            MINIMAL_SERVICE.replace("[\"x\"]", "['daebak.mentions']"),
            "4:11 duplicate: topic `daebak.mentions` comes twice; \
             expected a topic named only once",
        ),
        (
            MINIMAL_SERVICE.replace("feeds.x", "feeds.X"),
            "3:1 bad-id: `X` is no id; \
             expected lower-case letters, digits and hyphens, 64 at the most",
        ),
        (
            minimal("delay = '2 days'"),
            "5:9 bad-duration: `2 days` is no length of time; \
             expected a number and its unit (ms, s, m, h, d), such as \"24h\"",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(said(service(&text)), [expected], "{text}");
    }
}

#[test]
fn a_number_or_window_beyond_its_limits_is_said_with_its_place() {
    let minimal = |rest: &str| format!("{MINIMAL_SERVICE}{rest}");
    let cases = [
        (minimal("delay = '31d'"), "5:9 out-of-range: `delay` is 31d; expected 0s to 30d"),
        (
            minimal("[limits]\ntitles_max = 0"),
            "6:14 out-of-range: `titles_max` is 0; expected 1 to 10000",
        ),
        (
            minimal("[limits]\ntitles_max = -1"),
            "6:14 out-of-range: `titles_max` is -1; expected 1 to 10000",
        ),
        (
            minimal("[[windows]]\nlength = '12s'\nslide = '5s'"),
            "6:10 bad-window: `length` is 12s; expected a multiple of `slide`, 5s",
        ),
        (
            minimal("[[windows]]\nlength = '12s'\nslide = '6s'"),
            "7:9 bad-window: `slide` is 6s; expected a multiple of 5s",
        ),
        (
            minimal("[[windows]]\nlength = '7d'\nslide = '5s'"),
            "6:10 out-of-range: `length` is 120960 slides; expected at most 10000",
        ),
        (
            "windows = [{length='1m',slide='5s'},{length='60s',slide='5s'}]\n\
             kafka.brokers = 'k:1'\nfeeds.x.topics = ['x']"
                .to_owned(),
            "1:37 duplicate: there are two windows of 1m; expected another length",
        ),
        (
            minimal("[time]\nstall_timeout = true"),
            "6:17 wrong-type: `stall_timeout` holds a boolean; \
             expected a number and its unit (ms, s, m, h, d), such as \"24h\"",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(said(service(&text)), [expected], "{text}");
    }
}

#[test]
fn syntax_errors_have_their_place() {
    assert_eq!(
        said(campaign("name = 'a'\nlanguages = [\n")),
        ["2:14 syntax: unclosed array; expected `]`"]
    );
    assert_eq!(said(campaign("name = 'a'\nname = 'b'\n")), ["2:1 syntax: duplicate key; "]);
}

#[test]
fn every_file_is_checked_even_when_the_service_file_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("shows")).unwrap();
    fs::write(path("daebak.toml"), "campaigns = 'shows'\nlisten = \n").unwrap();
    fs::write(path("shows/a.toml"), "name = [\n").unwrap();
    fs::write(path("shows/b.toml"), MINIMAL_CAMPAIGN.replace("id", "ID")).unwrap();
    fs::write(path("shows/c.toml"), [0xff]).unwrap();
    fs::write(path("shows/.hidden.toml"), "not read").unwrap();
    let errors = load(&path("daebak.toml")).unwrap_err();
    let places: Vec<_> = errors
        .as_slice()
        .iter()
        .map(|error| (error.file.rsplit('/').next().unwrap(), error.line, error.rule))
        .collect();
    assert_eq!(
        places,
        [
            ("daebak.toml", 2, Rule::Syntax),
            ("a.toml", 1, Rule::Syntax),
            ("b.toml", 3, Rule::MissingKey),
            ("b.toml", 4, Rule::UnknownKey),
            ("c.toml", 0, Rule::Unreadable),
        ]
    );
    assert!(load(&path("absent.toml")).unwrap_err().to_string().contains("absent.toml"));
}

/// A shipped file with a stretch replaced by arbitrary text.
fn mutated() -> impl Strategy<Value = String> {
    (prop::bool::ANY, any::<prop::sample::Index>(), 0..20_usize, "\\PC{0,4}|[\\[\\]{}=\"\n#.]{0,4}")
        .prop_map(|(is_service, at, cut, patch)| {
            let chars: Vec<char> = if is_service { SERVICE } else { CAMPAIGN }.chars().collect();
            let at = at.index(chars.len());
            let rest = chars.iter().skip(at + cut);
            chars.iter().take(at).copied().chain(patch.chars()).chain(rest.copied()).collect()
        })
}

/// Errors are never empty, come in order, lie inside the text and print.
fn assert_sound<T>(text: &str, checked: Result<T, ConfigErrors>) -> Result<(), TestCaseError> {
    let Err(errors) = checked else { return Ok(()) };
    prop_assert!(!errors.as_slice().is_empty());
    prop_assert!(errors.to_string().contains("f.toml"));
    assert_placed(text, errors.as_slice())
}

fn assert_placed(text: &str, faults: &[ConfigError]) -> Result<(), TestCaseError> {
    let places: Vec<_> = faults.iter().map(|fault| (fault.line, fault.column)).collect();
    prop_assert!(places.is_sorted());
    for (line, column) in places {
        prop_assert!(line <= text.matches('\n').count() + 1);
        let shown = text.lines().nth(line - 1).unwrap_or_default();
        prop_assert!(column <= shown.chars().count() + 1);
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_taken_or_refused_without_a_panic(text in "(?s).{0,200}") {
        assert_sound(&text, parse_service("f.toml", &text))?;
        assert_sound(&text, parse_campaign("c", "f.toml", &text))?;
    }

    #[test]
    fn a_mutated_file_is_taken_or_refused_without_a_panic(text in mutated()) {
        assert_sound(&text, parse_service("f.toml", &text))?;
        if let Ok(placed) = super::campaign::read("c", "f.toml", &text, 100) {
            assert_placed(&text, super::campaign::warnings("f.toml", &text, &placed).as_slice())?;
        }
        assert_sound(&text, parse_campaign("c", "f.toml", &text))?;
    }
}
