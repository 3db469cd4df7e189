//! One edge location: takes a viewer's request, runs what the distribution's configuration says,
//! answers.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::aws::{Distribution, Functions};
use crate::edge::cache::Cache;
use crate::edge::clock::Clock;
use crate::edge::configuration::ConfiguredOrigin;
use crate::edge::event::{BodyRecord, Exchange};
use crate::edge::restrictions::{self, Violation};
use crate::edge::{
    Behavior, DistributionConfiguration, ErrorResponse, EventType, Function, Headers, Invocation,
    RequestRecord, ResponseRecord, ViewerRequest, ViewerResponse, Vitals, origin_request,
};

/// Bytes of a body that a function is shown.
const VIEWER_BODY_LIMIT: usize = 40 * 1024;
const ORIGIN_BODY_LIMIT: usize = 1024 * 1024;

/// Serves one distribution, with the origin on loopback.
#[derive(Debug)]
pub struct EdgeLocation {
    distribution: Distribution,
    functions: Functions,
    node: PathBuf,
    origin: SocketAddr,
    authority: Option<PathBuf>,
    redirects: Mutex<String>,
    loaded: Mutex<HashMap<String, Arc<Function>>>,
    held: Mutex<Option<Arc<DistributionConfiguration>>>,
    to_origin: ureq::Agent,
    requests: AtomicU64,
    freezes: AtomicBool,
    plays_surroundings: AtomicBool,
    cache: Cache,
    clock: Clock,
    origin_seconds: AtomicU64,
}

/// What a request event ends in.
enum Onward {
    Request(RequestRecord),
    Generated(ResponseRecord, Vec<u8>),
}

/// What CloudFront puts in place of a function's answer that it cannot use.
struct EdgeError {
    status: u16,
    name: &'static str,
}

/// One request on its way.
struct Passage<'a> {
    location: &'a EdgeLocation,
    behavior: &'a Behavior,
    exchange: Exchange,
    viewer: &'a ViewerRequest,
    invocations: Vec<Invocation>,
    reached_origin: bool,
}

impl EdgeLocation {
    /// Opens one. Functions trust the certificates in `authority`, a PEM file.
    pub fn open(
        node: PathBuf,
        distribution: Distribution,
        functions: Functions,
        origin: SocketAddr,
        authority: Option<PathBuf>,
    ) -> Self {
        Self {
            distribution,
            functions,
            node,
            origin,
            authority,
            redirects: Mutex::default(),
            loaded: Mutex::default(),
            held: Mutex::default(),
            to_origin: origin_request::agent(),
            requests: AtomicU64::new(0),
            freezes: AtomicBool::new(false),
            plays_surroundings: AtomicBool::new(false),
            cache: Cache::default(),
            clock: Clock::start(),
            origin_seconds: AtomicU64::new(0),
        }
    }

    /// Answers a viewer, by the configuration that the distribution has at this moment, or by the
    /// one that is held.
    pub fn send(&self, viewer: &ViewerRequest) -> Result<ViewerResponse> {
        let held = lock(&self.held).clone();
        let configuration = match held {
            Some(held) => held,
            None => Arc::new(self.configuration()?),
        };
        let path = viewer.target.split('?').next().unwrap_or_default();
        let behavior = configuration.behavior_for(path)?;
        let exchange = Exchange {
            distribution_id: self.distribution.id().to_owned(),
            distribution_domain: "d111111abcdef8.cloudfront.net".to_owned(),
            request_id: format!(
                "acceptance-{:020}==",
                self.requests.fetch_add(1, Ordering::Relaxed)
            ),
        };
        let plays = self.plays_surroundings.load(Ordering::Relaxed);
        let is_allowed = behavior.allowed_methods.contains(&viewer.method);
        let invocations = Vec::new();
        let mut passage = Passage {
            location: self,
            behavior,
            exchange,
            viewer,
            invocations,
            reached_origin: false,
        };
        let outcome = if plays && !is_allowed {
            Err(EdgeError::NOT_ALLOWED)
        } else {
            passage.run(&configuration)?
        };
        let (response, mut body) = outcome.unwrap_or_else(EdgeError::page);
        let (response, replaced) = if plays {
            passage.replace_error(&configuration, response)?
        } else {
            (response, None)
        };
        body = replaced.unwrap_or(body);
        if viewer.method == "HEAD" {
            body.clear();
        }
        Ok(ViewerResponse {
            status: response
                .status
                .parse()
                .context("the status of a response")?,
            headers: response
                .headers
                .lines()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body,
            invocations: passage.invocations,
            reached_origin: passage.reached_origin,
        })
    }

