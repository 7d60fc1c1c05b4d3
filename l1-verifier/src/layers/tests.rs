use std::collections::BTreeMap;
use std::sync::LazyLock;

use ark_ff::{BigInteger as _, One as _, PrimeField as _};
use plonky2::plonk::circuit_data::VerifierCircuitData;
use plonky2::plonk::config::Hasher as _;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_circuits::recursion::DecodeError;
use starfold_primitives::{GOLDILOCKS_ORDER, NotCanonical};

use super::cache::testing::by_another_program;
use super::{
    CONSTANTS_HEIGHT, ChainBuildError, ChainCacheError, ChainError, LayerChain, OuterDecodeError,
    OuterLayer, OuterLayerError, OuterProof, OuterShapeMismatch, OuterVerifierOnly, ProofValue,
    ShrinkProof, visit_values,
};
use crate::bn254::{NotBelowOrder, OuterHasher};
use crate::groth16::{Circuit, KeyError, KeySummary, development_key};
use crate::r1cs::{ConstraintSystem, Fr};
use crate::{Wrapper, WrapperError};

const BATCH_PROOF: &[u8] = include_bytes!("../../testdata/batch.proof");
const OUTER_PROOF: &[u8] = include_bytes!("../../testdata/outer.proof");

/// The committed layer and a proof of it.
pub(crate) static SAMPLE: LazyLock<(OuterLayer, OuterProof)> = LazyLock::new(|| {
    let layer = OuterLayer::committed().unwrap();
    let proof = layer.decode(OUTER_PROOF).unwrap();
    (layer, proof)
});

/// Whether plonky2's own verifier accepts.
pub(crate) fn verifies(layer: &OuterLayer, proof: &OuterProof) -> bool {
    let (verifier_only, common) = (layer.key().clone(), layer.common().clone());
    VerifierCircuitData { verifier_only, common }.verify(proof.clone()).is_ok()
}

#[test]
fn the_chain_ends_with_the_committed_layer() {
    let chain = LayerChain::build_uncommitted().unwrap();
    if std::env::var_os("STARFOLD_WRITE_OUTER").is_some() {
        std::fs::write("artifacts/outer-standard.bin", chain.layer().to_artifact()).unwrap();
    }
    let batch = batch_verifier(ParameterSet::Standard).unwrap().decode(BATCH_PROOF).unwrap();
    let shrink: ShrinkProof = chain.prove_shrink(&batch).unwrap();
    let proof = chain.prove_outer(&shrink).unwrap();
    assert_eq!(proof.public_inputs, batch.exposed().0);
    assert!(verifies(chain.layer(), &proof));
    if std::env::var_os("STARFOLD_WRITE_OUTER").is_some() {
        std::fs::write("testdata/outer.proof", chain.layer().encode(&proof).unwrap()).unwrap();
    }
    let committed = OuterLayer::committed().unwrap();
    assert!(*chain.layer() == committed, "run with STARFOLD_WRITE_OUTER=1 to write the layer");
    only_valid_proofs_pass(&chain);
    the_cache_holds_the_chain(&chain);
    a_key_of_another_circuit_makes_no_wrapper(chain);
}

fn a_key_of_another_circuit_makes_no_wrapper(chain: LayerChain) {
    let (mut system, inputs) = ConstraintSystem::record(2);
    let product = system.multiply(&inputs[0], &inputs[0]).unwrap();
    system.enforce_equal(&product, &inputs[1]).unwrap();
    let squares = Circuit::new(system.into_recorded().unwrap());
    let key = development_key(&squares).unwrap();
    let refused = Wrapper::new(chain, |_| Ok::<_, WrapperError>(key)).map(drop);
    let Err(WrapperError::Key(error)) = refused else { panic!("{refused:?}") };
    let expected = KeySummary::development().unwrap().circuit;
    assert_eq!(error, KeyError::OtherCircuit { expected, actual: squares.digest() });
}

fn the_cache_holds_the_chain(chain: &LayerChain) {
    let mut bytes = chain.to_cache_bytes();
    // the name is the beginning of what the bytes say of the program, after eight of magic
    assert_eq!(LayerChain::cache_name(), hex::encode(&bytes[8..24]));
    let read = LayerChain::from_cache_bytes(&bytes).unwrap();
    assert!(read.layer() == chain.layer());
    assert!(read.to_cache_bytes() == bytes);
    let refused = |bytes: &[u8]| LayerChain::from_cache_bytes(bytes).map(drop).unwrap_err();
    let other = by_another_program(&bytes);
    assert_eq!(refused(&other), ChainBuildError::Cache(ChainCacheError::Program));
    let damaged = ChainBuildError::Cache(ChainCacheError::Damaged);
    assert_eq!(refused(&bytes[..1000]), damaged);
    assert_eq!(refused(&[]), damaged);
    *bytes.last_mut().unwrap() ^= 1;
    assert_eq!(refused(&bytes), damaged);
}

