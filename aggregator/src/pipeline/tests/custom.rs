//! Two small transitions in one batch.

use std::convert::Infallible;
use std::sync::mpsc;

use starfold_circuits::air::{
    Air, AirBuilder, Cell, Claim, Domain, Element, Field, Layout, Trace, columns,
};
use starfold_circuits::parameters::{ParameterSet, SegmentRate};
use starfold_circuits::pins::batch_verifier;
use starfold_circuits::provable::{LeafSize, ProvableTransition, Run as Steps};
use starfold_circuits::recursion::{
    BatchStatement, BatchVerifyError, Catalogue, CatalogueEntry, CircuitSet, FoldCircuit,
    FoldError, LeafProof, NodeError, SegmentError, Shape,
};
use starfold_primitives::claim::BrokenChain;

use super::super::*;
use crate::artifact::{ArtifactKey, ArtifactKind};
use crate::progress::Event;

columns! {
    /// A number.
    struct Number {
        /// The number.
        value: Cell,
    }
}

columns! {
    /// A row.
    struct GrowthColumns {
        /// The number before the row.
        value: Cell,
        /// 1 for a step, 0 for padding.
        is_step: Cell,
    }
}

/// Multiplies by `FACTOR` and adds one; without `SOUND` a row may be any part of a step.
#[derive(Clone, Copy, Debug, Default)]
struct GrowthAir<const FACTOR: u64, const SOUND: bool>;

impl<const FACTOR: u64, const SOUND: bool> Air for GrowthAir<FACTOR, SOUND> {
    type Columns = GrowthColumns<()>;
    type Boundary = Number<()>;
    const NAME: &'static str = if FACTOR == 1 { "increment" } else { "growth" };
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &GrowthColumns<B::Expr>,
        next: &GrowthColumns<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let [entry, exit] = [public.entry, public.exit].map(|cells| Number::<()>::of(&cells));
        let grown = local.value * builder.constant(FACTOR) + builder.one();
        let after = local.value + local.is_step * (grown - local.value);
        if SOUND {
            builder.assert_bool("a row is a step or padding", local.is_step);
        }
        builder.assert_zero("entry", Domain::FirstRow, local.value - entry.value);
        builder.assert_zero("step", Domain::Transition, next.value - after);
        builder.assert_zero("exit", Domain::LastRow, after - exit.value);
    }
}

#[derive(Debug)]
struct Growth<const FACTOR: u64, const SOUND: bool>;

impl<const FACTOR: u64, const SOUND: bool> ProvableTransition for Growth<FACTOR, SOUND> {
    type Context = ();
    type Boundary = Number<Element>;
    type Witness = Element;
    type Air = GrowthAir<FACTOR, SOUND>;
    type Error = Infallible;
    const STEP_DEGREE_BITS: usize = 2;

    fn leaves() -> Vec<LeafSize> {
        vec![LeafSize { degree_bits: 4, rate: SegmentRate::ALL[1], fan_in: 1 }]
    }

    fn trace(
        (): &(),
        entry: &Number<Element>,
        witnesses: &[Element],
        steps: usize,
    ) -> Result<(Trace, Number<Element>), Infallible> {
        let mut value = entry.value;
        let rows = (0..steps << Self::STEP_DEGREE_BITS).map(|row| {
            // the first row of a step carries it out
            let part = witnesses.get(row >> Self::STEP_DEGREE_BITS).filter(|_| row % 4 == 0);
            let is_step = part.copied().unwrap_or(Element::ZERO);
            let columns = GrowthColumns { value, is_step };
            let grown = value * Element::from_canonical_u64(FACTOR) + Element::ONE;
            value += is_step * (grown - value);
            columns
        });
        let trace = Trace::from_rows::<GrowthColumns<()>>(rows);
        Ok((trace, Number { value }))
    }
}

type Increment = Growth<1, true>;
type Triple = Growth<3, true>;
/// The same columns, degree and name, and one constraint less.
type LookAlike = Growth<1, false>;

/// Numbers from a first one on, one more than steps.
fn numbers(first: u64, steps: usize, factor: u64) -> Vec<Number<Element>> {
    let next = |number: &u64| Some(number * factor + 1);
    let numbers = std::iter::successors(Some(first), next).take(steps + 1);
    numbers.map(|value| Number { value: Element::from_canonical_u64(value) }).collect()
}

const WHOLE: [Element; 5] = [Element::ONE; 5];

#[test]
fn segments_of_two_transitions_make_one_batch() {
    let parameters = ParameterSet::Standard;
    let catalogue = Catalogue::new().with::<Increment>().with::<Triple>();
    let set = ProvingSet::derive(parameters, catalogue).unwrap();
    // five steps take two segments of four
    let boundaries = [numbers(7, 5, 1), numbers(12, 2, 3), numbers(112, 1, 1)];
    let first = Steps::<Increment>::new(&(), &boundaries[0], &WHOLE).unwrap();
    let second = Steps::<Triple>::new(&(), &boundaries[1], &WHOLE[..2]).unwrap();
    let third = Steps::<Increment>::new(&(), &boundaries[2], &WHOLE[..1]).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let (sender, events) = mpsc::channel();
    let pipeline = Pipeline::new(&set).artifacts(folder.path()).progress(&sender);
    // ended before anything is proved, from where it is the same once more
    let cancel = CancelToken::new();
    assert!(!cancel.is_cancelled());
    cancel.clone().cancel();
    assert!(cancel.is_cancelled());
    let error = pipeline.cancel(&cancel).prove(&[&first, &second, &third]).unwrap_err();
    assert!(matches!(error, ProveError::Cancelled), "{error:?}");

    let ProvedBatch { statement, proof, report } =
        pipeline.prove(&[&first, &second, &third]).unwrap();
    assert_eq!((report.segments, report.leaves), (4, 4));
    assert_eq!(report.proofs_made, 4 + 4 + 3 + 1);
    let claim = Claim::between(&(), &boundaries[0][0], &boundaries[2][1]);
    assert_eq!(statement, BatchStatement { claim, set: set.root() });
    let verifier = batch_verifier(parameters).unwrap();
    verifier.verify(&proof, &statement).unwrap();
    let built_in = BatchStatement { set: ProvingSet::built_in(parameters).unwrap().root(), claim };
    let error = verifier.verify(&proof, &built_in);
    assert!(matches!(error, Err(BatchVerifyError::Statement { .. })), "{error:?}");

    let again = pipeline.prove(&[&first, &second, &third]).unwrap();
    assert_eq!((again.report.proofs_made, again.report.proofs_reused), (0, 1));
    let done = Event::Advanced { stage: Stage::Prove, done: 4 };
    assert!(events.try_iter().any(|event| event == done));

    look_alike(&set, folder.path());
}

