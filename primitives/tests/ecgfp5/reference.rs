//! The curve by schoolbook formulas, over `u128` remainders, with none of the library's arithmetic.

use num_bigint::BigUint;

pub(crate) type Element = [u64; 5];
/// None is the neutral element.
pub(crate) type Affine = Option<(Element, Element)>;

const P: u128 = (1 << 64) - (1 << 32) + 1;
pub(crate) const ONE: Element = [1, 0, 0, 0, 0];
pub(crate) const A: Element = [2, 0, 0, 0, 0];
pub(crate) const B: Element = [0, 263, 0, 0, 0];
pub(crate) const ORDER: &str = "106799351671714695104148491657179270274505774058\
    1727230159139685185762082554198619328292418486241";

pub(crate) fn order() -> BigUint {
    ORDER.parse().unwrap()
}

pub(crate) fn add(a: Element, b: Element) -> Element {
    std::array::from_fn(|i| ((u128::from(a[i]) + u128::from(b[i])) % P) as u64)
}

pub(crate) fn neg(a: Element) -> Element {
    a.map(|limb| ((P - u128::from(limb) % P) % P) as u64)
}

pub(crate) fn sub(a: Element, b: Element) -> Element {
    add(a, neg(b))
}

pub(crate) fn mul(a: Element, b: Element) -> Element {
    let mut product = [0_u128; 9];
    for (i, x) in a.into_iter().enumerate() {
        for (j, y) in b.into_iter().enumerate() {
            product[i + j] = (product[i + j] + u128::from(x) * u128::from(y) % P) % P;
        }
    }
    // z^5 = 3
    let folded = |i: usize| if i < 4 { 3 * product[i + 5] } else { 0 };
    std::array::from_fn(|i| ((product[i] + folded(i)) % P) as u64)
}

pub(crate) fn power(base: Element, exponent: &BigUint) -> Element {
    (0..exponent.bits()).rev().fold(ONE, |result, bit| {
        let square = mul(result, result);
        if exponent.bit(bit) { mul(square, base) } else { square }
    })
}

fn field_order() -> BigUint {
    BigUint::from(P).pow(5)
}

pub(crate) fn inverse(a: Element) -> Element {
    power(a, &(field_order() - 2_u32))
}

/// Euler's criterion.
pub(crate) fn is_square(a: Element) -> bool {
    a == [0; 5] || power(a, &((field_order() - 1_u32) / 2_u32)) == ONE
}

pub(crate) fn is_on_curve((x, y): (Element, Element)) -> bool {
    let right = mul(x, add(add(mul(x, x), mul(A, x)), B));
    mul(y, y) == right
}

pub(crate) fn point_add(first: Affine, second: Affine) -> Affine {
    let (Some((x1, y1)), Some((x2, y2))) = (first, second) else {
        return first.or(second);
    };
    let slope = if x1 != x2 {
        mul(sub(y2, y1), inverse(sub(x2, x1)))
    } else if y1 == y2 {
        let numerator = add(add(mul([3, 0, 0, 0, 0], mul(x1, x1)), mul([4, 0, 0, 0, 0], x1)), B);
        mul(numerator, inverse(add(y1, y1)))
    } else {
        return None;
    };
    let x3 = sub(sub(sub(mul(slope, slope), A), x1), x2);
    Some((x3, sub(mul(slope, sub(x1, x3)), y1)))
}

pub(crate) fn point_mul(scalar: &BigUint, point: Affine) -> Affine {
    (0..scalar.bits()).rev().fold(None, |sum, bit| {
        let double = point_add(sum, sum);
        if scalar.bit(bit) { point_add(double, point) } else { double }
    })
}

/// `w = -y / x`, zero for the neutral element.
pub(crate) fn encode(point: Affine) -> Element {
    point.map_or([0; 5], |(x, y)| neg(mul(y, inverse(x))))
}
