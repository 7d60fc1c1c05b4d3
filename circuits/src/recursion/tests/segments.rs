//! Segments alone.

use starfold_primitives::{Claim, Field, Goldilocks};

use super::chain::{ChainAir, ChainColumns, context, origin, segment, system, trace};
use crate::air::{Air, AirBuilder, Cell, Domain, Layout, Trace, constraint_table};
use crate::parameters::{ParameterSet, SegmentRate};
use crate::recursion::{DecodeError, SegmentError, SegmentSystem, ShapeMismatch};

fn reason(error: SegmentError) -> &'static str {
    match error {
        SegmentError::Invalid { .. } => "invalid",
        _ => "other",
    }
}

#[test]
fn a_segment_proves_its_claim_at_every_rate_of_every_parameter_set() {
    assert_eq!(constraint_table(&ChainAir { step: 1 }).degree(), 3);
    for parameters in ParameterSet::ALL {
        for (degree_bits, rate) in (4..8).zip(SegmentRate::ALL) {
            let system = system(parameters, 1, degree_bits, rate.bits());
            let proof = segment(&system, context(7), origin());
            let bytes = system.encode(&proof).unwrap();
            let decoded = system.decode(&bytes).unwrap();
            assert_eq!(decoded.claim(), proof.claim());
            assert_eq!(system.verify(&decoded), Ok(()));
            assert_eq!(system.encode(&decoded).unwrap(), bytes);
        }
    }
}

#[test]
fn a_trace_that_is_no_segment_of_its_claim_is_refused() {
    let system = system(ParameterSet::Weak, 1, 5, 1);
    let (rows, exit) = trace(1, 5, origin());
    let claim = Claim { context: context(7), entry: origin(), exit };
    let unsatisfied = |row, name, more| SegmentError::Unsatisfied { air: "chain", row, name, more };

    let mut wrong = claim;
    wrong.exit[3] += Goldilocks::ONE;
    assert_eq!(system.prove(rows.clone(), &wrong).err(), Some(unsatisfied(31, "exit", 0)));

    let mut broken = rows.clone();
    broken[9][4] += Goldilocks::ONE;
    let error = system.prove(broken, &claim).unwrap_err();
    assert_eq!(error, unsatisfied(8, "step", 1));
    let text =
        "row 8 of the trace breaks the constraint \"step\" of the AIR chain, and 1 more are broken";
    assert_eq!(error.to_string(), text);

    // nor does the prover find a proof that verifies
    let mut broken = rows.clone();
    broken[9][4] += Goldilocks::ONE;
    let unchecked = system.prove_unchecked(broken, &claim);
    assert_eq!(unchecked.map_err(reason).err(), Some("invalid"));
    let unchecked = system.prove_unchecked(rows, &wrong);
    assert_eq!(unchecked.map_err(reason).err(), Some("invalid"));

    let narrow = Trace::from_rows::<Cell>([Goldilocks::ONE; 32]);
    let expected = SegmentError::Columns { expected: ChainColumns::<()>::LEN, actual: 1 };
    assert_eq!(system.prove(narrow, &claim).err(), Some(expected));

    let (short, _) = trace(1, 4, origin());
    let expected = SegmentError::Rows { expected: 32, actual: 16 };
    assert_eq!(system.prove(short, &claim).err(), Some(expected));
}

#[test]
fn lengths_and_rates_without_a_proof_system_are_refused() {
    let rate = SegmentRate::ALL[0];
    for actual in [0, 3, 21, usize::MAX] {
        let system = SegmentSystem::new(ChainAir { step: 1 }, ParameterSet::Weak, actual, rate);
        assert_eq!(system.err(), Some(SegmentError::DegreeBits { actual }));
    }
}

/// One constraint of a degree; it declares `DECLARED`.
#[derive(Clone, Copy, Debug)]
struct PowerAir<const DECLARED: usize>;

impl<const DECLARED: usize> Air for PowerAir<DECLARED> {
    type Columns = Cell;
    type Boundary = Cell;
    const NAME: &'static str = "power";
    const DEGREE: usize = DECLARED;

    fn eval<B: AirBuilder>(
        &self,
        local: &B::Expr,
        _: &B::Expr,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let power = (1..18).fold(*local, |power, _| power * *local);
        builder.assert_zero("the power is 1", Domain::EveryRow, power - builder.one());
        builder.assert_zero("the first is the entry", Domain::FirstRow, *local - public.entry[0]);
    }
}

#[test]
fn a_degree_is_declared_rightly_and_no_higher_than_the_rates_allow() {
    let parameters = ParameterSet::Weak;
    let [.., highest] = SegmentRate::ALL;
    let error = SegmentSystem::new(PowerAir::<17>, parameters, 5, highest).unwrap_err();
    assert_eq!(error, SegmentError::Degree { air: "power", declared: 17, actual: 18 });
    let error = SegmentSystem::new(PowerAir::<18>, parameters, 5, highest).unwrap_err();
    assert_eq!(error, SegmentError::Rate { degree: 18, needed: 5, actual: 4 });
    assert_eq!(SegmentRate::for_degree(18), highest);
    assert_eq!([1, 3, 5, 6, 9, 10].map(|d| SegmentRate::for_degree(d).bits()), [2, 2, 2, 3, 3, 4]);
}

