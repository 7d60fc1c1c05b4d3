//! `starfold l1` against a local node.

use serde_json::Value;
use starfold_primitives::quantities::{Address, Amount};
use starfold_settlement::testing::{Anvil, funded_key, funded_key_file};
use starfold_settlement::{Call, Journal};

use crate::fixture::Fixture;

/// Nobody in particular.
const SOMEBODY: &str = "0x0404040404040404040404040404040404040404";
/// A day, the queue's period on the development chain.
const DAY: u64 = 86_400;

/// A rollup in `rollup` and a node, where the first account is the operator.
struct Ethereum {
    anvil: Anvil,
    fixture: Fixture,
}

impl Ethereum {
    fn new() -> Self {
        let (anvil, fixture) = (Anvil::start(&[]), Fixture::with_rollup());
        for account in 0..2 {
            let _path = funded_key_file(&fixture.path("."), account);
        }
        Self { anvil, fixture }
    }

    fn with_contract(extra: &[&str]) -> Self {
        let ethereum = Self::new();
        ethereum.json("deploy", extra);
        ethereum
    }

    /// A command about the rollup, sent by the operator.
    fn arguments<'a>(&'a self, command: &'a str, extra: &[&'a str]) -> Vec<&'a str> {
        let mut arguments = vec!["l1", command, "--rpc", self.anvil.url(), "--data-dir", "rollup"];
        arguments.extend(["--key-file", "ethereum-0.key"]);
        arguments.extend(extra);
        arguments
    }

    fn json(&self, command: &str, extra: &[&str]) -> Value {
        let mut arguments = self.arguments(command, extra);
        arguments.push("--json");
        self.fixture.json(&format!("l1-{command}"), &arguments)
    }

    fn fails(&self, status: i32, command: &str, extra: &[&str]) -> String {
        self.fixture.fails(status, &self.arguments(command, extra))
    }

    fn nonce(&self) -> u64 {
        let address = funded_key(0).address().to_string();
        let nonce: String = self.anvil.request("eth_getTransactionCount", (address, "latest"));
        u64::from_str_radix(&nonce[2..], 16).unwrap()
    }

    /// A token of which the operator has some.
    fn token(&self, amount: u128) -> String {
        let (node, key) = (self.anvil.node(), funded_key(0));
        let journal = Journal::open(self.fixture.path("tokens")).unwrap();
        let created = node.send(&key, &Call::create_development_token(), &journal).unwrap();
        let token = created.receipt.created.unwrap();
        let mint = Call::mint_development_token(token, key.address(), Amount::new(amount));
        node.send(&key, &mint, &journal).unwrap();
        token.to_string()
    }
}

#[test]
fn a_rollup_is_deployed_once_and_marked_unsafe() {
    let ethereum = Ethereum::new();
    let deployed = ethereum.json("deploy", &["--operation-fee", "7", "--governor", SOMEBODY]);
    assert_eq!(deployed["unsafe"], true);
    assert_eq!(deployed["key_kind"], "development (UNSAFE)");
    assert_eq!(deployed["governor"], SOMEBODY);
    let config: Value = serde_json::from_str(&ethereum.fixture.read("rollup/rollup.json")).unwrap();
    assert_eq!(config["parameters"]["contract"], deployed["contract"]);
    assert_eq!(config["deployment_block"], deployed["deployment_block"]);

    let status = ethereum.json("status", &[]);
    assert_eq!(status["contract"], deployed["contract"]);
    assert_eq!(status["verifying_key"], deployed["verifying_key"]);
    assert_eq!(status["development_key"], true);
    assert_eq!(status["terms"]["operation_fee"], "7");
    assert_eq!(status["local"]["agrees"], true);
    let text = ethereum.fixture.succeeds(&ethereum.arguments("status", &[]));
    assert!(text.contains("UNSAFE"), "{text}");

    let error = ethereum.fails(2, "deploy", &[]);
    assert!(error.contains("has the contract"), "{error}");
    assert_eq!(ethereum.nonce(), 2);
}

