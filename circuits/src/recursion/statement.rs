//! What a batch proof states (`docs/protocol.md`, section 6).

use starfold_primitives::claim::CLAIM_LEN;
use starfold_primitives::poseidon::{Domain, hash};
use starfold_primitives::word::{Quadratic, claim_point, evaluate};
use starfold_primitives::{Claim, Digest, Field, Goldilocks};

/// Elements of a statement: those of the claim and of the circuit set's root.
pub(super) const STATEMENT_LEN: usize = CLAIM_LEN + 4;

/// A claim, and the circuit set whose leaf circuits proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchStatement {
    /// The claim.
    pub claim: Claim<Goldilocks>,
    /// The root of the circuit set.
    pub set: Digest,
}

impl BatchStatement {
    /// The elements in order: the claim's, then the root's.
    pub fn elements(&self) -> [Goldilocks; STATEMENT_LEN] {
        let claim = self.claim.to_elements();
        std::array::from_fn(|i| if i < CLAIM_LEN { claim[i] } else { self.set.0[i - CLAIM_LEN] })
    }

    /// `C`, the Poseidon digest of the elements.
    pub fn digest(&self) -> Digest {
        hash(Domain::Claim, &self.elements())
    }

    /// `z`, the point at which the elements are evaluated.
    pub fn point(&self) -> Quadratic {
        claim_point(self.digest(), &self.elements())
    }

    /// `y`, the value at `z` of the polynomial whose coefficients the elements are.
    pub fn value(&self) -> Quadratic {
        let elements = self.elements();
        let pairs: [[Goldilocks; 2]; STATEMENT_LEN / 2] =
            std::array::from_fn(|i| [elements[2 * i], elements[2 * i + 1]]);
        evaluate(Quadratic::ONE, &pairs, self.point())
    }

    /// `h`, the four elements that a batch proof exposes.
    pub fn exposed(&self) -> Digest {
        let ([c0, c1, c2, c3], z, y) = (self.digest().0, self.point().0, self.value().0);
        hash(Domain::ClaimPoint, &[c0, c1, c2, c3, z[0], z[1], y[0], y[1]])
    }
}
