//! The edge simulator obeys CloudFront's rules. The functions here are made by hand; each breaks or
//! uses one rule.

use acceptance::aws::Emulator;
use acceptance::edge::{EdgeLocation, EventType, ViewerRequest};
use acceptance::fixture::RichDistribution;
use acceptance::origin::Origin;
use acceptance::toolchain::Toolchain;
use anyhow::Result;

struct Site {
    edge: EdgeLocation,
    origin: Origin,
    _emulator: Emulator,
}

/// The rich distribution with `index_mjs` associated with `events` of `/checkout/*`, request bodies
/// included.
fn site(index_mjs: &str, events: &[&str]) -> Result<Site> {
    let tools = Toolchain::find()?;
    let emulator = Emulator::start(&tools.ministack)?;
    let rich = RichDistribution::create(&emulator)?;
    let origin = Origin::open()?;
    let arn = emulator.functions().create("by-hand", index_mjs)?;
    let associations: String = events
        .iter()
        .map(|event| {
            format!(
                "<LambdaFunctionAssociation><LambdaFunctionARN>{arn}</LambdaFunctionARN><EventType>{event}</EventType>\
                 <IncludeBody>{}</IncludeBody></LambdaFunctionAssociation>",
                event.ends_with("request")
            )
        })
        .collect();
    let list = format!(
        "<LambdaFunctionAssociations><Quantity>{}</Quantity><Items>{associations}</Items></LambdaFunctionAssociations>",
        events.len()
    );
    rich.distribution
        .edit(|now| now.with_associations("/checkout/*", &list))?;
    let edge = EdgeLocation::open(
        tools.node,
        rich.distribution,
        emulator.functions(),
        origin.address(),
        None,
    );
    Ok(Site {
        edge,
        origin,
        _emulator: emulator,
    })
}

const RECORD_EVENT: &str = "
export const handler = async (event) => {
  const { config, request, response } = event.Records[0].cf;
  if (!response) return request;
  response.headers['x-seen'] = [...(response.headers['x-seen'] ?? []), { key: 'X-Seen', value: config.eventType }];
  return response;
};";

#[test]
fn a_strangers_function_runs_on_its_event_and_its_edit_reaches_the_origin() -> Result<()> {
    let site = site(RECORD_EVENT, &[])?;
    let response = site
        .edge
        .send(&ViewerRequest::get("/").header("X-Mine", "kept"))?;
    assert_eq!(
        (response.status, response.events()),
        (200, vec![EventType::OriginRequest])
    );
    let seen = &site.origin.requests()[0];
    assert_eq!(seen.headers()["x-legacy-edge"], "1");
    assert_eq!(seen.headers()["x-origin-pass"], "only-cloudfront-knows");
    assert_eq!(seen.headers()["x-mine"], "kept");
    Ok(())
}

#[test]
fn response_events_split_at_status_400() -> Result<()> {
    let site = site(
        RECORD_EVENT,
        &["viewer-request", "viewer-response", "origin-response"],
    )?;
    let good = site.edge.send(&ViewerRequest::get("/checkout/1"))?;
    assert_eq!(
        good.values("x-seen"),
        ["origin-response", "viewer-response"]
    );
    assert_eq!(
        good.invocations
            .iter()
            .map(|invocation| invocation.cold)
            .collect::<Vec<_>>(),
        [true, false, false]
    );
    let missing = site.edge.send(&ViewerRequest::get("/checkout/missing"))?;
    assert_eq!(
        (missing.status, missing.values("x-seen")),
        (404, vec!["origin-response"])
    );
    Ok(())
}

#[test]
fn an_answer_of_viewer_request_skips_the_origin_and_viewer_response() -> Result<()> {
    let forbid = "
export const handler = async (event) => event.Records[0].cf.config.eventType === 'viewer-request'
  ? { status: '403', headers: { 'x-why': [{ key: 'X-Why', value: 'because' }] }, body: 'bm8=', bodyEncoding: 'base64' }
  : event.Records[0].cf.response;";
    let site = site(forbid, &["viewer-request", "viewer-response"])?;
    let response = site.edge.send(&ViewerRequest::get("/checkout/"))?;
    assert_eq!(
        (
            response.status,
            response.text().as_str(),
            response.values("x-why")
        ),
        (403, "no", vec!["because"])
    );
    assert_eq!(
        (response.events(), response.reached_origin),
        (vec![EventType::ViewerRequest], false)
    );
    Ok(())
}

#[test]
fn a_forbidden_header_a_throw_and_a_hang_cost_the_viewer_an_error_page() -> Result<()> {
    let misbehave = "
export const handler = async (event) => {
  const { request } = event.Records[0].cf;
  if (request.uri.endsWith('/header')) request.headers['x-real-ip'] = [{ key: 'X-Real-IP', value: '127.0.0.1' }];
  if (request.uri.endsWith('/throw')) throw new Error('on purpose');
  if (request.uri.endsWith('/hang')) await new Promise((resolve) => setTimeout(resolve, 60_000));
  return request;
};";
    let site = site(misbehave, &["viewer-request"])?;
    let status = |path: &str| -> Result<(u16, String)> {
        let response = site.edge.send(&ViewerRequest::get(path))?;
        Ok((response.status, response.failures().join("")))
    };
    assert_eq!(
        status("/checkout/header")?,
        (502, "header X-Real-IP is disallowed".to_owned())
    );
    let (code, why) = status("/checkout/throw")?;
    assert!(code == 503 && why.contains("on purpose"), "{code} {why}");
    assert_eq!(
        status("/checkout/hang")?,
        (503, "timed out after 3 s".to_owned())
    );
    assert_eq!(
        status("/checkout/fine")?.0,
        200,
        "a new instance takes over"
    );
    Ok(())
}

#[test]
fn a_function_sees_forty_kilobytes_of_a_body_and_the_origin_all_of_it() -> Result<()> {
    let measure = "
export const handler = async (event) => {
  const { request } = event.Records[0].cf;
  const { data, inputTruncated, encoding } = request.body;
  request.headers['x-body'] = [{ key: 'X-Body', value: `${encoding} ${Buffer.from(data, encoding).length} ${inputTruncated}` }];
  return request;
};";
    let site = site(measure, &["viewer-request"])?;
    site.edge
        .send(&ViewerRequest::post("/checkout/pay", &"x".repeat(50_000)))?;
    let seen = &site.origin.requests()[0];
    assert_eq!(seen.headers()["x-body"], "base64 40960 true");
    assert_eq!(seen.body().len(), 50_000);
    Ok(())
}
