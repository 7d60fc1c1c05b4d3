//! Operations that the queue on L1 authorises.

use serde::{Deserialize, Serialize};
use starfold_primitives::quantities::{AccountIndex, Address, Amount, TokenId};
use starfold_primitives::signature::PublicKey;

/// A token by its number in the rollup or by its contract on L1 (zero for ETH).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged, expecting = "a token is a number below 2^16 or the address of its contract")]
pub enum TokenName {
    /// The number in the rollup.
    Id(TokenId),
    /// The contract on L1.
    L1(Address),
}

impl std::fmt::Display for TokenName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(token) => write!(f, "token {token}"),
            Self::L1(address) => write!(f, "the token at {address}"),
        }
    }
}

/// An entry of the queue on L1.
///
/// Whatever it holds, it can be executed: where account and address do not match, it changes nothing.
/// The contract refuses what could not be represented: an address zero, an unregistered token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum L1Operation {
    /// Credits the account of an address, which is created if it has none.
    Deposit {
        /// The address that receives.
        to: Address,
        /// The token.
        token: TokenName,
        /// The amount, in base units of the token.
        amount: Amount,
    },
    /// Withdraws the whole balance of one token to the account's address; an account of another
    /// address is left alone.
    ForcedExit {
        /// The account.
        from: AccountIndex,
        /// The address that asked on L1.
        address: Address,
        /// The token.
        token: TokenName,
    },
    /// Replaces an account's key; an account of another address is left alone.
    L1SetKey {
        /// The account.
        from: AccountIndex,
        /// The address that asked on L1.
        address: Address,
        /// The new key.
        new_key: PublicKey,
    },
}

#[cfg(test)]
mod tests;
