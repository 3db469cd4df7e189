//! Every message of the provider that states a fact about AWS is known to be true when it is said:
//! a test makes it true, and another one would make it false. `messages/facts.txt` is the list, and
//! `messages/collect.rs` finds what has to be in it. `proto/` and `function/` know nothing of AWS.

mod collect;

use std::collections::{BTreeMap, BTreeSet};

use acceptance::texts::texts;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, bail, ensure};
use syn::visit::{self, Visit};
use syn::{Attribute, ItemFn, Macro};

const FACTS: &str = include_str!("messages/facts.txt");

/// What a message asserts about AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fact<'a> {
    /// Something that may change: the test in which it is so, and the one in which it is not.
    State { said: &'a str, silent: &'a str },
    /// What AWS takes, whatever is there: the test, and the page that has the rule.
    Rule { said: &'a str, page: &'a str },
    /// Nothing.
    Own,
    /// What the message asserts that this is a part of.
    Part(&'a str),
    /// Something that no test has shown yet; what is missing.
    Unproven(&'a str),
}

#[test]
fn every_message_is_known_and_what_it_says_about_aws_is_proven() -> Result<()> {
    let mut found = faults(&facts()?, &tests()?, &collect::messages()?);
    found.sort();
    assert!(
        found.is_empty(),
        "messages/facts.txt is not true:\n{}",
        found.join("\n")
    );
    Ok(())
}

#[test]
fn a_row_that_is_missing_superfluous_or_unproven_is_named() -> Result<()> {
    let tests = BTreeSet::from(["drift::told".to_owned()]);
    let messages = ["A::B", "c.rs: fn d"].map(str::to_owned).into();
    let state = |said, silent| Fact::State { said, silent };
    let rule = Fact::Rule {
        said: "drift::told",
        page: "NO-SUCH-PAGE",
    };
    for (facts, expected) in [
        (
            vec![("A::B", Fact::Own), ("c.rs: fn d", Fact::Part("A::B"))],
            None,
        ),
        (vec![("A::B", Fact::Own)], Some("has no row")),
        (
            vec![
                ("A::B", Fact::Own),
                ("c.rs: fn d", Fact::Own),
                ("E::F", Fact::Own),
            ],
            Some("nobody says"),
        ),
        (
            vec![
                ("A::B", Fact::Own),
                ("c.rs: fn d", state("drift::told", "drift::gone")),
            ],
            Some("drift::gone"),
        ),
        (
            vec![("A::B", Fact::Own), ("c.rs: fn d", rule)],
            Some("NO-SUCH-PAGE"),
        ),
        (
            vec![
                ("A::B", Fact::Part("c.rs: fn d")),
                ("c.rs: fn d", Fact::Part("A::B")),
            ],
            Some("part of a part"),
        ),
    ] {
        let found = faults(&facts.into_iter().collect(), &tests, &messages);
        match expected {
            None => ensure!(found.is_empty(), "{found:?}"),
            Some(fault) => ensure!(
                found.iter().any(|one| one.contains(fault)),
                "{fault}: {found:?}"
            ),
        }
    }
    Ok(())
}

fn faults(
    facts: &BTreeMap<&str, Fact<'_>>,
    tests: &BTreeSet<String>,
    messages: &BTreeSet<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    let missing = messages
        .iter()
        .filter(|name| !facts.contains_key(name.as_str()));
    found.extend(missing.map(|name| format!("{name} | has no row")));
    let pages = Toolchain::workspace().join("docs/design");
    for (name, fact) in facts {
        if !messages.contains(*name) {
            found.push(format!("{name} | nobody says that any more"));
        }
        let proofs = match fact {
            Fact::State { said, silent } => vec![*said, *silent],
            Fact::Rule { said, page } => {
                if !pages.join(page).is_file() {
                    found.push(format!("{name} | there is no page {page}"));
                }
                vec![*said]
            }
            Fact::Own => vec![],
            Fact::Unproven(missing) => {
                println!("{name} | is not proven: {missing}");
                vec![]
            }
            Fact::Part(whole) => {
                match facts.get(whole) {
                    Some(Fact::Part(_)) => found.push(format!("{name} | is a part of a part")),
                    Some(_) => {}
                    None => found.push(format!("{name} | there is no row {whole}")),
                }
                vec![]
            }
        };
        let unknown = proofs.into_iter().filter(|test| !tests.contains(*test));
        found.extend(unknown.map(|test| format!("{name} | there is no test {test}")));
    }
    found
}

fn facts() -> Result<BTreeMap<&'static str, Fact<'static>>> {
    let mut facts = BTreeMap::new();
    let rows = FACTS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for row in rows {
        let columns: Vec<&str> = row.split(" | ").collect();
        let (name, fact) = match columns.as_slice() {
            [name, "state", said, silent] => (name, Fact::State { said, silent }),
            [name, "rule", said, page] => (name, Fact::Rule { said, page }),
            [name, "own"] => (name, Fact::Own),
            [name, "unproven", missing] => (name, Fact::Unproven(missing)),
            [name, "part", whole] => (name, Fact::Part(whole)),
            _ => bail!("this row is of no kind: {row}"),
        };
        ensure!(
            facts.insert(*name, fact).is_none(),
            "there are two rows for {name}"
        );
    }
    Ok(facts)
}

/// All tests of provider and acceptance, as `<file>::<function>`.
fn tests() -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for folder in ["provider/src", "tests/tests"] {
        let is_source = |path: &str| path.ends_with('/') || path.ends_with(".rs");
        for (path, text) in texts(&Toolchain::workspace().join(folder), is_source)? {
            let file = path.rsplit('/').next().unwrap_or(&path);
            let mut tests = Tests {
                file: file.trim_end_matches(".rs").to_owned(),
                found: BTreeSet::new(),
            };
            tests.visit_file(&syn::parse_file(&text).with_context(|| path.clone())?);
            found.extend(tests.found);
        }
    }
    Ok(found)
}

struct Tests {
    file: String,
    found: BTreeSet<String>,
}

impl Visit<'_> for Tests {
    fn visit_item_fn(&mut self, item: &ItemFn) {
        let is_test = |attribute: &Attribute| {
            let last = attribute.path().segments.last();
            last.is_some_and(|last| last.ident == "test")
        };
        if item.attrs.iter().any(is_test) {
            self.found
                .insert(format!("{}::{}", self.file, item.sig.ident));
        }
        visit::visit_item_fn(self, item);
    }

    /// `proptest! { #[test] fn … }` is not an item to the parser.
    fn visit_macro(&mut self, called: &Macro) {
        let text = called.tokens.to_string();
        for function in text.split("# [test] fn ").skip(1) {
            let name = function.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            if let Some(name) = name.into_iter().next() {
                self.found.insert(format!("{}::{name}", self.file));
            }
        }
    }
}
