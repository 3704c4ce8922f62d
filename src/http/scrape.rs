//! `/metrics`: a copy of the page, plain or gzipped as the scraper asks.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

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

/// Whether `Accept-Encoding` allows gzip: by name, else by `*`; a weight of 0 forbids.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let (mut named, mut any) = (None, None);
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    for coding in lines.flat_map(|line| line.split(',')) {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let allowed = parts.all(|part| weight(part) != Some(0.0));
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            named = Some(allowed);
        } else if name == "*" {
            any = Some(allowed);
        }
    }
    named.or(any).unwrap_or(false)
}

/// The value of `q=…`.
fn weight(parameter: &str) -> Option<f32> {
    let (name, value) = parameter.split_once('=')?;
    name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_only_for_those_who_take_it() {
        let cases = [
            ("", false),
            ("gzip", true),
            ("GZIP;Q=1.0", true),
            ("deflate, gzip;q=0.5", true),
            ("identity;q=1, *;q=0", false),
            ("gzip;q=0", false),
            ("gzip; q=0.000, *", false),
            ("*", true),
            ("gzip;q=1, *;q=0", true),
            ("br, zstd", false),
            ("gzipped", false),
        ];
        for (value, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
            assert_eq!(accepts_gzip(&headers), expected, "{value:?}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn several_header_lines_are_one_list() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT_ENCODING, HeaderValue::from_static("br"));
        headers.append(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(accepts_gzip(&headers));
    }
}
