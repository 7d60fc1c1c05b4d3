//! One block: 256 rows of one transaction.

use starfold_primitives::poseidon::{Domain, RATE, WIDTH};
use starfold_primitives::quantities::Amount;
use starfold_primitives::signature::{VerificationChain, filler};
use starfold_primitives::word::{LIMB_MAX, Quadratic, Word, evaluate_word};
use starfold_primitives::{Digest, Field, Goldilocks, PrimeField64};
use starfold_transition::layout::{Continuation, Opcode};
use starfold_transition::message::message_elements;
use starfold_transition::{Boundary, Context, Kind, Operation, words};

use crate::air::Layout;
use crate::gadgets::poseidon::fresh_input;
use crate::gadgets::range::{
    NarrowLaneColumns, WideLaneColumns, Window, generate_narrow, generate_wide,
};
use crate::gadgets::{schedule, schnorr};
use crate::transaction::COLUMNS;
use crate::transaction::columns::{
    BalanceColumns, FlagColumns, HeldColumns, OperationColumns, RunningColumns, TransactionColumns,
};
use crate::transaction::schedule::*;

use super::access::{Accesses, AccountChange, BalanceChange};
use super::hashes::Hashes;
use super::registers;

const fn row_of(group: usize, step: usize) -> usize {
    group * STEPS + step
}

/// A row that may take a word.
struct WordSlot {
    step: usize,
    word: Word,
    /// Whether the transaction has the word; else the row holds it without effect.
    present: bool,
}

/// One transaction's block: everything in it that depends neither on the row nor on the blocks before.
pub(super) struct Block<'a> {
    context: &'a Context,
    operation: Operation,
    registers: OperationColumns<Goldilocks>,
    accesses: Accesses,
    /// The signature that is verified; none for kinds that are not signed, which verify the filler.
    chain: Option<VerificationChain>,
    hashes: Hashes,
    /// Roots of the sender's token tree before, between amount and fee, after; and of the recipient's.
    sender_token_roots: [Digest; 3],
    recipient_token_roots: [Digest; 2],
    sender_leaves: [Digest; 2],
    recipient_leaves: [Digest; 2],
    /// Roots of the state tree before and after each account's path.
    sender_roots: [Digest; 2],
    recipient_roots: [Digest; 2],
}

/// What a block takes over from the one before.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockStart {
    pub(super) boundary: Boundary,
    /// The digest of the last row's permutation.
    pub(super) last_output: Digest,
}

impl<'a> Block<'a> {
    /// Fills the permutations, but for those of the words.
    pub(super) fn new(
        context: &'a Context,
        operation: Operation,
        accesses: Accesses,
        chain: Option<VerificationChain>,
    ) -> Self {
        let mut block = Self {
            context,
            registers: registers::operation(context, &operation, &accesses),
            operation,
            accesses,
            chain,
            hashes: Hashes::new(),
            sender_token_roots: [Digest::ZERO; 3],
            recipient_token_roots: [Digest::ZERO; 2],
            sender_leaves: [Digest::ZERO; 2],
            recipient_leaves: [Digest::ZERO; 2],
            sender_roots: [Digest::ZERO; 2],
            recipient_roots: [Digest::ZERO; 2],
        };
        block.accounts();
        block.challenge();
        if operation.kind.is_signed() {
            let root = block.chain().key_root().elements();
            let mut state = [Goldilocks::ZERO; WIDTH];
            state[..5].copy_from_slice(&root);
            block.hashes.set(row_of(SENDER_LEAF, KEY_STEP), state);
        }
        block
    }

    /// The root of the state tree after the block.
    pub(super) fn state_root(&self, before: Digest) -> Digest {
        let kind = self.operation.kind;
        if kind.has_recipient() {
            self.recipient_roots[1]
        } else if kind.has_sender() {
            self.sender_roots[1]
        } else {
            before
        }
    }

    /// The digest of the last row's permutation.
    pub(super) fn last_output(&self) -> Digest {
        self.hashes.rows[BLOCK_ROWS - 1].digest()
    }

