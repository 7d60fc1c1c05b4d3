use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use starfold_primitives::quantities::{Address, Amount};
use starfold_primitives::signature::PublicKey;
use starfold_state::{EMPTY_ROOT, Genesis, MemoryStore, State};

use super::*;
use crate::closing::check_closed;
use crate::l1_gas::BATCH_GAS_LIMIT;
use crate::replay::replay;
use crate::testing::{arbitrary_batch, fee_count, index, root_after, token};
use crate::transaction::Transaction;
use crate::{Kind, TokenName};

fn seal_over(state: &State<MemoryStore>, inputs: &SealInputs) -> Result<Sealed, SealError> {
    let snapshot = state.snapshot();
    seal(&mut Overlay::new(&snapshot), inputs)
}

#[test]
fn random_batches_hold_every_kind_and_alias() {
    let mut kinds = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for seed in 0..40 {
        let (state, inputs) = arbitrary_batch(seed, 30);
        let batch = seal_over(&state, &inputs).unwrap().batch;
        for witness in &batch.transactions {
            let operation = witness.operation;
            kinds.insert(operation.kind);
            let fee_in_token = operation.token == inputs.parameters.fee_token;
            let transfer = operation.kind == Kind::Transfer;
            let spent = witness.sender.as_ref().is_some_and(|access| {
                let fee = Amount::of_fee(operation.fee_count, inputs.parameters.fee_unit);
                fee > Amount::ZERO && fee_in_token && access.fee_token.balance == fee
            });
            let cases = [
                ("pays himself", transfer && operation.from == operation.to),
                ("operator pays", transfer && operation.from == inputs.operator),
                ("operator is paid", transfer && operation.to == inputs.operator),
                ("creates", transfer && operation.created),
                ("creates by deposit", operation.kind == Kind::Deposit && operation.created),
                ("does not match", operation.kind.is_l1() && !operation.matched),
                ("exits", operation.kind == Kind::ForcedExit && operation.amount.get() > 0),
                ("fee in the token", transfer && fee_in_token && operation.fee_count.get() > 0),
                ("amount and fee are all there is", spent),
                ("last index", operation.created && operation.to == AccountIndex::MAX),
            ];
            seen.extend(cases.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name));
        }
        let created = batch.transactions.iter().map(|witness| witness.operation);
        let addresses: Vec<_> =
            created.filter(|operation| operation.created).map(|one| one.address).collect();
        if addresses.iter().collect::<BTreeSet<_>>().len() < addresses.len() {
            seen.insert("two new accounts of one address");
        }
    }
    assert_eq!(kinds.len(), 7, "{kinds:?}");
    assert_eq!(seen.len(), 11, "{seen:?}");
}

/// What a batch brings into the rollup and takes out of it, by token.
fn flows(batch: &SealedBatch) -> BTreeMap<u16, [u128; 2]> {
    let mut flows = BTreeMap::<u16, [u128; 2]>::new();
    for operation in batch.transactions.iter().map(|witness| witness.operation) {
        let flow = flows.entry(operation.token.get()).or_default();
        match operation.kind {
            Kind::Deposit => flow[0] += operation.amount.get(),
            Kind::Withdraw | Kind::ForcedExit => flow[1] += operation.amount.get(),
            _ => {}
        }
    }
    flows
}

