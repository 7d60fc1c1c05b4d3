//! Random rollups and transactions, small enough to be spoiled by hand.

use std::collections::BTreeMap;

use proptest::prelude::*;
use starfold_primitives::Field;
use starfold_primitives::Goldilocks;
use starfold_primitives::quantities::{
    Address, Amount, BatchNumber, ChainId, FeeUnit, Nonce, Timestamp,
};
use starfold_primitives::signature::{PublicKey, SecretKey};
use starfold_state::{
    Genesis, GenesisAccount, GenesisBalance, MemoryStore, Overlay, Snapshot, State, StateReader,
};
use starfold_transition::executor::Executor;
use starfold_transition::testing::{fee_count, index, l1_token, secret_key, token};
use starfold_transition::{
    Boundary, Context, Kind, Parameters, Transaction, TransactionWitness, Withdraw,
};

use super::call::Call;

/// Tokens with a number.
pub(super) const TOKENS: u16 = 3;
/// The account that pays the fees of the batch before the transaction at hand.
const PAYER: u32 = 7;
/// An address that nobody has.
pub(super) const NOBODY: u8 = 99;

/// An account.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    pub(super) key: PublicKey,
    pub(super) address: u8,
    pub(super) nonce: u64,
    pub(super) balances: [u128; TOKENS as usize],
}

/// A rollup in the middle of a batch.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) accounts: BTreeMap<u32, Holder>,
    pub(super) fee_token: u16,
    pub(super) fee_unit: u32,
    pub(super) timestamp: u32,
    /// Fee units that the batch has taken before.
    pub(super) taken: u32,
}

/// How much of a balance.
#[derive(Clone, Copy, Debug)]
pub(super) enum Share {
    Nothing,
    /// All that the fee leaves.
    Everything,
    /// That many of 2^16 parts, but at least one unit.
    Part(u16),
}

/// Who receives.
#[derive(Clone, Copy, Debug)]
pub(super) enum To {
    /// The sender itself, named by its index or not.
    Itself { named: bool },
    /// An account by its position, named by its index or not; position 0 is the operator's.
    Account { position: usize, named: bool },
    /// An index that is empty, for an address that has accounts or not.
    New { index: u32, address: u8 },
    /// An address that has accounts or not.
    Any { address: u8 },
}

/// What a transaction of any kind is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) kind: Kind,
    /// Position of the sender among the accounts.
    pub(super) from: usize,
    pub(super) to: To,
    pub(super) token: u16,
    pub(super) share: Share,
    pub(super) fee_count: u32,
    pub(super) time_left: u32,
    /// An index that is empty.
    pub(super) empty: u32,
    /// Entropy for what is spoiled.
    pub(super) spare: u64,
}

pub(super) fn address(number: u8) -> Address {
    Address([number; 20])
}

fn accounts() -> impl Strategy<Value = BTreeMap<u32, Holder>> {
    let holder = (1..4_u8, 0..1_u64 << 40, prop::array::uniform3(any::<u128>()), 28..128_u32);
    let indices = (1_000..2_000_u32).prop_map(|far| [0, 1, 2, far]);
    (prop::array::uniform4(holder), indices).prop_map(|(holders, indices)| {
        let account =
            |(index, (address, nonce, random, shift)): (u32, (u8, u64, [u128; 3], u32))| {
                let [a, b, c] = random.map(|balance| balance >> shift);
                let key = secret_key(u64::from(index)).public_key();
                // enough of both tokens that may be the fee's
                let balances = [a + (1 << 63), b + (1 << 63), c + 1];
                (index, Holder { key, address, nonce, balances })
            };
        indices.into_iter().zip(holders).map(account).collect()
    })
}

pub(super) fn world() -> impl Strategy<Value = World> {
    let fee_unit = prop_oneof![Just(1), Just(1_000), Just(FeeUnit::MAX.get())];
    let parts = (accounts(), 0..2_u16, fee_unit, 1_000_000..u32::MAX - 1_000_000, 0..1_000_u32);
    parts.prop_map(|(accounts, fee_token, fee_unit, timestamp, taken)| World {
        accounts,
        fee_token,
        fee_unit,
        timestamp,
        taken,
    })
}

fn to() -> impl Strategy<Value = To> {
    prop_oneof![
        any::<bool>().prop_map(|named| To::Itself { named }),
        any::<bool>().prop_map(|named| To::Account { position: 0, named }),
        (0..4_usize, any::<bool>()).prop_map(|(position, named)| To::Account { position, named }),
        (prop_oneof![3_000..4_000_u32, Just(u32::MAX - 1)], prop_oneof![1..4_u8, Just(NOBODY)])
            .prop_map(|(index, address)| To::New { index, address }),
        prop_oneof![1..4_u8, Just(NOBODY)].prop_map(|address| To::Any { address }),
    ]
}

pub(super) fn wish() -> impl Strategy<Value = Wish> {
    let share = prop_oneof![
        Just(Share::Nothing),
        Just(Share::Everything),
        any::<u16>().prop_map(Share::Part)
    ];
    let fee_count = prop_oneof![Just(0), 1..100_u32, 1..1_u32 << 20];
    let time_left = prop_oneof![Just(0), 1..1_000_000_u32];
    let empty = prop_oneof![Just(u32::MAX), 1_u32 << 31..u32::MAX - 1];
    let parts = (0..4_usize, to(), 0..TOKENS, share, fee_count, time_left, empty, any::<u64>());
    parts.prop_map(|(from, to, token, share, fee_count, time_left, empty, spare)| {
        let kind = Kind::Noop;
        Wish { kind, from, to, token, share, fee_count, time_left, empty, spare }
    })
}

