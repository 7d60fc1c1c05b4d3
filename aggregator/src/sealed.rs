//! Proving what the built-in rollup sealed.

use std::path::Path;

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_circuits::provable::Run;
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::transaction::Transactions;
use starfold_transition::SealedBatch;

use crate::error::ProveError;
use crate::pipeline::{Pipeline, ProvedBatch};
use crate::plan::PlanOptions;
use crate::progress::Progress;
use crate::proof_file::BatchProofFile;
use crate::report::ProveReport;

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

/// Proves a sealed batch of the built-in rollup with a [`Pipeline`]. What an earlier run has proved of it is verified and
/// used.
///
/// # Errors
/// [`ProveError`] names the transactions, the circuit or the file that is at fault. Proofs that were finished before
/// stay in the store.
pub fn prove(request: &ProveRequest<'_>, progress: &dyn Progress) -> Result<Proved, ProveError> {
    let ProveRequest { batch, parameters, options, artifacts, cache } = *request;
    batch.check()?;
    let set = ProvingSet::built_in(parameters)?;
    let run = Run::<Transactions>::new(&batch.context, &batch.boundaries, &batch.transactions)?;
    let pipeline = Pipeline::new(&set).options(options).artifacts(artifacts).cache(cache);
    let ProvedBatch { proof, report, .. } = pipeline.progress(progress).prove(&[&run])?;
    let transactions = 0..batch.transactions.len();
    let proof = batch_verifier(parameters)?
        .encode(&proof)
        .map_err(|source| ProveError::Encode { transactions, source })?;
    let file = BatchProofFile::new(parameters, batch.claim, batch.words.clone(), proof);
    file.verify_in(set.root())?;
    Ok(Proved { proof: file, report })
}
