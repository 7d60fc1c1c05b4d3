//! `starfold batch-prove`

use std::path::{Path, PathBuf};

use clap::Args;
use starfold_primitives::quantities::Timestamp;
use starfold_rollup::{
    BatchInputs, BatchRecord, BatchReport, PlanOptions, Rollup, SealedFromQueue, SealingError,
    Started, cache_folder, file, read_l1_operations, read_transactions,
};
use starfold_settlement::Node;

use super::calibrate::costs;
use super::l1::{Followed, follow};
use crate::failure::Failure;
use crate::output::{Table, bytes, columns, note, print, print_json, seconds};
use crate::progress::Display;
use crate::sizes::MemorySize;

#[derive(Debug, Args)]
#[command(
    after_help = "The same inputs again go on with the sealed batch, or give its result once \
                        more, also with other --segment and --fan-in. A list of transactions holds \
                        what `starfold sign` prints; docs/json describes both lists."
)]
pub(crate) struct Arguments {
    /// The folder of the rollup.
    #[arg(long)]
    data_dir: PathBuf,
    /// A JSON list of signed transactions.
    #[arg(long, required_unless_present_any = ["l1_operations", "l1", "continue"])]
    transactions: Option<PathBuf>,
    /// A JSON list of the next operations of the L1 queue; they come first.
    #[arg(long)]
    l1_operations: Option<PathBuf>,
    /// The URL of a node of Ethereum: the next operations of the contract's queue come first, as many as fit, once
    /// they are final there.
    #[arg(long, value_name = "URL", conflicts_with = "l1_operations")]
    l1: Option<String>,
    /// Go on with the last sealed batch, whatever it was sealed from.
    #[arg(long = "continue", conflicts_with_all = ["transactions", "l1_operations", "l1", "timestamp", "skip_invalid"])]
    r#continue: bool,
    /// The file for the proof.
    #[arg(long)]
    out: PathBuf,
    /// Leave out transactions that break a rule.
    #[arg(long)]
    skip_invalid: bool,
    /// The time of the batch in seconds since 1970; now by default.
    #[arg(long, value_name = "SECONDS")]
    timestamp: Option<Timestamp>,
    #[command(flatten)]
    plan: Plan,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How proving is done; it changes costs, not what is proved.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct Plan {
    /// Transactions of one segment, a power of two; chosen by cost by default.
    #[arg(long, value_name = "K")]
    segment: Option<usize>,
    /// Segments that one leaf proof verifies; chosen by cost by default.
    #[arg(long, value_name = "M")]
    fan_in: Option<usize>,
    /// Threads; all processors by default.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// The most memory, as 6GiB.
    #[arg(long, value_name = "SIZE")]
    max_memory: Option<MemorySize>,
    /// Make proofs one after another, so that the times of the stages are exact.
    #[arg(long)]
    profile: bool,
}

impl Plan {
    pub(super) fn options(self) -> PlanOptions {
        PlanOptions {
            segment: self.segment,
            fan_in: self.fan_in,
            threads: self.threads,
            max_memory_bytes: self.max_memory.map(|size| size.0),
            profile: self.profile,
            costs: costs(),
        }
    }
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let started = Started::now();
        file::check_folder(&self.out)?;
        let inputs = self.inputs()?;
        let mut rollup = Rollup::open(&self.data_dir)?;
        let record = self.seal(&mut rollup, inputs)?;
        let report = prove(&rollup, &record, self.plan, started, &self.out)?;
        if self.json {
            return Ok(print_json(&report)?);
        }
        print_report(&report, &self.out)
    }

