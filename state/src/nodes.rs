//! Reading nodes by their digests, each checked against its content.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use starfold_primitives::Digest;
use starfold_primitives::poseidon::Domain;
use starfold_primitives::quantities::Amount;

use crate::codec::{CodecError, Record};
use crate::keys::Key;
use crate::store::NodeStore;
use crate::tree::Shape;
use crate::{Account, EMPTY_LEAF, StateError};

/// How many nodes of a kind are remembered: some tens of megabytes, the paths of some ten thousand accounts.
const REMEMBERED: usize = 1 << 16;

/// A store whose nodes are checked when they are read. The account tree's are remembered too, since its paths share
/// most of them; that stays true, since a node's name is its content.
#[derive(Debug)]
pub(crate) struct VerifiedNodes<S> {
    pub(crate) store: S,
    branches: Remembered<[Digest; 2]>,
    accounts: Remembered<Account>,
}

/// A bounded map that starts anew when it is full.
#[derive(Debug)]
struct Remembered<T>(Mutex<HashMap<Digest, T>>);

impl<T: Copy> Remembered<T> {
    /// Every write to the map is whole, so a panic elsewhere does not spoil it.
    fn map(&self) -> MutexGuard<'_, HashMap<Digest, T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recall_or(
        &self,
        digest: Digest,
        read: impl FnOnce() -> Result<T, StateError>,
    ) -> Result<T, StateError> {
        if let Some(&known) = self.map().get(&digest) {
            return Ok(known);
        }
        let value = read()?;
        let mut map = self.map();
        if map.len() >= REMEMBERED {
            map.clear();
        }
        map.insert(digest, value);
        Ok(value)
    }
}

impl<S: NodeStore> VerifiedNodes<S> {
    pub(crate) fn new(store: S) -> Self {
        Self {
            store,
            branches: Remembered(Mutex::default()),
            accounts: Remembered(Mutex::default()),
        }
    }

    /// Forgets what was read, after nodes were removed.
    pub(crate) fn forget(&self) {
        self.branches.map().clear();
        self.accounts.map().clear();
    }

    /// A record that may be missing.
    pub(crate) fn find<T: Record>(&self, key: Key<'_>) -> Result<Option<T>, StateError> {
        let bytes = self.store.get(&key.to_bytes())?;
        bytes.map(|bytes| T::decode(&bytes).map_err(|error| error.at(key))).transpose()
    }

    /// A record that must be there.
    pub(crate) fn expect<T: Record>(&self, key: Key<'_>) -> Result<T, StateError> {
        self.find(key)?.ok_or_else(|| CodecError::Missing.at(key))
    }

    /// The children of an inner node.
    pub(crate) fn children<const DEPTH: usize>(
        &self,
        shape: &Shape<DEPTH>,
        digest: Digest,
    ) -> Result<[Digest; 2], StateError> {
        if shape.domain() == Domain::TokenNode {
            return self.read_children(shape, digest);
        }
        self.branches.recall_or(digest, || self.read_children(shape, digest))
    }

    /// The children of an inner node as the store has them now, checked and not remembered.
    pub(crate) fn read_children<const DEPTH: usize>(
        &self,
        shape: &Shape<DEPTH>,
        digest: Digest,
    ) -> Result<[Digest; 2], StateError> {
        let key = match shape.domain() {
            Domain::TokenNode => Key::TokenNode(digest),
            _ => Key::AccountNode(digest),
        };
        let [left, right]: [Digest; 2] = self.expect(key)?;
        let actual = shape.node(left, right);
        if actual != digest {
            return Err(CodecError::Digest { actual }.at(key));
        }
        Ok([left, right])
    }

    /// The account of a state leaf.
    pub(crate) fn account(&self, state_leaf: Digest) -> Result<Account, StateError> {
        self.accounts.recall_or(state_leaf, || self.read_account(state_leaf))
    }

    /// The account of a state leaf as the store has it now, checked and not remembered.
    pub(crate) fn read_account(&self, state_leaf: Digest) -> Result<Account, StateError> {
        if state_leaf == EMPTY_LEAF {
            return Ok(Account::EMPTY);
        }
        let key = Key::StateLeaf(state_leaf);
        let account: Account = self.expect(key)?;
        let actual = account.state_leaf();
        if actual != state_leaf {
            return Err(CodecError::Digest { actual }.at(key));
        }
        Ok(account)
    }

    /// The bottom of a path and its siblings, level 0 first.
    pub(crate) fn path<const DEPTH: usize>(
        &self,
        shape: &Shape<DEPTH>,
        root: Digest,
        index: u32,
    ) -> Result<(Digest, [Digest; DEPTH]), StateError> {
        let empty = shape.empty();
        let mut siblings = [Digest::ZERO; DEPTH];
        let mut digest = root;
        for level in (0..DEPTH).rev() {
            if digest == empty[level + 1] {
                siblings[..=level].copy_from_slice(&empty[..=level]);
                return Ok((empty[0], siblings));
            }
            let [left, right] = self.children(shape, digest)?;
            (digest, siblings[level]) =
                if index >> level & 1 == 0 { (left, right) } else { (right, left) };
        }
        Ok((digest, siblings))
    }
}

/// Reads a balance from the bottom of a token tree under a checked node.
pub(crate) fn balance_of(bottom: Digest, token_root: Digest) -> Result<Amount, StateError> {
    let mut limbs = [0; 4];
    for (i, (limb, value)) in limbs.iter_mut().zip(bottom.to_canonical()).enumerate() {
        *limb = u32::try_from(value).map_err(|_| {
            CodecError::Range { offset: 8 * i, value }.at(Key::TokenNode(token_root))
        })?;
    }
    Ok(Amount::from_limbs(limbs))
}
