//! The registry's pages are those of this provider, and leave nothing unexplained.

use acceptance::docs::{Folder, ProviderSchema, undescribed};
use acceptance::toolchain::Toolchain;
use anyhow::Result;

#[test]
fn the_pages_are_those_of_this_schema_and_these_examples() -> Result<()> {
    let schema = ProviderSchema::read(&Toolchain::find()?)?;
    let differences = Folder::generate(&schema, Toolchain::workspace())?.differences()?;
    assert!(
        differences.is_empty(),
        "run `make docs` and look at the difference:\n{}",
        differences.join("\n")
    );
    Ok(())
}

#[test]
fn every_attribute_block_and_parameter_is_described() -> Result<()> {
    let schema = ProviderSchema::read(&Toolchain::find()?)?;
    let names = undescribed(&schema);
    assert!(names.is_empty(), "no description:\n{}", names.join("\n"));
    Ok(())
}
