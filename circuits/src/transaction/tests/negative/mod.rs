//! For every constraint an edit that breaks it, and wherever possible nothing else.

mod accounts;
mod boundary;
mod hashes;
mod lanes;
mod operation;
mod signature;

use std::collections::BTreeSet;

use crate::air::constraint_table;
use crate::transaction::TransactionAir;

use super::fixture::Case;
use super::forgery::Forgery;

/// What an edit breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Breaks {
    /// The constraint and nothing else: it alone forbids the edit.
    Exactly,
    /// The constraint, among others.
    Among,
}

/// An edit of an honest block that a constraint forbids.
#[derive(Clone, Copy, Debug)]
struct Negative {
    name: &'static str,
    case: Case,
    breaks: Breaks,
    edit: fn(&mut Forgery),
}

const fn exactly(name: &'static str, case: Case, edit: fn(&mut Forgery)) -> Negative {
    Negative { name, case, breaks: Breaks::Exactly, edit }
}

const fn among(name: &'static str, case: Case, edit: fn(&mut Forgery)) -> Negative {
    Negative { name, case, breaks: Breaks::Among, edit }
}

fn negatives() -> Vec<Negative> {
    [
        boundary::NEGATIVES,
        operation::NEGATIVES,
        lanes::NEGATIVES,
        hashes::NEGATIVES,
        accounts::NEGATIVES,
        signature::NEGATIVES,
    ]
    .concat()
}

#[test]
fn every_constraint_has_a_negative_and_every_negative_a_constraint() {
    let table = constraint_table(&TransactionAir);
    let mut expected: Vec<_> = table.constraints.iter().map(|constraint| constraint.name).collect();
    let mut actual: Vec<_> = negatives().iter().map(|negative| negative.name).collect();
    expected.sort_unstable();
    actual.sort_unstable();
    assert_eq!(actual, expected);
}

#[test]
fn every_negative_breaks_its_constraint() {
    let mut wrong = vec![];
    for Negative { name, case, breaks, edit } in negatives() {
        let mut forgery = Forgery::of(case);
        edit(&mut forgery);
        let broken = forgery.broken();
        let as_expected = match breaks {
            Breaks::Exactly => broken == BTreeSet::from([name]),
            Breaks::Among => broken.len() > 1 && broken.contains(name),
        };
        if !as_expected {
            wrong.push(format!("{name} ({breaks:?}, {case:?}): {broken:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
