//! One request on its way through an edge location: events, cache, origins.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::edge::cache::Cache;
use crate::edge::clock::Clock;
use crate::edge::configuration::ConfiguredOrigin;
use crate::edge::edge_error::EdgeError;
use crate::edge::event::Exchange;
use crate::edge::loaded::Loaded;
use crate::edge::record::shown;
use crate::edge::restrictions::{self, Violation};
use crate::edge::{
    Behavior, DistributionConfiguration, ErrorResponse, EventType, Headers, Invocation,
    OriginServer, RequestRecord, ResponseRecord, Step, StepKind, ViewerRequest, origin_request,
};

/// The result of a request event.
enum Onward {
    Request(RequestRecord),
    Generated(ResponseRecord, Vec<u8>),
}

/// What all requests share.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) functions: Loaded,
    origin: Arc<dyn OriginServer>,
    cache: Cache,
    pub(super) clock: Clock,
    pub(super) plays_surroundings: AtomicBool,
    pub(super) origin_seconds: AtomicU64,
}

/// One request on its way.
pub(super) struct Passage<'a> {
    stage: &'a Stage,
    behavior: &'a Behavior,
    exchange: Exchange,
    viewer: &'a ViewerRequest,
    arrival: Instant,
    pub(super) invocations: Vec<Invocation>,
    pub(super) steps: Vec<Step>,
    pub(super) reached_origin: bool,
}

impl Stage {
    /// A stage with an empty cache.
    pub(super) fn new(functions: Loaded, origin: Arc<dyn OriginServer>) -> Self {
        Self {
            functions,
            origin,
            cache: Cache::default(),
            clock: Clock::start(),
            plays_surroundings: AtomicBool::new(false),
            origin_seconds: AtomicU64::new(0),
        }
    }
}

impl<'a> Passage<'a> {
    /// Begins when the request has arrived.
    pub(super) fn begin(
        stage: &'a Stage,
        behavior: &'a Behavior,
        exchange: Exchange,
        viewer: &'a ViewerRequest,
    ) -> Self {
        Self {
            stage,
            behavior,
            exchange,
            viewer,
            arrival: Instant::now(),
            invocations: Vec::new(),
            steps: Vec::new(),
            reached_origin: false,
        }
    }

