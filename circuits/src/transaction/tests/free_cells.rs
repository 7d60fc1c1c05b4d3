//! No cell is free: whatever 1 is added to, a constraint notices.

use std::hash::{BuildHasher, RandomState};

use starfold_primitives::{Field, Goldilocks};

use crate::air::{Layout, check_trace};
use crate::transaction::columns::TransactionColumns;
use crate::transaction::schedule::{BLOCK_ROWS, LEAF_GROUPS, STEPS};
use crate::transaction::trace::SegmentTrace;
use crate::transaction::{COLUMNS, TransactionAir};

use super::fixture::{Case, whole_batch};

/// One cell in how many is tried, where not all are.
const SAMPLE: u64 = 10;

/// Off the paths, where both halves of a permutation's input are equal, «left» and «right» say the same.
fn free_on_purpose(column: &str, row: usize, cells: &[Goldilocks; COLUMNS]) -> bool {
    let input = TransactionColumns::<()>::read(&mut cells.as_slice()).poseidon.input;
    column == "path.bit"
        && LEAF_GROUPS.contains(&(row % BLOCK_ROWS / STEPS))
        && input[..4] == input[4..8]
}

/// The cells of these rows that can be changed without breaking anything.
fn free_cells(
    trace: SegmentTrace,
    tried_rows: std::ops::Range<usize>,
    tried: impl Fn(usize, usize) -> bool,
) -> Vec<String> {
    let mut columns = vec![];
    TransactionColumns::<()>::describe("", "", &mut columns);
    let SegmentTrace { mut rows, claim } = trace;
    let mut free = vec![];
    for row in tried_rows {
        for column in (0..COLUMNS).filter(|&column| tried(row, column)) {
            rows[row][column] += Goldilocks::ONE;
            let window = row.saturating_sub(1)..=row;
            let accepted = check_trace(&TransactionAir, &rows, &claim, window).is_empty();
            rows[row][column] -= Goldilocks::ONE;
            let name = &columns[column].name;
            if accepted && !free_on_purpose(name, row, &rows[row]) {
                free.push(format!("{name} in group {}, step {}", row / STEPS, row % STEPS));
            }
        }
    }
    free
}

const NONE: Vec<String> = vec![];

#[test]
fn no_cell_of_a_transfer_is_free() {
    assert_eq!(free_cells(Case::Transfer.segment(), 0..BLOCK_ROWS, |_, _| true), NONE);
}

#[test]
fn no_cell_of_the_other_kinds_is_free() {
    let hasher = RandomState::new();
    for case in Case::ALL.into_iter().filter(|case| *case != Case::Transfer) {
        let tried = |row, column| hasher.hash_one((case as u8, row, column)).is_multiple_of(SAMPLE);
        assert_eq!(free_cells(case.segment(), 0..BLOCK_ROWS, tried), NONE, "{case:?}");
    }
}

#[test]
fn no_cell_between_two_blocks_is_free() {
    let trace = whole_batch();
    for block in 1..trace.rows.len() / BLOCK_ROWS {
        let first = block * BLOCK_ROWS;
        let neighbours = first - 1..first + 1;
        assert_eq!(free_cells(trace.clone(), neighbours, |_, _| true), NONE, "block {block}");
    }
}
