use super::*;
use crate::workload::{self, Funding};
use crate::{BatchInputs, NewRollup, Rollup, development};
use starfold_primitives::quantities::{Address, Amount, Timestamp, TokenId};
use starfold_transition::{L1Operation, TokenName};

/// Everything before proving: the contract has the rollup's root, and what waits in its queue is what the batch
/// executes first.
#[test]
fn both_sides_begin_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut new = NewRollup::development();
    new.parameters.contract = DemoChain::contract();
    let mut rollup = Rollup::init(folder.path(), &new).unwrap();
    let mut chain = DemoChain::new(Timestamp::new(1_800_000_000).unwrap());
    let mainnet = workload::parse_transfers(workload::MAINNET.as_bytes()).unwrap();
    let plan = chain.stand_in(mainnet.clone()).unwrap();
    for (planned, real) in plan.transfers.iter().zip(&mainnet.transfers) {
        assert_eq!(planned.token == Address::ZERO, real.token == Address::ZERO);
        assert_eq!((planned.from, planned.to), (real.from, real.to));
    }
    let workload = rollup.simulate(&plan, Funding::Genesis).unwrap();
    let root = rollup.state().head().root;
    let parameters = rollup.config().parameters;
    let (mut contract, told) = chain.deploy(&workload.genesis, root, &parameters).unwrap();
    assert_eq!((told.rollup, told.genesis_root), (DemoChain::contract(), root));
    assert_eq!(told.tokens as usize, workload.genesis.tokens.len() + 1);

    let next = rollup.state().head().next_index.unwrap();
    let deposit = contract.deposit(next).unwrap();
    let to = deposit.depositor;
    let new_key = development::key_of(to).public_key();
    let expected = [
        L1Operation::Deposit { to, token: TokenName::Id(TokenId::ZERO), amount: deposit.amount },
        L1Operation::L1SetKey { from: next, address: to, new_key },
    ];
    assert_eq!(deposit.operations, expected);

    let mut transactions = workload.transactions;
    transactions.push(contract.withdrawal(&deposit, &parameters));
    let l1_operations = deposit.operations;
    let timestamp = Some(contract.time());
    let inputs = BatchInputs { transactions, l1_operations, timestamp, ..BatchInputs::default() };
    let record = rollup.seal(&inputs).unwrap();
    assert_eq!(record.sealed.l1_operations, 2);
    let report = rollup.accounts_of(to, false).unwrap();
    let account = &report.accounts[0];
    assert_eq!(account.index, next);
    assert_eq!(account.balances[0].amount, Amount::new(749_999_990_000_000_000));
}
