mod deploying;
mod history;
mod hostile;
mod key;
mod sending;

use std::time::Duration;

use starfold_l1_verifier::groth16::KeySummary;
use starfold_primitives::quantities::{Address, Amount};
use starfold_state::EMPTY_ROOT;

use super::{BlockTag, EthereumKey, Journal, Node, NodeError, SendingLimits, Sent};
use crate::call::Call;
use crate::deployment::Deployment;
use crate::testing::{Anvil, funded_key};

/// What an operation of the queue costs.
const FEE: Amount = Amount::new(5);

/// A rollup under the development key on a node of its own, whose operator is the first of the accounts.
struct Chain {
    anvil: Anvil,
    node: Node,
    keys: [EthereumKey; 2],
    journal: Journal,
    folder: tempfile::TempDir,
    verifier: Address,
    rollup: Address,
}

impl Chain {
    fn new() -> Self {
        let anvil = Anvil::start(&[]);
        let node = anvil.node();
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path().join("journal")).unwrap();
        let keys = [funded_key(0), funded_key(1)];
        let key = KeySummary::development().unwrap();
        let operator = keys[0].address();
        let mut deployment = Deployment::new(node.chain_id(), key, EMPTY_ROOT, operator);
        deployment.operation_fee = FEE;
        let create = |call: &Call| {
            let sent = node.send(&keys[0], call, &journal).unwrap();
            sent.receipt.created.unwrap()
        };
        let verifier = create(&deployment.verifier_call().unwrap());
        let rollup = create(&deployment.rollup_call(verifier).unwrap());
        Self { anvil, node, keys, journal, folder, verifier, rollup }
    }

    /// A deposit of so much, which costs the fee on top.
    fn deposit(&self, wei: u128) -> Call {
        let (to, amount) = (self.keys[0].address(), Amount::new(wei));
        Call::deposit_eth(self.rollup, to, Address::ZERO, amount, FEE).unwrap()
    }

    fn send(&self, call: &Call) -> Result<Sent, NodeError> {
        self.node.send(&self.keys[0], call, &self.journal)
    }

    fn nonce(&self) -> u64 {
        self.node.nonce(self.keys[0].address(), "pending").unwrap()
    }

    /// A connection that waits for no block.
    fn impatient(&self) -> Node {
        let limits = SendingLimits { patience: Duration::ZERO, ..SendingLimits::default() };
        self.anvil.node().with_limits(limits)
    }

    fn head(&self) -> u64 {
        self.node.block(BlockTag::Latest).unwrap().number
    }

    fn entries(&self) -> usize {
        let entries = std::fs::read_dir(self.folder.path().join("journal")).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        entries.map(name).filter(|name| name.to_string_lossy().ends_with(".json")).count()
    }
}

fn name_of(error: &NodeError) -> Option<&'static str> {
    match error {
        NodeError::Reverted(revert) => revert.name(),
        NodeError::Failed { reason: super::FailureReason::Reverted(revert), .. } => revert.name(),
        _ => None,
    }
}
