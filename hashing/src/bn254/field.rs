//! The field's arithmetic, written once over lanes.
//!
//! An integer is five columns of 64 bits: c stands for the sum of `c[i] 2^(52 i)`, so that integers are added without
//! carries. Any integer congruent modulo p stands for an element, in Montgomery form with R = 2^260.
//!
//! * A multiplication reads the low 52 bits of a column. [`carry`] makes those right and leaves what is above; what is
//!   multiplied is below 2^260, which is more than [`CAPACITY`] p. Bounds of integers are given as multiples of p.
//! * No column reaches 2^64 but the last, which counts modulo 2^64: it may be "negative", as [`reduce`] may leave it,
//!   because the carries of the columns below make up for that. A test follows the bounds of columns.

use super::constants::Factor;
use super::integer::{
    LIMBS, Limbs, ORDER, limbs, negated_inverse, negated_order, quotient, shifted_multiple,
};
use super::lanes::Lanes;

/// An integer in each lane, by columns.
pub(super) type Columns<L> = [L; LIMBS];
/// The columns of a product.
type Wide<L> = [L; 2 * LIMBS];

/// Words of 64 bits in each lane: an integer of 256 bits.
pub(super) type LaneWords<L> = [L; 4];

/// Multiples of p in 2^260, rounded down.
pub(super) const CAPACITY: u64 = 84;
const _: () = {
    let quotient = quotient(&[1, 0, 0, 0], 260);
    assert!(quotient[0] == CAPACITY && quotient[1] == 0);
};

const MODULUS: Limbs = limbs(&ORDER);
const NEGATED_INVERSE: u64 = negated_inverse();
/// (f p + 1) / 2^52 with f = `NEGATED_INVERSE`.
const SHIFTED_MULTIPLE: Limbs = shifted_multiple();
/// 2^260 - p.
const COMPLEMENT: Limbs = negated_order(1);
/// 2^260 - 16 p.
const COMPLEMENT_OF_SIXTEEN: Limbs = negated_order(16);
/// 2^292 / p, rounded down.
const RECIPROCAL: u64 = {
    let limbs = quotient(&[1, 0, 0, 0], 292);
    assert!(limbs[1] == 0 && limbs[2] == 0 && limbs[3] == 0 && limbs[4] == 0);
    limbs[0]
};

/// The same integer in every lane.
#[inline(always)]
pub(super) fn splat<L: Lanes>(limbs: &Limbs) -> Columns<L> {
    let mut columns = [L::splat(0); LIMBS];
    for i in 0..LIMBS {
        columns[i] = L::splat(limbs[i]);
    }
    columns
}

/// `x + y`, without carries.
#[inline(always)]
pub(super) fn add<L: Lanes>(mut x: Columns<L>, y: &Columns<L>) -> Columns<L> {
    for i in 0..LIMBS {
        x[i] = x[i].add(y[i]);
    }
    x
}

/// `2 x`, without carries.
#[inline(always)]
pub(super) fn double<L: Lanes>(x: &Columns<L>) -> Columns<L> {
    add(*x, x)
}

/// Makes the low 52 bits of every column those of the integer.
#[inline(always)]
pub(super) fn carry<L: Lanes>(mut x: Columns<L>) -> Columns<L> {
    for i in 1..LIMBS {
        x[i] = x[i].add(x[i - 1].right::<52>());
    }
    x
}

/// The integer modulo 2^260, in columns below 2^52.
#[inline(always)]
pub(super) fn normalise<L: Lanes>(x: Columns<L>) -> Columns<L> {
    let mut x = carry(x);
    for column in &mut x {
        *column = column.low();
    }
    x
}

