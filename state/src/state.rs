//! The state as a chain of checkpoints, one per batch.

use starfold_primitives::quantities::{AccountIndex, BatchNumber};

use crate::changes::ChangedAccount;
use crate::codec::{Additions, CodecError, Record};
use crate::keys::Key;
use crate::nodes::VerifiedNodes;
use crate::store::{NodeStore, WriteBatch};
use crate::{Changes, Checkpoint, EMPTY_LEAF, EMPTY_ROOT, Genesis, Overlay, Snapshot, StateError};

/// The version of the records.
const FORMAT: u32 = 1;

/// The state of a rollup in a store.
///
/// Every move is one atomic batch of the store followed by a flush: whatever ends the process, the store holds
/// the state before the move or after it. After a [`StateError::Store`] of a move, open the state again to see which.
#[derive(Debug)]
pub struct State<S> {
    pub(crate) nodes: VerifiedNodes<S>,
    head: Checkpoint,
    settled: BatchNumber,
}

impl<S: NodeStore> State<S> {
    /// Writes a genesis into an empty store, as batch 0, settled.
    ///
    /// # Errors
    /// [`StateError::AlreadyCreated`], [`StateError::Genesis`], those of the store.
    pub fn create(store: S, genesis: &Genesis) -> Result<Self, StateError> {
        if store.scan(&[]).next().transpose()?.is_some() {
            return Err(StateError::AlreadyCreated);
        }
        let nodes = VerifiedNodes::new(store);
        let nothing = Checkpoint {
            batch: BatchNumber::ZERO,
            root: EMPTY_ROOT,
            next_index: Some(AccountIndex::ZERO),
            token_count: 1,
        };
        let snapshot = Snapshot::new(&nodes, nothing);
        let mut overlay = Overlay::new(&snapshot);
        genesis.apply(&mut overlay)?;
        let changes = overlay.into_changes();
        let head = after(&nothing, BatchNumber::ZERO, &changes);

        let mut writes = WriteBatch::default();
        write_changes(&mut writes, &head, &changes);
        writes.put(Key::Format.to_bytes(), FORMAT.encode());
        writes.put(Key::Settled.to_bytes(), BatchNumber::ZERO.encode());
        nodes.store.apply(writes)?;
        nodes.store.flush()?;
        Ok(Self { nodes, head, settled: BatchNumber::ZERO })
    }

    /// Opens the state in a store at its last checkpoint.
    ///
    /// # Errors
    /// [`StateError::NotCreated`], [`StateError::Format`], [`StateError::Corrupt`], those of the store.
    pub fn open(store: S) -> Result<Self, StateError> {
        let nodes = VerifiedNodes::new(store);
        let actual: u32 = nodes.find(Key::Format)?.ok_or(StateError::NotCreated)?;
        if actual != FORMAT {
            return Err(StateError::Format { expected: FORMAT, actual });
        }
        let head = read_checkpoint(&nodes, nodes.expect(Key::Head)?)?;
        let settled: BatchNumber = nodes.expect(Key::Settled)?;
        if settled > head.batch {
            let error = CodecError::Contradiction("a batch after the head is settled");
            return Err(error.at(Key::Settled));
        }
        Ok(Self { nodes, head, settled })
    }

    /// The last checkpoint.
    pub fn head(&self) -> Checkpoint {
        self.head
    }

    /// The last settled batch: nothing before it can be abandoned, nothing after it pruned.
    pub fn settled(&self) -> BatchNumber {
        self.settled
    }

