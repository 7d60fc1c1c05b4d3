//! The public interface of the state against a reference that shares nothing with it but the hash.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at its first surprise; the lints spare only the functions marked as tests"
)]

mod corruption;
mod crash;
mod model;
mod moves;
mod openings;
mod properties;
