//! The bytes of the records: fixed width, integers big-endian, digests as their 32 bytes. Every reader takes
//! exactly its own bytes and nothing else.

use starfold_primitives::quantities::{AccountIndex, Address, BatchNumber, Nonce, TokenId};
use starfold_primitives::signature::PublicKey;
use starfold_primitives::{Digest, Field, Goldilocks, PrimeField64, canonical};

use crate::keys::Key;
use crate::{Account, Checkpoint, StateError};

/// Why bytes are not the record they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CodecError {
    #[error("the record is missing")]
    Missing,
    #[error("the record has {actual} bytes, expected {expected}")]
    Length { expected: usize, actual: usize },
    #[error("{value} at byte {offset} is out of range")]
    Range { offset: usize, value: u64 },
    #[error("its content hashes to {actual}")]
    Digest { actual: Digest },
    #[error("{0}")]
    Contradiction(&'static str),
}

impl CodecError {
    /// Says which record is corrupt.
    pub(crate) fn at(self, key: Key<'_>) -> StateError {
        StateError::Corrupt { record: key.to_string(), reason: self.to_string() }
    }
}

/// A record of a store.
pub(crate) trait Record: Sized {
    fn encode(&self) -> Vec<u8>;
    fn decode(bytes: &[u8]) -> Result<Self, CodecError>;
}

/// Takes a record apart from the front.
struct Reader<'b> {
    bytes: &'b [u8],
    offset: usize,
}

