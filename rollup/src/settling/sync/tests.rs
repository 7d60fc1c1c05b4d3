use super::*;
use crate::sealing::tests::{Fixture, fixture, inputs, pretend_proof};
use crate::settling::{SealedFromQueue, TokenError};
use crate::workload::Funding;
use crate::{BatchInputs, BatchRecord, NewRollup, SealingError};
use starfold_primitives::quantities::{AccountIndex, Address, Amount, FeeUnit, Timestamp, TokenId};
use starfold_settlement::RollupTerms;
use starfold_state::{Genesis, StateReader as _};
use starfold_transition::{L1Operation, TokenName};

/// The circuit set of the rollups here.
fn standard_set() -> Digest {
    let pins = starfold_circuits::pins::Pins::committed().unwrap();
    let standard = pins.of(starfold_circuits::parameters::ParameterSet::Standard).unwrap();
    standard.circuit_set().unwrap().root()
}

/// A chain that has a rollup's contract, one event a block, as far as events tell.
#[derive(Clone)]
struct Chain {
    entries: Vec<HistoryEntry>,
    genesis: Genesis,
    genesis_root: Digest,
    tokens: u32,
}

impl Chain {
    fn of(operator: &Fixture) -> Self {
        let head = operator.rollup.state().head();
        Self {
            entries: Vec::new(),
            genesis: operator.workload.genesis.clone(),
            genesis_root: head.root,
            tokens: head.token_count,
        }
    }

    fn push(&mut self, event: Event, submission: Option<Submission>) {
        let block = self.entries.len() as u64 + 1;
        let entry = HistoryEntry { block, transaction: [0; 32], log_index: 0, event, submission };
        self.entries.push(entry);
    }

    fn queue(&mut self, operation: L1Operation) {
        let count = |entry: &&HistoryEntry| matches!(entry.event, Event::Queued(_));
        let id = self.entries.iter().filter(count).count() as u64;
        let (deadline, depositor) = (1_900_000_000, None);
        self.push(Event::Queued(QueuedOperation { id, operation, deadline, depositor }), None);
    }

    fn register(&mut self, token: Address) -> TokenId {
        let id = TokenId::new(u16::try_from(self.tokens).unwrap()).unwrap();
        self.push(Event::TokenRegistered { id, token }, None);
        self.tokens += 1;
        id
    }

    fn accept(&mut self, record: &BatchRecord) {
        let (batch, header) = (record.sealed.context.batch, record.sealed.header());
        let event = Event::BatchAccepted {
            batch,
            state_root: header.exit_root,
            timestamp: header.timestamp,
            counter: header.counter,
        };
        let words = record.sealed.words.clone();
        let claim_digest = Digest::ZERO;
        let submission = Submission { batch, header, claim_digest, words, proof: [0; 256] };
        self.push(event, Some(submission));
    }

    fn latest(&self) -> u64 {
        self.entries.len() as u64
    }

    fn batches(&self) -> impl Iterator<Item = &Submission> {
        self.entries.iter().filter_map(|entry| entry.submission.as_ref())
    }

    fn status(&self) -> RollupStatus {
        let queued = self.entries.iter().filter(|entry| matches!(entry.event, Event::Queued(_)));
        let executed = self.batches().map(|submission| {
            let decoded = decode(&submission.words).unwrap();
            decoded.iter().filter(|one| one.opcode.is_for_contract()).count()
        });
        let last = self.batches().last();
        RollupStatus {
            terms: RollupTerms {
                verifier: Address([8; 20]),
                circuit_set: standard_set(),
                genesis_root: self.genesis_root,
                governor: None,
                fee_token: TokenId::ZERO,
                fee_unit: FeeUnit::new(1_000_000_000).unwrap(),
                operation_fee: Amount::ZERO,
                registration_fee: Amount::ZERO,
                queue_period: 1,
                batch_window: 1,
                operator_delay: 1,
                is_unsafe: true,
            },
            operator: crate::development::OPERATOR,
            named_operator: None,
            state_root: last.map_or(self.genesis_root, |last| last.header.exit_root),
            batch: last.map_or(BatchNumber::ZERO, |last| last.batch),
            timestamp: last.map_or(Timestamp::ZERO, |last| last.header.timestamp),
            frozen: false,
            queue_head: executed.sum::<usize>() as u64,
            queue_tail: queued.count() as u64,
            token_count: self.tokens,
        }
    }

