//! The checks find what they are for.

use starfold_primitives::claim::{BOUNDARY_LEN, CONTEXT_LEN, Claim};
use starfold_primitives::{Field, Goldilocks};

use super::{
    AirFault, Forgery, FreeCell, check_agreement, check_cells, check_claim, check_degree,
    check_forgeries, check_honest,
};
use crate::air::{Air, AirBuilder, Cell, Domain, Layout, Trace, UNNAMED_EXIT, columns};

columns! {
    /// A count.
    struct CountColumns {
        /// The count.
        count: Cell,
        /// Nothing.
        spare: Cell,
    }
}

/// What the AIR leaves out or says too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    SpareCell,
    TwoRules,
    FreeExit,
}

/// Counts from the entry to the exit.
#[derive(Clone, Copy, Debug)]
struct CountAir(Fault);

const STEP: &str = "each row counts one more";
const ENTRY: &str = "the first count is the entry";
const EXIT: &str = "the last count is the exit";
const SPARE: &str = "the spare cell is zero";

impl Air for CountAir {
    type Columns = CountColumns<()>;
    type Boundary = Cell;
    const NAME: &'static str = "count";
    const DEGREE: usize = 2;

    fn eval<B: AirBuilder>(
        &self,
        local: &<Self::Columns as Layout>::Of<B::Expr>,
        next: &<Self::Columns as Layout>::Of<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let one = builder.one();
        builder.assert_zero(ENTRY, Domain::FirstRow, local.count - public.entry[0]);
        if self.0 != Fault::FreeExit {
            builder.assert_zero(EXIT, Domain::LastRow, local.count - public.exit[0]);
        }
        builder.assert_zero(STEP, Domain::Transition, next.count - local.count - one);
        if self.0 != Fault::SpareCell {
            builder.assert_zero(SPARE, Domain::EveryRow, local.spare);
        }
        if self.0 == Fault::TwoRules {
            builder.assert_zero(SPARE, Domain::LastRow, local.spare * local.spare);
        }
    }
}

fn honest() -> (Trace, Claim<Goldilocks>) {
    let element = |i: usize| Goldilocks::from_canonical_usize(i);
    let spare = Goldilocks::ZERO;
    let rows = (3..11).map(|i| CountColumns { count: element(i), spare });
    let boundary = |i| {
        let mut boundary = [Goldilocks::ZERO; BOUNDARY_LEN];
        boundary[0] = element(i);
        boundary
    };
    let claim =
        Claim { context: [Goldilocks::ZERO; CONTEXT_LEN], entry: boundary(3), exit: boundary(10) };
    (Trace::from_rows::<CountColumns<()>>(rows), claim)
}

const FORGERIES: [Forgery; 4] = [
    Forgery {
        title: "another entry",
        edit: |_, claim| claim.entry[0] += Goldilocks::ONE,
        breaks: &[ENTRY],
    },
    Forgery {
        title: "another exit",
        edit: |_, claim| claim.exit[0] += Goldilocks::ONE,
        breaks: &[EXIT],
    },
    Forgery {
        title: "a jump",
        edit: |trace, claim| {
            (4..8).for_each(|row| trace[row][0] += Goldilocks::ONE);
            claim.exit[0] += Goldilocks::ONE;
        },
        breaks: &[STEP],
    },
    Forgery {
        title: "a full spare cell",
        edit: |trace, _| trace[2][1] += Goldilocks::ONE,
        breaks: &[SPARE],
    },
];

#[test]
fn a_sound_air_passes() {
    let (air, (trace, claim)) = (CountAir(Fault::None), honest());
    assert_eq!(check_degree(&air), Ok(()));
    assert_eq!(check_agreement(air, 7), Ok(()));
    assert_eq!(check_honest(&air, &trace, &claim), Ok(()));
    assert_eq!(check_claim(&air, &trace, &claim), Ok(()));
    assert_eq!(check_cells(&air, &trace, &claim, 0..8, |_, _, _| true), Ok(()));
    assert_eq!(check_forgeries(&air, &trace, &claim, &FORGERIES), Ok(()));
}

#[test]
fn each_fault_is_found() {
    let (air, (trace, claim)) = (CountAir(Fault::None), honest());
    assert_eq!(
        check_degree(&CountAir(Fault::TwoRules)),
        Err(AirFault::Degree { declared: 2, actual: 3 })
    );
    let mut wrong = claim;
    wrong.exit[0] += Goldilocks::ONE;
    let error = check_honest(&air, &trace, &wrong).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the honest trace breaks \"the last count is the exit\" in row 7, and 0 more"
    );

    let error = check_claim(&CountAir(Fault::FreeExit), &trace, &claim);
    assert_eq!(error, Err(AirFault::FreeElement { part: "exit", element: 0 }));
    // what the AIR does not name is zero, whatever it says
    let mut unnamed = claim;
    unnamed.exit[7] += Goldilocks::ONE;
    let error = check_honest(&air, &trace, &unnamed).unwrap_err();
    assert!(
        matches!(error, AirFault::Honest { first, .. } if first.name == UNNAMED_EXIT),
        "{error}"
    );

    let loose = CountAir(Fault::SpareCell);
    let cell = |row| FreeCell { column: "spare".to_owned(), row };
    let error = check_cells(&loose, &trace, &claim, 2..4, |_, _, _| true);
    assert_eq!(error, Err(AirFault::FreeCells { cells: vec![cell(2), cell(3)] }));
    assert_eq!(check_cells(&loose, &trace, &claim, 2..4, |_, name, _| name == "count"), Ok(()));

    let title = "nothing at all";
    let harmless = Forgery { title, edit: |_, _| {}, breaks: &[] };
    let error = check_forgeries(&air, &trace, &claim, &[harmless]);
    assert_eq!(error, Err(AirFault::Harmless { title }));
    let error = check_forgeries(&air, &trace, &claim, &FORGERIES[..3]);
    assert_eq!(error, Err(AirFault::NeverBroken { names: vec![SPARE] }));
    let mut mistaken = FORGERIES;
    mistaken[0].breaks = &[EXIT];
    let error = check_forgeries(&air, &trace, &claim, &mistaken);
    let (title, expected, actual) = ("another entry", vec![EXIT], vec![ENTRY]);
    assert_eq!(error, Err(AirFault::Forgery { title, expected, actual }));
}
