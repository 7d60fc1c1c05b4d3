//! Random batches for differential tests, reproducible from a seed.
//!
//! A batch is executed while it is made, so every transaction in it is valid. The choices favour what
//! goes wrong in rollups: accounts that are sender, recipient and operator at once, balances that are
//! spent to the last unit, several accounts of one address, keys replaced within a batch.

mod reference;

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, BatchNumber, ChainId, FeeCount, FeeUnit, Timestamp, TokenId,
};
use starfold_primitives::signature::{PublicKey, SecretKey};
use starfold_state::{
    Genesis, GenesisAccount, GenesisBalance, MemoryStore, Overlay, State, StateReader,
};

use crate::boundary::Parameters;
use crate::executor::Executor;
use crate::l1::{L1Operation, TokenName};
use crate::seal::SealInputs;
use crate::transaction::{SetKey, SignedTransaction, Transaction, Transfer, Withdraw};

pub use reference::root_after;

/// Accounts that a random rollup starts with; account 0 is the operator's.
const ACCOUNTS: u32 = 6;
/// Addresses that own them.
const ADDRESSES: u8 = 4;
/// Registered tokens, ETH included.
const TOKENS: u16 = 4;
/// How often a transaction is chosen anew where the choice breaks a rule.
const ATTEMPTS: usize = 100;

/// A random rollup and the inputs of a batch of `n` transactions over it, CollectFee not counted.
///
/// About a third are L1 operations. Equal seeds give equal batches.
///
/// # Panics
/// Where `n` is zero or the state fails: a test cannot go on.
#[must_use]
pub fn arbitrary_batch(seed: u64, n: usize) -> (State<MemoryStore>, SealInputs) {
    assert!(n > 0, "a batch has a transaction");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (genesis, keys) = genesis(&mut rng);
    let state = State::create(MemoryStore::default(), &genesis).expect("a valid genesis");
    let parameters = parameters(&mut rng);
    let timestamp = Timestamp::new(1_700_000_000).expect("every u32 is a timestamp");
    let mut inputs = SealInputs {
        parameters,
        batch: BatchNumber::new(1).expect("every u32 is a batch number"),
        timestamp,
        operator: AccountIndex::ZERO,
        l1_operations: Vec::new(),
        transactions: Vec::new(),
        skip_invalid: false,
    };
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    let executor = Executor::new(&mut overlay, parameters, timestamp);
    let accounts = (0..ACCOUNTS).map(index).collect();
    let mut generator = Generator { rng, executor, parameters, timestamp, keys, accounts };
    let l1_count = generator.rng.random_range(0..=n * 2 / 3);
    for _ in 0..l1_count {
        inputs.l1_operations.push(generator.l1_operation());
    }
    for _ in l1_count..n {
        inputs.transactions.push(generator.transaction());
    }
    (state, inputs)
}

/// The secret key that belongs to a number.
#[must_use]
pub fn secret_key(number: u64) -> SecretKey {
    let mut bytes = [0x5a; 64];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    SecretKey::from_uniform_bytes(&bytes).expect("the bytes are no multiple of the group order")
}

/// The account index of a number.
#[must_use]
pub fn index(number: u32) -> AccountIndex {
    AccountIndex::new(number).expect("every u32 is an account index")
}

/// The token of a number.
#[must_use]
pub fn token(number: u16) -> TokenId {
    TokenId::new(number).expect("every u16 is a token")
}

/// A fee of that many fee units.
#[must_use]
pub fn fee_count(number: u32) -> FeeCount {
    FeeCount::new(number).expect("every u32 is a fee count")
}

/// The contract on L1 of a token of a random rollup.
#[must_use]
pub fn l1_token(number: u16) -> Address {
    let [high, low] = number.to_be_bytes();
    let mut address = [0; 20];
    if number != 0 {
        address[0] = 0x70;
    }
    (address[18], address[19]) = (high, low);
    Address(address)
}