/// An integer below 2^13 p less a multiple of p: below 1.001 p.
#[inline(always)]
pub(super) fn reduce<L: Lanes>(x: Columns<L>) -> Columns<L> {
    let mut x = carry(x);
    for column in &mut x[..LIMBS - 1] {
        *column = column.low();
    }
    // The integer is at least this times 2^240, and exceeds that by less than 2^-13 p. Therefore the estimate is at
    // most the quotient, and what remains exceeds p by less than 2^-13 p and the little that `RECIPROCAL` lacks.
    let high = x[LIMBS - 1].right::<32>();
    let quotient = L::splat(0).add_high_product(high, L::splat(RECIPROCAL));
    // less p: the low limbs of 2^260 - p are added, for which the top takes one more
    for i in 0..LIMBS - 1 {
        let limb = L::splat(COMPLEMENT[i]);
        x[i] = x[i].add_low_product(quotient, limb);
        x[i + 1] = x[i + 1].add_high_product(quotient, limb);
    }
    let top = L::splat(MODULUS[LIMBS - 1] + 1);
    let low = L::splat(0).add_low_product(quotient, top);
    let high = L::splat(0).add_high_product(quotient, top);
    x[LIMBS - 1] = x[LIMBS - 1].sub(low).sub(high.left::<52>());
    x
}

/// Adds the product of a limb and limbs to the columns from `start` on. The low halves come first: that leaves most
/// time between two sums of one column.
#[inline(always)]
fn add_row<L: Lanes>(wide: &mut Wide<L>, start: usize, limb: L, limbs: &Columns<L>) {
    for i in 0..LIMBS {
        wide[start + i] = wide[start + i].add_low_product(limb, limbs[i]);
    }
    for i in 0..LIMBS {
        wide[start + i + 1] = wide[start + i + 1].add_high_product(limb, limbs[i]);
    }
}

/// `x y / 2^260`, of carried integers: below a b / 84 + 2 of those below a and b.
#[inline(always)]
pub(super) fn product<L: Lanes>(x: &Columns<L>, y: &Columns<L>) -> Columns<L> {
    let mut wide = [L::splat(0); 2 * LIMBS];
    for (i, &limb) in x.iter().enumerate() {
        add_row(&mut wide, i, limb, y);
    }
    divide(wide)
}

/// `x^2 / 2^260`, of a carried integer: below a^2 / 84 + 2 of one below a.
#[inline(always)]
pub(super) fn square<L: Lanes>(x: &Columns<L>) -> Columns<L> {
    let mut wide = [L::splat(0); 2 * LIMBS];
    for i in 0..LIMBS {
        for j in i + 1..LIMBS {
            wide[i + j] = wide[i + j].add_low_product(x[i], x[j]);
            wide[i + j + 1] = wide[i + j + 1].add_high_product(x[i], x[j]);
        }
    }
    for column in &mut wide[1..2 * LIMBS - 1] {
        *column = column.add(*column);
    }
    for i in 0..LIMBS {
        wide[2 * i] = wide[2 * i].add_low_product(x[i], x[i]);
        wide[2 * i + 1] = wide[2 * i + 1].add_high_product(x[i], x[i]);
    }
    divide(wide)
}

/// Divides by 2^260 modulo p: to below t + 2 of an integer below t 2^260. No column reaches 2^57, as it is a sum of at
/// most 19 integers below 2^52 and a carry.
#[inline(always)]
fn divide<L: Lanes>(mut wide: Wide<L>) -> Columns<L> {
    // A column q is made zero by adding q (f p), which is q (f p + 1) less q, for f p + 1 is a multiple of 2^52. That
    // saves a product to find what to multiply p by. After four columns an integer below 2^52 f p has been added, so
    // that the last column takes the usual way.
    let multiple = splat(&SHIFTED_MULTIPLE);
    for i in 0..LIMBS - 1 {
        let column = wide[i];
        wide[i + 1] = wide[i + 1].add(column.right::<52>());
        add_row(&mut wide, i + 1, column, &multiple);
    }
    let last = LIMBS - 1;
    let factor = L::splat(0).add_low_product(wide[last], L::splat(NEGATED_INVERSE));
    add_row(&mut wide, last, factor, &splat(&MODULUS));
    wide[LIMBS] = wide[LIMBS].add(wide[last].right::<52>());
    let mut quotient = [L::splat(0); LIMBS];
    quotient.copy_from_slice(&wide[LIMBS..]);
    quotient
}

