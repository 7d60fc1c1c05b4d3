//! The columns of the transaction AIR.

use crate::air::{Array, Cell, columns};
use crate::gadgets::path::PathColumns;
use crate::gadgets::poseidon::PoseidonColumns;
use crate::gadgets::range::{NarrowLaneColumns, WideLaneColumns};
use crate::gadgets::schedule::ScheduleColumns;
use crate::gadgets::schnorr::SignatureColumns;

use super::schedule::{GROUPS, STEPS};

columns! {
    /// A digest of the old tree and its like in the new one, held until they are needed.
    pub struct HeldColumns {
        /// Of the old tree.
        old: Array<Cell, 4>,
        /// Of the new tree.
        new: Array<Cell, 4>,
    }
}

columns! {
    /// The balance at the bottom of a token path, in 32-bit limbs, low first.
    pub struct BalanceColumns {
        /// Before.
        old: Array<Cell, 4>,
        /// After.
        new: Array<Cell, 4>,
        /// Borrow of a debit, carry of a credit, out of the limbs 0, 1, 2.
        carry: Array<Cell, 3>,
    }
}

columns! {
    /// What runs through the batch, as the boundary of a claim lists it.
    pub struct RunningColumns {
        /// Root of the account tree.
        state_root: Array<Cell, 4>,
        /// Digest D of the words.
        words_digest: Array<Cell, 4>,
        /// Value y1 of the words at z1.
        words_evaluation: Array<Cell, 2>,
        /// Fees not collected yet, in fee units.
        fee_accumulator: Cell,
        /// Transactions so far.
        counter: Cell,
    }
}

columns! {
    /// The kind of the transaction, one 1 or none.
    pub struct KindColumns {
        /// Signed transfer.
        transfer: Cell,
        /// Signed withdrawal.
        withdraw: Cell,
        /// Signed change of the key.
        set_key: Cell,
        /// The operator takes the fees.
        collect_fee: Cell,
        /// Deposit of the L1 queue.
        deposit: Cell,
        /// Forced exit of the L1 queue.
        forced_exit: Cell,
        /// Change of the key by the L1 queue.
        l1_set_key: Cell,
    }
}

columns! {
    /// The transaction, the same in all rows of the block.
    pub struct OperationColumns {
        /// What it is.
        kind: KindColumns<()>,
        /// Whether the recipient's account is created.
        created: Cell,
        /// Whether it is a transfer that creates the account.
        creating_transfer: Cell,
        /// Whether it is a forced exit whose address is the account's.
        exit_match: Cell,
        /// Whether it is an L1 change of the key whose address is the account's.
        key_match: Cell,
        /// Index of the sender.
        from: Cell,
        /// Index of the recipient.
        to: Cell,
        /// The recipient's index as the signer named it, or 2^32.
        named: Cell,
        /// The transferred token.
        token: Cell,
        /// The amount, four 32-bit limbs, low first.
        amount: Array<Cell, 4>,
        /// The fee, in fee units.
        fee_count: Cell,
        /// The fee in base units, limbs of 32 and 30 bits, low first.
        fee_limbs: Array<Cell, 2>,
        /// What the fee accumulator gains.
        fee_delta: Cell,
        /// The sender's nonce before.
        nonce: Cell,
        /// Last second at which the signature holds.
        valid_until: Cell,
        /// Seconds from the batch's timestamp to then.
        margin: Cell,
        /// The recipient's or L1 address, limbs of 62, 62, 36 bits, low first.
        address: Array<Cell, 3>,
        /// Inverse of the sum of the address's limbs.
        address_inverse: Cell,
        /// The sender account's address.
        sender_address: Array<Cell, 3>,
        /// Where an L1 operation does not match: coefficients that bring the difference of the addresses to 1.
        difference_inverse: Array<Cell, 3>,
        /// The new key.
        new_key: Array<Cell, 5>,
        /// The two highest bits of each element of the new key.
        key_high: Array<Cell, 5>,
        /// The 22 highest bits of `to`.
        to_high: Cell,
        /// The two highest bits of limb 0 of the amount.
        amount_0_high: Cell,
        /// The four highest bits of limb 2 of the amount.
        amount_2_high: Cell,
    }
}

columns! {
    /// 1 in single rows and under conditions, so that what holds there keeps degree 3.
    pub struct FlagColumns {
        /// The key row of a signed transaction.
        key_row: Cell,
        /// The first challenge row of a signed transaction.
        challenge_row: Cell,
        /// The last challenge row of a signed transaction.
        challenge_end_row: Cell,
        /// A row whose word the transaction has.
        word_row: Cell,
        /// The last row of an account path that moves the state root.
        root_row: Cell,
        /// The old identity of a recipient that exists.
        existing_row: Cell,
        /// The old identity of a sender whose key is replaced.
        key_change_row: Cell,
    }
}

columns! {
    /// A row of the trace.
    pub struct TransactionColumns {
        /// The permutation of the row.
        poseidon: PoseidonColumns<()>,
        /// The row's place in the block.
        schedule: ScheduleColumns<(), GROUPS, STEPS>,
        /// The Merkle path.
        path: PathColumns<()>,
        /// Digests between the sections.
        held: HeldColumns<()>,
        /// The balance of the token path.
        balance: BalanceColumns<()>,
        /// Range checks of 32 bits.
        narrow: Array<NarrowLaneColumns<()>, 4>,
        /// Range checks of 64 bits.
        wide: Array<WideLaneColumns<()>, 3>,
        /// The signature.
        signature: SignatureColumns<()>,
        /// Values that run through the batch.
        running: RunningColumns<()>,
        /// The transaction.
        operation: OperationColumns<()>,
        /// Flags of single rows.
        flags: FlagColumns<()>,
    }
}
