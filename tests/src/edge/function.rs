//! A published function version: its unpacked package and its instances.

use std::collections::VecDeque;
use std::io::Cursor;
use std::iter::Sum;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;
use serde_json::value::RawValue;
use tempfile::TempDir;
use zip::ZipArchive;

use crate::aws::Package;
use crate::edge::instance::{EventOutcome, Image, Instance};
use crate::edge::logs::Logs;
use crate::edge::{EventType, OutgoingCall, Vitals};

/// One version of one function, loaded the way Lambda loads it.
#[derive(Debug)]
pub struct Function {
    arn: String,
    node: PathBuf,
    authority: Option<PathBuf>,
    file: PathBuf,
    exported: String,
    memory_size: u64,
    timeout: Duration,
    redirects: String,
    /// The one that has been idle for longest comes first.
    idle: Mutex<VecDeque<Instance>>,
    freezes: AtomicBool,
    busy: AtomicUsize,
    cold_starts: AtomicU64,
    logs: Logs,
    _folder: TempDir,
}

/// One call of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The event that it handled.
    pub event: EventType,
    /// The qualified ARN of the version.
    pub lambda_arn: String,
    /// The process of the instance that ran it.
    pub instance: u32,
    /// Whether an instance had to be loaded first.
    pub cold: bool,
    /// From sending the event to the answer, loading not counted.
    pub duration: Duration,
    /// The handler's part of it, measured in the instance, without the harness. Zero if it failed.
    pub handler: Duration,
    /// Why there was no usable answer.
    pub failure: Option<String>,
    /// The calls over HTTPS that the instance began meanwhile, in order.
    pub calls: Vec<OutgoingCall>,
}

/// How many instances there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instances {
    /// Idle instances.
    pub idle: usize,
    /// Instances that are handling an event.
    pub busy: usize,
    /// How often one had to be loaded first.
    pub cold_starts: u64,
}

impl Sum for Instances {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            idle: sum.idle + one.idle,
            busy: sum.busy + one.busy,
            cold_starts: sum.cold_starts + one.cold_starts,
        })
    }
}

impl Function {
    /// Unpacks `package` of the version `arn`; instances trust the certificates of `authority`, a
    /// PEM file, and find the hosts of `redirects` (`host=port,…`) on loopback.
    pub fn unpack(
        arn: &str,
        package: &Package,
        node: &Path,
        authority: Option<&Path>,
        redirects: &str,
    ) -> Result<Self> {
        let folder = TempDir::with_prefix("netacea-function-")?;
        ZipArchive::new(Cursor::new(&package.zip))
            .context("the package")?
            .extract(folder.path())
            .context("the package")?;
        let handler = package.configuration["Handler"]
            .as_str()
            .context("no Handler")?;
        let (module, exported) = handler
            .rsplit_once('.')
            .context("a Handler without a dot")?;
        let extensions = ["js", "mjs", "cjs"];
        let file = extensions
            .map(|extension| folder.path().join(format!("{module}.{extension}")))
            .into_iter()
            .find(|file| file.is_file())
            .with_context(|| format!("the package has no module for the Handler {handler}"))?;
        Ok(Self {
            arn: arn.to_owned(),
            node: node.to_owned(),
            authority: authority.map(Path::to_owned),
            file,
            exported: exported.to_owned(),
            memory_size: package.configuration["MemorySize"].as_u64().unwrap_or(128),
            redirects: redirects.to_owned(),
            timeout: Duration::from_secs(package.configuration["Timeout"].as_u64().unwrap_or(3)),
            idle: Mutex::default(),
            freezes: AtomicBool::new(false),
            busy: AtomicUsize::new(0),
            cold_starts: AtomicU64::new(0),
            logs: Logs::default(),
            _folder: folder,
        })
    }

    /// Runs one event: on an idle instance, or on a new one if there is none. Its clocks are
    /// `ahead` of the machine's.
    pub(super) fn invoke(
        &self,
        event_type: EventType,
        event: &str,
        ahead: Duration,
    ) -> Result<(Option<Box<RawValue>>, Invocation)> {
        self.busy.fetch_add(1, Ordering::Relaxed);
        let outcome = self.run(event_type, event, ahead);
        self.busy.fetch_sub(1, Ordering::Relaxed);
        outcome
    }

