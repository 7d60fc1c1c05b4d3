//! `starfold demo`

mod opening;
mod proving;
mod settling;
mod story;
mod teller;

use std::path::{Path, PathBuf};

use clap::Args;
use starfold_rollup::Started;

use self::proving::Proving;
use self::story::{Gas, Story};
use self::teller::Teller;
use super::batch_prove::Plan;
use crate::failure::Failure;
use crate::output::print_json;

#[derive(Debug, Args)]
#[command(
    after_help = "A new rollup whose contract is on an embedded chain of Ethereum: a deposit, \
                        transfers of Ethereum mainnet, segment proofs, folding, the batch proof, \
                        which another process verifies, its wrap, and the contract, which accepts \
                        the batch and pays a withdrawal out. The first run makes the wrap's UNSAFE \
                        development key, which takes a minute or two; the cache folder keeps it."
)]
pub(crate) struct Arguments {
    /// Keep the rollup and its proofs in this folder, new or empty; in a new temporary one by default.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    #[command(flatten)]
    plan: Plan,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let started = Started::now();
        let teller = Teller::new(self.json);
        let story = match &self.data_dir {
            Some(folder) => self.play(folder, teller, started)?,
            None => {
                let no_folder = |error| Failure::wrong(format!("no temporary folder: {error}"));
                let folder = tempfile::Builder::new()
                    .prefix("starfold-demo-")
                    .tempdir()
                    .map_err(no_folder)?;
                let story = self.play(&folder.path().join("rollup"), teller, started)?;
                // what the summary names stays
                let _ = folder.keep();
                story
            }
        };
        if self.json { Ok(print_json(&story)?) } else { story.print(teller) }
    }

    fn play(&self, folder: &Path, teller: Teller, started: Started) -> Result<Story, Failure> {
        let (opened, opening) = opening::open(folder, teller)?;
        let proving = Proving { folder, plan: self.plan, teller };
        let (contract, proved) = proving.prove(opened, started)?;
        let settled = settling::settle(contract, folder, teller)?;
        Ok(Story {
            gas: Gas::of(&opening, &settled),
            artifacts: settled.artifacts,
            rollup: opening.rollup,
            deployment: opening.deployment,
            deposit: opening.deposit,
            batch: proved.batch,
            verification: proved.verification,
            changed_proof: proved.changed_proof,
            wrap: settled.wrap,
            submission: settled.submission,
            claim: settled.claim,
            wall_seconds: started.wall_seconds(),
        })
    }
}
