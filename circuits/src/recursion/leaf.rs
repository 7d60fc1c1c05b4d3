//! Leaf circuits: segments of one AIR become one proof of the shape.

use std::sync::Arc;

use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_data::VerifierCircuitTarget;
use starfold_primitives::claim::BrokenChain;
use starfold_primitives::{Claim, Digest, Field, Goldilocks};
use starky::recursive_verifier::set_stark_proof_with_pis_target;

use super::backend::{
    Builder, Circuit, CircuitProof, Config, Key, ProofTarget, ProverFailure, prove, prover_failed,
};
use super::cache::{self, CacheError};
use super::child::claim_of;
use super::node::LeafProof;
use super::segment::{SegmentError, SegmentProof, SegmentSystem};
use super::segment_air::SegmentTarget;
use super::shape::{BuildError, Shape};

/// The circuit that verifies a fixed number of segments of one proof system and composes their claims. Where that
/// circuit is larger than the shape, a second one that has it verifies the first; only its digest counts then.
#[derive(Debug)]
pub struct LeafCircuit {
    system: SegmentSystem,
    circuit: Circuit,
    gates: usize,
    segments: Vec<SegmentTarget>,
    zero: Target,
    adapter: Option<Adapter>,
    key: Arc<Key>,
}

#[derive(Debug)]
struct Adapter {
    circuit: Circuit,
    gates: usize,
    proof: ProofTarget,
}

/// Why segments make no leaf proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// The circuit takes another number of segments.
    #[error("the leaf circuit takes {expected} segments, not {actual}")]
    Segments {
        /// The circuit's fan-in.
        expected: usize,
        /// The segments given.
        actual: usize,
    },
    /// A segment is not accepted.
    #[error("segment {index}: {source}")]
    Segment {
        /// Which.
        index: usize,
        /// Why.
        source: SegmentError,
    },
    /// The claims of two segments do not compose.
    #[error("segment {index} does not follow the one before: {source}")]
    BrokenChain {
        /// The later of the two.
        index: usize,
        /// Why.
        source: BrokenChain,
    },
    /// The prover failed.
    #[error(transparent)]
    Prover(#[from] ProverFailure),
}

/// The targets of a leaf circuit.
struct Targets {
    gates: usize,
    segments: Vec<SegmentTarget>,
    zero: Target,
}

fn verify_segments(shape: &Shape, system: &SegmentSystem, fan_in: usize) -> (Builder, Targets) {
    let mut builder = shape.builder();
    let degree_bits = Goldilocks::from_canonical_usize(system.degree_bits());
    let expected_bits = builder.constant(degree_bits);
    let mut claim: Option<Claim<Target>> = None;
    let mut segments = Vec::with_capacity(fan_in);
    for _ in 0..fan_in {
        let segment = system.verify_in_circuit(&mut builder);
        // the library leaves the length of the trace to the prover
        builder.connect(segment.proof.degree_bits, expected_bits);
        let next = claim_of(&segment.public_inputs);
        claim = Some(match claim {
            None => next,
            Some(claim) => claim.then(&next, |left, right| builder.connect(left, right)),
        });
        segments.push(segment);
    }
    if let Some(claim) = claim {
        builder.register_public_inputs(&claim.to_elements());
    }
    let zero = builder.zero();
    builder.register_public_inputs(&[zero; 8]);
    let gates = builder.num_gates();
    (builder, Targets { gates, segments, zero })
}

impl Adapter {
    /// The circuit of the shape that verifies a proof of `inner`, whose key is a constant, and repeats its public
    /// inputs.
    fn build(shape: &Shape, inner: &Circuit) -> Result<Self, BuildError> {
        let (builder, proof) = Self::lay_out(shape, inner);
        let gates = builder.num_gates();
        Ok(Self { circuit: shape.build(builder)?, gates, proof })
    }

    fn lay_out(shape: &Shape, inner: &Circuit) -> (Builder, ProofTarget) {
        let mut builder = shape.builder();
        let proof = builder.add_virtual_proof_with_pis(&inner.common);
        let key: VerifierCircuitTarget =
            builder.constant_verifier_data::<Config>(&inner.verifier_only);
        builder.verify_proof::<Config>(&proof, &key, &inner.common);
        builder.register_public_inputs(&proof.public_inputs);
        (builder, proof)
    }

    fn prove(&self, inner: &CircuitProof) -> Result<CircuitProof, ProverFailure> {
        let mut witness = PartialWitness::new();
        witness.set_proof_with_pis_target(&self.proof, inner).map_err(prover_failed)?;
        prove(&self.circuit, witness)
    }
}

