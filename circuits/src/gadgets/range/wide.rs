//! Lanes for canonical field elements.

use starfold_primitives::{Field, GOLDILOCKS_ORDER, Goldilocks};

use super::{Window, bits, values};
use crate::air::{AirBuilder, Cell, Domain, Expression, columns};
use crate::gadgets::schedule::ScheduleColumns;

columns! {
    /// Reads 64 bits, high first, as one canonical field element.
    pub struct WideLaneColumns {
        /// The bit.
        bit: Cell,
        /// The bits so far.
        value: Cell,
        /// Whether all of the upper 32 bits before this one were 1.
        ones: Cell,
    }
}

/// Rows of a window, one for each bit of an element.
pub const WIDE_WINDOW_ROWS: usize = 64;
const HALF_ROWS: usize = WIDE_WINDOW_ROWS / 2;

/// The windows of lanes that read canonical field elements.
#[derive(Clone, Copy, Debug)]
pub struct WideWindows<E> {
    /// 1 in the last row before a window; degree 2.
    pub ends: E,
    /// 1 in the upper half of a window; degree 1.
    pub upper: E,
    /// 1 in the lower half; degree 1.
    pub lower: E,
    /// 1 in the last row of a window that another follows at once; degree 2.
    pub restarts: E,
}

impl<E: Expression> WideWindows<E> {
    /// Windows of 64 rows that begin with the groups in `starts`, in ascending order, in every block anew.
    ///
    /// # Panics
    /// Where windows overlap, are not in order, or do not lie in the block.
    pub fn new<B: AirBuilder<Expr = E>, const GROUPS: usize, const STEPS: usize>(
        schedule: &ScheduleColumns<E, GROUPS, STEPS>,
        starts: &[usize],
        builder: &B,
    ) -> Self {
        const { assert!(HALF_ROWS.is_multiple_of(STEPS), "half a window is whole groups") };
        let half = HALF_ROWS / STEPS;
        let limits = starts.iter().skip(1).copied().chain([GROUPS]);
        let apart = starts.iter().zip(limits).all(|(start, limit)| start + 2 * half <= limit);
        assert!(apart, "windows lie in the block one after the other");
        let halves =
            |from: usize| starts.iter().flat_map(move |start| start + from..start + from + half);
        let before = starts.iter().filter_map(|start| start.checked_sub(1));
        let last = starts.iter().map(|start| start + 2 * half - 1);
        let restarts = last.filter(|&last| last + 1 == GROUPS || starts.contains(&(last + 1)));
        Self {
            ends: schedule.ends(before.chain([GROUPS - 1]), builder),
            upper: schedule.groups(halves(0), builder),
            lower: schedule.groups(halves(half), builder),
            restarts: schedule.ends(restarts, builder),
        }
    }
}

/// The names of a wide lane's constraints, where an AIR tells its lanes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WideNames {
    /// The bit is a bit.
    pub bits: &'static str,
    /// The value in the first row.
    pub start: &'static str,
    /// The value in every other row.
    pub appends: &'static str,
    /// The ones in the first row.
    pub ones_start: &'static str,
    /// The ones in every other row.
    pub ones: &'static str,
    /// The value is below p.
    pub canonical: &'static str,
}

/// The names of any wide lane.
pub const WIDE_LANE: WideNames = WideNames {
    bits: "a wide lane reads bits",
    start: "a wide lane starts with its first bit",
    appends: "a wide lane appends the bit",
    ones_start: "a wide lane starts with no zero seen",
    ones: "a wide lane remembers whether its upper bits are all 1",
    canonical: "below 32 ones a wide lane reads zeros",
};

const _: () = assert!(GOLDILOCKS_ORDER == 0xffff_ffff << 32 | 1, "canonical: not 32 ones and more");

/// Lets a lane read canonical field elements of 64 bits: p - 1 is 32 ones and 32 zeros.
pub fn constrain_wide<B: AirBuilder>(
    names: WideNames,
    local: &WideLaneColumns<B::Expr>,
    next: &WideLaneColumns<B::Expr>,
    windows: &WideWindows<B::Expr>,
    builder: &mut B,
) {
    let one = builder.one();
    let WideWindows { ends, upper, lower, restarts } = *windows;
    builder.assert_bool(names.bits, local.bit);
    builder.assert_zero(names.start, Domain::FirstRow, local.value - local.bit);
    let twice = (one - ends) * (local.value + local.value);
    builder.assert_zero(names.appends, Domain::Transition, next.value - next.bit - twice);
    builder.assert_zero(names.ones_start, Domain::FirstRow, local.ones - one);
    let idle = one - upper - lower;
    let remembered =
        idle + upper * local.ones * local.bit + lower * local.ones + restarts * (one - local.ones);
    builder.assert_zero(names.ones, Domain::Transition, next.ones - remembered);
    builder.assert_zero(names.canonical, Domain::EveryRow, lower * local.ones * local.bit);
}

/// A lane in a block of `ROWS` rows that reads elements in windows of 64 rows beginning with the rows in `starts`; the
/// rows outside of them read zeros.
///
/// # Panics
/// Where a window does not lie in the block.
pub fn generate_wide<const ROWS: usize>(
    starts: &[usize],
    elements: &[u64],
) -> [WideLaneColumns<Goldilocks>; ROWS] {
    let bits_of = |(&first_row, &value)| Window { first_row, bits: u64::BITS, value };
    let windows: Vec<Window> = starts.iter().zip(elements).map(bits_of).collect();
    let bits = bits::<ROWS>(&windows);
    let ends: Vec<usize> = starts.iter().filter_map(|start| start.checked_sub(1)).collect();
    let values = values(&bits, &ends);
    let within = |from: usize, row: usize| {
        starts.iter().any(|start| (start + from..start + from + HALF_ROWS).contains(&row))
    };
    let mut ones = true;
    std::array::from_fn(|row| {
        let columns = WideLaneColumns {
            bit: Goldilocks::from_bool(bits[row]),
            value: values[row],
            ones: Goldilocks::from_bool(ones),
        };
        let (upper, lower) = (within(0, row), within(HALF_ROWS, row));
        let restarts = starts.contains(&(row + 1));
        ones = if upper { ones && bits[row] } else { !lower || ones || restarts };
        columns
    })
}
