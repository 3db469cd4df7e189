//! The attributes as a user writes them, with the descriptions on the registry page.

use tfplugin::{Model, Object, Schema};

use super::lambda_arn;
use super::model::AssociationModel;
use crate::placement::{self, DEFAULT_EVENTS};

/// The schema of the resource.
pub(super) fn schema() -> Schema<AssociationModel> {
    Schema::of::<AssociationModel>().version(0).describe(
        "Attaches a published version of a Lambda@Edge function to a distribution, which may \
         belong to somebody else.\n\nThe rules are those of the `distribution` attribute of \
         `netacea_cloudfront_integration`: the provider writes only the chosen slots (a slot is \
         one event of one cache behavior), keeps every other byte of the distribution, refuses a \
         slot that another function holds unless it may adopt the slot, and shows in `slots` what \
         it finds there. Use one association for each distribution.",
    )
}

impl Model for AssociationModel {
    fn declare(object: &mut Object<Self>) {
        site(object);
        lifecycle(object);
        results(object);
    }
}

fn site(object: &mut Object<AssociationModel>) {
    object
        .attribute("distribution_id", |m| &mut m.distribution_id)
        .required()
        .replace()
        .check(placement::distribution_id)
        .describe(
            "Id of the distribution, like `E2QWRUHAPOMQZL`. Changing it replaces the association.",
        );
    object
        .attribute("staging", |m| &mut m.staging)
        .default(placement::DEFAULT_STAGING)
        .describe(
            "Set this if the distribution is the staging distribution of a CloudFront continuous \
             deployment. The function then sees only the requests that the deployment's policy \
             sends there. Default `false`: a staging distribution is refused. To promote, set \
             `distribution_id` to the primary distribution and remove `staging`: one apply takes \
             the slots there, gives back those of the staging distribution, and changes nothing \
             else in either. The guide \"Canary\" explains when to use it.",
        );
    object
        .attribute("lambda_arn", |m| &mut m.lambda_arn)
        .required()
        .check(lambda_arn::check)
        .describe(
            "ARN of a published version in us-east-1, like `…:function:netacea-shop:7`: usually \
             the `qualified_arn` of an integration. It must not be `$LATEST` or an alias.",
        );
    object
        .attribute("behaviors", |m| &mut m.behaviors)
        .optional()
        .check(placement::behaviors)
        .describe(
            "Cache behaviors: exact path patterns, and `default` for the default cache behavior; \
             if the distribution has a path pattern `default`, write `(default)` or `(pattern) \
             default` to tell the two apart. Default: all behaviors except those with gRPC; a \
             behavior that is added later shows as drift.",
        );
    object
        .attribute("events", |m| &mut m.events)
        .default(DEFAULT_EVENTS)
        .check(placement::event_types)
        .describe(
            "CloudFront events that call the function. Default `viewer-request`, \
             `viewer-response` and `origin-response`.",
        );
    object
        .attribute("include_body", |m| &mut m.include_body)
        .default(true)
        .describe(
            "Pass the request body to the function on `viewer-request` and `origin-request`. \
             Default `true`: the edge function reads captcha solutions from it.",
        );
    object
        .attribute("adopt_existing", |m| &mut m.adopt_existing)
        .default(placement::DEFAULT_ADOPT_EXISTING)
        .describe(placement::ADOPT_EXISTING);
}

fn lifecycle(object: &mut Object<AssociationModel>) {
    object
        .attribute("restore_previous_on_destroy", |m| {
            &mut m.restore_previous_on_destroy
        })
        .default(placement::DEFAULT_RESTORE_PREVIOUS)
        .describe(placement::RESTORE_PREVIOUS_ON_DESTROY);
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
    object
        .block("timeouts", |m| &mut m.timeouts)
        .describe("How long operations may take, including all waiting for CloudFront.");
}

fn results(object: &mut Object<AssociationModel>) {
    object
        .attribute("id", |m| &mut m.id)
        .computed()
        .keep()
        .describe("`<distribution id>,<function name>`, as in an import.");
    object
        .attribute("displaced", |m| &mut m.displaced)
        .computed()
        .keep()
        .describe(
            "Associations that were taken over with `adopt_existing`: a map of slots, as in \
             `slots`, to the ARNs that held them before.",
        );
    object
        .nested_map("slots", |m| &mut m.slots)
        .computed()
        .keep()
        .describe(
            "Slots of the distribution that this resource is configured to hold, as `\"<behavior> \
             <event>\"`, and what is attached there. If that is not the version in this resource's \
             `lambda_arn`, the plan shows it as drift.",
        );
}
