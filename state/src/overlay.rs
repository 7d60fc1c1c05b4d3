//! Pending changes over a state.

use std::cell::{Ref, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce, TokenId};
use starfold_primitives::signature::PublicKey;

use crate::changes::ChangedAccount;
use crate::tree::{ACCOUNTS, TOKENS, WorkingTree};
use crate::{
    ACCOUNT_DEPTH, Account, AccountOpening, Changes, StateError, StateReader, TOKEN_DEPTH,
    TokenOpening,
};

/// Changes over a reader that nobody else sees until they are committed. Reads see them.
///
/// Hashing is put off until a root or an opening is asked for, so that many changes share the inner nodes
/// above them, and one change costs one path.
#[derive(Debug)]
pub struct Overlay<'s, R: ?Sized> {
    base: &'s R,
    trees: RefCell<Trees>,
    /// Accounts by the addresses that took them since the base.
    owned: BTreeMap<Address, BTreeSet<AccountIndex>>,
    /// Registered since the base, in the order of their numbers.
    tokens: Vec<Address>,
    token_numbers: HashMap<Address, TokenId>,
    /// The lowest index never used; nothing where it is still the base's, no index where all are used.
    next_index: Option<Option<AccountIndex>>,
}

/// The account tree and the token trees in it, as far as they were asked for.
#[derive(Debug)]
struct Trees {
    accounts: WorkingTree<ACCOUNT_DEPTH>,
    loaded: HashMap<AccountIndex, LoadedAccount>,
    /// Accounts that differ from what the account tree holds.
    unsettled: BTreeSet<AccountIndex>,
    /// Accounts that were ever set.
    changed: BTreeSet<AccountIndex>,
}

#[derive(Debug)]
struct LoadedAccount {
    /// The account; its token root is up to date once the tokens are settled.
    account: Account,
    tokens: WorkingTree<TOKEN_DEPTH>,
    balances: HashMap<TokenId, Amount>,
}

impl LoadedAccount {
    fn settle(&mut self) {
        self.tokens.settle();
        self.account.token_root = self.tokens.root();
    }
}

impl Trees {
    fn account(&mut self, index: AccountIndex) -> &mut LoadedAccount {
        self.loaded.get_mut(&index).expect("an account is loaded before it is used")
    }

    fn mark(&mut self, index: AccountIndex) {
        self.unsettled.insert(index);
        self.changed.insert(index);
    }

    fn settle(&mut self) {
        for index in std::mem::take(&mut self.unsettled) {
            let loaded = self.account(index);
            loaded.settle();
            let state_leaf = loaded.account.state_leaf();
            self.accounts.set(index.get(), state_leaf);
        }
        self.accounts.settle();
    }
}

impl<'s, R: StateReader + ?Sized> Overlay<'s, R> {
    /// Starts without a change.
    pub fn new(base: &'s R) -> Self {
        let trees = Trees {
            accounts: WorkingTree::new(&ACCOUNTS, base.root()),
            loaded: HashMap::new(),
            unsettled: BTreeSet::new(),
            changed: BTreeSet::new(),
        };
        Self {
            base,
            trees: RefCell::new(trees),
            owned: BTreeMap::new(),
            tokens: Vec::new(),
            token_numbers: HashMap::new(),
            next_index: None,
        }
    }

    /// Sets everything of an account but its balances.
    ///
    /// # Errors
    /// [`StateError::OtherAddress`] where the account belongs to another address; those of the store.
    pub fn set_account(
        &mut self,
        index: AccountIndex,
        key: PublicKey,
        address: Address,
        nonce: Nonce,
    ) -> Result<(), StateError> {
        self.load_account(index)?;
        let trees = self.trees.get_mut();
        let account = &mut trees.account(index).account;
        let expected = account.address;
        if expected != address {
            if expected != Address::ZERO {
                return Err(StateError::OtherAddress { index, expected, actual: address });
            }
            self.owned.entry(address).or_default().insert(index);
        }
        (account.key, account.address, account.nonce) = (key, address, nonce);
        trees.mark(index);
        self.use_index(index)
    }

    /// Sets an account's balance of a token.
    ///
    /// # Errors
    /// Those of the store.
    pub fn set_balance(
        &mut self,
        index: AccountIndex,
        token: TokenId,
        balance: Amount,
    ) -> Result<(), StateError> {
        self.load_balance(index, token)?;
        let trees = self.trees.get_mut();
        let loaded = trees.account(index);
        loaded.balances.insert(token, balance);
        loaded.tokens.set(u32::from(token.get()), Digest(balance.elements()));
        trees.mark(index);
        self.use_index(index)
    }

    /// Gives an L1 token the next number; a registered token keeps the one it has.
    ///
    /// # Errors
    /// [`StateError::TokensExhausted`] where no number is left; those of the store.
    pub fn register_token(&mut self, l1_token: Address) -> Result<TokenId, StateError> {
        if let Some(token) = self.token_of(l1_token)? {
            return Ok(token);
        }
        let token = u16::try_from(self.token_count())
            .ok()
            .and_then(|token| TokenId::new(token).ok())
            .ok_or(StateError::TokensExhausted)?;
        self.tokens.push(l1_token);
        self.token_numbers.insert(l1_token, token);
        Ok(token)
    }

