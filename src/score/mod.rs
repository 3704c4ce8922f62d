//! How well titles and languages are told on labelled text, beside what is simpler.
//!
//! Labelled posts come in one by one and leave tallies; nothing is kept of a post but the mistakes
//! that were asked for.

pub mod labelled;
pub mod language;
pub mod lines;
pub mod listed;
mod surface;
pub mod titles;

#[cfg(test)]
mod tests;
