//! Reading a state, settled or pending.

use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, TokenId};

use crate::{Account, AccountOpening, StateError, TokenOpening};

/// A state that can be read and opened: a [`crate::Snapshot`] or an [`crate::Overlay`] over one.
///
/// Every method fails with [`StateError::Store`] or [`StateError::Corrupt`] where the store does.
pub trait StateReader {
    /// The root of the account tree.
    fn root(&self) -> Digest;

    /// The account at an index; [`Account::EMPTY`] where there is none.
    ///
    /// # Errors
    /// Those of the store.
    fn account(&self, index: AccountIndex) -> Result<Account, StateError>;

    /// An account's balance of a token; zero where there is none.
    ///
    /// # Errors
    /// Those of the store.
    fn balance(&self, index: AccountIndex, token: TokenId) -> Result<Amount, StateError>;

    /// Opens an account against [`Self::root`].
    ///
    /// # Errors
    /// Those of the store.
    fn open_account(&self, index: AccountIndex) -> Result<AccountOpening, StateError>;

    /// Opens a balance against the token root of [`Self::account`].
    ///
    /// # Errors
    /// Those of the store.
    fn open_token(&self, index: AccountIndex, token: TokenId) -> Result<TokenOpening, StateError>;

    /// The accounts that an address owns, lowest index first; none for the address zero.
    ///
    /// # Errors
    /// Those of the store.
    fn accounts_of(&self, address: Address) -> Result<Vec<AccountIndex>, StateError>;

    /// The lowest index that was never used.
    ///
    /// # Errors
    /// [`StateError::AccountsExhausted`] where none is left.
    fn next_index(&self) -> Result<AccountIndex, StateError>;

    /// How many tokens are registered, ETH included: their numbers are `0..token_count`.
    fn token_count(&self) -> u32;

    /// The number of an L1 token; ETH is the address zero and number 0.
    ///
    /// # Errors
    /// Those of the store.
    fn token_of(&self, l1_token: Address) -> Result<Option<TokenId>, StateError>;

    /// The L1 contract of a registered token.
    ///
    /// # Errors
    /// Those of the store.
    fn l1_token(&self, token: TokenId) -> Result<Option<Address>, StateError>;
}
