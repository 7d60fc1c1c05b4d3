use ark_ff::{BigInteger as _, PrimeField as _, Zero as _};
use plonky2::field::types::Sample as _;
use plonky2::hash::hashing::PlonkyPermutation as _;
use plonky2::iop::challenger::Challenger;
use plonky2::plonk::config::{GenericHashOut as _, Hasher};
use proptest::prelude::*;
use starfold_primitives::{Field as _, GOLDILOCKS_ORDER, Goldilocks, PrimeField64 as _};
use starfold_prover::{LANES as SIDE_BY_SIDE, LaneHasher as _};
use taceo_poseidon2::bn254 as reference;

use super::{
    CHUNK_BITS, CONSTANT_COLUMNS, IdentityHasher, IdentityPermutation, NodeHash, NotBelowOrder,
    OuterHasher, RowLayout, TranscriptPermutation, Width,
};
use crate::r1cs::Fr;

fn elements(count: u64) -> Vec<Goldilocks> {
    (1..=count).map(|i| Goldilocks::from_canonical_u64(GOLDILOCKS_ORDER - i * i)).collect()
}

/// e0 + e1 2^64 + e2 2^128, computed in the field.
fn lane(elements: &[Goldilocks]) -> Fr {
    let base = Fr::from(1u128 << 64);
    elements.iter().rev().fold(Fr::zero(), |lane, e| lane * base + Fr::from(e.to_canonical_u64()))
}

/// The element that a limb of a lane shows.
fn limb(lane: Fr, place: usize) -> Goldilocks {
    Goldilocks::from_noncanonical_u64(lane.into_bigint().0[place])
}

fn hash() -> impl Strategy<Value = NodeHash> {
    any::<[u8; 64]>().prop_map(|bytes| NodeHash(Fr::from_le_bytes_mod_order(&bytes)))
}

proptest! {
    #[test]
    fn chunks_of_a_hash_make_it_up(hash in hash()) {
        let chunks = hash.to_vec();
        prop_assert_eq!(chunks.len(), CHUNK_BITS.len());
        let base = Fr::from(1u64 << CHUNK_BITS[0]);
        let integers = chunks.iter().map(Goldilocks::to_canonical_u64);
        for (chunk, bits) in integers.clone().zip(CHUNK_BITS) {
            prop_assert_eq!(chunk >> bits, 0);
        }
        let composed = integers.rev().fold(Fr::zero(), |high, chunk| high * base + Fr::from(chunk));
        prop_assert_eq!(composed, hash.0);
    }

    #[test]
    fn states_side_by_side_are_permuted_as_one_by_one(
        hashes in prop::collection::vec(hash(), 16 * SIDE_BY_SIDE),
    ) {
        for width in Width::ALL {
            let state = |lane: usize| std::array::from_fn(|i| hashes[lane * SIDE_BY_SIDE + i].0);
            let mut side_by_side: Vec<[Fr; SIDE_BY_SIDE]> = (0..width.lanes()).map(state).collect();
            let mut one_by_one = side_by_side.clone();
            width.permute_side_by_side(&mut side_by_side);
            width.permute_each(&mut one_by_one);
            prop_assert_eq!(side_by_side, one_by_one, "{:?}", width);
        }
    }

    #[test]
    fn nodes_are_hashed_side_by_side(hashes in prop::collection::vec(hash(), 0..100)) {
        let (pairs, _) = hashes.as_chunks::<2>();
        let mut parents = vec![NodeHash(Fr::zero()); pairs.len()];
        OuterHasher::parents(pairs.as_flattened(), &mut parents);
        for (&[left, right], parent) in pairs.iter().zip(parents) {
            prop_assert_eq!(parent, OuterHasher::two_to_one(left, right));
        }
    }

    #[test]
    fn a_hash_survives_its_encodings(hash in hash()) {
        let bytes = hash.to_bytes();
        prop_assert_eq!(NodeHash::from_bytes(&bytes), hash);
        prop_assert_eq!(NodeHash::from_canonical(bytes.try_into().unwrap()), Ok(hash));
        let json = serde_json::to_string(&hash).unwrap();
        prop_assert_eq!(serde_json::from_str::<NodeHash>(&json).unwrap(), hash);
    }
}

