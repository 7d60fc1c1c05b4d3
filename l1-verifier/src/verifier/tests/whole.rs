use std::sync::LazyLock;

use ark_ff::{AdditiveGroup as _, Field as _, One as _, Zero as _};
use starfold_primitives::Digest;

use crate::groth16::CircuitDigest;
use crate::layers::OuterShapeMismatch;
use crate::layers::tests::SAMPLE;
use crate::r1cs::{ConstraintSystem, Fault, Fr, Matrix, Recorded};
use crate::verifier::{PUBLIC_INPUTS, WrapCircuit, WrapError, public_inputs};

/// The rows of Groth16's domain: one for each constraint, each public input, and the constant one.
const DOMAIN: usize = 1 << 20;

/// Constraints by section.
const SECTIONS: [(&str, usize); 31] = [
    ("public inputs", 256),
    ("values of the proof", 34_624),
    ("transcript", 65_118),
    ("permutation argument", 38_684),
    ("first Lagrange polynomial", 3788),
    ("powers of alpha", 8650),
    ("Constant gate", 4),
    ("filters", 7636),
    ("PublicInput gate", 12),
    ("BaseSum gate", 1054),
    ("ReducingExtension gate", 251),
    ("Reducing gate", 1351),
    ("ArithmeticExtension gate", 932),
    ("Arithmetic gate", 926),
    ("MulExtension gate", 962),
    ("Exponentiation gate", 5172),
    ("RandomAccess gate", 2104),
    ("CosetInterpolation gate", 6538),
    ("Poseidon gate", 70_803),
    ("quotient", 2740),
    ("combination of openings", 8241),
    ("powers of fold points", 3216),
    ("query: index", 1955),
    ("query: rows", 175_168),
    ("query: paths", 253_555),
    ("query: fold rows", 34_816),
    ("query: fold paths", 77_707),
    ("query: points", 22_508),
    ("query: combination", 16_966),
    ("query: folds", 7565),
    ("query: final polynomial", 11_016),
];

pub(super) static CIRCUIT: LazyLock<WrapCircuit> =
    LazyLock::new(|| WrapCircuit::new(SAMPLE.0.clone()));

static RECORDED: LazyLock<Recorded> = LazyLock::new(|| CIRCUIT.record().unwrap());

#[test]
fn a_proof_has_an_assignment_that_satisfies_the_matrices() {
    let proof = &SAMPLE.1;
    let assignment = CIRCUIT.assign(proof).unwrap();
    assert_eq!(assignment.len(), RECORDED.variables());
    assert_eq!(RECORDED.first_broken(&assignment), None);
    let exposed = Digest(std::array::from_fn(|i| proof.public_inputs[i]));
    assert_eq!(assignment[1..3], public_inputs(&exposed));
}

#[test]
fn the_system_fits_the_domain() {
    let sections = RECORDED.sections.iter().map(|section| (section.name, section.constraints));
    assert_eq!(sections.collect::<Vec<_>>(), SECTIONS);
    let constraints = RECORDED.matrices.constraints();
    assert_eq!(constraints, 864_318);
    assert!(constraints + RECORDED.public_inputs < DOMAIN);
}

/// Whatever changes a constraint changes this digest, and with it every key.
const DIGEST: &str = "0x6f561a016cf5f6cbf8fd41924769378bfabbd9fe2b8208d3a163487448d03693";

#[test]
fn the_circuit_is_pinned() {
    assert_eq!(CircuitDigest::of(&RECORDED).to_string(), DIGEST);
}

#[test]
fn the_page_of_mutations_is_of_this_circuit() {
    let page = include_str!("../../../../docs/circuits/wrap-mutations.md");
    let names = page.lines().any(|line| line == DIGEST);
    assert!(names, "the circuit changed: run `cargo xtask mutate-wrap`");
}

#[test]
fn a_recording_depends_on_no_value() {
    let (mut system, inputs) = ConstraintSystem::record(PUBLIC_INPUTS);
    CIRCUIT.run(&mut system, &inputs, &SAMPLE.1).unwrap();
    assert!(system.into_recorded().unwrap().matrices == RECORDED.matrices);
}

