//! A hash of 14 elements in two rows.

use plonky2::hash::poseidon::ALL_ROUND_CONSTANTS;
use proptest::prelude::*;
use starfold_primitives::claim::Claim;
use starfold_primitives::poseidon::{Domain as HashDomain, RATE, WIDTH, hash, permute};
use starfold_primitives::{Field, Goldilocks};

use super::{Collector, ONE, ZERO, claim, elements};
use crate::air::{Air, AirBuilder, Cell, Domain, Layout, Trace, columns};
use crate::gadgets::poseidon::{self, PoseidonColumns, SboxColumns};
use crate::testing::{
    Forgery, check_agreement, check_cells, check_degree, check_forgeries, check_honest, edit_row,
};

const DOMAIN: HashDomain = HashDomain::Challenge;
const LENGTH: usize = DOMAIN.input_len();

columns! {
    /// A row.
    struct HashColumns {
        /// The permutation.
        poseidon: PoseidonColumns<()>,
        /// Whether the row begins a hash.
        fresh: Cell,
    }
}

const BEGINS: &str = "the first row begins a hash";
const TURNS: &str = "every other row begins a hash";
const FRONT: &str = "the first row takes the first elements";
const REST: &str = "the last row takes the other elements and zeros";
const DIGEST: &str = "the last row puts the digest out";

/// The exit is the hash of the entry.
#[derive(Clone, Copy, Debug)]
struct HashAir;

impl Air for HashAir {
    type Columns = HashColumns<()>;
    type Boundary = super::WholeBoundary;
    const NAME: &'static str = "hash";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &<Self::Columns as Layout>::Of<B::Expr>,
        next: &<Self::Columns as Layout>::Of<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let one = builder.one();
        builder.assert_zero(BEGINS, Domain::FirstRow, local.fresh - one);
        builder.assert_zero(TURNS, Domain::Transition, local.fresh + next.fresh - one);

        let output = poseidon::constrain(&local.poseidon, builder);
        let tag = local.fresh * builder.constant(DOMAIN.tag());
        poseidon::constrain_capacity(&local.poseidon, local.fresh, tag, builder);
        poseidon::constrain_continuation(&output, &next.poseidon, local.fresh, builder);

        let input = local.poseidon.input;
        let front: [_; RATE] = std::array::from_fn(|i| input[i] - public.entry[i]);
        builder.assert_zeros(FRONT, Domain::FirstRow, front);
        let rest: [_; RATE] = std::array::from_fn(|i| match RATE + i {
            position if position < LENGTH => input[i] - public.entry[position],
            _ => input[i],
        });
        builder.assert_zeros(REST, Domain::LastRow, rest);
        let digest: [_; 4] = std::array::from_fn(|i| output[i] - public.exit[i]);
        builder.assert_zeros(DIGEST, Domain::LastRow, digest);
    }
}

/// The hash of these elements from any capacity, which may be changed by `edit` between the permutations.
fn build(
    elements: &[Goldilocks; LENGTH],
    first_state: [Goldilocks; WIDTH],
    edit: impl Fn(&mut [Goldilocks; WIDTH]),
) -> (Trace, Claim<Goldilocks>) {
    let mut state = first_state;
    state[..RATE].copy_from_slice(&elements[..RATE]);
    let (first, mut state) = poseidon::generate(state);
    state[..RATE].fill(ZERO);
    state[..LENGTH - RATE].copy_from_slice(&elements[RATE..]);
    edit(&mut state);
    let (second, output) = poseidon::generate(state);
    let rows = [(first, ONE), (second, ZERO)];
    let rows = rows.map(|(poseidon, fresh)| HashColumns { poseidon, fresh });
    (Trace::from_rows::<HashColumns<()>>(rows), claim(elements, &output[..4]))
}

fn honest(elements: &[Goldilocks; LENGTH]) -> (Trace, Claim<Goldilocks>) {
    build(elements, poseidon::fresh_input(DOMAIN, [ZERO; RATE]), |_| ())
}

fn numbers() -> [Goldilocks; LENGTH] {
    std::array::from_fn(Goldilocks::from_canonical_usize)
}

/// Builds the trace again, with a change of the first state and one of the second.
fn rebuild(
    trace: &mut Trace,
    claim: &mut Claim<Goldilocks>,
    edits: [fn(&mut [Goldilocks; WIDTH]); 2],
) {
    let mut state = poseidon::fresh_input(DOMAIN, [ZERO; RATE]);
    edits[0](&mut state);
    (*trace, *claim) = build(&numbers(), state, edits[1]);
}

/// Edits the last row and lets the claim's digest follow.
fn edit_last(
    trace: &mut Trace,
    claim: &mut Claim<Goldilocks>,
    edit: fn(&mut HashColumns<Goldilocks>),
) {
    edit_row::<HashColumns<()>>(trace, 1, edit);
    let columns = trace.row::<HashColumns<()>>(1).poseidon;
    let output = poseidon::constrain(&columns, &mut Collector::default());
    claim.exit[..4].copy_from_slice(&output[..4]);
}

