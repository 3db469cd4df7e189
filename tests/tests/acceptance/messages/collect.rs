//! Finds what the provider may say to a user, in its sources.
//!
//! A message is known by the shortest thing that names it and stays when its words are polished:
//!
//! * the headline of a `Diagnostic`, with `*` for whatever is put in;
//! * the variant of an error, `Error::Denied`, whose headline, cause and advice are in several
//!   files;
//! * for any other text, the function that makes it.
//!
//! Descriptions, log entries and what a wait is for are not messages.

use std::collections::BTreeSet;

use acceptance::toolchain::Toolchain;
use anyhow::Result;
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ImplItemFn, Item, ItemFn, LitStr, Local, Pat, Type};

use crate::module_arrows::tree::{self, Tree, is_test};

/// Every message below `provider/src`, as `<file>: <name>`, or a variant alone.
pub(super) fn messages() -> Result<BTreeSet<String>> {
    let sources = tree::read(&Toolchain::workspace().join("provider/src"))?;
    let tree = Tree::parse("main.rs", &sources)?;
    let mut found = BTreeSet::new();
    for module in &tree.modules {
        let mut collector = Collector {
            file: &module.file,
            owner: String::new(),
            function: None,
            variants: Vec::new(),
            found: BTreeSet::new(),
        };
        for item in &module.code {
            collector.visit_item(item);
        }
        found.extend(collector.found);
    }
    Ok(found)
}

/// Methods, and how many of their arguments are not for users: descriptions, proofs, what AWS says,
/// and what a wait is for.
const SILENT: [(&str, usize); 7] = [
    ("contains", 1),
    ("describe", 1),
    ("expect", 1),
    ("finish", 1),
    ("pause", 2),
    ("run", 1),
    ("says", 2),
];

struct Collector<'a> {
    file: &'a str,
    /// The type whose `impl` this is.
    owner: String,
    function: Option<Function>,
    /// The variants that the arms around this place are for.
    variants: Vec<String>,
    found: BTreeSet<String>,
}

#[derive(Default)]
struct Function {
    name: String,
    headlines: BTreeSet<String>,
    variants: BTreeSet<String>,
    /// Whether there are strings outside of arms for variants.
    speaks: bool,
}

