//! Which file uses which. A path is followed through imports and re-exports to the file that
//! defines the item. Declaring a module and re-exporting from it uses nothing: only code does.
//!
//! Methods are not seen: which `impl` one belongs to is known to the compiler only.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, Item, ItemUse, Macro, Visibility};

use super::graph::Arrow;
use super::tree::{Import, Tree, attributes, is_test};

/// Every use of an item that another file of the crate defines, one for each pair of files.
pub(super) fn arrows(tree: &Tree) -> Vec<Arrow> {
    let mut arrows = Vec::new();
    for (this, module) in tree.modules.iter().enumerate() {
        let mut paths = Paths(Vec::new());
        for item in &module.code {
            paths.visit_item(item);
        }
        let imports = module.imports.iter().filter(|import| !import.reexport);
        let imports = imports.map(|import| (import.path.clone(), import.line));
        for (path, line) in imports.chain(paths.0) {
            if let Some(to) = tree.resolve(this, &path, &mut Seen::new()).item
                && tree.modules[to].file != module.file
            {
                arrows.push(Arrow {
                    from: module.file.clone(),
                    to: tree.modules[to].file.clone(),
                    line,
                    path: path.join("::"),
                });
            }
        }
    }
    arrows.sort_by(|one, other| {
        (&one.from, &one.to, one.line).cmp(&(&other.from, &other.to, other.line))
    });
    arrows.dedup_by(|one, other| (&one.from, &one.to) == (&other.from, &other.to));
    arrows
}

/// What a path names: a module, an item (by the module that defines it), or, since the two do not
/// exclude each other, both.
#[derive(Clone, Copy, Default)]
struct Named {
    module: Option<usize>,
    item: Option<usize>,
}

/// Names that are being looked up, so that globs that import each other come to an end.
type Seen = BTreeSet<(usize, String)>;

impl Named {
    fn is_nothing(self) -> bool {
        self.module.is_none() && self.item.is_none()
    }

    fn or(self, other: Self) -> Self {
        Self {
            module: self.module.or(other.module),
            item: self.item.or(other.item),
        }
    }
}

impl Tree {
    fn resolve(&self, within: usize, path: &[String], seen: &mut Seen) -> Named {
        let Some((first, mut rest)) = path.split_first() else {
            return Named::default();
        };
        let module = |module| Named { module, item: None };
        let mut named = match first.as_str() {
            "crate" => module(Some(0)),
            "self" => module(Some(within)),
            "super" => {
                let mut parent = self.modules[within].parent;
                while let Some(("super", after)) = rest
                    .split_first()
                    .map(|(first, after)| (first.as_str(), after))
                {
                    parent = parent.and_then(|parent| self.modules[parent].parent);
                    rest = after;
                }
                module(parent)
            }
            _ => self.lookup(within, first, seen),
        };
        for segment in rest {
            let Some(parent) = named.module else {
                // A variant or an associated item of what was found, or another crate's.
                return named;
            };
            let found = self.lookup(parent, segment, seen);
            if found.is_nothing() {
                let imports = &self.modules[parent].imports;
                let is_foreign = imports
                    .iter()
                    .any(|import| import.name.as_deref() == Some(segment));
                return Named {
                    module: None,
                    // What nobody is seen to define, a macro call does.
                    item: named.item.or((!is_foreign).then_some(parent)),
                };
            }
            named = found;
        }
        named
    }

    fn lookup(&self, within: usize, name: &str, seen: &mut Seen) -> Named {
        if !seen.insert((within, name.to_owned())) {
            return Named::default();
        }
        let module = &self.modules[within];
        let mut named = Named {
            module: module.children.get(name).copied(),
            item: module.items.contains(name).then_some(within),
        };
        let imports = |name: Option<&str>| {
            let imports = module.imports.iter();
            imports
                .filter(|import| import.name.as_deref() == name)
                .collect::<Vec<&Import>>()
        };
        for import in imports(Some(name)) {
            named = named.or(self.resolve(within, &import.path, seen));
        }
        if named.is_nothing() {
            for glob in imports(None) {
                if let Some(from) = self.resolve(within, &glob.path, seen).module {
                    named = named.or(self.lookup(from, name, seen));
                }
            }
        }
        seen.remove(&(within, name.to_owned()));
        named
    }
}

/// Paths in code, each with its line.
struct Paths(Vec<(Vec<String>, usize)>);

impl Visit<'_> for Paths {
    fn visit_item(&mut self, item: &Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        if let Some(first) = path.segments.first()
            && path.leading_colon.is_none()
        {
            let line = first.ident.span().start().line;
            self.0.push((names.collect(), line));
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &Macro) {
        self.visit_path(&called.path);
        self.tokens(called.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &Attribute) {}

    fn visit_visibility(&mut self, _: &Visibility) {}

    /// Read with the module's other imports.
    fn visit_item_use(&mut self, _: &ItemUse) {}
}

impl Paths {
    /// What a macro is given has no syntax; `a::b` is a path in any. Single names are passed over:
    /// most are variables.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut line = 0;
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.end(&mut path, line);
                        line = name.span().start().line;
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() => colons += 1,
                TokenTree::Group(group) => {
                    self.end(&mut path, line);
                    colons = 0;
                    self.tokens(group.stream());
                }
                _ => {
                    self.end(&mut path, line);
                    colons = 0;
                }
            }
        }
        self.end(&mut path, line);
    }

    fn end(&mut self, path: &mut Vec<String>, line: usize) {
        if path.len() > 1 {
            self.0.push((std::mem::take(path), line));
        }
        path.clear();
    }
}
