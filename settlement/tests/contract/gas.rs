//! What transactions cost, kept in `settlement/testdata/gas.json`. With `STARFOLD_WRITE_GAS=1` the file is written.

use std::collections::BTreeMap;

use starfold_primitives::quantities::{AccountIndex, Amount, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_settlement::testing::{Anvil, funded_key};
use starfold_settlement::{Call, Journal};

use crate::deployed::{ALICE, BOB, ETHER, FEE, OPERATOR, chain};
use crate::wrapped::{batch_of_512, batch_of_one};

/// What calldata costs at least (EIP-7623).
fn floor(data: &[u8]) -> u64 {
    data.iter().map(|&byte| if byte == 0 { 10 } else { 40 }).sum::<u64>() + 21_000
}

fn measure() -> BTreeMap<&'static str, u64> {
    let mut gas = BTreeMap::new();
    let [first, second] = [batch_of_one(), batch_of_512()];
    let asked = first.deployment();
    let mut chain = chain();
    let verifier = chain.execute(OPERATOR, &asked.verifier_call().unwrap()).unwrap();
    gas.insert("deploy verifier", verifier.gas_used);
    let call = asked.rollup_call(verifier.created.unwrap()).unwrap();
    let deployed = chain.execute(OPERATOR, &call).unwrap();
    gas.insert("deploy rollup", deployed.gas_used);
    let rollup = deployed.created.unwrap();
    let amount = Amount::new(ETHER);
    let (index, token) = (AccountIndex::ZERO, TokenId::ZERO);
    let mut run = |name, from, call: &Call| {
        gas.insert(name, chain.execute(from, call).unwrap().gas_used);
    };
    let deposit = Call::deposit_eth(rollup, BOB, ALICE, amount, FEE).unwrap();
    run("deposit of ETH, first", ALICE, &deposit);
    run("deposit of ETH", ALICE, &deposit);
    run("request of a forced exit", ALICE, &Call::request_forced_exit(rollup, index, token, FEE));
    run("new key", ALICE, &Call::set_key(rollup, index, PublicKey::NONE, FEE));
    run("claim of ETH", ALICE, &Call::claim(rollup, token, OPERATOR));
    for (batch, name) in
        [(first, "first batch, 1 transfer"), (second, "second batch, 512 transfers")]
    {
        let mut deployed = batch_of_one().deployed();
        deployed.chain.set_time(batch.claim.timestamp);
        if batch.claim.old_state_root != batch_of_one().claim.old_state_root {
            deployed.execute(OPERATOR, &batch_of_one().submission().call(rollup));
        }
        let call = batch.submission().call(rollup);
        let (receipt, _) = deployed.execute(OPERATOR, &call);
        gas.insert(name, receipt.gas_used);
    }
    gas
}

#[test]
fn gas_is_what_it_was() {
    let measured = measure();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/gas.json");
    if std::env::var_os("STARFOLD_WRITE_GAS").is_some() {
        let text = serde_json::to_string_pretty(&measured).unwrap() + "\n";
        std::fs::write(path, text).unwrap();
    }
    let text = std::fs::read_to_string(path).unwrap();
    let kept: BTreeMap<&str, u64> = serde_json::from_str(&text).unwrap();
    assert_eq!(measured, kept, "STARFOLD_WRITE_GAS=1 writes what was measured");
}

#[test]
fn a_batch_takes_no_more_gas_than_was_promised() {
    let measured = measure();
    let call = batch_of_512().submission().call(BOB);
    let bound = (290_000 + 700 * 512).max(floor(&call.data));
    let gas = measured["second batch, 512 transfers"];
    assert!(gas <= bound, "{gas} is more than {bound}");
}

#[test]
fn a_real_node_takes_both_batches_for_the_same_gas() {
    let [first, second] = [batch_of_one(), batch_of_512()];
    let anvil = Anvil::start(&["--timestamp", &second.claim.timestamp.to_string()]);
    let (node, key) = (anvil.node(), funded_key(0));
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path().join("journal")).unwrap();
    let deployed = node.deploy(&key, &first.deployment(), &journal).unwrap();
    assert_eq!(deployed.rollup, first.claim.contract);
    let measured = measure();
    for (sent, name) in
        [(deployed.verifier_sent, "deploy verifier"), (deployed.rollup_sent, "deploy rollup")]
    {
        assert_eq!(sent.receipt.gas_used, measured[name], "{name}");
    }
    for (batch, name) in
        [(first, "first batch, 1 transfer"), (second, "second batch, 512 transfers")]
    {
        let call = batch.submission().call(deployed.rollup);
        let receipt = node.send(&key, &call, &journal).unwrap().receipt;
        assert_eq!(receipt.gas_used, measured[name], "{name}");
    }
}
