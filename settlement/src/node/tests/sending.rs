//! What is sent is sent once, whatever happens in between.

use starfold_primitives::quantities::TokenId;

use super::*;
use crate::event::Event;
use crate::node::journal::{Intent, JournalError};

impl Chain {
    /// As a program leaves the journal that ends before it sends.
    fn sign_only(&self, call: &Call) -> [u8; 32] {
        let signed = self.node.sign(&self.keys[0], call).unwrap();
        self.journal.write(&self.intent(call), &signed).unwrap();
        signed.hash
    }

    fn intent<'a>(&self, call: &'a Call) -> Intent<'a> {
        self.node.intent(self.keys[0].address(), call)
    }
}

#[test]
fn a_deposit_is_sent_and_its_event_read() {
    let chain = Chain::new();
    let sent = chain.send(&chain.deposit(70)).unwrap();
    assert!(!sent.before);
    assert_eq!(sent.receipt.block, chain.head());
    let events = sent.receipt.events(chain.rollup).unwrap();
    let Event::Queued(queued) = events[1] else { panic!("{events:?}") };
    assert_eq!((queued.id, chain.entries()), (0, 0));

    // the same again is another one
    let again = chain.send(&chain.deposit(70)).unwrap();
    assert!(!again.before);
    assert_ne!(again.receipt.transaction, sent.receipt.transaction);
}

#[test]
fn what_the_contract_refuses_is_explained_and_not_sent() {
    let chain = Chain::new();
    let nonce = chain.nonce();
    let stranger = chain.keys[1].address();
    let claim = Call::claim(chain.rollup, TokenId::ZERO, stranger);
    let error = chain.send(&claim).unwrap_err();
    assert_eq!(name_of(&error), Some("NothingToClaim"), "{error}");
    let error = chain.send(&Call::freeze(chain.rollup)).unwrap_err();
    assert_eq!(name_of(&error), Some("DeadlineNotPassed"), "{error}");
    assert_eq!((chain.nonce(), chain.entries()), (nonce, 0));
}

#[test]
fn what_holds_in_the_next_block_is_sent() {
    let chain = Chain::new();
    let last = chain.node.block(BlockTag::Latest).unwrap().timestamp;
    while chain.node.next_time().unwrap() <= last {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    // creates nothing, and reverts unless the time is later than that of the last block:
    // TIMESTAMP PUSH4 last LT PUSH1 13 JUMPI PUSH0 PUSH0 REVERT JUMPDEST STOP
    let mut data = vec![0x42, 0x63];
    data.extend(u32::try_from(last).unwrap().to_be_bytes());
    data.extend([0x10, 0x60, 13, 0x57, 0x5f, 0x5f, 0xfd, 0x5b, 0x00]);
    let call = Call { to: None, data, ..chain.deposit(0) };
    assert_eq!(chain.send(&call).unwrap().receipt.block, chain.head());
}

#[test]
fn a_transaction_that_was_signed_and_not_sent_is_sent() {
    let chain = Chain::new();
    let (call, nonce) = (chain.deposit(1), chain.nonce());
    let hash = chain.sign_only(&call);
    let open = chain.node.open_nonce(chain.keys[0].address(), &call, &chain.journal).unwrap();
    assert_eq!(open, Some(nonce));
    let sent = chain.send(&call).unwrap();
    assert!(sent.before);
    assert_eq!((sent.receipt.transaction, chain.nonce(), chain.entries()), (hash, nonce + 1, 0));
}

#[test]
fn a_step_is_not_done_twice() {
    let chain = Chain::new();
    let (key, call) = (&chain.keys[0], chain.deposit(1));
    let step = || chain.node.send_step(key, &call, &chain.journal).unwrap();
    let (first, nonce) = (step(), chain.nonce());
    let second = step();
    assert_eq!((first.before, second.before), (false, true));
    assert_eq!((first.receipt, chain.nonce()), (second.receipt, nonce));
    chain.node.close(key.address(), &call, &chain.journal).unwrap();
    assert!(!step().before);
    assert_eq!(chain.nonce(), nonce + 1);
}

#[test]
fn a_pending_transaction_is_waited_for_and_sent_again_where_the_node_forgot_it() {
    let chain = Chain::new();
    let (call, nonce) = (chain.deposit(1), chain.nonce());
    let impatient = chain.impatient();
    let send = || impatient.send(&chain.keys[0], &call, &chain.journal);
    chain.anvil.set_automine(false);
    let NodeError::StillPending { transaction, seconds: 0 } = send().unwrap_err() else {
        panic!("it is in a block")
    };
    assert!(matches!(send(), Err(NodeError::StillPending { .. })));
    assert_eq!((chain.nonce(), chain.entries()), (nonce + 1, 1));
    chain.anvil.forget(transaction);
    assert_eq!(chain.nonce(), nonce);
    assert!(matches!(send(), Err(NodeError::StillPending { .. })));
    chain.anvil.mine(1);
    let sent = send().unwrap();
    assert!(sent.before);
    assert_eq!(
        (sent.receipt.transaction, chain.nonce(), chain.entries()),
        (transaction, nonce + 1, 0)
    );
}

#[test]
fn a_nonce_that_another_took_ends_the_transaction() {
    let chain = Chain::new();
    let (call, nonce) = (chain.deposit(1), chain.nonce());
    let hash = chain.sign_only(&call);
    chain.send(&chain.deposit(2)).unwrap();
    for final_now in [false, true] {
        let error = chain.send(&call).unwrap_err();
        assert!(
            matches!(error, NodeError::NonceTaken { transaction, nonce: taken, is_final, .. }
                if (transaction, taken, is_final) == (hash, nonce, final_now)),
            "{error}"
        );
        assert_eq!(chain.entries(), usize::from(!final_now));
        // two blocks on top, and it stays for good
        chain.anvil.mine(2);
    }
    assert!(!chain.send(&call).unwrap().before);
}

#[test]
fn what_fails_in_a_block_is_explained() {
    let chain = Chain::new();
    chain.send(&chain.deposit(1)).unwrap();
    let operator = chain.keys[0].address();
    let claim = Call::claim(chain.rollup, TokenId::ZERO, operator);
    let impatient = chain.impatient();
    let send = |key: &EthereumKey| impatient.send(key, &claim, &chain.journal);
    chain.anvil.set_automine(false);
    // both are signed before either is sent: once one is pending, the other would be refused
    for key in &chain.keys {
        let signed = chain.node.sign(key, &claim).unwrap();
        chain.journal.write(&chain.node.intent(key.address(), &claim), &signed).unwrap();
    }
    for key in &chain.keys {
        assert!(matches!(send(key), Err(NodeError::StillPending { .. })));
    }
    assert_eq!(chain.entries(), 2);
    chain.anvil.mine(1);
    let results = chain.keys.each_ref().map(send);
    let failed: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).collect();
    assert_eq!(failed.len(), 1, "{results:?}");
    assert_eq!(name_of(failed[0]), Some("NothingToClaim"), "{}", failed[0]);
    assert!(matches!(failed[0], NodeError::Failed { .. }));
    assert_eq!(chain.entries(), 0);
}