/// `factor x + addend`, of a carried integer x: modulo 2^260, the addend and less than 10.001. It adds less than 2^57
/// to a column.
///
/// The quotient by p is estimated from the high columns of the product with `factor.quotient`. What those leave out are
/// nine integers below 2^260 and far smaller ones, and x / 2^260 as `factor.quotient` is rounded: the estimate lacks
/// less than 9.001 of a number that lacks less than one. The remainder then needs the low columns alone, and three
/// halves of a product are cheaper than one and a Montgomery reduction.
#[inline(always)]
pub(super) fn scale<L: Lanes>(factor: &Factor, x: &Columns<L>, addend: &Columns<L>) -> Columns<L> {
    let mut high = [L::splat(0); LIMBS];
    let mut low = *addend;
    for i in 0..LIMBS {
        let limb = L::splat(factor.quotient[i]);
        for j in LIMBS - 1 - i..LIMBS {
            high[i + j + 1 - LIMBS] = high[i + j + 1 - LIMBS].add_high_product(x[j], limb);
            if i + j >= LIMBS {
                high[i + j - LIMBS] = high[i + j - LIMBS].add_low_product(x[j], limb);
            }
        }
    }
    add_low_columns(&mut low, x, &factor.value);
    add_low_columns(&mut low, &carry(high), &COMPLEMENT);
    low
}

/// Adds the product modulo 2^260.
#[inline(always)]
fn add_low_columns<L: Lanes>(sum: &mut Columns<L>, x: &Columns<L>, limbs: &Limbs) {
    for i in 0..LIMBS {
        let limb = L::splat(limbs[i]);
        for j in 0..LIMBS - i {
            sum[i + j] = sum[i + j].add_low_product(x[j], limb);
            if i + j + 1 < LIMBS {
                sum[i + j + 1] = sum[i + j + 1].add_high_product(x[j], limb);
            }
        }
    }
}

/// From Montgomery form with R = 2^256: sixteen times the integer, in columns below 2^52.
#[inline(always)]
pub(super) fn enter<L: Lanes>(words: &LaneWords<L>) -> Columns<L> {
    [
        words[0].left::<4>().low(),
        words[0].right::<48>().add(words[1].left::<16>()).low(),
        words[1].right::<36>().add(words[2].left::<28>()).low(),
        words[2].right::<24>().add(words[3].left::<40>()).low(),
        words[3].right::<12>(),
    ]
}

/// To Montgomery form with R = 2^256, of an integer below 17 p: a sixteenth modulo p, which is below p.
#[inline(always)]
pub(super) fn leave<L: Lanes>(mut x: Columns<L>) -> LaneWords<L> {
    // p is 1 modulo 16, so that as many times p as are missing make a multiple of sixteen below 32 p
    let missing = L::splat(0).sub(x[0]).left::<60>().right::<60>();
    for i in 0..LIMBS {
        x[i] = x[i].add_low_product(missing, L::splat(MODULUS[i]));
        if i + 1 < LIMBS {
            x[i + 1] = x[i + 1].add_high_product(missing, L::splat(MODULUS[i]));
        }
    }
    let mut x = normalise(x);
    // 2^260 - 16 p more reach 2^260 if and only if 16 p can be taken away
    let complement = splat::<L>(&COMPLEMENT_OF_SIXTEEN);
    let is_beyond = carry(add(x, &complement))[LIMBS - 1].right::<52>();
    for i in 0..LIMBS {
        x[i] = x[i].add_low_product(is_beyond, complement[i]);
    }
    let x = normalise(x);
    [
        x[0].right::<4>().add(x[1].left::<48>()),
        x[1].right::<16>().add(x[2].left::<36>()),
        x[2].right::<28>().add(x[3].left::<24>()),
        x[3].right::<40>().add(x[4].left::<12>()),
    ]
}
