//! `starfold init`

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use starfold_circuits::parameters::ParameterSet;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, ChainId, FeeUnit, TokenId};
use starfold_rollup::{NewRollup, Rollup, default_genesis, development, file};
use starfold_transition::Parameters;

use crate::failure::Failure;
use crate::output::{Table, note, print_json};

#[derive(Debug, Args)]
#[command(after_help = "Without options it is a development rollup: chain 31337, the development \
                        operator, whose key everybody knows, fees in gwei of ETH.")]
pub(crate) struct Arguments {
    /// The folder for the rollup, new or empty.
    #[arg(long)]
    data_dir: PathBuf,
    /// The chain of the contract.
    #[arg(long)]
    chain_id: Option<ChainId>,
    /// The contract's address.
    #[arg(long)]
    contract: Option<Address>,
    /// The address whose account collects the fees.
    #[arg(long)]
    operator: Option<Address>,
    /// The token in which fees are paid.
    #[arg(long)]
    fee_token: Option<TokenId>,
    /// Base units of the fee token in one fee unit, 1 to 2^30 - 1.
    #[arg(long)]
    fee_unit: Option<FeeUnit>,
    /// The parameters of the proofs: standard or conservative.
    #[arg(long, default_value = "standard")]
    parameters: ParameterSet,
    /// A JSON file with the accounts, balances and tokens to start with.
    #[arg(long)]
    genesis: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    parameters: Parameters,
    operator: Address,
    parameter_set: ParameterSet,
    state_root: Digest,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let new = self.new_rollup()?;
        let Parameters { chain_id, contract, .. } = new.parameters;
        if chain_id.get() != development::CHAIN_ID {
            if new.operator == development::OPERATOR {
                note("warning: fees go to the development operator; name yours with --operator");
            }
            if !new.genesis.accounts.is_empty() {
                note("warning: a contract on this chain starts with no account");
            }
        }
        let rollup = Rollup::init(&self.data_dir, &new)?;
        let state_root = rollup.state().head().root;
        let report = Report {
            parameters: new.parameters,
            operator: new.operator,
            parameter_set: new.parameter_set,
            state_root,
        };
        if self.json {
            return Ok(print_json(&report)?);
        }
        let fees =
            format!("units of {} of token {}", new.parameters.fee_unit, new.parameters.fee_token);
        Table::default()
            .row("rollup", self.data_dir.display())
            .row("chain", chain_id)
            .row("contract", contract)
            .row("operator", new.operator)
            .row("fees", fees)
            .row("parameters", new.parameter_set)
            .row("state root", state_root)
            .print()?;
        Ok(())
    }

    fn new_rollup(&self) -> Result<NewRollup, Failure> {
        let mut new = NewRollup::development();
        let parameters = &mut new.parameters;
        parameters.chain_id = self.chain_id.unwrap_or(parameters.chain_id);
        parameters.contract = self.contract.unwrap_or(parameters.contract);
        parameters.fee_token = self.fee_token.unwrap_or(parameters.fee_token);
        parameters.fee_unit = self.fee_unit.unwrap_or(parameters.fee_unit);
        if parameters.fee_unit == FeeUnit::ZERO {
            return Err(Failure::usage("the fee unit is 0, expected 1 to 2^30 - 1"));
        }
        new.operator = self.operator.unwrap_or(new.operator);
        new.parameter_set = self.parameters;
        new.genesis = match &self.genesis {
            Some(path) => file::read_json(path)?,
            None => default_genesis(new.parameters.chain_id, new.operator),
        };
        Ok(new)
    }
}
