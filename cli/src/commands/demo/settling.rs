//! The last chapters: the wrap, the contract, the money comes out.

use std::path::{Path, PathBuf};

use serde::Serialize;
use starfold_primitives::quantities::Address;
use starfold_rollup::demo::{DemoClaim, DemoContract, DemoSubmission};
use starfold_rollup::wrapping::{WrapKey, WrapReport};
use starfold_rollup::{BatchProof, Started, WrappedBatch, file, now};

use super::proving::{batch_proof, changed_proof};
use super::teller::Teller;
use crate::commands::wrap::{print_report, wrap_to};
use crate::failure::Failure;
use crate::output::{Table, amount, bytes};

/// What is told of it.
pub(super) struct Settled {
    pub(super) wrap: WrapReport,
    pub(super) submission: DemoSubmission,
    pub(super) claim: DemoClaim,
    pub(super) artifacts: Artifacts,
}

/// What the demo leaves behind.
#[derive(Debug, Serialize)]
pub(super) struct Artifacts {
    /// The rollup's data directory.
    pub(super) data_dir: PathBuf,
    pub(super) batch_proof: PathBuf,
    pub(super) changed_proof: PathBuf,
    pub(super) wrapped: PathBuf,
    /// The call of the contract, as hexadecimal text.
    pub(super) calldata: PathBuf,
}

pub(super) fn settle(
    mut contract: DemoContract,
    folder: &Path,
    teller: Teller,
) -> Result<Settled, Failure> {
    let artifacts = Artifacts {
        data_dir: folder.to_owned(),
        batch_proof: batch_proof(folder),
        changed_proof: changed_proof(folder),
        wrapped: folder.join("wrapped.json"),
        calldata: folder.join("submit-batch.hex"),
    };
    teller.chapter("7. The proof is wrapped for Ethereum.")?;
    let proof = BatchProof::read(&artifacts.batch_proof)?;
    let key = WrapKey::Development;
    let wrap = wrap_to(&proof, key, &artifacts.wrapped, None, Started::now())?;
    teller.tell(|| print_report(&wrap, &artifacts.wrapped))?;

    teller.chapter("8. The contract verifies it and accepts the batch.")?;
    let wrapped = WrappedBatch::read(&artifacts.wrapped)?;
    let (submission, calldata) = contract.submit(&wrapped, now())?;
    file::write(&artifacts.calldata, format!("0x{}\n", hex::encode(calldata)).as_bytes())?;
    teller.table(&submitted(&submission))?;

    teller.chapter("9. The withdrawal is claimed.")?;
    let claim = contract.claim()?;
    teller.table(&claimed(&claim))?;
    Ok(Settled { wrap, submission, claim, artifacts })
}

fn submitted(submission: &DemoSubmission) -> Table {
    let mut table = Table::default();
    table
        .row("batch", submission.batch)
        .row("state root", submission.state_root)
        .row("calldata", bytes(submission.calldata_bytes))
        .row("L1 operations", submission.l1_operations)
        .row("claimable now", amount(submission.credited, Address::ZERO))
        .row("gas", submission.gas);
    table
}

fn claimed(claim: &DemoClaim) -> Table {
    let mut table = Table::default();
    table
        .row("owner", claim.owner)
        .row("paid", amount(claim.amount, Address::ZERO))
        .row("balance on L1", amount(claim.balance, Address::ZERO))
        .row("gas", claim.gas);
    table
}
