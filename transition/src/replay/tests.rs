use proptest::prelude::*;
use starfold_primitives::quantities::{ChainId, FeeUnit};
use starfold_state::{Genesis, GenesisAccount, GenesisBalance, MemoryStore, State};

use super::*;
use crate::seal::seal;
use crate::testing::{arbitrary_batch, fee_count, index, l1_token, secret_key, token};

fn parameters() -> Parameters {
    Parameters {
        chain_id: ChainId::new(31_337).unwrap(),
        contract: Address([0xc0; 20]),
        fee_token: token(1),
        fee_unit: FeeUnit::new(10).unwrap(),
    }
}

fn address(number: u8) -> Address {
    Address([number; 20])
}

/// Accounts 0, 1 and 2 of the addresses 1, 2 and 3, the last without a key; all have 1,000 of the
/// tokens 0 and 1.
fn state() -> State<MemoryStore> {
    let mut genesis = Genesis { tokens: vec![l1_token(1)], ..Genesis::default() };
    for (number, owner) in [(0, 1), (1, 2), (2, 3)] {
        let account = index(number);
        let key = if number == 2 { PublicKey::NONE } else { secret_key(7).public_key() };
        genesis.accounts.push(GenesisAccount { index: account, key, address: address(owner) });
        for id in 0..2 {
            let amount = Amount::new(1_000);
            genesis.balances.push(GenesisBalance { account, token: token(id), amount });
        }
    }
    State::create(MemoryStore::default(), &genesis).unwrap()
}

const ZERO: DecodedTransaction = DecodedTransaction {
    opcode: Opcode::Transfer,
    from: AccountIndex::ZERO,
    to: AccountIndex::ZERO,
    token: TokenId::ZERO,
    amount: Amount::ZERO,
    fee_count: FeeCount::ZERO,
    address: Address::ZERO,
    new_key: PublicKey::NONE,
};

fn header(words: &[Word], counter: usize) -> BatchHeader {
    BatchHeader {
        timestamp: Timestamp::ZERO,
        exit_root: Digest::ZERO,
        words_digest: words_digest(words),
        counter: u32::try_from(counter).unwrap(),
    }
}

/// Replays transactions over [`state`], without knowing the root that they should lead to.
fn run(transactions: &[DecodedTransaction]) -> Result<(), ReplayError> {
    let words: Vec<Word> = transactions.iter().flat_map(|one| one.to_words()).collect();
    let state = state();
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    match replay(&mut overlay, &parameters(), &header(&words, transactions.len()), &words) {
        // the header's root is zero, which no state has
        Err(ReplayError::ExitRoot { .. }) => Ok(()),
        other => other.map(drop),
    }
}

/// Expects that the last transaction breaks a rule.
fn assert_violates(transactions: &[DecodedTransaction], violation: ReplayViolation) {
    let position = transactions.len() - 1;
    let opcode = transactions[position].opcode;
    let error = ReplayError::Transaction { position, opcode, violation };
    assert_eq!(run(transactions), Err(error));
}

fn collect(count: u32) -> DecodedTransaction {
    let amount = Amount::new(u128::from(count) * 10);
    let fee_count = fee_count(count);
    DecodedTransaction { opcode: Opcode::CollectFee, token: token(1), amount, fee_count, ..ZERO }
}

fn paid(count: u32) -> DecodedTransaction {
    DecodedTransaction { fee_count: fee_count(count), ..ZERO }
}

#[test]
fn accounts_exist_or_are_created() {
    let unknown = index(9);
    let expected = ReplayViolation::UnknownAccount { index: unknown };
    assert_violates(&[DecodedTransaction { to: unknown, ..ZERO }], expected.clone());
    assert_violates(&[DecodedTransaction { from: unknown, ..ZERO }], expected.clone());
    assert_violates(&[DecodedTransaction { to: unknown, ..collect(0) }], expected);
    let keyless = DecodedTransaction { from: index(2), ..ZERO };
    assert_violates(&[keyless], ReplayViolation::KeyNotSet { index: index(2) });

    let opcode = Opcode::TransferNew;
    let create = DecodedTransaction { opcode, to: unknown, address: address(5), ..ZERO };
    let again = ReplayViolation::AlreadyCreated { index: unknown, address: address(5) };
    assert_eq!(run(&[create]), Ok(()));
    assert_violates(&[create, create], again);
    let existing = DecodedTransaction { to: index(1), ..create };
    let expected = ReplayViolation::AlreadyCreated { index: index(1), address: address(2) };
    assert_violates(&[existing], expected);
}

