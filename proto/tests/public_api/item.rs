//! What is public in a file, a line each.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Fields, File, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct, ItemTrait, Token,
    TraitItem, Type, TypeParamBound, UseTree, Visibility,
};

/// What is public in all of these.
pub(crate) fn public(files: &[File]) -> BTreeSet<String> {
    let items = || files.iter().flat_map(|file| &file.items).filter(counts);
    let hidden: BTreeSet<String> = items().filter_map(hidden_name).collect();
    let modules: BTreeSet<String> = items().filter_map(module_name).collect();
    let mut lines = BTreeSet::new();
    for item in items() {
        match item {
            // What is one's own is listed where it is defined.
            Item::Use(one) if is_public(&one.vis) => {
                if !leads_inside(&one.tree, &modules) {
                    lines.insert(format!("use {}", text(&one.tree)));
                }
            }
            item => add(item, &hidden, &mut lines),
        }
    }
    lines
}

/// Whether it is compiled into tests alone.
pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    let mut conditions = attributes.iter().filter(|one| one.path().is_ident("cfg"));
    conditions.any(|condition| text(condition).contains("test"))
}

fn counts(item: &&Item) -> bool {
    let attributes = match item {
        Item::Const(one) => &one.attrs,
        Item::Enum(one) => &one.attrs,
        Item::Fn(one) => &one.attrs,
        Item::Impl(one) => &one.attrs,
        Item::Mod(one) => &one.attrs,
        Item::Struct(one) => &one.attrs,
        Item::Trait(one) => &one.attrs,
        Item::Type(one) => &one.attrs,
        Item::Use(one) => &one.attrs,
        _ => return true,
    };
    !is_for_tests(attributes)
}

/// The name of a type or trait that is not public.
fn hidden_name(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Enum(one) => (&one.vis, &one.ident),
        Item::Struct(one) => (&one.vis, &one.ident),
        Item::Trait(one) => (&one.vis, &one.ident),
        Item::Type(one) => (&one.vis, &one.ident),
        _ => return None,
    };
    (!is_public(visibility)).then(|| name.to_string())
}

fn module_name(item: &Item) -> Option<String> {
    match item {
        Item::Mod(one) => Some(one.ident.to_string()),
        _ => None,
    }
}

fn leads_inside(tree: &UseTree, modules: &BTreeSet<String>) -> bool {
    match tree {
        UseTree::Path(path) => {
            let first = path.ident.to_string();
            modules.contains(&first) || ["crate", "self", "super"].contains(&first.as_str())
        }
        _ => false,
    }
}

fn add(item: &Item, hidden: &BTreeSet<String>, lines: &mut BTreeSet<String>) {
    match item {
        Item::Struct(one) if is_public(&one.vis) => add_struct(one, lines),
        Item::Enum(one) if is_public(&one.vis) => add_enum(one, lines),
        Item::Trait(one) if is_public(&one.vis) => add_trait(one, lines),
        Item::Fn(one) if is_public(&one.vis) => {
            lines.insert(text(&one.sig));
        }
        Item::Const(one) if is_public(&one.vis) => {
            lines.insert(format!("const {}: {}", one.ident, text(&one.ty)));
        }
        Item::Type(one) if is_public(&one.vis) => {
            let generics = text(&one.generics);
            lines.insert(format!("type {}{generics} = {}", one.ident, text(&one.ty)));
        }
        Item::Mod(one) if is_public(&one.vis) => {
            lines.insert(format!("mod {}", one.ident));
        }
        Item::Macro(one)
            if one
                .attrs
                .iter()
                .any(|mark| mark.path().is_ident("macro_export")) =>
        {
            let name = one.ident.as_ref().map(ToString::to_string);
            lines.insert(format!("macro {}!", name.unwrap_or_default()));
        }
        Item::Impl(one) => add_impl(one, hidden, lines),
        _ => {}
    }
}

fn add_struct(one: &ItemStruct, lines: &mut BTreeSet<String>) {
    let name = format!("struct {}{}", one.ident, text(&one.generics));
    lines.insert(format!("{name}{}", marks(&one.attrs)));
    for (index, field) in one.fields.iter().enumerate() {
        if is_public(&field.vis) {
            let field_name = field
                .ident
                .as_ref()
                .map_or(index.to_string(), ToString::to_string);
            lines.insert(format!("{name}: {field_name}: {}", text(&field.ty)));
        }
    }
}