#[test]
fn what_is_not_below_the_order_is_no_hash() {
    let limbs = Fr::MODULUS.0;
    let bytes: [u8; 32] = Fr::MODULUS.to_bytes_le().try_into().unwrap();
    assert_eq!(NodeHash::from_canonical(bytes), Err(NotBelowOrder { limbs }));
    let json = serde_json::to_string(&limbs).unwrap();
    let error = serde_json::from_str::<NodeHash>(&json).unwrap_err().to_string();
    assert!(error.contains("not below the order"), "{error}");
}

#[test]
fn short_rows_are_hashed_in_one_permutation() {
    let row = elements(9);
    let mut state =
        [lane(&row[..3]), lane(&row[3..6]), lane(&row[6..]), Fr::from((3u64 << 32) + 9)];
    reference::t4::permutation_in_place(&mut state);
    assert_eq!(OuterHasher::hash_no_pad(&row), NodeHash(state[0]));
}

#[test]
fn long_rows_overwrite_the_rate_again() {
    let row = elements(135);
    let mut state = [Fr::zero(); 16];
    state[15] = Fr::from((3u64 << 32) + 135);
    for block in row.chunks(45) {
        for (place, elements) in block.chunks(3).enumerate() {
            state[place] = lane(elements);
        }
        reference::t16::permutation_in_place(&mut state);
    }
    assert_eq!(OuterHasher::hash_or_noop(&row), NodeHash(state[0]));
}

#[test]
fn constant_rows_have_a_lane_for_each_element() {
    let row = elements(CONSTANT_COLUMNS as u64);
    let mut state = [Fr::zero(); 16];
    state[15] = Fr::from((3u64 << 32) + CONSTANT_COLUMNS as u64);
    for block in row.chunks(15) {
        for (place, element) in block.iter().enumerate() {
            state[place] = Fr::from(element.to_canonical_u64());
        }
        reference::t16::permutation_in_place(&mut state);
    }
    assert_eq!(OuterHasher::hash_no_pad(&row), NodeHash(state[0]));
}

#[test]
fn rows_of_different_lengths_are_kept_apart() {
    for length in 4..=50 {
        let mut row = elements(length);
        let hash = OuterHasher::hash_no_pad(&row);
        row.push(Goldilocks::ZERO);
        assert_ne!(OuterHasher::hash_no_pad(&row), hash, "{length} elements and a zero");
        assert_ne!(RowLayout::new(row.len()).tag, RowLayout::new(row.len() - 1).tag);
    }
    assert_eq!(OuterHasher::hash_or_noop(&elements(3)), NodeHash(lane(&elements(3))));
}

#[test]
fn nodes_are_compressed_with_a_feed_forward() {
    let [left, right] = [Fr::from(5u64), -Fr::from(6u64)];
    let hash = OuterHasher::two_to_one(NodeHash(left), NodeHash(right));
    assert_eq!(hash.0, reference::t2::permutation(&[left, right])[0] + left);
    assert_ne!(hash, OuterHasher::two_to_one(NodeHash(right), NodeHash(left)));
}

#[test]
fn widths_have_their_lanes() {
    for width in Width::ALL {
        let mut state = vec![Fr::zero(); width.lanes()];
        width.permute(&mut state);
        assert!(state.iter().all(|lane| !lane.is_zero()));
    }
}

/// The transcript as lanes: seven elements absorbed, then drawn until it permutes by itself.
#[test]
fn the_challenger_is_a_sponge_over_lanes() {
    let absorbed = elements(7);
    let mut challenger = Challenger::<Goldilocks, OuterHasher>::new();
    challenger.observe_elements(&absorbed);

    let mut state = [lane(&absorbed[..3]), lane(&absorbed[3..6]), Fr::from(1u64 << 32)];
    reference::t3::permutation_in_place(&mut state);
    // the second lane is not overwritten: all its bits stay
    state[0] = lane(&absorbed[6..]);
    reference::t3::permutation_in_place(&mut state);
    for lane in [1, 0] {
        for place in [2, 1, 0] {
            assert_eq!(challenger.get_challenge(), limb(state[lane], place));
        }
    }
    reference::t3::permutation_in_place(&mut state);
    assert_eq!(challenger.get_challenge(), limb(state[1], 2));
}

