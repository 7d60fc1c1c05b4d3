//! The permutation of every row, and the path that it stands on.

use starfold_primitives::poseidon::{Domain, WIDTH};
use starfold_primitives::{Digest, Field, Goldilocks};
use starfold_state::Account;

use crate::gadgets::path::{self, HashRow};
use crate::gadgets::poseidon::{fresh_input, pair};
use crate::transaction::schedule::{
    BLOCK_ROWS, HEADER_STEPS, IDENTITY_STEPS, STATE_LEAF_STEPS, STEPS, Section,
};

/// The permutations of a block, filled section by section; rows that nothing fills hash zeros.
pub(super) struct Hashes {
    pub(super) rows: Vec<HashRow>,
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
        let first = section.first_row();
        let rows = &mut self.rows[first..first + 2 * siblings.len()];
        path::fill(rows, domain, u64::from(index), siblings, nodes)
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
            self.set(row(IDENTITY_STEPS, side), fresh_input(Domain::Identity, identity));
            let identity = self.rows[row(IDENTITY_STEPS, side)].digest();
            let zero = Goldilocks::ZERO;
            let header = pair(identity, Digest([account.nonce.element(), zero, zero, zero]));
            self.set(row(HEADER_STEPS, side), fresh_input(Domain::AccountHeader, header));
            let header = self.rows[row(HEADER_STEPS, side)].digest();
            let leaf_row = row(STATE_LEAF_STEPS, side);
            self.set(leaf_row, fresh_input(Domain::StateLeaf, pair(token_roots[side], header)));
            let hashed = &mut self.rows[leaf_row];
            (hashed.node, hashed.bit) = (header, true);
            hashed.digest()
        })
    }
}
