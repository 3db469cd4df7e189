//! Errors and warnings, parsed from what terraform prints for machines or for people.

use serde::Deserialize;

use crate::terraform::Summary;

/// An error or a warning.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Diagnostic {
    /// `error` or `warning`.
    pub severity: String,
    /// The headline.
    pub summary: String,
    /// What happened and what to do, in paragraphs. From output for people: on one line, after the
    /// resource and the lines of the configuration.
    #[serde(default)]
    pub detail: String,
    /// The resource that it is about.
    #[serde(default)]
    pub address: Option<String>,
}

impl Diagnostic {
    /// Whether it stops the run.
    pub fn is_error(&self) -> bool {
        self.severity == "error"
    }

    /// The summary's code, if the message is the provider's.
    pub fn code(&self) -> Option<Summary> {
        Summary::of(&self.summary)
    }

    /// Whether headline or detail contains `name`.
    pub fn names(&self, name: &str) -> bool {
        self.summary.contains(name) || self.detail.contains(name)
    }

    /// The diagnostics in output for people, with a frame around each or without.
    pub(super) fn printed(text: &str) -> Vec<Self> {
        let mut diagnostics: Vec<Self> = Vec::new();
        let mut is_within = false;
        for line in text.lines() {
            let line = line.strip_prefix("│ ").unwrap_or(line);
            let begin = ["Error", "Warning"].into_iter().find_map(|severity| {
                let summary = line.strip_prefix(severity)?.strip_prefix(": ")?;
                Some((severity.to_lowercase(), summary.trim().to_owned()))
            });
            if let Some((severity, summary)) = begin {
                is_within = true;
                diagnostics.push(Self {
                    severity,
                    summary,
                    detail: String::new(),
                    address: None,
                });
            } else if line.starts_with('╵') {
                is_within = false;
            } else if let Some(last) = diagnostics.last_mut().filter(|_| is_within) {
                for word in line.split_whitespace().filter(|word| *word != "│") {
                    if !last.detail.is_empty() {
                        last.detail.push(' ');
                    }
                    last.detail.push_str(word);
                }
            }
        }
        diagnostics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_for_people_is_read_with_and_without_frames() {
        for text in [
            "Plan: 1 to add\n\nWarning: Distribution E1 no longer exists\n\n  with shop,\n\nCreate\nit.\n\n\
             Error: Time ran out\n\nApply again.\n",
            "╷\n│ Warning: Distribution E1 no longer exists\n│ \n│   with shop,\n│ \n│ Create\n│ it.\n╵\n\
             ╷\n│ Error: Time ran out\n│ \n│ Apply again.\n╵\nafterwards\n",
        ] {
            let [gone, late] = &Diagnostic::printed(text)[..] else {
                panic!("not two in {text}");
            };
            assert_eq!(
                (gone.code(), gone.is_error()),
                (Some(Summary::DistributionGone), false)
            );
            assert!(gone.names("E1") && gone.names("with shop, Create it."));
            assert_eq!(
                (late.code(), late.is_error()),
                (Some(Summary::TimeRanOut), true)
            );
            assert_eq!(late.detail, "Apply again.");
        }
    }
}
