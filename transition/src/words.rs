//! The canonical public encoding of transactions (section 5 of the protocol).

use starfold_primitives::quantities::{AccountIndex, Address, Amount, FeeCount, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_primitives::word::Word;
use starfold_primitives::{Field, Goldilocks, NotCanonical, canonical};

use crate::layout::{
    self, ADDRESS_HIGH, ADDRESS_LOW, AMOUNT, Continuation, FEE_COUNT, FROM, Limbs, OPCODE, Opcode,
    TO, TOKEN, unused_bits,
};
use crate::operation::Operation;

/// The public part of a transaction, as words tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodedTransaction {
    /// What it is; a field that the opcode does not have is zero.
    pub opcode: Opcode,
    /// The account that is debited or gets a new key.
    pub from: AccountIndex,
    /// The account that is credited.
    pub to: AccountIndex,
    /// The token of `amount`.
    pub token: TokenId,
    /// The amount.
    pub amount: Amount,
    /// The fee in fee units.
    pub fee_count: FeeCount,
    /// The address of a new account or of the L1 side.
    pub address: Address,
    /// The new key.
    pub new_key: PublicKey,
}

/// Words that no transactions encode to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// The first byte of a head word is no opcode.
    #[error("word {position}: {actual:#04x} is no opcode")]
    UnknownOpcode {
        /// The position of the word.
        position: usize,
        /// The first byte.
        actual: u8,
    },
    /// The words end inside a transaction.
    #[error("word {position}: {opcode:?} has {expected} words, only {actual} are left")]
    Truncated {
        /// The position of the head word.
        position: usize,
        /// Its opcode.
        opcode: Opcode,
        /// The words of that opcode.
        expected: usize,
        /// The words that are left, the head word included.
        actual: usize,
    },
    /// A bit is set that the opcode does not use.
    #[error("word {position}: unused bits of limb {limb} are {actual:#x}, expected 0")]
    UnusedBits {
        /// The position of the word.
        position: usize,
        /// The limb, 0 being the lowest.
        limb: usize,
        /// The unused bits that are set.
        actual: u64,
    },
    /// An element of a key is not canonical.
    #[error("word {position}: key element {element}: {source}")]
    KeyElement {
        /// The position of the head word.
        position: usize,
        /// Which of the five elements.
        element: usize,
        /// Its value.
        source: NotCanonical,
    },
}

impl DecodedTransaction {
    /// The public part of an operation; none of a Noop.
    #[must_use]
    pub fn of(operation: &Operation) -> Option<Self> {
        let opcode = operation.kind.opcode(operation.created)?;
        let has_address = opcode.continuations().contains(&Continuation::Address);
        Some(Self {
            opcode,
            from: operation.from,
            to: operation.to,
            token: operation.token,
            amount: operation.amount,
            fee_count: operation.fee_count,
            address: if has_address { operation.address } else { Address::ZERO },
            new_key: operation.new_key,
        })
    }

    /// The words, head first.
    #[must_use]
    pub fn to_words(&self) -> Vec<Word> {
        let key = self.new_key.to_canonical();
        let continuations = self.opcode.continuations();
        let mut words = Vec::with_capacity(self.opcode.word_count());
        let mut head = Limbs::default();
        OPCODE.write(&mut head, u128::from(self.opcode.code()));
        FROM.write(&mut head, u128::from(self.from.get()));
        TO.write(&mut head, u128::from(self.to.get()));
        TOKEN.write(&mut head, u128::from(self.token.get()));
        AMOUNT.write(&mut head, self.amount.get());
        FEE_COUNT.write(&mut head, u128::from(self.fee_count.get()));
        if continuations.contains(&Continuation::Key) {
            layout::write_key(&mut head, &key);
        }
        words.push(word(head));
        for continuation in continuations {
            words.push(match continuation {
                Continuation::Address => {
                    let [low, middle, high] = self.address.limbs();
                    word([low, middle, high, 0])
                }
                Continuation::Key => word(layout::key_word(&key)),
            });
        }
        words
    }

    /// Reads the transaction that the first words encode; none where there is no word.
    ///
    /// # Errors
    /// [`WordsError`] where no transaction begins like this.
    pub fn first(words: &[Word]) -> Result<Option<Self>, WordsError> {
        if words.is_empty() { Ok(None) } else { Self::read(0, words).map(Some) }
    }

