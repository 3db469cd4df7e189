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

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">\
        <CallerReference>a</CallerReference>\
        <Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id></Origin></Items></Origins>\
        <DefaultCacheBehavior><TargetOriginId>o</TargetOriginId><AllowedMethods><Quantity>2</Quantity>\
        <Items><Method>HEAD</Method><Method>GET</Method></Items></AllowedMethods></DefaultCacheBehavior>\
        <CustomErrorResponses><Quantity>1</Quantity><Items><CustomErrorResponse><ErrorCode>403</ErrorCode>\
        <ResponsePagePath>/index.html</ResponsePagePath><ResponseCode>200</ResponseCode>\
        </CustomErrorResponse></Items></CustomErrorResponses><Enabled>true</Enabled></DistributionConfig>";

    fn told(input: &serde_json::Value) -> Result<Vec<String>, Vec<String>> {
        let output = run(input.to_string().as_bytes(), &mut Vec::new());
        let output = output.map_err(|Refusal(lines)| lines)?;
        let found: Vec<serde_json::Value> = serde_json::from_slice(&output).unwrap();
        let names = found.iter().map(|one| one["hazard"].as_str().unwrap());
        Ok(names.map(str::to_owned).collect())
    }

    #[test]
    fn hazards_depend_on_what_the_configuration_does() {
        let names = told(&json!({ "distribution": DOCUMENT })).unwrap();
        assert_eq!(names, ["verification_path_read_only", "custom_error_page"]);
        let configuration = json!({ "mitigationType": "INGEST" });
        let passing = json!({ "distribution": DOCUMENT, "configuration": configuration });
        assert_eq!(told(&passing).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let broken = told(&json!({ "distribution": "<DistributionConfig/>" })).unwrap_err();
        assert!(
            broken[0].starts_with("the distribution's configuration: "),
            "{broken:?}"
        );
        let wrong = json!({ "distribution": DOCUMENT, "configuration": { "timeout": "hush" } });
        let refused = told(&wrong).unwrap_err();
        assert!(
            refused[0].contains("`timeout`") && !refused[0].contains("hush"),
            "{refused:?}"
        );
        assert!(told(&json!([])).is_err());
    }
}
