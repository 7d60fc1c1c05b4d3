//! The contracts on the embedded chain: what is sent, what it does and what is read back.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod batches;
mod deployed;
mod deploying;
mod exiting;
mod gas;
mod operations;
mod wrapped;