#[test]
fn deposits_stay_with_their_address() {
    let opcode = Opcode::Deposit;
    let deposit = DecodedTransaction { opcode, to: index(1), address: address(2), ..ZERO };
    assert_eq!(run(&[deposit]), Ok(()));
    let (expected, actual) = (address(7), address(2));
    let violation = ReplayViolation::OtherAddress { index: index(1), expected, actual };
    assert_violates(&[DecodedTransaction { address: expected, ..deposit }], violation);
}

#[test]
fn addresses_are_not_zero() {
    for opcode in [
        Opcode::TransferNew,
        Opcode::Withdraw,
        Opcode::Deposit,
        Opcode::ForcedExit,
        Opcode::L1SetKey,
    ] {
        // an index that is still empty, so that its address is zero too
        let to = if opcode == Opcode::Deposit || opcode == Opcode::TransferNew { 9 } else { 0 };
        let from = if opcode == Opcode::ForcedExit || opcode == Opcode::L1SetKey { 9 } else { 0 };
        let transaction = DecodedTransaction { opcode, from: index(from), to: index(to), ..ZERO };
        assert_violates(&[transaction], ReplayViolation::ZeroAddress);
    }
}

#[test]
fn balances_stay_in_range() {
    let amount = Amount::new(1_001);
    let violation = ReplayViolation::InsufficientBalance {
        index: index(0),
        token: token(0),
        required: amount,
        available: Amount::new(1_000),
    };
    assert_violates(&[DecodedTransaction { amount, ..ZERO }], violation);
    let violation = ReplayViolation::InsufficientBalance {
        index: index(0),
        token: token(1),
        required: Amount::new(1_010),
        available: Amount::new(1_000),
    };
    assert_violates(&[paid(101)], violation);
    let violation = ReplayViolation::BalanceOverflow {
        index: index(0),
        token: token(0),
        balance: Amount::new(1_000),
        amount: Amount::MAX,
    };
    let deposit = DecodedTransaction {
        opcode: Opcode::Deposit,
        address: address(1),
        amount: Amount::MAX,
        ..ZERO
    };
    assert_violates(&[deposit], violation);
}

#[test]
fn forced_exits_take_all_or_nothing() {
    let exit = |owner, amount| DecodedTransaction {
        opcode: Opcode::ForcedExit,
        address: address(owner),
        amount: Amount::new(amount),
        ..ZERO
    };
    assert_eq!(run(&[exit(1, 1_000), exit(1, 0), exit(2, 0)]), Ok(()));
    for (owner, expected, amounts) in [(1, 1_000, [0, 999]), (2, 0, [1, 1_000])] {
        for amount in amounts {
            let (expected, actual) = (Amount::new(expected), Amount::new(amount));
            let violation = ReplayViolation::ForcedExitAmount { index: index(0), expected, actual };
            assert_violates(&[exit(owner, amount)], violation);
        }
    }
}

#[test]
fn exactly_the_fees_are_collected() {
    assert_eq!(run(&[paid(2), paid(3), collect(5)]), Ok(()));
    let left = ReplayError::FeesNotCollected { actual: fee_count(5) };
    assert_eq!(run(&[paid(2), paid(3)]), Err(left));
    for count in [4, 6] {
        let (expected, actual) = (fee_count(5), fee_count(count));
        let violation = ReplayViolation::CollectedCount { expected, actual };
        assert_violates(&[paid(2), paid(3), collect(count)], violation);
    }
    let (expected, actual) = (Amount::new(50), Amount::new(51));
    let violation = ReplayViolation::CollectedAmount { expected, actual };
    assert_violates(&[paid(5), DecodedTransaction { amount: actual, ..collect(5) }], violation);
    let (expected, actual) = (token(1), token(0));
    let violation = ReplayViolation::CollectedToken { expected, actual };
    assert_violates(&[paid(5), DecodedTransaction { token: actual, ..collect(5) }], violation);
}

#[test]
fn fees_of_2_to_the_32_units_are_refused() {
    let fund = DecodedTransaction {
        opcode: Opcode::Deposit,
        address: address(1),
        token: token(1),
        amount: Amount::new(1 << 100),
        ..ZERO
    };
    let (accumulated, one) = (FeeCount::MAX, fee_count(1));
    let violation = ReplayViolation::FeesOverflow { accumulated, fee_count: one };
    assert_violates(&[fund, paid(u32::MAX), paid(1)], violation);
}

