//! Hashes forty thousand messages into a chain and proves it; whoever has the messages follows it without the prover.

#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use hash_chain::HashChain;
use starfold_aggregator::Pipeline;
use starfold_circuits::air::{Element, Field};
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_circuits::provable::Run;
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::recursion::Catalogue;
use starfold_primitives::word::Word;
use starfold_transition::{ExecutionOf, execute, replay_words};

const MESSAGES: u64 = 40_000;

fn main() -> anyhow::Result<()> {
    let parameters = ParameterSet::Standard;
    let set = ProvingSet::derive(parameters, Catalogue::new().with::<HashChain>())?;

    let genesis = HashChain::new(Element::from_canonical_u64(7));
    let messages = (0..MESSAGES).map(|i| Word::new([i, i * i, 0, 1]));
    let messages: Vec<Word> = messages.collect::<Result<_, _>>()?;
    let mut operator = genesis;
    let batch: ExecutionOf<HashChain> = execute(&mut operator, &messages)?;
    let run = Run::<HashChain>::new(&batch.context, &batch.boundaries, &batch.witnesses)?;
    let proved = Pipeline::new(&set).prove(&[&run])?;
    batch_verifier(parameters)?.verify(&proved.proof, &proved.statement)?;
    println!("{MESSAGES} messages in {} segments: proved and verified", proved.report.segments);

    let mut follower = genesis;
    let steps = replay_words(&mut follower, &batch.words)?;
    anyhow::ensure!(follower.chain.digest == operator.chain.digest, "the chains part");
    println!("{steps} messages followed to the same digest");
    Ok(())
}
