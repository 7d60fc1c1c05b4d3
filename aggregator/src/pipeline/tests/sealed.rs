//! What the built-in rollup sealed.

use std::fs;
use std::path::PathBuf;

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::PinsError;
use starfold_circuits::provable;
use starfold_circuits::recursion::Catalogue;
use starfold_circuits::recursion::{
    BatchStatement, BatchVerifyError, DecodeError, FoldError, SegmentError,
};
use starfold_circuits::transaction::Transactions;
use starfold_primitives::claim::{BrokenChain, CLAIM_LEN, Claim};
use starfold_primitives::word::Word;
use starfold_primitives::{Digest, Field, Goldilocks};
use starfold_state::Overlay;
use starfold_transition::testing::arbitrary_batch;
use starfold_transition::{Kind, SealedBatch, seal};

use super::super::*;
use super::Heard;
use crate::artifact::ArtifactKind;
use crate::plan::Costs;
use crate::proof_file::{BatchProofFile, Verified, VerifyError};
use crate::sealed::{ProveRequest, Proved, prove};

/// A batch of four transactions, of which the last collects the fees.
fn batch() -> SealedBatch {
    let (state, inputs) = arbitrary_batch(1, 3);
    let snapshot = state.snapshot();
    let batch = seal(&mut Overlay::new(&snapshot), &inputs).unwrap().batch;
    assert_eq!(batch.transactions.len(), 4);
    assert_eq!(batch.transactions[3].operation.kind, Kind::CollectFee);
    batch
}

/// One transaction a segment, two segments a leaf.
const OPTIONS: PlanOptions = PlanOptions {
    segment: Some(1),
    fan_in: Some(2),
    threads: None,
    max_memory_bytes: None,
    profile: false,
    costs: Costs::REFERENCE,
};

/// A batch, its circuits and a place for its proofs.
struct Scene {
    folder: tempfile::TempDir,
    batch: SealedBatch,
    set: ProvingSet,
}

impl Scene {
    fn new() -> Self {
        let set = ProvingSet::built_in(ParameterSet::Standard).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), batch: batch(), set }
    }

    fn artifacts(&self) -> PathBuf {
        self.folder.path().join("artifacts")
    }

    fn prove_batch(
        &self,
        batch: &SealedBatch,
        progress: &dyn Progress,
    ) -> Result<Proved, ProveError> {
        let request = ProveRequest {
            batch,
            parameters: ParameterSet::Standard,
            options: OPTIONS,
            artifacts: &self.artifacts(),
            cache: &self.folder.path().join("cache"),
        };
        prove(&request, progress)
    }

    fn prove(&self, progress: &dyn Progress) -> Proved {
        self.prove_batch(&self.batch, progress).unwrap()
    }

    fn files(&self, kind: ArtifactKind) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> =
            fs::read_dir(self.artifacts()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| {
            path.file_name().unwrap().to_string_lossy().starts_with(&format!("{kind}-"))
        });
        files.sort();
        files
    }

    fn counts(&self) -> [usize; 4] {
        ArtifactKind::ALL.map(|kind| self.files(kind).len())
    }
}

#[test]
fn a_batch_is_proved_resumed_and_repaired() {
    let scene = Scene::new();
    let heard = Heard::default();
    let first = scene.prove(&heard);
    let ProveReport { blocks, noops, segment, segments, leaves, fold_levels, .. } = first.report;
    assert_eq!([blocks, noops, segment, segments, leaves, fold_levels], [4, 0, 1, 4, 2, 1]);
    assert_eq!((first.report.proofs_made, first.report.proofs_reused), (8, 0));
    assert_eq!(scene.counts(), [4, 2, 1, 1]);
    let stages = [
        (Stage::Build, 3),
        (Stage::Prove, 4),
        (Stage::Leaf, 2),
        (Stage::Fold, 1),
        (Stage::Batch, 1),
    ];
    assert_eq!(heard.stages.into_inner().unwrap(), stages);
    let steps = heard.steps.into_inner().unwrap();
    assert!(stages.iter().all(|last| steps.contains(last)), "{steps:?}");
    assert_eq!(heard.notes.into_inner().unwrap(), Vec::<String>::new());

    // nothing is proved twice
    let again = scene.prove(&Silent);
    assert_eq!((again.report.proofs_made, again.report.proofs_reused), (0, 1));
    assert_eq!(again.proof, first.proof);

    repairs(&scene);
    wrong_order(&scene);
    wrong_pins(&scene);
    wrong_witness(&scene);
    tampering(&first.proof);
}

