//! The quotient: all constraints of the circuit, combined by powers of alpha and divided by the vanishing polynomial.

use std::ops::Range;

use plonky2::field::packed::PackedField;
use plonky2::field::polynomial::{PolynomialCoeffs, PolynomialValues};
use plonky2::field::types::Field;
use plonky2::field::zero_poly_coset::ZeroPolyOnCoset;
use plonky2::plonk::vars::EvaluationVarsBaseBatch;
use plonky2::util::log2_ceil;
use plonky2::util::serialization::{Buffer, Read, Write};
use rayon::prelude::*;

use super::permutation::Terms;
use super::{Committed, Common, PermutationChallenges, PublicInputsHash};
use crate::{Commitment, F, Packed, ProveError};

/// Points of the coset that one task evaluates.
const POINTS: usize = 32;
const PACKS: usize = POINTS / Packed::WIDTH;
const _: () = assert!(POINTS.is_multiple_of(Packed::WIDTH));

/// The quotients of all challenges, each in chunks of the circuit's degree.
pub(super) fn chunks(
    committed: &Committed<'_>,
    challenges: &PermutationChallenges,
    alphas: &[F],
    public_inputs_hash: &PublicInputsHash,
    common: &Common,
) -> Result<Vec<PolynomialCoeffs<F>>, ProveError> {
    let degree_bits = common.degree_bits();
    let quotient_bits = log2_ceil(common.quotient_degree_factor);
    let points = F::two_adic_subgroup(degree_bits + quotient_bits);
    let evaluation = Evaluation {
        committed,
        challenges,
        alphas,
        public_inputs_hash,
        common,
        selectors: Selectors::of(common),
        vanishing: ZeroPolyOnCoset::new(degree_bits, quotient_bits),
        step: 1 << (common.config.fri_config.rate_bits - quotient_bits),
        next: 1 << quotient_bits,
        points: &points,
    };
    let mut values = vec![vec![F::ZERO; points.len()]; alphas.len()];
    let mut by_block: Vec<Vec<&mut [F]>> = points.chunks(POINTS).map(|_| vec![]).collect();
    for column in &mut values {
        for (block, values) in by_block.iter_mut().zip(column.chunks_mut(POINTS)) {
            block.push(values);
        }
    }
    by_block
        .into_par_iter()
        .enumerate()
        .for_each(|(block, mut values)| evaluation.block(block * POINTS, &mut values));
    let mut chunks = vec![];
    for column in values {
        let mut quotient = PolynomialValues::new(column).coset_ifft(F::coset_shift());
        quotient.trim_to_len(common.quotient_degree()).map_err(|_| ProveError::Unsatisfied)?;
        chunks.extend(quotient.chunks(common.degree()));
    }
    Ok(chunks)
}

/// Which constant selects a gate, and among which gates.
struct Selectors {
    /// For each gate.
    indices: Vec<usize>,
    /// For each selector.
    groups: Vec<Range<usize>>,
}

impl Selectors {
    /// The library writes them but does not show them.
    fn of(common: &Common) -> Self {
        let mut bytes = vec![];
        let written = bytes.write_selectors_info(&common.selectors_info);
        written.expect("a list of bytes takes whatever is written");
        let mut buffer = Buffer::new(&bytes);
        let mut read = || buffer.read_usize().expect("what was just written");
        let indices = (0..read()).map(|_| read()).collect();
        let groups = (0..read()).map(|_| read()..read()).collect();
        Self { indices, groups }
    }
}

struct Evaluation<'a> {
    committed: &'a Committed<'a>,
    challenges: &'a PermutationChallenges,
    alphas: &'a [F],
    public_inputs_hash: &'a PublicInputsHash,
    common: &'a Common,
    selectors: Selectors,
    vanishing: ZeroPolyOnCoset<F>,
    /// Points of the commitments' coset for one point of the quotient's.
    step: usize,
    /// Points of the quotient's coset from one row to the next.
    next: usize,
    /// The quotient's coset before it is shifted.
    points: &'a [F],
}

