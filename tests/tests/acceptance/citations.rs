//! Whatever code, tests and documents cite exists: sections of the protocol, laws, pages, headings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use acceptance::texts::texts;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result};

const PROTOCOL: &str = "docs/design/PROTOCOL.md";
const ARCHITECTURE: &str = "docs/design/ARCHITECTURE.md";

#[test]
fn every_section_of_the_protocol_that_is_cited_exists() -> Result<()> {
    let files = files()?;
    let headings = headings(files.get(PROTOCOL).context(PROTOCOL)?);
    let sections: BTreeSet<&str> = headings
        .iter()
        .filter_map(|heading| heading.split(' ').next())
        .map(|number| number.trim_end_matches('.'))
        .collect();
    let mut cited = 0;
    let mut missing = Vec::new();
    for (name, text) in &files {
        let mut marks = vec!["rotocol section", "[R]"];
        if name == PROTOCOL {
            marks.push("section");
        }
        for number in numbers(&on_one_line(text), &marks) {
            cited += 1;
            if !sections.contains(number.as_str()) {
                missing.push(format!("{name}: section {number}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "not in {PROTOCOL}:\n{}",
        missing.join("\n")
    );
    assert!(cited > 50, "only {cited} citations were found");
    Ok(())
}

#[test]
fn every_law_that_is_cited_exists() -> Result<()> {
    let files = files()?;
    let laws = headings(files.get(ARCHITECTURE).context(ARCHITECTURE)?);
    let mut missing = Vec::new();
    for (name, text) in &files {
        for number in numbers(&on_one_line(text), &["Law", "law"]) {
            if !laws.contains(&format!("Law {number}")) {
                missing.push(format!("{name}: law {number}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "not in {ARCHITECTURE}:\n{}",
        missing.join("\n")
    );
    Ok(())
}

#[test]
fn every_page_that_is_named_exists() -> Result<()> {
    let files = files()?;
    let pages: BTreeSet<&str> = files
        .keys()
        .filter_map(|name| name.rsplit('/').next())
        .collect();
    let mut missing = Vec::new();
    for (name, text) in &files {
        let words = text.split(|character: char| {
            !character.is_ascii_alphanumeric() && !"-_./".contains(character)
        });
        for word in words.filter(|word| word.ends_with(".md") && word.len() > 3) {
            let page = word.rsplit('/').next().unwrap_or_default();
            if page != ".md" && !pages.contains(page) {
                missing.push(format!("{name}: {word}"));
            }
        }
    }
    assert!(missing.is_empty(), "no such page:\n{}", missing.join("\n"));
    Ok(())
}

#[test]
fn every_link_between_the_texts_leads_to_a_heading_or_a_file() -> Result<()> {
    let files = files()?;
    let mut broken = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".md")) {
        let folder = Path::new(name).parent().unwrap_or(Path::new(""));
        for link in text.split("](").skip(1) {
            let link = link.split(')').next().unwrap_or_default();
            // Another site's, or an item of a crate, which rustdoc checks.
            if link.contains("://") || link.starts_with("crate") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => name.clone(),
                file => normal(&folder.join(file)),
            };
            let page = files.get(&target);
            let leads = match (heading, page) {
                ("", Some(_)) => true,
                ("", None) => Toolchain::workspace().join(&target).exists(),
                // Pages that are made from the schema have anchors of their own.
                (heading, Some(page)) => {
                    page.contains(&format!("<a id=\"{heading}\">"))
                        || headings(page).iter().any(|line| anchor(line) == heading)
                }
                (_, None) => false,
            };
            if !leads {
                broken.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "these lead nowhere:\n{}",
        broken.join("\n")
    );
    Ok(())
}

/// What people wrote, by path below the workspace: sources and documents.
fn files() -> Result<BTreeMap<String, String>> {
    let mut files = texts(Toolchain::workspace(), |path| {
        match path.strip_suffix('/') {
            Some(folder) => {
                let name = folder.rsplit('/').next().unwrap_or(folder);
                !name.starts_with('.') && name != "target" && name != "node_modules"
            }
            None => [".rs", ".mjs", ".md"].iter().any(|end| path.ends_with(end)),
        }
    })?;
    // This file is about citations, and cites nothing.
    files.remove("tests/tests/acceptance/citations.rs");
    Ok(files)
}

/// A document without line ends and the marks of comments, so that no citation is cut in two.
fn on_one_line(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim();
        let marks = ["//!", "///", "//", "/**", "*", "#"];
        let mark = marks.iter().find_map(|mark| line.strip_prefix(mark));
        mark.unwrap_or(line).trim()
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// The numbers behind each mark: `section 5`, `sections 5.1, 5.2`, `sections 7.1 to 7.3`.
fn numbers(text: &str, marks: &[&str]) -> Vec<String> {
    let mut numbers = Vec::new();
    for mark in marks {
        for rest in text.split(mark).skip(1) {
            let rest = rest.strip_prefix('s').unwrap_or(rest);
            let mut rest = rest.strip_prefix(' ').unwrap_or("");
            loop {
                let end = rest
                    .find(|character: char| !character.is_ascii_digit() && character != '.')
                    .unwrap_or(rest.len());
                let number = rest[..end].trim_end_matches('.');
                if number.is_empty() {
                    break;
                }
                numbers.push(number.to_owned());
                let after = &rest[end..];
                let next = [", ", " and ", " to "]
                    .iter()
                    .find_map(|between| after.strip_prefix(between));
                rest = next.unwrap_or("");
            }
        }
    }
    numbers
}

/// The words of each heading of a page.
fn headings(page: &str) -> Vec<String> {
    let heading = |line: &str| {
        let words = line.trim_start_matches('#');
        (words.len() < line.len()).then(|| words.trim().to_owned())
    };
    page.lines().filter_map(heading).collect()
}

/// A heading as the part of an address that leads to it.
fn anchor(heading: &str) -> String {
    let kept = |character: char| match character {
        ' ' => Some('-'),
        '-' | '_' => Some(character),
        _ if character.is_alphanumeric() => character.to_lowercase().next(),
        _ => None,
    };
    heading.chars().filter_map(kept).collect()
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part.as_os_str().to_string_lossy().as_ref() {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name.to_owned()),
        }
    }
    parts.join("/")
}