    /// Fills the words and writes the rows of the block: 256 times the columns.
    pub(super) fn write(mut self, start: &BlockStart, cells: &mut [Goldilocks]) {
        let running = self.running(&start.boundary);
        let (narrow, wide) = (self.narrow(), self.wide());
        let signature = schnorr::generate::<BLOCK_ROWS>(self.chain());
        let mut previous_output = start.last_output;
        let mut filled = Vec::with_capacity(COLUMNS);
        for ((row, signature), cells) in signature.enumerate().zip(cells.chunks_exact_mut(COLUMNS))
        {
            let hash = &self.hashes.rows[row];
            let columns = TransactionColumns {
                poseidon: hash.poseidon,
                schedule: schedule::generate(row),
                path: hash.path(previous_output),
                held: self.held(row),
                balance: self.balance(row),
                narrow: std::array::from_fn(|lane| narrow[lane][row]),
                wide: std::array::from_fn(|lane| wide[lane][row]),
                signature,
                running: running[row],
                operation: self.registers,
                flags: self.flags(row),
            };
            previous_output = hash.digest();
            filled.clear();
            TransactionColumns::<()>::write(&columns, &mut filled);
            cells.copy_from_slice(&filled);
        }
    }
}

fn token_path(hashes: &mut Hashes, section: Section, change: &BalanceChange) -> [Digest; 2] {
    let opening = &change.opening;
    let nodes = [opening.balance, change.after].map(|balance| Digest(balance.elements()));
    let index = u32::from(opening.token.get());
    hashes.set_path(section, Domain::TokenNode, index, &opening.siblings, nodes)
}

