//! Lengths of files and functions.

use syn::{
    Block, File, ImplItemFn, ItemFn, Signature, TraitItemFn,
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{
    files::ProjectFile,
    finding::{Finding, Rule},
    policy::{FILE_LINES, FUNCTION_LINES, GENERATED},
};

fn is_generated(file: &ProjectFile) -> bool {
    file.names().any(|name| GENERATED.contains(&name))
}

/// Reports a Rust or Solidity file that is too long.
pub(super) fn check_file(file: &ProjectFile) -> Option<Finding> {
    let is_source = file.has_extension("rs") || file.has_extension("sol");
    let lines = file.text.lines().count();
    if !is_source || is_generated(file) || lines <= FILE_LINES {
        return None;
    }
    let expected = format!("at most {FILE_LINES} lines");
    Some(file.finding(FILE_LINES + 1, Rule::FileLength, expected, format!("{lines} lines")))
}

/// Reports each function of a Rust file that is too long.
pub(super) fn check_functions(file: &ProjectFile, syntax: &File) -> Vec<Finding> {
    if is_generated(file) {
        return Vec::new();
    }
    let mut visitor = FunctionVisitor { file, findings: Vec::new() };
    visitor.visit_file(syntax);
    visitor.findings
}

struct FunctionVisitor<'a> {
    file: &'a ProjectFile,
    findings: Vec<Finding>,
}

impl FunctionVisitor<'_> {
    fn measure(&mut self, signature: &Signature, body: &Block) {
        let first = signature.span().start().line;
        let lines = body.brace_token.span.close().end().line + 1 - first;
        if lines > FUNCTION_LINES {
            self.findings.push(self.file.finding(
                first,
                Rule::FunctionLength,
                format!("at most {FUNCTION_LINES} lines"),
                format!("{lines} lines in `{}`", signature.ident),
            ));
        }
    }
}

impl<'ast> Visit<'ast> for FunctionVisitor<'_> {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.measure(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.measure(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.measure(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }
}
