//! Whose signature a block holds, and of what. The scalar multiplication itself is a gadget.

use crate::air::{AirBuilder, Domain};
use crate::gadgets::schnorr;
use crate::transaction::schedule::{CHALLENGE_STEPS, KEY_STEP, RECIPIENT_LEAF, SENDER_LEAF};

use super::rows::Rows;

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    schnorr::constrain(rows.schedule, &rows.local.signature, &rows.next.signature, builder);
    key(rows, builder);
    challenge(rows, builder);
}

/// In the row before the old identity, whose first elements are the signer's encoded key.
fn key<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let key_row = rows.local.flags.key_row;
    let signed_row = rows.schedule.at(SENDER_LEAF, KEY_STEP) * rows.kinds.signed;
    builder.assert_zero(
        "signed transactions check the key",
        Domain::EveryRow,
        key_row - signed_row,
    );
    let (encoded, root) = (rows.next_input(0), rows.input(0));
    schnorr::constrain_key(&rows.local.signature, encoded, root, key_row, builder);
}

/// The challenge hashes the encodings of Q and R.
fn challenge<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let flags = &rows.local.flags;
    for (name, flag, step) in [
        ("signed transactions hash key and R", flags.challenge_row, CHALLENGE_STEPS[0]),
        ("signed transactions compare the challenge", flags.challenge_end_row, CHALLENGE_STEPS[1]),
    ] {
        let signed_row = rows.schedule.at(RECIPIENT_LEAF, step) * rows.kinds.signed;
        builder.assert_zero(name, Domain::EveryRow, flag - signed_row);
    }
    let (key, end, gate) = (rows.input(0), rows.next_input(1), flags.challenge_row);
    schnorr::constrain_encodings(&rows.local.signature, key, end, gate, builder);
}
