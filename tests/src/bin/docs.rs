//! Makes the registry's pages anew: `make docs`.

use acceptance::docs::{Folder, ProviderSchema};
use acceptance::toolchain::Toolchain;
use anyhow::Result;

fn main() -> Result<()> {
    let schema = ProviderSchema::read(&Toolchain::find()?)?;
    Folder::generate(&schema, Toolchain::workspace())?.write()
}
