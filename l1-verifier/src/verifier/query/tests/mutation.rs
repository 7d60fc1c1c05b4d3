//! Every element of a query, and of what all queries share, changed one at a time.

use plonky2::field::extension::FieldExtension as _;
use starfold_primitives::word::Quadratic;
use starfold_primitives::{Field as _, Goldilocks};

use super::fixture::Fixture;
use crate::bn254::NodeHash;
use crate::r1cs::{ConstraintSystem, Fault, Fr};
use crate::verifier::query::QueryRound;

/// Every element of a round with its name, to be changed.
enum Place<'a> {
    Base(&'a mut Goldilocks),
    Extension(&'a mut Quadratic),
    Hash(&'a mut NodeHash),
}

impl Place<'_> {
    fn clear(self) {
        match self {
            Self::Base(element) => *element = Goldilocks::ZERO,
            Self::Extension(element) => *element = Quadratic::ZERO,
            Self::Hash(hash) => hash.0 = Fr::from(0u64),
        }
    }

    /// Adds one, to the coefficient of an extension that `high` chooses.
    fn change(self, high: bool) {
        match self {
            Self::Base(element) => *element += Goldilocks::ONE,
            Self::Extension(element) => {
                let [mut low, mut upper]: [Goldilocks; 2] = element.to_basefield_array();
                *if high { &mut upper } else { &mut low } += Goldilocks::ONE;
                *element = Quadratic::from_basefield_array([low, upper]);
            }
            Self::Hash(hash) => hash.0 += Fr::from(1u64),
        }
    }
}

/// The elements of a round that are read, given the number of siblings read in the constants tree.
fn places(round: &mut QueryRound, constants_siblings: usize) -> Vec<(String, Place<'_>)> {
    let mut places = Vec::new();
    for (tree, (row, path)) in round.initial_trees_proof.evals_proofs.iter_mut().enumerate() {
        let elements = row.iter_mut().map(Place::Base).enumerate();
        places.extend(elements.map(|(i, place)| (format!("tree {tree}, element {i}"), place)));
        let count = if tree == 0 { constants_siblings } else { path.siblings.len() };
        let siblings = path.siblings.iter_mut().take(count).map(Place::Hash).enumerate();
        places.extend(siblings.map(|(i, place)| (format!("tree {tree}, sibling {i}"), place)));
    }
    for (fold, step) in round.steps.iter_mut().enumerate() {
        let evaluations = step.evals.iter_mut().map(Place::Extension).enumerate();
        places.extend(evaluations.map(|(i, place)| (format!("fold {fold}, value {i}"), place)));
        let siblings = step.merkle_proof.siblings.iter_mut().map(Place::Hash).enumerate();
        places.extend(siblings.map(|(i, place)| (format!("fold {fold}, sibling {i}"), place)));
    }
    places
}

fn assert_unsatisfied(result: Result<(), Fault>, what: &str) {
    assert!(matches!(result, Err(Fault::Unsatisfied { .. })), "{what}: {result:?}");
}

/// Changes each element of a round and expects a broken constraint.
pub(super) fn mutate_round(fixture: &Fixture, query: usize) {
    let context = fixture.context(&mut ConstraintSystem::check(&[]).0).unwrap();
    fixture.check_round(&context, query).unwrap();
    let siblings =
        fixture.common.fri_params.lde_bits() - fixture.constants_nodes.len().ilog2() as usize;
    let mut changed = fixture.clone();
    let place = |fixture: &Fixture| fixture.round(query).clone();
    let count = places(&mut place(fixture), siblings).len();
    for number in 0..count {
        for high in [false, true] {
            let rounds = &mut changed.proof.proof.opening_proof.query_round_proofs;
            rounds[query] = place(fixture);
            let (name, place) = places(&mut rounds[query], siblings).swap_remove(number);
            if high && !matches!(place, Place::Extension(_)) {
                continue;
            }
            place.change(high);
            assert_unsatisfied(changed.check_round(&context, query), &name);
        }
    }
}

#[test]
fn every_element_of_a_query_is_bound() {
    mutate_round(Fixture::small(), 0);
}

#[test]
fn siblings_above_the_fixed_nodes_are_not_read() {
    let fixture = Fixture::small();
    let mut changed = fixture.clone();
    let rounds = &mut changed.proof.proof.opening_proof.query_round_proofs;
    let path = &mut rounds[0].initial_trees_proof.evals_proofs[0].1;
    path.siblings.truncate(fixture.common.fri_params.lde_bits() - 7);
    assert_eq!(changed.check(0), Ok(()));
}

#[test]
fn only_the_chosen_node_of_a_cap_decides() {
    let fixture = Fixture::small();
    let bits = fixture.common.fri_params.lde_bits();
    for query in 0..2 {
        let index = fixture.challenges.indices[query];
        for cap in 0..6 {
            let height = if cap == 5 { 7 } else { 4 };
            let chosen = index >> (bits - height);
            for node in [chosen, chosen ^ 1, chosen ^ 1 << (height - 1)] {
                let mut changed = fixture.clone();
                let proof = &mut changed.proof.proof;
                let nodes = match cap {
                    0 => &mut proof.wires_cap.0,
                    1 => &mut proof.plonk_zs_partial_products_cap.0,
                    2 => &mut proof.quotient_polys_cap.0,
                    3 | 4 => &mut proof.opening_proof.commit_phase_merkle_caps[cap - 3].0,
                    _ => &mut changed.constants_nodes,
                };
                nodes[node].0 += Fr::from(1u64);
                let result = changed.check(query);
                if node == chosen {
                    assert!(matches!(result, Err(Fault::Unsatisfied { .. })), "cap {cap}");
                } else {
                    assert_eq!(result, Ok(()), "cap {cap}, node {node}");
                }
            }
        }
    }
}

/// The openings, the final polynomial and the challenges.
fn shared_places(fixture: &mut Fixture) -> Vec<(&'static str, &mut Quadratic)> {
    let proof = &mut fixture.proof.proof;
    let openings = &mut proof.openings;
    let challenges = &mut fixture.challenges;
    let lists: [(_, &mut [Quadratic]); 11] = [
        ("constants", &mut openings.constants),
        ("sigmas", &mut openings.plonk_sigmas),
        ("wires", &mut openings.wires),
        ("zs", &mut openings.plonk_zs),
        ("zs_next", &mut openings.plonk_zs_next),
        ("partial products", &mut openings.partial_products),
        ("quotients", &mut openings.quotient_polys),
        ("final polynomial", &mut proof.opening_proof.final_poly.coeffs),
        ("fold points", &mut challenges.fri_betas),
        ("zeta", std::slice::from_mut(&mut challenges.zeta)),
        ("alpha", std::slice::from_mut(&mut challenges.fri_alpha)),
    ];
    lists.into_iter().flat_map(|(name, list)| list.iter_mut().map(move |e| (name, e))).collect()
}

/// The same shape with zeros for values in the first query, in what all queries share, and in the caps.
pub(super) fn cleared(fixture: &Fixture) -> Fixture {
    let mut cleared = fixture.clone();
    for (_, element) in shared_places(&mut cleared) {
        Place::Extension(element).clear();
    }
    cleared.challenges.indices[0] = 0;
    let proof = &mut cleared.proof.proof;
    let fri = &mut proof.opening_proof;
    let caps = [
        &mut proof.wires_cap,
        &mut proof.plonk_zs_partial_products_cap,
        &mut proof.quotient_polys_cap,
    ];
    let caps = caps.into_iter().chain(&mut fri.commit_phase_merkle_caps);
    caps.flat_map(|cap| &mut cap.0).for_each(|hash| Place::Hash(hash).clear());
    let round = &mut fri.query_round_proofs[0];
    let siblings = round.initial_trees_proof.evals_proofs[0].1.siblings.len();
    places(round, siblings).into_iter().for_each(|(_, place)| place.clear());
    cleared
}

#[test]
fn openings_coefficients_and_challenges_are_bound() {
    let fixture = Fixture::small();
    let count = shared_places(&mut fixture.clone()).len();
    for number in 0..count {
        for high in [false, true] {
            let mut changed = fixture.clone();
            let (name, element) = shared_places(&mut changed).swap_remove(number);
            Place::Extension(element).change(high);
            assert_unsatisfied(changed.check(0), name);
        }
    }
}

#[test]
fn every_bit_of_the_index_is_bound() {
    let fixture = Fixture::small();
    for bit in 0..fixture.common.fri_params.lde_bits() {
        let mut changed = fixture.clone();
        changed.challenges.indices[0] ^= 1 << bit;
        assert_unsatisfied(changed.check(0), "the index");
    }
}

#[test]
fn a_point_in_the_base_field_is_refused() {
    let mut changed = Fixture::small().clone();
    changed.challenges.zeta = Quadratic::from(Goldilocks::TWO);
    let mut system = ConstraintSystem::check(&[]).0;
    let result = changed.context(&mut system);
    assert!(matches!(result, Err(Fault::Unsatisfied { section: "combination of openings", .. })));
}
