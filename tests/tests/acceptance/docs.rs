//! The registry's pages are those of this provider and leave nothing unexplained; what people wrote
//! names what exists.

use std::collections::BTreeSet;
use std::fs;

use acceptance::docs::{Folder, ProviderSchema, dashboard, examples_to_start_with, undescribed};
use acceptance::terraform::WorkingDirectory;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result};

/// A code span that begins with one of these names a file.
const FOLDERS: [&str; 8] = [
    ".ci/",
    ".github/",
    "docs/",
    "examples/",
    "function/",
    "proto/",
    "provider/",
    "tests/",
];

#[test]
fn the_pages_are_those_of_this_schema_and_these_examples() -> Result<()> {
    let schema = ProviderSchema::read()?;
    let differences =
        Folder::generate(&schema, &dashboard()?, Toolchain::workspace())?.differences()?;
    assert!(
        differences.is_empty(),
        "run `make docs` and look at the difference:\n{}",
        differences.join("\n")
    );
    Ok(())
}

#[test]
fn the_first_page_leads_to_every_example() -> Result<()> {
    let folders = fs::read_dir(Toolchain::workspace().join("examples"))?;
    let folders: Vec<_> = folders.collect::<Result<_, _>>()?;
    let there: BTreeSet<String> = folders
        .iter()
        .filter(|folder| folder.path().join("main.tf").is_file())
        .map(|folder| folder.file_name().to_string_lossy().into_owned())
        .collect();
    let named: BTreeSet<String> = examples_to_start_with().map(str::to_owned).collect();
    assert_eq!(there, named);
    Ok(())
}

#[test]
fn every_attribute_block_and_parameter_is_described() -> Result<()> {
    let schema = ProviderSchema::read()?;
    let names = undescribed(&schema);
    assert!(names.is_empty(), "no description:\n{}", names.join("\n"));
    Ok(())
}

#[test]
fn files_and_settings_that_the_texts_name_exist() -> Result<()> {
    let schema = ProviderSchema::read()?;
    let integration = schema
        .resource_schemas
        .get("netacea_cloudfront_integration")
        .context("no integration")?;
    let mut missing = Vec::new();
    for (name, text) in texts()? {
        for span in code_spans(&text) {
            let names_one = !span.contains('<');
            let is_file = names_one && FOLDERS.iter().any(|folder| span.starts_with(folder));
            let exists = if is_file {
                Toolchain::workspace().join(span).exists()
            } else if span.starts_with("settings.") {
                integration.has(span)
            } else {
                true
            };
            if !exists {
                missing.push(format!("{name}: `{span}`"));
            }
        }
    }
    assert!(missing.is_empty(), "not there:\n{}", missing.join("\n"));
    Ok(())
}

#[test]
fn configuration_in_the_texts_is_formatted() -> Result<()> {
    let directory = WorkingDirectory::create(&Toolchain::find()?, "http://127.0.0.1:9")?;
    for (name, text) in texts()? {
        for language in ["```terraform\n", "```hcl\n"] {
            for (number, rest) in (1..).zip(text.split(language).skip(1)) {
                let block = rest.split("```").next().unwrap_or_default();
                let file = format!("{}-{number}.tf", name.replace(['/', '.'], "-"));
                directory.write(&file, block)?;
            }
        }
    }
    directory.run(&["fmt", "-check", "-diff"])?.success()?;
    Ok(())
}

/// What people wrote: by path below the workspace.
fn texts() -> Result<Vec<(String, String)>> {
    let root = Toolchain::workspace();
    let mut names: Vec<String> = [
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "README.md",
        "RELEASING.md",
        "SECURITY.md",
        "SUPPORT.md",
        "UPGRADING.md",
    ]
    .map(str::to_owned)
    .into();
    for folder in ["docs/design", "docs/guides"] {
        for entry in fs::read_dir(root.join(folder))? {
            let file = entry?.file_name().to_string_lossy().into_owned();
            if file.ends_with(".md") {
                names.push(format!("{folder}/{file}"));
            }
        }
    }
    names
        .into_iter()
        .map(|name| {
            let text = fs::read_to_string(root.join(&name)).with_context(|| name.clone())?;
            Ok((name, text))
        })
        .collect()
}

/// The words between single backticks, outside fenced blocks.
fn code_spans(text: &str) -> Vec<&str> {
    text.split("```")
        .step_by(2)
        .flat_map(|prose| prose.split('`').skip(1).step_by(2))
        .collect()
}
