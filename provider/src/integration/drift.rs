//! Describes how the function differs from what was applied. Calls nothing.
//!
//! A published version never changes, so everything is compared with it: `$LATEST`, from which the
//! next version would be made, and what this resource has published. Differences of the code and
//! the configuration go into one warning, and through private state into the reasons of the next
//! publication. Tags, a pinned version that is gone and an unfinished create have warnings of their
//! own. Drift of slots is in `placement/drift.rs`.

use tfplugin::{Diagnostic, Path};

use super::lambda_attributes::{Difference, LambdaAttributes};
use super::tags;
use crate::aws::arn::FunctionArn;
use crate::aws::lambda::Snapshot;
use crate::aws::tags::Tags;
use crate::aws::version::Version;

/// The differences between the function in Lambda and what was published, as sentences. A published
/// version never changes, so `$LATEST` is compared with it.
pub(super) fn of_function(
    version: Version,
    published_code: Option<&str>,
    latest: &Snapshot,
    published: Option<&Snapshot>,
) -> Vec<String> {
    let Some(published) = published else {
        return vec![format!("version {version} was deleted")];
    };
    let mut edits = Vec::new();
    if published_code.is_some_and(|code_sha256| code_sha256 != published.code_sha256) {
        edits.push(format!(
            "version {version} has different code from what this resource published"
        ));
    }
    if latest.code_sha256 != published.code_sha256 {
        edits.push(format!(
            "the code of $LATEST differs from that of version {version}"
        ));
    }
    edits.extend(configuration_edits(version, latest, published));
    edits
}

fn configuration_edits(
    version: Version,
    latest: &Snapshot,
    published: &Snapshot,
) -> impl Iterator<Item = String> {
    let then = LambdaAttributes::found(&published.configuration);
    let attributes = then.differences(&LambdaAttributes::found(&latest.configuration));
    let handler = (latest.handler != published.handler).then(|| Difference {
        attribute: "handler",
        before: published.handler.clone(),
        after: latest.handler.clone(),
    });
    let forbidden = latest
        .forbidden
        .iter()
        .map(|part| format!("$LATEST has {part}, which Lambda@Edge does not allow"));
    attributes
        .into_iter()
        .chain(handler)
        .map(move |difference| {
            let Difference {
                attribute,
                before,
                after,
            } = difference;
            format!("{attribute} of $LATEST is {after}; it is {before} in version {version}")
        })
        .chain(forbidden)
}

/// One warning for all that differs; `None` if there is nothing to say.
pub(super) fn warning(function: &FunctionArn, edits: &[String]) -> Option<Diagnostic> {
    (!edits.is_empty()).then(|| {
        Diagnostic::warning(format!("Function {} is not as published", function.name))
            .detail(format!(
                "  - {}\n\nThe next apply publishes a new version.",
                edits.join("\n  - ")
            ))
            .at(Path::root("version"))
    })
}

/// A warning of a pinned version that is no longer there.
pub(super) fn pinned_version_gone(version: Version) -> Diagnostic {
    Diagnostic::warning(format!("The pinned version {version} was deleted"))
        .detail(
            "An apply will fail. Pin another version, or remove `pinned_version` to publish the \
             current configuration.",
        )
        .at(Path::root("pinned_version"))
}

/// A warning of tags that are not as they were applied.
pub(super) fn of_tags(function: &FunctionArn, recorded: &Tags, found: &Tags) -> Option<Diagnostic> {
    let changes = tags::changes(recorded, found);
    (!changes.is_empty()).then(|| {
        Diagnostic::warning(format!(
            "Tags of function {} were changed outside Terraform",
            function.name
        ))
        .detail(format!(
            "  - {}\n\nThe next apply changes them back.",
            changes.join("\n  - ")
        ))
        .at(Path::root("tags"))
    })
}

/// The last call of a create marks the function as finished, so that no other create takes it over.
/// Without it `tags_all` differs, so the next plan repeats the call. A read does not learn whether
/// the resource is tainted and will be replaced instead.
pub(super) fn open_to_others(function: &FunctionArn, stage: &str) -> Diagnostic {
    Diagnostic::warning(format!(
        "Function {} is marked as \"{stage}\"",
        function.name
    ))
    .detail(format!(
        "This state tracks the function, but its tags still say \"{stage}\", so another \
         configuration could adopt it. A successful apply marks the function as \"ready\"; if the \
         plan replaces the function, the apply marks the new one instead."
    ))
    .at(Path::root("tags_all"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::lambda::FunctionConfiguration;
    use crate::aws::log_format::LogFormat;
    use crate::aws::runtime::Runtime;

    fn snapshot(code_sha256: &str, memory_size: i32) -> Snapshot {
        Snapshot {
            version: None,
            configuration: FunctionConfiguration {
                role_arn: "arn:aws:iam::123456789012:role/edge".to_owned(),
                description: String::new(),
                runtime: Runtime::NodeJs(24),
                memory_size,
                timeout: 5,
                log_format: LogFormat::Text,
                log_group: None,
            },
            code_sha256: code_sha256.to_owned(),
            code_size: 1,
            handler: "index.handler".to_owned(),
            architecture: "x86_64".to_owned(),
            forbidden: Vec::new(),
            active: true,
        }
    }

    /// The differences found for a function whose state records version 7, published with the code
    /// "a".
    fn edits(latest: Snapshot, published: Option<&Snapshot>) -> Vec<String> {
        let version = "7".parse().expect("a version");
        of_function(version, Some("a"), &latest, published)
    }

    #[test]
    fn a_function_as_published_shows_no_edits() {
        let published = snapshot("a", 128);
        assert_eq!(edits(published.clone(), Some(&published)), [""; 0]);
    }

    #[test]
    fn edits_of_latest_and_lost_versions_are_noticed() {
        let published = snapshot("a", 128);
        assert!(edits(snapshot("b", 128), Some(&published))[0].contains("code of $LATEST"));
        assert_eq!(
            edits(snapshot("a", 256), Some(&published)),
            ["memory_size of $LATEST is 256; it is 128 in version 7"]
        );
        let traced = Snapshot {
            forbidden: vec!["X-Ray tracing".to_owned()],
            ..published.clone()
        };
        assert_eq!(
            edits(traced, Some(&published)),
            ["$LATEST has X-Ray tracing, which Lambda@Edge does not allow"]
        );
        assert!(edits(published, None)[0].contains("was deleted"));
    }

    #[test]
    fn another_function_of_the_same_name_and_version_is_noticed() {
        let stranger = snapshot("c", 128);
        assert!(edits(stranger.clone(), Some(&stranger))[0].contains("different code"));
    }
}
