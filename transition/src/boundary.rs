//! The built-in rollup's claim: its context and its boundaries (section 6 of the protocol).

use serde::{Deserialize, Serialize};
use starfold_primitives::claim::{BOUNDARY_LEN, CONTEXT_LEN, ClaimPart};
use starfold_primitives::quantities::{
    Address, BatchNumber, ChainId, FeeCount, FeeUnit, Timestamp, TokenId,
};
use starfold_primitives::word::{Quadratic, Word, absorb, evaluate_word};
use starfold_primitives::{Claim, Digest, Field, Goldilocks};

use crate::claim_layout::{boundary, context};
use crate::kind::Kind;
use crate::operation::Operation;
use crate::words::words;

/// What never changes in the life of a rollup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The chain of the contract.
    pub chain_id: ChainId,
    /// The contract's address.
    pub contract: Address,
    /// The token in which fees are paid.
    pub fee_token: TokenId,
    /// Base units of the fee token in one fee unit.
    pub fee_unit: FeeUnit,
}

/// What holds throughout a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The chain of the contract.
    pub chain_id: ChainId,
    /// The contract's address.
    pub contract: Address,
    /// The number of the batch.
    pub batch: BatchNumber,
    /// The time of the batch, which no signed transaction's expiry precedes.
    pub timestamp: Timestamp,
    /// The token in which fees are paid.
    pub fee_token: TokenId,
    /// Base units of the fee token in one fee unit.
    pub fee_unit: FeeUnit,
    /// The point at which the words are evaluated, constant coefficient first.
    pub z1: [Goldilocks; 2],
}

impl Context {
    /// The context of a batch; `z1` depends on the batch's words.
    #[must_use]
    pub fn new(
        parameters: &Parameters,
        batch: BatchNumber,
        timestamp: Timestamp,
        z1: [Goldilocks; 2],
    ) -> Self {
        let Parameters { chain_id, contract, fee_token, fee_unit } = *parameters;
        Self { chain_id, contract, batch, timestamp, fee_token, fee_unit, z1 }
    }

    /// The rollup's parameters.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        let Self { chain_id, contract, fee_token, fee_unit, .. } = *self;
        Parameters { chain_id, contract, fee_token, fee_unit }
    }

    /// `chain id, contract 3, batch number, timestamp, fee token, fee unit, z1 2, zeros 2`.
    #[must_use]
    pub fn to_elements(&self) -> [Goldilocks; CONTEXT_LEN] {
        let mut elements = [Goldilocks::ZERO; CONTEXT_LEN];
        context::CHAIN_ID.write(&mut elements, [self.chain_id.element()]);
        context::CONTRACT.write(&mut elements, self.contract.elements());
        context::BATCH.write(&mut elements, [self.batch.element()]);
        context::TIMESTAMP.write(&mut elements, [self.timestamp.element()]);
        context::FEE_TOKEN.write(&mut elements, [self.fee_token.element()]);
        context::FEE_UNIT.write(&mut elements, [self.fee_unit.element()]);
        context::WORDS_POINT.write(&mut elements, self.z1);
        elements
    }
}

/// Where a batch stands between two transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boundary {
    /// The root of the account tree.
    pub state_root: Digest,
    /// The digest D of the words so far.
    pub words_digest: Digest,
    /// The value y1 at z1 of the polynomial whose coefficients are the words so far.
    pub words_evaluation: [Goldilocks; 2],
    /// The fees taken and not yet collected, in fee units.
    pub fee_accumulator: FeeCount,
    /// The transactions so far that are not Noops.
    pub counter: u32,
}

impl Boundary {
    /// How every batch begins: no words, no fees, no transactions.
    #[must_use]
    pub fn opening(state_root: Digest) -> Self {
        Self {
            state_root,
            words_digest: Digest::ZERO,
            words_evaluation: [Goldilocks::ONE, Goldilocks::ZERO],
            fee_accumulator: FeeCount::ZERO,
            counter: 0,
        }
    }

    /// The digest and evaluation after further words; the rest is unchanged.
    #[must_use]
    pub fn after_words(mut self, words: &[Word], z1: [Goldilocks; 2]) -> Self {
        let point = Quadratic { 0: z1 };
        let mut evaluation = Quadratic { 0: self.words_evaluation };
        for &word in words {
            self.words_digest = absorb(self.words_digest, word);
            evaluation = evaluate_word(evaluation, word, point);
        }
        self.words_evaluation = evaluation.0;
        self
    }

    /// The boundary after an operation that leads to `state_root`; none where the fees reach 2^32.
    ///
    /// A signed kind adds its fee, CollectFee empties the accumulator, a Noop changes nothing here.
    #[must_use]
    pub fn after(
        &self,
        operation: &Operation,
        state_root: Digest,
        z1: [Goldilocks; 2],
    ) -> Option<Self> {
        let fees = match operation.kind {
            Kind::CollectFee => 0,
            _ => self.fee_accumulator.get().checked_add(operation.fee_count.get())?,
        };
        let mut after = self.after_words(&words(operation), z1);
        after.state_root = state_root;
        after.fee_accumulator = FeeCount::new(fees).ok()?;
        after.counter = after.counter.checked_add(u32::from(operation.kind != Kind::Noop))?;
        Some(after)
    }

    /// `state root 4, D 4, y1 2, fee accumulator, counter, zeros 4`.
    #[must_use]
    pub fn to_elements(&self) -> [Goldilocks; BOUNDARY_LEN] {
        let mut elements = [Goldilocks::ZERO; BOUNDARY_LEN];
        boundary::STATE_ROOT.write(&mut elements, self.state_root.0);
        boundary::WORDS_DIGEST.write(&mut elements, self.words_digest.0);
        boundary::WORDS_EVALUATION.write(&mut elements, self.words_evaluation);
        boundary::FEE_ACCUMULATOR.write(&mut elements, [self.fee_accumulator.element()]);
        boundary::COUNTER.write(&mut elements, [Goldilocks::from_canonical_u32(self.counter)]);
        elements
    }
}

impl ClaimPart<CONTEXT_LEN> for Context {
    fn to_elements(&self) -> [Goldilocks; CONTEXT_LEN] {
        Self::to_elements(self)
    }
}

impl ClaimPart<BOUNDARY_LEN> for Boundary {
    fn to_elements(&self) -> [Goldilocks; BOUNDARY_LEN] {
        Self::to_elements(self)
    }
}

/// The claim that `context` leads from `entry` to `exit`.
#[must_use]
pub fn claim(context: &Context, entry: &Boundary, exit: &Boundary) -> Claim<Goldilocks> {
    Claim::between(context, entry, exit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use starfold_primitives::word::{evaluate_words, words_digest};

    #[test]
    fn words_come_one_after_another_and_change_nothing_else() {
        let limbs = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]];
        let words = limbs.map(|limbs| Word::new(limbs).unwrap());
        let z1 = [13, 14].map(Goldilocks::from_canonical_u64);
        let root = Digest::from_canonical([15, 16, 17, 18]).unwrap();
        let before = Boundary { counter: 19, ..Boundary::opening(root) };
        let expected = Boundary {
            words_digest: words_digest(&words),
            words_evaluation: evaluate_words(&words, Quadratic { 0: z1 }).0,
            ..before
        };
        assert_eq!(before.after_words(&words, z1), expected);
        let (first, rest) = words.split_at(1);
        assert_eq!(before.after_words(first, z1).after_words(rest, z1), expected);
        assert_eq!(before.after_words(&[], z1), before);
    }
}