#[test]
fn public_inputs_are_the_packed_elements() {
    let exposed = Digest::from_canonical([1, 2, 3, 4]).unwrap();
    let base = Fr::from(1u128 << 64);
    let packed = Fr::one() + Fr::from(2u64) * base + Fr::from(3u64) * base.square();
    assert_eq!(public_inputs(&exposed), [packed, Fr::from(4u64)]);
}

/// Another statement than the proof's, whichever element differs, is refused.
#[test]
fn a_proof_of_another_statement_is_refused() {
    for index in 0..4 {
        let mut proof = SAMPLE.1.clone();
        proof.public_inputs[index] += starfold_primitives::Field::ONE;
        let refused = CIRCUIT.assign(&proof);
        assert!(matches!(refused, Err(WrapError::Fault(_))), "element {index}");
    }
}

/// The public inputs alone say what was proved.
#[test]
fn public_inputs_are_bound() {
    let proof = &SAMPLE.1;
    let right = public_inputs(&Digest(std::array::from_fn(|i| proof.public_inputs[i])));
    let section = |inputs: [Fr; PUBLIC_INPUTS]| {
        let (mut system, inputs) = ConstraintSystem::check(&inputs);
        match CIRCUIT.run(&mut system, &inputs, proof) {
            Err(Fault::Unsatisfied { section, .. }) => section,
            other => panic!("{other:?}"),
        }
    };
    let power = |bits: u64| Fr::from(2u64).pow([bits]);
    assert_eq!(section([right[0] + power(192), right[1]]), "public inputs");
    assert_eq!(section([right[0], right[1] + power(64)]), "public inputs");
    assert_eq!(section([-right[0], right[1]]), "public inputs");
    for change in [power(0), power(64), power(128)] {
        assert_eq!(section([right[0] - change, right[1]]), "transcript");
    }
    assert_eq!(section([right[0], right[1] - power(0)]), "transcript");
}

#[test]
fn a_proof_of_another_shape_is_refused() {
    let mut proof = SAMPLE.1.clone();
    proof.proof.openings.wires.pop();
    let mismatch = OuterShapeMismatch { part: "wire openings", expected: 135, actual: 134 };
    assert_eq!(CIRCUIT.assign(&proof), Err(WrapError::Shape(mismatch)));
}

/// No variable but the constant one can be changed alone: a change of `delta` in one breaks a constraint.
fn free_variables(recorded: &Recorded, assignment: &[Fr], delta: Fr) -> Vec<usize> {
    let matrices = &recorded.matrices;
    let mut bound = vec![false; assignment.len()];
    bound[0] = true;
    for row in 0..matrices.constraints() {
        let entries = |matrix: &Matrix| matrices.row(matrix, row).collect::<Vec<_>>();
        let parts = [&matrices.a, &matrices.b, &matrices.c].map(entries);
        let value = |part: &[(usize, Fr)]| part.iter().map(|&(v, c)| assignment[v] * c).sum::<Fr>();
        let [a, b, c] = [value(&parts[0]), value(&parts[1]), value(&parts[2])];
        for &(variable, _) in parts.iter().flatten() {
            if bound[variable] {
                continue;
            }
            let change = |part: &[(usize, Fr)]| {
                let place = part.binary_search_by_key(&variable, |&(column, _)| column);
                place.map_or(Fr::ZERO, |place| part[place].1 * delta)
            };
            let changed = (a + change(&parts[0])) * (b + change(&parts[1]));
            bound[variable] = changed != c + change(&parts[2]);
        }
    }
    (0..bound.len()).filter(|&variable| !bound[variable]).collect()
}

#[test]
fn no_variable_is_free() {
    let assignment = CIRCUIT.assign(&SAMPLE.1).unwrap();
    for delta in [Fr::one(), -Fr::from(1u64 << 32)] {
        assert!(!delta.is_zero());
        assert_eq!(free_variables(&RECORDED, &assignment, delta), [] as [usize; 0]);
    }
}
