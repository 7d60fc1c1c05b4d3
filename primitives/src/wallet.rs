//! Keys derived from an Ethereum wallet, so that a wallet is all that a user needs.
//!
//! The wallet signs a fixed text as typed data (EIP-712) whose domain names the chain and the
//! contract; the key is hashed from that signature. This works only where the wallet signs
//! deterministically, as RFC 6979 says, so the text is signed twice and both signatures compared.
//! Wallets that fail this, as those of several parties or of a contract do, need a random key and a
//! backup.
//!
//! The signature is as secret as the key, and a page that gets the user to sign the text has the
//! key: the text says so.

use sha3::{Digest as _, Keccak256};
use shake::Shake256;
use shake::digest::{ExtendableOutput, Update, XofReader};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::quantities::{Address, ChainId};
use crate::signature::{SecretKey, SecretKeyError};

/// Bytes of a wallet's signature: r 32, s 32, recovery 1.
pub const WALLET_SIGNATURE_BYTES: usize = 65;

/// The text that a wallet signs.
pub const WARNING: &str = "This signature is the key to your money in this Starfold rollup. \
    Sign only in a Starfold client that you trust, and never send the signature to anybody. \
    You will be asked to sign twice, to check that your wallet always gives the same signature.";

/// Separates the derivation of keys from all other uses of the hash.
const KEY_TAG: &[u8] = b"starfold/wallet/key/v1";

const NAME: &str = "Starfold";
const VERSION: &str = "1";
const DOMAIN_TYPE: &str =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const MESSAGE_TYPE: &str = "StarfoldKey(string warning)";

/// Why no key can be derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalletError {
    /// The recovery byte of a signature is none of 0, 1, 27, 28.
    #[error("the recovery byte of a wallet signature is 0, 1, 27 or 28, not {actual}")]
    Recovery {
        /// The byte.
        actual: u8,
    },
    /// r or s of a signature is zero, which no ECDSA signature has.
    #[error("r or s of the wallet signature is zero")]
    Zero,
    /// The two signatures differ: the key could not be derived again.
    #[error("the wallet signed the same text in two ways, so a key from it could not be recovered")]
    NotDeterministic,
    /// The hash is no key, which does not happen.
    #[error(transparent)]
    Key(#[from] SecretKeyError),
}

/// Derives a key from two signatures of [`typed_data`] by one wallet.
///
/// The recovery byte may be 0 or 1, or 27 or 28: both forms give one key. The key is 512 bits of
/// SHAKE256 over r and s, reduced modulo the group order.
///
/// # Errors
/// [`WalletError`] where a signature is malformed or the two differ.
pub fn derive(
    first: &[u8; WALLET_SIGNATURE_BYTES],
    second: &[u8; WALLET_SIGNATURE_BYTES],
) -> Result<SecretKey, WalletError> {
    let parities = [parity(first)?, parity(second)?];
    let (first, second) = (&first[..64], &second[..64]);
    let equal: bool = first.ct_eq(second).into();
    if !equal || parities[0] != parities[1] {
        return Err(WalletError::NotDeterministic);
    }
    let mut bytes = Zeroizing::new([0; 64]);
    let mut hasher = Shake256::default();
    hasher.update(KEY_TAG);
    hasher.update(first);
    hasher.finalize_xof().read(&mut bytes[..]);
    Ok(SecretKey::from_uniform_bytes(&bytes)?)
}

/// The parity of the recovery byte of a well-formed signature.
fn parity(signature: &[u8; WALLET_SIGNATURE_BYTES]) -> Result<u8, WalletError> {
    let (r, s) = (&signature[..32], &signature[32..64]);
    if r.iter().all(|&byte| byte == 0) || s.iter().all(|&byte| byte == 0) {
        return Err(WalletError::Zero);
    }
    match signature[64] {
        byte @ (0 | 1) => Ok(byte),
        byte @ (27 | 28) => Ok(byte - 27),
        actual => Err(WalletError::Recovery { actual }),
    }
}

/// The typed data that a wallet signs, as the JSON of `eth_signTypedData_v4`.
pub fn typed_data(chain_id: ChainId, contract: Address) -> String {
    let chain_id = chain_id.get();
    format!(
        concat!(
            r#"{{"types":{{"EIP712Domain":[{{"name":"name","type":"string"}},"#,
            r#"{{"name":"version","type":"string"}},{{"name":"chainId","type":"uint256"}},"#,
            r#"{{"name":"verifyingContract","type":"address"}}],"#,
            r#""StarfoldKey":[{{"name":"warning","type":"string"}}]}},"#,
            r#""primaryType":"StarfoldKey","domain":{{"name":"{name}","version":"{version}","#,
            r#""chainId":{chain_id},"verifyingContract":"{contract}"}},"#,
            r#""message":{{"warning":"{warning}"}}}}"#,
        ),
        name = NAME,
        version = VERSION,
        chain_id = chain_id,
        contract = contract,
        warning = WARNING,
    )
}

/// The 32 bytes that stand for [`typed_data`] under ECDSA, as EIP-712 hashes it; for clients that
/// hold the Ethereum key themselves.
pub fn signing_hash(chain_id: ChainId, contract: Address) -> [u8; 32] {
    let mut chain_id_word = [0; 32];
    chain_id_word[24..].copy_from_slice(&chain_id.get().to_be_bytes());
    let mut contract_word = [0; 32];
    contract_word[12..].copy_from_slice(&contract.0);
    let domain = keccak(&[
        &keccak(&[DOMAIN_TYPE.as_bytes()]),
        &keccak(&[NAME.as_bytes()]),
        &keccak(&[VERSION.as_bytes()]),
        &chain_id_word,
        &contract_word,
    ]);
    let message = keccak(&[&keccak(&[MESSAGE_TYPE.as_bytes()]), &keccak(&[WARNING.as_bytes()])]);
    keccak(&[b"\x19\x01", &domain, &message])
}

fn keccak(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Keccak256::new();
    for part in parts {
        sha3::Digest::update(&mut hasher, part);
    }
    hasher.finalize().into()
}
