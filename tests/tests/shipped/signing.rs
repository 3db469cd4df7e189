//! The signature verifies, and only over these sums.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::release::Release;

const PASSPHRASE: &str = "a throw-away passphrase";

/// A keyring that lives as long as a test.
struct Keyring {
    home: TempDir,
}

impl Keyring {
    /// With one key that can sign for a day.
    fn create(passphrase: &str) -> Result<Self> {
        let keyring = Self {
            home: TempDir::with_prefix("netacea-gpg-")?,
        };
        succeed(keyring.gpg().args([
            "--pinentry-mode=loopback",
            "--passphrase",
            passphrase,
            "--quick-generate-key",
            "throw-away",
            "rsa3072",
            "sign",
            "1d",
        ]))?;
        Ok(keyring)
    }

    fn gpg(&self) -> Command {
        let mut gpg = Command::new("gpg");
        gpg.args(["--batch", "--quiet", "--homedir"])
            .arg(self.home.path());
        gpg
    }

    /// The key's fingerprint.
    fn key(&self) -> Result<String> {
        let output = succeed(self.gpg().args(["--list-secret-keys", "--with-colons"]))?;
        let text = String::from_utf8(output.stdout)?;
        let line = text.lines().find(|line| line.starts_with("fpr:"));
        let field = line.and_then(|line| line.split(':').nth(9));
        Ok(field.context("no fingerprint")?.to_owned())
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        // The agent that gpg has started.
        let _ = Command::new("gpgconf")
            .arg("--homedir")
            .arg(self.home.path())
            .args(["--kill", "all"])
            .status();
    }
}

#[test]
#[ignore = "needs gpg: make dist-test"]
fn the_sums_are_signed_and_other_sums_do_not_verify() -> Result<()> {
    for passphrase in ["", PASSPHRASE] {
        let keyring = Keyring::create(passphrase)?;
        let folder = TempDir::with_prefix("netacea-signed-")?;
        let release = Release::find()?.copy(folder.path())?;
        succeed(
            sums(&release.folder)?
                .env("GNUPGHOME", keyring.home.path())
                .env("GPG_KEY", keyring.key()?)
                .env("GPG_PASSPHRASE", passphrase),
        )?;
        let sums_file = release.sums_file();
        let signature = format!("{}.sig", sums_file.display());
        let first = fs::read(&signature)?[0];
        ensure!(
            first & 0x80 != 0,
            "the signature is armored; registries want it binary"
        );
        let verify = || {
            let mut gpg = keyring.gpg();
            gpg.arg("--verify").arg(&signature).arg(&sums_file);
            gpg
        };
        succeed(&mut verify())?;
        let changed = fs::read_to_string(&sums_file)?.replacen('a', "b", 1);
        fs::write(&sums_file, changed)?;
        ensure!(
            !verify().output()?.status.success(),
            "other sums verify too"
        );
    }
    Ok(())
}

#[test]
#[ignore = "needs gpg: make dist-test"]
fn a_key_that_is_not_there_is_an_error_and_without_one_no_old_signature_stays() -> Result<()> {
    let keyring = Keyring::create("")?;
    let folder = TempDir::with_prefix("netacea-unsigned-")?;
    let release = Release::find()?.copy(folder.path())?;
    let signature = format!("{}.sig", release.sums_file().display());
    fs::write(&signature, "of other sums")?;
    let output = sums(&release.folder)?.env_remove("GPG_KEY").output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success() && text.contains("not signed: to sign for a registry, set GPG_KEY"),
        "{text}"
    );
    ensure!(
        !Path::new(&signature).exists(),
        "an old signature has stayed"
    );
    let output = sums(&release.folder)?
        .env("GNUPGHOME", keyring.home.path())
        .env("GPG_KEY", "0123456789ABCDEF")
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(
        !output.status.success() && text.contains("GPG_KEY"),
        "{text}"
    );
    Ok(())
}

fn sums(folder: &Path) -> Result<Command> {
    let mut command = Command::new(Toolchain::find()?.packaging);
    command.arg("sums").arg(folder);
    Ok(command)
}

fn succeed(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output)
}
