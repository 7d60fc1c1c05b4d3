#![doc = include_str!("../README.md")]

mod air;
mod transition;

pub use air::{Audit, Audited, SolvencyAir, SolvencyColumns};
pub use transition::{AuditSteps, CountedAccount, NoAudit, Solvency, audit, liabilities};

#[cfg(test)]
mod tests;
