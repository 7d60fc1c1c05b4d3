//! Sealing the next batch, or finding that it is sealed already.

use std::time::{SystemTime, UNIX_EPOCH};

use starfold_aggregator::usage::CpuClock;
use starfold_primitives::quantities::{AccountIndex, Address, BatchNumber, Timestamp, TokenId};
use starfold_state::{Overlay, StateError, StateReader};
use starfold_transition::batch::BatchError;
use starfold_transition::executor::Executor;
use starfold_transition::input_digest::input_digest;
use starfold_transition::rejection::ExecutionError;
use starfold_transition::{
    Kind, L1Operation, Parameters, SealError, SealInputs, SealedBatch, SignedTransaction, seal,
};

use crate::directory::Rollup;
use crate::record::{BatchRecord, RecordError, Rejected, StoredBatch};
use crate::settling::{RegisteredToken, TokenError, register};

/// What the next batch is made from.
#[derive(Clone, Debug, Default)]
pub struct BatchInputs {
    /// The signed transactions, in order.
    pub transactions: Vec<SignedTransaction>,
    /// The next entries of the L1 queue, which come first.
    pub l1_operations: Vec<L1Operation>,
    /// The time of the batch; without it, that of the sealed batch with the same inputs, or now.
    pub timestamp: Option<Timestamp>,
    /// Whether invalid transactions are left out instead of failing the batch.
    pub skip_invalid: bool,
    /// Tokens that the contract has registered, in the order of their numbers; those that the rollup knows already
    /// may be among them. They belong to no root, so they are no part of what a batch is known by.
    pub tokens: Vec<RegisteredToken>,
}

/// Why a batch is not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    /// The last batch has other inputs and no proof.
    #[error("batch {batch} is sealed from other inputs and has no proof yet")]
    Unproved {
        /// The last batch.
        batch: BatchNumber,
    },
    /// There is no sealed batch to go on with.
    #[error("there is no sealed batch")]
    NothingSealed,
    /// The last batch came from L1, where its proof is.
    #[error("batch {batch} came from L1 and was not sealed here")]
    Synced {
        /// The last batch.
        batch: BatchNumber,
    },
    /// A token contradicts the rollup's registry.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// Fees are due and the operator has no account to collect them.
    #[error(
        "the operator {operator} has no account that could collect the fees of the batch: deposit \
         something for it first"
    )]
    OperatorWithoutAccount {
        /// The operator.
        operator: Address,
    },
    /// Transactions leave no room for entries of the queue that have waited for half of their time.
    #[error(
        "{left} entries of the queue find no room beside the transactions, and the first one's \
         deadline is {deadline}: take fewer transactions"
    )]
    QueueWaits {
        /// How many entries are left.
        left: usize,
        /// When the rollup may be frozen for the first of them, in seconds since 1970.
        deadline: u32,
    },
    /// Transactions break rules; nothing was sealed.
    #[error("{} of {total} transactions are rejected", rejected.len())]
    Rejected {
        /// How many transactions there are.
        total: usize,
        /// Those that are rejected.
        rejected: Vec<Rejected>,
    },
    /// The batch cannot be sealed.
    #[error(transparent)]
    Seal(SealError),
    /// The time is before that of the last batch.
    #[error("the timestamp {actual} is before that of the last batch, {last}")]
    Timestamp {
        /// The last batch's.
        last: Timestamp,
        /// The new batch's.
        actual: Timestamp,
    },
    /// The state failed.
    #[error(transparent)]
    State(#[from] StateError),
    /// The last batch cannot be read.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl SealingError {
    /// Whether transactions or stored content are at fault, not the way of use.
    pub fn is_content(&self) -> bool {
        !matches!(
            self,
            Self::Unproved { .. }
                | Self::NothingSealed
                | Self::Synced { .. }
                | Self::OperatorWithoutAccount { .. }
                | Self::QueueWaits { .. }
                | Self::Timestamp { .. }
        )
    }
}

impl Rollup {
    /// What is kept of a batch; nothing of the genesis, or where it was pruned or abandoned.
    ///
    /// # Errors
    /// [`SealingError::State`], [`SealingError::Record`].
    pub fn stored_batch(&self, batch: BatchNumber) -> Result<Option<StoredBatch>, SealingError> {
        match self.state.payload(batch)? {
            Some(bytes) => Ok(Some(StoredBatch::from_bytes(&bytes)?)),
            None => Ok(None),
        }
    }

