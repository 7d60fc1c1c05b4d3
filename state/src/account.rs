//! Accounts and the digests they consist of.

use serde::{Deserialize, Serialize};
use starfold_primitives::poseidon::{Domain, hash, hash_pair};
use starfold_primitives::quantities::{Address, Nonce};
use starfold_primitives::signature::PublicKey;
use starfold_primitives::{Digest, Field, Goldilocks};

/// The root of a token tree without balances.
pub const EMPTY_TOKEN_ROOT: Digest =
    constant([8533207421863073465, 6136038556646113766, 8795138528984489134, 12993779935462378663]);
/// The state leaf of an empty account, the bottom of an empty account tree.
pub const EMPTY_LEAF: Digest = constant([
    14473908681554871195,
    9956622485434707985,
    13967348589670241848,
    7552751740410255212,
]);
/// The root of an account tree without accounts: where every rollup starts.
pub const EMPTY_ROOT: Digest =
    constant([7319617948519554165, 2353117508341513956, 3245758504257232655, 3598406200056491020]);

/// A digest of canonical elements, element 0 first.
const fn constant([a, b, c, d]: [u64; 4]) -> Digest {
    Digest([Goldilocks { 0: a }, Goldilocks { 0: b }, Goldilocks { 0: c }, Goldilocks { 0: d }])
}

/// What the state says of one account, all of it: the token root stands for its balances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The key that signs for it; all zero before one is set.
    pub key: PublicKey,
    /// The Ethereum address that owns it; zero for an empty account.
    pub address: Address,
    /// How often it has authorised something.
    pub nonce: Nonce,
    /// The root of its token tree.
    pub token_root: Digest,
}

impl Account {
    /// The account at every index that was never used.
    pub const EMPTY: Self = Self {
        key: PublicKey::NONE,
        address: Address::ZERO,
        nonce: Nonce::ZERO,
        token_root: EMPTY_TOKEN_ROOT,
    };

    /// Whether the whole account is that of an unused index, balances included.
    pub fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }

    /// `H(Identity; key, address)`.
    pub fn identity(&self) -> Digest {
        let mut elements = [Goldilocks::ZERO; 8];
        elements[..5].copy_from_slice(&self.key.elements());
        elements[5..].copy_from_slice(&self.address.elements());
        hash(Domain::Identity, &elements)
    }

    /// `H(AccountHeader; identity, nonce, key kind, 0, 0)` with key kind 0.
    pub fn header(&self) -> Digest {
        let mut elements = [Goldilocks::ZERO; 8];
        elements[..4].copy_from_slice(&self.identity().0);
        elements[4] = self.nonce.element();
        hash(Domain::AccountHeader, &elements)
    }

    /// `H(StateLeaf; token root, header)`: what the account tree holds.
    pub fn state_leaf(&self) -> Digest {
        hash_pair(Domain::StateLeaf, self.token_root, self.header())
    }
}

#[cfg(test)]
mod tests;
