//! Binding a rollup to its contract.

use starfold_primitives::quantities::{Address, BatchNumber};

use crate::config::Config;
use crate::directory::Rollup;
use crate::file::{self, FileError};

/// Why a rollup does not become that of a contract.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// Nothing is at the address zero.
    #[error("the contract's address is zero")]
    ZeroAddress,
    /// It has a contract.
    #[error("the rollup has the contract {expected} and cannot become that of {actual}")]
    OtherContract {
        /// The rollup's contract.
        expected: Address,
        /// The new one.
        actual: Address,
    },
    /// Its batches are no batches of the contract: every claim names it.
    #[error("the rollup has {batch} batches without a contract, which none accepts")]
    HasBatches {
        /// The last batch.
        batch: BatchNumber,
    },
    /// The configuration cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl AttachError {
    /// Whether the content of a file is at fault, not the way of use.
    pub fn is_content(&self) -> bool {
        matches!(self, Self::File(error) if error.is_content())
    }
}

impl Rollup {
    /// Makes the rollup that of a contract, which was created in a block. A second time changes the block alone.
    ///
    /// # Errors
    /// [`AttachError`]; then nothing is changed.
    pub fn attach(&mut self, contract: Address, deployment_block: u64) -> Result<(), AttachError> {
        if contract == Address::ZERO {
            return Err(AttachError::ZeroAddress);
        }
        let expected = self.config.parameters.contract;
        let batch = self.state.head().batch;
        if expected == Address::ZERO && batch != BatchNumber::ZERO {
            return Err(AttachError::HasBatches { batch });
        }
        if expected != Address::ZERO && expected != contract {
            return Err(AttachError::OtherContract { expected, actual: contract });
        }
        let mut config = Config { deployment_block: Some(deployment_block), ..self.config.clone() };
        config.parameters.contract = contract;
        file::write(&self.layout.config(), &file::json_bytes(&config))?;
        self.config = config;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{self, Funding, RandomTransfers};
    use crate::{BatchInputs, NewRollup};

    #[test]
    fn a_rollup_is_attached_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut rollup = Rollup::init(folder.path(), &NewRollup::development()).unwrap();
        assert_eq!(rollup.config().deployment_block, None);
        let [one, two] = [Address([1; 20]), Address([2; 20])];
        assert!(matches!(rollup.attach(Address::ZERO, 5), Err(AttachError::ZeroAddress)));
        rollup.attach(one, 5).unwrap();
        rollup.attach(one, 6).unwrap();
        let error = rollup.attach(two, 5).unwrap_err();
        assert!(matches!(error, AttachError::OtherContract { expected, actual }
            if (expected, actual) == (one, two)));
        drop(rollup);
        let rollup = Rollup::open(folder.path()).unwrap();
        assert_eq!(rollup.config().parameters.contract, one);
        assert_eq!(rollup.config().deployment_block, Some(6));
    }

    #[test]
    fn batches_without_a_contract_stay_without() {
        let folder = tempfile::tempdir().unwrap();
        let mut rollup = Rollup::init(folder.path(), &NewRollup::development()).unwrap();
        let size = RandomTransfers { transfers: 1, accounts: 2, seed: 3 };
        let workload = rollup.simulate(&workload::random(size).unwrap(), Funding::Genesis).unwrap();
        let inputs = BatchInputs { transactions: workload.transactions, ..BatchInputs::default() };
        rollup.seal(&inputs).unwrap();
        let error = rollup.attach(Address([1; 20]), 5).unwrap_err();
        assert!(matches!(error, AttachError::HasBatches { batch } if batch.get() == 1), "{error}");
        rollup.abandon().unwrap();
        rollup.attach(Address([1; 20]), 5).unwrap();
    }
}
