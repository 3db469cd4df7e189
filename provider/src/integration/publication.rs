//! Decides when a version is published. Calls nothing.
//!
//! A version is published when its content or frozen attributes have changed, or when Lambda holds
//! something else than was published, but never because another compiler produced other bytes. So
//! an unchanged configuration has an empty plan on every machine.

use std::fmt;

use tfplugin::Attr;

use super::model::IntegrationModel;

/// Why a version has to be published.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reason {
    /// Nothing has been published so far, or the published version is gone.
    NoVersion,
    /// The provider carries another version of the edge function's code.
    EdgeCode,
    /// `settings` changed.
    Settings,
    /// One of the function's own attributes changed; its name.
    Attribute(&'static str),
    /// `secrets` changed.
    Secrets,
    /// `secrets_wo_version` changed.
    SecretsVersion,
    /// `pinned_version` was removed.
    Unpinned,
    /// Lambda holds something else than was published; the difference as a sentence.
    Remote(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NoVersion => f.write_str("there is no published version"),
            Reason::EdgeCode => {
                f.write_str("the provider contains another version of the edge function")
            }
            Reason::Settings => f.write_str("settings changed"),
            Reason::Attribute(attribute) => write!(f, "{attribute} changed"),
            Reason::Secrets => f.write_str("secrets changed"),
            Reason::SecretsVersion => f.write_str("secrets_wo_version changed"),
            Reason::Unpinned => f.write_str("pinned_version was removed"),
            Reason::Remote(cause) => f.write_str(cause),
        }
    }
}

/// Every reason to publish; empty = keep the version that is there.
///
/// `planned` must have `bundle_version` and `settings_sha256` filled in; a value that is not known
/// yet counts as changed. The bytes of the package are not a reason: another compiler makes other
/// bytes of the same code. Nor are the values of `secrets_wo`, which may differ between plan and
/// apply.
pub(crate) fn reasons(
    prior: Option<&IntegrationModel>,
    planned: &IntegrationModel,
    remote: &[String],
) -> Vec<Reason> {
    let Some(prior) = prior.filter(|prior| prior.qualified_arn.is_known()) else {
        return vec![Reason::NoVersion];
    };
    let mut reasons = Vec::new();
    let mut when = |changed: bool, reason: Reason| {
        if changed {
            reasons.push(reason);
        }
    };
    when(
        changed(&prior.bundle_version, &planned.bundle_version),
        Reason::EdgeCode,
    );
    when(
        changed(&prior.settings_sha256, &planned.settings_sha256),
        Reason::Settings,
    );
    for difference in prior.lambda.differences(&planned.lambda) {
        when(true, Reason::Attribute(difference.attribute));
    }
    when(changed(&prior.secrets, &planned.secrets), Reason::Secrets);
    when(
        changed(&prior.secrets_wo_version, &planned.secrets_wo_version),
        Reason::SecretsVersion,
    );
    // Publishing what Lambda holds already makes no new version.
    when(
        !prior.pinned_version.is_null() && planned.pinned_version.is_null(),
        Reason::Unpinned,
    );
    reasons.extend(remote.iter().cloned().map(Reason::Remote));
    reasons
}

fn changed<T: PartialEq>(prior: &Attr<T>, planned: &Attr<T>) -> bool {
    planned.is_unknown() || prior != planned
}

#[cfg(test)]
mod tests {
    use super::super::lambda_attributes::LambdaAttributes;
    use super::super::on_destroy::OnDestroy;
    use super::super::pinned_version::PinnedVersion;
    use super::*;
    use crate::aws::log_format::LogFormat;

    fn published() -> IntegrationModel {
        IntegrationModel {
            lambda: LambdaAttributes {
                role_arn: "arn:aws:iam::123456789012:role/edge".into(),
                memory_size: 128.into(),
                ..LambdaAttributes::default()
            },
            bundle_version: "0.1.0".to_owned().into(),
            settings_sha256: "ab".to_owned().into(),
            qualified_arn: "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:7"
                .to_owned()
                .into(),
            code_sha256: "made by one compiler".to_owned().into(),
            secrets_wo_version: 1.into(),
            ..IntegrationModel::default()
        }
    }

    #[test]
    fn nothing_changed_publishes_nothing() {
        assert_eq!(reasons(Some(&published()), &published(), &[]), []);
    }

    #[test]
    fn bytes_from_another_compiler_publish_nothing() {
        let planned = IntegrationModel {
            code_sha256: "made by another".to_owned().into(),
            ..published()
        };
        assert_eq!(reasons(Some(&published()), &planned, &[]), []);
    }

    #[test]
    fn association_lifecycle_and_tags_publish_nothing() {
        let planned = IntegrationModel {
            on_destroy: OnDestroy::Retain.into(),
            wait_for_deployment: false.into(),
            tags_all: Attr::Known([("team".to_owned(), "web".to_owned())].into()),
            distribution: Attr::Known(Default::default()),
            ..published()
        };
        assert_eq!(reasons(Some(&published()), &planned, &[]), []);
    }

    #[test]
    fn every_part_of_the_package_and_its_configuration_publishes() {
        type Change = fn(&mut IntegrationModel);
        let cases: [(Change, Reason); 8] = [
            (
                |m| m.bundle_version = "0.2.0".to_owned().into(),
                Reason::EdgeCode,
            ),
            (
                |m| m.settings_sha256 = "cd".to_owned().into(),
                Reason::Settings,
            ),
            (
                |m| m.lambda.role_arn = Attr::Unknown,
                Reason::Attribute("role_arn"),
            ),
            (
                |m| m.lambda.memory_size = 256.into(),
                Reason::Attribute("memory_size"),
            ),
            (
                |m| m.lambda.log_format = LogFormat::Json.into(),
                Reason::Attribute("log_format"),
            ),
            (
                |m| m.lambda.log_group = Attr::Unknown,
                Reason::Attribute("log_group"),
            ),
            (
                |m| m.secrets = Attr::Known(Default::default()),
                Reason::Secrets,
            ),
            (|m| m.secrets_wo_version = 2.into(), Reason::SecretsVersion),
        ];
        for (change, reason) in cases {
            let mut planned = published();
            change(&mut planned);
            assert_eq!(reasons(Some(&published()), &planned, &[]), [reason]);
        }
    }

    #[test]
    fn what_waited_for_an_end_of_the_pin_is_published() {
        let pinned = IntegrationModel {
            pinned_version: PinnedVersion("6".parse().expect("a version")).into(),
            ..published()
        };
        assert_eq!(reasons(Some(&pinned), &pinned, &[]), []);
        assert_eq!(
            reasons(Some(&pinned), &published(), &[]),
            [Reason::Unpinned]
        );
    }

    #[test]
    fn a_lost_version_and_a_first_one_are_published() {
        let lost = IntegrationModel {
            qualified_arn: Attr::Null,
            ..published()
        };
        assert_eq!(reasons(Some(&lost), &published(), &[]), [Reason::NoVersion]);
        assert_eq!(reasons(None, &published(), &[]), [Reason::NoVersion]);
    }

    #[test]
    fn remote_edits_are_published_over() {
        let edited = "the code of $LATEST was edited".to_owned();
        assert_eq!(
            reasons(
                Some(&published()),
                &published(),
                std::slice::from_ref(&edited)
            ),
            [Reason::Remote(edited)]
        );
    }
}
