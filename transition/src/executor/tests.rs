use starfold_primitives::quantities::{ChainId, FeeUnit, Nonce};
use starfold_primitives::signature::{SecretKey, SignatureError};
use starfold_state::{Genesis, GenesisAccount, GenesisBalance, MemoryStore, State};

use super::*;
use crate::testing::{fee_count, index, l1_token, secret_key, token};
use crate::transaction::{SetKey, Transaction, Transfer, Withdraw};

const FEE_TOKEN: u16 = 1;
const FEE_UNIT: u32 = 10;

fn parameters() -> Parameters {
    Parameters {
        chain_id: ChainId::new(31_337).unwrap(),
        contract: Address([0xc0; 20]),
        fee_token: token(FEE_TOKEN),
        fee_unit: FeeUnit::new(FEE_UNIT).unwrap(),
    }
}

fn now() -> Timestamp {
    Timestamp::new(1_000).unwrap()
}

fn address(number: u8) -> Address {
    Address([number; 20])
}

/// Accounts: 0 the operator's, 1 and 3 of address 1, 2 of address 2, 4 of address 4 without a key.
/// All have 1,000 of tokens 0 and 1; account 2 has all there can be of token 2.
fn state() -> State<MemoryStore> {
    let mut genesis = Genesis { tokens: (1..3).map(l1_token).collect(), ..Genesis::default() };
    for (number, owner) in [(0, 9), (1, 1), (2, 2), (3, 1), (4, 4)] {
        let key = match number {
            4 => PublicKey::NONE,
            _ => secret_key(u64::from(number)).public_key(),
        };
        let account = index(number);
        genesis.accounts.push(GenesisAccount { index: account, key, address: address(owner) });
        for id in 0..2 {
            let amount = Amount::new(1_000);
            genesis.balances.push(GenesisBalance { account, token: token(id), amount });
        }
    }
    let (account, amount) = (index(2), Amount::MAX);
    genesis.balances.push(GenesisBalance { account, token: token(2), amount });
    let (account, amount) = (index(1), Amount::new(1));
    genesis.balances.push(GenesisBalance { account, token: token(2), amount });
    State::create(MemoryStore::default(), &genesis).unwrap()
}

fn transfer() -> Transfer {
    Transfer {
        from: index(1),
        to: address(2),
        to_index: None,
        token: token(0),
        amount: Amount::new(100),
        fee_count: fee_count(3),
        fee_token: token(FEE_TOKEN),
        nonce: Nonce::ZERO,
        valid_until: now(),
    }
}

fn withdraw() -> Withdraw {
    let Transfer { from, to, token, amount, fee_count, fee_token, nonce, valid_until, .. } =
        transfer();
    Withdraw { from, to, token, amount, fee_count, fee_token, nonce, valid_until }
}

fn set_key(new_key: PublicKey) -> SetKey {
    let Transfer { from, fee_count, fee_token, nonce, valid_until, .. } = transfer();
    SetKey { from, new_key, fee_count, fee_token, nonce, valid_until }
}

fn sign(transaction: Transaction, key: &SecretKey) -> SignedTransaction {
    transaction.sign_deterministic(key, &parameters())
}

fn signed(transfer: Transfer) -> SignedTransaction {
    let key = secret_key(u64::from(transfer.from.get()));
    sign(Transaction::Transfer(transfer), &key)
}

fn nonce(value: u64) -> Nonce {
    Nonce::new(value).unwrap()
}

/// Expects a rejection, and that nothing changed.
fn assert_rejected<R: StateReader>(
    executor: &mut Executor<'_, '_, R>,
    transaction: &SignedTransaction,
    expected: Rejection,
) {
    let (root, fees) = (executor.state().root(), executor.fee_accumulator());
    let next_index = executor.state().next_index();
    let error = executor.execute(transaction).unwrap_err();
    assert_eq!(error, ExecutionError::Rejected(expected));
    assert_eq!(executor.state().root(), root);
    assert_eq!(executor.state().next_index(), next_index);
    assert_eq!(executor.fee_accumulator(), fees);
}