    fn follow(
        &self,
        rollup: &mut Rollup,
        finalised: u64,
    ) -> Result<(SyncReport, PendingQueue), SyncError> {
        let from = rollup.unread_from()?.unwrap_or(0);
        let mut sync = rollup.sync(finalised)?;
        self.tell(&mut sync, from)?;
        sync.finish(&self.status())
    }

    /// Gives what happened from a block on.
    fn tell(&self, sync: &mut ContractSync<'_>, from: u64) -> Result<(), SyncError> {
        let mut entries = self.entries.iter().filter(|entry| entry.block >= from);
        entries.try_for_each(|entry| sync.take(entry))
    }

    /// A new rollup for somebody who has nothing but the chain.
    fn newcomer(&self) -> (Rollup, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let mut new = NewRollup::development();
        new.genesis = self.genesis.clone();
        (Rollup::init(folder.path(), &new).unwrap(), folder)
    }
}

fn batch(number: u32) -> BatchNumber {
    BatchNumber::new(number).unwrap()
}

/// Seals the next batch, as if it had its proof.
fn seal(operator: &mut Fixture, inputs: BatchInputs) -> BatchRecord {
    let record = operator.rollup.seal(&inputs).unwrap();
    pretend_proof(&operator.rollup, &record);
    record
}

/// An operator whose three batches are on the chain: L1 operations, then transactions.
fn three_batches() -> (Fixture, Chain) {
    let mut operator = fixture(Funding::Deposits);
    let mut chain = Chain::of(&operator);
    let all = inputs(&operator.workload, Some(1_000_000_000));
    for &operation in &all.l1_operations {
        chain.queue(operation);
    }
    let first = BatchInputs { transactions: Vec::new(), ..all.clone() };
    let record = seal(&mut operator, first);
    chain.accept(&record);
    for transactions in all.transactions.chunks(3) {
        let next = BatchInputs { transactions: transactions.to_vec(), ..BatchInputs::default() };
        let record = seal(&mut operator, BatchInputs { timestamp: all.timestamp, ..next });
        chain.accept(&record);
    }
    assert_eq!(operator.rollup.state().head().batch, batch(3));
    (operator, chain)
}

/// All accounts with all openings are the same.
fn check_same_state(one: &Rollup, other: &Rollup) {
    let [left, right] = [one, other].map(|rollup| rollup.state().snapshot());
    assert_eq!(left.root(), right.root());
    assert_eq!(left.token_count(), right.token_count());
    for index in 0..left.next_index().unwrap().get() {
        let index = AccountIndex::new(index).unwrap();
        let address = left.account(index).unwrap().address;
        let head = one.state().head().batch;
        let openings = one.balance_openings(address, head).unwrap();
        assert_eq!(other.balance_openings(address, head).unwrap(), openings);
        assert_eq!(left.open_account(index).unwrap(), right.open_account(index).unwrap());
    }
}

#[test]
fn the_chain_alone_rebuilds_state_and_openings() {
    let (operator, chain) = three_batches();
    let (mut rollup, _folder) = chain.newcomer();
    let first = chain.latest() - 2;
    let (report, queue) = chain.follow(&mut rollup, first).unwrap();
    let expected = SyncReport {
        batch: batch(3),
        state_root: operator.rollup.state().head().root,
        settled: batch(1),
        rebuilt: 3,
        abandoned: Vec::new(),
        head: batch(3),
        waiting: 0,
        frozen: false,
    };
    assert_eq!(report, expected);
    assert!(queue.tokens().is_empty());
    assert_eq!(queue.waiting(), 0);
    check_same_state(&operator.rollup, &rollup);
    assert_eq!(rollup.unread_from().unwrap(), Some(first));

    // once more, from the settled batch on
    let (report, _) = chain.follow(&mut rollup, chain.latest()).unwrap();
    assert_eq!(report, SyncReport { settled: batch(3), rebuilt: 0, ..expected });
    assert!(matches!(rollup.rollback(batch(2)), Err(crate::RollbackError::Settled { .. })));
    let deposit = L1Operation::Deposit {
        to: Address([9; 20]),
        token: TokenName::Id(TokenId::ZERO),
        amount: Amount::new(5),
    };
    // and the operator's work goes on there
    let inputs = BatchInputs { l1_operations: vec![deposit], ..BatchInputs::default() };
    assert_eq!(rollup.seal(&inputs).unwrap().sealed.context.batch, batch(4));
}

