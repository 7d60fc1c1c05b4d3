//! The identity of a batch: a digest of everything that sealing depends on.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha3::{Digest as _, Keccak256};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address};
use starfold_primitives::signature::PublicKey;

use crate::l1::{L1Operation, TokenName};
use crate::operation::{NamedRecipient, Operation};
use crate::seal::SealInputs;
use crate::transaction::SignedTransaction;

/// Begins every input, so that the digest is none of anything else.
const DOMAIN: &[u8] = b"starfold batch input 1";

/// Keccak-256 of a batch's inputs: equal inputs over equal states seal to equal batches.
///
/// As text `0x` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InputDigest(pub [u8; 32]);

/// Text that is no [`InputDigest`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an input digest is 0x and 64 hexadecimal digits, not {text:?}")]
pub struct InputDigestError {
    /// The beginning of the text.
    pub text: String,
}

impl FromStr for InputDigest {
    type Err = InputDigestError;

    fn from_str(text: &str) -> Result<Self, InputDigestError> {
        let mut bytes = [0; 32];
        text.strip_prefix("0x")
            .and_then(|digits| hex::decode_to_slice(digits, &mut bytes).ok())
            .map(|()| Self(bytes))
            .ok_or_else(|| InputDigestError { text: text.chars().take(80).collect() })
    }
}

impl Serialize for InputDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for InputDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
        } else {
            <[u8; 32]>::deserialize(deserializer).map(Self)
        }
    }
}

impl fmt::Display for InputDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{}", hex::encode(self.0))
    }
}

impl fmt::Debug for InputDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Hashes the inputs of a batch over a state with root `previous_root`.
///
/// Integers are big-endian of their full width, lists are preceded by their length in 64 bits, and
/// choices by one byte, so that no two inputs have the same bytes. Order: domain, chain id, contract,
/// fee token, fee unit, batch number, timestamp, previous root, operator, skip flag, queue entries,
/// signed transactions.
#[must_use]
pub fn input_digest(inputs: &SealInputs, previous_root: Digest) -> InputDigest {
    let mut bytes = Bytes(Keccak256::new_with_prefix(DOMAIN));
    bytes.put(&inputs.parameters.chain_id.get().to_be_bytes());
    bytes.put(&inputs.parameters.contract.0);
    bytes.put(&inputs.parameters.fee_token.get().to_be_bytes());
    bytes.put(&inputs.parameters.fee_unit.get().to_be_bytes());
    bytes.put(&inputs.batch.get().to_be_bytes());
    bytes.put(&inputs.timestamp.get().to_be_bytes());
    bytes.put(&previous_root.to_bytes());
    bytes.index(inputs.operator);
    bytes.put(&[u8::from(inputs.skip_invalid)]);
    bytes.length(inputs.l1_operations.len());
    for entry in &inputs.l1_operations {
        bytes.l1_operation(entry);
    }
    bytes.length(inputs.transactions.len());
    for signed in &inputs.transactions {
        bytes.transaction(signed);
    }
    InputDigest(bytes.0.finalize().into())
}

/// The bytes of the inputs, hashed as they come.
struct Bytes(Keccak256);

impl Bytes {
    fn put(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn length(&mut self, length: usize) {
        let length = u64::try_from(length).expect("lengths have at most 64 bits");
        self.put(&length.to_be_bytes());
    }

    fn index(&mut self, index: AccountIndex) {
        self.put(&index.get().to_be_bytes());
    }

    fn key(&mut self, key: PublicKey) {
        for element in key.to_canonical() {
            self.put(&element.to_be_bytes());
        }
    }

    fn token(&mut self, token: TokenName) {
        match token {
            TokenName::Id(id) => {
                self.put(&[0]);
                self.put(&id.get().to_be_bytes());
            }
            TokenName::L1(Address(address)) => {
                self.put(&[1]);
                self.put(&address);
            }
        }
    }

    fn l1_operation(&mut self, entry: &L1Operation) {
        match *entry {
            L1Operation::Deposit { to, token, amount } => {
                self.put(&[0]);
                self.put(&to.0);
                self.token(token);
                self.put(&amount.get().to_be_bytes());
            }
            L1Operation::ForcedExit { from, address, token } => {
                self.put(&[1]);
                self.index(from);
                self.put(&address.0);
                self.token(token);
            }
            L1Operation::L1SetKey { from, address, new_key } => {
                self.put(&[2]);
                self.index(from);
                self.put(&address.0);
                self.key(new_key);
            }
        }
    }

    /// All kinds have the same fields, those of the operation that is signed.
    fn transaction(&mut self, signed: &SignedTransaction) {
        let operation: Operation = signed.transaction.operation();
        self.put(&operation.kind.code().to_be_bytes());
        self.index(operation.from);
        self.put(&operation.address.0);
        match operation.named {
            NamedRecipient::Index(index) => {
                self.put(&[0]);
                self.index(index);
            }
            NamedRecipient::Any => self.put(&[1]),
        }
        self.put(&operation.token.get().to_be_bytes());
        self.put(&operation.amount.get().to_be_bytes());
        self.put(&operation.fee_count.get().to_be_bytes());
        self.put(&signed.transaction.fee_token().get().to_be_bytes());
        self.put(&signed.transaction.nonce().get().to_be_bytes());
        self.put(&operation.valid_until.get().to_be_bytes());
        self.key(operation.new_key);
        self.put(&signed.signature.to_bytes());
    }
}

#[cfg(test)]
mod tests;
