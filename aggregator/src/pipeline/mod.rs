//! Carries a plan out.
//!
//! Stages run one after another and each takes the proofs of the one before by value. Within a stage, as many proofs
//! are made at a time as the plan's memory allows; each of them uses all threads.

mod circuits;
mod limited;
mod run;
mod stages;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::AtomicU64;

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::{Pins, SetPins};
use starfold_circuits::transaction::COLUMNS;
use starfold_transition::SealedBatch;

use crate::artifact::ArtifactStore;
use crate::cache::CircuitCache;
use crate::error::ProveError;
use crate::plan::{Plan, PlanOptions, leaf_specs};
use crate::progress::{Note, Progress, Stage};
use crate::proof_file::BatchProofFile;
use crate::report::{ProveReport, StageSeconds};
use crate::usage::CpuClock;
use circuits::{batch_circuit, fold_circuit};
use run::Run;
use stages::{
    build_leaves, find_nodes, missing_specs, prove_batch, prove_folds, prove_leaves, prove_segments,
};

/// What is to be proved, and how.
#[derive(Clone, Copy, Debug)]
pub struct ProveRequest<'a> {
    /// The batch.
    pub batch: &'a SealedBatch,
    /// The parameter set of the rollup.
    pub parameters: ParameterSet,
    /// How it is planned.
    pub options: PlanOptions,
    /// The folder of finished proofs, from which a run is resumed.
    pub artifacts: &'a Path,
    /// The folder of built circuits.
    pub cache: &'a Path,
}

/// A batch proof and how it was made.
#[derive(Clone, Debug)]
pub struct Proved {
    /// The proof, verified.
    pub proof: BatchProofFile,
    /// What the run did.
    pub report: ProveReport,
}

/// Proves a batch. What an earlier run has proved of it is verified and used.
///
/// # Errors
/// [`ProveError`] names the transactions, the circuit or the file that is at fault. Proofs that were finished before
/// stay in the store.
pub fn prove(request: &ProveRequest<'_>, progress: &dyn Progress) -> Result<Proved, ProveError> {
    let pins = Pins::committed()?;
    prove_with(request, pins.of(request.parameters)?, progress)
}

/// Proves with circuits that have the given pins.
fn prove_with(
    request: &ProveRequest<'_>,
    pins: &SetPins,
    progress: &dyn Progress,
) -> Result<Proved, ProveError> {
    let ProveRequest { batch, parameters, options, artifacts, cache } = *request;
    batch.check()?;
    let plan = Plan::new(batch.transactions.len(), parameters, &leaf_specs(), COLUMNS, &options)?;
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.unwrap_or(0))
        .build()
        .map_err(|error| ProveError::Threads { reason: error.to_string() })?;
    let cache = CircuitCache::open(cache)
        .inspect_err(|fault| progress.note(&Note::CircuitNotCached(fault)))
        .ok();
    let run = Run {
        batch,
        parameters,
        pins,
        set: pins.circuit_set()?,
        plan,
        store: ArtifactStore::open(artifacts)?,
        cache,
        progress,
        made: AtomicU64::new(0),
        reused: AtomicU64::new(0),
    };
    let mut seconds = StageSeconds::default();
    let proof = threads.install(|| carry_out(&run, &mut seconds))?;
    let report = report(run, seconds);
    Ok(Proved { proof, report })
}

fn carry_out(run: &Run<'_>, seconds: &mut StageSeconds) -> Result<BatchProofFile, ProveError> {
    if let Some(file) = run.load_batch() {
        return Ok(file);
    }
    let mut timed = Timed(seconds);
    let kinds = missing_specs(run, &vec![true; run.plan.leaves.len()]).len();
    let steps = run.steps(Stage::Build, 2 + kinds);
    let fold = timed.stage(Stage::Build, || fold_circuit(run))?;
    steps.step();
    let (mut nodes, missing) = timed.stage(Stage::Fold, || find_nodes(run, &fold))?;
    let shape = fold.verifier().shape();
    let (batch, leaves) = timed.stage(Stage::Build, || {
        let batch = batch_circuit(run, &fold)?;
        steps.step();
        let specs = missing_specs(run, &missing);
        Ok::<_, ProveError>((batch, build_leaves(run, shape, specs, &steps)?))
    })?;
    let segments = timed.stage(Stage::Prove, || prove_segments(run, &missing))?;
    timed.stage(Stage::Leaf, || prove_leaves(run, shape, &leaves, segments, &mut nodes))?;
    drop(leaves);
    let root = timed.stage(Stage::Fold, || prove_folds(run, &fold, &missing, nodes))?;
    timed.stage(Stage::Batch, || prove_batch(run, &batch, root))
}

struct Timed<'a>(&'a mut StageSeconds);

impl Timed<'_> {
    fn stage<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let clock = CpuClock::start();
        let result = work();
        self.0.add(stage, clock.seconds());
        result
    }
}

fn report(run: Run<'_>, stage_cpu_seconds: StageSeconds) -> ProveReport {
    let plan = &run.plan;
    let segments = plan.leaves.iter().flat_map(|leaf| &leaf.segments);
    ProveReport {
        blocks: plan.blocks(),
        noops: plan.blocks() - plan.transactions,
        segment: segments.map(|segment| segment.blocks).max().unwrap_or(0),
        segments: plan.segments(),
        leaves: plan.leaves.len(),
        fold_levels: plan.tree.levels(),
        stage_cpu_seconds,
        proofs_made: run.made.into_inner(),
        proofs_reused: run.reused.into_inner(),
        circuit_digest: run.pins.batch,
    }
}
