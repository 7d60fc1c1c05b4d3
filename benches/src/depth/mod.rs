//! How cost and latency change with the size of segments, the arity of folds and so the depth of aggregation.
//!
//! A [`Grid`] of batches is proved point by point ([`DepthBench`]), each with real proofs as far as the time allows. What is
//! left is composed of the proofs that were measured, or estimated by the costs of plans; every [`Row`] says which. On the
//! same figures fleets of machines are [simulated](fleet), and the whole is written for people and programs
//! ([`write_report`]).

mod bench;
mod circuits;
mod error;
pub mod fleet;
mod grid;
mod prove;
mod record;
mod report;
#[cfg(test)]
mod sample;

pub use bench::{DepthBench, Step};
pub use error::DepthError;
pub use fleet::FleetRow;
pub use grid::{Grid, GridError, PARAMETERS};
pub use record::{DepthReport, Machine, Point, Row, Source, StageCost, StageCosts};
pub use report::{Best, best, write as write_report};
