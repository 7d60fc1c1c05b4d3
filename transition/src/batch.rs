//! A sealed batch: everything that proving and settling need.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use starfold_primitives::word::{Word, words_digest, words_point};
use starfold_primitives::{Claim, Goldilocks};

use crate::boundary::{Boundary, Context, claim};
use crate::closing::{NotClosed, check_closed};
use crate::input_digest::InputDigest;
use crate::l1_gas::{BATCH_GAS_LIMIT, GasBound};
use crate::replay::BatchHeader;
use crate::transition::{BoundaryOverflow, Execution};
use crate::witness::TransactionWitness;
use crate::words::words;

/// The most words of one batch: what keeps the evaluation's error below 2^-115 and the calldata
/// within one transaction of the L1.
pub const MAX_WORDS: usize = 4096;

/// A batch whose order, words and claim are fixed and whose proof depends on nothing else.
///
/// What is deserialised has passed [`SealedBatch::check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedBatch")]
pub struct SealedBatch {
    /// What holds throughout the batch.
    pub context: Context,
    /// The transactions in order: L1 operations, signed ones, CollectFee.
    pub transactions: Vec<TransactionWitness>,
    /// Where the batch stands before the first transaction and after each.
    pub boundaries: Vec<Boundary>,
    /// The words of all transactions.
    pub words: Vec<Word>,
    /// The closed claim of the whole batch.
    pub claim: Claim<Goldilocks>,
    /// What the batch was sealed from: its identity.
    pub input_digest: InputDigest,
    /// How many entries of the L1 queue it executes.
    pub l1_operations: u32,
    /// How many accounts it opens.
    pub accounts_touched: u32,
}

/// The fields of a [`SealedBatch`] as they were read.
#[derive(Deserialize)]
struct UncheckedBatch {
    context: Context,
    transactions: Vec<TransactionWitness>,
    boundaries: Vec<Boundary>,
    words: Vec<Word>,
    claim: Claim<Goldilocks>,
    input_digest: InputDigest,
    l1_operations: u32,
    accounts_touched: u32,
}

impl TryFrom<UncheckedBatch> for SealedBatch {
    type Error = BatchError;

    fn try_from(unchecked: UncheckedBatch) -> Result<Self, BatchError> {
        let UncheckedBatch {
            context,
            transactions,
            boundaries,
            words,
            claim,
            input_digest,
            l1_operations,
            accounts_touched,
        } = unchecked;
        let batch = Self {
            context,
            transactions,
            boundaries,
            words,
            claim,
            input_digest,
            l1_operations,
            accounts_touched,
        };
        batch.check()?;
        Ok(batch)
    }
}

/// A batch whose parts contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// There is no transaction.
    #[error("the batch has no transaction")]
    Empty,
    /// There are more words than fit.
    #[error("the batch has {actual} words, more than {MAX_WORDS}")]
    TooManyWords {
        /// The number of words.
        actual: usize,
    },
    /// It would not fit into a transaction of Ethereum.
    #[error("the batch takes up to {actual} gas on L1, the limit is {limit}")]
    TooMuchGas {
        /// The most gas of a batch.
        limit: u64,
        /// The bound of the batch's gas; of its beginning, where sealing stopped there.
        actual: u64,
    },
    /// There is not one boundary more than transactions.
    #[error("{transactions} transactions have {expected} boundaries, not {actual}")]
    BoundaryCount {
        /// The number of transactions.
        transactions: usize,
        /// The number of boundaries that they have.
        expected: usize,
        /// The number of boundaries.
        actual: usize,
    },
    /// The words are not those of the transactions.
    #[error("word {position} is not what the transactions encode to")]
    Words {
        /// The position of the first word that differs or is missing on one side.
        position: usize,
    },
    /// The evaluation point is not that of the words.
    #[error("the evaluation point is {actual:?}, the words have {expected:?}")]
    Point {
        /// The point of the words.
        expected: [Goldilocks; 2],
        /// The point of the context.
        actual: [Goldilocks; 2],
    },
    /// A boundary does not follow from the one before and the transaction between.
    #[error("boundary {index} does not follow from the transactions before it")]
    Boundary {
        /// The position of the boundary.
        index: usize,
    },
    /// A count is wrong.
    #[error("the batch counts {actual} {what}, it has {expected}")]
    Count {
        /// What is counted.
        what: &'static str,
        /// The number of them.
        expected: u32,
        /// The number that the batch tells.
        actual: u32,
    },
    /// The claim is not that of context, first and last boundary.
    #[error("the claim is not that of the context and the boundaries")]
    Claim,
    /// The claim does not speak of a whole batch.
    #[error(transparent)]
    NotClosed(#[from] NotClosed),
}

impl From<BoundaryOverflow> for BatchError {
    fn from(BoundaryOverflow { step }: BoundaryOverflow) -> Self {
        Self::Boundary { index: step + 1 }
    }
}

