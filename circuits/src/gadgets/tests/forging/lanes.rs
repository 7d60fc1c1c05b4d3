//! Range checks, read again from any bits.

use starfold_primitives::{Field, Goldilocks};

use crate::gadgets::range::{NarrowLaneColumns, WIDE_WINDOW_ROWS, WideLaneColumns};

/// Reads the bits of a lane again, which begins anew after the rows in `ends`.
pub(crate) fn read_narrow<R>(
    rows: &mut [R],
    ends: &[usize],
    lane: impl Fn(&mut R) -> &mut NarrowLaneColumns<Goldilocks>,
) {
    let mut value = Goldilocks::ZERO;
    for (row, columns) in rows.iter_mut().enumerate() {
        let cells = lane(columns);
        let begins = row > 0 && ends.contains(&(row - 1));
        let before = if begins { Goldilocks::ZERO } else { value };
        value = before.double() + cells.bit;
        cells.value = value;
    }
}

/// Reads the bits of a lane again, whose windows begin with the rows in `starts`; where a window was all ones above, it
/// remembers that.
pub(crate) fn read_wide<R>(
    rows: &mut [R],
    starts: &[usize],
    lane: impl Fn(&mut R) -> &mut WideLaneColumns<Goldilocks>,
) {
    const HALF: usize = WIDE_WINDOW_ROWS / 2;
    let (mut value, mut ones) = (Goldilocks::ZERO, Goldilocks::ONE);
    for (row, columns) in rows.iter_mut().enumerate() {
        let cells = lane(columns);
        let before = if starts.contains(&row) { Goldilocks::ZERO } else { value };
        value = before.double() + cells.bit;
        (cells.value, cells.ones) = (value, ones);
        let within = |from: usize| {
            starts.iter().any(|start| (start + from..start + from + HALF).contains(&row))
        };
        let restarts = starts.contains(&(row + 1));
        ones = match (within(0), within(HALF)) {
            (true, _) => ones * cells.bit,
            (_, true) if !restarts => ones,
            _ => Goldilocks::ONE,
        };
    }
}
