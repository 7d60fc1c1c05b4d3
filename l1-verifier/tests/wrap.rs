//! A batch proof goes through every layer and comes out as one that Groth16 verifies.

#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]

mod cubes;

use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_l1_verifier::groth16::{Groth16Proof, KeyKind, KeySummary, ProvingKey, VerifyError};
use starfold_l1_verifier::layers::ChainError;
use starfold_l1_verifier::{WrapStage, WrappedProof, Wrapper, WrappingError};
use starfold_primitives::{Field as _, Goldilocks};

#[test]
fn a_batch_proof_is_wrapped() {
    let bytes = include_bytes!("../testdata/batch.proof");
    let batch = batch_verifier(ParameterSet::Standard).unwrap().decode(bytes).unwrap();
    let wrapper = Wrapper::development().unwrap();
    let mut generator = ChaCha20Rng::seed_from_u64(1);
    let mut stages = Vec::new();
    let wrapped =
        wrapper.wrap_by_stages(&batch, &mut generator, |stage| stages.push(stage)).unwrap();
    use WrapStage::{Assign, Groth16, Outer, Shrink};
    assert_eq!(stages, [Shrink, Outer, Assign, Groth16]);
    assert_eq!(wrapped.exposed, batch.exposed());
    assert_eq!(wrapper.key().kind(), KeyKind::Development);
    the_development_key_is_the_committed_one(wrapper.key());

    let key = wrapper.key().verifying_key();
    wrapped.verify(key).unwrap();
    let read = Groth16Proof::from_bytes(&wrapped.proof.to_bytes()).unwrap();
    assert_eq!(read, wrapped.proof);
    for element in 0..4 {
        let mut exposed = wrapped.exposed;
        exposed.0[element] += Goldilocks::ONE;
        let other = WrappedProof { exposed, proof: wrapped.proof.clone() };
        assert_eq!(other.verify(key), Err(VerifyError::Pairing), "element {element}");
    }
    a_wrong_batch_proof_is_not_wrapped(&wrapper, bytes);
    cubes::is_wrapped_with_the_same_key(&wrapper, &wrapped);
}

/// It ends at the first stage.
fn a_wrong_batch_proof_is_not_wrapped(wrapper: &Wrapper, bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    bytes[0] ^= 1;
    let wrong = batch_verifier(ParameterSet::Standard).unwrap().decode(&bytes).unwrap();
    let mut stages = Vec::new();
    let mut generator = ChaCha20Rng::seed_from_u64(3);
    let refused = wrapper.wrap_by_stages(&wrong, &mut generator, |stage| stages.push(stage));
    assert_eq!(stages, [WrapStage::Shrink]);
    assert!(
        matches!(refused, Err(WrappingError::Chain(ChainError::Invalid { .. }))),
        "{refused:?}"
    );
}

/// Whoever verifies takes the committed key and makes none.
fn the_development_key_is_the_committed_one(key: &ProvingKey) {
    let summary = KeySummary::of(key);
    if std::env::var_os("STARFOLD_WRITE_KEY").is_some() {
        std::fs::write("artifacts/development-verifying-key.json", summary.to_json()).unwrap();
    }
    let committed = KeySummary::development().unwrap();
    assert!(committed == summary, "run with STARFOLD_WRITE_KEY=1 to write the key");
}
