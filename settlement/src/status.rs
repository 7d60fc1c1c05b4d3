//! All that a rollup's contract says of itself.

use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, Amount, BatchNumber, FeeUnit, Timestamp, TokenId};

use crate::contracts::Rollup::{
    BATCH_WINDOWCall, CIRCUIT_SETCall, FEE_TOKENCall, FEE_UNITCall, GENESIS_ROOTCall, GOVERNORCall,
    OPERATION_FEECall, OPERATOR_DELAYCall, QUEUE_PERIODCall, REGISTRATION_FEECall, UNSAFECall,
    VERIFIERCall, batchNumberCall, batchTimestampCall, frozenCall, namedNotBeforeCall,
    namedOperatorCall, operatorCall, queueHeadCall, queueTailCall, stateRootCall, tokenCountCall,
};
use crate::convert::from_evm_address;
use crate::reader::{ReadError, RollupReader};
use crate::view::View;

/// What never changes in the life of a rollup's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollupTerms {
    /// What verifies proofs.
    pub verifier: Address,
    /// The root of the circuit set.
    pub circuit_set: Digest,
    /// The state root before the first batch.
    pub genesis_root: Digest,
    /// Who registers tokens free of charge and names operators; none where it is zero.
    pub governor: Option<Address>,
    /// The token in which fees are paid in the rollup.
    pub fee_token: TokenId,
    /// Base units of it in one fee unit.
    pub fee_unit: FeeUnit,
    /// What an operation of the queue costs, in wei.
    pub operation_fee: Amount,
    /// What it costs anyone to register a token, in wei.
    pub registration_fee: Amount,
    /// Seconds from an operation to its deadline.
    pub queue_period: u32,
    /// How many seconds a batch's timestamp may lie in the past.
    pub batch_window: u32,
    /// Seconds before a named operator can take over.
    pub operator_delay: u32,
    /// Whether the rollup is for development: it starts with balances that nobody paid in, or anyone can forge its
    /// proofs.
    pub is_unsafe: bool,
}

/// An operator who is to take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedOperator {
    /// The operator.
    pub address: Address,
    /// When it can, in seconds since 1970.
    pub not_before: u64,
}

/// A rollup's contract at the last block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollupStatus {
    /// What never changes.
    pub terms: RollupTerms,
    /// Who submits batches.
    pub operator: Address,
    /// Who may take over.
    pub named_operator: Option<NamedOperator>,
    /// The state root after the last batch.
    pub state_root: Digest,
    /// The number of the last batch; 0 before the first.
    pub batch: BatchNumber,
    /// The time of the last batch; 0 before the first.
    pub timestamp: Timestamp,
    /// Whether the rollup is frozen.
    pub frozen: bool,
    /// The place of the next entry that a batch must execute.
    pub queue_head: u64,
    /// The place that the next operation gets.
    pub queue_tail: u64,
    /// How many tokens are registered, ETH included.
    pub token_count: u32,
}

impl RollupTerms {
    /// Reads what never changes.
    ///
    /// # Errors
    /// [`ReadError`] where the chain cannot be asked or the contract is no rollup.
    pub fn read<V: View>(view: &mut V, rollup: Address) -> Result<Self, ReadError<V::Error>> {
        let mut contract = RollupReader::new(view, rollup);
        let fee_token = TokenId::new(contract.ask(&FEE_TOKENCall {})?);
        let fee_unit = FeeUnit::new(contract.ask(&FEE_UNITCall {})?);
        Ok(Self {
            verifier: from_evm_address(contract.ask(&VERIFIERCall {})?),
            circuit_set: contract.digest(&CIRCUIT_SETCall {})?,
            genesis_root: contract.digest(&GENESIS_ROOTCall {})?,
            governor: nonzero(contract.ask(&GOVERNORCall {})?),
            fee_token: contract.quantity::<FEE_TOKENCall, _>(fee_token)?,
            fee_unit: contract.quantity::<FEE_UNITCall, _>(fee_unit)?,
            operation_fee: contract.amount(&OPERATION_FEECall {})?,
            registration_fee: contract.amount(&REGISTRATION_FEECall {})?,
            queue_period: contract.ask(&QUEUE_PERIODCall {})?,
            batch_window: contract.ask(&BATCH_WINDOWCall {})?,
            operator_delay: contract.ask(&OPERATOR_DELAYCall {})?,
            is_unsafe: contract.ask(&UNSAFECall {})?,
        })
    }
}

impl RollupStatus {
    /// Reads everything, one question after the other: a block in between can come between two answers.
    ///
    /// # Errors
    /// [`ReadError`] where the chain cannot be asked or the contract is no rollup.
    pub fn read<V: View>(view: &mut V, rollup: Address) -> Result<Self, ReadError<V::Error>> {
        let terms = RollupTerms::read(view, rollup)?;
        let mut contract = RollupReader::new(view, rollup);
        let batch = BatchNumber::new(contract.ask(&batchNumberCall {})?);
        let timestamp = Timestamp::new(contract.ask(&batchTimestampCall {})?);
        let named = nonzero(contract.ask(&namedOperatorCall {})?);
        let not_before = contract.ask(&namedNotBeforeCall {})?;
        // beyond any time that there will be
        let not_before = u64::try_from(not_before).unwrap_or(u64::MAX);
        Ok(Self {
            terms,
            operator: from_evm_address(contract.ask(&operatorCall {})?),
            named_operator: named.map(|address| NamedOperator { address, not_before }),
            state_root: contract.digest(&stateRootCall {})?,
            batch: contract.quantity::<batchNumberCall, _>(batch)?,
            timestamp: contract.quantity::<batchTimestampCall, _>(timestamp)?,
            frozen: contract.ask(&frozenCall {})?,
            queue_head: contract.ask(&queueHeadCall {})?,
            queue_tail: contract.ask(&queueTailCall {})?,
            token_count: contract.ask(&tokenCountCall {})?,
        })
    }
}

fn nonzero(address: alloy::primitives::Address) -> Option<Address> {
    Some(from_evm_address(address)).filter(|&address| address != Address::ZERO)
}
