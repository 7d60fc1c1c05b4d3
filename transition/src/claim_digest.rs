//! What the batch proof exposes of its claim (section 6 of the protocol).

use starfold_primitives::claim::CLAIM_LEN;
use starfold_primitives::poseidon::{Domain, hash};
use starfold_primitives::word::{Quadratic, claim_point, evaluate};
use starfold_primitives::{Claim, Digest, Field, Goldilocks};

/// A claim and its circuit set, compressed: the batch proof's public inputs are the four elements of
/// `exposed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimDigest {
    /// C, the digest of the 48 elements.
    pub digest: Digest,
    /// z, the point that the contract computes from C and the elements.
    pub point: [Goldilocks; 2],
    /// y, the value at z of the polynomial whose coefficients the elements are.
    pub value: [Goldilocks; 2],
    /// h, the digest of C, z and y.
    pub exposed: Digest,
}

/// Compresses a claim proved by the circuits of the set with root `circuit_set`.
#[must_use]
pub fn claim_digest(claim: &Claim<Goldilocks>, circuit_set: Digest) -> ClaimDigest {
    let mut elements = [Goldilocks::ZERO; CLAIM_LEN + 4];
    elements[..CLAIM_LEN].copy_from_slice(&claim.to_elements());
    elements[CLAIM_LEN..].copy_from_slice(&circuit_set.0);
    let digest = hash(Domain::Claim, &elements);
    let z = claim_point(digest, &elements);
    let (pairs, _) = elements.as_chunks::<2>();
    let y = evaluate(Quadratic::ONE, pairs, z);
    let (point, value) = (z.0, y.0);
    let [c0, c1, c2, c3] = digest.0;
    let exposed =
        hash(Domain::ClaimPoint, &[c0, c1, c2, c3, point[0], point[1], value[0], value[1]]);
    ClaimDigest { digest, point, value, exposed }
}

#[cfg(test)]
mod tests;
