//! Passes questions about other owners' campaigns on to them: once, and within bounds.
//!
//! An owner is believed as far as it gives what the API gives: JSON, CSV or events, each as what it
//! is. Everything else of its answer stays behind, so that none can make a page under our name.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, RETRY_AFTER, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use super::super::client::{self, Address, ClientError, Limits, Opened, Stream};
use super::super::connection::Line;
use super::answer::{Answers, JSON, Refusal, held, json};
use super::events::{EVENTS, begun};
use super::{Api, BASE};
use crate::metric::health::Proxied;

/// The most questions with an owner at once; streams of events count with all others.
const PROXIED_MAX: usize = 64;

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

/// What of an answer comes back.
const ANSWERED: [HeaderName; 7] =
    [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_DISPOSITION, CACHE_CONTROL, ETAG, VARY, RETRY_AFTER];

/// What an answer may be.
const KINDS: [&str; 3] = [JSON, "text/csv", EVENTS];

/// Why there is no owner's answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Failure {
    /// As many questions as the bound allows are with owners.
    #[error("too many questions are with the owners of campaigns; try again in a second")]
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

/// The room for questions.
pub(super) struct Proxy(Semaphore);

impl Default for Proxy {
    fn default() -> Self {
        Self(Semaphore::new(PROXIED_MAX))
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
        let _asking = self.0.try_acquire().map_err(|_| Failure::Busy)?;
        let mut headers = vec![(HOP, "1")];
        for name in &ASKED {
            let lines = request.headers.get_all(name).iter();
            headers.extend(lines.filter_map(|line| Some((name.as_str(), line.to_str().ok()?))));
        }
        let answered = async {
            let opened = client::open(owner, path, &headers, &LIMITS).await?;
            if is_answer(owner, &opened)? == EVENTS {
                return Ok(stream(api, opened, request));
            }
            whole(&api.answers, owner, opened).await
        };
        let slow = |_| ClientError::Slow(owner.clone(), LIMITS.request);
        timeout(LIMITS.request, answered).await.map_err(slow)?
    }
}

/// The kind of an answer that may be passed back.
fn is_answer(owner: &Address, opened: &Opened) -> Result<&'static str, Failure> {
    let header = |name| opened.headers.get(name).and_then(|value| value.to_str().ok());
    let kind = header(CONTENT_TYPE).unwrap_or_default();
    let coding = header(CONTENT_ENCODING).unwrap_or("gzip");
    let known = KINDS.into_iter().find(|known| kind.starts_with(known));
    match (opened.status, known) {
        (421, _) => Err(Failure::Moved(owner.clone())),
        (304, _) => Ok(JSON),
        (200 | 400 | 404 | 503, Some(known)) if coding == "gzip" => Ok(known),
        (status, _) => Err(Failure::Foreign(owner.clone(), format!("status {status}, `{kind}`"))),
    }
}

/// The answer once all of it is there; its bytes count with our own answers'.
async fn whole(answers: &Answers, owner: &Address, opened: Opened) -> Result<Response, Failure> {
    let length = opened.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length = length.and_then(|length| length.parse::<usize>().ok()).unwrap_or_default();
    let bytes_max = length.min(LIMITS.body_bytes_max);
    if bytes_max < length {
        return Err(ClientError::TooLarge(owner.clone(), bytes_max).into());
    }
    let Some(room) = answers.room(length) else { return Ok(Refusal::Crowded.response()) };
    let (status, headers) = (opened.status, passed(&opened.headers));
    let answer = opened.whole(bytes_max).await?;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    Ok((status, headers, Body::from(held(answer.body, &room))).into_response())
}

/// The lines of an owner's header that are passed back.
fn passed(headers: &HeaderMap) -> HeaderMap {
    let line = |name: &HeaderName| Some((name.clone(), headers.get(name)?.clone()));
    ANSWERED.iter().filter_map(line).collect()
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
