//! The guide's moves, applied as they are written there.

use std::fs;

use acceptance::terraform::Summary;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};

use super::{Ground, integration, told};

const GUIDE: &str = "docs/guides/several-resources.md";
/// The distribution that the guide speaks of.
const DISTRIBUTION: &str = "E2QWRUHAPOMQZL";
const SHOP: &str = "netacea-shop";
const BOTH: [&str; 2] = ["default", "/checkout/*"];

impl Ground {
    /// Configures the blocks of one section of the guide; what the guide leaves out, because it
    /// stays as it is, is added to each integration.
    fn follow(&self, heading: &str) -> Result<()> {
        let text = fs::read_to_string(Toolchain::workspace().join(GUIDE))?;
        let section = text.split("\n### ").find(|part| part.starts_with(heading));
        let blocks = section.with_context(|| format!("no section {heading}"))?;
        let blocks = blocks.split("```terraform\n").nth(1).context("a block")?;
        let blocks = blocks.split("```").next().context("its end")?;
        let blocks = blocks.replace(DISTRIBUTION, self.sites[0].id());
        let complete = integration("", "", "");
        let rest = complete.split_once("name = \"\"\n").context("the rest")?.1;
        let rest = rest.rsplit_once('}').context("an end")?.0;
        let mut all = String::new();
        for line in blocks.lines() {
            all.push_str(line);
            all.push('\n');
            if line.starts_with("  name ") {
                all.push_str(rest);
            }
        }
        self.configure(&[all])
    }
}

#[test]
fn what_the_guide_says_about_moving_slots_is_so() -> Result<()> {
    told(|ground| {
        let shop = |name, behaviors| integration("shop", name, &ground.on(0, behaviors));
        let other = integration("checkout", "netacea-checkout", &ground.on(0, &["/api/*"]));
        ground.configure(&[shop(SHOP, &BOTH), other])?;
        ground.apply()?;
        ground.follow("From one integration to another")?;
        let plan = ground.terraform.plan(&[])?;
        let slot = ["/checkout/* viewer-request"];
        plan.outcome.warns(Summary::MomentWithoutSlots, &slot)?;
        ground.apply()?;
        ensure!(ground.count(0, &[SHOP, "netacea-checkout"])? == [3, 6]);

        // With its association.
        ground.configure(&[integration("shop", SHOP, "")])?;
        ground.apply()?;
        ground.follow("From the integration to an association")?;
        ground.apply()?;
        ground.follow("From an association to the integration")?;
        ground.apply()?;
        ensure!(ground.updates()?.is_empty(), "{:#?}", ground.updates()?);
        ground.follow("From the integration to an association")?;
        let plan = ground.terraform.plan(&[])?;
        plan.outcome.warns(Summary::MomentWithoutSlots, &slot)?;
        ground.apply()?;

        ground.follow("From an association to the integration")?;
        ground.apply()?;
        let first = "lifecycle {\n    create_before_destroy = true\n  }\n  ";
        let all = format!("{first}{}", ground.on(0, &BOTH));
        ground.configure(&[integration("shop", SHOP, &all)])?;
        ground.apply()?;
        let before = ground.held(0)?;
        ground.follow("A new name")?;
        ground.apply()?;
        let updates = ground.updates()?;
        ensure!(super::gaps(&before, &updates).is_empty(), "{updates:#?}");
        ground.destroy()
    })
}
