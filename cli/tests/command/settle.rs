//! A rollup's whole life on a real chain, through the program alone: money comes in, moves, goes out, and gets out when
//! nobody operates the rollup any more.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use starfold_primitives::quantities::{Address, Amount};
use starfold_settlement::testing::{Anvil, funded_key, funded_key_file};
use starfold_settlement::{Call, Journal, TokenReader};

use crate::fixture::Fixture;

const OPERATOR: usize = 0;
const ALICE: usize = 1;
const BOB: usize = 2;
const OUTSIDER: usize = 3;
/// An address that has no key of Ethereum here and no account before it is paid.
const CAROL: &str = "0x0303030303030303030303030303030303030303";

const ETH: u128 = 1_000_000_000_000_000_000;
/// How long the queue may wait, in seconds.
const PERIOD: u64 = 7_200;
const FEE: &str = "5000";

/// A node, and a folder with a rollup whose contract it has.
struct Story {
    anvil: Anvil,
    fixture: Fixture,
    contract: String,
    token: String,
}

impl Story {
    /// A contract that begins with nothing, and a token of which both users have some.
    fn new() -> Self {
        let (anvil, fixture) = (Anvil::start(&[]), Fixture::new());
        for account in [OPERATOR, ALICE, BOB, OUTSIDER] {
            let _path = funded_key_file(&fixture.path("."), account);
        }
        let (node, key) = (anvil.node(), funded_key(OUTSIDER));
        let journal = Journal::open(fixture.path("tokens")).unwrap();
        let created = node.send(&key, &Call::create_development_token(), &journal).unwrap();
        let token = created.receipt.created.unwrap();
        for user in [ALICE, BOB] {
            let owner = funded_key(user).address();
            let mint = Call::mint_development_token(token, owner, Amount::new(1_000));
            node.send(&key, &mint, &journal).unwrap();
        }
        fixture.write("genesis.json", "{}");
        fixture.succeeds(&["init", "--data-dir", "rollup", "--genesis", "genesis.json"]);
        let token = token.to_string();
        let mut story = Self { anvil, fixture, contract: String::new(), token };
        let period = PERIOD.to_string();
        let deployed = story.operator(
            "deploy",
            &["--token", &story.token, "--queue-period", &period, "--operation-fee", FEE],
        );
        story.contract = deployed["contract"].as_str().unwrap().to_owned();
        story
    }

    fn operator(&self, command: &str, extra: &[&str]) -> Value {
        let rollup = ["--rpc", self.anvil.url(), "--data-dir", "rollup", "--json"];
        let key = ["--key-file", "ethereum-0.key"];
        let arguments = [&["l1", command][..], &rollup, &key, extra].concat();
        self.fixture.json(&format!("l1-{command}"), &arguments)
    }

    /// A command of somebody who knows the contract alone.
    fn user(&self, user: usize, command: &str, extra: &[&str]) -> Value {
        let contract = ["--rpc", self.anvil.url(), "--contract", &self.contract, "--json"];
        let key_file = format!("ethereum-{user}.key");
        let sender = ["--key-file", &key_file, "--journal", "users"];
        let arguments = [&["l1", command][..], &contract, &sender, extra].concat();
        self.fixture.json(&format!("l1-{command}"), &arguments)
    }

    fn deposit(&self, user: usize, token: &str, amount: u128) -> Value {
        let (to, amount) = (address(user), amount.to_string());
        self.user(user, "deposit", &["--token", token, "--amount", &amount, "--to", &to])
    }

    /// Makes a key and has it set for an account.
    fn set_key(&self, user: usize, index: &str) {
        let file = key_file(user);
        let key = self.fixture.json("key", &["key", "new", "--out", &file, "--json"]);
        let key = key["public_key"].as_str().unwrap();
        self.user(user, "set-key", &["--index", index, "--public-key", key]);
    }

    fn sign(&self, user: usize, nonce: &str, operation: &[&str]) -> Value {
        let (index, key) = (user.to_string(), key_file(user));
        let signer = ["--from", &index, "--key", &key, "--nonce", nonce, "--fee-count", "5"];
        let arguments = [&["sign"], operation, &signer, &["--data-dir", "rollup"]].concat();
        serde_json::from_str(&self.fixture.succeeds(&arguments)).unwrap()
    }

