//! Proofs of plonky2's circuits, as `plonky2::plonk::prover::prove`.

pub(crate) mod block;
pub(crate) mod gates;
mod permutation;
mod quotient;

use plonky2::field::polynomial::{PolynomialCoeffs, PolynomialValues};
use plonky2::field::types::Field;
use plonky2::hash::hash_types::HashOut;
use plonky2::iop::generator::generate_partial_witness;
use plonky2::iop::witness::{PartialWitness, PartitionWitness, Witness};
use plonky2::plonk::circuit_data::{CircuitData, CommonCircuitData, ProverOnlyCircuitData};
use plonky2::plonk::config::Hasher;
use plonky2::plonk::proof::{OpeningSet, Proof, ProofWithPublicInputs};
use plonky2::util::log2_ceil;
use rayon::prelude::*;

use crate::commitment::{commit_to_coefficients, commit_to_values};
use crate::evaluation::{Coordinates, evaluate};
use crate::openings::{Batch, prove_openings};
use crate::{Challenger, Commitment, EXTENSION, Extension, F, ProveError, ProverConfig};

type Common = CommonCircuitData<F, EXTENSION>;
type ProverData<C> = ProverOnlyCircuitData<F, C, EXTENSION>;

/// The challenges of the permutation argument, as many of each as the configuration asks for.
struct PermutationChallenges {
    betas: Vec<F>,
    gammas: Vec<F>,
}

/// Proves that the circuit is satisfied by the witness that the generators make of `inputs`.
///
/// # Errors
/// [`ProveError::Witness`] where there is no such witness, [`ProveError::Unsatisfied`] where it breaks a gate and the
/// degree of the quotient shows it (in most configurations the quotient fills its domain, and only the verifier sees
/// it), [`ProveError::Unsupported`] for circuits with lookups, zero knowledge, or a degree above the configuration's
/// rate.
pub fn prove<C: ProverConfig>(
    circuit: &CircuitData<F, C, EXTENSION>,
    inputs: PartialWitness<F>,
) -> Result<ProofWithPublicInputs<F, C, EXTENSION>, ProveError> {
    let CircuitData { prover_only, common, .. } = circuit;
    let has_lookups = common.num_lookup_polys != 0 || !common.luts.is_empty();
    let is_above_rate =
        log2_ceil(common.quotient_degree_factor) > common.config.fri_config.rate_bits;
    if has_lookups || common.config.zero_knowledge || is_above_rate {
        return Err(ProveError::Unsupported);
    }
    let witness = generate_partial_witness(inputs, prover_only, common)
        .map_err(|error| ProveError::Witness { reason: error.to_string() })?;
    prove_witness(prover_only, common, witness)
}

/// Proves that a witness satisfies the circuit. The same witness has the same proof.
pub(crate) fn prove_witness<C: ProverConfig>(
    prover_only: &ProverData<C>,
    common: &Common,
    witness: PartitionWitness<'_, F>,
) -> Result<ProofWithPublicInputs<F, C, EXTENSION>, ProveError> {
    let public_inputs = witness.get_targets(&prover_only.public_inputs);
    let public_inputs_hash = C::InnerHasher::hash_no_pad(&public_inputs);
    let wires = wire_columns(witness, common);

    let (rate_bits, cap_height) =
        (common.config.fri_config.rate_bits, common.config.fri_config.cap_height);
    let num_challenges = common.config.num_challenges;
    let mut challenger = Challenger::<C::Hasher>::new();
    common.fri_params.observe(&mut challenger);
    challenger.observe_hash::<C::Hasher>(prover_only.circuit_digest);
    challenger.observe_hash::<C::InnerHasher>(public_inputs_hash);

    let wires_commitment = {
        let values = wires.par_iter().map(|wire| PolynomialValues::new(wire.clone())).collect();
        commit_to_values(values, rate_bits, cap_height)
    };
    challenger.observe_cap::<C::Hasher>(&wires_commitment.merkle_tree.cap);
    let challenges = PermutationChallenges {
        betas: challenger.get_n_challenges(num_challenges),
        gammas: challenger.get_n_challenges(num_challenges),
    };
    let products = permutation::products(&wires, &challenges, prover_only, common);
    drop(wires);
    let products_commitment = commit_to_values(products, rate_bits, cap_height);
    challenger.observe_cap::<C::Hasher>(&products_commitment.merkle_tree.cap);

    let alphas = challenger.get_n_challenges(num_challenges);
    let committed = Committed {
        constants_and_sigmas: &prover_only.constants_sigmas_commitment,
        wires: &wires_commitment,
        products: &products_commitment,
    };
    let chunks = quotient::chunks(&committed, &challenges, &alphas, &public_inputs_hash, common)?;
    let quotient_commitment = commit_to_coefficients(chunks, rate_bits, cap_height);
    challenger.observe_cap::<C::Hasher>(&quotient_commitment.merkle_tree.cap);
    let (openings, opening_proof) =
        open(&committed, &quotient_commitment, common, &mut challenger)?;

    let proof = Proof {
        wires_cap: wires_commitment.merkle_tree.cap,
        plonk_zs_partial_products_cap: products_commitment.merkle_tree.cap,
        quotient_polys_cap: quotient_commitment.merkle_tree.cap,
        openings,
        opening_proof,
    };
    Ok(ProofWithPublicInputs { proof, public_inputs })
}

