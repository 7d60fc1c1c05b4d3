//! Ethereum with the rollup's contract: money goes in, a batch is accepted, money comes out.

use serde::Serialize;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, BatchNumber, FeeCount, Nonce, Timestamp, TokenId,
};
use starfold_primitives::word::Word;
use starfold_settlement::{
    Call, EmbeddedChain, EmbeddedError, Event, RollupReader, RollupStatus, Submission, View as _,
};
use starfold_transition::layout::Opcode;
use starfold_transition::{
    L1Operation, Parameters, SignedTransaction, Transaction, Withdraw, decode,
};

use super::chain::execute;
use super::error::DemoError;
use crate::development::{self, OPERATOR};
use crate::wrapping::WrappedBatch;

/// Who deposits: the second account of local Ethereum nodes.
pub(super) const DEPOSITOR: Address = Address([
    0x70, 0x99, 0x79, 0x70, 0xc5, 0x18, 0x12, 0xdc, 0x3a, 0x01, 0x0c, 0x7d, 0x01, 0xb5, 0x0e, 0x0d,
    0x17, 0xdc, 0x79, 0xc8,
]);
const ETHER: u128 = 1_000_000_000_000_000_000;
/// What is deposited.
const DEPOSIT: Amount = Amount::new(ETHER);
/// What of it is withdrawn.
pub(super) const WITHDRAWAL: Amount = Amount::new(ETHER / 4);
/// The fee of the withdrawal, in fee units.
const FEE: u32 = 10;
/// Transfers by which the price of one is measured.
const MORE_TRANSFERS: u64 = 64;

/// An embedded chain of Ethereum with the rollup's contract.
#[derive(Debug)]
pub struct DemoContract {
    chain: EmbeddedChain,
    verifier: Address,
    rollup: Address,
    operation_fee: Amount,
}

/// What went in on L1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoDeposit {
    /// Who deposited.
    pub depositor: Address,
    /// The account in the rollup that the deposit creates.
    pub account: AccountIndex,
    /// The amount, in wei.
    pub amount: Amount,
    /// The operations that wait in the queue: the deposit, and a key for the account.
    pub operations: Vec<L1Operation>,
    /// The gas of the deposit.
    pub deposit_gas: u64,
    /// The gas of setting the key.
    pub set_key_gas: u64,
}

/// A batch that the contract accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoSubmission {
    /// Its number.
    pub batch: BatchNumber,
    /// The contract's state root after it.
    pub state_root: Digest,
    /// The length of the call.
    pub calldata_bytes: u64,
    /// Entries of the queue that it executed.
    pub l1_operations: u64,
    /// What it made claimable on L1, in wei.
    pub credited: Amount,
    /// The gas of the transaction.
    pub gas: u64,
    /// The gas of a transaction that only verifies the proof.
    pub verification_gas: u64,
    /// The gas that one more transfer to an existing account takes.
    pub per_transfer_gas: u64,
}

/// What came out on L1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoClaim {
    /// Who was paid.
    pub owner: Address,
    /// The amount, in wei.
    pub amount: Amount,
    /// What the owner has on L1 now, in wei.
    pub balance: Amount,
    /// The gas of the transaction.
    pub gas: u64,
}

impl DemoContract {
    pub(super) fn new(
        chain: EmbeddedChain,
        verifier: Address,
        rollup: Address,
        operation_fee: Amount,
    ) -> Self {
        Self { chain, verifier, rollup, operation_fee }
    }

    /// The time of the chain.
    pub fn time(&self) -> Timestamp {
        self.chain.time()
    }

    /// Deposits ETH for somebody new, who gets a key on L1, too. `next_index` is the account that a deposit creates
    /// next.
    ///
    /// # Errors
    /// [`DemoError`], as its variants say.
    pub fn deposit(&mut self, next_index: AccountIndex) -> Result<DemoDeposit, DemoError> {
        let (rollup, fee) = (self.rollup, self.operation_fee);
        // exactly what is paid in and the fees
        let fees = Amount::new(2 * fee.get());
        let needed = DEPOSIT.checked_add(fees).expect("a few ETH are below 2^128 wei");
        self.chain.fund(DEPOSITOR, needed);
        let call = Call::deposit_eth(rollup, DEPOSITOR, DEPOSITOR, DEPOSIT, fee);
        let call = call.expect("a few ETH are below 2^128 wei");
        let deposited = execute(&mut self.chain, "the deposit", DEPOSITOR, &call)?;
        let key = development::key_of(DEPOSITOR).public_key();
        let call = Call::set_key(rollup, next_index, key, fee);
        let key_set = execute(&mut self.chain, "setting the key", DEPOSITOR, &call)?;
        let mut operations = Vec::new();
        for event in [deposited.events(rollup)?, key_set.events(rollup)?].concat() {
            if let Event::Queued(queued) = event {
                operations.push(queued.operation);
            }
        }
        Ok(DemoDeposit {
            depositor: DEPOSITOR,
            account: next_index,
            amount: DEPOSIT,
            operations,
            deposit_gas: deposited.gas_used,
            set_key_gas: key_set.gas_used,
        })
    }

    /// A withdrawal of a part of the deposit, signed with the new key.
    pub fn withdrawal(&self, deposit: &DemoDeposit, parameters: &Parameters) -> SignedTransaction {
        let withdraw = Withdraw {
            from: deposit.account,
            to: deposit.depositor,
            token: TokenId::ZERO,
            amount: WITHDRAWAL,
            fee_count: FeeCount::new(FEE).expect("every u32 is a fee count"),
            fee_token: parameters.fee_token,
            // setting the key advanced it
            nonce: Nonce::new(1).expect("below the field order"),
            valid_until: Timestamp::MAX,
        };
        let key = development::key_of(deposit.depositor);
        Transaction::Withdraw(withdraw).sign_deterministic(&key, parameters)
    }

