//! The table on the first page that leads a newcomer to a guide and to an example.

use anyhow::{Context, Result};

use super::front_matter::FrontMatter;

const EXAMPLES: &str = "https://github.com/netacea/terraform-provider-netacea/tree/main/examples";

/// A newcomer's aims, each with the guides to read and the examples to copy, in the order of a
/// first day.
const ROWS: &[(&str, &[&str], &[&str])] = &[
    (
        "see captchas and blocks on your own machine first",
        &["lab.md"],
        &[],
    ),
    (
        "protect one behavior of a distribution",
        &["existing-estates.md"],
        &["quickstart"],
    ),
    (
        "protect a distribution that is in your own Terraform",
        &["existing-estates.md"],
        &["existing-estate"],
    ),
    (
        "protect a distribution that belongs to others",
        &["existing-estates.md"],
        &["manage-foreign-distribution"],
    ),
    (
        "replace the functions of Netacea's own package",
        &["migrating-from-the-vendor-package.md"],
        &["migrate-from-vendor-zip"],
    ),
    (
        "begin without stopping anybody, or with a few visitors",
        &["canary.md"],
        &["monitor-then-mitigate", "dial-up", "canary"],
    ),
    (
        "protect many distributions",
        &["several-resources.md"],
        &["many-distributions"],
    ),
    (
        "let your origin decide what happens to bots",
        &["what-visitors-see.md"],
        &["inject-to-origin"],
    ),
    (
        "leave images and scripts out",
        &["what-visitors-see.md"],
        &["static-files"],
    ),
    (
        "look after it: reports, smoke tests, an emergency",
        &["operations.md", "turning-it-off.md"],
        &["operations", "coverage"],
    ),
    (
        "go back to an older version",
        &["operations.md"],
        &["rollback"],
    ),
    (
        "replace the secrets",
        &["who-can-read-secrets.md"],
        &["rotate-secrets"],
    ),
];

/// The section, with the titles of the guides.
pub(super) fn section(guides: &[(String, FrontMatter)]) -> Result<String> {
    let mut lines =
        "\n## Where to start\n\n| you want to | read | copy |\n|---|---|---|\n".to_owned();
    for (wish, read, copy) in ROWS {
        let mut titles = Vec::new();
        for file in *read {
            let (_, guide) = guides
                .iter()
                .find(|(name, _)| name == file)
                .with_context(|| {
                    format!("the table of where to start names {file}, which is not a guide")
                })?;
            titles.push(format!("[{}](guides/{file})", guide.page_title));
        }
        let folders: Vec<_> = copy
            .iter()
            .map(|folder| format!("[{folder}]({EXAMPLES}/{folder})"))
            .collect();
        let cells = [titles, folders].map(|links| match links.is_empty() {
            true => "–".to_owned(),
            false => links.join(", "),
        });
        lines += &format!("| {wish} | {} |\n", cells.join(" | "));
    }
    Ok(lines)
}

/// The examples that the table names.
pub fn examples() -> impl Iterator<Item = &'static str> {
    ROWS.iter().flat_map(|(_, _, copy)| copy.iter().copied())
}