    /// The last sealed batch; none before the first.
    ///
    /// # Errors
    /// [`SealingError::Synced`] where the last batch came from L1; [`SealingError::State`], [`SealingError::Record`].
    pub fn last_batch(&self) -> Result<Option<BatchRecord>, SealingError> {
        let batch = self.state.head().batch;
        match self.stored_batch(batch)? {
            Some(StoredBatch::Sealed(record)) => Ok(Some(*record)),
            Some(StoredBatch::Synced(_)) => Err(SealingError::Synced { batch }),
            None => Ok(None),
        }
    }

    /// Seals the next batch and commits the state after it, all at once.
    ///
    /// A batch is known by the digest of its inputs: the same inputs again give the sealed batch. After a batch that
    /// came from L1 every batch is a next one.
    ///
    /// # Errors
    /// [`SealingError`]; then nothing is changed.
    pub fn seal(&mut self, inputs: &BatchInputs) -> Result<BatchRecord, SealingError> {
        let last = self.stored_batch(self.state.head().batch)?;
        let time = last.as_ref().map(StoredBatch::timestamp);
        if let Some(StoredBatch::Sealed(record)) = last {
            if self.was_sealed_from(&record, inputs)? {
                return Ok(*record);
            }
            let batch = record.sealed.context.batch;
            // what is settled has its proof on L1
            if batch > self.state.settled() && !self.is_proved(&record) {
                return Err(SealingError::Unproved { batch });
            }
        }
        self.seal_after(inputs, time)
    }

    /// Takes back the last batch, which no settlement has seen.
    ///
    /// # Errors
    /// [`SealingError::NothingSealed`]; [`SealingError::State`] where it is settled.
    pub fn abandon(&mut self) -> Result<BatchNumber, SealingError> {
        let batch = self.state.head().batch;
        if batch == BatchNumber::ZERO {
            return Err(SealingError::NothingSealed);
        }
        self.state.abandon()?;
        Ok(batch)
    }

    /// Whether a sealed batch is what `inputs` seal to over the state before it.
    pub(crate) fn was_sealed_from(
        &self,
        record: &BatchRecord,
        inputs: &BatchInputs,
    ) -> Result<bool, SealingError> {
        let batch = record.sealed.context.batch;
        let before = BatchNumber::new(batch.get() - 1).expect("the first batch is number 1");
        let snapshot = self.state.snapshot_at(before)?;
        let timestamp = inputs.timestamp.unwrap_or(record.sealed.context.timestamp);
        let mut overlay = Overlay::new(&snapshot);
        register(&mut overlay, &self.tokens_of(batch, snapshot.token_count())?)?;
        register(&mut overlay, &inputs.tokens)?;
        let inputs = self.seal_inputs(&overlay, inputs, batch, timestamp)?;
        Ok(input_digest(&inputs, snapshot.root()) == record.sealed.input_digest)
    }

    /// The tokens that a batch registered: those whose numbers the state before it, with `known` tokens, did not give.
    fn tokens_of(
        &self,
        batch: BatchNumber,
        known: u32,
    ) -> Result<Vec<RegisteredToken>, SealingError> {
        let after = self.state.snapshot_at(batch)?;
        let mut tokens = Vec::new();
        for number in known..after.token_count() {
            let id = u16::try_from(number).ok().and_then(|number| TokenId::new(number).ok());
            let id = id.expect("a state has at most 2^16 tokens");
            let token = after.l1_token(id)?.expect("every number below the count is a token's");
            tokens.push(RegisteredToken { id, token });
        }
        Ok(tokens)
    }

    fn seal_inputs<R: StateReader>(
        &self,
        state: &R,
        inputs: &BatchInputs,
        batch: BatchNumber,
        timestamp: Timestamp,
    ) -> Result<SealInputs, StateError> {
        let parameters = self.config.parameters;
        let BatchInputs { transactions, l1_operations, skip_invalid, .. } = inputs.clone();
        let operator =
            operator_account(state, self.config.operator, parameters, timestamp, &l1_operations)?;
        Ok(SealInputs {
            parameters,
            batch,
            timestamp,
            operator,
            l1_operations,
            transactions,
            skip_invalid,
        })
    }

