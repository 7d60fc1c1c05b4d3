//! The chain of transactions that carry no signature.

use std::sync::OnceLock;

use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};

use super::chain::VerificationChain;
use super::keys::SecretKey;
use super::schnorr::verify;
use crate::Digest;

/// What the filler's key is hashed from; so everybody knows that key.
const FILLER_TAG: &[u8] = b"starfold/signature/filler/v1";

/// A valid chain under a key that everybody knows, of the message zero.
///
/// The rows of a transaction without signature hold it. Nothing there binds it to the transaction.
pub fn filler() -> &'static VerificationChain {
    static FILLER: OnceLock<VerificationChain> = OnceLock::new();
    FILLER.get_or_init(|| {
        let mut bytes = [0; 64];
        let mut hasher = Shake256::default();
        hasher.update(FILLER_TAG);
        hasher.finalize_xof().read(&mut bytes);
        let key = SecretKey::from_uniform_bytes(&bytes).expect("the hash of the tag is not zero");
        let signature = key.sign_deterministic(Digest::ZERO);
        verify(&key.public_key(), Digest::ZERO, &signature).expect("own signatures verify")
    })
}
