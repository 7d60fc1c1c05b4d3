//! Carries a plan out.
//!
//! Stages run one after another and each takes the proofs of the one before by value. Within a stage, as many proofs
//! are made at a time as the plan's memory allows; each of them uses all threads.

mod batch;
mod circuits;
mod limited;
mod run;
mod stages;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::AtomicU64;

use starfold_circuits::provable::ProvableRun;
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::recursion::{BatchProof, BatchStatement};

use crate::artifact::ArtifactStore;
use crate::cache::CircuitCache;
use crate::cancel::CancelToken;
use crate::error::ProveError;
use crate::plan::{Plan, PlanOptions, PlannedRun};
use crate::progress::{Note, Progress, Silent, Stage};
use crate::report::{ProveReport, StageSeconds};
use crate::usage::CpuClock;
use batch::Batch;
use circuits::{batch_circuit, fold_circuit};
use run::Run;
use stages::{
    build_leaves, find_nodes, missing_specs, prove_batch, prove_folds, prove_leaves, prove_segments,
};

/// Proves batches of one proving set.
///
/// ```no_run
/// use starfold_aggregator::{CancelToken, Pipeline};
/// # use starfold_circuits::{provable::ProvableRun, proving_set::ProvingSet};
/// # fn prove(set: &ProvingSet, run: &dyn ProvableRun) -> Result<(), Box<dyn std::error::Error>> {
/// let cancel = CancelToken::new();
/// let proved = Pipeline::new(set)
///     .artifacts("proofs") // finished proofs, from which a run is resumed
///     .cache("circuits") // built circuits
///     .cancel(&cancel) // from another thread: cancel.cancel()
///     .prove(&[run])?;
/// println!("{} proves {:?}", proved.proof.exposed(), proved.statement);
/// # Ok(())
/// # }
/// ```
///
/// It takes all threads for as long as it works and prints nothing. Asynchronous code calls [`Self::prove`] where
/// blocking is allowed, as in `tokio::task::spawn_blocking`.
#[derive(Clone, Copy)]
pub struct Pipeline<'a> {
    set: &'a ProvingSet,
    options: PlanOptions,
    artifacts: Option<&'a Path>,
    cache: Option<&'a Path>,
    progress: &'a dyn Progress,
    cancel: Option<&'a CancelToken>,
}

/// A batch proof and how it was made.
#[derive(Clone, Debug)]
pub struct ProvedBatch {
    /// What is proved.
    pub statement: BatchStatement,
    /// The proof, verified.
    pub proof: BatchProof,
    /// What the run did.
    pub report: ProveReport,
}

impl std::fmt::Debug for Pipeline<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { options, artifacts, cache, .. } = self;
        f.debug_struct("Pipeline")
            .field("set", &self.set.root())
            .field("options", options)
            .field("artifacts", artifacts)
            .field("cache", cache)
            .finish_non_exhaustive()
    }
}

impl<'a> Pipeline<'a> {
    /// A pipeline that plans by cost, keeps no files and tells nobody.
    pub fn new(set: &'a ProvingSet) -> Self {
        Self {
            set,
            options: PlanOptions::default(),
            artifacts: None,
            cache: None,
            progress: &Silent,
            cancel: None,
        }
    }

    /// How batches are planned.
    #[must_use]
    pub fn options(self, options: PlanOptions) -> Self {
        Self { options, ..self }
    }

    /// The folder where every proof is kept as soon as it is made. A run that finds proofs there verifies and uses
    /// them, whatever ended the run that made them.
    #[must_use]
    pub fn artifacts(self, folder: &'a (impl AsRef<Path> + ?Sized)) -> Self {
        Self { artifacts: Some(folder.as_ref()), ..self }
    }

    /// The folder where circuits are kept, which take seconds to build.
    #[must_use]
    pub fn cache(self, folder: &'a (impl AsRef<Path> + ?Sized)) -> Self {
        Self { cache: Some(folder.as_ref()), ..self }
    }

    /// Who is told of progress.
    #[must_use]
    pub fn progress(self, progress: &'a dyn Progress) -> Self {
        Self { progress, ..self }
    }

    /// What can end a run before it is done.
    #[must_use]
    pub fn cancel(self, token: &'a CancelToken) -> Self {
        Self { cancel: Some(token), ..self }
    }

    /// Which proofs would be made of runs of so many transactions, each by the name of its AIR.
    ///
    /// # Errors
    /// [`ProveError::Plan`], [`ProveError::UnknownAir`].
    pub fn plan(&self, runs: &[(&str, usize)]) -> Result<Plan, ProveError> {
        let planned = runs.iter().map(|&(air, transactions)| {
            if self.set.of_air(air).is_empty() {
                return Err(ProveError::UnknownAir { air: air.to_owned() });
            }
            Ok(PlannedRun::new(self.set, air, transactions))
        });
        let planned: Vec<PlannedRun> = planned.collect::<Result<_, _>>()?;
        Ok(Plan::new(&planned, self.set.parameters(), &self.options)?)
    }

    /// Proves runs that follow one another: one batch, whose claim leads from where the first begins to where the last
    /// ends. What an earlier call has proved of it is verified and used.
    ///
    /// # Errors
    /// [`ProveError`] names the transactions, counted over all runs, the circuit or the file that is at fault. Proofs
    /// that were finished before stay in the folder.
    pub fn prove(&self, runs: &[&dyn ProvableRun]) -> Result<ProvedBatch, ProveError> {
        let batch = Batch::new(runs)?;
        let plan = self.plan(&batch.runs())?;
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(self.options.threads.unwrap_or(0))
            .build()
            .map_err(|error| ProveError::Threads { reason: error.to_string() })?;
        let not_cached = |fault: &_| self.progress.note(&Note::CircuitNotCached(fault));
        let open = |folder| CircuitCache::open(folder).inspect_err(not_cached).ok();
        let run = Run {
            batch,
            set: self.set,
            plan,
            store: self.artifacts.map(ArtifactStore::open).transpose()?,
            cache: self.cache.and_then(open),
            progress: self.progress,
            cancel: self.cancel,
            made: AtomicU64::new(0),
            reused: AtomicU64::new(0),
        };
        let mut seconds = StageSeconds::default();
        let proof = threads.install(|| carry_out(&run, &mut seconds))?;
        Ok(ProvedBatch { statement: run.statement(), proof, report: report(run, seconds) })
    }
}

fn carry_out(run: &Run<'_>, seconds: &mut StageSeconds) -> Result<BatchProof, ProveError> {
    if let Some(proof) = run.load_batch()? {
        return Ok(proof);
    }
    let mut timed = Timed(seconds);
    let kinds = missing_specs(run, &vec![true; run.plan.leaves.len()]).len();
    let steps = run.steps(Stage::Build, 2 + kinds);
    let fold = timed.stage(Stage::Build, || fold_circuit(run))?;
    steps.step();
    let (mut nodes, missing) = timed.stage(Stage::Fold, || find_nodes(run, &fold));
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
        circuit_digest: run.set.pins().batch,
    }
}
