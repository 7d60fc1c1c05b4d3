mod fixture;
mod mutation;
mod parts;

use self::fixture::Fixture;
use crate::r1cs::{ConstraintSystem, Fault, Fr, Matrices, Matrix, Recorded};

/// One query of a proof recorded, with an assignment that satisfies it.
fn recorded(fixture: &Fixture, query: usize) -> (Recorded, Vec<Fr>) {
    let (mut recorder, _) = ConstraintSystem::record(0);
    fixture.run(&mut recorder, query).unwrap();
    let recorded = recorder.into_recorded().unwrap();
    let (mut checker, _) = ConstraintSystem::check(&[]);
    fixture.run(&mut checker, query).unwrap();
    assert_eq!(checker.constraints(), recorded.matrices.constraints());
    let assignment = checker.into_assignment();
    assert_eq!(recorded.first_broken(&assignment), None);
    (recorded, assignment)
}

#[test]
fn every_query_of_a_proof_holds() {
    let fixture = Fixture::small();
    for query in 0..fixture.challenges.indices.len() {
        fixture.check(query).unwrap();
    }
}

#[test]
fn the_matrices_do_not_depend_on_values() {
    let fixture = Fixture::small();
    let (first, _) = recorded(fixture, 0);
    let (second, _) = recorded(fixture, 1);
    assert_eq!(first.matrices, second.matrices);
    let (mut recorder, _) = ConstraintSystem::record(0);
    mutation::cleared(fixture).run(&mut recorder, 0).unwrap();
    assert_eq!(first.matrices, recorder.into_recorded().unwrap().matrices);
}

#[test]
fn every_witness_is_bound() {
    let fixture = Fixture::small();
    let (recorded, mut assignment) = recorded(fixture, 0);
    // of the proof, the witness of the proof of work is no affair of the queries
    let (mut proof, _) = ConstraintSystem::check(&[]);
    fixture.allocate(&mut proof).unwrap();
    let of_proof = proof.into_assignment().len();
    let matrices = &recorded.matrices;
    let mut rows_of = vec![Vec::new(); recorded.variables()];
    for row in 0..matrices.constraints() {
        for matrix in [&matrices.a, &matrices.b, &matrices.c] {
            for (column, _) in matrices.row(matrix, row) {
                rows_of[column].push(row);
            }
        }
    }
    for (variable, rows) in rows_of.iter().enumerate().skip(of_proof) {
        assignment[variable] += Fr::from(1u64);
        let value = |matrix, row| -> Fr {
            matrices.row(matrix, row).map(|(column, factor)| assignment[column] * factor).sum()
        };
        let broken = rows.iter().any(|&row| {
            value(&matrices.a, row) * value(&matrices.b, row) != value(&matrices.c, row)
        });
        assert!(broken, "variable {variable} of {}", recorded.variables());
        assignment[variable] -= Fr::from(1u64);
    }
}

#[test]
fn another_shape_is_a_fault_of_its_length() {
    let fixture = Fixture::small();
    let mut long = fixture.clone();
    let rounds = &mut long.proof.proof.opening_proof.query_round_proofs;
    rounds[0].initial_trees_proof.evals_proofs[1].0.pop();
    rounds[1].steps[1].merkle_proof.siblings.pop();
    rounds[2].steps.pop();
    rounds[3].initial_trees_proof.evals_proofs.pop();
    rounds[4].steps[0].evals.pop();
    let fault = |what, expected, actual| Err(Fault::Length { what, expected, actual });
    assert_eq!(long.check(0), fault("a row", 135, 134));
    assert_eq!(long.check(1), fault("a Merkle path", 2, 1));
    assert_eq!(long.check(2), fault("the list of folds", 2, 1));
    assert_eq!(long.check(3), fault("the list of rows", 4, 3));
    assert_eq!(long.check(4), fault("a coset", 8, 7));
    let mut short = fixture.clone();
    short.proof.proof.opening_proof.final_poly.coeffs.pop();
    assert_eq!(short.check(0), fault("the final polynomial", 8, 7));
    let mut other = fixture.clone();
    other.common.fri_params.reduction_arity_bits = vec![3, 2];
    assert_eq!(other.check(0), fault("the index within a coset", 3, 2));
}

/// The outer layer's own shape, on which the size of the wrap depends.
#[test]
fn queries_of_the_outer_layer_hold_at_their_size() {
    let fixture = Fixture::full();
    let (recorded, _) = recorded(fixture, 0);
    let sections: Vec<_> =
        recorded.sections.iter().map(|section| (section.name, section.constraints)).collect();
    let shared = [("combination of openings", 8241), ("powers of fold points", 3216)];
    assert_eq!(sections[1..3], shared);
    let query = [
        ("query: index", 115),
        ("query: rows", 10_304),
        ("query: paths", 14_308),
        ("query: fold rows", 2048),
        ("query: fold paths", 4571),
        ("query: points", 1324),
        ("query: combination", 998),
        ("query: folds", 445),
        ("query: final polynomial", 648),
    ];
    assert_eq!(sections[3..], query);
    assert_eq!(query.map(|(_, constraints)| constraints).iter().sum::<usize>(), 34_761);

    let (mut system, _) = ConstraintSystem::record(0);
    fixture.context(&mut system).unwrap();
    let shared = system.into_recorded().unwrap();
    let entries = |recorded: &Recorded| {
        let Matrices { a, b, c, .. } = &recorded.matrices;
        [a, b, c].map(Matrix::entries).iter().sum::<usize>()
    };
    // the query's, and three for each bit of its index
    assert_eq!(entries(&recorded) - entries(&shared), 371_835);

    for query in 0..fixture.challenges.indices.len() {
        fixture.check(query).unwrap();
    }
    mutation::mutate_round(fixture, 3);
}
