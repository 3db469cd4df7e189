//! The same configuration makes the same zip, wherever it is made.

use std::io::Cursor;

use acceptance::estate::Estate;
use anyhow::Result;
use zip::ZipArchive;

use crate::ADDRESS;

#[test]
fn another_directory_umask_time_zone_and_language_make_the_same_zip() -> Result<()> {
    let estate = Estate::build()?;
    let mut hashes = Vec::new();
    for (name, umask, zone) in [
        ("netacea-one", "022", "UTC"),
        ("netacea-two", "077", "Pacific/Kiritimati"),
    ] {
        let mut terraform = estate.example("quickstart")?;
        terraform.set_umask(umask);
        terraform.set("TZ", zone);
        terraform.set(
            "LANG",
            if umask == "022" {
                "C.UTF-8"
            } else {
                "tr_TR.UTF-8"
            },
        );
        terraform.write(
            "override.tf",
            &format!("resource \"netacea_cloudfront_integration\" \"shop\" {{\n  name = {name:?}\n  distribution = null\n}}\n"),
        )?;
        terraform.apply()?;
        let state = terraform.resource(ADDRESS)?;
        let package = estate
            .emulator
            .functions()
            .package(state["qualified_arn"].as_str().unwrap_or_default())?;
        hashes.push(state["code_sha256"].as_str().unwrap_or_default().to_owned());

        let archive = ZipArchive::new(Cursor::new(package.zip))?;
        let names = archive.file_names().collect::<Result<Vec<_>, _>>()?;
        assert!(
            names.is_sorted(),
            "the order does not depend on a file system: {names:?}"
        );
        for needed in ["NetaceaConfig.json", "index.mjs", "netacea_edge.wasm"] {
            assert!(
                names.iter().any(|name| name == needed),
                "{needed} is missing: {names:?}"
            );
        }
        assert_eq!(
            names.iter().filter(|name| !name.ends_with(".mjs")).count(),
            2,
            "nothing else: {names:?}"
        );
    }
    assert_eq!(hashes[0], hashes[1]);
    assert_eq!(hashes[0].len(), 44, "base64 of a SHA-256");
    Ok(())
}
