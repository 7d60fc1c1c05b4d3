//! What enters each permutation beside the paths: domain tags, message and challenge.

use starfold_primitives::poseidon::{Domain as HashDomain, RATE};
use starfold_transition::claim_layout::context::{CHAIN_ID, CONTRACT, FEE_TOKEN};

use crate::air::{AirBuilder, Domain};
use crate::gadgets::poseidon;
use crate::gadgets::schnorr::{self, ChallengeHash};
use crate::transaction::schedule::{
    ACCOUNT_SECTIONS, ADDRESS_WORD_STEP, CHALLENGE_STEPS, HEAD_WORD_STEP, HEADER_STEPS,
    IDENTITY_STEPS, KEY_WORD_STEP, LEAF_GROUPS, MESSAGE_STEPS, RECIPIENT_LEAF, STATE_LEAF_STEPS,
    Section, TOKEN_SECTIONS,
};

use super::rows::Rows;

/// The rows whose permutation goes on with the capacity of the row before.
const CONTINUED_STEPS: [usize; 3] = [MESSAGE_STEPS[1], MESSAGE_STEPS[2], CHALLENGE_STEPS[1]];

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    capacity(rows, builder);
    message(rows, builder);
    challenge(rows, builder);
}

fn section_groups<B: AirBuilder, const N: usize>(
    rows: &Rows<'_, B>,
    sections: [Section; N],
    builder: &B,
) -> B::Expr {
    let group = &rows.schedule.group;
    builder.sum(sections.map(|section| {
        (section.first + 1..=section.last).fold(group[section.first], |sum, g| sum + group[g])
    }))
}

/// The tag of the row's domain; degree 2.
fn tag<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> B::Expr {
    let leaf_groups = rows.schedule.groups(LEAF_GROUPS, builder);
    let texts = rows.schedule.group[RECIPIENT_LEAF];
    let words = [HEAD_WORD_STEP, ADDRESS_WORD_STEP, KEY_WORD_STEP];
    let terms = [
        (HashDomain::AccountNode, section_groups(rows, ACCOUNT_SECTIONS, builder)),
        (HashDomain::TokenNode, section_groups(rows, TOKEN_SECTIONS, builder)),
        (HashDomain::Identity, leaf_groups * rows.schedule.steps(IDENTITY_STEPS, builder)),
        (HashDomain::AccountHeader, leaf_groups * rows.schedule.steps(HEADER_STEPS, builder)),
        (HashDomain::StateLeaf, leaf_groups * rows.schedule.steps(STATE_LEAF_STEPS, builder)),
        (HashDomain::Message, texts * rows.schedule.steps([MESSAGE_STEPS[0]], builder)),
        (HashDomain::Challenge, texts * rows.schedule.steps([CHALLENGE_STEPS[0]], builder)),
        (HashDomain::Word, texts * rows.schedule.steps(words, builder)),
    ];
    builder.sum(terms.map(|(domain, selected)| selected * builder.constant(domain.tag())))
}

fn capacity<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let texts = rows.schedule.group[RECIPIENT_LEAF];
    let fresh = builder.one() - texts * rows.schedule.steps(CONTINUED_STEPS, builder);
    let tag = tag(rows, builder);
    poseidon::constrain_capacity(&rows.local.poseidon, fresh, tag, builder);
    let continued = texts * rows.schedule.steps(CONTINUED_STEPS.map(|step| step - 1), builder);
    poseidon::constrain_continuation(&rows.output, &rows.next.poseidon, continued, builder);
}

fn message<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let operation = &rows.local.operation;
    let kind = &operation.kind;
    let public = &rows.public.context;
    let [a0, a1, a2] = operation.address;
    let [m0, m1, m2, m3] = operation.amount;
    let [k0, k1, k2, k3, k4] = operation.new_key;
    let [c0, c1, c2] = CONTRACT.read(public);
    // only signed kinds sign; the other codes need not be told apart
    let withdraw = kind.withdraw + kind.withdraw;
    let code = kind.transfer + withdraw + kind.set_key + kind.set_key + kind.set_key;
    let chunks = [
        [code, CHAIN_ID.get(public), c0, c1, c2, operation.from, a0, a1],
        [a2, operation.named, operation.token, m0, m1, m2, m3, operation.fee_count],
        [FEE_TOKEN.get(public), operation.nonce, operation.valid_until, k0, k1, k2, k3, k4],
    ];
    for (step, chunk) in MESSAGE_STEPS.into_iter().zip(chunks) {
        let row = rows.schedule.at(RECIPIENT_LEAF, step);
        let input = rows.input::<RATE>(0);
        let name = "the message is the transaction";
        builder.assert_equal_when(name, Domain::EveryRow, row, input, chunk);
    }
}

/// Key 5, message 4, R 5. The key and R are bound to their points in the signature's constraints.
fn challenge<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let [first, second] = CHALLENGE_STEPS;
    let hash = ChallengeHash {
        message: rows.local.path.previous_output,
        first: rows.schedule.at(RECIPIENT_LEAF, first),
        second: rows.schedule.at(RECIPIENT_LEAF, second),
        compared: rows.local.flags.challenge_end_row,
        input: &rows.local.poseidon.input,
        next_input: &rows.next.poseidon.input,
        output: &rows.output,
    };
    schnorr::constrain_challenge(&rows.local.signature, &hash, builder);
}
