//! Transactions and L1 operations as files: JSON lists, read one entry at a time.

use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

use serde::de::{DeserializeOwned, Error as _, SeqAccess, Visitor};
use serde::{Deserializer as _, Serialize};
use starfold_transition::{L1Operation, SignedTransaction};

use crate::file::{self, FileError};

/// The most entries of a list: far more than a batch has words, so that many may be invalid.
pub(crate) const MAX_ENTRIES: usize = 1 << 16;

/// Reads a file of signed transactions: a JSON list of what `starfold sign` prints.
///
/// # Errors
/// [`FileError`]; [`FileError::Content`] names the transaction by its position.
pub fn read_transactions(path: &Path) -> Result<Vec<SignedTransaction>, FileError> {
    read_list(path, "transaction")
}

/// Reads a file of L1 operations: a JSON list in the order of the queue.
///
/// # Errors
/// [`FileError`]; [`FileError::Content`] names the operation by its position.
pub fn read_l1_operations(path: &Path) -> Result<Vec<L1Operation>, FileError> {
    read_list(path, "L1 operation")
}

/// Writes a list that [`read_transactions`] or [`read_l1_operations`] reads, one entry a line.
///
/// # Errors
/// [`FileError::Io`].
pub fn write_list<T: Serialize>(path: &Path, entries: &[T]) -> Result<(), FileError> {
    let mut bytes = b"[\n".to_vec();
    for (position, entry) in entries.iter().enumerate() {
        serde_json::to_writer(&mut bytes, entry).expect("own types have string keys");
        bytes.extend_from_slice(if position + 1 == entries.len() { b"\n" } else { b",\n" });
    }
    bytes.extend_from_slice(b"]\n");
    file::write(path, &bytes)
}

fn read_list<T: DeserializeOwned>(path: &Path, what: &'static str) -> Result<Vec<T>, FileError> {
    let bytes = file::read(path, file::MAX_JSON_BYTES)?;
    parse_list(&bytes, what)
        .map_err(|error| FileError::Content { path: path.to_owned(), reason: error.to_string() })
}

fn parse_list<T: DeserializeOwned>(
    bytes: &[u8],
    what: &'static str,
) -> Result<Vec<T>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let entries = deserializer.deserialize_seq(List { what, entry: PhantomData })?;
    deserializer.end()?;
    Ok(entries)
}

/// Collects entries and names the one that is wrong.
struct List<T> {
    what: &'static str,
    entry: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}s", self.what)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut entries = Vec::new();
        loop {
            let entry = list.next_element().map_err(|error| {
                A::Error::custom(format!("{} {}: {error}", self.what, entries.len()))
            })?;
            match entry {
                None => return Ok(entries),
                Some(_) if entries.len() == MAX_ENTRIES => {
                    let what = self.what;
                    return Err(A::Error::custom(format!("more than {MAX_ENTRIES} {what}s")));
                }
                Some(entry) => entries.push(entry),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::tests::fixture;
    use crate::workload::{Funding, Workload};
    use proptest::prelude::*;

    fn transactions(text: &str) -> Result<Vec<SignedTransaction>, String> {
        parse_list(text.as_bytes(), "transaction").map_err(|error| error.to_string())
    }

    #[test]
    fn lists_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.json");
        let Workload { transactions, l1_operations, .. } = fixture(Funding::Deposits).workload;
        assert!(transactions.len() > 1 && l1_operations.len() > 1);
        write_list(&path, &transactions).unwrap();
        assert_eq!(read_transactions(&path).unwrap(), transactions);
        // one entry a line, between brackets of their own
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), transactions.len() + 2);
        write_list(&path, &l1_operations).unwrap();
        assert_eq!(read_l1_operations(&path).unwrap(), l1_operations);
        let error = read_transactions(&path).unwrap_err();
        assert!(error.is_content() && error.to_string().contains("transaction 0: "), "{error}");
        write_list::<L1Operation>(&path, &[]).unwrap();
        assert_eq!(read_l1_operations(&path).unwrap(), []);
        let missing = read_l1_operations(&folder.path().join("missing.json")).unwrap_err();
        assert!(matches!(missing, FileError::Io { .. }), "{missing}");
    }

    #[test]
    fn an_error_names_the_entry() {
        let deposit = r#"{"kind":"deposit","to":"0x0101010101010101010101010101010101010101","token":0,"amount":"5"}"#;
        let wrong = deposit.replace("\"5\"", "\"-5\"");
        let text = format!("[{deposit},{wrong}]");
        let error = parse_list::<L1Operation>(text.as_bytes(), "L1 operation").unwrap_err();
        assert!(error.to_string().starts_with("L1 operation 1: Amount"), "{error}");
        let one = parse_list::<L1Operation>(format!("[{deposit}]").as_bytes(), "").unwrap();
        assert_eq!(one.len(), 1);
    }

    #[test]
    fn what_is_no_list_or_goes_on_after_it_is_refused() {
        for text in ["", "{}", "[", "[] []", "[1]", "null", "[{}]"] {
            assert!(transactions(text).is_err(), "{text}");
        }
        assert_eq!(transactions(" [ ] "), Ok(Vec::new()));
    }

    #[test]
    fn too_many_entries_are_refused() {
        let list = |n: usize| format!("[{}0]", "0,".repeat(n - 1));
        let parse = |text: String| parse_list::<u8>(text.as_bytes(), "number");
        assert_eq!(parse(list(MAX_ENTRIES)).unwrap().len(), MAX_ENTRIES);
        let error = parse(list(MAX_ENTRIES + 1)).unwrap_err().to_string();
        assert!(error.starts_with("more than 65536 numbers"), "{error}");
    }

    proptest! {
        #[test]
        fn arbitrary_text_is_refused_without_a_panic(text: String) {
            prop_assume!(text.trim() != "[]");
            prop_assert!(transactions(&text).is_err());
        }
    }
}
