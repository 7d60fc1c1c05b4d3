//! Following the contract: state and openings from its transactions alone.

use serde::{Deserialize, Serialize};
use starfold_primitives::Digest;
use starfold_primitives::quantities::BatchNumber;
use starfold_settlement::{Event, HistoryEntry, QueuedOperation, RollupStatus, Submission};
use starfold_state::{Overlay, StateError};
use starfold_transition::layout::Opcode;
use starfold_transition::replay::replay;
use starfold_transition::words::decode;

use super::position::{NewToken, Place, Position, Waiting};
use super::queue::PendingQueue;
use super::sync_error::SyncError;
use super::tokens::{RegisteredToken, register};
use crate::directory::Rollup;
use crate::record::{StoredBatch, SyncedBatch};

/// Where following the contract led.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncReport {
    /// The contract's last batch.
    pub batch: BatchNumber,
    /// The state root after it, here and there.
    pub state_root: Digest,
    /// The last batch that the chain keeps for good.
    pub settled: BatchNumber,
    /// How many batches were rebuilt from their words.
    pub rebuilt: u32,
    /// Batches that were given up, because the chain has others or has them no longer.
    pub abandoned: Vec<BatchNumber>,
    /// The last batch here; one after the contract's was sealed here and is not accepted yet.
    pub head: BatchNumber,
    /// How many entries of the queue no batch has executed, here or there.
    pub waiting: u64,
    /// Whether the contract is frozen.
    pub frozen: bool,
}

/// Follows the contract entry by entry.
///
/// Batches that are here already stay; from the first that differs on, the chain's take their place. What the chain
/// keeps for good is marked as settled by [`ContractSync::finish`], and read no more.
#[derive(Debug)]
pub struct ContractSync<'a> {
    rollup: &'a mut Rollup,
    /// The last block that the chain keeps for good.
    finalised: u64,
    /// Where reading began.
    start: Position,
    /// Whether the settled batch was found where it was.
    found: bool,
    current: Position,
    /// After the last batch in a finalised block.
    settled: Option<Position>,
    rebuilt: u32,
    abandoned: Vec<BatchNumber>,
}

impl Rollup {
    /// Begins to follow the contract, whose history is to be given from [`Rollup::unread_from`] on. Blocks up to
    /// `finalised` stay for good.
    ///
    /// # Errors
    /// [`SyncError::Position`], [`SyncError::State`].
    pub fn sync(&mut self, finalised: u64) -> Result<ContractSync<'_>, SyncError> {
        let start = self.position()?;
        Ok(ContractSync {
            finalised,
            found: start.place.is_none(),
            current: start.clone(),
            start,
            settled: None,
            rebuilt: 0,
            abandoned: Vec::new(),
            rollup: self,
        })
    }
}

