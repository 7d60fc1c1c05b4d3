//! Verifier data that is not the batch circuit's, each kind with its error.

use plonky2::gates::gate::GateRef;
use plonky2::gates::poseidon::PoseidonGate;
use plonky2::gates::reducing::ReducingGate;
use starfold_primitives::Digest;

use crate::parameters::ParameterSet;
use crate::pins::{Pins, batch_verifier};
use crate::recursion::backend::CommonData;
use crate::recursion::{ArtifactError, ArtifactHash, BatchPin, BatchVerifier, MalformedHash};

const PARAMETERS: ParameterSet = ParameterSet::Standard;

fn pin() -> BatchPin {
    Pins::committed().unwrap().of(PARAMETERS).unwrap().batch_pin()
}

/// The error of the committed data after a change, with a pin of the changed bytes.
fn refusal(edit: impl FnOnce(&mut CommonData)) -> Option<ArtifactError> {
    let mut data = batch_verifier(PARAMETERS).unwrap().verifier_data().clone();
    edit(&mut data.common);
    let bytes = BatchVerifier::new(data).to_artifact();
    let pinned = pin();
    let error = BatchVerifier::from_artifact(&bytes, PARAMETERS, pinned).err();
    let (expected, actual) = (pinned.artifact, ArtifactHash::of(&bytes));
    assert_eq!(error, Some(ArtifactError::Hash { expected, actual }));
    let pinned = BatchPin { artifact: actual, ..pinned };
    BatchVerifier::from_artifact(&bytes, PARAMETERS, pinned).err()
}

#[test]
fn every_part_of_the_common_data_is_checked() {
    let parameters = PARAMETERS;
    let configuration = ArtifactError::Configuration { parameters };
    let error = refusal(|common| common.config.fri_config.num_query_rounds = 1);
    assert_eq!(error, Some(configuration.clone()));
    let error = refusal(|common| common.config.num_challenges = 1);
    assert_eq!(error, Some(configuration));

    let fri = ArtifactError::Fri { parameters };
    let error = refusal(|common| common.fri_params.config.num_query_rounds = 1);
    assert_eq!(error, Some(fri.clone()));
    let error = refusal(|common| common.fri_params.config.proof_of_work_bits = 0);
    assert_eq!(error, Some(fri.clone()));
    let error = refusal(|common| common.fri_params.degree_bits += 1);
    assert_eq!(error, Some(fri.clone()));
    let error = refusal(|common| common.fri_params.reduction_arity_bits.clear());
    assert_eq!(error, Some(fri));

    let error = refusal(|common| common.num_public_inputs = 3);
    assert_eq!(error, Some(ArtifactError::PublicInputs { actual: 3 }));
    let error = refusal(|common| common.num_lookup_polys = 1);
    assert_eq!(error, Some(ArtifactError::Lookups));

    let error = refusal(|common| {
        let poseidon = GateRef::new(PoseidonGate::<_, 2>::new());
        let place = common.gates.iter().position(|gate| *gate == poseidon).unwrap();
        common.gates[place] = GateRef::new(ReducingGate::<2>::new(1));
    });
    assert!(matches!(error, Some(ArtifactError::Gate { .. })), "{error:?}");

    type Edit = (&'static str, fn(&mut CommonData));
    let derived: [Edit; 5] = [
        ("quotient degree", |common| common.quotient_degree_factor = 1),
        ("partial products", |common| common.num_partial_products = 0),
        ("gate constraints", |common| common.num_gate_constraints = 0),
        ("constants", |common| common.num_constants += 1),
        ("coset shifts", |common| common.k_is[1] = common.k_is[0]),
    ];
    for (part, edit) in derived {
        assert_eq!(refusal(edit), Some(ArtifactError::Derived { part }));
    }
}

#[test]
fn bytes_that_are_no_verifier_data_are_refused() {
    let bytes = batch_verifier(PARAMETERS).unwrap().to_artifact();
    let of = |bytes: &[u8]| BatchPin { artifact: ArtifactHash::of(bytes), ..pin() };
    let half = &bytes[..bytes.len() / 2];
    let error = BatchVerifier::from_artifact(half, PARAMETERS, of(half)).err();
    assert_eq!(error, Some(ArtifactError::Malformed));

    let (expected, actual) = (Digest::ZERO, pin().circuit);
    let pinned = BatchPin { circuit: expected, ..pin() };
    let error = BatchVerifier::from_artifact(&bytes, PARAMETERS, pinned).err();
    assert_eq!(error, Some(ArtifactError::Circuit { expected, actual }));
    let parameters = ParameterSet::Conservative;
    let error = BatchVerifier::from_artifact(&bytes, parameters, pin()).err();
    assert_eq!(error, Some(ArtifactError::Configuration { parameters }));
}

#[test]
fn hashes_are_read_strictly() {
    let hash = ArtifactHash::of(b"artifact");
    assert_eq!(hash.to_string().parse(), Ok(hash));
    let digits = hash.to_string().split_off(2);
    for text in ["", "0x", &digits, &format!("0x{digits}00"), &format!("0x{}", &digits[2..])] {
        assert_eq!(text.parse::<ArtifactHash>(), Err(MalformedHash), "{text}");
    }
    // the empty string, by FIPS 202
    let empty = "0xa7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a";
    assert_eq!(ArtifactHash::of(b"").to_string(), empty);
}
