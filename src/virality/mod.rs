//! Measures as pure formulas over numbers: each with its definition, unit and source.
//!
//! What is undefined is `None`, never 0.
