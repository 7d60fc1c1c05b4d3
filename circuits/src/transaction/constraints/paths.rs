//! Merkle paths: in every level one row of the old tree and one of the new, with the same sibling.

use starfold_transition::claim_layout::context::FEE_TOKEN;

use crate::air::{AirBuilder, Domain};
use crate::gadgets::path;
use crate::transaction::schedule::{
    HEADER_STEPS, IDENTITY_STEPS, LAST_STEP, LEAF_GROUPS, RECIPIENT_ACCOUNT, RECIPIENT_TOKEN,
    SECTIONS, SENDER_ACCOUNT, SENDER_FEE, SENDER_TOKEN, STATE_LEAF_STEPS,
};

use super::rows::Rows;

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    levels(rows, builder);
    indices(rows, builder);
    chain(rows, builder);
    held(rows, builder);
    held_is_met(rows, builder);
}

/// 1 on paths; degree 1.
fn on_path<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> B::Expr {
    builder.one() - rows.schedule.groups(LEAF_GROUPS, builder)
}

/// 1 in the last row of a path; degree 2.
fn path_ends<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> B::Expr {
    rows.schedule.ends(SECTIONS.map(|section| section.last), builder)
}

fn levels<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let path = rows.path();
    path::constrain_node(&path, builder);
    let old = on_path(rows, builder) * rows.schedule.even_steps(builder);
    path::constrain_pair(&path, old, builder);
    let bit = rows.local.path.bit;
    let leaf_rows = |steps: [usize; 2], builder: &B| {
        rows.schedule.groups(LEAF_GROUPS, builder) * rows.schedule.steps(steps, builder)
    };
    let header = leaf_rows(HEADER_STEPS, builder) * bit;
    builder.assert_zero("a header begins with the identity", Domain::EveryRow, header);
    let leaf = leaf_rows(STATE_LEAF_STEPS, builder) * (bit - builder.one());
    builder.assert_zero("a state leaf ends with the header", Domain::EveryRow, leaf);
}

/// Every path takes its whole index apart, in every kind, whether the account is opened or not: that is what bounds
/// `from` by 32 bits and the token by 16 for the words.
fn indices<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let local = &rows.local.path;
    let operation = &rows.local.operation;
    let every = Domain::EveryRow;
    let token_starts = [SENDER_TOKEN.first, RECIPIENT_TOKEN.first];
    for (name, start, index) in [
        (
            "the sender's path begins at from",
            rows.schedule.at(SENDER_ACCOUNT.first, 0),
            operation.from,
        ),
        (
            "the recipient's path begins at to",
            rows.schedule.at(RECIPIENT_ACCOUNT.first, 0),
            operation.to,
        ),
        (
            "a token path begins at the token",
            rows.schedule.at_groups(token_starts, 0, builder),
            operation.token,
        ),
        (
            "the fee path begins at the fee token",
            rows.schedule.at(SENDER_FEE.first, 0),
            FEE_TOKEN.get(&rows.public.context),
        ),
    ] {
        builder.assert_zero(name, every, start * (local.index_rest - index));
    }
    let ends = path_ends(rows, builder);
    let (on_path, old_rows) = (on_path(rows, builder), rows.schedule.even_steps(builder));
    path::constrain_index(&rows.path(), on_path, old_rows, ends, builder);
    let off_path = rows.schedule.groups(LEAF_GROUPS, builder);
    path::constrain_no_index(&rows.path(), off_path, builder);
}

/// What a row puts out is the node of the row after the next, on the paths and where an account is hashed.
fn chain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    path::constrain_output(&rows.path(), builder);
    let first_groups = SECTIONS.map(|section| section.first);
    let starts = rows.schedule.at_groups(first_groups, 0, builder);
    let [_, identity] = IDENTITY_STEPS;
    let [header, next_header] = HEADER_STEPS;
    let account_steps = [identity, header, next_header, STATE_LEAF_STEPS[0]];
    let account_rows =
        rows.schedule.steps(account_steps, builder) * rows.schedule.groups(LEAF_GROUPS, builder);
    let goes_on = on_path(rows, builder) - starts - path_ends(rows, builder) + account_rows;
    path::constrain_chain(&rows.path(), goes_on, builder);
}

/// The held digests change between the sections only.
fn held<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.held, &rows.next.held);
    let one = builder.one();
    let [old_leaf, new_leaf] = STATE_LEAF_STEPS;
    let fee_end = rows.schedule.at(SENDER_FEE.last, LAST_STEP);
    let middle = rows.schedule.at(SENDER_TOKEN.last, LAST_STEP);
    let token_root = rows.path().sibling();

    let below = rows.schedule.at_groups(LEAF_GROUPS, old_leaf, builder);
    let stays = one - below - middle - fee_end - rows.schedule.block_end();
    let domain = Domain::Transition;
    builder.assert_equal_when("the held old digest stays", domain, stays, next.old, local.old);
    builder.assert_equal_when(
        "below the old leaf: its tokens",
        domain,
        below,
        next.old,
        token_root,
    );
    builder.assert_equal_when(
        "the fee is taken after the amount",
        domain,
        middle,
        next.old,
        rows.digest(),
    );
    let below = rows.schedule.at_groups(LEAF_GROUPS, new_leaf, builder);
    let stays = one - below - fee_end - rows.schedule.block_end();
    builder.assert_equal_when("the held new digest stays", domain, stays, next.new, local.new);
    builder.assert_equal_when(
        "below the new leaf: its tokens",
        domain,
        below,
        next.new,
        token_root,
    );
}

/// The paths begin and end at the held digests.
fn held_is_met<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (path, held) = (&rows.local.path, &rows.local.held);
    let every = Domain::EveryRow;
    let account_starts = [SENDER_ACCOUNT.first, RECIPIENT_ACCOUNT.first];
    let [old_leaf, new_leaf] = STATE_LEAF_STEPS;
    let token_ends = [SENDER_TOKEN.last, SENDER_FEE.last, RECIPIENT_TOKEN.last];
    let last_ends = [SENDER_FEE.last, RECIPIENT_TOKEN.last];
    let previous = path.previous_output;
    for (name, row, digest, held) in [
        (
            "an old account path begins at the old leaf",
            rows.schedule.at_groups(account_starts, 0, builder),
            path.node,
            held.old,
        ),
        (
            "a new account path begins at the new leaf",
            rows.schedule.at_groups(account_starts, 1, builder),
            path.node,
            held.new,
        ),
        (
            "the old state leaf is the held one",
            rows.schedule.at_groups(LEAF_GROUPS, old_leaf, builder),
            rows.digest(),
            held.old,
        ),
        (
            "the new state leaf is the held one",
            rows.schedule.at_groups(LEAF_GROUPS, new_leaf, builder),
            rows.digest(),
            held.new,
        ),
        (
            "an old token path ends at the held root",
            rows.schedule.ends(token_ends, builder),
            previous,
            held.old,
        ),
        (
            "a new token path ends at the held root",
            rows.schedule.ends(last_ends, builder),
            rows.digest(),
            held.new,
        ),
    ] {
        builder.assert_equal_when(name, every, row, digest, held);
    }
}
