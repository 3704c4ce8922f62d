//! The API: what the board holds, as JSON and CSV.
//!
//! ```text
//! request -> question (path and query, checked) -> tell (copies from the board) -> answer (kept)
//! ```
//!
//! `openapi.json` beside this file says what each answer holds; `tests/api.rs` holds the two
//! together.

mod answer;
mod bursts;
mod campaigns;
mod csv;
pub mod events;
mod health;
mod leaderboard;
mod proxy;
mod question;
mod series;
mod titles;

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use flate2::Compression;

use super::connection::Limits;
use super::content::Content;
use crate::status::{Readiness, Status};
use crate::view::CampaignView;
use answer::{Answers, Refusal, Told};
use events::{Boards, Streams};
use proxy::Proxy;
use question::Question;

/// Under which all of it lies.
pub const BASE: &str = "/api/v1";

/// What the API has, path by path.
const OPENAPI: &str = include_str!("openapi.json");

/// What each answer is made of.
struct Api {
    status: Arc<Status>,
    answers: Answers,
    streams: Streams,
    proxy: Proxy,
    openapi: Content,
}

/// Answers a question about one campaign.
type Tell = fn(&CampaignView, &mut Question) -> Result<Told, Refusal>;

/// The routes below [`BASE`].
pub(super) fn routes<S>(status: Arc<Status>, boards: Boards, limits: &Limits) -> Router<S> {
    let api = Api {
        status,
        answers: Answers::default(),
        streams: Streams::new(boards, limits.streams_max),
        proxy: Proxy::default(),
        openapi: Content::new(answer::JSON, OPENAPI, Compression::best()),
    };
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/health", get(health::service))
        .route("/campaigns", get(campaigns::list))
        .route("/campaigns/{campaign}", of(campaigns::facts))
        .route("/campaigns/{campaign}/leaderboard", of(leaderboard::tell))
        .route("/campaigns/{campaign}/titles", of(titles::all))
        .route("/campaigns/{campaign}/titles/{title}", of(titles::one))
        .route("/campaigns/{campaign}/series", of(series::tell))
        .route("/campaigns/{campaign}/premieres", of(series::premieres))
        .route("/campaigns/{campaign}/bursts", of(bursts::tell))
        .route("/campaigns/{campaign}/health", get(health::campaign))
        .route("/campaigns/{campaign}/events", get(events::stream))
        .fallback(async |uri: Uri| Refusal::NoPath(uri.path().to_owned()).response())
        .method_not_allowed_fallback(async || Refusal::ReadOnly.response())
        .with_state(Arc::new(api))
}

/// Answers for [`BASE`] with a slash, which is below nothing.
pub(super) async fn nothing() -> Response {
    Refusal::NoPath("/".to_owned()).response()
}

/// A route whose answers come from the campaign on the board.
fn of(tell: Tell) -> MethodRouter<Arc<Api>> {
    get(move |State(api): State<Arc<Api>>, path: RawPathParams, request: Request| async move {
        let campaign = named(&path, "campaign");
        let board = api.status.board();
        let Some(view) = board.campaign(campaign) else {
            return elsewhere(&api, campaign, request).await;
        };
        let answer = Question::of(request.uri(), named(&path, "title"));
        let told = match answer {
            Ok(question) => api.answers.to(&board, view, tell, question).await,
            Err(refusal) => Err(refusal),
        };
        told.map_or_else(|refusal| refusal.response(), |told| told.answer(request.headers()))
    })
}

/// A part of the path by its name in the route.
fn named<'p>(path: &'p RawPathParams, name: &str) -> &'p str {
    path.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

/// Answers for a campaign that is not on the board: as its owner does, if there is another.
async fn elsewhere(api: &Api, campaign: &str, request: Request) -> Response {
    if proxy::is_passed_on(request.headers()) {
        return Refusal::NotHere(campaign.to_owned()).response();
    }
    let owners = api.status.owners();
    let mut known = owners.elsewhere(api.status.now());
    match known.find(|(known, _)| known.id.as_str() == campaign) {
        Some((_, Some(owner))) => return api.proxy.pass_on(api, owner, request).await,
        known => {
            if let Readiness::NotReady(reason) = &*api.status.readiness() {
                return Refusal::NotReady(reason.clone()).response();
            }
            if known.is_some() {
                return Refusal::NoOwner(campaign.to_owned()).response();
            }
        }
    }
    let board = api.status.board();
    let shown = board.campaigns.iter().map(|view| view.campaign.as_str());
    let known = owners.elsewhere(api.status.now()).map(|(known, _)| known.id.as_str());
    Refusal::no_campaign(campaign, &shown.chain(known).collect::<Vec<_>>()).response()
}

async fn openapi(State(api): State<Arc<Api>>, headers: HeaderMap) -> Response {
    api.openapi.answer(&headers)
}
