//! Measures as pure formulas over numbers: each with its definition, unit and source.
//!
//! What is undefined is `None`, never 0.

pub mod burst;
pub mod surge;
pub mod turn;
