use std::sync::LazyLock;

use ark_bn254::{Bn254, Fq, Fr, G2Affine};
use ark_ec::{AffineRepr as _, CurveGroup as _};
use ark_ff::{BigInteger as _, One as _, PrimeField as _};
use proptest::prelude::*;

use super::sample::{assignment, circuit, generator, key, public_inputs};
use crate::groth16::development::random_scalar;
use crate::groth16::reduction::SnarkjsReduction;
use crate::groth16::{
    Circuit, Groth16Proof, KeyError, PointError, ProofBytesError, ProveError, ProvingKey,
    VerifyError, prove, verify,
};
use crate::r1cs::{ConstraintSystem, Matrix};

const H: [u64; 4] = [1, 2, 3, 4];

fn proof() -> (Circuit, Groth16Proof) {
    let circuit = circuit(5);
    let assignment = assignment(5, public_inputs(H), 1);
    let proof = prove(&key(&circuit), &circuit, &assignment, &mut generator(1)).unwrap();
    (circuit, proof)
}

#[test]
fn a_proof_holds_for_its_public_inputs_alone() {
    let (circuit, proof) = proof();
    let key = key(&circuit);
    let inputs = public_inputs(H);
    assert_eq!(verify(key.verifying_key(), &proof, &inputs), Ok(()));
    for place in 0..2 {
        let mut changed = inputs;
        changed[place] += Fr::one();
        assert_eq!(verify(key.verifying_key(), &proof, &changed), Err(VerifyError::Pairing));
    }
    let length = VerifyError::PublicInputs { expected: 2, actual: 1 };
    assert_eq!(verify(key.verifying_key(), &proof, &inputs[..1]), Err(length));
}

#[test]
fn the_prover_of_arkworks_makes_the_same_proof() {
    type Arkworks = ark_groth16::Groth16<Bn254, SnarkjsReduction>;
    let (circuit, proof) = proof();
    let key = key(&circuit);
    let mut generator = generator(1);
    let [r, s] = [(); 2].map(|()| random_scalar(&mut generator));
    let matrices = &circuit.recorded().matrices;
    let rows = |matrix: &Matrix| -> Vec<Vec<(Fr, usize)>> {
        let rows = (0..matrix.rows()).map(|row| matrices.row(matrix, row));
        rows.map(|row| row.map(|(column, factor)| (factor, column)).collect()).collect()
    };
    let theirs = Arkworks::create_proof_with_reduction_and_matrices(
        key.points(),
        r,
        s,
        &[rows(&matrices.a), rows(&matrices.b)],
        circuit.recorded().public_inputs + 1,
        matrices.constraints(),
        &assignment(5, public_inputs(H), 1),
    );
    assert_eq!(&theirs.unwrap(), proof.points());
}

#[test]
fn a_false_assignment_has_no_proof() {
    let circuit = circuit(5);
    let key = key(&circuit);
    let honest = assignment(5, public_inputs(H), 1);
    for place in [1, 2, 3, honest.len() - 1] {
        let mut changed = honest.clone();
        changed[place] += Fr::one();
        let result = prove(&key, &circuit, &changed, &mut generator(1));
        assert_eq!(result, Err(ProveError::Unsatisfied), "variable {place}");
    }
    let mut changed = honest.clone();
    changed[0] += Fr::one();
    assert_eq!(prove(&key, &circuit, &changed, &mut generator(1)), Err(ProveError::ConstantOne));
    let length = ProveError::AssignmentLength { expected: honest.len(), actual: honest.len() - 1 };
    let short = &honest[..honest.len() - 1];
    assert_eq!(prove(&key, &circuit, short, &mut generator(1)), Err(length));
}

#[test]
fn a_key_proves_its_own_circuit_alone() {
    let (one, other) = (circuit(5), circuit(6));
    let assignment = assignment(6, public_inputs(H), 1);
    let mismatch = KeyError::OtherCircuit { expected: other.digest(), actual: one.digest() };
    let result = prove(&key(&one), &other, &assignment, &mut generator(1));
    assert_eq!(result, Err(ProveError::Key(mismatch)));
}

#[test]
fn proofs_of_one_assignment_differ() {
    let circuit = circuit(5);
    let (key, assignment) = (key(&circuit), assignment(5, public_inputs(H), 1));
    let [one, two] = [1, 2].map(|seed| prove(&key, &circuit, &assignment, &mut generator(seed)));
    assert_ne!(one.unwrap(), two.unwrap());
}

#[test]
fn a_circuit_of_every_small_size_has_proofs() {
    // the domain is full, or all but full, at some of them
    for constraints in 1..20u64 {
        let program = |system: &mut ConstraintSystem| {
            for step in 0..constraints {
                let value = system.allocate(Fr::from(step));
                system.multiply(&value, &value).unwrap();
            }
        };
        let (mut recorder, _) = ConstraintSystem::record(1);
        program(&mut recorder);
        let circuit = Circuit::new(recorder.into_recorded().unwrap());
        let (mut checker, _) = ConstraintSystem::check(&[Fr::from(7u64)]);
        program(&mut checker);
        let assignment = checker.into_assignment();
        prove(&key(&circuit), &circuit, &assignment, &mut generator(1)).unwrap();
    }
}

