//! Deploying the contracts of a rollup in two transactions, each once.

use starfold_primitives::quantities::Address;

use super::error::NodeError;
use super::journal::Journal;
use super::key::EthereumKey;
use super::sending::Sent;
use super::{BlockTag, Node};
use crate::call::Call;
use crate::deployed::DeployedError;
use crate::deployment::{Deployment, DeploymentError, contract_address};
use crate::status::RollupStatus;

/// The contracts of a new rollup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// The verifier's address.
    pub verifier: Address,
    /// The rollup's address.
    pub rollup: Address,
    /// The transaction that created the verifier.
    pub verifier_sent: Sent,
    /// The transaction that created the rollup.
    pub rollup_sent: Sent,
    /// What the rollup says of itself.
    pub status: RollupStatus,
}

/// Why a rollup is not deployed.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The parameters break a rule; nothing was sent.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// The node, or a transaction.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// What was deployed is something else.
    #[error(transparent)]
    Deployed(#[from] Box<DeployedError<NodeError>>),
    /// The node names no contract that was created, or another than it must be.
    #[error("the transaction created {}, expected {expected}", actual.map_or_else(|| "nothing".to_owned(), |actual| actual.to_string()))]
    Created {
        /// The address that follows from sender and nonce.
        expected: Address,
        /// What the node says.
        actual: Option<Address>,
    },
}

impl DeployError {
    /// Whether a contract, a chain or a node is at fault, not the way of use.
    #[must_use]
    pub fn is_content(&self) -> bool {
        match self {
            Self::Deployment(_) => false,
            Self::Node(error) => error.is_content(),
            Self::Deployed(_) | Self::Created { .. } => true,
        }
    }
}

impl Node {
    /// Deploys the verifier and the rollup, and reads everything back.
    ///
    /// What an earlier run sent is not sent again, until [`Self::close_deployment`] says that all is done.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn deploy(
        &self,
        key: &EthereumKey,
        deployment: &Deployment,
        journal: &Journal,
    ) -> Result<Deployed, DeployError> {
        self.check_chain(deployment.chain_id)?;
        let (verifier, verifier_sent) = self.create(key, &deployment.verifier_call()?, journal)?;
        let call = deployment.rollup_call(verifier)?;
        let (rollup, rollup_sent) = self.create(key, &call, journal)?;
        let mut at = self.at(BlockTag::Latest)?;
        let status = deployment.verify(&mut at, rollup, verifier).map_err(Box::new)?;
        Ok(Deployed { verifier, rollup, verifier_sent, rollup_sent, status })
    }

    /// Whether an earlier run began with the deployment and did not end it.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn has_open_deployment(
        &self,
        sender: Address,
        deployment: &Deployment,
        journal: &Journal,
    ) -> Result<bool, DeployError> {
        Ok(self.open_nonce(sender, &deployment.verifier_call()?, journal)?.is_some())
    }

    /// Forgets the transactions of a deployment: the next one makes new contracts.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn close_deployment(
        &self,
        sender: Address,
        deployment: &Deployment,
        deployed: &Deployed,
        journal: &Journal,
    ) -> Result<(), DeployError> {
        // without the first step nothing is open; while the second is left, it would not be sent again
        self.close(sender, &deployment.verifier_call()?, journal)?;
        Ok(self.close(sender, &deployment.rollup_call(deployed.verifier)?, journal)?)
    }

    fn create(
        &self,
        key: &EthereumKey,
        call: &Call,
        journal: &Journal,
    ) -> Result<(Address, Sent), DeployError> {
        let sent = self.send_step(key, call, journal)?;
        let actual = sent.receipt.created;
        let nonce = self.open_nonce(key.address(), call, journal)?;
        let expected = nonce.map(|nonce| contract_address(key.address(), nonce));
        match (expected, actual) {
            (Some(expected), Some(actual)) if expected == actual => Ok((actual, sent)),
            (expected, actual) => {
                let expected = expected.unwrap_or(Address::ZERO);
                Err(DeployError::Created { expected, actual })
            }
        }
    }
}
