//! Whether a contract would take a batch, checked before anything is sent.

use starfold_l1_verifier::groth16::KeyDigest;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, BatchNumber, ChainId, FeeUnit, Timestamp, TokenId};

use crate::status::RollupStatus;

/// What a batch was made for, where the contract has an opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchTerms {
    /// The chain of the contract.
    pub chain_id: ChainId,
    /// The contract.
    pub contract: Address,
    /// The batch's number.
    pub batch: BatchNumber,
    /// Its time.
    pub timestamp: Timestamp,
    /// The state root before it.
    pub entry_root: Digest,
    /// The token in which fees are paid.
    pub fee_token: TokenId,
    /// Base units of it in one fee unit.
    pub fee_unit: FeeUnit,
    /// The root of the circuit set.
    pub circuit_set: Digest,
    /// The digest of the key under which it is proved.
    pub verifying_key: KeyDigest,
}

/// A contract at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContractAt {
    /// Its chain.
    pub chain_id: ChainId,
    /// Its address.
    pub contract: Address,
    /// What it says of itself.
    pub status: RollupStatus,
    /// The digest of its verifying key.
    pub verifying_key: KeyDigest,
    /// The time of the block, in seconds since 1970.
    pub time: u64,
}

/// Why a contract does not take a batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptanceError {
    /// Something is another's.
    #[error("the batch was made for {what} {actual}, the contract's is {expected}")]
    Other {
        /// What differs.
        what: &'static str,
        /// The contract's.
        expected: String,
        /// The batch's.
        actual: String,
    },
    /// The contract is frozen.
    #[error("the rollup is frozen since batch {batch} and takes no more")]
    Frozen {
        /// Its last batch.
        batch: BatchNumber,
    },
    /// Another batch is next.
    #[error("batch {actual} does not follow: the contract expects batch {expected}")]
    Number {
        /// The next number.
        expected: u64,
        /// The batch's.
        actual: BatchNumber,
    },
    /// The batch begins with another state.
    #[error("the batch begins with state root {actual}, the contract is at {expected}")]
    EntryRoot {
        /// The contract's root.
        expected: Digest,
        /// The batch's.
        actual: Digest,
    },
    /// The batch is of a time before the last one.
    #[error("the batch's time is {actual}, before that of the last batch, {last}")]
    BeforeLast {
        /// The time of the last batch.
        last: Timestamp,
        /// The batch's.
        actual: Timestamp,
    },
    /// The batch's time is still to come.
    #[error("the batch's time is {actual}, and the last block's {time}: it is still to come")]
    Future {
        /// The time of the last block.
        time: u64,
        /// The batch's.
        actual: Timestamp,
    },
    /// The batch's time is too long ago.
    #[error(
        "the batch's time is {actual}, {age} s before the last block, and the contract takes \
         batches of the last {window} s: prove it with another time"
    )]
    TooOld {
        /// How long ago it is.
        age: u64,
        /// The most.
        window: u32,
        /// The batch's time.
        actual: Timestamp,
    },
    /// Somebody else submits.
    #[error("the contract's operator is {expected}, the key is that of {actual}")]
    NotOperator {
        /// The operator.
        expected: Address,
        /// The address of the key.
        actual: Address,
    },
}

impl ContractAt {
    /// Checks what can be checked without the proof: the rules of the contract, in words.
    ///
    /// # Errors
    /// [`AcceptanceError`] names the first rule that the batch breaks.
    pub fn check(&self, batch: &BatchTerms, sender: Address) -> Result<(), AcceptanceError> {
        self.check_terms(batch)?;
        let status = &self.status;
        if status.frozen {
            return Err(AcceptanceError::Frozen { batch: status.batch });
        }
        let next = u64::from(status.batch.get()) + 1;
        if u64::from(batch.batch.get()) != next {
            return Err(AcceptanceError::Number { expected: next, actual: batch.batch });
        }
        let (expected, actual) = (status.state_root, batch.entry_root);
        if actual != expected {
            return Err(AcceptanceError::EntryRoot { expected, actual });
        }
        self.check_time(batch.timestamp)?;
        let (expected, actual) = (status.operator, sender);
        if actual != expected {
            return Err(AcceptanceError::NotOperator { expected, actual });
        }
        Ok(())
    }

    /// Compares what never changes.
    fn check_terms(&self, batch: &BatchTerms) -> Result<(), AcceptanceError> {
        let terms = &self.status.terms;
        equal("chain", self.chain_id, batch.chain_id)?;
        equal("contract", self.contract, batch.contract)?;
        equal("circuit set", terms.circuit_set, batch.circuit_set)?;
        equal("verifying key", self.verifying_key, batch.verifying_key)?;
        equal("fee token", terms.fee_token, batch.fee_token)?;
        equal("fee unit", terms.fee_unit, batch.fee_unit)
    }

    fn check_time(&self, actual: Timestamp) -> Result<(), AcceptanceError> {
        let (last, window) = (self.status.timestamp, self.status.terms.batch_window);
        if actual < last {
            return Err(AcceptanceError::BeforeLast { last, actual });
        }
        match self.time.checked_sub(u64::from(actual.get())) {
            None => Err(AcceptanceError::Future { time: self.time, actual }),
            Some(age) if age > u64::from(window) => {
                Err(AcceptanceError::TooOld { age, window, actual })
            }
            Some(_) => Ok(()),
        }
    }
}

fn equal<T: PartialEq + ToString>(
    what: &'static str,
    expected: T,
    actual: T,
) -> Result<(), AcceptanceError> {
    if actual == expected {
        return Ok(());
    }
    let (expected, actual) = (expected.to_string(), actual.to_string());
    Err(AcceptanceError::Other { what, expected, actual })
}

#[cfg(test)]
mod tests;
