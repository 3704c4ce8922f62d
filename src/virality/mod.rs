//! Measures as pure formulas over numbers: each with its definition, unit and source.
//!
//! What is undefined is `None`, never 0.

pub mod burst;
mod gamma;
pub mod growth;
pub mod kernel;
pub mod reproduction;
pub mod share;
pub mod spread;
pub mod surge;
pub mod turn;
