//! Merkle paths: two accounts, and two balances below each.

use starfold_circuits::air::{AirBuilder, Domain};
use starfold_circuits::gadgets::{amount, path};
use starfold_circuits::transaction::BalanceColumns;

use super::columns::*;
use super::{Rows, order_tokens};

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    levels(rows, builder);
    indices(rows, builder);
    held(rows, builder);
    held_is_met(rows, builder);
    balances(rows, builder);
    debits_and_credits(rows, builder);
}

fn paths() -> impl Iterator<Item = std::ops::RangeInclusive<usize>> {
    ACCOUNTS.into_iter().chain(SOLD).chain(BOUGHT)
}

/// 1 on paths; degree 1.
fn on_path<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> B::Expr {
    rows.local.schedule.groups(paths().flatten(), builder)
}

fn levels<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let schedule = &rows.local.schedule;
    let rows_of_path = rows.path();
    let on_path = on_path(rows, builder);
    let old_rows = schedule.even_steps(builder);
    let starts = schedule.at_groups(paths().map(|path| *path.start()), 0, builder);
    let ends = schedule.ends(paths().map(|path| *path.end()), builder);
    path::constrain_node(&rows_of_path, builder);
    path::constrain_pair(&rows_of_path, on_path * old_rows, builder);
    path::constrain_index(&rows_of_path, on_path, old_rows, ends, builder);
    path::constrain_no_index(&rows_of_path, builder.one() - on_path, builder);
    path::constrain_output(&rows_of_path, builder);
    let leaves = schedule.groups(LEAVES, builder);
    let chained = [IDENTITY[1], HEADER[0], HEADER[1], STATE_LEAF[0]];
    let account_rows = leaves * schedule.steps(chained, builder);
    path::constrain_chain(&rows_of_path, on_path - starts - ends + account_rows, builder);

    let bit = rows.local.path.bit;
    let header = leaves * schedule.steps(HEADER, builder) * bit;
    builder.assert_zero("a header begins with the identity", Domain::EveryRow, header);
    let leaf = leaves * schedule.steps(STATE_LEAF, builder) * (bit - builder.one());
    builder.assert_zero("a state leaf ends with the header", Domain::EveryRow, leaf);
}

/// Every path takes its whole index apart; the account paths also give the highest bits, for the words.
fn indices<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let order = &rows.local.order;
    let [sold, bought] = order_tokens(rows, builder);
    let [trader, pool] = ACCOUNTS.map(|path| *path.start());
    // two rows a level, and ten levels below the highest bits
    let (group, step) = (20 / STEPS, 20 % STEPS);
    for (name, row, index) in [
        ("the first path is the trader's", rows.at(trader, 0), order.trader),
        ("the second path is the pool's", rows.at(pool, 0), order.pool),
        (
            "the trader's index has its highest bits",
            rows.at(trader + group, step),
            order.trader_high,
        ),
        ("the pool's index has its highest bits", rows.at(pool + group, step), order.pool_high),
        ("what is sold is a token of the pool", starts(SOLD, 0, rows, builder), sold),
        ("what is bought is the other one", starts(BOUGHT, 0, rows, builder), bought),
    ] {
        let difference = row * (rows.local.path.index_rest - index);
        builder.assert_zero(name, Domain::EveryRow, difference);
    }
}

/// 1 in the first row of the old (0) or new (1) path of two; degree 2.
fn starts<B: AirBuilder>(
    paths: [std::ops::RangeInclusive<usize>; 2],
    side: usize,
    rows: &Rows<'_, B>,
    builder: &B,
) -> B::Expr {
    rows.local.schedule.at_groups(paths.map(|path| *path.start()), side, builder)
}

/// 1 in the last row of two paths; degree 2.
fn ends<B: AirBuilder>(
    paths: [std::ops::RangeInclusive<usize>; 2],
    rows: &Rows<'_, B>,
    builder: &B,
) -> B::Expr {
    rows.local.schedule.ends(paths.map(|path| *path.end()), builder)
}

