//! The proof that committed polynomials have the values that they are said to have: one polynomial of low degree
//! (plonky2's batched FRI, as `PolynomialBatch::prove_openings`).

use std::ptr;

use plonky2::field::extension::{flatten, unflatten};
use plonky2::field::polynomial::PolynomialCoeffs;
use plonky2::field::types::{Field, PrimeField64};
use plonky2::fri::FriParams;
use plonky2::fri::proof::{FriInitialTreeProof, FriProof, FriQueryRound, FriQueryStep};
use plonky2::plonk::plonk_common::reduce_with_powers;
use plonky2::util::reverse_index_bits_in_place;
use rayon::prelude::*;

use crate::evaluation::{Coordinates, coset_values};
use crate::grinding::grind;
use crate::tree::merkle_tree;
use crate::{
    Challenger, Commitment, EXTENSION, Extension, F, LaneHasher, MerkleTree, ProverConfig,
};

/// Polynomials that are opened at one point.
pub(crate) struct Batch<'a> {
    pub(crate) point: Extension,
    pub(crate) polynomials: Vec<&'a PolynomialCoeffs<F>>,
}

/// Proves the openings of the batches. The commitments are those of the polynomials, in the order of the proof.
pub(crate) fn prove_openings<C: ProverConfig>(
    batches: &[Batch<'_>],
    commitments: &[&Commitment<C>],
    challenger: &mut Challenger<C::Hasher>,
    parameters: &FriParams,
) -> FriProof<F, C::Hasher, EXTENSION> {
    let alpha = challenger.get_extension_challenge::<EXTENSION>();
    let combined = quotients(batches, alpha);
    let rate_bits = parameters.config.rate_bits;
    let mut coefficients = combined;
    coefficients.resize(coefficients.len() << rate_bits, Extension::ZERO);
    let domain = coefficients.len();
    let (trees, last) = fold_and_commit(coefficients, challenger, parameters);
    let pow_witness =
        grind(challenger, &flatten::<F, EXTENSION>(&last), parameters.config.proof_of_work_bits);
    let initial: Vec<&MerkleTree<C::Hasher>> = commitments.iter().map(|c| &c.merkle_tree).collect();
    let query_round_proofs = challenger
        .get_n_challenges(parameters.config.num_query_rounds)
        .into_iter()
        .map(|challenge| {
            let index = challenge.to_canonical_u64() as usize % domain;
            query(&initial, &trees, index, &parameters.reduction_arity_bits)
        })
        .collect();
    FriProof {
        commit_phase_merkle_caps: trees.into_iter().map(|tree| tree.cap).collect(),
        query_round_proofs,
        final_poly: PolynomialCoeffs::new(last),
        pow_witness,
    }
}

/// The combination of all `(f(X) - f(z)) / (X - z)` by powers of alpha. A batch takes as many powers as it has
/// polynomials, and the last batch the lowest.
fn quotients(batches: &[Batch<'_>], alpha: Extension) -> Vec<Extension> {
    let [first, ..] = batches else { return vec![] };
    let most = batches.iter().map(|batch| batch.polynomials.len()).max().unwrap_or(0);
    let weights: Vec<Extension> = alpha.powers().take(most).collect();
    // what all batches begin with has the same weights in each
    let shared = shared_start(batches);
    let mut shared_sum = Coordinates::zeros(first.polynomials[0].len());
    shared_sum.add_combination(&first.polynomials[..shared], &weights);
    let mut combined: Vec<Extension> = vec![];
    for Batch { point, polynomials } in batches {
        let mut sum = shared_sum.clone();
        sum.add_combination(&polynomials[shared..], &weights[shared..]);
        let shift = alpha.exp_u64(polynomials.len() as u64);
        let quotient = divide_by_linear(&sum.into_elements(), *point);
        if combined.is_empty() {
            combined = quotient;
            continue;
        }
        for (left, right) in combined.iter_mut().zip(quotient) {
            *left = *left * shift + right;
        }
    }
    combined
}

/// With how many of the same polynomials all batches begin.
fn shared_start(batches: &[Batch<'_>]) -> usize {
    let [first, others @ ..] = batches else { return 0 };
    let is_shared = |&(i, polynomial): &(usize, &&PolynomialCoeffs<F>)| {
        let is_same = |other: &&PolynomialCoeffs<F>| ptr::eq(*other, *polynomial);
        others.iter().all(|batch| batch.polynomials.get(i).is_some_and(is_same))
    };
    first.polynomials.iter().enumerate().take_while(is_shared).count()
}

/// `(f(X) - f(z)) / (X - z)` with as many coefficients as f, by Horner's rule.
fn divide_by_linear(polynomial: &[Extension], point: Extension) -> Vec<Extension> {
    let mut quotient = vec![Extension::ZERO; polynomial.len()];
    let mut carried = Extension::ZERO;
    for (cell, &coefficient) in quotient.iter_mut().zip(polynomial).rev() {
        *cell = carried;
        carried = carried * point + coefficient;
    }
    quotient
}

/// Commits to the values and folds the polynomial, as often as the parameters say. Returns the trees and the
/// coefficients that are left.
fn fold_and_commit<H: LaneHasher>(
    mut coefficients: Vec<Extension>,
    challenger: &mut Challenger<H>,
    parameters: &FriParams,
) -> (Vec<MerkleTree<H>>, Vec<Extension>) {
    let rate_bits = parameters.config.rate_bits;
    let mut trees = vec![];
    let mut shift = F::MULTIPLICATIVE_GROUP_GENERATOR;
    for &arity_bits in &parameters.reduction_arity_bits {
        let arity = 1 << arity_bits;
        let mut values = coset_values(&coefficients, shift, rate_bits);
        reverse_index_bits_in_place(&mut values);
        let rows = values.par_chunks(arity).map(flatten::<F, EXTENSION>).collect();
        let tree = merkle_tree(rows, parameters.config.cap_height);
        challenger.observe_cap::<H>(&tree.cap);
        trees.push(tree);
        let beta = challenger.get_extension_challenge::<EXTENSION>();
        coefficients = coefficients
            .par_chunks_exact(arity)
            .map(|chunk| reduce_with_powers(chunk, beta))
            .collect();
        shift = shift.exp_u64(arity as u64);
    }
    // the rest is zero
    coefficients.truncate(coefficients.len() >> rate_bits);
    (trees, coefficients)
}

fn query<H: LaneHasher>(
    initial: &[&MerkleTree<H>],
    trees: &[MerkleTree<H>],
    mut index: usize,
    arities: &[usize],
) -> FriQueryRound<F, H, EXTENSION> {
    let evals_proofs =
        initial.iter().map(|tree| (tree.get(index).to_vec(), tree.prove(index))).collect();
    let mut steps = vec![];
    for (tree, arity_bits) in trees.iter().zip(arities) {
        index >>= arity_bits;
        let evals = unflatten::<F, EXTENSION>(tree.get(index));
        steps.push(FriQueryStep { evals, merkle_proof: tree.prove(index) });
    }
    FriQueryRound { initial_trees_proof: FriInitialTreeProof { evals_proofs }, steps }
}
