//! Range-check lanes.

use starfold_primitives::{Field, Goldilocks, PrimeField64};

use crate::transaction::columns::WideLaneColumns;
use crate::transaction::schedule::*;

use super::{Forgery, ONE, Row, ZERO, row_of};

const NARROW_ENDS: [usize; 6] = [1, 4, 6, 8, 10, 13];

/// The first groups of the windows of a wide lane.
pub(super) const WIDE: [usize; 3] = [0, 5, 9];
/// The same for the challenge.
pub(super) const CHALLENGE: [usize; 3] = [0, 4, 8];

fn starts(row: usize, ends: &[usize]) -> bool {
    row == 0 || row.is_multiple_of(STEPS) && ends.contains(&(row / STEPS - 1))
}

fn bit(value: u64, bits: u32, position: u32) -> Goldilocks {
    Goldilocks::from_bool(value >> (bits - 1 - position) & 1 == 1)
}

/// Reads the bits of a lane again; where a window was all ones above, it remembers that.
pub(super) fn read_wide(
    rows: &mut [Row],
    windows: [usize; 3],
    lane: impl Fn(&mut Row) -> &mut WideLaneColumns<Goldilocks>,
) {
    let ends: Vec<usize> = windows.iter().filter_map(|first| first.checked_sub(1)).collect();
    let (mut value, mut ones) = (ZERO, ONE);
    for (row, columns) in rows.iter_mut().enumerate() {
        let cells = lane(columns);
        let before = if starts(row, &ends) { ZERO } else { value };
        value = before.double() + cells.bit;
        (cells.value, cells.ones) = (value, ones);
        let within = |from: usize| {
            windows.iter().any(|first| (first + from..first + from + 2).contains(&(row / STEPS)))
        };
        let restarts = row % STEPS == LAST_STEP && windows.contains(&(row / STEPS + 1));
        ones = match (within(0), within(2)) {
            (true, _) => ones * cells.bit,
            (_, true) if !restarts => ones,
            _ => ONE,
        };
    }
}

impl Forgery {
    /// Reads the bits of a narrow lane again.
    pub(in super::super) fn read_narrow(&mut self, lane: usize) {
        let mut value = ZERO;
        for (row, columns) in self.rows.iter_mut().enumerate() {
            let before = if starts(row, &NARROW_ENDS) { ZERO } else { value };
            value = before.double() + columns.narrow[lane].bit;
            columns.narrow[lane].value = value;
        }
    }

    /// Reads the bits of a wide lane again.
    pub(in super::super) fn read_wide(&mut self, lane: usize) {
        read_wide(&mut self.rows, WIDE, |row| &mut row.wide[lane]);
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
        for (group, values) in WIDE.into_iter().zip([[k0, k1, k2], [k3, k4, a0], [a1, a2, ZERO]]) {
            for (lane, value) in values.into_iter().enumerate() {
                self.wide(lane, group, value.to_canonical_u64());
            }
        }
    }
}
