//! Two resources in one place, as 0.1 let them be: they are taken over without a question, and can
//! be merged.

use std::fs;

use acceptance::aws::Operation;
use acceptance::fixture::FirstRelease;
use acceptance::terraform::Summary;
use anyhow::{Result, ensure};

use crate::FUNCTION;
use crate::promises::{Ground, told};

impl Ground {
    /// `shared`, with other arguments.
    fn share_place(&self, arguments: &str) -> Result<()> {
        let shared = FirstRelease::SHARED.replace("\n}", &format!("\n  {arguments}\n}}"));
        self.terraform.write("shared.tf", &shared)
    }

    /// Which claims the function carries: to itself, and to its places.
    fn claims(&self) -> Result<[bool; 3]> {
        let tags = self.estate.emulator.functions().tags(FUNCTION)?;
        let place = |site: usize| format!("netacea:placed:{}", self.sites[site].id());
        let keys = ["netacea:owner".to_owned(), place(0), place(1)];
        Ok(keys.map(|key| tags[&key].is_string()))
    }
}

#[test]
fn an_estate_from_before_claims_is_taken_over_and_its_shared_place_can_be_merged() -> Result<()> {
    told(|ground| {
        ground.grow_old()?;
        let before = [ground.held(0)?, ground.held(1)?];
        ground.share_place("events = [\"viewer-request\", \"viewer-response\"]")?;
        ground.refused(
            &ground.terraform,
            Summary::PlacedTwice,
            &["remove its `distribution`"],
        )?;
        ensure!(ground.claims()? == [false; 3]);

        // Both move to the new version, and what only one has is claimed.
        ground.share_place("")?;
        let outcome = ground.apply()?;
        outcome.warns(Summary::PlacedTwice, &[FUNCTION])?;
        ensure!(
            ground
                .estate
                .proxy
                .writes()
                .contains(&Operation::PublishVersion)
        );
        ensure!(
            ground.claims()? == [true, false, true],
            "{:?}",
            ground.claims()?
        );
        ensure!([ground.held(0)?, ground.held(1)?] == before);

        fs::remove_file(ground.terraform.path().join("shared.tf"))?;
        ground.override_integration(
            "shop",
            "  distribution = {\n    id = var.distribution_id\n    behaviors = [\"default\", \"/checkout/*\"]\n  }\n",
        )?;
        ground.apply()?;
        ensure!(ground.claims()? == [true; 3], "{:?}", ground.claims()?);
        ensure!([ground.held(0)?, ground.held(1)?] == before);
        ground.destroy()
    })
}
