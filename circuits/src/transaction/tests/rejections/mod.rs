//! What the executor rejects has no block: the other direction of the differential test.
//!
//! A random transaction that executor and AIR accept is spoiled until the executor rejects it. Then a careless
//! operator executes it nevertheless, and tells it in every way in which all but one thing is consistent: hashes,
//! paths, words, range checks and signature follow the lie, and the claim enters with the state that there is.

mod authority;
mod balances;
mod call;
mod careless;
mod elsewhere;
mod fees;
mod parties;
mod world;

use std::collections::BTreeSet;

use proptest::prelude::*;
use starfold_primitives::signature::SecretKey;
use starfold_transition::{Kind, Rejection, TransactionWitness};

use crate::transaction::trace::SegmentTrace;

use super::forgery::{Deed, Forgery};
use call::Call;
use world::{Outcome, Wish, World};

/// Names the rules of the executor; one that is missing here does not compile.
macro_rules! rules {
    ($($name:ident)*) => {
        /// What a rejection says is broken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Rule {
            $($name,)*
        }

        impl Rule {
            const ALL: &[Self] = &[$(Self::$name,)*];

            fn of(rejection: &Rejection) -> Self {
                match rejection {
                    $(Rejection::$name { .. } => Self::$name,)*
                }
            }
        }
    };
}

rules! {
    UnknownSender
    KeyNotSet
    WrongNonce
    NonceExhausted
    WrongFeeToken
    Expired
    ZeroAddress
    BadSignature
    InsufficientBalance
    InsufficientFee
    BatchFeesOverflow
    RecipientMismatch
    RecipientOverflow
    NoFreeIndex
    UnregisteredToken
    UnknownOperator
}

/// Who sees to it that a rule is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Enforcer {
    /// The constraints: whatever breaks the rule has no trace.
    Air,
    /// Others, for this reason; the constraints are satisfied.
    Elsewhere(&'static str),
    /// The constraints, but no state is large enough to try, for this reason.
    Untried(&'static str),
}

impl Rule {
    fn enforcer(self) -> Enforcer {
        match self {
            Self::NonceExhausted => {
                Enforcer::Elsewhere("nobody authorises 2^64 times; nonces begin at zero")
            }
            Self::NoFreeIndex => Enforcer::Untried(
                "all 2^32 leaves are taken: whatever is created stands over another",
            ),
            Self::UnregisteredToken => {
                Enforcer::Elsewhere("the contract knows the tokens, and the queue only holds those")
            }
            Self::UnknownSender
            | Self::KeyNotSet
            | Self::WrongNonce
            | Self::WrongFeeToken
            | Self::Expired
            | Self::ZeroAddress
            | Self::BadSignature
            | Self::InsufficientBalance
            | Self::InsufficientFee
            | Self::BatchFeesOverflow
            | Self::RecipientMismatch
            | Self::RecipientOverflow
            | Self::UnknownOperator => Enforcer::Air,
        }
    }
}

type Names = &'static [&'static str];

const STATE: Names = &["an opened account stands under the state root"];
const HASH: Names = &["the challenge is the hash"];
const KEY: Names = &["the sender's key encodes Q", "Q lies on the curve"];
const RANGE: Names = &["a new balance has four 32-bit limbs"];

/// Blocks that tell a rejected transaction, of which the last is to break some of the named constraints and no other;
/// none where it breaks no constraint.
struct Lie {
    how: &'static str,
    blocks: Vec<Forgery>,
    broken: Names,
}

/// A transaction before and after it was spoiled.
struct Case {
    valid: (World, Call),
    spoiled: (World, Call),
    lies: Vec<Lie>,
}

impl Case {
    /// What is wished for, signed by the sender's key and not spoiled yet.
    fn new(world: World, wish: &Wish) -> Self {
        let secret = world.secret(wish);
        Self::signed_by(world, wish, &secret)
    }

    fn signed_by(world: World, wish: &Wish, secret: &SecretKey) -> Self {
        let call = world.call(wish, secret);
        Self { valid: (world.clone(), call), spoiled: (world, call), lies: vec![] }
    }

    fn spoil_world(mut self, edit: impl FnOnce(&mut World)) -> Self {
        edit(&mut self.spoiled.0);
        self
    }

    fn spoil_call(mut self, edit: impl FnOnce(&World, Call) -> Call) -> Self {
        self.spoiled.1 = edit(&self.valid.0, self.valid.1);
        self
    }

    fn lie(mut self, how: &'static str, broken: Names, forgery: Forgery) -> Self {
        self.lies.push(Lie { how, blocks: vec![forgery], broken });
        self
    }

    /// The careless operator's block of the spoiled transaction, told a little differently.
    fn force(&self, edit: impl FnOnce(&mut careless::Plan)) -> Forgery {
        careless::force(&self.spoiled.0, &self.spoiled.1, edit)
    }

    /// Tells the transaction that there was before, where its state or its message is no longer.
    fn lie_about_what_was_spoiled(&mut self, spoiled: &Outcome) {
        let (world, call) = &self.valid;
        let context = world.context();
        let Outcome { entry, result, .. } = world.execute(call);
        let (witness, _) = result.unwrap();
        let mut deed = honest(call, witness);
        if entry.state_root != spoiled.entry.state_root {
            let forgery = Forgery::fill(&context, &spoiled.entry, &deed);
            let how = "a state that is not";
            self.lies.push(Lie { how, blocks: vec![forgery], broken: STATE });
        } else if let (Call::Signed(signed), Call::Signed(valid)) = (&self.spoiled.1, call)
            && signed.transaction != valid.transaction
        {
            deed.witness.signature = Some(signed.signature);
            let forgery = Forgery::fill(&context, &entry, &deed);
            let how = "the signature of something else";
            self.lies.push(Lie { how, blocks: vec![forgery], broken: HASH });
        }
    }
}

