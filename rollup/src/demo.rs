//! The story that the demo tells: transfers of Ethereum mainnet on a rollup whose contract is on an embedded chain.
//!
//! ```text
//! DemoChain::new -> stand_in (tokens) -> Rollup -> deploy -> DemoContract: deposit -> batch -> submit -> claim
//! ```
//!
//! Nothing is printed here, and whatever costs gas says so.

mod chain;
mod contract;
mod error;
#[cfg(test)]
mod tests;

pub use chain::{DemoChain, DemoDeployment};
pub use contract::{DemoClaim, DemoContract, DemoDeposit, DemoSubmission};
pub use error::DemoError;