#[test]
fn an_interrupted_deployment_goes_on() {
    let ethereum = Ethereum::new();
    ethereum.anvil.set_automine(false);
    // the verifier is sent, and in no block
    let error = ethereum.fails(1, "deploy", &["--timeout", "0"]);
    assert!(error.contains("is in no block after 0 s"), "{error}");
    ethereum.anvil.mine(1);
    // the verifier is found, the rollup is sent
    let error = ethereum.fails(1, "deploy", &["--timeout", "0"]);
    assert!(error.contains("is in no block after 0 s"), "{error}");
    ethereum.anvil.mine(1);
    let deployed = ethereum.json("deploy", &["--timeout", "0"]);
    assert_eq!(deployed["transactions"][0]["sent_before"], true);
    assert_eq!(deployed["transactions"][1]["sent_before"], true);
    assert_eq!(ethereum.nonce(), 2);
    assert_eq!(ethereum.json("status", &[])["contract"], deployed["contract"]);
}

#[test]
fn what_is_deployed_on_another_chain_needs_a_ceremony() {
    let anvil = Anvil::start(&["--chain-id", "5"]);
    let fixture = Fixture::new();
    let _path = funded_key_file(&fixture.path("."), 0);
    let deploy = |folder: &'static str| {
        let (rpc, key) = (anvil.url(), "ethereum-0.key");
        fixture.fails(2, &["l1", "deploy", "--rpc", rpc, "--data-dir", folder, "--key-file", key])
    };
    fixture.succeeds(&["init", "--data-dir", "five", "--chain-id", "5"]);
    let error = deploy("five");
    assert!(error.contains("development key works on chain 31337 alone"), "{error}");
    let error = fixture.fails(1, &["l1", "status", "--rpc", anvil.url(), "--contract", SOMEBODY]);
    assert!(error.contains(SOMEBODY), "{error}");
}

#[test]
fn the_queue_takes_deposits_keys_and_exits_and_pays_the_operator() {
    let ethereum = Ethereum::with_contract(&["--operation-fee", "7"]);
    let deposit = ethereum.json("deposit", &["--token", "0", "--amount", "1000", "--to", SOMEBODY]);
    assert_eq!((&deposit["queue_id"], &deposit["amount"]), (&0.into(), &"1000".into()));
    assert_eq!(deposit["approvals"], Value::Array(Vec::new()));
    // the same once more is another deposit
    let again = ethereum.json("deposit", &["--token", "0", "--amount", "1000", "--to", SOMEBODY]);
    assert_eq!((&again["queue_id"], &again["sent_before"]), (&1.into(), &false.into()));

    let key = format!("0x{}", "00".repeat(40));
    assert_eq!(ethereum.json("set-key", &["--index", "0", "--public-key", &key])["queue_id"], 2);
    let exit = ethereum.json("request-exit", &["--index", "0", "--token", "0"]);
    assert_eq!(exit["queue_id"], 3);
    let error = ethereum.fails(1, "request-exit", &["--index", "0", "--token", "9"]);
    assert!(error.contains("UnknownToken"), "{error}");

    let status = ethereum.json("status", &[]);
    assert_eq!(
        (&status["queue"]["length"], &status["queue"]["next_deadline"]),
        (&4.into(), &deposit["deadline"])
    );
    assert_eq!(status["tokens"][0]["held"], (2 * 1000 + 4 * 7).to_string());

    assert_eq!(status["sender"]["address"], funded_key(0).address().to_string());
    assert_eq!(status["sender"]["claimable"], serde_json::json!([{ "token": 0, "amount": "28" }]));
    let claims = ethereum.json("claim", &[]);
    assert_eq!(claims["claims"][0]["amount"], "28");
    assert_eq!(ethereum.json("claim", &[])["claims"], Value::Array(Vec::new()));
    let text = ethereum.fixture.succeeds(&ethereum.arguments("claim", &["--owner", SOMEBODY]));
    assert!(text.contains("nothing to claim"), "{text}");
}

