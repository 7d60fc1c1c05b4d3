//! Strategies of proptest for what an AIR speaks of.

use proptest::prelude::*;
use starfold_primitives::claim::Claim;
use starfold_primitives::{Field, GOLDILOCKS_ORDER, Goldilocks};

/// Any element, those near 0, 2^32 and the order more often.
pub fn element() -> impl Strategy<Value = Goldilocks> {
    let edge = prop_oneof![
        0..4u64,
        (1 << 32) - 2..(1u64 << 32) + 2,
        GOLDILOCKS_ORDER - 4..GOLDILOCKS_ORDER
    ];
    prop_oneof![3 => 0..GOLDILOCKS_ORDER, 1 => edge].prop_map(Goldilocks::from_canonical_u64)
}

/// Any claim.
pub fn claim() -> impl Strategy<Value = Claim<Goldilocks>> {
    prop::collection::vec(element(), starfold_primitives::claim::CLAIM_LEN).prop_map(|elements| {
        let elements = elements.try_into().expect("as many as a claim has");
        Claim::from_elements(&elements)
    })
}
