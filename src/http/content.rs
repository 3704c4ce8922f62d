//! Bytes that are made once and sent often: plain, gzipped, or not at all to those who have them.

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use flate2::Compression;

use crate::metric::page::gzip;

/// How many hexadecimal digits of a content's hash tell it from all others.
const TAG_DIGITS: usize = 32;

/// Bytes in both forms, and the hash by which a client names those it has.
#[derive(Clone, Debug)]
pub(super) struct Content {
    kind: HeaderValue,
    plain: Bytes,
    gzip: Bytes,
    tag: Box<str>,
    /// What a browser calls the file it saves; else it shows the content.
    disposition: Option<HeaderValue>,
}

impl Content {
    /// Gzips and hashes `plain`, which is of the content type `kind`.
    pub(super) fn new(kind: &'static str, plain: impl Into<Bytes>, level: Compression) -> Self {
        let plain = plain.into();
        let mut tag = blake3::hash(&plain).to_hex().to_string();
        tag.truncate(TAG_DIGITS);
        Self {
            kind: HeaderValue::from_static(kind),
            gzip: gzip(&plain, level).into(),
            plain,
            tag: tag.into(),
            disposition: None,
        }
    }

    /// The same as a file that a browser saves under `name`.
    pub(super) fn saved_as(mut self, name: &str) -> Self {
        self.disposition = format!("attachment; filename=\"{name}\"").try_into().ok();
        self
    }

    /// How many bytes it holds.
    pub(super) fn len(&self) -> usize {
        self.plain.len() + self.gzip.len()
    }

    /// The same bytes, kept by what `keep` makes of them.
    pub(super) fn kept_by(mut self, mut keep: impl FnMut(Bytes) -> Bytes) -> Self {
        self.plain = keep(self.plain);
        self.gzip = keep(self.gzip);
        self
    }

    /// Answers a request of these headers: 304 where the client has it.
    ///
    /// The two forms have tags of their own, as strong ones must; each says that the client has
    /// both.
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        let gzipped = format!("\"{}-gzip\"", self.tag);
        let plain = format!("\"{}\"", self.tag);
        let zip = accepts_gzip(asked);
        let has = has_one(asked, &[&plain, &gzipped]);
        let mut response = if has {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            (if zip { &self.gzip } else { &self.plain }).clone().into_response()
        };
        let headers = response.headers_mut();
        let mut insert = |name: HeaderName, value: HeaderValue| headers.insert(name, value);
        insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::try_from(if zip { gzipped } else { plain }) {
            insert(ETAG, tag);
        }
        if !has {
            insert(CONTENT_TYPE, self.kind.clone());
            if zip {
                insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            if let Some(disposition) = &self.disposition {
                insert(CONTENT_DISPOSITION, disposition.clone());
            }
        }
        response
    }
}

/// Whether `If-None-Match` has one of `tags`; a weak tag is as good.
fn has_one(asked: &HeaderMap, tags: &[&str]) -> bool {
    let lines = asked.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|tag| {
        let tag = tag.trim();
        tag == "*" || tags.contains(&tag.strip_prefix("W/").unwrap_or(tag))
    })
}

/// Whether `Accept-Encoding` allows gzip: by name, else by `*`; a weight of 0 forbids.
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
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