    /// Runs from the first event to the last.
    pub(super) fn run(
        &mut self,
        configuration: &DistributionConfiguration,
    ) -> Result<Result<(ResponseRecord, Vec<u8>), EdgeError>> {
        let viewer_request =
            match self.request_event(EventType::ViewerRequest, self.viewer.record())? {
                Ok(Onward::Request(request)) => request,
                // An answer of viewer-request skips every later event.
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

    /// The cached answer for such requests, otherwise the origin's.
    fn kept_or_asked(
        &mut self,
        configuration: &DistributionConfiguration,
        viewer_request: &RequestRecord,
    ) -> Result<Result<(ResponseRecord, Vec<u8>), EdgeError>> {
        let (cache, clock) = (&self.stage.cache, &self.stage.clock);
        let behavior = self.behavior;
        let plays = self.stage.plays_surroundings.load(Ordering::Relaxed);
        let key = plays
            .then(|| behavior.caching.key(&behavior.name, viewer_request))
            .flatten();
        let began = Instant::now();
        if let Some(kept) = key.as_ref().and_then(|key| cache.get(key, clock.now())) {
            self.steps
                .push(Step::ended(StepKind::Cache, self.arrival, began));
            return Ok(Ok(kept));
        }
        let root = &configuration.default_root_object;
        let answer = if plays && viewer_request.uri == "/" && !root.is_empty() {
            // "Specify a default root object": for the origin, not for viewer events.
            let request = RequestRecord {
                uri: format!("/{root}"),
                ..viewer_request.clone()
            };
            self.ask_origins(configuration, &request)?
        } else {
            self.ask_origins(configuration, viewer_request)?
        };
        if let (Some(key), Ok(given)) = (key, &answer)
            && viewer_request.method != "HEAD"
        {
            let status = given.0.status.parse()?;
            let seconds = ErrorResponse::seconds_of(&configuration.error_responses, status);
            cache.put(key, &behavior.caching, seconds, given, clock.now());
        }
        Ok(answer)
    }

    /// Asks the members of an origin group until one answers with a status that is not one of the
    /// group's; only for methods that can be repeated. The origin events happen each time.
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
    pub(super) fn replace_error(
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
        let (mut page, body) = self.stage.origin.ask(&request, &[], origin)?;
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
            // An answer of origin-request replaces the origin's; origin-response does not run for
            // it.
            Ok(Onward::Generated(response, body)) => return Ok(Ok((response, body))),
            Err(error) => return Ok(Err(error)),
        };
        self.reached_origin = true;
        let body = origin_request::body(&request, &body)?;
        let began = Instant::now();
        let answer = self.wait_for_origin(origin, &request, &body);
        let status = answer.as_ref().ok().map(|(response, _)| &response.status);
        let status = status.and_then(|status| status.parse().ok());
        let kind = StepKind::Origin(status.unwrap_or_default());
        let mut step = Step::ended(kind, self.arrival, began);
        step.failure = answer.as_ref().err().map(|error| error.told().to_owned());
        self.steps.push(step);
        let (response, body) = match answer {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        };
        let response = self.response_event(EventType::OriginResponse, &request, response)?;
        Ok(response.map(|mut response| {
            let replaced = response.body.take().map(String::into_bytes);
            (response, replaced.unwrap_or(body))
        }))
    }

    /// Asks an origin that takes longer than its response timeout again, as often as the
    /// distribution says, but only for `GET` and `HEAD`.
    fn wait_for_origin(
        &self,
        origin: &ConfiguredOrigin,
        request: &RequestRecord,
        body: &[u8],
    ) -> Result<(ResponseRecord, Vec<u8>), EdgeError> {
        let stage = self.stage;
        let takes = stage.origin_seconds.load(Ordering::Relaxed);
        let can_repeat = ["GET", "HEAD"].contains(&request.method.as_str());
        for _ in 0..if can_repeat { origin.attempts } else { 1 } {
            let answer = stage.origin.ask(request, body, origin);
            stage.clock.advance(takes.min(origin.response_timeout));
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
                self.note_edits(&request.headers, &changed.headers);
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
            self.note_edits(&response.headers, &changed.headers);
            restrictions::check_response(event, &response, &changed).map(|()| changed)
        });
        Ok(self.accept(changed))
    }

    fn invoke(&mut self, event: EventType, arn: &str, text: &str) -> Result<Option<Box<RawValue>>> {
        let function = self.stage.functions.function(arn)?;
        let began = Instant::now();
        let (result, invocation) = function.invoke(event, text, self.stage.clock.ahead())?;
        let kind = StepKind::Function(Box::new(invocation.clone()));
        let mut step = Step::ended(kind, self.arrival, began);
        step.failure.clone_from(&invocation.failure);
        self.steps.push(step);
        self.invocations.push(invocation);
        Ok(result)
    }

    /// Notes how the function that has just run changed the headers.
    fn note_edits(&mut self, before: &Headers, after: &Headers) {
        if let Some(step) = self.steps.last_mut() {
            step.compare(before, after);
        }
    }

    fn accept<T>(&mut self, checked: Result<T, Violation>) -> Result<T, EdgeError> {
        checked.map_err(|violation| {
            if let Some(invocation) = self.invocations.last_mut() {
                invocation.failure = Some(violation.to_string());
            }
            if let Some(step) = self.steps.last_mut() {
                step.failure = Some(violation.to_string());
            }
            EdgeError::VALIDATION
        })
    }
}

fn has_status(result: &RawValue) -> bool {
    parse::<serde_json::Value>(result).is_ok_and(|value| value.get("status").is_some())
}

fn parse<T: DeserializeOwned>(result: &RawValue) -> Result<T, Violation> {
    serde_json::from_str(result.get())
        .map_err(|error| Violation(format!("neither a request nor a response: {error}")))
}
