//! The public interface, kept as a list: a change of it is seen where it is reviewed.
//!
//! The list is made from the sources. The lint `unreachable_pub` holds for all of them, so what is
//! `pub` can be used from outside. Tools that ask the compiler need a nightly one for that, or an
//! earlier release to compare with. What macros write is not in the list.

#[path = "public_api/item.rs"]
mod item;
#[path = "public_api/sources.rs"]
mod sources;

use std::collections::BTreeSet;
use std::path::Path;

/// The list, next to the crate's manifest.
const LIST: &str = "public-api.txt";

/// Set to anything, this variable writes the list again.
const UPDATE: &str = "UPDATE_PUBLIC_API";

#[test]
fn the_public_interface_is_as_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = item::public(&sources::read(&root.join("src")));
    assert!(found.len() > 400, "only {} items were found", found.len());
    let list = root.join(LIST);
    if std::env::var_os(UPDATE).is_some() {
        let lines: String = found.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&list, lines).expect("the list can be written");
        return;
    }
    let listed = std::fs::read_to_string(&list).expect("the list is there");
    let listed: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
    let lines = |set: &BTreeSet<String>, other: &BTreeSet<String>, mark: &str| -> String {
        let lines = set.difference(other);
        lines.map(|line| format!("{mark} {line}\n")).collect()
    };
    assert!(
        found == listed,
        "the public interface has changed:\n{}{}\nIf that is wanted, run the test with {UPDATE}=1 \
         to write {LIST}. What goes away or changes breaks providers: say so in CHANGELOG.md.",
        lines(&listed, &found, "-"),
        lines(&found, &listed, "+"),
    );
}

#[test]
fn what_is_public_is_listed_and_nothing_else() {
    let source = r#"
        /// Documented.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct Open<T> { pub one: Vec<T>, two: u8 }
        pub(crate) struct Closed(pub u8);
        pub enum Choice { One, Two(u8), Three { deep: u8 } }
        pub trait Does: Send {
            const NAME: &'static str;
            type Of: Clone;
            fn must(&self) -> u8;
            fn may(&self) {}
        }
        trait Hidden {}
        impl<T> Open<T> {
            pub fn new(
                one: Vec<T>,
            ) -> Self { todo!() }
            fn private(&self) {}
        }
        impl Closed { pub fn new() {} }
        impl<T> Hidden for Open<T> {}
        impl<T> Default for Open<T> {}
        impl Default for Closed {}
        mod inside;
        pub use inside::Open;
        pub use other::Thing;
        #[cfg(test)]
        pub fn only_in_tests() {}
    "#;
    let found = item::public(&[syn::parse_file(source).expect("it is Rust")]);
    let expected = [
        "enum Choice",
        "enum Choice: One",
        "enum Choice: Three { deep: u8 }",
        "enum Choice: Two(u8)",
        "impl<T> Default for Open<T>",
        "impl<T> Open<T>: fn new(one: Vec<T>) -> Self",
        "struct Open<T> #[derive(Clone, Debug)] #[non_exhaustive]",
        "struct Open<T>: one: Vec<T>",
        "trait Does: Send",
        "trait Does: Send: const NAME: &'static str",
        "trait Does: Send: fn may(&self) (provided)",
        "trait Does: Send: fn must(&self) -> u8",
        "trait Does: Send: type Of: Clone",
        "use other::Thing",
    ];
    assert_eq!(found, BTreeSet::from(expected.map(str::to_owned)));
}
