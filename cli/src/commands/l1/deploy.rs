//! `starfold l1 deploy`

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::Pins;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, Amount, BatchNumber, ChainId, TokenId};
use starfold_rollup::Rollup;
use starfold_rollup::wrapping::{KeyDigest, KeyKind, KeySummary, read_verifying_key};
use starfold_settlement::{Deployed, Deployment, Node};
use starfold_state::StateReader as _;

use super::sent::SentReport;
use super::target::{Sender, SenderOptions};
use crate::failure::Failure;
use crate::output::{Table, note, print_json};

#[derive(Debug, Args)]
#[command(
    after_help = "Chain, genesis, fee token, operator and tokens are those of the data directory. \
                        Repeated after whatever ended it, the command goes on where it was and \
                        deploys nothing twice."
)]
pub(crate) struct Arguments {
    /// The URL of a node of Ethereum.
    #[arg(long, value_name = "URL")]
    rpc: String,
    /// The folder of the rollup, which is attached to the contract.
    #[arg(long)]
    data_dir: PathBuf,
    #[command(flatten)]
    sender: SenderOptions,
    /// The key of a ceremony, proving or verifying; the UNSAFE development key by default, which
    /// works on chain 31337 alone.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Who submits batches; the rollup's operator by default.
    #[arg(long, value_name = "ADDRESS")]
    operator: Option<Address>,
    /// Who registers tokens free of charge and names operators; nobody by default, and then the
    /// operator names its successor.
    #[arg(long, value_name = "ADDRESS")]
    governor: Option<Address>,
    /// What an operation of the queue costs.
    #[arg(long, value_name = "WEI")]
    operation_fee: Option<Amount>,
    /// What it costs anyone to register a token.
    #[arg(long, value_name = "WEI")]
    registration_fee: Option<Amount>,
    /// Seconds from an operation to its deadline.
    #[arg(long, value_name = "SECONDS")]
    queue_period: Option<u32>,
    /// How many seconds a batch's time may lie in the past.
    #[arg(long, value_name = "SECONDS")]
    batch_window: Option<u32>,
    /// Seconds before a named operator can take over.
    #[arg(long, value_name = "SECONDS")]
    operator_delay: Option<u32>,
    /// A token's contract, which gets the next number after the rollup's tokens; may be repeated.
    #[arg(long = "token", value_name = "ADDRESS")]
    tokens: Vec<Address>,
    /// The ETH that is to stand behind a genesis with balances, on chain 31337.
    #[arg(long, value_name = "WEI")]
    backing: Option<Amount>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    chain_id: ChainId,
    contract: Address,
    verifier: Address,
    deployment_block: u64,
    operator: Address,
    governor: Option<Address>,
    genesis_root: Digest,
    circuit_set: Digest,
    verifying_key: KeyDigest,
    key_kind: KeyKind,
    r#unsafe: bool,
    gas_used: u64,
    transactions: [SentReport; 2],
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let sender = self.sender.open(Some(&self.data_dir))?;
        let mut rollup = Rollup::open(&self.data_dir)?;
        let deployment = self.deployment(&rollup)?;
        deployment.check().map_err(Failure::usage)?;
        let node = Node::connect(&self.rpc)?.with_limits(sender.limits());
        node.check_chain(deployment.chain_id)?;
        check_new(&node, &rollup, &deployment, &sender)?;
        if deployment.key.kind == KeyKind::Development {
            note("warning: UNSAFE: anyone can forge proofs under the development key");
        }
        let deployed = node.deploy(&sender.key, &deployment, &sender.journal)?;
        rollup.attach(deployed.rollup, deployed.rollup_sent.receipt.block)?;
        node.close_deployment(sender.address(), &deployment, &deployed, &sender.journal)?;
        self.print(&report(&deployment, &deployed))
    }

    fn deployment(&self, rollup: &Rollup) -> Result<Deployment, Failure> {
        let config = rollup.config();
        let head = rollup.state().head();
        if head.batch != BatchNumber::ZERO {
            let message =
                format!("the rollup has {} batches; a contract starts without", head.batch);
            return Err(Failure::usage(message));
        }
        if config.parameter_set != ParameterSet::Standard {
            let message = "the wrap covers the parameter set standard alone";
            return Err(Failure::usage(message));
        }
        let pins = Pins::committed().map_err(Failure::wrong)?;
        let pins = pins.of(config.parameter_set).map_err(Failure::wrong)?;
        let circuit_set = pins.circuit_set().map_err(Failure::wrong)?.root();
        let key = match &self.key {
            Some(path) => read_verifying_key(path)?,
            None => KeySummary::development().map_err(Failure::wrong)?,
        };
        let parameters = config.parameters;
        let operator = self.operator.unwrap_or(config.operator);
        let defaults = Deployment::new(parameters.chain_id, key, circuit_set, operator);
        Ok(Deployment {
            genesis_root: head.root,
            genesis_backing: self.backing.unwrap_or(defaults.genesis_backing),
            governor: self.governor.filter(|&governor| governor != Address::ZERO),
            fee_token: parameters.fee_token,
            fee_unit: parameters.fee_unit,
            operation_fee: self.operation_fee.unwrap_or(defaults.operation_fee),
            registration_fee: self.registration_fee.unwrap_or(defaults.registration_fee),
            queue_period: self.queue_period.unwrap_or(defaults.queue_period),
            batch_window: self.batch_window.unwrap_or(defaults.batch_window),
            operator_delay: self.operator_delay.unwrap_or(defaults.operator_delay),
            tokens: self.tokens(rollup)?,
            ..defaults
        })
    }

    /// The rollup's tokens, then those of the command.
    fn tokens(&self, rollup: &Rollup) -> Result<Vec<Address>, Failure> {
        let snapshot = rollup.state().snapshot();
        let mut tokens = Vec::new();
        for id in (1..=u16::MAX).map_while(|id| TokenId::new(id).ok()) {
            match snapshot.l1_token(id)? {
                Some(token) => tokens.push(token),
                None => break,
            }
        }
        tokens.extend(&self.tokens);
        Ok(tokens)
    }

    fn print(&self, report: &Report) -> Result<(), Failure> {
        if self.json {
            return Ok(print_json(report)?);
        }
        let key = if report.r#unsafe { "UNSAFE: a development rollup" } else { "from a ceremony" };
        let governor =
            report.governor.map_or_else(|| "none".to_owned(), |governor| governor.to_string());
        let mut table = Table::default();
        table
            .row("chain", report.chain_id)
            .row("contract", report.contract)
            .row("verifier", report.verifier)
            .row("block", report.deployment_block)
            .row("operator", report.operator)
            .row("governor", governor)
            .row("genesis root", report.genesis_root)
            .row("circuit set", report.circuit_set)
            .row("verifying key", report.verifying_key)
            .row("safety", key)
            .row("gas", report.gas_used);
        Ok(table.print()?)
    }
}

