//! The whole story: its object, its gas, and what it leaves behind.

use serde_json::Value;

use crate::fixture::Fixture;
use crate::schemas::check;

fn gas(story: &Value, step: &str) -> u64 {
    story["gas"][step].as_u64().unwrap()
}

#[test]
fn the_demo_ends_with_a_claimed_withdrawal() {
    let fixture = Fixture::new();
    let story = fixture.json("demo", &["demo", "--data-dir", "rollup", "--json"]);
    check("batch-prove", &story["batch"]);
    check("wrap", &story["wrap"]);
    for operation in story["deposit"]["operations"].as_array().unwrap() {
        check("l1-operation", operation);
    }
    assert_eq!(story["batch"]["transactions"], 46 + 1);
    assert_eq!(story["submission"]["l1_operations"], 2);
    assert_eq!(story["submission"]["state_root"], story["batch"]["new_state_root"]);
    assert_eq!(story["rollup"]["contract"], story["deployment"]["rollup"]);
    assert_eq!(story["claim"]["owner"], story["deposit"]["depositor"]);
    assert_eq!(story["claim"]["amount"], story["submission"]["credited"]);
    // nothing is left of what paid for deposit and fees
    assert_eq!(story["claim"]["balance"], story["claim"]["amount"]);
    gas_is_plausible(&story);
    what_is_left_can_be_used(&fixture, &story);
}

fn gas_is_plausible(story: &Value) {
    let batch = gas(story, "submit_batch");
    assert!(gas(story, "verification") < batch && batch < 450_000, "{batch}");
    let transfer = gas(story, "per_transfer");
    assert!((500..700).contains(&transfer), "{transfer}");
    assert!(gas(story, "deposit") < 150_000 && gas(story, "claim") < 80_000);
}

fn what_is_left_can_be_used(fixture: &Fixture, story: &Value) {
    let path = |name: &str| story["artifacts"][name].as_str().unwrap().to_owned();
    for name in ["batch_proof", "wrapped"] {
        fixture.json("verify", &["verify", &path(name), "--data-dir", "rollup", "--json"]);
    }
    fixture.fails(1, &["verify", &path("changed_proof"), "--data-dir", "rollup"]);
    let calldata = fixture.read(&path("calldata"));
    let digits = calldata.trim_end().strip_prefix("0x").unwrap();
    assert_eq!(digits.len() as u64, 2 * story["submission"]["calldata_bytes"].as_u64().unwrap());
}

/// Other tests rely on them where nothing is proved.
#[test]
fn committed_wrapped_batches_are_valid() {
    let fixture = Fixture::new();
    let mut root = None;
    for (batch, transfers) in [(1, 1), (2, 512)] {
        let file = format!(
            "{}/../settlement/testdata/wrapped-{transfers}.json",
            env!("CARGO_MANIFEST_DIR")
        );
        let verified = fixture.json("verify", &["verify", &file, "--json"]);
        let claim = &verified["claim"];
        assert_eq!(claim["batch"], batch);
        // CollectFee is one more
        assert_eq!(claim["transactions"], transfers + 1);
        let old = claim["old_state_root"].clone();
        assert_eq!(root.replace(claim["new_state_root"].clone()).unwrap_or(old.clone()), old);
    }
}
