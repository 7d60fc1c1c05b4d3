//! What an amount is worth: the product of the reserves never falls, and three thousandths of what is sold stay with the
//! pool.
//!
//! With reserves `x` of the token that is sold and `y` of the other, who sells `s` gets
//!
//! ```text
//! bought = floor(997 s y / (1000 x + 997 s))
//! ```
//!
//! That is proved without a division. With the new reserve `y' = y - bought` it is the same to say that there are
//! `remainder` and `shortfall`, not negative, with
//!
//! ```text
//! 997 s y'                 = 1000 x bought + remainder
//! remainder + shortfall + 1 = 1000 x + 997 s
//! ```
//!
//! The first line with `remainder >= 0` is the market's promise: **rounding never favours the trader**. The second says that
//! rounding takes less than one unit: `remainder` is below the divisor. Both are equations of integers of up to 266 bits,
//! checked limb by limb: products in limbs of 16 bits, two of which make one of base 2^32 with a signed carry of 32 bits.
//! Products stay below 2^61, a sum with both carries below 2^63 + 2^61, so that zero modulo p is zero.

use num_bigint::BigUint;
use starfold_primitives::quantities::Amount;

/// Thousandths of what is sold that count.
pub const KEPT: u64 = 997;
/// All thousandths.
pub const WHOLE: u64 = 1000;
/// What is added to a carry, so that it is not negative.
pub const CARRY_OFFSET: u64 = 1 << 31;

/// What is bought, and what shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// What the pool had of the token that is sold.
    pub reserve: Amount,
    /// What the trader gets.
    pub bought: Amount,
    /// What rounding leaves to the pool.
    pub remainder: Amount,
    /// What is missing to one unit more.
    pub shortfall: Amount,
}

impl Price {
    /// The price of `sold` where a pool has the two reserves; none where it has nothing of the token that is sold, or where
    /// `1000 reserve + 997 sold` exceeds 2^128 so far that remainder or shortfall is no amount.
    #[must_use]
    pub fn of(sold: Amount, reserve: Amount, other_reserve: Amount) -> Option<Self> {
        if reserve == Amount::ZERO {
            return None;
        }
        let [s, x, y] = [sold, reserve, other_reserve].map(|amount| BigUint::from(amount.get()));
        let counted = &s * KEPT;
        let divisor = x * WHOLE + &counted;
        let (dividend, amount) =
            (counted * y, |value: &BigUint| value.try_into().ok().map(Amount::new));
        let (bought, remainder) = (&dividend / &divisor, &dividend % &divisor);
        let shortfall = divisor - &remainder - 1_u32;
        Some(Self {
            reserve,
            bought: amount(&bought)?,
            remainder: amount(&remainder)?,
            shortfall: amount(&shortfall)?,
        })
    }
}
