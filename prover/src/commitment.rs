//! Commitments to polynomials: their values on a coset, in a Merkle tree.

use std::{array, mem};

use plonky2::field::batch_util::batch_multiply_inplace;
use plonky2::field::fft::{FftRootTable, fft_root_table, fft_with_options};
use plonky2::field::packed::PackedField;
use plonky2::field::polynomial::{PolynomialCoeffs, PolynomialValues};
use plonky2::field::types::Field;
use plonky2::util::reverse_index_bits_in_place;
use rayon::prelude::*;
use starfold_hashing::{Tile, transpose};

use crate::tree::merkle_tree;
use crate::{Commitment, F, Packed, ProverConfig};

/// Columns that are extended before they go into the rows.
const COLUMNS_AT_A_TIME: usize = 16;

/// Commits to the polynomials with these values on the subgroup.
pub(crate) fn commit_to_values<C: ProverConfig>(
    values: Vec<PolynomialValues<F>>,
    rate_bits: usize,
    cap_height: usize,
) -> Commitment<C> {
    let length = values[0].len();
    let roots = fft_root_table(length);
    let scale = vec![F::inverse_2exp(length.ilog2() as usize); length];
    let polynomials = values
        .into_par_iter()
        .map(|column| {
            let column = PolynomialCoeffs::new(column.values);
            let mut coefficients = fft_with_options(column, None, Some(&roots)).values;
            // the inverse root's powers are the root's in reverse
            coefficients[1..].reverse();
            batch_multiply_inplace(&mut coefficients, &scale);
            PolynomialCoeffs::new(coefficients)
        })
        .collect();
    commit_to_coefficients(polynomials, rate_bits, cap_height)
}

/// Commits to polynomials of one length, a power of two.
pub(crate) fn commit_to_coefficients<C: ProverConfig>(
    polynomials: Vec<PolynomialCoeffs<F>>,
    rate_bits: usize,
    cap_height: usize,
) -> Commitment<C> {
    let degree_log = polynomials[0].log_len();
    let coset = Coset {
        shifts: F::coset_shift().powers().take(1 << degree_log).collect(),
        roots: fft_root_table(1 << (degree_log + rate_bits)),
        rate_bits,
    };
    let mut rows: Vec<Vec<F>> = (0..1usize << (degree_log + rate_bits))
        .into_par_iter()
        .map(|_| Vec::with_capacity(polynomials.len()))
        .collect();
    // a few columns at a time: all of them twice, by columns and by rows, would be most of a prover's memory
    let mut extended = vec![vec![]; COLUMNS_AT_A_TIME.min(polynomials.len())];
    for columns in polynomials.chunks(COLUMNS_AT_A_TIME) {
        extended.truncate(columns.len());
        extended.par_iter_mut().zip(columns).for_each(|(values, p)| coset.extend(p, values));
        rows.par_chunks_mut(Packed::WIDTH)
            .enumerate()
            .for_each(|(chunk, rows)| append(rows, &extended, chunk * Packed::WIDTH));
    }
    reverse_index_bits_in_place(&mut rows);
    let merkle_tree = merkle_tree(rows, cap_height);
    Commitment { polynomials, merkle_tree, degree_log, rate_bits, blinding: false }
}

/// Appends the values that the columns have from `first` on to the rows, one to each.
fn append(rows: &mut [Vec<F>], columns: &[Vec<F>], first: usize) {
    let range = first..first + rows.len();
    let squares = if rows.len() == Packed::WIDTH { columns.len() / Packed::WIDTH } else { 0 };
    let (whole, rest) = columns.split_at(squares * Packed::WIDTH);
    for columns in whole.chunks_exact(Packed::WIDTH) {
        let mut tile: Tile = array::from_fn(|i| *Packed::from_slice(&columns[i][range.clone()]));
        transpose(&mut tile);
        for (row, values) in rows.iter_mut().zip(tile) {
            row.extend_from_slice(values.as_slice());
        }
    }
    for column in rest {
        for (row, &value) in rows.iter_mut().zip(&column[range.clone()]) {
            row.push(value);
        }
    }
}

/// The coset on which polynomials of one length are evaluated.
struct Coset {
    /// The powers of the shift, as many as a polynomial has coefficients.
    shifts: Vec<F>,
    roots: FftRootTable<F>,
    rate_bits: usize,
}

impl Coset {
    /// Makes `values` those of a polynomial on the coset. The buffer is used again.
    fn extend(&self, polynomial: &PolynomialCoeffs<F>, values: &mut Vec<F>) {
        let mut buffer = mem::take(values);
        buffer.clear();
        buffer.extend_from_slice(&polynomial.coeffs);
        batch_multiply_inplace(&mut buffer, &self.shifts);
        buffer.resize(self.shifts.len() << self.rate_bits, F::ZERO);
        let padded = PolynomialCoeffs::new(buffer);
        *values = fft_with_options(padded, Some(self.rate_bits), Some(&self.roots)).values;
    }
}
