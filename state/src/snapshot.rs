//! The state at one checkpoint.

use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, BatchNumber, TokenId};

use crate::codec::{CodecError, Record};
use crate::keys::{Key, owned_prefix, read_owned};
use crate::nodes::{VerifiedNodes, balance_of};
use crate::store::NodeStore;
use crate::tree::{ACCOUNTS, TOKENS};
use crate::{Account, AccountOpening, Checkpoint, StateError, StateReader, TokenOpening};

/// Reads and opens the state at one checkpoint.
#[derive(Debug)]
pub struct Snapshot<'s, S> {
    nodes: &'s VerifiedNodes<S>,
    checkpoint: Checkpoint,
}

impl<'s, S: NodeStore> Snapshot<'s, S> {
    pub(crate) fn new(nodes: &'s VerifiedNodes<S>, checkpoint: Checkpoint) -> Self {
        Self { nodes, checkpoint }
    }

    /// The checkpoint that is read.
    pub fn checkpoint(&self) -> Checkpoint {
        self.checkpoint
    }

    /// The owner and the account of an entry, if it was made by this checkpoint or before it.
    pub(crate) fn owner_entry(
        &self,
        entry: &[u8],
        since: &[u8],
    ) -> Result<Option<(Address, AccountIndex)>, StateError> {
        let (address, index) = read_owned(entry).map_err(|error| StateError::Corrupt {
            record: "a record of owners".to_owned(),
            reason: error.to_string(),
        })?;
        let key = Key::Owned(address, index);
        let since = BatchNumber::decode(since).map_err(|error| error.at(key))?;
        if since > self.checkpoint.batch {
            return Ok(None);
        }
        if self.account(index)?.address != address {
            return Err(CodecError::Contradiction("the account has another address").at(key));
        }
        Ok(Some((address, index)))
    }
}

impl<S: NodeStore> StateReader for Snapshot<'_, S> {
    fn root(&self) -> Digest {
        self.checkpoint.root
    }

    fn account(&self, index: AccountIndex) -> Result<Account, StateError> {
        let (state_leaf, _) = self.nodes.path(&ACCOUNTS, self.root(), index.get())?;
        self.nodes.account(state_leaf)
    }

    fn balance(&self, index: AccountIndex, token: TokenId) -> Result<Amount, StateError> {
        self.open_token(index, token).map(|opening| opening.balance)
    }

    fn open_account(&self, index: AccountIndex) -> Result<AccountOpening, StateError> {
        let (state_leaf, siblings) = self.nodes.path(&ACCOUNTS, self.root(), index.get())?;
        Ok(AccountOpening { index, account: self.nodes.account(state_leaf)?, siblings })
    }

    fn open_token(&self, index: AccountIndex, token: TokenId) -> Result<TokenOpening, StateError> {
        let token_root = self.account(index)?.token_root;
        let (bottom, siblings) = self.nodes.path(&TOKENS, token_root, u32::from(token.get()))?;
        Ok(TokenOpening { token, balance: balance_of(bottom, token_root)?, siblings })
    }

    fn accounts_of(&self, address: Address) -> Result<Vec<AccountIndex>, StateError> {
        let mut accounts = Vec::new();
        for entry in self.nodes.store.scan(&owned_prefix(address)) {
            let (key, since) = entry?;
            accounts.extend(self.owner_entry(&key, &since)?.map(|(_, index)| index));
        }
        Ok(accounts)
    }

    fn next_index(&self) -> Result<AccountIndex, StateError> {
        self.checkpoint.next_index.ok_or(StateError::AccountsExhausted)
    }

    fn token_count(&self) -> u32 {
        self.checkpoint.token_count
    }

    fn token_of(&self, l1_token: Address) -> Result<Option<TokenId>, StateError> {
        if l1_token == Address::ZERO {
            return Ok(Some(TokenId::ZERO));
        }
        let key = Key::TokenByAddress(l1_token);
        let token: Option<TokenId> = self.nodes.find(key)?;
        let Some(token) = token.filter(|token| u32::from(token.get()) < self.token_count()) else {
            return Ok(None);
        };
        if self.l1_token(token)? != Some(l1_token) {
            return Err(CodecError::Contradiction("the number is another token's").at(key));
        }
        Ok(Some(token))
    }

    fn l1_token(&self, token: TokenId) -> Result<Option<Address>, StateError> {
        if token == TokenId::ZERO {
            return Ok(Some(Address::ZERO));
        }
        if u32::from(token.get()) >= self.token_count() {
            return Ok(None);
        }
        self.nodes.expect(Key::TokenById(token)).map(Some)
    }
}
