//! A folder in which terraform runs.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, PipeReader};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::Process;
use crate::terraform::{Outcome, Plan};
use crate::toolchain::Toolchain;

/// The beginning of every configuration: the provider's source.
pub const REQUIREMENT: &str = r#"terraform {
  required_providers {
    netacea = {
      source = "netacea/netacea"
    }
  }
}
"#;

/// The time limit of a command on any machine, unless it is given [more
/// time](WorkingDirectory::set_limit).
const LIMIT: Duration = Duration::from_secs(240);

/// The provider's source, as `required_providers` has it.
const SOURCE: &str = "netacea/netacea";

/// A temporary folder with a configuration, a state, and a home of its own.
#[derive(Debug)]
pub struct WorkingDirectory {
    folder: TempDir,
    terraform: PathBuf,
    environment: BTreeMap<String, String>,
    umask: Option<&'static str>,
    echo: Option<&'static str>,
    limit: Duration,
}

/// A run that has been started and not yet waited for.
#[derive(Debug)]
pub struct Running {
    process: Process,
    limit: Duration,
    command: String,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
    readers: [JoinHandle<()>; 2],
}

impl WorkingDirectory {
    /// An empty one; the provider will call AWS at `endpoint`.
    pub fn create(tools: &Toolchain, endpoint: &str) -> Result<Self> {
        Self::with_provider(tools, endpoint, SOURCE, &tools.provider)
    }

    /// An empty one with another provider: its source (`example/kv`) and its binary.
    pub fn with_provider(
        tools: &Toolchain,
        endpoint: &str,
        source: &str,
        binary: &Path,
    ) -> Result<Self> {
        let directory = Self::with_installation(tools, endpoint, "")?;
        let mirrored = directory.folder.path().join("mirror");
        directory.install_from(&format!(
            "filesystem_mirror {{\n    path = {mirrored:?}\n  }}"
        ))?;
        mirror(&mirrored, source, binary)?;
        Ok(directory)
    }

    /// An empty one in which `terraform init` installs providers by this method, a block of
    /// `provider_installation`; empty: without such a block.
    pub fn with_installation(tools: &Toolchain, endpoint: &str, method: &str) -> Result<Self> {
        let folder = TempDir::with_prefix("netacea-terraform-")?;
        for name in ["home", "configuration", "mirror"] {
            fs::create_dir(folder.path().join(name))?;
        }
        let environment = environment(folder.path(), endpoint);
        let directory = Self {
            folder,
            terraform: tools.terraform.clone(),
            environment,
            umask: None,
            echo: None,
            limit: LIMIT,
        };
        directory.install_from(method)?;
        Ok(directory)
    }

    /// The same with the files of `examples/<name>`, unchanged, except those that are left out.
    pub fn of_example(
        tools: &Toolchain,
        endpoint: &str,
        name: &str,
        left_out: &[&str],
    ) -> Result<Self> {
        let directory = Self::create(tools, endpoint)?;
        directory.copy_example(name, left_out)?;
        Ok(directory)
    }

    /// Puts the files of `examples/<name>` into the configuration, unchanged, except those that are
    /// left out.
    pub fn copy_example(&self, name: &str, left_out: &[&str]) -> Result<()> {
        let example = Toolchain::workspace().join("examples").join(name);
        for entry in fs::read_dir(&example).with_context(|| example.display().to_string())? {
            let entry = entry?;
            let is_file = entry.file_type()?.is_file();
            if is_file && !left_out.iter().any(|name| entry.file_name() == *name) {
                fs::copy(entry.path(), self.path().join(entry.file_name()))?;
            }
        }
        Ok(())
    }

    /// From now on installs providers by this method, as for [`with_installation`].
    ///
    /// [`with_installation`]: Self::with_installation
    pub fn install_from(&self, method: &str) -> Result<()> {
        let mut settings = "disable_checkpoint = true\n".to_owned();
        if !method.is_empty() {
            settings += &format!("provider_installation {{\n  {method}\n}}\n");
        }
        fs::write(self.folder.path().join("terraform.rc"), settings).context("terraform.rc")
    }

    /// Makes another provider available: its source (`hashicorp/aws`) and its binary.
    pub fn offer(&self, source: &str, binary: &Path) -> Result<()> {
        mirror(&self.folder.path().join("mirror"), source, binary)
    }