    /// The state at the head.
    pub fn snapshot(&self) -> Snapshot<'_, S> {
        Snapshot::new(&self.nodes, self.head)
    }

    /// The state after an earlier batch.
    ///
    /// # Errors
    /// [`StateError::UnknownCheckpoint`] where it was pruned or never was; those of the store.
    pub fn snapshot_at(&self, batch: BatchNumber) -> Result<Snapshot<'_, S>, StateError> {
        Ok(Snapshot::new(&self.nodes, self.checkpoint(batch)?))
    }

    /// The checkpoint after a batch.
    ///
    /// # Errors
    /// [`StateError::UnknownCheckpoint`] where it was pruned or never was; those of the store.
    pub fn checkpoint(&self, batch: BatchNumber) -> Result<Checkpoint, StateError> {
        let unknown = StateError::UnknownCheckpoint { batch, head: self.head.batch };
        if batch > self.head.batch
            || self.nodes.store.get(&Key::Checkpoint(batch).to_bytes())?.is_none()
        {
            return Err(unknown);
        }
        read_checkpoint(&self.nodes, batch)
    }

    /// Makes changes over the head the next checkpoint, together with the batch that they come from.
    ///
    /// # Errors
    /// [`StateError::StaleChanges`] or [`StateError::StaleTokens`] where the changes start from another state,
    /// [`StateError::BatchesExhausted`], those of the store.
    pub fn commit(&mut self, changes: Changes, payload: &[u8]) -> Result<Checkpoint, StateError> {
        if changes.base_root != self.head.root {
            let actual = changes.base_root;
            return Err(StateError::StaleChanges { expected: self.head.root, actual });
        }
        if changes.base_token_count != self.head.token_count {
            let actual = changes.base_token_count;
            return Err(StateError::StaleTokens { expected: self.head.token_count, actual });
        }
        let batch = next_batch(self.head.batch)?;
        let head = after(&self.head, batch, &changes);
        let mut writes = WriteBatch::default();
        write_changes(&mut writes, &head, &changes);
        let additions =
            Additions { owned: changes.owned.clone(), tokens: changes.tokens().collect() };
        writes.put(Key::Additions(batch).to_bytes(), additions.encode());
        writes.put(Key::Payload(batch).to_bytes(), payload);
        self.nodes.store.apply(writes)?;
        self.head = head;
        self.nodes.store.flush()?;
        Ok(head)
    }

    /// The batch that a checkpoint came from, as it was committed; none for the genesis, or once pruned.
    ///
    /// # Errors
    /// Those of the store.
    pub fn payload(&self, batch: BatchNumber) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.nodes.store.get(&Key::Payload(batch).to_bytes())?)
    }

    /// Takes the last batch back: its checkpoint, its payload and its entries in the indices vanish, and the head is
    /// the batch before it. Its nodes stay until the state is pruned.
    ///
    /// # Errors
    /// [`StateError::AbandonSettled`], [`StateError::Corrupt`], those of the store.
    pub fn abandon(&mut self) -> Result<Checkpoint, StateError> {
        let batch = self.head.batch;
        if batch <= self.settled {
            return Err(StateError::AbandonSettled { batch });
        }
        let before = BatchNumber::new(batch.get() - 1)
            .expect("a batch after a settled one is not the first");
        let head = read_checkpoint(&self.nodes, before)?;
        let additions = self.additions(batch, head.token_count)?;
        let mut writes = WriteBatch::default();
        for (address, index) in additions.owned {
            writes.delete(Key::Owned(address, index).to_bytes());
        }
        for (token, l1_token) in additions.tokens {
            writes.delete(Key::TokenById(token).to_bytes());
            writes.delete(Key::TokenByAddress(l1_token).to_bytes());
        }
        for key in [Key::Checkpoint(batch), Key::Payload(batch), Key::Additions(batch)] {
            writes.delete(key.to_bytes());
        }
        writes.put(Key::Head.to_bytes(), before.encode());
        self.nodes.store.apply(writes)?;
        self.head = head;
        self.nodes.store.flush()?;
        Ok(head)
    }

    /// What a batch added to the indices, each entry checked to be its own.
    fn additions(&self, batch: BatchNumber, tokens: u32) -> Result<Additions, StateError> {
        let key = Key::Additions(batch);
        let additions: Additions = self.nodes.expect(key)?;
        for &(address, index) in &additions.owned {
            if self.nodes.find(Key::Owned(address, index))? != Some(batch) {
                return Err(CodecError::Contradiction("it names another batch's account").at(key));
            }
        }
        for &(token, l1_token) in &additions.tokens {
            let known = self.nodes.find(Key::TokenByAddress(l1_token))? == Some(token);
            if u32::from(token.get()) < tokens || !known {
                return Err(CodecError::Contradiction("it names another batch's token").at(key));
            }
        }
        Ok(additions)
    }

    /// Marks a batch, and with it all before it, as settled: it can no longer be abandoned.
    ///
    /// # Errors
    /// [`StateError::UnknownCheckpoint`] where the batch is after the head; those of the store.
    pub fn keep(&mut self, batch: BatchNumber) -> Result<(), StateError> {
        if batch > self.head.batch {
            return Err(StateError::UnknownCheckpoint { batch, head: self.head.batch });
        }
        if batch <= self.settled {
            return Ok(());
        }
        let mut writes = WriteBatch::default();
        writes.put(Key::Settled.to_bytes(), batch.encode());
        for settled in self.settled.get()..=batch.get() {
            let settled = BatchNumber::new(settled).expect("not after a batch number");
            writes.delete(Key::Additions(settled).to_bytes());
        }
        self.nodes.store.apply(writes)?;
        self.settled = batch;
        self.nodes.store.flush()?;
        Ok(())
    }

    /// What [`Self::put_metadata`] wrote under a name.
    ///
    /// # Errors
    /// Those of the store.
    pub fn metadata(&self, name: &str) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.nodes.store.get(&Key::Metadata(name).to_bytes())?)
    }

    /// Keeps a small record for the caller, apart from all checkpoints.
    ///
    /// # Errors
    /// Those of the store.
    pub fn put_metadata(&mut self, name: &str, value: &[u8]) -> Result<(), StateError> {
        let mut writes = WriteBatch::default();
        writes.put(Key::Metadata(name).to_bytes(), value);
        self.nodes.store.apply(writes)?;
        Ok(self.nodes.store.flush()?)
    }

    /// Removes a record of the caller.
    ///
    /// # Errors
    /// Those of the store.
    pub fn remove_metadata(&mut self, name: &str) -> Result<(), StateError> {
        let mut writes = WriteBatch::default();
        writes.delete(Key::Metadata(name).to_bytes());
        self.nodes.store.apply(writes)?;
        Ok(self.nodes.store.flush()?)
    }

    /// Gives the store back.
    pub fn into_store(self) -> S {
        self.nodes.store
    }
}

