//! The contracts of a new rollup.

use alloy::primitives::U256;
use alloy::sol_types::SolConstructor as _;
use starfold_l1_verifier::groth16::{Coordinate, KeyDigest, KeyKind, KeySummary};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, Amount, ChainId, FeeUnit, TokenId};
use starfold_state::EMPTY_ROOT;

use crate::call::Call;
use crate::contracts::{Groth16BatchVerifier, Rollup};
use crate::convert::{to_evm_address, to_evm_integer, wei};

/// The chain of local Ethereum nodes, on which alone UNSAFE keys and geneses are accepted.
pub const DEVELOPMENT_CHAIN: u64 = 31_337;

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;
/// No period is longer.
const LONGEST_PERIOD: u32 = 30 * DAY;

/// What a rollup's contracts are made with. [`Deployment::check`] holds it against the rules of the contracts.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// The chain.
    pub chain_id: ChainId,
    /// The key under which wrapped proofs are verified.
    pub key: KeySummary,
    /// The root of the circuit set.
    pub circuit_set: Digest,
    /// The state root before the first batch.
    pub genesis_root: Digest,
    /// The ETH behind a genesis with balances, in wei.
    pub genesis_backing: Amount,
    /// Who submits batches.
    pub operator: Address,
    /// Who registers tokens free of charge and names operators; without one, the operator names its successor.
    pub governor: Option<Address>,
    /// The token in which fees are paid in the rollup.
    pub fee_token: TokenId,
    /// Base units of it in one fee unit.
    pub fee_unit: FeeUnit,
    /// What an operation of the queue costs, in wei.
    pub operation_fee: Amount,
    /// What it costs anyone to register a token, in wei.
    pub registration_fee: Amount,
    /// Seconds from an operation to its deadline.
    pub queue_period: u32,
    /// How many seconds a batch's timestamp may lie in the past.
    pub batch_window: u32,
    /// Seconds before a named operator can take over.
    pub operator_delay: u32,
    /// The contracts of the tokens 1, 2 and so on.
    pub tokens: Vec<Address>,
}

/// A rule that a deployment breaks. The contracts have the same rules; here they cost nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeploymentError {
    /// Anyone can forge proofs under a development key.
    #[error(
        "a development key works on chain {DEVELOPMENT_CHAIN} alone, not on chain {chain_id}: anyone can forge proofs under it"
    )]
    DevelopmentKey {
        /// The chain.
        chain_id: ChainId,
    },
    /// A development key that is declared as another.
    #[error(
        "the key {digest} is the development key, under which anyone can forge proofs, and is declared as the key of a {kind}"
    )]
    Undeclared {
        /// The key.
        digest: KeyDigest,
        /// What it is declared as.
        kind: KeyKind,
    },
    /// The committed development key is damaged.
    #[error("the committed development key cannot be read: {reason}")]
    Committed {
        /// What is wrong.
        reason: String,
    },
    /// Nobody paid in what a genesis gives.
    #[error(
        "a genesis with balances is accepted on chain {DEVELOPMENT_CHAIN} alone, not on chain {chain_id}"
    )]
    Genesis {
        /// The chain.
        chain_id: ChainId,
    },
    /// An empty genesis is backed by something, which nobody could take out.
    #[error("the genesis is empty, but {backing} wei are to stand behind it")]
    Backing {
        /// What would be sent along.
        backing: Amount,
    },
    /// The key has another number of public inputs than the contract passes.
    #[error("the key has {actual} public inputs, the contract has {expected}")]
    PublicInputs {
        /// What the contract has.
        expected: usize,
        /// What the key has.
        actual: usize,
    },
    /// Nobody is the operator.
    #[error("the operator's address is zero")]
    NoOperator,
    /// The fee token has no number.
    #[error(
        "fees are paid in token {fee_token}, but the rollup begins with {tokens} tokens, ETH included"
    )]
    FeeToken {
        /// The fee token.
        fee_token: TokenId,
        /// The tokens.
        tokens: usize,
    },
    /// A token is named twice, or is zero.
    #[error("the token {token} is zero or named twice")]
    Token {
        /// The token.
        token: Address,
    },
    /// A number is out of its range.
    #[error("{parameter} is {actual}, allowed on chain {chain_id} is {allowed}")]
    Range {
        /// What the number is.
        parameter: &'static str,
        /// What is allowed.
        allowed: &'static str,
        /// The number.
        actual: u128,
        /// The chain.
        chain_id: ChainId,
    },
}