/// Refuses a rollup with a contract, unless an earlier run of this command gave it to it.
fn check_new(
    node: &Node,
    rollup: &Rollup,
    deployment: &Deployment,
    sender: &Sender,
) -> Result<(), Failure> {
    let contract = rollup.config().parameters.contract;
    if contract == Address::ZERO
        || node.has_open_deployment(sender.address(), deployment, &sender.journal)?
    {
        return Ok(());
    }
    Err(Failure::usage(format!("the rollup has the contract {contract} already")))
}

fn report(deployment: &Deployment, deployed: &Deployed) -> Report {
    let transactions = [&deployed.verifier_sent, &deployed.rollup_sent].map(SentReport::from);
    Report {
        chain_id: deployment.chain_id,
        contract: deployed.rollup,
        verifier: deployed.verifier,
        deployment_block: deployed.rollup_sent.receipt.block,
        operator: deployed.status.operator,
        governor: deployed.status.terms.governor,
        genesis_root: deployed.status.terms.genesis_root,
        circuit_set: deployed.status.terms.circuit_set,
        verifying_key: deployment.key.verifying_key.digest(),
        key_kind: deployment.key.kind,
        r#unsafe: deployed.status.terms.is_unsafe,
        gas_used: transactions.iter().map(|sent| sent.gas_used).sum(),
        transactions,
    }
}