fn read_checkpoint<S: NodeStore>(
    nodes: &VerifiedNodes<S>,
    batch: BatchNumber,
) -> Result<Checkpoint, StateError> {
    let key = Key::Checkpoint(batch);
    let checkpoint: Checkpoint = nodes.expect(key)?;
    if checkpoint.batch != batch {
        return Err(CodecError::Contradiction("it is of another batch").at(key));
    }
    Ok(checkpoint)
}

fn next_batch(batch: BatchNumber) -> Result<BatchNumber, StateError> {
    let next = batch.get().checked_add(1).and_then(|next| BatchNumber::new(next).ok());
    next.ok_or(StateError::BatchesExhausted)
}

/// The checkpoint to which changes lead.
fn after(head: &Checkpoint, batch: BatchNumber, changes: &Changes) -> Checkpoint {
    let registered = u32::try_from(changes.tokens.len()).expect("at most 2^16 tokens");
    Checkpoint {
        batch,
        root: changes.root,
        next_index: changes.next_index.unwrap_or(head.next_index),
        token_count: head.token_count + registered,
    }
}

/// Everything that a checkpoint needs, and that it is the head.
fn write_changes(writes: &mut WriteBatch, head: &Checkpoint, changes: &Changes) {
    for branch in &changes.account_branches {
        writes.put(Key::AccountNode(branch.digest).to_bytes(), branch.children.encode());
    }
    for branch in &changes.token_branches {
        writes.put(Key::TokenNode(branch.digest).to_bytes(), branch.children.encode());
    }
    for ChangedAccount { account, state_leaf, .. } in &changes.accounts {
        if *state_leaf != EMPTY_LEAF {
            writes.put(Key::StateLeaf(*state_leaf).to_bytes(), account.encode());
        }
    }
    for &(address, index) in &changes.owned {
        writes.put(Key::Owned(address, index).to_bytes(), head.batch.encode());
    }
    for (token, l1_token) in changes.tokens() {
        writes.put(Key::TokenById(token).to_bytes(), l1_token.encode());
        writes.put(Key::TokenByAddress(l1_token).to_bytes(), token.encode());
    }
    writes.put(Key::Checkpoint(head.batch).to_bytes(), head.encode());
    writes.put(Key::Head.to_bytes(), head.batch.encode());
}
