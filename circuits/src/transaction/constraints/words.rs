//! The words that tell the transaction, their digest and their value at the point (`docs/protocol.md`, section 5).

use starfold_transition::claim_layout::context::WORDS_POINT;
use starfold_transition::layout::Opcode;

use crate::air::{AirBuilder, Domain};
use crate::gadgets::{
    self,
    words::{WordRow, Words},
};
use crate::transaction::schedule::{
    ADDRESS_WORD_STEP, HEAD_WORD_STEP, KEY_WORD_STEP, RECIPIENT_LEAF,
};

use super::rows::Rows;

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let every = Domain::EveryRow;
    let word_row = rows.local.flags.word_row;
    let selected = rows.schedule.group[RECIPIENT_LEAF] * words_present(rows);
    builder.assert_zero("a transaction has its words", every, word_row - selected);
    let limbs = rows.input::<4>(4);
    let zero = builder.zero();
    let [a0, a1, a2] = rows.local.operation.address;
    for (name, step, word) in [
        ("the head word tells the transaction", HEAD_WORD_STEP, head_word(rows, builder)),
        ("the address word tells the address", ADDRESS_WORD_STEP, [a0, a1, a2, zero]),
        ("the key word tells the key", KEY_WORD_STEP, key_word(rows, builder)),
    ] {
        builder.assert_equal_when(name, every, rows.schedule.at(RECIPIENT_LEAF, step), limbs, word);
    }
    let row = WordRow { takes: word_row, input: &rows.local.poseidon.input, output: &rows.output };
    let [local, next] = [&rows.local.running, &rows.next.running].map(|running| Words {
        digest: running.words_digest,
        evaluation: running.words_evaluation,
    });
    let point = WORDS_POINT.read(&rows.public.context);
    gadgets::words::constrain(&row, &local, &next, point, builder);
}

/// 1 in the steps whose word the transaction has; degree 2.
fn words_present<B: AirBuilder>(rows: &Rows<'_, B>) -> B::Expr {
    let step = &rows.schedule.step;
    let operation = &rows.local.operation;
    let kind = &operation.kind;
    let address = operation.creating_transfer
        + kind.withdraw
        + kind.deposit
        + kind.forced_exit
        + kind.l1_set_key;
    step[HEAD_WORD_STEP] * rows.kinds.any
        + step[ADDRESS_WORD_STEP] * address
        + step[KEY_WORD_STEP] * rows.kinds.key
}

/// The element without its two highest bits.
fn key_word<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> [B::Expr; 4] {
    std::array::from_fn(|i| low_62_bits(rows, i, builder))
}

fn low_62_bits<B: AirBuilder>(rows: &Rows<'_, B>, element: usize, builder: &B) -> B::Expr {
    let operation = &rows.local.operation;
    let high = operation.key_high[element] * builder.constant(1 << 62);
    operation.new_key[element] - high
}

fn head_word<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> [B::Expr; 4] {
    let operation = &rows.local.operation;
    let shifted = |value: B::Expr, bits: u32| value * builder.constant(1 << bits);
    let [m0, m1, m2, m3] = operation.amount;
    let [h0, h1, h2, h3, h4] = operation.key_high;
    // what lies above a cut, and what below
    let (m0_high, m2_high, to_high) =
        (operation.amount_0_high, operation.amount_2_high, operation.to_high);
    let m0_low = m0 - shifted(m0_high, 30);
    let m2_low = m2 - shifted(m2_high, 28);
    let to_low = operation.to - shifted(to_high, 10);
    // amount and token are zero where there is a key, so that the sums are one or the other
    let key_high = h0 + shifted(h1, 2) + shifted(h2, 4) + shifted(h3, 6) + shifted(h4, 8);
    [
        shifted(m0_low, 32) + operation.fee_count,
        shifted(m2_low, 34) + shifted(m1, 2) + m0_high + low_62_bits(rows, 4, builder),
        shifted(to_low, 52) + shifted(operation.token, 36) + shifted(m3, 4) + m2_high + key_high,
        shifted(opcode(rows, builder), 54) + shifted(operation.from, 22) + to_high,
    ]
}

fn opcode<B: AirBuilder>(rows: &Rows<'_, B>, builder: &B) -> B::Expr {
    let operation = &rows.local.operation;
    let kind = &operation.kind;
    let code = |opcode: Opcode| u64::from(opcode.code());
    let terms = [
        (kind.transfer, code(Opcode::Transfer)),
        (operation.creating_transfer, code(Opcode::TransferNew) - code(Opcode::Transfer)),
        (kind.set_key, code(Opcode::SetKey)),
        (kind.collect_fee, code(Opcode::CollectFee)),
        (kind.withdraw, code(Opcode::Withdraw)),
        (kind.deposit, code(Opcode::Deposit)),
        (kind.forced_exit, code(Opcode::ForcedExit)),
        (kind.l1_set_key, code(Opcode::L1SetKey)),
    ];
    builder.sum(terms.map(|(kind, opcode)| kind * builder.constant(opcode)))
}
