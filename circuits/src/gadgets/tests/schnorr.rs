//! A signature in a block of 256 rows, without the hash of its challenge. Whether the rows count themselves is tested
//! elsewhere.

use proptest::prelude::*;
use starfold_primitives::claim::Claim;
use starfold_primitives::ecgfp5::{Gfp5, Point, Scalar};
use starfold_primitives::signature::{
    CHAIN_STEPS, START, SecretKey, VerificationChain, filler, verify,
};
use starfold_primitives::{Digest, Field, GOLDILOCKS_ORDER, Goldilocks, PrimeField64};

use super::forging::{
    CHALLENGE_STARTS, Signer, chords, doubled, point, read_wide, run_signature, step, table_chord,
};
use super::{ONE, ZERO, claim};
use crate::air::{Air, AirBuilder, Cell, Domain, Layout, Trace, columns};
use crate::gadgets::schedule::{self, ScheduleColumns};
use crate::gadgets::schnorr::{self, SignatureColumns};
use crate::testing::{
    Forgery, check_agreement, check_cells, check_degree, check_forgeries, check_honest,
};

const GROUPS: usize = 16;
const STEPS: usize = 16;
const BLOCK_ROWS: usize = GROUPS * STEPS;
const LAST: usize = BLOCK_ROWS - 1;
/// A row after the chain.
const CHECK_ROW: usize = 15 * STEPS;

columns! {
    /// A row.
    struct VerifyColumns {
        /// Its place in its block.
        schedule: ScheduleColumns<(), GROUPS, STEPS>,
        /// The scalar multiplication.
        signature: SignatureColumns<()>,
        /// 1 in the row that looks at key, R and challenge.
        check_row: Cell,
    }
}

const CHECKS: &str = "a block checks its signature";
const CHALLENGE: &str = "the challenge is the claim's";

/// The entry is a key with the root of its abscissa, the exit the encoding of `R = s G + e Q` and the challenge e.
#[derive(Clone, Copy, Debug)]
struct VerifyAir;

impl Air for VerifyAir {
    type Columns = VerifyColumns<()>;
    type Boundary = super::WholeBoundary;
    const NAME: &'static str = "verify";
    const DEGREE: usize = 3;

    fn eval<B: AirBuilder>(
        &self,
        local: &<Self::Columns as Layout>::Of<B::Expr>,
        next: &<Self::Columns as Layout>::Of<B::Expr>,
        public: &Claim<B::Expr>,
        builder: &mut B,
    ) {
        let gate = local.check_row;
        schnorr::constrain(&local.schedule, &local.signature, &next.signature, builder);
        let check = gate - local.schedule.at(CHECK_ROW / STEPS, 0);
        builder.assert_zero(CHECKS, Domain::EveryRow, check);
        let five = |elements: &[B::Expr]| std::array::from_fn::<_, 5, _>(|i| elements[i]);
        let (key, root) = (five(&public.entry), five(&public.entry[5..]));
        schnorr::constrain_key(&local.signature, key, root, gate, builder);
        schnorr::constrain_encodings(&local.signature, key, five(&public.exit), gate, builder);
        let expected = std::array::from_fn(|i| public.exit[5 + i]);
        let actual = local.signature.challenge;
        builder.assert_equal_when(CHALLENGE, Domain::EveryRow, gate, actual, expected);
    }
}

type Row = VerifyColumns<Goldilocks>;

fn build(chain: &VerificationChain) -> (Trace, Claim<Goldilocks>) {
    let rows = schnorr::generate::<BLOCK_ROWS>(chain).enumerate().map(|(row, signature)| {
        let check_row = Goldilocks::from_bool(row == CHECK_ROW);
        VerifyColumns { schedule: schedule::generate(row), signature, check_row }
    });
    let entry = [chain.key().elements(), chain.key_root().elements()];
    let end = chain.encoded_end().elements();
    let challenge = chain.challenge().map(Goldilocks::from_canonical_u64);
    let exit = [end.as_slice(), &challenge].concat();
    (Trace::from_rows::<VerifyColumns<()>>(rows), claim(entry.as_flattened(), &exit))
}

/// Edits all rows.
fn edit(trace: &mut Trace, edit: impl FnOnce(&mut [Row])) {
    let mut rows: Vec<_> =
        (0..trace.height()).map(|row| trace.row::<VerifyColumns<()>>(row)).collect();
    edit(&mut rows);
    *trace = Trace::from_rows::<VerifyColumns<()>>(rows);
}

/// Edits the signature's columns in the last row, where nothing depends on them any more.
fn edit_last(trace: &mut Trace, change: impl FnOnce(&mut SignatureColumns<Goldilocks>)) {
    edit(trace, |rows| change(&mut rows[LAST].signature));
}

/// Edits what the last row computes with, and computes it again.
fn restep(trace: &mut Trace, change: impl FnOnce(&mut SignatureColumns<Goldilocks>)) {
    edit_last(trace, |columns| {
        change(columns);
        step(columns, point(&columns.accumulator));
    });
}