fn add_enum(one: &ItemEnum, lines: &mut BTreeSet<String>) {
    let name = format!("enum {}{}", one.ident, text(&one.generics));
    lines.insert(format!("{name}{}", marks(&one.attrs)));
    for variant in &one.variants {
        let fields: Vec<String> = variant
            .fields
            .iter()
            .map(|field| match &field.ident {
                Some(name) => format!("{name}: {}", text(&field.ty)),
                None => text(&field.ty),
            })
            .collect();
        let fields = match &variant.fields {
            Fields::Named(_) => format!(" {{ {} }}", fields.join(", ")),
            Fields::Unnamed(_) => format!("({})", fields.join(", ")),
            Fields::Unit => String::new(),
        };
        lines.insert(format!("{name}: {}{fields}", variant.ident));
    }
}

fn add_trait(one: &ItemTrait, lines: &mut BTreeSet<String>) {
    let above = bounds(&one.supertraits);
    let name = format!("trait {}{}{above}", one.ident, text(&one.generics));
    lines.insert(name.clone());
    for item in &one.items {
        let (item, is_provided) = match item {
            TraitItem::Fn(one) => (text(&one.sig), one.default.is_some()),
            TraitItem::Const(one) => {
                let item = format!("const {}: {}", one.ident, text(&one.ty));
                (item, one.default.is_some())
            }
            TraitItem::Type(one) => {
                let item = format!("type {}{}", one.ident, bounds(&one.bounds));
                (item, one.default.is_some())
            }
            _ => continue,
        };
        let provided = if is_provided { " (provided)" } else { "" };
        lines.insert(format!("{name}: {item}{provided}"));
    }
}

fn add_impl(one: &ItemImpl, hidden: &BTreeSet<String>, lines: &mut BTreeSet<String>) {
    if last_name(&one.self_ty).is_some_and(|name| hidden.contains(&name)) {
        return;
    }
    let (parameters, of) = (text(&one.generics), text(&one.self_ty));
    let conditions = one.generics.where_clause.as_ref();
    let conditions =
        conditions.map_or(String::new(), |conditions| format!(" {}", text(conditions)));
    if let Some((path, _)) = &one.trait_ {
        let name = path.segments.last().map(|last| last.ident.to_string());
        if name.is_some_and(|name| !hidden.contains(&name)) {
            lines.insert(format!(
                "impl{parameters} {} for {of}{conditions}",
                text(path)
            ));
        }
        return;
    }
    for item in &one.items {
        let item = match item {
            ImplItem::Fn(one) if is_public(&one.vis) => text(&one.sig),
            ImplItem::Const(one) if is_public(&one.vis) => {
                format!("const {}: {}", one.ident, text(&one.ty))
            }
            _ => continue,
        };
        lines.insert(format!("impl{parameters} {of}{conditions}: {item}"));
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The name of a type without its module and parameters.
fn last_name(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Type::Reference(reference) => last_name(&reference.elem),
        _ => None,
    }
}

fn bounds(bounds: &Punctuated<TypeParamBound, Token![+]>) -> String {
    let bounds: Vec<String> = bounds.iter().map(text).collect();
    match bounds.join(" + ") {
        none if none.is_empty() => none,
        bounds => format!(": {bounds}"),
    }
}

/// The attributes that say what others can do with a type.
fn marks(attributes: &[Attribute]) -> String {
    attributes
        .iter()
        .filter(|one| one.path().is_ident("derive") || one.path().is_ident("non_exhaustive"))
        .map(|one| format!(" {}", text(one)))
        .collect()
}

/// As it stands in the source, on one line.
fn text(part: impl Spanned) -> String {
    let source = part.span().source_text().unwrap_or_default();
    let words: Vec<&str> = source.split_whitespace().collect();
    words
        .join(" ")
        .replace("( ", "(")
        .replace(", )", ")")
        .replace(" )", ")")
        .replace("< ", "<")
        .replace(", >", ">")
        .replace(" .", ".")
}