#[test]
fn an_operators_own_batches_stay_and_settle() {
    let (mut operator, mut chain) = three_batches();
    let whole = chain.clone();
    chain.entries.pop();
    // the third is not accepted yet
    let (report, _) = chain.follow(&mut operator.rollup, 0).unwrap();
    assert_eq!((report.batch, report.head, report.rebuilt), (batch(2), batch(3), 0));
    let (report, _) = whole.follow(&mut operator.rollup, whole.latest()).unwrap();
    assert_eq!((report.settled, report.rebuilt), (batch(3), 0));
    assert!(report.abandoned.is_empty());
    assert!(operator.rollup.last_batch().unwrap().is_some());
}

#[test]
fn batches_of_a_chain_that_is_no_more_are_replaced() {
    let (mut operator, chain) = three_batches();
    let (mut rollup, _folder) = chain.newcomer();
    let first = chain.latest() - 2;
    chain.follow(&mut rollup, first).unwrap();

    // gone without another in its place
    let mut shorter = chain.clone();
    let last = shorter.entries.pop().unwrap();
    let (report, _) = shorter.follow(&mut rollup, first).unwrap();
    assert_eq!((report.head, report.abandoned), (batch(2), vec![batch(3)]));
    assert_eq!(chain.follow(&mut rollup, first).unwrap().0.rebuilt, 1);

    // another batch 3, a second later
    operator.rollup.rollback(batch(2)).unwrap();
    let mut inputs = inputs(&operator.workload, Some(1_000_000_001));
    inputs.l1_operations.clear();
    inputs.transactions.drain(..3);
    inputs.transactions.pop();
    let record = seal(&mut operator, inputs);
    shorter.accept(&record);
    assert_ne!(shorter.entries.last(), Some(&last));
    let (report, _) = shorter.follow(&mut rollup, first).unwrap();
    assert_eq!((report.rebuilt, report.abandoned), (1, vec![batch(3)]));
    check_same_state(&operator.rollup, &rollup);
    // the same to whoever sealed the one that lost
    let (mut loser, _) = three_batches();
    let (report, _) = shorter.follow(&mut loser.rollup, first).unwrap();
    assert_eq!((report.rebuilt, report.abandoned), (1, vec![batch(3)]));
    assert!(matches!(loser.rollup.last_batch(), Err(SealingError::Synced { .. })));
}

/// The process may end before the history does: the next one reads it again.
#[test]
fn what_is_not_finished_settles_nothing() {
    let (_, chain) = three_batches();
    let (mut rollup, _folder) = chain.newcomer();
    let mut sync = rollup.sync(chain.latest()).unwrap();
    chain.tell(&mut sync, 0).unwrap();
    drop(sync);
    assert_eq!((rollup.state().head().batch, rollup.state().settled()), (batch(3), batch(0)));
    assert_eq!(rollup.unread_from().unwrap(), None);
    let (report, _) = chain.follow(&mut rollup, chain.latest()).unwrap();
    assert_eq!((report.batch, report.rebuilt), (batch(3), 0));
    assert_eq!((rollup.state().head().batch, rollup.state().settled()), (batch(3), batch(3)));
}

#[test]
fn what_is_settled_is_not_contradicted() {
    let (_, chain) = three_batches();
    let (mut rollup, _folder) = chain.newcomer();
    chain.follow(&mut rollup, chain.latest()).unwrap();
    let head = rollup.state().head();

    let mut behind = chain.clone();
    behind.entries.pop();
    let block = chain.latest();
    let error = behind.follow(&mut rollup, 0).unwrap_err();
    assert!(
        matches!(error, SyncError::SettledMissing { batch, block: b }
            if batch.get() == 3 && b == block),
        "{error}"
    );
    let mut other = chain.clone();
    let Event::BatchAccepted { state_root, .. } = &mut other.entries.last_mut().unwrap().event
    else {
        panic!("the last event is a batch");
    };
    *state_root = Digest::ZERO;
    let error = other.follow(&mut rollup, 0).unwrap_err();
    assert!(
        matches!(error, SyncError::SettledContradiction { expected, actual, .. }
            if expected == head.root && actual == Digest::ZERO),
        "{error}"
    );
    assert_eq!(rollup.state().head(), head);
}

