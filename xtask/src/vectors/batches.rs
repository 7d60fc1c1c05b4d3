//! Sealed batches with all that the contract computes of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use starfold_primitives::quantities::Address;
use starfold_primitives::{Digest, Field, Goldilocks};
use starfold_state::Overlay;
use starfold_transition::claim_digest::claim_digest;
use starfold_transition::layout::Opcode;
use starfold_transition::testing::{arbitrary_batch, l1_token};
use starfold_transition::{
    DecodedTransaction, L1Operation, SealInputs, SealedBatch, TokenName, seal,
};

use super::{bytes, digest, elements, integer, require_all};

/// Seeds and numbers of transactions.
const SIZES: [(u64, usize); 16] = [
    (1, 1),
    (2, 2),
    (3, 3),
    (4, 5),
    (5, 8),
    (6, 12),
    (7, 16),
    (8, 20),
    (9, 24),
    (10, 30),
    (11, 40),
    (12, 50),
    (13, 20),
    (14, 20),
    (15, 20),
    (16, 20),
];

pub(super) fn vectors() -> anyhow::Result<Value> {
    let mut opcodes = BTreeSet::new();
    let mut cases = Vec::new();
    for (seed, size) in SIZES {
        let (case, batch) = sealed(seed, size)?;
        opcodes.extend(decoded(&batch).iter().map(|transaction| transaction.opcode.code()));
        cases.push(case);
    }
    require_all("batches", Opcode::ALL, |opcode| opcodes.contains(&opcode.code()))?;
    Ok(json!({ "cases": cases }))
}

/// A batch of which every deposit is of something: the contract takes no other.
pub(super) fn inputs_without_empty_deposits(seed: u64, size: usize) -> (u64, SealInputs) {
    let empty = |entry: &L1Operation| matches!(entry, L1Operation::Deposit { amount, .. } if amount.get() == 0);
    let mut attempt = seed;
    loop {
        let (_, inputs) = arbitrary_batch(attempt, size);
        if !inputs.l1_operations.iter().any(empty) {
            return (attempt, inputs);
        }
        attempt += 1_000;
    }
}

fn decoded(batch: &SealedBatch) -> Vec<DecodedTransaction> {
    let operations = batch.transactions.iter().map(|witness| &witness.operation);
    operations.filter_map(DecodedTransaction::of).collect()
}

fn sealed(seed: u64, size: usize) -> anyhow::Result<(Value, SealedBatch)> {
    let (seed, inputs) = inputs_without_empty_deposits(seed, size);
    let (state, _) = arbitrary_batch(seed, size);
    let snapshot = state.snapshot();
    let mut overlay = Overlay::new(&snapshot);
    let batch = seal(&mut overlay, &inputs)?.batch;
    let circuit_set =
        Digest([11, 22, 33, 44].map(|part| Goldilocks::from_canonical_u64(part * seed)));
    let compressed = claim_digest(&batch.claim, circuit_set);
    let words: Vec<u8> = batch.words.iter().flat_map(|word| word.to_bytes()).collect();
    let header = batch.header();
    let case = json!({
        "seed": integer(seed),
        "chain_id": integer(inputs.parameters.chain_id.get()),
        "contract": address(inputs.parameters.contract),
        "fee_token": integer(inputs.parameters.fee_token.get()),
        "fee_unit": integer(inputs.parameters.fee_unit.get()),
        "tokens": (1..4).map(|id| address(l1_token(id))).collect::<Vec<_>>(),
        "batch_number": integer(inputs.batch.get()),
        "timestamp": integer(header.timestamp.get()),
        "entry_root": digest(batch.entry().state_root),
        "exit_root": digest(header.exit_root),
        "words_digest": digest(header.words_digest),
        "counter": integer(header.counter),
        "words": bytes(&words),
        "point": elements(&batch.context.z1),
        "evaluation": elements(&batch.exit().words_evaluation),
        "circuit_set": digest(circuit_set),
        "claim": elements(&batch.claim.to_elements()),
        "claim_digest": digest(compressed.digest),
        "claim_point": elements(&compressed.point),
        "claim_value": elements(&compressed.value),
        "exposed": elements(&compressed.exposed.0),
        "queue": queue(&inputs.l1_operations),
        "credits": credits(&batch),
    });
    Ok((case, batch))
}

/// The entries of the queue, one list for each of their fields.
fn queue(entries: &[L1Operation]) -> Value {
    let mut fields: [Vec<Value>; 6] = Default::default();
    for entry in entries {
        let (kind, index, account, token, amount, key) = match *entry {
            L1Operation::Deposit { to, token, amount } => {
                (5_u8, 0, to, id(token), amount.get(), [0; 5])
            }
            L1Operation::ForcedExit { from, address, token } => {
                (6, from.get(), address, id(token), 0, [0; 5])
            }
            L1Operation::L1SetKey { from, address, new_key } => {
                (7, from.get(), address, 0, 0, new_key.to_canonical())
            }
        };
        let values = [integer(kind), integer(index), address(account), integer(token)];
        for (field, value) in fields.iter_mut().zip(values.into_iter().chain([integer(amount)])) {
            field.push(value);
        }
        fields[5].extend(key.map(integer));
    }
    let [kinds, indices, accounts, tokens, amounts, keys] = fields;
    json!({
        "kinds": kinds,
        "indices": indices,
        "accounts": accounts,
        "tokens": tokens,
        "amounts": amounts,
        "keys": keys,
    })
}

/// The token of a random rollup, whose L1 contracts have its number in their last two bytes.
fn id(token: TokenName) -> u16 {
    match token {
        TokenName::Id(id) => id.get(),
        TokenName::L1(Address(address)) => u16::from_be_bytes([address[18], address[19]]),
    }
}

/// What the batch makes claimable, by owner and token.
fn credits(batch: &SealedBatch) -> Value {
    let mut sums = BTreeMap::<([u8; 20], u16), u128>::new();
    for transaction in decoded(batch) {
        let pays = matches!(transaction.opcode, Opcode::Withdraw | Opcode::ForcedExit);
        if pays && transaction.amount.get() != 0 {
            let key = (transaction.address.0, transaction.token.get());
            *sums.entry(key).or_default() += transaction.amount.get();
        }
    }
    json!({
        "owners": sums.keys().map(|(owner, _)| bytes(owner)).collect::<Vec<_>>(),
        "tokens": sums.keys().map(|(_, token)| integer(*token)).collect::<Vec<_>>(),
        "amounts": sums.values().map(|amount| integer(*amount)).collect::<Vec<_>>(),
    })
}

fn address(Address(address): Address) -> Value {
    bytes(&address)
}
