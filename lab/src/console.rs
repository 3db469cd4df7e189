//! The console: a page that shows what happens and chooses what happens next.
//!
//! | request | answer |
//! |---|---|
//! | `GET /__lab/` | the page, with `{"token": …, "state": …}` in its element `#state` |
//! | `GET /__lab/console.js`, `/__lab/console.css` | its script and its style |
//! | `GET /__lab/state` | everything that it shows: [`Lab::state`] |
//! | `GET /__lab/events` | server-sent events, each with an id: `exchange` (a finished request:
//! [`Exchange`](crate::exchange::Exchange)), `log` (`{id, decision, entry}`: the log entry of the
//! exchange with this id, as ingest got it), `counters` (once a second, when they have changed;
//! `series` has the points since the last such event), `state` (when it has changed), `lost`
//! (`{events}`: the number of events that were dropped before they could be sent) |
//! | `POST /__lab/visitor` | `{"browser": id or null, "kind": …}`: who a browser is from now on, or all of them; `kind` null makes a browser what all are |
//! | `POST /__lab/protector` | `{"condition": "well", "slow", "failing" or "down"}` |
//! | `POST /__lab/captcha` | `{"form": "recaptcha", "hcaptcha" or "custom"}` |
//! | `POST /__lab/instance` | `{"act": "freeze", "thaw", "kill" or "open-breaker"}` |
//!
//! A `POST` is answered with the new state, or with a status from 400 on and `{"error": …}`. It
//! needs the page's token in `X-Lab-Token` and the page's own `Origin`; every request needs a
//! `Host` of loopback.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next as Onward, from_fn_with_state};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ORIGIN};
use hyper::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use crate::acts::Act;
use crate::captcha::Form;
use crate::condition::Condition;
use crate::feed::Next;
use crate::lab::Lab;
use crate::loopback;
use crate::visitor::Kind;

const PAGE: &str = include_str!("console/index.html");
const SCRIPT: &str = include_str!("console/console.js");
const STYLE: &str = include_str!("console/console.css");
/// The page loads nothing from elsewhere, has no inline scripts, and cannot be framed.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The most bytes of a `POST`.
const MOST_BYTES: usize = 4096;
/// The most events on their way to a page; the others stay in the feed.
const UNDER_WAY: usize = 8;

/// The lab, and the token of this run's pages.
#[derive(Clone)]
struct Console {
    lab: Arc<Lab>,
    token: Arc<str>,
}

/// The answer to a `POST` that is refused.
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, error) = self;
        with_type(
            status,
            "application/json",
            json!({ "error": error }).to_string(),
        )
    }
}

#[derive(Deserialize)]
struct Visitor {
    browser: Option<String>,
    kind: Option<Kind>,
}

#[derive(Deserialize)]
struct Protector {
    condition: Condition,
}

#[derive(Deserialize)]
struct Captcha {
    form: Form,
}

#[derive(Deserialize)]
struct Instance {
    act: Act,
}

/// Everything below `/__lab/`.
pub(crate) fn router(lab: Arc<Lab>, token: String) -> Router {
    let console = Console {
        lab,
        token: token.into(),
    };
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/__lab/") }))
        .route("/__lab", get(|| async { Redirect::temporary("/__lab/") }))
        .route("/__lab/", get(page))
        .route("/__lab/console.js", get(|| file("text/javascript", SCRIPT)))
        .route("/__lab/console.css", get(|| file("text/css", STYLE)))
        .route("/__lab/state", get(state))
        .route("/__lab/events", get(events))
        .route("/__lab/visitor", post(visitor))
        .route("/__lab/protector", post(protector))
        .route("/__lab/captcha", post(captcha))
        .route("/__lab/instance", post(instance))
        .layer(from_fn_with_state(console.clone(), admit))
        .with_state(console)
}

