//! Passes questions about other owners' campaigns on to them: once, and within bounds.
//!
//! An owner is believed as far as it gives what the API gives: JSON, CSV or events, each as what it
//! is. Everything else of its answer stays behind, so that none can make a page under our name.
//! Nor does what owners give take room from our own answers.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, RETRY_AFTER, TRANSFER_ENCODING, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use super::super::client::{self, Address, ClientError, Limits, Opened, Stream};
use super::super::connection::Line;
use super::answer::{CSV, JSON, held, json};
use super::events::{EVENTS, begun};
use super::{Api, BASE};
use crate::metric::health::Proxied;

/// The most questions with an owner at once; the next ones wait. Streams of events count until they
/// begin.
const PROXIED_MAX: usize = 64;

/// The most bytes of owners' answers that are coming in or on their way to slow readers.
const PROXIED_BYTES_MAX: usize = 64 << 20;

/// The bounds of one question. Its answer must be there before the bound of the request that it is
/// passed on for, so that a slow owner is named.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(2),
    request: Duration::from_secs(8),
    // An owner that has no event to tell says so every 15 s.
    silence: Duration::from_secs(45),
    body_bytes_max: 32 * 1024 * 1024,
};

/// On a question that was passed on: who has it does not pass it on again.
const HOP: &str = "x-daebak-hop";

/// What of a question goes on.
const ASKED: [HeaderName; 3] = [ACCEPT, ACCEPT_ENCODING, IF_NONE_MATCH];

/// What of an answer comes back as it is.
const ANSWERED: [HeaderName; 4] = [CONTENT_ENCODING, ETAG, VARY, RETRY_AFTER];

/// What an answer may be; what follows a `;` is ours.
const KINDS: [&str; 3] = [JSON, CSV, EVENTS];

/// Why there is no owner's answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Failure {
    /// As many questions are with owners, or answers of theirs with readers, as the bounds allow.
    #[error("too much is asked of the owners of other campaigns; try again in a second")]
    Busy,
    /// It shows the campaign no longer, or not yet.
    #[error("the campaign is on its way to or from {0}; try again in a few seconds")]
    Moved(Address),
    /// It gives none within the bounds.
    #[error("the campaign's owner does not answer: {0}; try again, or ask it yourself")]
    Client(#[from] ClientError),
    /// What it gives is not the API's.
    #[error(
        "{0} owns the campaign and gives {1}, which is no answer of the API's: is it a daebak?"
    )]
    Foreign(Address, String),
}

impl Failure {
    const fn outcome(&self) -> Proxied {
        match self {
            Self::Busy => Proxied::Busy,
            Self::Moved(_) => Proxied::Moved,
            Self::Client(ClientError::Unreachable(..)) => Proxied::Unreachable,
            Self::Client(ClientError::Slow(..)) => Proxied::Slow,
            Self::Client(_) | Self::Foreign(..) => Proxied::Broken,
        }
    }

    const fn status(&self) -> StatusCode {
        match self.outcome() {
            Proxied::Busy | Proxied::Moved => StatusCode::SERVICE_UNAVAILABLE,
            Proxied::Slow => StatusCode::GATEWAY_TIMEOUT,
            Proxied::Answered | Proxied::Unreachable | Proxied::Broken => StatusCode::BAD_GATEWAY,
        }
    }

