//! What follows from the registers without hashing.

use starfold_primitives::{Goldilocks, PrimeField64};
use starfold_transition::layout::Opcode;

use crate::transaction::schedule::*;

use super::{Forgery, ONE, Operation, TWO, field, row_of};

fn shifted(value: Goldilocks, bits: u32) -> Goldilocks {
    value * field(1 << bits)
}

fn opcode(operation: &Operation) -> Goldilocks {
    let kind = &operation.kind;
    [
        (kind.transfer, Opcode::Transfer.code()),
        (operation.creating_transfer, Opcode::TransferNew.code() - Opcode::Transfer.code()),
        (kind.set_key, Opcode::SetKey.code()),
        (kind.collect_fee, Opcode::CollectFee.code()),
        (kind.withdraw, Opcode::Withdraw.code()),
        (kind.deposit, Opcode::Deposit.code()),
        (kind.forced_exit, Opcode::ForcedExit.code()),
        (kind.l1_set_key, Opcode::L1SetKey.code()),
    ]
    .into_iter()
    .map(|(kind, code)| kind * field(u64::from(code)))
    .sum()
}

fn key_low(operation: &Operation, element: usize) -> Goldilocks {
    operation.new_key[element] - shifted(operation.key_high[element], 62)
}

fn head_word(operation: &Operation) -> [Goldilocks; 4] {
    let [m0, m1, m2, m3] = operation.amount;
    let (m0_high, m2_high) = (operation.amount_0_high, operation.amount_2_high);
    let to_low = operation.to - shifted(operation.to_high, 10);
    let high = |(element, value): (u32, Goldilocks)| shifted(value, 2 * element);
    let key_high: Goldilocks = (0..).zip(operation.key_high).map(high).sum();
    [
        shifted(m0 - shifted(m0_high, 30), 32) + operation.fee_count,
        shifted(m2 - shifted(m2_high, 28), 34) + shifted(m1, 2) + m0_high + key_low(operation, 4),
        shifted(to_low, 52) + shifted(operation.token, 36) + shifted(m3, 4) + m2_high + key_high,
        shifted(opcode(operation), 54) + shifted(operation.from, 22) + operation.to_high,
    ]
}

impl Forgery {
    /// Makes the indices of the paths, message, words, range checks and flags those of the registers.
    pub(in super::super) fn derive(&mut self) {
        let operation = self.registers();
        for (section, index) in [
            (SENDER_ACCOUNT, operation.from),
            (SENDER_TOKEN, operation.token),
            (SENDER_FEE, self.claim.context[6]),
            (RECIPIENT_ACCOUNT, operation.to),
            (RECIPIENT_TOKEN, operation.token),
        ] {
            self.index(section, index.to_canonical_u64());
        }
        self.derive_message();
        self.derive_words();
        self.fill_lanes();
        self.derive_flags();
    }

    /// Lets a path follow an index.
    pub(in super::super) fn index(&mut self, section: Section, index: u64) {
        for level in 0..section.levels() {
            for side in 0..2 {
                let path = &mut self.rows[section.first_row() + 2 * level + side].path;
                path.index_rest = field(index >> level);
                path.bit = field(index >> level & 1);
            }
        }
    }

    pub(in super::super) fn derive_message(&mut self) {
        let operation = self.registers();
        let kind = operation.kind;
        let code = kind.transfer + kind.withdraw * TWO + kind.set_key * field(3);
        let [chain_id, c0, c1, c2, ..] = self.claim.context;
        let [a0, a1, a2] = operation.address;
        let [m0, m1, m2, m3] = operation.amount;
        let [k0, k1, k2, k3, k4] = operation.new_key;
        let fee_token = self.claim.context[6];
        let chunks = [
            [code, chain_id, c0, c1, c2, operation.from, a0, a1],
            [a2, operation.named, operation.token, m0, m1, m2, m3, operation.fee_count],
            [fee_token, operation.nonce, operation.valid_until, k0, k1, k2, k3, k4],
        ];
        for (step, chunk) in MESSAGE_STEPS.into_iter().zip(chunks) {
            self.at(RECIPIENT_LEAF, step).poseidon.input[..8].copy_from_slice(&chunk);
        }
    }

    pub(in super::super) fn derive_words(&mut self) {
        let operation = self.registers();
        let [a0, a1, a2] = operation.address;
        let key = std::array::from_fn(|element| key_low(&operation, element));
        for (step, limbs) in [
            (HEAD_WORD_STEP, head_word(&operation)),
            (ADDRESS_WORD_STEP, [a0, a1, a2, Goldilocks::default()]),
            (KEY_WORD_STEP, key),
        ] {
            self.at(RECIPIENT_LEAF, step).poseidon.input[4..8].copy_from_slice(&limbs);
        }
    }

    fn derive_flags(&mut self) {
        let operation = self.registers();
        let kind = operation.kind;
        let signed = kind.transfer + kind.withdraw + kind.set_key;
        let l1 = kind.deposit + kind.forced_exit + kind.l1_set_key;
        let recipient = kind.transfer + kind.deposit + kind.collect_fee;
        let address = operation.creating_transfer + kind.withdraw + l1;
        for row in 0..BLOCK_ROWS {
            let flags = &mut self.rows[row].flags;
            let is = |group, step, value| {
                if row == row_of(group, step) { value } else { Goldilocks::default() }
            };
            flags.key_row = is(SENDER_LEAF, KEY_STEP, signed);
            flags.challenge_row = is(RECIPIENT_LEAF, CHALLENGE_STEPS[0], signed);
            flags.challenge_end_row = is(RECIPIENT_LEAF, CHALLENGE_STEPS[1], signed);
            flags.word_row = is(RECIPIENT_LEAF, HEAD_WORD_STEP, signed + kind.collect_fee + l1)
                + is(RECIPIENT_LEAF, ADDRESS_WORD_STEP, address)
                + is(RECIPIENT_LEAF, KEY_WORD_STEP, kind.set_key + kind.l1_set_key);
            let sender = signed + kind.forced_exit + kind.l1_set_key;
            flags.root_row = is(SENDER_ACCOUNT.last, LAST_STEP, sender)
                + is(RECIPIENT_ACCOUNT.last, LAST_STEP, recipient);
            flags.existing_row = is(RECIPIENT_LEAF, IDENTITY_STEPS[0], ONE - operation.created);
            let changes = kind.set_key + operation.key_match;
            flags.key_change_row = is(SENDER_LEAF, IDENTITY_STEPS[0], changes);
        }
    }
}
