//! What the tests of an AIR need, so that every AIR gets the same scrutiny in a few lines.
//!
//! | check | what it finds |
//! |---|---|
//! | [`check_degree`] | a declared degree that is not that of the constraints, a name for constraints on different rows |
//! | [`check_agreement`] | a recursive verifier that computes something else than the native one |
//! | [`check_honest`] | a trace that the AIR refuses, by constraint and row |
//! | [`check_claim`] | elements of entry and exit that nothing binds |
//! | [`check_cells`] | cells that can be changed without breaking anything |
//! | [`check_forgeries`] | lies that break other constraints than they should, constraints that no lie breaks |
//!
//! They return what is wrong, so that a test is `check_degree(&MyAir).unwrap()`.

mod agreement;
mod cells;
mod forgeries;
pub mod strategies;

#[cfg(test)]
mod tests;

use starfold_primitives::claim::{BOUNDARY_LEN, Claim};
use starfold_primitives::{Field, Goldilocks};

use crate::air::{Air, Trace, Violation, check_trace, constraint_table};

pub use agreement::check_agreement;
pub use cells::{FreeCell, check_cells};
pub use forgeries::{Forgery, check_forgeries, edit_row};

/// What is wrong with an AIR, its trace or its tests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AirFault {
    /// The declared degree is not that of the constraints.
    #[error("the AIR declares the degree {declared}, its constraints have {actual}")]
    Degree {
        /// What it declares.
        declared: usize,
        /// The highest degree of its constraints, filters included.
        actual: usize,
    },
    /// A name stands for constraints on different rows.
    #[error("{name:?} names several constraints")]
    Name {
        /// The name.
        name: &'static str,
    },
    /// The recursive verifier computes something else than the native one.
    #[error("the recursive verifier does not compute what the native one does: {reason}")]
    Disagreement {
        /// What plonky2 says.
        reason: String,
    },
    /// An honest trace breaks constraints.
    #[error("the honest trace breaks {:?} in row {}, and {more} more", first.name, first.row)]
    Honest {
        /// The first constraint that it breaks.
        first: Violation,
        /// How often constraints are broken besides.
        more: usize,
    },
    /// Nothing binds an element of the claim.
    #[error("nothing binds element {element} of the {part}")]
    FreeElement {
        /// Entry or exit.
        part: &'static str,
        /// The element.
        element: usize,
    },
    /// Cells can be changed alone.
    #[error("{} cells are free, the first is {:?} in row {}", cells.len(), cells[0].column, cells[0].row)]
    FreeCells {
        /// Which: one or more.
        cells: Vec<FreeCell>,
    },
    /// A forgery breaks other constraints than it should.
    #[error("{title:?} breaks {actual:?}, expected {expected:?}")]
    Forgery {
        /// The forgery.
        title: &'static str,
        /// The constraints that it should break.
        expected: Vec<&'static str>,
        /// Those that it breaks.
        actual: Vec<&'static str>,
    },
    /// A forgery breaks nothing.
    #[error("{title:?} is to break nothing: then it is no forgery")]
    Harmless {
        /// The forgery.
        title: &'static str,
    },
    /// Constraints that no forgery breaks.
    #[error("no forgery breaks {names:?}")]
    NeverBroken {
        /// Their names: one or more.
        names: Vec<&'static str>,
    },
}

/// Checks that the declared degree is that of the constraints, and that no name stands for constraints on different
/// rows.
///
/// # Errors
/// [`AirFault::Degree`], [`AirFault::Name`].
pub fn check_degree<A: Air>(air: &A) -> Result<(), AirFault> {
    let table = constraint_table(air);
    let (declared, actual) = (A::DEGREE, table.degree());
    if declared != actual {
        return Err(AirFault::Degree { declared, actual });
    }
    let mut names: Vec<_> = table.constraints.iter().map(|constraint| constraint.name).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(AirFault::Name { name: pair[0] }),
        None => Ok(()),
    }
}

/// Checks that a trace breaks nothing.
///
/// # Errors
/// [`AirFault::Honest`] names the first constraint and row.
pub fn check_honest<A: Air>(
    air: &A,
    trace: &Trace,
    claim: &Claim<Goldilocks>,
) -> Result<(), AirFault> {
    let violations = check_trace(air, trace, claim, 0..trace.height());
    match violations.first() {
        None => Ok(()),
        Some(&first) => Err(AirFault::Honest { first, more: violations.len() - 1 }),
    }
}

/// Adds 1 to each element of entry and exit of an honest claim, and checks that a constraint notices: what is not bound,
/// a segment may claim at will. Elements of the context are not tried: those that no constraint names mean nothing.
///
/// # Errors
/// [`AirFault::FreeElement`] names the first element.
pub fn check_claim<A: Air>(
    air: &A,
    trace: &Trace,
    claim: &Claim<Goldilocks>,
) -> Result<(), AirFault> {
    for element in 0..BOUNDARY_LEN {
        let [mut entry, mut exit] = [*claim; 2];
        entry.entry[element] += Goldilocks::ONE;
        exit.exit[element] += Goldilocks::ONE;
        for (part, changed) in [("entry", entry), ("exit", exit)] {
            if check_trace(air, trace, &changed, 0..trace.height()).is_empty() {
                return Err(AirFault::FreeElement { part, element });
            }
        }
    }
    Ok(())
}
