//! What daebak answers over HTTP: the page, the API, the scrape, and whether it lives and is ready.
//!
//! Read-only. A request never asks the fold and never waits for it: it copies what is there.

pub mod api;
pub mod client;
pub mod connection;
mod content;
mod page;
mod scrape;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::status::{Readiness, Status};
use api::events::Boards;
use connection::Limits;

const INDEX: &str = "\
daebak: exact sliding-window measures of drama titles in social posts

/         what people look at, as a page; this list for who asks for text/plain
/api/v1/campaigns      the same as JSON and CSV, campaign by campaign
/api/v1/openapi.json   all that the API has
/metrics  every measure and the service's health, for Prometheus
/readyz   200 once the mention log is replayed to where it stood at the start
/livez    200 while every loop turns
";

/// What every answer forbids: all that is not the page's own.
const SECURITY: [(HeaderName, HeaderValue); 5] = [
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
             connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// The routes over what `status` holds; `boards` tells streams of events of each new board.
pub fn router(status: Arc<Status>, boards: Boards, limits: &Limits) -> Router {
    Router::new()
        .merge(page::routes())
        .nest(api::BASE, api::routes(Arc::clone(&status), boards, limits))
        .route(&format!("{}/", api::BASE), get(api::nothing))
        .route("/metrics", get(scrape::metrics))
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limits.request))
        .layer(RequestBodyLimitLayer::new(limits.body_bytes_max))
        .layer(map_response(secured))
        .with_state(status)
}

async fn secured(mut response: Response) -> Response {
    response.headers_mut().extend(SECURITY);
    response
}

async fn livez(State(status): State<Arc<Status>>) -> Response {
    match status.silent_loop() {
        None => text(StatusCode::OK, "alive\n"),
        Some(silent) => text(StatusCode::SERVICE_UNAVAILABLE, silent),
    }
}

async fn readyz(State(status): State<Arc<Status>>) -> Response {
    match &*status.readiness() {
        Readiness::Ready => text(StatusCode::OK, "ready\n"),
        Readiness::NotReady(reason) => {
            text(StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {reason}\n"))
        }
    }
}

async fn not_found(uri: Uri) -> Response {
    text(StatusCode::NOT_FOUND, format!("nothing is at {}; see / for what there is\n", uri.path()))
}

async fn method_not_allowed() -> Response {
    text(StatusCode::METHOD_NOT_ALLOWED, "daebak only answers GET and HEAD\n")
}

/// Plain text.
fn text(status: StatusCode, body: impl Into<String>) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], body.into()).into_response()
}
