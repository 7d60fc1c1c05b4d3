//! Why a constraint program stops.

/// The reason for which a constraint program does not reach its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The assignment breaks a constraint: what the program verifies is wrong.
    #[error("constraint {constraint}, in the section {section}, does not hold")]
    Unsatisfied {
        /// The number of the constraint, from zero.
        constraint: usize,
        /// The section of the program.
        section: &'static str,
    },
    /// An integer could reach the order of the field: the program itself is wrong, for any values.
    #[error("in the section {section} an integer has up to {bits} bits, at most {limit} fit")]
    TooManyBits {
        /// The section of the program.
        section: &'static str,
        /// The bits that the integer could have.
        bits: u32,
        /// The bits that it may have.
        limit: u32,
    },
    /// A list has another length than the program was made for.
    #[error("{what} has length {actual}, expected {expected}")]
    Length {
        /// The list.
        what: &'static str,
        /// The length that it must have.
        expected: usize,
        /// Its length.
        actual: usize,
    },
    /// The circuit has a gate whose constraints the program cannot write.
    #[error("the gate {id} is unknown")]
    UnknownGate {
        /// The identifier of the gate.
        id: String,
    },
}
