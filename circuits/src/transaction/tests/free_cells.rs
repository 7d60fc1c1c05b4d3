//! No cell is free: whatever 1 is added to, a constraint notices.

use std::hash::{BuildHasher, RandomState};

use starfold_primitives::{Field, Goldilocks};

use crate::air::{Layout, check_trace};
use crate::transaction::columns::TransactionColumns;
use crate::transaction::schedule::{BLOCK_ROWS, LEAF_GROUPS, STEPS};
use crate::transaction::{COLUMNS, TransactionAir};

use super::fixture::Case;

/// One cell in how many is tried, where not all are.
const SAMPLE: u64 = 10;

/// Off the paths, where both halves of a permutation's input are equal, «left» and «right» say the same.
fn free_on_purpose(column: &str, row: usize, cells: &[Goldilocks; COLUMNS]) -> bool {
    let input = TransactionColumns::<()>::read(&mut cells.as_slice()).poseidon.input;
    column == "path.bit" && LEAF_GROUPS.contains(&(row / STEPS)) && input[..4] == input[4..8]
}

/// The cells of a block that can be changed without breaking anything.
fn free_cells(case: Case, tried: impl Fn(usize, usize) -> bool) -> Vec<String> {
    let mut columns = vec![];
    TransactionColumns::<()>::describe("", "", &mut columns);
    let trace = case.segment();
    let mut rows = trace.rows;
    let mut free = vec![];
    for row in 0..BLOCK_ROWS {
        for column in (0..COLUMNS).filter(|&column| tried(row, column)) {
            rows[row][column] += Goldilocks::ONE;
            let window = row.saturating_sub(1)..=row;
            let accepted = check_trace(&TransactionAir, &rows, &trace.claim, window).is_empty();
            rows[row][column] -= Goldilocks::ONE;
            let name = &columns[column].name;
            if accepted && !free_on_purpose(name, row, &rows[row]) {
                free.push(format!("{name} in group {}, step {}", row / STEPS, row % STEPS));
            }
        }
    }
    free
}

#[test]
fn no_cell_of_a_transfer_is_free() {
    assert_eq!(free_cells(Case::Transfer, |_, _| true), Vec::<String>::new());
}

#[test]
fn no_cell_of_the_other_kinds_is_free() {
    let hasher = RandomState::new();
    for case in Case::ALL.into_iter().filter(|case| *case != Case::Transfer) {
        let tried = |row, column| hasher.hash_one((case as u8, row, column)) % SAMPLE == 0;
        assert_eq!(free_cells(case, tried), Vec::<String>::new(), "{case:?}");
    }
}
