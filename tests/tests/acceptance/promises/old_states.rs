//! States and functions of a release that knew no claims are taken over without a question.

use acceptance::aws::Operation;
use acceptance::fixture::STATE_BEFORE_CLAIMS;
use acceptance::terraform::Summary;
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{FUNCTION, Ground, integration, resources, told};

const ARN: &str = "netacea_cloudfront_integration.shop.qualified_arn";
const BEHAVIORS: [&str; 2] = ["default", "/checkout/*"];

impl Ground {
    /// The estate of the fixture: today's provider makes the function and takes the slots, which it
    /// does as before; then its claims are removed, and the state is the old one.
    fn grow_old(&self) -> Result<()> {
        let all = self.association("shared", 0, ARN, &format!("behaviors = {BEHAVIORS:?}"));
        self.configure(&[integration("shop", FUNCTION, ""), all, self.more()])?;
        self.apply()?;
        let functions = self.estate.emulator.functions();
        let tags = functions.tags(FUNCTION)?;
        let tags = tags.as_object().context("tags")?;
        let claims = tags
            .keys()
            .filter(|key| key.starts_with("netacea:owner") || key.starts_with("netacea:placed:"));
        let claims: Vec<String> = claims.cloned().collect();
        ensure!(claims.len() == 3, "{claims:?}");
        let found = resources(&self.terraform)?;
        let made = found.iter().find(|one| one["settings"].is_object());
        let made = made.context("the integration")?;
        functions.untag(made["function_arn"].as_str().context("an ARN")?, &claims)?;
        self.terraform
            .write("terraform.tfstate", &self.old_state(made)?)?;
        self.share_place("", &["/checkout/*"])
    }

    fn old_state(&self, made: &Value) -> Result<String> {
        let digest = made["code_sha256"].as_str().context("a digest")?;
        let text = STATE_BEFORE_CLAIMS
            .replace("{{SITE_0}}", self.sites[0].id())
            .replace("{{SITE_1}}", self.sites[1].id())
            .replace("{{CODE_SHA256}}", digest);
        let mut state: Value = serde_json::from_str(&text)?;
        for resource in state["resources"].as_array_mut().context("resources")? {
            let instance = &mut resource["instances"][0];
            let private = instance["private"].as_str().context("private state")?;
            instance["private"] = STANDARD.encode(private).into();
            // What a newer release can also set is in a plan of its own.
            let attributes = &mut instance["attributes"];
            if attributes["settings"].is_object() {
                for name in ["settings", "settings_sha256", "bundle_version"] {
                    attributes[name] = made[name].clone();
                }
            }
        }
        Ok(state.to_string())
    }

    /// The configuration of the fixture, with more arguments of the integration and other behaviors
    /// of the association that shares its distribution.
    fn share_place(&self, arguments: &str, behaviors: &[&str]) -> Result<()> {
        let nested = format!("{arguments}{}", self.on(0, &["default"]));
        let shared = self.association("shared", 0, ARN, &format!("behaviors = {behaviors:?}"));
        self.configure(&[integration("shop", FUNCTION, &nested), shared, self.more()])
    }

    fn more(&self) -> String {
        let arguments =
            "behaviors = [\"default\", \"/api/*\", \"/legacy/*\"]\n  adopt_existing = true";
        self.association("more", 1, ARN, arguments)
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
        ensure!(before[0].len() == 6 && before[1].len() == 9, "{before:#?}");

        ground.estate.proxy.forget();
        let plan = ground.terraform.plan(&[])?;
        plan.outcome.clone().code(0)?;
        plan.outcome.warns(Summary::PlacedTwice, &[FUNCTION])?;
        ground.apply()?;
        ensure!(ground.estate.proxy.writes().is_empty());
        ensure!(ground.claims()? == [false; 3]);

        ground.share_place("", &["/checkout/*", "/api/*"])?;
        ground.refused(
            &ground.terraform,
            Summary::PlacedTwice,
            &["remove the other"],
        )?;

        // Both move to the new version, and what only one has is claimed.
        let changed = "description = \"claimed\"\n  memory_size = 128\n  ";
        ground.share_place(changed, &["/checkout/*"])?;
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

        let merged = format!("{changed}{}", ground.on(0, &BEHAVIORS));
        ground.configure(&[integration("shop", FUNCTION, &merged), ground.more()])?;
        ground.apply()?;
        ensure!(ground.claims()? == [true; 3], "{:?}", ground.claims()?);
        ensure!([ground.held(0)?, ground.held(1)?] == before);
        ground.destroy()
    })
}
