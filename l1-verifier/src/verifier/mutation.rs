//! Changed proofs, all of which the circuit must refuse.

use rayon::prelude::*;

use super::query::QueryRound;
use super::{Queries, WrapCircuit, WrapError};
use crate::layers::{OuterProof, ProofPlace, UNREAD_PART, add_one, visit_values};
use crate::r1cs::{ConstraintSystem, Fault};

/// Constraints after which a system that serves many mutations is given up for a new one.
const SYSTEM_LIMIT: usize = 1 << 22;

/// Mutations of one task.
const TASK: usize = 128;

/// One value of a proof, to which one was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutation {
    /// The number of the value, in the order of [`visit_values`].
    pub number: usize,
    /// Where the value stands.
    pub place: ProofPlace,
    /// The constraint that refuses the changed proof, if any does.
    pub refused: Option<Fault>,
}

impl Mutation {
    /// Whether the circuit reads the value and yet accepts the changed proof.
    #[must_use]
    pub fn survives(&self) -> bool {
        self.refused.is_none() && self.place.part != UNREAD_PART
    }
}

/// How many values a proof has.
#[must_use]
pub fn values(proof: &OuterProof) -> usize {
    let mut count = 0;
    visit_values(&mut proof.clone(), |_, _| count += 1);
    count
}

/// Changes the values of these numbers, one at a time, and looks for the first constraint that does not hold. Numbers
/// that the proof does not have are passed over.
///
/// # Errors
/// [`WrapError`] where the proof itself is wrong.
pub fn mutate(
    circuit: &WrapCircuit,
    proof: &OuterProof,
    numbers: &[usize],
) -> Result<Vec<Mutation>, WrapError> {
    let tasks = numbers.par_chunks(TASK).map(|numbers| {
        let mut prepared = None;
        let mutations = numbers.iter().filter_map(|&number| {
            let mut changed = proof.clone();
            let place = add_one(&mut changed, number)?;
            let refused = match place.query {
                Some(query) => refuse_query(circuit, proof, &mut prepared, query, &changed),
                None => refuse(circuit, &changed),
            };
            Some(refused.map(|refused| Mutation { number, place, refused }))
        });
        mutations.collect::<Result<Vec<_>, _>>()
    });
    Ok(tasks.collect::<Result<Vec<_>, _>>()?.concat())
}

fn refuse(circuit: &WrapCircuit, changed: &OuterProof) -> Result<Option<Fault>, WrapError> {
    match circuit.assign(changed) {
        Ok(_) => Ok(None),
        Err(WrapError::Fault(fault)) => Ok(Some(fault)),
        Err(error) => Err(error),
    }
}

/// Only the query that was changed is written again: no other constraint reads its values.
fn refuse_query(
    circuit: &WrapCircuit,
    proof: &OuterProof,
    prepared: &mut Option<(ConstraintSystem, Queries)>,
    query: usize,
    changed: &OuterProof,
) -> Result<Option<Fault>, WrapError> {
    prepared.take_if(|(system, _)| system.constraints() > SYSTEM_LIMIT);
    let (system, queries) = match prepared {
        Some(prepared) => prepared,
        None => prepared.insert(circuit.prepare(proof)?),
    };
    let round: &QueryRound = &changed.proof.opening_proof.query_round_proofs[query];
    Ok(queries.verify(system, query, round).err())
}
