//! Whether to believe it: how fresh the measures are, and what was not counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::Serialize;

use super::answer::Told;
use super::question::Question;
use super::{Api, elsewhere, named};
use crate::campaign::CampaignId;
use crate::status::{Readiness, Status};
use crate::time::Timestamp;
use crate::view::{CampaignView, FeedView, written};

/// This process.
#[derive(Serialize)]
struct ServiceHealth<'h> {
    ready: bool,
    /// Why it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    version: &'static str,
    /// Not known before there is a board.
    #[serde(serialize_with = "written::time", skip_serializing_if = "Option::is_none")]
    now: Option<Timestamp>,
    feeds: Vec<Read<'h>>,
}

/// What this process's taggers read of a feed.
#[derive(Serialize)]
struct Read<'h> {
    feed: &'h str,
    records: u64,
    dead_letters: u64,
}

/// One campaign.
#[derive(Serialize)]
struct CampaignHealth<'v> {
    campaign: &'v CampaignId,
    #[serde(serialize_with = "written::time")]
    time: Timestamp,
    #[serde(serialize_with = "written::time")]
    now: Timestamp,
    lag_seconds: f64,
    ready: bool,
    feeds: &'v [FeedView],
    mentions: &'v BTreeMap<&'static str, u64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    dead_letters: BTreeMap<&'v str, u64>,
}

/// The health of this process; it is never kept, for it changes without the board.
pub(super) async fn service(State(api): State<Arc<Api>>, uri: Uri, headers: HeaderMap) -> Response {
    let told = Question::of(&uri, "").and_then(|question| question.end()).map(|()| {
        let reason = match &*api.status.readiness() {
            Readiness::Ready => None,
            Readiness::NotReady(reason) => Some(reason.clone()),
        };
        let feeds = api.status.health().feeds().map(|(feed, counts)| Read {
            feed,
            records: counts.records,
            dead_letters: counts.dead_letters,
        });
        Told::json(&ServiceHealth {
            ready: reason.is_none(),
            reason,
            version: env!("CARGO_PKG_VERSION"),
            now: service_time(&api.status),
            feeds: feeds.collect(),
        })
    });
    Told::answer(told, &headers)
}

/// The service's clock as the newest view has it: the wall's may be another.
fn service_time(status: &Status) -> Option<Timestamp> {
    status.board().campaigns.iter().map(|view| view.now).max()
}

/// The health of one campaign; it is never kept either.
pub(super) async fn campaign(
    State(api): State<Arc<Api>>,
    path: RawPathParams,
    request: Request,
) -> Response {
    let campaign = named(&path, "campaign");
    let board = api.status.board();
    let Some(view) = board.campaign(campaign) else {
        return elsewhere(&api, campaign, request).await;
    };
    let asked = Question::of(request.uri(), "").and_then(|question| question.end());
    Told::answer(asked.map(|()| tell(view, &api.status)), request.headers())
}

fn tell(view: &CampaignView, status: &Status) -> Told {
    // A process that tags nothing has no dead letters to tell of.
    let read = status.health().feeds().filter(|(_, counts)| counts.records > 0);
    Told::json(&CampaignHealth {
        campaign: &view.campaign,
        time: view.time,
        now: view.now,
        lag_seconds: (view.now - view.time).as_secs_f64(),
        ready: *status.readiness() == Readiness::Ready,
        feeds: &view.feeds,
        mentions: &view.mentions,
        dead_letters: read.map(|(feed, counts)| (feed, counts.dead_letters)).collect(),
    })
}
