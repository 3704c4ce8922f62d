//! `/metrics`: a copy of the page, plain or gzipped as the scraper asks.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::content::accepts_gzip;
use super::text;
use crate::status::Status;

const TEXT_FORMAT: HeaderValue =
    HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// The page, or 503 and why there is none.
pub(super) async fn metrics(State(status): State<Arc<Status>>, headers: HeaderMap) -> Response {
    let page = match status.fresh_page() {
        Ok(page) => page,
        Err(reason) => return text(StatusCode::SERVICE_UNAVAILABLE, reason),
    };
    let gzip = accepts_gzip(&headers);
    // Shared with the page, not copied: only the socket's buffers hold it twice.
    let body = Bytes::from_owner(if gzip { page.gzip() } else { page.plain() });
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, TEXT_FORMAT);
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if gzip {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
