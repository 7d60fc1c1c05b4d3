use super::*;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn a_file_of_the_limit_is_read_and_one_byte_more_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    write(&path, b"12345").unwrap();
    assert_eq!(read(&path, 5).unwrap(), b"12345");
    assert!(matches!(read(&path, 4), Err(FileError::TooLong { limit: 4, .. })));
}

#[test]
fn a_file_without_an_end_is_refused() {
    let error = read(Path::new("/dev/zero"), 1 << 16).unwrap_err();
    assert!(matches!(error, FileError::TooLong { .. }), "{error}");
}

#[test]
fn a_sparse_gibibyte_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    File::create(&path).unwrap().set_len(1 << 30).unwrap();
    let error = read_json::<Vec<u8>>(&path).unwrap_err();
    assert!(matches!(error, FileError::TooLong { limit: MAX_JSON_BYTES, .. }), "{error}");
}

#[test]
fn writing_replaces_and_leaves_nothing_beside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    write(&path, b"old").unwrap();
    write(&path, b"new").unwrap();
    assert_eq!(read(&path, 10).unwrap(), b"new");
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
}

#[test]
fn a_secret_is_private_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    write_secret(&path, b"secret").unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(write_secret(&path, b"other"), Err(FileError::Exists { .. })));
    assert_eq!(read(&path, 10).unwrap(), b"secret");
}

#[test]
fn a_file_needs_a_folder_and_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = check_folder(&folder.path().join("missing/file"));
    assert!(matches!(nowhere, Err(FileError::NoFolder { .. })), "{nowhere:?}");
    assert!(matches!(check_folder(folder.path()), Err(FileError::Folder { .. })));
    check_folder(&folder.path().join("file")).unwrap();
}
