//! Transactions as users write and sign them.
//!
//! As JSON a signed transaction is one flat object: `kind` is `transfer`, `withdraw` or `set_key`,
//! amounts are decimal strings, addresses, keys and signatures hexadecimal with `0x`.

use serde::{Deserialize, Serialize};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, FeeCount, Nonce, Timestamp, TokenId,
};
use starfold_primitives::signature::{PublicKey, RandomnessError, SecretKey, Signature};

use crate::boundary::Parameters;
use crate::kind::Kind;
use crate::message::message;
use crate::operation::{NamedRecipient, Operation};

/// Moves a token to the account of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The sender's account.
    pub from: AccountIndex,
    /// The address that receives.
    pub to: Address,
    /// The account that must receive; without it, any account of the address does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_index: Option<AccountIndex>,
    /// The token.
    pub token: TokenId,
    /// The amount, in base units of the token.
    pub amount: Amount,
    /// The fee, in fee units.
    pub fee_count: FeeCount,
    /// The token of the fee: that of the rollup.
    pub fee_token: TokenId,
    /// The sender's nonce.
    pub nonce: Nonce,
    /// The last second at which it may be executed.
    pub valid_until: Timestamp,
}

/// Takes a token out of the rollup for an L1 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// The sender's account.
    pub from: AccountIndex,
    /// The L1 address that may claim the amount.
    pub to: Address,
    /// The token.
    pub token: TokenId,
    /// The amount, in base units of the token.
    pub amount: Amount,
    /// The fee, in fee units.
    pub fee_count: FeeCount,
    /// The token of the fee: that of the rollup.
    pub fee_token: TokenId,
    /// The sender's nonce.
    pub nonce: Nonce,
    /// The last second at which it may be executed.
    pub valid_until: Timestamp,
}

/// Replaces the sender's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetKey {
    /// The sender's account.
    pub from: AccountIndex,
    /// The key that signs from now on.
    pub new_key: PublicKey,
    /// The fee, in fee units.
    pub fee_count: FeeCount,
    /// The token of the fee: that of the rollup.
    pub fee_token: TokenId,
    /// The sender's nonce.
    pub nonce: Nonce,
    /// The last second at which it may be executed.
    pub valid_until: Timestamp,
}

/// A transaction that its sender authorises by a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Transaction {
    /// Moves a token to the account of an address.
    Transfer(Transfer),
    /// Takes a token out of the rollup.
    Withdraw(Withdraw),
    /// Replaces the sender's key.
    SetKey(SetKey),
}

/// A transaction and the signature of its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedTransaction {
    /// What is signed. It refuses the fields that neither it nor `signature` has.
    #[serde(flatten)]
    pub transaction: Transaction,
    /// The signature of the sender's key.
    pub signature: Signature,
}

impl Transaction {
    /// The account whose key signs.
    #[must_use]
    pub fn from(&self) -> AccountIndex {
        match self {
            Self::Transfer(transfer) => transfer.from,
            Self::Withdraw(withdraw) => withdraw.from,
            Self::SetKey(set_key) => set_key.from,
        }
    }

    /// The nonce that the sender must have.
    #[must_use]
    pub fn nonce(&self) -> Nonce {
        match self {
            Self::Transfer(transfer) => transfer.nonce,
            Self::Withdraw(withdraw) => withdraw.nonce,
            Self::SetKey(set_key) => set_key.nonce,
        }
    }

    /// The token in which the fee is offered.
    #[must_use]
    pub fn fee_token(&self) -> TokenId {
        match self {
            Self::Transfer(transfer) => transfer.fee_token,
            Self::Withdraw(withdraw) => withdraw.fee_token,
            Self::SetKey(set_key) => set_key.fee_token,
        }
    }

    /// The operation before the operator has decided anything: no recipient's index, nothing
    /// created.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match *self {
            Self::Transfer(transfer) => Operation {
                kind: Kind::Transfer,
                from: transfer.from,
                named: NamedRecipient::from(transfer.to_index),
                token: transfer.token,
                amount: transfer.amount,
                fee_count: transfer.fee_count,
                valid_until: transfer.valid_until,
                address: transfer.to,
                ..Operation::NOOP
            },
            Self::Withdraw(withdraw) => Operation {
                kind: Kind::Withdraw,
                from: withdraw.from,
                token: withdraw.token,
                amount: withdraw.amount,
                fee_count: withdraw.fee_count,
                valid_until: withdraw.valid_until,
                address: withdraw.to,
                ..Operation::NOOP
            },
            Self::SetKey(set_key) => Operation {
                kind: Kind::SetKey,
                from: set_key.from,
                fee_count: set_key.fee_count,
                valid_until: set_key.valid_until,
                new_key: set_key.new_key,
                ..Operation::NOOP
            },
        }
    }

    /// What the sender signs for a rollup.
    #[must_use]
    pub fn message(&self, parameters: &Parameters) -> Digest {
        let Parameters { chain_id, contract, .. } = *parameters;
        message(&self.operation(), self.nonce(), chain_id, contract, self.fee_token())
    }

    /// Signs it for a rollup.
    ///
    /// # Errors
    /// [`RandomnessError`] where the operating system has no randomness.
    pub fn sign(
        self,
        key: &SecretKey,
        parameters: &Parameters,
    ) -> Result<SignedTransaction, RandomnessError> {
        let signature = key.sign(self.message(parameters))?;
        Ok(SignedTransaction { transaction: self, signature })
    }

    /// Signs it for a rollup, always with the same signature: for reproducible workloads.
    #[must_use]
    pub fn sign_deterministic(self, key: &SecretKey, parameters: &Parameters) -> SignedTransaction {
        let signature = key.sign_deterministic(self.message(parameters));
        SignedTransaction { transaction: self, signature }
    }
}

#[cfg(test)]
mod tests;
