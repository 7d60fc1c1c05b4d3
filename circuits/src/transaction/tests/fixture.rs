//! A batch with every kind of transaction, and each of its transactions as a segment of its own.

use std::sync::OnceLock;

use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, BatchNumber, ChainId, FeeUnit, Nonce, Timestamp, TokenId,
};
use starfold_primitives::signature::PublicKey;
use starfold_state::{Genesis, GenesisAccount, GenesisBalance, MemoryStore, Overlay, State};
use starfold_transition::testing::{fee_count, index, l1_token, secret_key, token};
use starfold_transition::{
    L1Operation, Parameters, SealInputs, SealedBatch, SetKey, SignedTransaction, TokenName,
    Transaction, TransactionWitness, Transfer, Withdraw, seal,
};

use super::super::trace::SegmentTrace;

/// The transactions of the batch, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    DepositNew,
    Deposit,
    ForcedExit,
    ForcedExitUnmatched,
    L1SetKey,
    L1SetKeyUnmatched,
    Transfer,
    TransferNew,
    Withdraw,
    SetKey,
    CollectFee,
    Noop,
}

impl Case {
    pub(super) const ALL: [Self; 12] = [
        Self::DepositNew,
        Self::Deposit,
        Self::ForcedExit,
        Self::ForcedExitUnmatched,
        Self::L1SetKey,
        Self::L1SetKeyUnmatched,
        Self::Transfer,
        Self::TransferNew,
        Self::Withdraw,
        Self::SetKey,
        Self::CollectFee,
        Self::Noop,
    ];

    /// The witness of the transaction.
    pub(super) fn witness(self) -> TransactionWitness {
        batch().transactions.get(self as usize).cloned().unwrap_or(TransactionWitness::NOOP)
    }

    /// The transaction alone, as a segment of one block.
    pub(super) fn segment(self) -> SegmentTrace {
        let batch = batch();
        let entry = &batch.boundaries[self as usize];
        SegmentTrace::generate(&batch.context, entry, &[self.witness()], 1).unwrap()
    }
}

pub(super) const OPERATOR: u32 = 0;
/// Sends transfers and withdrawals.
pub(super) const ALICE: u32 = 1;
/// Receives them.
pub(super) const BOB: u32 = 2;
/// Has Alice's key.
pub(super) const CAROL: u32 = 3;
/// Leaves by the L1 queue.
pub(super) const DAVE: u32 = 4;

/// The amount of the transfer, whose limb 1 begins with a 1.
pub(super) const AMOUNT: u128 = 0x3_9000_0000_0000_0005;
/// Balances whose limb 1 is larger than any fee's.
const BALANCE: u128 = 0x77_f000_0000_0000_0100;

pub(super) fn address(number: u32) -> Address {
    Address([u8::try_from(number).unwrap() + 0x31; 20])
}

pub(super) fn parameters() -> Parameters {
    Parameters {
        chain_id: ChainId::new(31_337).unwrap(),
        contract: Address([0xc0; 20]),
        fee_token: token(1),
        fee_unit: FeeUnit::new(1_000).unwrap(),
    }
}

pub(super) fn timestamp() -> Timestamp {
    Timestamp::new(1_700_000_000).unwrap()
}

/// The number of an account's secret key.
fn key_number(account: u32) -> u64 {
    u64::from(if account == CAROL { ALICE } else { account })
}

/// A key whose first element begins with a 1.
fn new_key() -> PublicKey {
    PublicKey::from_canonical([1 << 63, 2, 3, 4, 5]).unwrap()
}

fn genesis() -> Genesis {
    let accounts = [OPERATOR, ALICE, BOB, CAROL, DAVE];
    let balance = |account, id, amount| GenesisBalance {
        account: index(account),
        token: token(id),
        amount: Amount::new(amount),
    };
    Genesis {
        tokens: vec![l1_token(1), l1_token(2)],
        accounts: accounts
            .map(|account| GenesisAccount {
                index: index(account),
                key: secret_key(key_number(account)).public_key(),
                address: address(account),
            })
            .to_vec(),
        balances: accounts
            .into_iter()
            .flat_map(|a| [0, 1].map(|t| balance(a, t, BALANCE)))
            .collect(),
    }
}

