//! One execution environment of a function: a Node process that lives from event to event.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use serde::Deserialize;
use serde_json::value::RawValue;
use tempfile::TempDir;

use crate::edge::logs::Logs;
use crate::edge::{OutgoingCall, Vitals};
use crate::process::Process;

/// Loading may take longer than an event: Lambda gives ten seconds, a busy test machine a few more.
const LOADS_WITHIN: Duration = Duration::from_secs(30);

/// A loaded handler.
#[derive(Debug)]
pub(super) struct Instance {
    process: Process,
    events: ChildStdin,
    answers: Receiver<String>,
    _runner: TempDir,
}

/// The outcome of an event.
#[derive(Debug)]
pub(super) enum EventOutcome {
    /// The handler's result, as JSON, what the handler took for it, and the calls that it began.
    Result(Box<RawValue>, Duration, Vec<OutgoingCall>),
    /// The handler threw, or the process ended.
    Failed(String),
    /// No answer in time; the instance is not to be used again.
    TimedOut,
}

#[derive(Deserialize)]
struct Line {
    result: Option<Box<RawValue>>,
    #[serde(default)]
    milliseconds: f64,
    #[serde(default)]
    calls: Vec<OutgoingCall>,
    error: Option<String>,
}

/// The parts that an instance is made of.
#[derive(Debug)]
pub(super) struct Image<'a> {
    pub(super) node: &'a Path,
    /// The module, and its export that is the handler.
    pub(super) file: &'a Path,
    pub(super) exported: &'a str,
    /// MB of the function.
    pub(super) memory_size: u64,
    /// PEM file of the certificates that it trusts.
    pub(super) authority: Option<&'a Path>,
    /// `host=port,…`: hosts that are on loopback.
    pub(super) redirects: &'a str,
}

impl Drop for Instance {
    fn drop(&mut self) {
        // A frozen process would not notice that it has to end.
        self.process.signal(Signal::CONT);
    }
}

impl Instance {
    /// Starts one and waits until the handler is loaded.
    pub(super) fn load(image: &Image<'_>, logs: Logs) -> Result<Self> {
        let runner = TempDir::with_prefix("netacea-runner-")?;
        let script = runner.path().join("runner.mjs");
        std::fs::write(&script, include_str!("runner.mjs"))?;
        let mut command = Command::new(image.node);
        // The bounds that Lambda's Node gets, as shares of the function's memory.
        command
            .arg(format!(
                "--max-old-space-size={}",
                image.memory_size * 90 / 100
            ))
            .arg(format!(
                "--max-semi-space-size={}",
                image.memory_size * 5 / 100
            ));
        command
            .arg(&script)
            .arg(image.file)
            .arg(image.exported)
            .env_clear();
        command
            .env("TZ", ":UTC")
            .env("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs")
            .env("AWS_REGION", "us-east-1")
            .env("REDIRECT", image.redirects);
        command.env(
            "LAMBDA_TASK_ROOT",
            image.file.parent().unwrap_or(image.file),
        );
        if let Some(authority) = image.authority {
            command.env("NODE_EXTRA_CA_CERTS", authority);
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = Process::start("a Lambda instance (node)", &mut command)?;
        let child = process.child();
        let events = child.stdin.take().context("standard input of node")?;
        let answers = lines(child.stdout.take().context("standard output of node")?);
        collect(
            child.stderr.take().context("standard error of node")?,
            logs.clone(),
        );
        let instance = Self {
            process,
            events,
            answers,
            _runner: runner,
        };
        match instance.answer(LOADS_WITHIN)? {
            EventOutcome::Result(..) => Ok(instance),
            EventOutcome::Failed(error) => {
                let logs = logs.lines().join("\n");
                bail!("the handler does not load: {error}\n{logs}")
            }
            EventOutcome::TimedOut => bail!(
                "the handler did not load within {} s",
                LOADS_WITHIN.as_secs()
            ),
        }
    }

    /// Sends an event (a line of JSON) and waits for the handler's answer.
    pub(super) fn invoke(&mut self, line: &str, limit: Duration) -> Result<EventOutcome> {
        self.process.signal(Signal::CONT);
        self.exchange(line, limit)
    }

    /// Its vitals, as it and the system report them.
    pub(super) fn vitals(&mut self) -> Result<Vitals> {
        match self.invoke(r#"{"vitals":true}"#, LOADS_WITHIN)? {
            EventOutcome::Result(own, ..) => Vitals::read(self.process.id(), own.get()),
            answer => bail!("an instance does not say how it is: {answer:?}"),
        }
    }

    /// Stops the process until the next event, so that what the handler left unfinished has to
    /// wait; or lets it continue.
    pub(super) fn set_frozen(&self, frozen: bool) {
        self.process
            .signal(if frozen { Signal::STOP } else { Signal::CONT });
    }

    fn exchange(&mut self, line: &str, limit: Duration) -> Result<EventOutcome> {
        ensure!(!line.contains('\n'), "an event is one line");
        if writeln!(self.events, "{line}")
            .and_then(|()| self.events.flush())
            .is_err()
        {
            return Ok(EventOutcome::Failed("the instance has ended".into()));
        }
        self.answer(limit)
    }

    /// The id of its process.
    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Whether it can take another event.
    pub(super) fn lives(&mut self) -> bool {
        matches!(self.process.ended(), Ok(None))
    }

    fn answer(&self, limit: Duration) -> Result<EventOutcome> {
        let line = match self.answers.recv_timeout(limit) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => return Ok(EventOutcome::TimedOut),
            Err(RecvTimeoutError::Disconnected) => {
                return Ok(EventOutcome::Failed(
                    "the instance ended without an answer".into(),
                ));
            }
        };
        let line: Line = serde_json::from_str(&line)
            .with_context(|| format!("an answer of the runner: {line}"))?;
        match (line.result, line.error) {
            (Some(result), _) => Ok(EventOutcome::Result(
                result,
                Duration::from_secs_f64(line.milliseconds / 1000.0),
                line.calls,
            )),
            (None, error) => Ok(EventOutcome::Failed(
                error.unwrap_or_else(|| "the handler returned nothing".into()),
            )),
        }
    }
}

fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn collect(pipe: impl Read + Send + 'static, logs: Logs) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            logs.push(line);
        }
    });
}
