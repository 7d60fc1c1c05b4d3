use ark_ff::{BigInt, BigInteger as _, One as _, PrimeField as _};
use plonky2::iop::challenger::Challenger;
use proptest::prelude::*;
use starfold_primitives::{Field as _, GOLDILOCKS_ORDER, Goldilocks};

use crate::bn254::{NodeHash, OuterHasher};
use crate::goldilocks::Element;
use crate::layers::tests::SAMPLE;
use crate::layers::{OuterLayer, OuterProof};
use crate::r1cs::{Bit, ConstraintSystem, Fault, Fr, LinearCombination};
use crate::verifier::challenges::Challenges;
use crate::verifier::transcript::{Transcript, enforce_below_order, split_lane};
use crate::verifier::variables::ProofVariables;

fn compose(bits: &[Bit]) -> u64 {
    Bit::compose(bits).value().into_bigint().0[0]
}

#[derive(Clone, Debug)]
enum Step {
    Element(u64),
    Hash([u8; 32]),
    Squeeze,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..GOLDILOCKS_ORDER).prop_map(Step::Element),
        1 => any::<[u8; 32]>().prop_map(Step::Hash),
        2 => Just(Step::Squeeze),
    ];
    proptest::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_transcript_is_that_of_plonky2(steps in steps()) {
        let mut challenger = Challenger::<Goldilocks, OuterHasher>::new();
        let (mut system, _) = ConstraintSystem::check(&[]);
        let mut transcript = Transcript::default();
        for step in steps {
            match step {
                Step::Element(value) => {
                    let value = Goldilocks::from_canonical_u64(value);
                    challenger.observe_element(value);
                    let element = Element::allocate(&mut system, value).unwrap();
                    transcript.absorb_element(&mut system, &element).unwrap();
                }
                Step::Hash(bytes) => {
                    let hash = NodeHash(Fr::from_le_bytes_mod_order(&bytes));
                    challenger.observe_hash::<OuterHasher>(hash);
                    let hash = system.allocate(hash.0);
                    transcript.absorb_hash(&mut system, &hash).unwrap();
                }
                Step::Squeeze => {
                    let challenge = transcript.squeeze(&mut system).unwrap();
                    prop_assert_eq!(challenge.value(), challenger.get_challenge());
                }
            }
        }
    }
}

#[test]
fn a_long_element_is_not_absorbed() {
    let (mut system, _) = ConstraintSystem::record(0);
    let long = Element::from_bounded(LinearCombination::zero(), 65);
    let fault = Fault::TooManyBits { section: "start", bits: 65, limit: 64 };
    assert_eq!(Transcript::default().absorb_element(&mut system, &long), Err(fault));
}

fn draw(
    system: &mut ConstraintSystem,
    layer: &OuterLayer,
    proof: &OuterProof,
) -> Result<Challenges, Fault> {
    let inputs = proof.public_inputs.iter().map(|&input| Element::allocate(system, input));
    let inputs: Vec<Element> = inputs.collect::<Result<_, _>>()?;
    system.enter_section("values");
    let variables = ProofVariables::allocate(system, proof)?;
    system.enter_section("transcript");
    Challenges::draw(system, layer, &inputs.try_into().unwrap(), &variables)
}

#[test]
fn challenges_are_those_of_plonky2() {
    let (layer, proof) = &*SAMPLE;
    let (mut system, _) = ConstraintSystem::check(&[]);
    let drawn = draw(&mut system, layer, proof).unwrap();
    let digest = &layer.key().circuit_digest;
    let expected =
        proof.get_challenges(proof.get_public_inputs_hash(), digest, layer.common()).unwrap();
    let values = |elements: &[Element]| elements.iter().map(Element::value).collect::<Vec<_>>();
    assert_eq!(values(&drawn.betas), expected.plonk_betas);
    assert_eq!(values(&drawn.gammas), expected.plonk_gammas);
    assert_eq!(values(&drawn.alphas), expected.plonk_alphas);
    assert_eq!(drawn.zeta.value(), expected.plonk_zeta);
    let fri = expected.fri_challenges;
    assert_eq!(drawn.fri_alpha.value(), fri.fri_alpha);
    assert_eq!(drawn.fri_betas.iter().map(|b| b.value()).collect::<Vec<_>>(), fri.fri_betas);
    let indices = drawn.query_indices.iter().map(|bits| compose(bits) as usize);
    assert_eq!(indices.collect::<Vec<_>>(), fri.fri_query_indices);
    assert!(drawn.query_indices.iter().all(|bits| bits.len() == 17));
}