impl ContractSync<'_> {
    /// Takes the next entry of the contract's history.
    ///
    /// # Errors
    /// [`SyncError`]; the batches before the entry stay.
    pub fn take(&mut self, entry: &HistoryEntry) -> Result<(), SyncError> {
        let place = Place::of(entry);
        if self.start.place.is_some_and(|start| place < start) {
            return Ok(());
        }
        if self.start.place == Some(place) {
            return self.find_settled(entry);
        }
        self.check_found()?;
        match entry.event {
            Event::Queued(operation) => self.queue(operation, entry.block),
            Event::TokenRegistered { id, token } => {
                let token = RegisteredToken { id, token };
                self.current.tokens.push(NewToken { token, block: entry.block });
                Ok(())
            }
            Event::BatchAccepted { batch, state_root, .. } => {
                let submission = entry.submission.as_ref().filter(|submission| {
                    submission.batch == batch && submission.header.exit_root == state_root
                });
                let submission = submission.ok_or(SyncError::NoWords { batch })?;
                self.accept(submission, place)
            }
            _ => Ok(()),
        }
    }

    /// Ends with what the contract says of itself at the block where the history ends: compares, settles, and tells
    /// what waits in the queue.
    ///
    /// # Errors
    /// [`SyncError`]; then nothing more is settled than before.
    pub fn finish(
        mut self,
        status: &RollupStatus,
    ) -> Result<(SyncReport, PendingQueue), SyncError> {
        self.check_found()?;
        self.compare(status)?;
        self.give_up_vanished()?;
        if let Some(settled) = self.settled.take() {
            self.rollup.settle(settled.batch)?;
            self.rollup.set_position(&settled)?;
        }
        let queue = self.pending(status.terms.queue_period)?;
        let head = self.rollup.state.head().batch;
        let report = SyncReport {
            batch: status.batch,
            state_root: status.state_root,
            settled: self.rollup.state.settled(),
            rebuilt: self.rebuilt,
            abandoned: self.abandoned,
            head,
            waiting: queue.waiting(),
            frozen: status.frozen,
        };
        Ok((report, queue))
    }

    fn check_found(&self) -> Result<(), SyncError> {
        match self.start.place {
            Some(Place { block, .. }) if !self.found => {
                Err(SyncError::SettledMissing { batch: self.start.batch, block })
            }
            _ => Ok(()),
        }
    }

    /// The entry where reading began must be what it was.
    fn find_settled(&mut self, entry: &HistoryEntry) -> Result<(), SyncError> {
        let (batch, block) = (self.start.batch, entry.block);
        let Event::BatchAccepted { batch: accepted, state_root: actual, .. } = entry.event else {
            return Err(SyncError::SettledMissing { batch, block });
        };
        if accepted != batch {
            return Err(SyncError::SettledMissing { batch, block });
        }
        if let Some(expected) = self.root_after(batch)?
            && expected != actual
        {
            return Err(SyncError::SettledContradiction { batch, expected, actual });
        }
        self.found = true;
        Ok(())
    }

    fn queue(&mut self, operation: QueuedOperation, block: u64) -> Result<(), SyncError> {
        let QueuedOperation { id, operation, deadline, depositor } = operation;
        let expected = self.current.queue_head + self.current.queue.len() as u64;
        if id != expected {
            return Err(SyncError::QueueOrder { expected, actual: id });
        }
        self.current.queue.push(Waiting { id, operation, deadline, depositor, block });
        Ok(())
    }

    fn accept(&mut self, submission: &Submission, place: Place) -> Result<(), SyncError> {
        let batch = submission.batch;
        let expected = self.current.batch.get().saturating_add(1);
        if batch.get() != expected {
            return Err(SyncError::BatchOrder { expected, actual: batch });
        }
        let transactions =
            decode(&submission.words).map_err(|source| SyncError::Words { batch, source })?;
        let from_queue =
            |opcode| matches!(opcode, Opcode::Deposit | Opcode::ForcedExit | Opcode::L1SetKey);
        let executed = transactions.iter().filter(|one| from_queue(one.opcode)).count();
        let executed = u32::try_from(executed).expect("every transaction has a word");
        if !self.is_here(submission)? {
            self.rebuild(submission, executed)?;
        }
        self.current.execute(batch, executed)?;
        let known = match self.rollup.state.checkpoint(batch) {
            Ok(checkpoint) => checkpoint.token_count,
            Err(StateError::UnknownCheckpoint { .. }) => self.rollup.state.head().token_count,
            Err(error) => return Err(error.into()),
        };
        self.current.tokens.retain(|new| u32::from(new.token.id.get()) >= known);
        (self.current.batch, self.current.place) = (batch, Some(place));
        if place.block <= self.finalised {
            self.settled = Some(self.current.clone());
        }
        Ok(())
    }

    /// Whether the rollup has the chain's batch; another one in its place is given up, with all after it.
    fn is_here(&mut self, submission: &Submission) -> Result<bool, SyncError> {
        let (batch, actual) = (submission.batch, submission.header.exit_root);
        if batch > self.rollup.state.head().batch {
            return Ok(false);
        }
        let root = self.root_after(batch)?;
        if batch <= self.rollup.state.settled() {
            return match root {
                Some(expected) if expected != actual => {
                    Err(SyncError::SettledContradiction { batch, expected, actual })
                }
                _ => Ok(true),
            };
        }
        let header = submission.header;
        let same = self.rollup.stored_batch(batch)?.is_some_and(|stored| {
            stored.words_digest() == header.words_digest && stored.timestamp() == header.timestamp
        });
        if same && root == Some(actual) {
            return Ok(true);
        }
        self.go_back_to(before(batch))?;
        Ok(false)
    }

    fn rebuild(&mut self, submission: &Submission, executed: u32) -> Result<(), SyncError> {
        let Submission { batch, header, .. } = *submission;
        let tokens: Vec<_> = self.current.tokens.iter().map(|new| new.token).collect();
        let state = &mut self.rollup.state;
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        register(&mut overlay, &tokens)?;
        replay(&mut overlay, &self.rollup.config.parameters, &header, &submission.words)
            .map_err(|source| SyncError::Replay { batch, source: Box::new(source) })?;
        let changes = overlay.into_changes();
        let (timestamp, words_digest) = (header.timestamp, header.words_digest);
        let synced = SyncedBatch { timestamp, words_digest, l1_operations: executed };
        state.commit(changes, &synced.to_bytes())?;
        self.rebuilt += 1;
        Ok(())
    }

    /// Compares where the history leads with what the contract says.
    fn compare(&self, status: &RollupStatus) -> Result<(), SyncError> {
        let same = |what, expected: String, actual: String| {
            if expected == actual {
                return Ok(());
            }
            Err(SyncError::Incomplete { what, expected, actual })
        };
        let Position { batch, queue_head, ref queue, ref tokens, .. } = self.current;
        same("the last batch", status.batch.to_string(), batch.to_string())?;
        if let Some(root) = self.root_after(batch)? {
            same("the state root", status.state_root.to_string(), root.to_string())?;
        }
        same("the queue's head at", status.queue_head.to_string(), queue_head.to_string())?;
        let tail = queue_head + queue.len() as u64;
        same("the queue's tail at", status.queue_tail.to_string(), tail.to_string())?;
        // a node that leaves registrations out is noticed, too
        let told = tokens.last().map_or(0, |last| u32::from(last.token.id.get()) + 1);
        let known = match self.rollup.state.checkpoint(batch) {
            Ok(checkpoint) => checkpoint.token_count,
            Err(StateError::UnknownCheckpoint { .. }) => 0,
            Err(error) => return Err(error.into()),
        };
        let count = told.max(known);
        same("tokens, ETH included:", status.token_count.to_string(), count.to_string())
    }

    /// Gives up batches that came from the chain and are no longer there. Those that were sealed here stay: they
    /// can be submitted.
    fn give_up_vanished(&mut self) -> Result<(), SyncError> {
        let mut batch = self.current.batch;
        while batch < self.rollup.state.head().batch {
            let next = BatchNumber::new(batch.get() + 1).expect("not after the head");
            if let Some(StoredBatch::Synced(_)) = self.rollup.stored_batch(next)? {
                return self.go_back_to(batch);
            }
            batch = next;
        }
        Ok(())
    }

    fn go_back_to(&mut self, batch: BatchNumber) -> Result<(), SyncError> {
        let rolled_back = self.rollup.rollback(batch)?;
        self.abandoned.extend(rolled_back.abandoned);
        Ok(())
    }

    /// The queue without what batches here have executed, as far as it is final.
    fn pending(&mut self, period: u32) -> Result<PendingQueue, SyncError> {
        let mut position = self.current.clone();
        while position.batch < self.rollup.state.head().batch {
            let next = BatchNumber::new(position.batch.get() + 1).expect("not after the head");
            let executed = self.rollup.stored_batch(next)?.map_or(0, |b| b.l1_operations());
            position.execute(next, executed)?;
            position.batch = next;
        }
        Ok(PendingQueue::new(position, self.finalised, period))
    }

    /// The root after a batch, where its checkpoint was not pruned.
    fn root_after(&self, batch: BatchNumber) -> Result<Option<Digest>, SyncError> {
        match self.rollup.state.checkpoint(batch) {
            Ok(checkpoint) => Ok(Some(checkpoint.root)),
            Err(StateError::UnknownCheckpoint { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Position {
    /// Takes the entries that a batch executes from the queue.
    fn execute(&mut self, batch: BatchNumber, executed: u32) -> Result<(), SyncError> {
        let waiting = self.queue.len();
        let count = executed as usize;
        if count > waiting {
            return Err(SyncError::QueueTooShort { batch, executed, waiting });
        }
        self.queue.drain(..count);
        self.queue_head += u64::from(executed);
        Ok(())
    }
}

fn before(batch: BatchNumber) -> BatchNumber {
    BatchNumber::new(batch.get() - 1).expect("the first batch is number 1")
}

#[cfg(test)]
mod tests;