/// Of a damaged store, what is damaged is noted and made again, and only that.
fn repairs(scene: &Scene) {
    for kind in [ArtifactKind::Batch, ArtifactKind::Fold] {
        fs::remove_file(&scene.files(kind)[0]).unwrap();
    }
    let leaf = &scene.files(ArtifactKind::Leaf)[0];
    let mut bytes = fs::read(leaf).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(leaf, bytes).unwrap();

    let heard = Heard::default();
    let repaired = scene.prove(&heard);
    let notes = heard.notes.into_inner().unwrap();
    assert!(notes.len() == 1 && notes[0].contains(leaf.to_str().unwrap()), "{notes:?}");
    // a leaf and two segments are found; a leaf, the fold and the batch are made
    assert_eq!((repaired.report.proofs_made, repaired.report.proofs_reused), (3, 3));
    assert_eq!(scene.counts(), [4, 2, 1, 1]);
    repaired.proof.verify().unwrap();
}

/// The two leaf proofs fold in one order only.
fn wrong_order(scene: &Scene) {
    let SealedBatch { context, boundaries, transactions, .. } = &scene.batch;
    let transactions = provable::Run::<Transactions>::new(context, boundaries, transactions);
    let transactions = transactions.unwrap();
    let pipeline = Pipeline::new(&scene.set).options(OPTIONS);
    let run = Run {
        batch: Batch::new(&[&transactions]).unwrap(),
        set: &scene.set,
        plan: pipeline.plan(&[("transaction", 4)]).unwrap(),
        store: Some(ArtifactStore::open(&scene.artifacts()).unwrap()),
        cache: None,
        progress: &Silent,
        cancel: None,
        made: AtomicU64::new(0),
        reused: AtomicU64::new(0),
    };
    let fold = fold_circuit(&run).unwrap();
    let nodes = run.plan.tree.nodes();
    let [left, right] = [0, 1].map(|leaf| run.load_node(&nodes[leaf], &fold).unwrap());
    let error = fold.prove(scene.set.circuit_set(), right, left).unwrap_err();
    let source = BrokenChain::Boundary { index: 0 };
    let expected = FoldError::BrokenChain { index: 1, source };
    assert_eq!(error, expected);
}

/// An opening that is not the state's makes no proof.
fn wrong_witness(scene: &Scene) {
    let mut batch = scene.batch.clone();
    // another batch, or its proof would be found
    let last = batch.transactions.last_mut().unwrap();
    let recipient = last.recipient.as_mut().unwrap();
    recipient.account.siblings[5].0[0] += Goldilocks::ONE;
    fs::remove_dir_all(scene.artifacts()).unwrap();
    let error = scene.prove_batch(&batch, &Silent).unwrap_err();
    assert!(
        matches!(&error, ProveError::TraceClaim { transactions, .. } if *transactions == (3..4))
            || matches!(&error, ProveError::Segment { transactions, source: SegmentError::Unsatisfied { .. } } if *transactions == (3..4)),
        "{error:?}"
    );
}

