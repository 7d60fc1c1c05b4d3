//! The committed files are those that the crates lead to.

use std::path::Path;

use super::{CONTRACTS, check, generate, write};

#[test]
fn the_committed_files_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    check(root).unwrap();
}

#[test]
fn a_changed_file_is_named() {
    let root = tempfile::tempdir().unwrap();
    write(root.path()).unwrap();
    check(root.path()).unwrap();

    let path = "src/generated/ClaimLayout.sol";
    assert!(generate().unwrap().iter().any(|file| file.path == path));
    std::fs::write(root.path().join(CONTRACTS).join(path), "something else").unwrap();
    let error = check(root.path()).unwrap_err().to_string();
    assert_eq!(error, format!("run `cargo xtask vectors`: these files differ: {path}"));
}
