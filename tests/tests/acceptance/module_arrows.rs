//! Within a crate, files use each other in one direction only: there is no circle between files and
//! no arrow from a lower floor to a higher one. `module_arrows/floors.rs` says which floors there
//! are.

mod floors;
mod graph;
mod host;
mod resolve;
mod tests;
pub(crate) mod tree;

use acceptance::toolchain::Toolchain;
use anyhow::{Context as _, Result};

use self::floors::{Folder, HOUSE};
use self::graph::{Arrow, circles};
use self::tree::{Sources, Tree};

#[test]
fn no_files_of_a_crate_use_each_other_in_a_circle() -> Result<()> {
    let mut found = Vec::new();
    for folder in HOUSE {
        let (_, arrows) = read(folder)?;
        let named = |arrow: &Arrow| format!("{}/{arrow}", folder.path);
        found.extend(circles(&arrows).into_iter().map(named));
    }
    assert!(
        found.is_empty(),
        "these lead back to where they start:\n{}",
        found.join("\n")
    );
    Ok(())
}

#[test]
fn no_file_uses_one_of_a_floor_above_or_of_a_neighbor() -> Result<()> {
    let mut found = Vec::new();
    for folder in HOUSE {
        let (sources, arrows) = read(folder)?;
        let files = sources.keys().cloned().collect();
        for floors in folder.floors {
            let named = |violation: String| format!("{}: {violation}", folder.path);
            found.extend(floors.violations(&files, &arrows).into_iter().map(named));
        }
    }
    assert!(found.is_empty(), "against the plan:\n{}", found.join("\n"));
    Ok(())
}

#[test]
fn the_architecture_shows_the_floors_of_the_provider() -> Result<()> {
    let provider = HOUSE.iter().find(|folder| folder.path == "provider/src");
    let floors = provider.and_then(|folder| {
        let of_crate = |floors: &&graph::Floors| floors.within.is_empty();
        folder.floors.iter().find(of_crate)
    });
    let floors = floors.context("the provider has floors")?.floors.iter();
    let line = floors.map(|rooms| rooms.join(", ")).collect::<Vec<_>>();
    let line = line.join(" → ");
    let page = Toolchain::workspace().join("docs/design/ARCHITECTURE.md");
    let page = std::fs::read_to_string(page)?;
    assert!(
        page.lines().any(|shown| shown == line),
        "docs/design/ARCHITECTURE.md has to have this line:\n{line}"
    );
    Ok(())
}

/// The files of a folder that belong to the product, and how they use each other.
fn read(folder: &Folder) -> Result<(Sources, Vec<Arrow>)> {
    let path = Toolchain::workspace().join(folder.path);
    let mut sources = tree::read(&path)?;
    let Some(root) = folder.root else {
        let arrows = host::arrows(&sources);
        return Ok((sources, arrows));
    };
    let tree = Tree::parse(root, &sources)?;
    sources.retain(|file, _| tree.modules.iter().any(|module| module.file == *file));
    Ok((sources, resolve::arrows(&tree)))
}
