//! The next batch from the contract's queue.

use starfold_primitives::quantities::Timestamp;
use starfold_settlement::QueuedOperation;
use starfold_transition::batch::MAX_WORDS;
use starfold_transition::l1_gas::GasBound;
use starfold_transition::layout::Opcode;
use starfold_transition::{Kind, L1Operation, Operation, SignedTransaction, TokenName};

use super::position::Position;
use super::tokens::RegisteredToken;
use crate::directory::Rollup;
use crate::record::{BatchRecord, StoredBatch};
use crate::sealing::{BatchInputs, SealingError, now};

/// What of the queue and of the token registry the next batch may take: only what the chain keeps for good, so
/// that no reorganisation takes a deposit away which a batch has credited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PendingQueue {
    operations: Vec<QueuedOperation>,
    tokens: Vec<RegisteredToken>,
    not_final: usize,
    /// Seconds from an operation to its deadline.
    period: u32,
}

/// A batch that was sealed from the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct SealedFromQueue {
    /// The batch.
    pub record: BatchRecord,
    /// How many final entries of the queue found no place in it.
    pub left: usize,
}

impl PendingQueue {
    pub(super) fn new(position: Position, finalised: u64, period: u32) -> Self {
        let waiting = position.queue.len();
        // blocks come in order, so what is final comes first
        let operations: Vec<_> = position
            .queue
            .into_iter()
            .take_while(|waiting| waiting.block <= finalised)
            .map(|waiting| waiting.queued())
            .collect();
        let tokens = position.tokens.into_iter().take_while(|new| new.block <= finalised);
        Self {
            not_final: waiting - operations.len(),
            operations,
            period,
            tokens: tokens.map(|new| new.token).collect(),
        }
    }

    /// The next entries of the queue that are final, in order.
    pub fn operations(&self) -> &[QueuedOperation] {
        &self.operations
    }

    /// Final registrations of tokens that the last settled batch did not know, in order.
    pub fn tokens(&self) -> &[RegisteredToken] {
        &self.tokens
    }

    /// How many entries wait, those that are not final included.
    pub fn waiting(&self) -> u64 {
        (self.operations.len() + self.not_final) as u64
    }

    /// Refuses transactions that leave no room for an entry which has waited for half of its time: past its deadline
    /// anyone freezes the rollup.
    fn check_waiting(&self, taken: usize, latest: Timestamp) -> Result<(), SealingError> {
        let Some(entry) = self.operations.get(taken) else { return Ok(()) };
        let half = u64::from(latest.get()) + u64::from(self.period / 2);
        if half < u64::from(entry.deadline) {
            return Ok(());
        }
        let (left, deadline) = (self.operations.len() - taken, entry.deadline);
        Err(SealingError::QueueWaits { left, deadline })
    }

    /// The entries that fit into a batch beside transactions, whatever accounts those create.
    fn fitting(&self, transactions: &[SignedTransaction]) -> Vec<L1Operation> {
        let mut words = Opcode::CollectFee.word_count();
        let mut gas = GasBound::of([Opcode::CollectFee]);
        for signed in transactions {
            if let Some(opcode) = signed.transaction.operation().kind.opcode(true) {
                words += opcode.word_count();
                gas.add(opcode);
            }
        }
        let operations = self.operations.iter().map(|queued| queued.operation);
        operations
            .take_while(|operation| {
                let opcode = opcode(operation);
                words += opcode.word_count();
                gas.add(opcode);
                words <= MAX_WORDS && gas.fits()
            })
            .collect()
    }
}

/// The inverse of an operation's words, for those of the queue.
fn l1_operation(operation: &Operation) -> Option<L1Operation> {
    let Operation { from, address, amount, new_key, .. } = *operation;
    let token = TokenName::Id(operation.token);
    match operation.kind {
        Kind::Deposit => Some(L1Operation::Deposit { to: address, token, amount }),
        Kind::ForcedExit => Some(L1Operation::ForcedExit { from, address, token }),
        Kind::L1SetKey => Some(L1Operation::L1SetKey { from, address, new_key }),
        _ => None,
    }
}

impl Rollup {
    /// Seals the next batch from the queue and signed transactions; as many entries as fit come first. Its time is not
    /// after `latest`, the time that the chain has reached.
    ///
    /// The last batch goes on where it has these transactions and no proof yet. Where it has its proof, it is the result
    /// once more unless there is something else to seal.
    ///
    /// # Errors
    /// [`SealingError`]; then nothing is changed.
    pub fn seal_from_queue(
        &mut self,
        queue: &PendingQueue,
        inputs: BatchInputs,
        latest: Timestamp,
    ) -> Result<SealedFromQueue, SealingError> {
        let mut inputs = BatchInputs { tokens: queue.tokens.clone(), ..inputs };
        let last = self.stored_batch(self.state.head().batch)?;
        let time = last.as_ref().map_or(Timestamp::ZERO, StoredBatch::timestamp);
        if let Some(StoredBatch::Sealed(record)) = last {
            let nothing_else = inputs.transactions.is_empty() && queue.operations.is_empty();
            let goes_on =
                !self.is_proved(&record) || !inputs.transactions.is_empty() || nothing_else;
            let executed = record.sealed.transactions.iter();
            inputs.l1_operations =
                executed.filter_map(|witness| l1_operation(&witness.operation)).collect();
            if goes_on && self.was_sealed_from(&record, &inputs)? {
                return Ok(SealedFromQueue { record: *record, left: queue.operations.len() });
            }
        }
        inputs.l1_operations = queue.fitting(&inputs.transactions);
        if !inputs.transactions.is_empty() {
            queue.check_waiting(inputs.l1_operations.len(), latest)?;
        }
        inputs.timestamp = inputs.timestamp.or(Some(now().min(latest).max(time)));
        let left = queue.operations.len() - inputs.l1_operations.len();
        Ok(SealedFromQueue { record: self.seal(&inputs)?, left })
    }
}

fn opcode(operation: &L1Operation) -> Opcode {
    match operation {
        L1Operation::Deposit { .. } => Opcode::Deposit,
        L1Operation::ForcedExit { .. } => Opcode::ForcedExit,
        L1Operation::L1SetKey { .. } => Opcode::L1SetKey,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use starfold_primitives::quantities::{Address, Amount, TokenId};

    #[test]
    fn an_entry_waits_for_half_of_its_time_at_most() {
        let deadline = 1_900_000_000;
        let token = TokenName::Id(TokenId::ZERO);
        let operation =
            L1Operation::Deposit { to: Address([1; 20]), token, amount: Amount::new(1) };
        let entry = |id| QueuedOperation { id, operation, deadline, depositor: None };
        let operations = vec![entry(7), entry(8)];
        let queue = PendingQueue { operations, period: 100, ..PendingQueue::default() };
        let check = |taken, latest| queue.check_waiting(taken, Timestamp::new(latest).unwrap());
        check(0, deadline - 51).unwrap();
        let error = check(1, deadline - 50).unwrap_err();
        assert!(
            matches!(error, SealingError::QueueWaits { left: 1, deadline: first } if first == deadline),
            "{error}"
        );
        check(2, deadline).unwrap();
    }
}
