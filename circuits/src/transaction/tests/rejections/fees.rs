//! More fees than a batch can collect: nothing forbids the fee that is too much, but it can never be collected, and
//! what is not collected does not close.

use starfold_primitives::{Digest, PrimeField64};
use starfold_transition::Boundary;
use starfold_transition::closing::{NotClosed, check_closed};
use starfold_transition::testing::index;

use super::careless::force_and_collect;
use super::world::{Wish, World};
use super::{Case, Lie, Rule, SIGNED, Spoil, spoil};

fn more_than_a_batch_can_collect(world: World, mut wish: Wish) -> Case {
    wish.fee_count = wish.fee_count.max(1);
    let operator = index(world.index(0));
    let taken = u32::MAX - (wish.spare % u64::from(wish.fee_count)) as u32;
    let mut case = Case::new(world, &wish).spoil_world(|world| world.taken = taken);
    let sum = u64::from(taken) + u64::from(wish.fee_count);
    let (world, call) = &case.spoiled;
    let block = case.force(|_| {});
    let accumulated = block.claim.exit[10].to_canonical_u64();
    assert_eq!(accumulated, sum);
    // a claim of the whole batch
    let mut whole = block.claim;
    whole.entry = Boundary::opening(Digest::ZERO).to_elements();
    let NotClosed { name, actual, .. } = check_closed(&whole).unwrap_err();
    assert_eq!((name, actual), ("exit_fee_accumulator", sum));
    let collect = |collected| force_and_collect(world, call, operator, collected, sum).to_vec();
    let all = collect(sum);
    let most = collect(u64::from(u32::MAX));
    case.lies.push(Lie {
        how: "more fees are collected than a word can tell",
        blocks: all,
        broken: &["fee and margin have 32 bits", "the upper limb of the fee has 30 bits"],
    });
    case.lies.push(Lie {
        how: "as many fees are collected as a word can tell",
        blocks: most,
        broken: &["collecting leaves no fee"],
    });
    case
}

pub(super) const SPOILS: &[Spoil] =
    &[spoil(Rule::BatchFeesOverflow, SIGNED, more_than_a_batch_can_collect)];
