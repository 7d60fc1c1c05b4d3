//! The permutation of every row, and the path that it stands on.

use starfold_primitives::poseidon::{Domain, RATE, WIDTH};
use starfold_primitives::{Digest, Field, Goldilocks};
use starfold_state::Account;

use crate::gadgets::poseidon::{self, PoseidonColumns};
use crate::transaction::columns::PathColumns;
use crate::transaction::schedule::{
    BLOCK_ROWS, HEADER_STEPS, IDENTITY_STEPS, STATE_LEAF_STEPS, STEPS, Section,
};

/// One row's permutation.
#[derive(Clone, Copy)]
pub(super) struct HashRow {
    pub(super) poseidon: PoseidonColumns<Goldilocks>,
    pub(super) output: [Goldilocks; WIDTH],
    pub(super) node: [Goldilocks; 4],
    pub(super) bit: bool,
    pub(super) index_rest: u32,
}

impl HashRow {
    fn new(state: [Goldilocks; WIDTH]) -> Self {
        let (poseidon, output) = poseidon::generate(state);
        let node = std::array::from_fn(|i| state[i]);
        Self { poseidon, output, node, bit: false, index_rest: 0 }
    }

    pub(super) fn digest(&self) -> Digest {
        Digest(std::array::from_fn(|i| self.output[i]))
    }

    pub(super) fn path(&self, previous_output: [Goldilocks; 4]) -> PathColumns<Goldilocks> {
        PathColumns {
            node: self.node,
            previous_output,
            bit: Goldilocks::from_bool(self.bit),
            index_rest: Goldilocks::from_canonical_u32(self.index_rest),
        }
    }
}

/// The permutations of a block, filled section by section; rows that nothing fills hash zeros.
pub(super) struct Hashes {
    pub(super) rows: Vec<HashRow>,
}

/// The state before a permutation of a fresh hash.
pub(super) fn fresh(domain: Domain, elements: [Goldilocks; RATE]) -> [Goldilocks; WIDTH] {
    let mut state = starfold_primitives::poseidon::initial_state(domain);
    state[..RATE].copy_from_slice(&elements);
    state
}

fn halves(left: Digest, right: Digest) -> [Goldilocks; RATE] {
    std::array::from_fn(|i| if i < 4 { left.0[i] } else { right.0[i - 4] })
}

impl Hashes {
    pub(super) fn new() -> Self {
        Self { rows: vec![HashRow::new([Goldilocks::ZERO; WIDTH]); BLOCK_ROWS] }
    }

    /// Fills one row and returns its output state.
    pub(super) fn set(&mut self, row: usize, state: [Goldilocks; WIDTH]) -> [Goldilocks; WIDTH] {
        self.rows[row] = HashRow::new(state);
        self.rows[row].output
    }

    /// Fills a path for the old and the new node at its bottom and returns both roots.
    pub(super) fn set_path(
        &mut self,
        section: Section,
        domain: Domain,
        index: u32,
        siblings: &[Digest],
        nodes: [Digest; 2],
    ) -> [Digest; 2] {
        let mut nodes = nodes;
        for (level, &sibling) in siblings.iter().enumerate() {
            let rest = index >> level;
            let bit = rest & 1 == 1;
            for (side, node) in nodes.iter_mut().enumerate() {
                let row = section.first_row() + 2 * level + side;
                let input = if bit { halves(sibling, *node) } else { halves(*node, sibling) };
                self.set(row, fresh(domain, input));
                let hashed = &mut self.rows[row];
                (hashed.node, hashed.bit, hashed.index_rest) = (node.0, bit, rest);
                *node = hashed.digest();
            }
        }
        nodes
    }

    /// Fills identity, header and state leaf of an account before and after, and returns the state leaves.
    pub(super) fn set_account(
        &mut self,
        group: usize,
        accounts: [&Account; 2],
        token_roots: [Digest; 2],
    ) -> [Digest; 2] {
        let row = |steps: [usize; 2], side: usize| group * STEPS + steps[side];
        std::array::from_fn(|side| {
            let account = accounts[side];
            let [k0, k1, k2, k3, k4] = account.key.elements();
            let [a0, a1, a2] = account.address.elements();
            let identity = [k0, k1, k2, k3, k4, a0, a1, a2];
            self.set(row(IDENTITY_STEPS, side), fresh(Domain::Identity, identity));
            let identity = self.rows[row(IDENTITY_STEPS, side)].digest();
            let zero = Goldilocks::ZERO;
            let header = halves(identity, Digest([account.nonce.element(), zero, zero, zero]));
            self.set(row(HEADER_STEPS, side), fresh(Domain::AccountHeader, header));
            let header = self.rows[row(HEADER_STEPS, side)].digest();
            let leaf_row = row(STATE_LEAF_STEPS, side);
            self.set(leaf_row, fresh(Domain::StateLeaf, halves(token_roots[side], header)));
            let hashed = &mut self.rows[leaf_row];
            (hashed.node, hashed.bit) = (header.0, true);
            hashed.digest()
        })
    }
}
