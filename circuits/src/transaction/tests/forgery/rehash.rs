//! Everything that follows from hashing.

use plonky2::hash::poseidon::Poseidon;
use starfold_primitives::poseidon::{RATE, WIDTH};
use starfold_primitives::{Field, Goldilocks, PrimeField64};

use crate::gadgets::poseidon;
use crate::transaction::columns::HeldColumns;
use crate::transaction::schedule::*;

use super::{Forgery, ONE, ZERO, row_of};

type Digest = [Goldilocks; 4];

/// The level at which two paths part, from which on they share their nodes.
fn parting(left: Goldilocks, right: Goldilocks) -> Option<usize> {
    (left.to_canonical_u64() ^ right.to_canonical_u64()).checked_ilog2().map(|level| level as usize)
}

fn quadratic(a: [Goldilocks; 2], b: [Goldilocks; 2]) -> [Goldilocks; 2] {
    [a[0] * b[0] + Goldilocks::from_canonical_u64(7) * a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

impl Forgery {
    /// Derives the registers' cells and hashes, in trees that hold what the paths say.
    pub(in super::super) fn settle(&mut self) {
        self.derive();
        self.rehash();
        let operation = self.registers();
        let (token, fee_token) = (operation.token, self.claim.context[6]);
        self.meet(SENDER_TOKEN, SENDER_FEE, parting(token, fee_token));
        if self.opens_both() {
            self.meet(SENDER_ACCOUNT, RECIPIENT_ACCOUNT, parting(operation.from, operation.to));
        }
        self.rehash();
    }

    /// Whether both account paths move the state root.
    fn opens_both(&self) -> bool {
        let moves = |section: Section| self.rows[row_of(section.last, LAST_STEP)].flags.root_row;
        moves(SENDER_ACCOUNT) == ONE && moves(RECIPIENT_ACCOUNT) == ONE
    }

    /// Lets two paths run in one tree: they part at a level, or are the same.
    fn meet(&mut self, first: Section, second: Section, level: Option<usize>) {
        let row = |section: Section, level: usize| section.first_row() + 2 * level;
        let Some(parting) = level else {
            for level in 0..first.levels() {
                let sibling = self.sibling(row(first, level));
                self.set_siblings(row(second, level), sibling);
            }
            return;
        };
        let node = self.rows[row(second, parting)].path.node;
        self.set_siblings(row(first, parting), node);
        for level in parting + 1..first.levels() {
            let sibling = self.sibling(row(second, level));
            self.set_siblings(row(first, level), sibling);
        }
    }

    fn set_siblings(&mut self, row: usize, sibling: Digest) {
        for columns in &mut self.rows[row..row + 2] {
            let from = if columns.path.bit == ONE { 0 } else { 4 };
            columns.poseidon.input[from..from + 4].copy_from_slice(&sibling);
        }
    }

    /// The output of a row's permutation, from its last S-boxes.
    pub(in super::super) fn output(&self, row: usize) -> [Goldilocks; WIDTH] {
        let last = self.rows[row].poseidon.last_full.last().expect("there are full rounds");
        Goldilocks::mds_layer(&last.map(|sbox| sbox.seventh))
    }

    pub(in super::super) fn digest(&self, row: usize) -> Digest {
        let output = self.output(row);
        std::array::from_fn(|i| output[i])
    }

    fn left(&self, group: usize, step: usize) -> Digest {
        let input = self.rows[row_of(group, step)].poseidon.input;
        std::array::from_fn(|i| input[i])
    }

    /// Permutes a row's input; the next row knows the output and goes on with the capacity where the hash is long.
    pub(in super::super) fn hash(&mut self, row: usize) -> Digest {
        let hashed = &mut self.rows[row];
        let input = hashed.poseidon.input;
        hashed.poseidon = poseidon::generate(input).0;
        let from = if hashed.path.bit == ONE { 4 } else { 0 };
        hashed.path.node = std::array::from_fn(|i| input[from + i]);
        self.tell_next(row);
        let (group, step) = (row / STEPS, row % STEPS);
        let continued = [MESSAGE_STEPS[0], MESSAGE_STEPS[1], CHALLENGE_STEPS[0]];
        if group == RECIPIENT_LEAF && continued.contains(&step) {
            let output = self.output(row);
            self.rows[row + 1].poseidon.input[RATE..].copy_from_slice(&output[RATE..]);
            self.hash(row + 1);
        }
        self.digest(row)
    }

    /// The next row knows this row's output.
    pub(in super::super) fn tell_next(&mut self, row: usize) {
        let digest = self.digest(row);
        if let Some(next) = self.rows.get_mut(row + 1) {
            next.path.previous_output = digest;
        }
    }

    pub(in super::super) fn sibling(&self, row: usize) -> Digest {
        let row = &self.rows[row];
        let (input, node) = (row.poseidon.input, row.path.node);
        std::array::from_fn(|i| input[i] + input[4 + i] - node[i])
    }

    /// Puts a node and a sibling into a row of a path and hashes it.
    fn level(&mut self, row: usize, node: Digest, sibling: Digest) -> Digest {
        let columns = &mut self.rows[row];
        let [left, right] = if columns.path.bit == ONE { [sibling, node] } else { [node, sibling] };
        columns.poseidon.input[..4].copy_from_slice(&left);
        columns.poseidon.input[4..8].copy_from_slice(&right);
        self.hash(row)
    }

    /// Hashes one side of a path upwards from a node; `replaced` is the sibling of a level.
    pub(in super::super) fn path_side(
        &mut self,
        section: Section,
        side: usize,
        node: Digest,
        replaced: Option<(usize, Digest)>,
    ) -> Digest {
        (0..section.levels()).fold(node, |node, level| {
            let row = section.first_row() + 2 * level + side;
            let sibling = match replaced {
                Some((at, sibling)) if at == level => sibling,
                _ => self.sibling(row),
            };
            self.level(row, node, sibling)
        })
    }

    fn path(&mut self, section: Section, nodes: [Digest; 2], replaced: Option<(usize, Digest)>) {
        for (side, node) in nodes.into_iter().enumerate() {
            self.path_side(section, side, node, replaced);
        }
    }

    /// Adds 1 to the sibling of a level.
    pub(in super::super) fn change_sibling(&mut self, section: Section, level: usize) {
        for row in [2 * level, 2 * level + 1].map(|row| section.first_row() + row) {
            let from = if self.rows[row].path.bit == ONE { 0 } else { 4 };
            self.rows[row].poseidon.input[from] += ONE;
        }
    }

    /// The root of a path's side.
    fn root(&self, section: Section, side: usize) -> Digest {
        self.digest(row_of(section.last, STEPS - 2 + side))
    }

    /// Hashes everything.
    pub(in super::super) fn rehash(&mut self) {
        for row in 0..BLOCK_ROWS {
            let path_ends = SECTIONS.iter().any(|s| (s.first..=s.last).contains(&(row / STEPS)));
            if !path_ends {
                self.hash(row);
            }
        }
        let balances = |forgery: &Self, section: Section| {
            let balance = forgery.rows[section.first_row()].balance;
            [balance.old, balance.new]
        };
        self.path(SENDER_TOKEN, balances(self, SENDER_TOKEN), None);
        let fee_token = self.claim.context[6];
        let replaced = parting(self.registers().token, fee_token).map(|level| {
            let new_side = SENDER_TOKEN.first_row() + 2 * level + 1;
            (level, self.rows[new_side].path.node)
        });
        self.path(SENDER_FEE, balances(self, SENDER_FEE), replaced);
        self.path(RECIPIENT_TOKEN, balances(self, RECIPIENT_TOKEN), None);
        self.rehash_above_tokens();
    }

    /// Hashes accounts, account paths and texts; the token paths stay.
    pub(in super::super) fn rehash_above_tokens(&mut self) {
        let sender = [self.root(SENDER_TOKEN, 0), self.root(SENDER_FEE, 1)];
        let recipient = [self.root(RECIPIENT_TOKEN, 0), self.root(RECIPIENT_TOKEN, 1)];
        for (group, roots) in LEAF_GROUPS.into_iter().zip([sender, recipient]) {
            for (side, root) in roots.into_iter().enumerate() {
                let identity = self.hash(row_of(group, IDENTITY_STEPS[side]));
                let header = row_of(group, HEADER_STEPS[side]);
                self.rows[header].poseidon.input[..4].copy_from_slice(&identity);
                let header = self.hash(header);
                let leaf = row_of(group, STATE_LEAF_STEPS[side]);
                self.rows[leaf].poseidon.input[..4].copy_from_slice(&root);
                self.rows[leaf].poseidon.input[4..8].copy_from_slice(&header);
                self.hash(leaf);
            }
        }
        self.rehash_above_leaves();
    }

    fn leaves(&mut self, group: usize) -> [Digest; 2] {
        STATE_LEAF_STEPS.map(|step| self.hash(row_of(group, step)))
    }

    /// Hashes account paths and texts; the state leaves' inputs stay.
    pub(in super::super) fn rehash_above_leaves(&mut self) {
        let [sender, recipient] = LEAF_GROUPS.map(|group| self.leaves(group));
        self.path(SENDER_ACCOUNT, sender, None);
        let both = self.opens_both();
        let operation = self.registers();
        let replaced = parting(operation.from, operation.to).filter(|_| both).map(|level| {
            let new_side = SENDER_ACCOUNT.first_row() + 2 * level + 1;
            (level, self.rows[new_side].path.node)
        });
        self.path(RECIPIENT_ACCOUNT, recipient, replaced);
        self.rehash_texts();
    }

    /// Hashes message, challenge and words, and lets the values run through the block.
    pub(in super::super) fn rehash_texts(&mut self) {
        self.hash(row_of(RECIPIENT_LEAF, MESSAGE_STEPS[0]));
        let [m0, m1, m2, m3] = self.digest(row_of(RECIPIENT_LEAF, MESSAGE_STEPS[2]));
        let [first, last] = CHALLENGE_STEPS;
        self.at(RECIPIENT_LEAF, first).poseidon.input[5..8].copy_from_slice(&[m0, m1, m2]);
        self.at(RECIPIENT_LEAF, last).poseidon.input[0] = m3;
        self.hash(row_of(RECIPIENT_LEAF, first));
        self.run();
        self.hold();
        self.claim_follows();
    }

    /// Lets the values run from the first row's.
    fn run(&mut self) {
        let operation = self.registers();
        let kind = operation.kind;
        let signed = kind.transfer + kind.withdraw + kind.set_key;
        let any = signed + kind.collect_fee + kind.deposit + kind.forced_exit + kind.l1_set_key;
        let z = [self.claim.context[8], self.claim.context[9]];
        let mut now = self.rows[0].running;
        for row in 0..BLOCK_ROWS {
            self.rows[row].running = now;
            let (group, step) = (row / STEPS, row % STEPS);
            if self.rows[row].flags.root_row == ONE {
                now.state_root = self.digest(row);
            }
            if group == RECIPIENT_LEAF && (HEAD_WORD_STEP..=KEY_WORD_STEP).contains(&step) {
                self.rows[row].poseidon.input[..4].copy_from_slice(&now.words_digest);
                let digest = self.hash(row);
                if self.rows[row].flags.word_row == ONE {
                    let limbs: Digest =
                        std::array::from_fn(|i| self.rows[row].poseidon.input[4 + i]);
                    now.words_digest = digest;
                    let [y0, y1] = quadratic(now.words_evaluation, z);
                    let [y0, y1] = quadratic([y0 + limbs[0], y1 + limbs[1]], z);
                    now.words_evaluation = [y0 + limbs[2], y1 + limbs[3]];
                }
            }
            if (group, step) == (RECIPIENT_LEAF, COUNT_STEP) {
                now.fee_accumulator += operation.fee_delta;
                now.counter += any;
            }
        }
    }

    fn hold(&mut self) {
        let [sender, recipient] =
            LEAF_GROUPS.map(|group| STATE_LEAF_STEPS.map(|step| self.digest(row_of(group, step))));
        let [below_sender, below_recipient] =
            LEAF_GROUPS.map(|group| STATE_LEAF_STEPS.map(|step| self.left(group, step)));
        let between = self.root(SENDER_TOKEN, 1);
        for row in 0..BLOCK_ROWS {
            let side = |side: usize| {
                if row > row_of(RECIPIENT_LEAF, STATE_LEAF_STEPS[side]) {
                    below_recipient[side]
                } else if row >= RECIPIENT_ACCOUNT.first_row() {
                    recipient[side]
                } else if side == 0 && row >= SENDER_FEE.first_row() {
                    between
                } else if row > row_of(SENDER_LEAF, STATE_LEAF_STEPS[side]) {
                    below_sender[side]
                } else {
                    sender[side]
                }
            };
            self.rows[row].held = HeldColumns { old: side(0), new: side(1) };
        }
    }

    /// Lets the block enter with the root that its first account path leads to.
    pub(in super::super) fn adopt_root(&mut self) {
        let moves = self.rows[row_of(SENDER_ACCOUNT.last, LAST_STEP)].flags.root_row;
        let section = if moves == ZERO { RECIPIENT_ACCOUNT } else { SENDER_ACCOUNT };
        self.rows[0].running.state_root = self.root(section, 0);
        self.rehash_texts();
    }
}
