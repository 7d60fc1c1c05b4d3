//! A sentence for every error of the contracts.

use alloy::sol_types::SolError;

use crate::contracts::{DevelopmentToken, Groth16BatchVerifier, Rollup};

/// An error that can be said in a sentence.
trait Explain: SolError {
    const NAME: &'static str;

    fn explain(&self) -> String;
}

/// Reads one error, if the data is that.
fn read<E: Explain>(data: &[u8]) -> Option<(&'static str, String)> {
    let error = E::abi_decode_validate(data).ok()?;
    Some((E::NAME, error.explain()))
}

/// Name and sentence of an error of the contracts; none for any other data.
pub(super) fn explain(data: &[u8]) -> Option<(&'static str, String)> {
    READERS.iter().find_map(|read| read(data))
}

/// One line for each error: its contract and name, its values, its sentence.
macro_rules! sentences {
    ($($contract:ident::$name:ident { $($value:ident),* } => $sentence:literal;)*) => {
        $(
            impl Explain for $contract::$name {
                const NAME: &'static str = stringify!($name);

                fn explain(&self) -> String {
                    let Self { $($value),* } = self;
                    format!($sentence)
                }
            }
        )*

        const READERS: &[fn(&[u8]) -> Option<(&'static str, String)>] =
            &[$(read::<$contract::$name>),*];
    };
}

sentences! {
    Rollup::AlreadyExited { index, token } => "the balance of token {token} of account {index} was taken out before";
    Rollup::ClaimExceedsCredit { owner, token, claimable, amount } => "{owner} may claim {claimable} of token {token}, not {amount}";
    Rollup::DeadlineNotPassed { deadline, timestamp } => "no entry of the queue is past its deadline: the next one has {deadline} (0 for an empty queue), it is {timestamp}";
    Rollup::ElementNotCanonical { value } => "{value} is not below the order p of the field";
    Rollup::HoldingsCapExceeded { token, held, amount } => "the rollup holds {held} of token {token}: with {amount} more it would hold 2^128 or more";
    Rollup::InsufficientHoldings { token, held, amount } => "the rollup holds {held} of token {token}, less than the {amount} that it owes";
    Rollup::KeyElement { position, element, value } => "element {element} of the key in word {position} is {value}, not below the order p of the field";
    Rollup::NoSuchDeposit { id, expected, actual } => "entry {id} of the queue is no such deposit, or was executed or cancelled: its hash is {expected} (zeros for none), that of the deposit is {actual}";
    Rollup::NoTokenNumberLeft {} => "all 65,536 numbers of tokens are taken";
    Rollup::NotAToken { token } => "{token} is no token: it has no code or is the rollup";
    Rollup::NotDepositor { expected, actual } => "the deposit goes back to {expected}, who alone cancels it, not to {actual}";
    Rollup::NotDirectCall { caller } => "{caller} did not send the transaction itself, or has code";
    Rollup::NotFrozen {} => "the rollup is not frozen";
    Rollup::NotGovernor { expected, actual } => "only {expected} may do this, not {actual}";
    Rollup::NotNamedOperator { expected, actual } => "{expected} was named to be the next operator, not {actual}";
    Rollup::NotOperator { expected, actual } => "{expected} is the operator, who alone submits batches, not {actual}";
    Rollup::NothingReceived { token } => "nothing arrived of the token {token}";
    Rollup::NothingToClaim { owner, token } => "{owner} has nothing to claim of token {token}";
    Rollup::NothingToExit { index, token } => "account {index} has a balance of zero of token {token}";
    Rollup::OperatorDelayNotPassed { notBefore, present } => "the named operator takes over from {notBefore} on, it is {present}";
    Rollup::OperatorHasCode { operator } => "the operator {operator} has code and could not submit a batch";
    Rollup::ParameterOutOfRange { name, value } => "the parameter {name} must not be {value}";
    Rollup::PaymentRefused { receiver, amount } => "{receiver} did not take the payment of {amount} wei";
    Rollup::PaymentTookMore { token, expected, actual } => "a payment of {expected} of token {token} took {actual} from the rollup";
    Rollup::ProofRejected { h } => "the proof does not prove this batch on this contract and chain, for which it would expose {h:?}";
    Rollup::QueueMismatch { id, expected, actual } => "entry {id} of the queue has the hash {expected} (zeros for an empty queue), the operation in the words has {actual}";
    Rollup::ReentrancyGuardReentrantCall {} => "the rollup was called by a contract that it was calling";
    Rollup::RollupFrozen { batchNumber } => "the rollup is frozen after batch {batchNumber}";
    Rollup::SafeERC20FailedOperation { token } => "the token {token} refused the payment";
    Rollup::TimestampBeforeLast { last, timestamp } => "the batch has the time {timestamp}, before that of the last batch, {last}";
    Rollup::TimestampInFuture { timestamp, present } => "the batch has the time {timestamp}, it is {present}";
    Rollup::TimestampTooOld { timestamp, present, batchWindow } => "the batch has the time {timestamp}, it is {present}: more than {batchWindow} seconds later";
    Rollup::TokenAlreadyRegistered { token, id } => "the token {token} has the number {id} already";
    Rollup::TokenNotRegistered { token } => "the token {token} is not registered";
    Rollup::TooManyWords { count } => "the batch has {count} words, more than 4096";
    Rollup::TransferBehindWords {} => "a transfer stands behind the last word";
    Rollup::Truncated { position, expected, actual } => "the transaction at word {position} has {expected} words, but {actual} are left";
    Rollup::UnknownOpcode { position, opcode } => "word {position} begins with {opcode}, which is no opcode";
    Rollup::UnknownToken { id } => "there is no token {id}";
    Rollup::UnsafeOutsideDevelopment { chainId } => "only on the development chain 31337 has a rollup a genesis with balances or a development key, not on chain {chainId}";
    Rollup::UnusedBits { position, bits } => "word {position} has bits that its opcode does not use: {bits:#x}";
    Rollup::UnusualEncoding {} => "the call is not encoded as header, words, proof with nothing between or behind and zeros as padding";
    Rollup::VerifierAcceptsZeros {} => "the verifier accepts a proof of zeros, and so everything";
    Rollup::WordsLength { length } => "{length} bytes are no whole number of words of 31 bytes";
    Rollup::WrongBatchNumber { expected, actual } => "the next batch has the number {expected}, not {actual}";
    Rollup::WrongStateRoot { expected, actual } => "the opening leads to the root {actual:#066x}, the last state root is {expected:#066x}";
    Rollup::WrongValue { expected, actual } => "{actual} wei were sent instead of {expected}, the fee or the least value of a deposit";
    Rollup::ZeroAddress {} => "an address is zero";
    Groth16BatchVerifier::CoordinateOutOfRange { position, value } => "coordinate {position} of the proof is {value}, not below the order of the base field";
    Groth16BatchVerifier::DeltaEqualsGamma {} => "delta equals gamma: the key had no second phase, and anyone can forge proofs";
    Groth16BatchVerifier::DevelopmentKey { chainId } => "a development key works on the development chain 31337 alone, not on chain {chainId}";
    Groth16BatchVerifier::InputOutOfRange { position, value } => "element {position} that the proof exposes is {value}, not below the order p of the field";
    Groth16BatchVerifier::InvalidKeyPoint {} => "a point of the key is infinity, not on its curve or not in its group";
    Groth16BatchVerifier::PointAtInfinity { position } => "the point of the proof at coordinate {position} is infinity";
    Groth16BatchVerifier::PrecompileFailed {} => "a point of the proof is not on its curve or not in its group";
    Groth16BatchVerifier::ProofLength { length } => "a proof has 256 bytes, not {length}";
    DevelopmentToken::ERC20InsufficientAllowance { spender, allowance, needed } => "{spender} may take {allowance} of the token, not {needed}: approve it first";
    DevelopmentToken::ERC20InsufficientBalance { sender, balance, needed } => "{sender} has {balance} of the token, not {needed}";
    DevelopmentToken::ERC20InvalidApprover { approver } => "{approver} cannot approve anything";
    DevelopmentToken::ERC20InvalidReceiver { receiver } => "{receiver} cannot receive the token";
    DevelopmentToken::ERC20InvalidSender { sender } => "{sender} cannot send the token";
    DevelopmentToken::ERC20InvalidSpender { spender } => "{spender} cannot be approved";
}
