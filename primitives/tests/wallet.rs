//! Keys from wallets: which signatures make a key, and what a wallet is asked to sign.

#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]

use serde_json::Value;
use sha3::{Digest as _, Keccak256};
use starfold_primitives::quantities::{Address, ChainId};
use starfold_primitives::wallet::{
    WALLET_SIGNATURE_BYTES, WARNING, WalletError, derive, signing_hash, typed_data,
};

fn signature(recovery: u8) -> [u8; WALLET_SIGNATURE_BYTES] {
    let mut bytes = std::array::from_fn(|index| index as u8 + 1);
    bytes[64] = recovery;
    bytes
}

fn chain(id: u64) -> ChainId {
    ChainId::new(id).unwrap()
}

fn contract() -> Address {
    "0x00112233445566778899aabbccddeeff00112233".parse().unwrap()
}

#[test]
fn the_derived_key_is_known() {
    // SHAKE256 of the tag, r and s, reduced, computed outside of this library.
    let key = derive(&signature(27), &signature(27)).unwrap();
    assert_eq!(
        hex::encode(*key.to_bytes()),
        "f39f9dd8cf5688834dd5fc3d7ea3085a4f55a975056ddfd23463884299270b17016ed71d08f3183a"
    );
}

#[test]
fn both_forms_of_the_recovery_byte_give_one_key() {
    let key = derive(&signature(27), &signature(27)).unwrap();
    let same = derive(&signature(0), &signature(27)).unwrap();
    assert_eq!(*key.to_bytes(), *same.to_bytes());
}

#[test]
fn another_signature_gives_another_key() {
    let mut other = signature(27);
    other[63] ^= 1;
    let key = derive(&signature(27), &signature(27)).unwrap();
    assert_ne!(key.public_key(), derive(&other, &other).unwrap().public_key());
}

#[test]
fn different_signatures_are_refused() {
    for index in [0, 31, 32, 63] {
        let mut other = signature(28);
        other[index] ^= 0x80;
        assert_eq!(derive(&signature(28), &other).unwrap_err(), WalletError::NotDeterministic);
    }
    let error = derive(&signature(27), &signature(28)).unwrap_err();
    assert_eq!(error, WalletError::NotDeterministic);
}

#[test]
fn malformed_signatures_are_refused() {
    for actual in [2, 26, 29, 35, 255] {
        let error = derive(&signature(27), &signature(actual)).unwrap_err();
        assert_eq!(error, WalletError::Recovery { actual });
    }
    for part in [0..32, 32..64] {
        let mut zero = signature(27);
        zero[part].fill(0);
        assert_eq!(derive(&zero, &zero).unwrap_err(), WalletError::Zero);
    }
}

#[test]
fn the_typed_data_names_chain_and_contract() {
    let value: Value = serde_json::from_str(&typed_data(chain(31337), contract())).unwrap();
    assert_eq!(value["primaryType"], "StarfoldKey");
    assert_eq!(value["domain"]["name"], "Starfold");
    assert_eq!(value["domain"]["version"], "1");
    assert_eq!(value["domain"]["chainId"], 31337);
    assert_eq!(value["domain"]["verifyingContract"], contract().to_string());
    assert_eq!(value["message"]["warning"], WARNING);
}

fn keccak(bytes: &[u8]) -> Vec<u8> {
    Keccak256::digest(bytes).to_vec()
}

/// One field as EIP-712 encodes it: 32 bytes.
fn encode_field(kind: &str, value: &Value) -> Vec<u8> {
    let padded = |bytes: &[u8]| [vec![0; 32 - bytes.len()], bytes.to_vec()].concat();
    match kind {
        "string" => keccak(value.as_str().unwrap().as_bytes()),
        "uint256" => padded(&value.as_u64().unwrap().to_be_bytes()),
        "address" => padded(&hex::decode(&value.as_str().unwrap()[2..]).unwrap()),
        other => unreachable!("the typed data has no {other}"),
    }
}

/// `hashStruct` of EIP-712, from the types that the JSON itself declares.
fn hash_struct(types: &Value, name: &str, value: &Value) -> Vec<u8> {
    let fields: Vec<(&str, &str)> = types[name]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| (field["type"].as_str().unwrap(), field["name"].as_str().unwrap()))
        .collect();
    let declarations: Vec<_> = fields.iter().map(|(kind, name)| format!("{kind} {name}")).collect();
    let mut encoded = keccak(format!("{name}({})", declarations.join(",")).as_bytes());
    for (kind, name) in fields {
        encoded.extend(encode_field(kind, &value[name]));
    }
    keccak(&encoded)
}

#[test]
fn the_signing_hash_is_that_of_the_typed_data() {
    for id in [1, 31337, (1 << 53) + 1] {
        for contract in [Address::ZERO, contract()] {
            let data: Value = serde_json::from_str(&typed_data(chain(id), contract)).unwrap();
            let domain = hash_struct(&data["types"], "EIP712Domain", &data["domain"]);
            let message = hash_struct(&data["types"], "StarfoldKey", &data["message"]);
            let expected = keccak(&[b"\x19\x01".as_slice(), &domain, &message].concat());
            assert_eq!(signing_hash(chain(id), contract).to_vec(), expected);
        }
    }
}

#[test]
fn the_domain_type_is_the_usual_one() {
    // TYPE_HASH of OpenZeppelin's EIP712.sol.
    let declaration =
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
    let expected = "8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f";
    assert_eq!(hex::encode(keccak(declaration.as_bytes())), expected);
    let data: Value = serde_json::from_str(&typed_data(chain(1), Address::ZERO)).unwrap();
    let fields = data["types"]["EIP712Domain"].as_array().unwrap();
    let names: Vec<_> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["name", "version", "chainId", "verifyingContract"]);
}
