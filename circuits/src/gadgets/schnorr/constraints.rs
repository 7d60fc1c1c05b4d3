//! The constraints of a scalar multiplication, and of what binds it to a key and a challenge.

use starfold_primitives::poseidon::WIDTH;
use starfold_primitives::signature::{CHAIN_STEPS, START, TABLE};

use super::{PointColumns, SignatureColumns};
use crate::air::{AirBuilder, Domain};
use crate::gadgets::gfp5::{self, Element};
use crate::gadgets::range::{WIDE_WINDOW_ROWS, WideNames, WideWindows, constrain_wide};
use crate::gadgets::schedule::ScheduleColumns;

const LANE_NAMES: WideNames = WideNames {
    bits: "the challenge is read in bits",
    start: "a challenge limb starts with its first bit",
    appends: "the challenge appends the bit",
    ones_start: "the challenge starts with no zero seen",
    ones: "the challenge remembers whether its upper bits are all 1",
    canonical: "below 32 ones the challenge reads zeros",
};

/// Constrains `R = s G + e Q` in the first 192 rows of every block; then the accumulator is R to the block's end.
///
/// A block has more than 192 rows, and the groups' length divides 32.
pub fn constrain<B: AirBuilder, const GROUPS: usize, const STEPS: usize>(
    schedule: &ScheduleColumns<B::Expr, GROUPS, STEPS>,
    local: &SignatureColumns<B::Expr>,
    next: &SignatureColumns<B::Expr>,
    builder: &mut B,
) {
    const { assert!(GROUPS * STEPS > CHAIN_STEPS, "no row is left for R") };
    block_constants(schedule, local, next, builder);
    challenge_bits(schedule, local, next, builder);
    let double_y = double(local, builder);
    add_key(local, double_y, builder);
    let table = table_point(local, builder);
    add_table(local, &table, builder);
    accumulator(schedule, local, next, &table, builder);
}

fn coefficients<E: Copy>(point: &PointColumns<E>) -> [E; 10] {
    std::array::from_fn(|i| if i < 5 { point.x[i] } else { point.y[i - 5] })
}

fn block_constants<B: AirBuilder, const GROUPS: usize, const STEPS: usize>(
    schedule: &ScheduleColumns<B::Expr, GROUPS, STEPS>,
    local: &SignatureColumns<B::Expr>,
    next: &SignatureColumns<B::Expr>,
    builder: &mut B,
) {
    let stays = builder.one() - schedule.block_end();
    let domain = Domain::Transition;
    let (key, next_key) = (coefficients(&local.key), coefficients(&next.key));
    builder.assert_equal_when("a block has one signer", domain, stays, next_key, key);
    let name = "a block has one challenge";
    builder.assert_equal_when(name, domain, stays, next.challenge, local.challenge);
}

fn challenge_bits<B: AirBuilder, const GROUPS: usize, const STEPS: usize>(
    schedule: &ScheduleColumns<B::Expr, GROUPS, STEPS>,
    local: &SignatureColumns<B::Expr>,
    next: &SignatureColumns<B::Expr>,
    builder: &mut B,
) {
    let limb_groups = WIDE_WINDOW_ROWS / STEPS;
    let starts = [0, limb_groups, 2 * limb_groups];
    let windows = WideWindows::new(schedule, &starts, builder);
    constrain_wide(LANE_NAMES, &local.lane, &next.lane, &windows, builder);
    // the highest limb first
    for (limb, start) in [2, 1, 0].into_iter().zip(starts) {
        let end = schedule.at(start + limb_groups - 1, STEPS - 1);
        let read = end * (local.lane.value - local.challenge[limb]);
        builder.assert_zero("the bits are those of the challenge", Domain::EveryRow, read);
    }
    for bit in local.response {
        builder.assert_bool("the response is read in bits", bit);
    }
}

