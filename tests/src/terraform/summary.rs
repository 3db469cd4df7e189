//! The headlines of the provider's diagnostics: the codes by which tests tell them apart.

/// The subject of a diagnostic of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the headlines say it")]
pub enum Summary {
    AmbiguousBehavior,
    AnotherWriter,
    ApplyDisplaces,
    ApplyWillStop,
    ApplyWillWait,
    AssociationOverwritten,
    AssociationQuota,
    AwsDidNotAnswer,
    AwsRefused,
    AwsThrottles,
    BadCredentials,
    CertificateNotTrusted,
    CannotBeDeleted,
    CannotBecomeAnIntegration,
    ChangedSinceRead,
    CloudFrontFunctionInTheWay,
    ConfigurationNotClear,
    DefaultHasTwoMeanings,
    DisplacedNotPutBack,
    DistributionDisabled,
    DistributionGone,
    DistributionNotFound,
    DistributionNotUnderstood,
    DistributionQuota,
    DistributionQuotaOfFunction,
    DriftedSlots,
    ForbiddenSettings,
    FunctionExists,
    FunctionFailed,
    FunctionGone,
    FunctionInUse,
    FunctionIsLeftBehind,
    FunctionLeftToAnother,
    FunctionLifecycle,
    FunctionMissing,
    FunctionNameTaken,
    FunctionNotAsPublished,
    FunctionNotDeleted,
    FunctionNotFound,
    FunctionOfAnother,
    FunctionsThatWorkTogether,
    HazardIsGone,
    InvalidValue,
    MissingCredentials,
    MissingPermission,
    MissingRequired,
    MomentWithoutSlots,
    NamedTwice,
    NoSuchDistribution,
    NoSuchVersion,
    NotAStagingDistribution,
    NothingPublishedWhilePinned,
    OutcomeNotKnown,
    PackageUnusable,
    PinnedVersionDeleted,
    PlacedByAnother,
    PlacedTwice,
    PricingPlan,
    ProviderSetting,
    QuotaReached,
    RenamedAddress,
    ReplicasLeft,
    ReplicationNotAllowed,
    RoleNotAssumable,
    RoleOfAnotherAccount,
    SecretsMissing,
    SecretsTwice,
    SessionsStartAnew,
    SlotHeld,
    SlotOfAnotherIntegration,
    SlotWantedTwice,
    StagingDistribution,
    Stopped,
    TagsChanged,
    TakenOver,
    TimeRanOut,
    TooManyTags,
    UnknownBehavior,
    UnprotectedSlots,
    UnusableAnswer,
    UnusableConfiguration,
    WrongAccount,
}

