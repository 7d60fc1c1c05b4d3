//! The fold circuit: children, each a leaf or a fold, become one. Rollups fold two; [`FoldArity`] names the others.

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
use crate::parameters::FoldArity;

/// The circuit that folds proofs into one. There is one for each shape: it depends on no leaf circuit.
#[derive(Debug)]
pub struct FoldCircuit {
    pub(super) circuit: Circuit,
    gates: usize,
    children: Vec<ChildTargets>,
    carried: Carried,
    verifier: NodeVerifier,
}

/// Why proofs do not fold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// The circuit folds another number of proofs.
    #[error("the fold circuit takes {expected} proofs, not {actual}")]
    Children {
        /// The circuit's arity.
        expected: FoldArity,
        /// The proofs given.
        actual: usize,
    },
    /// A child is not accepted.
    #[error("child {index}: {source}")]
    Child {
        /// Which, from 0.
        index: usize,
        /// Why.
        source: NodeError,
    },
    /// The claims of two children do not compose.
    #[error("child {index} does not follow the one before: {source}")]
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

/// How a fold circuit links a child to those before it: the real one composes their claims.
pub(super) type Compose = fn(&mut Builder, &Claim<Target>, &Claim<Target>) -> Claim<Target>;

fn compose(builder: &mut Builder, left: &Claim<Target>, right: &Claim<Target>) -> Claim<Target> {
    left.then(right, |a, b| builder.connect(a, b))
}

/// The targets of the circuit.
struct Targets {
    gates: usize,
    children: Vec<ChildTargets>,
    carried: Carried,
}

impl Targets {
    /// Lays the circuit out, before padding.
    fn lay_out(shape: &Shape, compose: Compose) -> (Builder, Self) {
        let mut builder = shape.builder();
        let carried = Carried { own: builder.add_virtual_hash(), set: builder.add_virtual_hash() };
        let (first, mut claim) = verify_child(&mut builder, shape, carried);
        let mut children = vec![first];
        let mut claims = vec![];
        for _ in 1..shape.arity().children() {
            let (child, next) = verify_child(&mut builder, shape, carried);
            children.push(child);
            claims.push(next);
        }
        for next in &claims {
            claim = compose(&mut builder, &claim, next);
        }
        builder.register_public_inputs(&claim.to_elements());
        builder.register_public_inputs(&carried.own.elements);
        builder.register_public_inputs(&carried.set.elements);
        let gates = builder.num_gates();
        (builder, Self { gates, children, carried })
    }

    fn with(self, shape: &Shape, circuit: Circuit) -> FoldCircuit {
        let verifier = NodeVerifier::new(shape.clone(), circuit.verifier_only.clone());
        let Self { gates, children, carried } = self;
        FoldCircuit { circuit, gates, children, carried, verifier }
    }
}

impl FoldCircuit {
    /// Builds the circuit for the shape's arity, in a second or two where that is two and parameters are standard.
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

    /// Folds two proofs, as [`Self::prove_all`].
    ///
    /// # Errors
    /// As there.
    pub fn prove(
        &self,
        set: &CircuitSet,
        left: impl Into<Node>,
        right: impl Into<Node>,
    ) -> Result<FoldProof, FoldError> {
        self.prove_all(set, &[left.into(), right.into()])
    }

    /// Folds as many proofs as the arity says, of leaf circuits in `set` or of this circuit. They are verified first.
    ///
    /// # Errors
    /// [`FoldError`] says which child is not accepted and why, or where the claims do not compose.
    pub fn prove_all(&self, set: &CircuitSet, children: &[Node]) -> Result<FoldProof, FoldError> {
        let expected = self.verifier.shape().arity();
        if children.len() != expected.children() {
            return Err(FoldError::Children { expected, actual: children.len() });
        }
        let witness = |(index, node)| {
            self.verifier
                .verify(node, set)
                .and_then(|()| self.verifier.witness(node, set))
                .map_err(|source| FoldError::Child { index, source })
        };
        let witnesses: Vec<_> =
            children.iter().enumerate().map(witness).collect::<Result<_, _>>()?;
        for (index, pair) in (1..).zip(children.windows(2)) {
            let composed = pair[0].claim().compose(&pair[1].claim());
            composed.map_err(|source| FoldError::BrokenChain { index, source })?;
        }
        Ok(self.prove_unchecked(self.digest(), set.root(), &witnesses)?)
    }

    /// Proves whatever the circuit allows.
    pub(super) fn prove_unchecked(
        &self,
        own: Digest,
        set: Digest,
        children: &[ChildWitness<'_>],
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::ParameterSet;

    /// At the standard parameters one child more would not fit, nor a shape of half as many rows.
    #[test]
    fn every_arity_fills_its_shape() {
        for arity in FoldArity::ALL {
            let shape = Shape::of_arity(ParameterSet::Standard, arity);
            let gates = Targets::lay_out(&shape, compose).1.gates;
            let rows = 1 << ParameterSet::Standard.shape_degree_bits(arity);
            assert!(gates < rows && gates + gates / arity.children() > rows, "{arity}: {gates}");
        }
    }
}
