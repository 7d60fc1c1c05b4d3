//! Counts to a thousand and proves it.

#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use counter::{Count, Counter};
use starfold_aggregator::Pipeline;
use starfold_circuits::air::{Element, Field};
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_circuits::provable::Run;
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::recursion::Catalogue;

const STEPS: u64 = 1000;

fn main() -> anyhow::Result<()> {
    let parameters = ParameterSet::Standard;
    let set = ProvingSet::derive(parameters, Catalogue::new().with::<Counter>())?;

    let counts: Vec<_> =
        (0..=STEPS).map(|i| Count { count: Element::from_canonical_u64(i) }).collect();
    let run = Run::<Counter>::new(&(), &counts, &[(); STEPS as usize])?;
    let proved = Pipeline::new(&set).prove(&[&run])?;

    batch_verifier(parameters)?.verify(&proved.proof, &proved.statement)?;
    println!("from 0 to {STEPS} in {} segments: proved and verified", proved.report.segments);
    println!("circuit set {}", set.root());
    Ok(())
}
