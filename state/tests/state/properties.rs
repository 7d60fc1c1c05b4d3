//! Random lives of a state, over both stores.

use proptest::prelude::*;
use starfold_primitives::quantities::{AccountIndex, Amount, BatchNumber, Nonce};
use starfold_state::{
    Genesis, MemoryStore, NodeStore, Overlay, SledStore, State, StateError, StateReader,
};

use crate::model::{Model, address, index, key, token};

/// Indices that share long and short parts of their paths.
const INDICES: [u32; 9] = [0, 1, 2, 3, 5, 1 << 16, 1 << 31, u32::MAX - 1, u32::MAX];
const TOKENS: [u16; 4] = [0, 1, 2, u16::MAX];

#[derive(Clone, Debug)]
enum Change {
    Account { index: u32, key: u64, address: u8, nonce: u64 },
    Balance { index: u32, token: u16, amount: Amount },
    Token(u8),
    Look,
}

#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Change>),
    Abandon,
    Keep(u32),
    Prune(u32),
    Reopen,
}

fn change() -> impl Strategy<Value = Change> {
    let index = || prop::sample::select(&INDICES[..]);
    let amount = prop_oneof![Just(0), 1..3u128, Just(u128::MAX), any::<u128>()];
    prop_oneof![
        3 => (index(), 0..3u64, 1..4u8, 0..9u64).prop_map(|(index, key, address, nonce)| {
            Change::Account { index, key, address, nonce }
        }),
        4 => (index(), prop::sample::select(&TOKENS[..]), amount)
            .prop_map(|(index, token, amount)| {
                Change::Balance { index, token, amount: Amount::new(amount) }
            }),
        1 => (0..8u8).prop_map(Change::Token),
        1 => Just(Change::Look),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec(change(), 0..6).prop_map(Step::Commit),
        2 => Just(Step::Abandon),
        1 => (0..8u32).prop_map(Step::Keep),
        1 => (0..8u32).prop_map(Step::Prune),
        1 => Just(Step::Reopen),
    ]
}

/// A state next to what it should be after each batch.
struct Life<S> {
    state: State<S>,
    history: Vec<Model>,
    settled: usize,
    oldest: usize,
}

fn batch(number: usize) -> BatchNumber {
    BatchNumber::new(number.try_into().unwrap()).unwrap()
}

impl<S: NodeStore> Life<S> {
    fn new(store: S) -> Self {
        let state = State::create(store, &Genesis::default()).unwrap();
        Self { state, history: vec![Model::default()], settled: 0, oldest: 0 }
    }

    fn head(&self) -> usize {
        self.history.len() - 1
    }

    fn commit(&mut self, changes: &[Change]) {
        let mut model = self.history[self.head()].clone();
        let snapshot = self.state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        for change in changes {
            apply(change, &mut overlay, &mut model);
        }
        model.check(&overlay, &INDICES, &TOKENS);
        let changes = overlay.into_changes();
        let payload = format!("batch {}", self.history.len());
        let checkpoint = self.state.commit(changes, payload.as_bytes()).unwrap();
        assert_eq!(checkpoint.root, model.root());
        self.history.push(model);
        assert_eq!(checkpoint.batch, batch(self.head()));
    }

    fn abandon(&mut self) {
        let head = self.head();
        let result = self.state.abandon();
        if head == self.settled {
            assert_eq!(result.unwrap_err(), StateError::AbandonSettled { batch: batch(head) });
            return;
        }
        self.history.pop();
        assert_eq!(result.unwrap(), self.state.head());
        assert_eq!(self.state.payload(batch(head)).unwrap(), None);
    }

    fn keep(&mut self, number: usize) {
        let result = self.state.keep(batch(number));
        if number > self.head() {
            let error =
                StateError::UnknownCheckpoint { batch: batch(number), head: batch(self.head()) };
            assert_eq!(result.unwrap_err(), error);
            return;
        }
        result.unwrap();
        self.settled = self.settled.max(number);
    }

    fn prune(&mut self, upto: usize) {
        let result = self.state.prune(batch(upto));
        if upto > self.settled {
            let error =
                StateError::PruneUnsettled { upto: batch(upto), settled: batch(self.settled) };
            assert_eq!(result.unwrap_err(), error);
            return;
        }
        assert_eq!(result.unwrap().checkpoints, upto.saturating_sub(self.oldest));
        self.oldest = self.oldest.max(upto);
        assert_eq!(self.state.prune(batch(upto)).unwrap().nodes, 0);
    }