impl<'b> Reader<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    fn of_length(bytes: &'b [u8], expected: usize) -> Result<Self, CodecError> {
        if bytes.len() != expected {
            return Err(CodecError::Length { expected, actual: bytes.len() });
        }
        Ok(Self::new(bytes))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let end = self.offset + N;
        let taken = self.bytes.get(self.offset..end).and_then(|slice| slice.try_into().ok());
        let taken = taken.ok_or(CodecError::Length { expected: end, actual: self.bytes.len() })?;
        self.offset = end;
        Ok(taken)
    }

    fn u16(&mut self) -> Result<u16, CodecError> {
        self.take().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, CodecError> {
        self.take().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64, CodecError> {
        self.take().map(u64::from_be_bytes)
    }

    fn element(&mut self) -> Result<Goldilocks, CodecError> {
        let offset = self.offset;
        let value = self.u64()?;
        canonical(value).map_err(|_| CodecError::Range { offset, value })
    }

    fn digest(&mut self) -> Result<Digest, CodecError> {
        let mut elements = [Goldilocks::ZERO; 4];
        for element in elements.iter_mut().rev() {
            *element = self.element()?;
        }
        Ok(Digest(elements))
    }

    fn address(&mut self) -> Result<Address, CodecError> {
        self.take().map(Address)
    }

    fn account_index(&mut self) -> Result<AccountIndex, CodecError> {
        let offset = self.offset;
        let value = self.u32()?;
        AccountIndex::new(value).map_err(|_| CodecError::Range { offset, value: u64::from(value) })
    }

    fn token(&mut self) -> Result<TokenId, CodecError> {
        let offset = self.offset;
        let value = self.u16()?;
        TokenId::new(value).map_err(|_| CodecError::Range { offset, value: u64::from(value) })
    }

    fn batch(&mut self) -> Result<BatchNumber, CodecError> {
        let offset = self.offset;
        let value = self.u32()?;
        BatchNumber::new(value).map_err(|_| CodecError::Range { offset, value: u64::from(value) })
    }

    fn finish(self) -> Result<(), CodecError> {
        if self.offset != self.bytes.len() {
            return Err(CodecError::Length { expected: self.offset, actual: self.bytes.len() });
        }
        Ok(())
    }
}

impl Record for u32 {
    fn encode(&self) -> Vec<u8> {
        self.to_be_bytes().to_vec()
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        Reader::of_length(bytes, 4)?.u32()
    }
}

impl Record for BatchNumber {
    fn encode(&self) -> Vec<u8> {
        self.get().encode()
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        Reader::of_length(bytes, 4)?.batch()
    }
}

impl Record for TokenId {
    fn encode(&self) -> Vec<u8> {
        self.get().to_be_bytes().to_vec()
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        Reader::of_length(bytes, 2)?.token()
    }
}

impl Record for Address {
    fn encode(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        Reader::of_length(bytes, 20)?.address()
    }
}

/// An owner and an account.
impl Record for (Address, AccountIndex) {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = self.0.encode();
        bytes.extend(self.1.get().to_be_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut reader = Reader::of_length(bytes, 24)?;
        Ok((reader.address()?, reader.account_index()?))
    }
}

/// The name of a node.
impl Record for Digest {
    fn encode(&self) -> Vec<u8> {
        self.to_bytes().to_vec()
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        Reader::of_length(bytes, 32)?.digest()
    }
}

/// The children of an inner node.
impl Record for [Digest; 2] {
    fn encode(&self) -> Vec<u8> {
        self.map(Digest::to_bytes).concat()
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut reader = Reader::of_length(bytes, 64)?;
        Ok([reader.digest()?, reader.digest()?])
    }
}

impl Record for Account {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(100);
        for element in self.key.elements() {
            bytes.extend(element.to_canonical_u64().to_be_bytes());
        }
        bytes.extend(self.address.0);
        bytes.extend(self.nonce.get().to_be_bytes());
        bytes.extend(self.token_root.to_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut reader = Reader::of_length(bytes, 100)?;
        let mut key = [Goldilocks::ZERO; 5];
        for element in &mut key {
            *element = reader.element()?;
        }
        let address = reader.address()?;
        let offset = reader.offset;
        let value = reader.u64()?;
        let nonce = Nonce::new(value).map_err(|_| CodecError::Range { offset, value })?;
        Ok(Self { key: PublicKey::new(key), address, nonce, token_root: reader.digest()? })
    }
}

/// One past the last index stands for «all are used».
const NO_INDEX: u64 = 1 << 32;

impl Record for Checkpoint {
    fn encode(&self) -> Vec<u8> {
        let next = self.next_index.map_or(NO_INDEX, |index| u64::from(index.get()));
        let mut bytes = Vec::with_capacity(48);
        bytes.extend(self.batch.get().to_be_bytes());
        bytes.extend(self.root.to_bytes());
        bytes.extend(next.to_be_bytes());
        bytes.extend(self.token_count.to_be_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut reader = Reader::of_length(bytes, 48)?;
        let batch = reader.batch()?;
        let root = reader.digest()?;
        let offset = reader.offset;
        let next_index = match reader.u64()? {
            NO_INDEX => None,
            value => {
                let index =
                    u32::try_from(value).ok().and_then(|index| AccountIndex::new(index).ok());
                Some(index.ok_or(CodecError::Range { offset, value })?)
            }
        };
        let offset = reader.offset;
        let token_count = reader.u32()?;
        if !(1..=1 << 16).contains(&token_count) {
            return Err(CodecError::Range { offset, value: u64::from(token_count) });
        }
        Ok(Self { batch, root, next_index, token_count })
    }
}

/// What a batch added to the indices of accounts and tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Additions {
    pub(crate) owned: Vec<(Address, AccountIndex)>,
    pub(crate) tokens: Vec<(TokenId, Address)>,
}

impl Record for Additions {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(4 + 24 * self.owned.len() + 22 * self.tokens.len());
        let owned =
            u32::try_from(self.owned.len()).expect("one entry for each of 2^32 - 1 or fewer");
        bytes.extend(owned.to_be_bytes());
        for entry in &self.owned {
            bytes.extend(entry.encode());
        }
        for (token, l1_token) in &self.tokens {
            bytes.extend(token.get().to_be_bytes());
            bytes.extend(l1_token.0);
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut reader = Reader::new(bytes);
        let mut additions = Self::default();
        for _ in 0..reader.u32()? {
            additions.owned.push((reader.address()?, reader.account_index()?));
        }
        while reader.offset < bytes.len() {
            additions.tokens.push((reader.token()?, reader.address()?));
        }
        reader.finish()?;
        Ok(additions)
    }
}

#[cfg(test)]
mod tests;
