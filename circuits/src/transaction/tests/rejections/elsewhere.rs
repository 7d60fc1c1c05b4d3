//! Rules that the executor keeps and that the constraints leave to others: the block is accepted.

use starfold_primitives::GOLDILOCKS_ORDER;
use starfold_primitives::quantities::Nonce;
use starfold_transition::testing::token;
use starfold_transition::{Kind, L1Operation, TokenName};

use super::call::{Call, fields};
use super::world::{TOKENS, To, Wish, World};
use super::{Case, Rule, SIGNED, Spoil, spoil};

fn accepted(case: Case, forgery: super::Forgery) -> Case {
    case.lie("the truth", &[], forgery)
}

/// After the last nonce comes zero again.
fn after_the_last_nonce(world: World, wish: Wish) -> Case {
    let (secret, from) = (world.secret(&wish), world.index(wish.from));
    let last = GOLDILOCKS_ORDER - 1;
    let case = Case::new(world, &wish)
        .spoil_world(|world| world.holder(from).nonce = last)
        .spoil_call(|world, call| match call {
            Call::Signed(_) => call.signed_anew(world, &secret, |transaction| {
                *fields(transaction).nonce = Nonce::new(last).unwrap();
            }),
            _ => call,
        });
    let forgery = case.force(|_| {});
    accepted(case, forgery)
}

fn after_the_last_nonce_by_the_queue(world: World, mut wish: Wish) -> Case {
    wish.to = To::Itself { named: true };
    after_the_last_nonce(world, wish)
}

fn of_a_token_without_a_number(world: World, wish: Wish) -> Case {
    let unknown = token(TOKENS + (wish.spare % 1_000) as u16);
    let case = Case::new(world, &wish).spoil_call(|_, call| match call {
        Call::L1(L1Operation::Deposit { to, amount, .. }) => {
            Call::L1(L1Operation::Deposit { to, token: TokenName::Id(unknown), amount })
        }
        _ => panic!("{call:?} is no deposit"),
    });
    let forgery = case.force(|_| {});
    accepted(case, forgery)
}

pub(super) const SPOILS: &[Spoil] = &[
    spoil(Rule::NonceExhausted, SIGNED, after_the_last_nonce),
    spoil(Rule::NonceExhausted, &[Kind::L1SetKey], after_the_last_nonce_by_the_queue),
    spoil(Rule::UnregisteredToken, &[Kind::Deposit], of_a_token_without_a_number),
];
