//! `starfold abandon`

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use starfold_primitives::Digest;
use starfold_primitives::quantities::BatchNumber;
use starfold_rollup::Rollup;

use crate::failure::Failure;
use crate::output::{Table, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "The state is then that before the batch; its proofs stay, in case that it is \
                        sealed again."
)]
pub(crate) struct Arguments {
    /// The folder of the rollup.
    #[arg(long)]
    data_dir: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    abandoned: BatchNumber,
    state_root: Digest,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut rollup = Rollup::open(&self.data_dir)?;
        let abandoned = rollup.abandon()?;
        let report = Report { abandoned, state_root: rollup.state().head().root };
        if self.json {
            return Ok(print_json(&report)?);
        }
        Table::default()
            .row("abandoned", format!("batch {abandoned}"))
            .row("state root", report.state_root)
            .print()?;
        Ok(())
    }
}
