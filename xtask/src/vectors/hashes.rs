//! Poseidon: permutations and hashes of one chunk.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use starfold_primitives::poseidon::{Domain, WIDTH, hash_pair, permute};
use starfold_primitives::{Digest, Field, GOLDILOCKS_ORDER, Goldilocks};

use super::{digest, elements};

/// The domains whose inputs are two digests, or eight elements packed like two.
const DOMAINS: [Domain; 7] = [
    Domain::AccountNode,
    Domain::TokenNode,
    Domain::Identity,
    Domain::AccountHeader,
    Domain::StateLeaf,
    Domain::Word,
    Domain::ClaimPoint,
];

pub(super) fn vectors() -> Value {
    let mut rng = ChaCha8Rng::seed_from_u64(0x0f0f);
    let mut states = vec![
        [Goldilocks::ZERO; WIDTH],
        [Goldilocks::NEG_ONE; WIDTH],
        std::array::from_fn(Goldilocks::from_canonical_usize),
    ];
    states.extend((0..61).map(|_| std::array::from_fn(|_| random_element(&mut rng))));
    let permutations: Vec<Value> = states
        .into_iter()
        .map(|state| json!({"input": elements(&state), "output": elements(&permute(state))}))
        .collect();
    let hashes: Vec<Value> = (0..56)
        .map(|index| {
            let domain = DOMAINS[index % DOMAINS.len()];
            let [left, right] =
                [(); 2].map(|()| Digest(std::array::from_fn(|_| random_element(&mut rng))));
            json!({
                "tag": super::integer(domain.tag()),
                "left": digest(left),
                "right": digest(right),
                "digest": digest(hash_pair(domain, left, right)),
            })
        })
        .collect();
    json!({"permutations": permutations, "hashes": hashes})
}

/// An element, every second time one next to a boundary.
fn random_element(rng: &mut ChaCha8Rng) -> Goldilocks {
    let value = match rng.random_range(0..8) {
        0 => GOLDILOCKS_ORDER - 1 - rng.random_range(0..3),
        1 => rng.random_range(0..3),
        2 => (1 << 32) - rng.random_range(0..3),
        3 => (1 << 63) + rng.random_range(0..3),
        _ => rng.random_range(0..GOLDILOCKS_ORDER),
    };
    Goldilocks::from_canonical_u64(value)
}