/// The public inputs that the contract passes to Groth16.
const PUBLIC_INPUTS: usize = 2;

impl Deployment {
    /// Parameters to begin with: on the development chain no fees and short periods, on others 0.0005 ETH for an
    /// operation, 0.05 ETH for a token, seven days for the queue, six hours for a batch, two days for a new operator.
    ///
    /// Fees in the rollup are paid in gwei of ETH, the genesis is empty, and there are no tokens but ETH.
    #[must_use]
    pub fn new(chain_id: ChainId, key: KeySummary, circuit_set: Digest, operator: Address) -> Self {
        const GWEI: u128 = 1_000_000_000;
        let development = chain_id.get() == DEVELOPMENT_CHAIN;
        let fee = |gwei: u128| if development { Amount::ZERO } else { Amount::new(gwei * GWEI) };
        Self {
            chain_id,
            key,
            circuit_set,
            genesis_root: EMPTY_ROOT,
            genesis_backing: Amount::ZERO,
            operator,
            governor: None,
            fee_token: TokenId::ZERO,
            fee_unit: FeeUnit::new(1_000_000_000).expect("below 2^30"),
            operation_fee: fee(500_000),
            registration_fee: fee(50_000_000),
            queue_period: if development { DAY } else { 7 * DAY },
            batch_window: if development { DAY } else { 6 * HOUR },
            operator_delay: if development { HOUR } else { 2 * DAY },
            tokens: Vec::new(),
        }
    }

    /// Checks the rules that the contracts would check, and that the development key is declared as one.
    ///
    /// # Errors
    /// [`DeploymentError`] names the first rule that is broken.
    pub fn check(&self) -> Result<(), DeploymentError> {
        self.check_declared()?;
        let (expected, actual) = (PUBLIC_INPUTS, self.key.verifying_key.public_inputs());
        if expected != actual {
            return Err(DeploymentError::PublicInputs { expected, actual });
        }
        if self.operator == Address::ZERO {
            return Err(DeploymentError::NoOperator);
        }
        if self.genesis_root == EMPTY_ROOT && self.genesis_backing != Amount::ZERO {
            return Err(DeploymentError::Backing { backing: self.genesis_backing });
        }
        let tokens = self.tokens.len() + 1;
        if usize::from(self.fee_token.get()) >= tokens {
            return Err(DeploymentError::FeeToken { fee_token: self.fee_token, tokens });
        }
        for (position, &token) in self.tokens.iter().enumerate() {
            if token == Address::ZERO || self.tokens[..position].contains(&token) {
                return Err(DeploymentError::Token { token });
            }
        }
        let unit = u128::from(self.fee_unit.get());
        self.require("the fee unit", unit, "1 to 2^30 - 1", unit != 0)?;
        let periods =
            [("the queue's period", self.queue_period), ("the batch window", self.batch_window)];
        for (parameter, seconds) in periods {
            let allowed = (1..=LONGEST_PERIOD).contains(&seconds);
            self.require(parameter, seconds.into(), "a second to 30 days", allowed)?;
        }
        let delay = self.operator_delay;
        let allowed = delay <= LONGEST_PERIOD;
        self.require("the operator's delay", delay.into(), "at most 30 days", allowed)?;
        if self.chain_id.get() == DEVELOPMENT_CHAIN { Ok(()) } else { self.check_elsewhere() }
    }

    /// Whether the development key is declared as what it is: the contracts cannot tell.
    fn check_declared(&self) -> Result<(), DeploymentError> {
        let known = KeySummary::development()
            .map_err(|error| DeploymentError::Committed { reason: error.to_string() })?;
        let (digest, kind) = (self.key.verifying_key.digest(), self.key.kind);
        if digest == known.verifying_key.digest() && kind != KeyKind::Development {
            return Err(DeploymentError::Undeclared { digest, kind });
        }
        Ok(())
    }

