//! Ethereum before the contract is there.

use std::collections::HashMap;

use serde::Serialize;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::{Pins, PinsError};
use starfold_l1_verifier::groth16::{KeyDigest, KeyKind, KeySummary};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, Amount, ChainId, Timestamp, TokenId};
use starfold_settlement::{Call, Deployment, EmbeddedChain, Receipt, contract_address};
use starfold_state::Genesis;
use starfold_transition::Parameters;

use super::contract::DemoContract;
use super::error::DemoError;
use crate::development::{self, OPERATOR};
use crate::workload::Plan;

/// Who creates the stand-ins of tokens.
const ISSUER: Address = Address([0x15; 20]);
/// The operator creates the verifier first, then the rollup.
const ROLLUP_NONCE: u64 = 1;
/// What everybody has on the embedded chain.
const RICHES: Amount = Amount::new(1_000_000 * 1_000_000_000_000_000_000);
/// What an operation of the queue costs.
const OPERATION_FEE: Amount = Amount::new(500_000_000_000_000);

/// An embedded chain of Ethereum on which the rollup's contract is to be created.
#[derive(Debug)]
pub struct DemoChain {
    chain: EmbeddedChain,
}

/// The contracts and what creating them cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoDeployment {
    /// The chain.
    pub chain_id: ChainId,
    /// The contract that verifies proofs.
    pub verifier: Address,
    /// The rollup's contract.
    pub rollup: Address,
    /// The root of the circuit set.
    pub circuit_set: Digest,
    /// The state root that the contract starts with.
    pub genesis_root: Digest,
    /// Where the secrets of the verifying key come from.
    pub key_kind: KeyKind,
    /// The digest of the verifying key.
    pub verifying_key: KeyDigest,
    /// The tokens that the contract knows, ETH included.
    pub tokens: u32,
    /// The gas of creating the verifier.
    pub verifier_gas: u64,
    /// The gas of creating the rollup's contract.
    pub rollup_gas: u64,
}

/// Executes a transaction of the story.
pub(super) fn execute(
    chain: &mut EmbeddedChain,
    transaction: &'static str,
    from: Address,
    call: &Call,
) -> Result<Receipt, DemoError> {
    chain.execute(from, call).map_err(|source| DemoError::Chain { transaction, source })
}

fn created(receipt: &Receipt) -> Address {
    receipt.created.expect("a transaction without a receiver creates a contract")
}

impl DemoChain {
    /// A chain of local nodes' number, on which the operator is rich.
    pub fn new(time: Timestamp) -> Self {
        let chain_id = ChainId::new(development::CHAIN_ID).expect("below the field order");
        let mut chain = EmbeddedChain::new(chain_id, time);
        chain.fund(OPERATOR, RICHES);
        Self { chain }
    }

    /// Where the rollup's contract will be: the operator's second transaction creates it.
    pub fn contract() -> Address {
        contract_address(OPERATOR, ROLLUP_NONCE)
    }

    /// The time of the chain.
    pub fn time(&self) -> Timestamp {
        self.chain.time()
    }

    /// Creates a token for each that a plan names by its contract on mainnet, and puts it in the other's place.
    ///
    /// # Errors
    /// [`DemoError::Chain`].
    pub fn stand_in(&mut self, mut plan: Plan) -> Result<Plan, DemoError> {
        let mut stand_ins = HashMap::from([(Address::ZERO, Address::ZERO)]);
        let named = plan.transfers.iter_mut().map(|transfer| &mut transfer.token);
        for token in plan.tokens.iter_mut().chain(named) {
            let stand_in = match stand_ins.get(token) {
                Some(&known) => known,
                None => {
                    let call = Call::create_development_token();
                    created(&execute(&mut self.chain, "creating a token", ISSUER, &call)?)
                }
            };
            stand_ins.insert(*token, stand_in);
            *token = stand_in;
        }
        Ok(plan)
    }

    /// Creates verifier and rollup: with the development key, and with a genesis whose ETH is sent along.
    ///
    /// # Errors
    /// [`DemoError`], as its variants say.
    pub fn deploy(
        mut self,
        genesis: &Genesis,
        genesis_root: Digest,
        parameters: &Parameters,
    ) -> Result<(DemoContract, DemoDeployment), DemoError> {
        let chain_id = self.chain.chain_id();
        let key = KeySummary::development()?;
        let (key_kind, verifying_key) = (key.kind, key.verifying_key.digest());
        let circuit_set = circuit_set()?;
        let deployment = Deployment {
            genesis_root,
            genesis_backing: eth_of(genesis),
            fee_token: parameters.fee_token,
            fee_unit: parameters.fee_unit,
            operation_fee: OPERATION_FEE,
            tokens: genesis.tokens.clone(),
            ..Deployment::new(chain_id, key, circuit_set, OPERATOR)
        };
        let chain = &mut self.chain;
        let first =
            execute(chain, "creating the verifier", OPERATOR, &deployment.verifier_call()?)?;
        let verifier = created(&first);
        let call = deployment.rollup_call(verifier)?;
        let second = execute(chain, "creating the rollup", OPERATOR, &call)?;
        let rollup = created(&second);
        DemoError::unless_equal("the rollup's address", &Self::contract(), &rollup)?;
        let told = DemoDeployment {
            chain_id,
            verifier,
            rollup,
            circuit_set,
            genesis_root,
            key_kind,
            verifying_key,
            tokens: u32::try_from(genesis.tokens.len()).map_or(u32::MAX, |tokens| tokens + 1),
            verifier_gas: first.gas_used,
            rollup_gas: second.gas_used,
        };
        Ok((DemoContract::new(self.chain, verifier, rollup, OPERATION_FEE), told))
    }
}

/// The circuit set of this program.
fn circuit_set() -> Result<Digest, DemoError> {
    let pins = Pins::committed()?;
    let set = pins.of(ParameterSet::Standard)?.circuit_set().map_err(PinsError::from)?;
    Ok(set.root())
}

/// All ETH of a genesis.
fn eth_of(genesis: &Genesis) -> Amount {
    let eth = genesis.balances.iter().filter(|balance| balance.token == TokenId::ZERO);
    eth.fold(Amount::ZERO, |sum, balance| sum.checked_add(balance.amount).unwrap_or(Amount::MAX))
}
