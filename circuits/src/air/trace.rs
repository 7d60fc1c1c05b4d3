//! A trace by rows.

use std::ops::{Index, IndexMut, Range};

use plonky2::field::polynomial::PolynomialValues;
use starfold_primitives::Goldilocks;

use super::columns::Layout;

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

    /// The cells by column, as Starky takes them.
    pub(crate) fn to_columns(&self) -> Vec<PolynomialValues<Goldilocks>> {
        (0..self.width)
            .map(|column| PolynomialValues::new(self.rows().map(|row| row[column]).collect()))
            .collect()
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