    fn prove_arguments<'a>(&'a self, transactions: &'a str, out: &'a str) -> Vec<&'a str> {
        let inputs = ["--transactions", transactions, "--l1", self.anvil.url()];
        let rollup = ["batch-prove", "--data-dir", "rollup", "--out", out, "--json"];
        [&rollup[..], &inputs].concat()
    }

    /// Kills the operator's program when it has sealed a batch and proves it.
    fn kill_at_work(&self, arguments: &[&str]) {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("starfold"))
            .current_dir(self.fixture.path("."))
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let artifacts = self.fixture.path("rollup/artifacts");
        let started = Instant::now();
        while !artifacts.exists() {
            assert!(started.elapsed() < Duration::from_secs(120), "nothing is proved");
            std::thread::sleep(Duration::from_millis(20));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn wrap_and_submit(&self, proof: &str) -> Value {
        self.fixture.json("wrap", &["wrap", proof, "--out", "wrapped.json", "--json"]);
        self.operator("submit", &["wrapped.json"])
    }

    fn sync(&self, folder: &str, extra: &[&str]) -> Value {
        let rollup = ["l1", "sync", "--rpc", self.anvil.url(), "--data-dir", folder, "--json"];
        self.fixture.json("l1-sync", &[&rollup[..], extra].concat())
    }

    fn contract(&self) -> Address {
        self.contract.parse().unwrap()
    }

    /// What the contract has of ETH and of the token.
    fn holdings(&self) -> [u128; 2] {
        let node = self.anvil.node();
        let eth = node.balance(self.contract()).unwrap();
        let token = self.token.parse().unwrap();
        let tokens = TokenReader::new(&mut &node, token).balance(self.contract()).unwrap();
        [eth.get(), tokens.get()]
    }
}

fn address(user: usize) -> String {
    funded_key(user).address().to_string()
}

fn key_file(user: usize) -> String {
    format!("key-{user}.json")
}

#[test]
fn money_comes_in_moves_and_gets_out_even_without_an_operator() {
    let story = Story::new();
    queue_of_the_first_batch(&story);
    first_batch(&story);
    second_batch(&story);
    vanish(&story);
    everybody_leaves(&story);
    assert_eq!(story.holdings(), [0, 0]);
}

/// Accounts 0, 1 and 2 in this order, with keys of the users.
fn queue_of_the_first_batch(story: &Story) {
    story.deposit(OPERATOR, "0", ETH / 100);
    story.deposit(ALICE, "0", ETH);
    story.deposit(BOB, &story.token, 900);
    story.deposit(BOB, "0", ETH / 10);
    story.set_key(ALICE, "1");
    story.set_key(BOB, "2");
}

/// A deposit that is not final is not taken, and its block goes away; the operator is killed at work and goes on.
fn first_batch(story: &Story) {
    let tenth = (ETH / 10).to_string();
    let fifth = (ETH / 5).to_string();
    let transactions = [
        story.sign(ALICE, "1", &["transfer", "--to", &address(BOB), "--amount", &tenth]),
        story.sign(ALICE, "2", &["transfer", "--to", CAROL, "--amount", &tenth]),
        story.sign(ALICE, "3", &["withdraw", "--to", &address(ALICE), "--amount", &fifth]),
        story.sign(
            BOB,
            "1",
            &["transfer", "--to", &address(ALICE), "--amount", "300", "--token", "1"],
        ),
    ];
    story.fixture.write("first.json", Value::Array(transactions.to_vec()).to_string());
    let prove = story.prove_arguments("first.json", "first.proof");
    story.anvil.mine(2);
    story.deposit(OUTSIDER, "0", ETH);
    story.kill_at_work(&prove);
    story.fixture.write("nothing.json", "[]");
    let other = ["batch-prove", "--data-dir", "rollup", "--transactions", "nothing.json"];
    let text = story.fixture.fails(2, &[&other[..], &["--out", "first.proof"]].concat());
    assert!(text.contains("batch 1 is sealed from other inputs"), "{text}");
    story.anvil.reorganise(1);
    let report = story.fixture.json("batch-prove", &prove);
    assert_eq!((&report["transactions"], &report["l1_operations"]), (&4.into(), &6.into()));
    // the same command gives the result once more
    assert_eq!(story.fixture.json("batch-prove", &prove), report);

    let submitted = story.wrap_and_submit("first.proof");
    assert_eq!(submitted["state_root"], report["new_state_root"]);
    let claimed = story.user(ALICE, "claim", &[]);
    assert_eq!(claimed["claims"][0]["amount"], fifth);
}

