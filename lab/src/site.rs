//! The viewer's side: the listener that browsers visit, in front of the edge.

use std::sync::Arc;
use std::time::Instant;

use acceptance::edge::{ViewerRequest, ViewerResponse};
use anyhow::Result;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, COOKIE, HeaderName, HeaderValue, SET_COOKIE, TRANSFER_ENCODING,
    USER_AGENT,
};
use hyper::{HeaderMap, StatusCode};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::browsers::{COOKIE as LAB_COOKIE, Visit};
use crate::cookies;
use crate::lab::Lab;
use crate::loopback;

/// The most bytes of a request's body. CloudFront allows 20 GB; here all of it is in memory.
const MOST_BYTES: usize = 20 << 20;

/// Every path of the site.
pub(crate) fn router(lab: Arc<Lab>) -> Router {
    Router::new().fallback(answer).with_state(lab)
}

async fn answer(State(lab): State<Arc<Lab>>, request: Request) -> Response {
    let arrival = Instant::now();
    let Some(host) = loopback::host(request.headers(), lab.site_port).map(str::to_owned) else {
        let told = format!(
            "This lab listens on loopback only. Visit http://127.0.0.1:{}/ instead.\n",
            lab.site_port
        );
        return (StatusCode::MISDIRECTED_REQUEST, told).into_response();
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        let told = "The lab accepts request bodies of at most 20 MB.\n";
        return (StatusCode::PAYLOAD_TOO_LARGE, told).into_response();
    };
    let visit = visit(&lab, &parts.headers);
    let target = parts.uri.path_and_query();
    let viewer = ViewerRequest {
        method: parts.method.to_string(),
        target: target.map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: headers(&lab, &host, &visit, &parts.headers),
        body: body.to_vec(),
        client_ip: visit.address.to_string(),
    };
    let Ok(_permit) = lab.at_once.acquire().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let passing = {
        let (lab, visit) = (lab.clone(), visit.clone());
        tokio::task::spawn_blocking(move || pass(&lab, &viewer, &visit, arrival))
    };
    match passing.await {
        Ok(Ok(answer)) => respond(&lab, &host, &visit, answer),
        Ok(Err(error)) => {
            let told = format!("The lab cannot process this request: {error:#}\n");
            (StatusCode::BAD_GATEWAY, told).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Sends a request through the edge and records it.
fn pass(
    lab: &Lab,
    viewer: &ViewerRequest,
    visit: &Visit,
    arrival: Instant,
) -> Result<ViewerResponse> {
    let at = OffsetDateTime::now_utc() - arrival.elapsed();
    let before = lab.edge.instances();
    let (answer, mut exchange) = lab.send(viewer)?;
    exchange.at = at.format(&Rfc3339)?;
    exchange.ms = (arrival.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
    exchange.browser.clone_from(&visit.browser);
    lab.journal.record(exchange, &visit.address.to_string());
    let after = lab.edge.instances();
    if visit.is_new || before.cold_starts != after.cold_starts {
        lab.tell_state();
    }
    Ok(answer)
}

fn visit(lab: &Lab, headers: &HeaderMap) -> Visit {
    let given = headers.get_all(COOKIE).iter();
    let given: Vec<&str> = given.filter_map(|value| value.to_str().ok()).collect();
    let mut pairs = given.iter().flat_map(|value| cookies::pairs(value));
    let cookie = pairs.find(|(name, _)| *name == LAB_COOKIE);
    let text = |name: HeaderName| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    };
    let mode = text(HeaderName::from_static("sec-fetch-mode"));
    lab.browsers.visit(
        cookie.map(|(_, id)| id),
        text(USER_AGENT),
        mode == "navigate",
        || format!("{:032x}", fastrand::u128(..)),
    )
}

/// The headers as the edge gets them: without the lab's cookie and those of an earlier visitor, for
/// the name of the owner's site.
fn headers(lab: &Lab, host: &str, visit: &Visit, given: &HeaderMap) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for (name, value) in given {
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = if name == COOKIE {
            let kept: Vec<&str> = value
                .split(';')
                .map(str::trim)
                .filter(|cookie| belongs(lab, visit, cookie))
                .collect();
            if kept.is_empty() {
                continue;
            }
            kept.join("; ")
        } else {
            lab.rewriting.of_request(host, name.as_str(), &value)
        };
        headers.push((name.to_string(), value));
    }
    headers
}

fn belongs(lab: &Lab, visit: &Visit, cookie: &str) -> bool {
    let (name, value) = cookie.split_once('=').unwrap_or((cookie, ""));
    let is_netaceas = lab.cookie_names.include(name);
    name != LAB_COOKIE && (!is_netaceas || lab.browsers.honors(&visit.browser, value))
}

fn respond(lab: &Lab, host: &str, visit: &Visit, answer: ViewerResponse) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in answer.headers {
        let name = HeaderName::try_from(name.as_str());
        let Ok(name) = name else { continue };
        if [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
            continue;
        }
        if name == SET_COOKIE {
            let pair = value.split(';').next().unwrap_or_default();
            let is_netaceas = |(name, _): &(&str, &str)| lab.cookie_names.include(name);
            if let Some((_, value)) = pair.split_once('=').filter(is_netaceas) {
                lab.browsers.note_issued(&visit.browser, value);
            }
        }
        let rewritten = lab.rewriting.of_answer(host, name.as_str(), &value);
        let value = rewritten.and_then(|value| HeaderValue::try_from(value).ok());
        if let Some(value) = value {
            headers.append(name, value);
        }
    }
    if visit.is_new {
        let cookie = format!(
            "{LAB_COOKIE}={}; Path=/; HttpOnly; SameSite=Lax",
            visit.browser
        );
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            headers.append(SET_COOKIE, cookie);
        }
    }
    response
}
