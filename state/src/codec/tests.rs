use std::fmt::Debug;

use proptest::prelude::*;
use starfold_primitives::GOLDILOCKS_ORDER;

use super::*;
use crate::EMPTY_TOKEN_ROOT;

fn elements<const N: usize>() -> impl Strategy<Value = [Goldilocks; N]> {
    prop::array::uniform(0..GOLDILOCKS_ORDER)
        .prop_map(|values| values.map(Goldilocks::from_canonical_u64))
}

fn digest() -> impl Strategy<Value = Digest> {
    elements().prop_map(Digest)
}

fn account_index() -> impl Strategy<Value = AccountIndex> {
    any::<u32>().prop_map(|index| AccountIndex::new(index).unwrap())
}

fn account() -> impl Strategy<Value = Account> {
    let nonce = (0..GOLDILOCKS_ORDER).prop_map(|nonce| Nonce::new(nonce).unwrap());
    (elements(), any::<[u8; 20]>(), nonce, digest()).prop_map(
        |(key, address, nonce, token_root)| Account {
            key: PublicKey::new(key),
            address: Address(address),
            nonce,
            token_root,
        },
    )
}

fn checkpoint() -> impl Strategy<Value = Checkpoint> {
    (any::<u32>(), digest(), prop::option::of(account_index()), 1u32..=1 << 16).prop_map(
        |(batch, root, next_index, token_count)| {
            let batch = BatchNumber::new(batch).unwrap();
            Checkpoint { batch, root, next_index, token_count }
        },
    )
}

fn additions() -> impl Strategy<Value = Additions> {
    let owned = (any::<[u8; 20]>().prop_map(Address), account_index());
    let tokens = (any::<u16>(), any::<[u8; 20]>())
        .prop_map(|(token, address)| (TokenId::new(token).unwrap(), Address(address)));
    (prop::collection::vec(owned, 0..4), prop::collection::vec(tokens, 0..4))
        .prop_map(|(owned, tokens)| Additions { owned, tokens })
}

fn is_length_error<T>(result: &Result<T, CodecError>) -> bool {
    matches!(result, Err(CodecError::Length { .. }))
}

/// What is written is read, one byte more or less is not.
fn round_trips<T: Record + PartialEq + Debug>(record: &T) -> Result<(), TestCaseError> {
    let mut bytes = record.encode();
    prop_assert_eq!(&T::decode(&bytes).unwrap(), record);
    bytes.push(0);
    prop_assert!(is_length_error(&T::decode(&bytes)));
    bytes.truncate(bytes.len() - 2);
    prop_assert!(is_length_error(&T::decode(&bytes)));
    Ok(())
}

proptest! {
    #[test]
    fn records_round_trip(
        account in account(),
        checkpoint in checkpoint(),
        additions in additions(),
        children in (digest(), digest()),
        owned in (any::<[u8; 20]>().prop_map(Address), account_index()),
    ) {
        round_trips(&account)?;
        round_trips(&checkpoint)?;
        round_trips(&additions)?;
        round_trips(&[children.0, children.1])?;
        round_trips(&owned)?;
        round_trips(&owned.0)?;
        round_trips(&checkpoint.batch)?;
        round_trips(&checkpoint.token_count)?;
    }

    #[test]
    fn a_digest_is_written_as_its_bytes(digest in digest()) {
        prop_assert_eq!(digest.encode(), digest.to_bytes());
        round_trips(&digest)?;
    }

    #[test]
    fn hostile_bytes_are_refused_or_canonical(bytes in prop::collection::vec(any::<u8>(), 0..130)) {
        fn canonical<T: Record>(bytes: &[u8]) -> bool {
            T::decode(bytes).map_or(true, |record| record.encode() == bytes)
        }
        prop_assert!(canonical::<Account>(&bytes));
        prop_assert!(canonical::<Checkpoint>(&bytes));
        prop_assert!(canonical::<Additions>(&bytes));
        prop_assert!(canonical::<[Digest; 2]>(&bytes));
    }
}

#[test]
fn elements_beyond_the_field_are_refused() {
    let mut bytes = Account::EMPTY.encode();
    bytes[8..16].copy_from_slice(&GOLDILOCKS_ORDER.to_be_bytes());
    let error = CodecError::Range { offset: 8, value: GOLDILOCKS_ORDER };
    assert_eq!(Account::decode(&bytes), Err(error));
    let mut bytes = Account::EMPTY.encode();
    bytes[60..68].fill(0xff);
    assert_eq!(Account::decode(&bytes), Err(CodecError::Range { offset: 60, value: u64::MAX }));
    let mut bytes = [EMPTY_TOKEN_ROOT; 2].encode();
    bytes[56..].fill(0xff);
    let error = CodecError::Range { offset: 56, value: u64::MAX };
    assert_eq!(<[Digest; 2]>::decode(&bytes), Err(error));
}

#[test]
fn a_checkpoint_has_a_possible_index_and_a_token() {
    let checkpoint = Checkpoint {
        batch: BatchNumber::ZERO,
        root: Digest::ZERO,
        next_index: None,
        token_count: 1,
    };
    let mut bytes = checkpoint.encode();
    bytes[43] = 1;
    let error = CodecError::Range { offset: 36, value: (1 << 32) + 1 };
    assert_eq!(Checkpoint::decode(&bytes), Err(error));
    let bytes = Checkpoint { token_count: 0, ..checkpoint }.encode();
    assert_eq!(Checkpoint::decode(&bytes), Err(CodecError::Range { offset: 44, value: 0 }));
}

#[test]
fn a_huge_count_of_additions_is_refused_without_memory() {
    let bytes = [0xff; 30];
    assert!(matches!(Additions::decode(&bytes), Err(CodecError::Length { .. })));
}