    /// From now on instances stand still between events, as Lambda's do: what an answer left
    /// unfinished goes on with the next event. Without this they run on, as Lambda's may for some
    /// milliseconds, and stories need not visit twice to see one log entry.
    pub fn set_freezing(&self, freezes: bool) {
        self.freezes.store(freezes, Ordering::Relaxed);
    }

    /// From now on plays what stands around functions, too: allowed methods, custom error
    /// responses, also in place of answers that a viewer-request function gives, and what is kept.
    /// Whether CloudFront replaces those answers is not documented; this is the cautious
    /// assumption.
    pub fn play_surroundings(&self) {
        self.plays_surroundings.store(true, Ordering::Relaxed);
    }

    /// Lets time pass for what is kept, and by the clocks of the instances.
    pub fn advance(&self, seconds: u64) {
        self.clock.advance(seconds);
    }

    /// From now on the origin takes so many seconds for an answer. Nobody waits for them: they pass
    /// as in [`EdgeLocation::advance`].
    pub fn slow_origin(&self, seconds: u64) {
        self.origin_seconds.store(seconds, Ordering::Relaxed);
    }

    /// From now on answers by the configuration of this moment, without asking for it again: for
    /// many requests in little time.
    pub fn hold_configuration(&self) -> Result<()> {
        *lock(&self.held) = Some(Arc::new(self.configuration()?));
        Ok(())
    }

    /// Functions that are loaded from now on find `host` on this port of loopback.
    pub fn redirect(&self, host: &str, port: u16) {
        let mut redirects = lock(&self.redirects);
        if !redirects.is_empty() {
            redirects.push(',');
        }
        redirects.push_str(&format!("{host}={port}"));
    }

    /// How the instances are that have nothing to do at the moment, all functions together.
    pub fn vitals(&self) -> Result<Vec<Vitals>> {
        let loaded: Vec<_> = lock(&self.loaded).values().cloned().collect();
        let vitals: Result<Vec<_>> = loaded.iter().map(|function| function.vitals()).collect();
        Ok(vitals?.into_iter().flatten().collect())
    }

    /// Ends the instances that have nothing to do: the next visitor meets a fresh one.
    pub fn retire_instances(&self) {
        lock(&self.loaded)
            .values()
            .for_each(|function| function.retire());
    }

    /// Lets the next event of each function meet another instance than the one whose turn it is.
    pub fn skip_instance(&self) {
        lock(&self.loaded)
            .values()
            .for_each(|function| function.skip_instance());
    }

    /// What all functions printed.
    pub fn logs(&self) -> Vec<String> {
        lock(&self.loaded)
            .values()
            .flat_map(|function| function.logs())
            .collect()
    }

    fn configuration(&self) -> Result<DistributionConfiguration> {
        DistributionConfiguration::parse(&self.distribution.configuration()?.xml)
    }

    fn function(&self, arn: &str) -> Result<Arc<Function>> {
        let mut loaded = lock(&self.loaded);
        if let Some(function) = loaded.get(arn) {
            return Ok(function.clone());
        }
        let package = self.functions.package(arn)?;
        let function = Arc::new(Function::unpack(
            arn,
            &package,
            &self.node,
            self.authority.as_deref(),
            &lock(&self.redirects),
        )?);
        loaded.insert(arn.to_owned(), function.clone());
        Ok(function)
    }
}

