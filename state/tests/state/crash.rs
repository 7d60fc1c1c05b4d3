//! A process that commits is killed at any moment; what it left behind is whole.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use starfold_primitives::quantities::{Amount, BatchNumber, Nonce};
use starfold_state::{Genesis, NodeStore, Overlay, SledStore, State, StateReader};

use crate::model::{address, index, key, token};

/// Where the process that is killed finds its state. It is this test's own binary.
const FOLDER: &str = "STARFOLD_CRASH_FOLDER";
const ACCOUNTS: u32 = 60;
const ROUNDS: u64 = 12;

/// Every batch sets every account, and once in a while one is abandoned or all are pruned.
fn commit_one<S: NodeStore>(state: &mut State<S>) {
    let batch = state.head().batch.get() + 1;
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    for i in 0..ACCOUNTS {
        let nonce = Nonce::new(u64::from(batch)).unwrap();
        overlay.set_account(index(i * 7919), key(u64::from(i)), address(1), nonce).unwrap();
        overlay.set_balance(index(i * 7919), token(0), Amount::new(u128::from(batch))).unwrap();
    }
    overlay.set_account(index(u32::MAX - batch), key(0), address(2), Nonce::ZERO).unwrap();
    let changes = overlay.into_changes();
    state.commit(changes, &payload(batch)).unwrap();
}

fn payload(batch: u32) -> Vec<u8> {
    batch.to_be_bytes().repeat(2000)
}

/// Runs in the child only: without the variable it is a test that has nothing to do.
#[test]
fn commit_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut state = State::open(SledStore::open(folder).unwrap()).unwrap();
    for turn in 0.. {
        commit_one(&mut state);
        println!("committed {}", state.head().batch);
        let head = state.head().batch;
        match turn % 5 {
            2 => _ = state.abandon().unwrap(),
            3 => state.keep(head).unwrap(),
            4 => _ = state.prune(state.settled()).unwrap(),
            _ => {}
        }
    }
}

/// The last batch that the child says it has committed before it is killed.
fn run_and_kill(folder: &Path, patience: Duration) -> u32 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::commit_until_killed", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let committed =
        |line: &str| line.split("committed ").nth(1).and_then(|n| n.trim().parse().ok());
    let mut last = 0;
    while last == 0 {
        last = lines.next().unwrap().map(|line| committed(&line).unwrap_or(0)).unwrap();
    }
    std::thread::sleep(patience);
    child.kill().unwrap();
    child.wait().unwrap();
    lines.map_while(Result::ok).filter_map(|line| committed(&line)).last().unwrap_or(last)
}

/// Everything of the last checkpoint is there, and it is a checkpoint that was committed as a whole.
fn check(state: &State<SledStore>) {
    state.audit().unwrap();
    let head = state.head().batch;
    let snapshot = state.snapshot();
    let expected = u128::from(head.get());
    for i in 0..ACCOUNTS {
        let opening = snapshot.open_account(index(i * 7919)).unwrap();
        opening.verify(snapshot.root()).unwrap();
        assert_eq!(u128::from(opening.account.nonce.get()), expected);
        let balance = snapshot.open_token(index(i * 7919), token(0)).unwrap();
        balance.verify(opening.account.token_root).unwrap();
        assert_eq!(balance.balance.get(), expected);
    }
    let added = snapshot.accounts_of(address(2)).unwrap();
    assert_eq!(added.len() as u128, expected);
    if head > state.settled() {
        assert_eq!(state.payload(head).unwrap(), Some(payload(head.get())));
    }
}

#[test]
fn a_killed_process_leaves_its_last_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let genesis = Genesis::default();
    drop(State::create(SledStore::open(folder.path()).unwrap(), &genesis).unwrap());
    let mut before = BatchNumber::ZERO;
    for round in 0..ROUNDS {
        let committed =
            run_and_kill(folder.path(), Duration::from_millis(37 * round * round % 400));
        let mut state = State::open(SledStore::open(folder.path()).unwrap()).unwrap();
        check(&state);
        // the child abandons at most one batch of those it names
        assert!(state.head().batch.get() + 1 >= committed, "{committed}");
        assert!(state.settled() >= before);
        before = state.settled();
        commit_one(&mut state);
        check(&state);
    }
}
