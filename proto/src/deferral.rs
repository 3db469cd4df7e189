//! [`Deferral`]: why something is deferred until the next plan.

use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::fault::bug;
use crate::wire;

/// Why a call cannot be answered yet; see [`Call::defer`](crate::Call::defer).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deferral {
    /// Something in the configuration of the resource is not known yet.
    ConfigUnknown,
    /// Something in the configuration of the provider is not known yet.
    ProviderConfigUnknown,
    /// Something outside the configuration does not exist yet, such as the cluster that is to run
    /// it.
    AbsentPrerequisite,
}

impl Deferral {
    pub(crate) fn to_wire(self) -> wire::Deferred {
        use wire::deferred::Reason;
        let reason = match self {
            Self::ConfigUnknown => Reason::ResourceConfigUnknown,
            Self::ProviderConfigUnknown => Reason::ProviderConfigUnknown,
            Self::AbsentPrerequisite => Reason::AbsentPrereq,
        };
        wire::Deferred {
            reason: reason.into(),
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::ConfigUnknown => {
                "The configuration of this object has values that are not known yet."
            }
            Self::ProviderConfigUnknown => {
                "The provider's configuration has values that are not known yet."
            }
            Self::AbsentPrerequisite => "Something that this object needs does not exist yet.",
        }
    }
}

/// Whether a call may be deferred, and whether it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Deferring {
    allowed: Allowed,
    wanted: Option<Deferral>,
}

/// Who has a say in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Allowed {
    /// The protocol has no answer of that kind for this call.
    #[default]
    Never,
    /// Terraform takes no such answer.
    NotByTerraform,
    Yes,
}

impl Deferring {
    /// For a call that may be deferred, if Terraform accepts that.
    pub(crate) fn if_taken(is_taken: bool) -> Self {
        if is_taken {
            return Self::allowed();
        }
        Self {
            allowed: Allowed::NotByTerraform,
            wanted: None,
        }
    }

    pub(crate) fn allowed() -> Self {
        Self {
            allowed: Allowed::Yes,
            wanted: None,
        }
    }

    pub(crate) fn is_allowed(self) -> bool {
        self.allowed == Allowed::Yes
    }

    pub(crate) fn wanted(self) -> Option<Deferral> {
        self.wanted
    }

    /// What a deferred call returns.
    pub(crate) fn defer<T>(&mut self, why: Deferral) -> Result<T> {
        match self.allowed {
            Allowed::Yes => {
                self.wanted = Some(why);
                Err(Diagnostics::new())
            }
            Allowed::NotByTerraform => Err(not_by_terraform(why).into()),
            Allowed::Never => {
                Err(bug("The provider deferred a call that cannot be deferred").into())
            }
        }
    }
}

/// Whether Terraform says that it accepts an answer that defers a call. During an apply, every
/// version says so, but refuses the answer or treats it as the result, so [`can_put_off`] has to
/// agree.
pub(crate) fn allowed_by(capabilities: Option<wire::ClientCapabilities>) -> bool {
    capabilities.is_some_and(|capabilities| capabilities.deferral_allowed)
}

/// Whether a Terraform of that version can defer something in a plan: only builds with experiments
/// can, which are alpha versions and those that somebody built themselves.
pub(crate) fn can_put_off(terraform_version: &str) -> bool {
    let stage = terraform_version.split_once('-').map(|(_, stage)| stage);
    stage.is_some_and(|stage| stage.starts_with("alpha") || stage.starts_with("dev"))
}

fn not_by_terraform(why: Deferral) -> Diagnostic {
    Diagnostic::error("This cannot be done yet, and Terraform cannot defer it").detail(format!(
        "{} Create what this object depends on first, with `terraform apply -target=ADDRESS`, and \
         then apply the rest.",
        why.in_words()
    ))
}

#[cfg(test)]
mod tests {
    use super::can_put_off;

    #[test]
    fn only_builds_with_experiments_can_put_something_off() {
        for version in ["1.16.0-alpha20260101", "1.16.0-dev", "1.16.0-dev+a1b2"] {
            assert!(can_put_off(version), "{version}");
        }
        for version in [
            "1.11.4",
            "1.15.0",
            "1.16.0-beta1",
            "1.16.0-rc2",
            "2.0.0+dev",
            "",
        ] {
            assert!(!can_put_off(version), "{version}");
        }
    }
}
