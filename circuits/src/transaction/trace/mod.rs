//! Fills the trace of a segment from the witnesses of its transactions.

mod access;
mod block;
mod hashes;
mod registers;

use rayon::prelude::*;
use starfold_primitives::claim::Claim;
use starfold_primitives::signature::{SignatureError, VerificationChain, verify};
use starfold_primitives::{Digest, Goldilocks};
use starfold_transition::boundary::claim;
use starfold_transition::{Boundary, Context, Kind, Operation, TransactionWitness, message};

use crate::air::Trace;

use super::columns::TransactionColumns;
use super::schedule::BLOCK_ROWS;
use access::Accesses;
use block::{Block, BlockStart};

/// Blocks that are computed side by side and then put in order. Each has about 0.7 MB of permutations.
const BLOCKS_AT_A_TIME: usize = 64;

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
        let at = |position| transactions.get(position).unwrap_or(&TransactionWitness::NOOP);
        let mut rows = Trace::zeros::<TransactionColumns<()>>(blocks * BLOCK_ROWS);
        let mut now = BlockStart { boundary: *entry, last_output: Digest::ZERO };
        for first in (0..blocks).step_by(BLOCKS_AT_A_TIME) {
            let positions = first..blocks.min(first + BLOCKS_AT_A_TIME);
            let prepared: Vec<Result<Block<'_>, TraceError>> = positions
                .clone()
                .into_par_iter()
                .map(|position| prepare(context, at(position), position))
                .collect();
            let mut placed = Vec::with_capacity(positions.len());
            for (position, block) in positions.zip(prepared) {
                let (block, start) = (block?, now);
                let root = block.state_root(start.boundary.state_root);
                let boundary = start.boundary.after(&at(position).operation, root, context.z1);
                let rule = "fees of a batch below 2^32 units";
                let boundary = boundary.ok_or(TraceError::Effect { position, rule })?;
                now = BlockStart { boundary, last_output: block.last_output() };
                placed.push((block, start));
            }
            placed
                .into_par_iter()
                .zip(rows.blocks_mut(first * BLOCK_ROWS, BLOCK_ROWS))
                .for_each(|((block, start), cells)| block.write(&start, cells));
        }
        let exit = now.boundary;
        Ok(Self { rows, claim: claim(context, entry, &exit), exit })
    }
}

/// Computes what of a block depends on its transaction alone: nearly all of it.
fn prepare<'a>(
    context: &'a Context,
    witness: &TransactionWitness,
    position: usize,
) -> Result<Block<'a>, TraceError> {
    let chain = signature_chain(context, witness, position)?;
    let operation = operation_of(witness);
    let accesses = Accesses::new(context, &operation, witness, position)?;
    Ok(Block::new(context, operation, accesses, chain))
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