fn address(number: u8) -> Address {
    Address([number + 1; 20])
}

fn parameters(rng: &mut ChaCha8Rng) -> Parameters {
    let unit = *choose(rng, &[1, 1_000, FeeUnit::MAX.get()]);
    Parameters {
        chain_id: ChainId::new(31_337).expect("below the field order"),
        contract: Address([0xc0; 20]),
        fee_token: token(rng.random_range(0..2)),
        fee_unit: FeeUnit::new(unit).expect("at most the largest"),
    }
}

/// Accounts with keys, of which several share an address, and balances of all magnitudes.
fn genesis(rng: &mut ChaCha8Rng) -> (Genesis, BTreeMap<AccountIndex, SecretKey>) {
    let mut genesis = Genesis { tokens: (1..TOKENS).map(l1_token).collect(), ..Genesis::default() };
    let mut keys = BTreeMap::new();
    for number in 0..ACCOUNTS {
        let index = index(number);
        let secret = secret_key(rng.random());
        let address = address(rng.random_range(0..ADDRESSES));
        genesis.accounts.push(GenesisAccount { index, key: secret.public_key(), address });
        keys.insert(index, secret);
        for id in 0..TOKENS {
            // the rollup's fee token is 0 or 1: enough of both that most fees can be paid
            let bits = if id < 2 { rng.random_range(70..110) } else { rng.random_range(0..120) };
            let amount = Amount::new(rng.random::<u128>() >> (128 - bits).min(127));
            if amount != Amount::ZERO {
                let balance = GenesisBalance { account: index, token: token(id), amount };
                genesis.balances.push(balance);
            }
        }
    }
    (genesis, keys)
}

fn choose<'a, T>(rng: &mut ChaCha8Rng, items: &'a [T]) -> &'a T {
    &items[rng.random_range(0..items.len())]
}

struct Generator<'overlay, 'base, R> {
    rng: ChaCha8Rng,
    executor: Executor<'overlay, 'base, R>,
    parameters: Parameters,
    timestamp: Timestamp,
    /// The keys that sign, by account.
    keys: BTreeMap<AccountIndex, SecretKey>,
    /// Every account that exists.
    accounts: Vec<AccountIndex>,
}

impl<R: StateReader> Generator<'_, '_, R> {
    fn one_in(&mut self, n: u32) -> bool {
        self.rng.random_range(0..n) == 0
    }

    fn account(&mut self) -> AccountIndex {
        if self.one_in(4) {
            // the operator
            return AccountIndex::ZERO;
        }
        *choose(&mut self.rng, &self.accounts)
    }

    fn empty_index(&mut self) -> AccountIndex {
        if self.one_in(2) { index(self.rng.random()) } else { index(u32::MAX) }
    }

    /// An address with or without accounts.
    fn some_address(&mut self) -> Address {
        address(self.rng.random_range(0..3 * ADDRESSES))
    }

    fn address_of(&self, account: AccountIndex) -> Address {
        self.executor.state().account(account).expect("the memory store reads").address
    }

    fn balance(&self, account: AccountIndex, token: TokenId) -> Amount {
        self.executor.state().balance(account, token).expect("the memory store reads")
    }

    /// Registers the account that an operation may have created.
    fn note(&mut self, witness: &crate::TransactionWitness) {
        if witness.operation.created {
            self.accounts.push(witness.operation.to);
        }
    }

    fn l1_operation(&mut self) -> L1Operation {
        for _ in 0..ATTEMPTS {
            let key = secret_key(self.rng.random());
            let entry = self.l1_candidate(key.public_key());
            let Ok(witness) = self.executor.execute_l1(&entry) else { continue };
            if let L1Operation::L1SetKey { from, .. } = entry
                && witness.operation.matched
            {
                self.keys.insert(from, key);
            }
            self.note(&witness);
            return entry;
        }
        unreachable!("one in three L1 operations is a forced exit, which always succeeds")
    }

