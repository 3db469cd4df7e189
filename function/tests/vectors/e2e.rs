//! Whole events, compared with what the sibling plugin did.

use std::collections::BTreeSet;

use netacea_edge::Edge;
use netacea_edge::settings::{Configuration, IngestKind};
use serde_json::{Value, json};

use crate::deviations::{DEVIATIONS, REFUSED};
use crate::playback::Playback;
use crate::visitor::{entropy, event_of};
use crate::{bytes, cases, text, vectors};

#[test]
fn every_case_ends_as_recorded() {
    let used = play_all();
    let needless: Vec<&str> = (0..DEVIATIONS.len())
        .filter(|index| !used.contains(index))
        .map(|index| DEVIATIONS[index].rule)
        .collect();
    assert!(
        needless.is_empty(),
        "deviations that no case needs: {needless:?}"
    );
}

pub(crate) fn compare_every_case() {
    play_all();
}

/// Panics when a case ends otherwise. Returns the deviations that were needed.
fn play_all() -> BTreeSet<usize> {
    let vectors = vectors("e2e.json");
    let mut used = BTreeSet::new();
    let mut failures = Vec::new();
    for case in cases(&vectors, "cases") {
        if let Err(problem) = play(case, &mut used) {
            failures.push(format!(
                "{} {} ({}): {problem}",
                text(case, "id"),
                text(case, "title"),
                text(case, "group")
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} cases differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
    used
}

fn play(case: &Value, used: &mut BTreeSet<usize>) -> Result<(), String> {
    let edge = match configure(case, None) {
        Ok(edge) => edge,
        Err(refusal) => return expect_refusal(case, &refusal),
    };
    let event = event_of(case);
    let is_silent = matches!(
        edge.settings().ingest.kind,
        IngestKind::Origin | IngestKind::Native
    );
    let (mut found, context) = Playback::new(case, edge, &event).play();
    if is_silent {
        // [R] 2: nothing is sent, while the sibling sends over HTTP all the same. What it says is
        // what HTTP would say.
        if found["ingest_requests"] != json!([]) {
            return Err(format!("sent {}", found["ingest_requests"]));
        }
        let edge = configure(case, Some("HTTP"))?;
        let (loud, _) = Playback::new(case, edge, &event).play();
        for (field, value) in loud.as_object().unwrap() {
            if field != "origin_added_headers" {
                found[field] = value.clone();
            }
        }
    }
    let mut expected = comparable(&case["expected"]);
    for (index, deviation) in DEVIATIONS.iter().enumerate() {
        let applies = text(case, "group").contains(deviation.group)
            && text(case, "title").contains(deviation.title);
        if let Some(field) = expected
            .pointer_mut(deviation.field)
            .filter(|field| applies && !field.is_null())
        {
            let ours = (deviation.ours)(field, &context);
            if ours != *field {
                used.insert(index);
            }
            *field = ours;
        }
    }
    for (field, expected) in expected.as_object().unwrap() {
        let found = &found[field];
        // What the sibling would add on fail-open matters only where it is added.
        if field == "inject_headers" && case["config"]["mitigationType"] != "INJECT" {
            continue;
        }
        if found != expected {
            return Err(format!(
                "{field}\n    found    {found}\n    expected {expected}"
            ));
        }
    }
    Ok(())
}

/// A function whose configuration is refused passes every request as it came.
fn expect_refusal(case: &Value, refusal: &str) -> Result<(), String> {
    let Some((_, part, _, others)) = refused(case) else {
        return Err(format!("refused: {refusal}"));
    };
    if !refusal.contains(part) {
        return Err(format!("refused for another reason: {refusal}"));
    }
    if case["expected"]["construct_error"].is_string() {
        // The sibling refuses it too, in its own words.
        return Ok(());
    }
    let expected = comparable(&case["expected"]);
    let origin = case["origin"].as_object();
    let found = json!({
        "action": "pass",
        "origin_called": true,
        "origin_added_headers": [],
        "mitigation_set_cookies": [],
        "response": {
            "status": origin.map_or(json!(200), |origin| origin["status"].clone()),
            "headers": origin.map_or(json!([]), |origin| origin["headers"].clone()),
            "body": origin.map_or(json!("origin"), |origin| origin["body"].clone()),
            "set_cookies": [],
        },
    });
    for (field, found) in found.as_object().unwrap() {
        let is_as_theirs = *found == expected[field];
        if is_as_theirs == others.contains(&field.as_str()) {
            return Err(format!("{field}: {found}, theirs {}", expected[field]));
        }
    }
    Ok(())
}

fn refused(
    case: &Value,
) -> Option<&'static (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
)> {
    let title = text(case, "title");
    REFUSED.iter().find(|(part, ..)| title.contains(part))
}

/// `ingest_type` replaces the case's own.
fn configure(case: &Value, ingest_type: Option<&str>) -> Result<Edge, String> {
    let mut file = case["config"].clone();
    if let Some(ingest_type) = ingest_type {
        file["ingestType"] = json!(ingest_type);
    }
    if text(case, "group") == "origin" {
        // [R] 12: cookies on error pages are a matter of the customer's choice, off by default.
        file["cookiesOnErrors"] = json!(true);
    }
    let (configuration, warnings) =
        Configuration::from_json(file.to_string().as_bytes()).map_err(|error| error.to_string())?;
    assert!(
        warnings
            .iter()
            .all(|warning| warning.key == "captchaSiteKey"),
        "{warnings:?}"
    );
    let instance: [u8; 16] = bytes(&text(case, "worker_instance_id").replace('-', ""));
    Edge::new(&configuration, &entropy(&instance)).map_err(|violations| {
        violations
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    })
}

/// Whether the value at this place of a case is compared: it is neither an input nor an artifact
/// (README.md), and the case comes so far.
pub(crate) fn is_compared(case: &Value, place: &str) -> bool {
    let mut parts = place.split('/').skip(2);
    let field = parts.next().unwrap_or_default();
    if let Some((_, _, _, others)) = refused(case) {
        let is_seen = [
            "action",
            "origin_called",
            "origin_added_headers",
            "mitigation_set_cookies",
            "response",
        ];
        return is_seen.contains(&field) && !others.contains(&field);
    }
    match field {
        "run_error" | "ingest_now_ms" | "ingest_error" => false,
        "inject_headers" => case["config"]["mitigationType"] == "INJECT",
        "ingest_requests" => parts.nth(1) != Some("note"),
        _ => true,
    }
}

/// The parts of `expected` that say something about us, without the artifacts that README.md names.
fn comparable(expected: &Value) -> Value {
    let mut expected = expected.as_object().unwrap().clone();
    for key in ["run_error", "ingest_now_ms", "ingest_error"] {
        expected.remove(key);
    }
    if expected["action"] == "vendor_crash" {
        // The sibling crashed after deciding: only what it decided counts.
        expected.remove("action");
    }
    let is_artifact =
        |header: &Value| *header == json!(["content-type", "text/plain;charset=UTF-8"]);
    for pointer in [("response", "headers"), ("origin_added_headers", "")] {
        let field = expected.get_mut(pointer.0);
        let list = if pointer.1.is_empty() {
            field
        } else {
            field.and_then(|field| field.get_mut(pointer.1))
        };
        if let Some(Value::Array(headers)) = list {
            headers.retain(|header| !is_artifact(header));
        }
    }
    if let Some(Value::Array(requests)) = expected.get_mut("ingest_requests") {
        requests.iter_mut().for_each(|request| {
            request.as_object_mut().unwrap().remove("note");
        });
    }
    Value::Object(expected)
}
