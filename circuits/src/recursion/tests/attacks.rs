//! What a dishonest prover tries, past every native check: the circuits alone must refuse.

use std::panic::{AssertUnwindSafe, catch_unwind};

use starfold_primitives::claim::CLAIM_LEN;
use starfold_primitives::{Claim, Digest, Field, Goldilocks};

use super::chain::{context, origin, segment, system};
use super::{World, leaf_proof, leaf_proofs};
use crate::parameters::ParameterSet;
use crate::recursion::backend::Cap;
use crate::recursion::child::{ChildWitness, claim_of};
use crate::recursion::set::SetPath;
use crate::recursion::{
    BatchStatement, CircuitProof, CircuitSet, FoldCircuit, FoldProof, LeafCircuit, LeafProof,
};

/// A node as a dishonest prover presents it.
#[derive(Clone)]
struct Presented {
    proof: CircuitProof,
    cap: Cap,
    is_fold: bool,
    path: SetPath,
}

impl Presented {
    fn leaf(leaf: &LeafProof, path: SetPath) -> Self {
        let cap = leaf.key.constants_sigmas_cap.clone();
        Self { proof: leaf.proof.clone(), cap, is_fold: false, path }
    }

    fn fold(fold: &FoldProof, of: &FoldCircuit, set: &CircuitSet) -> Self {
        let cap = of.circuit.verifier_only.constants_sigmas_cap.clone();
        Self { proof: fold.0.clone(), cap, is_fold: true, path: set.path_at(0) }
    }

    fn witness(&self) -> ChildWitness<'_> {
        let Self { proof, cap, is_fold, path } = self;
        ChildWitness { proof, cap, is_fold: *is_fold, path: *path }
    }

    fn claim(&self) -> Claim<Goldilocks> {
        claim_of(&self.proof.public_inputs)
    }

    fn with_input(mut self, index: usize, value: Goldilocks) -> Self {
        self.proof.public_inputs[index] = value;
        self
    }
}

impl World {
    fn member(&self, leaf: &LeafProof) -> Presented {
        Presented::leaf(leaf, self.set.path(leaf.circuit()).unwrap())
    }

    /// Folds with the given carried values; the proof, if there is one that verifies.
    fn try_fold(
        &self,
        circuit: &FoldCircuit,
        own: Digest,
        set: &CircuitSet,
        children: [&Presented; 2],
    ) -> Option<FoldProof> {
        let children = children.map(Presented::witness);
        let attempt = || circuit.prove_unchecked(own, set.root(), &children).ok();
        let proof = catch_unwind(AssertUnwindSafe(attempt)).ok().flatten()?;
        circuit.circuit.verify(proof.0.clone()).ok().map(|()| proof)
    }

    /// Whether the real fold circuit takes these children.
    fn folds(&self, left: &Presented, right: &Presented) -> bool {
        self.try_fold(&self.fold, self.fold.digest(), &self.set, [left, right]).is_some()
    }

    /// Whether a batch proof of `claim` comes out of a node.
    fn batches_as(&self, node: &Presented, claim: Claim<Goldilocks>, set: Digest) -> bool {
        let statement = BatchStatement { claim, set };
        let attempt = || self.batch.prove_unchecked(&statement, &node.witness()).ok();
        let proof = catch_unwind(AssertUnwindSafe(attempt)).ok().flatten();
        proof.is_some_and(|proof| self.verifier.verify(&proof, &statement).is_ok())
    }

    fn batches(&self, node: &Presented) -> bool {
        self.batches_as(node, node.claim(), self.set.root())
    }
}

#[test]
fn the_circuits_refuse_every_forgery() {
    let world = World::new(ParameterSet::Weak);
    let leaves = leaf_proofs([&world.single, &world.pair, &world.single]);
    let [a, b, c] = leaves.each_ref().map(|leaf| world.member(leaf));
    let honest = world.try_fold(&world.fold, world.fold.digest(), &world.set, [&a, &b]).unwrap();
    let honest = Presented::fold(&honest, &world.fold, &world.set);
    assert!(world.batches(&a) && world.batches(&honest) && world.folds(&honest, &c), "control");

    broken_chains(&world, [&a, &b, &c]);
    tampered_inputs(&world, &honest, &c);
    false_membership(&world, &leaves[1], &a, &honest);
    foreign_leaves(&world, &a);
    foreign_sets(&world);
    look_alikes(&world, &a);
    segments(&world);
}

