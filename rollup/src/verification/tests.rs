use super::*;
use starfold_primitives::quantities::{FeeUnit, Timestamp, TokenId};

fn claim() -> BatchClaim {
    BatchClaim {
        chain_id: ChainId::new(5).unwrap(),
        contract: Address([6; 20]),
        batch: BatchNumber::new(7).unwrap(),
        timestamp: Timestamp::new(8).unwrap(),
        fee_token: TokenId::new(9).unwrap(),
        fee_unit: FeeUnit::new(10).unwrap(),
        old_state_root: Digest::from_canonical([11; 4]).unwrap(),
        new_state_root: Digest::from_canonical([12; 4]).unwrap(),
        words_digest: Digest::from_canonical([13; 4]).unwrap(),
        transactions: 14,
    }
}

fn mismatch(expected: Expectations) -> (&'static str, String, String) {
    match expected.compare(&claim(), ParameterSet::Standard).unwrap_err() {
        VerificationError::Mismatch { what, expected, actual } => (what, expected, actual),
        other => panic!("{other}"),
    }
}

#[test]
fn nothing_expected_is_nothing_compared() {
    let compared = Expectations::default().compare(&claim(), ParameterSet::Standard).unwrap();
    assert_eq!(compared, Vec::<String>::new());
}

#[test]
fn each_expectation_is_compared_by_itself() {
    let nothing = Expectations::default();
    let chain_id = Some(ChainId::new(1).unwrap());
    let found = mismatch(Expectations { chain_id, ..nothing });
    assert_eq!(found, ("chain_id", "1".to_owned(), "5".to_owned()));
    let contract = Some(Address::ZERO);
    assert_eq!(mismatch(Expectations { contract, ..nothing }).0, "contract");
    let batch = Some(BatchNumber::new(8).unwrap());
    assert_eq!(mismatch(Expectations { batch, ..nothing }).0, "batch");
    let root = Some(Digest::ZERO);
    assert_eq!(mismatch(Expectations { old_state_root: root, ..nothing }).0, "old_state_root");
    assert_eq!(mismatch(Expectations { new_state_root: root, ..nothing }).0, "new_state_root");
    let parameter_set = Some(ParameterSet::Conservative);
    assert_eq!(mismatch(Expectations { parameter_set, ..nothing }).0, "parameter_set");
}

#[test]
fn a_rollups_parameters_are_all_compared() {
    let claim = claim();
    let right = Parameters {
        chain_id: claim.chain_id,
        contract: claim.contract,
        fee_token: claim.fee_token,
        fee_unit: claim.fee_unit,
    };
    let with = |parameters| Expectations { parameters: Some(parameters), ..Default::default() };
    let compared = with(right).compare(&claim, ParameterSet::Standard).unwrap();
    assert_eq!(compared, ["chain_id", "contract", "fee_token", "fee_unit"]);
    let fee_token = TokenId::ZERO;
    assert_eq!(mismatch(with(Parameters { fee_token, ..right })).0, "fee_token");
    let fee_unit = FeeUnit::new(1).unwrap();
    assert_eq!(mismatch(with(Parameters { fee_unit, ..right })).0, "fee_unit");
}
