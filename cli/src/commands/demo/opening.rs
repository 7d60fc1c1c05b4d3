//! The first chapters: rollup, contract, deposit.

use std::path::Path;

use serde::Serialize;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, ChainId};
use starfold_rollup::demo::{DemoChain, DemoContract, DemoDeployment, DemoDeposit};
use starfold_rollup::workload::{self, Funding};
use starfold_rollup::{BatchInputs, NewRollup, Rollup, now};

use super::teller::Teller;
use crate::failure::Failure;
use crate::output::{Table, amount};

/// What the batch is made from.
pub(super) struct Opened {
    pub(super) rollup: Rollup,
    pub(super) contract: DemoContract,
    pub(super) inputs: BatchInputs,
}

/// What is told of it.
pub(super) struct Opening {
    pub(super) rollup: RollupMade,
    pub(super) deployment: DemoDeployment,
    pub(super) deposit: DemoDeposit,
}

/// The rollup before its first batch.
#[derive(Debug, Serialize)]
pub(super) struct RollupMade {
    chain_id: ChainId,
    contract: Address,
    transfers: u64,
    funded_accounts: u64,
    tokens: u64,
    state_root: Digest,
}

pub(super) fn open(folder: &Path, teller: Teller) -> Result<(Opened, Opening), Failure> {
    teller.say("1. A new rollup gets the accounts of 46 transfers of Ethereum mainnet.")?;
    let mut chain = DemoChain::new(now());
    let mut new = NewRollup::development();
    new.parameters.contract = DemoChain::contract();
    let mut rollup = Rollup::init(folder, &new)?;
    let plan = workload::parse_transfers(workload::MAINNET.as_bytes()).map_err(Failure::wrong)?;
    let plan = chain.stand_in(plan)?;
    let workload = rollup.simulate(&plan, Funding::Genesis)?;
    let (parameters, head) = (rollup.config().parameters, rollup.state().head());
    let made = RollupMade {
        chain_id: parameters.chain_id,
        contract: parameters.contract,
        transfers: workload.transactions.len() as u64,
        funded_accounts: workload.funded_accounts as u64,
        tokens: workload.genesis.tokens.len() as u64 + 1,
        state_root: head.root,
    };
    teller.table(&made.table())?;

    teller.chapter("2. Its contract is created on an embedded chain of Ethereum.")?;
    let (mut contract, deployment) = chain.deploy(&workload.genesis, head.root, &parameters)?;
    teller.table(&deployed(&deployment))?;

    teller.chapter("3. Somebody new deposits ETH there, and sets a key.")?;
    let next_index = head.next_index.ok_or_else(|| Failure::wrong("no account is left"))?;
    let deposit = contract.deposit(next_index)?;
    teller.table(&deposited(&deposit))?;

    let mut transactions = workload.transactions;
    transactions.push(contract.withdrawal(&deposit, &parameters));
    let inputs = BatchInputs {
        transactions,
        l1_operations: deposit.operations.clone(),
        timestamp: Some(contract.time()),
        ..BatchInputs::default()
    };
    Ok((Opened { rollup, contract, inputs }, Opening { rollup: made, deployment, deposit }))
}

impl RollupMade {
    fn table(&self) -> Table {
        let mut table = Table::default();
        table
            .row("transfers", self.transfers)
            .row("funded accounts", self.funded_accounts)
            .row("tokens", self.tokens)
            .row("state root", self.state_root);
        table
    }
}

fn deployed(deployment: &DemoDeployment) -> Table {
    let mut table = Table::default();
    table
        .row("chain", deployment.chain_id)
        .row("verifier", deployment.verifier)
        .row("rollup", deployment.rollup)
        .row("circuit set", deployment.circuit_set)
        .row("key", deployment.key_kind)
        .row("verifying key", deployment.verifying_key);
    table
}

fn deposited(deposit: &DemoDeposit) -> Table {
    let mut table = Table::default();
    table
        .row("depositor", deposit.depositor)
        .row("amount", amount(deposit.amount, Address::ZERO))
        .row("account", deposit.account)
        .row("in the queue", deposit.operations.len());
    table
}
