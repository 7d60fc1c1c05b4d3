//! The project's Poseidon hash in circuits (`docs/protocol.md`, section 1).

use plonky2::hash::hash_types::HashOutTarget;
use plonky2::hash::hashing::PlonkyPermutation;
use plonky2::hash::poseidon::{PoseidonHash, PoseidonPermutation};
use plonky2::iop::target::{BoolTarget, Target};
use plonky2::plonk::config::AlgebraicHasher;
use starfold_primitives::poseidon::{Domain, RATE, WIDTH};
use starfold_primitives::{Field, Goldilocks};

use super::backend::{Builder, EXTENSION};

fn initial_state(builder: &mut Builder, domain: Domain) -> [Target; WIDTH] {
    let mut state = [builder.zero(); WIDTH];
    state[RATE] = builder.constant(Goldilocks::from_canonical_u64(domain.tag()));
    state
}

/// One permutation; where `swap` is set, the first four elements change places with the next four.
fn permute(builder: &mut Builder, state: [Target; WIDTH], swap: BoolTarget) -> [Target; WIDTH] {
    let state = PoseidonPermutation::new(state);
    let state = <PoseidonHash as AlgebraicHasher<Goldilocks>>::permute_swapped::<EXTENSION>(
        state, swap, builder,
    );
    std::array::from_fn(|i| state.as_ref()[i])
}

fn digest(state: [Target; WIDTH]) -> HashOutTarget {
    HashOutTarget { elements: [state[0], state[1], state[2], state[3]] }
}

/// Hashes the elements of one domain.
pub(super) fn hash(builder: &mut Builder, domain: Domain, elements: &[Target]) -> HashOutTarget {
    assert_eq!(elements.len(), domain.input_len(), "{domain:?} has a fixed number of elements");
    let (zero, keep) = (builder.zero(), builder._false());
    let mut state = initial_state(builder, domain);
    for chunk in elements.chunks(RATE) {
        state[..RATE].fill(zero);
        state[..chunk.len()].copy_from_slice(chunk);
        state = permute(builder, state, keep);
    }
    digest(state)
}

/// Hashes two digests, `node` on the left or, where `is_right` is set, on the right. The permutation's gate forces
/// `is_right` to be 0 or 1.
pub(super) fn hash_node(
    builder: &mut Builder,
    domain: Domain,
    node: HashOutTarget,
    sibling: HashOutTarget,
    is_right: BoolTarget,
) -> HashOutTarget {
    let mut state = initial_state(builder, domain);
    state[..4].copy_from_slice(&node.elements);
    state[4..8].copy_from_slice(&sibling.elements);
    digest(permute(builder, state, is_right))
}
