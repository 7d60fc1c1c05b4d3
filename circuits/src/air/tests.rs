//! The layer on an AIR that fits on a page.

use starfold_primitives::claim::{BOUNDARY_LEN, CLAIM_LEN, CONTEXT_LEN, Claim};
use starfold_primitives::{Field, Goldilocks};

use super::{
    Air, AirBuilder, AirStark, Array, Cell, ColumnInfo, ConstraintInfo, Domain, Layout, Trace,
    Violation, check_trace, columns, constraint_table,
};
use crate::parameters::{ParameterSet, SegmentRate};
use crate::recursion::{SegmentError, SegmentSystem};

columns! {
    /// A pair of neighbours.
    pub(super) struct PairColumns {
        /// The element at hand.
        this: Cell,
        /// The one after it.
        after: Cell,
    }
}

columns! {
    /// A row of the sequence.
    pub(super) struct SequenceColumns {
        /// The pair of the row.
        pair: PairColumns<()>,
        /// Powers of the element, from the second on.
        powers: Array<Cell, 2>,
    }
}

const ROWS: usize = 32;

/// The sequence `a, b, step a + b, ...` from the entry to the exit of the claim.
#[derive(Clone, Copy, Debug)]
struct SequenceAir;

impl Air for SequenceAir {
    type Columns = SequenceColumns<()>;
    type Boundary = Array<Cell, 2>;
    const NAME: &'static str = "sequence";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &SequenceColumns<B::Expr>,
        next: &SequenceColumns<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let PairColumns { this, after } = local.pair;
        let begins = [this - public.entry[0], after - public.entry[1]];
        builder.assert_zeros("the first pair is the entry", Domain::FirstRow, begins);
        let ends = [this - public.exit[0], after - public.exit[1]];
        builder.assert_zeros("the last pair is the exit", Domain::LastRow, ends);
        builder.assert_zero("pairs overlap", Domain::Transition, next.pair.this - after);
        let sum = this * public.context[0] + after;
        builder.assert_zero("the next is the sum", Domain::Transition, next.pair.after - sum);
        let [square, cube] = local.powers;
        builder.assert_zero("the square is a square", Domain::EveryRow, square - this * this);
        let name = "the cube is a cube";
        builder.assert_equal_when(
            name,
            Domain::EveryRow,
            builder.one(),
            [cube],
            [this * this * this],
        );
        let sum = builder.sum([square, cube, builder.zero()]);
        let both = this * this * (this + builder.one());
        builder.assert_zero("square and cube have their sum", Domain::EveryRow, sum - both);
    }
}

fn trace() -> (Trace, Claim<Goldilocks>) {
    let factor = Goldilocks::from_canonical_u64(3);
    let (mut this, mut after) = (Goldilocks::ONE, Goldilocks::TWO);
    let rows = Trace::from_rows::<SequenceColumns<()>>((0..ROWS).map(|_| {
        let pair = PairColumns { this, after };
        let row = SequenceColumns { pair, powers: [this * this, this.cube()] };
        (this, after) = (after, this * factor + after);
        row
    }));
    let boundary = |row: &[Goldilocks]| {
        let mut boundary = [Goldilocks::ZERO; BOUNDARY_LEN];
        boundary[..2].copy_from_slice(&row[..2]);
        boundary
    };
    let mut context = [Goldilocks::ZERO; CONTEXT_LEN];
    context[0] = factor;
    let claim = Claim { context, entry: boundary(&rows[0]), exit: boundary(&rows[ROWS - 1]) };
    (rows, claim)
}

fn violations(trace: &Trace, claim: &Claim<Goldilocks>) -> Vec<(usize, &'static str)> {
    let violations = check_trace(&SequenceAir, trace, claim, 0..trace.height());
    violations.into_iter().map(|Violation { row, name }| (row, name)).collect()
}

#[test]
fn columns_have_names_and_meanings_in_the_order_of_the_row() {
    let mut columns = vec![];
    SequenceColumns::<()>::describe("", "", &mut columns);
    let expected = [
        ("pair.this", "The element at hand."),
        ("pair.after", "The one after it."),
        ("powers[0]", "Powers of the element, from the second on."),
        ("powers[1]", "Powers of the element, from the second on."),
    ];
    let expected =
        expected.map(|(name, meaning)| ColumnInfo { name: name.into(), meaning: meaning.into() });
    assert_eq!(columns, expected);
    assert_eq!(SequenceColumns::<()>::LEN, 4);
}

#[test]
fn a_row_is_read_and_written_in_one_order() {
    let cells: [u8; 4] = [10, 11, 12, 13];
    let row = SequenceColumns::<()>::read(&mut cells.as_slice());
    assert_eq!((row.pair.this, row.pair.after, row.powers), (10, 11, [12, 13]));
    let mut written = vec![];
    SequenceColumns::<()>::write(&row, &mut written);
    assert_eq!(written, cells);
}

#[test]
fn the_table_lists_names_domains_and_degrees() {
    let table = constraint_table(&SequenceAir);
    let info =
        |name, domain, degree, polynomials| ConstraintInfo { name, domain, degree, polynomials };
    let expected = [
        info("the first pair is the entry", Domain::FirstRow, 1, 2),
        info("the last pair is the exit", Domain::LastRow, 1, 2),
        info("pairs overlap", Domain::Transition, 1, 1),
        info("the next is the sum", Domain::Transition, 1, 1),
        info("the square is a square", Domain::EveryRow, 2, 1),
        info("the cube is a cube", Domain::EveryRow, 3, 1),
        info("square and cube have their sum", Domain::EveryRow, 3, 1),
        // two elements of sixteen have a name
        info("an element of the entry that has no name is zero", Domain::EveryRow, 0, 14),
        info("an element of the exit that has no name is zero", Domain::EveryRow, 0, 14),
    ];
    assert_eq!(table.constraints, expected);
    assert_eq!(table.polynomials(), 9 + 28);
    assert_eq!(table.degree(), SequenceAir::DEGREE);
}

