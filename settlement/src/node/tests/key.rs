//! Key files.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::node::{EthereumKey, EthereumKeyError};

const SECRET: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const ADDRESS: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const PASSPHRASE: &str = "testpassword";

/// The test vector of the Web3 Secret Storage Definition, under PBKDF2.
const KEYSTORE: &str = r#"{"crypto":{"cipher":"aes-128-ctr",
"cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
"kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
"salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
"mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;
/// The address of its key, 7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d.
const KEYSTORE_ADDRESS: &str = "0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b";

fn file(folder: &Path, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join("key");
    std::fs::write(&path, content).unwrap();
    path
}

fn read(content: impl AsRef<[u8]>, passphrase: &str) -> Result<EthereumKey, EthereumKeyError> {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), content);
    EthereumKey::read(&path, || Ok(Zeroizing::new(passphrase.to_owned())))
}

#[test]
fn digits_are_a_key() {
    for content in [SECRET.to_owned(), format!("{SECRET}\n"), format!(" {SECRET}\r\n")] {
        let key = read(content, "").unwrap();
        assert_eq!(key.address().to_string(), ADDRESS);
        let shown = format!("{key:?}");
        assert!(shown.contains(ADDRESS) && !shown.contains(&SECRET[2..]), "{shown}");
    }
    for content in ["", "0x", &SECRET[2..], &SECRET[..65], &format!("{SECRET}00"), "0xzz"] {
        assert!(matches!(read(content, ""), Err(EthereumKeyError::NoKey { .. })), "{content:?}");
    }
    let order = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    for content in [format!("0x{}", "00".repeat(32)), order.to_owned()] {
        assert!(matches!(read(content, ""), Err(EthereumKeyError::OutOfRange { .. })));
    }
    let long = vec![b'0'; (1 << 16) + 1];
    assert!(matches!(read(long, ""), Err(EthereumKeyError::TooLong { .. })));
}

#[test]
fn a_keystore_is_opened_by_its_passphrase() {
    assert_eq!(read(KEYSTORE, PASSPHRASE).unwrap().address().to_string(), KEYSTORE_ADDRESS);
    let error = read(KEYSTORE, "another").unwrap_err();
    assert!(matches!(error, EthereumKeyError::Passphrase { .. }), "{error}");
}

#[test]
fn a_keystore_with_other_lengths_or_too_much_work_is_refused() {
    let scrypt = KEYSTORE.replace("pbkdf2", "scrypt");
    let scrypt = |n: u32, r: u32, p: u32| {
        scrypt.replace(r#""c":262144"#, &format!(r#""n":{n},"r":{r},"p":{p}"#))
    };
    let cases = [
        ("version", KEYSTORE.replace(r#""version":3"#, r#""version":1"#)),
        ("cipher", KEYSTORE.replace("aes-128-ctr", "aes-128-cbc")),
        ("iv", KEYSTORE.replace("6087dab2f9", "6087dab2")),
        ("ciphertext", KEYSTORE.replace("5318b4d5", "")),
        ("mac", KEYSTORE.replace("517ead92", "517ead9")),
        ("dklen", KEYSTORE.replace(r#""dklen":32"#, r#""dklen":16"#)),
        ("c", KEYSTORE.replace("262144", "4000000000")),
        ("prf", KEYSTORE.replace("hmac-sha256", "hmac-sha1")),
        ("kdf", KEYSTORE.replace("pbkdf2", "argon2")),
        ("scrypt", scrypt(1 << 30, 8, 1)),
        ("scrypt", scrypt(262_143, 8, 1)),
        ("scrypt", scrypt(262_144, 0, 1)),
        ("p", scrypt(262_144, 8, 1 << 20)),
        ("scrypt", KEYSTORE.replace(r#""kdf":"pbkdf2""#, r#""kdf":"scrypt""#)),
        ("the keystore", "{".to_owned()),
        ("the keystore", KEYSTORE.replace("ciphertext", "text")),
    ];
    for (name, content) in cases {
        let error = read(&content, PASSPHRASE).unwrap_err();
        assert!(
            matches!(error, EthereumKeyError::Keystore { field, .. } if field == name),
            "{name}: {error}"
        );
    }
}
