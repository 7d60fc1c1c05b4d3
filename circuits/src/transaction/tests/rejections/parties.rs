//! Recipients and addresses other than they should be.

use starfold_primitives::quantities::Address;
use starfold_transition::testing::index;
use starfold_transition::{Kind, L1Operation, Operation};

use super::call::{Call, payment};
use super::world::{NOBODY, To, Wish, World, address};
use super::{Case, Names, Rule, Spoil, spoil};

const ADDRESS: Names = &["an existing recipient has the address"];
const NOT_ZERO: Names = &["an address that is used is not zero"];

/// Lies about a transfer to an account that belongs to another address.
fn to_another(case: Case, wish: &Wish) -> Case {
    let plain = case.force(|_| {});
    let over = case.force(|plan| plan.operation.created = true);
    let elsewhere = case.force(|plan| {
        (plan.operation.to, plan.operation.created) = (index(wish.empty), true);
    });
    case.lie("an account of another address", ADDRESS, plain)
        .lie("a new account over another", &["an account is created in an empty leaf"], over)
        .lie(
            "an account that was not named",
            &["a transfer goes to the recipient that was named, or to any"],
            elsewhere,
        )
}

fn named_account_of_another(world: World, mut wish: Wish) -> Case {
    let position = (wish.spare % 4) as usize;
    wish.to = To::Account { position, named: true };
    let secret = world.secret(&wish);
    let case = Case::new(world, &wish).spoil_call(|world, call| {
        call.signed_anew(world, &secret, |transaction| {
            let owner = payment(transaction).0;
            let other = (1..4).map(address).find(|other| other != owner).unwrap();
            *owner = if wish.spare.is_multiple_of(3) { address(NOBODY) } else { other };
        })
    });
    to_another(case, &wish)
}

fn named_account_sold(world: World, mut wish: Wish) -> Case {
    let position = (wish.spare % 4) as usize;
    wish.to = To::Account { position, named: true };
    let to = world.index(position);
    let case = Case::new(world, &wish).spoil_world(|world| world.holder(to).address = NOBODY - 2);
    to_another(case, &wish)
}

fn new_recipient(wish: &mut Wish) {
    let new = To::New { index: 3_500, address: NOBODY };
    wish.to = if wish.spare.is_multiple_of(2) { new } else { To::Any { address: NOBODY } };
}

fn signed_for_address_zero(world: World, mut wish: Wish) -> Case {
    new_recipient(&mut wish);
    let secret = world.secret(&wish);
    let case = Case::new(world, &wish).spoil_call(|world, call| {
        call.signed_anew(world, &secret, |transaction| *payment(transaction).0 = Address::ZERO)
    });
    let forgery = case.force(|_| {});
    let existing = case.force(|plan| plan.operation.created = false);
    case.lie("the address zero", NOT_ZERO, forgery).lie(
        "an empty account as one of address zero",
        NOT_ZERO,
        existing,
    )
}

/// Of an account that is not empty and does not match, or an empty one, which does.
fn queued_for_address_zero(world: World, mut wish: Wish) -> Case {
    new_recipient(&mut wish);
    let case = Case::new(world, &wish).spoil_call(|_, call| {
        let Call::L1(mut entry) = call else { panic!("an entry of the queue") };
        match &mut entry {
            L1Operation::Deposit { to, .. } => *to = Address::ZERO,
            L1Operation::ForcedExit { address, from, .. }
            | L1Operation::L1SetKey { address, from, .. } => {
                *address = Address::ZERO;
                if wish.spare.is_multiple_of(3) {
                    *from = index(wish.empty);
                }
            }
        }
        Call::L1(entry)
    });
    let forgery = case.force(|_| {});
    case.lie("the address zero", NOT_ZERO, forgery)
}

fn nobody_collects(world: World, mut wish: Wish) -> Case {
    let position = (wish.spare % 4) as usize;
    wish.to = To::Account { position, named: true };
    let operator = world.index(position);
    let case = Case::new(world, &wish).spoil_world(|world| {
        world.accounts.remove(&operator);
    });
    let told = |operation: &mut Operation| operation.address = address(NOBODY);
    let nobody = case.force(|_| {});
    let somebody = case.force(|plan| told(&mut plan.operation));
    let created = case.force(|plan| {
        told(&mut plan.operation);
        plan.operation.created = true;
    });
    case.lie("an account of address zero", NOT_ZERO, nobody)
        .lie("an address that the account does not have", ADDRESS, somebody)
        .lie(
            "an account that is created for the fees",
            &["only transfers and deposits create accounts"],
            created,
        )
}

const TRANSFER: &[Kind] = &[Kind::Transfer];
const ADDRESSED: &[Kind] = &[Kind::Transfer, Kind::Withdraw];
const QUEUED: &[Kind] = &[Kind::Deposit, Kind::ForcedExit, Kind::L1SetKey];

pub(super) const SPOILS: &[Spoil] = &[
    spoil(Rule::RecipientMismatch, TRANSFER, named_account_of_another),
    spoil(Rule::RecipientMismatch, TRANSFER, named_account_sold),
    spoil(Rule::ZeroAddress, ADDRESSED, signed_for_address_zero),
    spoil(Rule::ZeroAddress, QUEUED, queued_for_address_zero),
    spoil(Rule::UnknownOperator, &[Kind::CollectFee], nobody_collects),
];
