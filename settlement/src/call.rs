//! What is sent to a contract, whatever chain it is on.

use alloy::primitives::U256;
use alloy::sol_types::SolCall;
use starfold_l1_verifier::groth16::PROOF_BYTES;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce, TokenId};
use starfold_primitives::signature::PublicKey;

use crate::contracts::{DevelopmentToken, Groth16BatchVerifier, Rollup, StateOpening};
use crate::convert::{to_evm_address, to_evm_integer, wei};

/// A transaction without its sender: a call of a contract, or the creation of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The contract; none to create one.
    pub to: Option<Address>,
    /// The calldata, or the creation code with its arguments.
    pub data: Vec<u8>,
    /// What is sent along, in wei.
    pub value: Amount,
}

/// What proves in exit mode that an address has a balance (`docs/protocol.md`, section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceOpening {
    /// The account.
    pub index: AccountIndex,
    /// The token.
    pub token: TokenId,
    /// The balance.
    pub balance: Amount,
    /// The account's address.
    pub owner: Address,
    /// The account's nonce.
    pub nonce: Nonce,
    /// The account's key.
    pub key: PublicKey,
    /// The siblings in the token tree, from the bottom.
    pub token_siblings: [Digest; 16],
    /// The siblings in the account tree, from the bottom.
    pub account_siblings: [Digest; 32],
}

impl Call {
    fn new(to: Address, call: &impl SolCall, value: Amount) -> Self {
        Self { to: Some(to), data: call.abi_encode(), value }
    }

    /// Deposits ETH: `amount` for the rollup and `fee` for the operation.
    ///
    /// # Errors
    /// None where the sum is 2^128 wei or more.
    #[must_use]
    pub fn deposit_eth(
        rollup: Address,
        to: Address,
        refund_to: Address,
        amount: Amount,
        fee: Amount,
    ) -> Option<Self> {
        let (to, refund) = (to_evm_address(to), to_evm_address(refund_to));
        let call = Rollup::depositEthCall { to, refundTo: refund };
        Some(Self::new(rollup, &call, amount.checked_add(fee)?))
    }

    /// Deposits an ERC-20 token, which must have been approved.
    #[must_use]
    pub fn deposit_token(
        rollup: Address,
        token: Address,
        to: Address,
        refund_to: Address,
        amount: Amount,
        fee: Amount,
    ) -> Self {
        let call = Rollup::depositTokenCall {
            token: to_evm_address(token),
            amount: wei(amount),
            to: to_evm_address(to),
            refundTo: to_evm_address(refund_to),
        };
        Self::new(rollup, &call, fee)
    }

    /// Asks for the whole balance of a token of the account at an index.
    #[must_use]
    pub fn request_forced_exit(
        rollup: Address,
        index: AccountIndex,
        token: TokenId,
        fee: Amount,
    ) -> Self {
        let call = Rollup::requestForcedExitCall { index: index.get(), token: token.get() };
        Self::new(rollup, &call, fee)
    }

    /// Replaces the key of the account at an index.
    #[must_use]
    pub fn set_key(rollup: Address, index: AccountIndex, key: PublicKey, fee: Amount) -> Self {
        let key = key.to_canonical();
        Self::new(rollup, &Rollup::setKeyCall { index: index.get(), key }, fee)
    }

    /// Pays out what an owner may claim of a token.
    #[must_use]
    pub fn claim(rollup: Address, token: TokenId, owner: Address) -> Self {
        let call = Rollup::claimCall { token: token.get(), owner: to_evm_address(owner) };
        Self::new(rollup, &call, Amount::ZERO)
    }

    /// Freezes a rollup whose queue is past a deadline.
    #[must_use]
    pub fn freeze(rollup: Address) -> Self {
        Self::new(rollup, &Rollup::freezeCall {}, Amount::ZERO)
    }

    /// Takes back a deposit that no batch executed, after a freeze.
    #[must_use]
    pub fn cancel_deposit(
        rollup: Address,
        id: u64,
        to: Address,
        token: TokenId,
        amount: Amount,
    ) -> Self {
        let (to, token) = (to_evm_address(to), token.get());
        let call = Rollup::cancelDepositCall { id, to, token, amount: amount.get() };
        Self::new(rollup, &call, Amount::ZERO)
    }

    /// Credits a balance of the last state to its owner, after a freeze.
    #[must_use]
    pub fn exit(rollup: Address, opening: &BalanceOpening) -> Self {
        let opening = StateOpening::BalanceOpening {
            index: opening.index.get(),
            token: opening.token.get(),
            balance: opening.balance.get(),
            owner: to_evm_address(opening.owner),
            nonce: opening.nonce.get(),
            key: opening.key.to_canonical(),
            tokenSiblings: opening.token_siblings.map(to_evm_integer),
            accountSiblings: opening.account_siblings.map(to_evm_integer),
        };
        Self::new(rollup, &Rollup::exitCall { opening }, Amount::ZERO)
    }

    /// Gives a token the next number; `fee` is zero for the governor.
    #[must_use]
    pub fn register_token(rollup: Address, token: Address, fee: Amount) -> Self {
        let call = Rollup::registerTokenCall { token: to_evm_address(token) };
        Self::new(rollup, &call, fee)
    }

    /// Asks a verifier whether a wrapped proof shows that a batch proof exposes four elements.
    #[must_use]
    pub fn verify(verifier: Address, exposed: Digest, proof: [u8; PROOF_BYTES]) -> Self {
        let h = exposed.to_canonical().map(U256::from);
        let call = Groth16BatchVerifier::verifyCall { h, proof: proof.to_vec().into() };
        Self::new(verifier, &call, Amount::ZERO)
    }

    /// Lets the rollup take so much of an ERC-20 token from the sender.
    #[must_use]
    pub fn approve(token: Address, spender: Address, amount: Amount) -> Self {
        let spender = to_evm_address(spender);
        let call = DevelopmentToken::approveCall { spender, value: wei(amount) };
        Self::new(token, &call, Amount::ZERO)
    }

    /// Makes units of the development token for an address.
    #[must_use]
    pub fn mint_development_token(token: Address, to: Address, amount: Amount) -> Self {
        let call = DevelopmentToken::mintCall { to: to_evm_address(to), amount: wei(amount) };
        Self::new(token, &call, Amount::ZERO)
    }

    /// Creates the development token.
    #[must_use]
    pub fn create_development_token() -> Self {
        let data = DevelopmentToken::BYTECODE.to_vec();
        Self { to: None, data, value: Amount::ZERO }
    }

    /// What is sent along, in wei.
    pub(crate) fn wei(&self) -> U256 {
        wei(self.value)
    }
}
