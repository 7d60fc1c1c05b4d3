//! Elements at as many points as one task evaluates, and their arithmetic.

use std::array;
use std::ops::{Add, Mul, Sub};

use plonky2::field::extension::Extendable;
use plonky2::field::packed::PackedField;

use crate::{EXTENSION, F, Packed};

/// Points of the coset that one task evaluates.
pub(crate) const POINTS: usize = 32;
/// Packed elements of a block.
pub(crate) const PACKS: usize = POINTS / Packed::WIDTH;
const _: () = assert!(POINTS.is_multiple_of(Packed::WIDTH));

/// An element at each point. While one pack waits for a result, the others have work for the same instructions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block(pub(crate) [Packed; PACKS]);

impl Block {
    pub(crate) const ZERO: Self = Self([Packed::ZEROS; PACKS]);
    pub(crate) const ONE: Self = Self([Packed::ONES; PACKS]);

    /// The same element at every point.
    #[inline(always)]
    pub(crate) fn splat(element: F) -> Self {
        Self([Packed::from(element); PACKS])
    }
}

impl Add for Block {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(array::from_fn(|i| self.0[i] + other.0[i]))
    }
}

impl Sub for Block {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(array::from_fn(|i| self.0[i] - other.0[i]))
    }
}

impl Mul for Block {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(array::from_fn(|i| self.0[i] * other.0[i]))
    }
}

/// An element of the extension field at each point, by coordinates.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExtensionBlock(pub(super) [Block; EXTENSION]);

impl ExtensionBlock {
    pub(super) const ZERO: Self = Self([Block::ZERO; EXTENSION]);
    pub(super) const ONE: Self = Self([Block::ONE, Block::ZERO]);

    /// The element whose coordinates begin at this place.
    #[inline(always)]
    pub(super) fn from_wires(wires: &[Block], place: usize) -> Self {
        Self([wires[place], wires[place + 1]])
    }

    /// The product with elements of the base field.
    #[inline(always)]
    pub(super) fn scale(self, factor: Block) -> Self {
        Self(self.0.map(|coordinate| coordinate * factor))
    }
}

impl Add for ExtensionBlock {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self([self.0[0] + other.0[0], self.0[1] + other.0[1]])
    }
}

impl Sub for ExtensionBlock {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self([self.0[0] - other.0[0], self.0[1] - other.0[1]])
    }
}

impl Mul for ExtensionBlock {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        let square_of_root = Block::splat(<F as Extendable<EXTENSION>>::W);
        Self([a * c + b * d * square_of_root, a * d + b * c])
    }
}
