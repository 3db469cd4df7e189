//! The attributes as a user writes them, with the descriptions on the registry page.

use tfplugin::{Model, Object, Schema};

use super::checks;
use super::model::{self, IntegrationModel};
use super::on_destroy::OnDestroy;
use crate::aws::log_format::LogFormat;
use crate::aws::tags::check as check_tags;
use crate::placement;

/// The schema of the resource.
pub(crate) fn schema() -> Schema<IntegrationModel> {
    Schema::of::<IntegrationModel>().version(0).describe(
        "Netacea's bot protection as a Lambda@Edge function, and its associations with a \
         CloudFront distribution.\n\nWithout `distribution` (emit mode), the provider publishes \
         the function, and you use `lambda_function_associations` in your own \
         `aws_cloudfront_distribution`. With `distribution` (manage mode), the provider writes \
         the associations into a distribution that somebody else may own, keeps every other byte \
         of it, and shows in `slots` what it finds there. A slot is one event of one cache \
         behavior.",
    )
}

impl Model for IntegrationModel {
    fn declare(object: &mut Object<Self>) {
        function(object);
        edge(object);
        association(object);
        lifecycle(object);
        results(object);
    }
}

fn function(object: &mut Object<IntegrationModel>) {
    object
        .attribute("name", |m| &mut m.name)
        .required()
        .replace()
        .check(checks::function_name)
        .describe("Name of the Lambda function. Changing it replaces the integration.");
    object.attribute("role_arn", |m| &mut m.lambda.role_arn).required().check(checks::role_arn).describe(
        "ARN of the function's execution role. Its trust policy must name `lambda.amazonaws.com` \
         and `edgelambda.amazonaws.com`.",
    );
    object
        .attribute("description", |m| &mut m.lambda.description)
        .optional()
        .check(checks::description)
        .describe("Description of the function, at most 256 characters.");
    object
        .attribute("runtime", |m| &mut m.lambda.runtime)
        .default(model::DEFAULT_RUNTIME)
        .check(checks::runtime)
        .describe("Lambda runtime, which must be a Node.js runtime. Default `nodejs24.x`.");
    object
        .attribute("memory_size", |m| &mut m.lambda.memory_size)
        .default(128)
        .check(checks::memory_size)
        .describe(
            "Memory of the function in MB, 128 to 10240. Default 128, the largest value that \
             every account allows on viewer events.",
        );
    object
        .attribute("timeout", |m| &mut m.lambda.timeout)
        .default(model::DEFAULT_TIMEOUT)
        .check(checks::timeout)
        .describe(
            "Limit for one invocation in seconds, 1 to 30. Default 5, the largest value that \
             every account allows on viewer events.",
        );
    object
        .attribute("log_format", |m| &mut m.lambda.log_format)
        .default(LogFormat::Text)
        .check(checks::log_format)
        .describe(
            "Format of the function's logs in CloudWatch: `Text` (default), or `JSON`, which \
             wraps each line in an object with time, level and request id.",
        );
    object
        .attribute("log_group", |m| &mut m.lambda.log_group)
        .optional()
        .check(checks::log_group)
        .describe(
            "Name of the function's CloudWatch log group, the same in every region where visitors \
             are served. The role must allow it: see `log_group_names` of \
             `netacea_edge_role_policy`. Default: `/aws/lambda/us-east-1.<name>`.",
        );
    object
        .attribute("tags", |m| &mut m.tags)
        .optional()
        .check(check_tags)
        .describe(
            "Tags of the function. Keys that begin with `netacea:` are reserved. Lambda allows 50 \
             tags. The provider itself needs 3 of them, plus one for each distribution that the \
             function is placed in, plus more while it displaces other functions.",
        );
}

fn edge(object: &mut Object<IntegrationModel>) {
    object
        .nested("settings", |m| &mut m.settings)
        .default_object()
        .describe(
            "What the edge function does with visitors. A change publishes a new version. The \
         settings contain no secrets.",
        );
    // Each value in it is sensitive, the object is not: for a sensitive object `terraform plan
    // -generate-config-out` writes `{}`, which lacks what is required in it.
    object.nested("secrets", |m| &mut m.secrets).optional().describe(
        "Secrets of the edge function, stored in Terraform's state. Use this only with Terraform \
         older than 1.11; prefer `secrets_wo`. Exactly one of `secrets` and \
                 `secrets_wo` is required.",
    );
    object
        .nested("secrets_wo", |m| &mut m.secrets_wo)
        .optional()
        .write_only()
        .describe(
            "Secrets of the edge function, never written to the plan or the state (Terraform 1.11 \
             and later). Raise `secrets_wo_version` to publish changed values.",
        );
    object
        .attribute("secrets_wo_version", |m| &mut m.secrets_wo_version)
        .optional()
        .describe(
            "Any number, required with `secrets_wo`. Changing it publishes a version with the \
             current values of `secrets_wo`.",
        );
}