/// D = 2 A. Returns the ordinate of D; degree 2.
fn double<B: AirBuilder>(local: &SignatureColumns<B::Expr>, builder: &mut B) -> Element<B::Expr> {
    let PointColumns { x, y } = local.accumulator;
    let (slope, double_x) = (local.double_slope, local.double_x);
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
    local: &SignatureColumns<B::Expr>,
    double_y: Element<B::Expr>,
    builder: &mut B,
) {
    let every = Domain::EveryRow;
    let (double_x, key, sum, bit) = (local.double_x, &local.key, &local.sum, local.lane.bit);
    let run = gfp5::sub::<B>(key.x, double_x);
    let inverse = is_inverse(local.key_inverse, run, builder);
    builder.assert_zeros("D and Q have different abscissas", every, inverse);
    let rise = gfp5::sub::<B>(key.y, double_y);
    let chord = gfp5::sub::<B>(gfp5::mul(local.key_slope, run, builder), rise);
    builder.assert_zeros("the chord goes through D and Q", every, chord);
    let third = third_abscissa(local.key_slope, double_x, key.x, builder);
    let added = gfp5::scale::<B>(gfp5::sub::<B>(third, double_x), bit);
    let abscissa = gfp5::sub::<B>(gfp5::sub::<B>(sum.x, double_x), added);
    builder.assert_zeros("S has the abscissa of D + Q or of D", every, abscissa);
    let run = gfp5::mul(local.key_slope, gfp5::sub::<B>(key.x, sum.x), builder);
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
    local: &SignatureColumns<B::Expr>,
    builder: &B,
) -> PointColumns<B::Expr> {
    let [low, high] = local.response;
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
fn add_table<B: AirBuilder>(
    local: &SignatureColumns<B::Expr>,
    table: &PointColumns<B::Expr>,
    builder: &mut B,
) {
    let every = Domain::EveryRow;
    let run = gfp5::sub::<B>(table.x, local.sum.x);
    let inverse = is_inverse(local.table_inverse, run, builder);
    builder.assert_zeros("S and T have different abscissas", every, inverse);
    let rise = gfp5::sub::<B>(table.y, local.sum.y);
    let chord = gfp5::sub::<B>(gfp5::mul(local.table_slope, run, builder), rise);
    builder.assert_zeros("the chord goes through S and T", every, chord);
}

fn accumulator<B: AirBuilder, const GROUPS: usize, const STEPS: usize>(
    schedule: &ScheduleColumns<B::Expr, GROUPS, STEPS>,
    local: &SignatureColumns<B::Expr>,
    next: &SignatureColumns<B::Expr>,
    table: &PointColumns<B::Expr>,
    builder: &mut B,
) {
    let next = &next.accumulator;
    let start = schedule.at(0, 0);
    let [x, y] = START.map(|coordinate| gfp5::constant(coordinate, builder));
    let start_point = coefficients(&PointColumns { x, y });
    let point = coefficients(&local.accumulator);
    let name = "the accumulator starts at the offset";
    builder.assert_equal_when(name, Domain::EveryRow, start, point, start_point);

    let active = schedule.groups(0..CHAIN_STEPS / STEPS, builder);
    let (sum, slope) = (&local.sum, local.table_slope);
    let abscissa = third_abscissa(slope, sum.x, table.x, builder);
    let run = gfp5::mul(slope, gfp5::sub::<B>(sum.x, next.x), builder);
    let ordinate = gfp5::sub::<B>(run, sum.y);
    let (name, domain) = ("the next accumulator is S + T", Domain::Transition);
    builder.assert_equal_when(name, domain, active, next.x, abscissa);
    builder.assert_equal_when(name, domain, active, next.y, ordinate);
    let rests = builder.one() - active - schedule.block_end();
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

/// Where `gate` is 1, the key's point Q is the one of the group that `encoded` stands for, and `root` a root of its
/// abscissa.
///
/// `encoded` may be cells of the next row, `root` is not; `gate` has degree 1 and is 0 in the last row.
pub fn constrain_key<B: AirBuilder>(
    local: &SignatureColumns<B::Expr>,
    encoded: Element<B::Expr>,
    root: Element<B::Expr>,
    gate: B::Expr,
    builder: &mut B,
) {
    let key = &local.key;
    let gated = |value: Element<B::Expr>| gfp5::scale::<B>(value, gate);
    let point = gated(encoding(encoded, key, builder));
    builder.assert_zeros("the sender's key encodes Q", Domain::Transition, point);
    // the curve's equation divided by x, so that (0, 0) does not satisfy it: -w y = x^2 + 2 x + 263 z
    let two = builder.constant(2);
    let square = gfp5::mul(key.x, key.x, builder);
    let mut right = gfp5::add::<B>(square, gfp5::scale::<B>(key.x, two));
    right[1] = right[1] + builder.constant(263);
    let curve = gated(gfp5::add::<B>(gfp5::mul(encoded, key.y, builder), right));
    builder.assert_zeros("Q lies on the curve", Domain::Transition, curve);
    let square = gfp5::mul(root, root, builder);
    let root = gated(gfp5::sub::<B>(key.x, square));
    builder.assert_zeros("the abscissa of Q is a square", Domain::EveryRow, root);
}

/// Where `gate` is 1, `key` encodes Q and `end` the accumulator, which is R in the rows after the first 192.
///
/// `end` may be cells of the next row, `key` is not; `gate` has degree 1 and is 0 in the last row.
pub fn constrain_encodings<B: AirBuilder>(
    local: &SignatureColumns<B::Expr>,
    key: Element<B::Expr>,
    end: Element<B::Expr>,
    gate: B::Expr,
    builder: &mut B,
) {
    let gated = |value: Element<B::Expr>| gfp5::scale::<B>(value, gate);
    let key = gated(encoding(key, &local.key, builder));
    builder.assert_zeros("the challenge takes the encoded key", Domain::EveryRow, key);
    let end = gated(encoding(end, &local.accumulator, builder));
    builder.assert_zeros("the challenge takes the encoded R", Domain::Transition, end);
}

/// The hash whose first three elements are the challenge, in two rows, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct ChallengeHash<'a, E> {
    /// The message, in the first of the rows; degree 1.
    pub message: [E; 4],
    /// 1 in the first of the rows; degree 2 at most.
    pub first: E,
    /// 1 in the second; degree 2 at most.
    pub second: E,
    /// 1 in the second row of a block with a signature; degree 2 at most.
    pub compared: E,
    /// Input of the row's permutation.
    pub input: &'a [E; WIDTH],
    /// Input of the next row's permutation.
    pub next_input: &'a [E; WIDTH],
    /// Output of the row's permutation.
    pub output: &'a [E; WIDTH],
}

/// The challenge hashes key 5, message 4, R 5, and two zeros that fill the second row. Key and R are for
/// [`constrain_encodings`] to bind, in the first of the rows; the capacity, which begins the domain `Challenge` and goes on
/// in the second row, is the caller's.
pub fn constrain_challenge<B: AirBuilder>(
    local: &SignatureColumns<B::Expr>,
    hash: &ChallengeHash<'_, B::Expr>,
    builder: &mut B,
) {
    let zero = builder.zero();
    let [m0, m1, m2, m3] = hash.message;
    builder.assert_equal_when(
        "the challenge takes elements 0 to 2 of the message",
        Domain::EveryRow,
        hash.first,
        std::array::from_fn::<_, 3, _>(|i| hash.input[5 + i]),
        [m0, m1, m2],
    );
    builder.assert_equal_when(
        "the challenge takes element 3 of the message",
        Domain::Transition,
        hash.first,
        [hash.next_input[0]],
        [m3],
    );
    builder.assert_equal_when(
        "the challenge is filled up with zeros",
        Domain::EveryRow,
        hash.second,
        std::array::from_fn::<_, 2, _>(|i| hash.input[6 + i]),
        [zero; 2],
    );
    builder.assert_equal_when(
        "the challenge is the hash",
        Domain::EveryRow,
        hash.compared,
        local.challenge,
        std::array::from_fn(|i| hash.output[i]),
    );
}
