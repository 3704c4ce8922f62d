//! The API over a real loopback socket: what an analyst's script, a spreadsheet and the page get.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its functions too"
)]

mod documented;
mod shown;
mod site;
mod watched;

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use daebak::campaign::TitleId;
use daebak::http::connection::Limits;
use daebak::status::Readiness;
use daebak::status::owners::Owners;
use daebak::time::{Span, TICK};
use daebak::view::Board;
use documented::{Document, Held};
use serde_json::{Value, json};
use shown::{NAME, names, shown, view};
use site::Server;
use watched::START;

const ROUTES: &str = include_str!("../src/http/api/mod.rs");

fn server() -> Server {
    let server = Server::start(Limits::default());
    server.status.set_readiness(Readiness::Ready);
    server.status.set_owners(Owners::new(None, &[Arc::new(names())]));
    server.health.feed("x").read();
    server.status.show(shown(&server, 1, view()));
    server
}

fn document(server: &Server) -> Document {
    Document(json(server, "/api/v1/openapi.json"))
}

fn json(server: &Server, path: &str) -> Value {
    let (status, body) = server.get(path);
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

fn csv(server: &Server, path: &str) -> Vec<String> {
    let (status, body) = server.get(path);
    assert_eq!(status, 200, "{path}: {body}");
    let text = body.strip_prefix('\u{feff}').expect("a byte order mark");
    let text = text.strip_suffix("\r\n").expect("the last row ends");
    text.split("\r\n").map(str::to_owned).collect()
}

#[test]
fn the_document_has_the_paths_of_the_router() {
    let server = server();
    let routes = ROUTES.split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let document = document(&server);
    let routes: BTreeSet<&str> = routes.collect();
    assert!(routes.len() > 10, "{routes:?}");
    assert_eq!(routes, document.paths().into_keys().collect());
}

#[test]
fn each_answer_has_what_is_documented_and_nothing_else() {
    let server = server();
    let document = document(&server);
    let mut held = Held::default();
    let mut answers = 0;
    for (question, schema) in document.questions("launch", "sonata") {
        if question.contains("step=1") && !question.contains("measure=posts") {
            assert_eq!(server.get(&question).0, 400, "{question}");
            continue;
        }
        document.hold(&schema, &json(&server, &question), &question, &mut held);
        answers += 1;
    }
    assert!(answers > 15, "{answers}");
    let error = serde_json::from_str(&server.get("/api/v1/nothing").1).unwrap();
    document.hold(&json!({"$ref": "#/components/schemas/Error"}), &error, "error", &mut held);
    assert!(held.faults.is_empty(), "\n{}\n", held.faults.join("\n"));
    // What only another instance, a stream, and one that is not ready have is asked for elsewhere.
    let elsewhere = [
        ("Error", "ask"),
        ("Error", "owner"),
        ("Health", "reason"),
        ("ListedCampaign", "owner"),
        ("Tick", "campaign"),
        ("Tick", "now"),
        ("Tick", "time"),
    ];
    let unseen: Vec<_> = document.properties().difference(&held.seen).cloned().collect();
    let expected = elsewhere.map(|(schema, key)| (schema.to_owned(), key.to_owned()));
    assert_eq!(unseen, expected, "documented, and never answered");
}

#[test]
fn an_answer_that_is_not_as_documented_is_seen() {
    let server = server();
    let document = document(&server);
    let schema = json!({"$ref": "#/components/schemas/Bursts"});
    let answer = json(&server, "/api/v1/campaigns/launch/bursts");
    let faults = |change: fn(&mut Value)| {
        let (mut answer, mut held) = (answer.clone(), Held::default());
        change(&mut answer);
        document.hold(&schema, &answer, "", &mut held);
        held.faults
    };
    assert_eq!(faults(|_| {}), [""; 0]);
    assert_eq!(faults(|answer| answer["more"] = json!(1)), [".more: not documented"]);
    assert_eq!(faults(|answer| answer["time"] = json!("noon")), [".time: \"noon\" is no time"]);
    let missing = faults(|answer| drop(answer.as_object_mut().unwrap().remove("campaign")));
    assert_eq!(missing, [": no \"campaign\""]);
    let wrong = faults(|answer| answer["bursts"][0]["posts"] = json!(1.5));
    assert_eq!(wrong, [".bursts[0].posts: 1.5 is no \"integer\""]);
    let other = faults(|answer| answer["bursts"][0]["phase"] = json!("middle"));
    assert_eq!(other.len(), 1, "{other:?}");
}

/// Questions about campaigns, their status, and how what is said begins.
const REFUSED: [(&str, u16, &str); 17] = [
    (
        "launch/leaderboard?windw=1h",
        400,
        "unknown parameter `windw` (did you mean `window`?); there are window, limit, offset, q, format, tz",
    ),
    (
        "launch/leaderboard?window=2h",
        400,
        "`window` is \"2h\"; expected one of 1m, 5m, 1h, 24h, 7d",
    ),
    ("launch/leaderboard?limit=0", 400, "`limit` is \"0\"; expected a whole number from 1 to 500"),
    (
        "launch/leaderboard?limit=501",
        400,
        "`limit` is \"501\"; expected a whole number from 1 to 500",
    ),
    ("launch/titles?offset=-1", 400, "`offset` is \"-1\"; expected a whole number from 0"),
    (
        "launch/leaderboard?window=1h&window=5m",
        400,
        "`window` is given more than once; once is enough",
    ),
    ("launch/leaderboard?format=xml", 400, "`format` is \"xml\"; expected json or csv"),
    (
        "launch/leaderboard?tz=Asia/Seoul",
        400,
        "`tz` goes with format=csv; times in JSON are in UTC",
    ),
    (
        "launch/leaderboard?format=csv&tz=Asia/Sool",
        400,
        "`tz` is \"Asia/Sool\"; expected an IANA time zone, such as Asia/Seoul",
    ),
    ("launch?x=1", 400, "unknown parameter `x`; there are none"),
    ("launch/health?x=1", 400, "unknown parameter `x`; there are none"),
    ("launch/series", 400, "`title` is missing; expected from 1 to 10 titles"),
    (
        "launch/series?title=sonata&measure=likes",
        400,
        "`measure` is \"likes\"; expected one of posts, authors, share_of_voice, growth_per_hour, reproduction, burst_score, copies, rank",
    ),
    (
        "launch/series?title=sonata&measure=rank&step=1m",
        400,
        "`step` is \"1m\"; expected one of 5m for this measure",
    ),
    (
        "launch/titles/sonatta",
        404,
        "no title `sonatta` in launch (did you mean `sonata`?); /api/v1/campaigns/launch/titles lists all",
    ),
    (
        "launch/bursts?title=nothing",
        404,
        "no title `nothing` in launch; /api/v1/campaigns/launch/titles lists all",
    ),
    (
        "lunch/titles",
        404,
        "no campaign `lunch` (did you mean `launch`?); /api/v1/campaigns lists all",
    ),
];

#[test]
fn what_makes_no_sense_is_refused_with_what_would() {
    let server = server();
    for (path, status, error) in REFUSED {
        let path = format!("/api/v1/campaigns/{path}");
        let (answered, body) = server.get(&path);
        let said: Value = serde_json::from_str(&body).unwrap();
        let said = said["error"].as_str().unwrap();
        assert_eq!(answered, status, "{path}: {said}");
        assert!(said.starts_with(error), "{path}: {said}");
    }
    let many = "title=sonata&".repeat(11);
    for path in ["series", "premieres"] {
        let (status, body) = server.get(&format!("/api/v1/campaigns/launch/{path}?{many}"));
        assert_eq!(status, 400);
        assert!(body.contains("`title` is given 11 times; at most 10 are allowed"), "{body}");
    }
    for path in ["/api/v1", "/api/v1/", "/api/v1/nothing"] {
        let (status, body) = server.get(path);
        let said: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(status, 404, "{path}");
        assert!(said["error"].as_str().unwrap().contains("/api/v1/openapi.json"), "{said}");
    }
    let (status, _, body) = server.ask("POST /api/v1/campaigns HTTP/1.1\r\nContent-Length: 0");
    assert_eq!(status, 405);
    assert!(String::from_utf8(body).unwrap().contains("GET and HEAD"));
}

#[test]
fn what_is_not_ready_says_why() {
    let server = Server::start(Limits::default());
    server.status.set_readiness(Readiness::NotReady("replaying: 7 records to go".into()));
    let (status, headers, body) = server.ask("GET /api/v1/campaigns/launch/titles HTTP/1.1");
    assert_eq!(status, 503);
    assert!(headers.contains(&"retry-after: 2".to_owned()), "{headers:?}");
    let body = String::from_utf8(body).unwrap();
    assert!(body.contains("not ready: replaying: 7 records to go"), "{body}");
    let health = json(&server, "/api/v1/health");
    assert_eq!(health["reason"], "replaying: 7 records to go");
    assert!(health.get("now").is_none(), "the service's clock may be another than the wall's");
    assert_eq!(json(&server, "/api/v1/campaigns"), json!({"campaigns": []}));
    server.status.set_owners(Owners::new(None, &[Arc::new(names())]));
    let waiting = json!({"campaign": "launch", "name": "Launch", "here": false});
    assert_eq!(json(&server, "/api/v1/campaigns"), json!({"campaigns": [waiting]}));
}

#[test]
fn the_leaderboard_is_ordered_paged_and_searched() {
    let server = server();
    let titles = |query: &str| -> Vec<String> {
        let answer = json(&server, &format!("/api/v1/campaigns/launch/leaderboard?{query}"));
        let rows = answer["rows"].as_array().unwrap();
        rows.iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
    };
    let mut view = view();
    view.titles.sort_by_key(|title| {
        let over = title.over("1h").unwrap();
        (over.rank.unwrap_or(u64::MAX), std::cmp::Reverse(over.posts), title.name.clone())
    });
    let expected: Vec<_> = view.titles.iter().map(|title| title.title.to_string()).collect();
    assert_eq!(titles(""), expected);
    assert_eq!(titles("window=1h&limit=1&offset=1"), expected[1..2]);
    assert_eq!(titles("offset=18446744073709551615"), [""; 0]);
    let sought = [
        ("q=SONATA", "sonata"),
        ("q=of+the+stars+%EC%84%A0%EC%9E%AC", ""),
        // A word of an alias in any case, its letters apart as some keyboards send them, and not
        // as a post would write it.
        ("q=%EC%84%A0%EC%9E%AC", "quiet"),
        ("q=%E1%84%89%E1%85%A5%E1%86%AB%E1%84%8C%E1%85%A2", "quiet"),
        ("q=%EC%84%A0%EC%9E%AC%EC%97%85%EA%B3%A0", "quiet"),
        ("q=LOVELY-runner", "quiet"),
        ("q=runnertag", "quiet"),
        // By what posts of late name it, and by a name that the file does not have.
        ("q=%EC%86%8C%EB%82%98%ED%83%80", "sonata"),
        ("q=the+%22other%22", "rival"),
        ("q=...", ""),
    ];
    for (query, found) in sought {
        let expected: &[&str] = if found.is_empty() { &[] } else { &[found] };
        assert_eq!(titles(query), expected, "{query}");
    }
    let answer = json(&server, "/api/v1/campaigns/launch/leaderboard?limit=1&window=1h");
    assert_eq!(answer["total"], view.titles.len());
    let row = &answer["rows"][0];
    let sum: u64 = row["sparkline"].as_array().unwrap().iter().filter_map(Value::as_u64).sum();
    let first = &view.titles[0];
    assert_eq!(sum, first.bins.iter().map(|n| u64::from(*n)).sum::<u64>());
    assert!(sum > 0);
    assert_eq!(row["posts"], first.over("1h").unwrap().posts);
}

#[test]
fn what_is_hot_and_usual_does_not_depend_on_the_rows_asked_for() {
    let server = server();
    let mut view = view();
    view.titles[0].posts_1h = 5;
    let hour = view.titles[0].windows.iter().position(|over| &*over.window == "1h").unwrap();
    let copies: Vec<f64> =
        view.titles.iter().map(|title| title.windows[hour].copies.unwrap()).collect();
    let mut sorted = copies.clone();
    sorted.sort_by(f64::total_cmp);
    for n in 0..30_u64 {
        let mut title = view.titles[1].clone();
        title.title = TitleId::new(&format!("more-{n}"));
        (title.surging, title.posts_1h) = (true, 100 + n);
        title.windows[hour].copies = None;
        view.titles.push(title);
    }
    let ask = |path: &str| json(&server, &format!("/api/v1/campaigns/launch/leaderboard?{path}"));
    server.status.show(shown(&server, 2, view.clone()));
    let all = ask("");
    let hot = all["hot"].as_array().unwrap();
    assert_eq!(hot.len(), 20);
    assert_eq!((&hot[0]["title"], &hot[19]["title"]), (&json!("more-29"), &json!("more-10")));
    assert_eq!(all["usual_copies"].as_f64(), Some(sorted[1]));
    for path in ["limit=1", "q=nothing", "offset=40"] {
        let some = ask(path);
        assert_eq!((&some["hot"], &some["usual_copies"]), (&all["hot"], &all["usual_copies"]));
    }
    view.titles.truncate(3);
    view.titles[2].windows[hour].copies = None;
    // Sonata doubles in 1.5 s, and climbs; slower, it would not.
    for (doubling, n) in [(7200.0, 1), (7201.0, 0)] {
        let estimate = view.titles[0].windows[hour].doubling_seconds.as_mut().unwrap();
        estimate.value = doubling;
        server.status.show(shown(&server, 3 + n, view.clone()));
        let few = ask("");
        assert_eq!(few["hot"].as_array().unwrap().len() as u64, n);
        assert!(few.get("usual_copies").is_none(), "two are too few");
    }
}

#[test]
fn premieres_and_bursts_are_bounded_and_only_of_what_was_watched() {
    let server = server();
    let mut view = view();
    let premiere = view.titles[0].premiere.unwrap();
    for n in 0..60 {
        let mut title = view.titles[0].clone();
        title.title = TitleId::new(&format!("more-{n}"));
        title.premiere = Some(premiere - Span::from_hours(60 - n));
        if n == 59 {
            title.since_premiere.as_mut().unwrap().by_hour = None;
        }
        view.titles.push(title);
        view.bursts.extend([view.bursts[0].clone(), view.bursts[0].clone()]);
    }
    view.bursts.extend(view.bursts.clone());
    server.status.show(shown(&server, 2, view));
    let ids = |path: &str| -> Vec<String> {
        let answer = json(&server, &format!("/api/v1/campaigns/launch/premieres?{path}"));
        let series = answer["series"].as_array().unwrap();
        series.iter().map(|curve| curve["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("limit=3"), ["sonata", "more-58", "more-57"]);
    assert_eq!((ids("").len(), ids("limit=50").len()), (12, 50));
    assert_eq!(ids("title=more-1&title=more-59&title=more-2"), ["more-2", "more-1"]);
    let missing = server.get("/api/v1/campaigns/launch/premieres?title=nobody").0;
    assert_eq!(missing, 404);
    for (path, n) in [("", 200), ("limit=7", 7), ("limit=1000", 242)] {
        let answer = json(&server, &format!("/api/v1/campaigns/launch/bursts?{path}"));
        assert_eq!(answer["bursts"].as_array().unwrap().len(), n);
    }
}

#[test]
fn a_series_of_posts_has_each_post_in_its_step() {
    let server = server();
    let view = view();
    let sonata = view.title("sonata").unwrap().1;
    for (step, seconds, bins) in [("1m", 60, &sonata.minutes), ("5m", 300, &sonata.bins)] {
        let query = format!("/api/v1/campaigns/launch/series?title=sonata&step={step}");
        let answer = json(&server, &query);
        let start: jiff::Timestamp = answer["start"].as_str().unwrap().parse().unwrap();
        let values = answer["series"][0]["values"].as_array().unwrap();
        assert_eq!(values.len(), bins.len());
        for (at, (value, n)) in (0..).zip(values.iter().zip(bins)) {
            let is_known = (start.as_second() + seconds * at) * 1000 >= START.as_millis();
            assert_eq!(value.as_f64(), is_known.then_some(f64::from(*n)), "{step} {at}");
        }
        let unknown = values.iter().filter(|value| value.is_null()).count();
        assert_eq!(unknown, if step == "5m" { 10 } else { 0 }, "29 h 10 min are watched");
        let end = start.as_second() + seconds * i64::try_from(bins.len()).unwrap();
        assert_eq!(end, view.time.as_millis() / 1000 / seconds * seconds, "{step}");
    }
    let hours = json(&server, "/api/v1/campaigns/launch/series?title=sonata&title=rival&step=1h");
    assert_eq!(hours["series"].as_array().unwrap().len(), 2);
    let values = hours["series"][0]["values"].as_array().unwrap();
    assert_eq!(values.len(), 30);
    let last: u32 = sonata.bins[sonata.bins.len() - 12..].iter().sum();
    assert_eq!(values[29].as_f64(), Some(f64::from(last)));
    assert_eq!((&values[0], values[1].is_null()), (&Value::Null, false));
    let table = csv(&server, "/api/v1/campaigns/launch/series?title=sonata&format=csv");
    assert!(table[1].ends_with(",sonata,posts,"), "{}", table[1]);
    let mut unwatched = view;
    unwatched.titles[0].history_seconds = None;
    server.status.show(shown(&server, 2, unwatched));
    let row = &json(&server, "/api/v1/campaigns/launch/leaderboard?q=sonata")["rows"][0];
    assert_eq!(row["sparkline"], json!(vec![Value::Null; 60]));
    let ranks = json(&server, "/api/v1/campaigns/launch/series?title=sonata&measure=rank");
    let values = ranks["series"][0]["values"].as_array().unwrap();
    assert_eq!(values.last(), Some(&json!(1.0)));
    assert_eq!(ranks["step_seconds"], 300.0);
}

#[test]
fn an_answer_is_named_gzipped_and_sent_once() {
    let server = server();
    let path = "GET /api/v1/campaigns/launch/titles HTTP/1.1";
    let tag = |headers: &[String]| {
        headers.iter().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned()
    };
    let (_, headers, plain) = server.ask(path);
    let first = tag(&headers);
    for header in
        ["cache-control: no-cache", "vary: accept-encoding", "content-type: application/json"]
    {
        assert!(headers.contains(&header.to_owned()), "{header} in {headers:?}");
    }
    let (_, headers, zipped) = server.ask(&format!("{path}\r\nAccept-Encoding: gzip"));
    let mut unzipped = Vec::new();
    flate2::read::GzDecoder::new(&*zipped).read_to_end(&mut unzipped).unwrap();
    assert_eq!(unzipped, plain);
    assert_ne!(tag(&headers), first, "each form has its own");
    for has in
        [first.clone(), format!("W/{first}"), format!("\"x\", {}", tag(&headers)), "*".into()]
    {
        let (status, headers, body) = server.ask(&format!("{path}\r\nIf-None-Match: {has}"));
        assert_eq!((status, body.len()), (304, 0), "{has}");
        assert_eq!(tag(&headers), first);
    }
    // A new board has new answers, and the name of the old one is none of theirs.
    let mut next = view();
    next.titles[0].posts_1h += 1;
    server.status.show(shown(&server, 2, next));
    let (status, headers, body) = server.ask(&format!("{path}\r\nIf-None-Match: {first}"));
    assert_eq!(status, 200);
    assert_ne!(body, plain);
    assert_ne!(tag(&headers), first);
}

#[test]
fn every_answer_forbids_what_is_not_the_pages_own() {
    let server = server();
    let questions = [
        "GET / HTTP/1.1",
        "GET /metrics HTTP/1.1",
        "GET /nothing HTTP/1.1",
        "GET /api/v1/campaigns HTTP/1.1",
        "GET /api/v1/nothing HTTP/1.1",
        "POST / HTTP/1.1\r\nContent-Length: 1025",
        "PUT /livez HTTP/1.1\r\nContent-Length: 0",
    ];
    for question in questions {
        let (status, headers, _) = server.ask(question);
        let has = |line: &str| headers.iter().any(|header| header.starts_with(line));
        for line in [
            "content-security-policy: default-src 'none'; script-src 'self';",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
        ] {
            assert!(has(line), "{question}: {status}: no {line} in {headers:?}");
        }
    }
    let (status, headers, page) = server.ask("GET / HTTP/1.1\r\nAccept: text/html");
    assert_eq!(status, 200);
    assert!(headers.contains(&"content-type: text/html; charset=utf-8".to_owned()));
    assert!(page.starts_with(b"<!doctype html>"));
}

#[test]
fn a_spreadsheet_reads_every_table() {
    let server = server();
    let rows = csv(&server, "/api/v1/campaigns/launch/leaderboard?format=csv&tz=Asia/Seoul");
    let header: Vec<&str> = rows[0].split(',').collect();
    assert_eq!(header[..6], ["time", "window", "rank", "rank_before", "title", "name"]);
    assert!(rows[1].starts_with("2026-02-03T"), "{}", rows[1]);
    assert!(rows[1].split(',').next().unwrap().ends_with("+09:00"), "{}", rows[1]);
    assert_eq!(rows.len(), 1 + view().titles.len());
    // A name that a spreadsheet would run, with a comma and quotes.
    let quoted = format!("\"'{}\"", NAME.replace('"', "\"\""));
    assert!(rows.iter().any(|row| row.contains(&quoted)), "{rows:?}");

    let (view, base) = (view(), "/api/v1/campaigns");
    let titles = csv(&server, &format!("{base}/launch/titles?format=csv"));
    assert_eq!(titles.len(), 1 + view.titles.len() * view.windows.len());
    assert_eq!(csv(&server, &format!("{base}/launch/titles/quiet?format=csv")).len(), 6);
    for row in titles.iter().filter(|row| !row.contains('"')) {
        assert_eq!(row.split(',').count(), titles[0].split(',').count(), "{row}");
    }
    assert!(titles[1].contains("Z,"), "UTC unless said: {}", titles[1]);
    let series = csv(&server, &format!("{base}/launch/series?title=sonata&title=quiet&format=csv"));
    assert_eq!(series.len(), 1 + 2 * 360);
    assert_eq!(series[0], "time,title,measure,value");
    let bursts = csv(&server, &format!("{base}/launch/bursts?format=csv"));
    assert_eq!(bursts.len(), 2);
    assert!(bursts[1].contains("'=cmd 3"), "a hashtag that is a formula: {}", bursts[1]);
    let premieres = csv(&server, &format!("{base}/launch/premieres?format=csv"));
    assert!(premieres.len() > 1 && premieres[1].contains("sonata"), "{premieres:?}");
    let campaigns = csv(&server, &format!("{base}?format=csv"));
    assert!(campaigns[1].starts_with("launch,"), "{campaigns:?}");

    let question = "GET /api/v1/campaigns/launch/bursts?format=csv HTTP/1.1";
    let (_, headers, _) = server.ask(question);
    let time = view.time.to_string().to_lowercase().replace(':', "");
    let name = format!("content-disposition: attachment; filename=\"launch-bursts-{time}.csv\"");
    assert!(headers.contains(&name), "{name} in {headers:?}");
    assert!(headers.iter().any(|line| line.starts_with("content-type: text/csv; charset=utf-8")));
}

/// A stream of events, of which what came is kept.
struct Events {
    stream: TcpStream,
    text: String,
}

impl Events {
    fn open(server: &Server) -> Self {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let question = "GET /api/v1/campaigns/launch/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
        stream.write_all(question.as_bytes()).unwrap();
        Self { stream, text: String::new() }
    }

    /// Reads on until `part` has come `n` times; false when the stream ends before.
    fn read_until(&mut self, part: &str, n: usize) -> bool {
        let mut bytes = [0; 4096];
        while self.text.matches(part).count() < n {
            match self.stream.read(&mut bytes).expect("within the time") {
                0 => return false,
                read => self.text.push_str(std::str::from_utf8(&bytes[..read]).unwrap()),
            }
        }
        true
    }

    /// The last one of a name.
    fn last(&self, name: &str) -> Value {
        let (_, after) = self.text.rsplit_once(&format!("event: {name}\ndata: ")).unwrap();
        serde_json::from_str(after.lines().next().unwrap()).unwrap()
    }
}

#[test]
fn a_stream_tells_of_each_board_and_of_new_bursts_only() {
    let server = server();
    // The task that looks at the board has seen the first one once a stream has its first tick.
    let mut events = Events::open(&server);
    assert!(events.read_until("event: tick", 1), "{}", events.text);
    assert!(events.text.contains("content-type: text/event-stream"), "{}", events.text);
    assert!(events.text.contains("retry: 2000\n\n"), "{}", events.text);
    assert!(!events.text.contains("event: burst"), "none of the old: {}", events.text);

    let mut next = view();
    let mut burst = next.bursts[0].clone();
    burst.onset = burst.onset + Span::from_hours(1);
    next.bursts.insert(0, burst);
    server.status.show(shown(&server, 2, next.clone()));
    assert!(events.read_until("event: burst", 1), "{}", events.text);
    next.time = next.time + TICK;
    server.status.show(shown(&server, 3, next));
    let document = document(&server);
    let mut held = Held::default();
    let after = (view().time + TICK).to_string();
    while events.last("tick")["time"] != *after {
        let n = events.text.matches("event: tick").count();
        assert!(events.read_until("event: tick", n + 1), "{}", events.text);
    }
    assert_eq!(events.text.matches("event: burst").count(), 1, "{}", events.text);
    for (name, schema) in [("tick", "Tick"), ("burst", "Burst")] {
        let schema = json!({"$ref": format!("#/components/schemas/{schema}")});
        document.hold(&schema, &events.last(name), name, &mut held);
    }
    assert_eq!(held.faults, [""; 0]);

    // A campaign that leaves ends its streams.
    server.status.show(Board { number: 4, ..Board::default() });
    assert!(!events.read_until("never", 1));
}

#[test]
fn streams_have_room_of_their_own_and_end_with_the_service() {
    let limits = Limits {
        connections_max: 4,
        streams_max: 6,
        header: Duration::from_hours(1),
        ..Limits::default()
    };
    let mut server = Server::start(limits);
    server.status.set_readiness(Readiness::Ready);
    server.status.show(shown(&server, 1, view()));
    server.publish();
    let mut streams = Vec::new();
    for _ in 0..6 {
        let mut stream = Events::open(&server);
        assert!(stream.read_until("event: tick", 1), "{}", stream.text);
        streams.push(stream);
    }
    let mut seventh = Events::open(&server);
    assert!(seventh.read_until("6 streams of events are open", 1), "{}", seventh.text);
    // More streams than connections are allowed, and every scrape is answered.
    let mut scraper = TcpStream::connect(server.address).unwrap();
    scraper.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    for _ in 0..20 {
        scraper.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut start = [0; 12];
        scraper.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"HTTP/1.1 200");
        let mut rest = [0; 4096];
        let _ = scraper.read(&mut rest).unwrap();
        assert_eq!(server.get("/livez").0, 200);
    }
    server.status.show(shown(&server, 2, view()));
    for stream in &mut streams {
        assert!(stream.read_until("event: tick", 2), "none was ended for another");
    }
    // A reader that goes leaves its room.
    drop(streams.pop());
    let mut eighth = Events::open(&server);
    let mut tries = 0;
    while !eighth.read_until("event: tick", 1) {
        tries += 1;
        assert!(tries < 200, "{}", eighth.text);
        eighth = Events::open(&server);
    }
    server.stop();
    for stream in &mut streams {
        assert!(!stream.read_until("never", 1));
        assert!(stream.text.ends_with("0\r\n\r\n"), "ended, not cut off: {}", stream.text);
    }
}

#[test]
fn a_stream_ends_by_itself_when_its_connection_is_old() {
    let limits = Limits { lifetime: Duration::from_millis(300), ..Limits::default() };
    let server = Server::start(limits);
    server.status.set_readiness(Readiness::Ready);
    server.status.show(shown(&server, 1, view()));
    let mut events = Events::open(&server);
    assert!(!events.read_until("never", 1));
    assert!(events.text.contains("event: tick"), "{}", events.text);
    assert!(events.text.ends_with("0\r\n\r\n"), "ended, not cut off: {}", events.text);
}

#[test]
fn a_board_that_stands_still_is_not_shown() {
    let server = server();
    let (path, health) = ("/api/v1/campaigns/launch/titles", "/api/v1/campaigns/launch/health");
    assert_eq!((server.get(path).0, server.get(health).0), (200, 200));
    server.clock.fetch_add(31, Ordering::Relaxed);
    assert_eq!((server.get(path).0, server.get(health).0), (503, 503));
}
