//! The files that the registry's pages show.

use std::path::Path;

use acceptance::estate::Estate;
use acceptance::terraform::{REQUIREMENT, WorkingDirectory};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result};

use super::{entries, examples, text};

#[test]
fn every_example_of_the_registry_applies_and_settles() -> Result<()> {
    let mut tried = 0;
    for (kind, file) in [
        ("resources", "resource.tf"),
        ("data-sources", "data-source.tf"),
        ("functions", "function.tf"),
    ] {
        for name in folders(kind)? {
            let path = format!("{kind}/{name}/{file}");
            registry_example(&path).with_context(|| format!("examples/{path}"))?;
            tried += 1;
        }
    }
    assert!(tried > 0);
    Ok(())
}

#[test]
fn the_example_of_an_import_block_takes_the_resource_back() -> Result<()> {
    let mut tried = 0;
    for name in folders("resources")? {
        let folder = format!("resources/{name}");
        let Ok(import) = text(&format!("{folder}/import-by-string-id.tf")) else {
            continue;
        };
        let estate = Estate::build()?;
        let terraform = with_provider(&estate, &text(&format!("{folder}/resource.tf"))?)?;
        terraform.apply()?;
        let applied = terraform.run(&["state", "list"])?.success()?.stdout;
        let own = format!("{name}.");
        for address in applied.lines().filter(|address| address.starts_with(&own)) {
            terraform.run(&["state", "rm", address])?.success()?;
        }
        terraform.write("import.tf", &of_estate(&estate, &import))?;
        let plan = terraform.plan(&[])?;
        plan.outcome
            .says(&["1 to import, 0 to add", "0 to destroy"])?;
        tried += 1;
    }
    assert!(tried > 0);
    Ok(())
}

#[test]
fn the_examples_of_actions_are_valid() -> Result<()> {
    let newest = Toolchain::of_each_terraform(false)?.remove(0);
    let estate = Estate::build_with(newest)?;
    let names = folders("actions")?;
    assert!(!names.is_empty());
    for name in names {
        let path = format!("actions/{name}/action.tf");
        let terraform = with_provider(&estate, &text(&path)?)?;
        let valid = terraform.run(&["validate"])?.success();
        valid.with_context(|| format!("examples/{path}"))?;
    }
    Ok(())
}

#[test]
fn the_example_of_the_provider_block_is_valid() -> Result<()> {
    let estate = Estate::build()?;
    let terraform = estate.configuration(&text("provider/provider.tf")?)?;
    terraform.run(&["validate"])?.success()?;
    Ok(())
}

/// Applies an example of the registry, then plans and destroys.
fn registry_example(path: &str) -> Result<()> {
    let estate = Estate::build()?;
    let terraform = with_provider(&estate, &text(path)?)?;
    let folder = Path::new(path).parent().and_then(Path::to_str);
    let folder = folder.context("a folder")?;
    for name in entries(folder)?
        .iter()
        .filter(|name| !name.ends_with(".tf"))
    {
        terraform.write(name, &text(&format!("{folder}/{name}"))?)?;
    }
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    terraform.destroy()?;
    Ok(())
}

/// The registry shows its examples without the block that names the provider.
fn with_provider(estate: &Estate, example: &str) -> Result<WorkingDirectory> {
    estate.configuration(&format!("{REQUIREMENT}\n{}", of_estate(estate, example)))
}

/// The distribution's id and the account that stand in every example become the estate's own.
fn of_estate(estate: &Estate, example: &str) -> String {
    example
        .replace("E2QWRUHAPOMQZL", estate.site.distribution.id())
        .replace("123456789012", "000000000000")
}

/// The folders within `examples/<kind>`; none when there is no such folder.
fn folders(kind: &str) -> Result<Vec<String>> {
    if !examples().join(kind).is_dir() {
        return Ok(Vec::new());
    }
    entries(kind)
}
