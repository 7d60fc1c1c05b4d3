//! Where each bit of a word lies (section 5 of the protocol).
//!
//! A word is 248 bits, here four limbs of 62 bits, low first. A [`Field`] is a run of bits counted
//! from the lowest; the encoder, the decoder and the check of unused bits all read the same
//! constants.

use starfold_primitives::word::{LIMB_BITS, LIMB_MAX};

/// The 62-bit limbs of a word, low first.
pub type Limbs = [u64; 4];

/// A run of bits of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The lowest bit, 0 being the lowest bit of the word.
    pub offset: u32,
    /// The number of bits, at most 128.
    pub width: u32,
}

/// Fees in fee units.
pub const FEE_COUNT: Field = Field { offset: 0, width: 32 };
/// The amount.
pub const AMOUNT: Field = Field { offset: 32, width: 128 };
/// The token.
pub const TOKEN: Field = Field { offset: 160, width: 16 };
/// The recipient's account index.
pub const TO: Field = Field { offset: 176, width: 32 };
/// The sender's account index.
pub const FROM: Field = Field { offset: 208, width: 32 };
/// The opcode.
pub const OPCODE: Field = Field { offset: 240, width: 8 };
/// In a head word of SetKey and L1SetKey: the low 62 bits of key element 4.
pub const LAST_KEY_ELEMENT: Field = Field { offset: 62, width: 62 };
/// In a head word of SetKey and L1SetKey: the top two bits of the five key elements, element 0
/// lowest.
pub const KEY_TOPS: Field = Field { offset: 124, width: 10 };
/// In an address word: the address.
pub const ADDRESS_LOW: Field = Field { offset: 0, width: 124 };
/// In an address word: the top 36 bits of the address.
pub const ADDRESS_HIGH: Field = Field { offset: 124, width: 36 };

impl Field {
    /// The bits of the field that lie in limb `index`, as a mask of that limb.
    #[must_use]
    pub const fn mask(self, index: u32) -> u64 {
        let low = index * LIMB_BITS;
        let (start, end) = (self.offset, self.offset + self.width);
        let from = start.saturating_sub(low);
        let to = end.saturating_sub(low);
        let to = if to > LIMB_BITS { LIMB_BITS } else { to };
        if from >= to { 0 } else { ((1 << (to - from)) - 1) << from }
    }

    /// Reads the field from a word.
    #[must_use]
    pub fn read(self, limbs: &Limbs) -> u128 {
        let mut value = 0;
        let mut have = 0;
        for (index, limb) in (0..).zip(limbs) {
            let mask = self.mask(index);
            if mask != 0 {
                value |= u128::from((limb & mask) >> mask.trailing_zeros()) << have;
                have += mask.count_ones();
            }
        }
        value
    }

    /// Writes `value` into the field, which must still be zero; bits beyond its width are dropped.
    pub fn write(self, limbs: &mut Limbs, value: u128) {
        let mut rest = value;
        for (index, limb) in (0..).zip(limbs) {
            let mask = self.mask(index);
            if mask != 0 {
                let low = u64::try_from(rest & u128::from(u64::MAX)).expect("masked to 64 bits");
                *limb |= (low << mask.trailing_zeros()) & mask;
                rest >>= mask.count_ones();
            }
        }
    }
}

/// What follows the head word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// The limbs of an address.
    Address,
    /// The low 62 bits of the first four key elements.
    Key,
}

/// The first eight bits of a transaction's head word; it fixes the number of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Opcode {
    /// A transfer to an existing account.
    Transfer = 0x01,
    /// A transfer that creates its recipient.
    TransferNew = 0x02,
    /// A new key, authorised by the old one.
    SetKey = 0x03,
    /// The operator collects the fees.
    CollectFee = 0x04,
    /// A withdrawal to an L1 address.
    Withdraw = 0x81,
    /// A deposit from L1.
    Deposit = 0x82,
    /// A withdrawal of a whole balance, asked for on L1.
    ForcedExit = 0x83,
    /// A new key, asked for on L1.
    L1SetKey = 0x84,
}

