//! The table of `docs/framework.md`: whoever reads "yes" there can rely on it.
//!
//! A row says *yes* and names tests, or *no* and a reason. A name that is not a test, or is a test
//! that is ignored, fails here, so a feature cannot lose its test without losing its row.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Where the tests are that a row may name.
const SOURCES: [&str; 2] = ["src", "tests"];

#[test]
fn every_yes_names_tests_that_run_and_every_no_a_reason() {
    let page = read(&root().join("docs/framework.md"));
    let tests = tests();
    let mut wrong = Vec::new();
    let mut rows = 0;
    for row in rows_with_evidence(&page) {
        rows += 1;
        wrong.extend(faults(&row, &tests).map(|fault| format!("{}: {fault}", row.go)));
    }
    assert!(rows > 50, "only {rows} rows were found");
    assert!(wrong.is_empty(), "docs/framework.md:\n{}", wrong.join("\n"));
}

#[test]
fn a_row_that_promises_too_much_is_found() {
    let tests = BTreeSet::from(["a_test".to_owned()]);
    for (line, fault) in [
        ("| `X` | yes: [`X`](crate::X) | `a_test` |", None),
        ("| `X` | no: use `Y` | |", None),
        (
            "| `X` | yes: [`X`](crate::X) | |",
            Some("a yes without a test"),
        ),
        (
            "| `X` | yes: `X` | `another` |",
            Some("there is no test another"),
        ),
        ("| `X` | no: | |", Some("a no without a reason")),
        ("| `X` | no: use `Y` | `a_test` |", Some("a no with a test")),
        (
            "| `X` | [`X`](crate::X) | `a_test` |",
            Some("neither yes nor no"),
        ),
    ] {
        let page = format!("# Row by row\n| In Go | Here | Shown by |\n|---|---|---|\n{line}\n");
        let row = rows_with_evidence(&page).next().expect("a row");
        assert_eq!(faults(&row, &tests).next().as_deref(), fault, "{line}");
    }
}

#[test]
fn what_is_ignored_or_is_no_test_does_not_count() {
    let text = "#[test]\nfn one() {}\n#[tokio::test]\nasync fn two() {}\n\
                #[test]\n#[ignore]\nfn three() {}\nfn four() {}\n\
                terraforms!(five, six);\nterraforms!(since \"1.14\": seven,);\n";
    let mut found = BTreeSet::new();
    collect(text, &mut found);
    let expected = ["five", "one", "seven", "six", "two"].map(str::to_owned);
    assert_eq!(found, BTreeSet::from(expected));
}

/// One row of the tables that have evidence.
struct Row<'a> {
    go: &'a str,
    here: &'a str,
    shown_by: &'a str,
}

fn rows_with_evidence(page: &str) -> impl Iterator<Item = Row<'_>> {
    let tables = page.split_once("# Row by row").map_or("", |(_, rest)| rest);
    tables
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| In Go"))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            match cells[..] {
                ["", go, here, shown_by, ""] => Row { go, here, shown_by },
                _ => panic!("a row has three cells: {line}"),
            }
        })
}

fn faults(row: &Row<'_>, tests: &BTreeSet<String>) -> impl Iterator<Item = String> {
    let named: Vec<&str> = row.shown_by.split('`').skip(1).step_by(2).collect();
    let mut faults = Vec::new();
    if row.here.starts_with("yes: ") {
        if named.is_empty() {
            faults.push("a yes without a test".to_owned());
        }
        let missing = named.iter().filter(|name| !tests.contains(**name));
        faults.extend(missing.map(|name| format!("there is no test {name}")));
    } else if let Some(reason) = row.here.strip_prefix("no:") {
        if reason.trim().is_empty() {
            faults.push("a no without a reason".to_owned());
        }
        if !row.shown_by.is_empty() {
            faults.push("a no with a test".to_owned());
        }
    } else {
        faults.push("neither yes nor no".to_owned());
    }
    faults.into_iter()
}

/// The names of all tests of the crate.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in SOURCES {
        walk(&root().join(folder), &mut |text| collect(text, &mut found));
    }
    found
}

/// The tests in one file: functions behind a `#[test]` that nothing ignores, and the scenarios of
/// `terraforms!`, which makes tests of them.
fn collect(text: &str, found: &mut BTreeSet<String>) {
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if line.starts_with("#[ignore") {
            is_test = false;
        } else if let Some(rest) = line.split("fn ").nth(1).filter(|_| is_test) {
            found.insert(rest.split(['(', '<']).next().unwrap_or_default().to_owned());
            is_test = false;
        }
    }
    for part in text.split("terraforms!(").skip(1) {
        let scenarios = part.split(')').next().unwrap_or_default();
        let scenarios = scenarios.rsplit(':').next().unwrap_or_default();
        let names = scenarios.split(',').map(str::trim);
        found.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
    }
}

fn walk(folder: &Path, visit: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).expect("the crate's sources are there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            walk(&path, visit);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            // This file tells of tests that there are none of.
            && !path.ends_with("framework_table.rs")
        {
            visit(&read(&path));
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