#[test]
fn a_proof_of_another_length_claim_or_air_is_refused() {
    let system_of = |step, bits, rate| system(ParameterSet::Standard, step, bits, rate);
    let system = system_of(1, 5, 2);
    let proof = segment(&system, context(7), origin());

    // the library itself would accept the shorter trace: it reads the length from the proof
    let shorter = segment(&system_of(1, 4, 2), context(7), origin());
    let expected = ShapeMismatch { part: "oracle path", expected: 3, actual: 2 };
    assert_eq!(system.verify(&shorter), Err(SegmentError::Shape(expected)));
    assert_eq!(system.encode(&shorter), Err(expected));
    let other_rate = segment(&system_of(1, 5, 1), context(7), origin());
    let expected = ShapeMismatch { part: "query rounds", expected: 42, actual: 84 };
    assert_eq!(system.verify(&other_rate), Err(SegmentError::Shape(expected)));
    let other_air = segment(&system_of(2, 5, 2), context(7), origin());
    assert_eq!(system.verify(&other_air).map_err(reason), Err("invalid"));

    for index in [0, 15, 43] {
        let mut tampered = proof.clone();
        tampered.0.public_inputs[index] += Goldilocks::ONE;
        assert_eq!(system.verify(&tampered).map_err(reason), Err("invalid"));
    }
}

#[test]
fn hostile_segment_bytes_and_shapes_are_errors() {
    let system = system(ParameterSet::Weak, 1, 9, 1);
    let proof = segment(&system, context(7), origin());
    let bytes = system.encode(&proof).unwrap();
    let expected = bytes.len();
    for actual in [0, 1, expected - 1, expected + 8] {
        let mut other = bytes.clone();
        other.resize(actual, 0);
        let error = DecodeError::Length { expected, actual };
        assert_eq!(system.decode(&other).err(), Some(error));
    }
    for index in (0..expected / 8).step_by(37) {
        let mut other = bytes.clone();
        other[8 * index..8 * index + 8].fill(0xff);
        let error = system.decode(&other).err();
        assert!(
            matches!(error, Some(DecodeError::Element { index: at, .. }) if at == index),
            "{index}: {error:?}"
        );
        let mut other = bytes.clone();
        other[8 * index] ^= 1;
        let decoded = system.decode(&other).unwrap();
        assert_eq!(system.verify(&decoded).map_err(reason), Err("invalid"), "element {index}");
    }
    malform(&system, &proof);
}

/// Each of these lets the library's verifier panic, or says nothing about a trace of the right length.
fn malform(system: &SegmentSystem, proof: &crate::recursion::SegmentProof) {
    type Raw = crate::recursion::segment::RawSegmentProof;
    type Edit = (&'static str, fn(&mut Raw));
    let edits: [Edit; 14] = [
        ("public inputs", |p| p.public_inputs.truncate(43)),
        ("trace cap", |p| p.proof.trace_cap.0.clear()),
        ("quotient cap", |p| p.proof.quotient_polys_cap = None),
        ("auxiliary cap", |p| p.proof.auxiliary_polys_cap = p.proof.quotient_polys_cap.clone()),
        ("local openings", |p| p.proof.openings.local_values.truncate(16)),
        ("next openings", |p| p.proof.openings.next_values.clear()),
        ("quotient openings", |p| p.proof.openings.quotient_polys = None),
        ("cross-table openings", |p| p.proof.openings.ctl_zs_first = Some(vec![])),
        ("FRI commitments", |p| p.proof.opening_proof.commit_phase_merkle_caps.clear()),
        ("query rounds", |p| p.proof.opening_proof.query_round_proofs.clear()),
        ("oracle openings", |p| {
            let round = &mut p.proof.opening_proof.query_round_proofs[1];
            round.initial_trees_proof.evals_proofs.clear();
        }),
        ("oracle path", |p| {
            let round = &mut p.proof.opening_proof.query_round_proofs[0];
            let path = &mut round.initial_trees_proof.evals_proofs[0].1.siblings;
            path.push(path[0]);
        }),
        ("FRI values", |p| {
            p.proof.opening_proof.query_round_proofs[0].steps[0].evals.truncate(3);
        }),
        ("final polynomial", |p| p.proof.opening_proof.final_poly.coeffs.clear()),
    ];
    for (part, edit) in edits {
        let mut malformed = proof.clone();
        edit(&mut malformed.0);
        let error = system.verify(&malformed);
        assert!(
            matches!(error, Err(SegmentError::Shape(ShapeMismatch { part: named, .. })) if named == part),
            "{part}: {error:?}"
        );
    }
}
