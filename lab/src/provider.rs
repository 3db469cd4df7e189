//! The built provider, which makes the package and knows the hazards.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// The provider's file name.
const NAME: &str = "terraform-provider-netacea";

/// The `terraform-provider-netacea` program.
#[derive(Debug)]
pub(crate) struct Provider {
    path: PathBuf,
}

impl Provider {
    /// The program at `path`, or the one next to this program.
    pub(crate) fn find(path: Option<&Path>) -> Result<Self> {
        let path = match path {
            Some(path) => path.to_owned(),
            None => next_to_this(),
        };
        if path.is_file() {
            return Ok(Self { path });
        }
        bail!(
            "there is no provider at {}. The lab runs the package that the provider makes. Build \
             it with `cargo build --package {NAME}`, or say where it is with --provider PATH",
            path.display()
        )
    }

    /// Its version, which is that of the function in the package.
    pub(crate) fn version(&self) -> Result<String> {
        let output = self.run(&["-version"], &[])?;
        let text = String::from_utf8_lossy(&output);
        let version = text.split_whitespace().last();
        version
            .map(str::to_owned)
            .context("the provider did not print its version; check --provider")
    }

    /// The zip that an apply with this configuration publishes.
    pub(crate) fn edge_package(&self, configuration: &Value) -> Result<Vec<u8>> {
        self.run(&["edge-package"], &serde_json::to_vec(configuration)?)
    }

    /// The hazards that a plan would warn about for this distribution, with the package's
    /// `NetaceaConfig.json`.
    pub(crate) fn hazards(&self, distribution: &str, configuration: &Value) -> Result<Value> {
        let input = json!({ "distribution": distribution, "configuration": configuration });
        let output = self.run(&["distribution-hazards"], &serde_json::to_vec(&input)?)?;
        Ok(serde_json::from_slice(&output)?)
    }

    /// Runs it to its end; if it fails, the error has what it printed to standard error.
    fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>> {
        let mut child = Command::new(&self.path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}; check --provider", self.path.display()))?;
        let stdin = child.stdin.take();
        let output = thread::scope(|scope| {
            scope.spawn(move || {
                // A provider that refuses early does not read its input to the end; its refusal is
                // the error.
                let _ = stdin.map(|mut stdin| stdin.write_all(input));
            });
            child.wait_with_output()
        })?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let told = String::from_utf8_lossy(&output.stderr);
        bail!("the provider reports an error:\n{}", told.trim())
    }
}

fn next_to_this() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let folder = program.parent().unwrap_or(Path::new(""));
    folder.join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX))
}
