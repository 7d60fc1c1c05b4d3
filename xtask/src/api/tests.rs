use super::items::{Item, items_of};
use super::uses::is_test;

fn item(kind: &'static str, name: &str, summary: &str) -> Item {
    Item { kind, name: name.to_owned(), summary: summary.to_owned() }
}

#[test]
fn public_items_are_found_with_their_first_sentence() {
    let text = "
        /// A pair. And more.
        pub struct Pair;
        pub(crate) struct Hidden;
        impl Pair {
            /// The first
            /// of both.
            pub fn first() {}
            fn second() {}
        }
        impl Clone for Pair { fn clone(&self) -> Self { Pair } }
        /// Counts.
        pub trait Count { /// Up. \n fn up(&self); }
        columns! {
            /// A row.
            pub struct Row { /// A cell. \n cell: Cell }
        }
        columns! { /// No one else's. \n struct Own { /// A cell. \n cell: Cell } }
        #[cfg(test)]
        mod tests { pub fn test() {} }
    ";
    let expected = [
        item("struct", "Pair", "A pair."),
        item("fn", "Pair::first", "The first of both."),
        item("trait", "Count", "Counts."),
        item("fn", "Count::up", "Up."),
        item("columns", "Row", "A row."),
    ];
    let items = items_of(text).unwrap();
    assert_eq!(items, expected);
    assert_eq!(items[1].identifier(), "first");
}

#[test]
fn tests_are_known_by_their_path() {
    for path in ["a/tests/b.rs", "a/src/x/tests.rs", "examples/a/src/air.rs", "fuzz/x.rs"] {
        assert!(is_test(path), "{path}");
    }
    for path in ["a/src/lib.rs", "a/src/testing.rs"] {
        assert!(!is_test(path), "{path}");
    }
}