/// A circuit over constraints that lack one is no member, whatever its name, and its proofs are nobody's.
fn look_alike(set: &ProvingSet, folder: &Path) {
    let parameters = set.parameters();
    let honest = Catalogue::new().with::<Increment>();
    let pins = set.to_pins().unwrap();
    let disguised = Catalogue::new().with::<LookAlike>().with::<Triple>();
    assert_eq!(disguised.entries()[0].spec(), honest.entries()[0].spec());
    let disguised = ProvingSet::pinned(parameters, disguised, &pins).unwrap();

    // half a step, which leads from 1 to 1.5
    let half = Element::TWO.inverse();
    let halves = [half];
    let ends = [Element::ONE, Element::ONE + half].map(|value| Number { value });
    let lie = Steps::<LookAlike>::new(&(), &ends, &halves).unwrap();
    let error = Pipeline::new(&disguised).prove(&[&lie]).unwrap_err();
    assert!(matches!(error, ProveError::Circuit { .. }), "{error:?}");

    let entry = |catalogue: &Catalogue| -> CatalogueEntry { catalogue.entries()[0].clone() };
    let claim = Claim::between(&(), &ends[0], &ends[1]);
    let trace = || LookAlike::trace(&(), &ends[0], &[half], 4).unwrap().0;
    let system = entry(&honest).system(parameters).unwrap();
    let refused = system.prove(trace(), &claim).unwrap_err();
    let expected = SegmentError::Unsatisfied {
        air: "increment",
        row: 0,
        name: "a row is a step or padding",
        more: 0,
    };
    assert_eq!(refused, expected);

    let shape = Shape::new(parameters);
    let circuit = entry(disguised.catalogue()).build(&shape).unwrap();
    let segment = circuit.system().prove(trace(), &claim).unwrap();
    let proof = circuit.prove(vec![segment]).unwrap();
    let fold = FoldCircuit::build(&shape).unwrap();
    let stranger =
        |set: &CircuitSet| NodeError::NotAMember { circuit: circuit.digest(), set: set.root() };
    let source = stranger(set.circuit_set());
    let error = fold.prove(set.circuit_set(), proof.clone(), proof.clone()).unwrap_err();
    assert_eq!(error, FoldError::Child { index: 0, source });

    // put where the honest proof would be looked for
    let spec = entry(&honest).spec();
    let key = ArtifactKey::new(ArtifactKind::Leaf, set.leaf(&spec).unwrap(), set.root(), &claim);
    let encoded = LeafProof::encode(&proof, &shape);
    ArtifactStore::open(folder).unwrap().save(&key, &encoded).unwrap();
    let heard = super::Heard::default();
    let lie = Steps::<Increment>::new(&(), &ends, &halves).unwrap();
    let pipeline = Pipeline::new(set).artifacts(folder).progress(&heard);
    let error = pipeline.prove(&[&lie]).unwrap_err();
    assert!(
        matches!(&error, ProveError::Segment { source, .. } if *source == expected),
        "{error:?}"
    );
    let notes = heard.notes.into_inner().unwrap();
    assert!(notes.len() == 1 && notes[0].contains("is not in the circuit set"), "{notes:?}");
}

#[test]
fn runs_that_do_not_fit_together_are_refused_before_anything_is_built() {
    let parameters = ParameterSet::Standard;
    let built_in = ProvingSet::built_in(parameters).unwrap();
    let pipeline = Pipeline::new(&built_in);
    let [left, right] = [numbers(7, 2, 1), numbers(8, 2, 1)];
    let run = |boundaries| Steps::<Increment>::new(&(), boundaries, &WHOLE[..2]);
    let (left, right) = (run(&left).unwrap(), run(&right).unwrap());

    let error = pipeline.prove(&[&left, &right]).unwrap_err();
    let expected = BrokenChain::Boundary { index: 0 };
    assert!(
        matches!(&error, ProveError::BrokenRuns { run: 1, source } if *source == expected),
        "{error:?}"
    );
    let error = pipeline.prove(&[&left]).unwrap_err();
    assert!(matches!(&error, ProveError::UnknownAir { air } if air == "increment"), "{error:?}");
    assert!(matches!(pipeline.prove(&[]).unwrap_err(), ProveError::Plan(_)));
    let error = Steps::<Increment>::new(&(), &numbers(7, 3, 1), &WHOLE[..2]).unwrap_err();
    assert_eq!(error.to_string(), "2 steps have 3 boundaries, not 4");
}

#[test]
fn a_pipeline_may_be_used_from_other_threads() {
    fn is_send<T: Send>(_: &T) {}
    let set = ProvingSet::built_in(ParameterSet::Standard).unwrap();
    is_send(&Pipeline::new(&set));
    is_send(&set);
    is_send(&CancelToken::new());
}
