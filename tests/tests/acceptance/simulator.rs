//! The edge simulator obeys CloudFront's rules. The functions here are made by hand; each breaks or
//! uses one rule.

use acceptance::aws::{Distribution, Emulator};
use acceptance::edge::{Account, EdgeLocation, EventType, ViewerRequest, WebServer};
use acceptance::fixture::RichDistribution;
use acceptance::origin::Origin;
use acceptance::toolchain::Toolchain;
use anyhow::Result;

struct Site {
    distribution: Distribution,
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
        Account {
            distribution: rich.distribution.clone(),
            functions: emulator.functions(),
        },
        WebServer::at(origin.address()),
        None,
    );
    Ok(Site {
        distribution: rich.distribution,
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

/// Replaces the element of the first `/checkout/*`.
fn change(site: &Site, from: &str, to: &str) -> Result<()> {
    site.distribution.edit(|now| {
        let behavior = now.behavior("/checkout/*")?;
        anyhow::ensure!(behavior.contains(from), "no {from} in {behavior}");
        Ok(now
            .xml
            .replacen(&behavior, &behavior.replacen(from, to, 1), 1))
    })
}

/// Keeps what it may, for the path alone.
const KEEP: &str = "<CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>";
const FORWARD_ALL: &str = "<ForwardedValues><QueryString>true</QueryString><Cookies><Forward>all</Forward></Cookies>\
     <Headers><Quantity>1</Quantity><Items><Name>*</Name></Items></Headers>\
     <QueryStringCacheKeys><Quantity>0</Quantity></QueryStringCacheKeys></ForwardedValues>";

#[test]
fn a_method_that_is_not_allowed_meets_no_function_and_head_gets_no_body() -> Result<()> {
    let site = site(RECORD_EVENT, &["viewer-request"])?;
    site.edge.play_surroundings();
    let refused = site.edge.send(&ViewerRequest::post("/legacy/a", ""))?;
    assert_eq!((refused.status, refused.events()), (403, vec![]));
    let head = ViewerRequest {
        method: "HEAD".to_owned(),
        ..ViewerRequest::get("/checkout/1")
    };
    let head = site.edge.send(&head)?;
    assert_eq!((head.status, head.text().as_str()), (200, ""));
    assert_eq!(head.events(), [EventType::ViewerRequest]);
    Ok(())
}

#[test]
fn options_meets_functions_and_is_kept_apart_from_get() -> Result<()> {
    let site = site(RECORD_EVENT, &["viewer-request"])?;
    site.edge.play_surroundings();
    let options = |path: &str| {
        site.edge.send(&ViewerRequest {
            method: "OPTIONS".to_owned(),
            ..ViewerRequest::get(path)
        })
    };
    let refused = options("/legacy/a")?;
    assert_eq!((refused.status, refused.events()), (403, vec![]));
    change(&site, FORWARD_ALL, KEEP)?;
    for _ in 0..2 {
        let answer = options("/checkout/1")?;
        assert_eq!((answer.status, answer.reached_origin), (200, true));
        assert_eq!(answer.events(), [EventType::ViewerRequest]);
    }
    let kept = "<CachedMethods><Quantity>2</Quantity><Items>";
    let with_options = "<CachedMethods><Quantity>3</Quantity><Items><Method>OPTIONS</Method>";
    change(&site, kept, with_options)?;
    assert!(options("/checkout/2")?.reached_origin);
    let answer = options("/checkout/2")?;
    assert_eq!((answer.status, answer.reached_origin), (200, false));
    assert_eq!(answer.events(), [EventType::ViewerRequest]);
    let get = site.edge.send(&ViewerRequest::get("/checkout/2"))?;
    assert!(get.reached_origin, "another answer");
    Ok(())
}

#[test]
fn an_origin_may_take_minutes_and_is_asked_again_when_it_takes_too_long() -> Result<()> {
    let tell_time = "
export const handler = async (event) => {
  const { request, response } = event.Records[0].cf;
  const header = (value) => [{ key: 'X-Clocks', value }];
  const clocks = [Date.now(), performance.now(), process.uptime() * 1000];
  if (!response) return { ...request, headers: { ...request.headers, 'x-clocks': header(clocks.join()) } };
  const before = request.headers['x-clocks'][0].value.split(',');
  response.headers['x-clocks'] = header(clocks.map((clock, index) => Math.floor((clock - before[index]) / 1000)).join());
  return response;
};";
    let site = site(tell_time, &["viewer-request", "viewer-response"])?;
    site.distribution.edit(|now| {
        let timeout = "<OriginReadTimeout>30</OriginReadTimeout>";
        Ok(now
            .xml
            .replacen(timeout, "<OriginReadTimeout>180</OriginReadTimeout>", 1))
    })?;
    site.edge.slow_origin(170);
    let answer = site.edge.send(&ViewerRequest::get("/checkout/1"))?;
    assert_eq!(
        (answer.status, answer.values("x-clocks")),
        (200, vec!["170,170,170"])
    );

    site.edge.slow_origin(181);
    for (request, asked) in [
        (ViewerRequest::get("/checkout/1"), 3),
        (ViewerRequest::post("/checkout/1", ""), 1),
    ] {
        let before = site.origin.requests().len();
        let answer = site.edge.send(&request)?;
        assert_eq!(
            (answer.status, answer.events()),
            (504, vec![EventType::ViewerRequest])
        );
        let times = site.origin.requests().len() - before;
        assert_eq!(times, asked, "{}", request.method);
    }
    Ok(())
}

#[test]
fn a_custom_error_response_replaces_what_a_function_answers() -> Result<()> {
    let forbid = "
export const handler = async () => ({ status: '403', headers: {}, body: 'no' });";
    let site = site(forbid, &["viewer-request"])?;
    site.edge.play_surroundings();
    let answer = || site.edge.send(&ViewerRequest::get("/checkout/1"));
    assert_eq!((answer()?.status, answer()?.text().as_str()), (403, "no"));
    // As on many single-page sites.
    site.distribution.edit(|now| {
        let rule = "<CustomErrorResponse><ErrorCode>403</ErrorCode><ResponsePagePath>/index.html</ResponsePagePath>\
             <ResponseCode>200</ResponseCode><ErrorCachingMinTTL>10</ErrorCachingMinTTL></CustomErrorResponse>";
        let list = "<CustomErrorResponses><Quantity>2</Quantity><Items>";
        let longer = format!("<CustomErrorResponses><Quantity>3</Quantity><Items>{rule}");
        Ok(now.xml.replacen(list, &longer, 1))
    })?;
    let replaced = answer()?;
    assert_eq!(replaced.status, 200, "the bot gets in");
    assert_eq!(replaced.text(), "the shop: /index.html\n");
    Ok(())
}

#[test]
fn errors_are_kept_whatever_they_say_but_for_four_of_them() -> Result<()> {
    let answer = "
export const handler = async (event) => {
  const { request } = event.Records[0].cf;
  const [, , status, caching] = request.uri.split('/');
  return { status, headers: { 'cache-control': [{ value: caching.replace('-is-', '=') }] }, body: 'no' };
};";
    let site = site(answer, &["origin-request"])?;
    change(&site, FORWARD_ALL, KEEP)?;
    site.edge.play_surroundings();
    let runs = |path: &str| -> Result<Vec<usize>> {
        let mut runs = Vec::new();
        for wait in [0, 0, 11] {
            site.edge.advance(wait);
            let answer = site.edge.send(&ViewerRequest::get(path))?;
            runs.push(answer.invocations.len());
        }
        Ok(runs)
    };
    for (path, expected) in [
        ("/checkout/403/no-store", [1, 0, 1]),
        ("/checkout/500/no-store", [1, 0, 1]),
        ("/checkout/500/max-age-is-60", [1, 0, 0]),
        ("/checkout/410/no-store", [1, 1, 1]),
        ("/checkout/410/max-age-is-60", [1, 0, 0]),
        // Its error caching minimum is 0 in this distribution.
        ("/checkout/503/no-store", [1, 1, 1]),
        ("/checkout/200/max-age-is-60", [1, 0, 0]),
    ] {
        assert_eq!(runs(path)?, expected, "{path}");
    }
    Ok(())
}

#[test]
fn an_answer_is_kept_for_requests_of_the_same_key() -> Result<()> {
    let site = site(RECORD_EVENT, &["viewer-response"])?;
    let listed = FORWARD_ALL
        .replace("<Forward>all</Forward>", "<Forward>none</Forward>")
        .replace("<Name>*</Name>", "<Name>X-Kind</Name>");
    change(&site, FORWARD_ALL, &listed)?;
    change(
        &site,
        "<DefaultTTL>0</DefaultTTL>",
        "<DefaultTTL>86400</DefaultTTL>",
    )?;
    change(&site, "<MaxTTL>0</MaxTTL>", "<MaxTTL>86400</MaxTTL>")?;
    site.edge.play_surroundings();
    let get = |target: &str, kind: &str| {
        let request = ViewerRequest::get(target).header("X-Kind", kind);
        let answer = site.edge.send(&request.header("X-Other", target))?;
        assert_eq!(answer.events(), [EventType::ViewerResponse]);
        anyhow::Ok(answer.reached_origin)
    };
    assert!(get("/checkout/1", "a")?);
    assert!(!get("/checkout/1", "a")?, "kept");
    assert!(get("/checkout/1?b", "a")?, "another query");
    assert!(get("/checkout/1", "b")?, "another header of the key");
    site.edge.advance(86_401);
    assert!(get("/checkout/1", "a")?, "too old");
    Ok(())
}

#[test]
fn a_member_of_an_origin_group_that_fails_is_followed_by_the_next() -> Result<()> {
    let fail_over = "
export const handler = async (event) => {
  const { config, request, response } = event.Records[0].cf;
  if (!response) {
    if (request.origin.custom.domainName.startsWith('origin.')) request.uri = '/broken';
    return request;
  }
  return response;
};";
    let site = site(fail_over, &["origin-request", "origin-response"])?;
    site.distribution.edit(|now| {
        let group = "<OriginGroups><Quantity>1</Quantity><Items><OriginGroup><Id>both</Id><FailoverCriteria><StatusCodes>\
             <Quantity>1</Quantity><Items><StatusCode>503</StatusCode></Items></StatusCodes></FailoverCriteria><Members>\
             <Quantity>2</Quantity><Items><OriginGroupMember><OriginId>shop</OriginId></OriginGroupMember>\
             <OriginGroupMember><OriginId>api</OriginId></OriginGroupMember></Items></Members></OriginGroup></Items></OriginGroups>";
        let none = "<OriginGroups><Quantity>0</Quantity></OriginGroups>";
        let target = "<TargetOriginId>shop</TargetOriginId>";
        let behavior = now.behavior("/checkout/*")?;
        let grouped = behavior.replacen(target, "<TargetOriginId>both</TargetOriginId>", 1);
        Ok(now.xml.replacen(none, group, 1).replacen(&behavior, &grouped, 1))
    })?;
    use EventType::{OriginRequest, OriginResponse};
    let answer = site.edge.send(&ViewerRequest::get("/checkout/1"))?;
    let both = [OriginRequest, OriginResponse, OriginRequest, OriginResponse];
    assert_eq!((answer.status, answer.events()), (200, both.to_vec()));
    let post = site.edge.send(&ViewerRequest::post("/checkout/1", ""))?;
    assert_eq!(
        (post.status, post.events()),
        (503, both[..2].to_vec()),
        "never repeated"
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
