//! The transactions that were signed and are not known to be done, so that none is sent twice.
//!
//! A transaction is written here, whole, before it is sent. The entry's name is the digest of what was wanted; so the
//! same command, after whatever ended the last one, finds it and goes on with the same bytes: a chain takes them once.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use alloy::consensus::{Transaction as _, TxEnvelope, transaction::SignerRecoverable as _};
use alloy::eips::eip2718::{Decodable2718 as _, Encodable2718 as _};
use alloy::primitives::keccak256;
use serde::{Deserialize, Serialize};
use starfold_primitives::quantities::{Address, ChainId};

use crate::call::Call;
use crate::convert::{from_evm_address, to_evm_address};

/// The version of entries.
const FORMAT: u32 = 1;
/// The most bytes of an entry: a transaction of 2^24 gas has fewer than 2 MiB of calldata.
const MAX_ENTRY_BYTES: u64 = 8 << 20;

/// A folder of transactions that were signed and are not known to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    folder: PathBuf,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The operating system refused.
    #[error("cannot {operation} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        operation: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process sends from the same address.
    #[error("another process is sending from {sender}: {} is locked", path.display())]
    Busy {
        /// The address.
        sender: Address,
        /// The lock.
        path: PathBuf,
    },
    /// An entry is not what it should be.
    #[error("{} is no entry of a journal: {reason}", path.display())]
    Content {
        /// The entry.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl JournalError {
    /// Whether the content of a file is at fault, not the way of use.
    #[must_use]
    pub fn is_content(&self) -> bool {
        matches!(self, Self::Content { .. })
    }
}

/// What is wanted: a call from an address on a chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Intent<'a> {
    pub(super) chain_id: ChainId,
    /// The hash of the chain's first block: development chains share their id.
    pub(super) first_block: [u8; 32],
    pub(super) sender: Address,
    pub(super) call: &'a Call,
}

/// A signed transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedTransaction {
    pub(super) hash: [u8; 32],
    pub(super) nonce: u64,
    pub(super) raw: Vec<u8>,
}

/// An entry as its file has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    starfold_journal: u32,
    chain_id: ChainId,
    sender: Address,
    nonce: u64,
    #[serde(with = "hex")]
    hash: [u8; 32],
    #[serde(with = "hex")]
    raw: Vec<u8>,
}

/// Keeps other processes from sending from the same address.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Intent<'_> {
    /// What an entry for it is named.
    fn name(&self) -> String {
        let mut bytes = b"starfold journal".to_vec();
        bytes.extend(self.chain_id.get().to_be_bytes());
        bytes.extend(self.first_block);
        bytes.extend(self.sender.0);
        bytes.push(u8::from(self.call.to.is_some()));
        bytes.extend(self.call.to.unwrap_or(Address::ZERO).0);
        bytes.extend(self.call.value.get().to_be_bytes());
        bytes.extend(&self.call.data);
        hex::encode(keccak256(bytes))
    }

    /// Says what of a transaction is not what is wanted.
    fn check(&self, transaction: &TxEnvelope) -> Result<(), String> {
        let sender = transaction.recover_signer().map_err(|error| error.to_string())?;
        let is = |name: &str, equal: bool| {
            if equal { Ok(()) } else { Err(format!("the transaction has another {name}")) }
        };
        is("chain", transaction.chain_id() == Some(self.chain_id.get()))?;
        is("sender", from_evm_address(sender) == self.sender)?;
        is("receiver", transaction.to() == self.call.to.map(to_evm_address))?;
        is("value", transaction.value() == self.call.wei())?;
        is("calldata", transaction.input()[..] == self.call.data)
    }
}

impl Journal {
    /// Opens the journal in a folder, which is made if need be.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, JournalError> {
        let folder = folder.into();
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(io("create", &folder))?;
        Ok(Self { folder })
    }

    /// Waits for nobody: another process that sends from the address is an error.
    pub(super) fn lock(&self, sender: Address) -> Result<Lock, JournalError> {
        let path = self.folder.join(format!("{sender}.lock"));
        let opened =
            OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = opened.map_err(io("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(JournalError::Busy { sender, path }),
            Err(TryLockError::Error(error)) => Err(io("lock", &path)(error)),
        }
    }

    /// The file of an intent.
    pub(super) fn path(&self, intent: &Intent<'_>) -> PathBuf {
        self.folder.join(intent.name() + ".json")
    }

    /// The transaction of an intent that is not known to be done.
    pub(super) fn find(
        &self,
        intent: &Intent<'_>,
    ) -> Result<Option<SignedTransaction>, JournalError> {
        let path = self.path(intent);
        let file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(io("read", &path))?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_ENTRY_BYTES + 1).read_to_end(&mut bytes).map_err(io("read", &path))?;
        let wrong = |reason: String| JournalError::Content { path: path.clone(), reason };
        if bytes.len() as u64 > MAX_ENTRY_BYTES {
            return Err(wrong(format!("it is longer than {MAX_ENTRY_BYTES} bytes")));
        }
        let entry: Entry =
            serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        entry.transaction(intent).map(Some).map_err(wrong)
    }

    /// Writes the transaction of an intent, before it is sent.
    pub(super) fn write(
        &self,
        intent: &Intent<'_>,
        transaction: &SignedTransaction,
    ) -> Result<(), JournalError> {
        let entry = Entry {
            starfold_journal: FORMAT,
            chain_id: intent.chain_id,
            sender: intent.sender,
            nonce: transaction.nonce,
            hash: transaction.hash,
            raw: transaction.raw.clone(),
        };
        let bytes = serde_json::to_vec(&entry).expect("own types have string keys and serialize");
        let path = self.path(intent);
        let mut file = tempfile::Builder::new()
            .prefix(".starfold-")
            .tempfile_in(&self.folder)
            .map_err(io("write", &path))?;
        file.write_all(&bytes).map_err(io("write", &path))?;
        file.as_file().sync_all().map_err(io("write", &path))?;
        file.persist(&path).map_err(|error| io("write", &path)(error.error))?;
        self.sync()
    }

    /// Removes the transaction of an intent: it is done, or never happens.
    pub(super) fn close(&self, intent: &Intent<'_>) -> Result<(), JournalError> {
        let path = self.path(intent);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(io("remove", &path)(error)),
            _ => self.sync(),
        }
    }

    fn sync(&self) -> Result<(), JournalError> {
        let synced = File::open(&self.folder).and_then(|folder| folder.sync_all());
        synced.map_err(io("write", &self.folder))
    }
}

impl Entry {
    fn transaction(self, intent: &Intent<'_>) -> Result<SignedTransaction, String> {
        if self.starfold_journal != FORMAT {
            let actual = self.starfold_journal;
            return Err(format!("it has version {actual}, expected {FORMAT}"));
        }
        let envelope =
            TxEnvelope::decode_2718_exact(&self.raw).map_err(|error| error.to_string())?;
        intent.check(&envelope)?;
        let signed = SignedTransaction::of(&envelope);
        if (signed.hash, signed.nonce) != (self.hash, self.nonce) {
            return Err("hash and nonce are those of another transaction".to_owned());
        }
        Ok(signed)
    }
}

impl SignedTransaction {
    /// The bytes of a transaction and what it is known by.
    pub(super) fn of(envelope: &TxEnvelope) -> Self {
        let raw = envelope.encoded_2718();
        Self { hash: keccak256(&raw).0, nonce: envelope.nonce(), raw }
    }
}

fn io(operation: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> JournalError {
    let path = path.to_owned();
    move |source| JournalError::Io { operation, path, source }
}
