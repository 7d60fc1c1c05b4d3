//! Real batches on the contract: accepted as they are, refused when anything is changed.

use starfold_primitives::quantities::{BatchNumber, Timestamp};
use starfold_settlement::{Call, Event, Submission};

use crate::deployed::{ALICE, Deployed, OPERATOR};
use crate::wrapped::{batch_of_512, batch_of_one};

/// Where the header, the words and the proof stand in the call.
const HEADER: usize = 4;
const WORDS: usize = 292;

/// A rollup that has accepted the batch of one, at the time of the second batch, and the second batch.
fn before_the_second() -> (Deployed, Call) {
    let [first, second] = [batch_of_one(), batch_of_512()];
    let mut deployed = first.deployed();
    deployed.chain.set_time(second.claim.timestamp);
    let rollup = deployed.rollup;
    deployed.execute(OPERATOR, &first.submission().call(rollup));
    let call = second.submission().call(rollup);
    (deployed, call)
}

fn changed(call: &Call, position: usize, bits: u8) -> Call {
    let mut call = call.clone();
    call.data[position] ^= bits;
    call
}

#[test]
fn batches_of_one_and_of_512_transactions_are_accepted_by_one_contract() {
    let mut deployed = batch_of_one().deployed();
    for batch in [batch_of_one(), batch_of_512()] {
        let submission = batch.submission();
        assert_eq!(deployed.status().state_root, batch.claim.old_state_root);
        deployed.chain.set_time(batch.claim.timestamp);
        let call = submission.call(deployed.rollup);
        let (_, events) = deployed.execute(OPERATOR, &call);
        let accepted = Event::BatchAccepted {
            batch: submission.batch,
            state_root: batch.claim.new_state_root,
            timestamp: batch.claim.timestamp,
            counter: submission.header.counter,
        };
        assert_eq!(events, [accepted]);
        let status = deployed.status();
        assert_eq!(status.state_root, batch.claim.new_state_root);
        assert_eq!((status.batch, status.timestamp), (submission.batch, batch.claim.timestamp));
        // whoever has the transaction has the batch
        assert_eq!(Submission::decode(&call.data), Ok(submission));
        assert_eq!(deployed.refusal(OPERATOR, &call), "WrongBatchNumber");
    }
    assert_eq!(deployed.status().batch, BatchNumber::new(2).unwrap());
    // CollectFee is one more
    assert_eq!(batch_of_one().submission().header.counter, 1 + 1);
    assert_eq!(batch_of_512().submission().header.counter, 512 + 1);
}

#[test]
fn a_changed_header_is_refused() {
    let (mut deployed, call) = before_the_second();
    // late enough for a changed time, not too late
    let later = deployed.chain.time().get() + 1000;
    deployed.chain.set_time(Timestamp::new(later).unwrap());
    let low = |slot: usize| HEADER + 32 * slot + 31;
    for (name, position, bits, error) in [
        ("batch number", low(0), 1, "WrongBatchNumber"),
        ("timestamp", low(1), 1, "ProofRejected"),
        ("counter", low(2), 1, "ProofRejected"),
        ("exit root", low(3), 1, "ProofRejected"),
        ("D", low(4), 1, "ProofRejected"),
        ("C", low(5), 1, "ProofRejected"),
        ("length of the words", WORDS - 1, 31, "UnusualEncoding"),
    ] {
        let call = changed(&call, position, bits);
        assert_eq!(deployed.refusal(OPERATOR, &call), error, "{name}");
    }
    for digest in 3..6 {
        for element in 0..4 {
            let mut call = call.clone();
            call.data[HEADER + 32 * digest + 8 * element..][..8].fill(0xff);
            assert_eq!(deployed.refusal(OPERATOR, &call), "ElementNotCanonical");
        }
    }
}

#[test]
fn words_with_one_bit_changed_are_refused() {
    let (deployed, call) = before_the_second();
    let words = batch_of_512().submission().words.len();
    for word in [0, 1, 255, 511] {
        for (byte, bit) in [(4, 1), (8, 1), (10, 1), (20, 4), (30, 1)] {
            let position = WORDS + 31 * word + byte;
            let refusal = deployed.refusal(OPERATOR, &changed(&call, position, bit));
            assert_eq!(refusal, "ProofRejected", "byte {byte} of word {word}");
        }
        let opcode = changed(&call, WORDS + 31 * word, 0x40);
        assert_eq!(deployed.refusal(OPERATOR, &opcode), "UnknownOpcode");
    }
    let padding = changed(&call, WORDS + 31 * words, 1);
    assert_eq!(deployed.refusal(OPERATOR, &padding), "UnusualEncoding");
}

#[test]
fn a_changed_proof_is_refused() {
    let (deployed, call) = before_the_second();
    let proof = call.data.len() - 256;
    for coordinate in 0..8 {
        let position = proof + 32 * coordinate;
        // the point leaves its curve
        let off_curve = changed(&call, position + 31, 1);
        assert_eq!(deployed.refusal(OPERATOR, &off_curve), "PrecompileFailed");
        let mut large = call.clone();
        large.data[position..position + 32].fill(0xff);
        assert_eq!(deployed.refusal(OPERATOR, &large), "CoordinateOutOfRange");
    }
    for (point, length) in [(0, 64), (64, 128), (192, 64)] {
        let mut infinity = call.clone();
        infinity.data[proof + point..proof + point + length].fill(0);
        assert_eq!(deployed.refusal(OPERATOR, &infinity), "PointAtInfinity");
    }
}

#[test]
fn the_proof_of_another_batch_is_refused() {
    let (deployed, _) = before_the_second();
    let other = batch_of_one().submission().proof;
    let submission = Submission { proof: other, ..batch_of_512().submission() };
    assert_eq!(deployed.refusal(OPERATOR, &submission.call(deployed.rollup)), "ProofRejected");
    // batch two first
    let deployed = batch_of_one().deployed();
    let submission = batch_of_512().submission();
    assert_eq!(deployed.refusal(OPERATOR, &submission.call(deployed.rollup)), "WrongBatchNumber");
}

#[test]
fn the_proof_of_another_contract_is_refused() {
    let batch = batch_of_one();
    let deployed = batch.deployed();
    // the same parameters at another address
    let other = Deployed::on(deployed.chain.clone(), batch.deployment()).unwrap();
    assert_ne!(other.rollup, deployed.rollup);
    let submission = batch.submission();
    assert_eq!(other.refusal(OPERATOR, &submission.call(other.rollup)), "ProofRejected");
}

#[test]
fn only_the_operator_submits_and_only_in_time() {
    let batch = batch_of_one();
    let mut deployed = batch.deployed();
    let call = batch.submission().call(deployed.rollup);
    assert_eq!(deployed.refusal(ALICE, &call), "NotOperator");
    let mut early = batch.submission();
    early.header.timestamp = Timestamp::new(batch.claim.timestamp.get() + 1).unwrap();
    let early = early.call(deployed.rollup);
    assert_eq!(deployed.refusal(OPERATOR, &early), "TimestampInFuture");
    let window = deployed.deployment.batch_window;
    let last = batch.claim.timestamp.get() + window;
    deployed.chain.set_time(Timestamp::new(last + 1).unwrap());
    assert_eq!(deployed.refusal(OPERATOR, &call), "TimestampTooOld");
    let mut at_the_end = batch.deployed();
    at_the_end.chain.set_time(Timestamp::new(last).unwrap());
    at_the_end.execute(OPERATOR, &call);
}
