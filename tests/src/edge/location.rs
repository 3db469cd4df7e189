//! One edge location: gets a viewer's request, runs what the distribution's configuration says,
//! answers.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};

use crate::edge::edge_error::EdgeError;
use crate::edge::event::Exchange;
use crate::edge::loaded::Loaded;
use crate::edge::passage::{Passage, Stage};
use crate::edge::{
    DistributionConfiguration, Instances, OriginServer, Source, ViewerRequest, ViewerResponse,
    Vitals,
};

/// Serves one distribution.
#[derive(Debug)]
pub struct EdgeLocation {
    stage: Stage,
    held: Mutex<Option<Arc<DistributionConfiguration>>>,
    requests: AtomicU64,
}

impl EdgeLocation {
    /// Opens one for the distribution of `source`; `origin` simulates all of its origins. Functions
    /// trust the certificates in `authority`, a PEM file.
    pub fn open(
        node: PathBuf,
        source: impl Source + 'static,
        origin: impl OriginServer + 'static,
        authority: Option<PathBuf>,
    ) -> Self {
        let functions = Loaded::none(node, Arc::new(source), authority);
        Self {
            stage: Stage::new(functions, Arc::new(origin)),
            held: Mutex::default(),
            requests: AtomicU64::new(0),
        }
    }

    /// Answers a viewer, by the distribution's current configuration, or by the one that is held.
    pub fn send(&self, viewer: &ViewerRequest) -> Result<ViewerResponse> {
        let held = lock(&self.held).clone();
        let configuration = match held {
            Some(held) => held,
            None => self.stage.functions.source.configuration()?,
        };
        let path = viewer.target.split('?').next().unwrap_or_default();
        let behavior = configuration.behavior_for(path)?;
        let exchange = Exchange {
            distribution_id: self.stage.functions.source.distribution_id().to_owned(),
            distribution_domain: "d111111abcdef8.cloudfront.net".to_owned(),
            request_id: format!(
                "acceptance-{:020}==",
                self.requests.fetch_add(1, Ordering::Relaxed)
            ),
        };
        let plays = self.stage.plays_surroundings.load(Ordering::Relaxed);
        let is_allowed = behavior.allowed_methods.contains(&viewer.method);
        let mut passage = Passage::begin(&self.stage, behavior, exchange, viewer);
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
            behavior: behavior.name.clone(),
            invocations: passage.invocations,
            steps: passage.steps,
            reached_origin: passage.reached_origin,
        })
    }

    /// From now on instances are frozen between events, as Lambda's are: what an answer left
    /// unfinished continues with the next event. Without this they keep running, as Lambda's may
    /// for some milliseconds, so that tests need not visit twice to see one log entry.
    pub fn set_freezing(&self, freezes: bool) {
        self.stage.functions.set_freezing(freezes);
    }

    /// Whether instances are frozen between events.
    pub fn freezes(&self) -> bool {
        self.stage.functions.freezes()
    }

    /// From now on also simulates what is around functions: allowed methods, the cache, and custom
    /// error responses, which also replace answers of a viewer-request function. Whether CloudFront
    /// replaces those is not documented; this is the cautious assumption.
    pub fn play_surroundings(&self) {
        let plays = &self.stage.plays_surroundings;
        plays.store(true, Ordering::Relaxed);
    }

    /// Lets time pass for the cache and the clocks of the instances.
    pub fn advance(&self, seconds: u64) {
        self.stage.clock.advance(seconds);
    }

    /// From now on the origin takes this many seconds for an answer. Nobody waits for them: they
    /// pass as in [`EdgeLocation::advance`].
    pub fn slow_origin(&self, seconds: u64) {
        let takes = &self.stage.origin_seconds;
        takes.store(seconds, Ordering::Relaxed);
    }

    /// From now on answers by the current configuration, without reading it again: for many
    /// requests in little time.
    pub fn hold_configuration(&self) -> Result<()> {
        *lock(&self.held) = Some(self.stage.functions.source.configuration()?);
        Ok(())
    }

    /// Functions that are loaded from now on find `host` on this port of loopback.
    pub fn redirect(&self, host: &str, port: u16) {
        self.stage.functions.redirect(host, port);
    }

    /// The vitals of the idle instances of all functions.
    pub fn vitals(&self) -> Result<Vec<Vitals>> {
        let loaded = self.stage.functions.all();
        let vitals: Result<Vec<_>> = loaded.iter().map(|function| function.vitals()).collect();
        Ok(vitals?.into_iter().flatten().collect())
    }

    /// How many instances of all functions there are, and were loaded.
    pub fn instances(&self) -> Instances {
        let loaded = self.stage.functions.all();
        loaded.iter().map(|function| function.instances()).sum()
    }

    /// Ends the idle instances: the next visitor gets a new one.
    pub fn retire_instances(&self) {
        for function in self.stage.functions.all() {
            function.retire();
        }
    }

    /// Lets another instance than the one whose turn it is handle the next event of each function.
    pub fn skip_instance(&self) {
        for function in self.stage.functions.all() {
            function.skip_instance();
        }
    }

    /// From now on keeps only this many of the newest lines that each function prints: for very
    /// many requests.
    pub fn keep_log_lines(&self, most: usize) {
        self.stage.functions.keep_log_lines(most);
    }

    /// What all functions printed.
    pub fn logs(&self) -> Vec<String> {
        let loaded = self.stage.functions.all();
        loaded.iter().flat_map(|function| function.logs()).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
