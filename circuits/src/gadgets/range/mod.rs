//! Range checks by serial bits, high first.
//!
//! A lane reads one bit a row; `value` is what it has read since the window began. Comparing `value` with a register
//! in the last row of a window bounds the register by the window's length; comparing it earlier gives the register's
//! highest bits. A lane is two columns, or three, and reads as many values as the block has windows.
//!
//! * [`NarrowLaneColumns`] read values of fewer than 64 bits, such as the 32-bit limbs of an amount.
//! * [`WideLaneColumns`] read a field element as the 64 bits of its one canonical form.
//!
//! What a window bounds is the caller's to say, with a constraint for the window's last row:
//!
//! ```
//! use starfold_circuits::air::{AirBuilder, Array, Cell, Domain, columns};
//! use starfold_circuits::gadgets::range::{self, NarrowLaneColumns};
//! use starfold_circuits::gadgets::schedule::{self, ScheduleColumns};
//!
//! columns! {
//!     /// Blocks of 32 rows, each with an amount of 64 bits.
//!     pub struct Row {
//!         /// The row's place in its block.
//!         schedule: ScheduleColumns<(), 2, 16>,
//!         /// A lane for each limb.
//!         lanes: Array<NarrowLaneColumns<()>, 2>,
//!         /// The amount, 32-bit limbs, low first.
//!         amount: Array<Cell, 2>,
//!     }
//! }
//!
//! fn constrain<B: AirBuilder>(local: &Row<B::Expr>, next: &Row<B::Expr>, builder: &mut B) {
//!     schedule::constrain(&local.schedule, &next.schedule, builder);
//!     let end = local.schedule.block_end();
//!     range::constrain_narrow(&local.lanes, &next.lanes, end, builder);
//!     let values = local.lanes.map(|lane| lane.value);
//!     let name = "the limbs have 32 bits";
//!     builder.assert_equal_when(name, Domain::EveryRow, end, values, local.amount);
//! }
//! # let _ = constrain::<starfold_circuits::air::ConstraintTable>;
//! ```
//!
//! # Soundness
//!
//! A lane bounds nothing by itself. The caller binds `value` in the last row of a window, sees to it that a window is
//! as long as it should be and begins anew (`ends` is 1 in the row before), and that a register which is bound in one
//! row is the same in the rows where it is used. A window of 64 rows or more without the rule of wide lanes bounds
//! nothing: below 2^32 an element has a second form, plus p.
//!
//! Rows outside the windows read on. There a caller leaves the bits to the prover, or compares `value` with zero at the
//! end of the gap.

mod narrow;
mod wide;

pub use narrow::{NarrowLaneColumns, constrain_narrow, generate_narrow};
pub use wide::{
    WIDE_LANE, WIDE_WINDOW_ROWS, WideLaneColumns, WideNames, WideWindows, constrain_wide,
    generate_wide,
};

use starfold_primitives::{Field, Goldilocks};

/// A value that a lane reads, high bit first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The row of the block in which the highest bit stands.
    pub first_row: usize,
    /// The number of bits, one a row: 64 at most.
    pub bits: u32,
    /// The value; what exceeds the bits is cut off.
    pub value: u64,
}

/// The bits of a lane, row by row; rows outside the windows read zeros.
fn bits<const ROWS: usize>(windows: &[Window]) -> [bool; ROWS] {
    let mut bits = [false; ROWS];
    for window in windows {
        for position in 0..window.bits {
            let row = window.first_row + position as usize;
            bits[row] = window.value >> (window.bits - 1 - position) & 1 == 1;
        }
    }
    bits
}

/// What a lane has read up to every row; it begins anew after the rows in `ends`.
fn values<const ROWS: usize>(bits: &[bool; ROWS], ends: &[usize]) -> [Goldilocks; ROWS] {
    let mut value = Goldilocks::ZERO;
    std::array::from_fn(|row| {
        if row > 0 && ends.contains(&(row - 1)) {
            value = Goldilocks::ZERO;
        }
        value = value.double() + Goldilocks::from_bool(bits[row]);
        value
    })
}
