//! What the columns of an honest trace hold, by the names of protocol and schedule.

use starfold_primitives::{Digest, Goldilocks, PrimeField64};
use starfold_state::{ACCOUNT_DEPTH, TOKEN_DEPTH};
use starfold_transition::Kind;

use super::fixture::{AMOUNT, Case, batch, whole_batch};
use crate::transaction::schedule::{
    ACCOUNT_SECTIONS, BLOCK_ROWS, GROUPS, LEAF_GROUPS, SECTIONS, SENDER_TOKEN, Section,
    TOKEN_SECTIONS,
};
use crate::transaction::{BalanceColumns, FlagColumns, RunningColumns, TransactionColumns};

type Row = TransactionColumns<Goldilocks>;

/// The rows of a transaction alone.
fn rows(case: Case) -> Vec<Row> {
    let rows = case.segment().rows;
    (0..BLOCK_ROWS).map(|row| rows.row::<TransactionColumns<()>>(row)).collect()
}

/// An amount of limbs of 32 bits, low first.
fn amount(limbs: [Goldilocks; 4]) -> u128 {
    limbs.into_iter().rev().fold(0, |sum, limb| sum << 32 | u128::from(limb.to_canonical_u64()))
}

#[test]
fn paths_are_as_long_as_their_trees_are_deep_and_every_group_has_one_task() {
    assert!(ACCOUNT_SECTIONS.iter().all(|section| section.levels() == ACCOUNT_DEPTH));
    assert!(TOKEN_SECTIONS.iter().all(|section| section.levels() == TOKEN_DEPTH));
    let groups = |section: &Section| section.first..=section.last;
    let sections = ACCOUNT_SECTIONS.iter().chain(&TOKEN_SECTIONS);
    let mut taken: Vec<usize> = sections.flat_map(groups).chain(LEAF_GROUPS).collect();
    taken.sort_unstable();
    assert!(taken.into_iter().eq(0..GROUPS));
    assert!(SECTIONS.iter().flat_map(groups).is_sorted());
}

#[test]
fn every_block_begins_with_the_boundary_before_it() {
    let trace = whole_batch().rows;
    for (block, boundary) in batch().boundaries.iter().enumerate() {
        let row = trace.row::<TransactionColumns<()>>(block * BLOCK_ROWS);
        let RunningColumns { state_root, words_digest, words_evaluation, fee_accumulator, counter } =
            row.running;
        assert_eq!(Digest(state_root), boundary.state_root, "block {block}");
        assert_eq!(Digest(words_digest), boundary.words_digest, "block {block}");
        assert_eq!(words_evaluation, boundary.words_evaluation, "block {block}");
        assert_eq!(fee_accumulator, boundary.fee_accumulator.element(), "block {block}");
        assert_eq!(counter.to_canonical_u64(), u64::from(boundary.counter), "block {block}");
    }
}

#[test]
fn a_transfer_takes_its_amount_and_a_deposit_adds_it() {
    let sender = rows(Case::Transfer)[SENDER_TOKEN.first_row()].balance;
    let BalanceColumns { old, new, .. } = sender;
    assert_eq!(amount(old) - amount(new), AMOUNT);
    let witness = Case::Transfer.witness().sender.unwrap();
    assert_eq!(amount(old), witness.token.balance.get());
    let recipient = rows(Case::Deposit)[BLOCK_ROWS - 1].balance;
    let BalanceColumns { old, new, carry } = recipient;
    assert_eq!(amount(new) - amount(old), 1_000);
    // limb 0 of the balance is 256: nothing leaves it
    assert!(carry.iter().all(|carry| carry.to_canonical_u64() == 0));
}

/// How often a flag is 1 in a block.
fn count(rows: &[Row], flag: impl Fn(FlagColumns<Goldilocks>) -> Goldilocks) -> u64 {
    rows.iter().map(|row| flag(row.flags).to_canonical_u64()).sum()
}

#[test]
fn flags_are_raised_once_for_each_thing_that_a_kind_does() {
    for case in Case::ALL {
        let (rows, operation) = (rows(case), case.witness().operation);
        let kind = operation.kind;
        let signed = u64::from(kind.is_signed());
        assert_eq!(count(&rows, |flags| flags.key_row), signed, "{case:?}");
        assert_eq!(count(&rows, |flags| flags.challenge_row), signed, "{case:?}");
        assert_eq!(count(&rows, |flags| flags.challenge_end_row), signed, "{case:?}");
        let words = kind.opcode(operation.created).map_or(0, |opcode| opcode.word_count());
        assert_eq!(count(&rows, |flags| flags.word_row), words as u64, "{case:?}");
        let roots = u64::from(kind.has_sender()) + u64::from(kind.has_recipient());
        assert_eq!(count(&rows, |flags| flags.root_row), roots, "{case:?}");
        let existing = u64::from(!operation.created);
        assert_eq!(count(&rows, |flags| flags.existing_row), existing, "{case:?}");
        let replaced = matches!(case, Case::SetKey | Case::L1SetKey);
        assert_eq!(count(&rows, |flags| flags.key_change_row), u64::from(replaced), "{case:?}");
        assert_eq!(case == Case::Noop, kind == Kind::Noop);
    }
}