impl SealedBatch {
    /// The batch of what was executed.
    ///
    /// # Errors
    /// [`BatchError`] where there is nothing in it, too much in it, or fees were not collected.
    pub(crate) fn assemble(
        execution: Execution<Context, Boundary, TransactionWitness>,
        input_digest: InputDigest,
    ) -> Result<Self, BatchError> {
        let Execution { context, boundaries, witnesses: transactions, words } = execution;
        check_size(transactions.len(), words.len())?;
        check_gas(gas_of(&transactions))?;
        let claim = claim(&context, &boundaries[0], &boundaries[transactions.len()]);
        check_closed(&claim)?;
        Ok(Self {
            context,
            l1_operations: count_l1(&transactions),
            accounts_touched: count_accounts(&transactions),
            transactions,
            boundaries,
            words,
            claim,
            input_digest,
        })
    }

    /// What the contract and a replay are told beside the words.
    #[must_use]
    pub fn header(&self) -> BatchHeader {
        let exit = self.exit();
        BatchHeader {
            timestamp: self.context.timestamp,
            exit_root: exit.state_root,
            words_digest: exit.words_digest,
            counter: exit.counter,
        }
    }

    /// The boundary before the first transaction.
    #[must_use]
    pub fn entry(&self) -> &Boundary {
        self.boundaries.first().expect("a sealed batch has a boundary more than transactions")
    }

    /// The boundary after the last transaction.
    #[must_use]
    pub fn exit(&self) -> &Boundary {
        self.boundaries.last().expect("a sealed batch has a boundary more than transactions")
    }

    /// Checks that the parts agree, for a batch that was read from somewhere: words, point,
    /// boundaries, counts and claim follow from the transactions.
    ///
    /// State roots, openings and signatures are left to the proof.
    ///
    /// # Errors
    /// [`BatchError`] names the first part that does not follow.
    pub fn check(&self) -> Result<(), BatchError> {
        let transactions = self.transactions.len();
        check_size(transactions, self.words.len())?;
        check_gas(gas_of(&self.transactions))?;
        let (expected, actual) = (transactions + 1, self.boundaries.len());
        if expected != actual {
            return Err(BatchError::BoundaryCount { transactions, expected, actual });
        }
        let words = all_words(&self.transactions);
        if words != self.words {
            let same = words.iter().zip(&self.words).take_while(|(a, b)| a == b).count();
            return Err(BatchError::Words { position: same });
        }
        let (expected, actual) = (point_of(&words), self.context.z1);
        if expected != actual {
            return Err(BatchError::Point { expected, actual });
        }
        self.check_boundaries()?;
        check_count("L1 operations", count_l1(&self.transactions), self.l1_operations)?;
        check_count("accounts", count_accounts(&self.transactions), self.accounts_touched)?;
        if claim(&self.context, self.entry(), self.exit()) != self.claim {
            return Err(BatchError::Claim);
        }
        Ok(check_closed(&self.claim)?)
    }

    fn check_boundaries(&self) -> Result<(), BatchError> {
        let opening = Boundary::opening(self.entry().state_root);
        if *self.entry() != opening {
            return Err(BatchError::Boundary { index: 0 });
        }
        for (index, witness) in self.transactions.iter().enumerate() {
            let [before, after] = [self.boundaries[index], self.boundaries[index + 1]];
            let expected = before.after(&witness.operation, after.state_root, self.context.z1);
            if expected != Some(after) {
                return Err(BatchError::Boundary { index: index + 1 });
            }
        }
        Ok(())
    }
}

fn check_size(transactions: usize, words: usize) -> Result<(), BatchError> {
    if transactions == 0 {
        return Err(BatchError::Empty);
    }
    if words > MAX_WORDS {
        return Err(BatchError::TooManyWords { actual: words });
    }
    Ok(())
}

pub(crate) fn check_gas(bound: GasBound) -> Result<(), BatchError> {
    if bound.fits() {
        return Ok(());
    }
    Err(BatchError::TooMuchGas { limit: BATCH_GAS_LIMIT, actual: bound.gas() })
}

fn gas_of(transactions: &[TransactionWitness]) -> GasBound {
    let operations = transactions.iter().map(|witness| &witness.operation);
    GasBound::of(operations.filter_map(|operation| operation.kind.opcode(operation.created)))
}

fn check_count(what: &'static str, expected: u32, actual: u32) -> Result<(), BatchError> {
    if expected == actual { Ok(()) } else { Err(BatchError::Count { what, expected, actual }) }
}

fn all_words(transactions: &[TransactionWitness]) -> Vec<Word> {
    transactions.iter().flat_map(|witness| words(&witness.operation)).collect()
}

fn point_of(words: &[Word]) -> [Goldilocks; 2] {
    words_point(words_digest(words), words).0
}

fn count_l1(transactions: &[TransactionWitness]) -> u32 {
    let entries = transactions.iter().filter(|witness| witness.operation.kind.is_l1());
    u32::try_from(entries.count()).expect("every entry has a word, and words are few")
}

fn count_accounts(transactions: &[TransactionWitness]) -> u32 {
    let accounts: BTreeSet<_> = transactions
        .iter()
        .flat_map(|witness| {
            let sender = witness.sender.as_ref().map(|access| access.account.index);
            let recipient = witness.recipient.as_ref().map(|access| access.account.index);
            [sender, recipient]
        })
        .flatten()
        .collect();
    u32::try_from(accounts.len()).expect("every account has a word, and words are few")
}

#[cfg(test)]
mod tests;
