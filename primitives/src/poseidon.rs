//! Domain-tagged hashing with plonky2's Poseidon permutation (`docs/protocol.md`, section 1).

use plonky2::hash::poseidon::Poseidon;

use crate::{Digest, Field, Goldilocks};

/// Elements of a permutation's state.
pub const WIDTH: usize = 12;
/// Elements that one permutation absorbs; the other four are the capacity.
pub const RATE: usize = 8;

/// What a hash is for. Each domain has a tag of its own in the capacity and one length of input, so that a
/// digest of one domain never is a digest of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Domain {
    /// Inner node of the account tree: left 4, right 4.
    AccountNode = 1,
    /// Inner node of a token tree: left 4, right 4.
    TokenNode = 2,
    /// Who owns an account: key 5, address 3.
    Identity = 3,
    /// Identity 4, nonce, key kind, 0, 0.
    AccountHeader = 4,
    /// What the account tree holds: token root 4, account header 4.
    StateLeaf = 5,
    /// What a user signs, 24 elements.
    Message = 6,
    /// The challenge of a signature: encoded key 5, message 4, encoded R 5.
    Challenge = 7,
    /// One step of the words' digest: digest so far 4, limbs 4.
    Word = 8,
    /// The claim of a batch: 44 elements, circuit set root 4.
    Claim = 9,
    /// What the batch proof exposes: C 4, z 2, y 2.
    ClaimPoint = 10,
    /// Inner node of the circuit set: left 4, right 4.
    CircuitSetNode = 11,
}

impl Domain {
    /// The capacity element that tells the domains apart.
    pub const fn tag(self) -> u64 {
        self as u64
    }

    /// How many elements an input of this domain has.
    pub const fn input_len(self) -> usize {
        match self {
            Self::Message => 24,
            Self::Challenge => 14,
            Self::Claim => 48,
            _ => 8,
        }
    }
}

/// Plonky2's Poseidon permutation of width 12 over Goldilocks.
pub fn permute(state: [Goldilocks; WIDTH]) -> [Goldilocks; WIDTH] {
    Goldilocks::poseidon(state)
}

/// The state before the first permutation of a hash: the tag in the first capacity element.
pub fn initial_state(domain: Domain) -> [Goldilocks; WIDTH] {
    let mut state = [Goldilocks::ZERO; WIDTH];
    state[RATE] = Goldilocks::from_canonical_u64(domain.tag());
    state
}

/// Hashes the elements of one domain.
///
/// # Panics
/// Where the number of elements is not the domain's: inputs have a fixed length in every use.
pub fn hash(domain: Domain, elements: &[Goldilocks]) -> Digest {
    assert_eq!(elements.len(), domain.input_len(), "{domain:?} has a fixed number of elements");
    let mut state = initial_state(domain);
    for chunk in elements.chunks(RATE) {
        state[..RATE].fill(Goldilocks::ZERO);
        state[..chunk.len()].copy_from_slice(chunk);
        state = permute(state);
    }
    Digest([state[0], state[1], state[2], state[3]])
}

/// Hashes two digests, as every inner node of a tree does.
///
/// # Panics
/// Where the domain has not eight elements.
pub fn hash_pair(domain: Domain, left: Digest, right: Digest) -> Digest {
    let [a, b, c, d] = left.0;
    let [e, f, g, h] = right.0;
    hash(domain, &[a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PrimeField64;
    use plonky2::hash::hashing::PlonkyPermutation;
    use plonky2::hash::poseidon::{
        ALL_ROUND_CONSTANTS, HALF_N_FULL_ROUNDS, N_PARTIAL_ROUNDS, PoseidonPermutation,
    };

    /// Poseidon as the paper writes it, with the full matrix in every round: <https://eprint.iacr.org/2019/458>.
    fn textbook(mut state: [Goldilocks; WIDTH]) -> [Goldilocks; WIDTH] {
        let rounds = 2 * HALF_N_FULL_ROUNDS + N_PARTIAL_ROUNDS;
        for round in 0..rounds {
            for (i, element) in state.iter_mut().enumerate() {
                *element += Goldilocks::from_canonical_u64(ALL_ROUND_CONSTANTS[round * WIDTH + i]);
            }
            let partial =
                (HALF_N_FULL_ROUNDS..HALF_N_FULL_ROUNDS + N_PARTIAL_ROUNDS).contains(&round);
            for element in state.iter_mut().take(if partial { 1 } else { WIDTH }) {
                *element = element.exp_u64(7);
            }
            let circulant = Goldilocks::MDS_MATRIX_CIRC.map(Goldilocks::from_canonical_u64);
            let diagonal = Goldilocks::MDS_MATRIX_DIAG.map(Goldilocks::from_canonical_u64);
            state = std::array::from_fn(|row| {
                let sum: Goldilocks =
                    (0..WIDTH).map(|i| state[(i + row) % WIDTH] * circulant[i]).sum();
                sum + state[row] * diagonal[row]
            });
        }
        state
    }

    #[test]
    fn the_permutation_is_plonky2s_and_the_papers() {
        for seed in 0..20 {
            let state =
                std::array::from_fn(|i| Goldilocks::from_noncanonical_u64(seed << 60 | i as u64));
            let mut reference = PoseidonPermutation::new(state);
            reference.permute();
            assert_eq!(permute(state).as_slice(), reference.as_ref());
            assert_eq!(permute(state), textbook(state));
        }
    }

    #[test]
    fn a_domain_separates_equal_inputs() {
        let zeros = [Goldilocks::ZERO; 8];
        let digests: std::collections::HashSet<_> =
            [Domain::AccountNode, Domain::TokenNode, Domain::Identity, Domain::Word]
                .map(|domain| hash(domain, &zeros))
                .into_iter()
                .collect();
        assert_eq!(digests.len(), 4);
    }

    #[test]
    fn a_long_input_is_absorbed_chunk_by_chunk() {
        let elements: Vec<_> = (0..14).map(Goldilocks::from_canonical_u64).collect();
        let mut state = initial_state(Domain::Challenge);
        state[..8].copy_from_slice(&elements[..8]);
        state = permute(state);
        state[..6].copy_from_slice(&elements[8..]);
        state[6] = Goldilocks::ZERO;
        state[7] = Goldilocks::ZERO;
        state = permute(state);
        assert_eq!(hash(Domain::Challenge, &elements).0, state[..4]);
    }

    #[test]
    #[should_panic(expected = "fixed number of elements")]
    fn another_length_is_a_mistake() {
        hash(Domain::Identity, &[Goldilocks::ZERO; 7]);
    }

    #[test]
    fn known_digest_of_zeros() {
        let digest = hash(Domain::TokenNode, &[Goldilocks::ZERO; 8]);
        assert!(digest.0.iter().all(|element| element.to_canonical_u64() != 0));
    }
}
