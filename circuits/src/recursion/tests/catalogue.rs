//! What a catalogue says of its leaf circuits without building them.

use super::chain::ChainAir;
use crate::parameters::SegmentRate;
use crate::provable::LeafSize;
use crate::recursion::{Catalogue, CatalogueEntry};

fn entry(step: u64, step_degree_bits: usize, degree_bits: usize) -> CatalogueEntry {
    let size = LeafSize { degree_bits, rate: SegmentRate::ALL[1], fan_in: 2 };
    CatalogueEntry::new(ChainAir { step }, step_degree_bits, size)
}

#[test]
fn entries_keep_their_order_and_are_found_by_what_they_verify() {
    let catalogue = Catalogue::new().with_entry(entry(1, 0, 6)).with_entry(entry(1, 0, 5));
    let specs: Vec<_> = catalogue.entries().iter().map(CatalogueEntry::spec).collect();
    assert_eq!(specs.iter().map(|spec| spec.degree_bits).collect::<Vec<_>>(), [6, 5]);
    for spec in specs {
        assert_eq!(catalogue.entry(&spec).map(CatalogueEntry::spec), Some(spec));
    }
    assert!(catalogue.entry(&entry(1, 0, 7).spec()).is_none());
}

#[test]
fn a_segment_has_the_steps_that_its_rows_take() {
    for (step_degree_bits, degree_bits, steps) in [(0, 5, Some(32)), (3, 5, Some(4)), (6, 5, None)]
    {
        let entry = entry(1, step_degree_bits, degree_bits);
        assert_eq!(entry.step_degree_bits(), step_degree_bits);
        assert_eq!(entry.steps(), steps);
    }
}

#[test]
fn a_fingerprint_is_that_of_the_constraints_alone() {
    let known = entry(1, 0, 5);
    assert_eq!(entry(1, 3, 6).fingerprint(), known.fingerprint());
    let edited = entry(2, 0, 5);
    assert_eq!(edited.spec(), known.spec());
    assert_ne!(edited.fingerprint(), known.fingerprint());
}