#[test]
fn the_last_nonce_ends_an_account() {
    let state = state();
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    let key = secret_key(7).public_key();
    overlay.set_account(index(0), key, address(1), Nonce::MAX).unwrap();
    let words = ZERO.to_words();
    let violation = ReplayViolation::NonceExhausted { index: index(0), nonce: Nonce::MAX };
    let error = ReplayError::Transaction { position: 0, opcode: Opcode::Transfer, violation };
    assert_eq!(replay(&mut overlay, &parameters(), &header(&words, 1), &words), Err(error));
}

#[test]
fn a_key_set_on_l1_needs_the_address_and_advances_the_nonce() {
    let new_key = secret_key(8).public_key();
    for (owner, replaced) in [(1, true), (2, false)] {
        let set_key = DecodedTransaction {
            opcode: Opcode::L1SetKey,
            address: address(owner),
            new_key,
            ..ZERO
        };
        let words = set_key.to_words();
        let state = state();
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        let error = replay(&mut overlay, &parameters(), &header(&words, 1), &words).unwrap_err();
        assert!(matches!(error, ReplayError::ExitRoot { .. }), "{error}");
        let account = overlay.account(index(0)).unwrap();
        assert_eq!((account.key == new_key, account.nonce.get()), (replaced, replaced.into()));
    }
}

#[test]
fn the_header_must_fit() {
    let (state, inputs) = arbitrary_batch(3, 12);
    let snapshot = state.snapshot();
    let batch = seal(&mut Overlay::new(&snapshot), &inputs).unwrap().batch;
    let good = batch.header();
    let replayed = |header: &BatchHeader, words: &[Word]| {
        replay(&mut Overlay::new(&snapshot), &inputs.parameters, header, words)
    };
    replayed(&good, &batch.words).unwrap();

    let error = replayed(&BatchHeader { exit_root: Digest::ZERO, ..good }, &batch.words);
    let (expected, actual) = (Digest::ZERO, good.exit_root);
    assert_eq!(error, Err(ReplayError::ExitRoot { expected, actual }));

    let error = replayed(&BatchHeader { words_digest: Digest::ZERO, ..good }, &batch.words);
    let actual = good.words_digest;
    assert_eq!(error, Err(ReplayError::WordsDigest { expected, actual }));

    let error = replayed(&BatchHeader { counter: 1, ..good }, &batch.words);
    let actual = batch.transactions.len();
    assert_eq!(error, Err(ReplayError::Counter { expected: 1, actual }));

    let unknown = [Word::new([0; 4]).unwrap()];
    let error = replayed(&header(&unknown, 1), &unknown);
    let error_in_words = WordsError::UnknownOpcode { position: 0, actual: 0 };
    assert_eq!(error, Err(ReplayError::Words(error_in_words)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever is done to a word of a batch, even with the digest adjusted: replay refuses it, or the
    /// state is the same.
    #[test]
    fn a_changed_word_is_noticed(seed in 0_u64..8, at: prop::sample::Index, bit in 0_usize..248) {
        let (state, inputs) = arbitrary_batch(seed, 10);
        let snapshot = state.snapshot();
        let batch = seal(&mut Overlay::new(&snapshot), &inputs).unwrap().batch;
        let mut words = batch.words.clone();
        let at = at.index(words.len());
        let mut bytes = words[at].to_bytes();
        bytes[30 - bit / 8] ^= 1 << (bit % 8);
        words[at] = Word::from_bytes(&bytes);
        let header = BatchHeader { words_digest: words_digest(&words), ..batch.header() };
        let mut overlay = Overlay::new(&snapshot);
        match replay(&mut overlay, &inputs.parameters, &header, &words) {
            Err(ReplayError::State(error)) => prop_assert!(false, "{error}"),
            Err(_) => {}
            // the digest alone, that is the proof, fixes what replay cannot know: where a withdrawal
            // goes, what an L1 operation holds that changes nothing, how much someone pays himself,
            // in which token and to whom nothing is paid
            Ok(decoded) => {
                let original = decode(&batch.words).unwrap();
                let changed = decoded.iter().zip(&original).filter(|(new, old)| new != old);
                for (new, _) in changed {
                    let own = new.from == new.to || new.amount == Amount::ZERO;
                    let own = new.opcode == Opcode::Transfer && own;
                    prop_assert!(own || new.opcode.is_for_contract(), "{new:?}");
                }
            }
        }
    }
}
