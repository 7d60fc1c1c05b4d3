use std::collections::BTreeMap;

use super::*;
use crate::batch::MAX_WORDS;

/// What the contract's tests measured, by name.
fn snapshot(text: &str) -> BTreeMap<String, u64> {
    let values: BTreeMap<String, String> = serde_json::from_str(text).unwrap();
    values.into_iter().map(|(name, gas)| (name, gas.parse().unwrap())).collect()
}

fn kinds() -> BTreeMap<String, u64> {
    snapshot(include_str!("../../../l1-verifier/contracts/snapshots/kinds.json"))
}

fn transactions() -> BTreeMap<String, u64> {
    snapshot(include_str!("../../../l1-verifier/contracts/snapshots/transactions.json"))
}

fn bound_of(opcode: Opcode, count: usize) -> GasBound {
    GasBound::of(std::iter::repeat_n(opcode, count))
}

fn bound(opcode: Opcode, count: usize) -> u64 {
    bound_of(opcode, count).gas()
}

#[test]
fn every_kind_takes_what_was_measured_and_a_little_more() {
    let kinds = kinds();
    for (name, opcode) in [
        ("transfer", Opcode::Transfer),
        ("transfer to a new account", Opcode::TransferNew),
        ("set key", Opcode::SetKey),
        ("collect fee", Opcode::CollectFee),
        ("withdraw", Opcode::Withdraw),
        ("deposit", Opcode::Deposit),
        ("forced exit", Opcode::ForcedExit),
        ("set key from L1", Opcode::L1SetKey),
    ] {
        let (measured, bound) = (kinds[name], of_opcode(opcode));
        assert!(bound >= measured, "{name}: {bound} is below {measured}");
        assert!(bound * 100 <= measured * 108, "{name}: {bound} is far above {measured}");
    }
    assert_eq!(kinds.len(), 1 + Opcode::ALL.len());
    let memory = MAX_WORDS as u64 * 31 / 32;
    assert!(BESIDE >= kinds["batch of nothing"] + 5_000 + 3 * memory + memory * memory / 512);
}

#[test]
fn whole_batches_stay_below_their_bound() {
    let measured = transactions();
    for count in [1, 64, 512, 1000, 4096] {
        let name = format!("submitBatch: {count} transfer{}", if count == 1 { "" } else { "s" });
        assert!(bound(Opcode::Transfer, count) >= measured[&name], "{name}");
    }
    let withdrawals = measured["submitBatch: 600 withdrawals to fresh addresses"];
    assert!(bound(Opcode::Withdraw, 600) >= withdrawals);
}

#[test]
fn what_fits_is_decided_by_gas_or_by_words() {
    let most = |opcode| (1..).take_while(|&count| bound_of(opcode, count).fits()).count();
    let by_words = |opcode: Opcode| MAX_WORDS / opcode.word_count();
    for opcode in [Opcode::Withdraw, Opcode::ForcedExit, Opcode::Deposit] {
        assert!(most(opcode) < by_words(opcode), "{opcode:?}");
        assert!(bound(opcode, most(opcode)) <= BATCH_GAS_LIMIT, "{opcode:?}");
        assert!(bound(opcode, most(opcode) + 1) > BATCH_GAS_LIMIT, "{opcode:?}");
    }
    for opcode in [Opcode::Transfer, Opcode::TransferNew, Opcode::SetKey, Opcode::L1SetKey] {
        assert!(most(opcode) >= by_words(opcode), "{opcode:?}");
    }
    assert!(most(Opcode::Withdraw) > 550);
    assert!(most(Opcode::ForcedExit) > 450);
    assert!(most(Opcode::Deposit) > 1_800);
}

#[test]
fn the_floor_of_calldata_counts_where_it_is_higher() {
    let transfers = bound(Opcode::Transfer, MAX_WORDS);
    assert_eq!(transfers, BESIDE + MAX_WORDS as u64 * FLOOR_OF_WORD);
    assert!(transfers < BATCH_GAS_LIMIT);
    assert_eq!(GasBound::of([]), GasBound::default());
}