    /// The rules of other chains than the development chain.
    fn check_elsewhere(&self) -> Result<(), DeploymentError> {
        let chain_id = self.chain_id;
        if self.key.kind == KeyKind::Development {
            return Err(DeploymentError::DevelopmentKey { chain_id });
        }
        if self.genesis_root != EMPTY_ROOT {
            return Err(DeploymentError::Genesis { chain_id });
        }
        for (parameter, fee) in [
            ("the fee of an operation", self.operation_fee),
            ("the fee of a registration", self.registration_fee),
        ] {
            self.require(parameter, fee.get(), "more than zero", fee != Amount::ZERO)?;
        }
        let (queue, window, delay) = (self.queue_period, self.batch_window, self.operator_delay);
        self.require("the queue's period", queue.into(), "at least a day", queue >= DAY)?;
        let allowed = (HOUR..=DAY).contains(&window);
        self.require("the batch window", window.into(), "an hour to a day", allowed)?;
        let allowed = delay < queue;
        self.require("the operator's delay", delay.into(), "less than the queue's period", allowed)
    }

    fn require(
        &self,
        parameter: &'static str,
        actual: u128,
        allowed: &'static str,
        holds: bool,
    ) -> Result<(), DeploymentError> {
        let chain_id = self.chain_id;
        if holds {
            Ok(())
        } else {
            Err(DeploymentError::Range { parameter, allowed, actual, chain_id })
        }
    }

    /// Creates the verifier.
    ///
    /// # Errors
    /// [`DeploymentError`], as [`check`](Self::check).
    pub fn verifier_call(&self) -> Result<Call, DeploymentError> {
        self.check()?;
        let words = self.key.verifying_key.words();
        let inputs: [_; PUBLIC_INPUTS + 1] =
            words.inputs.try_into().expect("the number of public inputs was checked");
        let key = Groth16BatchVerifier::VerifyingKey {
            alpha: words.alpha.map(integer),
            beta: words.beta.map(integer),
            gamma: words.gamma.map(integer),
            delta: words.delta.map(integer),
            ic: inputs.map(|point| point.map(integer)),
        };
        let development = self.key.kind == KeyKind::Development;
        let arguments = Groth16BatchVerifier::constructorCall { key, developmentKey: development };
        let data = [&Groth16BatchVerifier::BYTECODE[..], &arguments.abi_encode()].concat();
        Ok(Call { to: None, data, value: Amount::ZERO })
    }

    /// Creates the rollup.
    ///
    /// # Errors
    /// [`DeploymentError`], as [`check`](Self::check).
    pub fn rollup_call(&self, verifier: Address) -> Result<Call, DeploymentError> {
        self.check()?;
        let configuration = Rollup::Configuration {
            verifier: to_evm_address(verifier),
            circuitSet: to_evm_integer(self.circuit_set),
            genesisRoot: to_evm_integer(self.genesis_root),
            operator: to_evm_address(self.operator),
            governor: to_evm_address(self.governor.unwrap_or(Address::ZERO)),
            feeToken: self.fee_token.get(),
            feeUnit: self.fee_unit.get(),
            operationFee: wei(self.operation_fee),
            registrationFee: wei(self.registration_fee),
            queuePeriod: self.queue_period,
            batchWindow: self.batch_window,
            operatorDelay: self.operator_delay,
            tokens: self.tokens.iter().copied().map(to_evm_address).collect(),
        };
        let arguments = Rollup::constructorCall { configuration };
        let data = [&Rollup::BYTECODE[..], &arguments.abi_encode()].concat();
        Ok(Call { to: None, data, value: self.genesis_backing })
    }
}

/// The address of the contract that an account creates with a nonce.
#[must_use]
pub fn contract_address(sender: Address, nonce: u64) -> Address {
    Address(to_evm_address(sender).create(nonce).into_array())
}

fn integer(coordinate: Coordinate) -> U256 {
    U256::from_be_bytes(coordinate)
}

#[cfg(test)]
mod tests;
