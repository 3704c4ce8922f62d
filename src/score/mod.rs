//! How well titles and languages are told on labelled text, beside what is simpler, and which
//! spellings of a title are found.
//!
//! Labelled posts come in one by one and leave tallies; nothing is kept of a post but the mistakes
//! that were asked for.

pub mod labelled;
pub mod language;
pub mod lines;
pub mod listed;
pub mod perturb;
mod spelling;
mod surface;
pub mod survival;
pub mod titles;

#[cfg(test)]
mod tests;
