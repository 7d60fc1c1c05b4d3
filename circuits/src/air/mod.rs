//! Constraints written once.
//!
//! An [`Air`] names its columns and asserts polynomials of two neighbouring rows. Its one `eval` is read by four
//! interpreters: the packed prover and native verifier, the recursive verifier (one adapter is both for
//! Starky), the trace checker that names what fails ([`check_trace`]), and the table of constraints
//! with their degrees ([`constraint_table`]).
//!
//! The public inputs of every AIR are the 44 elements of a [`Claim`]: that is the whole
//! interface between a trace and what folds its proof.

mod builder;
mod check;
mod circuit;
mod columns;
mod degree;
mod fingerprint;
mod packed;
mod stark;
mod trace;

#[cfg(test)]
mod tests;

pub use builder::{Air, AirBuilder, Domain, Expression};
#[cfg(any(test, feature = "testing"))]
pub(crate) use builder::{UNNAMED_ENTRY, UNNAMED_EXIT};
pub(crate) use check::first_violation;
pub use check::{Violation, check_trace};
pub use columns::{Array, Cell, ColumnInfo, Layout, columns, padded};
pub use degree::{ConstraintInfo, ConstraintTable, constraint_table};
pub(crate) use fingerprint::fingerprint;
pub use starfold_primitives::claim::{Claim, ClaimPart};
pub use starfold_primitives::{Field, Goldilocks as Element, PrimeField64};
#[cfg(any(test, feature = "testing"))]
pub(crate) use stark::AirFrame;
pub(crate) use stark::AirStark;
pub use trace::Trace;
