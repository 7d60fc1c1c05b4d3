use ark_ff::{Field as _, One as _};
use plonky2::plonk::config::Hasher as _;
use proptest::prelude::*;
use starfold_primitives::{Field as _, GOLDILOCKS_ORDER, Goldilocks};
use taceo_poseidon2::bn254 as reference;

use super::{hash_node, hash_row, permute};
use crate::bn254::{NodeHash, OuterHasher, Width};
use crate::r1cs::{ConstraintSystem, Fault, Fr, LinearCombination, Recorded};

/// Runs the program recorded and checked; the assignment must satisfy the matrices.
fn run<T>(
    program: impl Fn(&mut ConstraintSystem) -> Result<T, Fault>,
) -> Result<(T, Recorded, Vec<Fr>), Fault> {
    let (mut recorder, _) = ConstraintSystem::record(0);
    program(&mut recorder)?;
    let recorded = recorder.into_recorded().unwrap();
    let (mut checker, _) = ConstraintSystem::check(&[]);
    let value = program(&mut checker)?;
    assert_eq!(checker.constraints(), recorded.matrices.constraints());
    let assignment = checker.into_assignment();
    assert_eq!(recorded.first_broken(&assignment), None);
    Ok((value, recorded, assignment))
}

fn lanes(width: Width, seed: u64) -> Vec<Fr> {
    (0..width.lanes() as u64).map(|lane| Fr::from(seed + lane).pow([77])).collect()
}

fn permuted(width: Width, lanes: &[Fr]) -> Vec<Fr> {
    match width {
        Width::Two => reference::t2::permutation(lanes.try_into().unwrap()).to_vec(),
        Width::Three => reference::t3::permutation(lanes.try_into().unwrap()).to_vec(),
        Width::Four => reference::t4::permutation(lanes.try_into().unwrap()).to_vec(),
        Width::Eight => reference::t8::permutation(lanes.try_into().unwrap()).to_vec(),
        Width::Sixteen => reference::t16::permutation(lanes.try_into().unwrap()).to_vec(),
    }
}

fn allocate(system: &mut ConstraintSystem, values: &[Fr]) -> Vec<LinearCombination> {
    values.iter().map(|&value| system.allocate(value)).collect()
}

#[test]
fn permutations_are_those_of_the_reference() {
    let constraints = Width::ALL.map(|width| {
        let values = lanes(width, 5);
        let (state, recorded, _) = run(|system| {
            let mut state = allocate(system, &values);
            permute(system, width, &mut state)?;
            Ok(state)
        })
        .unwrap();
        let state: Vec<Fr> = state.iter().map(LinearCombination::value).collect();
        assert_eq!(state, permuted(width, &values));
        recorded.matrices.constraints()
    });
    assert_eq!(constraints, [216 + 4, 240 + 8, 264 + 12, 363 + 28, 555 + 60]);
}

#[test]
fn a_state_of_another_width_is_a_fault() {
    let (mut system, _) = ConstraintSystem::record(0);
    let mut state = vec![LinearCombination::zero(); 4];
    let fault = Fault::Length { what: "a Poseidon2 state", expected: 3, actual: 4 };
    assert_eq!(permute(&mut system, Width::Three, &mut state), Err(fault));
}

#[test]
fn a_permutation_of_constants_costs_nothing() {
    let (mut system, _) = ConstraintSystem::record(0);
    let values = lanes(Width::Three, 9);
    let mut state: Vec<_> = values.iter().map(|&v| LinearCombination::constant(v)).collect();
    permute(&mut system, Width::Three, &mut state).unwrap();
    assert_eq!(system.constraints(), 0);
    assert_eq!(state[0].value(), permuted(Width::Three, &values)[0]);
}

#[test]
fn every_witness_of_a_node_is_determined() {
    let values = lanes(Width::Two, 3);
    let (hash, recorded, mut assignment) = run(|system| {
        let nodes = allocate(system, &values);
        let hash = hash_node(system, &nodes[0], &nodes[1])?;
        system.materialize(&hash)
    })
    .unwrap();
    let native = OuterHasher::two_to_one(NodeHash(values[0]), NodeHash(values[1]));
    assert_eq!(hash.value(), native.0);
    for witness in 1..assignment.len() {
        assignment[witness] += Fr::one();
        assert!(recorded.first_broken(&assignment).is_some(), "witness {witness} is free");
        assignment[witness] -= Fr::one();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn rows_are_hashed_as_the_hasher_does(seed in any::<u64>()) {
        for length in [4, 6, 7, 9, 10, 16, 21, 22, 43, 44, 45, 46, 86, 135] {
            let row: Vec<Goldilocks> = (0..length)
                .map(|i| Goldilocks::from_canonical_u64(seed.wrapping_mul(i + 3) % GOLDILOCKS_ORDER))
                .collect();
            let integers: Vec<Fr> = row.iter().map(|e| Fr::from(e.0)).collect();
            let (hash, ..) = run(|system| {
                let row = allocate(system, &integers);
                hash_row(system, &row)
            })
            .unwrap();
            prop_assert_eq!(hash.value(), OuterHasher::hash_no_pad(&row).0, "length {}", length);
        }
    }
}

#[test]
fn hashes_of_the_outer_layer_cost() {
    let rows = [43, 135, 10, 16].map(|length| {
        let row = vec![Fr::from(7u64); length];
        let (_, recorded, _) = run(|system| {
            let row = allocate(system, &row);
            hash_row(system, &row)
        })
        .unwrap();
        recorded.matrices.constraints()
    });
    assert_eq!(rows, [1845, 1845, 391, 391]);
}