/// The sum of all balances of a token of the accounts that a batch touches.
fn supply<R: StateReader>(state: &R, batch: &SealedBatch, id: u16) -> u128 {
    let operations = batch.transactions.iter().map(|witness| witness.operation);
    let accounts: BTreeSet<_> = operations.flat_map(|item| [item.from, item.to]).collect();
    accounts.into_iter().map(|index| state.balance(index, token(id)).unwrap().get()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn execution_replay_and_openings_agree(seed: u64, n in 1_usize..40) {
        let (state, inputs) = arbitrary_batch(seed, n);
        let snapshot = state.snapshot();
        let mut executed = Overlay::new(&snapshot);
        let batch = seal(&mut executed, &inputs).unwrap().batch;
        batch.check().unwrap();
        prop_assert_eq!(executed.root(), batch.exit().state_root);

        let mut replayed = Overlay::new(&snapshot);
        let decoded = replay(&mut replayed, &inputs.parameters, &batch.header(), &batch.words);
        prop_assert_eq!(decoded.unwrap().len(), batch.transactions.len());
        prop_assert_eq!(replayed.root(), executed.root());

        for (index, witness) in batch.transactions.iter().enumerate() {
            let root = root_after(&batch.context, &batch.boundaries[index], witness);
            prop_assert_eq!(root, batch.boundaries[index + 1].state_root);
        }
        for (token, [deposited, withdrawn]) in flows(&batch) {
            let before = supply(&snapshot, &batch, token) + deposited;
            prop_assert_eq!(before, supply(&executed, &batch, token) + withdrawn);
        }
    }

    /// Transactions out of order break rules; those that are left are a batch all the same.
    #[test]
    fn what_is_skipped_leaves_no_trace(seed: u64, order in Just((0..20).collect::<Vec<usize>>()).prop_shuffle()) {
        let (state, mut inputs) = arbitrary_batch(seed, 20);
        let shuffled = order.iter().filter_map(|&position| inputs.transactions.get(position));
        inputs.transactions = shuffled.copied().collect();
        inputs.skip_invalid = true;
        let sealed = match seal_over(&state, &inputs) {
            Err(SealError::Batch(BatchError::Empty)) => return Ok(()),
            sealed => sealed.unwrap(),
        };
        let left_out: BTreeSet<_> = sealed.rejected.iter().map(|item| item.position).collect();
        let kept = inputs.transactions.iter().enumerate();
        let kept = kept.filter(|(position, _)| !left_out.contains(position));
        let transactions = kept.map(|(_, signed)| *signed).collect();
        let clean = SealInputs { transactions, skip_invalid: false, ..inputs };
        let batch = seal_over(&state, &clean).unwrap().batch;
        prop_assert_eq!(&batch.transactions, &sealed.batch.transactions);
        prop_assert_eq!(&batch.boundaries, &sealed.batch.boundaries);
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        replay(&mut overlay, &clean.parameters, &batch.header(), &batch.words).unwrap();
    }

    #[test]
    fn a_sealed_batch_commits_and_survives_serialisation(seed: u64) {
        let (mut state, inputs) = arbitrary_batch(seed, 8);
        let snapshot = state.snapshot();
        let mut overlay = Overlay::new(&snapshot);
        let batch = seal(&mut overlay, &inputs).unwrap().batch;
        let configuration = bincode::config::standard();
        let bytes = bincode::serde::encode_to_vec(&batch, configuration).unwrap();
        let changes = overlay.into_changes();
        let checkpoint = state.commit(changes, &bytes).unwrap();
        prop_assert_eq!(checkpoint.root, batch.exit().state_root);
        let stored = state.payload(inputs.batch).unwrap().unwrap();
        let (read, length): (SealedBatch, _) =
            bincode::serde::decode_from_slice(&stored, configuration).unwrap();
        prop_assert_eq!(length, bytes.len());
        prop_assert_eq!(&read, &batch);
        let json = serde_json::to_string(&batch).unwrap();
        prop_assert_eq!(serde_json::from_str::<SealedBatch>(&json).unwrap(), batch);
    }
}

#[test]
fn order_boundaries_and_claim_of_a_batch() {
    let (state, inputs) = arbitrary_batch(3, 24);
    let batch = seal_over(&state, &inputs).unwrap().batch;
    let l1 = inputs.l1_operations.len();
    assert!(l1 > 0 && !inputs.transactions.is_empty());
    let kinds: Vec<Kind> = batch.transactions.iter().map(|item| item.operation.kind).collect();
    assert!(kinds[..l1].iter().all(|kind| kind.is_l1()));
    assert!(kinds[l1..24].iter().all(|kind| kind.is_signed()));
    assert_eq!(kinds[24..], [Kind::CollectFee]);
    assert_eq!(batch.l1_operations as usize, l1);

    let fees: u32 =
        inputs.transactions.iter().map(|item| item.transaction.operation().fee_count.get()).sum();
    let collected = batch.transactions[24].operation;
    assert_eq!((collected.to, collected.fee_count), (inputs.operator, fee_count(fees)));
    assert_eq!(batch.boundaries[24].fee_accumulator, fee_count(fees));
    assert_eq!(batch.exit().fee_accumulator, FeeCount::ZERO);
    assert_eq!(batch.exit().counter, 25);
    check_closed(&batch.claim).unwrap();
    assert_eq!(batch.claim.context, batch.context.to_elements());
    assert_eq!(batch.claim.exit, batch.exit().to_elements());
}

fn empty() -> (State<MemoryStore>, SealInputs) {
    let (_, inputs) = arbitrary_batch(0, 1);
    let state = State::create(MemoryStore::default(), &Genesis::default()).unwrap();
    (state, SealInputs { l1_operations: Vec::new(), transactions: Vec::new(), ..inputs })
}

#[test]
fn an_empty_batch_is_refused() {
    let (state, inputs) = empty();
    assert_eq!(seal_over(&state, &inputs), Err(BatchError::Empty.into()));
    // nor does one of rejected transactions alone hold anything
    let (_, other) = arbitrary_batch(1, 4);
    let inputs = SealInputs { transactions: other.transactions, skip_invalid: true, ..inputs };
    assert!(!inputs.transactions.is_empty());
    assert_eq!(seal_over(&state, &inputs), Err(BatchError::Empty.into()));
}

#[test]
fn a_batch_holds_4096_words_and_no_more() {
    let (state, inputs) = empty();
    let address = Address([1; 20]);
    let exit = L1Operation::ForcedExit { from: index(0), address, token: TokenName::Id(token(0)) };
    let new_key = PublicKey::NONE;
    let set_key = L1Operation::L1SetKey { from: index(0), address, new_key };
    let with_exits = |exits| [vec![set_key; 1_364], vec![exit; exits]].concat();
    let full = SealInputs { l1_operations: with_exits(2), ..inputs.clone() };
    let batch = seal_over(&state, &full).unwrap().batch;
    assert_eq!(batch.words.len(), 4_096);
    assert_eq!(batch.exit().state_root, EMPTY_ROOT);
    assert_eq!(batch.accounts_touched, 1);
    let more = SealInputs { l1_operations: with_exits(3), ..inputs };
    let error = BatchError::TooManyWords { actual: 4_098 };
    assert_eq!(seal_over(&state, &more), Err(error.into()));
}

#[test]
fn a_batch_fits_into_a_transaction_of_ethereum() {
    let (state, inputs) = empty();
    let entry = L1Operation::ForcedExit {
        from: index(0),
        address: Address([1; 20]),
        token: TokenName::Id(token(0)),
    };
    let seal = |count| {
        let l1_operations = vec![entry; count];
        seal_over(&state, &SealInputs { l1_operations, ..inputs.clone() })
    };
    let batch = seal(470).unwrap().batch;
    let bound = GasBound::of(std::iter::repeat_n(crate::layout::Opcode::ForcedExit, 471));
    let error = BatchError::TooMuchGas { limit: BATCH_GAS_LIMIT, actual: bound.gas() };
    assert_eq!(seal(471), Err(error.into()));
    // sealing stops there, however much follows
    assert_eq!(seal(5_000), Err(error.into()));
    batch.check().unwrap();
}

#[test]
fn invalid_transactions_fail_the_batch_or_are_left_out() {
    let (state, mut inputs) = arbitrary_batch(3, 24);
    let twice = inputs.transactions[2];
    inputs.transactions.insert(3, twice);
    let from = twice.transaction.from();
    let Err(SealError::Transaction { position: 3, rejection }) = seal_over(&state, &inputs) else {
        panic!("the same nonce twice");
    };
    let reused = twice.transaction.nonce();
    assert!(
        matches!(rejection, Rejection::WrongNonce { from: account, actual, .. }
            if account == from && actual == reused),
        "{rejection}"
    );
    inputs.skip_invalid = true;
    let sealed = seal_over(&state, &inputs).unwrap();
    assert_eq!(sealed.rejected, [RejectedTransaction { position: 3, rejection }]);
    let (state, clean) = arbitrary_batch(3, 24);
    let expected = seal_over(&state, &clean).unwrap();
    assert!(expected.rejected.is_empty());
    assert_eq!(sealed.batch.claim, expected.batch.claim);
    assert_ne!(sealed.batch.input_digest, expected.batch.input_digest);
}

#[test]
fn errors_name_the_position() {
    let (state, mut inputs) = arbitrary_batch(3, 24);
    let entry = L1Operation::Deposit {
        to: Address::ZERO,
        token: TokenName::Id(token(0)),
        amount: Amount::ZERO,
    };
    inputs.l1_operations.push(entry);
    let position = inputs.l1_operations.len() - 1;
    let rejection = Rejection::ZeroAddress;
    assert_eq!(seal_over(&state, &inputs), Err(SealError::L1Operation { position, rejection }));
    inputs.l1_operations.pop();
    inputs.operator = index(1_000_000);
    let rejection = Rejection::UnknownOperator { operator: inputs.operator };
    assert_eq!(seal_over(&state, &inputs), Err(SealError::CollectFee { rejection }));
    // without fees nobody asks for the operator
    inputs.transactions.clear();
    seal_over(&state, &inputs).unwrap();
}

#[test]
fn a_new_key_signs_within_its_batch() {
    let uses_new_key = |batch: &SealedBatch| {
        let signed: Vec<_> =
            batch.transactions.iter().filter(|item| item.signature.is_some()).collect();
        signed.iter().enumerate().any(|(position, first)| {
            first.operation.kind == Kind::SetKey
                && signed[position + 1..]
                    .iter()
                    .any(|later| later.operation.from == first.operation.from)
        })
    };
    let found = (0..20).any(|seed| {
        let (state, inputs) = arbitrary_batch(seed, 30);
        let set_keys =
            inputs.transactions.iter().any(|one| matches!(one.transaction, Transaction::SetKey(_)));
        set_keys && uses_new_key(&seal_over(&state, &inputs).unwrap().batch)
    });
    assert!(found);
}
