//! The state before the first batch.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce, TokenId};
use starfold_primitives::signature::PublicKey;

use crate::{GenesisError, Overlay, StateError, StateReader};

/// What a rollup starts with; by default nothing, whose root is [`crate::EMPTY_ROOT`].
///
/// In JSON a list that is left out is empty, and a field of another name is refused: a misspelt list would be lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Genesis {
    /// The accounts.
    pub accounts: Vec<GenesisAccount>,
    /// Their balances.
    pub balances: Vec<GenesisBalance>,
    /// The L1 tokens with the numbers from 1 on; 0 is ETH.
    pub tokens: Vec<Address>,
}

/// An account that exists from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisAccount {
    /// Where it stands.
    pub index: AccountIndex,
    /// Its key, or [`PublicKey::NONE`], which is also what it has where JSON names none.
    #[serde(default)]
    pub key: PublicKey,
    /// Its owner, not zero.
    pub address: Address,
}

/// A balance of an account that exists from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisBalance {
    /// The account.
    pub account: AccountIndex,
    /// The token.
    pub token: TokenId,
    /// How much of it.
    pub amount: Amount,
}

impl Genesis {
    /// Writes it all over an empty state.
    pub(crate) fn apply<R: StateReader + ?Sized>(
        &self,
        overlay: &mut Overlay<'_, R>,
    ) -> Result<(), StateError> {
        for &l1_token in &self.tokens {
            if overlay.token_of(l1_token)?.is_some() {
                return Err(GenesisError::DuplicateToken { l1_token }.into());
            }
            overlay.register_token(l1_token)?;
        }
        let mut created = BTreeSet::new();
        for &GenesisAccount { index, key, address } in &self.accounts {
            if address == Address::ZERO {
                return Err(GenesisError::AddressZero { index }.into());
            }
            if !created.insert(index) {
                return Err(GenesisError::DuplicateAccount { index }.into());
            }
            overlay.set_account(index, key, address, Nonce::ZERO)?;
        }
        let mut funded = BTreeSet::new();
        for &GenesisBalance { account: index, token, amount } in &self.balances {
            let registered = overlay.token_count();
            if !created.contains(&index) {
                return Err(GenesisError::UnknownAccount { index }.into());
            }
            if u32::from(token.get()) >= registered {
                return Err(GenesisError::UnknownToken { token, registered }.into());
            }
            if !funded.insert((index, token)) {
                return Err(GenesisError::DuplicateBalance { index, token }.into());
            }
            overlay.set_balance(index, token, amount)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
