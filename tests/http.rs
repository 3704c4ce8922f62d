//! HTTP over a real loopback socket: what a scraper, an orchestrator and an attacker get.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its functions too"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use daebak::http::connection::{Limits, serve};
use daebak::metric::health::Health;
use daebak::metric::page::Page;
use daebak::status::{Pulse, Readiness, Status};
use daebak::time::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

const TITLES: &str = "daebak_window_posts{title=\"starlight\",window=\"5m\"} 42\n";

/// A server on a free port, with a clock of the test's own.
struct Server {
    address: SocketAddr,
    clock: Arc<AtomicI64>,
    health: Arc<Health>,
    status: Arc<Status>,
    _loop: Pulse,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    fn start(limits: Limits) -> Self {
        let clock = Arc::new(AtomicI64::new(1_000));
        let read = Arc::clone(&clock);
        let now = Arc::new(move || Timestamp::from_secs(read.load(Ordering::Relaxed)));
        let health = Arc::new(Health::new(&["x"], "1.2.3"));
        let status = Arc::new(Status::new(now, Arc::clone(&health)));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = serve(listener, Arc::clone(&status), limits, async {
            let _ = stopped.await;
        });
        let thread = Some(std::thread::spawn(move || runtime.block_on(serving)));
        let pulse = status.pulse("fold");
        Self { address, clock, health, status, _loop: pulse, stop: Some(stop), thread }
    }

    fn publish(&self) {
        let now = Timestamp::from_secs(self.clock.load(Ordering::Relaxed));
        self.status.publish(Page::render(TITLES.as_bytes(), &self.health, now));
    }

    /// Status, `name: value` headers in lower case, and the body as it came over the wire.
    fn ask(&self, request: &str) -> (u16, Vec<String>, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head = "Host: localhost\r\nConnection: close\r\n";
        write!(stream, "{request}\r\n{head}\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let body = answer.split_off(end + 4);
        let head = String::from_utf8(answer).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        (status, lines.map(str::to_lowercase).collect(), body)
    }

    fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) = self.ask(&format!("GET {path} HTTP/1.1"));
        (status, String::from_utf8(body).unwrap())
    }

    /// Stops the server and waits until it has ended.
    fn stop(&mut self) {
        self.stop.take().map(|stop| stop.send(()));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The connection as the server left it: everything it sent until it closed.
fn read_until_closed(mut stream: &TcpStream) -> Vec<u8> {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut sent = Vec::new();
    match stream.read_to_end(&mut sent) {
        Ok(_) => sent,
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => sent,
        Err(error) => panic!("still open: {error}"),
    }
}

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