/// Runs `test` with an executor over [`state`].
macro_rules! with_executor {
    ($executor:ident, $test:block) => {
        let state = state();
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        let mut $executor = Executor::new(&mut overlay, parameters(), now());
        $test
    };
}

fn balances<R: StateReader>(executor: &Executor<'_, '_, R>, account: u32) -> [u128; 2] {
    [0, 1].map(|id| executor.state().balance(index(account), token(id)).unwrap().get())
}

#[test]
fn a_transfer_moves_amount_and_fee() {
    with_executor!(executor, {
        let witness = executor.execute(&signed(transfer())).unwrap();
        assert_eq!((witness.operation.to, witness.operation.created), (index(2), false));
        assert_eq!(balances(&executor, 1), [900, 970]);
        assert_eq!(balances(&executor, 2), [1_100, 1_000]);
        assert_eq!(executor.fee_accumulator(), fee_count(3));
        assert_eq!(executor.state().account(index(1)).unwrap().nonce, nonce(1));
    });
}

#[test]
fn who_may_send() {
    with_executor!(executor, {
        let from = index(77);
        let unknown = signed(Transfer { from, ..transfer() });
        assert_rejected(&mut executor, &unknown, Rejection::UnknownSender { from });
        let from = index(4);
        let keyless = signed(Transfer { from, ..transfer() });
        let expected = Rejection::KeyNotSet { from, address: address(4) };
        assert_rejected(&mut executor, &keyless, expected);
    });
}

#[test]
fn nonces_are_neither_reused_nor_skipped() {
    with_executor!(executor, {
        let from = index(1);
        let (expected, actual) = (nonce(0), nonce(1));
        let early = signed(Transfer { nonce: actual, ..transfer() });
        assert_rejected(&mut executor, &early, Rejection::WrongNonce { from, expected, actual });
        executor.execute(&signed(transfer())).unwrap();
        let again = Rejection::WrongNonce { from, expected: actual, actual: expected };
        assert_rejected(&mut executor, &signed(transfer()), again);
        executor.execute(&early).unwrap();
    });
}

#[test]
fn the_last_nonce_cannot_be_used() {
    let state = state();
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    let from = index(1);
    let key = secret_key(1).public_key();
    overlay.set_account(from, key, address(1), Nonce::MAX).unwrap();
    let mut executor = Executor::new(&mut overlay, parameters(), now());
    let last = signed(Transfer { nonce: Nonce::MAX, ..transfer() });
    let expected = Rejection::NonceExhausted { from, nonce: Nonce::MAX };
    assert_rejected(&mut executor, &last, expected.clone());
    let entry = L1Operation::L1SetKey { from, address: address(1), new_key: key };
    assert_eq!(executor.execute_l1(&entry), Err(expected.into()));
}

#[test]
fn fee_token_expiry_and_address() {
    with_executor!(executor, {
        let (expected, actual) = (token(FEE_TOKEN), token(0));
        let wrong = signed(Transfer { fee_token: actual, ..transfer() });
        assert_rejected(&mut executor, &wrong, Rejection::WrongFeeToken { expected, actual });
        let valid_until = Timestamp::new(999).unwrap();
        let late = signed(Transfer { valid_until, ..transfer() });
        let expected = Rejection::Expired { valid_until, timestamp: now() };
        assert_rejected(&mut executor, &late, expected);
        let zero = signed(Transfer { to: Address::ZERO, ..transfer() });
        assert_rejected(&mut executor, &zero, Rejection::ZeroAddress);
        let zero = Transaction::Withdraw(Withdraw { to: Address::ZERO, ..withdraw() });
        assert_rejected(&mut executor, &sign(zero, &secret_key(1)), Rejection::ZeroAddress);
    });
}