fn association(object: &mut Object<IntegrationModel>) {
    object
        .nested("distribution", |m| &mut m.distribution)
        .optional()
        .describe(
            "The distribution to protect. If not set (emit mode), the provider publishes the \
             function and changes no distribution.",
        );
    object
        .attribute("hand_over_from", |m| &mut m.hand_over_from)
        .optional()
        .check(placement::hand_over_from)
        .describe(placement::HAND_OVER_FROM);
    object
        .attribute("wait_for_deployment", |m| &mut m.wait_for_deployment)
        .default(placement::DEFAULT_WAIT_FOR_DEPLOYMENT)
        .describe(placement::WAIT_FOR_DEPLOYMENT);
    object
        .attribute("depends_on_distribution_changes", |m| {
            &mut m.depends_on_distribution_changes
        })
        .optional()
        .describe(placement::DEPENDS_ON_DISTRIBUTION_CHANGES);
    object
        .attribute("acknowledge_hazards", |m| &mut m.acknowledge_hazards)
        .optional()
        .describe(placement::ACKNOWLEDGE_HAZARDS);
}

fn lifecycle(object: &mut Object<IntegrationModel>) {
    object
        .attribute("retained_versions", |m| &mut m.retained_versions)
        .default(model::DEFAULT_RETAINED_VERSIONS)
        .check(checks::retained_versions)
        .describe(
            "How many of the newest unused versions to keep after a new one is published; 0 keeps \
             all. Default 3.",
        );
    object
        .attribute("pinned_version", |m| &mut m.pinned_version)
        .optional()
        .describe(
            "Number of a version that was published before, like `7`. The provider uses that \
             version and publishes nothing. Use this to roll back without a new build; the data \
             source `netacea_edge_versions` lists the versions. Changes of settings, secrets and \
             the function's configuration wait until you remove this attribute. The provider then \
             publishes the current configuration, or uses the newest version if it already has \
             that configuration.",
        );
    object
        .attribute("adopt_existing_function", |m| {
            &mut m.adopt_existing_function
        })
        .default(model::DEFAULT_ADOPT_EXISTING_FUNCTION)
        .describe(
            "Take over an existing function of this name that no resource of this provider owns, \
             such as one that the provider did not create. Default `false`: refuse, and show how \
             to import it.",
        );
    object
        .attribute("on_destroy", |m| &mut m.on_destroy)
        .default(OnDestroy::default())
        .describe(
            "What happens to the function on destroy, once its associations are gone. \
             `best_effort` (default) deletes it, or leaves it behind with a warning if CloudFront \
             still has replicas of it. `delete` keeps trying until the timeout and then fails. \
             Both give up at once if a distribution still uses it; to notice that, the provider \
             needs the permission `cloudfront:ListDistributions`. `retain` keeps it.",
        );
    object
        .block("timeouts", |m| &mut m.timeouts)
        .describe("How long operations may take, including all waiting for CloudFront.");
}

fn results(object: &mut Object<IntegrationModel>) {
    object
        .attribute("id", |m| &mut m.id)
        .computed()
        .keep()
        .describe("Same as `name`.");
    object
        .attribute("function_arn", |m| &mut m.function_arn)
        .computed()
        .keep()
        .describe("ARN of the function, without version.");
    object
        .attribute("version", |m| &mut m.version)
        .computed()
        .keep()
        .describe("The published version in use.");
    object
        .attribute("qualified_arn", |m| &mut m.qualified_arn)
        .computed()
        .keep()
        .describe(
            "ARN of the published version. Known at plan unless a version will be published.",
        );
    object
        .attribute("code_sha256", |m| &mut m.code_sha256)
        .computed()
        .keep()
        .describe("SHA-256 of the function's package in base64, as Lambda reports it.");
    object
        .attribute("settings_sha256", |m| &mut m.settings_sha256)
        .computed()
        .keep()
        .describe(
            "SHA-256 of the published settings in hexadecimal. It does not depend on \
             secrets.",
        );
    object
        .attribute("bundle_version", |m| &mut m.bundle_version)
        .computed()
        .keep()
        .describe("Version of the published edge function's code.");
    object
        .attribute("tags_all", |m| &mut m.tags_all)
        .computed()
        .keep()
        .describe("All tags of the function: `tags` and the provider's `default_tags`.");
    object
        .attribute("displaced", |m| &mut m.displaced)
        .computed()
        .keep()
        .describe(
            "Associations that were taken over with `adopt_existing`: a map of slots, as in \
             `slots`, to the ARNs that held them before.",
        );
    object
        .nested_list("lambda_function_associations", |m| {
            &mut m.lambda_function_associations
        })
        .computed()
        .keep()
        .describe(
            "Associations for a `dynamic \"lambda_function_association\"` block of an \
             `aws_cloudfront_distribution`.",
        );
    object
        .nested_map("slots", |m| &mut m.slots)
        .computed()
        .keep()
        .describe(
            "Slots of the distribution that this resource is configured to hold, as `\"<behavior> \
         <event>\"`, and what is attached there. If that is not the published version, the plan \
         shows it as drift.",
        );
}