impl Passage<'_> {
    fn run(
        &mut self,
        configuration: &DistributionConfiguration,
    ) -> Result<Result<(ResponseRecord, Vec<u8>), EdgeError>> {
        let viewer_request =
            match self.request_event(EventType::ViewerRequest, self.viewer.record())? {
                Ok(Onward::Request(request)) => request,
                // Answers that viewer-request makes skip every later event.
                Ok(Onward::Generated(mut response, body)) => {
                    let value = "LambdaGeneratedResponse from cloudfront";
                    response.headers.set("X-Cache", value);
                    return Ok(Ok((response, body)));
                }
                Err(error) => return Ok(Err(error)),
            };
        let (response, body) = match self.kept_or_asked(configuration, &viewer_request)? {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        };
        // viewer-response does not run when the origin answered 400 or more.
        if response.status.parse::<u16>()? >= 400 {
            return Ok(Ok((response, body)));
        }
        let response = self.response_event(EventType::ViewerResponse, &viewer_request, response)?;
        Ok(response.map(|response| (response, body)))
    }

    /// The answer that is kept for such requests, else the origin's.
    fn kept_or_asked(
        &mut self,
        configuration: &DistributionConfiguration,
        viewer_request: &RequestRecord,
    ) -> Result<Result<(ResponseRecord, Vec<u8>), EdgeError>> {
        let (cache, clock) = (&self.location.cache, &self.location.clock);
        let behavior = self.behavior;
        let plays = self.location.plays_surroundings.load(Ordering::Relaxed);
        let key = plays
            .then(|| behavior.caching.key(&behavior.name, viewer_request))
            .flatten();
        if let Some(kept) = key.as_ref().and_then(|key| cache.get(key, clock.now())) {
            return Ok(Ok(kept));
        }
        let answer = self.ask_origins(configuration, viewer_request)?;
        if let (Some(key), Ok(given)) = (key, &answer)
            && viewer_request.method != "HEAD"
        {
            let status = given.0.status.parse()?;
            let seconds = ErrorResponse::seconds_of(&configuration.error_responses, status);
            cache.put(key, &behavior.caching, seconds, given, clock.now());
        }
        Ok(answer)
    }

    /// The members of an origin group are asked until one answers with another status than those of
    /// the group; only for methods that can be repeated. Each time the origin events happen.
    fn ask_origins(
        &mut self,
        configuration: &DistributionConfiguration,
        viewer_request: &RequestRecord,
    ) -> Result<Result<(ResponseRecord, Vec<u8>), EdgeError>> {
        let (origins, statuses) = configuration.origins_of(&self.behavior.origin)?;
        let can_repeat = ["GET", "HEAD", "OPTIONS"].contains(&viewer_request.method.as_str());
        let mut origins = origins.into_iter().peekable();
        loop {
            let origin = origins.next().context("an origin group without members")?;
            let answer = self.ask_origin(origin, viewer_request)?;
            let has_failed = match &answer {
                Ok((response, _)) => statuses.contains(&response.status.parse()?),
                Err(error) => statuses.contains(&error.status),
            };
            if !has_failed || !can_repeat || origins.peek().is_none() {
                return Ok(answer);
            }
        }
    }

    /// The page that the distribution has for such an error, fetched without functions.
    fn replace_error(
        &self,
        configuration: &DistributionConfiguration,
        response: ResponseRecord,
    ) -> Result<(ResponseRecord, Option<Vec<u8>>)> {
        let status: u16 = response.status.parse()?;
        let responses = &configuration.error_responses;
        let found = responses.iter().find(|response| response.code == status);
        let Some((path, code)) = found.and_then(|found| found.page.as_ref()) else {
            return Ok((response, None));
        };
        let behavior = configuration.behavior_for(path)?;
        let (origins, _) = configuration.origins_of(&behavior.origin)?;
        let origin = origins.first().context("no origin for the error page")?;
        let request = ViewerRequest::get(path).record();
        let request = origin_request::forward(&request, behavior, origin);
        let (agent, address) = (&self.location.to_origin, self.location.origin);
        let (mut page, body) = origin_request::ask(agent, &request, &[], origin, address)?;
        if page.status.parse::<u16>()? >= 400 {
            return Ok((response, None));
        }
        page.status = code.to_string();
        Ok((page, Some(body)))
    }

    fn ask_origin(
        &mut self,
        origin: &ConfiguredOrigin,
        viewer_request: &RequestRecord,
    ) -> Result<Result<(ResponseRecord, Vec<u8>), EdgeError>> {
        let body = origin_request::body(viewer_request, &self.viewer.body)?.into_owned();
        let request = match self.request_event(
            EventType::OriginRequest,
            origin_request::forward(viewer_request, self.behavior, origin),
        )? {
            Ok(Onward::Request(request)) => request,
            // An answer that origin-request makes stands for the origin's; origin-response does not
            // run for it.
            Ok(Onward::Generated(response, body)) => return Ok(Ok((response, body))),
            Err(error) => return Ok(Err(error)),
        };
        self.reached_origin = true;
        let body = origin_request::body(&request, &body)?;
        let (response, body) = match self.wait_for_origin(origin, &request, &body) {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        };
        let response = self.response_event(EventType::OriginResponse, &request, response)?;
        Ok(response.map(|mut response| {
            let replaced = response.body.take().map(String::into_bytes);
            (response, replaced.unwrap_or(body))
        }))
    }

    /// An origin that takes longer than its response timeout is asked again as often as the
    /// distribution says, but only for `GET` and `HEAD`.
    fn wait_for_origin(
        &self,
        origin: &ConfiguredOrigin,
        request: &RequestRecord,
        body: &[u8],
    ) -> Result<(ResponseRecord, Vec<u8>), EdgeError> {
        let location = self.location;
        let takes = location.origin_seconds.load(Ordering::Relaxed);
        let can_repeat = ["GET", "HEAD"].contains(&request.method.as_str());
        for _ in 0..if can_repeat { origin.attempts } else { 1 } {
            let (agent, address) = (&location.to_origin, location.origin);
            let answer = origin_request::ask(agent, request, body, origin, address);
            location.advance(takes.min(origin.response_timeout));
            if takes <= origin.response_timeout {
                return answer.map_err(|_| EdgeError::BAD_GATEWAY);
            }
        }
        Err(EdgeError::GATEWAY_TIMEOUT)
    }

    fn request_event(
        &mut self,
        event: EventType,
        mut request: RequestRecord,
    ) -> Result<Result<Onward, EdgeError>> {
        let Some(association) = self.behavior.association(event) else {
            return Ok(Ok(Onward::Request(request)));
        };
        request.body = association
            .include_body
            .then(|| shown(&self.viewer.body, event));
        let text = self.exchange.event(event, &request, None)?;
        let Some(result) = self.invoke(event, &association.lambda_arn, &text)? else {
            return Ok(Err(EdgeError::EXECUTION));
        };
        let onward = if result.get().trim_start().starts_with('{') && has_status(&result) {
            parse::<ResponseRecord>(&result)
                .and_then(|response| {
                    restrictions::check_generated(event, &response).map(|body| (response, body))
                })
                .map(|(response, body)| {
                    Onward::Generated(
                        ResponseRecord {
                            body: None,
                            ..response
                        },
                        body,
                    )
                })
        } else {
            parse::<RequestRecord>(&result).and_then(|changed| {
                restrictions::check_request(event, &request, &changed)
                    .map(|()| Onward::Request(changed))
            })
        };
        Ok(self.accept(onward))
    }

    fn response_event(
        &mut self,
        event: EventType,
        request: &RequestRecord,
        response: ResponseRecord,
    ) -> Result<Result<ResponseRecord, EdgeError>> {
        let Some(association) = self.behavior.association(event) else {
            return Ok(Ok(response));
        };
        let request = RequestRecord {
            body: None,
            ..request.clone()
        };
        let text = self.exchange.event(event, &request, Some(&response))?;
        let Some(result) = self.invoke(event, &association.lambda_arn, &text)? else {
            return Ok(Err(EdgeError::EXECUTION));
        };
        let changed = parse::<ResponseRecord>(&result).and_then(|changed| {
            restrictions::check_response(event, &response, &changed).map(|()| changed)
        });
        Ok(self.accept(changed))
    }

    fn invoke(&mut self, event: EventType, arn: &str, text: &str) -> Result<Option<Box<RawValue>>> {
        let function = self.location.function(arn)?;
        function.set_freezing(self.location.freezes.load(Ordering::Relaxed));
        let (result, invocation) = function.invoke(event, text, self.location.clock.ahead())?;
        self.invocations.push(invocation);
        Ok(result)
    }

    fn accept<T>(&mut self, checked: Result<T, Violation>) -> Result<T, EdgeError> {
        checked.map_err(|violation| {
            if let Some(invocation) = self.invocations.last_mut() {
                invocation.failure = Some(violation.to_string());
            }
            EdgeError::VALIDATION
        })
    }
}