/// Refuses other names, and changes that the page itself did not ask for.
async fn admit(
    State(console): State<Console>,
    request: Request,
    onward: Onward,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    // A refused request is read as well: otherwise the connection would break before the answer
    // arrives.
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        let told = format!("A request to the console may have at most {MOST_BYTES} bytes.");
        return Err(Refusal(StatusCode::PAYLOAD_TOO_LARGE, told));
    };
    let headers = &parts.headers;
    let Some(host) = loopback::host(headers, console.lab.console_port) else {
        return Err(Refusal(
            StatusCode::MISDIRECTED_REQUEST,
            format!(
                "This lab listens on loopback only. Visit http://127.0.0.1:{}/__lab/ instead.",
                console.lab.console_port
            ),
        ));
    };
    let changes = !matches!(parts.method, Method::GET | Method::HEAD);
    if changes && text(headers, ORIGIN.as_str()) != format!("http://{host}") {
        return Err(Refusal(
            StatusCode::FORBIDDEN,
            "The request does not come from the lab's own page.".to_owned(),
        ));
    }
    if changes && text(headers, "x-lab-token") != &*console.token {
        return Err(Refusal(
            StatusCode::FORBIDDEN,
            "The page belongs to an earlier run of the lab. Reload it, or open the address that the \
             running lab printed."
                .to_owned(),
        ));
    }
    let request = Request::from_parts(parts, Body::from(body));
    Ok(onward.run(request).await)
}

async fn page(State(console): State<Console>) -> Response {
    let state = json!({ "token": &*console.token, "state": console.lab.state() });
    // Inside a script element only `<` could end it.
    let state = state.to_string().replace('<', "\\u003c");
    let page = PAGE.replace("{{state}}", &state);
    with_type(StatusCode::OK, "text/html; charset=utf-8", page)
}

async fn file(media_type: &'static str, text: &'static str) -> Response {
    with_type(StatusCode::OK, media_type, text.to_owned())
}

async fn state(State(console): State<Console>) -> Response {
    state_of(&console)
}

async fn events(
    State(console): State<Console>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let last = text(&headers, "last-event-id").parse().ok();
    let mut reader = console.lab.feed.read(last);
    // The reader must not keep the lab from ending.
    drop(console);
    // A page that has just been loaded knows the state already.
    let skip_to = if last.is_none() { reader.newest() } else { 0 };
    let (sender, receiver) = mpsc::channel(UNDER_WAY);
    tokio::spawn(async move {
        while let Some(next) = reader.next().await {
            let event = match next {
                Next::Event(entry) => {
                    let is_known =
                        entry.id <= skip_to && matches!(entry.name, "state" | "counters");
                    if is_known {
                        continue;
                    }
                    let event = Event::default().id(entry.id.to_string());
                    event.event(entry.name).data(&*entry.data)
                }
                Next::Lost(events) => {
                    let data = json!({ "events": events }).to_string();
                    Event::default().event("lost").data(data)
                }
            };
            // This waits for a page that reads slowly; the feed goes on without it.
            if sender.send(Ok(event)).await.is_err() {
                break;
            }
        }
    });
    Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default())
}

async fn visitor(State(console): State<Console>, body: Bytes) -> Result<Response, Refusal> {
    let Visitor { browser, kind } = read(&body)?;
    if browser.is_none() && kind.is_none() {
        let told = "Choose one kind of visitor for all browsers.";
        return Err(Refusal(StatusCode::BAD_REQUEST, told.to_owned()));
    }
    if !console.lab.browsers.become_kind(browser.as_deref(), kind) {
        let told = "The lab no longer knows this browser. Visit the site with it again.";
        return Err(Refusal(StatusCode::NOT_FOUND, told.to_owned()));
    }
    Ok(changed(&console))
}

async fn protector(State(console): State<Console>, body: Bytes) -> Result<Response, Refusal> {
    let Protector { condition } = read(&body)?;
    console.lab.set_condition(condition);
    Ok(changed(&console))
}

async fn captcha(State(console): State<Console>, body: Bytes) -> Result<Response, Refusal> {
    let Captcha { form } = read(&body)?;
    console.lab.captchas.set_form(form);
    Ok(changed(&console))
}

async fn instance(State(console): State<Console>, body: Bytes) -> Result<Response, Refusal> {
    let Instance { act } = read(&body)?;
    let lab = console.lab.clone();
    let performed = tokio::task::spawn_blocking(move || act.perform(&lab)).await;
    let failed = |told: String| Refusal(StatusCode::CONFLICT, told);
    performed
        .map_err(|error| failed(error.to_string()))?
        .map_err(|error| failed(format!("{error:#}")))?;
    Ok(changed(&console))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let told = format!("The request is not what the lab expects: {error}.");
        Refusal(StatusCode::BAD_REQUEST, told)
    })
}

fn changed(console: &Console) -> Response {
    console.lab.tell_state();
    state_of(console)
}

fn state_of(console: &Console) -> Response {
    let state: Value = console.lab.state();
    with_type(StatusCode::OK, "application/json", state.to_string())
}

fn with_type(status: StatusCode, media_type: &'static str, body: String) -> Response {
    let headers = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (status, headers, Body::from(body)).into_response()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}
