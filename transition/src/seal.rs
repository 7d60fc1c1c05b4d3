//! Seals a batch: fixes the order, executes it, and computes everything that its proof speaks of.

use starfold_primitives::quantities::{AccountIndex, BatchNumber, FeeCount, Timestamp};
use starfold_state::{Overlay, StateError, StateReader};

use crate::batch::{BatchError, MAX_WORDS, SealedBatch, check_gas};
use crate::boundary::Parameters;
use crate::input_digest::input_digest;
use crate::l1::L1Operation;
use crate::l1_gas::GasBound;
use crate::operation::Operation;
use crate::rejection::{ExecutionError, Rejection};
use crate::rollup_transition::{RollupOperation, RollupTransition};
use crate::transaction::SignedTransaction;
use crate::transition::Steps;

/// What a batch is sealed from, beside the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealInputs {
    /// The rollup.
    pub parameters: Parameters,
    /// The number of the batch.
    pub batch: BatchNumber,
    /// The time of the batch.
    pub timestamp: Timestamp,
    /// The account that the fees are credited to.
    pub operator: AccountIndex,
    /// The next entries of the L1 queue, in its order; they are executed first.
    pub l1_operations: Vec<L1Operation>,
    /// The signed transactions, in order.
    pub transactions: Vec<SignedTransaction>,
    /// Whether a transaction that breaks a rule is left out, instead of failing the batch.
    pub skip_invalid: bool,
}

/// A signed transaction that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedTransaction {
    /// Its position among the signed transactions of the inputs.
    pub position: usize,
    /// The rule that it breaks.
    pub rejection: Rejection,
}

/// A sealed batch, and what was left out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The batch.
    pub batch: SealedBatch,
    /// The transactions that were left out, in order; none unless invalid ones are skipped.
    pub rejected: Vec<RejectedTransaction>,
}

/// Why a batch cannot be sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A signed transaction breaks a rule.
    #[error("transaction {position}: {rejection}")]
    Transaction {
        /// Its position among the signed transactions.
        position: usize,
        /// The rule.
        rejection: Rejection,
    },
    /// An entry of the L1 queue is none that the contract would have accepted.
    #[error("L1 operation {position}: {rejection}")]
    L1Operation {
        /// Its position among the L1 operations.
        position: usize,
        /// The rule.
        rejection: Rejection,
    },
    /// The fees cannot be collected.
    #[error("collecting the fees: {rejection}")]
    CollectFee {
        /// The rule.
        rejection: Rejection,
    },
    /// The batch is empty or too large.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The state failed.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Executes L1 operations, then the signed transactions in order, then CollectFee where fees were
/// paid, and seals them.
///
/// On success `overlay` is the state after the batch; on an error it is of no further use.
///
/// # Errors
/// [`SealError`] names the transaction and the rule, or what keeps the batch from being sealed.
pub fn seal<R: StateReader + ?Sized>(
    overlay: &mut Overlay<'_, R>,
    inputs: &SealInputs,
) -> Result<Sealed, SealError> {
    let entry_root = overlay.root();
    let input_digest = input_digest(inputs, entry_root);
    let SealInputs { parameters, batch, timestamp, .. } = *inputs;
    let state = RollupTransition::new(overlay, parameters, batch, timestamp);
    let steps = Steps::begin(&state);
    let mut sealing =
        Sealing { state, steps, rejected: Vec::new(), words: 0, gas: GasBound::default() };
    sealing.execute_l1(&inputs.l1_operations)?;
    sealing.execute_signed(&inputs.transactions, inputs.skip_invalid)?;
    sealing.collect_fee(inputs.operator)?;
    let Sealing { state, steps, rejected, .. } = sealing;
    let execution = steps.finish(&state).map_err(BatchError::from)?;
    let batch = SealedBatch::assemble(execution, input_digest)?;
    Ok(Sealed { batch, rejected })
}

/// A batch in the making.
struct Sealing<'overlay, 'base, R: StateReader + ?Sized> {
    state: RollupTransition<'overlay, 'base, R>,
    steps: Steps<RollupTransition<'overlay, 'base, R>>,
    rejected: Vec<RejectedTransaction>,
    /// The number of words so far.
    words: usize,
    /// The bound of their gas on L1.
    gas: GasBound,
}

impl<R: StateReader + ?Sized> Sealing<'_, '_, R> {
    fn execute_l1(&mut self, entries: &[L1Operation]) -> Result<(), SealError> {
        for (position, &entry) in entries.iter().enumerate() {
            self.push(&RollupOperation::L1(entry), |rejection| SealError::L1Operation {
                position,
                rejection,
            })?;
        }
        Ok(())
    }

    fn execute_signed(
        &mut self,
        transactions: &[SignedTransaction],
        skip_invalid: bool,
    ) -> Result<(), SealError> {
        for (position, signed) in transactions.iter().enumerate() {
            let operation = RollupOperation::Signed(*signed);
            let pushed =
                self.push(&operation, |rejection| SealError::Transaction { position, rejection });
            match pushed {
                Err(SealError::Transaction { position, rejection }) if skip_invalid => {
                    self.rejected.push(RejectedTransaction { position, rejection });
                }
                other => other?,
            }
        }
        Ok(())
    }

    fn collect_fee(&mut self, operator: AccountIndex) -> Result<(), SealError> {
        if self.state.fee_accumulator() == FeeCount::ZERO {
            return Ok(());
        }
        let operation = RollupOperation::CollectFee(operator);
        self.push(&operation, |rejection| SealError::CollectFee { rejection })
    }

    /// Executes an operation, and stops as soon as there are too many words or they take too much gas.
    fn push(
        &mut self,
        operation: &RollupOperation,
        rejected: impl FnOnce(Rejection) -> SealError,
    ) -> Result<(), SealError> {
        let witness =
            self.steps.push(&mut self.state, operation).map_err(|error| named(error, rejected))?;
        let Operation { kind, created, .. } = witness.operation;
        if let Some(opcode) = kind.opcode(created) {
            self.words += opcode.word_count();
            self.gas.add(opcode);
        }
        if self.words > MAX_WORDS {
            return Err(BatchError::TooManyWords { actual: self.words }.into());
        }
        Ok(check_gas(self.gas)?)
    }
}

fn named(error: ExecutionError, rejected: impl FnOnce(Rejection) -> SealError) -> SealError {
    match error {
        ExecutionError::Rejected(rejection) => rejected(rejection),
        ExecutionError::State(error) => error.into(),
    }
}

#[cfg(test)]
mod tests;
