//! Where a claim holds what (section 6 of the protocol).
//!
//! This is the one table of positions: whatever writes, reads, constrains or checks an element of the built-in rollup's
//! claim names it here. A slot knows the length of the part that it belongs to, so that a position in a context is
//! never used in a boundary.

use std::ops::Range;

use starfold_primitives::claim::{BOUNDARY_LEN, CONTEXT_LEN};

/// Where the entry begins among the 44 elements of a claim; the context begins at 0.
pub const ENTRY: usize = CONTEXT_LEN;
/// Where the exit begins among the 44 elements of a claim.
pub const EXIT: usize = CONTEXT_LEN + BOUNDARY_LEN;

/// `LEN` consecutive elements of a part of a claim that has `PART` elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot<const PART: usize, const LEN: usize> {
    first: usize,
}

/// Elements of the context.
pub type ContextSlot<const LEN: usize> = Slot<CONTEXT_LEN, LEN>;
/// Elements of a boundary, entry or exit.
pub type BoundarySlot<const LEN: usize> = Slot<BOUNDARY_LEN, LEN>;

impl<const PART: usize, const LEN: usize> Slot<PART, LEN> {
    const fn at(first: usize) -> Self {
        assert!(LEN > 0 && first + LEN <= PART, "a slot lies within its part");
        Self { first }
    }

    /// The positions of the elements within their part.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.first..self.first + LEN
    }

    /// The position within the part of the element that is number `index` of this slot, below `LEN`.
    #[must_use]
    pub const fn position(self, index: usize) -> usize {
        assert!(index < LEN, "the slot has fewer elements");
        self.first + index
    }

    /// The elements.
    #[must_use]
    pub fn read<T: Copy>(self, part: &[T; PART]) -> [T; LEN] {
        std::array::from_fn(|index| part[self.first + index])
    }

    /// Replaces the elements.
    pub fn write<T: Copy>(self, part: &mut [T; PART], elements: [T; LEN]) {
        part[self.range()].copy_from_slice(&elements);
    }
}

impl<const PART: usize> Slot<PART, 1> {
    /// The only element.
    #[must_use]
    pub fn get<T: Copy>(self, part: &[T; PART]) -> T {
        part[self.first]
    }
}

/// The slots of the context.
pub mod context {
    use super::ContextSlot;

    /// The chain of the contract.
    pub const CHAIN_ID: ContextSlot<1> = ContextSlot::at(0);
    /// The limbs of the contract's address.
    pub const CONTRACT: ContextSlot<3> = ContextSlot::at(1);
    /// The number of the batch.
    pub const BATCH: ContextSlot<1> = ContextSlot::at(4);
    /// The time of the batch.
    pub const TIMESTAMP: ContextSlot<1> = ContextSlot::at(5);
    /// The token in which fees are paid.
    pub const FEE_TOKEN: ContextSlot<1> = ContextSlot::at(6);
    /// Base units of the fee token in one fee unit.
    pub const FEE_UNIT: ContextSlot<1> = ContextSlot::at(7);
    /// `z1`, the point at which the words are evaluated.
    pub const WORDS_POINT: ContextSlot<2> = ContextSlot::at(8);
    /// Zeros.
    pub const PADDING: ContextSlot<2> = ContextSlot::at(10);
}

/// The slots of a boundary.
pub mod boundary {
    use super::BoundarySlot;

    /// The root of the account tree.
    pub const STATE_ROOT: BoundarySlot<4> = BoundarySlot::at(0);
    /// `D`, the digest of the words so far.
    pub const WORDS_DIGEST: BoundarySlot<4> = BoundarySlot::at(4);
    /// `y1`, the value at `z1` of the words so far.
    pub const WORDS_EVALUATION: BoundarySlot<2> = BoundarySlot::at(8);
    /// The fees taken and not yet collected.
    pub const FEE_ACCUMULATOR: BoundarySlot<1> = BoundarySlot::at(10);
    /// The transactions so far that are not Noops.
    pub const COUNTER: BoundarySlot<1> = BoundarySlot::at(11);
    /// Zeros.
    pub const PADDING: BoundarySlot<4> = BoundarySlot::at(12);
}