impl Opcode {
    /// All opcodes.
    pub const ALL: [Self; 8] = [
        Self::Transfer,
        Self::TransferNew,
        Self::SetKey,
        Self::CollectFee,
        Self::Withdraw,
        Self::Deposit,
        Self::ForcedExit,
        Self::L1SetKey,
    ];

    /// The byte in the word.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The opcode of a byte; none for a byte that is not an opcode.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|opcode| opcode.code() == code)
    }

    /// Whether the contract acts upon it.
    #[must_use]
    pub const fn is_for_contract(self) -> bool {
        self.code() & 0x80 != 0
    }

    /// The words that follow the head word, in order.
    #[must_use]
    pub const fn continuations(self) -> &'static [Continuation] {
        match self {
            Self::Transfer | Self::CollectFee => &[],
            Self::SetKey => &[Continuation::Key],
            Self::TransferNew | Self::Withdraw | Self::Deposit | Self::ForcedExit => {
                &[Continuation::Address]
            }
            Self::L1SetKey => &[Continuation::Address, Continuation::Key],
        }
    }

    /// The number of words of a transaction, head included.
    #[must_use]
    pub const fn word_count(self) -> usize {
        1 + self.continuations().len()
    }

    /// The fields of its head word; every other bit is zero.
    #[must_use]
    pub const fn head_fields(self) -> &'static [Field] {
        match self {
            Self::Transfer | Self::TransferNew => &[OPCODE, FROM, TO, TOKEN, AMOUNT, FEE_COUNT],
            Self::SetKey => &[OPCODE, FROM, KEY_TOPS, LAST_KEY_ELEMENT, FEE_COUNT],
            Self::CollectFee => &[OPCODE, TO, TOKEN, AMOUNT, FEE_COUNT],
            Self::Withdraw => &[OPCODE, FROM, TOKEN, AMOUNT, FEE_COUNT],
            Self::Deposit => &[OPCODE, TO, TOKEN, AMOUNT],
            Self::ForcedExit => &[OPCODE, FROM, TOKEN, AMOUNT],
            Self::L1SetKey => &[OPCODE, FROM, KEY_TOPS, LAST_KEY_ELEMENT],
        }
    }
}

/// The bits of `limbs` that lie in none of `fields`.
#[must_use]
pub fn unused_bits(limbs: &Limbs, fields: &[Field]) -> Limbs {
    let mut rest = *limbs;
    for (index, limb) in (0..).zip(&mut rest) {
        for field in fields {
            *limb &= !field.mask(index);
        }
    }
    rest
}

/// The low 62 bits of the first four elements of a key, the content of a key word.
#[must_use]
pub fn key_word(elements: &[u64; 5]) -> Limbs {
    [0, 1, 2, 3].map(|index| elements[index] & LIMB_MAX)
}

/// Writes the rest of a key into the head word: element 4 and the top bits.
pub fn write_key(head: &mut Limbs, elements: &[u64; 5]) {
    LAST_KEY_ELEMENT.write(head, u128::from(elements[4] & LIMB_MAX));
    let tops = (0..)
        .zip(elements)
        .map(|(index, element): (u32, _)| u128::from(element >> LIMB_BITS) << (2 * index));
    KEY_TOPS.write(head, tops.sum());
}

/// Puts a key together from head and key word; the elements may be p or more.
#[must_use]
pub fn read_key(head: &Limbs, key_word: &Limbs) -> [u64; 5] {
    let tops = KEY_TOPS.read(head);
    let last = LAST_KEY_ELEMENT.read(head);
    [0, 1, 2, 3, 4].map(|index| {
        let low = key_word.get(index).map_or(last, |limb| u128::from(*limb));
        let element = (((tops >> (2 * index)) & 3) << LIMB_BITS) | low;
        u64::try_from(element).expect("62 and 2 bits")
    })
}

#[cfg(test)]
mod tests;
