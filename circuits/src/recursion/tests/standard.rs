//! The standard parameters, from segments to the committed verifier.

use super::{World, leaf_proofs};
use crate::parameters::ParameterSet;
use crate::pins;
use crate::recursion::BatchStatement;

#[test]
fn standard_proofs_verify_by_the_committed_artifact() {
    let parameters = ParameterSet::Standard;
    let world = World::new(parameters);
    let committed = pins::Pins::committed().unwrap();
    let pinned = committed.of(parameters).unwrap();
    assert_eq!(world.fold.digest(), pinned.fold);
    assert_eq!(world.batch.digest(), pinned.batch);
    let verifier = pins::batch_verifier(parameters).unwrap();
    assert_eq!(world.verifier.to_artifact(), verifier.to_artifact());
    // one degree more would double the cost of every proof, or of the wrap
    assert!((8000..8100).contains(&world.fold.gates()), "{}", world.fold.gates());
    assert_eq!(world.batch.degree_bits(), 12);

    let [left, right] = leaf_proofs([&world.single, &world.pair]);
    let fold = world.fold.prove(&world.set, left, right).unwrap();
    let statement = BatchStatement { claim: fold.claim(), set: world.set.root() };
    let proof = world.batch.prove(&world.set, fold).unwrap();
    assert_eq!(verifier.verify(&proof, &statement), Ok(()));
}
