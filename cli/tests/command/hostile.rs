//! Files that nobody made with this program.

use std::fs::File;

use crate::fixture::Fixture;

/// The commands that read a file of somebody else, with the name of the file.
const READERS: [&[&str]; 7] = [
    &["batch-prove", "--data-dir", "rollup", "--transactions", "hostile", "--out", "out"],
    &["batch-prove", "--data-dir", "rollup", "--l1-operations", "hostile", "--out", "out"],
    &["simulate", "--data-dir", "rollup", "--transfers", "hostile", "--out", "out"],
    &["init", "--data-dir", "new", "--genesis", "hostile"],
    &["key", "show", "hostile"],
    &["verify", "hostile"],
    &["inspect", "hostile"],
];

#[test]
fn files_of_other_content_are_wrong() {
    let fixture = Fixture::with_rollup();
    let deep = "[".repeat(1 << 20);
    let contents: [&[u8]; 6] = [
        b"",
        b"{\"x\":1}",
        b"\xff\xfe\x00",
        b"[{\"kind\":\"transfer\"}]",
        b"null",
        deep.as_bytes(),
    ];
    for content in contents {
        fixture.write("hostile", content);
        for reader in READERS {
            fixture.fails(1, reader);
        }
    }
    assert!(!fixture.path("new").exists());
    assert!(!fixture.path("out").exists());
}

#[test]
fn a_gibibyte_is_refused_by_its_length() {
    let fixture = Fixture::with_rollup();
    File::create(fixture.path("hostile")).unwrap().set_len(1 << 30).unwrap();
    for reader in READERS {
        let text = fixture.fails(1, reader);
        assert!(text.contains("is longer than"), "{reader:?}: {text}");
    }
}

#[test]
fn a_missing_file_is_wrong_use() {
    let fixture = Fixture::with_rollup();
    for reader in READERS {
        let text = fixture.fails(2, reader);
        assert!(text.contains("cannot read hostile"), "{reader:?}: {text}");
    }
}

#[test]
fn truncated_and_changed_transactions_are_refused() {
    let fixture = Fixture::with_workload(2);
    let whole = fixture.read("txs.json").into_bytes();
    let prove = ["batch-prove", "--data-dir", "rollup", "--transactions", "txs.json", "--out", "o"];
    for length in [1, whole.len() / 2, whole.len() - 3] {
        fixture.write("txs.json", &whole[..length]);
        fixture.fails(1, &prove);
    }
    fixture.write("txs.json", [&whole[..], b"x"].concat());
    fixture.fails(1, &prove);
    let text = String::from_utf8(whole).unwrap();
    fixture.write("txs.json", text.replacen("\"nonce\":0", "\"nonce\":1", 1));
    let refusal = fixture.fails(1, &prove);
    assert!(refusal.contains("transaction 0: the nonce"), "{refusal}");
    fixture.write("txs.json", text.replacen("\"amount\"", "\"amounts\"", 1));
    let refusal = fixture.fails(1, &prove);
    assert!(refusal.contains("transaction 0: "), "{refusal}");
    // nothing was sealed by any of it
    fixture.fails(2, &["abandon", "--data-dir", "rollup"]);
}
