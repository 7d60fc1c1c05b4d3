//! ecGFp5 against reference values and against an independent slow implementation.

#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]

mod arithmetic;
mod reference;
mod vectors;
