//! Rules on Rust code, read as tokens: neither comments nor strings can break them.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use super::{
    files::ProjectFile,
    finding::{Finding, Rule},
    policy::{EMPTY_NAMES, ONE_FILE, PRINT_MACROS, PRINTS, STUB_MACROS},
};

/// Reads a Rust file as tokens and as a syntax tree.
pub(super) fn parse(file: &ProjectFile) -> Result<(TokenStream, syn::File), Finding> {
    let parsed = syn::parse_file(&file.text).and_then(|syntax| {
        let tokens = file.text.parse::<TokenStream>()?;
        Ok((tokens, syntax))
    });
    parsed.map_err(|error| {
        let line = error.span().start().line.max(1);
        file.finding(line, Rule::Syntax, "Rust code", error.to_string())
    })
}

/// Reports each forbidden macro, attribute, module name and import.
pub(super) fn check(file: &ProjectFile, tokens: TokenStream) -> Vec<Finding> {
    let mut scanner = Scanner { file, findings: Vec::new() };
    scanner.walk(tokens, None);
    scanner.findings
}

struct Scanner<'a> {
    file: &'a ProjectFile,
    findings: Vec<Finding>,
}

impl Scanner<'_> {
    /// Reads a stream; `prefix` is the path segment before the braces of an import list.
    fn walk(&mut self, stream: TokenStream, prefix: Option<&str>) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) => {
                    let before = segment_before(&tokens[..index]);
                    let before = before.as_deref().or(prefix);
                    self.check_ident(ident, before, &tokens[..index], &tokens[index + 1..]);
                }
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    self.check_attribute(&tokens[index + 1..]);
                }
                TokenTree::Group(group) => {
                    let is_list = group.delimiter() == Delimiter::Brace;
                    let before = is_list.then(|| segment_before(&tokens[..index])).flatten();
                    self.walk(group.stream(), before.as_deref());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn check_ident(
        &mut self,
        ident: &Ident,
        segment: Option<&str>,
        before: &[TokenTree],
        after: &[TokenTree],
    ) {
        let name = ident.to_string();
        let name = name.as_str();
        let is_macro =
            is_punct(after.first(), '!') && matches!(after.get(1), Some(TokenTree::Group(_)));
        let prints = is_macro && PRINT_MACROS.contains(&name);
        let exits = name == "exit" && segment == Some("process");
        let allowed = PRINTS.iter().any(|folder| self.file.is_below(folder));
        if (prints || exits) && !allowed {
            let actual = if exits { "`process::exit`".to_owned() } else { format!("`{name}!`") };
            let expected = format!("printing and exits only in {}", PRINTS.join(", "));
            self.report(ident, Rule::Printing, expected, actual);
        }
        if is_macro && STUB_MACROS.contains(&name) {
            self.report(ident, Rule::Stub, "finished code", format!("`{name}!`"));
        }
        if is_ident(before.last(), "mod") && EMPTY_NAMES.contains(&name) {
            let expected = "a name that says what is inside";
            self.report(ident, Rule::EmptyName, expected, format!("`mod {name}`"));
        }
        let starts_path = is_separator(after.get(..2).unwrap_or_default())
            || is_ident(before.last(), "use")
            || is_ident(before.last(), "crate");
        if let Some((_, home)) = ONE_FILE.iter().find(|(one, _)| *one == name)
            && segment.is_none()
            && starts_path
            && self.file.path != *home
        {
            let expected =
                format!("`{name}` only in {home} (a module of that name as `self::{name}`)");
            self.report(ident, Rule::OneFile, expected, format!("`{name}`"));
        }
    }

    /// Checks what follows a `#`.
    fn check_attribute(&mut self, after: &[TokenTree]) {
        let after = if is_punct(after.first(), '!') { &after[1..] } else { after };
        if let Some(TokenTree::Group(group)) = after.first()
            && group.delimiter() == Delimiter::Bracket
        {
            let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
            self.check_meta(&tokens);
        }
    }

    fn check_meta(&mut self, meta: &[TokenTree]) {
        let Some(TokenTree::Ident(ident)) = meta.first() else {
            return;
        };
        let arguments: Vec<TokenTree> = match meta.get(1) {
            Some(TokenTree::Group(group)) => group.stream().into_iter().collect(),
            _ => Vec::new(),
        };
        match ident.to_string().as_str() {
            "allow" => {
                let expected = "`#[expect(.., reason = \"..\")]`";
                self.report(ident, Rule::AllowAttribute, expected, "`allow`");
            }
            "expect" if !arguments.iter().any(|token| is_ident(Some(token), "reason")) => {
                self.report(ident, Rule::ExpectReason, "a `reason` in `expect`", "none");
            }
            "ignore" => {
                self.report(ident, Rule::IgnoredTest, "tests that run", "`ignore`");
            }
            "cfg_attr" => {
                // The first argument is the condition, the others are attributes.
                for attribute in arguments.split(|token| is_punct(Some(token), ',')).skip(1) {
                    self.check_meta(attribute);
                }
            }
            _ => {}
        }
    }

    fn report(
        &mut self,
        ident: &Ident,
        rule: Rule,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) {
        self.findings.push(self.file.finding(ident.span().start().line, rule, expected, actual));
    }
}

/// The path segment that the last two tokens, `::`, join to what follows.
fn segment_before(tokens: &[TokenTree]) -> Option<String> {
    let (rest, separator) = tokens.split_at(tokens.len().checked_sub(2)?);
    match rest.last() {
        Some(TokenTree::Ident(segment)) if is_separator(separator) => Some(segment.to_string()),
        _ => None,
    }
}

fn is_separator(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [first, second] if is_punct(Some(first), ':') && is_punct(Some(second), ':'))
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn is_ident(token: Option<&TokenTree>, name: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == name)
}
