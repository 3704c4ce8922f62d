//! Server-sent events: that a campaign moved on, and its new bursts.
//!
//! One task looks at the board and tells every stream. A slow reader misses ticks, never a burst:
//! what is new is told against the board that the stream saw last.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{RawPathParams, Request, State};
use axum::http::Extensions;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde::Serialize;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::interval;

use super::super::connection::Line;
use super::answer::{Refusal, json};
use super::question::Question;
use super::{Api, elsewhere, named};
use crate::campaign::{CampaignId, TitleId};
use crate::status::Status;
use crate::time::Timestamp;
use crate::view::{Board, BurstView, CampaignView, written};

/// How often the board is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// A stream that has nothing to tell says so this often, so that nobody takes it for dead.
const QUIET_MAX: Duration = Duration::from_secs(15);
/// How many messages wait for a slow reader.
const WAITING_MAX: usize = 4;
/// After how many milliseconds a reader whose stream ended comes again.
const RETRY: &str = "retry: 2000\n\n";
/// The content type of a stream.
pub(super) const EVENTS: &str = "text/event-stream";
/// What is said when there is nothing to tell.
const COMMENT: &str = ":\n\n";

/// Where each new board is told.
pub type Boards = watch::Receiver<Arc<Board>>;

/// Tells `to` of each new board, for as long as it is polled.
pub(in crate::http) async fn look(status: Arc<Status>, to: watch::Sender<Arc<Board>>) {
    let mut looks = interval(LOOK);
    loop {
        looks.tick().await;
        let board = status.board();
        to.send_if_modified(|told| {
            let is_new = told.number != board.number;
            if is_new {
                *told = board;
            }
            is_new
        });
    }
}

/// What streams are made of.
pub(super) struct Streams {
    boards: Boards,
    room: Arc<Semaphore>,
    max: usize,
}

impl Streams {
    /// At most `max` at once, each told of `boards`.
    pub(super) fn new(boards: Boards, max: usize) -> Self {
        Self { boards, room: Arc::new(Semaphore::new(max)), max }
    }

    /// The connection of the request that `asked`, which counts as a stream from now on.
    pub(super) fn begin(&self, asked: &Extensions) -> Result<Line, Refusal> {
        let line = asked.get::<Line>();
        let room = Arc::clone(&self.room).try_acquire_owned().ok();
        let (Some(line), Some(room)) = (line, room) else {
            return Err(Refusal::StreamsFull(self.max));
        };
        if line.streams(room) { Ok(line.clone()) } else { Err(Refusal::Broken) }
    }
}

/// What is sent when a campaign's view is new.
#[derive(Serialize)]
struct Tick<'v> {
    campaign: &'v CampaignId,
    #[serde(serialize_with = "written::time")]
    time: Timestamp,
    #[serde(serialize_with = "written::time")]
    now: Timestamp,
}

/// The events of one campaign, until the connection is to end or the campaign leaves.
pub(super) async fn stream(
    State(api): State<Arc<Api>>,
    path: RawPathParams,
    request: Request,
) -> Response {
    let campaign = named(&path, "campaign");
    let board = api.status.board();
    let Some(view) = board.campaign(campaign) else {
        return elsewhere(&api, campaign, request).await;
    };
    if let Err(refusal) = Question::of(request.uri(), "").and_then(|question| question.end()) {
        return refusal.response();
    }
    match api.streams.begin(request.extensions()) {
        Ok(line) => {
            let (to, response) = begun();
            tokio::spawn(tell(Arc::clone(view), api.streams.boards.clone(), line, to));
            response
        }
        Err(refusal) => refusal.response(),
    }
}

/// A stream, and where its events go in.
pub(super) fn begun() -> (mpsc::Sender<Bytes>, Response) {
    let (to, events) = mpsc::channel(WAITING_MAX);
    // The connection goes with the stream: it counts as one until it is closed.
    let headers = [(CONTENT_TYPE, EVENTS), (CACHE_CONTROL, "no-store"), (CONNECTION, "close")];
    (to, (headers, Body::new(Events(events))).into_response())
}

/// Sends what is new since `last`.
async fn tell(
    mut last: Arc<CampaignView>,
    mut boards: Boards,
    mut line: Line,
    to: mpsc::Sender<Bytes>,
) {
    boards.borrow_and_update();
    let mut quiet = interval(QUIET_MAX);
    quiet.reset();
    let mut message = format!("{RETRY}{}", tick(&last));
    loop {
        tokio::select! {
            sent = to.send(message.into()) => if sent.is_err() { return },
            () = line.ends() => return,
        }
        message = tokio::select! {
            () = to.closed() => return,
            () = line.ends() => return,
            _ = quiet.tick() => COMMENT.to_owned(),
            changed = boards.changed() => {
                let view = boards.borrow_and_update().campaign(last.campaign.as_str()).cloned();
                let (Ok(()), Some(view)) = (changed, view) else { return };
                let news = news(&last, &view);
                last = view;
                news
            }
        };
    }
}

/// The bursts that `last` did not have, oldest first, then that it moved on.
fn news(last: &CampaignView, view: &CampaignView) -> String {
    let known: BTreeSet<_> = last.bursts.iter().map(key).collect();
    let new = view.bursts.iter().rev().filter(|burst| !known.contains(&key(burst)));
    let mut text: String = new.map(|burst| message("burst", burst)).collect();
    text.push_str(&tick(view));
    text
}

/// What tells a burst from all others.
fn key(burst: &BurstView) -> (&TitleId, &str, &str, Timestamp) {
    (&burst.title, burst.detector, burst.phase, burst.onset)
}

fn tick(view: &CampaignView) -> String {
    message("tick", &Tick { campaign: &view.campaign, time: view.time, now: view.now })
}

/// JSON has no line ends of its own, so it is one line.
fn message(event: &str, shape: &impl Serialize) -> String {
    format!("event: {event}\ndata: {}\n\n", String::from_utf8_lossy(&json(shape)))
}

/// A body that goes on until its sender ends.
struct Events(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|message| message.map(|bytes| Ok(Frame::data(bytes))))
    }
}
