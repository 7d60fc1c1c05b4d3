//! What an overlay changed, ready to be committed.

use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, TokenId};

use crate::Account;
use crate::tree::Branch;

/// The difference between two states, made by [`crate::Overlay::into_changes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    pub(crate) base_root: Digest,
    pub(crate) base_token_count: u32,
    pub(crate) root: Digest,
    /// The lowest index never used; nothing where it did not move, no index where all are used.
    pub(crate) next_index: Option<Option<AccountIndex>>,
    pub(crate) accounts: Vec<ChangedAccount>,
    pub(crate) owned: Vec<(Address, AccountIndex)>,
    pub(crate) tokens: Vec<Address>,
    pub(crate) account_branches: Vec<Branch>,
    pub(crate) token_branches: Vec<Branch>,
}

/// An account as it is now, and its state leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChangedAccount {
    pub(crate) index: AccountIndex,
    pub(crate) account: Account,
    pub(crate) state_leaf: Digest,
}

impl Changes {
    /// The root that the changes lead to.
    pub fn root(&self) -> Digest {
        self.root
    }

    /// The accounts that were set or whose balances were, as they are now, by index.
    pub fn accounts(&self) -> impl Iterator<Item = (AccountIndex, &Account)> {
        self.accounts.iter().map(|changed| (changed.index, &changed.account))
    }

    /// The tokens that were registered, with their numbers.
    pub fn tokens(&self) -> impl Iterator<Item = (TokenId, Address)> {
        let first = self.base_token_count;
        self.tokens.iter().zip(first..).map(|(&l1_token, token)| {
            let token = u16::try_from(token).ok().and_then(|token| TokenId::new(token).ok());
            (token.expect("the overlay registers at most 2^16 tokens"), l1_token)
        })
    }
}