    fn run(
        &self,
        event_type: EventType,
        event: &str,
        ahead: Duration,
    ) -> Result<(Option<Box<RawValue>>, Invocation)> {
        let idle = self.idle().pop_front();
        let cold = idle.is_none();
        let mut instance = match idle {
            Some(instance) => instance,
            None => self.load()?,
        };
        let line = format!(
            r#"{{"event":{event},"context":{},"ahead":{}}}"#,
            self.context(),
            ahead.as_millis()
        );
        let started = Instant::now();
        let answer = instance.invoke(&line, self.timeout)?;
        let mut invocation = Invocation {
            event: event_type,
            lambda_arn: self.arn.clone(),
            instance: instance.id(),
            cold,
            duration: started.elapsed(),
            handler: Duration::ZERO,
            failure: None,
            calls: Vec::new(),
        };
        let result = match answer {
            EventOutcome::Result(result, took, calls) => {
                invocation.handler = took;
                invocation.calls = calls;
                Some(result)
            }
            EventOutcome::Failed(error) => {
                invocation.failure = Some(error);
                None
            }
            EventOutcome::TimedOut => {
                invocation.failure = Some(format!("timed out after {} s", self.timeout.as_secs()));
                return Ok((None, invocation));
            }
        };
        if instance.lives() {
            if self.freezes.load(Ordering::Relaxed) {
                instance.set_frozen(true);
            }
            self.idle().push_back(instance);
        }
        Ok((result, invocation))
    }

    /// Sets whether instances are frozen between events, as Lambda's are; from this moment on.
    pub(super) fn set_freezing(&self, freezes: bool) {
        let before = self.freezes.swap(freezes, Ordering::Relaxed);
        if before != freezes {
            for instance in self.idle().iter() {
                instance.set_frozen(freezes);
            }
        }
    }

    /// How many instances there are.
    pub(super) fn instances(&self) -> Instances {
        Instances {
            idle: self.idle().len(),
            busy: self.busy.load(Ordering::Relaxed),
            cold_starts: self.cold_starts.load(Ordering::Relaxed),
        }
    }

    /// Keeps no more than this many of the newest lines that it prints.
    pub(super) fn keep_log_lines(&self, most: usize) {
        self.logs.keep(most);
    }

    /// The vitals of the idle instances.
    pub(super) fn vitals(&self) -> Result<Vec<Vitals>> {
        self.idle().iter_mut().map(Instance::vitals).collect()
    }

    /// Ends the idle instances: the next event gets a new one.
    pub(super) fn retire(&self) {
        let retired = std::mem::take(&mut *self.idle());
        drop(retired);
    }

    /// Moves the instance whose turn it is to the end.
    pub(super) fn skip_instance(&self) {
        let mut idle = self.idle();
        if let Some(skipped) = idle.pop_front() {
            idle.push_back(skipped);
        }
    }

    /// What its instances printed.
    pub fn logs(&self) -> Vec<String> {
        self.logs.lines()
    }

    fn load(&self) -> Result<Instance> {
        let image = Image {
            node: &self.node,
            file: &self.file,
            exported: &self.exported,
            memory_size: self.memory_size,
            authority: self.authority.as_deref(),
            redirects: &self.redirects,
        };
        self.cold_starts.fetch_add(1, Ordering::Relaxed);
        Instance::load(&image, self.logs.clone()).with_context(|| self.arn.clone())
    }

    fn context(&self) -> serde_json::Value {
        let (function, version) = self.arn.rsplit_once(':').unwrap_or((&self.arn, "1"));
        json!({
            "functionName": function.rsplit(':').next(),
            "functionVersion": version,
            "invokedFunctionArn": self.arn,
            "callbackWaitsForEmptyEventLoop": true,
            "timeoutMs": u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX),
        })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, VecDeque<Instance>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
