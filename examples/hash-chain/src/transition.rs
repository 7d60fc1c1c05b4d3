//! What a step is: as it is carried out and published, and as it is proved.

use std::convert::Infallible;

use starfold_circuits::air::{Element, Field, Trace};
use starfold_circuits::gadgets::poseidon::generate;
use starfold_circuits::parameters::SegmentRate;
use starfold_circuits::provable::{LeafSize, ProvableTransition};
use starfold_primitives::poseidon::permute;
use starfold_primitives::word::Word;
use starfold_transition::Transition;

use crate::air::{Chain, HashChainAir, HashChainColumns, Topic};

/// A chain that grows.
#[derive(Clone, Copy, Debug)]
pub struct HashChain {
    /// What it is about.
    pub topic: Element,
    /// Where it stands.
    pub chain: Chain<Element>,
}

/// The elements of a message: the limbs of a word, which is what is published.
fn elements(message: &Word) -> [Element; 4] {
    message.limbs().map(Element::from_canonical_u64)
}

/// What a row permutes.
fn input(topic: Element, digest: [Element; 4], message: [Element; 4]) -> [Element; 12] {
    let mut input = [Element::ZERO; 12];
    input[..4].copy_from_slice(&digest);
    input[4..8].copy_from_slice(&message);
    input[8] = topic;
    input
}

impl HashChain {
    /// A chain without messages.
    pub fn new(topic: Element) -> Self {
        let chain = Chain { digest: [Element::ZERO; 4], length: Element::ZERO };
        Self { topic, chain }
    }
}

impl Transition for HashChain {
    type Operation = Word;
    type Witness = Word;
    type Rejection = Infallible;
    type ReplayError = Infallible;
    type Commitment = Chain<Element>;
    type Context = Topic<Element>;
    type Boundary = Chain<Element>;

    fn apply(&mut self, message: &Word) -> Result<Word, Infallible> {
        let output = permute(input(self.topic, self.chain.digest, elements(message)));
        let digest = std::array::from_fn(|i| output[i]);
        self.chain = Chain { digest, length: self.chain.length + Element::ONE };
        Ok(*message)
    }

    fn commit(&self) -> Chain<Element> {
        self.chain
    }

    fn words(message: &Word) -> Vec<Word> {
        vec![*message]
    }

    fn context(&self, _: &[Word]) -> Topic<Element> {
        Topic { topic: self.topic }
    }

    fn opening(chain: Chain<Element>) -> Chain<Element> {
        chain
    }

    fn after(
        _: &Topic<Element>,
        _: &Chain<Element>,
        _: &Word,
        chain: Chain<Element>,
    ) -> Option<Chain<Element>> {
        Some(chain)
    }

    fn replay(&mut self, words: &[Word]) -> Result<usize, Infallible> {
        self.apply(&words[0]).map(|_| 1)
    }
}

impl ProvableTransition for HashChain {
    type Context = Topic<Element>;
    type Boundary = Chain<Element>;
    type Witness = Word;
    type Air = HashChainAir;
    type Error = Infallible;
    const STEP_DEGREE_BITS: usize = 0;

    /// A message takes one row, so traces are long: 2^12 rows, or 2^15.
    fn leaves() -> Vec<LeafSize> {
        let [lowest, low, ..] = SegmentRate::ALL;
        vec![
            LeafSize { degree_bits: 12, rate: low, fan_in: 1 },
            LeafSize { degree_bits: 15, rate: lowest, fan_in: 1 },
        ]
    }

    fn trace(
        context: &Topic<Element>,
        entry: &Chain<Element>,
        messages: &[Word],
        steps: usize,
    ) -> Result<(Trace, Chain<Element>), Infallible> {
        let mut chain = *entry;
        let mut trace = Trace::with_capacity::<HashChainColumns<()>>(steps);
        for row in 0..steps {
            let message = messages.get(row);
            let is_message = Element::from_bool(message.is_some());
            let elements = message.map_or([Element::ZERO; 4], elements);
            let (poseidon, output) = generate(input(context.topic, chain.digest, elements));
            let columns = HashChainColumns { poseidon, length: chain.length, is_message };
            trace.push::<HashChainColumns<()>>(&columns);
            if message.is_some() {
                let digest = std::array::from_fn(|i| output[i]);
                chain = Chain { digest, length: chain.length + Element::ONE };
            }
        }
        Ok((trace, chain))
    }
}
