//! Finds the tools that the tests use.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::aws::Emulator;

/// The paths of the emulator, Terraform, Node and the built provider.
///
/// `make setup` installs what is missing into `.tools/` of the workspace; programs on `PATH` that
/// are new enough are used first.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// The `ministack` command: an AWS emulator.
    pub ministack: PathBuf,
    /// The `terraform` command, 1.11 or newer: the examples use write-only arguments.
    pub terraform: PathBuf,
    /// The `node` command, 20 or newer.
    pub node: PathBuf,
    /// The provider binary, found when it is first used: the one next to this program, unless
    /// `NETACEA_PROVIDER_BINARY` names another.
    pub provider: PathBuf,
    /// The command that packs and installs it, next to this program.
    pub packaging: PathBuf,
}

/// The paths of the browser and its driver. `.ci/setup browser` installs them.
#[derive(Clone, Debug)]
pub struct Chromium {
    /// The `chromium` command.
    pub browser: PathBuf,
    /// The `chromedriver` command.
    pub driver: PathBuf,
}

impl Chromium {
    /// Finds both, or says in one line which one is missing and how to install it.
    pub fn find() -> Result<Self> {
        Ok(Self {
            browser: installed("chromium")?,
            driver: installed("chromedriver")?,
        })
    }
}

impl Toolchain {
    /// Finds every tool, or says in one line which one is missing and how to install it.
    pub fn find() -> Result<Self> {
        let tools = Self::workspace().join(".tools");
        Ok(Self {
            ministack: Emulator::installed()
                .context("missing the AWS emulator (ministack): run `make setup`")?,
            terraform: command("terraform", (1, 11), &tools)?,
            node: command("node", (20, 0), &tools)?,
            provider: env::var_os("NETACEA_PROVIDER_BINARY")
                .map_or_else(|| built("terraform-provider-netacea"), PathBuf::from),
            packaging: built("packaging"),
        })
    }

    /// The tools with the newest Terraform; `all`: also with the one that [`Toolchain::find`]
    /// finds, 1.11 or newer.
    pub fn of_each_terraform(all: bool) -> Result<Vec<Self>> {
        let found = Self::find()?;
        let newest = Self {
            terraform: Self::workspace().join(".tools/terraform-1.15/terraform"),
            ..found.clone()
        };
        Ok(if all {
            vec![newest, found]
        } else {
            vec![newest]
        })
    }

    /// The root folder of the workspace.
    pub fn workspace() -> &'static Path {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        crate_folder.parent().unwrap_or(crate_folder)
    }
}

/// A program of this workspace. It is next to this one, where cargo puts every binary of one
/// profile; test programs lie one folder deeper, in `deps`.
pub fn built(name: &str) -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    let folder = program
        .parent()
        .filter(|folder| !folder.ends_with("deps"))
        .or(program.ancestors().nth(2));
    folder.unwrap_or(Path::new("")).join(name)
}

/// The command of this name on `PATH`, if one of them is new enough.
pub fn on_path(name: &str, oldest: (u32, u32)) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut found = env::split_paths(&path)
        .map(|folder| folder.join(name))
        .filter(|path| path.is_file());
    found.find(|path| version(path).is_some_and(|version| version >= oldest))
}

fn command(name: &str, oldest: (u32, u32), tools: &Path) -> Result<PathBuf> {
    candidates(name, tools)
        .find(|path| version(path).is_some_and(|version| version >= oldest))
        .with_context(|| {
            format!(
                "missing {name} {}.{} or newer: run `make setup`",
                oldest.0, oldest.1
            )
        })
}

fn installed(name: &str) -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .with_context(|| format!("missing {name}: run `.ci/setup browser`"))
}

fn candidates(name: &str, tools: &Path) -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).chain([tools.join("bin")]).collect();
    folders
        .into_iter()
        .map(move |folder| folder.join(name))
        .filter(|path| path.is_file())
}

/// Major and minor number out of what `--version` prints: `Terraform v1.11.4`, `v20.20.2`.
fn version(path: &Path) -> Option<(u32, u32)> {
    let output = Command::new(path)
        .arg("--version")
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().find_map(|word| {
        let mut numbers = word.strip_prefix('v')?.split('.');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    })
}