#[test]
fn a_signature_is_of_one_key_and_every_field() {
    with_executor!(executor, {
        let good = signed(transfer());
        let changes: [fn(&mut Transfer); 5] = [
            |transfer| transfer.to = address(3),
            |transfer| transfer.to_index = Some(index(2)),
            |transfer| transfer.token = token(1),
            |transfer| transfer.amount = Amount::new(99),
            |transfer| transfer.fee_count = fee_count(2),
        ];
        let mut forged = vec![sign(good.transaction, &secret_key(2))];
        for change in changes {
            let mut changed = transfer();
            change(&mut changed);
            forged.push(SignedTransaction { transaction: Transaction::Transfer(changed), ..good });
        }
        forged.push(SignedTransaction { transaction: Transaction::Withdraw(withdraw()), ..good });
        let elsewhere = Parameters { contract: address(7), ..parameters() };
        forged.push(good.transaction.sign_deterministic(&secret_key(1), &elsewhere));
        let root = executor.state().root();
        for transaction in forged {
            let error = executor.execute(&transaction).unwrap_err();
            let ExecutionError::Rejected(Rejection::BadSignature { from, source }) = error else {
                panic!("{error}");
            };
            assert_eq!(from, index(1));
            assert!(matches!(source, SignatureError::WrongChallenge { .. }), "{source}");
        }
        assert_eq!(executor.state().root(), root);
        executor.execute(&good).unwrap();
    });
}

#[test]
fn amount_and_fee_must_be_there() {
    with_executor!(executor, {
        let (from, id, available) = (index(1), token(0), Amount::new(1_000));
        let required = Amount::new(1_001);
        let much = signed(Transfer { amount: required, ..transfer() });
        let expected = Rejection::InsufficientBalance { from, token: id, required, available };
        assert_rejected(&mut executor, &much, expected);
        // the fee is 30 in the token of the amount, of which 1,000 - 971 = 29 are left
        let close = Transfer { token: token(1), amount: Amount::new(971), ..transfer() };
        let expected = Rejection::InsufficientFee {
            from,
            token: token(FEE_TOKEN),
            required: Amount::new(30),
            available: Amount::new(29),
        };
        assert_rejected(&mut executor, &signed(close), expected);
        let dear = signed(Transfer { fee_count: fee_count(101), ..transfer() });
        let expected = Rejection::InsufficientFee {
            from,
            token: token(FEE_TOKEN),
            required: Amount::new(1_010),
            available,
        };
        assert_rejected(&mut executor, &dear, expected);
        executor.execute(&signed(Transfer { amount: Amount::new(970), ..close })).unwrap();
        assert_eq!(balances(&executor, 1), [1_000, 0]);
    });
}

#[test]
fn paying_oneself_needs_the_amount_before_it_comes_back() {
    with_executor!(executor, {
        let all = Transfer { to: address(1), to_index: Some(index(1)), ..transfer() };
        let much = signed(Transfer { amount: Amount::new(1_001), ..all });
        let expected = Rejection::InsufficientBalance {
            from: index(1),
            token: token(0),
            required: Amount::new(1_001),
            available: Amount::new(1_000),
        };
        assert_rejected(&mut executor, &much, expected);
        // the fee is due before the amount comes back
        let fee_first = Transfer { token: token(1), amount: Amount::new(1_000), ..all };
        let expected = Rejection::InsufficientFee {
            from: index(1),
            token: token(FEE_TOKEN),
            required: Amount::new(30),
            available: Amount::ZERO,
        };
        assert_rejected(&mut executor, &signed(fee_first), expected);
        let witness =
            executor.execute(&signed(Transfer { amount: Amount::new(1_000), ..all })).unwrap();
        assert_eq!(balances(&executor, 1), [1_000, 970]);
        assert_eq!(witness.recipient.unwrap().token.balance, Amount::ZERO);
    });
}

#[test]
fn a_balance_of_everything_can_pay_itself_and_nobody_else_can_add_to_it() {
    with_executor!(executor, {
        let base = Transfer { token: token(2), amount: Amount::MAX, ..transfer() };
        let own = Transfer { from: index(2), to: address(2), ..base };
        executor.execute(&signed(own)).unwrap();
        let one = signed(Transfer { amount: Amount::new(1), ..base });
        let expected = Rejection::RecipientOverflow {
            to: index(2),
            token: token(2),
            balance: Amount::MAX,
            amount: Amount::new(1),
        };
        assert_rejected(&mut executor, &one, expected.clone());
        let (to, amount) = (address(2), Amount::new(1));
        let entry = L1Operation::Deposit { to, token: TokenName::Id(token(2)), amount };
        assert_eq!(executor.execute_l1(&entry), Err(expected.into()));
    });
}

