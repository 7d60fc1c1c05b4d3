//! Whether contracts on a chain are what was to be deployed.

use crate::deployment::Deployment;
use crate::reader::{ReadError, RollupReader};
use crate::status::RollupStatus;
use crate::view::View;
use starfold_primitives::quantities::{Address, TokenId};

/// Why contracts are not what was to be deployed.
#[derive(Debug, thiserror::Error)]
pub enum DeployedError<E: std::error::Error + 'static> {
    /// A contract does not tell.
    #[error(transparent)]
    Read(#[from] ReadError<E>),
    /// A contract says something else than was asked for.
    #[error("the contract at {contract} has {what} {actual}, expected {expected}")]
    Other {
        /// The contract.
        contract: Address,
        /// What differs.
        what: &'static str,
        /// What was asked for.
        expected: String,
        /// What the contract says.
        actual: String,
    },
}

impl Deployment {
    /// Reads everything back from the contracts of a new rollup and compares it with what was asked for.
    ///
    /// # Errors
    /// [`DeployedError`] names the first difference.
    pub fn verify<V: View>(
        &self,
        view: &mut V,
        rollup: Address,
        verifier: Address,
    ) -> Result<RollupStatus, DeployedError<V::Error>> {
        let status = RollupStatus::read(view, rollup)?;
        let terms = &status.terms;
        let at = Comparison { contract: rollup };
        at.equal("the verifier", verifier, terms.verifier)?;
        at.equal("the circuit set", self.circuit_set, terms.circuit_set)?;
        at.equal("the genesis root", self.genesis_root, terms.genesis_root)?;
        let nobody = Address::ZERO;
        let governors = (self.governor.unwrap_or(nobody), terms.governor.unwrap_or(nobody));
        at.equal("the governor", governors.0, governors.1)?;
        at.equal("the fee token", self.fee_token, terms.fee_token)?;
        at.equal("the fee unit", self.fee_unit, terms.fee_unit)?;
        at.equal("the operation fee", self.operation_fee, terms.operation_fee)?;
        at.equal("the registration fee", self.registration_fee, terms.registration_fee)?;
        at.equal("the queue period", self.queue_period, terms.queue_period)?;
        at.equal("the batch window", self.batch_window, terms.batch_window)?;
        at.equal("the operator delay", self.operator_delay, terms.operator_delay)?;
        let mut reader = RollupReader::new(view, rollup);
        for (position, &token) in self.tokens.iter().enumerate() {
            let id = u16::try_from(position + 1).ok().and_then(|id| TokenId::new(id).ok());
            let actual = match id {
                Some(id) => reader.token_address(id)?,
                None => None,
            };
            at.equal("the token", token, actual.unwrap_or(nobody))?;
        }
        let at = Comparison { contract: verifier };
        let (expected, actual) = (&self.key.verifying_key, reader.verifying_key(verifier)?);
        at.equal("the verifying key", expected.digest(), actual.digest())?;
        Ok(status)
    }
}

/// Compares what one contract says.
struct Comparison {
    contract: Address,
}

impl Comparison {
    fn equal<T: PartialEq + ToString, E: std::error::Error + 'static>(
        &self,
        what: &'static str,
        expected: T,
        actual: T,
    ) -> Result<(), DeployedError<E>> {
        if actual == expected {
            return Ok(());
        }
        let (expected, actual) = (expected.to_string(), actual.to_string());
        Err(DeployedError::Other { contract: self.contract, what, expected, actual })
    }
}
