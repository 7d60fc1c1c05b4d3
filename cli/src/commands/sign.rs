//! `starfold sign`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, ChainId, FeeCount, FeeUnit, Nonce, Timestamp, TokenId,
};
use starfold_primitives::signature::{PublicKey, SecretKey};
use starfold_rollup::{Rollup, development, key_file, now};
use starfold_state::StateReader as _;
use starfold_transition::{Parameters, SetKey, Transaction, Transfer, Withdraw};

use crate::failure::Failure;
use crate::output::{note, print_json};
use crate::passphrase;

/// How long a transaction is valid unless told otherwise.
const VALID_SECONDS: u32 = 24 * 60 * 60;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Move a token to the account of an address.
    Transfer(TransferArguments),
    /// Take a token out of the rollup for an L1 address.
    Withdraw(WithdrawArguments),
    /// Replace the key of an account.
    SetKey(SetKeyArguments),
}

#[derive(Debug, Args)]
pub(crate) struct TransferArguments {
    /// The address that receives.
    #[arg(long)]
    to: Address,
    /// The account that must receive; without it, any account of the address does.
    #[arg(long)]
    to_index: Option<AccountIndex>,
    /// The token.
    #[arg(long, default_value = "0")]
    token: TokenId,
    /// The amount, in base units of the token.
    #[arg(long)]
    amount: Amount,
    #[command(flatten)]
    signer: Signer,
}

#[derive(Debug, Args)]
pub(crate) struct WithdrawArguments {
    /// The L1 address that may claim the amount.
    #[arg(long)]
    to: Address,
    /// The token.
    #[arg(long, default_value = "0")]
    token: TokenId,
    /// The amount, in base units of the token.
    #[arg(long)]
    amount: Amount,
    #[command(flatten)]
    signer: Signer,
}

#[derive(Debug, Args)]
pub(crate) struct SetKeyArguments {
    /// The key that signs from now on; `starfold key show` prints that of a file.
    #[arg(long)]
    new_key: PublicKey,
    #[command(flatten)]
    signer: Signer,
}

/// Who signs, for which rollup. The data directory tells chain, contract, fee token and nonce.
#[derive(Debug, Args)]
struct Signer {
    /// The sender's account.
    #[arg(long)]
    from: AccountIndex,
    /// The fee, in fee units.
    #[arg(long, default_value = "0")]
    fee_count: FeeCount,
    /// The sender's nonce; with a data directory, that of the state by default.
    #[arg(long)]
    nonce: Option<Nonce>,
    /// The last second at which it may be executed; a day from now by default.
    #[arg(long)]
    valid_until: Option<Timestamp>,
    /// The sender's key file.
    #[arg(long)]
    key: Option<PathBuf>,
    /// Sign with the development key of this address instead.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "key")]
    development_key: Option<Address>,
    /// The folder of the rollup.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// The chain of the rollup, where there is no data directory.
    #[arg(long, conflicts_with = "data_dir")]
    chain_id: Option<ChainId>,
    /// The contract of the rollup.
    #[arg(long, conflicts_with = "data_dir")]
    contract: Option<Address>,
    /// The token in which the rollup's fees are paid.
    #[arg(long, default_value = "0", conflicts_with = "data_dir")]
    fee_token: TokenId,
}

/// What every kind of transaction needs.
struct Authority {
    parameters: Parameters,
    nonce: Nonce,
    valid_until: Timestamp,
    key: SecretKey,
}

impl Command {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Transfer(TransferArguments { to, to_index, token, amount, signer }) => {
                let authority = signer.authority()?;
                authority.print(Transaction::Transfer(Transfer {
                    from: signer.from,
                    to,
                    to_index,
                    token,
                    amount,
                    fee_count: signer.fee_count,
                    fee_token: authority.parameters.fee_token,
                    nonce: authority.nonce,
                    valid_until: authority.valid_until,
                }))
            }
            Self::Withdraw(WithdrawArguments { to, token, amount, signer }) => {
                let authority = signer.authority()?;
                authority.print(Transaction::Withdraw(Withdraw {
                    from: signer.from,
                    to,
                    token,
                    amount,
                    fee_count: signer.fee_count,
                    fee_token: authority.parameters.fee_token,
                    nonce: authority.nonce,
                    valid_until: authority.valid_until,
                }))
            }
            Self::SetKey(SetKeyArguments { new_key, signer }) => {
                let authority = signer.authority()?;
                authority.print(Transaction::SetKey(SetKey {
                    from: signer.from,
                    new_key,
                    fee_count: signer.fee_count,
                    fee_token: authority.parameters.fee_token,
                    nonce: authority.nonce,
                    valid_until: authority.valid_until,
                }))
            }
        }
    }
}

impl Authority {
    fn print(&self, transaction: Transaction) -> Result<(), Failure> {
        let signed = transaction.sign(&self.key, &self.parameters).map_err(Failure::wrong)?;
        Ok(print_json(&signed)?)
    }
}

impl Signer {
    fn authority(&self) -> Result<Authority, Failure> {
        let (parameters, nonce, account_key) = match &self.data_dir {
            Some(folder) => {
                let rollup = Rollup::open(folder)?;
                let account = rollup.state().snapshot().account(self.from)?;
                let nonce = self.nonce.unwrap_or(account.nonce);
                (rollup.config().parameters, nonce, Some(account.key))
            }
            None => {
                let (parameters, nonce) = self.without_directory()?;
                (parameters, nonce, None)
            }
        };
        let key = self.secret_key()?;
        if let Some(expected) = account_key {
            self.warn(expected, key.public_key());
        }
        let in_a_day = now().get().saturating_add(VALID_SECONDS);
        let in_a_day = Timestamp::new(in_a_day).map_err(Failure::usage)?;
        let valid_until = self.valid_until.unwrap_or(in_a_day);
        Ok(Authority { parameters, nonce, valid_until, key })
    }

    /// Says where nothing that this key signs can be executed now; an earlier transaction may set it.
    fn warn(&self, expected: PublicKey, actual: PublicKey) {
        let from = self.from;
        if expected.is_none() {
            note(&format!("warning: account {from} has no key yet"));
        } else if expected != actual {
            note(&format!("warning: account {from} has the key {expected}, not {actual}"));
        }
    }

    fn without_directory(&self) -> Result<(Parameters, Nonce), Failure> {
        let (Some(chain_id), Some(contract), Some(nonce)) =
            (self.chain_id, self.contract, self.nonce)
        else {
            return Err(Failure::usage("give --data-dir, or --chain-id, --contract and --nonce"));
        };
        // the fee unit is no part of what is signed
        let fee_unit = FeeUnit::MAX;
        Ok((Parameters { chain_id, contract, fee_token: self.fee_token, fee_unit }, nonce))
    }

    fn secret_key(&self) -> Result<SecretKey, Failure> {
        match (&self.key, self.development_key) {
            (Some(path), _) => {
                // a file that is no key file is refused before anybody types
                key_file::public_key(path)?;
                Ok(key_file::read(path, &passphrase::ask()?)?)
            }
            (None, Some(address)) => Ok(development::key_of(address)),
            (None, None) => Err(Failure::usage("give --key or --development-key")),
        }
    }
}
