//! What a batch costs the state: 10,000 accounts changed at once, and one transaction's worth of openings.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_state::{
    Genesis, GenesisAccount, GenesisBalance, MemoryStore, Overlay, SledStore, State, StateReader,
};

const ACCOUNTS: u32 = 10_000;

fn index(index: u32) -> AccountIndex {
    AccountIndex::new(index).expect("every u32 is an index")
}

fn genesis() -> Genesis {
    let account =
        |i| GenesisAccount { index: index(i), key: PublicKey::NONE, address: Address([1; 20]) };
    let balance = |i| GenesisBalance {
        account: index(i),
        token: TokenId::ZERO,
        amount: Amount::new(u128::from(i) + 1),
    };
    Genesis {
        accounts: (0..ACCOUNTS).map(account).collect(),
        balances: (0..ACCOUNTS).map(balance).collect(),
        tokens: Vec::new(),
    }
}

fn change<R: StateReader>(overlay: &mut Overlay<'_, R>, i: u32, amount: u32) {
    let owner = Address([1; 20]);
    overlay.set_account(index(i), PublicKey::NONE, owner, Nonce::ZERO).expect("the owner's");
    let amount = Amount::new(u128::from(amount) << 40 | u128::from(i));
    overlay.set_balance(index(i), TokenId::ZERO, amount).expect("a sound store");
}

fn updates(criterion: &mut Criterion) {
    let state = State::create(MemoryStore::default(), &genesis()).expect("a sound genesis");
    let snapshot = state.snapshot();
    let mut group = criterion.benchmark_group("10,000 accounts");
    group.sample_size(10).throughput(Throughput::Elements(u64::from(ACCOUNTS)));
    group.bench_function("changed, one root", |bencher| {
        bencher.iter(|| {
            let mut overlay = Overlay::new(&snapshot);
            (0..ACCOUNTS).for_each(|i| change(&mut overlay, i, 1));
            black_box(overlay.root())
        });
    });
    group.bench_function("opened, account and balance", |bencher| {
        bencher.iter(|| {
            for i in 0..ACCOUNTS {
                black_box(snapshot.open_account(index(i)).expect("a sound store"));
                black_box(snapshot.open_token(index(i), TokenId::ZERO).expect("a sound store"));
            }
        });
    });
    group.finish();

    let mut overlay = Overlay::new(&snapshot);
    let mut turn = 0;
    criterion.bench_function("one account changed and opened", |bencher| {
        bencher.iter(|| {
            turn += 1;
            let i = turn * 7919 % ACCOUNTS;
            change(&mut overlay, i, turn);
            black_box(overlay.open_token(index(i), TokenId::ZERO).expect("a sound store"));
            black_box(overlay.open_account(index(i)).expect("a sound store"))
        });
    });
}

fn commits(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SledStore::open(folder.path()).expect("a database");
    let mut state = State::create(store, &genesis()).expect("a sound genesis");
    let mut turn = 0;
    let mut group = criterion.benchmark_group("commit to the disk");
    group.sample_size(10).throughput(Throughput::Elements(u64::from(ACCOUNTS)));
    group.bench_function("10,000 accounts", |bencher| {
        bencher.iter_batched(
            || (),
            |()| {
                turn += 1;
                let snapshot = state.snapshot();
                let mut overlay = Overlay::new(&snapshot);
                (0..ACCOUNTS).for_each(|i| change(&mut overlay, i, turn));
                let changes = overlay.into_changes();
                state.commit(changes, b"").expect("a sound store")
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, updates, commits);
criterion_main!(benches);