#[test]
fn tokens_are_approved_as_far_as_needed() {
    let ethereum = Ethereum::new();
    let token = ethereum.token(100);
    ethereum.json("deploy", &["--token", &token]);
    let deposit = |amount: &str| {
        ethereum.json("deposit", &["--token", &token, "--amount", amount, "--to", SOMEBODY])
    };
    let approvals = |report: &Value| report["approvals"].as_array().unwrap().len();
    let first = deposit("60");
    assert_eq!((approvals(&first), &first["token"]), (1, &1.into()));
    // an allowance that is too small is taken back first
    let (key, journal) = (funded_key(0), Journal::open(ethereum.fixture.path("tokens")).unwrap());
    let status = ethereum.json("status", &[]);
    assert_eq!(status["tokens"][1]["held"], "60");
    let address = |text: &Value| text.as_str().unwrap().parse::<Address>().unwrap();
    let contract = address(&status["contract"]);
    let approve = Call::approve(token.parse().unwrap(), contract, Amount::new(5));
    ethereum.anvil.node().send(&key, &approve, &journal).unwrap();
    assert_eq!(approvals(&deposit("5")), 0);
    ethereum.anvil.node().send(&key, &approve, &journal).unwrap();
    assert_eq!(approvals(&deposit("35")), 2);
    let error =
        ethereum.fails(1, "deposit", &["--token", &token, "--amount", "1", "--to", SOMEBODY]);
    assert!(error.contains("ERC20InsufficientBalance"), "{error}");
    let error =
        ethereum.fails(1, "deposit", &["--token", SOMEBODY, "--amount", "1", "--to", SOMEBODY]);
    assert!(error.contains(SOMEBODY), "{error}");
}

#[test]
fn a_token_is_registered_for_a_fee_or_by_the_governor() {
    let ethereum = Ethereum::with_contract(&["--registration-fee", "11"]);
    let token = ethereum.token(100);
    let registered = ethereum.json("register-token", &["--token", &token]);
    assert_eq!((&registered["token"], &registered["l1_token"]), (&1.into(), &token.clone().into()));
    assert_eq!(registered["fee"], "11");
    assert_eq!(ethereum.json("status", &[])["tokens"][1]["l1_token"], token);
    let error = ethereum.fails(1, "register-token", &["--token", &token]);
    assert!(error.contains("TokenAlreadyRegistered"), "{error}");

    let operator = funded_key(0).address().to_string();
    let governed = Ethereum::with_contract(&["--registration-fee", "11", "--governor", &operator]);
    let token = governed.token(100);
    assert_eq!(governed.json("register-token", &["--token", &token])["fee"], "0");
}

#[test]
fn a_rollup_is_frozen_past_a_deadline() {
    let ethereum = Ethereum::with_contract(&[]);
    let error = ethereum.fails(1, "freeze", &[]);
    assert!(error.contains("DeadlineNotPassed"), "{error}");
    ethereum.json("deposit", &["--token", "0", "--amount", "1", "--to", SOMEBODY]);
    ethereum.anvil.pass(DAY + 1);
    assert_eq!(ethereum.json("freeze", &[])["batch"], 0);
    assert_eq!(ethereum.json("status", &[])["frozen"], true);
    let error = ethereum.fails(1, "freeze", &[]);
    assert!(error.contains("RollupFrozen"), "{error}");
}

#[test]
fn wrong_use_has_status_2() {
    let ethereum = Ethereum::new();
    let error = ethereum.fails(2, "claim", &[]);
    assert!(error.contains("has no contract"), "{error}");
    ethereum.json("deploy", &[]);
    let error = ethereum.fails(2, "claim", &["--contract", SOMEBODY]);
    assert!(error.contains("the data directory has the contract"), "{error}");
    let url = ethereum.anvil.url();
    let nobody = ["l1", "claim", "--rpc", url, "--data-dir", "rollup", "--key-file", "missing.key"];
    let error = ethereum.fixture.fails(2, &nobody);
    assert!(error.contains("missing.key"), "{error}");
    let rpc = ["l1", "status", "--rpc", "http://127.0.0.1:1", "--contract", SOMEBODY];
    let error = ethereum.fixture.fails(2, &rpc);
    assert!(error.contains("did not answer eth_chainId"), "{error}");
    let error = ethereum.fixture.fails(2, &["l1", "status", "--rpc", ethereum.anvil.url()]);
    assert!(error.contains("--contract"), "{error}");
}
