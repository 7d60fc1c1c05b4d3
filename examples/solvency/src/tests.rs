mod forgeries;

use proptest::prelude::*;
use starfold_circuits::air::{Claim, Element, Field, Trace, check_trace};
use starfold_circuits::provable::ProvableTransition as _;
use starfold_circuits::recursion::BatchStatement;
use starfold_circuits::testing::{
    check_agreement, check_cells, check_claim, check_degree, check_honest,
};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, TokenId};
use starfold_state::{Genesis, GenesisAccount, GenesisBalance, MemoryStore, State};

use super::*;

type Columns = SolvencyColumns<()>;

fn token(id: u16) -> TokenId {
    TokenId::new(id).unwrap()
}

fn index(index: u32) -> AccountIndex {
    AccountIndex::new(index).unwrap()
}

/// Accounts with a balance of token 0, and of token 1 twice as much.
fn state(accounts: &[(u32, u128)]) -> State<MemoryStore> {
    let account = |&(account, _): &(u32, u128)| GenesisAccount {
        index: index(account),
        key: Default::default(),
        address: Address([7; 20]),
    };
    let balance = |id: u16| {
        accounts.iter().map(move |&(account, amount)| GenesisBalance {
            account: index(account),
            token: token(id),
            amount: Amount::new(amount << id),
        })
    };
    let genesis = Genesis {
        accounts: accounts.iter().map(account).collect(),
        balances: balance(0).chain(balance(1)).collect(),
        tokens: vec![Address([9; 20])],
    };
    State::create(MemoryStore::default(), &genesis).unwrap()
}

/// The trace of an audit of token 1 that opens some accounts of a state.
fn trace(state: &State<MemoryStore>, opened: &[u32], steps: usize) -> (Trace, Claim<Element>) {
    let indices: Vec<_> = opened.iter().copied().map(index).collect();
    let AuditSteps { context, boundaries, accounts } =
        audit(&state.snapshot(), token(1), &indices).unwrap();
    let (trace, exit) = Solvency::trace(&context, &boundaries[0], &accounts, steps).unwrap();
    (trace, Claim::between(&context, &boundaries[0], &exit))
}

const ACCOUNTS: [(u32, u128); 3] = [(1, 5), (6, (7 << 97) + 3), (0x8000_0002, 11)];

/// Three accounts and a block of padding.
fn honest() -> (Trace, Claim<Element>) {
    trace(&state(&ACCOUNTS), &ACCOUNTS.map(|(account, _)| account), 4)
}

/// What is broken where not all accounts are opened.
fn broken(accounts: &[(u32, u128)], opened: &[u32]) -> Vec<&'static str> {
    let (trace, claim) = trace(&state(accounts), opened, 4);
    let violations = check_trace(&SolvencyAir, &trace, &claim, 0..trace.height());
    let mut names: Vec<_> = violations.into_iter().map(|violation| violation.name).collect();
    names.dedup();
    names
}

#[test]
fn the_air_is_what_it_says() {
    let (trace, claim) = honest();
    check_degree(&SolvencyAir).unwrap();
    check_agreement(SolvencyAir, 1).unwrap();
    check_honest(&SolvencyAir, &trace, &claim).unwrap();
    check_claim(&SolvencyAir, &trace, &claim).unwrap();
    // nothing lies left of where the path turns left: the flag above the last that is set says nothing
    let tried = |row: usize, column: &str, trace: &Trace| {
        let turns_right = trace.row::<Columns>(row).bit == Element::ONE;
        column != if turns_right { "right_empty" } else { "left_empty" }
    };
    check_cells(&SolvencyAir, &trace, &claim, 0..256, tried).unwrap();
}

#[test]
fn who_leaves_an_account_out_has_no_proof() {
    for left_out in 0..3 {
        let mut opened = ACCOUNTS.map(|(account, _)| account).to_vec();
        opened.remove(left_out);
        assert_eq!(broken(&ACCOUNTS, &opened), ["nothing is left out"], "{left_out}");
    }
}

#[test]
fn who_counts_twice_or_backwards_has_no_proof() {
    for opened in [[1, 1, 0x8000_0002], [6, 1, 0x8000_0002]] {
        let names = broken(&ACCOUNTS, &opened);
        assert!(names.contains(&"a block begins where the one before ended"), "{names:?}");
    }
}

/// What a claim shows where the circuits are those of an audit.
fn owed(claim: Claim<Element>, root: Digest, id: u16) -> Result<Amount, NoAudit> {
    liabilities(&BatchStatement { claim, set: SET }, SET, root, token(id))
}

const SET: Digest = Digest([Element::ONE; 4]);

#[test]
fn only_a_whole_audit_of_this_state_counts() {
    let state = state(&ACCOUNTS);
    let root = state.head().root;
    let (_, claim) = honest();
    let sum = Amount::new(2 * (5 + (7 << 97) + 3 + 11));
    assert_eq!(owed(claim, root, 1), Ok(sum));

    let (expected, actual) = (Digest::ZERO, SET);
    let error = liabilities(&BatchStatement { claim, set: SET }, expected, root, token(1));
    assert_eq!(error, Err(NoAudit::CircuitSet { expected, actual }));
    let error = NoAudit::Context { element: 4, expected: 0, actual: 1 };
    assert_eq!(owed(claim, root, 0), Err(error));
    let edited = |edit: fn(&mut Claim<Element>)| {
        let mut claim = claim;
        edit(&mut claim);
        owed(claim, root, 1).unwrap_err()
    };
    let late = edited(|claim| claim.entry[2] = Element::TWO);
    assert_eq!(late, NoAudit::Entry { element: 2, actual: 2 });
    let early = edited(|claim| claim.exit[0] -= Element::ONE);
    assert_eq!(early, NoAudit::Incomplete { covered: (1 << 32) - 1 });
    let much = edited(|claim| claim.exit[4] = Element::from_canonical_u64(1 << 32));
    assert_eq!(much, NoAudit::Overflow);
}

#[test]
fn every_element_of_root_and_token_is_bound() {
    let (trace, claim) = honest();
    for element in 0..5 {
        let mut other = claim;
        other.context[element] += Element::ONE;
        let violations = check_trace(&SolvencyAir, &trace, &other, 0..trace.height());
        assert!(!violations.is_empty(), "context element {element}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn an_audit_adds_up_every_balance(
        accounts in prop::collection::btree_map(any::<u32>(), 0..1_u128 << 120, 1..8),
    ) {
        let accounts: Vec<_> = accounts.into_iter().collect();
        let state = state(&accounts);
        let opened: Vec<_> = accounts.iter().map(|(account, _)| *account).collect();
        let (trace, claim) = trace(&state, &opened, 8);
        prop_assert_eq!(check_honest(&SolvencyAir, &trace, &claim), Ok(()));
        let sum = accounts.iter().map(|(_, amount)| 2 * amount).sum();
        prop_assert_eq!(owed(claim, state.head().root, 1), Ok(Amount::new(sum)));
    }
}
