//! The claim of a batch proof, element by element (`docs/protocol.md`, section 6).

use serde::{Deserialize, Serialize};
use starfold_primitives::quantities::{Address, BatchNumber, ChainId, FeeUnit, Timestamp, TokenId};
use starfold_primitives::word::{Word, words_digest, words_point};
use starfold_primitives::{Claim, Digest, Goldilocks, PrimeField64};
use starfold_transition::boundary::{Boundary, Context, Parameters, claim};
use starfold_transition::claim_layout::boundary::{COUNTER, STATE_ROOT, WORDS_DIGEST};
use starfold_transition::claim_layout::context::{
    BATCH, CHAIN_ID, CONTRACT, FEE_TOKEN, FEE_UNIT, TIMESTAMP,
};
use starfold_transition::claim_layout::{ContextSlot, EXIT};

/// What a closed claim says: that one batch leads from one state root to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchClaim {
    /// The chain of the contract.
    pub chain_id: ChainId,
    /// The contract's address.
    pub contract: Address,
    /// The number of the batch.
    pub batch: BatchNumber,
    /// The time of the batch.
    pub timestamp: Timestamp,
    /// The token in which fees are paid.
    pub fee_token: TokenId,
    /// Base units of the fee token in one fee unit.
    pub fee_unit: FeeUnit,
    /// The state root before the batch.
    pub old_state_root: Digest,
    /// The state root after it.
    pub new_state_root: Digest,
    /// The digest of the words.
    pub words_digest: Digest,
    /// The number of transactions, L1 operations and CollectFee included.
    pub transactions: u32,
}

/// An element that is none of its quantity: no rollup of this program makes such a claim.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("element {position} of the claim, {name}, is {actual}, out of its range")]
pub struct ClaimError {
    /// The name of the element.
    pub name: &'static str,
    /// Its position among the 44 elements of the claim.
    pub position: usize,
    /// Its value.
    pub actual: u64,
}

impl BatchClaim {
    /// Reads the elements of a claim.
    ///
    /// # Errors
    /// [`ClaimError`] names the first element that is out of its range.
    pub fn read(claim: &Claim<Goldilocks>) -> Result<Self, ClaimError> {
        let context = claim.context.map(|element| element.to_canonical_u64());
        let error = |name, position: usize, actual| ClaimError { name, position, actual };
        let out_of_range =
            |name, slot: ContextSlot<1>| error(name, slot.position(0), slot.get(&context));
        let field = |name, slot: ContextSlot<1>| {
            u32::try_from(slot.get(&context)).map_err(|_| out_of_range(name, slot))
        };
        let transactions = COUNTER.get(&claim.exit).to_canonical_u64();
        Ok(Self {
            chain_id: ChainId::new(CHAIN_ID.get(&context))
                .expect("an element is below the field order"),
            contract: address(CONTRACT.read(&context))
                .map_err(|(limb, actual)| error("contract", CONTRACT.position(limb), actual))?,
            batch: BatchNumber::new(field("batch", BATCH)?).expect("every u32 is a batch number"),
            timestamp: Timestamp::new(field("timestamp", TIMESTAMP)?)
                .expect("every u32 is a timestamp"),
            fee_token: u16::try_from(FEE_TOKEN.get(&context))
                .ok()
                .and_then(|token| TokenId::new(token).ok())
                .ok_or(out_of_range("fee_token", FEE_TOKEN))?,
            fee_unit: FeeUnit::new(field("fee_unit", FEE_UNIT)?)
                .map_err(|_| out_of_range("fee_unit", FEE_UNIT))?,
            old_state_root: Digest(STATE_ROOT.read(&claim.entry)),
            new_state_root: Digest(STATE_ROOT.read(&claim.exit)),
            words_digest: Digest(WORDS_DIGEST.read(&claim.exit)),
            transactions: u32::try_from(transactions)
                .map_err(|_| error("counter", EXIT + COUNTER.position(0), transactions))?,
        })
    }
}

impl BatchClaim {
    /// The closed claim of a batch with these words: every element that is not said here follows from them or is fixed.
    pub(crate) fn closed(&self, words: &[Word]) -> Claim<Goldilocks> {
        let parameters = Parameters {
            chain_id: self.chain_id,
            contract: self.contract,
            fee_token: self.fee_token,
            fee_unit: self.fee_unit,
        };
        let z1 = words_point(words_digest(words), words).0;
        let context = Context::new(&parameters, self.batch, self.timestamp, z1);
        let exit = Boundary::opening(self.new_state_root).after_words(words, z1);
        let exit = Boundary { counter: self.transactions, ..exit };
        claim(&context, &Boundary::opening(self.old_state_root), &exit)
    }
}

/// An address from its limbs, or the first limb that is out of its range and its value.
fn address(limbs: [u64; 3]) -> Result<Address, (usize, u64)> {
    for (index, limb) in limbs.into_iter().enumerate() {
        let mut alone = [0; 3];
        alone[index] = limb;
        Address::from_limbs(alone).map_err(|_| (index, limb))?;
    }
    Ok(Address::from_limbs(limbs).expect("each limb is in its range"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{self, Funding, RandomTransfers};
    use crate::{BatchInputs, NewRollup, Rollup};
    use starfold_primitives::{Field, GOLDILOCKS_ORDER};

    fn sealed() -> starfold_transition::SealedBatch {
        let folder = tempfile::tempdir().unwrap();
        let mut new = NewRollup::development();
        new.parameters.contract = Address(std::array::from_fn(|i| 7 * i as u8 + 1));
        let mut rollup = Rollup::init(folder.path(), &new).unwrap();
        let size = RandomTransfers { transfers: 1, accounts: 2, seed: 3 };
        let workload = rollup.simulate(&workload::random(size).unwrap(), Funding::Genesis).unwrap();
        let inputs = BatchInputs { transactions: workload.transactions, ..BatchInputs::default() };
        rollup.seal(&inputs).unwrap().sealed
    }

    #[test]
    fn it_reads_what_sealing_wrote() {
        let batch = sealed();
        let claim = BatchClaim::read(&batch.claim).unwrap();
        let context = batch.context;
        assert_eq!(claim.chain_id, context.chain_id);
        assert_eq!(claim.contract, context.contract);
        assert_eq!((claim.batch, claim.timestamp), (context.batch, context.timestamp));
        assert_eq!((claim.fee_token, claim.fee_unit), (context.fee_token, context.fee_unit));
        assert_eq!(claim.old_state_root, batch.entry().state_root);
        assert_eq!(claim.new_state_root, batch.exit().state_root);
        assert_eq!(claim.words_digest, batch.exit().words_digest);
        assert_eq!(claim.transactions, 2);
        assert_eq!(claim.closed(&batch.words), batch.claim);
    }

    #[test]
    fn elements_out_of_range_are_named() {
        let claim = sealed().claim;
        let large = Goldilocks::from_canonical_u64(GOLDILOCKS_ORDER - 1);
        for (position, name) in [
            (1, "contract"),
            (2, "contract"),
            (3, "contract"),
            (4, "batch"),
            (5, "timestamp"),
            (6, "fee_token"),
            (7, "fee_unit"),
        ] {
            let mut changed = claim;
            changed.context[position] = large;
            let error = BatchClaim::read(&changed).unwrap_err();
            assert_eq!(error, ClaimError { name, position, actual: GOLDILOCKS_ORDER - 1 });
        }
        let mut changed = claim;
        changed.exit[11] = large;
        let error = BatchClaim::read(&changed).unwrap_err();
        assert_eq!((error.name, error.position), ("counter", 39));
    }
}