/// Lets the claim's exit be what the trace leads to.
fn show(trace: &Trace, claim: &mut Claim<Goldilocks>) {
    let columns = trace.row::<VerifyColumns<()>>(CHECK_ROW).signature;
    let [x, y] = point(&columns.accumulator);
    let encoded = Gfp5::ZERO - y * x.inverse_or_zero();
    claim.exit[..5].copy_from_slice(&encoded.elements());
    claim.exit[5..8].copy_from_slice(&columns.challenge);
}

/// Runs the block again with something else.
fn rerun(trace: &mut Trace, claim: &mut Claim<Goldilocks>, change: fn(&mut Signer)) {
    edit(trace, |rows| {
        let columns = &rows[0].signature;
        let challenge = columns.challenge.map(|limb| limb.to_canonical_u64());
        let start = START.map(Gfp5::from_u64s);
        let mut signer = Signer { start, key: point(&columns.key), challenge };
        change(&mut signer);
        run_signature(rows, &signer, |row| &mut row.signature);
    });
    show(trace, claim);
}

const CHALLENGE_FORGERIES: [Forgery; 10] = [
    Forgery {
        title: "another signer in the last row",
        edit: |trace, _| restep(trace, |columns| columns.key.y[0] += ONE),
        breaks: &["a block has one signer"],
    },
    Forgery {
        title: "another challenge in the last row",
        edit: |trace, _| edit_last(trace, |columns| columns.challenge[0] += ONE),
        breaks: &["a block has one challenge"],
    },
    Forgery {
        title: "a bit of 2",
        edit: |trace, _| {
            restep(trace, |columns| columns.lane.bit = Goldilocks::TWO);
            edit(trace, |rows| {
                read_wide(rows, &CHALLENGE_STARTS, |row| &mut row.signature.lane);
            });
        },
        breaks: &["the challenge is read in bits"],
    },
    Forgery {
        title: "a bit that is not read",
        edit: |trace, claim| {
            edit(trace, |rows| {
                for (row, columns) in rows[..64].iter_mut().enumerate() {
                    columns.signature.lane.value += Goldilocks::from_noncanonical_u64(1 << row);
                }
                let limb = Goldilocks::from_noncanonical_u64(1 << 63);
                rows.iter_mut().for_each(|row| row.signature.challenge[2] += limb);
            });
            show(trace, claim);
        },
        breaks: &["a challenge limb starts with its first bit"],
    },
    Forgery {
        title: "another value than the bits",
        edit: |trace, _| edit_last(trace, |columns| columns.lane.value += ONE),
        breaks: &["the challenge appends the bit"],
    },
    Forgery {
        title: "a zero that nobody has seen",
        edit: |trace, _| {
            edit(trace, |rows| {
                rows[..64].iter_mut().for_each(|row| row.signature.lane.ones = ZERO);
            });
        },
        breaks: &["the challenge starts with no zero seen"],
    },
    Forgery {
        title: "a zero that is forgotten",
        edit: |trace, _| edit(trace, |rows| rows[208].signature.lane.ones = ZERO),
        breaks: &["the challenge remembers whether its upper bits are all 1"],
    },
    Forgery {
        title: "the second form of a limb",
        edit: |trace, claim| {
            rerun(trace, claim, |signer| signer.challenge[1] = GOLDILOCKS_ORDER);
        },
        breaks: &["below 32 ones the challenge reads zeros"],
    },
    Forgery {
        title: "another challenge than was read",
        edit: |trace, claim| {
            edit(trace, |rows| {
                rows.iter_mut().for_each(|row| row.signature.challenge[1] += ONE);
            });
            show(trace, claim);
        },
        breaks: &["the bits are those of the challenge"],
    },
    Forgery {
        title: "a response's bit of 2",
        edit: |trace, _| restep(trace, |columns| columns.response[0] = Goldilocks::TWO),
        breaks: &["the response is read in bits"],
    },
];