impl Evaluation<'_> {
    /// The values of all quotients at the points from `first` on.
    fn block(&self, first: usize, values: &mut [&mut [F]]) {
        let Self { committed, common, .. } = self;
        let preprocessed = self.columns(committed.constants_and_sigmas, first);
        let wires = self.columns(committed.wires, first);
        let products = self.columns(committed.products, first);
        let next_products = self.columns(committed.products, first + self.next);
        let (constants, sigmas) = (common.constants_range(), common.sigmas_range());
        let gates = self.gates(&preprocessed[constants], &wires);
        let sigmas = &preprocessed[sigmas];
        let xs: Vec<F> =
            self.points[first..first + POINTS].iter().map(|&x| x * F::coset_shift()).collect();
        let first_row = self.first_row(first, &xs);
        let mut terms: Vec<Packed> = vec![];
        for pack in 0..PACKS {
            let at = |columns: &[[Packed; PACKS]]| -> Vec<Packed> {
                columns.iter().map(|column| column[pack]).collect()
            };
            let lanes = pack * Packed::WIDTH..(pack + 1) * Packed::WIDTH;
            terms.clear();
            for z in &products[common.zs_range()] {
                terms.push(first_row[pack] * (z[pack] - F::ONE));
            }
            let (wires, sigmas, products) = (at(&wires), at(sigmas), at(&products));
            let x = *Packed::from_slice(&xs[lanes.clone()]);
            for (i, z_next) in next_products[common.zs_range()].iter().enumerate() {
                let partial =
                    common.partial_products_range().start + i * common.num_partial_products;
                let mut accumulators = vec![products[i]];
                accumulators
                    .extend_from_slice(&products[partial..partial + common.num_partial_products]);
                accumulators.push(z_next[pack]);
                let (beta, gamma) = (self.challenges.betas[i], self.challenges.gammas[i]);
                let argument = Terms { common, beta, gamma };
                argument.evaluate(x, &wires, sigmas.as_slice(), &accumulators, &mut terms);
            }
            terms.extend(at(&gates));
            let inverse: Packed = self.vanishing.eval_inverse_packed(first + lanes.start);
            for (values, &alpha) in values.iter_mut().zip(self.alphas) {
                let sum = terms.iter().rev().fold(Packed::ZEROS, |sum, &term| sum * alpha + term);
                values[lanes.clone()].copy_from_slice((sum * inverse).as_slice());
            }
        }
    }

    /// The columns of a commitment at the points from `first` on.
    fn columns(&self, commitment: &Commitment, first: usize) -> Vec<[Packed; PACKS]> {
        let size = self.points.len();
        let mut columns = vec![[Packed::ZEROS; PACKS]; commitment.polynomials.len()];
        for lane in 0..POINTS {
            let row = commitment.get_lde_values((first + lane) % size, self.step);
            for (column, &value) in columns.iter_mut().zip(row) {
                column[lane / Packed::WIDTH].as_slice_mut()[lane % Packed::WIDTH] = value;
            }
        }
        columns
    }

    /// The constraints of the gates, each multiplied by its gate's filter; those of all gates one above the other.
    fn gates(
        &self,
        constants: &[[Packed; PACKS]],
        wires: &[[Packed; PACKS]],
    ) -> Vec<[Packed; PACKS]> {
        let Self { common, selectors, public_inputs_hash, .. } = self;
        let flat = |columns: &[[Packed; PACKS]]| -> Vec<F> {
            columns.iter().flatten().flat_map(|pack| pack.as_slice()).copied().collect()
        };
        let (constants, wires) = (flat(constants), flat(wires));
        let points = EvaluationVarsBaseBatch::new(POINTS, &constants, &wires, public_inputs_hash);
        let mut sums = vec![[Packed::ZEROS; PACKS]; common.num_gate_constraints];
        for (number, gate) in common.gates.iter().enumerate() {
            let selector = selectors.indices[number];
            let constraints = gate.0.eval_filtered_base_batch(
                points,
                number,
                selector,
                selectors.groups[selector].clone(),
                selectors.groups.len(),
                common.num_lookup_selectors,
            );
            let packs = Packed::pack_slice(&constraints);
            for (sum, constraint) in sums.iter_mut().zip(packs.chunks_exact(PACKS)) {
                for (sum, &pack) in sum.iter_mut().zip(constraint) {
                    *sum += pack;
                }
            }
        }
        sums
    }

    /// The polynomial that is 1 in the first row and 0 in the others: `(x^n - 1) / (n (x - 1))`.
    fn first_row(&self, first: usize, xs: &[F]) -> [Packed; PACKS] {
        let rows = F::from_canonical_usize(self.common.degree());
        let denominators: Vec<F> = xs.iter().map(|&x| rows * (x - F::ONE)).collect();
        let mut values = F::batch_multiplicative_inverse(&denominators);
        for (i, value) in values.iter_mut().enumerate() {
            *value *= self.vanishing.eval(first + i);
        }
        let mut packs = [Packed::ZEROS; PACKS];
        packs.copy_from_slice(Packed::pack_slice(&values));
        packs
    }
}
