//! The public items of a source file.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Expr, ImplItem, Lit, Meta, TraitItem, Type, Visibility};

/// A public item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// As `fn` or `struct`.
    pub(super) kind: &'static str,
    /// Its name, after that of its type where it is a part of one.
    pub(super) name: String,
    /// The first sentence of its documentation.
    pub(super) summary: String,
}

impl Item {
    fn new(kind: &'static str, name: impl ToString, attributes: &[Attribute]) -> Self {
        Self { kind, name: name.to_string(), summary: summary(attributes) }
    }

    /// What stands in code that uses it.
    pub(super) fn identifier(&self) -> &str {
        self.name.rsplit("::").next().unwrap_or(&self.name)
    }
}

/// The public items of a file, in order; those of test modules are left out.
///
/// # Errors
/// Where the text is no Rust code.
pub(super) fn items_of(text: &str) -> syn::Result<Vec<Item>> {
    let mut items = vec![];
    for item in &syn::parse_file(text)?.items {
        collect(item, &mut items);
    }
    Ok(items)
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn collect(item: &syn::Item, items: &mut Vec<Item>) {
    let mut public =
        |visibility: &Visibility, kind, name: &syn::Ident, attributes: &[Attribute]| {
            if is_public(visibility) {
                items.push(Item::new(kind, name, attributes));
            }
        };
    match item {
        syn::Item::Fn(item) => public(&item.vis, "fn", &item.sig.ident, &item.attrs),
        syn::Item::Struct(item) => public(&item.vis, "struct", &item.ident, &item.attrs),
        syn::Item::Enum(item) => public(&item.vis, "enum", &item.ident, &item.attrs),
        syn::Item::Const(item) => public(&item.vis, "const", &item.ident, &item.attrs),
        syn::Item::Static(item) => public(&item.vis, "static", &item.ident, &item.attrs),
        syn::Item::Type(item) => public(&item.vis, "type", &item.ident, &item.attrs),
        syn::Item::Trait(item) => {
            public(&item.vis, "trait", &item.ident, &item.attrs);
            if is_public(&item.vis) {
                collect_trait(item, items);
            }
        }
        syn::Item::Impl(item) if item.trait_.is_none() => collect_impl(item, items),
        syn::Item::Macro(item) => collect_macro(item, items),
        syn::Item::Mod(item) if !is_test_module(&item.attrs) => {
            for inner in item.content.iter().flat_map(|(_, inner)| inner) {
                collect(inner, items);
            }
        }
        _ => {}
    }
}

fn collect_trait(item: &syn::ItemTrait, items: &mut Vec<Item>) {
    for part in &item.items {
        let (kind, name, attributes) = match part {
            TraitItem::Fn(part) => ("fn", &part.sig.ident, &part.attrs),
            TraitItem::Const(part) => ("const", &part.ident, &part.attrs),
            TraitItem::Type(part) => ("type", &part.ident, &part.attrs),
            _ => continue,
        };
        items.push(Item::new(kind, format!("{}::{name}", item.ident), attributes));
    }
}

fn collect_impl(item: &syn::ItemImpl, items: &mut Vec<Item>) {
    let Type::Path(owner) = &*item.self_ty else { return };
    let Some(owner) = owner.path.segments.last() else { return };
    for part in &item.items {
        let (kind, visibility, name, attributes) = match part {
            ImplItem::Fn(part) => ("fn", &part.vis, &part.sig.ident, &part.attrs),
            ImplItem::Const(part) => ("const", &part.vis, &part.ident, &part.attrs),
            _ => continue,
        };
        if is_public(visibility) {
            items.push(Item::new(kind, format!("{}::{name}", owner.ident), attributes));
        }
    }
}

/// Structs that `columns!` declares, and macros that are exported.
fn collect_macro(item: &syn::ItemMacro, items: &mut Vec<Item>) {
    if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
        let name = item.ident.iter().map(|ident| ident.to_string()).find(|n| !n.starts_with('_'));
        items.extend(name.map(|name| Item::new("macro", name, &item.attrs)));
    }
    if item.mac.path.is_ident("columns")
        && let Some((name, attributes)) = declared_struct(item.mac.tokens.clone())
    {
        items.push(Item::new("columns", name, &attributes));
    }
}

/// The name and attributes of `pub struct Name { .. }`, whose fields are left out.
fn declared_struct(tokens: TokenStream) -> Option<(String, Vec<Attribute>)> {
    let head: TokenStream = tokens.into_iter().take_while(|token| !is_braced(token)).collect();
    let unit = syn::parse2::<syn::ItemStruct>(quote_unit(head)).ok()?;
    is_public(&unit.vis).then(|| (unit.ident.to_string(), unit.attrs))
}

fn is_braced(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace)
}

/// A struct without fields.
fn quote_unit(head: TokenStream) -> TokenStream {
    let end = proc_macro2::Punct::new(';', proc_macro2::Spacing::Alone);
    head.into_iter().chain([TokenTree::Punct(end)]).collect()
}

pub(super) fn is_test_module(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else { return false };
        attribute.path().is_ident("cfg") && list.tokens.to_string() == "test"
    })
}

fn summary(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes {
        let Meta::NameValue(value) = &attribute.meta else { continue };
        let Expr::Lit(literal) = &value.value else { continue };
        let Lit::Str(line) = &literal.lit else { continue };
        if !attribute.path().is_ident("doc") {
            continue;
        }
        let line = line.value();
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        text = if text.is_empty() { line.to_owned() } else { format!("{text} {line}") };
    }
    match text.find(". ") {
        Some(end) => text[..=end].to_owned(),
        None => text,
    }
}
