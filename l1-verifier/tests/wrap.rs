//! A batch proof goes through every layer and comes out as one that Groth16 verifies.

use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_l1_verifier::groth16::{Groth16Proof, KeyKind, VerifyError};
use starfold_l1_verifier::{WrappedProof, Wrapper};
use starfold_primitives::{Field as _, Goldilocks};

#[test]
fn a_batch_proof_is_wrapped() {
    let bytes = include_bytes!("../testdata/batch.proof");
    let batch = batch_verifier(ParameterSet::Standard).unwrap().decode(bytes).unwrap();
    let wrapper = Wrapper::development().unwrap();
    let mut generator = ChaCha20Rng::seed_from_u64(1);
    let wrapped = wrapper.wrap(&batch, &mut generator).unwrap();
    assert_eq!(wrapped.exposed, batch.exposed());
    assert_eq!(wrapper.key().kind(), KeyKind::Development);

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
}
