//! A table of lies: each breaks the constraints that it should, and every constraint is broken by one.

use std::collections::BTreeSet;

use starfold_primitives::Goldilocks;
use starfold_primitives::claim::Claim;

use super::AirFault;
use crate::air::{Air, Layout, Trace, UNNAMED_ENTRY, UNNAMED_EXIT, check_trace, constraint_table};

/// A lie about an honest trace.
#[derive(Clone, Copy, Debug)]
pub struct Forgery {
    /// What it claims, in English.
    pub title: &'static str,
    /// Makes it.
    pub edit: fn(&mut Trace, &mut Claim<Goldilocks>),
    /// The names of the constraints that it breaks: these and no others.
    pub breaks: &'static [&'static str],
}

/// Edits a row of a trace by the names of its columns.
///
/// # Panics
/// Where there is no such row, or `L` has another number of columns than the trace.
pub fn edit_row<L: Layout>(
    trace: &mut Trace,
    row: usize,
    edit: impl FnOnce(&mut L::Of<Goldilocks>),
) {
    let mut columns = trace.row::<L>(row);
    edit(&mut columns);
    let mut cells = Vec::with_capacity(L::LEN);
    L::write(&columns, &mut cells);
    trace[row].copy_from_slice(&cells);
}

/// Checks that every forgery of an honest trace breaks what it should, and that every constraint of the AIR is broken
/// by one of them.
///
/// Best is a forgery that is consistent but for one constraint: it shows that this one is needed.
///
/// # Errors
/// [`AirFault::Forgery`], [`AirFault::Harmless`], [`AirFault::NeverBroken`].
pub fn check_forgeries<A: Air>(
    air: &A,
    trace: &Trace,
    claim: &Claim<Goldilocks>,
    forgeries: &[Forgery],
) -> Result<(), AirFault> {
    let table = constraint_table(air);
    let names = table.constraints.iter().map(|constraint| constraint.name);
    // what every AIR gets is tested once for all of them
    let mut never: BTreeSet<_> =
        names.filter(|name| ![UNNAMED_ENTRY, UNNAMED_EXIT].contains(name)).collect();
    for &Forgery { title, edit, breaks } in forgeries {
        if breaks.is_empty() {
            return Err(AirFault::Harmless { title });
        }
        let (mut trace, mut claim) = (trace.clone(), *claim);
        edit(&mut trace, &mut claim);
        let violations = check_trace(air, &trace, &claim, 0..trace.height());
        let actual: BTreeSet<_> = violations.iter().map(|violation| violation.name).collect();
        let expected: BTreeSet<_> = breaks.iter().copied().collect();
        if actual != expected {
            let [expected, actual] = [expected, actual].map(|names| names.into_iter().collect());
            return Err(AirFault::Forgery { title, expected, actual });
        }
        for name in breaks {
            never.remove(name);
        }
    }
    if never.is_empty() {
        Ok(())
    } else {
        Err(AirFault::NeverBroken { names: never.into_iter().collect() })
    }
}