/// Bob gets his tokens without his signature.
fn second_batch(story: &Story) {
    story.user(BOB, "request-exit", &["--index", "2", "--token", "1"]);
    story.anvil.mine(2);
    let amount = (ETH / 100).to_string();
    let transactions = [
        story.sign(ALICE, "4", &["transfer", "--to", CAROL, "--amount", &amount]),
        story.sign(BOB, "2", &["withdraw", "--to", &address(BOB), "--amount", &amount]),
    ];
    story.fixture.write("second.json", Value::Array(transactions.to_vec()).to_string());
    let prove = story.prove_arguments("second.json", "second.proof");
    let report = story.fixture.json("batch-prove", &prove);
    assert_eq!((&report["batch"], &report["l1_operations"]), (&2.into(), &1.into()));
    story.wrap_and_submit("second.proof");
    let claimed = story.user(BOB, "claim", &[]);
    let amounts: Vec<_> =
        claimed["claims"].as_array().unwrap().iter().map(|claim| &claim["amount"]).collect();
    assert_eq!(amounts, [&Value::from(amount), &Value::from("600")]);

    story.anvil.mine(2);
    let synced = story.sync("rollup", &[]);
    assert_eq!((&synced["settled"], &synced["rebuilt"]), (&2.into(), &0.into()));
    let back = ["rollback", "--data-dir", "rollup", "--batch", "1"];
    let text = story.fixture.fails(2, &back);
    assert!(text.contains("batch 2 is settled on L1"), "{text}");
}

/// The operator's folder is gone, and a deposit waits for longer than it may.
fn vanish(story: &Story) {
    story.deposit(ALICE, "0", ETH / 2);
    std::fs::remove_dir_all(story.fixture.path("rollup")).unwrap();
    let freeze = |status| {
        let contract = ["--rpc", story.anvil.url(), "--contract", &story.contract];
        let sender = ["--key-file", "ethereum-2.key", "--journal", "users"];
        story.fixture.fails(status, &[&["l1", "freeze"][..], &contract, &sender].concat())
    };
    assert!(freeze(1).contains("DeadlineNotPassed"));
    story.anvil.pass(PERIOD + 1);
    story.user(BOB, "freeze", &[]);
}

/// With what the chain alone tells.
fn everybody_leaves(story: &Story) {
    let synced = story.sync("rebuilt", &["--contract", &story.contract]);
    assert_eq!((&synced["batch"], &synced["rebuilt"]), (&2.into(), &2.into()));
    assert_eq!((&synced["waiting"], &synced["frozen"]), (&1.into(), &true.into()));
    let exit = |user: usize, extra: &[&str]| {
        let folder = ["--data-dir", "rebuilt"];
        story.user(user, "exit", &[&folder[..], extra].concat())
    };
    let alice = exit(ALICE, &[]);
    assert_eq!(alice["exits"].as_array().unwrap().len(), 2);
    assert_eq!(alice["exits"][1]["amount"], "300");
    assert_eq!(alice["claims"][1]["amount"], "300");
    // once more there is nothing left to do
    let again = exit(ALICE, &[]);
    assert_eq!(again["claims"], Value::Array(Vec::new()));
    assert_eq!(again["exits"][0].get("transaction"), None);
    assert_eq!(exit(BOB, &[])["exits"].as_array().unwrap().len(), 1);
    // anyone does it for others
    let carol = exit(BOB, &["--address", CAROL]);
    assert_eq!(carol["claims"][0]["amount"], (ETH / 10 + ETH / 100).to_string());
    let cancelled = story.user(ALICE, "cancel", &[]);
    assert_eq!(cancelled["claims"][0]["amount"], (ETH / 2).to_string());
    exit(BOB, &["--address", &address(OPERATOR)]);
    // the fees of the queue were claimed with that
    let claims = story.user(BOB, "claim", &["--owner", &address(OPERATOR)]);
    assert_eq!(claims["claims"], Value::Array(Vec::new()));
}

