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
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// What is at `/`.
const PAGE: &[u8] = include_bytes!("page/index.html");

/// What is under `/assets/`, by name: its content type and its bytes.
const ASSETS: [(&str, &str, &[u8]); 23] = [
    ("icon.svg", "image/svg+xml", include_bytes!("page/icon.svg")),
    ("style.css", STYLE, include_bytes!("page/style.css")),
    ("absent.js", SCRIPT, include_bytes!("page/absent.js")),
    ("api.js", SCRIPT, include_bytes!("page/api.js")),
    ("bursts.js", SCRIPT, include_bytes!("page/bursts.js")),
    ("charts.js", SCRIPT, include_bytes!("page/charts.js")),
    ("dom.js", SCRIPT, include_bytes!("page/dom.js")),
    ("format.js", SCRIPT, include_bytes!("page/format.js")),
    ("freshness.js", SCRIPT, include_bytes!("page/freshness.js")),
    ("headline.js", SCRIPT, include_bytes!("page/headline.js")),
    ("health.js", SCRIPT, include_bytes!("page/health.js")),
    ("leaderboard.js", SCRIPT, include_bytes!("page/leaderboard.js")),
    ("main.js", SCRIPT, include_bytes!("page/main.js")),
    ("posts.js", SCRIPT, include_bytes!("page/posts.js")),
    ("premieres.js", SCRIPT, include_bytes!("page/premieres.js")),
    ("real.js", SCRIPT, include_bytes!("page/real.js")),
    ("sparkline.js", SCRIPT, include_bytes!("page/sparkline.js")),
    ("split.js", SCRIPT, include_bytes!("page/split.js")),
    ("state.js", SCRIPT, include_bytes!("page/state.js")),
    ("title.js", SCRIPT, include_bytes!("page/title.js")),
    ("uPlot.LICENSE", "text/plain; charset=utf-8", include_bytes!("page/vendor/uPlot.LICENSE")),
    ("uPlot.esm.js", SCRIPT, include_bytes!("page/vendor/uPlot.esm.js")),
    ("uPlot.min.css", STYLE, include_bytes!("page/vendor/uPlot.min.css")),
];

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
