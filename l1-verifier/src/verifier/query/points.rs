//! The points of a query: where its index lies in the evaluation domain, and in each domain that a fold leaves.
//!
//! Plonky2's domain is `g <w>` in bit-reversed order: the point at index i is `g w^rev(i)`. With w_j for
//! `w^(2^(n-1-j))`, of order `2^(j+1)`, that is the product of g and of all w_j whose bit of i is set. The low bits
//! therefore choose a root of unity of small order, the place within a fold's coset, and the others the coset. After
//! folds by `2^f` together the point is `x^(2^f)`, to which the f lowest bits, whose roots vanish, do not matter.
//! So every point is a table over index bits, or a product of two.

use std::ops::Range;

use starfold_primitives::{Field as _, Goldilocks, PrimeField64 as _};

use super::ARITY_BITS;
use super::index::{Index, LowTable, Table, Windows};
use crate::goldilocks::{ELEMENT_BITS, Element};
use crate::r1cs::{ConstraintSystem, Fault, Fr};

/// The evaluation domain: the coset of the multiplicative generator, in bit-reversed order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Domain {
    bits: usize,
    generator: Goldilocks,
}

/// Where the inverse of a coset's first point and its powers come from.
#[derive(Clone, Debug)]
enum InversePowers {
    /// A table for each power.
    Tables(Vec<Table>),
    /// The product of two tables, and multiplication.
    Product(Table, LowTable),
}

/// The tables of all points of a query.
#[derive(Clone, Debug)]
pub(super) struct PointTables {
    /// By fold, of its coset's first point.
    inverse_powers: Vec<InversePowers>,
    /// The ratio of the queried point and the first of its coset.
    root: LowTable,
    /// The powers of the last point by which blocks of coefficients are evaluated, from one.
    steps: Vec<Table>,
    /// The powers of the last point that lead from block to block, from one.
    strides: Vec<Table>,
}

/// Coefficients of the final polynomial in a block.
pub(super) const BLOCK: usize = 4;

/// Evaluations in a fold's coset.
const ARITY: usize = 1 << ARITY_BITS;

impl Domain {
    /// The domain of `2^bits` points.
    pub(super) fn new(bits: usize) -> Self {
        Self { bits, generator: Goldilocks::primitive_root_of_unity(bits) }
    }

    /// The point at an index.
    pub(super) fn point(&self, index: usize) -> Goldilocks {
        let reversed = (0..self.bits).fold(0, |power, bit| power << 1 | (index >> bit & 1) as u64);
        Goldilocks::MULTIPLICATIVE_GROUP_GENERATOR * self.generator.exp_u64(reversed)
    }

    /// A table of elements, as integers below p, over the index bits from one on.
    fn table(self, from: usize, entry: impl Fn(Goldilocks) -> Goldilocks) -> Result<Table, Fault> {
        Table::new(self.bits, from, |bits| integer(entry(self.point(bits << from))))
    }

    /// The same over low bits, the others being zero.
    fn low_table(self, bits: Range<usize>, entry: impl Fn(Goldilocks) -> Goldilocks) -> LowTable {
        let first = bits.start;
        LowTable::new(bits, |low| integer(entry(self.point(low << first))))
    }

    fn inverse_powers(self, folded: usize) -> Result<InversePowers, Fault> {
        let from = folded + ARITY_BITS;
        let windows = Windows::new(self.bits);
        let inverse = |point: Goldilocks| point.exp_power_of_2(folded).inverse();
        if from >= windows.middle {
            let table = |power| self.table(from, |point| inverse(point).exp_u64(power));
            return Ok(InversePowers::Tables(
                (1..ARITY as u64).map(table).collect::<Result<_, _>>()?,
            ));
        }
        let split = usize::midpoint(from, windows.high).max(windows.middle);
        let start = inverse(self.point(0)).inverse();
        let lower = self.low_table(from..split, |point| inverse(point) * start);
        Ok(InversePowers::Product(self.table(split, inverse)?, lower))
    }
}