/// The transaction as the executor's witness has it.
fn honest(call: &Call, witness: TransactionWitness) -> Deed {
    let account = witness.sender.as_ref().map(|sender| sender.account.account);
    Deed {
        nonce: account.map(|account| account.nonce).unwrap_or_default(),
        signer: account.map(|account| account.key).filter(|_| matches!(call, Call::Signed(_))),
        fee_count: witness.operation.fee_count.get().into(),
        witness,
    }
}

/// A way to break a rule.
#[derive(Clone, Copy)]
struct Spoil {
    rule: Rule,
    /// The kinds that break it, of which one is tried.
    kinds: &'static [Kind],
    make: fn(World, Wish) -> Case,
}

const fn spoil(rule: Rule, kinds: &'static [Kind], make: fn(World, Wish) -> Case) -> Spoil {
    Spoil { rule, kinds, make }
}

const SIGNED: &[Kind] = &[Kind::Transfer, Kind::Withdraw, Kind::SetKey];

/// Executor and AIR accept the transaction, and the trace generator fills the same block.
fn check_accepted((world, call): &(World, Call)) {
    let Outcome { context, entry, result } = world.execute(call);
    let (witness, exit) = result.unwrap_or_else(|rejection| panic!("{rejection}: {call:?}"));
    let trace = SegmentTrace::generate(&context, &entry, std::slice::from_ref(&witness), 1);
    let trace = trace.unwrap();
    assert_eq!(trace.claim.exit, exit.to_elements(), "{call:?}");
    let forgery = Forgery::fill(&context, &entry, &honest(call, witness));
    assert_eq!(forgery.claim, trace.claim, "{call:?}");
    assert!(forgery.encode() == trace.rows, "both fill one block: {call:?}");
    assert_eq!(forgery.broken(), BTreeSet::new(), "{call:?}");
}

/// The blocks follow the state that there is, and break what they are expected to break.
fn check_lie(outcome: &Outcome, call: &Call, lie: &Lie) {
    let Lie { how, blocks, broken: expected } = lie;
    let (last, before) = blocks.split_last().expect("a lie has a block");
    let mut entry = outcome.entry.to_elements();
    for block in blocks {
        assert_eq!(block.claim.context, outcome.context.to_elements(), "{how}: {call:?}");
        assert_eq!(block.claim.entry, entry, "{how}: {call:?}");
        entry = block.claim.exit;
    }
    for block in before {
        assert_eq!(block.broken(), BTreeSet::new(), "{how}: {call:?}");
    }
    let broken = last.broken();
    let caught = broken.iter().all(|name| expected.contains(name));
    assert!(
        caught && broken.is_empty() == expected.is_empty(),
        "{how}: {call:?} breaks {broken:?} and should break {expected:?}"
    );
}

fn check(spoil: &Spoil, world: &World, wish: &Wish) {
    let kind = spoil.kinds[(wish.spare % spoil.kinds.len() as u64) as usize];
    let mut case = (spoil.make)(world.clone(), Wish { kind, ..*wish });
    check_accepted(&case.valid);
    let (world, call) = case.spoiled.clone();
    let outcome = world.execute(&call);
    let Err(rejection) = &outcome.result else {
        panic!("the executor accepts what should break {:?}: {call:?}", spoil.rule)
    };
    assert_eq!(Rule::of(rejection), spoil.rule, "{rejection}: {call:?}");
    case.lie_about_what_was_spoiled(&outcome);
    assert!(!case.lies.is_empty(), "nobody tried {:?}", spoil.rule);
    let accepted = case.lies.iter().any(|lie| lie.broken.is_empty());
    assert_eq!(accepted, spoil.rule.enforcer() != Enforcer::Air, "{:?}", spoil.rule);
    for lie in &case.lies {
        check_lie(&outcome, &call, lie);
    }
}

/// How many random rollups every way is tried on.
const CASES: u32 = 12;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn nobody_acts_without_authority(world in world::world(), wish in world::wish()) {
        authority::SPOILS.iter().for_each(|spoil| check(spoil, &world, &wish));
    }

    #[test]
    fn no_balance_leaves_its_range(world in world::world(), wish in world::wish()) {
        balances::SPOILS.iter().for_each(|spoil| check(spoil, &world, &wish));
    }

    #[test]
    fn fees_of_a_batch_stay_below_their_limit(world in world::world(), wish in world::wish()) {
        fees::SPOILS.iter().for_each(|spoil| check(spoil, &world, &wish));
    }

    #[test]
    fn nobody_else_receives(world in world::world(), wish in world::wish()) {
        parties::SPOILS.iter().for_each(|spoil| check(spoil, &world, &wish));
    }

    #[test]
    fn the_air_leaves_some_rules_to_others(world in world::world(), wish in world::wish()) {
        elsewhere::SPOILS.iter().for_each(|spoil| check(spoil, &world, &wish));
    }

    #[test]
    fn what_is_wished_for_is_accepted(world in world::world(), wish in world::wish()) {
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Noop) {
            check_accepted(&Case::new(world.clone(), &Wish { kind, ..wish }).valid);
        }
    }
}

#[test]
fn every_rule_is_broken_by_something() {
    let spoils =
        [authority::SPOILS, balances::SPOILS, fees::SPOILS, parties::SPOILS, elsewhere::SPOILS]
            .concat();
    for rule in Rule::ALL {
        let tried = spoils.iter().any(|spoil| spoil.rule == *rule);
        let expected = !matches!(rule.enforcer(), Enforcer::Untried(_));
        assert_eq!(tried, expected, "{rule:?}: {:?}", rule.enforcer());
    }
}
