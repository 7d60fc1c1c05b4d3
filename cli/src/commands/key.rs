//! `starfold key`

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};
use serde::Serialize;
use starfold_primitives::quantities::{Address, ChainId};
use starfold_primitives::signature::{PublicKey, SecretKey};
use starfold_primitives::wallet::{self, WALLET_SIGNATURE_BYTES};
use starfold_rollup::file::{self, FileError};
use starfold_rollup::key_file;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::output::{Table, print, print_json};
use crate::passphrase;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a key from the operating system's randomness.
    New(New),
    /// Derive a key from two equal signatures of an Ethereum wallet, see `typed-data`.
    Derive(Derive),
    /// Print the typed data that a wallet signs, for `eth_signTypedData_v4`.
    TypedData(TypedData),
    /// Print the public key of a key file.
    Show(Show),
}

#[derive(Debug, Args)]
pub(crate) struct New {
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, Args)]
pub(crate) struct Derive {
    /// A signature of the wallet, 0x and 130 hexadecimal digits; give it twice, signed twice.
    #[arg(long = "signature", required = true)]
    signatures: Vec<WalletSignature>,
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, Args)]
pub(crate) struct TypedData {
    /// The chain of the rollup.
    #[arg(long)]
    chain_id: ChainId,
    /// The contract of the rollup.
    #[arg(long)]
    contract: Address,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The key file.
    file: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Out {
    /// The new key file. It is encrypted under the passphrase in STARFOLD_PASSPHRASE, or one that is
    /// asked for.
    #[arg(long)]
    out: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    public_key: PublicKey,
    file: PathBuf,
}

/// 65 bytes as hexadecimal text. They are as secret as the key.
#[derive(Clone)]
struct WalletSignature(Zeroizing<[u8; WALLET_SIGNATURE_BYTES]>);

impl std::fmt::Debug for WalletSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WalletSignature")
    }
}

impl FromStr for WalletSignature {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let error = || "a wallet signature is 0x and 130 hexadecimal digits".to_owned();
        let digits = text.strip_prefix("0x").unwrap_or(text).as_bytes();
        let (pairs, rest) = digits.as_chunks::<2>();
        if pairs.len() != WALLET_SIGNATURE_BYTES || !rest.is_empty() {
            return Err(error());
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).ok_or_else(error);
        let mut bytes = Zeroizing::new([0; WALLET_SIGNATURE_BYTES]);
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let value = 16 * digit(*high)? + digit(*low)?;
            *byte = u8::try_from(value).map_err(|_| error())?;
        }
        Ok(Self(bytes))
    }
}

impl Command {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::New(New { out }) => out.write(&SecretKey::generate().map_err(Failure::wrong)?),
            Self::Derive(Derive { signatures, out }) => {
                let [first, second] = signatures.as_slice() else {
                    return Err(Failure::usage(format!(
                        "a key is derived from 2 signatures of the same text, not {}",
                        signatures.len()
                    )));
                };
                out.write(&wallet::derive(&first.0, &second.0).map_err(Failure::wrong)?)
            }
            Self::TypedData(TypedData { chain_id, contract }) => {
                Ok(print(&wallet::typed_data(chain_id, contract))?)
            }
            Self::Show(Show { file, json }) => {
                let public_key = key_file::public_key(&file)?;
                Report { public_key, file }.print(json)
            }
        }
    }

    pub(crate) fn json(&self) -> bool {
        match self {
            Self::New(New { out }) | Self::Derive(Derive { out, .. }) => out.json,
            Self::Show(show) => show.json,
            Self::TypedData(_) => false,
        }
    }
}

impl Out {
    fn write(self, key: &SecretKey) -> Result<(), Failure> {
        file::check_folder(&self.out)?;
        if self.out.exists() {
            return Err(FileError::Exists { path: self.out }.into());
        }
        let passphrase = passphrase::ask_new()?;
        key_file::write(&self.out, key, &passphrase)?;
        Report { public_key: key.public_key(), file: self.out }.print(self.json)
    }
}

impl Report {
    fn print(&self, json: bool) -> Result<(), Failure> {
        if json {
            return Ok(print_json(self)?);
        }
        Table::default()
            .row("public key", self.public_key)
            .row("key file", self.file.display())
            .print()?;
        Ok(())
    }
}
