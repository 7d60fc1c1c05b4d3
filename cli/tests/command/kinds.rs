//! Two batches with every kind of transaction, proved and verified through the program alone.

use serde_json::{Value, json};
use starfold_primitives::Digest;
use starfold_rollup::{AddressReport, BatchProof};
use starfold_transition::layout::Opcode;

use crate::fixture::Fixture;
use crate::schemas::check;

const OPERATOR: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
/// Accounts 1 to 5, in the order in which the batches create them.
const ALICE: &str = "0x0101010101010101010101010101010101010101";
const BOB: &str = "0x0202020202020202020202020202020202020202";
const CAROL: &str = "0x0303030303030303030303030303030303030303";
const DAVE: &str = "0x0404040404040404040404040404040404040404";
const ERIN: &str = "0x0505050505050505050505050505050505050505";
/// An address of L1 that has no account.
const VAULT: &str = "0x0606060606060606060606060606060606060606";

/// Base units of one ETH, and of one fee unit.
const ETH: u128 = 1_000_000_000_000_000_000;
const GWEI: u128 = 1_000_000_000;

/// Account 2 deposits 5, withdraws 1 and pays 5 fee units; account 1 gives it 2.
const LEFT_TO_BOB: u128 = 6 * ETH - 5 * GWEI;

#[test]
fn every_kind_is_proved_and_the_next_batch_builds_on_it() {
    let fixture = Fixture::with_rollup();
    let [alice, bob, fresh] =
        ["alice.json", "bob.json", "fresh.json"].map(|file| new_key(&fixture, file));
    fixture.write("l1.json", list(&first_l1_operations(&alice, &bob)));
    fixture.write("txs.json", list(&first_transactions(&fixture, &fresh)));
    let first = prove(&fixture, "1800000000", "first.proof");
    first_batch(&fixture, &first);
    first_state(&fixture, &first, &fresh);

    fixture.write("l1.json", list(&[deposit(CAROL, 3 * ETH), deposit(ERIN, 4 * ETH)]));
    fixture.write("txs.json", list(&second_transactions(&fixture)));
    let second = prove(&fixture, "1800000060", "second.proof");
    second_batch(&fixture, &first, &second);
    second_state(&fixture, &second);
    // the first is still known
    fixture.json("verify", &["verify", "first.proof", "--data-dir", "rollup", "--json"]);
}

/// Deposits create accounts 1 to 3; of keys and exits one matches and one names another's account.
fn first_l1_operations(alice: &str, bob: &str) -> Vec<Value> {
    let set_key = |from: u32, address: &str, new_key: &str| json!({"kind": "l1_set_key", "from": from, "address": address, "new_key": new_key});
    let exit = |from: u32, address: &str| json!({"kind": "forced_exit", "from": from, "address": address, "token": 0});
    vec![
        deposit(ALICE, 10 * ETH),
        deposit(BOB, 5 * ETH),
        deposit(CAROL, 7 * ETH),
        deposit(ALICE, ETH),
        set_key(1, ALICE, alice),
        set_key(2, BOB, bob),
        set_key(3, ALICE, alice),
        exit(3, CAROL),
        exit(2, CAROL),
    ]
}

fn first_transactions(fixture: &Fixture, fresh: &str) -> Vec<Value> {
    let alice = |nonce: u32, fee: u32| Signer { account: 1, key: "alice.json", nonce, fee };
    let two = (2 * ETH).to_string();
    let one = ETH.to_string();
    vec![
        // to an existing account, a new one, and its own
        alice(1, 3).sign(fixture, &["transfer", "--to", BOB, "--amount", &two]),
        alice(2, 2).sign(fixture, &["transfer", "--to", DAVE, "--amount", &one]),
        alice(3, 1).sign(fixture, &["transfer", "--to", ALICE, "--amount", &one]),
        Signer { account: 2, key: "bob.json", nonce: 1, fee: 5 }
            .sign(fixture, &["withdraw", "--to", VAULT, "--amount", &one]),
        alice(4, 7).sign(fixture, &["set-key", "--new-key", fresh]),
        Signer { key: "fresh.json", ..alice(5, 11) }
            .sign(fixture, &["transfer", "--to", CAROL, "--to-index", "3", "--amount", "9"]),
        // the operator has nothing before the fees are collected
        operator_transfer(fixture),
    ]
}

