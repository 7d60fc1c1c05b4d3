//! Commitments to polynomials: their values on a coset, in a Merkle tree.

use plonky2::field::fft::{FftRootTable, fft_root_table, ifft_with_options};
use plonky2::field::polynomial::{PolynomialCoeffs, PolynomialValues};
use plonky2::field::types::Field;
use plonky2::util::reverse_index_bits_in_place;
use rayon::prelude::*;

use crate::tree::merkle_tree;
use crate::{Commitment, F};

/// Columns that are extended before they go into the rows.
const COLUMNS_AT_A_TIME: usize = 16;

/// Commits to the polynomials with these values on the subgroup.
pub(crate) fn commit_to_values(
    values: Vec<PolynomialValues<F>>,
    rate_bits: usize,
    cap_height: usize,
) -> Commitment {
    let roots = fft_root_table(values[0].len());
    let polynomials = values
        .into_par_iter()
        .map(|column| ifft_with_options(column, None, Some(&roots)))
        .collect();
    commit_to_coefficients(polynomials, rate_bits, cap_height)
}

/// Commits to polynomials of one length, a power of two.
pub(crate) fn commit_to_coefficients(
    polynomials: Vec<PolynomialCoeffs<F>>,
    rate_bits: usize,
    cap_height: usize,
) -> Commitment {
    let degree_log = polynomials[0].log_len();
    let roots = fft_root_table(1 << (degree_log + rate_bits));
    let mut rows: Vec<Vec<F>> = (0..1usize << (degree_log + rate_bits))
        .into_par_iter()
        .map(|_| Vec::with_capacity(polynomials.len()))
        .collect();
    // a few columns at a time: all of them twice, by columns and by rows, would be most of a prover's memory
    for columns in polynomials.chunks(COLUMNS_AT_A_TIME) {
        let extended: Vec<Vec<F>> =
            columns.par_iter().map(|column| extend(column, rate_bits, &roots)).collect();
        rows.par_iter_mut()
            .enumerate()
            .for_each(|(i, row)| row.extend(extended.iter().map(|column| column[i])));
    }
    reverse_index_bits_in_place(&mut rows);
    let merkle_tree = merkle_tree(rows, cap_height);
    Commitment { polynomials, merkle_tree, degree_log, rate_bits, blinding: false }
}

/// The values of a polynomial on the coset.
fn extend(column: &PolynomialCoeffs<F>, rate_bits: usize, roots: &FftRootTable<F>) -> Vec<F> {
    let padded = column.lde(rate_bits);
    padded.coset_fft_with_options(F::coset_shift(), Some(rate_bits), Some(roots)).values
}
