//! Which row of a block does what: 16 groups of 16 steps.

use starfold_primitives::signature::CHAIN_STEPS;

/// Rows of a block, one transaction.
pub const BLOCK_ROWS: usize = 256;
/// Groups of a block.
pub const GROUPS: usize = 16;
/// Steps of a group.
pub const STEPS: usize = 16;

/// A Merkle path: two rows a level, first of the old tree, then of the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its first group.
    pub first: usize,
    /// Its last group.
    pub last: usize,
}

impl Section {
    /// Its first row in the block.
    pub const fn first_row(self) -> usize {
        self.first * STEPS
    }

    /// The number of its levels.
    pub const fn levels(self) -> usize {
        (self.last + 1 - self.first) * STEPS / 2
    }
}

/// The sender's path in the account tree.
pub const SENDER_ACCOUNT: Section = Section { first: 0, last: 3 };
/// The group of the sender's identity, header and state leaf.
pub const SENDER_LEAF: usize = 4;
/// The sender's path to the transferred token.
pub const SENDER_TOKEN: Section = Section { first: 5, last: 6 };
/// The sender's path to the fee token.
pub const SENDER_FEE: Section = Section { first: 7, last: 8 };
/// The recipient's path in the account tree.
pub const RECIPIENT_ACCOUNT: Section = Section { first: 9, last: 12 };
/// The group of the recipient's identity, header and state leaf, and of message, challenge and words.
pub const RECIPIENT_LEAF: usize = 13;
/// The recipient's path to the transferred token.
pub const RECIPIENT_TOKEN: Section = Section { first: 14, last: 15 };

/// The paths in the account tree.
pub const ACCOUNT_SECTIONS: [Section; 2] = [SENDER_ACCOUNT, RECIPIENT_ACCOUNT];
/// The paths in token trees.
pub const TOKEN_SECTIONS: [Section; 3] = [SENDER_TOKEN, SENDER_FEE, RECIPIENT_TOKEN];
/// Every path.
pub const SECTIONS: [Section; 5] =
    [SENDER_ACCOUNT, SENDER_TOKEN, SENDER_FEE, RECIPIENT_ACCOUNT, RECIPIENT_TOKEN];
/// The groups of the account rows.
pub const LEAF_GROUPS: [usize; 2] = [SENDER_LEAF, RECIPIENT_LEAF];

/// The last step of a group.
pub const LAST_STEP: usize = STEPS - 1;

/// Step of the sender's leaf group: the root of the key's abscissa stands in its row.
pub const KEY_STEP: usize = 9;
/// Steps of both leaf groups: old and new identity.
pub const IDENTITY_STEPS: [usize; 2] = [10, 11];
/// Steps of both leaf groups: old and new account header.
pub const HEADER_STEPS: [usize; 2] = [12, 13];
/// Steps of both leaf groups: old and new state leaf.
pub const STATE_LEAF_STEPS: [usize; 2] = [14, 15];

/// Steps of the recipient's leaf group: the three permutations of the message.
pub const MESSAGE_STEPS: [usize; 3] = [0, 1, 2];
/// The two permutations of the challenge.
pub const CHALLENGE_STEPS: [usize; 2] = [3, 4];
/// The digest takes the head word.
pub const HEAD_WORD_STEP: usize = 5;
/// The digest takes the address word.
pub const ADDRESS_WORD_STEP: usize = 6;
/// The digest takes the key word.
pub const KEY_WORD_STEP: usize = 7;
/// The fee accumulator and the counter move after this row.
pub const COUNT_STEP: usize = 8;

/// The groups after whose last row a narrow lane begins a new window.
pub const NARROW_ENDS: [usize; 7] = [1, 4, 6, 8, 10, 13, 15];
/// The groups with which the wide lanes begin a window of four groups.
pub const WIDE_STARTS: [usize; 3] = [0, 5, 9];

const _: () = {
    assert!(GROUPS * STEPS == BLOCK_ROWS);
    assert!(SENDER_ACCOUNT.levels() == 32 && RECIPIENT_ACCOUNT.levels() == 32);
    assert!(SENDER_TOKEN.levels() == 16 && SENDER_FEE.levels() == 16);
    assert!(RECIPIENT_TOKEN.levels() == 16);
    // R is known once the scalar multiplication is done
    assert!(RECIPIENT_LEAF * STEPS >= CHAIN_STEPS);
};
