//! What an attacker would try: traces that are consistent but for one lie.
//!
//! Hashes, paths, range checks, words and claim follow the lie, and where the lie changes what is signed, the
//! signer may sign again. What is left is the list of constraints that stand in the way.

mod authority;
mod effects;

use std::collections::BTreeSet;

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