impl Collector<'_> {
    fn of_file(&self, name: &str) -> String {
        format!("{}: {name}", self.file)
    }

    fn enter(&mut self, name: String, walk: impl FnOnce(&mut Self)) {
        let before = self.function.replace(Function {
            name,
            ..Function::default()
        });
        let variants = std::mem::take(&mut self.variants);
        walk(self);
        self.variants = variants;
        let function = std::mem::replace(&mut self.function, before).unwrap_or_default();
        if !function.headlines.is_empty() {
            for headline in &function.headlines {
                self.found.insert(self.of_file(&format!("\"{headline}\"")));
            }
        } else {
            self.found.extend(function.variants);
            if function.speaks {
                self.found
                    .insert(self.of_file(&format!("fn {}", function.name)));
            }
        }
    }

    fn say(&mut self, text: &str) {
        let Some(function) = &mut self.function else {
            return;
        };
        if !has_words(text, 3) {
            return;
        }
        if self.variants.is_empty() {
            function.speaks = true;
        } else {
            function.variants.extend(self.variants.iter().cloned());
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for literal in literals(tokens) {
            self.say(&literal);
        }
    }

    /// What `#[error("…")]` says about `name`.
    fn error(&mut self, attributes: &[Attribute], name: String) {
        let says = |attribute: &Attribute| match &attribute.meta {
            syn::Meta::List(list) => {
                list.path.is_ident("error") && !literals(list.tokens.clone()).is_empty()
            }
            _ => false,
        };
        if attributes.iter().any(says) {
            self.found.insert(name);
        }
    }

    /// The variants that a pattern of an arm names: `Error::Denied(_) | Error::Refused(_)`.
    fn named(&self, pattern: &Pat) -> Vec<String> {
        let path = match pattern {
            Pat::Or(either) => {
                return either
                    .cases
                    .iter()
                    .flat_map(|case| self.named(case))
                    .collect();
            }
            Pat::Path(unit) => &unit.path,
            Pat::TupleStruct(tuple) => &tuple.path,
            Pat::Struct(fields) => &fields.path,
            Pat::Ident(named) => {
                return named
                    .subpat
                    .iter()
                    .flat_map(|(_, inner)| self.named(inner))
                    .collect();
            }
            _ => return Vec::new(),
        };
        match segments(path).as_slice() {
            [.., of, variant] if of == "Self" => vec![format!("{}::{variant}", self.owner)],
            [.., of, variant] => vec![format!("{of}::{variant}")],
            _ => Vec::new(),
        }
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test(tree::attributes(item)) {
            return;
        }
        match item {
            Item::Enum(item) => {
                for variant in &item.variants {
                    self.error(&variant.attrs, format!("{}::{}", item.ident, variant.ident));
                }
            }
            Item::Struct(item) => {
                let name = self.of_file(&item.ident.to_string());
                self.error(&item.attrs, name);
            }
            Item::Impl(item) => {
                if let Type::Path(path) = &*item.self_ty
                    && let Some(last) = path.path.segments.last()
                {
                    self.owner = last.ident.to_string();
                }
                visit::visit_item_impl(self, item);
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.enter(item.sig.ident.to_string(), |this| {
            visit::visit_block(this, &item.block);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        let describes = ["doing", "signature"]
            .iter()
            .any(|name| item.sig.ident == name);
        if !is_test(&item.attrs) && !describes {
            self.enter(item.sig.ident.to_string(), |this| {
                visit::visit_block(this, &item.block);
            });
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let named = self.named(&arm.pat);
        let before = match named.is_empty() {
            true => self.variants.clone(),
            false => std::mem::replace(&mut self.variants, named),
        };
        visit::visit_arm(self, arm);
        self.variants = before;
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if !matches!(&local.pat, Pat::Ident(name) if name.ident == "doing") {
            visit::visit_local(self, local);
        }
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        match expression {
            Expr::Call(call) => {
                if is_diagnostic(&call.func)
                    && let Some(headline) = call.args.first()
                    && let Some(text) = first_literal(headline).filter(|text| has_words(text, 1))
                    && let Some(function) = &mut self.function
                {
                    function.headlines.insert(starred(&text));
                }
                let is_wait = names(&call.func)
                    .last()
                    .is_some_and(|name| name == "until_accepted");
                let spoken = call.args.iter().skip(usize::from(is_wait));
                spoken.for_each(|argument| self.visit_expr(argument));
            }
            Expr::MethodCall(call) => {
                self.visit_expr(&call.receiver);
                let skipped = SILENT.iter().find(|(name, _)| call.method == name);
                let spoken = call
                    .args
                    .iter()
                    .skip(skipped.map_or(0, |(_, count)| *count));
                spoken.for_each(|argument| self.visit_expr(argument));
            }
            _ => visit::visit_expr(self, expression),
        }
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        const LOGGED: [&str; 2] = ["tracing", "json"];
        if !segments(&called.path)
            .iter()
            .any(|name| LOGGED.contains(&name.as_str()))
        {
            self.tokens(called.tokens.clone());
        }
    }

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.say(&literal.value());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

fn is_diagnostic(function: &Expr) -> bool {
    let names = names(function);
    let [.., of, kind] = names.as_slice() else {
        return false;
    };
    of == "Diagnostic" && ["error", "warning"].contains(&kind.as_str())
}

/// The segments of a path.
fn names(path: &Expr) -> Vec<String> {
    match path {
        Expr::Path(path) => segments(&path.path),
        _ => Vec::new(),
    }
}

fn segments(path: &syn::Path) -> Vec<String> {
    let segments = path.segments.iter();
    segments.map(|segment| segment.ident.to_string()).collect()
}

/// The text of a literal, or of the `format!` that makes it.
fn first_literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Macro(called) => literals(called.mac.tokens.clone()).into_iter().next(),
        Expr::Reference(reference) => first_literal(&reference.expr),
        _ => None,
    }
}

fn literals(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => found.extend(literals(group.stream())),
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<LitStr>(&literal.to_string()) {
                    found.push(text.value());
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether there are so many words in addition to what is put in.
fn has_words(format: &str, count: usize) -> bool {
    let text = starred(format);
    let words = text.split_whitespace();
    words
        .filter(|word| word.contains(char::is_alphabetic))
        .count()
        >= count
}

/// `*` in place of everything in braces.
fn starred(format: &str) -> String {
    let mut text = String::new();
    let mut depth = 0_u32;
    for letter in format.chars() {
        match letter {
            '{' => {
                depth += 1;
                if depth == 1 {
                    text.push('*');
                }
            }
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.push(letter),
            _ => {}
        }
    }
    text
}