#[cfg(test)]
mod tests {
    use super::*;
    use starfold_primitives::Claim;
    use starfold_primitives::claim::CLAIM_LEN;

    #[test]
    fn the_context_has_every_position_once() {
        let slots = [
            context::CHAIN_ID.range(),
            context::CONTRACT.range(),
            context::BATCH.range(),
            context::TIMESTAMP.range(),
            context::FEE_TOKEN.range(),
            context::FEE_UNIT.range(),
            context::WORDS_POINT.range(),
            context::PADDING.range(),
        ];
        assert!(slots.into_iter().flatten().eq(0..CONTEXT_LEN));
    }

    #[test]
    fn a_boundary_has_every_position_once() {
        let slots = [
            boundary::STATE_ROOT.range(),
            boundary::WORDS_DIGEST.range(),
            boundary::WORDS_EVALUATION.range(),
            boundary::FEE_ACCUMULATOR.range(),
            boundary::COUNTER.range(),
            boundary::PADDING.range(),
        ];
        assert!(slots.into_iter().flatten().eq(0..BOUNDARY_LEN));
    }

    #[test]
    fn the_parts_have_every_position_once() {
        let parts = [0..ENTRY, ENTRY..EXIT, EXIT..EXIT + BOUNDARY_LEN];
        assert!(parts.into_iter().flatten().eq(0..CLAIM_LEN));
    }

    /// Where entry and exit of a claim hold a slot, told by a claim whose elements are their positions.
    fn positions<const LEN: usize>(slot: BoundarySlot<LEN>) -> [[usize; LEN]; 2] {
        let claim = Claim::from_elements(&std::array::from_fn(|position| position));
        [slot.read(&claim.entry), slot.read(&claim.exit)]
    }

    #[test]
    fn entry_and_exit_hold_the_slots_of_a_boundary() {
        assert_eq!(positions(boundary::STATE_ROOT), [[12, 13, 14, 15], [28, 29, 30, 31]]);
        assert_eq!(positions(boundary::WORDS_EVALUATION), [[20, 21], [36, 37]]);
        assert_eq!(positions(boundary::COUNTER), [[23], [39]]);
    }

    /// Writes a slot of a part of zeros, and looks where it is written.
    fn writes_only_its_own<const PART: usize, const LEN: usize>(slot: Slot<PART, LEN>) {
        let mut part = [0; PART];
        slot.write(&mut part, [1; LEN]);
        let written: Vec<usize> = (0..PART).filter(|&position| part[position] == 1).collect();
        assert!(written.iter().copied().eq(slot.range()));
        assert!(written.into_iter().eq((0..LEN).map(|index| slot.position(index))));
        assert_eq!(slot.read(&part), [1; LEN]);
    }

    #[test]
    fn slots_of_every_part_and_length_write_only_their_own() {
        writes_only_its_own(context::CHAIN_ID);
        writes_only_its_own(context::CONTRACT);
        writes_only_its_own(context::WORDS_POINT);
        writes_only_its_own(boundary::WORDS_DIGEST);
        writes_only_its_own(boundary::PADDING);
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_changes() {
        let mut part: [usize; BOUNDARY_LEN] = std::array::from_fn(|position| position);
        boundary::WORDS_DIGEST.write(&mut part, [20, 21, 22, 23]);
        assert_eq!(boundary::WORDS_DIGEST.read(&part), [20, 21, 22, 23]);
        assert_eq!(part[..4], [0, 1, 2, 3]);
        assert_eq!(part[8..], [8, 9, 10, 11, 12, 13, 14, 15]);
        assert_eq!(boundary::COUNTER.get(&part), boundary::COUNTER.position(0));
    }
}
