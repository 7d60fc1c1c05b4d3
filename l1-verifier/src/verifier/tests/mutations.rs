use std::collections::BTreeMap;

use plonky2::iop::challenger::Challenger;
use plonky2::plonk::config::Hasher as _;
use rand::SeedableRng as _;
use rand::seq::IteratorRandom as _;
use rayon::prelude::*;
use starfold_primitives::{Field as _, Goldilocks, PrimeField64 as _};

use super::whole::CIRCUIT;
use crate::bn254::{IdentityHasher, OuterHasher};
use crate::layers::tests::SAMPLE;
use crate::layers::{
    CONSTANTS_HEIGHT, OuterLayer, OuterProof, ProofPlace, UNREAD_PART, add_one, visit_values,
};
use crate::r1cs::Fault;
use crate::verifier::WrapError;
use crate::verifier::mutation::{Mutation, mutate, values};

/// The query all of whose values are changed.
const QUERY: usize = 11;

fn places() -> Vec<ProofPlace> {
    let mut places = Vec::new();
    visit_values(&mut SAMPLE.1.clone(), |place, _| places.push(place));
    places
}

fn survivors(numbers: &[usize]) -> Vec<Mutation> {
    let mutations = mutate(&CIRCUIT, &SAMPLE.1, numbers).unwrap();
    assert_eq!(mutations.len(), numbers.len());
    mutations.into_iter().filter(Mutation::survives).collect()
}

#[test]
fn what_is_not_read_is_what_is_constant() {
    let places = places();
    let unread: Vec<usize> =
        (0..places.len()).filter(|&number| places[number].part == UNREAD_PART).collect();
    // five siblings in each of seventeen paths: from the nodes at height 9 to the cap at height 4
    assert_eq!(unread.len(), 85);
    let mutations = mutate(&CIRCUIT, &SAMPLE.1, &unread).unwrap();
    assert!(mutations.iter().all(|mutation| mutation.refused.is_none()));
}

/// Whoever has an assignment has a proof that plonky2 accepts: what is not read follows from the constants.
#[test]
fn what_is_not_read_follows_from_the_pinned_nodes() {
    let (layer, proof) = &*SAMPLE;
    let digest = &layer.key().circuit_digest;
    let challenges =
        proof.get_challenges(proof.get_public_inputs_hash(), digest, layer.common()).unwrap();
    let rounds = &proof.proof.opening_proof.query_round_proofs;
    for (index, round) in challenges.fri_challenges.fri_query_indices.iter().zip(rounds) {
        let mut nodes = layer.constants_nodes().to_vec();
        let mut node = index >> (layer.index_bits() - CONSTANTS_HEIGHT);
        let siblings = &round.initial_trees_proof.evals_proofs[0].1.siblings;
        for sibling in &siblings[layer.index_bits() - CONSTANTS_HEIGHT..] {
            assert_eq!(*sibling, nodes[node ^ 1]);
            let (pairs, _) = nodes.as_chunks::<2>();
            nodes = pairs.iter().map(|&[a, b]| OuterHasher::two_to_one(a, b)).collect();
            node >>= 1;
        }
        assert_eq!(nodes, layer.key().constants_sigmas_cap.0);
    }
}

#[test]
fn a_change_of_any_value_of_a_query_is_refused() {
    let places = places();
    let numbers: Vec<usize> =
        (0..places.len()).filter(|&number| places[number].query == Some(QUERY)).collect();
    assert_eq!(numbers.len(), 43 + 135 + 10 + 16 + 4 * 13 + 2 * 16 + 10 + 7);
    assert_eq!(survivors(&numbers), []);
}

#[test]
fn a_change_in_any_part_is_refused() {
    let first: BTreeMap<ProofPlace, usize> =
        places().into_iter().enumerate().rev().map(|(number, place)| (place, number)).collect();
    let numbers: Vec<usize> = first.into_values().collect();
    assert_eq!(survivors(&numbers), []);
}

