//! A running lab.

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use acceptance::lab::{Lab, command};
use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::Response;
use ureq::{Agent, Body};

/// What the lab may take on a busy machine for whatever it does at once.
pub(super) const SOON: Duration = Duration::from_secs(30);

/// A lab in a process of its own, ended when dropped.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) program: Lab,
    /// `http://127.0.0.1:PORT/`
    pub(super) site: String,
    token: String,
    agent: Agent,
    /// Where its temporary files are.
    pub(super) folder: TempDir,
}

/// How the program ends that does not start: its code and what it says.
pub(super) fn refusal(arguments: &[&str]) -> Result<(Option<i32>, String)> {
    let folder = TempDir::with_prefix("netacea-lab-test-")?;
    let output = command(arguments, folder.path())?.output()?;
    let left = std::fs::read_dir(folder.path())?.count();
    ensure!(left == 0, "{left} temporary files are left");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((output.status.code(), told))
}

impl Running {
    /// Starts one and waits for its line.
    pub(super) fn start(arguments: &[&str]) -> Result<Self> {
        Self::start_with(arguments, |_| {})
    }

    /// The same, with a change to how it is started.
    pub(super) fn start_with(
        arguments: &[&str],
        change: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        let folder = TempDir::with_prefix("netacea-lab-test-")?;
        let mut command = command(arguments, folder.path())?;
        change(&mut command);
        let program = Lab::start(&mut command)?;
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        let mut lab = Self {
            program,
            site: String::new(),
            token: String::new(),
            agent,
            folder,
        };
        let page = lab.get_text(&lab.program.console)?;
        let opening = "<script type=\"application/json\" id=\"state\">";
        let (_, rest) = page.split_once(opening).context("no state in the page")?;
        let (first, _) = rest.split_once("</script>").context("no end of it")?;
        let first: Value = serde_json::from_str(first)?;
        lab.token = first["token"].as_str().context("no token")?.to_owned();
        let site = first["state"]["site"].as_str();
        lab.site = site.context("no site")?.to_owned();
        Ok(lab)
    }

    /// The id of the process.
    pub(super) fn id(&self) -> u32 {
        self.program.process.id()
    }

    /// Ctrl-C, and how it ended.
    pub(super) fn interrupt(&mut self) -> Result<ExitStatus> {
        self.program.process.signal(Signal::INT);
        self.program.process.wait(SOON)
    }

    /// The port of an address of the lab's.
    pub(super) fn port(url: &str) -> Result<u16> {
        let authority = url.split('/').nth(2).context("no authority")?;
        let (_, port) = authority.rsplit_once(':').context("no port")?;
        Ok(port.parse()?)
    }

    /// What the console shows.
    pub(super) fn state(&self) -> Result<Value> {
        let text = self.get_text(&format!("{}state", self.program.console))?;
        Ok(serde_json::from_str(&text)?)
    }

    /// A change by the console's page.
    pub(super) fn change(&self, what: &str, body: &Value) -> Result<(u16, Value)> {
        let origin = self.program.console.trim_end_matches("/__lab/").to_owned();
        let token = self.token.clone();
        self.change_as(what, body, &[("origin", &origin), ("x-lab-token", &token)])
    }

    /// A change with these headers.
    pub(super) fn change_as(
        &self,
        what: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Result<(u16, Value)> {
        let mut request = self.agent.post(format!("{}{what}", self.program.console));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request
            .header("content-type", "application/json")
            .send(body.to_string())?;
        let text = response.body_mut().read_to_string()?;
        let status = response.status().as_u16();
        Ok((status, serde_json::from_str(&text).unwrap_or_default()))
    }

    /// All visitors are of this kind from now on.
    pub(super) fn everybody_is(&self, kind: &str) -> Result<()> {
        let (status, answer) = self.change("visitor", &json!({ "browser": null, "kind": kind }))?;
        ensure!(status == 200, "{status}: {answer}");
        Ok(())
    }

    /// Protector is like this from now on.
    pub(super) fn protector_is(&self, condition: &str) -> Result<()> {
        let (status, answer) = self.change("protector", &json!({ "condition": condition }))?;
        ensure!(status == 200, "{status}: {answer}");
        Ok(())
    }

    /// Listens to what happens from now on, or from an event on.
    pub(super) fn listen(&self, last: Option<u64>) -> Result<Events> {
        let mut request = self.agent.get(format!("{}events", self.program.console));
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        Ok(Events::of(request.call()?))
    }

    fn get_text(&self, url: &str) -> Result<String> {
        let mut response = self.agent.get(url).call()?;
        let text = response.body_mut().read_to_string()?;
        ensure!(response.status() == 200, "{}: {text}", response.status());
        Ok(text)
    }
}

/// Server-sent events, one after the other.
#[derive(Debug)]
pub(super) struct Events {
    events: Receiver<Event>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) id: Option<u64>,
    pub(super) name: String,
    pub(super) data: Value,
}

impl Events {
    fn of(response: Response<Body>) -> Self {
        let (sender, events) = channel();
        let body = BufReader::new(response.into_body().into_reader());
        thread::spawn(move || {
            let (mut id, mut name) = (None, String::new());
            for line in body.lines().map_while(Result::ok) {
                match line.split_once(": ") {
                    Some(("id", value)) => id = value.parse().ok(),
                    Some(("event", value)) => value.clone_into(&mut name),
                    Some(("data", value)) => {
                        let data = serde_json::from_str(value).unwrap_or_default();
                        let name = name.clone();
                        if sender.send(Event { id, name, data }).is_err() {
                            return;
                        }
                        id = None;
                    }
                    _ => {}
                }
            }
        });
        Self { events }
    }

    /// The next event that is meant.
    pub(super) fn wait_for(&self, is_meant: impl Fn(&Event) -> bool) -> Result<Event> {
        let deadline = Instant::now() + SOON;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(event) if is_meant(&event) => return Ok(event),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => bail!("no such event within {SOON:?}"),
                Err(RecvTimeoutError::Disconnected) => bail!("the events have ended"),
            }
        }
    }

    /// The next exchange for this target.
    pub(super) fn exchange(&self, target: &str) -> Result<Value> {
        let is_meant = |event: &Event| event.name == "exchange" && event.data["target"] == target;
        Ok(self.wait_for(is_meant)?.data)
    }

    /// The log entry of an exchange.
    pub(super) fn log_of(&self, exchange: &Value) -> Result<Value> {
        let is_meant = |event: &Event| event.name == "log" && event.data["id"] == exchange["id"];
        Ok(self.wait_for(is_meant)?.data)
    }
}

/// The process of the instance that ran the first event of an exchange.
pub(super) fn instance(exchange: &Value) -> Result<u32> {
    let detail = exchange["spans"][0]["detail"].as_str().unwrap_or_default();
    let number = detail.strip_prefix("instance ").unwrap_or_default();
    let number = number.split(',').next().unwrap_or_default();
    number
        .parse()
        .with_context(|| format!("no instance: {detail}"))
}

/// The names of the spans of an exchange, in order.
pub(super) fn spans(exchange: &Value) -> Vec<&str> {
    let spans = exchange["spans"].as_array().into_iter().flatten();
    spans.filter_map(|span| span["name"].as_str()).collect()
}
