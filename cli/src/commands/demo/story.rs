//! The whole story as one object, and its summary.

use serde::Serialize;
use starfold_rollup::BatchReport;
use starfold_rollup::demo::{DemoClaim, DemoDeployment, DemoDeposit, DemoSubmission};
use starfold_rollup::wrapping::WrapReport;

use super::opening::{Opening, RollupMade};
use super::proving::{ChangedProof, Verification};
use super::settling::{Artifacts, Settled};
use super::teller::Teller;
use crate::failure::Failure;
use crate::output::{Table, columns, seconds};

/// What `demo --json` prints; described in `docs/json/demo.schema.json`.
#[derive(Debug, Serialize)]
pub(super) struct Story {
    pub(super) rollup: RollupMade,
    pub(super) deployment: DemoDeployment,
    pub(super) deposit: DemoDeposit,
    pub(super) batch: BatchReport,
    pub(super) verification: Verification,
    pub(super) changed_proof: ChangedProof,
    pub(super) wrap: WrapReport,
    pub(super) submission: DemoSubmission,
    pub(super) claim: DemoClaim,
    pub(super) gas: Gas,
    pub(super) artifacts: Artifacts,
    pub(super) wall_seconds: f64,
}

/// What Ethereum takes for each step.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Gas {
    deploy_verifier: u64,
    deploy_rollup: u64,
    deposit: u64,
    submit_batch: u64,
    verification: u64,
    per_transfer: u64,
    claim: u64,
}

impl Gas {
    pub(super) fn of(opening: &Opening, settled: &Settled) -> Self {
        Self {
            deploy_verifier: opening.deployment.verifier_gas,
            deploy_rollup: opening.deployment.rollup_gas,
            deposit: opening.deposit.deposit_gas,
            submit_batch: settled.submission.gas,
            verification: settled.submission.verification_gas,
            per_transfer: settled.submission.per_transfer_gas,
            claim: settled.claim.gas,
        }
    }

    fn rows(self) -> Vec<Vec<String>> {
        [
            ("create the verifier", self.deploy_verifier),
            ("create the rollup", self.deploy_rollup),
            ("deposit", self.deposit),
            ("submit the batch", self.submit_batch),
            ("  verify the proof, alone", self.verification),
            ("  one more transfer", self.per_transfer),
            ("claim", self.claim),
        ]
        .map(|(name, gas)| vec![name.to_owned(), gas.to_string()])
        .to_vec()
    }
}

impl Story {
    /// Prints gas and files.
    pub(super) fn print(&self, teller: Teller) -> Result<(), Failure> {
        teller.chapter(&columns(&["transaction", "gas"], &self.gas.rows()))?;
        let Artifacts { data_dir, batch_proof, changed_proof, wrapped, calldata } = &self.artifacts;
        teller.chapter(&format!("Done in {}. What is left:", seconds(self.wall_seconds)))?;
        let mut table = Table::default();
        table
            .row("rollup", data_dir.display())
            .row("batch proof", batch_proof.display())
            .row("changed proof", changed_proof.display())
            .row("wrapped batch", wrapped.display())
            .row("calldata", calldata.display());
        teller.table(&table)
    }
}
