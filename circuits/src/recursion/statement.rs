//! What a batch proof states (`docs/protocol.md`, section 6).

use starfold_primitives::{Claim, Digest, Goldilocks};
use starfold_transition::claim_digest::{ClaimDigest, claim_digest};

/// A claim, and the circuit set whose leaf circuits proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchStatement {
    /// The claim.
    pub claim: Claim<Goldilocks>,
    /// The root of the circuit set.
    pub set: Digest,
}

impl BatchStatement {
    /// The statement, compressed the way the batch circuit does it.
    pub fn compressed(&self) -> ClaimDigest {
        claim_digest(&self.claim, self.set)
    }

    /// `h`, the four elements that a batch proof exposes.
    pub fn exposed(&self) -> Digest {
        self.compressed().exposed
    }
}
