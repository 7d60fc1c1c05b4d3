//! `starfold bench`

mod batches;
mod depth;

use std::ffi::OsString;
use std::process::{self, Stdio};

use clap::Subcommand;

use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measure what whole batches cost, from few transfers to as many as fit, and draw it.
    Batches(batches::Arguments),
    /// Measure one batch of `bench batches`, which runs this for each.
    #[command(hide = true)]
    BatchesPoint(batches::PointArguments),
    /// Measure how cost and latency change with segment size, fold arity and depth, and draw it.
    Depth(depth::Arguments),
    /// Measure one batch of `bench depth`, which runs this for each.
    #[command(hide = true)]
    DepthPoint(depth::PointArguments),
}

impl Command {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Batches(arguments) => arguments.run(),
            Self::BatchesPoint(arguments) => arguments.run(),
            Self::Depth(arguments) => arguments.run(),
            Self::DepthPoint(arguments) => arguments.run(),
        }
    }

    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Batches(arguments) => arguments.json,
            Self::Depth(arguments) => arguments.json,
            Self::BatchesPoint(_) | Self::DepthPoint(_) => false,
        }
    }
}

/// Runs a hidden command of `bench` in a process of its own, so that the memory that it reports is its own.
fn run_apart(arguments: &[OsString]) -> Result<(), Failure> {
    let program = std::env::current_exe().map_err(Failure::wrong)?;
    let mut command = process::Command::new(program);
    command.arg("bench").args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.status().map_err(Failure::wrong)?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::wrong(format!("the measurement failed: {status}")))
}
