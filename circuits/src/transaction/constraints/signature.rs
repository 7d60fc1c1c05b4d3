//! `R = s G + e Q` beside the hashes, one bit of the challenge a row.
//!
//! Ordinary chords and tangents in the subgroup of order n of `y^2 = x^3 + 2 x^2 + 263 z x`. Where abscissas
//! coincide a chord's slope would be free, so two inverses forbid it. A tangent needs none: there is no point of
//! order 2 in the subgroup. The offset that starts the accumulator cancels after 192 steps.

use starfold_primitives::signature::{START, TABLE};

use crate::air::{AirBuilder, Domain};
use crate::gadgets::gfp5::{self, Element};
use crate::transaction::columns::{PointColumns, SignatureColumns};
use crate::transaction::schedule::{
    CHALLENGE_STEPS, KEY_STEP, LAST_STEP, RECIPIENT_LEAF, SENDER_LEAF, SIGNATURE_GROUPS,
};

use super::lanes::{WideNames, WideWindows, wide_lane};
use super::rows::Rows;

const LANE_NAMES: WideNames = WideNames {
    bits: "the challenge is read in bits",
    start: "a challenge limb starts with its first bit",
    appends: "the challenge appends the bit",
    ones_start: "the challenge starts with no zero seen",
    ones: "the challenge remembers whether its upper bits are all 1",
    canonical: "below 32 ones the challenge reads zeros",
};

pub(super) fn constrain<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    block_constants(rows, builder);
    challenge_bits(rows, builder);
    let lane = &rows.local.signature;
    let double_y = double(lane, builder);
    add_key(lane, double_y, builder);
    let table = table_point(lane, builder);
    add_table(rows, &table, builder);
    accumulator(rows, &table, builder);
    key(rows, builder);
    challenge(rows, builder);
}

fn coefficients<E: Copy>(point: &PointColumns<E>) -> [E; 10] {
    std::array::from_fn(|i| if i < 5 { point.x[i] } else { point.y[i - 5] })
}

fn block_constants<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.signature, &rows.next.signature);
    let stays = builder.one() - rows.block_end;
    let domain = Domain::Transition;
    let (key, next_key) = (coefficients(&local.key), coefficients(&next.key));
    builder.assert_equal_when("a block has one signer", domain, stays, next_key, key);
    let name = "a block has one challenge";
    builder.assert_equal_when(name, domain, stays, next.challenge, local.challenge);
}

fn challenge_bits<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let (local, next) = (&rows.local.signature, &rows.next.signature);
    let windows = WideWindows {
        ends: rows.ends([3, 7, 15], builder),
        upper: rows.groups([0, 1, 4, 5, 8, 9], builder),
        lower: rows.groups([2, 3, 6, 7, 10, 11], builder),
        restarts: rows.ends([3, 7], builder),
    };
    wide_lane(LANE_NAMES, &local.lane, &next.lane, &windows, builder);
    // the highest limb first
    for (limb, group) in [(2, 3), (1, 7), (0, 11)] {
        let read = rows.at(group, LAST_STEP) * (local.lane.value - local.challenge[limb]);
        builder.assert_zero("the bits are those of the challenge", Domain::EveryRow, read);
    }
    for bit in local.response {
        builder.assert_bool("the response is read in bits", bit);
    }
}

/// D = 2 A. Returns the ordinate of D; degree 2.
fn double<B: AirBuilder>(lane: &SignatureColumns<B::Expr>, builder: &mut B) -> Element<B::Expr> {
    let PointColumns { x, y } = lane.accumulator;
    let (slope, double_x) = (lane.double_slope, lane.double_x);
    let [two, three, four] = [2, 3, 4].map(|constant| builder.constant(constant));
    let rise = gfp5::mul(slope, gfp5::scale::<B>(y, two), builder);
    let square = gfp5::scale::<B>(gfp5::mul(x, x, builder), three);
    let mut run = gfp5::add::<B>(square, gfp5::scale::<B>(x, four));
    run[1] = run[1] + builder.constant(263);
    let tangent = gfp5::sub::<B>(rise, run);
    builder.assert_zeros("the tangent touches the curve at A", Domain::EveryRow, tangent);
    let abscissa = third_abscissa(slope, x, x, builder);
    let abscissa = gfp5::sub::<B>(double_x, abscissa);
    builder.assert_zeros("D lies on the tangent", Domain::EveryRow, abscissa);
    let run = gfp5::mul(slope, gfp5::sub::<B>(x, double_x), builder);
    gfp5::sub::<B>(run, y)
}

