//! The claim of a batch proof, element by element (`docs/protocol.md`, section 6).

use serde::{Deserialize, Serialize};
use starfold_primitives::quantities::{Address, BatchNumber, ChainId, FeeUnit, Timestamp, TokenId};
use starfold_primitives::{Claim, Digest, Goldilocks, PrimeField64};

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
        let field = |name, position: usize| {
            let actual = context[position];
            u32::try_from(actual).map_err(|_| error(name, position, actual))
        };
        let fee_token = field("fee_token", 6)?;
        let fee_unit = field("fee_unit", 7)?;
        let transactions = claim.exit[11].to_canonical_u64();
        Ok(Self {
            chain_id: ChainId::new(context[0]).expect("an element is below the field order"),
            contract: Address::from_limbs([context[1], context[2], context[3]])
                .map_err(|_| error("contract", 3, context[3]))?,
            batch: BatchNumber::new(field("batch", 4)?).expect("every u32 is a batch number"),
            timestamp: Timestamp::new(field("timestamp", 5)?).expect("every u32 is a timestamp"),
            fee_token: u16::try_from(fee_token)
                .ok()
                .and_then(|token| TokenId::new(token).ok())
                .ok_or(error("fee_token", 6, context[6]))?,
            fee_unit: FeeUnit::new(fee_unit).map_err(|_| error("fee_unit", 7, context[7]))?,
            old_state_root: digest(&claim.entry, 0),
            new_state_root: digest(&claim.exit, 0),
            words_digest: digest(&claim.exit, 4),
            transactions: u32::try_from(transactions)
                .map_err(|_| error("counter", 39, transactions))?,
        })
    }
}

fn digest(boundary: &[Goldilocks], from: usize) -> Digest {
    Digest(std::array::from_fn(|i| boundary[from + i]))
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
    }

    #[test]
    fn elements_out_of_range_are_named() {
        let claim = sealed().claim;
        let large = Goldilocks::from_canonical_u64(GOLDILOCKS_ORDER - 1);
        for (position, name) in
            [(3, "contract"), (4, "batch"), (5, "timestamp"), (6, "fee_token"), (7, "fee_unit")]
        {
            let mut changed = claim;
            changed.context[position] = large;
            let error = BatchClaim::read(&changed).unwrap_err();
            assert_eq!(error, ClaimError { name, position, actual: GOLDILOCKS_ORDER - 1 });
        }
        let mut changed = claim;
        changed.exit[11] = large;
        assert_eq!(BatchClaim::read(&changed).unwrap_err().name, "counter");
    }
}
