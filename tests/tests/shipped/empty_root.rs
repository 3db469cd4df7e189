//! The static binary works where there is nothing but the binary: in an empty root directory.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use acceptance::aws::Proxy;
use acceptance::estate::Estate;
use acceptance::netacea::Authority;
use acceptance::terraform::Summary;
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::EXAMPLE;
use crate::release::{Release, host, program};

/// A root directory with the provider in it, and a program outside that starts it there.
struct EmptyRoot {
    folder: TempDir,
}

impl EmptyRoot {
    fn create() -> Result<Self> {
        let folder = TempDir::with_prefix("netacea-empty-root-")?;
        let root = folder.path().join("root");
        fs::create_dir(&root)?;
        let unpacked = Release::find()?.unpack(host(), folder.path())?;
        fs::rename(unpacked, root.join("provider"))?;
        // Terraform connects to the socket under the name that the provider knows.
        let sockets = folder.path().join("sockets");
        let inside = root.join(sockets.strip_prefix("/")?);
        fs::create_dir_all(&inside)?;
        symlink(inside, &sockets)?;
        let empty_root = Self { folder };
        let start = if rustix::process::geteuid().is_root() {
            "exec chroot"
        } else {
            "exec unshare --map-root-user chroot"
        };
        program(
            &empty_root.program(),
            &format!(
                "export TMPDIR={}\n{start} {} /provider \"$@\"",
                sockets.display(),
                root.display()
            ),
        )?;
        Ok(empty_root)
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("in-empty-root")
    }

    fn write(&self, name: &str, content: &str) -> Result<()> {
        let file = self.folder.path().join("root").join(name);
        fs::create_dir_all(file.parent().context("a folder")?)?;
        fs::write(&file, content).with_context(|| file.display().to_string())
    }

    /// What a fresh binary has around it.
    fn is_empty(&self) -> Result<bool> {
        let root = self.folder.path().join("root");
        Ok(!root.join("etc").exists() && !root.join("lib").exists())
    }
}

#[test]
#[ignore = "needs a static binary: make dist-test"]
fn in_an_empty_root_it_plans_and_says_what_tls_is_missing() -> Result<()> {
    let root = EmptyRoot::create()?;
    ensure!(root.is_empty()?, "the root is not empty");
    for tools in Toolchain::of_each_terraform(true)? {
        let estate = Estate::build_with(Toolchain {
            provider: root.program(),
            ..tools
        })?;
        let directory = estate.example(EXAMPLE)?;
        let plan = directory.plan(&[])?;
        plan.outcome.says(&["Plan: 1 to add"])?;
    }

    let estate = Estate::build_with(Toolchain {
        provider: root.program(),
        ..Toolchain::find()?
    })?;
    let authority = Authority::create()?;
    let aws = Proxy::start_https(&estate.emulator, authority.server_configuration()?)?;
    let mut directory = estate.example(EXAMPLE)?;
    // By name: only the file of hosts knows it there.
    let endpoint = aws.endpoint().replace("127.0.0.1", "localhost");
    directory.set("AWS_ENDPOINT_URL", &endpoint);
    root.write("etc/hosts", "127.0.0.1 localhost\n")?;
    let refused = directory.run(&["plan", "-input=false"])?.code(1)?;
    refused.errs(Summary::CertificateNotTrusted, &["ca-certificates"])?;
    root.write(
        "etc/ssl/certs/ca-certificates.crt",
        &fs::read_to_string(Path::new(authority.file()))?,
    )?;
    let plan = directory.plan(&[])?;
    plan.outcome.says(&["Plan: 1 to add"])
}
