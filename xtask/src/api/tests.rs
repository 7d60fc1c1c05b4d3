use super::items::{Item, items_of};
use super::unused;
use super::uses::is_test;
use crate::tidy::ProjectFile;

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

fn file(path: &str, text: &str) -> ProjectFile {
    ProjectFile { path: path.to_owned(), text: text.to_owned() }
}

#[test]
fn an_item_is_used_where_code_of_a_test_or_an_example_names_it() {
    let library = "
        /// ```
        /// documented();
        /// ```
        pub fn documented() {}
        pub fn beside() { by_code() }
        pub fn by_code() {}
        pub fn quoted() {}
        /// Says `mentioned`.
        pub fn mentioned() {}
        pub struct Part;
        impl Part { pub fn of_a_part() {} }
        fn private() {}
        #[cfg(test)]
        mod tests { fn test() { beside(); } }
    ";
    let files = [
        file("state/src/lib.rs", library),
        file("state/tests/a.rs", "fn test() { let Part = part(); let _ = \"quoted\"; } // quoted"),
        file("examples/a/src/main.rs", "fn main() {}"),
    ];
    let left = ["by_code", "quoted", "mentioned", "Part::of_a_part"];
    let expected = left.map(|name| format!("state/src/lib.rs: {name}"));
    assert_eq!(unused(&files).unwrap(), expected);

    let example = file("examples/a/src/main.rs", "fn main() { state::Part::of_a_part(by_code) }");
    let others = file("settlement/src/lib.rs", "pub fn mine() { quoted(); mentioned() }");
    let [library, test, _] = files;
    let mut left = unused(&[library, test, example, others]).unwrap();
    left.sort();
    let expected = ["settlement/src/lib.rs: mine"]
        .into_iter()
        .map(str::to_owned)
        .chain(["mentioned", "quoted"].map(|name| format!("state/src/lib.rs: {name}")));
    assert!(left.iter().cloned().eq(expected), "{left:?}");
}
