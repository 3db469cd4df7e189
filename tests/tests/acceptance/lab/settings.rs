//! The owner's settings are what the function runs with; the lab's secrets take the place of
//! theirs.

use std::fs;
use std::path::PathBuf;

use acceptance::netacea::API_KEY;
use anyhow::{Context, Result};
use serde_json::json;
use tempfile::TempDir;

use super::browser::Browser;
use super::running::{Running, refusal};

fn file(name: &str, content: &str) -> Result<(TempDir, String)> {
    let folder = TempDir::with_prefix("netacea-lab-settings-")?;
    let path: PathBuf = folder.path().join(name);
    fs::write(&path, content)?;
    let path = path.to_string_lossy().into_owned();
    Ok((folder, path))
}

#[test]
fn hcl_with_functions_and_comments_is_what_terraform_makes_of_it() -> Result<()> {
    let (_folder, path) = file(
        "settings.tf",
        r#"
# What the integration has.
settings = {
  mitigation_type = upper("mitigate")
  block           = { status = 400 + 10 }
  bypass          = { paths = [for name in ["a", "b"] : "/${name}/*"] }
  session         = { cookie_name = "shop_session", cookie_attributes = "Secure; SameSite=None; Domain=shop.example" }
}
"#,
    )?;
    let lab = Running::start(&["--settings", &path])?;
    let settings = &lab.state()?["settings"];
    assert_eq!(settings["mitigationType"], "MITIGATE");
    assert_eq!(settings["bypass"]["paths"], json!(["/a/*", "/b/*"]));
    assert_eq!(
        settings["mitigationServiceUrl"],
        "https://mitigations.netacea.net"
    );
    lab.everybody_is("bot")?;
    let mut browser = Browser::new(&lab.site, "one");
    let page = browser.open("/")?;
    assert_eq!(page.status, 410);
    let session = page
        .values("set-cookie")
        .into_iter()
        .find(|line| line.starts_with("shop_session="));
    let session = session.context("no session")?;
    assert!(
        !session.contains("Domain") && !session.contains("Secure"),
        "{session}"
    );
    assert_eq!(
        browser.open("/a/1")?.status,
        404,
        "a bypassed path is stopped"
    );
    Ok(())
}

#[test]
fn a_netacea_config_works_and_its_secrets_are_used_for_nothing() -> Result<()> {
    let (_folder, path) = file(
        "NetaceaConfig.json",
        r#"{"apiKey":"hush-1","secretKey":"hush-2","mitigationType":"MITIGATE","logVersion":"V2",
            "kinesis":{"kinesisStreamName":"shop","kinesisAccessKey":"hush-3","kinesisSecretKey":"hush-4","logBatchSize":1}}"#,
    )?;
    let lab = Running::start(&["--settings", &path])?;
    let state = lab.state()?;
    assert_eq!(state["settings"]["ingestType"], "KINESIS");
    for secret in ["hush", API_KEY] {
        assert!(!state.to_string().contains(secret), "{secret} of {state}");
    }
    let events = lab.listen(None)?;
    Browser::new(&lab.site, "one").open("/?kinesis=1")?;
    let log = events.log_of(&events.exchange("/?kinesis=1")?)?;
    assert_eq!(log["entry"]["method"], "GET");
    assert!(!log.to_string().contains(API_KEY), "{log}");
    Ok(())
}

#[test]
fn hazards_follow_from_the_settings() -> Result<()> {
    let (_folder, path) = file("settings.tf", "mitigation_type = \"MITIGATE\"\n")?;
    let lab = Running::start(&["--settings", &path])?;
    let hazards = |lab: &Running| -> Result<String> {
        Ok(lab.state()?["distribution"]["hazards"].to_string())
    };
    let told = hazards(&lab)?;
    assert!(told.contains("custom_error_page"), "{told}");
    // The shop's own settings have statuses that the distribution has no page for.
    assert_eq!(hazards(&Running::start(&[])?)?, "[]");
    Ok(())
}

#[test]
fn violations_are_told_at_their_paths() -> Result<()> {
    for (name, content, parts) in [
        (
            "settings.tf",
            "protector = { url = \"http://a\" }\nblock = { status = 200 }\nzeta = 1\n",
            vec![
                "settings.protector.url: ",
                "settings.block.status: ",
                "settings.zeta: ",
            ],
        ),
        (
            "NetaceaConfig.json",
            r#"{"mitigationServiceUrl":"http://a","secretKey":"hush"}"#,
            vec!["settings.protector.url: "],
        ),
        (
            "settings.tf",
            "protector = { url = \"https://a.example\" }\ningest = { url = \"https://a.example:444\" }\n",
            vec!["a.example for both Protector and ingest"],
        ),
        (
            "settings.tf",
            "mitigation_type = var.mode\n",
            vec!["literal values", "var.mode"],
        ),
        (
            "NetaceaConfig.json",
            "{\"apiKey\": \"hush",
            vec!["not valid JSON (line 1"],
        ),
    ] {
        let (_folder, path) = file(name, content)?;
        let (code, told) = refusal(&["--settings", &path])?;
        assert_eq!(code, Some(1), "{told}");
        for part in parts {
            assert!(told.contains(part), "{part} of {told}");
        }
        assert!(!told.contains("hush"), "{told}");
    }
    let (code, told) = refusal(&["--settings", "/nowhere/settings.tf"])?;
    assert_eq!(code, Some(1));
    assert!(told.contains("/nowhere/settings.tf"), "{told}");
    Ok(())
}
