//! Plonky2's verifier for the outer layer, in constraints.
//!
//! [`WrapCircuit`] is the constraint system that Groth16 proves. In order:
//!
//! 1. the public inputs are split into the four elements that the outer layer exposes;
//! 2. every value of the proof that more than one part reads is allocated, once ([`variables`]);
//! 3. the challenges are drawn from the transcript of those very variables ([`challenges`], [`transcript`]);
//! 4. the openings satisfy the circuit's constraints ([`vanishing`], [`gates`], [`permutation`]);
//! 5. every query ties them to the commitments ([`query`]).
//!
//! The circuit's digest, the nodes of its constants tree, and all lengths are constants of the system. Who knows an
//! assignment knows a proof whose elements are read modulo p, wherever they are used: an integer that is p or more is
//! another encoding of the same proof, with another transcript, which helps a prover no more than any other change
//! that gives new challenges.

pub mod challenges;
mod circuit;
pub mod gates;
pub mod mutation;
pub mod permutation;
pub mod query;
#[cfg(test)]
mod tests;
pub mod transcript;
pub mod vanishing;
pub mod variables;
mod weights;

pub use challenges::Challenges;
pub use circuit::{PUBLIC_INPUTS, WrapCircuit, WrapError, public_inputs};
pub use transcript::Transcript;
pub use variables::{OpeningVariables, ProofVariables};

use self::query::{QueryContext, QueryRound, verify_query};
use crate::goldilocks::Element;
use crate::layers::{OUTER_PUBLIC_INPUTS, OuterLayer, OuterProof};
use crate::r1cs::{Bit, ConstraintSystem, Fault};

/// A verification of which the queries remain.
#[derive(Debug)]
struct Queries {
    context: QueryContext,
    /// The bits of each index, low first.
    indices: Vec<Vec<Bit>>,
}

impl Queries {
    /// Writes all but the queries.
    ///
    /// # Errors
    /// As for [`verify_outer`].
    fn prepare(
        system: &mut ConstraintSystem,
        layer: &OuterLayer,
        proof: &OuterProof,
        public_inputs: &[Element; OUTER_PUBLIC_INPUTS],
    ) -> Result<Self, Fault> {
        system.enter_section("values of the proof");
        let values = ProofVariables::allocate(system, proof)?;
        system.enter_section("transcript");
        let drawn = Challenges::draw(system, layer, public_inputs, &values)?;
        let common = layer.common();
        vanishing::enforce_quotient(system, common, &values.openings, &drawn, public_inputs)?;
        let nodes = layer.constants_nodes();
        let context = QueryContext::new(system, common, nodes, &values, &drawn)?;
        Ok(Self { context, indices: drawn.query_indices })
    }

    /// Writes the query of this number.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] where it does not hold, [`Fault::Length`] where there is no such query or the round has
    /// another shape.
    fn verify(
        &self,
        system: &mut ConstraintSystem,
        query: usize,
        round: &QueryRound,
    ) -> Result<(), Fault> {
        let Some(index) = self.indices.get(query) else {
            let (expected, actual) = (self.indices.len(), query + 1);
            return Err(Fault::Length { what: "the list of queries", expected, actual });
        };
        verify_query(system, &self.context, index, round)
    }
}

/// That a proof, whose lengths were checked, is one of the layer and exposes the public inputs.
///
/// # Errors
/// [`Fault::Unsatisfied`] where it is not; or for a proof, one in 2^27, whose challenges have an encoding that the
/// transcript does not allow: another proof of the same statement will do.
fn verify_outer(
    system: &mut ConstraintSystem,
    layer: &OuterLayer,
    proof: &OuterProof,
    public_inputs: &[Element; OUTER_PUBLIC_INPUTS],
) -> Result<(), Fault> {
    let queries = Queries::prepare(system, layer, proof, public_inputs)?;
    let rounds = &proof.proof.opening_proof.query_round_proofs;
    let (expected, actual) = (queries.indices.len(), rounds.len());
    if actual != expected {
        return Err(Fault::Length { what: "the list of queries", expected, actual });
    }
    let mut numbered = rounds.iter().enumerate();
    numbered.try_for_each(|(query, round)| queries.verify(system, query, round))
}
