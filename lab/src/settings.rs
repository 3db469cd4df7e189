//! The input of the package: the owner's settings, and the lab's own secrets.
//!
//! HCL is evaluated by the owner's own `terraform` or `tofu`, so that it means here what it means
//! there.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use acceptance::netacea::API_KEY;
use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::crypto::aws_lc_rs;
use serde_json::{Value, json};

/// Programs that evaluate HCL; the first one that is installed is used.
const EVALUATORS: [&str; 2] = ["terraform", "tofu"];

/// The input of `edge-package` without a settings file: the demo shop's. Its pages ask its own
/// address under another name for what a script reads across origins.
pub(crate) fn of_the_shop(site: &str) -> Result<Value> {
    let settings = json!({
        "mitigation_type": "MITIGATE",
        "monetise": true,
        // Not 403: the distribution has its own page for that status.
        "block": { "status": 429 },
        "captcha": { "status": 429, "path": "/captcha", "dynamic_content_type": true },
        "cors_origins": [site.trim_end_matches('/')],
    });
    Ok(json!({ "settings": settings, "secrets": secrets(false)? }))
}

/// The input of `edge-package` from the owner's file: HCL, or a `NetaceaConfig.json`.
pub(crate) fn of_file(path: &Path, folder: &Path) -> Result<Value> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("--settings {} cannot be read", path.display()))?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        return of_configuration_file(text).with_context(|| path.display().to_string());
    }
    let settings = evaluate(text, folder).with_context(|| path.display().to_string())?;
    ensure!(
        settings.is_object(),
        "{}: `settings` is not an object; use what follows `settings =` in the integration",
        path.display()
    );
    let text_of = |path: &str| settings.pointer(path).is_some_and(Value::is_string);
    let secrets = secrets(text_of("/captcha/site_key"))?;
    Ok(json!({ "settings": settings, "secrets": secrets }))
}

/// The vendor's file with the lab's secrets in place of its own.
fn of_configuration_file(text: &str) -> Result<Value> {
    let mut file: Value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        anyhow::anyhow!("the file is not valid JSON (line {line}, column {column})")
    })?;
    let own = secrets(true)?;
    let entries = file.as_object_mut().context("the file is not an object")?;
    entries.insert("apiKey".to_owned(), own["api_key"].clone());
    entries.insert("secretKey".to_owned(), own["secret_key"].clone());
    let names = [
        ("cookieEncryptionKey", "cookie_encryption_key"),
        ("captchaSecretKey", "captcha_secret_key"),
        ("kinesisAccessKey", "kinesis_access_key"),
        ("KinesisAccessKey", "kinesis_access_key"),
        ("kinesisSecretKey", "kinesis_secret_key"),
    ];
    let is_given = |value: &Value| value.as_str().is_some_and(|value| !value.is_empty());
    for (key, name) in names {
        for at in ["", "/kinesis"] {
            let section = file.pointer_mut(at).and_then(Value::as_object_mut);
            let found = section.and_then(|section| section.get_mut(key));
            if let Some(value) = found.filter(|value| is_given(value)) {
                *value = own[name].clone();
            }
        }
    }
    Ok(file)
}

/// `settings`, evaluated.
fn evaluate(text: &str, folder: &Path) -> Result<Value> {
    let folder = folder.join("settings");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("main.tf"), locals(text))?;
    let mut missing = Vec::new();
    for program in EVALUATORS {
        let child = Command::new(program)
            .arg("console")
            .current_dir(&folder)
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) => {
                missing.push(format!("{program}: {error}"));
                continue;
            }
        };
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(b"jsonencode(local.settings)\n")?;
        }
        let output = child.wait_with_output()?;
        // A string as HCL writes one, which for what jsonencode returns is JSON's way. On an error
        // some versions end well all the same.
        let written = serde_json::from_slice::<String>(&output.stdout).ok();
        let written = written.filter(|_| output.status.success());
        let Some(written) = written else {
            let told = [output.stderr, output.stdout].concat();
            bail!(
                "{program} cannot evaluate the settings; replace variables and references with \
                 literal values:\n{}",
                without_colors(&String::from_utf8_lossy(&told)).trim()
            );
        };
        return Ok(serde_json::from_str(&written)?);
    }
    bail!(
        "the lab needs terraform or tofu to evaluate settings in HCL, and neither is on PATH \
         ({}). Install one of them, or use a NetaceaConfig.json",
        missing.join(", ")
    )
}

/// The text of a terminal's output, without its colors.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    plain
}

/// The file around a fragment: `settings = {…}`, or the attributes that stand in it.
fn locals(text: &str) -> String {
    let first = text.lines().map(str::trim).find(|line| {
        let is_comment = line.starts_with('#') || line.starts_with("//");
        !line.is_empty() && !is_comment
    });
    let after = first.and_then(|line| line.strip_prefix("settings"));
    let has_name = after.is_some_and(|rest| rest.trim_start().starts_with('='));
    if has_name {
        format!("locals {{\n{text}\n}}\n")
    } else {
        format!("locals {{\nsettings = {{\n{text}\n}}\n}}\n")
    }
}

/// Secrets for this run only. Optional ones are made only if they are needed.
fn secrets(with_captcha_account: bool) -> Result<Value> {
    let captcha = if with_captcha_account {
        Value::from(random_key()?)
    } else {
        Value::Null
    };
    Ok(json!({
        "api_key": API_KEY,
        "secret_key": random_key()?,
        "cookie_encryption_key": Value::Null,
        "captcha_secret_key": captcha,
        "kinesis_access_key": "AKIALABLABLABLABLABL",
        "kinesis_secret_key": random_key()?,
    }))
}

/// 32 random bytes in base64url.
fn random_key() -> Result<String> {
    let mut key = [0; 32];
    let random = aws_lc_rs::default_provider().secure_random;
    random
        .fill(&mut key)
        .map_err(|_| anyhow::anyhow!("the system provides no random bytes"))?;
    Ok(URL_SAFE_NO_PAD.encode(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_may_have_its_name_or_not() {
        let named = "# ours\n\nsettings = {\n  monetise = true\n}\n";
        assert!(locals(named).starts_with("locals {\n# ours"));
        assert_eq!(locals(named).matches("settings =").count(), 1);
        let bare = "mitigation_type = \"MITIGATE\"\n";
        assert!(locals(bare).contains("settings = {\nmitigation_type"));
        let similar = "settings_of = 1";
        assert!(locals(similar).contains("settings = {"));
    }

    #[test]
    fn secrets_of_a_file_are_replaced_wherever_they_stand() {
        let file = r#"{"apiKey":"hush","timeout":900,"cookieEncryptionKey":"hush","captchaSecretKey":"",
            "kinesisSecretKey":"hush","kinesis":{"kinesisStreamName":"s","kinesisAccessKey":"hush"}}"#;
        let replaced = of_configuration_file(file).expect("a file");
        assert!(!replaced.to_string().contains("hush"), "{replaced}");
        assert_eq!(replaced["apiKey"], API_KEY);
        assert_eq!(replaced["timeout"], 900);
        assert_eq!(replaced["kinesis"]["kinesisStreamName"], "s");
        assert_eq!(replaced["captchaSecretKey"], "");
        assert!(
            replaced["secretKey"]
                .as_str()
                .is_some_and(|key| key.len() > 30)
        );
    }

    #[test]
    fn a_broken_file_is_refused_without_its_content() {
        let error = of_configuration_file("{\"apiKey\": \"hush").expect_err("broken");
        let told = format!("{error:#}");
        assert!(told.contains("line 1") && !told.contains("hush"), "{told}");
    }
}
