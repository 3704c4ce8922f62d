//! The live page and its parts, as they lie in `page/`, embedded.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use flate2::Compression;

use super::content::Content;
use super::{INDEX, not_found, text};

const HTML: &str = "text/html; charset=utf-8";

/// What is at `/`.
const PAGE: &[u8] = include_bytes!("page/index.html");

/// What is under `/assets/`, by name: its content type and its bytes.
const ASSETS: [(&str, &str, &[u8]); 0] = [];

/// Everything gzipped and hashed, once.
struct Pages {
    page: Content,
    assets: BTreeMap<&'static str, Content>,
}

/// `/` and `/assets/`.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let content = |kind, bytes| Content::new(kind, bytes, Compression::best());
    let assets = ASSETS.into_iter().map(|(name, kind, bytes)| (name, content(kind, bytes)));
    let pages = Pages { page: content(HTML, PAGE), assets: assets.collect() };
    Router::new()
        .route("/", get(page))
        .route("/assets/{*name}", get(asset))
        .with_state(Arc::new(pages))
}

/// The page; who only takes plain text gets the list of what there is.
async fn page(State(pages): State<Arc<Pages>>, headers: HeaderMap) -> Response {
    let accepts = |kind| {
        let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(',')).any(|part| part.trim().starts_with(kind))
    };
    if accepts("text/plain") && !accepts("text/html") {
        return text(StatusCode::OK, INDEX);
    }
    pages.page.answer(&headers)
}

async fn asset(
    State(pages): State<Arc<Pages>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match pages.assets.get(&*name) {
        Some(content) => content.answer(&headers),
        None => not_found(uri).await,
    }
}
