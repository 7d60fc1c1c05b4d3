//! Folds of more than two proofs.

use std::panic::{AssertUnwindSafe, catch_unwind};

use starfold_primitives::claim::BrokenChain;

use super::{leaf_proofs, system};
use crate::parameters::{FoldArity, ParameterSet};
use crate::recursion::{
    BatchCircuit, BatchStatement, BatchVerifier, CircuitSet, FoldCircuit, FoldError, LeafCircuit,
    Node, Shape,
};

#[test]
fn every_arity_folds_its_own_folds() {
    let parameters = ParameterSet::Weak;
    for arity in [FoldArity::Three, FoldArity::Seven] {
        let shape = Shape::of_arity(parameters, arity);
        assert_eq!(shape.arity(), arity);
        let leaf = system(parameters, 1, 5, 2);
        let leaf = LeafCircuit::build(&shape, leaf, 1).unwrap();
        let set = CircuitSet::new(vec![leaf.digest()]).unwrap();
        let fold = FoldCircuit::build(&shape).unwrap();
        let children = arity.children();

        let leaves = leaf_proofs([&leaf; 13]);
        let mut nodes: Vec<Node> = leaves.into_iter().map(Node::from).collect();
        let (first, last) = (nodes[0].claim(), nodes[2 * children - 2].claim());
        nodes.truncate(2 * children - 1);
        let below = fold.prove_all(&set, &nodes[..children]).unwrap();
        nodes.splice(..children, [below.into()]);
        let top = fold.prove_all(&set, &nodes).unwrap();
        assert_eq!((top.claim().entry, top.claim().exit), (first.entry, last.exit));

        nodes.swap(1, 2);
        let source = BrokenChain::Boundary { index: 0 };
        let error = fold.prove_all(&set, &nodes).err();
        assert_eq!(error, Some(FoldError::BrokenChain { index: 1, source }));
        // nor does the circuit take them without that check
        let witness = |node| fold.verifier().witness(node, &set).unwrap();
        let children: Vec<_> = nodes.iter().map(witness).collect();
        let attempt = || fold.prove_unchecked(fold.digest(), set.root(), &children).ok();
        let proof = catch_unwind(AssertUnwindSafe(attempt)).ok().flatten();
        let verify = |proof| fold.verifier().verify(&Node::Fold(proof), &set);
        assert!(proof.is_none_or(|proof| verify(proof).is_err()));
        let error = fold.prove(&set, top.clone(), top.clone()).err();
        assert_eq!(error, Some(FoldError::Children { expected: arity, actual: 2 }));

        let batch = BatchCircuit::build(&fold).unwrap();
        let statement = BatchStatement { claim: top.claim(), set: set.root() };
        let proof = batch.prove(&set, top).unwrap();
        assert_eq!(BatchVerifier::of_circuit(&batch).verify(&proof, &statement), Ok(()));
    }
}
