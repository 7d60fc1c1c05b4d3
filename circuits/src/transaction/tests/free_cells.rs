//! No cell is free: whatever 1 is added to, a constraint notices.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use crate::air::Trace;
use crate::testing::{AirFault, check_cells};
use crate::transaction::TransactionAir;
use crate::transaction::columns::TransactionColumns;
use crate::transaction::schedule::{BLOCK_ROWS, LEAF_GROUPS, STEPS};
use crate::transaction::trace::SegmentTrace;

use super::fixture::{Case, whole_batch};

/// One cell in how many is tried, where not all are.
const SAMPLE: u64 = 10;

/// Off the paths, where both halves of a permutation's input are equal, «left» and «right» say the same.
fn free_on_purpose(row: usize, column: &str, trace: &Trace) -> bool {
    column == "path.bit" && LEAF_GROUPS.contains(&(row % BLOCK_ROWS / STEPS)) && {
        let input = trace.row::<TransactionColumns<()>>(row).poseidon.input;
        input[..4] == input[4..8]
    }
}

fn check(
    trace: &SegmentTrace,
    rows: Range<usize>,
    tried: impl Fn(usize, &str) -> bool,
) -> Result<(), AirFault> {
    let SegmentTrace { rows: trace, claim, .. } = trace;
    check_cells(&TransactionAir, trace, claim, rows, |row, column, trace| {
        tried(row, column) && !free_on_purpose(row, column, trace)
    })
}

#[test]
fn no_cell_of_a_transfer_is_free() {
    assert_eq!(check(&Case::Transfer.segment(), 0..BLOCK_ROWS, |_, _| true), Ok(()));
}

#[test]
fn no_cell_of_the_other_kinds_is_free() {
    let hasher = RandomState::new();
    for case in Case::ALL.into_iter().filter(|case| *case != Case::Transfer) {
        let tried =
            |row, column: &str| hasher.hash_one((case as u8, row, column)).is_multiple_of(SAMPLE);
        assert_eq!(check(&case.segment(), 0..BLOCK_ROWS, tried), Ok(()), "{case:?}");
    }
}

#[test]
fn no_cell_between_two_blocks_is_free() {
    let trace = whole_batch();
    for block in 1..trace.rows.height() / BLOCK_ROWS {
        let first = block * BLOCK_ROWS;
        assert_eq!(check(&trace, first - 1..first + 1, |_, _| true), Ok(()), "block {block}");
    }
}
