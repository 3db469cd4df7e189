//! [`Workspace`]: a configuration, a plugin mirror, a store, and the `terraform` that works on
//! them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
#[cfg(unix)]
use std::{
    io::{BufRead as _, BufReader, PipeReader, Read as _},
    process::Child,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::example::example_binary;
use crate::terraform::Terraform;

const PROVIDER: &str = r#"
terraform {
  required_providers {
    kv = { source = "example/kv" }
  }
}
"#;

/// Everything that one test touches; gone when it is dropped.
pub(crate) struct Workspace {
    home: TempDir,
    terraform: Terraform,
}

impl Workspace {
    /// An initialized workspace with that configuration next to the provider's own.
    pub(crate) fn new(terraform: &Terraform, configuration: &str) -> Self {
        let workspace = Self {
            home: tempfile::tempdir().expect("a temporary directory"),
            terraform: terraform.clone(),
        };
        fs::create_dir(workspace.store_directory()).expect("a new directory");
        fs::create_dir(workspace.mirror_directory()).expect("a new directory");
        fs::create_dir(workspace.temporary_directory()).expect("a new directory");
        workspace.install_provider("kv");
        workspace.configure(configuration);
        workspace.succeeds(&["init"]);
        workspace
    }

    /// A workspace without the example provider, for one that is attached.
    pub(crate) fn bare(terraform: &Terraform, configuration: &str) -> Self {
        let workspace = Self {
            home: tempfile::tempdir().expect("a temporary directory"),
            terraform: terraform.clone(),
        };
        fs::create_dir(workspace.temporary_directory()).expect("a new directory");
        workspace.add_file("main.tf", configuration);
        workspace.add_file("terraformrc", "");
        workspace
    }

    /// An initialized workspace with another example provider and that whole configuration.
    pub(crate) fn with_example(terraform: &Terraform, example: &str, configuration: &str) -> Self {
        let workspace = Self::bare(terraform, configuration);
        workspace.install_provider(example);
        workspace.succeeds(&["init"]);
        workspace
    }

    pub(crate) fn configure(&self, configuration: &str) {
        let directory = self.store_directory();
        let mirror = self.mirror_directory();
        let provider = format!(
            "{PROVIDER}\nprovider \"kv\" {{\n  directory = {directory:?}\n  mirror {{\n    directory = {mirror:?}\n  }}\n}}\n"
        );
        fs::write(self.home.path().join("provider.tf"), provider).expect("a file in the workspace");
        fs::write(self.home.path().join("main.tf"), configuration)
            .expect("a file in the workspace");
    }

    /// Runs `terraform` and returns all it prints.
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> String {
        self.exits(0, arguments)
    }

    /// The same with further environment variables.
    pub(crate) fn succeeds_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> String {
        self.exits_with(0, variables, arguments)
    }

    pub(crate) fn exits(&self, status: i32, arguments: &[&str]) -> String {
        self.exits_with(status, &[], arguments)
    }

    pub(crate) fn exits_with(
        &self,
        status: i32,
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> String {
        let (found, text) = self.ends_with(variables, arguments);
        assert_eq!(found, status, "terraform {}:\n{text}", arguments.join(" "));
        text
    }

    /// Runs `terraform` and returns its status and all it prints.
    pub(crate) fn ends_with(
        &self,
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> (i32, String) {
        let output = self
            .terraform(arguments)
            .envs(variables.iter().copied())
            .output()
            .expect("terraform was run before");
        let status = output.status.code().expect("nobody killed it");
        (status, text(&output))
    }

    /// Puts another file next to the configuration.
    pub(crate) fn add_file(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("a file in the workspace");
    }

    /// Makes a directory next to the configuration, for a module.
    pub(crate) fn add_directory(&self, name: &str) {
        fs::create_dir(self.path().join(name)).expect("a new directory");
    }

    /// Where the configuration is.
    pub(crate) fn path(&self) -> &Path {
        self.home.path()
    }

    /// What a command with `-json` prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self
            .terraform(arguments)
            .output()
            .expect("terraform was run before");
        assert!(
            output.status.success(),
            "terraform {}:\n{}",
            arguments.join(" "),
            text(&output)
        );
        serde_json::from_slice(&output.stdout).expect("terraform prints JSON")
    }

    pub(crate) fn plans_nothing(&self) {
        let plan = self.exits(0, &["plan", "-detailed-exitcode"]);
        assert!(plan.contains("No changes."), "{plan}");
    }

    /// Runs `terraform`, presses Ctrl-C once as soon as it has printed `moment`, and returns all it
    /// printed.
    #[cfg(unix)]
    pub(crate) fn interrupted(&self, arguments: &[&str], moment: &str) -> String {
        let mut running = self.until(&[], arguments, moment);
        // As in a terminal, the signal reaches Terraform and the provider alike.
        send("INT", &format!("-{}", running.terraform.id()));
        let printed = running.rest();
        let status = running.terraform.wait().expect("it was started");
        assert_eq!(status.code(), Some(1), "{printed}");
        printed
    }

    /// Runs `terraform`, tells the provider to end as soon as `terraform` has printed `moment`, and
    /// returns all it printed.
    #[cfg(unix)]
    pub(crate) fn terminated(&self, arguments: &[&str], moment: &str) -> String {
        let mut running = self.until(&[], arguments, moment);
        let group = running.terraform.id().to_string();
        let found = Command::new("pgrep")
            .args(["-g", &group, "-f", "terraform-provider-kv_v"])
            .output();
        let found = found.expect("pgrep is everywhere").stdout;
        send("TERM", String::from_utf8_lossy(&found).trim());
        let printed = running.rest();
        let status = running.terraform.wait().expect("it was started");
        assert_eq!(status.code(), Some(1), "{printed}");
        printed
    }

    /// Runs `terraform` and kills it, and it alone, as soon as the provider has received that call.
    #[cfg(unix)]
    pub(crate) fn killed(&self, arguments: &[&str], rpc: &str) {
        let logs = [("TF_LOG_PROVIDER", "trace"), ("TF_LOG_SDK_PROTO", "trace")];
        let mut running = self.until(&logs, arguments, &format!("tf_rpc={rpc}"));
        send("KILL", &running.terraform.id().to_string());
        running.terraform.wait().expect("it was started");
    }

    /// Whether a provider of this workspace is running: it has a directory for its socket.
    #[cfg(unix)]
    pub(crate) fn has_provider(&self) -> bool {
        fs::read_dir(self.temporary_directory())
            .expect("it exists")
            .next()
            .is_some()
    }

    #[cfg(unix)]
    fn until(&self, variables: &[(&str, &str)], arguments: &[&str], moment: &str) -> Running {
        use std::os::unix::process::CommandExt as _;
        let (output, input) = std::io::pipe().expect("a pipe");
        let mut terraform = self.terraform(arguments);
        // A process group of its own, as in a terminal.
        terraform
            .process_group(0)
            .envs(variables.iter().copied())
            .stdout(input.try_clone().expect("a pipe"))
            .stderr(input);
        let running = terraform.spawn().expect("terraform was run before");
        // It holds the other end of the pipe, which is to end with the processes.
        drop(terraform);
        let mut output = BufReader::new(output);
        let mut printed = String::new();
        while !printed.contains(moment) && output.read_line(&mut printed).expect("it is text") > 0 {
        }
        Running {
            terraform: running,
            output,
            printed,
        }
    }

    pub(crate) fn state_text(&self) -> String {
        fs::read_to_string(self.home.path().join("terraform.tfstate")).expect("there was an apply")
    }

    /// The only instance in the state.
    pub(crate) fn state_instance(&self) -> Value {
        let state: Value = serde_json::from_str(&self.state_text()).expect("state is JSON");
        state["resources"][0]["instances"][0].clone()
    }

    /// Changes the only instance in the state by hand.
    pub(crate) fn rewrite_state(&self, change: impl FnOnce(&mut Value)) {
        let mut state: Value = serde_json::from_str(&self.state_text()).expect("state is JSON");
        let serial = state["serial"].as_u64().expect("states are counted");
        state["serial"] = (serial + 1).into();
        change(&mut state["resources"][0]["instances"][0]);
        self.add_file("terraform.tfstate", &state.to_string());
    }

    /// The keys in the store, sorted.
    pub(crate) fn keys(&self) -> Vec<String> {
        let files = fs::read_dir(self.store_directory()).expect("it exists");
        let names = files.map(|file| file.expect("it is readable").path());
        let mut keys: Vec<String> = names
            .map(|path| {
                path.file_stem()
                    .expect("it has a name")
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        keys.sort();
        keys
    }

    pub(crate) fn stored(&self, key: &str) -> Value {
        let bytes = fs::read(self.entry(key)).expect("the entry exists");
        serde_json::from_slice(&bytes).expect("the provider writes JSON")
    }

    /// The copy of an entry.
    pub(crate) fn mirrored(&self, key: &str) -> Value {
        let copy = self.mirror_directory().join(format!("{key}.json"));
        serde_json::from_slice(&fs::read(copy).expect("the copy exists"))
            .expect("the provider writes JSON")
    }

    pub(crate) fn store(&self, key: &str, json: &str) {
        fs::write(self.entry(key), json).expect("a file in the store");
    }

    pub(crate) fn forget(&self, key: &str) {
        fs::remove_file(self.entry(key)).expect("the entry exists");
    }

    fn terraform(&self, arguments: &[&str]) -> Command {
        let mut command = self.terraform.command();
        command
            .args(arguments)
            .arg("-no-color")
            .current_dir(self.home.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("TMPDIR", self.temporary_directory())
            .env("TF_CLI_CONFIG_FILE", self.home.path().join("terraformrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .stdin(Stdio::null());
        command
    }

    /// Puts the example where `terraform init` looks for it, and nowhere else.
    fn install_provider(&self, name: &str) {
        let mirror = self.home.path().join("mirror");
        let platform = format!("{}_{}", go_os(), go_arch());
        let directory = mirror
            .join(format!("registry.terraform.io/example/{name}/0.1.0"))
            .join(platform);
        fs::create_dir_all(&directory).expect("a new directory");
        let binary = directory.join(format!(
            "terraform-provider-{name}_v0.1.0{}",
            std::env::consts::EXE_SUFFIX
        ));
        fs::copy(example_binary(name), binary).expect("the example binary can be copied");
        let config = format!(
            "provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n"
        );
        fs::write(self.home.path().join("terraformrc"), config).expect("a file in the workspace");
    }

    fn entry(&self, key: &str) -> PathBuf {
        self.store_directory().join(format!("{key}.json"))
    }

    fn mirror_directory(&self) -> PathBuf {
        self.home.path().join("copies")
    }

    fn temporary_directory(&self) -> PathBuf {
        self.home.path().join("tmp")
    }

    fn store_directory(&self) -> PathBuf {
        self.home.path().join("store")
    }
}

/// A `terraform` in the middle of its work.
#[cfg(unix)]
struct Running {
    terraform: Child,
    /// Both of its outputs.
    output: BufReader<PipeReader>,
    printed: String,
}

#[cfg(unix)]
impl Running {
    /// All it printed, once it has ended.
    fn rest(&mut self) -> String {
        self.output
            .read_to_string(&mut self.printed)
            .expect("it is text");
        std::mem::take(&mut self.printed)
    }
}

#[cfg(unix)]
fn send(signal: &str, process: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), "--", process])
        .status();
    assert!(sent.expect("kill is everywhere").success());
}

fn go_os() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        os => os,
    }
}

fn go_arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        arch => arch,
    }
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
