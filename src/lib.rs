//! daebak tags mentions of drama titles in social posts and serves exact sliding-window measures.
//!
//! The data's way, one module after the other:
//!
//! ```text
//! feed record -> post -> mention -> record (the mention log) -> buzz (the fold) -> window
//!                                -> measure (virality) -> metric (the scrape), view (the page) -> http
//! ```
//!
//! Modules are listed so that each imports only from those above it; `tests/tidy.rs` holds them
//! to it. Everything from `time` to `buzz` does no I/O and reads no clock. What a fuzz target has
//! no use for is left out of its build.

pub mod time;
pub mod post;
pub mod campaign;
pub mod record;
pub mod mention;
pub mod window;
pub mod virality;
pub mod buzz;
pub mod measure;
pub mod view;
pub mod metric;
pub mod config;
pub mod clock;
#[cfg(not(fuzzing))]
pub mod status;
#[cfg(not(fuzzing))]
pub mod kafka;
#[cfg(not(fuzzing))]
pub mod tagger;
#[cfg(not(fuzzing))]
pub mod aggregator;
#[cfg(not(fuzzing))]
pub mod http;
#[cfg(not(fuzzing))]
pub mod service;
pub mod replay;
pub mod score;
#[cfg(not(fuzzing))]
pub mod demo;
#[cfg(not(fuzzing))]
pub mod cli;
