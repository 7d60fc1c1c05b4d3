//! A frozen rollup pays out what its last state holds, once for each balance.

use starfold_primitives::quantities::{AccountIndex, Amount, Timestamp, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_settlement::{BalanceOpening, Call, Event};
use starfold_state::{
    Genesis, GenesisAccount, GenesisBalance, MemoryStore, State, StateReader as _,
};

use crate::deployed::{ALICE, BOB, Deployed, FEE, START, deployment};

const BALANCE: Amount = Amount::new(12_345);

/// A state in which Bob alone has something, and what opens it.
fn genesis() -> (State<MemoryStore>, BalanceOpening) {
    let index = AccountIndex::new(7).unwrap();
    let account = GenesisAccount { index, key: PublicKey::NONE, address: BOB };
    let balance = GenesisBalance { account: index, token: TokenId::ZERO, amount: BALANCE };
    let genesis = Genesis { accounts: vec![account], balances: vec![balance], tokens: vec![] };
    let state = State::create(MemoryStore::default(), &genesis).unwrap();
    let opened = state.snapshot().open_account(index).unwrap();
    let token = state.snapshot().open_token(index, TokenId::ZERO).unwrap();
    let opening = BalanceOpening {
        index,
        token: TokenId::ZERO,
        balance: BALANCE,
        owner: BOB,
        nonce: opened.account.nonce,
        key: opened.account.key,
        token_siblings: token.siblings,
        account_siblings: opened.siblings,
    };
    (state, opening)
}

/// A rollup over that state, frozen because nobody executed an operation.
fn frozen(state: &State<MemoryStore>) -> Deployed {
    let mut asked = deployment();
    asked.genesis_root = state.head().root;
    asked.genesis_backing = BALANCE;
    let mut deployed = Deployed::new(asked);
    let rollup = deployed.rollup;
    let ignored = Call::set_key(rollup, AccountIndex::new(0).unwrap(), PublicKey::NONE, FEE);
    deployed.execute(ALICE, &ignored);
    let deadline = START + deployed.deployment.queue_period;
    deployed.chain.set_time(Timestamp::new(deadline + 1).unwrap());
    deployed.execute(ALICE, &Call::freeze(rollup));
    deployed
}

#[test]
fn a_balance_of_the_last_state_is_credited_to_its_owner_once() {
    let (state, opening) = genesis();
    let mut deployed = frozen(&state);
    let rollup = deployed.rollup;
    let BalanceOpening { index, token, balance: amount, owner, .. } = opening.clone();
    assert!(!deployed.read().exited(index, token).unwrap());
    // anyone may ask for it
    let (_, events) = deployed.execute(ALICE, &Call::exit(rollup, &opening));
    assert!(events.contains(&Event::Exited { index, token, owner, amount }), "{events:?}");
    assert!(deployed.read().exited(index, token).unwrap());
    assert_eq!(deployed.read().claimable(BOB, token).unwrap(), BALANCE);
    assert_eq!(deployed.refusal(ALICE, &Call::exit(rollup, &opening)), "AlreadyExited");
    let other = AccountIndex::new(8).unwrap();
    assert!(!deployed.read().exited(other, token).unwrap());
}

#[test]
fn every_part_of_an_opening_leads_to_the_root() {
    let (state, opening) = genesis();
    let deployed = frozen(&state);
    let changes: [fn(&mut BalanceOpening); 8] = [
        |opening| opening.index = AccountIndex::new(6).unwrap(),
        |opening| opening.token = TokenId::new(1).unwrap(),
        |opening| opening.balance = Amount::new(BALANCE.get() + 1),
        |opening| opening.owner = ALICE,
        |opening| opening.nonce = opening.nonce.next().unwrap(),
        |opening| opening.key = PublicKey::from_canonical([1, 0, 0, 0, 0]).unwrap(),
        |opening| opening.token_siblings.swap(0, 15),
        |opening| opening.account_siblings.swap(0, 31),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut changed = opening.clone();
        change(&mut changed);
        let refusal = deployed.refusal(BOB, &Call::exit(deployed.rollup, &changed));
        assert_eq!(refusal, "WrongStateRoot", "change {number}");
    }
}
