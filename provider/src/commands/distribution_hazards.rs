//! `distribution-hazards`: what a plan would warn of, for a distribution's configuration.
//!
//! Input is JSON: `{"distribution": "<DistributionConfig…>", "configuration": {…}}`, the raw
//! document, and a `NetaceaConfig.json` as it stands in a package; without it, the default one that
//! stops visitors. Output is a list of `{hazard, behavior, event, summary, detail}`.

use std::io::Write;

use netacea_edge::settings::Configuration;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::refusal::Refusal;
use crate::aws::document::Document;
use crate::hazards::{Conduct, Mitigation};
use crate::placement::prospects;

#[derive(Deserialize)]
struct Input<'a> {
    distribution: String,
    #[serde(borrow)]
    configuration: Option<&'a RawValue>,
}

/// Reads `input`.
pub(super) fn run(input: &[u8], _warnings: &mut dyn Write) -> Result<Vec<u8>, Refusal> {
    let input: Input<'_> = serde_json::from_slice(input).map_err(|error| {
        Refusal::of(format!(
            "the input is not {{\"distribution\": …, \"configuration\": …}} (line {}, column {})",
            error.line(),
            error.column()
        ))
    })?;
    let document = Document::parse(input.distribution)
        .map_err(|error| Refusal::of(format!("the distribution's configuration: {error}")))?;
    let conduct = match input.configuration {
        None => Conduct::Mitigating(Mitigation::default()),
        Some(text) => {
            let (configuration, _) = Configuration::from_json(text.get().as_bytes())
                .map_err(|error| Refusal::of(format!("NetaceaConfig.json: {error}")))?;
            Conduct::from(&configuration.settings)
        }
    };
    let found = prospects(&document, &conduct);
    let told = found.iter().map(|finding| {
        json!({
            "hazard": finding.hazard.to_string(),
            "behavior": finding.behavior,
            "event": finding.event.map(|event| event.to_string()),
            "summary": finding.summary,
            "detail": finding.detail,
        })
    });
    let told: Vec<_> = told.collect();
    serde_json::to_vec(&told).map_err(Refusal::of)
}
