//! The matrices of a constraint system.

use std::collections::HashMap;

use ark_ff::Zero as _;

use super::{Fr, LinearCombination};

/// The column of the constant one; public inputs follow, then witnesses.
pub(super) const ONE_COLUMN: u32 = 0;

/// A sparse matrix whose rows share a table of coefficients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// Where each row ends among the entries.
    ends: Vec<usize>,
    /// Column and place in the table, columns rising within a row.
    entries: Vec<(u32, u32)>,
}

/// The matrices A, B and C of `A w * B w = C w`, where `w = (1, public inputs, witnesses)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrices {
    /// The matrix of the first factors.
    pub a: Matrix,
    /// The matrix of the second factors.
    pub b: Matrix,
    /// The matrix of the products.
    pub c: Matrix,
    table: Vec<Fr>,
    places: HashMap<Fr, u32>,
}

impl Matrix {
    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// Entries that are not zero.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    fn range(&self, row: usize) -> std::ops::Range<usize> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[row]
    }
}

impl Matrices {
    /// Constraints.
    #[must_use]
    pub fn constraints(&self) -> usize {
        self.a.rows()
    }

    /// The entries of one row: column and coefficient, columns rising.
    pub fn row<'a>(&'a self, matrix: &'a Matrix, row: usize) -> impl Iterator<Item = (usize, Fr)> {
        let entries = self.indexed_row(matrix, row);
        entries.iter().map(|&(column, place)| (column as usize, self.table[place as usize]))
    }

    /// The entries of one row: column and place among the [coefficients](Self::coefficients), columns rising.
    #[must_use]
    pub fn indexed_row<'a>(&'a self, matrix: &'a Matrix, row: usize) -> &'a [(u32, u32)] {
        &matrix.entries[matrix.range(row)]
    }

    /// The coefficients that occur, each once, in the order of first appearance row by row.
    #[must_use]
    pub fn coefficients(&self) -> &[Fr] {
        &self.table
    }

    pub(super) fn push(&mut self, factors: [&LinearCombination; 3]) {
        let Self { a, b, c, table, places } = self;
        for (matrix, combination) in [a, b, c].into_iter().zip(factors) {
            let mut place = |coefficient: Fr| {
                *places.entry(coefficient).or_insert_with(|| {
                    table.push(coefficient);
                    u32::try_from(table.len() - 1).expect("fewer coefficients than entries")
                })
            };
            if !combination.constant.is_zero() {
                matrix.entries.push((ONE_COLUMN, place(combination.constant)));
            }
            for &(variable, coefficient) in &combination.terms {
                matrix.entries.push((variable, place(coefficient)));
            }
            matrix.ends.push(matrix.entries.len());
        }
    }
}
