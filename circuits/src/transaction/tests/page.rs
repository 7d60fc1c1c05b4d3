//! The tables of `docs/circuits/transaction.md` are those of the code.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::air::{ColumnInfo, Domain, Layout, constraint_table};
use crate::transaction::TransactionAir;
use crate::transaction::columns::TransactionColumns;

/// With this variable set, the test writes the tables instead of comparing them.
const WRITE: &str = "STARFOLD_WRITE_PAGES";

fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/circuits/transaction.md")
}

/// `a[0][1].b` without the indices: `a.b`.
fn family(name: &str) -> String {
    let mut depth = 0;
    name.chars()
        .filter(|&character| {
            depth += i32::from(character == '[');
            let keep = depth == 0;
            depth -= i32::from(character == ']');
            keep
        })
        .collect()
}

/// One line for the columns that differ in indices alone.
fn column_table() -> String {
    let mut columns: Vec<ColumnInfo> = vec![];
    TransactionColumns::<()>::describe("", "", &mut columns);
    let mut families: Vec<(String, String, usize)> = vec![];
    for column in &columns {
        let name = family(&column.name);
        match families.iter_mut().find(|(known, ..)| *known == name) {
            Some((.., count)) => *count += 1,
            None => families.push((name, column.meaning.clone(), 1)),
        }
    }
    let mut table = String::from("| columns | number | meaning |\n|---|---|---|\n");
    for (name, meaning, count) in families {
        writeln!(table, "| `{name}` | {count} | {meaning} |").unwrap();
    }
    write!(table, "\n{} columns.", columns.len()).unwrap();
    table
}

fn domain_name(domain: Domain) -> &'static str {
    match domain {
        Domain::EveryRow => "every row",
        Domain::FirstRow => "first row",
        Domain::Transition => "transition",
        Domain::LastRow => "last row",
    }
}

fn constraints() -> String {
    let table = constraint_table(&TransactionAir);
    let mut text =
        String::from("| constraint | rows | degree | polynomials |\n|---|---|---|---|\n");
    for constraint in &table.constraints {
        let (name, domain) = (constraint.name, domain_name(constraint.domain));
        let (degree, polynomials) = (constraint.degree, constraint.polynomials);
        writeln!(text, "| {name} | {domain} | {degree} | {polynomials} |").unwrap();
    }
    let (names, polynomials) = (table.constraints.len(), table.polynomials());
    write!(text, "\n{names} constraints, {polynomials} polynomials, degree {}.", table.degree())
        .unwrap();
    text
}

/// `text` with `content` between the marks of that name.
fn with_section(text: &str, name: &str, content: &str) -> String {
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("\n<!-- end {name} -->"));
    let (before, rest) = text.split_once(&begin).expect("the page has the mark that begins");
    let (_, after) = rest.split_once(&end).expect("the page has the mark that ends");
    format!("{before}{begin}{content}{end}{after}")
}

#[test]
fn the_tables_of_the_page_are_those_of_the_code() {
    let path = page();
    let committed = std::fs::read_to_string(&path).unwrap();
    let generated = with_section(&committed, "columns", &column_table());
    let generated = with_section(&generated, "constraints", &constraints());
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, generated).unwrap();
    } else {
        assert!(committed == generated, "run this test with {WRITE}=1 to write the tables anew");
    }
}
