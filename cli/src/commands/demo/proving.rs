//! The batch: sealed, proved, verified by another process, refused with one bit changed.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use serde::Serialize;
use starfold_rollup::demo::DemoContract;
use starfold_rollup::{BatchReport, MAX_PROOF_BYTES, Started, file};

use super::opening::Opened;
use super::teller::Teller;
use crate::commands::batch_prove::{Plan, print_report, prove};
use crate::failure::Failure;

/// Where and how it is proved.
pub(super) struct Proving<'a> {
    pub(super) folder: &'a Path,
    pub(super) plan: Plan,
    pub(super) teller: Teller,
}

/// What is told of it.
pub(super) struct Proved {
    pub(super) batch: BatchReport,
    pub(super) verification: Verification,
    pub(super) changed_proof: ChangedProof,
}

/// Another process verified the proof.
#[derive(Debug, Serialize)]
pub(super) struct Verification {
    accepted: bool,
    wall_seconds: f64,
}

/// Another process refused a changed proof.
#[derive(Debug, Serialize)]
pub(super) struct ChangedProof {
    refused: bool,
    changed_byte: u64,
}

/// The file of the batch proof.
pub(super) fn batch_proof(folder: &Path) -> PathBuf {
    folder.join("batch.proof")
}

/// The file of the proof with one bit changed.
pub(super) fn changed_proof(folder: &Path) -> PathBuf {
    folder.join("changed.proof")
}

impl Proving<'_> {
    pub(super) fn prove(
        &self,
        opened: Opened,
        started: Started,
    ) -> Result<(DemoContract, Proved), Failure> {
        let Self { folder, plan, teller } = *self;
        let Opened { mut rollup, contract, inputs } = opened;
        teller.chapter(
            "4. Deposit, transfers and a withdrawal are sealed as one batch, and it is proved.",
        )?;
        let record = rollup.seal(&inputs)?;
        let proof = batch_proof(folder);
        let batch = prove(&rollup, &record, plan, started, &proof)?;
        teller.tell(|| print_report(&batch, &proof))?;
        // the next process opens the rollup
        drop(rollup);

        teller.chapter("5. Another process verifies the proof and compares it with the rollup.")?;
        let verifying = Instant::now();
        if !verify(&proof, folder, teller.output())?.success() {
            return Err(Failure::wrong("the proof was not accepted"));
        }
        let wall_seconds = verifying.elapsed().as_secs_f64();
        let verification = Verification { accepted: true, wall_seconds };

        teller.chapter("6. One bit of the proof is changed.")?;
        let changed = changed_proof(folder);
        let changed_byte = change_one_bit(&proof, &changed)?;
        if verify(&changed, folder, Stdio::null())?.code() != Some(1) {
            return Err(Failure::wrong("a changed proof was not refused"));
        }
        teller.say("  refused")?;
        let changed_proof = ChangedProof { refused: true, changed_byte };
        Ok((contract, Proved { batch, verification, changed_proof }))
    }
}

/// Runs this program's `verify` in a process of its own.
fn verify(proof: &Path, folder: &Path, output: Stdio) -> Result<ExitStatus, Failure> {
    let failed = |error| Failure::wrong(format!("cannot start a second process: {error}"));
    let errors = Stdio::null();
    Command::new(own_program().map_err(failed)?)
        .arg("verify")
        .arg(proof)
        .arg("--data-dir")
        .arg(folder)
        .stdout(output)
        .stderr(errors)
        .status()
        .map_err(failed)
}

/// This program, where the system knows it by a name that holds even when its file was replaced.
fn own_program() -> std::io::Result<PathBuf> {
    let link = Path::new("/proc/self/exe");
    if link.exists() { Ok(link.to_owned()) } else { std::env::current_exe() }
}

fn change_one_bit(from: &Path, to: &Path) -> Result<u64, Failure> {
    let mut bytes = file::read(from, MAX_PROOF_BYTES)?;
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
    file::write(to, &bytes)?;
    Ok(middle as u64)
}