/// Digests are held from the account path to the account's rows, and from there to the token paths.
fn held<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.held, &rows.next.held);
    let schedule = &rows.local.schedule;
    let domain = Domain::Transition;
    let token_root = rows.path().sibling();
    let [old_leaf, new_leaf] = STATE_LEAF.map(|step| schedule.at_groups(LEAVES, step, builder));
    let between = ends(SOLD, rows, builder);
    let free = rows.at(*BOUGHT[0].end(), LAST) + schedule.block_end();

    let stays = builder.one() - old_leaf - between - free;
    builder.assert_equal_when("the held old digest stays", domain, stays, next.old, local.old);
    let name = "below the old leaf: its tokens";
    builder.assert_equal_when(name, domain, old_leaf, next.old, token_root);
    let name = "what is bought comes after what is sold";
    builder.assert_equal_when(name, domain, between, next.old, rows.digest());
    let stays = builder.one() - new_leaf - free;
    builder.assert_equal_when("the held new digest stays", domain, stays, next.new, local.new);
    let name = "below the new leaf: its tokens";
    builder.assert_equal_when(name, domain, new_leaf, next.new, token_root);
}

/// The paths begin and end at the held digests.
fn held_is_met<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (path, held) = (&rows.local.path, &rows.local.held);
    let [old_leaf, new_leaf] =
        STATE_LEAF.map(|step| rows.local.schedule.at_groups(LEAVES, step, builder));
    let old_tokens = ends(SOLD, rows, builder) + ends(BOUGHT, rows, builder);
    for (name, row, digest, held) in [
        (
            "an old account path begins at the old leaf",
            starts(ACCOUNTS, 0, rows, builder),
            path.node,
            held.old,
        ),
        (
            "a new account path begins at the new leaf",
            starts(ACCOUNTS, 1, rows, builder),
            path.node,
            held.new,
        ),
        ("the old state leaf is the held one", old_leaf, rows.digest(), held.old),
        ("the new state leaf is the held one", new_leaf, rows.digest(), held.new),
        ("an old token path ends at the held root", old_tokens, path.previous_output, held.old),
        (
            "a new token path ends at the held root",
            ends(BOUGHT, rows, builder),
            rows.digest(),
            held.new,
        ),
    ] {
        builder.assert_equal_when(name, Domain::EveryRow, row, digest, held);
    }
}

/// The balance at hand belongs to the path.
fn balances<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.balance, &rows.next.balance);
    for carry in local.carry {
        builder.assert_bool("a carry is a bit", carry);
    }
    let schedule = &rows.local.schedule;
    let changes = schedule.ends([TRADER, *SOLD[0].end(), POOL, *SOLD[1].end()], builder);
    let stays = builder.one() - changes - schedule.block_end();
    let (name, domain) = ("a balance stays within its path", Domain::Transition);
    builder.assert_equal_when(name, domain, stays, next.old, local.old);
    builder.assert_equal_when(name, domain, stays, next.new, local.new);
    builder.assert_equal_when(name, domain, stays, next.carry, local.carry);
    let node = rows.local.path.node;
    for (name, side, balance) in [
        ("an old token path begins at the balance", 0, local.old),
        ("a new token path begins at the balance", 1, local.new),
    ] {
        let row = starts(SOLD, side, rows, builder) + starts(BOUGHT, side, rows, builder);
        builder.assert_equal_when(name, Domain::EveryRow, row, node, balance);
    }
}

fn debits_and_credits<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let BalanceColumns { old, new, carry } = rows.local.balance;
    let order = &rows.local.order;
    let (sold, bought) = (order.sold.limbs, order.bought.limbs);
    let [trader_sold, pool_sold] = SOLD.map(|path| rows.at(*path.start(), 0));
    let [trader_bought, pool_bought] = BOUGHT.map(|path| rows.at(*path.start(), 0));
    for (name, row, greater, amount, smaller) in [
        ("the trader pays", trader_sold, old, sold, new),
        ("the trader is paid", trader_bought, new, bought, old),
        ("the pool is paid", pool_sold, new, sold, old),
        ("the pool pays", pool_bought, old, bought, new),
    ] {
        let difference = amount::difference(greater, amount, carry, builder);
        builder.assert_equal_when(name, Domain::EveryRow, row, smaller, difference);
    }
}