    /// Reads the transaction whose head word is the first of `words`, which stand at `position`.
    fn read(position: usize, words: &[Word]) -> Result<Self, WordsError> {
        let head = words[0].limbs();
        let code = u8::try_from(OPCODE.read(&head)).expect("a field of 8 bits");
        let opcode =
            Opcode::from_code(code).ok_or(WordsError::UnknownOpcode { position, actual: code })?;
        let (expected, actual) = (opcode.word_count(), words.len());
        if actual < expected {
            return Err(WordsError::Truncated { position, opcode, expected, actual });
        }
        check_unused(position, &head, opcode.head_fields())?;
        let mut transaction = Self::read_head(opcode, &head);
        for (offset, continuation) in (1..).zip(opcode.continuations()) {
            let limbs = words[offset].limbs();
            match continuation {
                Continuation::Address => {
                    transaction.address = read_address(position + offset, &limbs)?;
                }
                Continuation::Key => {
                    transaction.new_key = read_key(position, &head, &limbs)?;
                }
            }
        }
        Ok(transaction)
    }

    /// Reads the fields of the opcode's head word.
    fn read_head(opcode: Opcode, head: &Limbs) -> Self {
        let fields = opcode.head_fields();
        let read = |field| if fields.contains(&field) { field.read(head) } else { 0 };
        Self {
            opcode,
            from: account_index(read(FROM)),
            to: account_index(read(TO)),
            token: token(read(TOKEN)),
            amount: Amount::new(read(AMOUNT)),
            fee_count: fee_count(read(FEE_COUNT)),
            address: Address::ZERO,
            new_key: PublicKey::NONE,
        }
    }
}

/// The words of an operation; none for a Noop.
#[must_use]
pub fn words(operation: &Operation) -> Vec<Word> {
    DecodedTransaction::of(operation).map_or_else(Vec::new, |transaction| transaction.to_words())
}

/// Reads the transactions that `words` encode.
///
/// The encoding is canonical: encoding what was read gives the same words. What follows a head word
/// is never taken for a head word, whatever users put into their keys and addresses.
///
/// # Errors
/// [`WordsError`] names the first word that no transaction encodes to.
pub fn decode(words: &[Word]) -> Result<Vec<DecodedTransaction>, WordsError> {
    let mut transactions = Vec::new();
    let mut position = 0;
    while position < words.len() {
        let transaction = DecodedTransaction::read(position, &words[position..])?;
        position += transaction.opcode.word_count();
        transactions.push(transaction);
    }
    Ok(transactions)
}

fn word(limbs: Limbs) -> Word {
    Word::new(limbs).expect("fields lie within the 62 bits of a limb")
}

fn account_index(value: u128) -> AccountIndex {
    let value = u32::try_from(value).expect("a field of 32 bits");
    AccountIndex::new(value).expect("every u32 is an account index")
}

fn token(value: u128) -> TokenId {
    let value = u16::try_from(value).expect("a field of 16 bits");
    TokenId::new(value).expect("every u16 is a token")
}

fn fee_count(value: u128) -> FeeCount {
    let value = u32::try_from(value).expect("a field of 32 bits");
    FeeCount::new(value).expect("every u32 is a fee count")
}

fn check_unused(
    position: usize,
    limbs: &Limbs,
    fields: &[layout::Field],
) -> Result<(), WordsError> {
    let unused = unused_bits(limbs, fields);
    match unused.into_iter().enumerate().find(|(_, bits)| *bits != 0) {
        Some((limb, actual)) => Err(WordsError::UnusedBits { position, limb, actual }),
        None => Ok(()),
    }
}

fn read_address(position: usize, limbs: &Limbs) -> Result<Address, WordsError> {
    check_unused(position, limbs, &[ADDRESS_LOW, ADDRESS_HIGH])?;
    let [low, middle, high, _] = *limbs;
    Ok(Address::from_limbs([low, middle, high]).expect("no other bit is set"))
}

fn read_key(position: usize, head: &Limbs, key_word: &Limbs) -> Result<PublicKey, WordsError> {
    let mut elements = [Goldilocks::ZERO; 5];
    for (element, value) in layout::read_key(head, key_word).into_iter().enumerate() {
        elements[element] = canonical(value).map_err(|source| WordsError::KeyElement {
            position,
            element,
            source,
        })?;
    }
    Ok(PublicKey::new(elements))
}

#[cfg(test)]
mod tests;
