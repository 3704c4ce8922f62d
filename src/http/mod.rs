//! What daebak answers over HTTP: the scrape, whether it lives and is ready, and an index.
//!
//! Read-only. A request never renders and never waits for the fold: it copies what is there.

pub mod client;
pub mod connection;
mod scrape;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::status::{Readiness, Status};
use connection::Limits;

const INDEX: &str = "\
daebak: exact sliding-window measures of drama titles in social posts

/metrics  every measure and the service's health, for Prometheus
/readyz   200 once the mention log is replayed to where it stood at the start
/livez    200 while every loop turns
";

/// The routes over what `status` holds.
pub fn router(status: Arc<Status>, limits: &Limits) -> Router {
    Router::new()
        .route("/", get(async || text(StatusCode::OK, INDEX)))
        .route("/metrics", get(scrape::metrics))
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limits.request))
        .layer(RequestBodyLimitLayer::new(limits.body_bytes_max))
        .with_state(status)
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

/// Plain text that no browser takes for anything else.
fn text(status: StatusCode, body: impl Into<String>) -> Response {
    let headers =
        [(CONTENT_TYPE, "text/plain; charset=utf-8"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (status, headers, body.into()).into_response()
}
