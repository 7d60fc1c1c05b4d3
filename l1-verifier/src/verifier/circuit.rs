//! The constraint system of the wrap.

use ark_ff::{Field as _, PrimeField as _};
use starfold_primitives::{Digest, PrimeField64 as _};

use super::{Queries, verify_outer};
use crate::goldilocks::{ELEMENT_BITS, Element};
use crate::layers::{OUTER_PUBLIC_INPUTS, OuterLayer, OuterProof, OuterShapeMismatch};
use crate::r1cs::{Bit, ConstraintSystem, Fault, Fr, LinearCombination, Recorded};

/// Public inputs of the wrap.
pub const PUBLIC_INPUTS: usize = 2;

/// Elements in the first of them; the second is the last element.
const PACKED: usize = OUTER_PUBLIC_INPUTS - 1;

/// The statement that the batch circuit, and so every layer above it, exposes as `h` is proved: the circuit that Groth16
/// proves. It depends on the outer layer alone, and so on no rollup and no circuit set.
#[derive(Clone, Debug)]
pub struct WrapCircuit {
    layer: OuterLayer,
}

/// Why a proof of the outer layer has no assignment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrapError {
    /// The proof is not one of the outer layer.
    #[error(transparent)]
    Shape(#[from] OuterShapeMismatch),
    /// The proof is wrong.
    #[error("the proof of the outer layer is wrong: {0}")]
    Fault(#[from] Fault),
}

/// The public inputs that stand for `h`: `h0 + h1 2^64 + h2 2^128`, and `h3`.
#[must_use]
pub fn public_inputs(exposed: &Digest) -> [Fr; PUBLIC_INPUTS] {
    let integers =
        exposed.0.map(|element| LinearCombination::constant(Fr::from(element.to_canonical_u64())));
    [crate::poseidon2::pack(&integers[..PACKED]).value(), integers[PACKED].value()]
}

/// The public inputs for what a proof exposes, whose lengths were checked.
fn exposed_inputs(proof: &OuterProof) -> [Fr; PUBLIC_INPUTS] {
    public_inputs(&Digest(std::array::from_fn(|i| proof.public_inputs[i])))
}

/// The elements in the public inputs, each of 64 bits.
fn unpack(
    system: &mut ConstraintSystem,
    inputs: &[LinearCombination],
) -> Result<[Element; OUTER_PUBLIC_INPUTS], Fault> {
    let [packed, last] = inputs else {
        let (expected, actual) = (PUBLIC_INPUTS, inputs.len());
        return Err(Fault::Length { what: "the list of public inputs", expected, actual });
    };
    system.enter_section("public inputs");
    let base = Fr::from(2u64).pow([u64::from(ELEMENT_BITS)]);
    let limbs = packed.value().into_bigint().0;
    let [middle, upper] = [limbs[1], limbs[2]].map(|limb| system.allocate(Fr::from(limb)));
    let lowest = packed.plus_scaled(-base, &middle).plus_scaled(-base.square(), &upper);
    let mut element = |integer: &LinearCombination| {
        let bits: Vec<Bit> = system.decompose(integer, ELEMENT_BITS)?;
        Ok(Element::from_bits(&bits))
    };
    Ok([element(&lowest)?, element(&middle)?, element(&upper)?, element(last)?])
}

impl WrapCircuit {
    /// The circuit that verifies proofs of a layer.
    #[must_use]
    pub fn new(layer: OuterLayer) -> Self {
        Self { layer }
    }

    /// The layer.
    #[must_use]
    pub fn layer(&self) -> &OuterLayer {
        &self.layer
    }

    pub(super) fn run(
        &self,
        system: &mut ConstraintSystem,
        inputs: &[LinearCombination],
        proof: &OuterProof,
    ) -> Result<(), Fault> {
        let public_inputs = unpack(system, inputs)?;
        verify_outer(system, &self.layer, proof, &public_inputs)
    }

    /// The matrices and the constraints by section.
    ///
    /// # Errors
    /// [`Fault`] where the program is not written for the layer.
    pub fn record(&self) -> Result<Recorded, Fault> {
        let (mut system, inputs) = ConstraintSystem::record(PUBLIC_INPUTS);
        self.run(&mut system, &inputs, &self.layer.blank_proof())?;
        Ok(system.into_recorded().expect("the system is recorded"))
    }

    /// A checked system in which all but the queries of a proof was written.
    ///
    /// # Errors
    /// As for [`Self::assign`].
    pub(super) fn prepare(
        &self,
        proof: &OuterProof,
    ) -> Result<(ConstraintSystem, Queries), WrapError> {
        self.layer.check_lengths(proof)?;
        let (mut system, inputs) = ConstraintSystem::check(&exposed_inputs(proof));
        let public_inputs = unpack(&mut system, &inputs)?;
        let queries = Queries::prepare(&mut system, &self.layer, proof, &public_inputs)?;
        Ok((system, queries))
    }

    /// The assignment for a proof: one, the two public inputs, the witnesses. Every constraint is checked.
    ///
    /// # Errors
    /// [`WrapError`] names the part or the first constraint that is wrong.
    pub fn assign(&self, proof: &OuterProof) -> Result<Vec<Fr>, WrapError> {
        self.layer.check_lengths(proof)?;
        let (mut system, inputs) = ConstraintSystem::check(&exposed_inputs(proof));
        self.run(&mut system, &inputs, proof)?;
        Ok(system.into_assignment())
    }
}