#[test]
fn the_digest_tells_circuits_apart() {
    let digest = |inputs: usize, coefficient: u64, swapped: bool| {
        let (mut system, _) = ConstraintSystem::record(inputs);
        let [x, y] = [1u64, 2].map(|value| system.allocate(Fr::from(value)));
        let (a, b) = if swapped { (&y, &x) } else { (&x, &y) };
        let a = a.scaled(Fr::from(coefficient));
        system.enforce(&a, b, &x).unwrap();
        Circuit::new(system.into_recorded().unwrap()).digest()
    };
    let digests =
        [digest(0, 1, false), digest(1, 1, false), digest(0, 2, false), digest(0, 1, true)];
    for (place, one) in digests.iter().enumerate() {
        assert!(digests[..place].iter().all(|other| other != one));
    }
    assert_eq!(digests[0], digest(0, 1, false));
}

#[test]
fn bytes_and_proofs_are_one_to_one() {
    let (_, proof) = proof();
    let bytes = proof.to_bytes();
    assert_eq!(Groth16Proof::from_bytes(&bytes), Ok(proof));
    for actual in [0, 255, 257] {
        let result = Groth16Proof::from_bytes(&vec![0; actual]);
        assert_eq!(result, Err(ProofBytesError::Length { actual }));
    }
}

/// The coordinate at a position of the proof, with the order of the field added: another name of the same number.
fn raised(bytes: &[u8; 256], position: usize) -> [u8; 256] {
    let mut raised = *bytes;
    let word = &mut raised[32 * position..32 * (position + 1)];
    let mut carry = 0u16;
    for (byte, add) in word.iter_mut().rev().zip(Fq::MODULUS.to_bytes_le()) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    raised
}

#[test]
fn coordinates_have_one_encoding() {
    let (_, proof) = proof();
    let bytes = proof.to_bytes();
    let places = [("A", 0), ("A", 1), ("B", 0), ("B", 1), ("B", 2), ("B", 3), ("C", 0), ("C", 1)];
    for (word, (point, position)) in places.into_iter().enumerate() {
        let error = PointError::Coordinate { position };
        let expected = Err(ProofBytesError::Point { point, error });
        assert_eq!(Groth16Proof::from_bytes(&raised(&bytes, word)), expected);
    }
}

#[test]
fn points_outside_their_groups_are_refused() {
    let (_, proof) = proof();
    let bytes = proof.to_bytes();
    for (range, point) in [(0..64, "A"), (64..192, "B"), (192..256, "C")] {
        let mut changed = bytes;
        changed[range.clone()].fill(0);
        let error = PointError::Infinity;
        let expected = Err(ProofBytesError::Point { point, error });
        assert_eq!(Groth16Proof::from_bytes(&changed), expected);

        let mut changed = bytes;
        changed[range.end - 1] ^= 1;
        let error = PointError::Curve;
        let expected = Err(ProofBytesError::Point { point, error });
        assert_eq!(Groth16Proof::from_bytes(&changed), expected);
    }
    let mut changed = bytes;
    let outside = twist_point_outside_the_group();
    let words = crate::groth16::encoding::second_group_words(&outside).concat();
    changed[64..192].copy_from_slice(&words);
    let expected = Err(ProofBytesError::Point { point: "B", error: PointError::Subgroup });
    assert_eq!(Groth16Proof::from_bytes(&changed), expected);
}

/// A point of the twist whose order is not that of the group: its curve has far more points.
fn twist_point_outside_the_group() -> G2Affine {
    (1u64..)
        .filter_map(|x| G2Affine::get_point_from_x_unchecked(ark_bn254::Fq2::from(x), false))
        .find(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap()
}

#[test]
fn a_negated_pair_is_another_proof_of_the_same() {
    // proofs are malleable, as the documentation of the type says
    let (circuit, proof) = proof();
    let points = proof.points();
    let negated = ark_groth16::Proof {
        a: (-points.a.into_group()).into_affine(),
        b: (-points.b.into_group()).into_affine(),
        c: points.c,
    };
    let negated = Groth16Proof::new(negated);
    assert_ne!(negated, proof);
    assert_eq!(verify(key(&circuit).verifying_key(), &negated, &public_inputs(H)), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_flipped_bit_leaves_a_valid_proof(bit in 0usize..2048) {
        static MADE: LazyLock<(ProvingKey, Groth16Proof)> = LazyLock::new(|| {
            let (circuit, proof) = proof();
            (key(&circuit), proof)
        });
        let (key, proof) = &*MADE;
        let mut bytes = proof.to_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(changed) = Groth16Proof::from_bytes(&bytes) {
            let inputs = public_inputs(H);
            prop_assert!(verify(key.verifying_key(), &changed, &inputs).is_err());
        }
    }

    #[test]
    fn no_bytes_make_decoding_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Groth16Proof::from_bytes(&bytes);
    }
}
