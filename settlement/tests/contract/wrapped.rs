//! Two consecutive batches with real proofs, as `starfold wrap` writes them: one of a single transfer, one of 512.
//! `settlement/testdata/make.sh` makes them anew.

use serde::Deserialize;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, BatchNumber, FeeUnit, Timestamp, TokenId};
use starfold_primitives::word::Word;
use starfold_settlement::{Deployment, Submission};
use starfold_transition::replay::BatchHeader;

use crate::deployed::{Deployed, deployment};

/// What of the file a submission needs.
#[derive(Deserialize)]
pub(crate) struct Wrapped {
    pub(crate) claim: Claim,
    circuit_set: Digest,
    words: String,
    claim_digest: Digest,
    proof: String,
}

#[derive(Clone, Copy, Deserialize)]
pub(crate) struct Claim {
    pub(crate) contract: Address,
    batch: BatchNumber,
    pub(crate) timestamp: Timestamp,
    fee_token: TokenId,
    fee_unit: FeeUnit,
    pub(crate) old_state_root: Digest,
    pub(crate) new_state_root: Digest,
    words_digest: Digest,
    transactions: u32,
}

pub(crate) fn batch_of_one() -> Wrapped {
    serde_json::from_str(include_str!("../../testdata/wrapped-1.json")).unwrap()
}

pub(crate) fn batch_of_512() -> Wrapped {
    serde_json::from_str(include_str!("../../testdata/wrapped-512.json")).unwrap()
}

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text.strip_prefix("0x").unwrap()).unwrap()
}

impl Wrapped {
    pub(crate) fn submission(&self) -> Submission {
        let claim = self.claim;
        let words = bytes(&self.words);
        let (words, rest) = words.as_chunks();
        assert!(rest.is_empty());
        Submission {
            batch: claim.batch,
            header: BatchHeader {
                timestamp: claim.timestamp,
                exit_root: claim.new_state_root,
                words_digest: claim.words_digest,
                counter: claim.transactions,
            },
            claim_digest: self.claim_digest,
            words: words.iter().map(Word::from_bytes).collect(),
            proof: bytes(&self.proof).try_into().unwrap(),
        }
    }

    /// What the rollup of this batch, its first, is deployed with.
    pub(crate) fn deployment(&self) -> Deployment {
        Deployment {
            circuit_set: self.circuit_set,
            genesis_root: self.claim.old_state_root,
            fee_token: self.claim.fee_token,
            fee_unit: self.claim.fee_unit,
            ..deployment()
        }
    }

    /// The rollup of this batch, its first.
    pub(crate) fn deployed(&self) -> Deployed {
        let deployed = Deployed::new(self.deployment());
        assert_eq!(deployed.rollup, self.claim.contract);
        deployed
    }
}
