//! The chapter of the book that builds this example.

/// The blocks of Rust of a page.
fn quotations(page: &str) -> Vec<&str> {
    page.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn what_the_chapter_quotes_is_the_code_of_the_example() {
    let files = [
        include_str!("../src/air.rs"),
        include_str!("../src/transition.rs"),
        include_str!("../src/main.rs"),
        include_str!("../src/tests.rs"),
    ];
    let quotations = quotations(include_str!("../../../docs/write-a-circuit.md"));
    assert_eq!(quotations.len(), 8);
    for quotation in quotations {
        assert!(files.iter().any(|file| file.contains(quotation)), "{quotation}");
    }
}
