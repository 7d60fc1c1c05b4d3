//! Whether a contract is that of a rollup, and the rollup of a contract.

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::{Pins, PinsError};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, BatchNumber, ChainId};
use starfold_settlement::RollupStatus;
use starfold_state::{EMPTY_ROOT, Genesis, MemoryStore, State, StateError};
use starfold_transition::Parameters;

use super::sync_error::SyncError;
use crate::config::NewRollup;
use crate::directory::Rollup;

/// Why a contract's rollup cannot be made anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenesisRootError {
    /// A root tells no balances.
    #[error("the contract starts with the root {expected}: name the file of that genesis")]
    Missing {
        /// The contract's root.
        expected: Digest,
    },
    /// It is another genesis.
    #[error("the genesis has the root {actual}, the contract starts with {expected}")]
    Other {
        /// The contract's root.
        expected: Digest,
        /// That of the genesis.
        actual: Digest,
    },
    /// The genesis contradicts itself.
    #[error(transparent)]
    State(#[from] StateError),
}

impl NewRollup {
    /// The rollup of a contract, to be rebuilt from its transactions. A contract that starts with balances needs
    /// the `genesis` that its root was computed from.
    ///
    /// # Errors
    /// [`GenesisRootError`].
    pub fn of_contract(
        chain_id: ChainId,
        contract: Address,
        status: &RollupStatus,
        genesis: Option<Genesis>,
    ) -> Result<Self, GenesisRootError> {
        let expected = status.terms.genesis_root;
        if genesis.is_none() && expected != EMPTY_ROOT {
            return Err(GenesisRootError::Missing { expected });
        }
        let genesis = genesis.unwrap_or_default();
        let actual = State::create(MemoryStore::default(), &genesis)?.head().root;
        if actual != expected {
            return Err(GenesisRootError::Other { expected, actual });
        }
        let (fee_token, fee_unit) = (status.terms.fee_token, status.terms.fee_unit);
        Ok(Self {
            parameters: Parameters { chain_id, contract, fee_token, fee_unit },
            operator: status.operator,
            parameter_set: ParameterSet::Standard,
            genesis,
        })
    }
}

impl Rollup {
    /// Checks that the rollup's contract, as a chain has it, is of this rollup.
    ///
    /// # Errors
    /// [`SyncError::NotAttached`], [`SyncError::OtherRollup`]; those of the state and of the pins.
    pub fn check_contract(
        &self,
        chain_id: ChainId,
        status: &RollupStatus,
    ) -> Result<(), SyncError> {
        let contract = self.config.parameters.contract;
        if contract == Address::ZERO {
            return Err(SyncError::NotAttached);
        }
        self.check_terms(chain_id, contract, status)
    }

    /// Checks that a contract could be that of this rollup, before the rollup is attached to it.
    ///
    /// # Errors
    /// [`SyncError::OtherRollup`]; those of the state and of the pins.
    pub fn check_terms(
        &self,
        chain_id: ChainId,
        contract: Address,
        status: &RollupStatus,
    ) -> Result<(), SyncError> {
        let parameters = self.config.parameters;
        let same = |what, expected: String, actual: String| {
            if expected == actual {
                return Ok(());
            }
            Err(SyncError::OtherRollup { contract, what, expected, actual })
        };
        let terms = status.terms;
        let pins = Pins::committed()?;
        let set = pins.of(self.config.parameter_set)?.circuit_set().map_err(PinsError::from)?;
        same("circuit set", set.root().to_string(), terms.circuit_set.to_string())?;
        same("chain", parameters.chain_id.to_string(), chain_id.to_string())?;
        same("fee token", parameters.fee_token.to_string(), terms.fee_token.to_string())?;
        same("fee unit", parameters.fee_unit.to_string(), terms.fee_unit.to_string())?;
        match self.state.checkpoint(BatchNumber::ZERO) {
            Ok(genesis) => {
                same("genesis root", genesis.root.to_string(), terms.genesis_root.to_string())
            }
            // pruned, and then compared long ago
            Err(StateError::UnknownCheckpoint { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