    /// The folder with configuration and state.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("configuration")
    }

    /// The home of the user who runs terraform; temporary files are in it too.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Writes a file of the configuration.
    pub fn write(&self, name: &str, content: &str) -> Result<()> {
        fs::write(self.path().join(name), content).with_context(|| name.to_owned())
    }

    /// Takes over configuration and state of another working directory, but neither `.terraform`
    /// nor the lock file.
    pub fn take_over(&self, other: &Self) -> Result<()> {
        for entry in fs::read_dir(other.path())? {
            let entry = entry?;
            let name = entry.file_name();
            if entry.file_type()?.is_file() && !name.to_string_lossy().starts_with('.') {
                fs::copy(entry.path(), self.path().join(name))?;
            }
        }
        Ok(())
    }

    /// Sets an environment variable of every later run.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    /// Runs without an environment variable.
    pub fn unset(&mut self, name: &str) {
        self.environment.remove(name);
    }

    /// Gives an input variable its value.
    pub fn variable(&mut self, name: &str, value: &str) {
        self.set(&format!("TF_VAR_{name}"), value);
    }

    /// Leaves an input variable to its default.
    pub fn without_variable(&mut self, name: &str) {
        self.unset(&format!("TF_VAR_{name}"));
    }

    /// Runs with this file mode mask, such as `077`.
    pub fn set_umask(&mut self, umask: &'static str) {
        self.umask = Some(umask);
    }

    /// Prints what terraform prints, each line after `indent`.
    pub fn set_echo(&mut self, indent: Option<&'static str>) {
        self.echo = indent;
    }

    /// How long a command may take.
    pub fn set_limit(&mut self, limit: Duration) {
        self.limit = limit;
    }

    /// `terraform init`.
    pub fn init(&self) -> Result<Outcome> {
        self.run(&["init", "-input=false"])?.success()
    }

    /// `terraform plan` that must succeed; code 0 means no changes, 2 means changes.
    pub fn plan(&self, options: &[&str]) -> Result<Plan> {
        let command = [
            &["plan", "-input=false", "-detailed-exitcode", "-out=tfplan"],
            options,
        ]
        .concat();
        let outcome = self.run(&command)?;
        ensure!(
            matches!(outcome.code, 0 | 2),
            "`terraform {}` failed:\n{}",
            outcome.command,
            outcome.text
        );
        let json = match outcome.code {
            0 => None,
            _ => Some(self.json(&["show", "-json", "tfplan"])?),
        };
        Ok(Plan { outcome, json })
    }

    /// `terraform apply` of the configuration, approved.
    pub fn apply(&self) -> Result<Outcome> {
        self.run(&["apply", "-input=false", "-auto-approve"])?
            .success()
    }

    /// `terraform destroy`, approved.
    pub fn destroy(&self) -> Result<Outcome> {
        self.run(&["destroy", "-input=false", "-auto-approve"])?
            .success()
    }

    /// The state's values of a resource of the root module.
    pub fn resource(&self, address: &str) -> Result<Value> {
        let state = self.json(&["show", "-json"])?;
        let resources = state["values"]["root_module"]["resources"].as_array();
        let found = resources.and_then(|resources| {
            resources
                .iter()
                .find(|resource| resource["address"] == address)
        });
        Ok(found.with_context(|| format!("the state has no {address}"))?["values"].clone())
    }

    /// An output value.
    pub fn output(&self, name: &str) -> Result<Value> {
        self.json(&["output", "-json", name])
    }

    /// Runs any command to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<Outcome> {
        self.start(arguments)?.wait()
    }

    /// Starts any command.
    pub fn start(&self, arguments: &[&str]) -> Result<Running> {
        let mut command = match self.umask {
            None => Command::new(&self.terraform),
            Some(umask) => {
                let mut shell = Command::new("/bin/sh");
                shell
                    .args(["-c", r#"umask "$0" && exec "$@""#, umask])
                    .arg(&self.terraform);
                shell
            }
        };
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .envs(&self.environment);
        let (out_reader, out_writer) = std::io::pipe()?;
        let (error_reader, error_writer) = std::io::pipe()?;
        command
            .stdin(Stdio::null())
            .stdout(out_writer)
            .stderr(error_writer);
        let process = Process::start("terraform", &mut command)?;
        drop(command);
        let (stdout, stderr) = (
            Arc::new(Mutex::new(String::new())),
            Arc::new(Mutex::new(String::new())),
        );
        let echo = self.echo.filter(|_| !arguments.contains(&"-json"));
        let readers = [
            read(out_reader, echo, stdout.clone()),
            read(error_reader, echo, stderr.clone()),
        ];
        Ok(Running {
            process,
            limit: self.limit,
            command: arguments.join(" "),
            stdout,
            stderr,
            readers,
        })
    }

    fn json(&self, arguments: &[&str]) -> Result<Value> {
        let outcome = self.run(arguments)?.success()?;
        serde_json::from_str(&outcome.stdout)
            .with_context(|| format!("what `terraform {}` printed", outcome.command))
    }
}

impl Running {
    /// The process id of terraform.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.process.ended()?.is_some())
    }

    /// Sends `signal` to terraform alone.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let id = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        kill_process(id.context("a process id")?, signal).context("signal terraform")
    }

    /// Sends `signal` to terraform and its providers, as a terminal does.
    pub fn signal_group(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Interrupts terraform and its providers, as Ctrl-C does, and returns when the providers have
    /// been told.
    pub fn interrupt(&self) -> Result<()> {
        self.signal_group(Signal::INT);
        self.await_output(|text| text.contains("Interrupt received"))?;
        // Terraform tells its providers right after that.
        thread::sleep(Duration::from_millis(500));
        Ok(())
    }

    /// Waits until `is_there` accepts what has been printed so far.
    pub fn await_output(&self, is_there: impl Fn(&str) -> bool) -> Result<()> {
        let started = Instant::now();
        loop {
            let text = format!("{}{}", printed(&self.stdout), printed(&self.stderr));
            if is_there(&text) {
                return Ok(());
            }
            ensure!(started.elapsed() < self.limit, "it did not say so: {text}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for the end.
    pub fn wait(mut self) -> Result<Outcome> {
        let status = self.process.wait(self.limit).with_context(|| {
            let (stdout, stderr) = (printed(&self.stdout), printed(&self.stderr));
            format!("terraform {}\n{stdout}{stderr}", self.command)
        })?;
        for reader in self.readers {
            let _ = reader.join();
        }
        let stdout = printed(&self.stdout);
        Ok(Outcome {
            command: self.command,
            code: status.code().unwrap_or(-1),
            text: format!("{stdout}{}", printed(&self.stderr)),
            stdout,
        })
    }
}

fn printed(sink: &Mutex<String>) -> String {
    sink.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Puts the binary where terraform looks for this version of the provider, as a link: it is large.
fn mirror(folder: &Path, source: &str, provider: &Path) -> Result<()> {
    let os = if env::consts::OS == "macos" {
        "darwin"
    } else {
        env::consts::OS
    };
    let architecture = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let provider = fs::canonicalize(provider).with_context(|| {
        format!(
            "missing the provider binary {}: run `make build`",
            provider.display()
        )
    })?;
    let package = folder.join(format!(
        "registry.terraform.io/{source}/{}/{os}_{architecture}",
        env!("CARGO_PKG_VERSION")
    ));
    fs::create_dir_all(&package)?;
    let name = source.rsplit('/').next().unwrap_or(source);
    symlink(provider, package.join(format!("terraform-provider-{name}")))
        .context("link the provider into the mirror")
}

fn environment(folder: &Path, endpoint: &str) -> BTreeMap<String, String> {
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    BTreeMap::from([
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "acceptance".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ("AWS_CONFIG_FILE", text(folder.join("home/no-config"))),
        (
            "AWS_SHARED_CREDENTIALS_FILE",
            text(folder.join("home/no-credentials")),
        ),
        ("CHECKPOINT_DISABLE", "1".to_owned()),
        // Each process lives for a second, and would spend a tenth of it on collecting garbage.
        ("GOGC", "off".to_owned()),
        ("GOMEMLIMIT", "512MiB".to_owned()),
        ("HOME", text(folder.join("home"))),
        ("LANG", "C.UTF-8".to_owned()),
        ("PATH", env::var("PATH").unwrap_or_default()),
        ("RUST_BACKTRACE", "1".to_owned()),
        ("TF_CLI_CONFIG_FILE", text(folder.join("terraform.rc"))),
        ("TF_IN_AUTOMATION", "1".to_owned()),
        ("TF_CLI_ARGS", "-no-color".to_owned()),
        ("TMPDIR", text(folder.join("home"))),
    ])
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

fn read(pipe: PipeReader, echo: Option<&'static str>, sink: Arc<Mutex<String>>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if let Some(indent) = echo {
                println!("{indent}{line}");
            }
            let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
            sink.push_str(&line);
            sink.push('\n');
        }
    })
}
