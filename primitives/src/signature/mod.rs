//! Schnorr signatures on ecGFp5 (`docs/protocol.md`, section 4).
//!
//! A key is `Q = d G`. A signature of a message is `(e, s)` with `R = s G + e Q` and `e` the first
//! three elements of `H(Challenge; w(Q), message, w(R))`, a 192-bit integer. The challenge hashes
//! the key too, so a signature says nothing under a related key.
//!
//! [`verify`] computes `R` by the very steps that the transaction's proof shows, see
//! [`VerificationChain`], and refuses where that chain has no proof. So what verifies can be
//! proved, and only that.
//!
//! What a signature does not do:
//! * it is no identifier. Encodings are unique (`s < n`, elements of `e` below p), but the proof
//!   takes `s` as a bit string and would accept `s + n` too, and a signer can make any number of
//!   signatures of one message; so nothing may be keyed by a signature;
//! * it does not stop replay: that is the nonce's part, inside the message.

mod chain;
mod filler;
mod keys;
mod offset;
mod schnorr;
mod text;

pub use chain::{CHAIN_STEPS, ChainChord, ChainStep, VerificationChain};
pub use filler::filler;
pub use keys::{
    KEY_BYTES, KeyDecodingError, PublicKey, RandomnessError, SecretKey, SecretKeyError,
};
pub use offset::{OFFSET_TAG, RESPONSE_SPLIT, START, TABLE};
pub use schnorr::{
    SIGNATURE_BYTES, Signature, SignatureDecodingError, SignatureError, challenge, verify,
};
