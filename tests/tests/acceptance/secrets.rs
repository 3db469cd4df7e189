//! Write-only secrets leave no trace on this side: not in state, plan, output, logs or calls, only in the uploaded package. Sensitive
//! ones are in the state, by Terraform's design.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use acceptance::aws::Operation;
use acceptance::estate::Estate;
use anyhow::Result;
use zip::ZipArchive;

use crate::{ADDRESS, EXAMPLE};

const CANARIES: [&str; 2] = ["canary-api-key-6f1d0c", "canary-secret-key-9b27e4"];

#[test]
fn write_only_secrets_are_in_the_package_and_nowhere_else() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    terraform.variable("netacea_api_key", CANARIES[0]);
    terraform.variable("netacea_secret_key", CANARIES[1]);
    terraform.set("TF_LOG", "TRACE");
    terraform.set(
        "TF_LOG_PATH",
        &terraform.path().join("trace.log").to_string_lossy(),
    );
    let plan = terraform.plan(&[])?;
    let applied = terraform
        .run(&[
            "apply",
            "-input=false",
            "-auto-approve",
            "-backup=earlier.tfstate",
        ])?
        .success()?;

    let mut places = vec![
        (
            "plan output".to_owned(),
            plan.outcome.text.clone().into_bytes(),
        ),
        ("plan JSON".to_owned(), plan.json.to_string().into_bytes()),
        ("apply output".to_owned(), applied.text.into_bytes()),
    ];
    files(&terraform.path(), &mut places)?;
    for call in estate.proxy.calls() {
        if !matches!(
            call.operation,
            Operation::CreateFunction | Operation::UpdateFunctionCode
        ) {
            places.push((
                format!("{:?}", call.operation),
                [call.path.as_bytes(), &call.body].concat(),
            ));
        }
    }
    assert!(
        places
            .iter()
            .any(|(place, _)| place.ends_with("terraform.tfstate"))
    );
    assert!(
        places
            .iter()
            .any(|(place, content)| place.ends_with("trace.log") && content.len() > 10_000)
    );
    // What is no secret is found, so the search works.
    for place in [
        "plan output",
        "plan JSON",
        "terraform.tfstate",
        "tfplan/tfplan",
    ] {
        let found = places.iter().any(|(name, content)| {
            name.ends_with(place) && contains(content, b"role/netacea-edge")
        });
        assert!(found, "{place} does not mention the role");
    }
    for (place, content) in &places {
        for canary in CANARIES {
            assert!(
                !contains(content, canary.as_bytes()),
                "{canary} is in {place}"
            );
        }
    }

    let arn = terraform.resource(ADDRESS)?["qualified_arn"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let mut package = ZipArchive::new(Cursor::new(estate.emulator.functions().package(&arn)?.zip))?;
    let mut configuration = String::new();
    package
        .by_name("NetaceaConfig.json")?
        .read_to_string(&mut configuration)?;
    assert!(
        CANARIES.iter().all(|canary| configuration.contains(canary)),
        "the function has its secrets"
    );
    Ok(())
}

/// As the guide `who-can-read-secrets` says of the form for older Terraform.
#[test]
fn sensitive_secrets_are_in_the_state_and_in_no_output() -> Result<()> {
    let estate = Estate::build()?;
    let mut terraform = estate.example(EXAMPLE)?;
    let log = terraform.path().join("trace.log");
    terraform.set("TF_LOG", "TRACE");
    terraform.set("TF_LOG_PATH", &log.to_string_lossy());
    terraform.write("override.tf", &sensitive(CANARIES[0]))?;
    let plan = terraform.plan(&[])?.outcome.text;
    let applied = terraform.apply()?.text;
    terraform.plan(&[])?.outcome.code(0)?;
    for (place, content) in [
        ("plan output", plan.as_bytes()),
        ("apply output", applied.as_bytes()),
        ("trace.log", &fs::read(&log)?),
    ] {
        assert!(content.len() > 500, "{place} is too short to search");
        assert!(!contains(content, CANARIES[0].as_bytes()), "{place}");
    }
    assert_eq!(
        terraform.resource(ADDRESS)?["secrets"]["api_key"],
        CANARIES[0]
    );

    terraform.write("override.tf", &sensitive(CANARIES[1]))?;
    terraform.apply()?;
    assert_eq!(
        terraform.resource(ADDRESS)?["version"],
        "2",
        "no number has to be raised"
    );
    Ok(())
}

fn sensitive(api_key: &str) -> String {
    format!(
        r#"resource "netacea_cloudfront_integration" "shop" {{
  secrets_wo         = null
  secrets_wo_version = null
  secrets = {{
    api_key    = {api_key:?}
    secret_key = "acceptance-secret-key-0123456789abcdef"
  }}
}}
"#
    )
}

/// Every file below `folder`; of a saved plan, which is a zip, every file in it. Links lead to the provider and are not followed.
fn files(folder: &Path, places: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let (path, kind) = entry.map(|entry| (entry.path(), entry.file_type()))?;
        if kind?.is_symlink() {
            continue;
        }
        if path.is_dir() {
            files(&path, places)?;
            continue;
        }
        let content = fs::read(&path)?;
        if let Ok(mut archive) = ZipArchive::new(Cursor::new(&content)) {
            for index in 0..archive.len() {
                let mut inner = Vec::new();
                let mut file = archive.by_index(index)?;
                file.read_to_end(&mut inner)?;
                places.push((format!("{}/{}", path.display(), file.name()?), inner));
            }
        }
        places.push((path.display().to_string(), content));
    }
    Ok(())
}

fn contains(content: &[u8], canary: &[u8]) -> bool {
    content.windows(canary.len()).any(|window| window == canary)
}