const POINT_FORGERIES: [Forgery; 11] = [
    Forgery {
        title: "a line that is no tangent",
        edit: |trace, _| {
            edit_last(trace, |columns| {
                columns.double_slope[0] += ONE;
                columns.double_x = doubled(columns);
                chords(columns);
            });
        },
        breaks: &["the tangent touches the curve at A"],
    },
    Forgery {
        title: "another point than the double",
        edit: |trace, _| {
            edit_last(trace, |columns| {
                columns.double_x[0] += ONE;
                chords(columns);
            });
        },
        breaks: &["D lies on the tangent"],
    },
    Forgery {
        title: "no inverse for D and Q",
        edit: |trace, _| edit_last(trace, |columns| columns.key_inverse[0] += ONE),
        breaks: &["D and Q have different abscissas"],
    },
    Forgery {
        title: "a chord beside D and Q",
        edit: |trace, _| edit_last(trace, |columns| columns.key_slope[0] += ONE),
        breaks: &["the chord goes through D and Q"],
    },
    Forgery {
        title: "another abscissa of S",
        edit: |trace, _| {
            edit_last(trace, |columns| {
                columns.sum.x[0] += ONE;
                table_chord(columns);
            });
        },
        breaks: &["S has the abscissa of D + Q or of D"],
    },
    Forgery {
        title: "another ordinate of S",
        edit: |trace, _| {
            edit_last(trace, |columns| {
                columns.sum.y[0] += ONE;
                table_chord(columns);
            });
        },
        breaks: &["S has the ordinate of D + Q or of D"],
    },
    Forgery {
        title: "no inverse for S and T",
        edit: |trace, _| edit_last(trace, |columns| columns.table_inverse[0] += ONE),
        breaks: &["S and T have different abscissas"],
    },
    Forgery {
        title: "a chord beside S and T",
        edit: |trace, _| edit_last(trace, |columns| columns.table_slope[0] += ONE),
        breaks: &["the chord goes through S and T"],
    },
    Forgery {
        title: "another start",
        edit: |trace, claim| {
            rerun(trace, claim, |signer| {
                let point = filler().steps()[17].accumulator;
                signer.start = [point.x(), point.y()];
            });
        },
        breaks: &["the accumulator starts at the offset"],
    },
    Forgery {
        title: "another R than the last step's",
        edit: |trace, claim| {
            edit(trace, |rows| {
                for row in &mut rows[CHAIN_STEPS..] {
                    row.signature.accumulator.y[0] += ONE;
                    let accumulator = point(&row.signature.accumulator);
                    step(&mut row.signature, accumulator);
                }
            });
            show(trace, claim);
        },
        breaks: &["the next accumulator is S + T"],
    },
    Forgery {
        title: "an R that moves",
        edit: |trace, _| restep(trace, |columns| columns.accumulator.y[0] += ONE),
        breaks: &["R stays to the block's end"],
    },
];

const BINDING_FORGERIES: [Forgery; 6] = [
    Forgery {
        title: "somebody else's key",
        edit: |_, claim| claim.entry[0] += ONE,
        breaks: &[
            "the sender's key encodes Q",
            "Q lies on the curve",
            "the challenge takes the encoded key",
        ],
    },
    Forgery {
        title: "a point of the key's encoding that is not on the curve",
        edit: |trace, claim| {
            rerun(trace, claim, |signer| {
                signer.key = signer.key.map(|coordinate| coordinate.times(4));
            });
            claim.entry[5..10].iter_mut().for_each(|coefficient| *coefficient += *coefficient);
        },
        breaks: &["Q lies on the curve"],
    },
    Forgery {
        title: "an abscissa with another root",
        edit: |_, claim| claim.entry[5] += ONE,
        breaks: &["the abscissa of Q is a square"],
    },
    Forgery {
        title: "another R",
        edit: |_, claim| claim.exit[0] += ONE,
        breaks: &["the challenge takes the encoded R"],
    },
    Forgery {
        title: "another challenge",
        edit: |_, claim| claim.exit[7] += ONE,
        breaks: &[CHALLENGE],
    },
    Forgery {
        title: "no check",
        edit: |trace, _| edit(trace, |rows| rows[CHECK_ROW].check_row = ZERO),
        breaks: &[CHECKS],
    },
];

fn signed(seed: u64, message: Digest) -> (VerificationChain, Scalar) {
    let mut bytes = [7; 64];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let key = SecretKey::from_uniform_bytes(&bytes).unwrap();
    let signature = key.sign_deterministic(message);
    (verify(&key.public_key(), message, &signature).unwrap(), signature.response())
}

#[test]
fn the_gadget_multiplies_and_binds() {
    let (chain, _) = signed(1, Digest([ONE; 4]));
    let (trace, claim) = build(&chain);
    assert_eq!(check_honest(&VerifyAir, &trace, &claim), Ok(()));
    assert_eq!(check_degree(&VerifyAir), Ok(()));
    assert_eq!(check_agreement(VerifyAir, 6), Ok(()));
    let rows = 0..trace.height();
    let tried = |_, column: &str, _: &_| !column.starts_with("schedule");
    assert_eq!(check_cells(&VerifyAir, &trace, &claim, rows, tried), Ok(()));
    let forgeries = [CHALLENGE_FORGERIES.as_slice(), &POINT_FORGERIES, &BINDING_FORGERIES].concat();
    assert_eq!(check_forgeries(&VerifyAir, &trace, &claim, &forgeries), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn r_is_the_sum_of_two_products(seed: u64, message: [u64; 4]) {
        let (chain, response) = signed(seed, Digest(message.map(Goldilocks::from_noncanonical_u64)));
        let (trace, claim) = build(&chain);
        prop_assert_eq!(check_honest(&VerifyAir, &trace, &claim), Ok(()));
        // the group's own arithmetic, which has other formulas
        let [e0, e1, e2] = chain.challenge();
        let challenge = Scalar::from_limbs([e0, e1, e2, 0, 0]);
        let key = Point::from(chain.key_point());
        let sum = Point::generator().mul_public(&response) + key.mul_public(&challenge);
        prop_assert_eq!(claim.exit[..5].to_vec(), sum.encode().elements());
    }
}
