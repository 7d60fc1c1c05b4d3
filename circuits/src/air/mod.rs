//! Constraints written once.
//!
//! An [`Air`] names its columns and asserts polynomials of two neighbouring rows. Its one `eval` is read by four
//! interpreters: the packed prover and native verifier, the recursive verifier ([`AirStark`] is both for
//! Starky), the trace checker that names what fails ([`check_trace`]), and the table of constraints
//! with their degrees ([`constraint_table`]).
//!
//! The public inputs of every AIR are the 44 elements of a [`Claim`](starfold_primitives::Claim): that is the whole
//! interface between a trace and what folds its proof.

mod builder;
mod check;
mod circuit;
mod columns;
mod degree;
mod packed;
mod stark;

#[cfg(test)]
mod tests;

pub use builder::{Air, AirBuilder, Domain, Expression};
pub use check::{Violation, check_trace};
pub use columns::{Array, Cell, ColumnInfo, Layout, columns};
pub use degree::{ConstraintInfo, ConstraintTable, constraint_table};
pub use stark::AirStark;
