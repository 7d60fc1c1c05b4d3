//! From a batch proof to a wrapped batch.

use std::path::Path;

use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use starfold_aggregator::usage::{CpuClock, peak_rss_bytes};
use starfold_circuits::recursion;
use starfold_l1_verifier::groth16::PROOF_BYTES;
use starfold_l1_verifier::{WrappedProof, Wrapper};
use starfold_primitives::Digest;
use starfold_primitives::word::Word;
use starfold_transition::claim_digest::claim_digest;

use super::error::WrapError;
use super::file::WrappedBatch;
use super::load::{WrapKey, load_wrapper};
use super::progress::{WrapProgress, WrapStep};
use super::report::{FinishedWrap, WrapReport, WrapStageSeconds};
use super::verification::COVERED;
use crate::claim::BatchClaim;
use crate::proving::Started;
use crate::verification::{BatchProof, Expectations};

/// What is to be wrapped, and with what.
#[derive(Clone, Copy, Debug)]
pub struct WrapRequest<'a> {
    /// The batch proof.
    pub proof: &'a BatchProof,
    /// The key.
    pub key: WrapKey<'a>,
    /// The folder of layers and development key, see [`cache_folder`](crate::cache_folder).
    pub cache: &'a Path,
}

/// Measures the steps, and tells them.
struct Steps<'a> {
    progress: &'a dyn WrapProgress,
    seconds: WrapStageSeconds,
    running: Option<(WrapStep, CpuClock)>,
}

impl Steps<'_> {
    /// Ends the running step.
    fn end(&mut self) {
        if let Some((step, clock)) = self.running.take() {
            *self.seconds.of(step) += clock.seconds();
            self.progress.advance(step, 1);
        }
    }

    fn begin(&mut self, step: WrapStep) {
        self.end();
        self.progress.step(step, 1);
        self.running = Some((step, CpuClock::start()));
    }
}

/// Wraps a batch proof. The proof is verified first, and the wrapped batch in the end.
///
/// From the file of a batch proof to that of a wrapped batch:
///
/// ```no_run
/// use std::path::Path;
///
/// use starfold_rollup::wrapping::{FinishedWrap, WrapKey, WrapRequest, wrap};
/// use starfold_rollup::{BatchProof, Expectations, Silent, Started, cache_folder};
///
/// let proof = BatchProof::read(Path::new("batch.proof"))?;
/// let request = WrapRequest { proof: &proof, key: WrapKey::Development, cache: &cache_folder() };
/// let FinishedWrap { wrapped, verifying_key, report } = wrap(&request, &Silent, Started::now())?;
///
/// // what anyone does who has the key and trusts it
/// let verified = wrapped.verify(&verifying_key, &Expectations::default())?;
/// assert_eq!(verified.verifying_key, report.verifying_key);
/// std::fs::write("wrapped.json", wrapped.to_bytes())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WrapError`] names what is refused or the stage that fails.
pub fn wrap(
    request: &WrapRequest<'_>,
    progress: &dyn WrapProgress,
    started: Started,
) -> Result<FinishedWrap, WrapError> {
    let (statement, proof) = Statement::of(request.proof)?;
    let building = CpuClock::start();
    let wrapper = load_wrapper(request.key, request.cache, progress)?;
    let seconds = WrapStageSeconds { build: building.seconds(), ..WrapStageSeconds::default() };
    let mut steps = Steps { progress, seconds, running: None };
    let made =
        wrapper.wrap_by_stages(&proof, &mut generator()?, |stage| steps.begin(stage.into()))?;
    steps.end();
    let wrapped = statement.with(made, &wrapper);
    let verifying_key = wrapper.key().verifying_key().clone();
    wrapped.verify(&verifying_key, &Expectations::default())?;
    let report = report_of(&wrapped, &wrapper, steps.seconds, started);
    Ok(FinishedWrap { wrapped, verifying_key, report })
}

/// A wrapped batch without its proof.
struct Statement {
    claim: BatchClaim,
    circuit_set: Digest,
    words: Vec<Word>,
}

impl Statement {
    /// What a batch proof that the wrap covers states, and the batch circuit's proof.
    fn of(proof: &BatchProof) -> Result<(Self, recursion::BatchProof), WrapError> {
        let actual = proof.parameter_set();
        if actual != COVERED {
            return Err(WrapError::ParameterSet { expected: COVERED, actual });
        }
        let claim = proof.verify(&Expectations::default())?.claim;
        let (circuit_set, decoded) = proof.decoded()?;
        Ok((Self { claim, circuit_set, words: proof.words().to_vec() }, decoded))
    }

    fn with(self, made: WrappedProof, wrapper: &Wrapper) -> WrappedBatch {
        let Self { claim, circuit_set, words } = self;
        let compressed = claim_digest(&claim.closed(&words), circuit_set);
        WrappedBatch {
            claim,
            circuit_set,
            words,
            claim_digest: compressed.digest,
            exposed: made.exposed,
            proof: made.proof,
            key_kind: wrapper.key().kind(),
            verifying_key: wrapper.key().verifying_key().digest(),
        }
    }
}

/// The operating system gave no randomness.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no randomness from the operating system: {reason}")]
pub struct Randomness {
    /// What the system said.
    pub reason: String,
}

/// A generator for what blinds a proof.
pub(super) fn generator() -> Result<ChaCha20Rng, Randomness> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| Randomness { reason: error.to_string() })?;
    Ok(ChaCha20Rng::from_seed(seed))
}

fn report_of(
    wrapped: &WrappedBatch,
    wrapper: &Wrapper,
    stage_cpu_seconds: WrapStageSeconds,
    started: Started,
) -> WrapReport {
    let recorded = wrapper.circuit().recorded();
    WrapReport {
        batch: wrapped.claim.batch,
        constraints: recorded.matrices.constraints() as u64,
        public_inputs: recorded.public_inputs as u64,
        wall_seconds: started.wall_seconds(),
        cpu_seconds: started.cpu_seconds(),
        stage_cpu_seconds,
        peak_rss_bytes: peak_rss_bytes(),
        words: wrapped.words.len() as u64,
        proof_bytes: PROOF_BYTES as u64,
        claim_digest: wrapped.claim_digest,
        exposed: wrapped.exposed,
        circuit_digest: wrapper.circuit().digest(),
        key_kind: wrapped.key_kind,
        verifying_key: wrapped.verifying_key,
    }
}
