//! The folder `docs/`: what it has to hold, and what it holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::front_matter::FrontMatter;
use super::page::{self, Kind};
use super::schema::ProviderSchema;
use super::{PROVIDER, dashboard, function_page};
use crate::texts::texts;

/// The folder about the project's design, which the registry does not show.
const DESIGN: &str = "design/";
/// The picture of the dashboard.
const DASHBOARD: &str = "guides/dashboard.svg";
/// The registry cuts off longer pages.
const LONGEST_PAGE: usize = 500_000;

/// The pages as they have to be, by path below `docs/`. Guides are included unchanged, because
/// people write them.
#[derive(Debug)]
pub struct Folder {
    pages: BTreeMap<String, String>,
    root: PathBuf,
}

impl Folder {
    /// Makes every page from the schema, from `examples/` and from `docs/guides/` of the workspace,
    /// and the picture of the dashboard.
    pub fn generate(schema: &ProviderSchema, dashboard: &Value, workspace: &Path) -> Result<Self> {
        let examples = workspace.join("examples");
        let root = workspace.join("docs");
        let mut pages = guides(&root)?;
        let mut heads = Vec::new();
        for (path, text) in &pages {
            let head = FrontMatter::parse(text).with_context(|| format!("docs/{path}"))?;
            let file = path.strip_prefix("guides/").unwrap_or(path);
            heads.push((file.to_owned(), head));
        }
        let index = page::index(&schema.provider, &heads, &examples)?;
        pages.insert("index.md".to_owned(), index);
        for (kind, schemas) in [
            (Kind::Resource, &schema.resource_schemas),
            (Kind::DataSource, &schema.data_source_schemas),
            (Kind::EphemeralResource, &schema.ephemeral_resource_schemas),
            (Kind::ListResource, &schema.list_resource_schemas),
            (Kind::Action, &schema.action_schemas),
        ] {
            for (name, schema) in schemas {
                let page = page::named(kind, name, schema, &examples)?;
                pages.insert(format!("{}/{}.md", kind.folder(), short(name)), page);
            }
        }
        for (name, function) in &schema.functions {
            let page = function_page::page(name, function, &examples)?;
            pages.insert(format!("functions/{name}.md"), page);
        }
        pages.insert(DASHBOARD.to_owned(), dashboard::svg(dashboard)?);
        for (path, text) in &pages {
            ensure!(
                text.len() < LONGEST_PAGE,
                "docs/{path} has {} bytes; the registry shows {LONGEST_PAGE}",
                text.len()
            );
        }
        Ok(Self { pages, root })
    }

    /// The differences between the folder on disk and these pages, one line each.
    pub fn differences(&self) -> Result<Vec<String>> {
        let mut found = files(&self.root)?;
        let mut differences = Vec::new();
        for (path, wanted) in &self.pages {
            match found.remove(path) {
                None => differences.push(format!("docs/{path} is missing")),
                Some(text) if text != *wanted => {
                    let line = (1..)
                        .zip(text.lines().zip(wanted.lines()))
                        .find(|(_, (is, should))| is != should);
                    let at = line.map_or_else(
                        || "one is longer".to_owned(),
                        |(number, (is, should))| {
                            format!("line {number} is {is:?} and should be {should:?}")
                        },
                    );
                    differences.push(format!("docs/{path}: {at}"));
                }
                Some(_) => {}
            }
        }
        differences.extend(
            found
                .into_keys()
                .map(|path| format!("docs/{path} is not needed")),
        );
        Ok(differences)
    }

    /// Writes what differs and removes what is not needed.
    pub fn write(&self) -> Result<()> {
        for path in files(&self.root)?.into_keys() {
            if !self.pages.contains_key(&path) {
                fs::remove_file(self.root.join(&path)).with_context(|| path.clone())?;
            }
        }
        for (path, text) in &self.pages {
            let file = self.root.join(path);
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&file, text).with_context(|| file.display().to_string())?;
        }
        Ok(())
    }
}

/// File names have no prefix.
fn short(name: &str) -> &str {
    name.strip_prefix(PROVIDER)
        .and_then(|rest| rest.strip_prefix('_'))
        .unwrap_or(name)
}

fn guides(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut pages = files(root)?;
    pages.retain(|path, _| path.starts_with("guides/") && path.ends_with(".md"));
    Ok(pages)
}

/// Every file below `root` that the registry may show, by path with slashes, except the screenshots
/// of the lab (`make screenshots`).
fn files(root: &Path) -> Result<BTreeMap<String, String>> {
    texts(root, |path| {
        !path.starts_with(DESIGN) && !path.ends_with(".png")
    })
}