fn only_valid_proofs_pass(chain: &LayerChain) {
    let other = batch_verifier(ParameterSet::Conservative).unwrap();
    let Err(DecodeError::Length { expected, .. }) = other.decode(&[]) else { unreachable!() };
    let other = other.decode(&vec![0; expected]).unwrap();
    assert!(matches!(chain.prove(&other), Err(ChainError::Shape(_))));
    let mut bytes = BATCH_PROOF.to_vec();
    bytes[0] ^= 1;
    let wrong = batch_verifier(ParameterSet::Standard).unwrap().decode(&bytes).unwrap();
    assert!(matches!(chain.prove(&wrong), Err(ChainError::Invalid { .. })));
}

#[test]
fn the_sample_is_a_proof_of_the_sample_batch() {
    let (layer, proof) = &*SAMPLE;
    assert!(verifies(layer, proof));
    let batch = batch_verifier(ParameterSet::Standard).unwrap().decode(BATCH_PROOF).unwrap();
    assert_eq!(proof.public_inputs, batch.exposed().0);
}

#[test]
fn a_layer_survives_its_artifact() {
    let layer = &SAMPLE.0;
    let mut bytes = layer.to_artifact();
    assert_eq!(OuterLayer::from_artifact(&bytes), Ok(layer.clone()));
    for length in [100, 16_384, 17_000] {
        assert_eq!(OuterLayer::from_artifact(&bytes[..length]), Err(OuterLayerError::Malformed));
    }
    bytes[31] = 0xff;
    assert_eq!(OuterLayer::from_artifact(&bytes), Err(OuterLayerError::Malformed));
}

#[test]
fn a_circuit_of_another_shape_is_no_outer_layer() {
    let layer = &SAMPLE.0;
    let build = |change: &dyn Fn(&mut super::OuterCommon)| {
        let mut common = layer.common().clone();
        change(&mut common);
        OuterLayer::new(common, layer.key().clone(), layer.constants_nodes().to_vec()).map(drop)
    };
    let number = |part, actual, expected| Err(OuterLayerError::Number { part, expected, actual });
    assert_eq!(build(&|_| ()), Ok(()));
    assert_eq!(build(&|c| c.fri_params.degree_bits = 13), number("logarithm of rows", 13, 12));
    assert_eq!(build(&|c| c.num_public_inputs = 5), number("number of public inputs", 5, 4));
    assert_eq!(build(&|c| c.config.num_challenges = 3), number("number of challenges", 3, 2));
    assert_eq!(build(&|c| c.num_constants = 7), number("number of constant columns", 44, 43));
    assert_eq!(build(&|c| c.num_lookup_polys = 1), Err(OuterLayerError::Lookups));
    assert_eq!(build(&|c| c.fri_params.hiding = true), Err(OuterLayerError::Hiding));
    let queries = |c: &mut super::OuterCommon| c.fri_params.config.num_query_rounds = 1;
    assert_eq!(build(&queries), number("number of queries", 1, 17));
    assert_eq!(build(&|c| c.fri_params.config.rate_bits = 4), number("rate", 4, 5));
    let work = |c: &mut super::OuterCommon| c.config.fri_config.proof_of_work_bits = 0;
    assert_eq!(build(&work), number("proof of work", 0, 16));
    let folds = |c: &mut super::OuterCommon| c.fri_params.reduction_arity_bits = vec![3, 4];
    assert_eq!(build(&folds), number("arity of folds", 4, 3));
    let tree = Err(OuterLayerError::RowLength { tree: "wires" });
    assert_eq!(build(&|c| c.config.num_wires = 43), tree);
}

#[test]
fn nodes_of_another_tree_are_refused() {
    let layer = &SAMPLE.0;
    let mut nodes = layer.constants_nodes().to_vec();
    nodes[300].0 += Fr::one();
    let refused = OuterLayer::new(layer.common().clone(), layer.key().clone(), nodes);
    assert_eq!(refused, Err(OuterLayerError::ConstantsNodes));
    let refused = OuterLayer::new(layer.common().clone(), layer.key().clone(), vec![]);
    let part = "number of constants nodes";
    assert_eq!(refused, Err(OuterLayerError::Number { part, expected: 512, actual: 0 }));
}

/// What a verifier takes as constants is what the key commits to.
#[test]
fn the_nodes_hash_to_the_cap_of_the_key() {
    let layer = &SAMPLE.0;
    let OuterVerifierOnly { constants_sigmas_cap, .. } = layer.key();
    let mut nodes = layer.constants_nodes().to_vec();
    assert_eq!(nodes.len(), 1 << CONSTANTS_HEIGHT);
    while nodes.len() > constants_sigmas_cap.0.len() {
        nodes = nodes.chunks(2).map(|pair| OuterHasher::two_to_one(pair[0], pair[1])).collect();
    }
    assert_eq!(nodes, constants_sigmas_cap.0);
}

