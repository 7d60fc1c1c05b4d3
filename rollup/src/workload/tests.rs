use super::*;
use crate::NewRollup;
use crate::sealing::BatchInputs;
use starfold_state::StateReader as _;

fn rollup() -> (tempfile::TempDir, Rollup) {
    let folder = tempfile::tempdir().unwrap();
    let rollup = Rollup::init(folder.path(), &NewRollup::development()).unwrap();
    (folder, rollup)
}

fn seal(rollup: &mut Rollup, workload: &Workload) -> usize {
    let inputs = BatchInputs {
        transactions: workload.transactions.clone(),
        l1_operations: workload.l1_operations.clone(),
        ..BatchInputs::default()
    };
    rollup.seal(&inputs).unwrap().sealed.words.len()
}

#[test]
fn the_mainnet_transfers_are_executed_whichever_way_they_are_funded() {
    let plan = parse_transfers(MAINNET.as_bytes()).unwrap();
    assert_eq!(plan.transfers.len(), 46);
    for funding in [Funding::Genesis, Funding::Deposits] {
        let (_folder, mut rollup) = rollup();
        let workload = rollup.simulate(&plan, funding).unwrap();
        assert_eq!(seal(&mut rollup, &workload), workload.words, "{funding:?}");
        let snapshot = rollup.state().snapshot();
        for transfer in &plan.transfers {
            assert_eq!(snapshot.accounts_of(transfer.to).unwrap().len(), 1);
        }
        // 46 fees of 10 gwei
        let fees = snapshot.balance(Default::default(), TokenId::ZERO).unwrap();
        assert_eq!(fees.get(), 460_000_000_000);
    }
}

#[test]
fn equal_seeds_give_equal_workloads_and_other_seeds_others() {
    let workload = |seed| {
        let (_folder, mut rollup) = rollup();
        let plan = random(RandomTransfers { transfers: 20, accounts: 5, seed }).unwrap();
        rollup.simulate(&plan, Funding::Genesis).unwrap()
    };
    assert_eq!(workload(1), workload(1));
    assert_ne!(workload(1), workload(2));
}

#[test]
fn a_rollup_with_accounts_takes_no_second_workload() {
    let (_folder, mut rollup) = rollup();
    let plan = random(RandomTransfers { transfers: 2, accounts: 2, seed: 1 }).unwrap();
    rollup.simulate(&plan, Funding::Genesis).unwrap();
    let error = rollup.simulate(&plan, Funding::Genesis).unwrap_err();
    assert!(matches!(
        error,
        WorkloadError::Directory(DirectoryError::NotNew { found: "accounts" })
    ));
}

#[test]
fn the_operator_may_be_a_sender() {
    let operator = crate::development::OPERATOR;
    let transfer = PlannedTransfer {
        from: operator,
        to: Address([1; 20]),
        token: Address::ZERO,
        amount: Amount::new(5),
    };
    let first = PlannedTransfer { from: Address([2; 20]), ..transfer };
    let plan = Plan { transfers: vec![first, transfer], ..Plan::default() };
    for funding in [Funding::Genesis, Funding::Deposits] {
        let (_folder, mut rollup) = rollup();
        let workload = rollup.simulate(&plan, funding).unwrap();
        assert_eq!(workload.transactions[0].transaction.from().get(), 1);
        assert_eq!(workload.transactions[1].transaction.from().get(), 0);
        seal(&mut rollup, &workload);
    }
}

#[test]
fn plans_that_cannot_be_made_are_refused() {
    let parameters = NewRollup::development().parameters;
    let build =
        |plan: &Plan| build(plan, Funding::Genesis, &parameters, Address([9; 20])).unwrap_err();
    assert!(matches!(build(&Plan::default()), WorkloadError::Empty));
    let transfer = PlannedTransfer {
        from: Address([1; 20]),
        to: Address([2; 20]),
        token: Address([7; 20]),
        amount: Amount::MAX,
    };
    let plan = |transfers: Vec<_>| Plan { transfers, ..Plan::default() };
    let error = build(&plan(vec![transfer]));
    assert!(matches!(error, WorkloadError::Supply { position: 0, .. }), "{error}");
    let nobody = PlannedTransfer { to: Address::ZERO, amount: Amount::ZERO, ..transfer };
    let error = build(&plan(vec![PlannedTransfer { amount: Amount::ZERO, ..transfer }, nobody]));
    assert!(matches!(error, WorkloadError::ZeroAddress { position: 1 }), "{error}");
    for accounts in [0, u32::MAX] {
        let size = RandomTransfers { transfers: 1, accounts, seed: 0 };
        assert!(matches!(random(size), Err(WorkloadError::AccountCount { .. })));
    }
    let size = RandomTransfers { transfers: usize::MAX, accounts: 1, seed: 0 };
    assert!(matches!(random(size), Err(WorkloadError::TransferCount { .. })));
}

#[test]
fn a_fee_token_that_no_account_has_is_refused() {
    let mut parameters = NewRollup::development().parameters;
    parameters.fee_token = "3".parse().unwrap();
    let plan = random(RandomTransfers { transfers: 1, accounts: 1, seed: 0 }).unwrap();
    let error = build(&plan, Funding::Genesis, &parameters, Address([9; 20])).unwrap_err();
    assert!(matches!(error, WorkloadError::FeeToken { tokens: 3, .. }), "{error}");
}

#[test]
fn accounts_are_funded_in_two_ways() {
    assert_eq!("genesis".parse(), Ok(Funding::Genesis));
    assert_eq!("deposits".parse(), Ok(Funding::Deposits));
    for name in ["", "Genesis", "deposit"] {
        let error = name.parse::<Funding>().unwrap_err();
        assert_eq!(error, UnknownFunding { name: name.to_owned() });
        let text = format!("accounts are funded from genesis or deposits, not {name:?}");
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn transfers_are_read_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("transfers.json");
    std::fs::write(&path, MAINNET).unwrap();
    assert_eq!(read_transfers(&path).unwrap(), parse_transfers(MAINNET.as_bytes()).unwrap());
    std::fs::write(&path, MAINNET.replacen("\"ETH\"", "\"BTC\"", 1)).unwrap();
    let error = read_transfers(&path).unwrap_err();
    assert!(matches!(error, WorkloadError::File(FileError::Content { .. })), "{error}");
    let error = read_transfers(&folder.path().join("missing.json")).unwrap_err();
    assert!(matches!(error, WorkloadError::File(FileError::Io { .. })), "{error}");
}