#[test]
fn named_recipients_are_the_address_or_empty() {
    with_executor!(executor, {
        let to_index = Some(index(2));
        let other = signed(Transfer { to: address(1), to_index, ..transfer() });
        let (expected, actual) = (address(1), address(2));
        let expected = Rejection::RecipientMismatch { to: index(2), expected, actual };
        assert_rejected(&mut executor, &other, expected);
        let second = Transfer { to: address(1), to_index: Some(index(3)), ..transfer() };
        let witness = executor.execute(&signed(second)).unwrap();
        assert_eq!((witness.operation.to, witness.operation.created), (index(3), false));
        let to_index = Some(AccountIndex::MAX);
        let new = Transfer { to: address(1), to_index, nonce: nonce(1), ..transfer() };
        let witness = executor.execute(&signed(new)).unwrap();
        assert_eq!((witness.operation.to, witness.operation.created), (AccountIndex::MAX, true));
        assert_eq!(executor.state().next_index(), Ok(index(5)));
    });
}

#[test]
fn any_recipient_is_the_first_account_or_the_next_free_index() {
    with_executor!(executor, {
        let send = |to, number| signed(Transfer { to, nonce: nonce(number), ..transfer() });
        let mut to = |to, number| {
            let operation = executor.execute(&send(to, number)).unwrap().operation;
            (operation.to.get(), operation.created)
        };
        assert_eq!(to(address(1), 0), (1, false));
        assert_eq!(to(address(7), 1), (5, true));
        assert_eq!(to(address(7), 2), (5, false));
        assert_eq!(to(address(8), 3), (6, true));
        let account = executor.state().account(index(5)).unwrap();
        assert_eq!((account.address, account.nonce), (address(7), Nonce::ZERO));
        assert!(account.key.is_none());
        assert_eq!(balances(&executor, 5), [200, 0]);
    });
}

#[test]
fn a_new_key_signs_at_once_and_the_old_one_no_more() {
    with_executor!(executor, {
        let (old, new) = (secret_key(1), secret_key(100));
        let change = Transaction::SetKey(set_key(new.public_key()));
        executor.execute(&sign(change, &old)).unwrap();
        let next = Transaction::Transfer(Transfer { nonce: nonce(1), ..transfer() });
        let error = executor.execute(&sign(next, &old)).unwrap_err();
        assert!(
            matches!(error, ExecutionError::Rejected(Rejection::BadSignature { .. })),
            "{error}"
        );
        executor.execute(&sign(next, &new)).unwrap();
    });
}

#[test]
fn a_key_set_on_l1_revives_no_old_signature() {
    with_executor!(executor, {
        let signed = signed(transfer());
        let new_key = secret_key(1).public_key();
        let entry = L1Operation::L1SetKey { from: index(1), address: address(1), new_key };
        assert!(executor.execute_l1(&entry).unwrap().operation.matched);
        let (expected, actual) = (nonce(1), nonce(0));
        let expected = Rejection::WrongNonce { from: index(1), expected, actual };
        assert_rejected(&mut executor, &signed, expected);
    });
}

#[test]
fn the_fees_of_a_batch_stay_below_2_to_the_32() {
    let state = state();
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    overlay.set_balance(index(1), token(FEE_TOKEN), Amount::new(1 << 70)).unwrap();
    let mut executor = Executor::new(&mut overlay, parameters(), now());
    let most = fee_count(u32::MAX - 1);
    executor.execute(&signed(Transfer { fee_count: most, ..transfer() })).unwrap();
    let two = signed(Transfer { fee_count: fee_count(2), nonce: nonce(1), ..transfer() });
    let expected = Rejection::BatchFeesOverflow { accumulated: most, fee_count: fee_count(2) };
    assert_rejected(&mut executor, &two, expected);
    let one = signed(Transfer { fee_count: fee_count(1), nonce: nonce(1), ..transfer() });
    executor.execute(&one).unwrap();
    assert_eq!(executor.fee_accumulator(), FeeCount::MAX);
    let witness = executor.collect_fee(index(0)).unwrap();
    assert_eq!(witness.operation.amount.get(), u128::from(u32::MAX) * u128::from(FEE_UNIT));
    assert_eq!(executor.fee_accumulator(), FeeCount::ZERO);
}

