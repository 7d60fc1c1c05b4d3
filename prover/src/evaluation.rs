//! Sums over many polynomials, or over all coefficients of one, by packed arithmetic.
//!
//! A sum of products of elements of the extension field with elements of the base field is two sums over the base field.

use plonky2::field::extension::quadratic::QuadraticExtension;
use plonky2::field::packed::PackedField;
use plonky2::field::polynomial::PolynomialCoeffs;
use plonky2::field::types::Field;
use rayon::prelude::*;

use crate::{EXTENSION, Extension, F, Packed};

/// Coefficients that one task sums up.
const COEFFICIENTS_AT_A_TIME: usize = 1024;

/// Both coordinates of elements of the extension field.
pub(crate) struct Coordinates([Vec<F>; EXTENSION]);

impl Coordinates {
    /// The powers 0 to `length - 1` of an element.
    pub(crate) fn powers(base: Extension, length: usize) -> Self {
        let mut coordinates = [(); EXTENSION].map(|()| Vec::with_capacity(length));
        for power in base.powers().take(length) {
            for (list, coordinate) in coordinates.iter_mut().zip(power.0) {
                list.push(coordinate);
            }
        }
        Self(coordinates)
    }

    fn of(elements: &[Extension]) -> Self {
        let coordinate = |i: usize| elements.iter().map(|e| e.0[i]).collect();
        Self([coordinate(0), coordinate(1)])
    }

    fn into_elements(self) -> Vec<Extension> {
        let [first, second] = self.0;
        let pairs = first.into_iter().zip(second);
        pairs.map(|(a, b)| QuadraticExtension([a, b])).collect()
    }
}

/// The value of a polynomial where these are the powers of the point.
pub(crate) fn evaluate(polynomial: &PolynomialCoeffs<F>, powers: &Coordinates) -> Extension {
    QuadraticExtension([0, 1].map(|i| dot(&polynomial.coeffs, &powers.0[i])))
}

fn dot(left: &[F], right: &[F]) -> F {
    let whole = left.len() / Packed::WIDTH * Packed::WIDTH;
    let (left, left_rest) = left.split_at(whole);
    let (right, right_rest) = right[..whole + left_rest.len()].split_at(whole);
    let products = Packed::pack_slice(left).iter().zip(Packed::pack_slice(right));
    let sum = products.fold(Packed::ZEROS, |sum, (&a, &b)| sum + a * b);
    let rest = left_rest.iter().zip(right_rest).map(|(&a, &b)| a * b);
    sum.as_slice().iter().copied().chain(rest).sum()
}

/// `sum of weights[j] polynomials[j]`, for polynomials of one length.
pub(crate) fn combine(
    polynomials: &[&PolynomialCoeffs<F>],
    weights: &[Extension],
) -> Vec<Extension> {
    let weights = Coordinates::of(weights);
    let length = polynomials.first().map_or(0, |polynomial| polynomial.len());
    let mut sums = Coordinates([vec![F::ZERO; length], vec![F::ZERO; length]]);
    for (sums, weights) in sums.0.iter_mut().zip(&weights.0) {
        sums.par_chunks_mut(COEFFICIENTS_AT_A_TIME).enumerate().for_each(|(chunk, sums)| {
            let first = chunk * COEFFICIENTS_AT_A_TIME;
            for (polynomial, &weight) in polynomials.iter().zip(weights) {
                add_multiple(sums, &polynomial.coeffs[first..first + sums.len()], weight);
            }
        });
    }
    sums.into_elements()
}

fn add_multiple(sums: &mut [F], values: &[F], weight: F) {
    let whole = sums.len() / Packed::WIDTH * Packed::WIDTH;
    let (packed, rest) = sums.split_at_mut(whole);
    let (packed_values, rest_values) = values.split_at(whole);
    let packed_values = Packed::pack_slice(packed_values);
    for (sum, &value) in Packed::pack_slice_mut(packed).iter_mut().zip(packed_values) {
        *sum += value * weight;
    }
    for (sum, &value) in rest.iter_mut().zip(rest_values) {
        *sum += value * weight;
    }
}

/// The values on a coset of the base field of a polynomial over the extension field, of which only the first
/// `2^-rate_bits` coefficients are not zero.
pub(crate) fn coset_values(
    coefficients: &[Extension],
    shift: F,
    rate_bits: usize,
) -> Vec<Extension> {
    let values = Coordinates::of(coefficients).0.map(|coordinate| {
        let polynomial = PolynomialCoeffs::new(coordinate);
        polynomial.coset_fft_with_options(shift, Some(rate_bits), None).values
    });
    Coordinates(values).into_elements()
}
