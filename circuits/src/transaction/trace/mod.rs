//! Fills the trace of a segment from the witnesses of its transactions.

mod access;
mod block;
mod hashes;
mod registers;

use starfold_primitives::claim::Claim;
use starfold_primitives::signature::{SignatureError, VerificationChain, filler, verify};
use starfold_primitives::{Digest, Goldilocks};
use starfold_transition::boundary::claim;
use starfold_transition::{Boundary, Context, Kind, Operation, TransactionWitness, message};

use crate::air::Trace;

use super::columns::TransactionColumns;
use super::schedule::BLOCK_ROWS;
use access::Accesses;
use block::Block;

/// A trace and what it proves.
#[derive(Clone, Debug)]
pub struct SegmentTrace {
    /// The rows: 256 a block.
    pub rows: Trace,
    /// From the boundary before the first transaction to the one after the last.
    pub claim: Claim<Goldilocks>,
    /// The boundary after the last transaction.
    pub exit: Boundary,
}

/// Why a segment has no trace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// A segment's number of blocks is a power of two.
    #[error("a segment has a power of two of blocks, not {actual}")]
    BlockCount {
        /// The number asked for.
        actual: usize,
    },
    /// More transactions than blocks.
    #[error("{transactions} transactions do not fit into {blocks} blocks")]
    TooMany {
        /// Transactions.
        transactions: usize,
        /// Blocks.
        blocks: usize,
    },
    /// A signed transaction comes without signature or without its sender.
    #[error("transaction {position} ({kind:?}) comes without {missing}")]
    Incomplete {
        /// Its position in the segment.
        position: usize,
        /// Its kind.
        kind: Kind,
        /// What the witness lacks.
        missing: &'static str,
    },
    /// A signature is not valid.
    #[error("transaction {position}: {source}")]
    Signature {
        /// Its position in the segment.
        position: usize,
        /// What is wrong.
        source: SignatureError,
    },
    /// The effects of a transaction leave the range of its fields.
    #[error("transaction {position}: {rule}")]
    Effect {
        /// Its position in the segment.
        position: usize,
        /// The rule that it breaks.
        rule: &'static str,
    },
}

impl SegmentTrace {
    /// Fills the trace of a segment of `blocks` blocks; those after the transactions are Noops.
    ///
    /// The trace says what the witnesses say: where they are false, it does not satisfy the constraints.
    ///
    /// # Errors
    /// [`TraceError`] where a witness has no trace at all.
    pub fn generate(
        context: &Context,
        entry: &Boundary,
        transactions: &[TransactionWitness],
        blocks: usize,
    ) -> Result<Self, TraceError> {
        if !blocks.is_power_of_two() {
            return Err(TraceError::BlockCount { actual: blocks });
        }
        if transactions.len() > blocks {
            return Err(TraceError::TooMany { transactions: transactions.len(), blocks });
        }
        let mut boundary = *entry;
        let mut rows = Trace::with_capacity::<TransactionColumns<()>>(blocks * BLOCK_ROWS);
        let mut last_output = Digest::ZERO;
        for position in 0..blocks {
            let witness = transactions.get(position).unwrap_or(&TransactionWitness::NOOP);
            let chain = signature_chain(context, witness, position)?;
            let chain = chain.as_ref().unwrap_or_else(|| filler());
            let operation = operation_of(witness);
            let accesses = Accesses::new(context, &operation, witness, position)?;
            let block =
                Block::generate(context, &boundary, &operation, &accesses, chain, last_output);
            let overflow =
                TraceError::Effect { position, rule: "fees of a batch below 2^32 units" };
            let root = block.state_root;
            boundary = boundary.after(&witness.operation, root, context.z1).ok_or(overflow)?;
            last_output = block.last_output;
            block.rows.iter().for_each(|row| rows.push::<TransactionColumns<()>>(row));
        }
        Ok(Self { rows, claim: claim(context, entry, &boundary), exit: boundary })
    }
}

/// The transaction as its block holds it: with the address of the account that collects fees, which its words do not
/// tell.
fn operation_of(witness: &TransactionWitness) -> Operation {
    let mut operation = witness.operation;
    if let (Kind::CollectFee, Some(recipient)) = (operation.kind, &witness.recipient) {
        operation.address = recipient.account.account.address;
    }
    operation
}

/// The computation that a signed transaction's trace holds; none for the other kinds.
fn signature_chain(
    context: &Context,
    witness: &TransactionWitness,
    position: usize,
) -> Result<Option<VerificationChain>, TraceError> {
    let operation = &witness.operation;
    let kind = operation.kind;
    if !kind.is_signed() {
        return Ok(None);
    }
    let missing = |missing| TraceError::Incomplete { position, kind, missing };
    let sender = witness.sender.as_ref().ok_or(missing("its sender"))?.account.account;
    let signature = witness.signature.as_ref().ok_or(missing("its signature"))?;
    let digest =
        message(operation, sender.nonce, context.chain_id, context.contract, context.fee_token);
    verify(&sender.key, digest, signature)
        .map(Some)
        .map_err(|source| TraceError::Signature { position, source })
}
