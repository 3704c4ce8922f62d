//! HTTP over a real loopback socket: what a scraper, an orchestrator and an attacker get.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its functions too")]

mod site;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::Duration;

use daebak::http::connection::Limits;
use daebak::status::Readiness;
use site::{Server, TITLES, read_until_closed};

#[test]
fn a_scraper_gets_the_page_plain_or_gzipped() {
    let server = Server::start(Limits::default());
    server.publish();
    let (status, headers, plain) = server.ask("GET /metrics HTTP/1.1");
    assert_eq!(status, 200);
    for header in
        ["content-type: text/plain; version=0.0.4; charset=utf-8", "vary: accept-encoding"]
    {
        assert!(headers.iter().any(|line| line == header), "{header} in {headers:?}");
    }
    assert!(!headers.iter().any(|line| line.starts_with("content-encoding")));
    let plain = String::from_utf8(plain).unwrap();
    assert!(plain.starts_with(TITLES) && plain.contains("daebak_build_info"), "{plain}");

    let (status, headers, gzip) =
        server.ask("GET /metrics HTTP/1.1\r\nAccept-Encoding: deflate, gzip;q=0.8");
    assert_eq!(status, 200);
    for header in ["content-encoding: gzip", "vary: accept-encoding"] {
        assert!(headers.iter().any(|line| line == header), "{header} in {headers:?}");
    }
    assert!(gzip.len() < plain.len() / 2, "{} of {}", gzip.len(), plain.len());
    let mut unzipped = String::new();
    flate2::read::GzDecoder::new(&*gzip).read_to_string(&mut unzipped).unwrap();
    assert_eq!(unzipped, plain);

    let (_, headers, refused) = server.ask("GET /metrics HTTP/1.1\r\nAccept-Encoding: gzip;q=0");
    assert_eq!(refused, plain.as_bytes());
    assert!(!headers.iter().any(|line| line.starts_with("content-encoding")));
}

#[test]
fn an_ordinary_client_understands_the_answers() {
    let server = Server::start(Limits::default());
    server.publish();
    let url = format!("http://{}/metrics", server.address);
    let read = |request: ureq::RequestBuilder<ureq::typestate::WithoutBody>| {
        request.call().unwrap().body_mut().read_to_string().unwrap()
    };
    let gzipped = read(ureq::get(&url));
    assert!(gzipped.starts_with(TITLES), "{gzipped}");
    assert_eq!(read(ureq::get(&url).header("accept-encoding", "identity")), gzipped);
}

#[test]
fn an_owner_that_stands_still_falls_silent() {
    let server = Server::start(Limits::default());
    assert_eq!(server.get("/metrics"), (503, "no page has been rendered yet\n".into()));
    server.publish();
    assert_eq!(server.get("/metrics").0, 200);
    server.clock.fetch_add(31, Ordering::Relaxed);
    let (status, body) = server.get("/metrics");
    assert_eq!((status, &*body), (503, "the page is 31 s old; after 30s it is not served\n"));
    server.publish();
    assert_eq!(server.get("/metrics").0, 200);
}

#[test]
fn ready_only_once_the_log_is_replayed() {
    let server = Server::start(Limits::default());
    assert_eq!(server.get("/readyz"), (503, "not ready: starting\n".into()));
    server.status.set_readiness(Readiness::NotReady("replaying: 7 records to go".into()));
    assert_eq!(server.get("/readyz"), (503, "not ready: replaying: 7 records to go\n".into()));
    server.status.set_readiness(Readiness::Ready);
    assert_eq!(server.get("/readyz"), (200, "ready\n".into()));
}

#[test]
fn alive_only_while_every_loop_turns() {
    let server = Server::start(Limits::default());
    assert_eq!(server.get("/livez"), (200, "alive\n".into()));
    server.clock.fetch_add(31, Ordering::Relaxed);
    assert_eq!(server.get("/livez"), (503, "fold has not turned for 31 s\n".into()));
}

#[test]
fn what_is_not_there_is_said_in_plain_words() {
    let server = Server::start(Limits::default());
    let (status, _, index) = server.ask("GET / HTTP/1.1\r\nAccept: text/plain");
    let index = String::from_utf8(index).unwrap();
    assert!(status == 200 && index.contains("/metrics"), "{index}");
    let nothing = "nothing is at /nowhere; see / for what there is\n";
    assert_eq!(server.get("/nowhere"), (404, nothing.into()));
    let (status, headers, body) = server.ask("POST /metrics HTTP/1.1\r\nContent-Length: 0");
    assert_eq!(status, 405);
    assert_eq!(body, b"daebak only answers GET and HEAD\n");
    assert!(headers.iter().any(|line| line.starts_with("allow: get")), "{headers:?}");
    let (status, _, body) = server.ask("HEAD / HTTP/1.1");
    assert_eq!((status, body.len()), (200, 0));
}

#[test]
fn large_requests_are_refused() {
    let server = Server::start(Limits::default());
    assert_eq!(server.ask("POST / HTTP/1.1\r\nContent-Length: 1025").0, 413);
    // Not a byte more than the limit: closing on unread bytes resets, and may lose the answer.
    let mut header = b"GET / HTTP/1.1\r\nPadding: ".to_vec();
    header.resize(Limits::default().header_bytes_max, b'x');
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(&header).unwrap();
    let refusal = String::from_utf8(read_until_closed(&stream)).unwrap();
    assert!(refusal.starts_with("HTTP/1.1 431 "), "{refusal}");
}

#[test]
fn a_header_that_never_ends_is_cut_off() {
    let server = Server::start(Limits { header: Duration::from_millis(100), ..Limits::default() });
    let silent = TcpStream::connect(server.address).unwrap();
    let mut slow = TcpStream::connect(server.address).unwrap();
    slow.write_all(b"GET /metrics HTTP/1.1\r\nHost: loc").unwrap();
    for stream in [&silent, &slow] {
        let sent = String::from_utf8(read_until_closed(stream)).unwrap();
        assert!(!sent.contains("200 OK"), "{sent}");
    }
}

#[test]
fn a_crowd_of_idle_connections_keeps_no_scraper_out() {
    // No time limit closes anything here: only making room can.
    let forever = Duration::from_hours(1);
    let limits =
        Limits { connections_max: 8, header: forever, lifetime: forever, ..Limits::default() };
    let server = Server::start(limits.clone());
    server.publish();
    let crowd: Vec<_> = (0..limits.connections_max * 5)
        .map(|_| TcpStream::connect(server.address).unwrap())
        .collect();
    assert_eq!(server.get("/metrics").0, 200);
    let first = crowd.first().unwrap();
    assert!(read_until_closed(first).is_empty(), "the oldest made room");
    server.publish();
    let (_, text) = server.get("/metrics");
    let evicted = text.lines().find_map(|line| {
        line.strip_prefix("daebak_http_connections_evicted_total ")?.parse::<usize>().ok()
    });
    assert!(evicted.unwrap() >= limits.connections_max * 4, "{evicted:?}");
}

#[test]
fn a_connection_ends_after_its_lifetime() {
    let server =
        Server::start(Limits { lifetime: Duration::from_millis(100), ..Limits::default() });
    let idle = TcpStream::connect(server.address).unwrap();
    assert!(read_until_closed(&idle).is_empty());
}

#[test]
fn shutdown_closes_idle_connections_and_the_port() {
    let mut server = Server::start(Limits::default());
    let mut kept = TcpStream::connect(server.address).unwrap();
    kept.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut first = [0; 12];
    kept.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    server.stop();
    read_until_closed(&kept);
    assert!(TcpStream::connect(server.address).is_err());
}
