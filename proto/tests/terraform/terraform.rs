//! [`Terraform`]: one of the Terraforms that the scenarios run on.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A `terraform` command of a version that was checked.
#[derive(Clone)]
pub(crate) struct Terraform {
    command: PathBuf,
}

impl Terraform {
    /// The one on the `PATH`, which is where `make setup` brings one to if there is none.
    pub(crate) fn installed() -> &'static Self {
        static INSTALLED: OnceLock<Terraform> = OnceLock::new();
        INSTALLED.get_or_init(Self::find_installed)
    }

    /// The newest one whose protocol the crate speaks: for what `installed` may be too old for.
    pub(crate) fn newest() -> &'static Self {
        static NEWEST: OnceLock<Terraform> = OnceLock::new();
        NEWEST.get_or_init(Self::find_newest)
    }

    /// The start of a command line.
    pub(crate) fn command(&self) -> Command {
        Command::new(&self.command)
    }

    fn find_installed() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let name = format!("terraform{}", std::env::consts::EXE_SUFFIX);
        let command = std::env::split_paths(&path)
            .chain([tools().join("bin")])
            .map(|directory| directory.join(&name))
            .find(|command| command.is_file())
            .expect("there is no terraform on the PATH: run `make setup`");
        Self::checked(command, |version| version >= (1, 11), "1.11 or newer")
    }

    fn find_newest() -> Self {
        let command = tools().join("terraform-1.15/terraform");
        assert!(
            command.is_file(),
            "there is no {}: run `make setup`",
            command.display()
        );
        Self::checked(command, |version| version == (1, 15), "1.15")
    }

    fn checked(command: PathBuf, suitable: fn((u32, u32)) -> bool, wanted: &str) -> Self {
        let output = Command::new(&command)
            .args(["version", "-json"])
            .env("CHECKPOINT_DISABLE", "1")
            .output();
        let output = output.expect("terraform can be run");
        let text = String::from_utf8_lossy(&output.stdout);
        let version = version(&text);
        assert!(
            version.is_some_and(suitable),
            "{} must be {wanted}; it says {text}",
            command.display()
        );
        Self { command }
    }
}

fn version(json: &str) -> Option<(u32, u32)> {
    let json: serde_json::Value = serde_json::from_str(json).ok()?;
    let mut numbers = json["terraform_version"].as_str()?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// What `make setup` brought, in the root of the repository.
fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools")
}