    /// Ends the overlay with the difference to its base.
    pub fn into_changes(self) -> Changes {
        let mut trees = self.trees.into_inner();
        trees.settle();
        let changed = |&index: &AccountIndex| ChangedAccount {
            index,
            account: trees.loaded[&index].account,
            state_leaf: trees.accounts.bottom(index.get()),
        };
        let accounts = trees.changed.iter().map(changed).collect();
        let token_branches = trees
            .changed
            .iter()
            .flat_map(|index| trees.loaded[index].tokens.changed_branches())
            .collect();
        let owned = self.owned.into_iter();
        Changes {
            base_root: self.base.root(),
            base_token_count: self.base.token_count(),
            root: trees.accounts.root(),
            next_index: self.next_index,
            accounts,
            owned: owned
                .flat_map(|(address, indices)| indices.into_iter().map(move |i| (address, i)))
                .collect(),
            tokens: self.tokens,
            account_branches: trees.accounts.changed_branches(),
            token_branches,
        }
    }

    /// Takes an account and its path from the base, unless they are here.
    fn load_account(&self, index: AccountIndex) -> Result<(), StateError> {
        if self.trees.borrow().loaded.contains_key(&index) {
            return Ok(());
        }
        let AccountOpening { account, siblings, .. } = self.base.open_account(index)?;
        let mut trees = self.trees.borrow_mut();
        trees.accounts.load(index.get(), &siblings);
        let tokens = WorkingTree::new(&TOKENS, account.token_root);
        trees.loaded.insert(index, LoadedAccount { account, tokens, balances: HashMap::new() });
        Ok(())
    }

    /// Takes a balance and its path from the base, unless they are here.
    fn load_balance(&self, index: AccountIndex, token: TokenId) -> Result<(), StateError> {
        self.load_account(index)?;
        if self.trees.borrow_mut().account(index).balances.contains_key(&token) {
            return Ok(());
        }
        let opening = self.base.open_token(index, token)?;
        let mut trees = self.trees.borrow_mut();
        let loaded = trees.account(index);
        loaded.tokens.load(u32::from(token.get()), &opening.siblings);
        loaded.balances.insert(token, opening.balance);
        Ok(())
    }

    /// Moves the lowest index never used past an index that has just been set.
    fn use_index(&mut self, index: AccountIndex) -> Result<(), StateError> {
        let mut next = match self.next_index {
            Some(next) => next,
            None => some_index(self.base.next_index())?,
        };
        if next != Some(index) {
            return Ok(());
        }
        while let Some(index) = next {
            if self.account(index)?.is_empty() {
                break;
            }
            next = index.get().checked_add(1).and_then(|index| AccountIndex::new(index).ok());
        }
        self.next_index = Some(next);
        Ok(())
    }

    fn settled(&self) -> Ref<'_, Trees> {
        self.trees.borrow_mut().settle();
        self.trees.borrow()
    }
}

fn some_index(next: Result<AccountIndex, StateError>) -> Result<Option<AccountIndex>, StateError> {
    match next {
        Ok(index) => Ok(Some(index)),
        Err(StateError::AccountsExhausted) => Ok(None),
        Err(error) => Err(error),
    }
}

impl<R: StateReader + ?Sized> StateReader for Overlay<'_, R> {
    fn root(&self) -> Digest {
        self.settled().accounts.root()
    }

    fn account(&self, index: AccountIndex) -> Result<Account, StateError> {
        match self.trees.borrow_mut().loaded.get_mut(&index) {
            Some(loaded) => {
                loaded.settle();
                Ok(loaded.account)
            }
            None => self.base.account(index),
        }
    }

    fn balance(&self, index: AccountIndex, token: TokenId) -> Result<Amount, StateError> {
        let trees = self.trees.borrow();
        let loaded = trees.loaded.get(&index).and_then(|loaded| loaded.balances.get(&token));
        loaded.map_or_else(|| self.base.balance(index, token), |&balance| Ok(balance))
    }

    fn open_account(&self, index: AccountIndex) -> Result<AccountOpening, StateError> {
        self.load_account(index)?;
        let trees = self.settled();
        let account = trees.loaded[&index].account;
        Ok(AccountOpening { index, account, siblings: trees.accounts.siblings(index.get()) })
    }

    fn open_token(&self, index: AccountIndex, token: TokenId) -> Result<TokenOpening, StateError> {
        self.load_balance(index, token)?;
        let mut trees = self.trees.borrow_mut();
        let loaded = trees.account(index);
        loaded.settle();
        let siblings = loaded.tokens.siblings(u32::from(token.get()));
        Ok(TokenOpening { token, balance: loaded.balances[&token], siblings })
    }

    fn accounts_of(&self, address: Address) -> Result<Vec<AccountIndex>, StateError> {
        if address == Address::ZERO {
            return Ok(Vec::new());
        }
        let mut accounts = self.base.accounts_of(address)?;
        accounts.extend(self.owned.get(&address).into_iter().flatten());
        accounts.sort_unstable();
        Ok(accounts)
    }

    fn next_index(&self) -> Result<AccountIndex, StateError> {
        match self.next_index {
            Some(next) => next.ok_or(StateError::AccountsExhausted),
            None => self.base.next_index(),
        }
    }

    fn token_count(&self) -> u32 {
        let registered = u32::try_from(self.tokens.len()).expect("at most 2^16 tokens");
        self.base.token_count() + registered
    }

    fn token_of(&self, l1_token: Address) -> Result<Option<TokenId>, StateError> {
        match self.token_numbers.get(&l1_token) {
            Some(&token) => Ok(Some(token)),
            None => self.base.token_of(l1_token),
        }
    }

    fn l1_token(&self, token: TokenId) -> Result<Option<Address>, StateError> {
        let number = u32::from(token.get());
        match number.checked_sub(self.base.token_count()) {
            Some(position) => Ok(self.tokens.get(position as usize).copied()),
            None => self.base.l1_token(token),
        }
    }
}

#[cfg(test)]
mod tests;
