//! The registry's examples: files with fixed names below `examples/`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};

/// The file `examples/<path>` as a fenced block; `None` when there is none.
pub(super) fn fenced(examples: &Path, path: &str, language: &str) -> Result<Option<String>> {
    match fs::read_to_string(examples.join(path)) {
        Ok(text) => Ok(Some(format!("```{language}\n{}\n```\n", text.trim_end()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("examples/{path}")),
    }
}

/// The section that shows how something is used. Every page has one.
pub(super) fn usage(examples: &Path, path: &str) -> Result<String> {
    let block = fenced(examples, path, "terraform")?
        .with_context(|| format!("examples/{path} is missing: the page needs an example"))?;
    Ok(format!("\n## Example Usage\n\n{block}"))
}

/// The section that shows how a resource is imported; empty when it cannot be.
pub(super) fn import(examples: &Path, name: &str) -> Result<String> {
    const WAYS: [(&str, &str, &str); 3] = [
        (
            "import-by-identity.tf",
            "terraform",
            "With an `import` block and the resource's identity (Terraform 1.12 and later):",
        ),
        (
            "import-by-string-id.tf",
            "terraform",
            "With an `import` block (Terraform 1.5 and later):",
        ),
        ("import.sh", "shell", "With the command `terraform import`:"),
    ];
    let mut section = String::new();
    for (file, language, introduction) in WAYS {
        if let Some(block) = fenced(examples, &format!("resources/{name}/{file}"), language)? {
            section += &format!("\n{introduction}\n\n{block}");
        }
    }
    if section.is_empty() {
        return Ok(section);
    }
    Ok(format!("\n## Import\n{section}"))
}
