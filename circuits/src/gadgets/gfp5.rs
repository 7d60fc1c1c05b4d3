//! Arithmetic of `GF(p^5) = GF(p)[z]/(z^5 - 3)` on expressions. A product costs no columns.

use crate::air::AirBuilder;

/// An element, constant coefficient first.
pub type Element<E> = [E; 5];

/// The sum.
pub fn add<B: AirBuilder>(a: Element<B::Expr>, b: Element<B::Expr>) -> Element<B::Expr> {
    std::array::from_fn(|i| a[i] + b[i])
}

/// The difference.
pub fn sub<B: AirBuilder>(a: Element<B::Expr>, b: Element<B::Expr>) -> Element<B::Expr> {
    std::array::from_fn(|i| a[i] - b[i])
}

/// Every coefficient times `factor`.
pub fn scale<B: AirBuilder>(a: Element<B::Expr>, factor: B::Expr) -> Element<B::Expr> {
    a.map(|coefficient| coefficient * factor)
}

/// The product; its degree is the sum of the degrees.
pub fn mul<B: AirBuilder>(
    a: Element<B::Expr>,
    b: Element<B::Expr>,
    builder: &B,
) -> Element<B::Expr> {
    let three = builder.constant(3);
    std::array::from_fn(|i| {
        let low = (1..=i).fold(a[0] * b[i], |sum, j| sum + a[j] * b[i - j]);
        if i == 4 {
            return low;
        }
        let high = (i + 2..5).fold(a[i + 1] * b[4], |sum, j| sum + a[j] * b[5 + i - j]);
        high * three + low
    })
}

/// The constant with these canonical coefficients.
pub fn constant<B: AirBuilder>(coefficients: [u64; 5], builder: &B) -> Element<B::Expr> {
    coefficients.map(|coefficient| builder.constant(coefficient))
}