impl Block<'_> {
    fn chain(&self) -> &VerificationChain {
        self.chain.as_ref().unwrap_or_else(|| filler())
    }

    /// Fills both accounts and their paths.
    fn accounts(&mut self) {
        let Accesses { sender, sender_token, sender_fee, recipient, recipient_token } =
            &self.accesses;
        let hashes = &mut self.hashes;
        let [before, between] = token_path(hashes, SENDER_TOKEN, sender_token);
        let [_, after] = token_path(hashes, SENDER_FEE, sender_fee);
        self.sender_token_roots = [before, between, after];
        self.recipient_token_roots = token_path(hashes, RECIPIENT_TOKEN, recipient_token);
        let mut path = |section, group, change: &AccountChange, roots| {
            let accounts = [&change.opening.account, &change.after];
            let leaves = hashes.set_account(group, accounts, roots);
            let (index, siblings) = (change.opening.index.get(), &change.opening.siblings);
            let roots = hashes.set_path(section, Domain::AccountNode, index, siblings, leaves);
            (leaves, roots)
        };
        (self.sender_leaves, self.sender_roots) =
            path(SENDER_ACCOUNT, SENDER_LEAF, sender, [before, after]);
        (self.recipient_leaves, self.recipient_roots) =
            path(RECIPIENT_ACCOUNT, RECIPIENT_LEAF, recipient, self.recipient_token_roots);
    }

    /// Fills message and challenge.
    fn challenge(&mut self) {
        let Context { chain_id, contract, fee_token, .. } = *self.context;
        let nonce = self.accesses.sender.opening.account.nonce;
        let mut message = message_elements(&self.operation, nonce, chain_id, contract, fee_token);
        if !self.operation.kind.is_signed() {
            message[0] = Goldilocks::ZERO;
        }
        let output = self.sponge(&MESSAGE_STEPS, Domain::Message, &message);
        let mut challenge = [Goldilocks::ZERO; 14];
        if self.operation.kind.is_signed() {
            challenge[..5].copy_from_slice(&self.chain().key().elements());
            challenge[9..].copy_from_slice(&self.chain().encoded_end().elements());
        }
        challenge[5..9].copy_from_slice(&output[..4]);
        self.sponge(&CHALLENGE_STEPS, Domain::Challenge, &challenge);
    }

    fn sponge(
        &mut self,
        steps: &[usize],
        domain: Domain,
        elements: &[Goldilocks],
    ) -> [Goldilocks; WIDTH] {
        let mut state = fresh_input(domain, [Goldilocks::ZERO; RATE]);
        for (&step, chunk) in steps.iter().zip(elements.chunks(RATE)) {
            state[..RATE].fill(Goldilocks::ZERO);
            state[..chunk.len()].copy_from_slice(chunk);
            state = self.hashes.set(row_of(RECIPIENT_LEAF, step), state);
        }
        state
    }

    /// Fills the words and returns what runs through the batch, row by row.
    fn running(&mut self, before: &Boundary) -> Vec<RunningColumns<Goldilocks>> {
        let kind = self.operation.kind;
        let mut now = RunningColumns {
            state_root: before.state_root.0,
            words_digest: before.words_digest.0,
            words_evaluation: before.words_evaluation,
            fee_accumulator: before.fee_accumulator.element(),
            counter: Goldilocks::from_canonical_u32(before.counter),
        };
        let words = self.words();
        let mut rows = Vec::with_capacity(BLOCK_ROWS);
        for row in 0..BLOCK_ROWS {
            rows.push(now);
            let (group, step) = (row / STEPS, row % STEPS);
            if row == row_of(SENDER_ACCOUNT.last, LAST_STEP) && kind.has_sender() {
                now.state_root = self.sender_roots[1].0;
            }
            if row == row_of(RECIPIENT_ACCOUNT.last, LAST_STEP) && kind.has_recipient() {
                now.state_root = self.recipient_roots[1].0;
            }
            let slot = words.iter().find(|slot| group == RECIPIENT_LEAF && slot.step == step);
            if let Some(slot) = slot {
                let digest = self.take_word(row, &now, slot.word);
                if slot.present {
                    now.words_digest = digest;
                    let (y, z) = (now.words_evaluation, self.context.z1);
                    now.words_evaluation =
                        evaluate_word(Quadratic { 0: y }, slot.word, Quadratic { 0: z }).0;
                }
            }
            if row == row_of(RECIPIENT_LEAF, COUNT_STEP) {
                now.fee_accumulator += self.registers.fee_delta;
                now.counter += Goldilocks::from_bool(kind != Kind::Noop);
            }
        }
        rows
    }

    fn take_word(
        &mut self,
        row: usize,
        now: &RunningColumns<Goldilocks>,
        word: Word,
    ) -> [Goldilocks; 4] {
        let limbs = word.elements();
        let input = std::array::from_fn(|i| if i < 4 { now.words_digest[i] } else { limbs[i - 4] });
        let output = self.hashes.set(row, fresh_input(Domain::Word, input));
        std::array::from_fn(|i| output[i])
    }

    fn words(&self) -> [WordSlot; 3] {
        let operation = &self.operation;
        let present = words(operation);
        let word = |limbs| Word::new(limbs).expect("limbs have 62 bits");
        let [a0, a1, a2] = operation.address.limbs();
        let keys = operation.new_key.to_canonical().map(|element| element & LIMB_MAX);
        let empty = word([0; 4]);
        let address = word([a0, a1, a2, 0]);
        let key = word([keys[0], keys[1], keys[2], keys[3]]);
        let slot = |step, word, opcode_has: bool| WordSlot { step, word, present: opcode_has };
        let continued = operation.kind.opcode(operation.created).map(Opcode::continuations);
        let has = |continuation| continued.is_some_and(|words| words.contains(&continuation));
        [
            slot(HEAD_WORD_STEP, present.first().copied().unwrap_or(empty), !present.is_empty()),
            slot(ADDRESS_WORD_STEP, address, has(Continuation::Address)),
            slot(KEY_WORD_STEP, key, has(Continuation::Key)),
        ]
    }

    /// The digests that are held in a row.
    fn held(&self, row: usize) -> HeldColumns<Goldilocks> {
        let [before, between, after] = self.sender_token_roots;
        // the new digest changes one row after the old one, below the state leaves
        let below = |group: usize, side: usize| row > row_of(group, STATE_LEAF_STEPS[side]);
        let side = |side: usize| {
            if below(RECIPIENT_LEAF, side) {
                self.recipient_token_roots[side]
            } else if row >= RECIPIENT_ACCOUNT.first_row() {
                self.recipient_leaves[side]
            } else if below(SENDER_LEAF, side) {
                let old = if row < SENDER_FEE.first_row() { before } else { between };
                [old, after][side]
            } else {
                self.sender_leaves[side]
            }
        };
        HeldColumns { old: side(0).0, new: side(1).0 }
    }

    /// The balance at hand in a row.
    fn balance(&self, row: usize) -> BalanceColumns<Goldilocks> {
        let fee = Amount::of_fee(self.operation.fee_count, self.context.fee_unit);
        let amount = self.operation.amount;
        let Accesses { sender_token, sender_fee, recipient_token, .. } = &self.accesses;
        let (change, difference) = if row >= RECIPIENT_TOKEN.first_row() {
            (recipient_token, amount)
        } else if row >= SENDER_FEE.first_row() {
            (sender_fee, fee)
        } else if row >= SENDER_TOKEN.first_row() {
            (sender_token, amount)
        } else {
            let zero = [Goldilocks::ZERO; 4];
            return BalanceColumns { old: zero, new: zero, carry: [Goldilocks::ZERO; 3] };
        };
        let (old, new) = (change.opening.balance, change.after);
        let smaller = old.min(new);
        let carry = std::array::from_fn(|limb| {
            let below = (1 << (32 * (limb + 1))) - 1;
            let sum = (smaller.get() & below) + (difference.get() & below);
            Goldilocks::from_bool(sum > below)
        });
        BalanceColumns { old: old.elements(), new: new.elements(), carry }
    }

    fn narrow(&self) -> [[NarrowLaneColumns<Goldilocks>; BLOCK_ROWS]; 4] {
        let Accesses { sender_token, sender_fee, recipient_token, .. } = &self.accesses;
        let registers = &self.registers;
        let [fee_low, fee_high] = registers.fee_limbs;
        let small = [registers.fee_count, fee_low, fee_high, registers.margin];
        let zero = Goldilocks::ZERO;
        let indices = [registers.valid_until, registers.to, zero, zero];
        std::array::from_fn(|lane| {
            let windows = [
                (0, registers.amount[lane]),
                (2, small[lane]),
                (SENDER_TOKEN.first, sender_token.after.elements()[lane]),
                (SENDER_FEE.first, sender_fee.after.elements()[lane]),
                (9, indices[lane]),
                (RECIPIENT_TOKEN.first, recipient_token.after.elements()[lane]),
            ];
            let windows = windows.map(|(group, value)| Window {
                first_row: row_of(group, 0),
                bits: 32,
                value: value.to_canonical_u64(),
            });
            generate_narrow(&windows, &NARROW_ENDS.map(|group| row_of(group, LAST_STEP)))
        })
    }

    fn wide(&self) -> [[WideLaneColumns<Goldilocks>; BLOCK_ROWS]; 3] {
        let (key, address) = (self.registers.new_key, self.registers.address);
        let zero = Goldilocks::ZERO;
        let values = [
            [key[0], key[1], key[2]],
            [key[3], key[4], address[0]],
            [address[1], address[2], zero],
        ];
        std::array::from_fn(|lane| {
            let elements = values.map(|values| values[lane].to_canonical_u64());
            generate_wide(&WIDE_STARTS.map(|group| row_of(group, 0)), &elements)
        })
    }

    fn flags(&self, row: usize) -> FlagColumns<Goldilocks> {
        let kind = self.operation.kind;
        let is =
            |group, step, condition| Goldilocks::from_bool(row == row_of(group, step) && condition);
        let signed = kind.is_signed();
        let key_changes = kind == Kind::SetKey || kind == Kind::L1SetKey && self.operation.matched;
        let root_row = is(SENDER_ACCOUNT.last, LAST_STEP, kind.has_sender())
            + is(RECIPIENT_ACCOUNT.last, LAST_STEP, kind.has_recipient());
        let words = self.words();
        let word =
            words.iter().any(|slot| slot.present && row == row_of(RECIPIENT_LEAF, slot.step));
        FlagColumns {
            key_row: is(SENDER_LEAF, KEY_STEP, signed),
            challenge_row: is(RECIPIENT_LEAF, CHALLENGE_STEPS[0], signed),
            challenge_end_row: is(RECIPIENT_LEAF, CHALLENGE_STEPS[1], signed),
            word_row: Goldilocks::from_bool(word),
            root_row,
            existing_row: is(RECIPIENT_LEAF, IDENTITY_STEPS[0], !self.operation.created),
            key_change_row: is(SENDER_LEAF, IDENTITY_STEPS[0], key_changes),
        }
    }
}