#[test]
fn a_filter_counts_in_the_degree() {
    assert_eq!(Domain::EveryRow.filtered_degree(1), 1);
    assert_eq!(Domain::Transition.filtered_degree(1), 2);
    assert_eq!(Domain::Transition.filtered_degree(3), 3);
    assert_eq!(Domain::FirstRow.filtered_degree(2), 3);
    assert_eq!(Domain::LastRow.filtered_degree(2), 3);
}

#[test]
fn an_honest_trace_breaks_nothing() {
    let (rows, claim) = trace();
    assert_eq!(violations(&rows, &claim), []);
}

#[test]
fn each_domain_is_checked_on_its_rows_alone() {
    let (rows, honest) = trace();
    let mut claim = honest;
    claim.entry[0] += Goldilocks::ONE;
    assert_eq!(violations(&rows, &claim), [(0, "the first pair is the entry")]);
    let mut claim = honest;
    claim.exit[1] += Goldilocks::ONE;
    assert_eq!(violations(&rows, &claim), [(ROWS - 1, "the last pair is the exit")]);

    let mut changed = rows.clone();
    changed[9][2] += Goldilocks::ONE;
    let expected = [(9, "the square is a square"), (9, "square and cube have their sum")];
    assert_eq!(violations(&changed, &honest), expected);

    // another sequence from row 7 on
    let mut changed = rows;
    changed[7][1] += Goldilocks::ONE;
    let expected = [(6, "the next is the sum"), (7, "pairs overlap"), (7, "the next is the sum")];
    assert_eq!(violations(&changed, &honest), expected);
}

#[test]
fn several_rows_at_a_time_are_checked_as_each_alone() {
    let (rows, honest) = trace();
    let system = AirStark::new(SequenceAir);
    assert!(system.is_satisfied(&rows, &honest));
    for element in 0..CLAIM_LEN {
        let mut elements = honest.to_elements();
        elements[element] += Goldilocks::ONE;
        let claim = Claim::from_elements(&elements);
        let expected = violations(&rows, &claim).is_empty();
        assert_eq!(system.is_satisfied(&rows, &claim), expected, "element {element}");
    }
    let mut changed = rows.clone();
    for (row, column) in (0..ROWS).flat_map(|row| (0..4).map(move |column| (row, column))) {
        changed[row][column] += Goldilocks::ONE;
        assert!(!violations(&changed, &honest).is_empty());
        assert!(!system.is_satisfied(&changed, &honest), "row {row}, column {column}");
        changed[row][column] = rows[row][column];
    }
    // fewer rows than an instruction takes
    let short = Trace::from_rows::<SequenceColumns<()>>(
        (0..2).map(|row| rows.row::<SequenceColumns<()>>(row)),
    );
    let mut claim = honest;
    claim.exit[..2].copy_from_slice(&rows[1][..2]);
    assert!(system.is_satisfied(&short, &claim));
    assert!(!system.is_satisfied(&short, &honest));
}

#[test]
fn a_window_checks_its_rows_alone() {
    let (mut rows, claim) = trace();
    for row in [3, 9] {
        rows[row][2] += Goldilocks::ONE;
    }
    let violations = check_trace(&SequenceAir, &rows, &claim, 8..=9);
    assert!(violations.iter().all(|violation| violation.row == 9), "{violations:?}");
    assert_eq!(check_trace(&SequenceAir, &rows, &claim, 4..9), []);
}

#[test]
fn a_trace_is_proved_for_its_claim_and_no_other() {
    let (rows, claim) = trace();
    let system =
        SegmentSystem::new(SequenceAir, ParameterSet::Standard, 5, SegmentRate::ALL[1]).unwrap();
    let proof = system.prove(rows, &claim).unwrap();
    for element in 0..proof.claim().to_elements().len() {
        let mut other = proof.clone();
        other.0.public_inputs[element] += Goldilocks::ONE;
        let error = system.verify(&other);
        assert!(matches!(error, Err(SegmentError::Invalid { .. })), "element {element}");
    }
}

#[test]
fn columns_of_a_trace_hold_its_cells() {
    type Wide = Array<Cell, 19>;
    let cell = |row: usize, column: usize| Goldilocks::from_canonical_usize(100 * row + column);
    let row = |row| std::array::from_fn(|column| cell(row, column));
    let mut trace = Trace::zeros::<Wide>(5);
    assert_eq!(trace, Trace::from_rows::<Wide>([[Goldilocks::ZERO; 19]; 5]));
    assert!(trace.to_columns().iter().all(|column| column.values == [Goldilocks::ZERO; 5]));
    trace = Trace::from_rows::<Wide>((0..5).map(row));
    let columns = trace.to_columns();
    assert_eq!(columns.len(), 19);
    for (column, values) in columns.iter().enumerate() {
        let expected: Vec<_> = (0..5).map(|row| cell(row, column)).collect();
        assert_eq!(values.values, expected, "column {column}");
    }
}
