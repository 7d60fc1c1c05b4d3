//! A trace by rows.

use std::ops::{Index, IndexMut, Range};

use plonky2::field::polynomial::PolynomialValues;
use rayon::prelude::*;
use starfold_primitives::{Field, Goldilocks};

use super::columns::Layout;

/// Columns that are gathered in one pass over the rows: a cache line holds eight cells.
const COLUMNS_AT_A_TIME: usize = 8;

/// The cells of a trace, row after row.
///
/// `trace[row][column]` is a cell; rows are pushed by name, as values of a layout made by
/// [`columns!`](super::columns!).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    width: usize,
    cells: Vec<Goldilocks>,
}

impl Trace {
    /// An empty trace whose rows have the columns of `L`.
    pub fn new<L: Layout>() -> Self {
        Self::with_capacity::<L>(0)
    }

    /// An empty trace with memory for so many rows.
    pub fn with_capacity<L: Layout>(rows: usize) -> Self {
        Self { width: L::LEN, cells: Vec::with_capacity(rows * L::LEN) }
    }

    /// A trace of so many rows of zeros, written by all threads: the first touch of its memory takes long.
    pub(crate) fn zeros<L: Layout>(rows: usize) -> Self {
        let cells = rayon::iter::repeat_n(Goldilocks::ZERO, rows * L::LEN).collect();
        Self { width: L::LEN, cells }
    }

    /// The trace of these rows.
    pub fn from_rows<L: Layout>(rows: impl IntoIterator<Item = L::Of<Goldilocks>>) -> Self {
        let mut trace = Self::new::<L>();
        rows.into_iter().for_each(|row| trace.push::<L>(&row));
        trace
    }

    /// Appends a row.
    ///
    /// # Panics
    /// Where `L` has another number of columns than the trace.
    pub fn push<L: Layout>(&mut self, row: &L::Of<Goldilocks>) {
        assert_eq!(L::LEN, self.width, "a row has the columns of its trace");
        L::write(row, &mut self.cells);
    }

    /// The number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The number of rows.
    pub fn height(&self) -> usize {
        self.cells.len() / self.width.max(1)
    }

    /// The rows in order.
    pub fn rows(&self) -> impl Iterator<Item = &[Goldilocks]> {
        self.cells.chunks_exact(self.width.max(1))
    }

    /// A row by name.
    ///
    /// # Panics
    /// Where there is no such row, or `L` has more columns than the trace.
    pub fn row<L: Layout>(&self, row: usize) -> L::Of<Goldilocks> {
        L::read(&mut &self[row])
    }

    /// The cells from a row on, so many rows at a time.
    pub(crate) fn blocks_mut(
        &mut self,
        first: usize,
        rows: usize,
    ) -> impl IndexedParallelIterator<Item = &mut [Goldilocks]> {
        self.cells[first * self.width..].par_chunks_exact_mut(rows * self.width)
    }

    /// The cells by column, as Starky takes them.
    pub(crate) fn to_columns(&self) -> Vec<PolynomialValues<Goldilocks>> {
        let firsts = (0..self.width).into_par_iter().step_by(COLUMNS_AT_A_TIME);
        firsts.flat_map_iter(|first| self.columns(first)).collect()
    }

    /// Neighbouring columns from `first` on.
    fn columns(&self, first: usize) -> impl Iterator<Item = PolynomialValues<Goldilocks>> {
        let range = first..self.width.min(first + COLUMNS_AT_A_TIME);
        let mut columns = vec![Vec::with_capacity(self.height()); range.len()];
        for row in self.rows() {
            for (column, value) in columns.iter_mut().zip(&row[range.clone()]) {
                column.push(*value);
            }
        }
        columns.into_iter().map(PolynomialValues::new)
    }

    fn range(&self, row: usize) -> Range<usize> {
        row * self.width..(row + 1) * self.width
    }
}

impl Index<usize> for Trace {
    type Output = [Goldilocks];

    fn index(&self, row: usize) -> &[Goldilocks] {
        &self.cells[self.range(row)]
    }
}

impl IndexMut<usize> for Trace {
    fn index_mut(&mut self, row: usize) -> &mut [Goldilocks] {
        let range = self.range(row);
        &mut self.cells[range]
    }
}
