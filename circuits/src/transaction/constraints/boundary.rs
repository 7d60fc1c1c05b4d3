//! What runs through the batch begins at the claim's entry and ends at its exit; it moves in named rows only.

use starfold_transition::claim_layout::boundary::{
    COUNTER, FEE_ACCUMULATOR, PADDING, STATE_ROOT, WORDS_DIGEST, WORDS_EVALUATION,
};
use starfold_transition::claim_layout::context;

use crate::air::{AirBuilder, Domain};
use crate::transaction::columns::RunningColumns;
use crate::transaction::schedule::{
    COUNT_STEP, LAST_STEP, RECIPIENT_ACCOUNT, RECIPIENT_LEAF, RECIPIENT_TOKEN, SENDER_ACCOUNT,
};

use super::rows::Rows;

/// What runs through the batch, each cell with its position in a boundary.
fn elements<E: Copy>(running: &RunningColumns<E>) -> impl Iterator<Item = (usize, E)> + Clone {
    let root = STATE_ROOT.range().zip(running.state_root);
    root.chain(WORDS_DIGEST.range().zip(running.words_digest))
        .chain(WORDS_EVALUATION.range().zip(running.words_evaluation))
        .chain(FEE_ACCUMULATOR.range().zip([running.fee_accumulator]))
        .chain(COUNTER.range().zip([running.counter]))
}

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    claim_is_the_trace(rows, builder);
    state_root(rows, builder);
    fees_and_counter(rows, builder);
}

fn claim_is_the_trace<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let running = elements(&rows.local.running);
    let (entry, exit) = (&rows.public.entry, &rows.public.exit);
    for (position, value) in running.clone() {
        let difference = value - entry[position];
        builder.assert_zero("the first row is the claim's entry", Domain::FirstRow, difference);
    }
    for (position, value) in running {
        let difference = value - exit[position];
        builder.assert_zero("the last row is the claim's exit", Domain::LastRow, difference);
    }
    let padding = [entry, exit].into_iter().flat_map(|boundary| PADDING.read(boundary));
    for element in padding.chain(context::PADDING.read(&rows.public.context)) {
        builder.assert_zero("the claim's padding is zero", Domain::FirstRow, element);
    }
}

fn state_root<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (rows.local, rows.next);
    let root_row = local.flags.root_row;
    let moves = local.schedule.group[SENDER_ACCOUNT.last] * rows.kinds.sender
        + local.schedule.group[RECIPIENT_ACCOUNT.last] * rows.kinds.recipient;
    builder.assert_zero(
        "the root moves after the account path of an account that is opened",
        Domain::EveryRow,
        root_row - local.schedule.step[LAST_STEP] * moves,
    );
    builder.assert_equal_when(
        "an opened account stands under the state root",
        Domain::EveryRow,
        root_row,
        local.path.previous_output,
        local.running.state_root,
    );
    let digest = rows.digest();
    let change = std::array::from_fn::<_, 4, _>(|i| {
        let (old, new) = (local.running.state_root[i], next.running.state_root[i]);
        new - old - root_row * (digest[i] - old)
    });
    builder.assert_zeros("the root becomes that of the new path", Domain::Transition, change);
}

fn fees_and_counter<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.running, &rows.next.running);
    let operation = &rows.local.operation;
    let counts = rows.schedule.at(RECIPIENT_LEAF, COUNT_STEP);
    builder.assert_zero(
        "the fee accumulator gains the fee",
        Domain::Transition,
        next.fee_accumulator - local.fee_accumulator - counts * operation.fee_delta,
    );
    builder.assert_zero(
        "the counter counts transactions",
        Domain::Transition,
        next.counter - local.counter - counts * rows.kinds.any,
    );
    let collected = operation.kind.collect_fee * operation.fee_count;
    builder.assert_zero(
        "the accumulator gains a fee that is paid and loses one that is collected",
        Domain::EveryRow,
        operation.fee_delta - operation.fee_count + collected + collected,
    );
    let after = rows.schedule.group[RECIPIENT_TOKEN.last];
    builder.assert_zero(
        "collecting leaves no fee",
        Domain::EveryRow,
        operation.kind.collect_fee * after * local.fee_accumulator,
    );
}
