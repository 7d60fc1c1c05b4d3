//! What the two opened accounts are, before and after.

use starfold_primitives::PrimeField64;
use starfold_state::EMPTY_LEAF;

use crate::air::{AirBuilder, Domain};
use crate::transaction::schedule::{
    HEADER_STEPS, IDENTITY_STEPS, LEAF_GROUPS, RECIPIENT_ACCOUNT, RECIPIENT_LEAF, SENDER_LEAF,
};

use super::rows::Rows;

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let header =
        rows.schedule.groups(LEAF_GROUPS, builder) * rows.schedule.steps(HEADER_STEPS, builder);
    let rest = rows.input::<3>(5).map(|element| header * element);
    builder.assert_zeros("key kind and padding of a header are zero", Domain::EveryRow, rest);
    sender(rows, builder);
    recipient(rows, builder);
}

fn sender<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let operation = &rows.local.operation;
    let every = Domain::EveryRow;
    let identity = rows.schedule.steps(IDENTITY_STEPS, builder) * rows.schedule.group[SENDER_LEAF];
    builder.assert_equal_when(
        "the sender keeps its address",
        every,
        identity,
        rows.input::<3>(5),
        operation.sender_address,
    );
    let old_identity = rows.schedule.at(SENDER_LEAF, IDENTITY_STEPS[0]);
    let changes = rows.local.flags.key_change_row;
    builder.assert_zero(
        "the key is replaced where the transaction says so",
        every,
        changes - old_identity * rows.kinds.key_changes,
    );
    let (old, new) = (rows.input::<5>(0), rows.next_input::<5>(0));
    let domain = Domain::Transition;
    builder.assert_equal_when(
        "the new key is the one given",
        domain,
        changes,
        new,
        operation.new_key,
    );
    let keeps = old_identity - changes;
    builder.assert_equal_when("else the sender keeps its key", domain, keeps, new, old);
    let [old_header, new_header] = HEADER_STEPS;
    let [nonce] = rows.input(4);
    builder.assert_zero(
        "the old header has the nonce",
        every,
        rows.schedule.at(SENDER_LEAF, old_header) * (nonce - operation.nonce),
    );
    let advance = operation.kind.transfer + operation.kind.withdraw + rows.kinds.key_changes;
    builder.assert_zero(
        "the nonce advances by one with every authorisation",
        every,
        rows.schedule.at(SENDER_LEAF, new_header) * (nonce - operation.nonce - advance),
    );
}

fn recipient<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let operation = &rows.local.operation;
    let (every, transition) = (Domain::EveryRow, Domain::Transition);
    let [old_identity, new_identity] =
        IDENTITY_STEPS.map(|step| rows.schedule.at(RECIPIENT_LEAF, step));
    let exists = rows.local.flags.existing_row;
    builder.assert_zero(
        "a recipient exists unless it is created",
        every,
        exists - old_identity * (builder.one() - operation.created),
    );
    let address = rows.input::<3>(5);
    let name = "an existing recipient has the address";
    builder.assert_equal_when(name, every, exists, address, operation.address);
    let name = "the recipient has the address afterwards";
    builder.assert_equal_when(name, every, new_identity, address, operation.address);
    builder.assert_equal_when(
        "the recipient keeps its key",
        transition,
        old_identity,
        rows.next_input::<5>(0),
        rows.input::<5>(0),
    );
    builder.assert_equal_when(
        "the recipient keeps its nonce",
        transition,
        rows.schedule.at(RECIPIENT_LEAF, HEADER_STEPS[0]),
        rows.next_input::<1>(4),
        rows.input::<1>(4),
    );
    let empty = EMPTY_LEAF.0.map(|element| builder.constant(element.to_canonical_u64()));
    let created = operation.created * rows.schedule.group[RECIPIENT_ACCOUNT.first];
    let held = rows.local.held.old;
    builder.assert_equal_when(
        "an account is created in an empty leaf",
        every,
        created,
        held,
        empty,
    );
}