/// The transfer from Alice to Bob.
pub(super) fn transfer() -> Transfer {
    Transfer {
        from: index(ALICE),
        to: address(BOB),
        to_index: Some(index(BOB)),
        token: TokenId::ZERO,
        amount: Amount::new(AMOUNT),
        fee_count: fee_count(7),
        fee_token: parameters().fee_token,
        nonce: Nonce::ZERO,
        valid_until: Timestamp::new(timestamp().get() + 100).unwrap(),
    }
}

/// Signed by the key of account `from`.
pub(super) fn sign(transaction: Transaction) -> SignedTransaction {
    let key = secret_key(key_number(transaction.from().get()));
    transaction.sign_deterministic(&key, &parameters())
}

fn transactions() -> Vec<SignedTransaction> {
    let transfer = transfer();
    let nonce = |number: u64| Nonce::new(number).unwrap();
    let Transfer { from, fee_count, fee_token, valid_until, .. } = transfer;
    let amount = Amount::new(77);
    let creates = Transfer {
        to: address(60),
        to_index: None,
        token: token(1),
        amount,
        nonce: nonce(1),
        ..transfer
    };
    let withdraw = Withdraw {
        from,
        to: address(61),
        token: token(1),
        amount,
        fee_count,
        fee_token,
        nonce: nonce(2),
        valid_until,
    };
    let set_key = SetKey {
        from: index(BOB),
        new_key: new_key(),
        fee_count,
        fee_token,
        nonce: nonce(0),
        valid_until,
    };
    [
        Transaction::Transfer(transfer),
        Transaction::Transfer(creates),
        Transaction::Withdraw(withdraw),
        Transaction::SetKey(set_key),
    ]
    .map(sign)
    .to_vec()
}

fn l1_operations() -> Vec<L1Operation> {
    let token = TokenName::Id(TokenId::ZERO);
    let [dave, bob]: [AccountIndex; 2] = [index(DAVE), index(BOB)];
    let new_key = new_key();
    vec![
        L1Operation::Deposit { to: address(50), token, amount: Amount::new(1_000) },
        L1Operation::Deposit { to: address(BOB), token, amount: Amount::new(1_000) },
        L1Operation::ForcedExit { from: dave, address: address(DAVE), token },
        L1Operation::ForcedExit { from: bob, address: address(DAVE), token },
        L1Operation::L1SetKey { from: dave, address: address(DAVE), new_key },
        L1Operation::L1SetKey { from: bob, address: address(DAVE), new_key },
    ]
}

/// The batch of [`Case`], sealed once in a process.
pub(super) fn batch() -> &'static SealedBatch {
    static BATCH: OnceLock<SealedBatch> = OnceLock::new();
    BATCH.get_or_init(|| {
        let state = State::create(MemoryStore::default(), &genesis()).unwrap();
        let inputs = SealInputs {
            parameters: parameters(),
            batch: BatchNumber::new(1).unwrap(),
            timestamp: timestamp(),
            operator: index(OPERATOR),
            l1_operations: l1_operations(),
            transactions: transactions(),
            skip_invalid: false,
        };
        let snapshot = state.snapshot();
        seal(&mut Overlay::new(&snapshot), &inputs).unwrap().batch
    })
}

/// The batch as one segment of 16 blocks; Noops fill it up.
pub(super) fn whole_batch() -> SegmentTrace {
    let batch = batch();
    SegmentTrace::generate(&batch.context, batch.entry(), &batch.transactions, 16).unwrap()
}

#[test]
fn the_batch_has_every_case() {
    use starfold_transition::Kind;
    let operation = |case: Case| case.witness().operation;
    let tell = |case| (operation(case).kind, operation(case).created, operation(case).matched);
    let expected = [
        (Kind::Deposit, true, false),
        (Kind::Deposit, false, false),
        (Kind::ForcedExit, false, true),
        (Kind::ForcedExit, false, false),
        (Kind::L1SetKey, false, true),
        (Kind::L1SetKey, false, false),
        (Kind::Transfer, false, false),
        (Kind::Transfer, true, false),
        (Kind::Withdraw, false, false),
        (Kind::SetKey, false, false),
        (Kind::CollectFee, false, false),
        (Kind::Noop, false, false),
    ];
    assert_eq!(Case::ALL.map(tell), expected);
    assert_eq!(batch().transactions.len(), Case::Noop as usize);
}
