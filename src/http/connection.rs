//! Connections: how many there may be, and how long each may take.
//!
//! At the limit the oldest connection makes room for the newest, so that a crowd that only holds
//! connections open, or reads and writes a byte at a time, never keeps a scraper out. Streams of
//! events have a bound of their own and count apart: watching never ends a scrape, nor a scrape
//! the watching.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::api::events;
use super::router;
use crate::status::Status;

/// How long to wait after an accept that failed for want of resources.
const ACCEPT_RETRY: Duration = Duration::from_millis(200);

/// Every bound of HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once that no events are streamed over.
    pub connections_max: usize,
    /// Those over which events are streamed.
    pub streams_max: usize,
    /// How long a connection may take to send a request's header, idle time before it included;
    /// more than the usual 15 s between scrapes, so that a scraper keeps its connection.
    pub header: Duration,
    /// How long a request may take to be answered.
    pub request: Duration,
    /// How long a connection lives; then it ends after the answer under way.
    pub lifetime: Duration,
    /// How long an answer under way may take once the connection is to end.
    pub grace: Duration,
    /// The largest request header, in bytes.
    pub header_bytes_max: usize,
    /// The largest request body, in bytes; nothing here reads one.
    pub body_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 256,
            streams_max: 128,
            header: Duration::from_secs(20),
            request: Duration::from_secs(10),
            lifetime: Duration::from_mins(10),
            grace: Duration::from_secs(5),
            header_bytes_max: 16 * 1024,
            body_bytes_max: 1024,
        }
    }
}

/// What a connection takes of the room for streams, once it is one.
type Room = Arc<OnceLock<OwnedSemaphorePermit>>;

/// A connection, as the answers over it see it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    stream: Room,
    /// Closed once it is to end.
    open: watch::Receiver<()>,
}

impl Line {
    /// From now on it counts as a stream, for which there is `room`; false if it is one already.
    pub(super) fn streams(&self, room: OwnedSemaphorePermit) -> bool {
        self.stream.set(room).is_ok()
    }

    /// Waits until it is to end.
    pub(super) async fn ends(&mut self) {
        while self.open.changed().await.is_ok() {}
    }
}

/// A connection, as it counts.
struct Counted {
    connection: AbortHandle,
    /// Gone with the connection.
    stream: Weak<OnceLock<OwnedSemaphorePermit>>,
}

impl Counted {
    fn counts(&self) -> bool {
        self.stream.upgrade().is_some_and(|stream| stream.get().is_none())
    }
}

/// Answers on `listener` until `shutdown` completes, then lets answers under way finish.
///
/// It never fails: what goes wrong with one connection ends that connection, and an accept that
/// fails is logged and tried again.
pub async fn serve(
    listener: TcpListener,
    status: Arc<Status>,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let (tell, boards) = watch::channel(status.board());
    let router = router(Arc::clone(&status), boards, &limits);
    let mut looking = JoinSet::new();
    looking.spawn(events::look(Arc::clone(&status), tell));
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut by_age = VecDeque::with_capacity(limits.connections_max);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                wait_out(&error).await;
                continue;
            }
        };
        if make_room(&mut by_age, limits.connections_max) {
            status.health().connection_evicted();
        }
        let room = Room::default();
        let counted = Arc::downgrade(&room);
        let answer = answer(stream, room, router.clone(), limits.clone(), stopped.clone());
        by_age.push_back(Counted { connection: connections.spawn(answer), stream: counted });
    }
    drop((listener, stop));
    // Each ends within the grace by itself; the wait is bounded all the same.
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(limits.grace * 2, ended).await;
}

/// Forgets connections that ended or stream and, if there are still `max`, ends the oldest.
fn make_room(by_age: &mut VecDeque<Counted>, max: usize) -> bool {
    if by_age.len() < max {
        return false;
    }
    by_age.retain(Counted::counts);
    if by_age.len() < max {
        return false;
    }
    by_age.pop_front().is_some_and(|oldest| {
        oldest.connection.abort();
        true
    })
}

/// A client that went away is no reason to wait; too many open files are.
async fn wait_out(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::warn!(%error, "HTTP accept failed");
    sleep(ACCEPT_RETRY).await;
}

/// Answers one connection's requests until it ends, grows too old or `stopped` says so.
async fn answer(
    stream: TcpStream,
    room: Room,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<()>,
) {
    let (open, closed) = watch::channel(());
    let line = Line { stream: room, open: closed };
    let service = TowerToHyperService::new(router);
    let lined = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(line.clone());
        service.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(limits.header_bytes_max)
        .serve_connection(TokioIo::new(stream), lined);
    let mut connection = pin!(connection);
    tokio::select! {
        // Errors are the client's: a reset, a bad header, a header that took too long.
        _ = connection.as_mut() => return,
        _ = stopped.changed() => {}
        () = sleep(limits.lifetime) => {}
    }
    // A stream of events ends by itself; its reader comes again.
    drop(open);
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.grace, connection).await;
}