    fn seal_after(
        &mut self,
        inputs: &BatchInputs,
        last: Option<Timestamp>,
    ) -> Result<BatchRecord, SealingError> {
        let clock = CpuClock::start();
        let last = last.unwrap_or(Timestamp::ZERO);
        let timestamp = inputs.timestamp.unwrap_or_else(|| now().max(last));
        if timestamp < last {
            return Err(SealingError::Timestamp { last, actual: timestamp });
        }
        let batch = self.state.head().batch.get().checked_add(1);
        let batch = batch.ok_or(StateError::BatchesExhausted)?;
        let batch = BatchNumber::new(batch).expect("every u32 is a batch number");
        let snapshot = self.state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        let tokens = &inputs.tokens;
        register(&mut overlay, tokens)?;
        let inputs = self.seal_inputs(&overlay, inputs, batch, timestamp)?;
        let sealed = match seal(&mut overlay, &inputs) {
            Err(error @ (SealError::Transaction { .. } | SealError::Batch(BatchError::Empty))) => {
                let mut overlay = Overlay::new(&snapshot);
                register(&mut overlay, tokens)?;
                return Err(all_rejections(&mut overlay, &inputs, error)?);
            }
            sealed => sealed.map_err(SealingError::Seal)?,
        };
        self.check_fees(&overlay, &sealed.batch, inputs.operator)?;
        let rejected = sealed
            .rejected
            .iter()
            .map(|rejected| rejection(rejected.position, &rejected.rejection))
            .collect();
        let changes = overlay.into_changes();
        let execute_seconds = clock.seconds();
        let record = BatchRecord { sealed: sealed.batch, rejected, execute_seconds };
        self.state.commit(changes, &record.to_bytes())?;
        Ok(record)
    }
}

impl Rollup {
    /// Refuses a batch whose fees would be credited to another's account.
    fn check_fees<R: StateReader>(
        &self,
        state: &R,
        batch: &SealedBatch,
        collector: AccountIndex,
    ) -> Result<(), SealingError> {
        let collects =
            batch.transactions.iter().any(|witness| witness.operation.kind == Kind::CollectFee);
        let operator = self.config.operator;
        if collects && state.account(collector)?.address != operator {
            return Err(SealingError::OperatorWithoutAccount { operator });
        }
        Ok(())
    }
}

/// Executes everything that can be executed and names everything else.
fn all_rejections<R: StateReader>(
    overlay: &mut Overlay<'_, R>,
    inputs: &SealInputs,
    error: SealError,
) -> Result<SealingError, StateError> {
    let mut executor = Executor::new(overlay, inputs.parameters, inputs.timestamp);
    for entry in &inputs.l1_operations {
        if let Err(ExecutionError::State(error)) = executor.execute_l1(entry) {
            return Err(error);
        }
    }
    let mut rejected = Vec::new();
    for (position, signed) in inputs.transactions.iter().enumerate() {
        match executor.execute(signed) {
            Ok(_) => {}
            Err(ExecutionError::Rejected(reason)) => rejected.push(rejection(position, &reason)),
            Err(ExecutionError::State(error)) => return Err(error),
        }
    }
    if rejected.is_empty() {
        return Ok(SealingError::Seal(error));
    }
    Ok(SealingError::Rejected { total: inputs.transactions.len(), rejected })
}

fn rejection(position: usize, reason: &starfold_transition::Rejection) -> Rejected {
    Rejected { position: position as u64, reason: reason.to_string() }
}

/// The first account of the operator, which the L1 operations of the batch may create; index 0
/// where there is none, and then a batch with fees is refused.
fn operator_account<R: StateReader>(
    state: &R,
    operator: Address,
    parameters: Parameters,
    timestamp: Timestamp,
    l1_operations: &[L1Operation],
) -> Result<AccountIndex, StateError> {
    if let Some(&index) = state.accounts_of(operator)?.first() {
        return Ok(index);
    }
    let creates =
        |entry: &L1Operation| matches!(entry, L1Operation::Deposit { to, .. } if *to == operator);
    if !l1_operations.iter().any(creates) {
        return Ok(AccountIndex::ZERO);
    }
    let mut overlay = Overlay::new(state);
    let mut executor = Executor::new(&mut overlay, parameters, timestamp);
    for entry in l1_operations {
        match executor.execute_l1(entry) {
            Ok(_) | Err(ExecutionError::Rejected(_)) => {}
            Err(ExecutionError::State(error)) => return Err(error),
        }
    }
    let accounts = overlay.accounts_of(operator)?;
    Ok(accounts.first().copied().unwrap_or(AccountIndex::ZERO))
}

/// The time of the system's clock.
pub fn now() -> Timestamp {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = u32::try_from(elapsed.as_secs()).unwrap_or(u32::MAX);
    Timestamp::new(seconds).expect("every u32 is a timestamp")
}

#[cfg(test)]
pub(crate) mod tests;
