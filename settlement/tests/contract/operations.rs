//! Operations of the queue: what is sent comes back as the same operation, under the hash that the contract keeps.

use sha3::{Digest as _, Keccak256};
use starfold_primitives::quantities::{AccountIndex, Address, Amount, Timestamp, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_settlement::{
    Call, EntryHash, Event, EventError, Log, QueueEntry, QueuedOperation, TokenReader,
};
use starfold_transition::{L1Operation, TokenName};

use crate::deployed::{ALICE, BOB, Deployed, ETHER, FEE, OPERATOR, START, chain, deployment};

fn index(index: u32) -> AccountIndex {
    AccountIndex::new(index).unwrap()
}

fn key() -> PublicKey {
    PublicKey::from_canonical([11, 12, 13, 14, 0xffff_ffff_0000_0000]).unwrap()
}

/// A rollup with a token, of which Alice has some and has approved it.
fn with_token() -> (Deployed, Address) {
    let mut chain = chain();
    let token = chain.execute(ALICE, &Call::create_development_token()).unwrap().created.unwrap();
    let mut asked = deployment();
    asked.tokens = vec![token];
    let mut deployed = Deployed::on(chain, asked).unwrap();
    let amount = Amount::new(1_000);
    deployed.execute(ALICE, &Call::mint_development_token(token, ALICE, amount));
    deployed.execute(ALICE, &Call::approve(token, deployed.rollup, amount));
    (deployed, token)
}

#[test]
fn operations_are_read_back_as_they_were_sent() {
    let (mut deployed, token) = with_token();
    let rollup = deployed.rollup;
    let first = TokenId::new(1).unwrap();
    let wei = Amount::new(ETHER);
    let sent = [
        (
            Call::deposit_eth(rollup, BOB, ALICE, wei, FEE).unwrap(),
            L1Operation::Deposit { to: BOB, token: TokenName::Id(TokenId::ZERO), amount: wei },
        ),
        (
            Call::deposit_token(rollup, token, ALICE, ALICE, Amount::new(400), FEE),
            L1Operation::Deposit {
                to: ALICE,
                token: TokenName::Id(first),
                amount: Amount::new(400),
            },
        ),
        (
            Call::request_forced_exit(rollup, index(u32::MAX), first, FEE),
            L1Operation::ForcedExit {
                from: index(u32::MAX),
                address: ALICE,
                token: TokenName::Id(first),
            },
        ),
        (
            Call::set_key(rollup, index(7), key(), FEE),
            L1Operation::L1SetKey { from: index(7), address: ALICE, new_key: key() },
        ),
    ];
    for (id, (call, operation)) in (0..).zip(sent) {
        let (_, events) = deployed.execute(ALICE, &call);
        let deadline = START + deployed.deployment.queue_period;
        let depositor = matches!(operation, L1Operation::Deposit { .. }).then_some(ALICE);
        let queued = Event::Queued(QueuedOperation { id, operation, deadline, depositor });
        assert!(events.contains(&queued), "{events:?}");
        let credited = Event::Credited { owner: OPERATOR, token: TokenId::ZERO, amount: FEE };
        assert!(events.contains(&credited), "{events:?}");
        let hash = EntryHash::of(&operation).unwrap();
        let entry = deployed.read().queue_entry(id).unwrap();
        assert_eq!(entry, Some(QueueEntry { hash, deadline }), "{operation:?}");
    }
    let status = deployed.status();
    assert_eq!((status.queue_head, status.queue_tail), (0, 4));
    let mut contract = deployed.read();
    assert_eq!(contract.queue_entry(4).unwrap(), None);
    assert_eq!(contract.held(first).unwrap(), Amount::new(400));
    let held = Amount::new(ETHER + 4 * FEE.get());
    assert_eq!(contract.held(TokenId::ZERO).unwrap(), held);
    assert_eq!(contract.claimable(OPERATOR, TokenId::ZERO).unwrap(), Amount::new(4 * FEE.get()));
}

#[test]
fn what_a_deposit_takes_was_allowed_before() {
    let (mut deployed, token) = with_token();
    let rollup = deployed.rollup;
    let ask = |deployed: &mut Deployed| {
        let mut reader = TokenReader::new(&mut deployed.chain, token);
        let allowed = [rollup, BOB].map(|spender| reader.allowance(ALICE, spender).unwrap());
        (reader.balance(ALICE).unwrap(), allowed)
    };
    let amount = Amount::new;
    let balance = ask(&mut deployed).0.get();
    assert_eq!(ask(&mut deployed).1, [amount(1_000), Amount::ZERO]);
    deployed.execute(ALICE, &Call::deposit_token(rollup, token, ALICE, ALICE, amount(400), FEE));
    assert_eq!(ask(&mut deployed), (amount(balance - 400), [amount(600), Amount::ZERO]));
    // more than any balance of a rollup is told as the largest
    let selector = Keccak256::digest("approve(address,uint256)");
    let data = [&selector[..4], &[0; 12], &BOB.0, &[0xff; 32]].concat();
    deployed.execute(ALICE, &Call { to: Some(token), data, value: Amount::ZERO });
    assert_eq!(ask(&mut deployed).1, [amount(600), Amount::MAX]);
}

#[test]
fn a_log_of_something_else_is_no_event() {
    let mut deployed = Deployed::new(deployment());
    let set_key = Call::set_key(deployed.rollup, index(0), PublicKey::NONE, FEE);
    let (receipt, events) = deployed.execute(ALICE, &set_key);
    let log = &receipt.logs[0];
    assert_eq!(Event::read(log).as_ref(), Ok(&events[0]));
    let refused = |change: fn(&mut Log)| {
        let mut changed = log.clone();
        change(&mut changed);
        let EventError { address, reason } = Event::read(&changed).unwrap_err();
        assert_eq!(address, log.address);
        reason
    };
    assert_eq!(refused(|log| log.topics = vec![[0; 32]; 5]), "it has 5 topics");
    assert!(!refused(|log| log.topics.clear()).is_empty());
    assert!(!refused(|log| log.topics[0][0] ^= 1).is_empty());
    assert!(!refused(|log| log.data.truncate(31)).is_empty());
    let wide = refused(|log| log.data.iter_mut().for_each(|byte| *byte = 0xff));
    assert!(!wide.is_empty());
}

#[test]
fn the_operator_claims_its_fees() {
    let mut deployed = Deployed::new(deployment());
    let rollup = deployed.rollup;
    deployed.execute(ALICE, &Call::set_key(rollup, index(0), PublicKey::NONE, FEE));
    let before = deployed.chain.balance(OPERATOR).get();
    let claim = Call::claim(rollup, TokenId::ZERO, OPERATOR);
    let (_, events) = deployed.execute(BOB, &claim);
    let (owner, receiver, token) = (OPERATOR, OPERATOR, TokenId::ZERO);
    assert_eq!(events, [Event::Claimed { owner, token, receiver, amount: FEE }]);
    assert_eq!(deployed.chain.balance(OPERATOR).get(), before + FEE.get());
    assert_eq!(deployed.refusal(BOB, &claim), "NothingToClaim");
}

#[test]
fn what_the_queue_refuses_is_explained() {
    let (deployed, token) = with_token();
    let rollup = deployed.rollup;
    let unknown = TokenId::new(9).unwrap();
    let amount = Amount::new(1_001);
    for (call, name) in [
        (Call::request_forced_exit(rollup, index(0), unknown, FEE), "UnknownToken"),
        (Call::request_forced_exit(rollup, index(0), TokenId::ZERO, Amount::ZERO), "WrongValue"),
        (Call::deposit_eth(rollup, BOB, BOB, Amount::ZERO, FEE).unwrap(), "WrongValue"),
        (
            Call::deposit_eth(rollup, Address::ZERO, BOB, Amount::new(1), FEE).unwrap(),
            "ZeroAddress",
        ),
        (Call::deposit_token(rollup, BOB, BOB, BOB, amount, FEE), "TokenNotRegistered"),
        (Call::deposit_token(rollup, token, BOB, BOB, amount, FEE), "ERC20InsufficientAllowance"),
        (Call::freeze(rollup), "DeadlineNotPassed"),
        (Call::register_token(rollup, token, Amount::ZERO), "TokenAlreadyRegistered"),
        (Call::cancel_deposit(rollup, 0, BOB, TokenId::ZERO, amount), "NotFrozen"),
    ] {
        assert_eq!(deployed.refusal(ALICE, &call), name);
    }
}

#[test]
fn the_sum_of_a_deposit_and_its_fee_does_not_overflow() {
    assert_eq!(Call::deposit_eth(BOB, BOB, BOB, Amount::MAX, Amount::new(1)), None);
}

#[test]
fn a_deadline_passes_and_deposits_are_taken_back() {
    let mut deployed = Deployed::new(deployment());
    let rollup = deployed.rollup;
    let amount = Amount::new(ETHER);
    let deposit = Call::deposit_eth(rollup, BOB, ALICE, amount, FEE).unwrap();
    deployed.execute(ALICE, &deposit);
    let deadline = START + deployed.deployment.queue_period;
    deployed.chain.set_time(Timestamp::new(deadline).unwrap());
    assert_eq!(deployed.refusal(BOB, &Call::freeze(rollup)), "DeadlineNotPassed");
    deployed.chain.set_time(Timestamp::new(deadline + 1).unwrap());
    let (_, events) = deployed.execute(BOB, &Call::freeze(rollup));
    let status = deployed.status();
    assert!(status.frozen);
    assert_eq!(events, [Event::Frozen { batch: status.batch, state_root: status.state_root }]);
    assert_eq!(deployed.refusal(ALICE, &deposit), "RollupFrozen");
    let cancel = Call::cancel_deposit(rollup, 0, BOB, TokenId::ZERO, amount);
    assert_eq!(deployed.refusal(BOB, &cancel), "NotDepositor");
    let (_, events) = deployed.execute(ALICE, &cancel);
    let (depositor, token) = (ALICE, TokenId::ZERO);
    assert!(events.contains(&Event::DepositCancelled { id: 0, depositor, token, amount }));
    assert_eq!(deployed.read().claimable(ALICE, token).unwrap(), amount);
    assert_eq!(deployed.refusal(ALICE, &cancel), "NoSuchDeposit");
}
