//! What tests and examples name.

use std::collections::BTreeSet;

use anyhow::Context;
use proc_macro2::{TokenStream, TokenTree};

use super::items::is_test_module;
use crate::tidy::ProjectFile;

/// Whether a file is of a test, an example, a bench or a fuzz target.
pub(super) fn is_test(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(part, "tests" | "tests.rs" | "examples" | "benches" | "fuzz" | "fuzz_targets")
    })
}

/// Every identifier in tests, examples, benches and documentation with code.
///
/// # Errors
/// Names the file that is no Rust code.
pub(super) fn identifiers_of_tests(files: &[ProjectFile]) -> anyhow::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for file in files.iter().filter(|file| file.has_extension("rs")) {
        let context = || format!("{} is no Rust code", file.path);
        if is_test(&file.path) {
            let tokens = file.text.parse::<TokenStream>().ok().with_context(context)?;
            gather(tokens, &mut found);
            continue;
        }
        for item in &syn::parse_file(&file.text).with_context(context)?.items {
            if let syn::Item::Mod(module) = item
                && is_test_module(&module.attrs)
            {
                let start = module.span_lines();
                gather(lines(&file.text, start), &mut found);
            }
        }
        gather_documentation(&file.text, &mut found);
    }
    Ok(found)
}

trait SpanLines {
    /// The first and the last line.
    fn span_lines(&self) -> (usize, usize);
}

impl SpanLines for syn::ItemMod {
    fn span_lines(&self) -> (usize, usize) {
        let start = self.mod_token.span.start().line;
        let end = self.content.as_ref().map_or(start, |(brace, _)| brace.span.close().end().line);
        (start, end)
    }
}

fn lines(text: &str, (start, end): (usize, usize)) -> TokenStream {
    let part: Vec<&str> = text.lines().skip(start - 1).take(end + 1 - start).collect();
    part.join("\n").parse().unwrap_or_default()
}

/// The code in documentation comments, which is tested.
fn gather_documentation(text: &str, found: &mut BTreeSet<String>) {
    let mut is_code = false;
    for line in text.lines().map(str::trim) {
        let Some(line) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            is_code = false;
            continue;
        };
        let line = line.trim();
        if line.starts_with("```") {
            is_code = !is_code && !line.contains("text");
        } else if is_code {
            let code = line.strip_prefix("# ").unwrap_or(line);
            let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            found.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
        }
    }
}

fn gather(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                found.insert(ident.to_string());
            }
            TokenTree::Group(group) => gather(group.stream(), found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
