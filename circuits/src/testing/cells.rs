//! No cell is free: whatever 1 is added to, a constraint notices.

use std::ops::Range;

use starfold_primitives::claim::Claim;
use starfold_primitives::{Field, Goldilocks};

use super::AirFault;
use crate::air::{Air, ColumnInfo, Layout, Trace, check_trace};

/// A cell that no constraint notices a change of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeCell {
    /// The name of its column.
    pub column: String,
    /// Its row.
    pub row: usize,
}

/// Adds 1 to each cell of the `rows` of an honest trace for which `tried` holds, and checks that a constraint notices.
/// What is free on purpose is left out by `tried`, which is given the row, the column's name and the trace.
///
/// A free cell is not always a hole: a column that a row does not use may hold anything. But whoever reads the AIR has
/// to find that out, so it is better to force such cells to zero.
///
/// # Errors
/// [`AirFault::FreeCells`] lists them.
pub fn check_cells<A: Air>(
    air: &A,
    trace: &Trace,
    claim: &Claim<Goldilocks>,
    rows: Range<usize>,
    tried: impl Fn(usize, &str, &Trace) -> bool,
) -> Result<(), AirFault> {
    let mut columns: Vec<ColumnInfo> = vec![];
    A::Columns::describe("", "", &mut columns);
    let mut changed = trace.clone();
    let mut cells = vec![];
    for row in rows {
        // the row before speaks of this one; before the first comes the last
        let before = (row + trace.height() - 1) % trace.height();
        for (column, info) in columns.iter().enumerate() {
            if !tried(row, &info.name, trace) {
                continue;
            }
            changed[row][column] += Goldilocks::ONE;
            if check_trace(air, &changed, claim, [before, row]).is_empty() {
                cells.push(FreeCell { column: info.name.clone(), row });
            }
            changed[row][column] = trace[row][column];
        }
    }
    if cells.is_empty() { Ok(()) } else { Err(AirFault::FreeCells { cells }) }
}
