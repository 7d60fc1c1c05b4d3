//! What tells two AIRs apart, whatever their names.

use starfold_primitives::claim::{CLAIM_LEN, Claim};
use starfold_primitives::poseidon::{WIDTH, permute};
use starfold_primitives::{Digest, Field, Goldilocks};

use super::builder::{Air, AirBuilder, Domain, state_constraints};
use super::columns::Layout;

/// Hashes the value of every constraint at one point.
struct Fingerprint {
    state: [Goldilocks; WIDTH],
}

impl Fingerprint {
    fn absorb(&mut self, elements: [Goldilocks; 2]) {
        self.state[0] += elements[0];
        self.state[1] += elements[1];
        self.state = permute(self.state);
    }

    /// An element that depends on all that was absorbed.
    fn draw(&mut self) -> Goldilocks {
        self.state = permute(self.state);
        self.state[0]
    }
}

impl AirBuilder for Fingerprint {
    type Expr = Goldilocks;

    fn constant(&self, value: u64) -> Goldilocks {
        Goldilocks::from_canonical_u64(value)
    }

    fn assert_zero(&mut self, _name: &'static str, domain: Domain, expr: Goldilocks) {
        self.absorb([Goldilocks::from_canonical_u64(domain as u64), expr]);
    }
}

/// A digest of the constraints of an AIR: of their values at a point that depends on the width. AIRs whose constraints
/// differ, by an edit for example, have different ones but for a probability of about 2^-60. It is no commitment.
pub(crate) fn fingerprint<A: Air>(air: &A) -> Digest {
    let mut builder = Fingerprint { state: [Goldilocks::ZERO; WIDTH] };
    let numbers = [A::Columns::LEN, A::DEGREE].map(Goldilocks::from_canonical_usize);
    builder.absorb(numbers);
    let mut row = || -> Vec<Goldilocks> { (0..A::Columns::LEN).map(|_| builder.draw()).collect() };
    let (local, next) = (row(), row());
    let elements: [Goldilocks; CLAIM_LEN] = std::array::from_fn(|_| builder.draw());
    let (local, next) = (A::Columns::of(&local), A::Columns::of(&next));
    state_constraints(air, &local, &next, &Claim::from_elements(&elements), &mut builder);
    Digest(std::array::from_fn(|i| builder.state[i]))
}
