//! [`DeclarationFaults`]: what an author has to fix before Terraform takes the provider.

use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::diagnostics::Diagnostics;

/// Everything in a provider's declarations that Terraform would refuse, one sentence each: which
/// type, which attribute, and what is wrong with it.
///
/// Its `Debug` form is the list for people too, so that a test that unwraps it is legible.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the provider declares something that Terraform would refuse:\n  {}", .0.join("\n  "))]
pub struct DeclarationFaults(Vec<String>);

impl DeclarationFaults {
    pub(crate) fn one(fault: String) -> Self {
        Self(vec![fault])
    }

    /// `Ok` if there are none.
    pub(crate) fn none_of(faults: Vec<String>) -> Result<(), Self> {
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Self(faults))
        }
    }

    /// One sentence after the other.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The same for the person who runs Terraform: an error each.
    pub(crate) fn diagnostics(&self) -> Diagnostics {
        let error = |fault| Diagnostic::error("Bug in the provider's declarations").detail(fault);
        self.iter().map(error).collect()
    }

    /// These after others.
    pub(crate) fn after(self, mut others: Vec<String>) -> Self {
        others.extend(self.0);
        Self(others)
    }
}

impl fmt::Debug for DeclarationFaults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