#[test]
fn a_proof_survives_its_encoding() {
    let (layer, proof) = &*SAMPLE;
    let (mut elements, mut hashes) = (0, 0);
    visit_values(&mut proof.clone(), |_, value| match value {
        ProofValue::Element(_) => elements += 1,
        ProofValue::Hash(_) => hashes += 1,
    });
    assert_eq!(8 * elements + 32 * hashes, OUTER_PROOF.len());
    assert_eq!(layer.encode(proof).unwrap(), OUTER_PROOF);
    assert_eq!(layer.decode(OUTER_PROOF).as_ref(), Ok(proof));
}

#[test]
fn bytes_that_are_no_proof_are_refused() {
    let layer = &SAMPLE.0;
    let (expected, actual) = (OUTER_PROOF.len(), OUTER_PROOF.len() - 1);
    let short = layer.decode(&OUTER_PROOF[1..]);
    assert_eq!(short, Err(OuterDecodeError::Length { expected, actual }));

    let mut bytes = OUTER_PROOF.to_vec();
    bytes[8..16].copy_from_slice(&GOLDILOCKS_ORDER.to_le_bytes());
    let source = NotCanonical { value: GOLDILOCKS_ORDER };
    let element = Err(OuterDecodeError::Element { part: "public inputs", source });
    assert_eq!(layer.decode(&bytes), element);

    let mut bytes = OUTER_PROOF.to_vec();
    bytes[32..64].copy_from_slice(&Fr::MODULUS.to_bytes_le());
    let source = NotBelowOrder { limbs: Fr::MODULUS.0 };
    assert_eq!(layer.decode(&bytes), Err(OuterDecodeError::Hash { part: "wire cap", source }));
}

#[test]
fn proofs_of_other_lengths_are_refused() {
    let (layer, sample) = &*SAMPLE;
    let check = |change: &dyn Fn(&mut OuterProof)| {
        let mut proof = sample.clone();
        change(&mut proof);
        layer.check_lengths(&proof).map_err(|OuterShapeMismatch { part, .. }| part)
    };
    assert_eq!(check(&|_| ()), Ok(()));
    assert_eq!(check(&|p| p.public_inputs.truncate(1)), Err("public inputs"));
    assert_eq!(check(&|p| p.proof.wires_cap.0.truncate(1)), Err("wire cap"));
    assert_eq!(check(&|p| p.proof.openings.wires.truncate(1)), Err("wire openings"));
    let lookup = |p: &mut OuterProof| p.proof.openings.lookup_zs.push(Default::default());
    assert_eq!(check(&lookup), Err("lookup openings"));
    let fri = |change: fn(&mut super::values::Fri)| {
        check(&|proof| change(&mut proof.proof.opening_proof))
    };
    assert_eq!(fri(|f| f.commit_phase_merkle_caps.truncate(1)), Err("fold caps"));
    assert_eq!(fri(|f| f.final_poly.coeffs.truncate(1)), Err("final polynomial"));
    assert_eq!(fri(|f| f.query_round_proofs.truncate(1)), Err("queries"));
    let round = |change: fn(&mut super::values::QueryRound)| {
        check(&|proof| change(&mut proof.proof.opening_proof.query_round_proofs[16]))
    };
    assert_eq!(round(|r| r.steps.truncate(1)), Err("folds of a query"));
    assert_eq!(round(|r| r.steps[1].merkle_proof.siblings.truncate(1)), Err("fold path"));
    assert_eq!(round(|r| r.steps[0].evals.truncate(1)), Err("fold row"));
    let trees = |r: &mut super::values::QueryRound| r.initial_trees_proof.evals_proofs.truncate(1);
    assert_eq!(round(trees), Err("rows of a query"));
    let row = |r: &mut super::values::QueryRound| {
        r.initial_trees_proof.evals_proofs[3].0.push(Default::default());
    };
    assert_eq!(round(row), Err("quotient row"));
}

/// One value of every part, changed, makes a proof that plonky2 refuses.
#[test]
fn plonky2_refuses_a_change_in_any_part() {
    let (layer, sample) = &*SAMPLE;
    let mut places = BTreeMap::new();
    let mut count = 0;
    visit_values(&mut sample.clone(), |place, _| {
        if place.query.is_none_or(|query| query == 5) {
            places.insert(place, count);
        }
        count += 1;
    });
    assert_eq!(places.len(), 25);
    for (place, changed) in places {
        let mut proof = sample.clone();
        super::add_one(&mut proof, changed);
        assert!(!verifies(layer, &proof), "{place:?}");
    }
}
