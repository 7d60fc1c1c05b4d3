//! Words of 31 bytes, their digest and their evaluation (`docs/protocol.md`, section 5).

use plonky2::field::extension::quadratic::QuadraticExtension;
use plonky2::field::extension::{Extendable, FieldExtension};
use serde::{Deserialize, Serialize};
use sha3::{Digest as _, Keccak256};

use crate::poseidon::{Domain, hash};
use crate::{Digest, Field, Goldilocks};

/// Bytes of a word.
pub const WORD_BYTES: usize = 31;
/// Bits of each of a word's four limbs.
pub const LIMB_BITS: u32 = 62;
/// The largest limb.
pub const LIMB_MAX: u64 = (1 << LIMB_BITS) - 1;

/// An element of `GF(p^2) = GF(p)[X]/(X^2 - 7)`, constant coefficient first.
pub type Quadratic = QuadraticExtension<Goldilocks>;

const _: () = assert!(<Goldilocks as Extendable<2>>::W.0 == 7, "protocol, section 5: X^2 = 7");

/// 248 bits of public data: four limbs of 62 bits, low first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u64; 4]", into = "[u64; 4]")]
pub struct Word([u64; 4]);

/// A limb of more than 62 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("limb {index} of a word is {value}, above the largest of 62 bits")]
pub struct LimbOutOfRange {
    /// Which of the four.
    pub index: usize,
    /// Its value.
    pub value: u64,
}

impl Word {
    /// Makes a word from its limbs, low first.
    ///
    /// # Errors
    /// [`LimbOutOfRange`] where a limb has more than 62 bits.
    pub fn new(limbs: [u64; 4]) -> Result<Self, LimbOutOfRange> {
        match limbs.into_iter().enumerate().find(|&(_, value)| value > LIMB_MAX) {
            Some((index, value)) => Err(LimbOutOfRange { index, value }),
            None => Ok(Self(limbs)),
        }
    }

    /// The limbs, low first.
    pub fn limbs(self) -> [u64; 4] {
        self.0
    }

    /// The limbs as field elements, low first.
    pub fn elements(self) -> [Goldilocks; 4] {
        self.0.map(Goldilocks::from_canonical_u64)
    }

    /// The 248-bit integer, big-endian.
    pub fn to_bytes(self) -> [u8; WORD_BYTES] {
        let [a, b, c, d] = self.0.map(u128::from);
        let low = a | b << 62;
        let high = c | d << 62;
        let mut wide = [0; 32];
        // 124 bits below, 124 above: the lower part of the integer is low + the four lowest bits of high
        wide[16..].copy_from_slice(&(low | high << 124).to_be_bytes());
        wide[..16].copy_from_slice(&(high >> 4).to_be_bytes());
        std::array::from_fn(|i| wide[i + 1])
    }

    /// Reads the 248-bit integer, big-endian.
    pub fn from_bytes(bytes: &[u8; WORD_BYTES]) -> Self {
        let mut wide = [0; 32];
        wide[1..].copy_from_slice(bytes);
        let [mut upper, mut lower] = [[0; 16]; 2];
        upper.copy_from_slice(&wide[..16]);
        lower.copy_from_slice(&wide[16..]);
        let (upper, lower) = (u128::from_be_bytes(upper), u128::from_be_bytes(lower));
        let high = upper << 4 | lower >> 124;
        let limb = |value: u128| (value & u128::from(LIMB_MAX)) as u64;
        Self([limb(lower), limb(lower >> 62), limb(high), limb(high >> 62)])
    }
}

impl TryFrom<[u64; 4]> for Word {
    type Error = LimbOutOfRange;

    fn try_from(limbs: [u64; 4]) -> Result<Self, LimbOutOfRange> {
        Self::new(limbs)
    }
}

impl From<Word> for [u64; 4] {
    fn from(word: Word) -> Self {
        word.0
    }
}

/// One step of the words' digest.
pub fn absorb(digest: Digest, word: Word) -> Digest {
    let [a, b, c, d] = digest.0;
    let [e, f, g, h] = word.elements();
    hash(Domain::Word, &[a, b, c, d, e, f, g, h])
}

/// The digest `D` of words, zero for none.
pub fn words_digest(words: &[Word]) -> Digest {
    words.iter().fold(Digest::ZERO, |digest, &word| absorb(digest, word))
}

/// Continues the evaluation of a monic polynomial with further coefficients, each a pair of elements:
/// `y = y z + (c0 + c1 X)`.
pub fn evaluate(start: Quadratic, coefficients: &[[Goldilocks; 2]], z: Quadratic) -> Quadratic {
    coefficients.iter().fold(start, |y, &pair| {
        y * z + <Quadratic as FieldExtension<2>>::from_basefield_array(pair)
    })
}

/// Continues the words' evaluation `y` with one more word.
pub fn evaluate_word(y: Quadratic, word: Word, z: Quadratic) -> Quadratic {
    let [l0, l1, l2, l3] = word.elements();
    evaluate(y, &[[l0, l1], [l2, l3]], z)
}

/// The value at `z` of the monic polynomial whose coefficients the words are.
pub fn evaluate_words(words: &[Word], z: Quadratic) -> Quadratic {
    words.iter().fold(Quadratic::ONE, |y, &word| evaluate_word(y, word, z))
}

