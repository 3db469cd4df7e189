//! Writes the registry's pages again: `make docs`.

use acceptance::docs::{Folder, ProviderSchema, dashboard};
use acceptance::toolchain::Toolchain;
use anyhow::Result;

fn main() -> Result<()> {
    let schema = ProviderSchema::read()?;
    Folder::generate(&schema, &dashboard()?, Toolchain::workspace())?.write()
}
