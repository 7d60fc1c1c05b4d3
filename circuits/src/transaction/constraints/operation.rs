//! The transaction is of one kind, and a field that its kind does not use is zero.

use starfold_transition::claim_layout::context::{FEE_TOKEN, FEE_UNIT, TIMESTAMP};

use crate::air::{AirBuilder, Domain};
use crate::transaction::columns::OperationColumns;

use super::rows::Rows;

/// The recipient that a transfer names when any account of the address will do.
const ANY_RECIPIENT: u64 = 1 << 32;

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    kinds(rows, builder);
    constant_in_the_block(rows, builder);
    unused_fields(rows, builder);
    recipient_and_address(rows, builder);
    fee_and_expiry(rows, builder);
    l1_matches(rows, builder);
}

fn kinds<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let kind = &rows.local.operation.kind;
    let kinds = [
        kind.transfer,
        kind.withdraw,
        kind.set_key,
        kind.collect_fee,
        kind.deposit,
        kind.forced_exit,
        kind.l1_set_key,
    ];
    for kind in kinds {
        builder.assert_bool("a kind is chosen or not", kind);
    }
    builder.assert_bool("at most one kind is chosen", rows.kinds.any);
}

/// The cells of an operation, all of which stay what they are within a block.
fn cells<E: Copy>(operation: &OperationColumns<E>) -> Vec<E> {
    use crate::air::Layout;
    let mut cells = Vec::with_capacity(OperationColumns::<()>::LEN);
    OperationColumns::<()>::write(operation, &mut cells);
    cells
}

fn constant_in_the_block<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (cells(&rows.local.operation), cells(&rows.next.operation));
    let stays = builder.one() - rows.schedule.block_end();
    for (local, next) in local.into_iter().zip(next) {
        let change = stays * (next - local);
        builder.assert_zero("a block holds one transaction", Domain::Transition, change);
    }
}

fn unused_fields<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let operation = &rows.local.operation;
    let kinds = &rows.kinds;
    let one = builder.one();
    let pays = kinds.signed + operation.kind.collect_fee;
    for (name, used, field) in [
        ("from is zero where unused", kinds.sender, operation.from),
        ("to is zero where unused", kinds.recipient, operation.to),
        ("the named recipient is zero where unused", operation.kind.transfer, operation.named),
        ("the token is zero where unused", kinds.amount, operation.token),
        ("the fee is zero where unused", pays, operation.fee_count),
        ("the nonce is zero where unused", kinds.sender, operation.nonce),
        ("valid-until is zero where unused", kinds.signed, operation.valid_until),
    ] {
        builder.assert_zero(name, Domain::EveryRow, (one - used) * field);
    }
    let unused = |used: B::Expr, field: B::Expr| (one - used) * field;
    let amount = operation.amount.map(|limb| unused(kinds.amount, limb));
    builder.assert_zeros("the amount is zero where unused", Domain::EveryRow, amount);
    let address = operation.address.map(|limb| unused(kinds.address, limb));
    builder.assert_zeros("the address is zero where unused", Domain::EveryRow, address);
    let key = operation.new_key.map(|element| unused(kinds.key, element));
    builder.assert_zeros("the new key is zero where unused", Domain::EveryRow, key);
}

fn recipient_and_address<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let operation = &rows.local.operation;
    let kind = &operation.kind;
    let one = builder.one();
    let any = builder.constant(ANY_RECIPIENT);
    builder.assert_zero(
        "a transfer goes to the recipient that was named, or to any",
        Domain::EveryRow,
        kind.transfer * (operation.named - operation.to) * (operation.named - any),
    );
    // the limbs are bounded by their windows, so that the sum stays below p and is zero for zeros alone
    builder.assert_zero(
        "an address that is used is not zero",
        Domain::EveryRow,
        rows.kinds.address * (builder.sum(operation.address) * operation.address_inverse - one),
    );
    builder.assert_bool("an account is created or not", operation.created);
    builder.assert_zero(
        "only transfers and deposits create accounts",
        Domain::EveryRow,
        operation.created * (one - kind.transfer - kind.deposit),
    );
    builder.assert_zero(
        "a creating transfer is a transfer that creates",
        Domain::EveryRow,
        operation.creating_transfer - kind.transfer * operation.created,
    );
}

fn fee_and_expiry<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let operation = &rows.local.operation;
    let context = &rows.public.context;
    let [fee_low, fee_high] = operation.fee_limbs;
    let radix = builder.constant(1 << 32);
    builder.assert_zero(
        "the fee is its count times the fee unit",
        Domain::EveryRow,
        fee_high * radix + fee_low - operation.fee_count * FEE_UNIT.get(context),
    );
    let collect = operation.kind.collect_fee;
    builder.assert_zero(
        "fees are collected in the fee token",
        Domain::EveryRow,
        collect * (operation.token - FEE_TOKEN.get(context)),
    );
    let zero = builder.zero();
    builder.assert_equal_when(
        "the collected amount is the fee",
        Domain::EveryRow,
        collect,
        operation.amount,
        [fee_low, fee_high, zero, zero],
    );
    let left = operation.valid_until - TIMESTAMP.get(context);
    builder.assert_zero(
        "the margin is the time that a signature has left",
        Domain::EveryRow,
        rows.kinds.signed * left - operation.margin,
    );
}

fn l1_matches<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let operation = &rows.local.operation;
    let kind = &operation.kind;
    let one = builder.one();
    let (exit, key) = (operation.exit_match, operation.key_match);
    builder.assert_bool("a forced exit matches or not", exit);
    builder.assert_bool("an L1 change of the key matches or not", key);
    builder.assert_zero(
        "only a forced exit matches as one",
        Domain::EveryRow,
        exit * (one - kind.forced_exit),
    );
    builder.assert_zero(
        "only an L1 change of the key matches as one",
        Domain::EveryRow,
        key * (one - kind.l1_set_key),
    );
    builder.assert_equal_when(
        "an L1 operation that matches has the account's address",
        Domain::EveryRow,
        exit + key,
        operation.sender_address,
        operation.address,
    );
    let products = std::array::from_fn::<_, 3, _>(|i| {
        (operation.sender_address[i] - operation.address[i]) * operation.difference_inverse[i]
    });
    builder.assert_zero(
        "an L1 operation that does not match has another address",
        Domain::EveryRow,
        (kind.forced_exit + kind.l1_set_key - exit - key) * (builder.sum(products) - one),
    );
    let moved = operation.amount.map(|limb| (kind.forced_exit - exit) * limb);
    builder.assert_zeros(
        "a forced exit that does not match moves nothing",
        Domain::EveryRow,
        moved,
    );
}