/// What is committed to before the quotient.
struct Committed<'a, C: ProverConfig> {
    constants_and_sigmas: &'a Commitment<C>,
    wires: &'a Commitment<C>,
    /// The accumulators Z of all challenges, then the partial products of each.
    products: &'a Commitment<C>,
}

/// The values of every wire on the subgroup.
fn wire_columns(witness: PartitionWitness<'_, F>, common: &Common) -> Vec<Vec<F>> {
    let degree = common.degree();
    let matrix = witness.full_witness();
    (0..common.config.num_wires)
        .into_par_iter()
        .map(|wire| (0..degree).map(|row| matrix.get_wire(row, wire)).collect())
        .collect()
}

type OpeningProof<H> = plonky2::fri::proof::FriProof<F, H, EXTENSION>;

/// Opens all polynomials at a random point, and the accumulators at the point after it too.
fn open<C: ProverConfig>(
    committed: &Committed<'_, C>,
    quotient: &Commitment<C>,
    common: &Common,
    challenger: &mut Challenger<C::Hasher>,
) -> Result<(OpeningSet<F, EXTENSION>, OpeningProof<C::Hasher>), ProveError> {
    let zeta = challenger.get_extension_challenge::<EXTENSION>();
    if zeta.exp_power_of_2(common.degree_bits()) == Extension::ONE {
        return Err(ProveError::OpeningPoint);
    }
    let zeta_next = zeta * Extension::primitive_root_of_unity(common.degree_bits());
    let powers = Coordinates::powers(zeta, common.degree());
    let next_powers = Coordinates::powers(zeta_next, common.degree());
    let at = |polynomials: &[PolynomialCoeffs<F>], powers: &Coordinates| -> Vec<Extension> {
        polynomials.par_iter().flat_map_iter(|p| evaluate(p, [powers])).collect()
    };
    let Committed { constants_and_sigmas, wires, products } = committed;
    let accumulators = &products.polynomials[common.zs_range()];
    let preprocessed = at(&constants_and_sigmas.polynomials, &powers);
    let openings = OpeningSet {
        constants: preprocessed[common.constants_range()].to_vec(),
        plonk_sigmas: preprocessed[common.sigmas_range()].to_vec(),
        wires: at(&wires.polynomials, &powers),
        plonk_zs: at(accumulators, &powers),
        plonk_zs_next: at(accumulators, &next_powers),
        partial_products: at(&products.polynomials[common.partial_products_range()], &powers),
        quotient_polys: at(&quotient.polynomials, &powers),
        lookup_zs: vec![],
        lookup_zs_next: vec![],
    };
    for values in [
        &openings.constants,
        &openings.plonk_sigmas,
        &openings.wires,
        &openings.plonk_zs,
        &openings.partial_products,
        &openings.quotient_polys,
        &openings.plonk_zs_next,
    ] {
        challenger.observe_extension_elements::<EXTENSION>(values);
    }
    let commitments = [*constants_and_sigmas, *wires, *products, quotient];
    let all = commitments.iter().flat_map(|commitment| &commitment.polynomials).collect();
    let batches = [
        Batch { point: zeta, polynomials: all },
        Batch { point: zeta_next, polynomials: accumulators.iter().collect() },
    ];
    let proof = prove_openings(&batches, &commitments, challenger, &common.fri_params);
    Ok((openings, proof))
}

/// The digest of the public inputs, which the gates read.
type PublicInputsHash = HashOut<F>;
