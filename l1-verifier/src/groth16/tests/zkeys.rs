//! Damaged keys of a ceremony.

use std::path::Path;

use rand::RngExt as _;

use super::sample::generator;
use crate::groth16::{Circuit, ZkeyError, import_zkey};
use crate::r1cs::Fr;

/// The sections of a file: type, start, length.
fn sections(bytes: &[u8]) -> Vec<(u32, usize, usize)> {
    let mut at = 12;
    let mut sections = Vec::new();
    while at < bytes.len() {
        let section = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let length = u64::from_le_bytes(bytes[at + 4..at + 12].try_into().unwrap()) as usize;
        sections.push((section, at + 12, length));
        at += 12 + length;
    }
    sections
}

/// Cut, extended and changed files give errors, each the right one.
pub(super) fn check_hostile_files(path: &Path, circuit: &Circuit, values: &[Fr]) {
    let bytes = std::fs::read(path).unwrap();
    let changed = path.with_extension("changed");
    let import = |bytes: &[u8]| {
        std::fs::write(&changed, bytes).unwrap();
        import_zkey(&changed, circuit, 1, values, &mut generator(1)).err()
    };
    let with = |at: usize, to: &[u8]| {
        let mut changed = bytes.clone();
        changed[at..at + to.len()].copy_from_slice(to);
        import(&changed).unwrap()
    };
    assert!(matches!(import(&bytes[..5]), Some(ZkeyError::Io(_))));
    assert!(matches!(with(0, b"wtns"), ZkeyError::Magic));
    assert!(matches!(with(4, &[2]), ZkeyError::Magic));
    let sections = sections(&bytes);
    assert_eq!(sections.len(), 10);
    for &(section, start, length) in &sections {
        let unknown = with(start - 12, &77u32.to_le_bytes());
        assert!(matches!(unknown, ZkeyError::Section { section: 77, .. }), "{unknown}");
        let huge = with(start - 8, &u64::MAX.to_le_bytes());
        assert!(matches!(huge, ZkeyError::Truncated { section: s } if s == section), "{huge}");
        let cut = import(&bytes[..start + length - 1]).unwrap();
        assert!(matches!(cut, ZkeyError::Truncated { section: s } if s == section), "{cut}");
    }
    let start = |wanted: u32| sections.iter().find(|(section, ..)| *section == wanted).unwrap().1;
    let twice = with(start(5) - 12, &6u32.to_le_bytes());
    assert!(matches!(twice, ZkeyError::Section { section: 6, times: 2 }), "{twice}");
    let count = with(8, &9u32.to_le_bytes());
    assert!(matches!(count, ZkeyError::Section { times: 0, .. }), "{count}");
    assert!(matches!(with(start(1), &[2]), ZkeyError::Protocol { actual: 2 }));
    assert!(matches!(with(start(2) + 10, &[0]), ZkeyError::Curve));
    for (place, what) in [(72, "variables"), (76, "public inputs"), (80, "points in its domain")] {
        let huge = with(start(2) + place, &u32::MAX.to_le_bytes());
        assert!(matches!(huge, ZkeyError::Number { what: w, .. } if w == what), "{huge}");
    }
    let entries = with(start(4), &u32::MAX.to_le_bytes());
    assert!(matches!(entries, ZkeyError::Number { what: "matrix entries", .. }), "{entries}");
    let count = with(start(10) + 64, &u32::MAX.to_le_bytes());
    assert!(matches!(count, ZkeyError::SectionLength { section: 10, .. }), "{count}");
    check_matrix_entries(&bytes, start(4) + 4, &import);
    for section in [3, 5, 6, 7, 8, 9] {
        let point = with(start(section), &[0xff; 32]);
        assert!(matches!(point, ZkeyError::Point { place: 0, .. }), "{point}");
    }
    check_flipped_bits(&bytes, &sections, &import);
}

/// Each field of an entry matters, and no entry counts twice.
fn check_matrix_entries(bytes: &[u8], start: usize, import: &impl Fn(&[u8]) -> Option<ZkeyError>) {
    for offset in [0, 4, 8, 12, 43] {
        let mut changed = bytes.to_vec();
        changed[start + offset] ^= 0x40;
        let error = import(&changed);
        assert!(matches!(error, Some(ZkeyError::Matrix { entry: 0 })), "{error:?}");
    }
    let mut doubled = bytes.to_vec();
    doubled.copy_within(start..start + 44, start + 44);
    let error = import(&doubled);
    assert!(matches!(error, Some(ZkeyError::Matrix { entry: 1 })), "{error:?}");
}

/// A changed bit outside the record of the contributions is always found.
fn check_flipped_bits(
    bytes: &[u8],
    sections: &[(u32, usize, usize)],
    import: &impl Fn(&[u8]) -> Option<ZkeyError>,
) {
    let mut generator = generator(9);
    for &(section, start, length) in sections {
        for _ in 0..12 {
            let place = start + generator.random_range(0..length);
            let mut changed = bytes.to_vec();
            changed[place] ^= 1 << generator.random_range(0..8);
            let error = import(&changed);
            assert!(error.is_some() || section == 10, "byte {place} of section {section}");
        }
    }
}
