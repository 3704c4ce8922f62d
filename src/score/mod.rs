//! How well titles and languages are told on labelled text.

pub mod perturb;
mod spelling;
pub mod survival;