#[test]
fn both_readings_agree_and_have_their_size() {
    let (layer, proof) = &*SAMPLE;
    let (mut recorder, _) = ConstraintSystem::record(0);
    draw(&mut recorder, layer, proof).unwrap();
    let recorded = recorder.into_recorded().unwrap();
    let (mut checker, _) = ConstraintSystem::check(&[]);
    draw(&mut checker, layer, proof).unwrap();
    assert_eq!(recorded.first_broken(&checker.into_assignment()), None);
    let sizes = recorded.sections.iter().map(|section| (section.name, section.constraints));
    assert_eq!(
        sizes.collect::<Vec<_>>(),
        [("start", 256), ("values", 34624), ("transcript", 65118)]
    );
}

#[test]
fn a_wrong_proof_of_work_is_refused() {
    let (layer, sample) = &*SAMPLE;
    let mut proof = sample.clone();
    proof.proof.opening_proof.pow_witness += Goldilocks::ONE;
    let (mut system, _) = ConstraintSystem::check(&[]);
    let refused = draw(&mut system, layer, &proof).map(drop);
    assert!(
        matches!(refused, Err(Fault::Unsatisfied { section: "transcript", .. })),
        "{refused:?}"
    );
}

/// Every witness of a small transcript is bound by a constraint.
#[test]
fn no_witness_of_a_transcript_is_free() {
    let program = |system: &mut ConstraintSystem| {
        let mut transcript = Transcript::default();
        let hash = system.allocate(-Fr::from(5u64));
        system.enforce_equal(&hash, &LinearCombination::constant(-Fr::from(5u64)))?;
        transcript.absorb_hash(system, &hash)?;
        transcript.squeeze_canonical(system)?;
        transcript.squeeze_extension(system).map(drop)
    };
    let (mut recorder, _) = ConstraintSystem::record(0);
    program(&mut recorder).unwrap();
    let recorded = recorder.into_recorded().unwrap();
    let (mut checker, _) = ConstraintSystem::check(&[]);
    program(&mut checker).unwrap();
    let mut assignment = checker.into_assignment();
    assert_eq!(recorded.first_broken(&assignment), None);
    for witness in 1..assignment.len() {
        assignment[witness] += Fr::one();
        assert!(recorded.first_broken(&assignment).is_some(), "witness {witness} is free");
        assignment[witness] -= Fr::one();
    }
}

#[test]
fn a_lane_has_one_decomposition() {
    let split = |value: u64, integer: [u64; 4]| {
        let (mut system, _) = ConstraintSystem::check(&[]);
        let lane = system.allocate(Fr::from(value));
        split_lane(&mut system, &lane, integer)
    };
    let limbs = split(7, [7, 0, 0, 0]).unwrap();
    assert_eq!(limbs.iter().map(|limb| compose(limb)).collect::<Vec<_>>(), [7, 0, 0]);
    // the order and seven is seven too, and has no more than 254 bits
    let mut integer = Fr::MODULUS;
    assert!(!integer.add_with_carry(&BigInt::from(7u64)));
    assert!(integer.num_bits() <= Fr::MODULUS_BIT_SIZE);
    assert!(matches!(split(7, integer.0), Err(Fault::Unsatisfied { .. })));
    assert!(matches!(split(7, [8, 0, 0, 0]).map(|limbs| compose(&limbs[0])), Ok(7)));
    assert!(matches!(split(7, [7, 1, 0, 0]), Err(Fault::Unsatisfied { .. })));
    assert!(matches!(split(7, [7, 0, 0, u64::MAX]), Err(Fault::Unsatisfied { .. })));
}

#[test]
fn an_index_comes_from_an_integer_below_the_order() {
    for (integer, holds) in [
        (0, true),
        (u64::MAX << 33, true),
        ((u64::MAX << 32) - 1, true),
        (u64::MAX << 32, false),
        (GOLDILOCKS_ORDER, false),
        (u64::MAX, false),
    ] {
        let (mut system, _) = ConstraintSystem::check(&[]);
        let value = system.allocate(Fr::from(integer));
        let bits = system.decompose(&value, 64).unwrap();
        assert_eq!(enforce_below_order(&mut system, &bits).is_ok(), holds, "{integer:x}");
    }
}
