//! The columns of a swap, and which row of its block does what.

use std::ops::RangeInclusive;

use starfold_circuits::air::{Array, Cell, columns};
use starfold_circuits::gadgets::path::PathColumns;
use starfold_circuits::gadgets::poseidon::PoseidonColumns;
use starfold_circuits::gadgets::range::NarrowLaneColumns;
use starfold_circuits::gadgets::schedule::ScheduleColumns;
use starfold_circuits::gadgets::schnorr::SignatureColumns;
use starfold_circuits::transaction::{BalanceColumns, HeldColumns, RunningColumns};

/// Rows of a block, one swap.
pub(crate) const ROWS: usize = 512;
/// Rows of a group.
pub(crate) const STEPS: usize = 16;
/// The last step of a group.
pub(crate) const LAST: usize = STEPS - 1;

/// The account paths, of the trader and of the pool.
pub(crate) const ACCOUNTS: [RangeInclusive<usize>; 2] = [0..=3, 9..=12];
/// Groups of the accounts' own rows.
pub(crate) const LEAVES: [usize; 2] = [4, 13];
/// The paths to the token that the trader sells.
pub(crate) const SOLD: [RangeInclusive<usize>; 2] = [5..=6, 14..=15];
/// The paths to the token that the trader buys.
pub(crate) const BOUGHT: [RangeInclusive<usize>; 2] = [7..=8, 16..=17];
/// The group of the trader's own rows.
pub(crate) const TRADER: usize = LEAVES[0];
/// The group of the pool's own rows, and of message, challenge and words.
pub(crate) const POOL: usize = LEAVES[1];

/// Step of the trader's group: the root of the key's abscissa.
pub(crate) const KEY_STEP: usize = 9;
/// Old and new identity.
pub(crate) const IDENTITY: [usize; 2] = [10, 11];
/// Old and new header.
pub(crate) const HEADER: [usize; 2] = [12, 13];
/// Old and new state leaf.
pub(crate) const STATE_LEAF: [usize; 2] = [14, 15];
/// Steps of the pool's group: the order that is signed.
pub(crate) const MESSAGE: [usize; 3] = [0, 1, 2];
/// The two permutations of the challenge.
pub(crate) const CHALLENGE: [usize; 2] = [3, 4];
/// The words of the two transfers.
pub(crate) const WORDS: [usize; 2] = [5, 6];
/// The counter moves after this row.
pub(crate) const COUNT_STEP: usize = 8;

/// The groups after whose last row the range checks begin anew. Groups 4 and 13 stand alone, so that the windows of the new
/// balances lie beside their paths.
pub(crate) const WINDOW_ENDS: [usize; 17] =
    [1, 3, 4, 6, 8, 10, 12, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31];
/// The group in whose last row the price is checked: there the pool's new reserve is at hand.
pub(crate) const PRICE: usize = *BOUGHT[1].start();

columns! {
    /// An amount that is published, four 32-bit limbs, low first.
    pub struct PublishedAmount {
        /// The limbs.
        limbs: Array<Cell, 4>,
        /// The upper 16 bits of each.
        upper: Array<Cell, 4>,
        /// The two highest bits of limb 0.
        limb_0_high: Cell,
        /// The four highest bits of limb 2.
        limb_2_high: Cell,
    }
}

columns! {
    /// The order, the same in all rows of the block.
    pub struct OrderColumns {
        /// Whether there is one, or the block is padding.
        present: Cell,
        /// Whether the second of the pool's tokens is sold.
        sells_second: Cell,
        /// Index of the trader's account.
        trader: Cell,
        /// Its 22 highest bits.
        trader_high: Cell,
        /// Index of the pool's account.
        pool: Cell,
        /// Its 22 highest bits.
        pool_high: Cell,
        /// What the trader pays.
        sold: PublishedAmount<()>,
        /// What the trader gets.
        bought: PublishedAmount<()>,
        /// What the trader wants at least.
        least: Array<Cell, 4>,
        /// What the trader gets beyond that.
        more: Array<Cell, 4>,
        /// Borrows of `bought - more`.
        borrow: Array<Cell, 3>,
        /// The trader's nonce.
        nonce: Cell,
        /// Last second at which the order holds.
        valid_until: Cell,
        /// Seconds from the batch's timestamp to then.
        margin: Cell,
    }
}

columns! {
    /// The price, the same in all rows of the block. See [`price`](crate::price).
    pub struct PriceColumns {
        /// What the pool had of the token that it takes, four 32-bit limbs.
        reserve: Array<Cell, 4>,
        /// The upper 16 bits of each.
        reserve_upper: Array<Cell, 4>,
        /// Inverse of the sum of the limbs.
        reserve_inverse: Cell,
        /// What rounding leaves to the pool.
        remainder: Array<Cell, 4>,
        /// What is missing to one unit more.
        shortfall: Array<Cell, 4>,
        /// Carries of the product, each plus 2^31.
        product_carry: Array<Cell, 7>,
        /// Carries of the bound, each plus 2^31.
        bound_carry: Array<Cell, 3>,
    }
}

columns! {
    /// 1 in single rows of a block that holds an order, which keeps degree 3.
    pub struct FlagColumns {
        /// The row before the trader's key.
        key_row: Cell,
        /// The first row of the challenge.
        challenge_row: Cell,
        /// The last row of the challenge.
        challenge_end_row: Cell,
        /// The row of a word.
        word_row: Cell,
        /// The last row of an account path.
        root_row: Cell,
        /// The row of the pool's old identity.
        pool_row: Cell,
        /// The row in which the price is checked.
        price_row: Cell,
    }
}

columns! {
    /// A row of the trace.
    pub struct SwapColumns {
        /// The permutation of the row.
        poseidon: PoseidonColumns<()>,
        /// The row's place in the block.
        schedule: ScheduleColumns<(), 32, 16>,
        /// The Merkle path.
        path: PathColumns<()>,
        /// Digests between the paths.
        held: HeldColumns<()>,
        /// The balance of the token path.
        balance: BalanceColumns<()>,
        /// Range checks of 32 bits.
        narrow: Array<NarrowLaneColumns<()>, 4>,
        /// The signature.
        signature: SignatureColumns<()>,
        /// What runs through the batch.
        running: RunningColumns<()>,
        /// The order.
        order: OrderColumns<()>,
        /// The price.
        price: PriceColumns<()>,
        /// Flags of single rows.
        flags: FlagColumns<()>,
    }
}
