//! Openings: a value of a tree with the siblings on its way to the root.

use serde::{Deserialize, Serialize};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Amount, TokenId};

use crate::tree::{ACCOUNTS, TOKENS};
use crate::{ACCOUNT_DEPTH, Account, OpeningError, TOKEN_DEPTH};

/// An account under a state root. An empty account opens the same way, which proves that the index is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountOpening {
    /// Where the account stands.
    pub index: AccountIndex,
    /// The account.
    pub account: Account,
    /// The sibling at each level, level 0 first.
    pub siblings: [Digest; ACCOUNT_DEPTH],
}

impl AccountOpening {
    /// The state root that the opening leads to.
    pub fn root(&self) -> Digest {
        ACCOUNTS.root_of_path(self.index.get(), self.account.state_leaf(), &self.siblings)
    }

    /// Checks the opening against a state root.
    ///
    /// # Errors
    /// [`OpeningError::Account`] where it leads to another root.
    pub fn verify(&self, expected: Digest) -> Result<(), OpeningError> {
        let actual = self.root();
        if actual != expected {
            return Err(OpeningError::Account { index: self.index, expected, actual });
        }
        Ok(())
    }
}

/// A balance under an account's token root. A balance of zero opens the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenOpening {
    /// The token.
    pub token: TokenId,
    /// The balance.
    pub balance: Amount,
    /// The sibling at each level, level 0 first.
    pub siblings: [Digest; TOKEN_DEPTH],
}

impl TokenOpening {
    /// The token root that the opening leads to.
    pub fn root(&self) -> Digest {
        let bottom = Digest(self.balance.elements());
        TOKENS.root_of_path(u32::from(self.token.get()), bottom, &self.siblings)
    }

    /// Checks the opening against an account's token root.
    ///
    /// # Errors
    /// [`OpeningError::Token`] where it leads to another root.
    pub fn verify(&self, expected: Digest) -> Result<(), OpeningError> {
        let actual = self.root();
        if actual != expected {
            return Err(OpeningError::Token { token: self.token, expected, actual });
        }
        Ok(())
    }
}
