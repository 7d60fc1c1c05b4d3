//! Merkle paths: in every level one row of the old tree and one of the new, with the same sibling.

use starfold_transition::claim_layout::context::FEE_TOKEN;

use crate::air::{AirBuilder, Domain};
use crate::transaction::schedule::{
    HEADER_STEPS, IDENTITY_STEPS, LAST_STEP, LEAF_GROUPS, RECIPIENT_ACCOUNT, RECIPIENT_TOKEN,
    SECTIONS, SENDER_ACCOUNT, SENDER_FEE, SENDER_TOKEN, STATE_LEAF_STEPS,
};

use super::rows::{Rows, sibling};

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    levels(rows, builder);
    indices(rows, builder);
    chain(rows, builder);
    held(rows, builder);
    held_is_met(rows, builder);
}

/// 1 on paths; degree 1.
fn on_path<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> B::Expr {
    builder.one() - rows.groups(LEAF_GROUPS, builder)
}

/// 1 in the last row of a path; degree 2.
fn path_ends<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> B::Expr {
    rows.ends(SECTIONS.map(|section| section.last), builder)
}

fn levels<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (rows.local, rows.next);
    let bit = local.path.bit;
    builder.assert_bool("a node is the left or the right one", bit);
    let here = sibling::<B>(local);
    let halves = std::array::from_fn::<_, 4, _>(|i| {
        let node = local.path.node[i];
        local.poseidon.input[i] - node - bit * (here[i] - node)
    });
    builder.assert_zeros("the permutation takes node and sibling", Domain::EveryRow, halves);
    let old = on_path(rows, builder) * rows.old_rows(builder);
    builder.assert_equal_when(
        "old and new path have the same sibling",
        Domain::Transition,
        old,
        sibling::<B>(next),
        here,
    );
    builder.assert_equal_when(
        "old and new path take the same turn",
        Domain::Transition,
        old,
        [next.path.bit, next.path.index_rest],
        [bit, local.path.index_rest],
    );
    let leaf_rows = |steps: [usize; 2], builder: &B| {
        rows.groups(LEAF_GROUPS, builder) * rows.steps(steps, builder)
    };
    let header = leaf_rows(HEADER_STEPS, builder) * bit;
    builder.assert_zero("a header begins with the identity", Domain::EveryRow, header);
    let leaf = leaf_rows(STATE_LEAF_STEPS, builder) * (bit - builder.one());
    builder.assert_zero("a state leaf ends with the header", Domain::EveryRow, leaf);
}

/// Every path takes its whole index apart, in every kind, whether the account is opened or not: that is what bounds
/// `from` by 32 bits and the token by 16 for the words.
fn indices<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.path, &rows.next.path);
    let operation = &rows.local.operation;
    let every = Domain::EveryRow;
    let token_starts = [SENDER_TOKEN.first, RECIPIENT_TOKEN.first];
    for (name, start, index) in [
        ("the sender's path begins at from", rows.at(SENDER_ACCOUNT.first, 0), operation.from),
        ("the recipient's path begins at to", rows.at(RECIPIENT_ACCOUNT.first, 0), operation.to),
        (
            "a token path begins at the token",
            rows.at_groups(token_starts, 0, builder),
            operation.token,
        ),
        (
            "the fee path begins at the fee token",
            rows.at(SENDER_FEE.first, 0),
            FEE_TOKEN.get(&rows.public.context),
        ),
    ] {
        builder.assert_zero(name, every, start * (local.index_rest - index));
    }
    let ends = path_ends(rows, builder);
    let new = builder.one() - rows.old_rows(builder);
    let inner = on_path(rows, builder) * new - ends;
    let halved = local.index_rest - next.index_rest - next.index_rest - local.bit;
    builder.assert_zero("a level takes one bit of the index", Domain::Transition, inner * halved);
    let top = ends * (local.index_rest - local.bit);
    builder.assert_zero("no bit of the index is left at the root", every, top);
    let idle = rows.groups(LEAF_GROUPS, builder) * local.index_rest;
    builder.assert_zero("off the paths no index is left", every, idle);
}

/// What a row puts out is the node of the row after the next.
fn chain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.path, &rows.next.path);
    let previous = local.previous_output;
    builder.assert_zeros("the first row follows no other", Domain::FirstRow, previous);
    let digest = rows.digest();
    let output = std::array::from_fn::<_, 4, _>(|i| next.previous_output[i] - digest[i]);
    builder.assert_zeros("the next row knows this row's output", Domain::Transition, output);
    let first_rows = rows.at_groups(SECTIONS.map(|section| section.first), 0, builder);
    let [_, identity] = IDENTITY_STEPS;
    let [header, next_header] = HEADER_STEPS;
    let account_rows = rows.steps([identity, header, next_header, STATE_LEAF_STEPS[0]], builder)
        * rows.groups(LEAF_GROUPS, builder);
    let goes_on = on_path(rows, builder) - first_rows - path_ends(rows, builder) + account_rows;
    builder.assert_equal_when(
        "the output of a level is the node of the next",
        Domain::Transition,
        goes_on,
        next.node,
        previous,
    );
}

/// The held digests change between the sections only.
fn held<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.held, &rows.next.held);
    let one = builder.one();
    let [old_leaf, new_leaf] = STATE_LEAF_STEPS;
    let fee_end = rows.at(SENDER_FEE.last, LAST_STEP);
    let middle = rows.at(SENDER_TOKEN.last, LAST_STEP);
    let token_root = sibling::<B>(rows.local);

    let below = rows.at_groups(LEAF_GROUPS, old_leaf, builder);
    let stays = one - below - middle - fee_end - rows.block_end;
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
    let below = rows.at_groups(LEAF_GROUPS, new_leaf, builder);
    let stays = one - below - fee_end - rows.block_end;
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
            rows.at_groups(account_starts, 0, builder),
            path.node,
            held.old,
        ),
        (
            "a new account path begins at the new leaf",
            rows.at_groups(account_starts, 1, builder),
            path.node,
            held.new,
        ),
        (
            "the old state leaf is the held one",
            rows.at_groups(LEAF_GROUPS, old_leaf, builder),
            rows.digest(),
            held.old,
        ),
        (
            "the new state leaf is the held one",
            rows.at_groups(LEAF_GROUPS, new_leaf, builder),
            rows.digest(),
            held.new,
        ),
        (
            "an old token path ends at the held root",
            rows.ends(token_ends, builder),
            previous,
            held.old,
        ),
        (
            "a new token path ends at the held root",
            rows.ends(last_ends, builder),
            rows.digest(),
            held.new,
        ),
    ] {
        builder.assert_equal_when(name, every, row, digest, held);
    }
}