#[test]
fn a_transaction_of_a_lost_block_is_sent_again() {
    let chain = Chain::new();
    let call = chain.deposit(1);
    let step = || chain.node.send_step(&chain.keys[0], &call, &chain.journal).unwrap();
    let (first, nonce) = (step(), chain.nonce());
    chain.anvil.reorganise(1);
    assert_eq!(chain.nonce(), nonce - 1);
    let second = step();
    assert_eq!(first.receipt.transaction, second.receipt.transaction);
    assert_eq!(chain.nonce(), nonce);
}

#[test]
fn gas_costs_no_more_than_allowed_and_one_process_sends() {
    let chain = Chain::new();
    let limits = SendingLimits { gas_price: 1, ..SendingLimits::default() };
    let thrifty = chain.anvil.node().with_limits(limits);
    let error = thrifty.send(&chain.keys[0], &chain.deposit(1), &chain.journal).unwrap_err();
    assert!(matches!(error, NodeError::GasPrice { limit: 1, .. }), "{error}");

    let lock = chain.journal.lock(chain.keys[0].address()).unwrap();
    let error = chain.send(&chain.deposit(1)).unwrap_err();
    assert!(matches!(error, NodeError::Journal(JournalError::Busy { .. })), "{error}");
    drop(lock);
    chain.send(&chain.deposit(1)).unwrap();
}

#[test]
fn an_entry_of_another_transaction_is_refused() {
    let chain = Chain::new();
    let (call, other) = (chain.deposit(1), chain.deposit(2));
    chain.sign_only(&call);
    let (entry, wrong) =
        (chain.journal.path(&chain.intent(&call)), chain.journal.path(&chain.intent(&other)));
    let text = std::fs::read_to_string(&entry).unwrap();
    std::fs::write(&wrong, &text).unwrap();
    let refused = |call: &Call| match chain.send(call).unwrap_err() {
        NodeError::Journal(JournalError::Content { reason, .. }) => reason,
        error => panic!("{error}"),
    };
    assert_eq!(refused(&other), "the transaction has another value");
    let hash = text.split("\"hash\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    std::fs::write(&entry, text.replace(&hash, &"00".repeat(32))).unwrap();
    assert_eq!(refused(&call), "hash and nonce are those of another transaction");
    std::fs::write(&entry, text.replace("\"starfold_journal\":1", "\"starfold_journal\":2"))
        .unwrap();
    assert_eq!(refused(&call), "it has version 2, expected 1");
    std::fs::write(&entry, "{}").unwrap();
    assert!(refused(&call).contains("missing field"));
}
