//! An upgrade of an estate that release 0.1 made goes as `UPGRADING.md` says.
//!
//! * `writing`: how 0.1 wrote them
//! * `first_plan`: what the first plan and its apply change, and the way back
//! * `shared_place`: two resources in one place, which 0.1 let pass

mod first_plan;
mod shared_place;
mod writing;

use acceptance::fixture::FirstRelease;
use anyhow::Result;

use crate::promises::Ground;

impl Ground {
    /// What 0.1 left: the functions, their places, the state and the configuration.
    fn grow_old(&self) -> Result<()> {
        let state = FirstRelease::recreate(&self.estate.emulator, &self.sites)?;
        let terraform = &self.terraform;
        terraform.write("terraform.tfstate", &state.to_string())?;
        terraform.write(
            "sites.auto.tfvars",
            &format!("other_distribution_id = {:?}\n", self.sites[1].id()),
        )?;
        terraform.write("main.tf", FirstRelease::MAIN)?;
        terraform.write("shared.tf", FirstRelease::SHARED)
    }

    /// Overrides arguments of an integration.
    fn override_integration(&self, name: &str, arguments: &str) -> Result<()> {
        let block = format!("resource \"netacea_cloudfront_integration\" \"{name}\"");
        self.terraform
            .write("override.tf", &format!("{block} {{\n{arguments}}}\n"))
    }
}
