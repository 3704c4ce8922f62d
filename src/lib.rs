//! daebak tags mentions of drama titles in social posts and serves exact sliding-window measures.
//!
//! The data's way, one module after the other:
//!
//! ```text
//! feed record -> post -> mention -> record (the mention log) -> buzz (the fold) -> window
//!                                                                  -> metric -> http
//! ```
//!
//! Modules are listed so that each imports only from those above it; `tests/tidy.rs` holds them
//! to it. Everything from `time` to `buzz` does no I/O and reads no clock.

pub mod time;
pub mod campaign;
pub mod post;
pub mod record;
pub mod mention;
pub mod window;
pub mod buzz;
pub mod metric;
pub mod config;
pub mod clock;
pub mod status;
pub mod kafka;
pub mod tagger;
pub mod aggregator;
pub mod http;
pub mod service;
pub mod replay;
pub mod demo;
pub mod cli;