impl ViewerRequest {
    fn record(&self) -> RequestRecord {
        let (uri, querystring) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let mut headers = Headers::default();
        self.headers
            .iter()
            .for_each(|(name, value)| headers.append(name, value));
        headers.retain(|name| !restrictions::is_disallowed(name));
        RequestRecord {
            client_ip: self.client_ip.clone(),
            headers,
            method: self.method.clone(),
            querystring: querystring.to_owned(),
            uri: uri.to_owned(),
            body: None,
            origin: None,
        }
    }
}

impl EdgeError {
    const BAD_GATEWAY: Self = Self {
        status: 502,
        name: "Error",
    };
    const EXECUTION: Self = Self {
        status: 503,
        name: "LambdaExecutionError",
    };
    const GATEWAY_TIMEOUT: Self = Self {
        status: 504,
        name: "Error",
    };
    const NOT_ALLOWED: Self = Self {
        status: 403,
        name: "Error",
    };
    const VALIDATION: Self = Self {
        status: 502,
        name: "LambdaValidationError",
    };

    fn page(self) -> (ResponseRecord, Vec<u8>) {
        let mut headers = Headers::default();
        headers.append("X-Cache", &format!("{} from cloudfront", self.name));
        let record = ResponseRecord {
            headers,
            status: self.status.to_string(),
            status_description: String::new(),
            body: None,
            body_encoding: None,
        };
        (record, b"The request could not be satisfied.".to_vec())
    }
}

/// The body as the function sees it: base64, cut at the limit, read-only unless the function says
/// otherwise.
fn shown(body: &[u8], event: EventType) -> BodyRecord {
    let limit = if event == EventType::ViewerRequest {
        VIEWER_BODY_LIMIT
    } else {
        ORIGIN_BODY_LIMIT
    };
    BodyRecord {
        input_truncated: body.len() > limit,
        action: "read-only".into(),
        encoding: "base64".into(),
        data: STANDARD.encode(&body[..body.len().min(limit)]),
    }
}

fn has_status(result: &RawValue) -> bool {
    parse::<serde_json::Value>(result).is_ok_and(|value| value.get("status").is_some())
}

fn parse<T: DeserializeOwned>(result: &RawValue) -> Result<T, Violation> {
    serde_json::from_str(result.get())
        .map_err(|error| Violation(format!("neither a request nor a response: {error}")))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