fn operator_transfer(fixture: &Fixture) -> Value {
    let transfer = ["sign", "transfer", "--to", BOB, "--amount", "0", "--from", "0"];
    let rollup = ["--data-dir", "rollup", "--valid-until", "1800000000"];
    let key = ["--development-key", OPERATOR];
    serde_json::from_str(&fixture.succeeds(&[&transfer[..], &rollup, &key].concat())).unwrap()
}

/// Account 2 leaves with all that it has; its nonce is that of the state.
fn second_transactions(fixture: &Fixture) -> Vec<Value> {
    let everything = LEFT_TO_BOB.to_string();
    let arguments = [
        "sign",
        "withdraw",
        "--to",
        BOB,
        "--amount",
        &everything,
        "--from",
        "2",
        "--key",
        "bob.json",
        "--data-dir",
        "rollup",
        "--valid-until",
        "1800000060",
    ];
    let withdraw: Value = serde_json::from_str(&fixture.succeeds(&arguments)).unwrap();
    check("transaction", &withdraw);
    assert_eq!((&withdraw["nonce"], &withdraw["fee_count"]), (&2.into(), &0.into()));
    vec![withdraw]
}

fn first_batch(fixture: &Fixture, report: &Value) {
    assert_eq!((&report["transactions"], &report["l1_operations"]), (&7.into(), &9.into()));
    // CollectFee is the seventeenth, and padding follows it
    let blocks = report["blocks"].as_u64().unwrap();
    assert_eq!(blocks - report["noops"].as_u64().unwrap(), 17);
    assert_ne!(report["noops"], 0);
    let published = json!({
        "deposit": 4, "l1_set_key": 3, "forced_exit": 2, "transfer": 4, "transfer_new": 1,
        "withdraw": 1, "set_key": 1, "collect_fee": 1,
    });
    inspected(fixture, "first.proof", report, &published, 17);
    let words = words(fixture, "first.proof");
    // opcode, from, to, amount
    let expected = [
        (Opcode::Deposit, 0, 1, 10 * ETH),
        (Opcode::Deposit, 0, 2, 5 * ETH),
        (Opcode::Deposit, 0, 3, 7 * ETH),
        (Opcode::Deposit, 0, 1, ETH),
        (Opcode::L1SetKey, 1, 0, 0),
        (Opcode::L1SetKey, 2, 0, 0),
        (Opcode::L1SetKey, 3, 0, 0),
        (Opcode::ForcedExit, 3, 0, 7 * ETH),
        (Opcode::ForcedExit, 2, 0, 0),
        (Opcode::Transfer, 1, 2, 2 * ETH),
        (Opcode::TransferNew, 1, 4, ETH),
        (Opcode::Transfer, 1, 1, ETH),
        (Opcode::Withdraw, 2, 0, ETH),
        (Opcode::SetKey, 1, 0, 0),
        (Opcode::Transfer, 1, 3, 9),
        (Opcode::Transfer, 0, 2, 0),
        (Opcode::CollectFee, 0, 0, 29 * GWEI),
    ];
    assert_eq!(words, expected);
}

fn first_state(fixture: &Fixture, report: &Value, fresh: &str) {
    let state = [
        (OPERATOR, 0, 1, 29 * GWEI),
        (ALICE, 1, 6, 8 * ETH - 24 * GWEI - 9),
        (BOB, 2, 2, LEFT_TO_BOB),
        (CAROL, 3, 0, 9),
        (DAVE, 4, 0, ETH),
    ];
    for (address, index, nonce, balance) in state {
        opened(fixture, report, address, (index, nonce, balance));
    }
    let account =
        |address| fixture.json("account", &["account", "--data-dir", "rollup", address, "--json"]);
    assert_eq!(account(ALICE)["accounts"][0]["key"], fresh);
    assert_eq!(account(CAROL)["accounts"][0]["key"], Value::Null);
}

fn second_batch(fixture: &Fixture, first: &Value, second: &Value) {
    assert_eq!((&first["batch"], &second["batch"]), (&1.into(), &2.into()));
    assert_eq!(first["new_state_root"], second["old_state_root"]);
    // without fees there is nothing to collect
    let published = json!({"deposit": 2, "withdraw": 1});
    inspected(fixture, "second.proof", second, &published, 3);
    let expected = [
        (Opcode::Deposit, 0, 3, 3 * ETH),
        (Opcode::Deposit, 0, 5, 4 * ETH),
        (Opcode::Withdraw, 2, 0, LEFT_TO_BOB),
    ];
    assert_eq!(words(fixture, "second.proof"), expected);
}