/// Every element of the claim, every word and the proof itself is bound.
fn tampering(file: &BatchProofFile) {
    let Verified { claim, circuit_digest, circuit_set, exposed, parameters } =
        file.verify().unwrap();
    assert_eq!((claim, parameters), (file.claim, file.parameters));
    let set = ProvingSet::built_in(parameters).unwrap();
    assert_eq!((circuit_digest, circuit_set), (set.pins().batch, set.root()));
    assert_eq!(exposed, BatchStatement { claim, set: circuit_set }.exposed());
    let refused = |file: &BatchProofFile| file.verify().unwrap_err();
    let elements = file.claim.to_elements();
    for position in 0..CLAIM_LEN {
        let mut changed = elements;
        changed[position] += Goldilocks::ONE;
        let claim = Claim::from_elements(&changed);
        let error = refused(&BatchProofFile { claim, ..file.clone() });
        let is_expected = match position {
            // z1, D and y1
            8 | 9 => matches!(error, VerifyError::WordsPoint { .. }),
            32..=35 => matches!(error, VerifyError::WordsDigest { .. }),
            36 | 37 => matches!(error, VerifyError::WordsEvaluation { .. }),
            // what is free: context, roots, counter
            0..8 | 12..16 | 28..32 | 39 => {
                matches!(error, VerifyError::Proof(BatchVerifyError::Statement { .. }))
            }
            _ => matches!(&error, VerifyError::NotClosed(e) if e.position == position),
        };
        assert!(is_expected, "element {position}: {error:?}");
    }

    let digest = |file: &BatchProofFile| matches!(refused(file), VerifyError::WordsDigest { .. });
    let mut changed = file.clone();
    let mut limbs = changed.words[1].limbs();
    limbs[2] ^= 1;
    changed.words[1] = Word::new(limbs).unwrap();
    assert!(digest(&changed));
    changed.words = file.words[1..].to_vec();
    assert!(digest(&changed));
    changed.words = file.words.repeat(2000);
    assert!(matches!(refused(&changed), VerifyError::TooManyWords { .. }));

    let changed = BatchProofFile { version: 9, ..file.clone() };
    assert_eq!(refused(&changed), VerifyError::Version { expected: 1, actual: 9 });
    let changed = BatchProofFile { parameters: ParameterSet::Conservative, ..file.clone() };
    assert!(matches!(refused(&changed), VerifyError::Decode(DecodeError::Length { .. })));
    let other_set = file.verify_in(Digest::ZERO).unwrap_err();
    let statement = |error| matches!(error, VerifyError::Proof(BatchVerifyError::Statement { .. }));
    assert!(statement(other_set));
    // the first four elements of the proof are what it exposes
    for (at, exposed) in [(0, true), (32, false), (file.proof.len() / 2, false)] {
        let mut changed = file.clone();
        changed.proof[at] ^= 1;
        let error = refused(&changed);
        match error {
            VerifyError::Proof(BatchVerifyError::Statement { .. }) => assert!(exposed),
            VerifyError::Proof(BatchVerifyError::Invalid { .. }) => assert!(!exposed),
            other => panic!("byte {at}: {other:?}"),
        }
    }
}

/// A circuit is used only if it is the pinned one.
fn wrong_pins(scene: &Scene) {
    let catalogue = || Catalogue::new().with::<Transactions>();
    let pinned = |text: &str| ProvingSet::pinned(ParameterSet::Standard, catalogue(), text);
    let SealedBatch { context, boundaries, transactions, .. } = &scene.batch;
    let run = provable::Run::<Transactions>::new(context, boundaries, transactions).unwrap();
    let pipeline = Pipeline::new(&scene.set).options(OPTIONS);
    let spec = pipeline.plan(&[("transaction", 4)]).unwrap().leaves[0].spec;
    let honest = scene.set.to_pins().unwrap();
    assert_eq!(pinned(&honest).unwrap().root(), scene.set.root());

    let (actual, foreign) =
        (scene.set.leaf(&spec).unwrap(), Digest::from_canonical([9; 4]).unwrap());
    let set = pinned(&honest.replace(&actual.to_string(), &foreign.to_string())).unwrap();
    let cache = scene.folder.path().join("cache");
    let error = Pipeline::new(&set).options(OPTIONS).cache(&cache).prove(&[&run]).unwrap_err();
    assert!(
        matches!(&error, ProveError::Circuit { name, pinned, actual: built }
            if *name == spec.to_string() && *pinned == foreign && *built == actual),
        "{error:?}"
    );
    let other = honest.replace(&spec.to_string(), "another");
    let error = pinned(&other).unwrap_err();
    assert!(matches!(&error, PinsError::Catalogue { index: 0, .. }), "{error:?}");
    let fold = scene.set.pins().fold.to_string();
    let error = pinned(&honest.replace(&fold, &foreign.to_string())).unwrap_err();
    assert!(matches!(&error, PinsError::Circuit { name, .. } if name == "fold"), "{error:?}");
    let twice = catalogue().with::<Transactions>();
    let error = ProvingSet::pinned(ParameterSet::Standard, twice, &honest).unwrap_err();
    assert!(matches!(&error, PinsError::Duplicate { .. }), "{error:?}");
}
