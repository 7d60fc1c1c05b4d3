//! The signature lane, run again from any start, with any key and any bits.

use starfold_primitives::ecgfp5::Gfp5;
use starfold_primitives::signature::{
    CHAIN_STEPS, PublicKey, RESPONSE_SPLIT, START, SecretKey, Signature,
};
use starfold_primitives::{Digest, Field, Goldilocks, PrimeField64};

use crate::gadgets::tests::forging::{
    CHALLENGE_STARTS, Signer, chords, point, read_wide, run_signature, step, table_chord,
};
use crate::transaction::schedule::*;

use super::{Forgery, Row, row_of};

impl Forgery {
    /// What the lane computes with at present.
    pub(in super::super) fn signer(&self) -> Signer {
        let lane = &self.rows[0].signature;
        let challenge = lane.challenge.map(|limb| limb.to_canonical_u64());
        Signer { start: START.map(Gfp5::from_u64s), key: point(&lane.key), challenge }
    }

    /// Runs the lane with the response's bits as they are.
    pub(in super::super) fn run_signature(&mut self, signer: &Signer) {
        run_signature(&mut self.rows, signer, |row| &mut row.signature);
    }
}

impl Forgery {
    /// Edits what a row computes with, and computes it again.
    pub(in super::super) fn restep(&mut self, row: usize, edit: impl Fn(&mut Row)) {
        let row = &mut self.rows[row];
        edit(row);
        let accumulator = point(&row.signature.accumulator);
        step(&mut row.signature, accumulator);
    }

    /// Edits the tangent of a row, and computes the chords again.
    pub(in super::super) fn redouble(&mut self, row: usize, edit: impl Fn(&mut Row)) {
        edit(&mut self.rows[row]);
        chords(&mut self.rows[row].signature);
    }

    /// Edits S in a row, and computes the last chord again.
    pub(in super::super) fn resum(&mut self, row: usize, edit: impl Fn(&mut Row)) {
        edit(&mut self.rows[row]);
        table_chord(&mut self.rows[row].signature);
    }

    /// Reads the bits of the challenge again.
    pub(in super::super) fn read_challenge(&mut self) {
        read_wide(&mut self.rows, &CHALLENGE_STARTS, |row| &mut row.signature.lane);
    }
}

impl Forgery {
    /// Puts key and R of the lane into the rows that check them, and hashes.
    pub(in super::super) fn show_signature(&mut self, encoded_key: [Goldilocks; 5]) {
        let lane = &self.rows[BLOCK_ROWS - 1].signature;
        let ([key_x, _], [x, y]) = (point(&lane.key), point(&lane.accumulator));
        let root = key_x.sqrt().expect("the abscissa is a square").elements();
        let encoded_end = (Gfp5::ZERO - y * x.inverse_or_zero()).elements();
        self.at(SENDER_LEAF, KEY_STEP).poseidon.input[..5].copy_from_slice(&root);
        let [first, last] = CHALLENGE_STEPS;
        self.at(RECIPIENT_LEAF, first).poseidon.input[..5].copy_from_slice(&encoded_key);
        self.at(RECIPIENT_LEAF, last).poseidon.input[1..6].copy_from_slice(&encoded_end);
        self.rehash();
    }

    /// The message that the block holds.
    pub(in super::super) fn message(&self) -> Digest {
        Digest(self.digest(row_of(RECIPIENT_LEAF, MESSAGE_STEPS[2])))
    }

    /// Signs the block's message.
    pub(in super::super) fn sign(&mut self, secret: &SecretKey) {
        let signature = secret.sign_deterministic(self.message());
        self.show_verification(&secret.public_key(), &signature);
    }

    /// Verifies a signature with a key that encodes a point, and shows whatever comes out.
    pub(in super::super) fn show_verification(&mut self, key: &PublicKey, signature: &Signature) {
        self.read_response(signature);
        let point = key.decode().expect("the key encodes a point");
        self.run_signature(&Signer {
            start: START.map(Gfp5::from_u64s),
            key: [point.x(), point.y()],
            challenge: signature.challenge(),
        });
        self.show_signature(key.elements());
    }

    fn read_response(&mut self, signature: &Signature) {
        let response = signature.response();
        for (row, columns) in self.rows.iter_mut().enumerate() {
            let bits = CHAIN_STEPS.checked_sub(row + 1).map_or([false; 2], |index| {
                let low = index < RESPONSE_SPLIT && response.bit(index);
                [low, response.bit(index + RESPONSE_SPLIT)]
            });
            columns.signature.response = bits.map(Goldilocks::from_bool);
        }
    }

    /// The challenge that key, message and R of the block have.
    pub(in super::super) fn hashed_challenge(&self) -> [Goldilocks; 3] {
        let [e0, e1, e2, _] = self.digest(row_of(RECIPIENT_LEAF, CHALLENGE_STEPS[1]));
        [e0, e1, e2]
    }

    /// Shows another R than the lane leads to.
    pub(in super::super) fn show_end(&mut self, encoded: Gfp5) {
        let [_, last] = CHALLENGE_STEPS;
        let input = &mut self.at(RECIPIENT_LEAF, last).poseidon.input;
        input[1..6].copy_from_slice(&encoded.elements());
        self.rehash();
    }
}

#[test]
fn the_lane_runs_as_the_verification_does() {
    let case = super::super::fixture::Case::Transfer;
    let mut forgery = Forgery::of(case);
    let signer = forgery.signer();
    forgery.run_signature(&signer);
    assert_eq!(forgery.encode(), case.segment().rows);
}