    /// Submits a batch at a time, and measures what its parts cost.
    ///
    /// # Errors
    /// [`DemoError`], as its variants say.
    pub fn submit(
        &mut self,
        wrapped: &WrappedBatch,
        time: Timestamp,
    ) -> Result<(DemoSubmission, Vec<u8>), DemoError> {
        self.chain.set_time(time);
        let submission = wrapped.submission();
        let verification_gas = self.verification_gas(wrapped)?;
        let per_transfer_gas = self.per_transfer_gas(&submission)?;
        let before = RollupStatus::read(&mut self.chain, self.rollup)?;
        let call = submission.call(self.rollup);
        let receipt = execute(&mut self.chain, "the batch", OPERATOR, &call)?;
        let after = RollupStatus::read(&mut self.chain, self.rollup)?;
        let claimed = &wrapped.claim.new_state_root;
        DemoError::unless_equal("the contract's state root", claimed, &after.state_root)?;
        let mut credited = Amount::ZERO;
        for event in receipt.events(self.rollup)? {
            if let Event::Credited { amount, .. } = event {
                credited = credited.checked_add(amount).unwrap_or(Amount::MAX);
            }
        }
        let told = DemoSubmission {
            batch: after.batch,
            state_root: after.state_root,
            calldata_bytes: call.data.len() as u64,
            l1_operations: after.queue_head - before.queue_head,
            credited,
            gas: receipt.gas_used,
            verification_gas,
            per_transfer_gas,
        };
        Ok((told, call.data))
    }

    /// Pays out what the batch made claimable for the depositor; anyone may ask for it.
    ///
    /// # Errors
    /// [`DemoError`], as its variants say.
    pub fn claim(&mut self) -> Result<DemoClaim, DemoError> {
        let token = TokenId::ZERO;
        let claimable =
            RollupReader::new(&mut self.chain, self.rollup).claimable(DEPOSITOR, token)?;
        DemoError::unless_equal("what is claimable", &WITHDRAWAL, &claimable)?;
        let before = self.chain.balance(DEPOSITOR);
        let call = Call::claim(self.rollup, token, DEPOSITOR);
        let receipt = execute(&mut self.chain, "the claim", OPERATOR, &call)?;
        let balance = self.chain.balance(DEPOSITOR);
        let paid = balance.checked_sub(before).unwrap_or(Amount::ZERO);
        DemoError::unless_equal("what was paid", &WITHDRAWAL, &paid)?;
        Ok(DemoClaim { owner: DEPOSITOR, amount: paid, balance, gas: receipt.gas_used })
    }

    /// The gas of a transaction that only verifies the proof.
    fn verification_gas(&mut self, wrapped: &WrappedBatch) -> Result<u64, DemoError> {
        const WHAT: &str = "verifying the proof";
        let call = Call::verify(self.verifier, wrapped.exposed, wrapped.proof_bytes());
        let answer = self.chain.view(&call);
        let answer = answer.map_err(|source| DemoError::Chain { transaction: WHAT, source })?;
        DemoError::unless_equal("the verifier's answer", &true, &answer.ends_with(&[1]))?;
        Ok(execute(&mut self.chain.clone(), WHAT, OPERATOR, &call)?.gas_used)
    }

    /// The gas that one more transfer to an existing account takes: calldata and evaluation.
    ///
    /// It is measured: the batch with a proof that is not its own is refused after everything was read, once as it is
    /// and once with more transfers, copies of its own in turn.
    fn per_transfer_gas(&self, submission: &Submission) -> Result<u64, DemoError> {
        let transfers = transfers_of(&submission.words);
        if transfers.is_empty() {
            return Err(DemoError::Other {
                what: "the number of transfers to existing accounts",
                expected: "at least one".to_owned(),
                actual: "zero".to_owned(),
            });
        }
        let mut refused = submission.clone();
        refused.header.counter += 1;
        let without = self.refused_gas(&refused)?;
        refused.words.extend(transfers.iter().cycle().take(MORE_TRANSFERS as usize));
        let with = self.refused_gas(&refused)?;
        Ok(with.saturating_sub(without).div_ceil(MORE_TRANSFERS))
    }

    /// The gas of a batch whose proof is refused.
    fn refused_gas(&self, submission: &Submission) -> Result<u64, DemoError> {
        const WHAT: &str = "a batch with the proof of another";
        let call = submission.call(self.rollup);
        match self.chain.clone().execute(OPERATOR, &call) {
            Err(EmbeddedError::Reverted { revert, gas_used })
                if revert.name() == Some("ProofRejected") =>
            {
                Ok(gas_used)
            }
            Err(source) => Err(DemoError::Chain { transaction: WHAT, source }),
            Ok(_) => Err(DemoError::Other {
                what: WHAT,
                expected: "refused".to_owned(),
                actual: "accepted".to_owned(),
            }),
        }
    }
}

/// The words of all transfers to existing accounts.
fn transfers_of(words: &[Word]) -> Vec<Word> {
    let decoded = decode(words).unwrap_or_default();
    let transfers = decoded.iter().filter(|decoded| decoded.opcode == Opcode::Transfer);
    transfers.flat_map(|transfer| transfer.to_words()).collect()
}