    /// What is to be sealed; nothing where the sealed batch is continued.
    fn inputs(&self) -> Result<Option<BatchInputs>, Failure> {
        if self.r#continue {
            return Ok(None);
        }
        let transactions = self.transactions.as_deref().map(read_transactions).transpose()?;
        let l1_operations = self.l1_operations.as_deref().map(read_l1_operations).transpose()?;
        Ok(Some(BatchInputs {
            transactions: transactions.unwrap_or_default(),
            l1_operations: l1_operations.unwrap_or_default(),
            timestamp: self.timestamp,
            skip_invalid: self.skip_invalid,
            tokens: Vec::new(),
        }))
    }

    fn seal(
        &self,
        rollup: &mut Rollup,
        inputs: Option<BatchInputs>,
    ) -> Result<BatchRecord, Failure> {
        let Some(inputs) = inputs else {
            return Ok(rollup.last_batch()?.ok_or(SealingError::NothingSealed)?);
        };
        if let Some(url) = &self.l1 {
            return self.seal_from_queue(rollup, inputs, url);
        }
        let count = inputs.transactions.len() + inputs.l1_operations.len();
        rollup.check_plan(count, &self.plan.options())?;
        rollup.seal(&inputs).map_err(|error| self.failure(error))
    }

    /// Follows the contract, then seals from its queue.
    fn seal_from_queue(
        &self,
        rollup: &mut Rollup,
        inputs: BatchInputs,
        url: &str,
    ) -> Result<BatchRecord, Failure> {
        let Followed { report, queue, time } = follow(rollup, &Node::connect(url)?)?;
        if report.frozen {
            return Err(Failure::usage("the contract is frozen and accepts no batch"));
        }
        if !report.abandoned.is_empty() {
            note("warning: the contract has other batches; those here were given up");
        }
        let count = inputs.transactions.len() + queue.operations().len();
        rollup.check_plan(count, &self.plan.options())?;
        let SealedFromQueue { record, left } =
            rollup.seal_from_queue(&queue, inputs, time).map_err(|error| self.failure(error))?;
        if left > 0 {
            note(&format!("{left} operations of the queue are left for the next batch"));
        }
        Ok(record)
    }

    fn failure(&self, error: SealingError) -> Failure {
        match error {
            SealingError::Unproved { .. } => {
                let folder = self.data_dir.display();
                Failure::usage(format!(
                    "{error}; finish it with `starfold batch-prove --data-dir {folder} --continue \
                     --out {}`, or give it up with `starfold abandon --data-dir {folder}`",
                    self.out.display()
                ))
            }
            error => error.into(),
        }
    }
}

/// Proves a sealed batch and writes its proof.
pub(super) fn prove(
    rollup: &Rollup,
    record: &BatchRecord,
    plan: Plan,
    started: Started,
    out: &Path,
) -> Result<BatchReport, Failure> {
    let display = Display::new();
    let finished = rollup.prove(record, plan.options(), &cache_folder(), &display, started)?;
    file::write(out, &finished.proof)?;
    Ok(finished.report)
}

pub(super) fn print_report(report: &BatchReport, out: &Path) -> Result<(), Failure> {
    let BatchReport { batch, segment, segments, fold_levels, .. } = report;
    Table::default()
        .row("batch", batch)
        .row("transactions", report.transactions)
        .row("L1 operations", report.l1_operations)
        .row("accounts touched", report.accounts_touched)
        .row("segments", format!("{segments} of up to {segment}, {} Noops", report.noops))
        .row("fold levels", fold_levels)
        .row("old state root", report.old_state_root)
        .row("new state root", report.new_state_root)
        .row("words", report.words)
        .row("proof", bytes(report.proof_bytes))
        .row("file", format!("{}, {}", out.display(), bytes(report.file_bytes)))
        .row(
            "time",
            format!("{}, processors {}", seconds(report.wall_seconds), seconds(report.cpu_seconds)),
        )
        .row("peak memory", bytes(report.peak_rss_bytes))
        .print()?;
    let stages = report.stage_cpu_seconds;
    let cells =
        [stages.build, stages.execute, stages.prove, stages.leaf, stages.fold, stages.batch];
    let heading = ["build", "execute", "prove", "leaf", "fold", "batch"];
    print(&columns(&heading, &[cells.map(seconds).to_vec()]))?;
    if !report.rejected.is_empty() {
        print(&format!("  {} transactions were left out:", report.rejected.len()))?;
    }
    for rejected in &report.rejected {
        print(&format!("    transaction {}: {}", rejected.position, rejected.reason))?;
    }
    Ok(())
}
