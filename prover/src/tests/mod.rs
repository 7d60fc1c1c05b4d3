mod circuits;
mod parts;
mod starks;

use plonky2::fri::proof::FriProof;
use plonky2::hash::poseidon::PoseidonHash;

use crate::{EXTENSION, F};

/// Both proofs say the same up to the nonce, which the library takes as it finds it and on which the queries depend.
fn assert_same_until_the_nonce(
    ours: &FriProof<F, PoseidonHash, EXTENSION>,
    theirs: &FriProof<F, PoseidonHash, EXTENSION>,
) {
    assert_eq!(ours.commit_phase_merkle_caps, theirs.commit_phase_merkle_caps);
    assert_eq!(ours.final_poly, theirs.final_poly);
    assert_eq!(ours.query_round_proofs.len(), theirs.query_round_proofs.len());
    if ours.pow_witness == theirs.pow_witness {
        assert_eq!(ours, theirs);
    }
}
