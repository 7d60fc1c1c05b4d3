//! `starfold rollback`

use std::path::PathBuf;

use clap::Args;
use starfold_primitives::quantities::BatchNumber;
use starfold_rollup::Rollup;

use crate::failure::Failure;
use crate::output::{Table, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "All later batches are given up, unless they are settled. Their proofs stay, in \
                        case that they are sealed again."
)]
pub(crate) struct Arguments {
    /// The folder of the rollup.
    #[arg(long)]
    data_dir: PathBuf,
    /// The batch to go back to; 0 is the genesis.
    #[arg(long, value_name = "N")]
    batch: BatchNumber,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let report = Rollup::open(&self.data_dir)?.rollback(self.batch)?;
        if self.json {
            return Ok(print_json(&report)?);
        }
        let abandoned: Vec<_> = report.abandoned.iter().map(ToString::to_string).collect();
        let abandoned = if abandoned.is_empty() { "none".to_owned() } else { abandoned.join(", ") };
        Table::default()
            .row("abandoned batches", abandoned)
            .row("last batch", report.batch)
            .row("state root", report.state_root)
            .print()?;
        Ok(())
    }
}
