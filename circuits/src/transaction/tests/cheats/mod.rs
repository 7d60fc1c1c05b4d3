//! What an attacker would try: traces that are consistent but for one lie.
//!
//! Hashes, paths, range checks, words and claim follow the lie, and where the lie changes what is signed, the
//! signer may sign again. What is left is the list of constraints that stand in the way.

mod authority;
mod effects;

use std::collections::BTreeSet;

use crate::parameters::{ParameterSet, SegmentRate};
use crate::recursion::{SegmentError, SegmentSystem};
use crate::transaction::TransactionAir;

use super::fixture::Case;
use super::forgery::Forgery;

/// A lie about a case of the fixture, and every constraint that it breaks.
#[derive(Clone, Copy, Debug)]
struct Cheat {
    lie: &'static str,
    case: Case,
    broken: &'static [&'static str],
    edit: fn(&mut Forgery),
}

const fn cheat(
    lie: &'static str,
    case: Case,
    broken: &'static [&'static str],
    edit: fn(&mut Forgery),
) -> Cheat {
    Cheat { lie, case, broken, edit }
}

fn assert_caught(cheats: &[Cheat]) {
    let mut wrong = vec![];
    for Cheat { lie, case, broken, edit } in cheats {
        let mut forgery = Forgery::of(*case);
        edit(&mut forgery);
        let actual = forgery.broken();
        if actual != BTreeSet::from_iter(broken.iter().copied()) || actual.is_empty() {
            wrong.push(format!("{lie}: {actual:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lies_about_authority_are_caught() {
    assert_caught(authority::CHEATS);
}

#[test]
fn lies_about_effects_are_caught() {
    assert_caught(effects::CHEATS);
}

/// What the trace checker refuses, nobody can prove: every lie goes through Starky's prover and verifier.
#[test]
fn no_lie_has_a_proof_that_verifies() {
    let [_, rate, ..] = SegmentRate::ALL;
    let system = SegmentSystem::new(TransactionAir, ParameterSet::Standard, 8, rate).unwrap();
    let prove = |forgery: &Forgery| system.prove_unchecked(forgery.encode(), &forgery.claim);
    let cheats = || authority::CHEATS.iter().chain(effects::CHEATS);
    for case in cheats().map(|cheat| cheat.case).take(2) {
        prove(&Forgery::of(case)).unwrap();
    }
    for Cheat { lie, case, edit, .. } in cheats() {
        let mut forgery = Forgery::of(*case);
        edit(&mut forgery);
        let refused = matches!(prove(&forgery), Err(SegmentError::Invalid { .. }));
        assert!(refused, "{lie}");
    }
}
