//! The signature of `SHA256SUMS`: detached and binary, as the registries want it.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Signs with the key that `GPG_KEY` names; `GPG_PASSPHRASE` opens it, if it needs that. Without
/// `GPG_KEY` nothing is signed, and a signature of before is taken away: it would be of other sums.
pub(crate) fn write(sums: &Path) -> Result<Option<PathBuf>> {
    let signature = PathBuf::from(format!("{}.sig", sums.display()));
    if signature.exists() {
        std::fs::remove_file(&signature).with_context(|| signature.display().to_string())?;
    }
    let Some(key) = env::var_os("GPG_KEY").filter(|key| !key.is_empty()) else {
        return Ok(None);
    };
    let mut gpg = Command::new("gpg");
    gpg.args(["--batch", "--quiet", "--local-user"]).arg(key);
    let passphrase = env::var("GPG_PASSPHRASE").unwrap_or_default();
    if !passphrase.is_empty() {
        gpg.args(["--pinentry-mode", "loopback", "--passphrase-fd", "0"]);
    }
    gpg.args(["--detach-sign", "--output"])
        .arg(&signature)
        .arg(sums)
        .stdin(Stdio::piped());
    let mut running = gpg.spawn().context("cannot start gpg to sign")?;
    if let Some(mut input) = running.stdin.take() {
        // gpg may have ended already, with an error of its own.
        let _ = writeln!(input, "{passphrase}");
    }
    let status = running.wait()?;
    ensure!(
        status.success(),
        "gpg did not sign {} ({status}): see its message above, and check that `gpg \
         --list-secret-keys` shows the key in GPG_KEY",
        sums.display()
    );
    Ok(Some(signature))
}