#[test]
fn changes_of_random_values_are_refused() {
    let seed: u64 = rand::random();
    let mut generator = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let numbers = (0..values(&SAMPLE.1)).sample(&mut generator, 200);
    assert_eq!(survivors(&numbers), [], "seed {seed}");
}

/// Does the proof of work again, as a prover would who changed something before it.
fn grind(layer: &OuterLayer, proof: &mut OuterProof) {
    let mut challenger = Challenger::<Goldilocks, OuterHasher>::new();
    let parts = &proof.proof;
    layer.common().fri_params.observe(&mut challenger);
    challenger.observe_hash::<OuterHasher>(layer.key().circuit_digest);
    challenger.observe_hash::<IdentityHasher>(IdentityHasher::hash_no_pad(&proof.public_inputs));
    challenger.observe_cap(&parts.wires_cap);
    challenger.get_n_challenges(4);
    challenger.observe_cap(&parts.plonk_zs_partial_products_cap);
    challenger.get_n_challenges(2);
    challenger.observe_cap(&parts.quotient_polys_cap);
    challenger.get_n_challenges(2);
    let set = &parts.openings;
    let lists = [
        &set.constants,
        &set.plonk_sigmas,
        &set.wires,
        &set.plonk_zs,
        &set.partial_products,
        &set.quotient_polys,
        &set.plonk_zs_next,
    ];
    lists.iter().for_each(|list| challenger.observe_extension_elements::<2>(list));
    challenger.get_n_challenges(2);
    let fri = &parts.opening_proof;
    for cap in &fri.commit_phase_merkle_caps {
        challenger.observe_cap(cap);
        challenger.get_n_challenges(2);
    }
    challenger.observe_extension_elements::<2>(&fri.final_poly.coeffs);
    let demanded = layer.common().config.fri_config.proof_of_work_bits;
    let works = |&candidate: &u32| {
        let mut challenger = challenger.clone();
        challenger.observe_element(Goldilocks::from_canonical_u32(candidate));
        challenger.get_challenge().to_canonical_u64().leading_zeros() >= demanded
    };
    let found = (0..u32::MAX).into_par_iter().by_exponential_blocks().find_any(works).unwrap();
    proof.proof.opening_proof.pow_witness = Goldilocks::from_canonical_u32(found);
}

/// A changed value changes the response of the proof of work, which alone would refuse nearly all changes. With a new
/// proof of work, what is opened must still satisfy the circuit, and the queries lead to the commitments.
#[test]
fn a_change_with_a_new_proof_of_work_is_refused() {
    let (layer, sample) = &*SAMPLE;
    let places = places();
    let mut refused = BTreeMap::new();
    for (number, place) in places.iter().enumerate() {
        let absorbed = place.query.is_none() && place.part != "proof of work";
        if !absorbed || refused.contains_key(place.part) {
            continue;
        }
        let mut proof = sample.clone();
        add_one(&mut proof, number).unwrap();
        grind(layer, &mut proof);
        let Err(WrapError::Fault(Fault::Unsatisfied { section, .. })) = CIRCUIT.assign(&proof)
        else {
            panic!("a change of the {} is not refused", place.part);
        };
        refused.insert(place.part, section);
    }
    assert_eq!(
        refused.into_iter().collect::<Vec<_>>(),
        [
            ("constant openings", "quotient"),
            ("final polynomial", "query: paths"),
            ("fold cap", "query: paths"),
            ("next permutation openings", "quotient"),
            ("partial product openings", "quotient"),
            ("permutation cap", "quotient"),
            ("permutation openings", "quotient"),
            ("public inputs", "quotient"),
            ("quotient cap", "quotient"),
            ("quotient openings", "quotient"),
            ("sigma openings", "quotient"),
            ("wire cap", "quotient"),
            ("wire openings", "quotient"),
        ]
    );
}
