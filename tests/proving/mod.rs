//! Every expression that dashboards, rules and alerts ask, and who answers it.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it found"
)]

pub mod absent;
pub mod asked;
pub mod figures;
pub mod instances;
pub mod judge;
pub mod prometheus;
pub mod promql;
pub mod servers;
pub mod variables;
pub mod world;
