//! How well titles and languages are told on labelled text.

pub mod perturb;
pub mod survival;