    /// `{"error": …, "owner": …}`, with where the question could be put instead.
    fn response(&self, owner: &Address, path: &str) -> Response {
        #[derive(Serialize)]
        struct Said {
            error: String,
            owner: String,
            ask: String,
        }
        let (error, ask) = (self.to_string(), format!("{owner}{path}"));
        let said = json(&Said { error, owner: owner.to_string(), ask });
        let mut response = (self.status(), [(CONTENT_TYPE, JSON)], said).into_response();
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

/// The room for questions and their answers.
pub(super) struct Proxy {
    questions: Semaphore,
    bytes: Arc<Semaphore>,
}

impl Default for Proxy {
    fn default() -> Self {
        Self {
            questions: Semaphore::new(PROXIED_MAX),
            bytes: Arc::new(Semaphore::new(PROXIED_BYTES_MAX)),
        }
    }
}

/// Whether a question has come from another daebak.
pub(super) fn is_passed_on(headers: &HeaderMap) -> bool {
    headers.contains_key(HOP)
}

impl Proxy {
    /// Answers as `owner` does.
    pub(super) async fn pass_on(&self, api: &Api, owner: &Address, request: Request) -> Response {
        let (request, _) = request.into_parts();
        // The router has taken the base away.
        let path = format!("{BASE}{}", request.uri);
        let asked = self.ask(api, owner, &path, &request).await;
        let outcome = asked.as_ref().map_or_else(Failure::outcome, |_| Proxied::Answered);
        api.status.health().proxied(outcome);
        asked.unwrap_or_else(|failure| failure.response(owner, &path))
    }

    async fn ask(
        &self,
        api: &Api,
        owner: &Address,
        path: &str,
        request: &Parts,
    ) -> Result<Response, Failure> {
        let mut headers = vec![(HOP, "1")];
        for name in &ASKED {
            let lines = request.headers.get_all(name).iter();
            headers.extend(lines.filter_map(|line| Some((name.as_str(), line.to_str().ok()?))));
        }
        let mut is_asked = false;
        let answered = async {
            let _asking = self.questions.acquire().await.map_err(|_| Failure::Busy)?;
            is_asked = true;
            let opened = client::open(owner, path, &headers, &LIMITS).await?;
            match is_answer(owner, &opened)? {
                Some(EVENTS) => Ok(stream(api, opened, request)),
                kind => self.whole(owner, opened, kind).await,
            }
        };
        let in_time = timeout(LIMITS.request, answered).await;
        let slow = || ClientError::Slow(owner.clone(), LIMITS.request).into();
        in_time.unwrap_or_else(|_| Err(if is_asked { slow() } else { Failure::Busy }))
    }

    /// The answer once all of it is there. Its bytes count as they come, whatever was announced.
    async fn whole(
        &self,
        owner: &Address,
        mut opened: Opened,
        kind: Option<&'static str>,
    ) -> Result<Response, Failure> {
        let room = |bytes| Arc::clone(&self.bytes).try_acquire_many_owned(bytes).ok();
        let (mut body, mut taken) = (Vec::new(), room(0).ok_or(Failure::Busy)?);
        while let Some(bytes) = opened.body.next().await? {
            if body.len() + bytes.len() > LIMITS.body_bytes_max {
                return Err(ClientError::TooLarge(owner.clone(), LIMITS.body_bytes_max).into());
            }
            let more = u32::try_from(bytes.len()).ok().and_then(room);
            taken.merge(more.ok_or(Failure::Busy)?);
            body.extend_from_slice(&bytes);
        }
        let status = StatusCode::from_u16(opened.status).unwrap_or(StatusCode::BAD_GATEWAY);
        let body = Body::from(held(body.into(), &Arc::new(taken)));
        Ok((status, passed(&opened.headers, kind), body).into_response())
    }
}

/// The kind of an answer that may be passed back; none of one that says that nothing is new.
fn is_answer(owner: &Address, opened: &Opened) -> Result<Option<&'static str>, Failure> {
    let headers = &opened.headers;
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let known = KINDS.into_iter().find(|known| essence(known).eq_ignore_ascii_case(essence(kind)));
    let is_coded = headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "gzip");
    // One that ends when its connection does may have been cut anywhere.
    let ends = headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
    match (opened.status, known) {
        (421, _) => Err(Failure::Moved(owner.clone())),
        (304, _) => Ok(None),
        (200 | 400 | 404 | 503, Some(_)) if ends && !is_coded => Ok(known),
        (status, _) => Err(Failure::Foreign(owner.clone(), format!("status {status}, `{kind}`"))),
    }
}

/// A content type without its parameters.
fn essence(kind: &str) -> &str {
    kind.split(';').next().unwrap_or_default().trim()
}

/// The header that is passed back with an answer of this kind.
fn passed(headers: &HeaderMap, kind: Option<&'static str>) -> HeaderMap {
    let line = |name: &HeaderName| Some((name.clone(), headers.get(name)?.clone()));
    let mut passed: HeaderMap = ANSWERED.iter().filter_map(line).collect();
    passed.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    passed.extend(kind.map(|kind| (CONTENT_TYPE, HeaderValue::from_static(kind))));
    passed.extend(line(&CONTENT_DISPOSITION).filter(|(_, value)| is_of_a_table(value)));
    passed
}

/// Whether a disposition is as our own tables have it.
fn is_of_a_table(disposition: &HeaderValue) -> bool {
    let named = disposition
        .to_str()
        .ok()
        .and_then(|named| named.strip_prefix("attachment; filename=\"")?.strip_suffix(".csv\""));
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    named.is_some_and(|name| !name.is_empty() && name.bytes().all(allowed))
}

/// The owner's events, for as long as the connection and the owner last.
fn stream(api: &Api, opened: Opened, request: &Parts) -> Response {
    match api.streams.begin(&request.extensions) {
        Ok(line) => {
            let (to, response) = begun();
            tokio::spawn(follow(opened.body, line, to));
            response
        }
        Err(refusal) => refusal.response(),
    }
}

async fn follow(mut events: Stream, mut line: Line, to: mpsc::Sender<Bytes>) {
    loop {
        let read = tokio::select! {
            read = events.next() => read,
            () = to.closed() => return,
            () = line.ends() => return,
        };
        let Ok(Some(bytes)) = read else { return };
        tokio::select! {
            sent = to.send(bytes) => if sent.is_err() { return },
            () = line.ends() => return,
        }
    }
}
