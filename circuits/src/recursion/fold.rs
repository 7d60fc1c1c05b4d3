//! The fold circuit: two children, each a leaf or a fold, become one.

use plonky2::hash::hash_types::HashOut;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use starfold_primitives::claim::{BrokenChain, Claim};
use starfold_primitives::{Digest, Goldilocks};

use super::backend::{Builder, Circuit, ProverFailure, prove, prover_failed};
use super::cache::{self, CacheError};
use super::child::{Carried, ChildTargets, ChildWitness, verify_child};
use super::node::{FoldProof, Node, NodeError, NodeVerifier};
use super::set::CircuitSet;
use super::shape::{BuildError, Shape};

/// The circuit that folds two proofs into one. There is one for each parameter set: it depends on no leaf circuit.
#[derive(Debug)]
pub struct FoldCircuit {
    pub(super) circuit: Circuit,
    gates: usize,
    children: [ChildTargets; 2],
    carried: Carried,
    verifier: NodeVerifier,
}

/// Which child an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first.
    Left,
    /// The second.
    Right,
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Left => "left",
            Self::Right => "right",
        })
    }
}

/// Why two proofs do not fold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// A child is not accepted.
    #[error("the {side} child: {source}")]
    Child {
        /// Which.
        side: Side,
        /// Why.
        source: NodeError,
    },
    /// The claims do not compose.
    #[error(transparent)]
    BrokenChain(#[from] BrokenChain),
    /// The prover failed.
    #[error(transparent)]
    Prover(#[from] ProverFailure),
}

/// How a fold circuit links its children: the real one composes their claims.
pub(super) type Compose = fn(&mut Builder, &Claim<Target>, &Claim<Target>) -> Claim<Target>;

fn compose(builder: &mut Builder, left: &Claim<Target>, right: &Claim<Target>) -> Claim<Target> {
    left.then(right, |a, b| builder.connect(a, b))
}

/// The targets of the circuit.
struct Targets {
    gates: usize,
    children: [ChildTargets; 2],
    carried: Carried,
}

impl Targets {
    /// Lays the circuit out, before padding.
    fn lay_out(shape: &Shape, compose: Compose) -> (Builder, Self) {
        let mut builder = shape.builder();
        let carried = Carried { own: builder.add_virtual_hash(), set: builder.add_virtual_hash() };
        let (left, left_claim) = verify_child(&mut builder, shape, carried);
        let (right, right_claim) = verify_child(&mut builder, shape, carried);
        let claim = compose(&mut builder, &left_claim, &right_claim);
        builder.register_public_inputs(&claim.to_elements());
        builder.register_public_inputs(&carried.own.elements);
        builder.register_public_inputs(&carried.set.elements);
        let gates = builder.num_gates();
        (builder, Self { gates, children: [left, right], carried })
    }

    fn with(self, shape: &Shape, circuit: Circuit) -> FoldCircuit {
        let verifier = NodeVerifier::new(shape.clone(), circuit.verifier_only.clone());
        let Self { gates, children, carried } = self;
        FoldCircuit { circuit, gates, children, carried, verifier }
    }
}

impl FoldCircuit {
    /// Builds the circuit, in a second or two at the standard parameters.
    ///
    /// # Errors
    /// [`BuildError`] where it does not fit the shape, which no parameter set of this crate lets happen.
    pub fn build(shape: &Shape) -> Result<Self, BuildError> {
        Self::build_with(shape, compose)
    }

    pub(super) fn build_with(shape: &Shape, compose: Compose) -> Result<Self, BuildError> {
        let (builder, targets) = Targets::lay_out(shape, compose);
        Ok(targets.with(shape, shape.build(builder)?))
    }

    /// The built circuit as bytes, for [`Self::from_cache_bytes`] of the same program.
    pub fn to_cache_bytes(&self) -> Vec<u8> {
        cache::write(&[&self.circuit])
    }

    /// Reads the circuit, which must have the digest `pinned`.
    ///
    /// # Errors
    /// [`CacheError`] where the bytes are damaged or another circuit's.
    pub fn from_cache_bytes(
        shape: &Shape,
        pinned: Digest,
        bytes: &[u8],
    ) -> Result<Self, CacheError> {
        let circuit = cache::read_one(bytes, pinned)?;
        shape.check(&circuit.common)?;
        let (_, targets) = Targets::lay_out(shape, compose);
        Ok(targets.with(shape, circuit))
    }

    /// The circuit's digest.
    pub fn digest(&self) -> Digest {
        self.verifier.fold_circuit()
    }

    /// Gates before padding.
    pub fn gates(&self) -> usize {
        self.gates
    }

    /// What verifies leaf and fold proofs natively.
    pub fn verifier(&self) -> &NodeVerifier {
        &self.verifier
    }

    /// Folds two proofs of leaf circuits in `set` or of this circuit, which are verified first.
    ///
    /// # Errors
    /// [`FoldError`] says which child is not accepted and why, or where the claims do not compose.
    pub fn prove(
        &self,
        set: &CircuitSet,
        left: impl Into<Node>,
        right: impl Into<Node>,
    ) -> Result<FoldProof, FoldError> {
        let (left, right) = (left.into(), right.into());
        let witness = |side, node| {
            self.verifier
                .verify(node, set)
                .and_then(|()| self.verifier.witness(node, set))
                .map_err(|source| FoldError::Child { side, source })
        };
        let children = [witness(Side::Left, &left)?, witness(Side::Right, &right)?];
        left.claim().compose(&right.claim())?;
        Ok(self.prove_unchecked(self.digest(), set.root(), &children)?)
    }

    /// Proves whatever the circuit allows.
    pub(super) fn prove_unchecked(
        &self,
        own: Digest,
        set: Digest,
        children: &[ChildWitness<'_>; 2],
    ) -> Result<FoldProof, ProverFailure> {
        let mut witness = PartialWitness::<Goldilocks>::new();
        for (targets, child) in self.children.iter().zip(children) {
            targets.assign(&mut witness, child)?;
        }
        for (target, digest) in [(self.carried.own, own), (self.carried.set, set)] {
            let hash = HashOut { elements: digest.0 };
            witness.set_hash_target(target, hash).map_err(prover_failed)?;
        }
        prove(&self.circuit, witness).map(FoldProof)
    }
}