/// The evaluation point `z1` of words whose digest is `digest`.
pub fn words_point(digest: Digest, words: &[Word]) -> Quadratic {
    let mut hasher = Keccak256::new();
    for word in words {
        hasher.update(word.to_bytes());
    }
    let words_hash: [u8; 32] = hasher.finalize().into();
    point(
        Keccak256::new().chain_update(digest.to_bytes()).chain_update(words_hash).finalize().into(),
    )
}

/// The evaluation point `z` of a claim's elements whose digest is `digest`.
pub fn claim_point(digest: Digest, elements: &[Goldilocks]) -> Quadratic {
    use crate::PrimeField64;
    let mut hasher = Keccak256::new_with_prefix(digest.to_bytes());
    for element in elements {
        hasher.update([0; 24]);
        hasher.update(element.to_canonical_u64().to_be_bytes());
    }
    point(hasher.finalize().into())
}

/// Reads a point from a 256-bit hash: its lowest 64 bits and the next, each modulo p.
fn point(hash: [u8; 32]) -> Quadratic {
    let part = |from: usize| {
        let bytes = hash[from..from + 8].try_into().expect("eight bytes");
        Goldilocks::from_noncanonical_u64(u64::from_be_bytes(bytes))
    };
    QuadraticExtension([part(24), part(16)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;
    use proptest::prelude::*;

    fn words(n: u64) -> Vec<Word> {
        (0..n).map(|i| Word::new([i, LIMB_MAX - i, i * i, 3]).unwrap()).collect()
    }

    proptest! {
        #[test]
        fn bytes_are_the_big_endian_integer(limbs in [const { 0..=LIMB_MAX }; 4]) {
            let word = Word::new(limbs).unwrap();
            let mut integer = BigUint::default();
            for limb in limbs.iter().rev() {
                integer = (integer << 62) + limb;
            }
            prop_assert_eq!(BigUint::from_bytes_be(&word.to_bytes()), integer);
            prop_assert_eq!(Word::from_bytes(&word.to_bytes()), word);
        }
    }

    #[test]
    fn a_limb_of_63_bits_is_refused() {
        let error = LimbOutOfRange { index: 1, value: LIMB_MAX + 1 };
        assert_eq!(Word::new([0, LIMB_MAX + 1, 0, 0]), Err(error));
    }

    #[test]
    fn the_evaluation_is_horners_over_pairs() {
        let z = QuadraticExtension([Goldilocks::from_canonical_u64(5), Goldilocks::TWO]);
        let words = words(3);
        // sum of coefficients times powers, the leading one first
        let mut expected = z.exp_u64(6);
        for (i, word) in words.iter().enumerate() {
            let [a, b, c, d] = word.elements();
            expected += QuadraticExtension([a, b]) * z.exp_u64(5 - 2 * i as u64);
            expected += QuadraticExtension([c, d]) * z.exp_u64(4 - 2 * i as u64);
        }
        assert_eq!(evaluate_words(&words, z), expected);
        assert_eq!(evaluate_words(&[], z), Quadratic::ONE);
        // the same from any coefficients and any start
        let pairs: Vec<_> = words
            .iter()
            .flat_map(|word| {
                let [a, b, c, d] = word.elements();
                [[a, b], [c, d]]
            })
            .collect();
        let (first, rest) = pairs.split_at(2);
        let start = evaluate(Quadratic::ONE, first, z);
        assert_eq!(evaluate(start, rest, z), expected);
    }

    #[test]
    fn leading_zero_words_change_digest_and_value() {
        let zero = Word::new([0; 4]).unwrap();
        let z = QuadraticExtension([Goldilocks::from_canonical_u64(5), Goldilocks::TWO]);
        assert_ne!(words_digest(&[zero]), words_digest(&[]));
        assert_ne!(evaluate_words(&[zero], z), evaluate_words(&[], z));
    }

    #[test]
    fn the_point_depends_on_digest_and_words() {
        let (one, two) = (words(1), words(2));
        let digest = words_digest(&one);
        assert_ne!(words_point(digest, &one), words_point(digest, &two));
        assert_ne!(words_point(digest, &one), words_point(Digest::ZERO, &one));
    }

    #[test]
    fn the_point_of_a_claim_is_that_of_its_elements_as_256_bit_integers() {
        let digest = words_digest(&words(1));
        let elements = [7, crate::GOLDILOCKS_ORDER - 1, 0].map(Goldilocks::from_canonical_u64);
        let mut bytes = digest.to_bytes().to_vec();
        for integer in [7, crate::GOLDILOCKS_ORDER - 1, 0] {
            let digits = BigUint::from(integer).to_bytes_be();
            bytes.resize(bytes.len() + 32 - digits.len(), 0);
            bytes.extend(digits);
        }
        assert_eq!(bytes.len(), 4 * 32);
        let expected = point(Keccak256::digest(&bytes).into());
        assert_eq!(claim_point(digest, &elements), expected);
        assert_ne!(claim_point(digest, &elements[..2]), expected);
    }

    #[test]
    fn a_point_is_the_two_lowest_64_bit_parts() {
        let mut hash = [0; 32];
        hash[31] = 7;
        hash[16..24].copy_from_slice(&crate::GOLDILOCKS_ORDER.to_be_bytes());
        assert_eq!(
            point(hash),
            QuadraticExtension([Goldilocks::from_canonical_u64(7), Goldilocks::ZERO])
        );
    }
}
