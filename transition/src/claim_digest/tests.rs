use num_bigint::BigUint;
use proptest::array::{uniform16, uniform32};
use proptest::prelude::*;
use sha3::{Digest as _, Keccak256};
use starfold_primitives::{GOLDILOCKS_ORDER, PrimeField64, poseidon};

use super::*;

fn claim_of(elements: &[u64; 44]) -> Claim<Goldilocks> {
    Claim::from_elements(&elements.map(Goldilocks::from_noncanonical_u64))
}

/// (a0 + a1 X) (b0 + b1 X) with X^2 = 7, in integers.
fn multiply(a: &[BigUint; 2], b: &[BigUint; 2]) -> [BigUint; 2] {
    let p = BigUint::from(GOLDILOCKS_ORDER);
    [
        (&a[0] * &b[0] + BigUint::from(7_u32) * &a[1] * &b[1]) % &p,
        (&a[0] * &b[1] + &a[1] * &b[0]) % &p,
    ]
}

/// Section 6 in integers, with Poseidon alone taken from elsewhere.
fn reference(claim: &Claim<Goldilocks>, set: Digest) -> ClaimDigest {
    let p = BigUint::from(GOLDILOCKS_ORDER);
    let mut elements = claim.to_elements().to_vec();
    elements.extend(set.0);
    let digest = poseidon::hash(Domain::Claim, &elements);
    let mut bytes = digest.to_bytes().to_vec();
    for element in &elements {
        bytes.extend([0; 24]);
        bytes.extend(element.to_canonical_u64().to_be_bytes());
    }
    assert_eq!(bytes.len(), 32 + 48 * 32);
    let k = BigUint::from_bytes_be(&Keccak256::digest(&bytes));
    let part = BigUint::from(1_u32) << 64;
    let z = [&k % &part % &p, (&k >> 64) % &part % &p];
    let mut y = [BigUint::from(1_u32), BigUint::default()];
    for pair in elements.chunks(2) {
        y = multiply(&y, &z);
        for (sum, element) in y.iter_mut().zip(pair) {
            *sum = (&*sum + element.to_canonical_u64()) % &p;
        }
    }
    let element = |value: &BigUint| Goldilocks::from_canonical_u64(value.try_into().unwrap());
    let (point, value) = ([element(&z[0]), element(&z[1])], [element(&y[0]), element(&y[1])]);
    let last = [&digest.0[..], &point, &value].concat();
    ClaimDigest { digest, point, value, exposed: poseidon::hash(Domain::ClaimPoint, &last) }
}

proptest! {
    #[test]
    fn agrees_with_section_6_in_integers(low in uniform32(0..GOLDILOCKS_ORDER), high in uniform16(0..GOLDILOCKS_ORDER)) {
        let elements = std::array::from_fn(|i| if i < 32 { low[i] } else { high[i - 32] });
        let set = Digest(std::array::from_fn(|i| Goldilocks::from_canonical_u64(high[12 + i])));
        let claim = claim_of(&elements);
        prop_assert_eq!(claim_digest(&claim, set), reference(&claim, set));
    }
}

#[test]
fn every_element_and_the_circuit_set_change_what_is_exposed() {
    let elements = std::array::from_fn(|i| i as u64);
    let set = Digest::ZERO;
    let exposed = claim_digest(&claim_of(&elements), set).exposed;
    for position in 0..44 {
        let mut changed = elements;
        changed[position] += 1;
        assert_ne!(claim_digest(&claim_of(&changed), set).exposed, exposed, "element {position}");
    }
    for position in 0..4 {
        let mut changed = set;
        changed.0[position] += Goldilocks::ONE;
        assert_ne!(claim_digest(&claim_of(&elements), changed).exposed, exposed);
    }
}
