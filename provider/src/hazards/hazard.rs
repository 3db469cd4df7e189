//! The names of hazards, as `acknowledge_hazards` and `hazards` have them.

use std::fmt;
use std::str::FromStr;

use tfplugin::{NoChoice, StringValue, choose};

/// Something that makes the protection less than it looks.
///
/// The order is that in which they are told. A name stays known once it was released: a
/// configuration that acknowledges it must not become an error with a newer provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Hazard {
    VerificationPathUnprotected,
    VerificationPathReadOnly,
    CustomErrorPage,
    CachedMitigation,
    Grpc,
    StateInCacheKey,
    AssociationQuota,
    ContinuousDeployment,
    MultiTenant,
    Disabled,
}

impl Hazard {
    pub(crate) const ALL: [Hazard; 10] = [
        Hazard::VerificationPathUnprotected,
        Hazard::VerificationPathReadOnly,
        Hazard::CustomErrorPage,
        Hazard::CachedMitigation,
        Hazard::Grpc,
        Hazard::StateInCacheKey,
        Hazard::AssociationQuota,
        Hazard::ContinuousDeployment,
        Hazard::MultiTenant,
        Hazard::Disabled,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Hazard::VerificationPathUnprotected => "verification_path_unprotected",
            Hazard::VerificationPathReadOnly => "verification_path_read_only",
            Hazard::CustomErrorPage => "custom_error_page",
            Hazard::CachedMitigation => "cached_mitigation",
            Hazard::Grpc => "grpc",
            Hazard::StateInCacheKey => "state_in_cache_key",
            Hazard::AssociationQuota => "association_quota",
            Hazard::ContinuousDeployment => "continuous_deployment",
            Hazard::MultiTenant => "multi_tenant",
            Hazard::Disabled => "disabled",
        }
    }

    /// Whether it depends on what the function does with visitors.
    pub(crate) const fn depends_on_conduct(self) -> bool {
        matches!(
            self,
            Hazard::VerificationPathUnprotected
                | Hazard::VerificationPathReadOnly
                | Hazard::CustomErrorPage
                | Hazard::CachedMitigation
        )
    }
}

impl FromStr for Hazard {
    type Err = NoChoice;

    fn from_str(text: &str) -> Result<Self, NoChoice> {
        choose(text, &Hazard::ALL)
    }
}

impl StringValue for Hazard {}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_an_unknown_one_is_told_the_known_ones() {
        for hazard in Hazard::ALL {
            assert_eq!(hazard.to_string().parse(), Ok(hazard));
        }
        let error = "gprc".parse::<Hazard>().unwrap_err().to_string();
        for hazard in Hazard::ALL {
            assert!(error.contains(hazard.as_str()), "{hazard}: {error}");
        }
    }
}
