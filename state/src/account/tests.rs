use starfold_primitives::poseidon::{Domain, hash};
use starfold_primitives::{Digest, Field, Goldilocks};

use super::*;
use crate::{ACCOUNT_DEPTH, TOKEN_DEPTH};

/// The root of an empty tree, level by level.
fn empty_root(domain: Domain, bottom: Digest, depth: usize) -> Digest {
    (0..depth).fold(bottom, |child, _| hash(domain, &[child.0, child.0].concat()))
}

#[test]
fn the_constants_are_the_formulas_over_zeros() {
    let zeros = [Goldilocks::ZERO; 8];
    let token_root = empty_root(Domain::TokenNode, Digest::ZERO, TOKEN_DEPTH);
    assert_eq!(token_root.to_canonical(), EMPTY_TOKEN_ROOT.to_canonical());

    let identity = hash(Domain::Identity, &zeros);
    let mut header = zeros;
    header[..4].copy_from_slice(&identity.0);
    let header = hash(Domain::AccountHeader, &header);
    let state_leaf = hash(Domain::StateLeaf, &[token_root.0, header.0].concat());
    assert_eq!(state_leaf.to_canonical(), EMPTY_LEAF.to_canonical());

    let root = empty_root(Domain::AccountNode, state_leaf, ACCOUNT_DEPTH);
    assert_eq!(root.to_canonical(), EMPTY_ROOT.to_canonical());
}

#[test]
fn an_account_with_anything_in_it_is_not_empty() {
    assert!(Account::EMPTY.is_empty());
    assert_eq!(Account::EMPTY.state_leaf(), EMPTY_LEAF);
    let key = PublicKey::new([1, 0, 0, 0, 0].map(Goldilocks::from_canonical_u64));
    let others = [
        Account { key, ..Account::EMPTY },
        Account { address: Address([1; 20]), ..Account::EMPTY },
        Account { nonce: Nonce::new(1).unwrap(), ..Account::EMPTY },
        Account { token_root: Digest::ZERO, ..Account::EMPTY },
    ];
    for account in others {
        assert!(!account.is_empty());
        assert_ne!(account.state_leaf(), EMPTY_LEAF);
    }
}

/// Every element stands where `docs/protocol.md` puts it.
#[test]
fn digests_are_the_documented_formulas() {
    let account = Account {
        key: PublicKey::new([1, 2, 3, 4, 5].map(Goldilocks::from_canonical_u64)),
        address: Address::from_limbs([6, 7, 8]).unwrap(),
        nonce: Nonce::new(9).unwrap(),
        token_root: Digest::from_canonical([10, 11, 12, 13]).unwrap(),
    };
    let list = |values: [u64; 8]| values.map(Goldilocks::from_canonical_u64);
    let identity = hash(Domain::Identity, &list([1, 2, 3, 4, 5, 6, 7, 8]));
    assert_eq!(account.identity(), identity);
    let [a, b, c, d] = identity.to_canonical();
    let header = hash(Domain::AccountHeader, &list([a, b, c, d, 9, 0, 0, 0]));
    assert_eq!(account.header(), header);
    let [a, b, c, d] = header.to_canonical();
    let state_leaf = hash(Domain::StateLeaf, &list([10, 11, 12, 13, a, b, c, d]));
    assert_eq!(account.state_leaf(), state_leaf);
}
