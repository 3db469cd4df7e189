//! How release 0.1 made what these stories begin with.

use acceptance::estate::Estate;
use acceptance::fixture::FirstRelease;
use anyhow::Result;

/// `first_release.rs` says how to run this, and when.
#[test]
#[ignore = "writes the fixture of release 0.1, with its provider"]
fn the_first_release_writes_the_fixture() -> Result<()> {
    let estate = Estate::build()?;
    let twin = estate.site.twin(&estate.emulator)?.distribution;
    let sites = [estate.site.distribution.clone(), twin];
    let mut terraform = estate.configuration(FirstRelease::MAIN)?;
    terraform.variable("other_distribution_id", sites[1].id());
    terraform.write("shared.tf", FirstRelease::SHARED)?;

    let pinned = |arguments: &str| {
        let block = "resource \"netacea_cloudfront_integration\" \"pinned\"";
        terraform.write("override.tf", &format!("{block} {{\n{arguments}}}\n"))
    };
    pinned("  memory_size = 128\n  pinned_version = null\n")?;
    terraform.apply()?;
    pinned("  pinned_version = null\n")?;
    terraform.apply()?;
    pinned("")?;
    terraform.apply()?;
    terraform.plan(&[])?.outcome.code(0)?;
    let state = terraform.path().join("terraform.tfstate");
    FirstRelease::write(&state, &estate.emulator, &sites)
}
