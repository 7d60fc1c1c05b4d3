//! `starfold demo`

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use clap::Args;
use starfold_rollup::workload::{self, Funding};
use starfold_rollup::{BatchInputs, NewRollup, Rollup, Started, file};

use super::batch_prove::{Plan, print_report, prove};
use crate::failure::Failure;
use crate::output::{Table, print};

#[derive(Debug, Args)]
#[command(
    after_help = "A new rollup, funded accounts, transfers of Ethereum mainnet, segment proofs, \
                        folding, the batch proof; then another process verifies it."
)]
pub(crate) struct Arguments {
    /// Keep the rollup and its proof in this folder, new or empty.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    #[command(flatten)]
    plan: Plan,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match &self.data_dir {
            Some(folder) => self.play(folder),
            None => {
                let folder = tempfile::Builder::new()
                    .prefix("starfold-demo-")
                    .tempdir()
                    .map_err(|error| Failure::wrong(format!("no temporary folder: {error}")))?;
                self.play(&folder.path().join("rollup"))?;
                Ok(print("\nAll of it was in a temporary folder; --data-dir DIR keeps it.")?)
            }
        }
    }

    fn play(&self, folder: &Path) -> Result<(), Failure> {
        let started = Started::now();
        let mut rollup = Rollup::init(folder, &NewRollup::development())?;
        let inputs = fund(&mut rollup)?;

        print("\n2. The transfers are executed and sealed as one batch, and the batch is proved.")?;
        let record = rollup.seal(&inputs)?;
        let proof = folder.join("batch.proof");
        let report = prove(&rollup, &record, self.plan, started, &proof)?;
        print_report(&report, &proof)?;
        // the next process opens the rollup
        drop(rollup);

        print("\n3. Another process verifies the proof and compares it with the rollup.")?;
        if !verify(&proof, folder, Stdio::inherit())?.success() {
            return Err(Failure::wrong("the proof was not accepted"));
        }

        print("\n4. One bit of the proof is changed.")?;
        let changed = folder.join("changed.proof");
        change_one_bit(&proof, &changed)?;
        if verify(&changed, folder, Stdio::null())?.code() != Some(1) {
            return Err(Failure::wrong("a changed proof was not refused"));
        }
        print("  refused")?;
        Ok(())
    }
}

/// Gives the rollup the accounts of the mainnet transfers.
fn fund(rollup: &mut Rollup) -> Result<BatchInputs, Failure> {
    print("1. A new rollup gets the accounts of 46 transfers of Ethereum mainnet.")?;
    let plan = workload::parse_transfers(workload::MAINNET.as_bytes()).map_err(Failure::wrong)?;
    let workload = rollup.simulate(&plan, Funding::Genesis)?;
    Table::default()
        .row("transfers", workload.transactions.len())
        .row("funded accounts", workload.funded_accounts)
        .row("tokens", workload.genesis.tokens.len() + 1)
        .row("state root", rollup.state().head().root)
        .print()?;
    Ok(BatchInputs { transactions: workload.transactions, ..BatchInputs::default() })
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

fn change_one_bit(from: &Path, to: &Path) -> Result<(), Failure> {
    let mut bytes = file::read(from, starfold_rollup::MAX_PROOF_BYTES)?;
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
    Ok(file::write(to, &bytes)?)
}