#[test]
fn a_history_that_is_none_is_refused() {
    let (_, chain) = three_batches();
    let first = chain.entries.iter().position(|entry| entry.submission.is_some()).unwrap();
    let follow = |change: &dyn Fn(&mut Chain)| {
        let mut changed = chain.clone();
        change(&mut changed);
        let (mut rollup, _folder) = chain.newcomer();
        changed.follow(&mut rollup, 0).unwrap_err()
    };
    let error = follow(&|chain| chain.entries[first].submission = None);
    assert!(matches!(error, SyncError::NoWords { batch } if batch.get() == 1), "{error}");
    let error = follow(&|chain| drop(chain.entries.remove(first)));
    assert!(matches!(error, SyncError::BatchOrder { expected: 1, actual } if actual.get() == 2));
    let error = follow(&|chain| drop(chain.entries.remove(1)));
    assert!(matches!(error, SyncError::QueueOrder { expected: 1, actual: 2 }), "{error}");
    let error = follow(&|chain| drop(chain.entries.remove(first - 1)));
    assert!(matches!(error, SyncError::QueueTooShort { .. }), "{error}");
    let error = follow(&|chain| {
        let submission = chain.entries[first].submission.as_mut().unwrap();
        submission.words.pop();
    });
    assert!(matches!(error, SyncError::Words { .. } | SyncError::Replay { .. }), "{error}");
    let error = follow(&|chain| {
        let entry = &mut chain.entries[first];
        entry.submission.as_mut().unwrap().header.exit_root = Digest::ZERO;
        let Event::BatchAccepted { state_root, .. } = &mut entry.event else { return };
        *state_root = Digest::ZERO;
    });
    assert!(matches!(error, SyncError::Replay { batch, .. } if batch.get() == 1), "{error}");
    // the contract has a batch that the history has not
    let (mut rollup, _folder) = chain.newcomer();
    let mut sync = rollup.sync(0).unwrap();
    for entry in &chain.entries[..chain.entries.len() - 1] {
        sync.take(entry).unwrap();
    }
    let error = sync.finish(&chain.status()).unwrap_err();
    assert!(matches!(error, SyncError::Incomplete { what: "the last batch", .. }), "{error}");
    // or a token
    let (mut rollup, _folder) = chain.newcomer();
    let unheard = Chain { tokens: chain.tokens + 1, ..chain };
    let error = unheard.follow(&mut rollup, 0).unwrap_err();
    let what = "tokens, ETH included:";
    assert!(
        matches!(error, SyncError::Incomplete { what: missing, .. } if missing == what),
        "{error}"
    );
    assert_eq!(rollup.state().settled(), BatchNumber::ZERO);
}

#[test]
fn only_what_is_final_enters_a_batch() {
    let (mut operator, mut chain) = three_batches();
    let latest = Timestamp::new(1_000_000_010).unwrap();
    let token = chain.register(Address([5; 20]));
    let deposit = |amount| L1Operation::Deposit {
        to: Address([9; 20]),
        token: TokenName::Id(token),
        amount: Amount::new(amount),
    };
    (1..=3).for_each(|amount| chain.queue(deposit(amount)));
    let final_block = chain.latest() - 1;
    let (report, queue) = chain.follow(&mut operator.rollup, final_block).unwrap();
    assert_eq!((report.waiting, queue.operations().len()), (3, 2));
    assert_eq!(queue.tokens().len(), 1);

    let nothing = BatchInputs::default();
    let SealedFromQueue { record, left } =
        operator.rollup.seal_from_queue(&queue, nothing.clone(), latest).unwrap();
    assert_eq!((record.sealed.l1_operations, left), (2, 0));
    assert_eq!(record.sealed.context.timestamp, latest);
    assert_eq!(operator.rollup.state().snapshot().token_of(Address([5; 20])).unwrap(), Some(token));
    // interrupted: the same batch goes on, whatever became final meanwhile
    let (_, queue) = chain.follow(&mut operator.rollup, chain.latest()).unwrap();
    assert_eq!(queue.operations().len(), 1);
    let again = operator.rollup.seal_from_queue(&queue, nothing.clone(), latest).unwrap();
    assert_eq!(again, SealedFromQueue { record: record.clone(), left: 1 });
    // proved: what is left is the next batch, and then there is nothing more
    pretend_proof(&operator.rollup, &record);
    let next = operator.rollup.seal_from_queue(&queue, nothing.clone(), latest).unwrap();
    assert_eq!(next.record.sealed.context.batch, batch(5));
    pretend_proof(&operator.rollup, &next.record);
    let (report, queue) = chain.follow(&mut operator.rollup, chain.latest()).unwrap();
    assert_eq!((report.waiting, queue.operations().len()), (0, 0));
    let again = operator.rollup.seal_from_queue(&queue, nothing, latest).unwrap();
    assert_eq!(again.record, next.record);

    // a newcomer registers the token before the batch that uses it
    chain.accept(&record);
    let (mut rollup, _folder) = chain.newcomer();
    let (report, queue) = chain.follow(&mut rollup, chain.latest()).unwrap();
    assert_eq!((report.batch, queue.operations().len()), (batch(4), 1));
    assert_eq!(rollup.state().snapshot().l1_token(token).unwrap(), Some(Address([5; 20])));
}