    fn reopen(self, again: impl FnOnce(S) -> S) -> Self {
        let state = State::open(again(self.state.into_store())).unwrap();
        Self { state, ..self }
    }

    /// Every checkpoint that should be there says what it should, and no other is there.
    fn check(&self) {
        assert_eq!(self.state.settled(), batch(self.settled));
        for (number, model) in self.history.iter().enumerate() {
            let unknown =
                StateError::UnknownCheckpoint { batch: batch(number), head: batch(self.head()) };
            match self.state.snapshot_at(batch(number)) {
                Ok(snapshot) => {
                    assert!(number >= self.oldest);
                    model.check(&snapshot, &INDICES, &TOKENS);
                }
                Err(error) => assert!(number < self.oldest && error == unknown, "{error}"),
            }
            let payload =
                (number >= self.oldest.max(1)).then(|| format!("batch {number}").into_bytes());
            assert_eq!(self.state.payload(batch(number)).unwrap(), payload);
        }
        assert!(self.state.snapshot_at(batch(self.history.len())).is_err());
        let audit = self.state.audit().unwrap();
        assert_eq!(audit.checkpoints, self.history.len() - self.oldest);
    }
}

fn apply<R: StateReader>(change: &Change, overlay: &mut Overlay<'_, R>, model: &mut Model) {
    match *change {
        Change::Account { index: i, key: seed, address: byte, nonce } => {
            let account = model.accounts.entry(i).or_default();
            let owner = match account.address == address(0) {
                true => address(byte),
                false => account.address,
            };
            let nonce = Nonce::new(nonce).unwrap();
            (account.key, account.address, account.nonce) = (key(seed), owner, nonce);
            overlay.set_account(index(i), key(seed), owner, nonce).unwrap();
        }
        Change::Balance { index: i, token: t, amount } => {
            model.accounts.entry(i).or_default().balances.insert(u32::from(t), amount);
            overlay.set_balance(index(i), token(t), amount).unwrap();
        }
        Change::Token(byte) => {
            let l1_token = address(byte);
            if byte != 0 && !model.tokens.contains(&l1_token) {
                model.tokens.push(l1_token);
            }
            let number = overlay.register_token(l1_token).unwrap();
            assert_eq!(overlay.l1_token(number).unwrap(), Some(l1_token));
        }
        Change::Look => model.check(overlay, &INDICES[..2], &TOKENS[..1]),
    }
}

/// Lives through the steps; `again` closes a store and opens it.
fn live<S: NodeStore>(store: S, steps: Vec<Step>, again: impl Fn(S) -> S) {
    let mut life = Life::new(store);
    for step in steps {
        match step {
            Step::Commit(changes) => life.commit(&changes),
            Step::Abandon => life.abandon(),
            Step::Keep(number) => life.keep(number as usize),
            Step::Prune(upto) => life.prune(upto as usize),
            Step::Reopen => life = life.reopen(&again),
        }
    }
    life.check();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_life_in_memory(steps in prop::collection::vec(step(), 1..10)) {
        live(MemoryStore::default(), steps, |store| store);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_life_on_the_disk(steps in prop::collection::vec(step(), 1..10)) {
        let folder = tempfile::tempdir().unwrap();
        live(SledStore::open(folder.path()).unwrap(), steps, |store| {
            drop(store);
            SledStore::open(folder.path()).unwrap()
        });
    }
}

/// The lowest index that was never used, whatever was abandoned.
#[test]
fn an_abandoned_index_is_free_again() {
    let mut life = Life::new(MemoryStore::default());
    let take = |index: u32| Change::Account { index, key: 0, address: 1, nonce: 0 };
    life.commit(&[take(0), take(1)]);
    life.commit(&[take(2)]);
    let next = |life: &Life<MemoryStore>| life.state.snapshot().next_index().unwrap();
    assert_eq!(next(&life), index(3));
    life.abandon();
    assert_eq!(next(&life), index(2));
    assert_eq!(life.state.head().next_index, AccountIndex::new(2).ok());
    life.check();
}
