//! HTTP on a free port, over what a test leaves for it to show.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its functions too; each uses its part of this"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use daebak::http::connection::{Limits, serve};
use daebak::metric::health::Health;
use daebak::metric::page::Page;
use daebak::status::{Pulse, Status};
use daebak::time::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub const TITLES: &str = "daebak_window_posts{title=\"starlight\",window=\"5m\"} 42\n";

/// A server on a free port, with a clock of the test's own.
pub struct Server {
    pub address: SocketAddr,
    pub clock: Arc<AtomicI64>,
    pub health: Arc<Health>,
    pub status: Arc<Status>,
    _loop: Pulse,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    pub fn start(limits: Limits) -> Self {
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

    pub fn publish(&self) {
        let now = Timestamp::from_secs(self.clock.load(Ordering::Relaxed));
        self.status.publish(Page::render(TITLES.as_bytes(), &self.health, now));
    }

    pub fn ask(&self, request: &str) -> Answer {
        ask(self.address, request)
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) = self.ask(&format!("GET {path} HTTP/1.1"));
        (status, String::from_utf8(body).unwrap())
    }

    /// Stops the server and waits until it has ended.
    pub fn stop(&mut self) {
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

/// Status, `name: value` headers in lower case, and the body as it came over the wire.
pub type Answer = (u16, Vec<String>, Vec<u8>);

/// Asks once, on a connection of its own.
pub fn ask(address: SocketAddr, request: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
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

/// The connection as the server left it: everything it sent until it closed.
pub fn read_until_closed(mut stream: &TcpStream) -> Vec<u8> {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut sent = Vec::new();
    match stream.read_to_end(&mut sent) {
        Ok(_) => sent,
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => sent,
        Err(error) => panic!("still open: {error}"),
    }
}