fn second_state(fixture: &Fixture, report: &Value) {
    let state = [
        (OPERATOR, 0, 1, 29 * GWEI),
        (BOB, 2, 3, 0),
        (CAROL, 3, 0, 3 * ETH + 9),
        (ERIN, 5, 0, 4 * ETH),
    ];
    for (address, index, nonce, balance) in state {
        opened(fixture, report, address, (index, nonce, balance));
    }
}

fn deposit(to: &str, amount: u128) -> Value {
    json!({"kind": "deposit", "to": to, "token": 0, "amount": amount.to_string()})
}

fn list(entries: &[Value]) -> String {
    Value::Array(entries.to_vec()).to_string()
}

/// The public key of a new key file.
fn new_key(fixture: &Fixture, file: &str) -> String {
    let made = fixture.json("key", &["key", "new", "--out", file, "--json"]);
    made["public_key"].as_str().unwrap().to_owned()
}

/// Who signs a transaction of the first batch, which creates the accounts that sign.
#[derive(Clone, Copy)]
struct Signer {
    account: u32,
    key: &'static str,
    nonce: u32,
    fee: u32,
}

impl Signer {
    fn sign(self, fixture: &Fixture, what: &[&str]) -> Value {
        let [account, nonce, fee] = [self.account, self.nonce, self.fee].map(|n| n.to_string());
        let who = ["--from", &account, "--nonce", &nonce, "--fee-count", &fee, "--key", self.key];
        let rollup = ["--data-dir", "rollup", "--valid-until", "1800000000"];
        let arguments = [&["sign"], what, &who, &rollup].concat();
        let signed = serde_json::from_str(&fixture.succeeds(&arguments)).unwrap();
        check("transaction", &signed);
        signed
    }
}

/// Proves what `l1.json` and `txs.json` hold, and verifies the proof against the rollup.
fn prove(fixture: &Fixture, timestamp: &str, file: &str) -> Value {
    for operation in serde_json::from_str::<Vec<Value>>(&fixture.read("l1.json")).unwrap() {
        check("l1-operation", &operation);
    }
    let arguments = [
        "batch-prove",
        "--data-dir",
        "rollup",
        "--transactions",
        "txs.json",
        "--l1-operations",
        "l1.json",
        "--timestamp",
        timestamp,
        "--out",
        file,
        "--json",
    ];
    let report = fixture.json("batch-prove", &arguments);
    assert_eq!(report["rejected"], json!([]));
    let verified = fixture.json("verify", &["verify", file, "--data-dir", "rollup", "--json"]);
    assert_eq!(verified["valid"], true);
    assert_eq!(verified["claim"]["new_state_root"], report["new_state_root"]);
    assert_eq!(verified["words"], report["words"]);
    report
}

fn inspected(fixture: &Fixture, file: &str, report: &Value, published: &Value, counted: u64) {
    let inspected = fixture.json("inspect", &["inspect", file, "--json"]);
    assert_eq!(inspected["published"], *published);
    assert_eq!(inspected["words"], report["words"]);
    assert_eq!(inspected["claim"]["new_state_root"], report["new_state_root"]);
    assert_eq!(inspected["claim"]["transactions"], counted);
}

/// Opcode, sender, recipient and amount of every transaction that the words of a proof tell.
fn words(fixture: &Fixture, file: &str) -> Vec<(Opcode, u32, u32, u128)> {
    let proof = BatchProof::read(&fixture.path(file)).unwrap();
    let transactions = proof.transactions().unwrap();
    let told = transactions.iter();
    told.map(|t| (t.opcode, t.from.get(), t.to.get(), t.amount.get())).collect()
}

/// Checks index, nonce and balance of ETH of an address against openings that lead to the new root.
fn opened(fixture: &Fixture, report: &Value, address: &str, expected: (u32, u64, u128)) {
    let arguments = ["account", "--data-dir", "rollup", address, "--proof"];
    let value = fixture.json("account", &arguments);
    assert_eq!(value["state_root"], report["new_state_root"]);
    let root: Digest = report["new_state_root"].as_str().unwrap().parse().unwrap();
    let found: AddressReport = serde_json::from_value(value).unwrap();
    let [account]: [_; 1] = found.accounts.try_into().expect("the address has one account");
    let opening = account.opening.as_ref().unwrap();
    opening.verify(root).unwrap();
    let mut balance = 0;
    for token in &account.balances {
        let opened = token.opening.as_ref().unwrap();
        opened.verify(opening.account.token_root).unwrap();
        balance += opened.balance.get();
    }
    assert_eq!((opening.index.get(), opening.account.nonce.get(), balance), expected, "{address}");
}
