//! What of a wrapped batch the contract takes.

use starfold_settlement::Submission;

use super::file::WrappedBatch;

impl WrappedBatch {
    /// The batch as the contract takes it.
    pub fn submission(&self) -> Submission {
        Submission {
            batch: self.claim.batch,
            header: self.header(),
            claim_digest: self.claim_digest,
            words: self.words.clone(),
            proof: self.proof_bytes(),
        }
    }
}
