//! The chromedriver that all tests of a run share, and the folder for the files of its browsers.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use acceptance::process::Process;
use acceptance::toolchain::Chromium;
use anyhow::{Context, Result};
use tempfile::TempDir;

/// What the driver prints when it listens. Its port and a full stop follow.
const LISTENS: &str = "was started successfully on port ";

/// The driver that runs. It ends when the last browser is dropped.
static SHARED: Mutex<Weak<Chromedriver>> = Mutex::new(Weak::new());

/// A chromedriver on a free loopback port, with its browsers in its process group.
#[derive(Debug)]
pub(super) struct Chromedriver {
    pub(super) chromium: Chromium,
    pub(super) port: u16,
    _process: Process,
    _folder: TempDir,
}

impl Chromedriver {
    /// The driver that runs, or a new one.
    pub(super) fn shared() -> Result<Arc<Self>> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Ok(running);
        }
        let started = Arc::new(Self::start(Chromium::find()?)?);
        *shared = Arc::downgrade(&started);
        Ok(started)
    }

    fn start(chromium: Chromium) -> Result<Self> {
        let folder = TempDir::with_prefix("netacea-browser-")?;
        let mut command = Command::new(&chromium.driver);
        command
            .arg("--port=0")
            // The driver makes a new profile for each browser here.
            .env("TMPDIR", folder.path())
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = Process::start("chromedriver", &mut command)?;
        let port = port(&mut process, &chromium.driver)?;
        Ok(Self {
            chromium,
            port,
            _process: process,
            _folder: folder,
        })
    }
}

/// Reads what the driver prints until it names its port.
fn port(process: &mut Process, driver: &Path) -> Result<u16> {
    let said = process.child().stdout.take().context("no output")?;
    let named = BufReader::new(said)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split_once(LISTENS)?
                .1
                .trim_end_matches('.')
                .parse()
                .ok()
        });
    named.with_context(|| format!("{} ended before it listened", driver.display()))
}