/// What came of a transaction.
pub(super) struct Outcome {
    pub(super) context: Context,
    pub(super) entry: Boundary,
    /// The witness and the boundary after it, or what the executor says.
    pub(super) result: Result<(TransactionWitness, Boundary), starfold_transition::Rejection>,
}

/// The point of all these batches; any will do.
const POINT: [Goldilocks; 2] = [Goldilocks::TWO, Goldilocks::NEG_ONE];

type Base<'a> = Snapshot<'a, MemoryStore>;

impl World {
    pub(super) fn parameters(&self) -> Parameters {
        Parameters {
            chain_id: ChainId::new(31_337).unwrap(),
            contract: Address([0xc0; 20]),
            fee_token: token(self.fee_token),
            fee_unit: FeeUnit::new(self.fee_unit).unwrap(),
        }
    }

    fn timestamp(&self) -> Timestamp {
        Timestamp::new(self.timestamp).unwrap()
    }

    pub(super) fn context(&self) -> Context {
        let batch = BatchNumber::new(1).unwrap();
        Context::new(&self.parameters(), batch, self.timestamp(), POINT)
    }

    /// The index of the account at a position.
    pub(super) fn index(&self, position: usize) -> u32 {
        *self.accounts.keys().nth(position).unwrap()
    }

    pub(super) fn holder(&mut self, index: u32) -> &mut Holder {
        self.accounts.get_mut(&index).unwrap()
    }

    fn genesis(&self) -> Genesis {
        let mut genesis =
            Genesis { tokens: (1..TOKENS).map(l1_token).collect(), ..Genesis::default() };
        let payer = Holder {
            key: secret_key(u64::from(PAYER)).public_key(),
            address: NOBODY - 1,
            nonce: 0,
            balances: [1 << 64; TOKENS as usize],
        };
        let accounts = self.accounts.iter().map(|(number, holder)| (*number, holder));
        for (number, holder) in accounts.chain([(PAYER, &payer)]) {
            let (account, key) = (index(number), holder.key);
            let address = address(holder.address);
            genesis.accounts.push(GenesisAccount { index: account, key, address });
            let balances = (0..).zip(holder.balances).filter(|(_, balance)| *balance != 0);
            genesis.balances.extend(balances.map(|(id, amount)| GenesisBalance {
                account,
                token: token(id),
                amount: Amount::new(amount),
            }));
        }
        genesis
    }

    fn state(&self) -> State<MemoryStore> {
        State::create(MemoryStore::default(), &self.genesis()).unwrap()
    }

    /// Sets what a genesis cannot tell.
    fn set_nonces(&self, overlay: &mut Overlay<'_, Base<'_>>) {
        for (&number, holder) in &self.accounts {
            let nonce = Nonce::new(holder.nonce).unwrap();
            let address = address(holder.address);
            overlay.set_account(index(number), holder.key, address, nonce).unwrap();
        }
    }

    /// The transaction before the one at hand, and where it leads.
    fn begin(&self, executor: &mut Executor<'_, '_, Base<'_>>) -> Boundary {
        let opening = Boundary::opening(executor.state().root());
        let withdraw = Withdraw {
            from: index(PAYER),
            to: address(NOBODY),
            token: token(0),
            amount: Amount::ZERO,
            fee_count: fee_count(self.taken),
            fee_token: token(self.fee_token),
            nonce: Nonce::ZERO,
            valid_until: Timestamp::MAX,
        };
        let key = secret_key(u64::from(PAYER));
        let signed = Transaction::Withdraw(withdraw).sign_deterministic(&key, &self.parameters());
        let witness = executor.execute(&signed).unwrap();
        opening.after(&witness.operation, executor.state().root(), POINT).unwrap()
    }

    /// Lets something happen to the state before the transaction at hand.
    pub(super) fn stage<T>(
        &self,
        act: impl FnOnce(&mut Overlay<'_, Base<'_>>, &Boundary) -> T,
    ) -> T {
        let state = self.state();
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        self.set_nonces(&mut overlay);
        let mut executor = Executor::new(&mut overlay, self.parameters(), self.timestamp());
        let entry = self.begin(&mut executor);
        act(&mut overlay, &entry)
    }

    /// Has the executor execute it.
    pub(super) fn execute(&self, call: &Call) -> Outcome {
        let state = self.state();
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        self.set_nonces(&mut overlay);
        let mut executor = Executor::new(&mut overlay, self.parameters(), self.timestamp());
        let entry = self.begin(&mut executor);
        let result = call.execute(&mut executor).map(|witness| {
            let root = executor.state().root();
            let exit = entry.after(&witness.operation, root, POINT).unwrap();
            (witness, exit)
        });
        Outcome { context: self.context(), entry, result }
    }

    /// The key that signs for an account as long as nobody replaces it.
    pub(super) fn secret(&self, wish: &Wish) -> SecretKey {
        secret_key(u64::from(self.index(wish.from)))
    }
}