#[test]
fn fees_need_an_account() {
    with_executor!(executor, {
        executor.execute(&signed(transfer())).unwrap();
        let operator = index(50);
        let expected = Rejection::UnknownOperator { operator };
        assert_eq!(executor.collect_fee(operator), Err(expected.into()));
        executor.collect_fee(index(1)).unwrap();
        assert_eq!(balances(&executor, 1), [900, 1_000]);
    });
}

#[test]
fn l1_operations_that_do_not_match_change_nothing() {
    with_executor!(executor, {
        let root = executor.state().root();
        let new_key = secret_key(5).public_key();
        for from in [1, 99].map(index) {
            let token = TokenName::Id(token(0));
            let exit = L1Operation::ForcedExit { from, address: address(2), token };
            let set_key = L1Operation::L1SetKey { from, address: address(2), new_key };
            for entry in [exit, set_key] {
                let operation = executor.execute_l1(&entry).unwrap().operation;
                assert_eq!((operation.matched, operation.amount), (false, Amount::ZERO));
                assert_eq!(executor.state().root(), root);
            }
        }
        // a token that nobody has is nothing to exit with
        let token = TokenName::Id(token(999));
        let none = L1Operation::ForcedExit { from: index(1), address: address(1), token };
        let operation = executor.execute_l1(&none).unwrap().operation;
        assert_eq!((operation.matched, operation.amount), (true, Amount::ZERO));
        assert_eq!(executor.state().root(), root);
    });
}

#[test]
fn a_forced_exit_takes_everything_and_keeps_the_nonce() {
    with_executor!(executor, {
        let token = TokenName::L1(l1_token(1));
        let entry = L1Operation::ForcedExit { from: index(1), address: address(1), token };
        let operation = executor.execute_l1(&entry).unwrap().operation;
        assert_eq!((operation.matched, operation.amount), (true, Amount::new(1_000)));
        assert_eq!(balances(&executor, 1), [1_000, 0]);
        assert_eq!(executor.state().account(index(1)).unwrap().nonce, Nonce::ZERO);
    });
}

#[test]
fn queue_entries_that_no_contract_accepts_are_refused() {
    with_executor!(executor, {
        let amount = Amount::new(1);
        for token in [TokenName::Id(token(3)), TokenName::L1(address(0xee))] {
            let entry = L1Operation::Deposit { to: address(1), token, amount };
            let expected = Rejection::UnregisteredToken { token };
            assert_eq!(executor.execute_l1(&entry), Err(expected.into()));
        }
        let unknown = TokenName::L1(address(0xee));
        let entry = L1Operation::ForcedExit { from: index(1), address: address(1), token: unknown };
        let expected = Rejection::UnregisteredToken { token: unknown };
        assert_eq!(executor.execute_l1(&entry), Err(expected.into()));
        let (from, zero) = (index(1), Address::ZERO);
        let token = TokenName::Id(token(0));
        let new_key = PublicKey::NONE;
        for entry in [
            L1Operation::Deposit { to: zero, token, amount },
            L1Operation::ForcedExit { from, address: zero, token },
            L1Operation::L1SetKey { from, address: zero, new_key },
        ] {
            assert_eq!(executor.execute_l1(&entry), Err(Rejection::ZeroAddress.into()));
        }
    });
}

#[test]
fn what_an_error_says() {
    let error = Rejection::WrongNonce { from: index(1), expected: nonce(4), actual: nonce(2) };
    assert_eq!(error.to_string(), "the nonce of account 1 is 4, the transaction has 2");
}
