//! Permutations, sponges and paths.

use crate::transaction::schedule::*;

use super::super::fixture::Case::*;
use super::super::forgery::{Forgery, ONE, TWO, ZERO, field, row_of};
use super::{Negative, among, exactly};

/// Changes the sibling at the top of a token path; one of the state leaves keeps the token root that it had.
fn token_root(f: &mut Forgery, section: Section, step: usize) {
    let kept = f.at(13, step).poseidon.input;
    f.change_sibling(section, 15);
    f.rehash();
    f.at(13, step).poseidon.input[..4].copy_from_slice(&kept[..4]);
    f.rehash_above_leaves();
}

pub(super) const NEGATIVES: &[Negative] = &[
    exactly("an S-box cubes its input", Noop, |f| {
        // the seventh power takes the square of the cube
        let cube = &mut f.at(0, 0).poseidon.first_full[0][0].cube;
        *cube = ZERO - *cube;
    }),
    exactly("an S-box raises its input to 7", Noop, |f| {
        f.at(4, 0).poseidon.last_full[3][11].seventh += ONE;
        f.tell_next(row_of(4, 0));
    }),
    exactly("the capacity holds the tag of the domain", Noop, |f| {
        f.at(4, 0).poseidon.input[8] = ONE;
        f.rehash();
    }),
    exactly("the capacity holds nothing else", Noop, |f| {
        f.at(3, 15).poseidon.input[11] = ONE;
        f.rehash();
    }),
    exactly("a long hash goes on with its capacity", Noop, |f| {
        f.at(13, 4).poseidon.input[8] += ONE;
        f.hash(row_of(13, 4));
    }),
    exactly("the message is the transaction", Noop, |f| {
        f.at(13, 0).poseidon.input[1] += ONE;
        f.rehash();
    }),
    exactly("the challenge takes elements 0 to 2 of the message", Noop, |f| {
        f.at(13, 3).poseidon.input[7] += ONE;
        f.hash(row_of(13, 3));
    }),
    exactly("the challenge takes element 3 of the message", Noop, |f| {
        f.at(13, 4).poseidon.input[0] += ONE;
        f.hash(row_of(13, 4));
    }),
    exactly("the challenge is filled up with zeros", Noop, |f| {
        f.at(13, 4).poseidon.input[7] += ONE;
        f.hash(row_of(13, 4));
    }),
    exactly("the challenge is the hash", Transfer, |f| {
        f.claim.context[0] += ONE;
        f.settle();
    }),
    exactly("a node is the left or the right one", Noop, |f| f.at(4, 0).path.bit = TWO),
    exactly("the permutation takes node and sibling", Noop, |f| f.at(4, 0).path.node[0] = ONE),
    exactly("old and new path have the same sibling", Noop, |f| {
        f.at(3, 15).poseidon.input[4] += ONE;
        f.hash(row_of(3, 15));
    }),
    exactly("old and new path take the same turn", Noop, |f| {
        let row = f.at(3, 15);
        (row.path.bit, row.path.index_rest) = (ONE, ONE);
        row.poseidon.input[..8].rotate_left(4);
        f.hash(row_of(3, 15));
    }),
    // what stands beside the identity is the nonce, then zeros: nothing else can hold a digest
    among("a header begins with the identity", Noop, |f| f.at(13, 12).path.bit = ONE),
    exactly("a state leaf ends with the header", Noop, |f| {
        let row = f.at(4, 14);
        row.path.bit = ZERO;
        row.poseidon.input[..8].rotate_left(4);
        let leaf = f.hash(row_of(4, 14));
        f.between((0, 0), (4, 14), |row| row.held.old = leaf);
        f.path_side(SENDER_ACCOUNT, 0, leaf, None);
    }),
    exactly("the sender's path begins at from", Noop, |f| {
        f.index(SENDER_ACCOUNT, 6);
        f.rehash();
    }),
    exactly("the recipient's path begins at to", Noop, |f| {
        f.index(RECIPIENT_ACCOUNT, 6);
        f.rehash();
    }),
    exactly("a token path begins at the token", Noop, |f| {
        f.index(SENDER_TOKEN, 6);
        f.rehash();
    }),
    exactly("the fee path begins at the fee token", Noop, |f| {
        f.index(SENDER_FEE, 6);
        f.rehash();
    }),
    exactly("a level takes one bit of the index", Noop, |f| {
        for step in [14, 15] {
            let path = &mut f.at(3, step).path;
            (path.bit, path.index_rest) = (ONE, ONE);
        }
        f.rehash();
    }),
    exactly("no bit of the index is left at the root", ForcedExitUnmatched, |f| {
        f.operation(|operation| operation.from += field(1 << 32));
        for level in 0..32 {
            for side in 0..2 {
                f.rows[2 * level + side].path.index_rest += field(1 << (32 - level));
            }
        }
        f.derive_message();
        f.derive_words();
        f.rehash();
    }),
    exactly("off the paths no index is left", Noop, |f| f.at(4, 0).path.index_rest = ONE),
    exactly("the first row follows no other", Noop, |f| f.at(0, 0).path.previous_output[0] = ONE),
    exactly("the next row knows this row's output", Noop, |f| {
        f.at(4, 5).path.previous_output[0] += ONE;
    }),
    exactly("the output of a level is the node of the next", Noop, |f| {
        f.at(3, 15).poseidon.input[0] += ONE;
        f.hash(row_of(3, 15));
    }),
    exactly("the held old digest stays", Noop, |f| {
        f.between((1, 0), (3, 15), |row| row.held.old[0] += ONE);
    }),
    exactly("below the old leaf: its tokens", Noop, |f| {
        f.at(4, 14).poseidon.input[0] += ONE;
        f.rehash_above_leaves();
        f.between((4, 15), (6, 15), |row| row.held.old[0] -= ONE);
    }),
    exactly("the fee is taken after the amount", Noop, |f| {
        f.change_sibling(SENDER_FEE, 15);
        f.rehash();
        let old_root = f.digest(row_of(8, 14));
        f.between((7, 0), (8, 15), |row| row.held.old = old_root);
    }),
    exactly("the held new digest stays", Noop, |f| {
        f.between((1, 0), (3, 15), |row| row.held.new[0] += ONE);
    }),
    exactly("below the new leaf: its tokens", Noop, |f| {
        f.at(4, 15).poseidon.input[0] += ONE;
        f.rehash_above_leaves();
        f.between((5, 0), (8, 15), |row| row.held.new[0] -= ONE);
    }),
    exactly("an old account path begins at the old leaf", Noop, |f| {
        f.path_side(SENDER_ACCOUNT, 0, [ONE; 4], None);
    }),
    exactly("a new account path begins at the new leaf", Noop, |f| {
        f.path_side(RECIPIENT_ACCOUNT, 1, [ONE; 4], None);
    }),
    exactly("the old state leaf is the held one", Noop, |f| {
        f.between((0, 0), (4, 14), |row| row.held.old = [ONE; 4]);
        f.path_side(SENDER_ACCOUNT, 0, [ONE; 4], None);
    }),
    exactly("the new state leaf is the held one", Noop, |f| {
        f.between((0, 0), (4, 15), |row| row.held.new = [ONE; 4]);
        f.path_side(SENDER_ACCOUNT, 1, [ONE; 4], None);
    }),
    exactly("an old token path ends at the held root", Noop, |f| {
        token_root(f, RECIPIENT_TOKEN, 14);
    }),
    exactly("a new token path ends at the held root", Noop, |f| {
        token_root(f, RECIPIENT_TOKEN, 15);
    }),
];