const FORGERIES: [Forgery; 10] = [
    Forgery {
        title: "the square of a cube is that of its negative",
        edit: |trace, claim| {
            edit_last(trace, claim, |row| {
                let cube = &mut row.poseidon.first_full[0][0].cube;
                *cube = ZERO - *cube;
            });
        },
        breaks: &["an S-box cubes its input"],
    },
    Forgery {
        title: "another seventh power",
        edit: |trace, claim| {
            edit_last(trace, claim, |row| row.poseidon.last_full[3][11].seventh += ONE);
        },
        breaks: &["an S-box raises its input to 7"],
    },
    Forgery {
        title: "a hash of another domain",
        edit: |trace, claim| rebuild(trace, claim, [|state| state[RATE] += ONE, |_| ()]),
        breaks: &["the capacity holds the tag of the domain"],
    },
    Forgery {
        title: "something beside the tag",
        edit: |trace, claim| rebuild(trace, claim, [|state| state[WIDTH - 1] += ONE, |_| ()]),
        breaks: &["the capacity holds nothing else"],
    },
    Forgery {
        title: "another capacity between the permutations",
        edit: |trace, claim| rebuild(trace, claim, [|_| (), |state| state[WIDTH - 1] += ONE]),
        breaks: &["a long hash goes on with its capacity"],
    },
    Forgery {
        title: "a first element that the claim does not have",
        edit: |_, claim| claim.entry[0] += ONE,
        breaks: &[FRONT],
    },
    Forgery {
        title: "more elements than the claim has",
        edit: |trace, claim| rebuild(trace, claim, [|_| (), |state| state[RATE - 1] += ONE]),
        breaks: &[REST],
    },
    Forgery { title: "another digest", edit: |_, claim| claim.exit[3] += ONE, breaks: &[DIGEST] },
    Forgery {
        title: "a hash that goes on from nothing",
        edit: |trace, _| {
            edit_row::<HashColumns<()>>(trace, 0, |row| row.fresh = ZERO);
            edit_row::<HashColumns<()>>(trace, 1, |row| row.fresh = ONE);
        },
        breaks: &[
            BEGINS,
            "the capacity holds the tag of the domain",
            "the capacity holds nothing else",
        ],
    },
    Forgery {
        title: "two rows that begin a hash",
        edit: |trace, _| {
            edit_row::<HashColumns<()>>(trace, 1, |row| row.fresh += ONE);
        },
        breaks: &[
            TURNS,
            "the capacity holds the tag of the domain",
            "the capacity holds nothing else",
        ],
    },
];

#[test]
fn the_gadget_proves_a_hash() {
    let (trace, claim) = honest(&numbers());
    assert_eq!(claim.exit[..4], hash(DOMAIN, &numbers()).0);
    assert_eq!(check_honest(&HashAir, &trace, &claim), Ok(()));
    assert_eq!(check_degree(&HashAir), Ok(()));
    assert_eq!(check_agreement(HashAir, 2), Ok(()));
    assert_eq!(check_cells(&HashAir, &trace, &claim, 0..2, |_, _, _| true), Ok(()));
    assert_eq!(check_forgeries(&HashAir, &trace, &claim, &FORGERIES), Ok(()));
}

proptest! {
    #[test]
    fn every_hash_has_a_trace(input in elements::<LENGTH>()) {
        let (trace, claim) = honest(&input);
        prop_assert_eq!(claim.exit[..4].to_vec(), hash(DOMAIN, &input).0);
        prop_assert_eq!(check_honest(&HashAir, &trace, &claim), Ok(()));
    }

    #[test]
    fn generated_permutations_satisfy_the_constraints(input in elements::<WIDTH>()) {
        let mut builder = Collector::default();
        let (columns, output) = poseidon::generate(input);
        prop_assert_eq!(poseidon::constrain(&columns, &mut builder), output);
        prop_assert_eq!(output, permute(input));
        prop_assert_eq!(builder.broken, Vec::<&str>::new());
    }

    #[test]
    fn no_cell_of_a_permutation_is_free(input in elements::<WIDTH>(), change in 1..u64::MAX) {
        let change = Goldilocks::from_noncanonical_u64(change);
        prop_assume!(!change.is_zero());
        let mut cells = vec![];
        PoseidonColumns::<()>::write(&poseidon::generate(input).0, &mut cells);
        // the cells of a permutation are a function of its input
        for cell in WIDTH..cells.len() {
            cells[cell] += change;
            let mut builder = Collector::default();
            let columns = PoseidonColumns::<()>::read(&mut cells.as_slice());
            poseidon::constrain(&columns, &mut builder);
            prop_assert!(!builder.broken.is_empty(), "cell {}", cell);
            cells[cell] -= change;
        }
    }
}

#[test]
fn an_s_box_commits_to_two_powers() {
    let input = std::array::from_fn(|i| Goldilocks::from_canonical_usize(3 * i + 1));
    let (columns, _) = poseidon::generate(input);
    // the first round adds its constants and then takes every element
    for (i, element) in input.into_iter().enumerate() {
        let x = element + Goldilocks::from_canonical_u64(ALL_ROUND_CONSTANTS[i]);
        let SboxColumns { cube, seventh } = columns.first_full[0][i];
        assert_eq!([cube, seventh], [x.exp_u64(3), x.exp_u64(7)]);
    }
}
