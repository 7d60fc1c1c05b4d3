//! What a rollup's contract says of itself, one question at a time.

use alloy::primitives::U256;
use alloy::sol_types::SolCall;
use starfold_l1_verifier::groth16::{Coordinate, VerifyingKey, VerifyingKeyWords};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, QuantityError, TokenId};

use crate::call::Call;
use crate::contracts::Groth16BatchVerifier::verifyingKeyCall;
use crate::contracts::Rollup;
use crate::convert::{from_evm_address, to_digest, to_evm_address};
use crate::queue_entry::EntryHash;
use crate::view::View;

/// Why a contract does not tell.
#[derive(Debug, thiserror::Error)]
pub enum ReadError<E: std::error::Error + 'static> {
    /// The chain does not answer.
    #[error("{question} of the contract {contract} gets no answer: {source}")]
    View {
        /// The function that was called.
        question: &'static str,
        /// The contract.
        contract: Address,
        /// What the chain said.
        source: E,
    },
    /// The answer is none of a rollup.
    #[error("the contract {contract} answers {question} as no rollup does: {reason}")]
    Answer {
        /// The function that was called.
        question: &'static str,
        /// The contract.
        contract: Address,
        /// What is wrong.
        reason: String,
    },
}

/// An entry of the queue that is neither executed nor cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueEntry {
    /// The hash of its operation.
    pub hash: EntryHash,
    /// When the rollup may be frozen if it is still in the queue, in seconds since 1970.
    pub deadline: u32,
}

/// Asks one contract.
#[derive(Debug)]
pub struct RollupReader<'a, V> {
    view: &'a mut V,
    rollup: Address,
}

impl<'a, V: View> RollupReader<'a, V> {
    /// A reader of the rollup at an address.
    pub fn new(view: &'a mut V, rollup: Address) -> Self {
        Self { view, rollup }
    }

    /// An entry of the queue; none where it was executed, cancelled or never queued.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn queue_entry(&mut self, id: u64) -> Result<Option<QueueEntry>, ReadError<V::Error>> {
        let answer = self.ask(&Rollup::queueEntryCall { id })?;
        let hash = EntryHash(answer.hash.0);
        let entry = QueueEntry { hash, deadline: answer.deadline };
        Ok((entry.deadline != 0).then_some(entry))
    }

    /// What an owner may claim of a token.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn claimable(
        &mut self,
        owner: Address,
        token: TokenId,
    ) -> Result<Amount, ReadError<V::Error>> {
        let (owner, token) = (to_evm_address(owner), U256::from(token.get()));
        self.amount(&Rollup::claimableCall { owner, token })
    }

    /// What the rollup has received of a token and not paid out.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn held(&mut self, token: TokenId) -> Result<Amount, ReadError<V::Error>> {
        self.amount(&Rollup::heldCall { token: U256::from(token.get()) })
    }

    /// The contract of a token; zero for ETH, none for a number that is not registered.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn token_address(
        &mut self,
        token: TokenId,
    ) -> Result<Option<Address>, ReadError<V::Error>> {
        let call = Rollup::tokenAddressCall { id: U256::from(token.get()) };
        let address = from_evm_address(self.ask(&call)?);
        Ok((token == TokenId::ZERO || address != Address::ZERO).then_some(address))
    }

    /// The number of a token's contract, zero for ETH; none for one that is not registered.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn token_id(&mut self, address: Address) -> Result<Option<TokenId>, ReadError<V::Error>> {
        if address == Address::ZERO {
            return Ok(Some(TokenId::ZERO));
        }
        let call = Rollup::tokenIdCall { token: to_evm_address(address) };
        let number = self.ask(&call)?;
        let token = self.quantity::<Rollup::tokenIdCall, _>(TokenId::new(number))?;
        Ok((token != TokenId::ZERO).then_some(token))
    }

    /// Whether an account's balance of a token was taken out in exit mode.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn exited(
        &mut self,
        index: AccountIndex,
        token: TokenId,
    ) -> Result<bool, ReadError<V::Error>> {
        let (index, token) = (U256::from(index.get()), U256::from(token.get()));
        self.ask(&Rollup::exitedCall { index, token })
    }

    /// The verifying key in a verifier's contract, whose points are checked.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn verifying_key(
        &mut self,
        verifier: Address,
    ) -> Result<VerifyingKey, ReadError<V::Error>> {
        let question = verifyingKeyCall::SIGNATURE;
        let answer = self.answer(verifier, question, &verifyingKeyCall {}.abi_encode())?;
        let strange = |reason| ReadError::Answer { question, contract: verifier, reason };
        let key = verifyingKeyCall::abi_decode_returns_validate(&answer)
            .map_err(|error| strange(error.to_string()))?;
        VerifyingKey::from_words(&VerifyingKeyWords {
            alpha: key.alpha.map(coordinate),
            beta: key.beta.map(coordinate),
            gamma: key.gamma.map(coordinate),
            delta: key.delta.map(coordinate),
            inputs: key.ic.into_iter().map(|point| point.map(coordinate)).collect(),
        })
        .map_err(|error| strange(error.to_string()))
    }

    pub(crate) fn ask<C: SolCall>(&mut self, call: &C) -> Result<C::Return, ReadError<V::Error>> {
        let answer = self.answer(self.rollup, C::SIGNATURE, &call.abi_encode())?;
        C::abi_decode_returns_validate(&answer)
            .map_err(|error| self.strange::<C>(error.to_string()))
    }

    pub(crate) fn amount<C: SolCall<Return = U256>>(
        &mut self,
        call: &C,
    ) -> Result<Amount, ReadError<V::Error>> {
        let value = self.ask(call)?;
        u128::try_from(value)
            .map(Amount::new)
            .map_err(|_| self.strange::<C>(format!("{value} is not below 2^128")))
    }

    pub(crate) fn digest<C: SolCall<Return = U256>>(
        &mut self,
        call: &C,
    ) -> Result<Digest, ReadError<V::Error>> {
        let value = self.ask(call)?;
        to_digest(value).ok_or_else(|| self.strange::<C>(format!("{value:#x} is no digest")))
    }

    pub(crate) fn quantity<C: SolCall, T>(
        &self,
        value: Result<T, QuantityError>,
    ) -> Result<T, ReadError<V::Error>> {
        value.map_err(|error| self.strange::<C>(error.to_string()))
    }

    fn answer(
        &mut self,
        contract: Address,
        question: &'static str,
        data: &[u8],
    ) -> Result<Vec<u8>, ReadError<V::Error>> {
        let call = Call { to: Some(contract), data: data.to_vec(), value: Amount::ZERO };
        self.view.view(&call).map_err(|source| ReadError::View { question, contract, source })
    }

    fn strange<C: SolCall>(&self, reason: String) -> ReadError<V::Error> {
        ReadError::Answer { question: C::SIGNATURE, contract: self.rollup, reason }
    }
}

fn coordinate(value: U256) -> Coordinate {
    value.to_be_bytes()
}
