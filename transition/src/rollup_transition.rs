//! The built-in rollup as a [`Transition`].

use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, BatchNumber, FeeCount, Timestamp};
use starfold_primitives::word::{Word, words_digest, words_point};
use starfold_state::{Overlay, StateReader};

use crate::boundary::{Boundary, Context, Parameters};
use crate::executor::Executor;
use crate::l1::L1Operation;
use crate::rejection::ExecutionError;
use crate::replay::ReplayStepError;
use crate::transaction::SignedTransaction;
use crate::transition::Transition;
use crate::witness::TransactionWitness;
use crate::words::{DecodedTransaction, words};

/// What may be asked of the rollup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RollupOperation {
    /// An entry of the L1 queue.
    L1(L1Operation),
    /// A signed transaction.
    Signed(SignedTransaction),
    /// The fees go to the operator's account.
    CollectFee(AccountIndex),
}

/// A pending state of the rollup during one batch.
#[derive(Debug)]
pub struct RollupTransition<'overlay, 'base, R: ?Sized> {
    executor: Executor<'overlay, 'base, R>,
    parameters: Parameters,
    batch: BatchNumber,
    timestamp: Timestamp,
}

impl<'overlay, 'base, R: StateReader + ?Sized> RollupTransition<'overlay, 'base, R> {
    /// Begins a batch over a pending state.
    pub fn new(
        overlay: &'overlay mut Overlay<'base, R>,
        parameters: Parameters,
        batch: BatchNumber,
        timestamp: Timestamp,
    ) -> Self {
        let executor = Executor::new(overlay, parameters, timestamp);
        Self { executor, parameters, batch, timestamp }
    }

    /// The pending state.
    #[must_use]
    pub fn state(&self) -> &Overlay<'base, R> {
        self.executor.state()
    }

    /// The pending state, for a transition that changes the rollup's accounts beside it, by rules and a proof of its own.
    pub fn state_mut(&mut self) -> &mut Overlay<'base, R> {
        self.executor.state_mut()
    }

    /// The rollup's parameters.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The time of the batch.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// The fees taken and not yet collected.
    #[must_use]
    pub fn fee_accumulator(&self) -> FeeCount {
        self.executor.fee_accumulator()
    }
}

impl<R: StateReader + ?Sized> Transition for RollupTransition<'_, '_, R> {
    type Operation = RollupOperation;
    type Witness = TransactionWitness;
    type Rejection = ExecutionError;
    type ReplayError = ReplayStepError;
    type Commitment = Digest;
    type Context = Context;
    type Boundary = Boundary;

    fn apply(&mut self, operation: &RollupOperation) -> Result<TransactionWitness, ExecutionError> {
        match operation {
            RollupOperation::L1(entry) => self.executor.execute_l1(entry),
            RollupOperation::Signed(signed) => self.executor.execute(signed),
            RollupOperation::CollectFee(operator) => self.executor.collect_fee(*operator),
        }
    }

    fn commit(&self) -> Digest {
        self.executor.state().root()
    }

    fn words(witness: &TransactionWitness) -> Vec<Word> {
        words(&witness.operation)
    }

    fn context(&self, words: &[Word]) -> Context {
        let z1 = words_point(words_digest(words), words).0;
        Context::new(&self.parameters, self.batch, self.timestamp, z1)
    }

    fn opening(root: Digest) -> Boundary {
        Boundary::opening(root)
    }

    fn after(
        context: &Context,
        before: &Boundary,
        witness: &TransactionWitness,
        root: Digest,
    ) -> Option<Boundary> {
        before.after(&witness.operation, root, context.z1)
    }

    fn replay(&mut self, words: &[Word]) -> Result<usize, ReplayStepError> {
        let transaction = DecodedTransaction::first(words)?.ok_or(ReplayStepError::NoWord)?;
        self.executor.replay(&transaction)?;
        Ok(transaction.opcode.word_count())
    }
}

#[cfg(test)]
mod tests {
    use starfold_primitives::quantities::TokenId;
    use starfold_state::StateReader as _;

    use super::*;
    use crate::l1::TokenName;
    use crate::rejection::Rejection;
    use crate::seal::{SealInputs, seal};
    use crate::testing::arbitrary_batch;
    use crate::transition::{ExecuteError, FollowError, execute, replay_words};
    use crate::words::WordsError;

    fn operations(inputs: &SealInputs) -> Vec<RollupOperation> {
        let entries = inputs.l1_operations.iter().copied().map(RollupOperation::L1);
        let signed = inputs.transactions.iter().copied().map(RollupOperation::Signed);
        let mut operations: Vec<_> = entries.chain(signed).collect();
        operations.push(RollupOperation::CollectFee(inputs.operator));
        operations
    }

    #[test]
    fn sealing_is_executing_and_words_lead_to_the_same_state() {
        for seed in 0..5 {
            let (state, inputs) = arbitrary_batch(seed, 9);
            let snapshot = state.snapshot();
            let SealInputs { parameters, batch, timestamp, .. } = inputs;
            let sealed = seal(&mut Overlay::new(&snapshot), &inputs).unwrap().batch;

            let mut overlay = Overlay::new(&snapshot);
            let mut rollup = RollupTransition::new(&mut overlay, parameters, batch, timestamp);
            let execution = execute(&mut rollup, &operations(&inputs)).unwrap();
            assert_eq!(execution.context, sealed.context);
            assert_eq!(execution.boundaries, sealed.boundaries);
            assert_eq!(execution.witnesses, sealed.transactions);
            assert_eq!(execution.words, sealed.words);

            let mut followed = Overlay::new(&snapshot);
            let mut rollup = RollupTransition::new(&mut followed, parameters, batch, timestamp);
            let steps = replay_words(&mut rollup, &sealed.words).unwrap();
            assert_eq!(steps, sealed.transactions.len());
            assert_eq!(rollup.fee_accumulator(), FeeCount::ZERO);
            assert_eq!(followed.root(), overlay.root());
        }
    }

    #[test]
    fn what_breaks_a_rule_is_refused_with_its_position() {
        let (state, inputs) = arbitrary_batch(1, 3);
        let snapshot = state.snapshot();
        let SealInputs { parameters, batch, timestamp, .. } = inputs;
        let mut overlay = Overlay::new(&snapshot);
        let mut rollup = RollupTransition::new(&mut overlay, parameters, batch, timestamp);
        let mut operations = operations(&inputs);
        let unknown = TokenName::Id(TokenId::new(4_000).unwrap());
        operations[0] = RollupOperation::L1(L1Operation::Deposit {
            to: starfold_primitives::quantities::Address([1; 20]),
            token: unknown,
            amount: starfold_primitives::quantities::Amount::new(1),
        });
        let error = execute(&mut rollup, &operations).unwrap_err();
        let rejection = ExecutionError::Rejected(Rejection::UnregisteredToken { token: unknown });
        assert_eq!(error, ExecuteError::Rejected { position: 0, rejection });

        let error = replay_words(&mut rollup, &[Word::new([0xff, 0, 0, 0]).unwrap()]).unwrap_err();
        let FollowError::Refused { position: 0, error: ReplayStepError::Words(error) } = error
        else {
            panic!("{error}")
        };
        assert!(matches!(error, WordsError::UnknownOpcode { .. }), "{error}");
        assert_eq!(rollup.replay(&[]), Err(ReplayStepError::NoWord));
    }
}