/// The abscissa of the third point of a line with this slope through points of these abscissas: `l^2 - 2 - a - b`.
fn third_abscissa<B: AirBuilder>(
    slope: Element<B::Expr>,
    a: Element<B::Expr>,
    b: Element<B::Expr>,
    builder: &B,
) -> Element<B::Expr> {
    let square = gfp5::mul(slope, slope, builder);
    let mut abscissa = gfp5::sub::<B>(gfp5::sub::<B>(square, a), b);
    abscissa[0] = abscissa[0] - builder.constant(2);
    abscissa
}

/// S = D + Q where the bit of the challenge is 1, else D.
fn add_key<B: AirBuilder>(
    lane: &SignatureColumns<B::Expr>,
    double_y: Element<B::Expr>,
    builder: &mut B,
) {
    let every = Domain::EveryRow;
    let (double_x, key, sum, bit) = (lane.double_x, &lane.key, &lane.sum, lane.lane.bit);
    let run = gfp5::sub::<B>(key.x, double_x);
    let inverse = is_inverse(lane.key_inverse, run, builder);
    builder.assert_zeros("D and Q have different abscissas", every, inverse);
    let rise = gfp5::sub::<B>(key.y, double_y);
    let chord = gfp5::sub::<B>(gfp5::mul(lane.key_slope, run, builder), rise);
    builder.assert_zeros("the chord goes through D and Q", every, chord);
    let third = third_abscissa(lane.key_slope, double_x, key.x, builder);
    let added = gfp5::scale::<B>(gfp5::sub::<B>(third, double_x), bit);
    let abscissa = gfp5::sub::<B>(gfp5::sub::<B>(sum.x, double_x), added);
    builder.assert_zeros("S has the abscissa of D + Q or of D", every, abscissa);
    let run = gfp5::mul(lane.key_slope, gfp5::sub::<B>(key.x, sum.x), builder);
    let ordinate = gfp5::sub::<B>(gfp5::sub::<B>(run, key.y), double_y);
    let added = gfp5::scale::<B>(ordinate, bit);
    let ordinate = gfp5::sub::<B>(gfp5::sub::<B>(sum.y, double_y), added);
    builder.assert_zeros("S has the ordinate of D + Q or of D", every, ordinate);
}

/// `inverse * value - 1`.
fn is_inverse<B: AirBuilder>(
    inverse: Element<B::Expr>,
    value: Element<B::Expr>,
    builder: &B,
) -> Element<B::Expr> {
    let mut product = gfp5::mul(inverse, value, builder);
    product[0] = product[0] - builder.one();
    product
}

/// T of the two bits of the response; degree 2.
fn table_point<B: AirBuilder>(
    lane: &SignatureColumns<B::Expr>,
    builder: &B,
) -> PointColumns<B::Expr> {
    let [low, high] = lane.response;
    let one = builder.one();
    let both = low * high;
    let selectors = [one - low - high + both, low - both, high - both, both];
    let coordinate = |part: usize| {
        std::array::from_fn(|i| {
            let terms = std::array::from_fn::<_, 4, _>(|entry| {
                selectors[entry] * builder.constant(TABLE[entry][part][i])
            });
            builder.sum(terms)
        })
    };
    PointColumns { x: coordinate(0), y: coordinate(1) }
}

/// The chord through S and T; the next accumulator lies on it.
fn add_table<B: AirBuilder>(rows: &Rows<'_, B>, table: &PointColumns<B::Expr>, builder: &mut B) {
    let lane = &rows.local.signature;
    let every = Domain::EveryRow;
    let run = gfp5::sub::<B>(table.x, lane.sum.x);
    let inverse = is_inverse(lane.table_inverse, run, builder);
    builder.assert_zeros("S and T have different abscissas", every, inverse);
    let rise = gfp5::sub::<B>(table.y, lane.sum.y);
    let chord = gfp5::sub::<B>(gfp5::mul(lane.table_slope, run, builder), rise);
    builder.assert_zeros("the chord goes through S and T", every, chord);
}