/// Each with its headline; `*` stands for a name.
const HEADLINES: &[(Summary, &str)] = &[
    (
        Summary::FunctionsThatWorkTogether,
        "Functions that work together would be separated",
    ),
    (
        Summary::ConfigurationNotClear,
        "It is not clear which NetaceaConfig.json is meant",
    ),
    (Summary::AmbiguousBehavior, "Ambiguous cache behavior"),
    (
        Summary::DefaultHasTwoMeanings,
        "\"default\" has two meanings in distribution *",
    ),
    (
        Summary::AssociationQuota,
        "Too many function associations in a distribution",
    ),
    (
        Summary::DistributionQuota,
        "Too many distributions with functions",
    ),
    (
        Summary::DistributionQuotaOfFunction,
        "Too many distributions with one function",
    ),
    (
        Summary::PricingPlan,
        "The distribution's pricing plan does not allow this",
    ),
    (Summary::QuotaReached, "A quota has been reached"),
    (
        Summary::ReplicationNotAllowed,
        "Missing permission to replicate the function",
    ),
    (
        Summary::RoleNotAssumable,
        "The execution role cannot be assumed",
    ),
    (
        Summary::FunctionLeftToAnother,
        "The function was not deleted",
    ),
    (
        Summary::FunctionOfAnother,
        "Function * belongs to another resource",
    ),
    (
        Summary::MomentWithoutSlots,
        "Slots may be empty between two updates",
    ),
    (Summary::NamedTwice, "Two resources want the function *"),
    (
        Summary::PlacedByAnother,
        "Another resource places the function",
    ),
    (
        Summary::PlacedTwice,
        "Two resources place one function in a distribution",
    ),
    (
        Summary::RenamedAddress,
        "* would be destroyed and created by two resources",
    ),
    (
        Summary::SlotOfAnotherIntegration,
        "Slot held by another integration",
    ),
    (
        Summary::AnotherWriter,
        "Another writer is changing the distribution",
    ),
    (
        Summary::ApplyDisplaces,
        "An apply displaces functions in distribution *",
    ),
    (Summary::ApplyWillStop, "An apply will stop: *"),
    (Summary::ApplyWillWait, "An apply will wait: *"),
    (
        Summary::ChangedSinceRead,
        "Distribution changed since it was read",
    ),
    (Summary::AssociationOverwritten, "Association overwritten"),
    (Summary::FunctionExists, "A function named * already exists"),
    (Summary::FunctionFailed, "Lambda gave up on the function"),
    (Summary::FunctionMissing, "Function not found"),
    (Summary::FunctionNameTaken, "The function name is taken"),
    (
        Summary::PackageUnusable,
        "The deployed package cannot be used",
    ),
    (Summary::ProviderSetting, "Invalid provider setting"),
    (Summary::UnknownBehavior, "Unknown cache behavior"),
    (
        Summary::UnprotectedSlots,
        "Slots of distribution * differ from the configuration",
    ),
    (Summary::NoSuchDistribution, "Distribution * does not exist"),
    (
        Summary::CloudFrontFunctionInTheWay,
        "A CloudFront Function is in the way",
    ),
    (Summary::SecretsTwice, "Secrets are set twice"),
    (
        Summary::SessionsStartAnew,
        "Every visitor starts a new session",
    ),
    (
        Summary::SecretsMissing,
        "The edge function needs its secrets",
    ),
    (Summary::AwsDidNotAnswer, "AWS did not answer"),
    (
        Summary::CertificateNotTrusted,
        "The certificate of AWS is not trusted",
    ),
    (Summary::AwsRefused, "AWS refused a request"),
    (Summary::AwsThrottles, "AWS is throttling this account"),
    (
        Summary::BadCredentials,
        "AWS does not accept the credentials",
    ),
    (
        Summary::DisplacedNotPutBack,
        "Displaced associations of distribution * could not be restored",
    ),
    (
        Summary::CannotBecomeAnIntegration,
        "This function cannot become an integration",
    ),
    (
        Summary::DistributionDisabled,
        "The distribution is disabled",
    ),
    (
        Summary::HazardIsGone,
        "An acknowledged hazard does not occur",
    ),
    (Summary::DistributionGone, "Distribution * no longer exists"),
    (Summary::DistributionNotFound, "Distribution not found"),
    (
        Summary::DistributionNotUnderstood,
        "The distribution's configuration is not understood",
    ),
    (
        Summary::DriftedSlots,
        "Slots of distribution * differ from what was applied",
    ),
    (Summary::FunctionGone, "Function * no longer exists"),
    (Summary::FunctionIsLeftBehind, "The function is left behind"),
    (Summary::FunctionLifecycle, "Function * is marked as *"),
    (
        Summary::FunctionNotAsPublished,
        "Function * is not as published",
    ),
    (Summary::FunctionNotFound, "There is no function named *"),
    (
        Summary::ForbiddenSettings,
        "Function * has settings that Lambda@Edge does not allow",
    ),
    (Summary::InvalidValue, "Invalid value"),
    (Summary::MissingCredentials, "No AWS credentials"),
    (Summary::MissingPermission, "Missing AWS permission"),
    (Summary::MissingRequired, "Missing required argument"),
    (Summary::NoSuchVersion, "Function * has no version *"),
    (
        Summary::NothingPublishedWhilePinned,
        "Nothing is published while a version is pinned",
    ),
    (
        Summary::OutcomeNotKnown,
        "The outcome of an update is unknown",
    ),
    (
        Summary::PinnedVersionDeleted,
        "The pinned version * was deleted",
    ),
    (Summary::SlotHeld, "Slot held by another function"),
    (
        Summary::NotAStagingDistribution,
        "Not a staging distribution",
    ),
    (Summary::StagingDistribution, "Staging distribution"),
    (Summary::SlotWantedTwice, "Two resources want the slot"),
    (Summary::Stopped, "Stopped"),
    (
        Summary::TakenOver,
        "Another apply has taken over function *",
    ),
    (
        Summary::TagsChanged,
        "Tags of function * were changed outside Terraform",
    ),
    (
        Summary::CannotBeDeleted,
        "Function * cannot be deleted while it is in use",
    ),
    (Summary::FunctionInUse, "The function is still in use"),
    (
        Summary::FunctionNotDeleted,
        "The function could not be deleted",
    ),
    (
        Summary::ReplicasLeft,
        "CloudFront still has replicas of the function",
    ),
    (
        Summary::RoleOfAnotherAccount,
        "The role belongs to another account",
    ),
    (Summary::TimeRanOut, "Time ran out"),
    (Summary::TooManyTags, "Too many tags"),
    (
        Summary::UnusableConfiguration,
        "The edge function cannot use this configuration",
    ),
    (Summary::UnusableAnswer, "Invalid answer from AWS"),
    (Summary::WrongAccount, "Wrong AWS account"),
];

impl Summary {
    /// The one with this headline.
    pub fn of(headline: &str) -> Option<Self> {
        let fits = |(_, pattern): &&(Self, &str)| matches(pattern, headline);
        HEADLINES.iter().find(fits).map(|(summary, _)| *summary)
    }
}

/// Whether `headline` is `pattern` with something in place of each `*`.
fn matches(pattern: &str, headline: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == headline,
        Some((before, after)) => headline.strip_prefix(before).is_some_and(|rest| {
            let mut ends = rest
                .char_indices()
                .map(|(at, letter)| at + letter.len_utf8());
            ends.any(|end| matches(after, &rest[end..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;

    #[test]
    fn a_headline_is_recognized_with_any_names_and_no_other_is() {
        for (headline, expected) in [
            ("Time ran out", Some(Summary::TimeRanOut)),
            ("Time ran out again", None),
            (
                "Distribution E1 no longer exists",
                Some(Summary::DistributionGone),
            ),
            ("Distribution  no longer exists", None),
            (
                "Function shop has no version 1",
                Some(Summary::NoSuchVersion),
            ),
        ] {
            assert_eq!(Summary::of(headline), expected, "{headline}");
        }
    }
}
