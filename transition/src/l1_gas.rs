//! How much gas a batch takes on L1 at most, for whoever seals it.
//!
//! A proof is for the whole batch: one that does not fit into a transaction of Ethereum never settles, and its money
//! stays where it is. So sealing stops before that.
//!
//! The constants are rounded up from what the contract's tests measure in the worst case and keep in
//! `l1-verifier/contracts/snapshots/kinds.json`: no byte of the words is zero, every owner had no credit before, every
//! entry of the queue is touched for the first time. Refunds count for nothing: a transaction's limit must cover them.

use crate::layout::Opcode;

/// The most gas of one transaction (EIP-7825).
pub const TRANSACTION_GAS_LIMIT: u64 = 1 << 24;

/// The most gas of a batch. A sixteenth of the limit is left: a batch settles minutes or days after it is sealed, gas
/// prices of instructions may have changed by then, and a node may add to its estimate.
pub const BATCH_GAS_LIMIT: u64 = TRANSACTION_GAS_LIMIT - TRANSACTION_GAS_LIMIT / 16;

/// What a batch takes beside its transactions: the proof's verification, the claim, the header, the first touch of the
/// queue, and memory for 4,096 words, whose price grows with the square (43,000).
const BESIDE: u64 = 340_000;

/// Bytes of a word, none of them zero: 16 gas each (EIP-2028).
const CALLDATA_OF_WORD: u64 = 31 * 16;

/// Where calldata is most of a transaction, each of these bytes costs 40 (EIP-7623).
const FLOOR_OF_WORD: u64 = 31 * 40;

/// The words of one opcode, executed and as calldata.
#[must_use]
pub const fn of_opcode(opcode: Opcode) -> u64 {
    let execution = match opcode {
        Opcode::Transfer => 275,
        Opcode::TransferNew => 1_550,
        Opcode::SetKey => 2_500,
        Opcode::CollectFee => 1_250,
        Opcode::Withdraw => 25_800,
        Opcode::Deposit => 7_100,
        Opcode::ForcedExit => 31_700,
        Opcode::L1SetKey => 8_600,
    };
    execution + calldata_of(opcode, CALLDATA_OF_WORD)
}

const fn calldata_of(opcode: Opcode, word: u64) -> u64 {
    // a transaction has one to three words
    opcode.word_count() as u64 * word
}

/// The gas of a batch, as a bound that grows with its transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GasBound {
    executed: u64,
    floor: u64,
}

impl Default for GasBound {
    fn default() -> Self {
        Self { executed: BESIDE, floor: BESIDE }
    }
}

impl GasBound {
    /// The bound of a batch of these transactions.
    #[must_use]
    pub fn of(opcodes: impl IntoIterator<Item = Opcode>) -> Self {
        let mut bound = Self::default();
        opcodes.into_iter().for_each(|opcode| bound.add(opcode));
        bound
    }

    /// Adds a transaction.
    pub fn add(&mut self, opcode: Opcode) {
        self.executed = self.executed.saturating_add(of_opcode(opcode));
        self.floor = self.floor.saturating_add(calldata_of(opcode, FLOOR_OF_WORD));
    }

    /// The most gas that the batch takes.
    #[must_use]
    pub fn gas(self) -> u64 {
        self.executed.max(self.floor)
    }

    /// Whether the batch fits into a transaction of Ethereum.
    #[must_use]
    pub fn fits(self) -> bool {
        self.gas() <= BATCH_GAS_LIMIT
    }
}

#[cfg(test)]
mod tests;
