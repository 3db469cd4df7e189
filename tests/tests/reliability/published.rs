//! The function under load: published by the provider, associated, and driven by what was published.

use acceptance::estate::Estate;
use anyhow::Result;

/// An estate whose site is protected with these arguments in place of the example's; its edge serves the configuration of then.
pub(crate) fn published(arguments: &str) -> Result<Estate> {
    let estate = Estate::build()?;
    let terraform = estate.example("manage-foreign-distribution")?;
    terraform.write(
        "override.tf",
        &format!("resource \"netacea_cloudfront_integration\" \"shop\" {{\n{arguments}\n}}\n"),
    )?;
    terraform.apply()?;
    estate.edge.hold_configuration()?;
    estate.origin.stop_recording();
    estate.netacea.protector.stop_recording();
    Ok(estate)
}
