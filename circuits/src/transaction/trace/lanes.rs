//! Range-check lanes: the bits of values in their windows.

use starfold_primitives::{Field, Goldilocks};

use crate::transaction::columns::{NarrowLaneColumns, WideLaneColumns};
use crate::transaction::schedule::{BLOCK_ROWS, STEPS};

/// A value that a lane reads, high bit first, in rows that begin with a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) first_group: usize,
    pub(super) bits: u32,
    pub(super) value: u64,
}

/// The bits of a lane, row by row; rows outside the windows read zeros.
pub(super) fn bits(windows: &[Window]) -> [bool; BLOCK_ROWS] {
    let mut bits = [false; BLOCK_ROWS];
    for window in windows {
        for position in 0..window.bits {
            let row = window.first_group * STEPS + position as usize;
            bits[row] = window.value >> (window.bits - 1 - position) & 1 == 1;
        }
    }
    bits
}

/// What a lane has read up to every row; it begins anew after the groups in `ends`.
fn values(bits: &[bool; BLOCK_ROWS], ends: &[usize]) -> [Goldilocks; BLOCK_ROWS] {
    let mut value = Goldilocks::ZERO;
    std::array::from_fn(|row| {
        if row % STEPS == 0 && row > 0 && ends.contains(&(row / STEPS - 1)) {
            value = Goldilocks::ZERO;
        }
        value = value.double() + Goldilocks::from_bool(bits[row]);
        value
    })
}

/// The rows of a narrow lane.
pub(super) fn narrow(windows: &[Window]) -> [NarrowLaneColumns<Goldilocks>; BLOCK_ROWS] {
    let bits = bits(windows);
    let values = values(&bits, &[1, 4, 6, 8, 10, 13]);
    std::array::from_fn(|row| NarrowLaneColumns {
        bit: Goldilocks::from_bool(bits[row]),
        value: values[row],
    })
}

/// The rows of a lane that reads canonical field elements; a window is four groups long and begins with one of
/// `first_groups`.
pub(super) fn wide(
    windows: &[Window],
    first_groups: &[usize],
) -> [WideLaneColumns<Goldilocks>; BLOCK_ROWS] {
    let bits = bits(windows);
    let ends: Vec<usize> = first_groups.iter().filter_map(|group| group.checked_sub(1)).collect();
    let values = values(&bits, &ends);
    let mut ones = true;
    std::array::from_fn(|row| {
        let columns = WideLaneColumns {
            bit: Goldilocks::from_bool(bits[row]),
            value: values[row],
            ones: Goldilocks::from_bool(ones),
        };
        let group = row / STEPS;
        let upper = first_groups.iter().any(|&first| (first..first + 2).contains(&group));
        let lower = first_groups.iter().any(|&first| (first + 2..first + 4).contains(&group));
        let restarts = row % STEPS == STEPS - 1 && first_groups.contains(&(group + 1));
        ones = if upper { ones && bits[row] } else { !lower || ones || restarts };
        columns
    })
}