/// Plonky2 searches for a proof of work by setting one element of a state into which the waiting ones were set.
#[test]
fn a_candidate_set_alone_is_as_if_absorbed_with_the_rest() {
    for waiting in 0..6 {
        let all = elements(waiting as u64 + 1);
        let mut start = TranscriptPermutation::default();
        start.set_from_slice(&elements(6), 0);
        start.permute();

        let mut together = start;
        together.set_from_slice(&all, 0);
        together.permute();

        let mut alone = start;
        alone.set_from_slice(&all[..waiting], 0);
        alone.set_elt(all[waiting], waiting);
        alone.permute();
        assert_eq!(alone, together, "{waiting} elements wait");
    }
}

#[test]
fn nothing_set_leaves_the_state() {
    let mut state = TranscriptPermutation::default();
    state.set_from_iter([], 0);
    let mut expected = [Fr::zero(), Fr::zero(), Fr::from(1u64 << 32)];
    state.permute();
    reference::t3::permutation_in_place(&mut expected);
    assert_eq!(state.squeeze()[4], limb(expected[1], 1));
    // plonky2 begins with zeros in every place
    let mut zeros = TranscriptPermutation::new(std::iter::repeat(Goldilocks::ZERO));
    zeros.permute();
    assert_eq!(zeros.squeeze(), state.squeeze());
}

#[test]
fn public_inputs_are_their_own_hash() {
    let inputs = elements(4);
    let hash = <IdentityHasher as Hasher<Goldilocks>>::hash_no_pad(&inputs);
    assert_eq!(hash.elements.to_vec(), inputs);
}

#[test]
fn the_identity_permutes_nothing_and_keeps_what_is_not_set() {
    let mut state = IdentityPermutation::new([1, 2, 3, 4]);
    state.permute();
    assert_eq!(state.squeeze(), [1, 2, 3, 4]);
    state.set_from_slice(&[5, 6], 1);
    state.set_elt(7, 3);
    state.permute();
    assert_eq!(state.as_ref(), [1, 5, 6, 7]);
}

#[test]
fn extreme_states_are_permuted_side_by_side() {
    for width in Width::ALL {
        for lane in [Fr::zero(), -Fr::from(1u64)] {
            let mut side_by_side = vec![[lane; SIDE_BY_SIDE]; width.lanes()];
            let mut one_by_one = side_by_side.clone();
            width.permute_side_by_side(&mut side_by_side);
            width.permute_each(&mut one_by_one);
            assert_eq!(side_by_side, one_by_one, "{width:?}");
        }
    }
}

#[test]
fn rows_are_hashed_side_by_side() {
    for length in (0..50).chain([135]) {
        for count in [0, 1, 2, SIDE_BY_SIDE - 1, SIDE_BY_SIDE, 2 * SIDE_BY_SIDE + 3] {
            let rows: Vec<_> = (0..count).map(|_| Goldilocks::rand_vec(length)).collect();
            let mut digests = vec![NodeHash(Fr::zero()); count];
            OuterHasher::hash_rows(&rows, &mut digests);
            let expected: Vec<_> = rows.iter().map(|row| OuterHasher::hash_or_noop(row)).collect();
            assert_eq!(digests, expected, "{count} rows of {length}");
        }
    }
}

#[test]
fn challenges_are_drawn_side_by_side() {
    let first = (1 << 40) - 3;
    for waiting in 0..6 {
        let mut state = TranscriptPermutation::default();
        state.set_from_slice(&elements(6), 0);
        state.permute();
        state.set_from_slice(&elements(waiting as u64), 0);
        let challenges = OuterHasher::challenges(&state, waiting, first);
        for (nonce, challenge) in (first..).zip(challenges) {
            let mut state = state;
            state.set_elt(Goldilocks::from_canonical_u64(nonce), waiting);
            state.permute();
            assert_eq!(state.squeeze().last(), Some(&challenge), "{waiting} elements wait");
        }
    }
}
