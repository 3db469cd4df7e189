//! The YAML head of a page: title, subcategory, description.

use anyhow::{Context, Result, ensure};

/// What the registry shows about a page outside the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// Title of the browser's tab, and in the navigation of guides.
    pub page_title: String,
    /// Group in the navigation; empty = none.
    pub subcategory: String,
    /// One paragraph for search engines.
    pub description: String,
}

impl FrontMatter {
    /// The beginning of a page, without a blank line after it.
    pub fn text(&self) -> String {
        format!(
            "---\npage_title: \"{}\"\nsubcategory: \"{}\"\ndescription: |-\n  {}\n---\n",
            self.page_title,
            self.subcategory,
            self.description.replace('\n', "\n  ")
        )
    }

    /// Reads the head of a page that [`FrontMatter::text`] could have written.
    pub fn parse(page: &str) -> Result<Self> {
        let (head, _) = page
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"))
            .context("the page does not begin with front matter between two lines of ---")?;
        let (settings, description) = head
            .split_once("\ndescription: |-\n")
            .context("the front matter does not end with `description: |-` and its text")?;
        let description: Vec<&str> = description.lines().map(str::trim).collect();
        ensure!(
            description.iter().any(|line| !line.is_empty()),
            "the description is empty"
        );
        let quoted = |key: &str| {
            let line = settings.lines().find_map(|line| line.strip_prefix(key));
            line.and_then(|line| line.strip_prefix(": \"")?.strip_suffix('"'))
                .map(str::to_owned)
                .with_context(|| format!("the front matter has no line `{key}: \"…\"`"))
        };
        let page_title = quoted("page_title")?;
        ensure!(!page_title.is_empty(), "the page title is empty");
        Ok(Self {
            page_title,
            subcategory: quoted("subcategory")?,
            description: description.join("\n"),
        })
    }
}

/// The first paragraph of a description, on one line.
pub(super) fn first_paragraph(description: &str) -> String {
    let paragraph = description.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() -> Result<()> {
        let matter = FrontMatter {
            page_title: "Turning it off".to_owned(),
            subcategory: String::new(),
            description: "Which switch: and how long.".to_owned(),
        };
        assert_eq!(FrontMatter::parse(&(matter.text() + "\n# Text\n"))?, matter);
        Ok(())
    }

    #[test]
    fn a_page_without_title_or_description_is_refused() {
        for page in [
            "# Text\n",
            "---\nsubcategory: \"\"\ndescription: |-\n  Text.\n---\n",
            "---\npage_title: \"T\"\nsubcategory: \"\"\ndescription: |-\n  \n---\n",
        ] {
            assert!(FrontMatter::parse(page).is_err(), "{page}");
        }
    }
}
