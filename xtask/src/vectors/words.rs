//! Words of batches, whole and damaged, and what the reference decoder makes of them.

use std::collections::BTreeSet;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use starfold_primitives::quantities::{Address, Amount};
use starfold_primitives::signature::PublicKey;
use starfold_primitives::word::{LIMB_MAX, Word, evaluate_words, words_point};
use starfold_primitives::{Digest, Field, GOLDILOCKS_ORDER, Goldilocks};
use starfold_state::Overlay;
use starfold_transition::layout::Opcode;
use starfold_transition::testing::{arbitrary_batch, fee_count, index, token};
use starfold_transition::{DecodedTransaction, WordsError, decode, seal};

use super::{bytes, digest, element, integer, require_all};

const CASES: u64 = 240;

pub(super) fn vectors() -> anyhow::Result<Value> {
    let mut rng = ChaCha8Rng::seed_from_u64(0xd1ff);
    let mut outcomes = BTreeSet::new();
    let mut columns = Columns::default();
    for seed in 0..CASES {
        let words = match seed {
            0 => Vec::new(),
            1 => key_that_imitates_a_withdrawal(),
            _ => damaged(batch_words(seed)?, &mut rng),
        };
        outcomes.insert(columns.push(&words, &mut rng));
    }
    let all = ["Accepted", "UnknownOpcode", "Truncated", "UnusedBits", "KeyElement"];
    require_all("words", all, |outcome| outcomes.contains(outcome))?;
    Ok(columns.to_json())
}

fn batch_words(seed: u64) -> anyhow::Result<Vec<Word>> {
    let (state, inputs) = arbitrary_batch(seed, 1 + usize::try_from(seed % 9)?);
    let snapshot = state.snapshot();
    Ok(seal(&mut Overlay::new(&snapshot), &inputs)?.batch.words)
}

/// A SetKey whose key word, read as a head word, is a withdrawal.
fn key_that_imitates_a_withdrawal() -> Vec<Word> {
    let decoded = |opcode| DecodedTransaction {
        opcode,
        from: index(7),
        to: index(0),
        token: token(0),
        amount: Amount::new(1 << 90),
        fee_count: fee_count(0),
        address: Address([0xbb; 20]),
        new_key: PublicKey::NONE,
    };
    let head = decoded(Opcode::Withdraw).to_words()[0].elements();
    let [a, b, c, d] = head;
    let mut set_key = decoded(Opcode::SetKey);
    set_key.amount = Amount::ZERO;
    set_key.new_key = PublicKey::new([a, b, c, d, Goldilocks::ZERO]);
    let imitation = set_key.to_words();
    [imitation, decoded(Opcode::TransferNew).to_words()].concat()
}

/// One change, or none.
fn damaged(mut words: Vec<Word>, rng: &mut ChaCha8Rng) -> Vec<Word> {
    let position = rng.random_range(0..words.len());
    match rng.random_range(0..6) {
        0 => {}
        1 => words.truncate(position),
        2 => {
            words.remove(position);
        }
        3 => {
            let limbs = [(); 4].map(|()| rng.random_range(0..=LIMB_MAX));
            words[position] = word(limbs);
        }
        4 => {
            // all bits of one limb: a key element above p, or bits that nothing uses
            let mut limbs = words[position].limbs();
            limbs[rng.random_range(0..4)] = LIMB_MAX;
            words[position] = word(limbs);
        }
        _ => {
            let mut limbs = words[position].limbs();
            limbs[rng.random_range(0..4)] ^= 1 << rng.random_range(0..62);
            words[position] = word(limbs);
        }
    }
    words
}

fn word(limbs: [u64; 4]) -> Word {
    Word::new(limbs).expect("limbs of 62 bits")
}

/// The cases, one list for each of their fields, which a test reads at once.
#[derive(Default)]
struct Columns {
    words: Vec<Value>,
    words_digests: Vec<Value>,
    /// Two elements for each case, and so the evaluations.
    points: Vec<Value>,
    evaluations: Vec<Value>,
    outcomes: Vec<Value>,
    positions: Vec<Value>,
    action_counts: Vec<Value>,
    /// Ten integers for each transaction that the contract acts upon.
    actions: Vec<Value>,
}

impl Columns {
    /// Adds a case and returns how it ends.
    fn push(&mut self, words: &[Word], rng: &mut ChaCha8Rng) -> &'static str {
        let parts: [u64; 4] = [(); 4].map(|()| rng.random_range(0..GOLDILOCKS_ORDER));
        let words_digest = Digest(parts.map(Goldilocks::from_canonical_u64));
        let point = words_point(words_digest, words);
        let evaluation = evaluate_words(words, point);
        let (outcome, position, transactions) = match decode(words) {
            Ok(transactions) => ("Accepted", 0, transactions),
            Err(error) => {
                let (outcome, position) = refusal(&error);
                (outcome, position, Vec::new())
            }
        };
        let raw: Vec<u8> = words.iter().flat_map(|word| word.to_bytes()).collect();
        self.words.push(bytes(&raw));
        self.words_digests.push(digest(words_digest));
        self.points.extend(point.0.map(element));
        self.evaluations.extend(evaluation.0.map(element));
        self.outcomes.push(outcome.into());
        self.positions.push(position.into());
        let actions = actions(&transactions);
        self.action_counts.push((actions.len() / 10).into());
        self.actions.extend(actions);
        outcome
    }

    fn to_json(&self) -> Value {
        json!({
            "words": self.words,
            "words_digests": self.words_digests,
            "points": self.points,
            "evaluations": self.evaluations,
            "outcomes": self.outcomes,
            "positions": self.positions,
            "action_counts": self.action_counts,
            "actions": self.actions,
        })
    }
}

fn refusal(error: &WordsError) -> (&'static str, usize) {
    match *error {
        WordsError::UnknownOpcode { position, .. } => ("UnknownOpcode", position),
        WordsError::Truncated { position, .. } => ("Truncated", position),
        WordsError::UnusedBits { position, .. } => ("UnusedBits", position),
        WordsError::KeyElement { position, .. } => ("KeyElement", position),
    }
}

/// What the contract must act upon: ten integers for each transaction.
fn actions(transactions: &[DecodedTransaction]) -> Vec<Value> {
    let for_contract = transactions.iter().filter(|item| item.opcode.is_for_contract());
    for_contract
        .flat_map(|item| {
            let index = if item.opcode == Opcode::Deposit { item.to } else { item.from };
            let fixed = [
                integer(item.opcode.code()),
                integer(index.get()),
                bytes(&item.address.0),
                integer(item.token.get()),
                integer(item.amount.get()),
            ];
            fixed.into_iter().chain(item.new_key.to_canonical().map(integer))
        })
        .collect()
}
