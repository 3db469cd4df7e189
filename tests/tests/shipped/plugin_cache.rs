//! Two `terraform init` at once share one copy.

use std::fs;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::release::Release;
use crate::{EXAMPLE, estates};

#[test]
fn two_inits_at_once_use_one_plugin_cache() -> Result<()> {
    let release = Release::find()?;
    let method = release.mirror();
    for estate in estates()? {
        let cache = TempDir::with_prefix("netacea-plugin-cache-")?;
        let create = || -> Result<_> {
            let mut directory = estate.example_installed_from(&method, EXAMPLE)?;
            directory.set("TF_PLUGIN_CACHE_DIR", &cache.path().to_string_lossy());
            Ok(directory)
        };
        // Terraform fills its cache without a lock; from then on it only reads.
        create()?.init()?;
        let directories = [create()?, create()?];
        let running: Vec<_> = directories
            .iter()
            .map(|directory| directory.start(&["init", "-input=false"]))
            .collect::<Result<_>>()?;
        for running in running {
            running.wait()?.success()?;
        }
        for directory in &directories {
            let plan = directory.plan(&[])?;
            plan.outcome.says(&["Plan: 1 to add"])?;
            let installed = directory
                .path()
                .join(".terraform/providers/registry.terraform.io/netacea/netacea");
            let version = installed.join(env!("CARGO_PKG_VERSION"));
            let link = version.join(crate::release::host());
            ensure!(
                fs::symlink_metadata(&link)?.is_symlink(),
                "{} is a copy, not a link into the cache",
                link.display()
            );
        }
    }
    Ok(())
}
