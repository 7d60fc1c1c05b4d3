//! Blocks, states and what happened.

use alloy::primitives::Bytes;
use serde_json::Value;
use starfold_primitives::quantities::{BatchNumber, ChainId, Timestamp, TokenId};
use starfold_transition::replay::BatchHeader;

use super::super::Block;
use super::*;
use crate::convert::to_evm_address;
use crate::event::Event;
use crate::node::NodeAt;
use crate::reader::RollupReader;
use crate::status::RollupStatus;
use crate::submission::Submission;

impl Chain {
    fn events(&self, to: u64) -> Vec<Event> {
        let entries = self.node.history(self.rollup, 0, to).unwrap();
        assert!(entries.is_sorted_by_key(|entry| (entry.block, entry.log_index)));
        entries.into_iter().map(|entry| entry.event).collect()
    }

    /// From now on every proof is accepted: the verifier's code returns 1.
    fn accept_everything(&self) {
        let code = Bytes::from_static(&[0x60, 1, 0x60, 0, 0x52, 0x60, 0x20, 0x60, 0, 0xf3]);
        let parameters = (to_evm_address(self.verifier), code);
        let _nothing: Value = self.anvil.request("anvil_setCode", parameters);
    }

    fn submission(&self) -> Submission {
        let time = self.node.block(BlockTag::Latest).unwrap().timestamp;
        let header = BatchHeader {
            timestamp: Timestamp::new(u32::try_from(time).unwrap()).unwrap(),
            counter: 0,
            exit_root: starfold_state::EMPTY_ROOT,
            words_digest: starfold_state::EMPTY_ROOT,
        };
        Submission {
            batch: BatchNumber::new(1).unwrap(),
            header,
            claim_digest: starfold_state::EMPTY_ROOT,
            words: Vec::new(),
            proof: [7; 256],
        }
    }
}

#[test]
fn history_has_every_event_in_order_and_the_batches_as_they_were_sent() {
    let chain = Chain::new();
    chain.accept_everything();
    chain.send(&chain.deposit(70)).unwrap();
    let submission = chain.submission();
    chain.send(&submission.call(chain.rollup)).unwrap();
    let head = chain.head();
    let events = chain.events(head);
    assert!(matches!(events[0], Event::OperatorChanged { .. }));
    assert!(matches!(events[1], Event::Credited { amount: FEE, .. }));
    assert!(matches!(events[2], Event::Queued(queued) if queued.id == 0));
    assert!(matches!(events[3], Event::BatchAccepted { .. }));
    assert_eq!(events.len(), 4);

    let history = chain.node.history(chain.rollup, head, head).unwrap();
    let [entry] = &history[..] else { panic!("{history:?}") };
    assert_eq!((entry.block, entry.submission.as_ref()), (head, Some(&submission)));
    let accepted = |number| {
        let batch = BatchNumber::new(number).unwrap();
        chain.node.accepted_batch(chain.rollup, batch, 0).unwrap()
    };
    assert_eq!((accepted(1).as_ref(), accepted(2)), (Some(entry), None));
    chain.anvil.mine(5);
    let first = BatchNumber::new(1).unwrap();
    let search = |from| chain.node.find_batch(chain.rollup, first, from, 2).unwrap();
    assert_eq!((search(0).as_ref(), search(head + 1)), (Some(entry), None));

    let head = chain.head();
    let nothing = chain.node.history(chain.verifier, 0, head).unwrap();
    assert_eq!(nothing, []);
    let error = chain.node.history(chain.rollup, 0, head + 1).unwrap_err();
    assert!(matches!(error, NodeError::NoSuchBlock { .. }), "{error}");
}

