//! Columns, constraints and trace of what several AIRs need.
//!
//! | gadget | columns | what it proves |
//! |---|---|---|
//! | [`schedule`] | groups + steps | which row of a block this is |
//! | [`poseidon`] | 248 | a permutation a row, and the capacity of a hash |
//! | [`path`] | 10 | a node of a Merkle tree becomes another, two rows a level |
//! | [`range`] | 2 or 3 a lane | values of so many bits, and canonical field elements, a bit a row |
//! | [`amount`] | none | sums and differences of 128 bits |
//! | [`words`] | none | digest and value of what is published |
//! | [`schnorr`] | 68 | `R = s G + e Q`, a bit of the challenge a row |
//! | [`gfp5`] | none | arithmetic in the field of the curve |
//!
//! A gadget is a group of columns, a function that constrains them and one that fills them. Its constraints speak of its
//! own columns and of selectors that it is given; every module says what its caller has to bind besides. Most selectors
//! come from a [`schedule`]. The constraints have degree 3 at most.

pub mod amount;
pub mod gfp5;
pub mod path;
pub mod poseidon;
pub mod range;
pub mod schedule;
pub mod schnorr;
pub mod words;

#[cfg(test)]
pub(crate) mod tests;