#[test]
fn as_many_operations_as_fit_enter_a_batch() {
    let (mut operator, mut chain) = three_batches();
    let exit = L1Operation::ForcedExit {
        from: AccountIndex::ZERO,
        address: Address([9; 20]),
        token: TokenName::Id(TokenId::ZERO),
    };
    (0..600).for_each(|_| chain.queue(exit));
    let (_, queue) = chain.follow(&mut operator.rollup, chain.latest()).unwrap();
    let latest = Timestamp::new(1_000_000_010).unwrap();
    let nothing = BatchInputs::default();
    let sealed = operator.rollup.seal_from_queue(&queue, nothing.clone(), latest).unwrap();
    let taken = sealed.record.sealed.l1_operations as usize;
    assert!((400..480).contains(&taken), "{taken}");
    assert_eq!(sealed.left, 600 - taken);
    pretend_proof(&operator.rollup, &sealed.record);
    let (_, queue) = chain.follow(&mut operator.rollup, chain.latest()).unwrap();
    let next = operator.rollup.seal_from_queue(&queue, nothing, latest).unwrap();
    assert_eq!((next.record.sealed.l1_operations as usize, next.left), (600 - taken, 0));
}

#[test]
fn a_token_of_another_number_is_refused() {
    let (_, mut chain) = three_batches();
    let (mut rollup, _folder) = chain.newcomer();
    let id = TokenId::new(u16::try_from(chain.tokens).unwrap() + 1).unwrap();
    let token = Event::TokenRegistered { id, token: Address([5; 20]) };
    let entry = HistoryEntry { event: token, ..chain.entries[0].clone() };
    chain.entries.insert(0, HistoryEntry { block: 0, ..entry });
    let error = chain.follow(&mut rollup, 0).unwrap_err();
    assert!(matches!(error, SyncError::Token(TokenError::OutOfOrder { .. })), "{error}");
}

#[test]
fn the_contract_must_be_the_rollups_own() {
    let (operator, chain) = three_batches();
    let (mut rollup, _folder) = chain.newcomer();
    let chain_id = rollup.config().parameters.chain_id;
    let status = chain.status();
    let error = rollup.check_contract(chain_id, &status).unwrap_err();
    assert!(matches!(error, SyncError::NotAttached), "{error}");
    // one that could be attached, and one that could not
    let contract = Address([7; 20]);
    rollup.check_terms(chain_id, contract, &status).unwrap();
    let mut other = status;
    other.terms.circuit_set = Digest::ZERO;
    let error = rollup.check_terms(chain_id, contract, &other).unwrap_err();
    let SyncError::OtherRollup { contract: refused, what: "circuit set", expected, .. } = error
    else {
        panic!("{error}")
    };
    assert_eq!((refused, expected), (contract, standard_set().to_string()));
    rollup.attach(contract, 0).unwrap();
    rollup.check_contract(chain_id, &status).unwrap();
    let mut other = status;
    other.terms.fee_unit = FeeUnit::new(7).unwrap();
    let error = rollup.check_contract(chain_id, &other).unwrap_err();
    assert!(matches!(error, SyncError::OtherRollup { what: "fee unit", .. }), "{error}");
    other = status;
    other.terms.genesis_root = operator.rollup.state().head().root;
    let error = rollup.check_contract(chain_id, &other).unwrap_err();
    assert!(matches!(error, SyncError::OtherRollup { what: "genesis root", .. }), "{error}");

    let new = |genesis| NewRollup::of_contract(chain_id, contract, &status, genesis);
    assert_eq!(new(Some(chain.genesis.clone())).unwrap().genesis, chain.genesis);
    let expected = status.terms.genesis_root;
    let error = crate::GenesisRootError::Missing { expected };
    assert_eq!(new(None).unwrap_err(), error);
    let actual = starfold_state::EMPTY_ROOT;
    let error = crate::GenesisRootError::Other { expected, actual };
    assert_eq!(new(Some(Genesis::default())).unwrap_err(), error);
}
