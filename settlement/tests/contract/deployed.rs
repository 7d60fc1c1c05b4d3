//! A verifier and a rollup on a chain of their own.

use starfold_l1_verifier::groth16::KeySummary;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, Amount, ChainId, Timestamp};
use starfold_settlement::{
    Call, DEVELOPMENT_CHAIN, Deployment, EmbeddedChain, EmbeddedError, Event, Receipt,
    RollupReader, RollupStatus,
};

/// Deploys and operates: the first account of local nodes.
pub(crate) const OPERATOR: Address = Address([
    0xf3, 0x9f, 0xd6, 0xe5, 0x1a, 0xad, 0x88, 0xf6, 0xf4, 0xce, 0x6a, 0xb8, 0x82, 0x72, 0x79, 0xcf,
    0xff, 0xb9, 0x22, 0x66,
]);
pub(crate) const ALICE: Address = Address([0xa1; 20]);
pub(crate) const BOB: Address = Address([0xb0; 20]);
/// When the chain begins.
pub(crate) const START: u32 = 1_800_000_000;
/// What an operation of the queue costs.
pub(crate) const FEE: Amount = Amount::new(1_000);

pub(crate) const ETHER: u128 = 1_000_000_000_000_000_000;

/// A chain with a rollup.
pub(crate) struct Deployed {
    pub(crate) chain: EmbeddedChain,
    pub(crate) deployment: Deployment,
    pub(crate) verifier: Address,
    pub(crate) rollup: Address,
}

pub(crate) fn deployment() -> Deployment {
    let chain_id = ChainId::new(DEVELOPMENT_CHAIN).unwrap();
    let circuit_set = Digest::from_canonical([1, 2, 3, 4]).unwrap();
    let key = KeySummary::development().unwrap();
    let mut deployment = Deployment::new(chain_id, key, circuit_set, OPERATOR);
    deployment.operation_fee = FEE;
    deployment
}

pub(crate) fn chain() -> EmbeddedChain {
    let chain_id = ChainId::new(DEVELOPMENT_CHAIN).unwrap();
    let mut chain = EmbeddedChain::new(chain_id, Timestamp::new(START).unwrap());
    for account in [OPERATOR, ALICE, BOB] {
        chain.fund(account, Amount::new(100 * ETHER));
    }
    chain
}

impl Deployed {
    pub(crate) fn new(deployment: Deployment) -> Self {
        Self::on(chain(), deployment).unwrap()
    }

    pub(crate) fn on(
        mut chain: EmbeddedChain,
        deployment: Deployment,
    ) -> Result<Self, EmbeddedError> {
        let verifier = chain.execute(OPERATOR, &deployment.verifier_call().unwrap())?;
        let verifier = verifier.created.unwrap();
        let rollup = chain.execute(OPERATOR, &deployment.rollup_call(verifier).unwrap())?;
        let rollup = rollup.created.unwrap();
        Ok(Self { chain, deployment, verifier, rollup })
    }

    pub(crate) fn execute(&mut self, from: Address, call: &Call) -> (Receipt, Vec<Event>) {
        let receipt = self.chain.execute(from, call).unwrap();
        let events = receipt.events(self.rollup).unwrap();
        (receipt, events)
    }

    /// The name of the error with which a call reverts.
    pub(crate) fn refusal(&self, from: Address, call: &Call) -> &'static str {
        match self.chain.clone().execute(from, call) {
            Err(EmbeddedError::Reverted { revert, .. }) => revert.name().unwrap(),
            other => unreachable!("{other:?} is no revert"),
        }
    }

    pub(crate) fn status(&mut self) -> RollupStatus {
        RollupStatus::read(&mut self.chain, self.rollup).unwrap()
    }

    pub(crate) fn read(&mut self) -> RollupReader<'_, EmbeddedChain> {
        RollupReader::new(&mut self.chain, self.rollup)
    }
}
