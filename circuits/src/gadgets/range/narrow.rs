//! Lanes for values of fewer than 64 bits.

use starfold_primitives::{Field, Goldilocks};

use super::{Window, bits, values};
use crate::air::{AirBuilder, Cell, Domain, columns};

columns! {
    /// Reads bits, high first, and compares.
    pub struct NarrowLaneColumns {
        /// The bit.
        bit: Cell,
        /// The bits so far.
        value: Cell,
    }
}

/// Lets `N` lanes with common windows read bits. `ends` is 1 in the last row before a window, the trace's first excepted,
/// and has degree 2 at most.
pub fn constrain_narrow<B: AirBuilder, const N: usize>(
    local: &[NarrowLaneColumns<B::Expr>; N],
    next: &[NarrowLaneColumns<B::Expr>; N],
    ends: B::Expr,
    builder: &mut B,
) {
    let continues = builder.one() - ends;
    for local in local {
        builder.assert_bool("a narrow lane reads bits", local.bit);
    }
    for local in local {
        let start = local.value - local.bit;
        builder.assert_zero("a narrow lane starts with its first bit", Domain::FirstRow, start);
    }
    for (local, next) in local.iter().zip(next) {
        let twice = continues * (local.value + local.value);
        let read = next.value - next.bit - twice;
        builder.assert_zero("a narrow lane appends the bit", Domain::Transition, read);
    }
}

/// A lane in a block of `ROWS` rows, which begins anew after the rows in `ends` and reads zeros outside the windows.
///
/// # Panics
/// Where a window does not lie in the block.
pub fn generate_narrow<const ROWS: usize>(
    windows: &[Window],
    ends: &[usize],
) -> [NarrowLaneColumns<Goldilocks>; ROWS] {
    let bits = bits::<ROWS>(windows);
    let values = values(&bits, ends);
    std::array::from_fn(|row| NarrowLaneColumns {
        bit: Goldilocks::from_bool(bits[row]),
        value: values[row],
    })
}