fn broken_chains(world: &World, [a, b, c]: [&Presented; 3]) {
    assert!(!world.folds(b, a), "left and right swapped");
    assert!(!world.folds(a, c), "a leaf proof left out");
    for index in [0, 15] {
        let mut entry = a.claim().exit;
        entry[index] += Goldilocks::ONE;
        let jump = world.member(&leaf_proof(&world.single, context(7), entry));
        assert!(!world.folds(a, &jump), "entry {index} is not the exit before");
    }
    let other = world.member(&leaf_proof(&world.single, context(8), a.claim().exit));
    assert!(!world.folds(a, &other), "another context");
    assert!(!world.batches_as(a, b.claim(), world.set.root()), "another claim");
    assert!(!world.batches_as(a, a.claim(), Digest::ZERO), "another circuit set");
}

fn tampered_inputs(world: &World, honest: &Presented, c: &Presented) {
    for index in [0, 20, 43, CLAIM_LEN, CLAIM_LEN + 4] {
        let value = honest.proof.public_inputs[index] + Goldilocks::ONE;
        let tampered = honest.clone().with_input(index, value);
        assert!(world.fold.circuit.verify(tampered.proof.clone()).is_err(), "input {index}");
        assert!(!world.batches(&tampered), "input {index} of the batch's child");
        assert!(!world.folds(&tampered, c), "input {index} of the fold's child");
    }
}

fn false_membership(world: &World, b: &LeafProof, a: &Presented, honest: &Presented) {
    let path = world.set.path(b.circuit()).unwrap();
    let paths = [
        ("another member's path", world.set.path_at(0)),
        ("an empty place", world.set.path_at(2)),
        ("another index", SetPath { index: path.index ^ 2, ..path }),
        ("an index out of range", SetPath { index: path.index | 256, ..path }),
        ("another member at its place", SetPath { member: a.path.member, ..path }),
    ];
    for (name, path) in paths {
        let presented = Presented::leaf(b, path);
        // bits above the depth of the tree are not part of an index
        let same = path.index & 255 == 1 && path.member == b.circuit();
        assert_eq!(world.folds(a, &presented), same, "{name}");
    }
    let as_fold = Presented { is_fold: true, ..Presented::leaf(b, path) };
    assert!(!world.folds(a, &as_fold), "a leaf proof shown as a fold");
    let as_leaf = Presented { is_fold: false, ..honest.clone() };
    assert!(!world.batches(&as_leaf), "a fold shown as a leaf proof");
    let own = SetPath { member: world.fold.digest(), ..world.set.path_at(0) };
    let as_leaf = Presented { path: own, ..as_leaf };
    assert!(!world.batches(&as_leaf), "a fold shown as a leaf proof at a member's place");
    let swapped_key = Presented { cap: a.cap.clone(), ..Presented::leaf(b, path) };
    assert!(!world.folds(a, &swapped_key), "another member's key");
    assert!(!world.folds(a, &Presented { path: a.path, ..swapped_key }), "and its path");
}

/// A leaf circuit that is not in the set.
fn foreign_leaf(world: &World) -> LeafCircuit {
    LeafCircuit::build(&world.shape, system(ParameterSet::Weak, 99, 5, 2), 1).unwrap()
}

fn foreign_leaves(world: &World, a: &Presented) {
    let foreign = leaf_proof(&foreign_leaf(world), context(7), a.claim().exit);
    for index in 0..3 {
        let path = world.set.path_at(index);
        assert!(!world.folds(a, &Presented::leaf(&foreign, path)), "at place {index}");
        let named = SetPath { member: foreign.circuit(), ..path };
        assert!(!world.folds(a, &Presented::leaf(&foreign, named)), "named at place {index}");
        assert!(!world.batches(&Presented::leaf(&foreign, named)), "to the batch, {index}");
    }
    let disguised = Presented { cap: a.cap.clone(), ..Presented::leaf(&foreign, a.path) };
    assert!(!world.folds(a, &disguised), "with a member's key");
    assert!(!world.batches(&disguised), "with a member's key to the batch");
}

fn foreign_sets(world: &World) {
    let circuit = foreign_leaf(world);
    let set = CircuitSet::new(vec![circuit.digest()]).unwrap();
    let path = set.path_at(0);
    let left = Presented::leaf(&leaf_proof(&circuit, context(7), origin()), path);
    let right = leaf_proof(&circuit, context(7), left.claim().exit);
    let right = Presented::leaf(&right, path);
    assert!(!world.folds(&left, &right), "paths of another set");
    let own = world.fold.digest();
    let fold = world.try_fold(&world.fold, own, &set, [&left, &right]).unwrap();
    let fold = Presented::fold(&fold, &world.fold, &world.set);
    assert!(!world.batches(&fold), "a fold over another set");
    let next = leaf_proof(&world.single, context(7), right.claim().exit);
    assert!(!world.folds(&fold, &world.member(&next)), "a fold over another set as a child");
    let fold = Presented { path, ..fold };
    let claim = fold.claim();
    assert!(world.batches_as(&fold, claim, set.root()), "the batch exposes whichever set it was");
}

