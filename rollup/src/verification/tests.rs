use super::*;
use crate::workload::{self, Funding, RandomTransfers};
use crate::{BatchInputs, NewRollup};
use starfold_circuits::recursion::DecodeError;
use starfold_primitives::quantities::{FeeUnit, Timestamp, TokenId};
use starfold_primitives::{Claim, Field as _, Goldilocks};
use starfold_transition::batch::MAX_WORDS;

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
}

#[test]
fn another_parameter_set_is_refused_in_both_directions() {
    for expected in ParameterSet::ALL {
        let expectations = Expectations { parameter_set: Some(expected), ..Default::default() };
        for actual in ParameterSet::ALL {
            match expectations.compare(&claim(), actual) {
                Ok(compared) => {
                    assert_eq!(expected, actual);
                    assert_eq!(compared, ["parameter_set"]);
                }
                Err(VerificationError::ParameterSet { expected: wanted, actual: found }) => {
                    assert_ne!(expected, actual);
                    assert_eq!((wanted, found), (expected, actual));
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
}

#[test]
fn a_rollup_expects_the_parameter_set_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let new = NewRollup { parameter_set: ParameterSet::Conservative, ..NewRollup::development() };
    let mut rollup = Rollup::init(folder.path(), &new).unwrap();
    let sealed = seal_one(&mut rollup);
    let file = BatchProofFile::new(ParameterSet::Standard, sealed.claim, sealed.words, Vec::new());
    let proof = BatchProof::from_bytes(&file.to_bytes()).unwrap();
    let expected = rollup.expectations(&proof).unwrap();
    assert_eq!(expected.parameter_set, Some(ParameterSet::Conservative));
    let error = expected.compare(&proof.claim().unwrap(), proof.parameter_set()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the proof has the parameter set standard, expected conservative"
    );
}

#[test]
fn a_rollup_knows_its_sealed_batches_by_number() {
    let folder = tempfile::tempdir().unwrap();
    let mut rollup = Rollup::init(folder.path(), &NewRollup::development()).unwrap();
    let sealed = seal_one(&mut rollup);
    let batch = |number| BatchNumber::new(number).unwrap();
    let expected = rollup.expectations_of(batch(1)).unwrap();
    assert_eq!(expected.parameters, Some(rollup.config().parameters));
    assert_eq!(expected.batch, Some(batch(1)));
    assert_eq!(expected.old_state_root, Some(sealed.entry().state_root));
    assert_eq!(expected.new_state_root, Some(sealed.exit().state_root));
    for number in [0, 2, u32::MAX] {
        let error = rollup.expectations_of(batch(number)).unwrap_err();
        assert!(
            matches!(error, VerificationError::UnknownBatch { head, actual }
                if (head, actual) == (batch(1), batch(number))),
            "{error}"
        );
    }
}

/// The largest batch there can be, with a proof of the parameters whose proofs are longest.
#[test]
fn every_proof_is_far_below_the_limit_of_its_file() {
    let verifier = batch_verifier(ParameterSet::Conservative).unwrap();
    let Err(DecodeError::Length { expected, .. }) = verifier.decode(&[]) else { panic!() };
    let words = vec![Word::from_bytes(&[0; 31]); MAX_WORDS];
    let claim = Claim::from_elements(&[Goldilocks::ZERO; 44]);
    let file = BatchProofFile::new(ParameterSet::Conservative, claim, words, vec![0; expected]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("batch.proof");
    std::fs::write(&path, file.to_bytes()).unwrap();
    let read = BatchProof::read(&path).unwrap();
    assert_eq!((read.word_count(), read.proof_bytes()), (MAX_WORDS as u64, expected as u64));
    assert!(8 * read.file_bytes() < MAX_PROOF_BYTES, "{}", read.file_bytes());

    std::fs::File::create(&path).unwrap().set_len(MAX_PROOF_BYTES + 1).unwrap();
    let error = BatchProof::read(&path).unwrap_err();
    assert!(matches!(error, VerificationError::File(FileError::TooLong { .. })), "{error}");
}

fn seal_one(rollup: &mut Rollup) -> starfold_transition::SealedBatch {
    let size = RandomTransfers { transfers: 1, accounts: 2, seed: 3 };
    let plan = workload::random(size).unwrap();
    let workload = rollup.simulate(&plan, Funding::Genesis).unwrap();
    let inputs = BatchInputs { transactions: workload.transactions, ..BatchInputs::default() };
    rollup.seal(&inputs).unwrap().sealed
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
