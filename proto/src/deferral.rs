//! [`Deferral`]: why something is put off until the next plan.

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
    /// Something outside of the configuration is not there yet, such as the cluster that is to run
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
            Self::ConfigUnknown => "Its configuration has values that are not known yet.",
            Self::ProviderConfigUnknown => {
                "The provider's configuration has values that are not known yet."
            }
            Self::AbsentPrerequisite => "Something that it needs does not exist yet.",
        }
    }
}

/// Whether a call may be put off, and whether it is.
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
    /// Terraform has said that it takes no such answer.
    NotByTerraform,
    Yes,
}

impl Deferring {
    /// Of a call that may be put off, if Terraform takes that.
    pub(crate) fn by(capabilities: Option<wire::ClientCapabilities>) -> Self {
        if allowed_by(capabilities) {
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

    /// What a call returns that is put off.
    pub(crate) fn defer<T>(&mut self, why: Deferral) -> Result<T> {
        match self.allowed {
            Allowed::Yes => {
                self.wanted = Some(why);
                Err(Diagnostics::new())
            }
            Allowed::NotByTerraform => Err(not_by_terraform(why).into()),
            Allowed::Never => Err(bug("The provider put off a call that cannot be").into()),
        }
    }
}

/// Whether Terraform takes an answer that puts a call off.
pub(crate) fn allowed_by(capabilities: Option<wire::ClientCapabilities>) -> bool {
    capabilities.is_some_and(|capabilities| capabilities.deferral_allowed)
}

fn not_by_terraform(why: Deferral) -> Diagnostic {
    Diagnostic::error("It cannot be done yet, and Terraform cannot put it off").detail(format!(
        "{} Create what it depends on first, with `terraform apply -target=ADDRESS`, and then \
         apply the rest.",
        why.in_words()
    ))
}