/// A fold circuit of the same shape that leaves one connection out.
fn look_alikes(world: &World, a: &Presented) {
    let alike = FoldCircuit::build_with(&world.shape, |builder, left, right| {
        let mut left = *left;
        left.exit[0] = right.entry[0];
        left.then(right, |a, b| builder.connect(a, b))
    })
    .unwrap();
    let (real, fake) = (world.fold.digest(), alike.digest());
    assert_eq!(alike.circuit.common, world.fold.circuit.common);
    assert_ne!(real, fake);

    let mut entry = a.claim().exit;
    entry[0] += Goldilocks::ONE;
    let jump = world.member(&leaf_proof(&world.single, context(7), entry));
    let next = world.member(&leaf_proof(&world.single, context(7), jump.claim().exit));
    let forge = |own| {
        let proof = world.try_fold(&alike, own, &world.set, [a, &jump]).unwrap();
        Presented::fold(&proof, &alike, &world.set)
    };
    let (as_itself, as_real) = (forge(fake), forge(real));
    let real_cap = &world.fold.circuit.verifier_only.constants_sigmas_cap;
    let named = SetPath { member: fake, ..world.set.path_at(0) };
    let presentations = [
        ("with its own digest", as_itself.clone()),
        ("with the real digest", as_real.clone()),
        ("with the real key", Presented { cap: real_cap.clone(), ..as_real.clone() }),
        (
            "with the real key and its own digest",
            Presented { cap: real_cap.clone(), ..as_itself.clone() },
        ),
        ("as a leaf proof", Presented { is_fold: false, ..as_real.clone() }),
        ("as a member", Presented { is_fold: false, path: named, ..as_real }),
    ];
    for (name, presented) in presentations {
        assert!(!world.batches(&presented), "a look-alike {name}");
        assert!(!world.folds(&presented, &next), "a look-alike {name} as a child");
    }

    // the real fold takes any digest as `own`, as long as its children agree: the batch does not
    let laundered = world.try_fold(&world.fold, fake, &world.set, [&as_itself, &next]).unwrap();
    let laundered = Presented::fold(&laundered, &world.fold, &world.set);
    assert!(!world.batches(&laundered), "a laundered look-alike");
    let last = leaf_proof(&world.single, context(7), next.claim().exit);
    assert!(!world.folds(&laundered, &world.member(&last)), "a laundered look-alike as a child");
    let overwritten = (0..4).fold(laundered, |node, i| node.with_input(CLAIM_LEN + i, real.0[i]));
    assert!(!world.batches(&overwritten), "a laundered look-alike with the real digest");
}

/// Segments that do not follow each other, and another length of the trace.
fn segments(world: &World) {
    let proves = |circuit: &LeafCircuit, segments: &[_], degree_bits| {
        let attempt = || circuit.prove_unchecked(segments, degree_bits).ok();
        let proof = catch_unwind(AssertUnwindSafe(attempt)).ok().flatten();
        proof.is_some_and(|proof| {
            let node = proof.into();
            world.fold.verifier().verify(&node, &world.set).is_ok()
        })
    };
    let first = segment(world.single.system(), context(7), origin());
    assert!(proves(&world.single, std::slice::from_ref(&first), 5), "control");
    for degree_bits in [0, 4, 6] {
        let segments = std::slice::from_ref(&first);
        assert!(!proves(&world.single, segments, degree_bits), "2^{degree_bits} rows");
    }
    let shorter = segment(&system(ParameterSet::Weak, 1, 4, 2), context(7), origin());
    for degree_bits in [4, 5] {
        let segments = std::slice::from_ref(&shorter);
        assert!(!proves(&world.single, segments, degree_bits), "a shorter trace");
    }
    let mut tampered = first;
    tampered.0.public_inputs[43] += Goldilocks::ONE;
    assert!(!proves(&world.single, &[tampered], 5), "another claim");

    let left = segment(world.pair.system(), context(7), origin());
    let right = segment(world.pair.system(), context(7), left.claim().exit);
    assert!(proves(&world.pair, &[left.clone(), right.clone()], 6), "control");
    assert!(!proves(&world.pair, &[right, left.clone()], 6), "segments swapped");
    assert!(!proves(&world.pair, &[left.clone(), left], 6), "a segment twice");
}
