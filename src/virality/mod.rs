//! Measures as pure formulas over numbers: each with its definition, unit and source.
//!
//! What is undefined is `None`, never 0.

pub mod growth;
pub mod share;
pub mod spread;
pub mod kernel;
mod gamma;
pub mod reproduction;
pub mod turn;
pub mod burst;
pub mod surge;
