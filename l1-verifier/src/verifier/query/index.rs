//! The bits of a query's index, and tables of constants read at them.
//!
//! A table over `k` bits is a polynomial in these bits, linear in each, so that it is a linear combination of their
//! `2^k` products. These products, the monomials, are computed once for a window of bits; then every table over the
//! window is free. A table over two windows is linear in the monomials of one, with coefficients that are tables over
//! the other: one constraint for each monomial but the constant.
//!
//! The bits are those of the transcript, each zero or one, and every monomial is the product of such. So the value
//! read is the entry at the index, for any prover.

use super::expect_length;
use crate::r1cs::{Bit, ConstraintSystem, Fault, Fr, LinearCombination};

/// Bits of a window. The monomials of two windows and a table over both cost less than one level of a Merkle tree.
const WINDOW_BITS: usize = 6;

/// The first bit of each of the two windows at the top of an index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    pub(super) middle: usize,
    pub(super) high: usize,
}

/// Consecutive bits and the products of every set of them, by mask.
#[derive(Clone, Debug)]
struct Monomials(Vec<LinearCombination>);

/// The bits of a query's index, low first, and the monomials of its windows.
#[derive(Clone, Debug)]
pub(super) struct Index {
    bits: Vec<Bit>,
    high: Monomials,
    middle: Monomials,
}

/// A table of constants over the bits of an index from one on, as the coefficients of the monomials.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The bits of the middle window that the table ignores.
    skipped: usize,
    /// By mask of the middle window's bits that count, then by mask of the high window's.
    coefficients: Vec<Vec<Fr>>,
}

/// A table of constants over a few low bits.
#[derive(Clone, Debug)]
pub(super) struct LowTable {
    bits: std::ops::Range<usize>,
    coefficients: Vec<Fr>,
}

impl Windows {
    /// The windows of an index of so many bits.
    pub(super) fn new(bits: usize) -> Self {
        let high = bits.saturating_sub(WINDOW_BITS);
        Self { middle: high.saturating_sub(WINDOW_BITS), high }
    }
}

/// The coefficients of a table's monomials: at each mask the alternating sum over its subsets.
fn coefficients(mut table: Vec<Fr>) -> Vec<Fr> {
    let mut bit = 1;
    while bit < table.len() {
        for mask in (0..table.len()).filter(|mask| mask & bit != 0) {
            let without = table[mask ^ bit];
            table[mask] -= without;
        }
        bit <<= 1;
    }
    table
}

impl Monomials {
    /// Costs a constraint for each set of two bits or more.
    fn new(system: &mut ConstraintSystem, bits: &[Bit]) -> Result<Self, Fault> {
        let mut monomials = vec![LinearCombination::one()];
        for bit in bits {
            for mask in 0..monomials.len() {
                monomials.push(system.multiply(bit.combination(), &monomials[mask])?);
            }
        }
        Ok(Self(monomials))
    }

    /// The entry of a table with these coefficients.
    ///
    /// # Errors
    /// [`Fault::Length`] where there is not one for each monomial.
    fn entry(&self, coefficients: &[Fr]) -> Result<LinearCombination, Fault> {
        expect_length("the coefficients of a table", coefficients.len(), self.0.len())?;
        Ok(LinearCombination::weighted_sum(coefficients.iter().copied().zip(&self.0)))
    }
}

impl Table {
    /// The table over an index's bits from `from` on, all within its windows, given by its entry at these bits.
    pub(super) fn new(
        index_bits: usize,
        from: usize,
        entry: impl Fn(usize) -> Fr,
    ) -> Result<Self, Fault> {
        let windows = Windows::new(index_bits);
        if from < windows.middle {
            let [expected, actual] = [windows.middle, from].map(|first| index_bits - first);
            return Err(Fault::Length { what: "the index of a table", expected, actual });
        }
        let count = windows.high.saturating_sub(from);
        let above = from.saturating_sub(windows.high);
        let size = 1 << (index_bits - windows.high);
        let lower: Vec<Vec<Fr>> = (0..size)
            .map(|high| {
                coefficients((0..1 << count).map(|l| entry(high >> above << count | l)).collect())
            })
            .collect();
        let column = |mask: usize| coefficients(lower.iter().map(|row| row[mask]).collect());
        let coefficients = (0..1 << count).map(column).collect();
        Ok(Self { skipped: from.min(windows.high) - windows.middle, coefficients })
    }
}

impl LowTable {
    /// The table over these bits, given by its entry at them.
    pub(super) fn new(bits: std::ops::Range<usize>, entry: impl Fn(usize) -> Fr) -> Self {
        let entries = (0..1 << bits.len()).map(entry).collect();
        Self { bits, coefficients: coefficients(entries) }
    }
}

impl Index {
    /// An index of so many bits, low first.
    ///
    /// # Errors
    /// [`Fault::Length`] for another number of bits.
    pub(super) fn new(
        system: &mut ConstraintSystem,
        index_bits: usize,
        bits: &[Bit],
    ) -> Result<Self, Fault> {
        expect_length("the index of a query", bits.len(), index_bits)?;
        let mut bits = bits.to_vec();
        // the lowest bit of a decomposition is a combination of all the others
        if let Some(lowest) = bits.first_mut() {
            *lowest = lowest.materialized(system)?;
        }
        let windows = Windows::new(index_bits);
        let high = Monomials::new(system, &bits[windows.high..])?;
        let middle = Monomials::new(system, &bits[windows.middle..windows.high])?;
        Ok(Self { bits, high, middle })
    }

    /// The bits, low first.
    pub(super) fn bits(&self) -> &[Bit] {
        &self.bits
    }

    /// The entry of a table. Costs `2^k - 1` constraints where it counts k bits of the middle window.
    ///
    /// # Errors
    /// [`Fault::Length`] for a table over an index of another length.
    pub(super) fn entry(
        &self,
        system: &mut ConstraintSystem,
        table: &Table,
    ) -> Result<LinearCombination, Fault> {
        let covered = table.coefficients.len() << table.skipped;
        expect_length("the columns of a table", covered, self.middle.0.len())?;
        let mut terms = Vec::with_capacity(table.coefficients.len());
        for (mask, coefficients) in table.coefficients.iter().enumerate() {
            let factor = self.high.entry(coefficients)?;
            terms.push(system.multiply(&factor, &self.middle.0[mask << table.skipped])?);
        }
        Ok(LinearCombination::sum(&terms))
    }

    /// The entry of a table over low bits. Costs `2^k - k - 1` constraints.
    ///
    /// # Errors
    /// [`Fault::Length`] as for [`Self::entry`].
    pub(super) fn low_entry(
        &self,
        system: &mut ConstraintSystem,
        table: &LowTable,
    ) -> Result<LinearCombination, Fault> {
        Monomials::new(system, &self.bits[table.bits.clone()])?.entry(&table.coefficients)
    }
}
