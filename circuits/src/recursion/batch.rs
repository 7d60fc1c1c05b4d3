//! The batch circuit: one leaf or fold proof becomes four elements.

use plonky2::field::extension::quadratic::QuadraticExtension;
use plonky2::hash::hash_types::{HashOut, HashOutTarget};
use plonky2::iop::ext_target::ExtensionTarget;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use starfold_primitives::Digest;
use starfold_primitives::poseidon::Domain;

use super::backend::{
    Builder, Circuit, Config, EXTENSION, ProverFailure, VerifierData, constant_digest, prove,
    prover_failed,
};
use super::cache::{self, CacheError};
use super::child::{Carried, ChildTargets, ChildWitness, verify_child};
use super::fold::FoldCircuit;
use super::node::{Node, NodeError, NodeVerifier};
use super::set::CircuitSet;
use super::shape::BuildError;
use super::sponge;
use super::statement::BatchStatement;
use super::verifier::{BatchProof, BatchVerifier};

/// Public inputs of the batch circuit, the digest `h`. With more, a wrap that takes them as they are could leave some
/// of them unbound.
pub(super) const BATCH_PUBLIC_INPUTS: usize = 4;

/// The circuit at the top of the fold. There is one for each parameter set: its digest depends neither on the number
/// of segments nor on the circuit set.
#[derive(Debug)]
pub struct BatchCircuit {
    pub(super) circuit: Circuit,
    gates: usize,
    child: ChildTargets,
    set: HashOutTarget,
    point: ExtensionTarget<EXTENSION>,
    verifier: NodeVerifier,
}

/// Why a node makes no batch proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// The node is not accepted.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The prover failed.
    #[error(transparent)]
    Prover(#[from] ProverFailure),
}

/// `h = H(ClaimPoint; C, z, y)` with `C = H(Claim; elements)` and `y` their polynomial's value at `z`.
fn compress(
    builder: &mut Builder,
    elements: &[Target],
    point: ExtensionTarget<EXTENSION>,
) -> [Target; BATCH_PUBLIC_INPUTS] {
    let digest = sponge::hash(builder, Domain::Claim, elements);
    let one = builder.one_extension();
    let value = elements.chunks_exact(EXTENSION).fold(one, |value, pair| {
        builder.mul_add_extension(value, point, ExtensionTarget([pair[0], pair[1]]))
    });
    let parts = [digest.elements.as_slice(), &point.0, &value.0].concat();
    sponge::hash(builder, Domain::ClaimPoint, &parts).elements
}

/// The targets of the circuit.
struct Targets {
    gates: usize,
    child: ChildTargets,
    set: HashOutTarget,
    point: ExtensionTarget<EXTENSION>,
}

impl Targets {
    /// Lays the circuit out.
    fn lay_out(fold: &FoldCircuit) -> (Builder, Self) {
        let shape = fold.verifier().shape();
        let mut builder = shape.builder();
        let own = constant_digest(&mut builder, fold.digest());
        let set = builder.add_virtual_hash();
        let (child, claim) = verify_child(&mut builder, shape, Carried { own, set });
        let point = builder.add_virtual_extension_target();
        let elements = [claim.to_elements().as_slice(), &set.elements].concat();
        let exposed = compress(&mut builder, &elements, point);
        builder.register_public_inputs(&exposed);
        let gates = builder.num_gates();
        (builder, Self { gates, child, set, point })
    }

    fn with(self, fold: &FoldCircuit, circuit: Circuit) -> Result<BatchCircuit, BuildError> {
        let (expected, actual) = (BATCH_PUBLIC_INPUTS, circuit.common.num_public_inputs);
        if actual != expected {
            return Err(BuildError::PublicInputs { expected, actual });
        }
        let Self { gates, child, set, point } = self;
        let verifier = fold.verifier().clone();
        Ok(BatchCircuit { circuit, gates, child, set, point, verifier })
    }
}

impl BatchCircuit {
    /// Builds the circuit on top of a fold circuit.
    ///
    /// # Errors
    /// [`BuildError::PublicInputs`] where it would expose anything but four elements.
    pub fn build(fold: &FoldCircuit) -> Result<Self, BuildError> {
        let (builder, targets) = Targets::lay_out(fold);
        targets.with(fold, builder.build::<Config>())
    }

    /// The built circuit as bytes, for [`Self::from_cache_bytes`] of the same program.
    pub fn to_cache_bytes(&self) -> Vec<u8> {
        cache::write(&[&self.circuit])
    }

    /// Reads the circuit, whose verifier data must be that of `verifier`.
    ///
    /// # Errors
    /// [`CacheError`] where the bytes are damaged or another circuit's.
    pub fn from_cache_bytes(
        fold: &FoldCircuit,
        verifier: &BatchVerifier,
        bytes: &[u8],
    ) -> Result<Self, CacheError> {
        let expected = verifier.circuit();
        let circuit = cache::read_one(bytes, expected)?;
        if circuit.verifier_data() != *verifier.verifier_data() {
            return Err(CacheError::CommonData { expected });
        }
        let (_, targets) = Targets::lay_out(fold);
        Ok(targets.with(fold, circuit)?)
    }

    /// The circuit's digest.
    pub fn digest(&self) -> Digest {
        Digest(self.circuit.verifier_only.circuit_digest.elements)
    }

    /// Gates before padding.
    pub fn gates(&self) -> usize {
        self.gates
    }

    /// Logarithm of the circuit's rows.
    pub fn degree_bits(&self) -> usize {
        self.circuit.common.degree_bits()
    }

    /// What verifies its proofs.
    pub fn verifier_data(&self) -> VerifierData {
        self.circuit.verifier_data()
    }

    /// Proves a node, a leaf or a fold, which is verified first.
    ///
    /// # Errors
    /// [`BatchError`] names the rule that the node breaks.
    pub fn prove(&self, set: &CircuitSet, node: impl Into<Node>) -> Result<BatchProof, BatchError> {
        let node = node.into();
        self.verifier.verify(&node, set)?;
        let child = self.verifier.witness(&node, set)?;
        let statement = BatchStatement { claim: node.claim(), set: set.root() };
        Ok(self.prove_unchecked(&statement, &child)?)
    }

    /// Proves whatever the circuit allows.
    pub(super) fn prove_unchecked(
        &self,
        statement: &BatchStatement,
        child: &ChildWitness<'_>,
    ) -> Result<BatchProof, ProverFailure> {
        let mut witness = PartialWitness::new();
        self.child.assign(&mut witness, child)?;
        let set = HashOut { elements: statement.set.0 };
        witness.set_hash_target(self.set, set).map_err(prover_failed)?;
        let point = QuadraticExtension(statement.compressed().point);
        witness.set_extension_target(self.point, point).map_err(prover_failed)?;
        prove(&self.circuit, witness).map(BatchProof)
    }
}
