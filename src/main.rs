//! The `daebak` command.

fn main() {}
