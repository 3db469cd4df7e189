//! The sources of the library, module by module, without those of tests.

use std::fs;
use std::path::Path;

use syn::{File, Item, ItemMod};

use crate::item::is_for_tests;

/// Every file that a module declaration leads to from `lib.rs`.
pub(crate) fn read(src: &Path) -> Vec<File> {
    let mut files = Vec::new();
    add(&src.join("lib.rs"), src, &mut files);
    files
}

/// The file, and its modules in that folder.
fn add(path: &Path, folder: &Path, files: &mut Vec<File>) {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let modules: Vec<String> = file.items.iter().filter_map(in_another_file).collect();
    files.push(file);
    for name in modules {
        add(
            &folder.join(format!("{name}.rs")),
            &folder.join(&name),
            files,
        );
    }
}

fn in_another_file(item: &Item) -> Option<String> {
    match item {
        Item::Mod(ItemMod {
            content: None,
            attrs,
            ident,
            ..
        }) if !is_for_tests(attrs) => Some(ident.to_string()),
        _ => None,
    }
}
