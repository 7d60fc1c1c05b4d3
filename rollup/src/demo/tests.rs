use super::contract::{DEPOSITOR, WITHDRAWAL};
use super::*;
use crate::development::OPERATOR;
use crate::workload::{self, Funding};
use crate::{
    AccountReport, BalanceReport, BatchInputs, NewRollup, Rollup, WrappedBatch, development,
};
use starfold_l1_verifier::groth16::{KeyKind, KeySummary};
use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, BatchNumber, ChainId, Timestamp, TokenId,
};
use starfold_settlement::{Call, Deployment, EmbeddedChain, EmbeddedError, Submission};
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
    let DemoDeployment { rollup: address, genesis_root, tokens, key_kind, .. } = told;
    assert_eq!((address, genesis_root), (DemoChain::contract(), root));
    assert_eq!(tokens as usize, workload.genesis.tokens.len() + 1);
    assert_eq!((told.chain_id, key_kind), (parameters.chain_id, KeyKind::Development));
    assert!(told.verifier != address && told.verifier_gas < told.rollup_gas);

    let next = rollup.state().head().next_index.unwrap();
    let deposit = contract.deposit(next).unwrap();
    let DemoDeposit { depositor: to, account, set_key_gas, deposit_gas, .. } = deposit;
    assert_eq!((to, account), (DEPOSITOR, next));
    assert!((21_000..200_000).contains(&deposit_gas) && (21_000..200_000).contains(&set_key_gas));
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
    let [AccountReport { index, nonce, key, balances, opening }] = &report.accounts[..] else {
        panic!("{report:?}")
    };
    // setting the key and the withdrawal
    assert_eq!((*index, nonce.get(), *key), (next, 2, Some(new_key)));
    assert!(opening.is_none());
    let amount = Amount::new(749_999_990_000_000_000);
    let left =
        BalanceReport { token: TokenId::ZERO, l1_token: Address::ZERO, amount, opening: None };
    assert_eq!(*balances, [left]);
}

const FEE: Amount = Amount::new(7);
const START: u32 = 1_800_000_000;

/// A chain with the rollup's contract for a batch, which is its first.
fn deployed(first: &WrappedBatch) -> (EmbeddedChain, Address, Deployment) {
    let chain_id = ChainId::new(development::CHAIN_ID).unwrap();
    let mut chain = EmbeddedChain::new(chain_id, Timestamp::new(START).unwrap());
    let riches = Amount::new(1 << 80);
    chain.fund(OPERATOR, riches);
    chain.fund(DEPOSITOR, riches);
    let key = KeySummary::development().unwrap();
    let deployment = Deployment {
        genesis_root: first.claim.old_state_root,
        fee_unit: first.claim.fee_unit,
        operation_fee: FEE,
        ..Deployment::new(chain_id, key, first.circuit_set, OPERATOR)
    };
    let mut create = |call: Call| chain.execute(OPERATOR, &call).unwrap().created.unwrap();
    let verifier = create(deployment.verifier_call().unwrap());
    assert_eq!(create(deployment.rollup_call(verifier).unwrap()), DemoChain::contract());
    (chain, verifier, deployment)
}

/// One transfer, wrapped for the contract at its place.
fn wrapped() -> WrappedBatch {
    let bytes = include_bytes!("../../../settlement/testdata/wrapped-1.json");
    WrappedBatch::from_bytes(bytes).unwrap()
}

#[test]
fn a_wrapped_batch_is_submitted_and_measured() {
    let wrapped = wrapped();
    let (chain, verifier, _) = deployed(&wrapped);
    let mut contract = DemoContract::new(chain, verifier, DemoChain::contract(), FEE);
    let (told, calldata) = contract.submit(&wrapped, wrapped.claim.timestamp).unwrap();
    assert_eq!(Submission::decode(&calldata).unwrap(), wrapped.submission());
    let DemoSubmission { batch, state_root, calldata_bytes, l1_operations, credited, .. } = told;
    assert_eq!((batch, state_root), (wrapped.claim.batch, wrapped.claim.new_state_root));
    assert_eq!(batch, BatchNumber::new(1).unwrap());
    assert_eq!(calldata_bytes, calldata.len() as u64);
    assert_eq!((l1_operations, credited), (0, Amount::ZERO));
    // most of a small batch is the proof, which is never verified for less than its pairings
    let DemoSubmission { gas, verification_gas, per_transfer_gas, .. } = told;
    assert!((180_000..gas).contains(&verification_gas), "{told:?}");
    assert!((500..2_000).contains(&per_transfer_gas), "{told:?}");

    let error = contract.submit(&wrapped, wrapped.claim.timestamp).unwrap_err();
    assert!(error.is_content());
    let DemoError::Chain { source: EmbeddedError::Reverted { revert, .. }, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(revert.name(), Some("WrongBatchNumber"));
}

#[test]
fn what_became_claimable_is_paid_to_its_owner() {
    let (mut chain, verifier, deployment) = deployed(&wrapped());
    let rollup = DemoChain::contract();
    // credited by a way that needs no batch: a deposit that nobody executed is taken back
    let (token, owner) = (TokenId::ZERO, DEPOSITOR);
    let deposit = Call::deposit_eth(rollup, owner, owner, WITHDRAWAL, FEE).unwrap();
    chain.execute(owner, &deposit).unwrap();
    chain.set_time(Timestamp::new(START + deployment.queue_period + 1).unwrap());
    chain.execute(owner, &Call::freeze(rollup)).unwrap();
    chain.execute(owner, &Call::cancel_deposit(rollup, 0, owner, token, WITHDRAWAL)).unwrap();
    let before = chain.balance(owner);

    let mut contract = DemoContract::new(chain, verifier, rollup, FEE);
    let claim = contract.claim().unwrap();
    let DemoClaim { owner: paid, amount, balance, gas } = claim;
    assert_eq!((paid, amount), (owner, WITHDRAWAL));
    assert_eq!(Some(balance), before.checked_add(WITHDRAWAL));
    assert!((21_000..150_000).contains(&gas), "{gas}");
    let error = contract.claim().unwrap_err();
    assert_eq!(error.to_string(), "what is claimable should be 250000000000000000, but is 0");
    let account = AccountIndex::new(1).unwrap();
    let frozen = contract.deposit(account).unwrap_err();
    assert!(matches!(frozen, DemoError::Chain { transaction: "the deposit", .. }), "{frozen}");
}