impl LeafCircuit {
    /// Builds the circuit for `fan_in` segments.
    ///
    /// # Errors
    /// [`BuildError::PublicInputs`] for a fan-in of zero, and another [`BuildError`] where not even an adapter has
    /// the shape.
    pub fn build(shape: &Shape, system: SegmentSystem, fan_in: usize) -> Result<Self, BuildError> {
        let (builder, targets) = verify_segments(shape, &system, fan_in);
        let fitted = if shape.exceeds(targets.gates) {
            None
        } else {
            match shape.build(builder) {
                Ok(circuit) => Some(circuit),
                // the gates that the library adds at the end did not fit any more
                Err(BuildError::Degree { .. }) => None,
                Err(error) => return Err(error),
            }
        };
        let (circuit, adapter) = match fitted {
            Some(circuit) => (circuit, None),
            None => {
                let (builder, _) = verify_segments(shape, &system, fan_in);
                let inner = builder.build::<Config>();
                let adapter = Adapter::build(shape, &inner)?;
                (inner, Some(adapter))
            }
        };
        Ok(Self::assemble(system, targets, circuit, adapter))
    }

    fn assemble(
        system: SegmentSystem,
        targets: Targets,
        circuit: Circuit,
        adapter: Option<Adapter>,
    ) -> Self {
        let outer = adapter.as_ref().map_or(&circuit, |adapter| &adapter.circuit);
        let key = Arc::new(outer.verifier_only.clone());
        let Targets { gates, segments, zero } = targets;
        Self { system, circuit, gates, segments, zero, adapter, key }
    }

    /// The built circuit, with its adapter, as bytes, for [`Self::from_cache_bytes`] of the same program.
    pub fn to_cache_bytes(&self) -> Vec<u8> {
        match &self.adapter {
            None => cache::write(&[&self.circuit]),
            Some(adapter) => cache::write(&[&adapter.circuit, &self.circuit]),
        }
    }

    /// Reads the circuit for `fan_in` segments, which must have the digest `pinned`.
    ///
    /// # Errors
    /// [`CacheError`] where the bytes are damaged or another circuit's. Of a circuit inside an adapter, which has no pin
    /// of its own, configuration, size and public inputs are checked: another one makes no proof that the adapter takes.
    pub fn from_cache_bytes(
        shape: &Shape,
        system: SegmentSystem,
        fan_in: usize,
        pinned: Digest,
        bytes: &[u8],
    ) -> Result<Self, CacheError> {
        let (outer, inner) = cache::read(bytes)?;
        let outer = cache::expect_pinned(outer, pinned)?;
        shape.check(&outer.common)?;
        let (circuit, adapter) = match inner {
            None => (outer, None),
            Some(inner) => {
                shape.check_inner(&inner.common)?;
                let (builder, proof) = Adapter::lay_out(shape, &inner);
                (inner, Some(Adapter { circuit: outer, gates: builder.num_gates(), proof }))
            }
        };
        let (_, targets) = verify_segments(shape, &system, fan_in);
        Ok(Self::assemble(system, targets, circuit, adapter))
    }

    /// The circuit's digest, by which it is a member of a circuit set.
    pub fn digest(&self) -> Digest {
        Digest(self.key.circuit_digest.elements)
    }

    /// Gates before padding, of the circuit that verifies the segments.
    pub fn gates(&self) -> usize {
        self.gates
    }

    /// Gates of the adapter, where the circuit needs one.
    pub fn adapter_gates(&self) -> Option<usize> {
        self.adapter.as_ref().map(|adapter| adapter.gates)
    }

    /// Logarithm of the rows of the circuit that verifies the segments.
    pub fn degree_bits(&self) -> usize {
        self.circuit.common.degree_bits()
    }

    /// How many segments it takes.
    pub fn fan_in(&self) -> usize {
        self.segments.len()
    }

    /// The proof system of its segments.
    pub fn system(&self) -> &SegmentSystem {
        &self.system
    }

    /// Proves that the segments, which are verified first, compose.
    ///
    /// # Errors
    /// [`LeafError`] says which segment is not accepted or does not follow the one before.
    pub fn prove(&self, segments: Vec<SegmentProof>) -> Result<LeafProof, LeafError> {
        let (expected, actual) = (self.segments.len(), segments.len());
        if actual != expected {
            return Err(LeafError::Segments { expected, actual });
        }
        let mut claim: Option<Claim<Goldilocks>> = None;
        for (index, segment) in segments.iter().enumerate() {
            self.system.verify(segment).map_err(|source| LeafError::Segment { index, source })?;
            let next = segment.claim();
            claim = Some(match claim {
                None => next,
                Some(claim) => claim
                    .compose(&next)
                    .map_err(|source| LeafError::BrokenChain { index, source })?,
            });
        }
        Ok(self.prove_unchecked(&segments, self.system.degree_bits())?)
    }

    /// Proves whatever the circuit allows.
    pub(super) fn prove_unchecked(
        &self,
        segments: &[SegmentProof],
        degree_bits: usize,
    ) -> Result<LeafProof, ProverFailure> {
        let mut witness = PartialWitness::new();
        for (target, segment) in self.segments.iter().zip(segments) {
            set_stark_proof_with_pis_target(
                &mut witness,
                target,
                &segment.0,
                degree_bits,
                self.zero,
            )
            .map_err(prover_failed)?;
        }
        let inner = prove(&self.circuit, witness)?;
        let proof = match &self.adapter {
            None => inner,
            Some(adapter) => adapter.prove(&inner)?,
        };
        Ok(LeafProof { proof, key: Arc::clone(&self.key) })
    }
}