fn integer(element: Goldilocks) -> Fr {
    Fr::from(element.to_canonical_u64())
}

impl PointTables {
    /// The tables of an index of so many bits, so many folds, and so many coefficients of the final polynomial.
    ///
    /// # Errors
    /// [`Fault::Length`] where the last domain is larger than the tables.
    pub(super) fn new(index_bits: usize, folds: usize, coefficients: usize) -> Result<Self, Fault> {
        let domain = Domain::new(index_bits);
        let first = domain.point(0).inverse();
        let folded = folds * ARITY_BITS;
        let power = |power: usize| {
            let from = folded + power.trailing_zeros() as usize;
            domain.table(from, |point| point.exp_power_of_2(folded).exp_u64(power as u64))
        };
        let blocks = coefficients.div_ceil(BLOCK);
        Ok(Self {
            inverse_powers: (0..folds)
                .map(|fold| domain.inverse_powers(fold * ARITY_BITS))
                .collect::<Result<_, _>>()?,
            root: domain.low_table(0..ARITY_BITS, |point| point * first),
            steps: (1..BLOCK.min(coefficients)).map(power).collect::<Result<_, _>>()?,
            strides: (1..blocks).map(|block| power(block * BLOCK)).collect::<Result<_, _>>()?,
        })
    }

    fn elements(
        system: &mut ConstraintSystem,
        index: &Index,
        tables: &[Table],
    ) -> Result<Vec<Element>, Fault> {
        let element = |table| {
            let entry = index.entry(system, table)?;
            // an entry is an integer below p
            Ok(Element::from_bounded(entry, ELEMENT_BITS))
        };
        tables.iter().map(element).collect()
    }

    /// The powers 1 to 7 of the inverse of the first point of a fold's coset. Integers below 2^64.
    pub(super) fn inverse_powers(
        &self,
        system: &mut ConstraintSystem,
        index: &Index,
        fold: usize,
    ) -> Result<Vec<Element>, Fault> {
        let (upper, lower) = match &self.inverse_powers[fold] {
            InversePowers::Tables(tables) => return Self::elements(system, index, tables),
            InversePowers::Product(upper, lower) => (upper, lower),
        };
        let upper = Element::from_bounded(index.entry(system, upper)?, ELEMENT_BITS);
        let lower = Element::from_bounded(index.low_entry(system, lower)?, ELEMENT_BITS);
        let inverse = upper.multiply(system, &lower)?.reduced(system)?;
        let mut powers = vec![inverse.clone()];
        while powers.len() < ARITY - 1 {
            let last = &powers[powers.len() - 1];
            powers.push(last.multiply(system, &inverse)?.reduced(system)?);
        }
        Ok(powers)
    }

    /// The point at the index, given the inverse of the first of its coset.
    ///
    /// It is a witness, bound by its product with that inverse, which must be the root of unity read from a table: as
    /// the inverse is not zero modulo p, the residue is determined.
    pub(super) fn point(
        &self,
        system: &mut ConstraintSystem,
        index: &Index,
        inverse: &Element,
    ) -> Result<Element, Fault> {
        let root = Element::from_bounded(index.low_entry(system, &self.root)?, ELEMENT_BITS);
        let first = inverse.value().try_inverse().unwrap_or(Goldilocks::ZERO);
        let point = Element::allocate(system, root.value() * first)?;
        point.multiply(system, inverse)?.enforce_equal(system, &root)?;
        Ok(point)
    }

    /// The powers of the last point with which the final polynomial is evaluated: those below [`BLOCK`], and the
    /// multiples of [`BLOCK`], each from one on. Bits that a power makes irrelevant cost nothing.
    pub(super) fn final_powers(
        &self,
        system: &mut ConstraintSystem,
        index: &Index,
    ) -> Result<[Vec<Element>; 2], Fault> {
        Ok([
            Self::elements(system, index, &self.steps)?,
            Self::elements(system, index, &self.strides)?,
        ])
    }
}
