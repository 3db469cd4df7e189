//! The modules of one crate as the compiler sees them: the file that each is in, what it defines,
//! and what it imports under which name. Test code (`#[cfg(test)]`) is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use acceptance::texts::texts;
use anyhow::{Context, Result};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, UseTree, Visibility};

/// Sources by path below the crate's `src/`, with slashes.
pub(crate) type Sources = BTreeMap<String, String>;

/// A crate's modules. A module is named by its place in `modules`; the root is 0.
pub(crate) struct Tree {
    pub(crate) modules: Vec<Module>,
}

pub(crate) struct Module {
    /// The file below `src/`. An inline module shares that of the module around it.
    pub(crate) file: String,
    pub(crate) parent: Option<usize>,
    pub(crate) children: BTreeMap<String, usize>,
    /// Names of what is defined here: types, traits, functions, constants, macros.
    pub(crate) items: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
    /// What is compiled into the product, child modules and imports left out.
    pub(crate) code: Vec<Item>,
}

/// One leaf of a `use`.
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    /// `None` for a glob.
    pub(crate) name: Option<String>,
    /// Whether others may see it: then it is a second name for the item, not a use of it.
    pub(crate) reexport: bool,
    pub(crate) line: usize,
}

/// Reads every Rust and JavaScript file below `folder`.
pub(crate) fn read(folder: &Path) -> Result<Sources> {
    texts(folder, |path| {
        ["/", ".rs", ".mjs"].iter().any(|end| path.ends_with(end))
    })
}

impl Tree {
    /// Parses the file `root` (`lib.rs` or `main.rs`) and every module that it declares.
    pub(crate) fn parse(root: &str, sources: &Sources) -> Result<Self> {
        let mut tree = Self {
            modules: Vec::new(),
        };
        tree.add_file(root.to_owned(), None, &[], sources)?;
        Ok(tree)
    }

    fn add_file(
        &mut self,
        file: String,
        parent: Option<usize>,
        path: &[String],
        sources: &Sources,
    ) -> Result<usize> {
        let source = sources
            .get(&file)
            .with_context(|| format!("{file} is declared as a module and does not exist"))?;
        let syntax = syn::parse_file(source).with_context(|| file.clone())?;
        self.add_module(file, parent, path, syntax.items, sources)
    }

    fn add_module(
        &mut self,
        file: String,
        parent: Option<usize>,
        path: &[String],
        items: Vec<Item>,
        sources: &Sources,
    ) -> Result<usize> {
        let this = self.modules.len();
        self.modules.push(Module {
            file: file.clone(),
            parent,
            children: BTreeMap::new(),
            items: BTreeSet::new(),
            imports: Vec::new(),
            code: Vec::new(),
        });
        for item in items {
            // A file with a path of its own is one of another folder, taken over as it is.
            if is_test(attributes(&item)) || has_path(attributes(&item)) {
                continue;
            }
            if let Item::Mod(module) = item {
                let name = module.ident.to_string();
                let path = [path, std::slice::from_ref(&name)].concat();
                let child = match module.content {
                    Some((_, items)) => {
                        self.add_module(file.clone(), Some(this), &path, items, sources)?
                    }
                    None => self.add_file(path.join("/") + ".rs", Some(this), &path, sources)?,
                };
                self.modules[this].children.insert(name, child);
                continue;
            }
            let module = &mut self.modules[this];
            module.items.extend(defined_name(&item));
            let mut imports = Imports(Vec::new());
            imports.visit_item(&item);
            module.imports.extend(imports.0);
            if !matches!(item, Item::Use(_)) {
                module.code.push(item);
            }
        }
        Ok(this)
    }
}

fn has_path(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|found| found.path().is_ident("path"))
}

/// Every `use` within an item, those in function bodies included.
struct Imports(Vec<Import>);

impl Visit<'_> for Imports {
    fn visit_item(&mut self, item: &Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &ItemUse) {
        let reexport = !matches!(item.vis, Visibility::Inherited);
        self.leaves(&item.tree, &mut Vec::new(), reexport);
    }
}

impl Imports {
    fn leaves(&mut self, tree: &UseTree, path: &mut Vec<String>, reexport: bool) {
        let (last, name) = match tree {
            UseTree::Path(inner) => {
                path.push(inner.ident.to_string());
                self.leaves(&inner.tree, path, reexport);
                path.pop();
                return;
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.leaves(tree, path, reexport);
                }
                return;
            }
            UseTree::Name(leaf) => (Some(leaf.ident.to_string()), Some(leaf.ident.to_string())),
            UseTree::Rename(leaf) => (Some(leaf.ident.to_string()), Some(leaf.rename.to_string())),
            UseTree::Glob(_) => (None, None),
        };
        let mut path = path.clone();
        let mut name = name;
        match last.as_deref() {
            // `use a::b::{self}` imports `b`.
            Some("self") if !path.is_empty() => {
                name = name
                    .filter(|name| name != "self")
                    .or_else(|| path.last().cloned());
            }
            Some(last) => path.push(last.to_owned()),
            None => {}
        }
        self.0.push(Import {
            path,
            name,
            reexport,
            line: tree.span().start().line,
        });
    }
}

/// Whether attributes keep something out of the product: `#[cfg(test)]`, `cfg(any(test, …))`.
pub(crate) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else {
            return false;
        };
        let condition = list.tokens.to_string();
        attribute.path().is_ident("cfg")
            && !condition.contains("not")
            && condition
                .split(|character: char| !character.is_alphanumeric() && character != '_')
                .any(|word| word == "test")
    })
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn defined_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
