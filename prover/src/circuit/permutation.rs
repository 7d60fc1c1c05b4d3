//! The permutation argument: accumulators of quotients that return to 1 where wires agree with the wires that they are
//! connected to (PLONK, <https://eprint.iacr.org/2019/953>, with plonky2's partial products).

use plonky2::field::polynomial::PolynomialValues;
use plonky2::field::types::Field;
use rayon::prelude::*;

use super::{Common, PermutationChallenges, ProverData};
use crate::{F, Packed, ProverConfig};

/// Rows that one task multiplies.
const ROWS_AT_A_TIME: usize = 256;

/// The accumulators Z of all challenges, then the partial products of each.
pub(super) fn products<C: ProverConfig>(
    wires: &[Vec<F>],
    challenges: &PermutationChallenges,
    data: &ProverData<C>,
    common: &Common,
) -> Vec<PolynomialValues<F>> {
    let mut accumulators = vec![];
    let mut partial_products = vec![];
    for (&beta, &gamma) in challenges.betas.iter().zip(&challenges.gammas) {
        let quotients = chunk_quotients(wires, beta, gamma, data, common);
        let [z, partial @ ..] = &accumulate(&quotients, common)[..] else { continue };
        accumulators.push(z.clone());
        partial_products.extend(partial.iter().cloned());
    }
    accumulators.extend(partial_products);
    accumulators.into_iter().map(PolynomialValues::new).collect()
}

/// For each row and each chunk of wires the product of `(w + beta id + gamma) / (w + beta sigma + gamma)`.
fn chunk_quotients<C: ProverConfig>(
    wires: &[Vec<F>],
    beta: F,
    gamma: F,
    data: &ProverData<C>,
    common: &Common,
) -> Vec<Vec<F>> {
    let chunk_len = common.quotient_degree_factor;
    let routed = common.config.num_routed_wires;
    let blocks = common.degree().div_ceil(ROWS_AT_A_TIME);
    (0..blocks)
        .into_par_iter()
        .flat_map_iter(|block| {
            let rows = block * ROWS_AT_A_TIME..common.degree().min((block + 1) * ROWS_AT_A_TIME);
            let chunks = routed.div_ceil(chunk_len);
            let mut numerators = vec![F::ONE; rows.len() * chunks];
            let mut denominators = numerators.clone();
            for (i, row) in rows.clone().enumerate() {
                let x = beta * data.subgroup[row];
                let columns = wires.iter().zip(&common.k_is).zip(&data.sigmas[row]);
                for (wire, ((column, &shift), &sigma)) in columns.enumerate() {
                    let place = i * chunks + wire / chunk_len;
                    let value = column[row] + gamma;
                    numerators[place] *= value + shift * x;
                    denominators[place] *= value + beta * sigma;
                }
            }
            let inverses = F::batch_multiplicative_inverse(&denominators);
            let quotients: Vec<F> =
                numerators.into_iter().zip(inverses).map(|(n, inverse)| n * inverse).collect();
            quotients.chunks(chunks).map(<[F]>::to_vec).collect::<Vec<_>>()
        })
        .collect()
}

/// Z and the partial products: the running product before each row, and within it after each chunk but the last.
fn accumulate(quotients: &[Vec<F>], common: &Common) -> Vec<Vec<F>> {
    let mut columns = vec![Vec::with_capacity(quotients.len()); common.num_partial_products + 1];
    let mut product = F::ONE;
    for chunks in quotients {
        for (column, &quotient) in columns.iter_mut().zip(chunks) {
            column.push(product);
            product *= quotient;
        }
    }
    columns
}

/// What the argument asks of some points of the coset side by side.
pub(super) struct Terms<'a> {
    pub(super) common: &'a Common,
    pub(super) beta: F,
    pub(super) gamma: F,
}

impl Terms<'_> {
    /// `Z_before numerators - Z_after denominators` for each chunk of wires. `accumulators` are Z, the partial products
    /// and Z at the next point.
    pub(super) fn evaluate(
        &self,
        x: Packed,
        wires: &[Packed],
        sigmas: &[Packed],
        accumulators: &[Packed],
        terms: &mut Vec<Packed>,
    ) {
        let Self { common, beta, gamma } = self;
        let chunk_len = common.quotient_degree_factor;
        let routed = common.config.num_routed_wires;
        let x = x * *beta;
        let chunks = wires[..routed].chunks(chunk_len).zip(sigmas.chunks(chunk_len));
        let shifts = common.k_is.chunks(chunk_len);
        for (((wires, sigmas), shifts), pair) in chunks.zip(shifts).zip(accumulators.windows(2)) {
            let mut numerator = pair[0];
            let mut denominator = pair[1];
            for ((&wire, &sigma), &shift) in wires.iter().zip(sigmas).zip(shifts) {
                let value = wire + *gamma;
                numerator *= value + x * shift;
                denominator *= value + sigma * *beta;
            }
            terms.push(numerator - denominator);
        }
    }
}
