//! Asks another daebak: one question over one connection, every wait and size bounded.
//!
//! Deliberately absent: TLS, redirects, and connections kept for the next question.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body as Empty, Bytes};
use axum::http::header::{CONNECTION, HOST};
use axum::http::{HeaderMap, Request};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

pub use crate::record::owner::{Address, AddressError};

/// The most bytes of an answer's header.
const HEADER_BYTES_MAX: usize = 16 * 1024;

/// Every bound of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a connection may take to be made, the look-up of the host's name included.
    pub connect: Duration,
    /// How long it may take until the answer is there: its header, and with [`get`] all of it.
    pub request: Duration,
    /// How long a [`Stream`] may bring nothing.
    pub silence: Duration,
    /// The largest body, in bytes; events have no end, and none.
    pub body_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            request: Duration::from_secs(10),
            silence: Duration::from_secs(45),
            body_bytes_max: 32 * 1024 * 1024,
        }
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// No connection was made.
    #[error("cannot connect to {0}: {1}")]
    Unreachable(Address, String),
    /// A bound of time has passed.
    #[error("{0} did not answer within {1:?}")]
    Slow(Address, Duration),
    /// The answer ended in its midst, or is none.
    #[error("{0} gave no whole answer: {1}")]
    Broken(Address, String),
    /// The body is larger than its bound, in bytes.
    #[error("the answer of {0} is larger than {1} bytes")]
    TooLarge(Address, usize),
    /// The question can't be put: not a path, or not a header.
    #[error("not to be asked for: {0}")]
    Question(String),
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// A line of the header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// An answer whose body is on its way.
#[derive(Debug)]
pub struct Opened {
    /// The status code.
    pub status: u16,
    /// The header.
    pub headers: HeaderMap,
    /// The body.
    pub body: Stream,
}

/// A body on its way; the connection ends with it.
#[derive(Debug)]
pub struct Stream {
    address: Address,
    incoming: Incoming,
    silence: Duration,
    /// Drives the connection.
    _connection: JoinSet<()>,
}

/// Asks `address` for `path`, its query included, with lines of header (names in lower case), and
/// waits for the whole answer.
///
/// # Errors
/// [`ClientError`]; a status that tells of a failure is an answer.
pub async fn get(
    address: &Address,
    path: &str,
    headers: &[(&str, &str)],
    limits: &Limits,
) -> Result<Answer, ClientError> {
    let answered =
        async { open(address, path, headers, limits).await?.whole(limits.body_bytes_max).await };
    let slow = |_| ClientError::Slow(address.clone(), limits.request);
    timeout(limits.request, answered).await.map_err(slow)?
}

/// As [`get`], but waits for the answer's header only.
///
/// # Errors
/// As those of [`get`].
pub async fn open(
    address: &Address,
    path: &str,
    headers: &[(&str, &str)],
    limits: &Limits,
) -> Result<Opened, ClientError> {
    let question = question(address, path, headers)?;
    let answered = async {
        let slow = |_| ClientError::Slow(address.clone(), limits.connect);
        let connected = timeout(limits.connect, TcpStream::connect(address.authority()));
        let unreachable = |error| ClientError::Unreachable(address.clone(), reason(&error));
        let socket = connected.await.map_err(slow)?.map_err(unreachable)?;
        let broken = |error| ClientError::Broken(address.clone(), reason(&error));
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(HEADER_BYTES_MAX)
            .handshake(TokioIo::new(socket))
            .await
            .map_err(broken)?;
        let mut driven = JoinSet::new();
        // How it fails, the body says too.
        driven.spawn(async { drop(connection.await) });
        let (parts, incoming) = sender.send_request(question).await.map_err(broken)?.into_parts();
        let body = Stream {
            address: address.clone(),
            incoming,
            silence: limits.silence,
            _connection: driven,
        };
        Ok(Opened { status: parts.status.as_u16(), headers: parts.headers, body })
    };
    let slow = |_| ClientError::Slow(address.clone(), limits.request);
    timeout(limits.request, answered).await.map_err(slow)?
}

fn question(
    address: &Address,
    path: &str,
    headers: &[(&str, &str)],
) -> Result<Request<Empty>, ClientError> {
    if !path.starts_with('/') {
        return Err(ClientError::Question(format!("`{path}` does not begin with /")));
    }
    let question = Request::get(path).header(HOST, address.authority()).header(CONNECTION, "close");
    let question =
        headers.iter().fold(question, |question, (name, value)| question.header(*name, *value));
    question.body(Empty::empty()).map_err(|error| ClientError::Question(error.to_string()))
}

/// An error with what is behind it: its own words often name no cause.
fn reason(error: &dyn std::error::Error) -> String {
    let behind = std::iter::successors(error.source(), |error| error.source());
    behind.fold(error.to_string(), |said, error| format!("{said}: {error}"))
}