fn accumulator<B: AirBuilder>(rows: &Rows<'_, B>, table: &PointColumns<B::Expr>, builder: &mut B) {
    let (local, next) = (&rows.local.signature, &rows.next.signature.accumulator);
    let start = rows.at(0, 0);
    let [x, y] = START.map(|coordinate| gfp5::constant(coordinate, builder));
    let start_point = coefficients(&PointColumns { x, y });
    let point = coefficients(&local.accumulator);
    let name = "the accumulator starts at the offset";
    builder.assert_equal_when(name, Domain::EveryRow, start, point, start_point);

    let active: [usize; SIGNATURE_GROUPS] = std::array::from_fn(|group| group);
    let active = rows.groups(active, builder);
    let (sum, slope) = (&local.sum, local.table_slope);
    let abscissa = third_abscissa(slope, sum.x, table.x, builder);
    let run = gfp5::mul(slope, gfp5::sub::<B>(sum.x, next.x), builder);
    let ordinate = gfp5::sub::<B>(run, sum.y);
    let (name, domain) = ("the next accumulator is S + T", Domain::Transition);
    builder.assert_equal_when(name, domain, active, next.x, abscissa);
    builder.assert_equal_when(name, domain, active, next.y, ordinate);
    let rests = builder.one() - active - rows.block_end;
    let next_point = coefficients(next);
    builder.assert_equal_when("R stays to the block's end", domain, rests, next_point, point);
}

/// `w x + y`, zero where `w` encodes the point.
fn encoding<B: AirBuilder>(
    encoded: Element<B::Expr>,
    point: &PointColumns<B::Expr>,
    builder: &B,
) -> Element<B::Expr> {
    gfp5::add::<B>(gfp5::mul(encoded, point.x, builder), point.y)
}

/// In the row before the old identity, whose first elements are the signer's encoded key.
fn key<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let key_row = rows.local.flags.key_row;
    let key = &rows.local.signature.key;
    let signed_row = rows.at(SENDER_LEAF, KEY_STEP) * rows.kinds.signed;
    builder.assert_zero(
        "signed transactions check the key",
        Domain::EveryRow,
        key_row - signed_row,
    );
    let encoded = rows.next_input::<5>(0);
    let gate = |value: Element<B::Expr>| gfp5::scale::<B>(value, key_row);
    let point = gate(encoding(encoded, key, builder));
    builder.assert_zeros("the sender's key encodes Q", Domain::Transition, point);
    // the curve's equation divided by x, so that (0, 0) does not satisfy it: -w y = x^2 + 2 x + 263 z
    let two = builder.constant(2);
    let square = gfp5::mul(key.x, key.x, builder);
    let mut right = gfp5::add::<B>(square, gfp5::scale::<B>(key.x, two));
    right[1] = right[1] + builder.constant(263);
    let curve = gate(gfp5::add::<B>(gfp5::mul(encoded, key.y, builder), right));
    builder.assert_zeros("Q lies on the curve", Domain::Transition, curve);
    let root = rows.input::<5>(0);
    let square = gfp5::mul(root, root, builder);
    let root = gate(gfp5::sub::<B>(key.x, square));
    builder.assert_zeros("the abscissa of Q is a square", Domain::EveryRow, root);
}

/// The challenge hashes the encodings of Q and R.
fn challenge<B: AirBuilder>(rows: &Rows<'_, B>, builder: &mut B) {
    let flags = &rows.local.flags;
    let lane = &rows.local.signature;
    for (name, flag, step) in [
        ("signed transactions hash key and R", flags.challenge_row, CHALLENGE_STEPS[0]),
        ("signed transactions compare the challenge", flags.challenge_end_row, CHALLENGE_STEPS[1]),
    ] {
        let signed_row = rows.at(RECIPIENT_LEAF, step) * rows.kinds.signed;
        builder.assert_zero(name, Domain::EveryRow, flag - signed_row);
    }
    let gate = |value: Element<B::Expr>| gfp5::scale::<B>(value, flags.challenge_row);
    let key = gate(encoding(rows.input::<5>(0), &lane.key, builder));
    builder.assert_zeros("the challenge takes the encoded key", Domain::EveryRow, key);
    let end = gate(encoding(rows.next_input::<5>(1), &lane.accumulator, builder));
    builder.assert_zeros("the challenge takes the encoded R", Domain::Transition, end);
}
