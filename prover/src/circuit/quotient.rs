//! The quotient: all constraints of the circuit, combined by powers of alpha and divided by the vanishing polynomial.

use std::array;
use std::ops::Range;

use plonky2::field::packed::PackedField;
use plonky2::field::polynomial::{PolynomialCoeffs, PolynomialValues};
use plonky2::field::types::Field;
use plonky2::field::zero_poly_coset::ZeroPolyOnCoset;
use plonky2::plonk::vars::EvaluationVarsBaseBatch;
use plonky2::util::log2_ceil;
use plonky2::util::serialization::{Buffer, Read, Write};
use rayon::prelude::*;
use starfold_hashing::for_each_column;

use super::block::{Block, PACKS, POINTS};
use super::gates::{BlockGate, Constraints, block_gate};
use super::permutation::Terms;
use super::{Committed, Common, PermutationChallenges, PublicInputsHash};
use crate::{Commitment, F, Packed, ProveError, ProverConfig};

/// What selects a gate of another group.
const UNUSED_SELECTOR: u32 = u32::MAX;

/// The quotients of all challenges, each in chunks of the circuit's degree.
pub(super) fn chunks<C: ProverConfig>(
    committed: &Committed<'_, C>,
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
        gates: common.gates.iter().map(block_gate).collect(),
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

    /// What is zero in the rows of other gates.
    fn filter(&self, gate: usize, constants: &[Block]) -> Block {
        let selector = self.indices[gate];
        let others = self.groups[selector].clone().filter(|&other| other != gate);
        let unused = (self.groups.len() > 1).then_some(UNUSED_SELECTOR as usize);
        others.chain(unused).fold(Block::ONE, |filter, other| {
            filter * (Block::splat(F::from_canonical_usize(other)) - constants[selector])
        })
    }
}

struct Evaluation<'a, C: ProverConfig> {
    committed: &'a Committed<'a, C>,
    challenges: &'a PermutationChallenges,
    alphas: &'a [F],
    public_inputs_hash: &'a PublicInputsHash,
    common: &'a Common,
    selectors: Selectors,
    /// Those of the circuit's gates that are evaluated here.
    gates: Vec<Option<Box<dyn BlockGate>>>,
    vanishing: ZeroPolyOnCoset<F>,
    /// Points of the commitments' coset for one point of the quotient's.
    step: usize,
    /// Points of the quotient's coset from one row to the next.
    next: usize,
    /// The quotient's coset before it is shifted.
    points: &'a [F],
}

impl<C: ProverConfig> Evaluation<'_, C> {
    /// The values of all quotients at the points from `first` on: a block of them, or all where they are fewer. The
    /// rest of the block then repeats them.
    fn block(&self, first: usize, values: &mut [&mut [F]]) {
        let Self { committed, common, .. } = self;
        let preprocessed = self.columns(committed.constants_and_sigmas, first);
        let wires = self.columns(committed.wires, first);
        let products = self.columns(committed.products, first);
        let next_products = self.columns(committed.products, first + self.next);
        let (constants, sigmas) = (common.constants_range(), common.sigmas_range());
        let gates = self.gates(&preprocessed[constants], &wires);
        let sigmas = &preprocessed[sigmas];
        let repeated = self.points.iter().cycle().skip(first).take(POINTS);
        let xs: Vec<F> = repeated.map(|&x| x * F::coset_shift()).collect();
        let first_row = self.first_row(first, &xs);
        let mut terms: Vec<Packed> = vec![];
        let packs = self.points.len().div_ceil(Packed::WIDTH);
        for (pack, &first_row) in first_row.iter().enumerate().take(packs) {
            let at = |columns: &[Block]| -> Vec<Packed> {
                columns.iter().map(|column| column.0[pack]).collect()
            };
            let lanes = pack * Packed::WIDTH..(pack + 1) * Packed::WIDTH;
            terms.clear();
            for z in &products[common.zs_range()] {
                terms.push(first_row * (z.0[pack] - F::ONE));
            }
            let (wires, sigmas, products) = (at(&wires), at(sigmas), at(&products));
            let x = *Packed::from_slice(&xs[lanes.clone()]);
            for (i, z_next) in next_products[common.zs_range()].iter().enumerate() {
                let partial =
                    common.partial_products_range().start + i * common.num_partial_products;
                let mut accumulators = vec![products[i]];
                accumulators
                    .extend_from_slice(&products[partial..partial + common.num_partial_products]);
                accumulators.push(z_next.0[pack]);
                let (beta, gamma) = (self.challenges.betas[i], self.challenges.gammas[i]);
                let argument = Terms { common, beta, gamma };
                argument.evaluate(x, &wires, sigmas.as_slice(), &accumulators, &mut terms);
            }
            terms.extend(at(&gates));
            let inverse: Packed = self.vanishing.eval_inverse_packed(first + lanes.start);
            for (values, &alpha) in values.iter_mut().zip(self.alphas) {
                let sum = terms.iter().rev().fold(Packed::ZEROS, |sum, &term| sum * alpha + term);
                for (value, &quotient) in
                    values[lanes.start..].iter_mut().zip((sum * inverse).as_slice())
                {
                    *value = quotient;
                }
            }
        }
    }

    /// The columns of a commitment at the points from `first` on.
    fn columns(&self, commitment: &Commitment<C>, first: usize) -> Vec<Block> {
        let size = self.points.len();
        let mut columns = vec![Block::ZERO; commitment.polynomials.len()];
        for pack in 0..PACKS {
            let first = first + pack * Packed::WIDTH;
            let row = |i: usize| commitment.get_lde_values((first + i) % size, self.step);
            for_each_column(array::from_fn(row), |i, column| columns[i].0[pack] = column);
        }
        columns
    }

    /// The constraints of the gates, each multiplied by its gate's filter; those of all gates one above the other.
    fn gates(&self, constants: &[Block], wires: &[Block]) -> Vec<Block> {
        let Self { common, selectors, public_inputs_hash, .. } = self;
        let flat = |columns: &[Block]| -> Vec<F> {
            columns
                .iter()
                .flat_map(|column| &column.0)
                .flat_map(|p| p.as_slice())
                .copied()
                .collect()
        };
        let own_constants = selectors.groups.len() + common.num_lookup_selectors;
        let (flat_constants, flat_wires) = (flat(&constants[own_constants..]), flat(wires));
        let points =
            EvaluationVarsBaseBatch::new(POINTS, &flat_constants, &flat_wires, public_inputs_hash);
        let mut sums = vec![Block::ZERO; common.num_gate_constraints];
        for (number, gate) in self.gates.iter().enumerate() {
            let filter = selectors.filter(number, constants);
            let mut constraints = Constraints::new(filter, &mut sums);
            if let Some(gate) = gate {
                gate.evaluate(wires, &mut constraints);
                continue;
            }
            let values = common.gates[number].0.eval_unfiltered_base_batch(points);
            for packs in Packed::pack_slice(&values).chunks_exact(PACKS) {
                constraints.one(Block(array::from_fn(|pack| packs[pack])));
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
