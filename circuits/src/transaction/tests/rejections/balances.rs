//! Payments of more than there is, and receipts of more than there can be.

use starfold_primitives::quantities::Amount;
use starfold_primitives::{Field, Goldilocks};
use starfold_transition::{Kind, Operation};

use crate::transaction::schedule::{RECIPIENT_TOKEN, SENDER_FEE, SENDER_TOKEN, Section};

use super::super::forgery::{Forgery, ZERO, field};
use super::call::payment;
use super::world::{Share, To, Wish, World};
use super::{Case, Names, RANGE, Rule, SIGNED, Spoil, spoil};

const PAYMENTS: &[Kind] = &[Kind::Transfer, Kind::Withdraw];
const AMOUNT: Names = &["the amount is taken"];
/// Who pays himself gets back what he did not have: the sum leaves the range as well.
const AMOUNT_BACK: Names = &["the amount is taken", "the amount is given"];
const FEE: Names = &["the fee is taken"];
const FEE_BACK: Names = &["the fee is taken", "the amount is given"];

fn positive(wish: &mut Wish) {
    if matches!(wish.share, Share::Nothing) {
        wish.share = Share::Part(1);
    }
    wish.fee_count = wish.fee_count.max(1);
}

/// The limbs of the balance in a section do not wrap but leave their range.
fn leaving_range(mut forgery: Forgery, section: Section) -> Forgery {
    let radix = field(1 << 32);
    forgery.leave_range(section, if section == RECIPIENT_TOKEN { radix } else { ZERO - radix });
    forgery
}

/// Lies about a balance below zero.
fn below_zero(case: Case, section: Section, [to_another, to_itself]: [Names; 2]) -> Case {
    let forgery = case.force(|_| {});
    let wrapped = forgery.clone();
    if pays_itself(&case) {
        return case.lie("a balance that wraps", to_itself, wrapped);
    }
    case.lie("a balance that wraps", to_another, wrapped).lie(
        "a limb below zero",
        RANGE,
        leaving_range(forgery, section),
    )
}

fn pays_itself(case: &Case) -> bool {
    let (world, call) = &case.valid;
    world.execute(call).result.is_ok_and(|(witness, _)| {
        let Operation { kind, from, to, .. } = witness.operation;
        kind == Kind::Transfer && from == to
    })
}

fn more_than_there_is(world: World, wish: Wish) -> Case {
    let (secret, from) = (world.secret(&wish), world.index(wish.from));
    let case = Case::new(world, &wish).spoil_call(|world, call| {
        let balance = world.accounts[&from].balances[usize::from(wish.token)];
        let more = if wish.spare.is_multiple_of(2) { 1 } else { 1 + u128::from(wish.spare) };
        call.signed_anew(world, &secret, |transaction| {
            *payment(transaction).1 = Amount::new(balance + more);
        })
    });
    below_zero(case, SENDER_TOKEN, [AMOUNT, AMOUNT_BACK])
}

fn more_than_is_left(world: World, mut wish: Wish) -> Case {
    positive(&mut wish);
    let from = world.index(wish.from);
    let case = Case::new(world, &wish);
    let mut transaction = case.valid.1.signed().transaction;
    let amount = payment(&mut transaction).1.get();
    let case = case.spoil_world(|world| {
        world.holder(from).balances[usize::from(wish.token)] = amount - 1;
    });
    below_zero(case, SENDER_TOKEN, [AMOUNT, AMOUNT_BACK])
}

/// The sender has one unit less than fee, and amount where both are of one token.
fn less_than_the_fee(world: World, mut wish: Wish) -> Case {
    positive(&mut wish);
    let (from, fee_token) = (world.index(wish.from), world.fee_token);
    let fee = world.fee(&wish);
    let case = Case::new(world, &wish);
    let amount = if wish.kind == Kind::SetKey || wish.token != fee_token {
        0
    } else {
        let mut transaction = case.valid.1.signed().transaction;
        payment(&mut transaction).1.get()
    };
    let case = case.spoil_world(|world| {
        world.holder(from).balances[usize::from(fee_token)] = amount + fee - 1;
    });
    let case = below_zero(case, SENDER_FEE, [FEE, FEE_BACK]);
    // who pays himself opens what the fee has left
    if amount == 0 || pays_itself(&case) {
        return case;
    }
    fee_before_amount(case, amount + fee - 1, fee)
}

/// The fee is taken from the balance before the amount.
fn fee_before_amount(case: Case, balance: u128, fee: u128) -> Case {
    let mut forgery = case.force(|_| {});
    let [old, new] = [balance, balance - fee].map(Amount::new);
    let carry = std::array::from_fn(|limb| {
        let mask = (1 << (32 * (limb + 1))) - 1;
        Goldilocks::from_bool(old.get() & mask < fee & mask)
    });
    forgery.between((7, 0), (13, 15), |row| {
        (row.balance.old, row.balance.new) = (old.elements(), new.elements());
        row.balance.carry = carry;
    });
    forgery.derive();
    forgery.rehash();
    let broken = &["an old token path ends at the held root"];
    case.lie("the fee from the balance before", broken, forgery)
}

fn more_than_there_can_be(world: World, mut wish: Wish) -> Case {
    positive(&mut wish);
    let (from, other) = (wish.from, (wish.from + 1 + (wish.spare % 3) as usize) % 4);
    let mut world = world;
    world.taken = world.taken.max(1);
    let named = wish.spare.is_multiple_of(2);
    wish.to =
        To::Account { position: if wish.kind == Kind::Transfer { other } else { from }, named };
    if wish.kind == Kind::Transfer {
        // else the first account of the address might be the sender's
        let index = world.index(other);
        world.holder(index).address = super::world::NOBODY - 2;
    }
    let case = Case::new(world, &wish);
    let (witness, _) = case.valid.0.execute(&case.valid.1).result.unwrap();
    let operation = witness.operation;
    let case = case.spoil_world(|world| {
        let token = usize::from(operation.token.get());
        let balance = u128::MAX - operation.amount.get() + 1;
        world.holder(operation.to.get()).balances[token] = balance;
    });
    let forgery = case.force(|_| {});
    case.lie("a balance that wraps", &["the amount is given"], forgery.clone()).lie(
        "a limb of 2^32 or more",
        RANGE,
        leaving_range(forgery, RECIPIENT_TOKEN),
    )
}

const RECEIPTS: &[Kind] = &[Kind::Transfer, Kind::Deposit, Kind::CollectFee];

pub(super) const SPOILS: &[Spoil] = &[
    spoil(Rule::InsufficientBalance, PAYMENTS, more_than_there_is),
    spoil(Rule::InsufficientBalance, PAYMENTS, more_than_is_left),
    spoil(Rule::InsufficientFee, SIGNED, less_than_the_fee),
    spoil(Rule::RecipientOverflow, RECEIPTS, more_than_there_can_be),
];