    fn l1_candidate(&mut self, new_key: PublicKey) -> L1Operation {
        let id = self.rng.random_range(0..TOKENS);
        let token =
            if self.one_in(2) { TokenName::Id(token(id)) } else { TokenName::L1(l1_token(id)) };
        let from = if self.one_in(5) { self.empty_index() } else { self.account() };
        let owner = self.address_of(from);
        let address =
            if self.one_in(3) || owner == Address::ZERO { self.some_address() } else { owner };
        match self.rng.random_range(0..3) {
            0 => {
                let bits = self.rng.random_range(0..100);
                let amount = Amount::new(self.rng.random::<u128>() >> (127 - bits));
                L1Operation::Deposit { to: address, token, amount }
            }
            1 => L1Operation::ForcedExit { from, address, token },
            _ => L1Operation::L1SetKey { from, address, new_key },
        }
    }

    fn transaction(&mut self) -> SignedTransaction {
        for _ in 0..ATTEMPTS {
            let new_secret = secret_key(self.rng.random());
            let from = self.account();
            let Some(key) = self.keys.get(&from).cloned() else { continue };
            let candidate = self.candidate(from, new_secret.public_key());
            let signed = candidate.sign_deterministic(&key, &self.parameters);
            let Ok(witness) = self.executor.execute(&signed) else { continue };
            if let Transaction::SetKey(_) = candidate {
                self.keys.insert(from, new_secret);
            }
            self.note(&witness);
            return signed;
        }
        unreachable!("a transfer of nothing succeeds while an account has a fee")
    }

    fn candidate(&mut self, from: AccountIndex, new_key: PublicKey) -> Transaction {
        let fee_token = self.parameters.fee_token;
        let fee_count = match self.rng.random_range(0..4) {
            0 => FeeCount::ZERO,
            1 => fee_count(self.rng.random_range(0..1 << 20)),
            _ => fee_count(self.rng.random_range(0..100)),
        };
        let fee = Amount::of_fee(fee_count, self.parameters.fee_unit);
        let nonce = self.executor.state().account(from).expect("the memory store reads").nonce;
        let valid_until = if self.one_in(3) { self.timestamp } else { Timestamp::MAX };
        let token = token(self.rng.random_range(0..TOKENS));
        let amount = self.amount(from, token, fee);
        match self.rng.random_range(0..8) {
            0 => Transaction::SetKey(SetKey {
                from,
                new_key,
                fee_count,
                fee_token,
                nonce,
                valid_until,
            }),
            1 | 2 => {
                let to = self.some_address();
                Transaction::Withdraw(Withdraw {
                    from,
                    to,
                    token,
                    amount,
                    fee_count,
                    fee_token,
                    nonce,
                    valid_until,
                })
            }
            _ => {
                let (to, to_index) = self.recipient(from);
                Transaction::Transfer(Transfer {
                    from,
                    to,
                    to_index,
                    token,
                    amount,
                    fee_count,
                    fee_token,
                    nonce,
                    valid_until,
                })
            }
        }
    }

    /// Nothing, everything, everything but the fee, or part of it.
    fn amount(&mut self, from: AccountIndex, token: TokenId, fee: Amount) -> Amount {
        let balance = self.balance(from, token);
        match self.rng.random_range(0..8) {
            0 => Amount::ZERO,
            1 => balance,
            2 => balance.checked_sub(fee).unwrap_or(balance),
            _ => Amount::new(self.rng.random_range(0..=balance.get() / 4)),
        }
    }

    /// Somebody, oneself, the operator, somebody new, or a new account of somebody.
    fn recipient(&mut self, from: AccountIndex) -> (Address, Option<AccountIndex>) {
        let to = match self.rng.random_range(0..4) {
            0 => from,
            1 => return (self.some_address(), Some(self.empty_index())),
            2 => return (self.some_address(), None),
            _ => self.account(),
        };
        let address = self.address_of(to);
        (address, if self.one_in(2) { Some(to) } else { None })
    }
}
