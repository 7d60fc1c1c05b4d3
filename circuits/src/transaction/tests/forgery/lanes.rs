//! Range-check lanes.

use starfold_primitives::{Field, Goldilocks, PrimeField64};

use crate::gadgets::tests::forging::{read_narrow, read_wide};
use crate::transaction::schedule::*;

use super::{Forgery, ONE, ZERO, row_of};

fn bit(value: u64, bits: u32, position: u32) -> Goldilocks {
    Goldilocks::from_bool(value >> (bits - 1 - position) & 1 == 1)
}

impl Forgery {
    /// Reads the bits of a narrow lane again.
    pub(in super::super) fn read_narrow(&mut self, lane: usize) {
        let ends = NARROW_ENDS.map(|group| row_of(group, LAST_STEP));
        read_narrow(&mut self.rows, &ends, |row| &mut row.narrow[lane]);
    }

    /// Reads the bits of a wide lane again.
    pub(in super::super) fn read_wide(&mut self, lane: usize) {
        let starts = WIDE_STARTS.map(|group| row_of(group, 0));
        read_wide(&mut self.rows, &starts, |row| &mut row.wide[lane]);
    }

    /// Lets a narrow lane read the low 32 bits of a value in a window.
    pub(in super::super) fn narrow(&mut self, lane: usize, group: usize, value: Goldilocks) {
        let value = value.to_canonical_u64();
        for position in 0..32 {
            let row = row_of(group, position as usize);
            self.rows[row].narrow[lane].bit = bit(value, 32, position);
        }
        self.read_narrow(lane);
    }

    /// Lets a wide lane read an integer in a window.
    pub(in super::super) fn wide(&mut self, lane: usize, group: usize, value: u64) {
        for position in 0..64 {
            let row = row_of(group, position as usize);
            self.rows[row].wide[lane].bit = bit(value, 64, position);
        }
        self.read_wide(lane);
    }

    /// Turns a bit of a narrow lane.
    pub(in super::super) fn turn_narrow(&mut self, lane: usize, group: usize, step: usize) {
        let bit = &mut self.at(group, step).narrow[lane].bit;
        *bit = ONE - *bit;
        self.read_narrow(lane);
    }

    /// Turns a bit of a wide lane.
    pub(in super::super) fn turn_wide(&mut self, lane: usize, group: usize, step: usize) {
        let bit = &mut self.at(group, step).wide[lane].bit;
        *bit = ONE - *bit;
        self.read_wide(lane);
    }

    /// Lets the lanes read what they check.
    pub(super) fn fill_lanes(&mut self) {
        let operation = self.registers();
        let balance =
            |forgery: &Self, section: Section| forgery.rows[section.first_row()].balance.new;
        let sections = [SENDER_TOKEN, SENDER_FEE, RECIPIENT_TOKEN];
        let [low, high] = operation.fee_limbs;
        let small = [operation.fee_count, low, high, operation.margin];
        let indices = [operation.valid_until, operation.to, ZERO, ZERO];
        for lane in 0..4 {
            let windows = [(0, operation.amount), (2, small), (9, indices)];
            for (group, values) in windows {
                self.narrow(lane, group, values[lane]);
            }
            for section in sections {
                self.narrow(lane, section.first, balance(self, section)[lane]);
            }
        }
        let ([k0, k1, k2, k3, k4], [a0, a1, a2]) = (operation.new_key, operation.address);
        for (group, values) in
            WIDE_STARTS.into_iter().zip([[k0, k1, k2], [k3, k4, a0], [a1, a2, ZERO]])
        {
            for (lane, value) in values.into_iter().enumerate() {
                self.wide(lane, group, value.to_canonical_u64());
            }
        }
    }
}
