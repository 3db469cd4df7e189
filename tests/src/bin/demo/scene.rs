//! The setting of the story, and the questions that its steps ask.

use std::time::Duration;

use acceptance::aws::Snapshot;
use acceptance::edge::{DistributionConfiguration, ViewerResponse, Visitor};
use acceptance::estate::Estate;
use acceptance::terraform::WorkingDirectory;
use anyhow::{Result, ensure};
use serde_json::Value;

use crate::narrator::say;

/// The resource of the example.
pub(crate) const ADDRESS: &str = "netacea_cloudfront_integration.shop";

/// The behaviors that the example protects.
pub(crate) const PROTECTED: [&str; 3] = ["default", "/checkout/*", "/api/*"];

/// A log entry leaves within the request or soon after it.
const LOGGED_WITHIN: Duration = Duration::from_secs(10);

/// The estate, the configuration, and the distribution as it was in the beginning.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) terraform: WorkingDirectory,
    pub(crate) before: Snapshot,
    pub(crate) estate: Estate,
}

impl Scene {
    /// Sets up the estate and initializes terraform in a copy of the example.
    pub(crate) fn set() -> Result<Self> {
        let estate = Estate::build()?;
        let terraform = estate.example("manage-foreign-distribution")?;
        let before = estate.site.distribution.configuration()?;
        Ok(Self {
            terraform,
            before,
            estate,
        })
    }

    /// Makes a visit, prints it on one line, and returns it with its log entry from ingest.
    pub(crate) fn visit(
        &self,
        visitor: &mut Visitor,
        name: &str,
        line: &str,
        visit: impl FnOnce(&mut Visitor) -> Result<ViewerResponse>,
    ) -> Result<(ViewerResponse, Value)> {
        let logged = self.estate.netacea.ingest.entries().len();
        let asked = self.estate.netacea.protector.attempts();
        let response = visit(visitor)?;
        let asked = self.estate.netacea.protector.attempts() - asked;
        say(format!(
            "{name}: {line}  →  {response}   ({asked} Protector call{})",
            if asked == 1 { "" } else { "s" }
        ));
        ensure!(
            response.failures().is_empty(),
            "the edge function failed: {:?}",
            response.failures()
        );
        let entry = self
            .estate
            .netacea
            .ingest
            .wait_for_next(logged, LOGGED_WITHIN)?;
        let field = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        say(format!(
            "  ingest: {} {:?} by {:?}, mitigation {:?}",
            field("Status"),
            field("Request"),
            field("UserAgent"),
            field("NetaceaMitigationApplied")
        ));
        Ok((response, entry))
    }

    /// Every association of the distribution as it is now: behavior, event and ARN.
    pub(crate) fn associations(&self) -> Result<Vec<(String, String)>> {
        let configuration =
            DistributionConfiguration::parse(&self.estate.site.distribution.configuration()?.xml)?;
        let slots = configuration.behaviors.iter().flat_map(|behavior| {
            let slot = |event| format!("{} {event}", behavior.name);
            behavior
                .associations
                .iter()
                .map(move |association| (slot(association.event), association.lambda_arn.clone()))
        });
        Ok(slots.collect())
    }

    /// Says which function version holds which slot.
    pub(crate) fn show_associations(&self) -> Result<()> {
        for (slot, arn) in self.associations()? {
            say(format!("{slot:<28} {arn}"));
        }
        Ok(())
    }
}