impl Opened {
    /// Waits for the rest, of at most `body_bytes_max`.
    ///
    /// # Errors
    /// [`ClientError::TooLarge`], and as those of [`Stream::next`].
    pub async fn whole(self, body_bytes_max: usize) -> Result<Answer, ClientError> {
        let Self { status, headers, mut body } = self;
        let mut whole = Vec::new();
        while let Some(bytes) = body.next().await? {
            if whole.len() + bytes.len() > body_bytes_max {
                return Err(ClientError::TooLarge(body.address, body_bytes_max));
            }
            whole.extend_from_slice(&bytes);
        }
        Ok(Answer { status, headers, body: whole.into() })
    }
}

impl Stream {
    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// [`ClientError::Broken`] and [`ClientError::Slow`].
    pub async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut self.incoming).poll_frame(context));
            let slow = |_| ClientError::Slow(self.address.clone(), self.silence);
            let Some(frame) = timeout(self.silence, frame).await.map_err(slow)? else {
                return Ok(None);
            };
            let broken = |error| ClientError::Broken(self.address.clone(), reason(&error));
            // What else a frame may hold, trailers, says nothing here.
            if let Ok(bytes) = frame.map_err(broken)?.into_data() {
                return Ok(Some(bytes));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(40);

    fn limits() -> Limits {
        let (request, silence) = (Duration::from_secs(20), Duration::from_millis(300));
        Limits { request, silence, body_bytes_max: 10, ..Limits::default() }
    }

    /// A server that reads one question, writes `answer` and hangs up: at once, or once whoever
    /// asked does.
    fn server(answer: &'static str, hangs: bool) -> (Address, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let serving = std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            socket.set_read_timeout(Some(PATIENCE)).unwrap();
            let (mut question, mut byte) = (Vec::new(), [0]);
            while !question.ends_with(b"\r\n\r\n") {
                socket.read_exact(&mut byte).unwrap();
                question.extend(byte);
            }
            socket.write_all(answer.as_bytes()).unwrap();
            if hangs {
                let _ = socket.read(&mut byte);
            }
            String::from_utf8(question).unwrap()
        });
        (address, serving)
    }

    async fn asked(
        answer: &'static str,
        hangs: bool,
        limits: &Limits,
    ) -> Result<Answer, ClientError> {
        let (address, _serving) = server(answer, hangs);
        timeout(PATIENCE, get(&address, "/", &[], limits)).await.unwrap()
    }

    #[tokio::test]
    async fn an_answer_comes_whole_and_the_question_as_it_was_put() {
        let answer = "HTTP/1.1 404 Not Found\r\netag: \"7\"\r\ncontent-length: 3\r\n\r\nabc";
        let (address, serving) = server(answer, false);
        let headers = [("accept", "text/csv"), ("x-daebak-hop", "1")];
        let answer = get(&address, "/a?b=%20c", &headers, &limits()).await.unwrap();
        assert_eq!((answer.status, &*answer.body), (404, &b"abc"[..]));
        assert_eq!(answer.header("etag"), Some("\"7\""));
        let question = serving.join().unwrap();
        assert!(question.starts_with("GET /a?b=%20c HTTP/1.1\r\n"), "{question}");
        let host = format!("host: {}", address.authority());
        for line in [host.as_str(), "accept: text/csv", "x-daebak-hop: 1", "connection: close"] {
            assert!(question.lines().any(|asked| asked == line), "{line} in {question}");
        }
    }

    #[tokio::test]
    async fn no_wait_and_no_body_is_without_bound() {
        let soon = Limits { request: Duration::from_millis(300), ..limits() };
        let slow = asked("", true, &soon).await.unwrap_err();
        assert!(matches!(slow, ClientError::Slow(_, within) if within == soon.request), "{slow}");
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab";
        let silent = asked(head, true, &limits()).await.unwrap_err();
        assert!(matches!(silent, ClientError::Slow(_, within) if within == limits().silence));
        let broken = asked(head, false, &limits()).await.unwrap_err();
        assert!(matches!(broken, ClientError::Broken(..)), "{broken}");
        let large = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n01234567890";
        let large = asked(large, false, &limits()).await.unwrap_err();
        assert!(matches!(large, ClientError::TooLarge(_, 10)), "{large}");
        let none = asked("nonsense\r\n\r\n", false, &limits()).await.unwrap_err();
        assert!(matches!(none, ClientError::Broken(..)), "{none}");
    }

    #[tokio::test]
    async fn a_stream_is_read_as_it_comes() {
        let begun = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n";
        let (address, _serving) = server(begun, true);
        let mut opened = open(&address, "/", &[], &limits()).await.unwrap();
        assert_eq!(opened.body.next().await.unwrap().as_deref(), Some(&b"ab"[..]));
        assert!(matches!(opened.body.next().await, Err(ClientError::Slow(..))));
    }

    #[tokio::test]
    async fn nobody_there_and_no_question_are_said() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let address: Address = address.parse().unwrap();
        drop(listener);
        let error = get(&address, "/", &[], &limits()).await.unwrap_err();
        assert!(matches!(error, ClientError::Unreachable(..)), "{error}");
        for (path, headers) in [("a", vec![]), ("/a b", vec![]), ("/", vec![("x", "1\r\ny: 2")])] {
            let error = get(&address, path, &headers, &limits()).await.unwrap_err();
            assert!(matches!(error, ClientError::Question(_)), "{path}: {error}");
        }
    }
}
