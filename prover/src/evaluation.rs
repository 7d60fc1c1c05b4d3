//! Sums over many polynomials, or over all coefficients of one, by packed arithmetic.
//!
//! A sum of products of elements of the extension field with elements of the base field is two sums over the base
//! field.

use plonky2::field::extension::quadratic::QuadraticExtension;
use plonky2::field::packed::PackedField;
use plonky2::field::polynomial::PolynomialCoeffs;
use plonky2::field::types::Field;
use rayon::prelude::*;

use crate::{EXTENSION, Extension, F, Packed};

/// Coefficients that one task sums up.
const COEFFICIENTS_AT_A_TIME: usize = 1024;

/// Both coordinates of elements of the extension field.
#[derive(Clone)]
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

    pub(crate) fn zeros(length: usize) -> Self {
        Self([vec![F::ZERO; length], vec![F::ZERO; length]])
    }

    /// Adds `sum of weights[j] polynomials[j]`, for polynomials of one length: coefficient by coefficient.
    pub(crate) fn add_combination(
        &mut self,
        polynomials: &[&PolynomialCoeffs<F>],
        weights: &[Extension],
    ) {
        let [first, second] = &mut self.0;
        let chunks = first
            .par_chunks_mut(COEFFICIENTS_AT_A_TIME)
            .zip(second.par_chunks_mut(COEFFICIENTS_AT_A_TIME));
        chunks.enumerate().for_each(|(chunk, (first, second))| {
            let start = chunk * COEFFICIENTS_AT_A_TIME;
            for (polynomial, weight) in polynomials.iter().zip(weights) {
                let coefficients = &polynomial.coeffs[start..start + first.len()];
                add_multiple([first, second], coefficients, weight.0);
            }
        });
    }

    fn of(elements: &[Extension]) -> Self {
        let coordinate = |i: usize| elements.iter().map(|e| e.0[i]).collect();
        Self([coordinate(0), coordinate(1)])
    }

    pub(crate) fn into_elements(self) -> Vec<Extension> {
        let [first, second] = self.0;
        let pairs = first.into_iter().zip(second);
        pairs.map(|(a, b)| QuadraticExtension([a, b])).collect()
    }
}

/// The values of a polynomial at points of which these are the powers. All in one pass: a coefficient is read once.
pub(crate) fn evaluate<const POINTS: usize>(
    polynomial: &PolynomialCoeffs<F>,
    powers: [&Coordinates; POINTS],
) -> [Extension; POINTS] {
    let coefficients = &polynomial.coeffs[..];
    let whole = coefficients.len() / Packed::WIDTH * Packed::WIDTH;
    let (packed, rest) = coefficients.split_at(whole);
    let packed_powers =
        powers.map(|p| p.0.each_ref().map(|list| Packed::pack_slice(&list[..whole])));
    let mut sums = [[Packed::ZEROS; EXTENSION]; POINTS];
    for (i, &coefficient) in Packed::pack_slice(packed).iter().enumerate() {
        for (sums, powers) in sums.iter_mut().zip(&packed_powers) {
            for (sum, powers) in sums.iter_mut().zip(powers) {
                *sum += coefficient * powers[i];
            }
        }
    }
    let value = |point: usize, coordinate: usize| -> F {
        let rest_powers = &powers[point].0[coordinate][whole..];
        let rest = rest.iter().zip(rest_powers).map(|(&a, &b)| a * b);
        sums[point][coordinate].as_slice().iter().copied().chain(rest).sum()
    };
    std::array::from_fn(|point| QuadraticExtension([value(point, 0), value(point, 1)]))
}

/// Adds a multiple of the values to both coordinates.
fn add_multiple(
    [first, second]: [&mut [F]; EXTENSION],
    values: &[F],
    [weight, other_weight]: [F; EXTENSION],
) {
    let whole = values.len() / Packed::WIDTH * Packed::WIDTH;
    let (packed, rest) = values.split_at(whole);
    let (first, first_rest) = first.split_at_mut(whole);
    let (second, second_rest) = second.split_at_mut(whole);
    let sums = Packed::pack_slice_mut(first).iter_mut().zip(Packed::pack_slice_mut(second));
    for ((sum, other_sum), &value) in sums.zip(Packed::pack_slice(packed)) {
        *sum += value * weight;
        *other_sum += value * other_weight;
    }
    for ((sum, other_sum), &value) in first_rest.iter_mut().zip(second_rest).zip(rest) {
        *sum += value * weight;
        *other_sum += value * other_weight;
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