#[test]
fn what_cannot_be_done_yet_is_said() {
    let story = Story::new();
    let (fixture, url) = (&story.fixture, story.anvil.url());
    let sync = ["l1", "sync", "--rpc", url, "--data-dir"];
    let text = fixture.fails(2, &[&sync[..], &["mine"]].concat());
    assert!(text.contains("a new folder needs --contract"), "{text}");
    let nobody = [&sync[..], &["mine", "--contract", CAROL]].concat();
    assert!(fixture.fails(1, &nobody).contains(CAROL));
    let synced = story.sync("mine", &["--contract", &story.contract]);
    assert_eq!((&synced["batch"], &synced["rebuilt"]), (&0.into(), &0.into()));
    // the same folder needs no name any more, and takes no other
    story.sync("mine", &[]);
    fixture.fails(2, &[&sync[..], &["mine", "--contract", CAROL, "--from-block", "0"]].concat());

    let sender = ["--rpc", url, "--data-dir", "rollup", "--key-file", "ethereum-1.key"];
    for command in ["exit", "cancel"] {
        let text = fixture.fails(2, &[&["l1", command][..], &sender].concat());
        assert!(text.contains("the rollup is not frozen"), "{text}");
    }
    // nothing is final
    story.deposit(ALICE, "0", ETH);
    let prove = ["batch-prove", "--l1", url, "--out", "p", "--data-dir"];
    let text = fixture.fails(1, &[&prove[..], &["rollup"]].concat());
    assert!(text.contains("the batch has no transaction"), "{text}");
    fixture.succeeds(&["init", "--data-dir", "other"]);
    let text = fixture.fails(2, &[&prove[..], &["other"]].concat());
    assert!(text.contains("the rollup has no contract"), "{text}");

    let back = ["rollback", "--data-dir", "rollup", "--json", "--batch"];
    assert_eq!(fixture.json("rollback", &[&back[..], &["0"]].concat())["batch"], 0);
    let text = fixture.fails(2, &[&back[..], &["1"]].concat());
    assert!(text.contains("there is no batch 1 to go back to"), "{text}");
}

#[test]
fn a_contract_with_a_genesis_is_rebuilt_from_its_file() {
    let (anvil, fixture) = (Anvil::start(&[]), Fixture::with_rollup());
    let _path = funded_key_file(&fixture.path("."), OPERATOR);
    let rollup = ["--rpc", anvil.url(), "--data-dir", "rollup", "--key-file", "ethereum-0.key"];
    let deployed = fixture.json("l1-deploy", &[&["l1", "deploy", "--json"][..], &rollup].concat());
    let contract = deployed["contract"].as_str().unwrap();
    let sync = ["l1", "sync", "--rpc", anvil.url(), "--data-dir", "mine", "--contract", contract];
    let text = fixture.fails(1, &sync);
    assert!(text.contains("name the file of that genesis"), "{text}");
    fixture.write("genesis.json", "{}");
    let with_genesis = [&sync[..], &["--genesis", "genesis.json", "--json"]].concat();
    let text = fixture.fails_with_json(1, &with_genesis);
    assert!(text["error"].as_str().unwrap().contains("the contract starts with"), "{text}");
    let owner = address(OPERATOR);
    let known = fixture.json("account", &["account", "--data-dir", "rollup", &owner, "--json"]);
    let account =
        serde_json::json!({"index": 0, "address": owner, "key": known["accounts"][0]["key"]});
    fixture.write("genesis.json", serde_json::json!({"accounts": [account]}).to_string());
    let synced = fixture.json("l1-sync", &with_genesis);
    assert_eq!(synced["state_root"], deployed["genesis_root"]);
}