#[test]
fn answers_at_a_block_are_of_that_block() {
    let chain = Chain::new();
    let operator = chain.keys[0].address();
    let before = chain.node.at(BlockTag::Latest).unwrap();
    chain.send(&chain.deposit(1)).unwrap();
    let claimable = |mut at: NodeAt<'_>| {
        RollupReader::new(&mut at, chain.rollup).claimable(operator, TokenId::ZERO).ok()
    };
    assert_eq!(claimable(before), Some(Amount::ZERO));
    let after = chain.node.at(BlockTag::Latest).unwrap();
    assert_eq!(claimable(after), Some(FEE));
    let mut view = &chain.node;
    let status = RollupStatus::read(&mut view, chain.rollup).unwrap();
    assert_eq!((status.operator, status.queue_tail, status.terms.is_unsafe), (operator, 1, true));

    // of a block that was replaced there is no answer, and none of another block
    chain.anvil.reorganise(1);
    assert_eq!(claimable(after), None);
    assert_eq!(claimable(before), Some(Amount::ZERO));
}

#[test]
fn only_what_is_final_survives_a_reorganisation() {
    let chain = Chain::new();
    chain.send(&chain.deposit(1)).unwrap();
    let deposits = |to| chain.events(to).iter().filter(|e| matches!(e, Event::Queued(_))).count();
    let finalised = || chain.node.block(BlockTag::Finalised).unwrap().number;
    assert_eq!(finalised(), chain.head() - 2);
    assert_eq!((deposits(chain.head()), deposits(finalised())), (1, 0));
    chain.anvil.reorganise(1);
    assert_eq!(deposits(chain.head()), 0);
    chain.send(&chain.deposit(1)).unwrap();
    chain.anvil.mine(2);
    assert_eq!(deposits(finalised()), 1);
}

#[test]
fn the_block_of_a_contract_is_found() {
    let chain = Chain::new();
    let at = chain.head();
    assert_eq!(chain.node.deployment_block(chain.rollup).unwrap(), at);
    chain.anvil.mine(9);
    assert_eq!(chain.node.deployment_block(chain.rollup).unwrap(), at);
    assert_eq!(chain.node.deployment_block(chain.verifier).unwrap(), at - 1);
    let error = chain.node.deployment_block(Address([9; 20])).unwrap_err();
    assert!(matches!(error, NodeError::NoContract { block, .. } if block == at + 9), "{error}");
}

#[test]
fn a_block_is_told_by_its_hash() {
    let chain = Chain::new();
    let block = |tag| chain.node.block(tag).unwrap();
    let Block { number, hash, timestamp } = block(BlockTag::Latest);
    assert_eq!(number, chain.head());
    let before = block(BlockTag::Number(number - 1));
    assert_eq!(before.number, number - 1);
    assert!(before.hash != hash && before.timestamp <= timestamp);
    chain.anvil.pass(1_000);
    let after = block(BlockTag::Latest);
    assert_eq!(after.number, number + 1);
    assert!((timestamp + 1_000..timestamp + 1_100).contains(&after.timestamp));
    // the same number, and another block
    assert_eq!(block(BlockTag::Number(number)), Block { number, hash, timestamp });
    chain.anvil.reorganise(2);
    assert_ne!(block(BlockTag::Number(number)).hash, hash);
}

#[test]
fn time_passes_without_blocks() {
    let chain = Chain::new();
    let latest = chain.node.block(BlockTag::Latest).unwrap();
    let _seconds: Value = chain.anvil.request("evm_increaseTime", (10_000,));
    assert_eq!(chain.node.block(BlockTag::Latest).unwrap(), latest);
    assert!(chain.node.next_time().unwrap() >= latest.timestamp + 10_000);
}

#[test]
fn a_node_of_another_chain_is_refused() {
    let anvil = Anvil::start(&["--chain-id", "5"]);
    let node = anvil.node();
    let [here, elsewhere] = [5, 6].map(|id| ChainId::new(id).unwrap());
    node.check_chain(here).unwrap();
    let error = node.check_chain(elsewhere).unwrap_err();
    assert!(matches!(error, NodeError::WrongChain { expected, actual, .. }
        if (expected, actual) == (elsewhere, here)));
    assert_eq!(node.balance(funded_key(1).address()).unwrap().get(), 10_000 * 10_u128.pow(18));
}
