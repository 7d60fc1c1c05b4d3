//! One query of FRI: that the committed columns are, near enough, the polynomials that were opened.
//!
//! The program follows plonky2's `fri_verifier_query_round` for the instance that its `get_fri_instance` gives, at
//! folds by eight:
//!
//! 1. the index, of which every bit is used as plonky2 does: rows stand in bit-reversed order, so that low bits choose
//!    the place within a fold's coset and high bits the coset (`index`, `points`);
//! 2. a row of each of the four trees of columns (`trees`);
//! 3. their combination, which must be the first fold's evaluation at the index (`combination`);
//! 4. the folds, each of which must give the next one's evaluation at the index (`fold`);
//! 5. the final polynomial, which must give the last (`final_polynomial`).
//!
//! Every witness is range-checked, or a hash that leads to a cap, or determined by a constraint; each module says how.
//! What all queries share is in the [`QueryContext`].

mod combination;
mod context;
mod final_polynomial;
mod fold;
mod index;
mod points;
#[cfg(test)]
mod tests;
mod trees;

pub use context::QueryContext;

use plonky2::fri::proof::{FriInitialTreeProof, FriQueryRound};
use starfold_primitives::Goldilocks;

use self::combination::{Columns, enforce_combination};
use self::fold::{Coset, EightTimes};
use self::index::Index;
use self::trees::{Cap, enforce_member, open_fixed_row, open_row};
use crate::bn254::OuterHasher;
use crate::r1cs::{Bit, ConstraintSystem, Fault};

/// The logarithm of the evaluations in a fold's coset.
const ARITY_BITS: usize = 3;

/// The trees of columns: constants, wires, permutation, quotients.
const TREES: usize = 4;

/// What the prover opens at one index.
pub type QueryRound = FriQueryRound<Goldilocks, OuterHasher, 2>;

fn expect_length(what: &'static str, actual: usize, expected: usize) -> Result<(), Fault> {
    if actual == expected { Ok(()) } else { Err(Fault::Length { what, expected, actual }) }
}

/// Opens the rows of columns at the index.
fn open_columns(
    system: &mut ConstraintSystem,
    context: &QueryContext,
    index: &Index,
    proof: &FriInitialTreeProof<Goldilocks, OuterHasher>,
) -> Result<Columns, Fault> {
    expect_length("the list of rows", proof.evals_proofs.len(), TREES)?;
    system.enter_section("query: rows");
    let row = |tree: usize| proof.evals_proofs[tree].0.as_slice();
    let lengths = &context.lengths;
    let columns = Columns {
        constants: open_fixed_row(system, row(0), lengths.constants)?,
        wires: open_row(system, row(1), lengths.wires)?,
        permutation: open_row(system, row(2), lengths.permutation)?,
        quotients: open_row(system, row(3), lengths.quotients)?,
    };
    system.enter_section("query: paths");
    let [wires, permutation, quotients] = context.caps.each_ref().map(|cap| Cap::Variable(cap));
    let (height, table) = (context.constants_height, &context.constants_nodes);
    let members = [
        (&columns.constants, Cap::Fixed { height, table }),
        (&columns.wires, wires),
        (&columns.permutation, permutation),
        (&columns.quotients, quotients),
    ];
    for ((row, cap), (_, path)) in members.into_iter().zip(&proof.evals_proofs) {
        enforce_member(system, index, 0, row, path, cap)?;
    }
    Ok(columns)
}

/// That a query holds, at the index whose bits are given, low first.
///
/// # Errors
/// [`Fault::Unsatisfied`] where it does not, [`Fault::Length`] where the round or the index has another shape than the
/// context.
pub fn verify_query(
    system: &mut ConstraintSystem,
    context: &QueryContext,
    index: &[Bit],
    round: &QueryRound,
) -> Result<(), Fault> {
    let folds = context.beta_powers.len();
    expect_length("the list of folds", round.steps.len(), folds)?;
    system.enter_section("query: index");
    let index = Index::new(system, context.index_bits, index)?;
    let columns = open_columns(system, context, &index, &round.initial_trees_proof)?;

    let mut previous: Option<EightTimes> = None;
    for (fold, (step, beta_powers)) in round.steps.iter().zip(&context.beta_powers).enumerate() {
        let coset = Coset::open(system, context, &index, fold, step)?;
        system.enter_section("query: points");
        let inverse_powers = context.points.inverse_powers(system, &index, fold)?;
        let evaluation = coset.at_index(system, &index, fold)?;
        if let Some(previous) = previous {
            system.enter_section("query: folds");
            previous.enforce_of(system, &evaluation)?;
        } else {
            let point = context.points.point(system, &index, &inverse_powers[0])?;
            system.enter_section("query: combination");
            enforce_combination(system, context, &columns, &point, &evaluation)?;
        }
        system.enter_section("query: folds");
        previous = Some(coset.fold(system, &inverse_powers, beta_powers)?);
    }
    system.enter_section("query: final polynomial");
    let last = final_polynomial::evaluate(system, context, &index)?;
    previous.map_or(Ok(()), |previous| previous.enforce_of(system, &last))
}
