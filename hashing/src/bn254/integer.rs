//! Plain integers, for constants: at compile time, or once for a permutation. None of this is in a kernel.

/// Bits of a limb.
pub(super) const LIMB_BITS: usize = 52;
/// Limbs of an integer of 260 bits.
pub(super) const LIMBS: usize = 5;
/// The largest limb.
pub(super) const LIMB_MASK: u64 = (1 << LIMB_BITS) - 1;

/// An integer of 256 bits, its least significant word first.
pub(super) type Words = [u64; 4];
/// An integer of 260 bits, its least significant limb first, each below 2^52.
pub(super) type Limbs = [u64; LIMBS];

/// The order of BN254's scalar field, p.
pub(super) const ORDER: Words =
    [0x43e1_f593_f000_0001, 0x2833_e848_79b9_7091, 0xb850_45b6_8181_585d, 0x3064_4e72_e131_a029];

/// Whether an integer is below p.
pub(super) const fn is_canonical(words: &Words) -> bool {
    subtract_order(words).1
}

/// The integer less p, modulo 2^256, and whether the difference is negative.
const fn subtract_order(words: &Words) -> (Words, bool) {
    let mut difference = *words;
    let mut borrow = false;
    let mut i = 0;
    while i < words.len() {
        let (partial, is_less) = words[i].overflowing_sub(ORDER[i]);
        let (whole, is_borrowed) = partial.overflowing_sub(borrow as u64);
        difference[i] = whole;
        borrow = is_less || is_borrowed;
        i += 1;
    }
    (difference, borrow)
}

/// Twice an integer below p, divided by p: the remainder, and whether the quotient is one.
const fn double(words: &Words) -> (Words, bool) {
    let doubled = [
        words[0] << 1,
        words[1] << 1 | words[0] >> 63,
        words[2] << 1 | words[1] >> 63,
        words[3] << 1 | words[2] >> 63,
    ];
    let (difference, is_negative) = subtract_order(&doubled);
    if is_negative { (doubled, false) } else { (difference, true) }
}

/// The integer times 2^`bits`, modulo p.
pub(super) const fn shift_up(words: &Words, bits: usize) -> Words {
    let mut remainder = *words;
    let mut i = 0;
    while i < bits {
        (remainder, _) = double(&remainder);
        i += 1;
    }
    remainder
}

/// An integer below p, divided by 2^`bits` modulo p.
pub(super) const fn shift_down(words: &Words, bits: usize) -> Words {
    let mut quotient = *words;
    let mut i = 0;
    while i < bits {
        // p is odd, so that adding it makes an odd integer even; the sum is below 2^255
        let is_odd = quotient[0] % 2;
        let mut sum = [0; 4];
        let mut carry = 0;
        let mut j = 0;
        while j < quotient.len() {
            carry += quotient[j] as u128 + (is_odd * ORDER[j]) as u128;
            sum[j] = carry as u64;
            carry >>= 64;
            j += 1;
        }
        quotient = [
            sum[0] >> 1 | sum[1] << 63,
            sum[1] >> 1 | sum[2] << 63,
            sum[2] >> 1 | sum[3] << 63,
            sum[3] >> 1,
        ];
        i += 1;
    }
    quotient
}

/// The integral part of an integer below p times 2^`bits` over p. It must be below 2^260.
pub(super) const fn quotient(words: &Words, bits: usize) -> Limbs {
    let mut remainder = *words;
    let mut quotient = [0; LIMBS];
    let mut position = bits;
    while position > 0 {
        position -= 1;
        let (next, is_one) = double(&remainder);
        remainder = next;
        if is_one {
            quotient[position / LIMB_BITS] |= 1 << (position % LIMB_BITS);
        }
    }
    quotient
}

/// The same integer in limbs.
pub(super) const fn limbs(words: &Words) -> Limbs {
    [
        words[0] & LIMB_MASK,
        (words[0] >> 52 | words[1] << 12) & LIMB_MASK,
        (words[1] >> 40 | words[2] << 24) & LIMB_MASK,
        (words[2] >> 28 | words[3] << 36) & LIMB_MASK,
        words[3] >> 16,
    ]
}

/// 2^260 less a positive multiple of p that is below it.
pub(super) const fn negated_order(multiple: u64) -> Limbs {
    let order = limbs(&ORDER);
    let mut negated = [0; LIMBS];
    let mut carry: i128 = 0;
    let mut i = 0;
    while i < LIMBS {
        carry -= multiple as i128 * order[i] as i128;
        negated[i] = carry as u64 & LIMB_MASK;
        // towards minus infinity
        carry >>= LIMB_BITS;
        i += 1;
    }
    assert!(carry == -1);
    negated
}

/// The limb whose product with p is -1 modulo 2^52.
pub(super) const fn negated_inverse() -> u64 {
    // each step doubles the bits that are right, of which an odd integer has three as its own inverse
    let mut inverse = ORDER[0];
    let mut i = 0;
    while i < 5 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(ORDER[0].wrapping_mul(inverse)));
        i += 1;
    }
    inverse.wrapping_neg() & LIMB_MASK
}

/// The multiple of p that is -1 modulo 2^52, plus one, over 2^52.
pub(super) const fn shifted_multiple() -> Limbs {
    let order = limbs(&ORDER);
    let factor = negated_inverse() as u128;
    let mut carry = (factor * order[0] as u128 + 1) >> LIMB_BITS;
    let mut multiple = [0; LIMBS];
    let mut i = 0;
    while i < LIMBS {
        let order = if i + 1 < LIMBS { order[i + 1] } else { 0 };
        carry += factor * order as u128;
        multiple[i] = carry as u64 & LIMB_MASK;
        carry >>= LIMB_BITS;
        i += 1;
    }
    assert!(carry == 0);
    multiple
}
