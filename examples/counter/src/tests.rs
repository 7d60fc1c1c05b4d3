use starfold_aggregator::{Pipeline, PlanOptions};
use starfold_circuits::air::{Claim, Element, Field, Trace};
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::batch_verifier;
use starfold_circuits::provable::{ProvableTransition as _, Run};
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::recursion::{BatchStatement, Catalogue};
use starfold_circuits::testing::{
    Forgery, check_agreement, check_cells, check_claim, check_degree, check_forgeries, check_honest,
};

use super::{Count, Counter, CounterAir};

/// Five steps from 7 on, in eight rows.
fn honest() -> (Trace, Claim<Element>) {
    let entry = Count { count: Element::from_canonical_u64(7) };
    let (trace, exit) = Counter::trace(&(), &entry, &[(); 5], 8).unwrap();
    assert_eq!(exit.count, Element::from_canonical_u64(12));
    (trace, Claim::between(&(), &entry, &exit))
}

#[test]
fn the_air_is_what_it_says() {
    let (trace, claim) = honest();
    check_degree(&CounterAir).unwrap();
    check_agreement(CounterAir, 1).unwrap();
    check_honest(&CounterAir, &trace, &claim).unwrap();
    check_claim(&CounterAir, &trace, &claim).unwrap();
    check_cells(&CounterAir, &trace, &claim, 0..8, |_, _, _| true).unwrap();
}

#[test]
fn every_constraint_is_needed() {
    let forgeries = [
        Forgery {
            title: "two at once",
            edit: |trace, claim| {
                trace[7][1] = Element::TWO;
                claim.exit[0] += Element::TWO;
            },
            breaks: &["a row is a step or padding"],
        },
        Forgery {
            title: "another entry",
            edit: |_, claim| claim.entry[0] += Element::ONE,
            breaks: &["it begins at the entry"],
        },
        Forgery {
            title: "a jump in the middle",
            edit: |trace, claim| {
                (4..8).for_each(|row| trace[row][0] += Element::ONE);
                claim.exit[0] += Element::ONE;
            },
            breaks: &["a step adds one"],
        },
        Forgery {
            title: "another exit",
            edit: |_, claim| claim.exit[0] += Element::ONE,
            breaks: &["it ends at the exit"],
        },
    ];
    let (trace, claim) = honest();
    check_forgeries(&CounterAir, &trace, &claim, &forgeries).unwrap();
}

#[test]
fn five_segments_are_folded_and_the_batch_proof_verifies() {
    let parameters = ParameterSet::Standard;
    let set = ProvingSet::derive(parameters, Catalogue::new().with::<Counter>()).unwrap();
    let counts: Vec<_> =
        (0..=1200).map(|i| Count { count: Element::from_canonical_u64(i) }).collect();
    let run = Run::<Counter>::new(&(), &counts, &[(); 1200]).unwrap();
    let options = PlanOptions { segment: Some(256), ..PlanOptions::default() };
    let proved = Pipeline::new(&set).options(options).prove(&[&run]).unwrap();
    assert_eq!((proved.report.segments, proved.report.fold_levels), (5, 3));
    let claim = Claim::between(&(), &counts[0], &counts[1200]);
    assert_eq!(proved.statement, BatchStatement { claim, set: set.root() });
    batch_verifier(parameters).unwrap().verify(&proved.proof, &proved.statement).unwrap();
}
