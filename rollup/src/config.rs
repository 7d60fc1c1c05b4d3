//! What a data directory says about its rollup, in `rollup.json`.

use serde::{Deserialize, Serialize};
use starfold_circuits::parameters::ParameterSet;
use starfold_primitives::quantities::{AccountIndex, Address, ChainId, FeeUnit, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_state::{Genesis, GenesisAccount};
use starfold_transition::Parameters;

use crate::development;

/// The version of data directories.
pub(crate) const FORMAT: u32 = 2;

/// What never changes in the life of a rollup, and where its state is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The version of the data directory.
    pub starfold_rollup: u32,
    /// What every claim of the rollup contains.
    pub parameters: Parameters,
    /// The address whose account collects the fees.
    pub operator: Address,
    /// The parameters of its proofs.
    pub parameter_set: ParameterSet,
    /// The number of the folder that holds the state; it grows when the genesis is replaced.
    pub state_folder: u32,
    /// The block in which the contract was created, where the rollup was attached to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_block: Option<u64>,
}

/// What a new rollup is made from.
#[derive(Clone, Debug)]
pub struct NewRollup {
    /// What every claim of the rollup contains.
    pub parameters: Parameters,
    /// The address whose account collects the fees.
    pub operator: Address,
    /// The parameters of its proofs.
    pub parameter_set: ParameterSet,
    /// What it starts with.
    pub genesis: Genesis,
}

impl NewRollup {
    /// A development rollup: chain 31337, the development operator, fees in gwei of ETH.
    pub fn development() -> Self {
        let parameters = Parameters {
            chain_id: ChainId::new(development::CHAIN_ID).expect("below the field order"),
            contract: Address::ZERO,
            fee_token: TokenId::ZERO,
            fee_unit: FeeUnit::new(1_000_000_000).expect("below 2^30"),
        };
        Self {
            parameters,
            operator: development::OPERATOR,
            parameter_set: ParameterSet::Standard,
            genesis: default_genesis(parameters.chain_id, development::OPERATOR),
        }
    }
}

/// What a rollup starts with unless told otherwise: on the development chain the operator's account
/// at index 0, elsewhere nothing, as the contract does.
pub fn default_genesis(chain_id: ChainId, operator: Address) -> Genesis {
    let mut genesis = Genesis::default();
    if chain_id.get() == development::CHAIN_ID && operator != Address::ZERO {
        genesis.accounts.push(operator_account(operator));
    }
    genesis
}

/// The operator's account at index 0. Only the development operator gets a key.
pub(crate) fn operator_account(operator: Address) -> GenesisAccount {
    let key = if operator == development::OPERATOR {
        development::key_of(operator).public_key()
    } else {
        PublicKey::NONE
    };
    GenesisAccount { index: AccountIndex::ZERO, key, address: operator }
}
