//! The attributes of `netacea_cloudfront_integration`, as Rust sees them.
//!
//! One struct serves for configuration, plan and state; which it is follows from where it is used.
//! Most attributes have the type of what they mean. ARNs, hashes and the choices of `settings` are
//! strings; `function()` parses the function's ARN.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::Attr;

use super::lambda_attributes::LambdaAttributes;
use super::lambda_function_association::{LambdaFunctionAssociation, associations};
use super::on_destroy::OnDestroy;
use super::pinned_version::PinnedVersion;
use super::secrets::SecretsModel;
use super::settings::SettingsModel;
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::runtime::Runtime;
use crate::aws::slot::Slot;
use crate::aws::version::Version;
use crate::hazards::Hazard;
use crate::placement::{Placement, Site, SlotAssociation};
use crate::timeouts::Timeouts;

/// The Lambda runtime of new functions. Changes only with a changelog entry.
pub(crate) const DEFAULT_RUNTIME: Runtime = Runtime::NodeJs(24);
/// Seconds that Lambda gives the function unless `timeout` says otherwise.
pub(super) const DEFAULT_TIMEOUT: i64 = 5;
/// Unused versions that are kept unless `retained_versions` says otherwise.
pub(super) const DEFAULT_RETAINED_VERSIONS: i64 = 3;
/// Whether a function that this provider did not make is taken over.
pub(super) const DEFAULT_ADOPT_EXISTING_FUNCTION: bool = false;

/// Configuration, plan or state of one integration. `schema.rs` says what each attribute means to a
/// user.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct IntegrationModel {
    /// Same as `name`.
    pub(crate) id: Attr<String>,
    /// Name of the Lambda function.
    pub(crate) name: Attr<String>,
    /// Everything else about the function that a published version freezes.
    pub(crate) lambda: LambdaAttributes,
    /// Tags as written by the user.
    pub(crate) tags: Attr<BTreeMap<String, String>>,
    /// Everything about the edge function's behavior that is not a secret.
    pub(crate) settings: Attr<SettingsModel>,
    /// Secrets kept in state.
    pub(crate) secrets: Attr<SecretsModel>,
    /// Secrets that never reach state; null everywhere but in configuration.
    pub(crate) secrets_wo: Attr<SecretsModel>,
    /// Raised by the user to publish new values of `secrets_wo`.
    pub(crate) secrets_wo_version: Attr<i64>,
    /// The distribution to protect; null = emit mode.
    pub(crate) distribution: Attr<Site>,
    /// Unused versions kept for a rollback; 0 = all.
    pub(crate) retained_versions: Attr<i64>,
    /// Published version to point at; null = publish what is configured.
    pub(crate) pinned_version: Attr<PinnedVersion>,
    /// Take over a function that this provider did not make.
    pub(crate) adopt_existing_function: Attr<bool>,
    /// What happens to the function on destroy.
    pub(crate) on_destroy: Attr<OnDestroy>,
    /// The resources that give up slots, or the pair of function and distribution, for this one.
    pub(crate) hand_over_from: Attr<BTreeSet<String>>,
    /// Wait until CloudFront has deployed the change everywhere.
    pub(crate) wait_for_deployment: Attr<bool>,
    /// The owner changes the distribution in the same apply; null = no.
    pub(crate) depends_on_distribution_changes: Attr<bool>,
    /// Hazards that the owner has understood.
    pub(crate) acknowledge_hazards: Attr<BTreeSet<Hazard>>,
    /// How long create, update and delete may take.
    pub(crate) timeouts: Attr<Timeouts>,

    /// Unqualified ARN of the function.
    pub(crate) function_arn: Attr<String>,
    /// Published version.
    pub(crate) version: Attr<Version>,
    /// ARN of the published version.
    pub(crate) qualified_arn: Attr<String>,
    /// Base64 SHA-256 of the package, as Lambda reports it.
    pub(crate) code_sha256: Attr<String>,
    /// Hex SHA-256 of the settings.
    pub(crate) settings_sha256: Attr<String>,
    /// Version of the edge function's code.
    pub(crate) bundle_version: Attr<String>,
    /// Tags including those of the provider block.
    pub(crate) tags_all: Attr<BTreeMap<String, String>>,
    /// Slot → ARN of the function that held it before.
    pub(crate) displaced: Attr<BTreeMap<Slot, String>>,
    /// Ready for the owner's own `aws_cloudfront_distribution`.
    pub(crate) lambda_function_associations: Attr<Vec<LambdaFunctionAssociation>>,
    /// Slot → association, wanted slots only; read as found, planned as wanted.
    pub(crate) slots: Attr<BTreeMap<Slot, SlotAssociation>>,
}

impl IntegrationModel {
    /// The function, if the ARN is known.
    pub(crate) fn function(&self) -> Option<FunctionArn> {
        self.function_arn.known().and_then(|arn| arn.parse().ok())
    }

    /// Whether this state only says which function is meant, as an identity and a `moved` block do.
    /// A read completes it from what is deployed.
    pub(crate) fn is_begun(&self) -> bool {
        self.settings.is_null() && self.id.is_null()
    }

    /// Notes that this version, whose package has this hash, is the one in use.
    pub(super) fn use_version(&mut self, version: &QualifiedArn, code_sha256: &str) {
        self.function_arn = version.function.to_string().into();
        self.version = version.version.into();
        self.qualified_arn = version.to_string().into();
        self.code_sha256 = code_sha256.into();
    }

    /// Keeps the version in use of `prior`.
    pub(super) fn keep_version(&mut self, prior: &IntegrationModel) {
        self.function_arn = prior.function_arn.clone();
        self.version = prior.version;
        self.qualified_arn = prior.qualified_arn.clone();
        self.code_sha256 = prior.code_sha256.clone();
    }

    /// The placement of the function, by this model.
    pub(crate) fn placement(&self) -> Placement {
        Placement {
            site: self.distribution.clone(),
            hand_over_from: self.hand_over_from.clone(),
            function: self.function(),
            lambda_arn: self.qualified_arn.clone(),
            slots: self.slots.clone(),
            displaced: self.displaced.clone(),
            depends_on_distribution_changes: self.depends_on_distribution_changes,
            acknowledge_hazards: self.acknowledge_hazards.clone(),
        }
    }

    /// Takes over the placement; the version in use stays the same.
    pub(crate) fn place(&mut self, placement: Placement) {
        self.distribution = placement.site;
        self.slots = placement.slots;
        self.displaced = placement.displaced;
        self.lambda_function_associations = associations(&self.distribution, &self.qualified_arn);
    }
}
