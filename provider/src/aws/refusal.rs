//! Known reasons of AWS's refusals that a user can do something about.
//!
//! A reason is recognized by AWS's error code and by the part of its message that has stayed the
//! same over the years, never by a whole sentence. Other messages are passed on unchanged.

use super::call_failure::CallFailure;

/// A known reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The distribution's flat-rate pricing plan does not have what the update asks for.
    PricingPlan,
    /// Associations in one distribution.
    Associations,
    /// Distributions with associations in one account.
    Distributions,
    /// Distributions that use one function.
    DistributionsOfFunction,
    /// Another quota of CloudFront.
    Quota,
    /// Lambda or Lambda@Edge may not assume the execution role.
    Role,
    /// The credentials may not replicate the function to the edge locations.
    Replication,
    /// The credentials may not read the function that is to be associated.
    Function,
    /// The credentials may not read the distribution's web ACL.
    WebAcl,
    /// The account's storage for packages is full.
    CodeStorage,
    /// The account has the older quota for viewer events.
    ViewerQuota,
}

const ASSOCIATION: &str = "InvalidLambdaFunctionAssociation";

impl Reason {
    /// Why AWS refused the call, if that is known.
    pub(super) fn of(failure: &CallFailure) -> Option<Reason> {
        let code = failure.code.as_deref()?;
        let message = failure.message.to_lowercase();
        let says = |part: &str| message.contains(part);
        let is_denied = matches!(code, "AccessDenied" | "AccessDeniedException");
        match code {
            "InvalidArgument" if names_a_plan(&message) => Some(Reason::PricingPlan),
            "TooManyLambdaFunctionAssociations" => Some(Reason::Associations),
            "TooManyDistributionsWithLambdaAssociations" => Some(Reason::Distributions),
            "TooManyDistributionsWithSingleFunctionARN" => Some(Reason::DistributionsOfFunction),
            code if code.starts_with("TooMany") => Some(Reason::Quota),
            "InvalidParameterValueException" if says("cannot be assumed by lambda") => {
                Some(Reason::Role)
            }
            ASSOCIATION if says("edgelambda.amazonaws.com") => Some(Reason::Role),
            ASSOCIATION if says("lambda:enablereplication") || says("enable replication") => {
                Some(Reason::Replication)
            }
            ASSOCIATION if says("lambda:getfunction") => Some(Reason::Function),
            ASSOCIATION if says("larger than the maximum") => Some(Reason::ViewerQuota),
            "CodeStorageExceededException" => Some(Reason::CodeStorage),
            "InvalidWebACLId" => Some(Reason::WebAcl),
            _ if is_denied && says("getwebacl") => Some(Reason::WebAcl),
            _ if is_denied && says("lambda:enablereplication") => Some(Reason::Replication),
            _ if is_denied && says("lambda:getfunction") => Some(Reason::Function),
            _ => None,
        }
    }

    /// Whether it ends once the credentials are allowed to do more: the function itself works.
    pub(super) fn is_missing_permission(self) -> bool {
        matches!(self, Reason::Replication | Reason::Function)
    }

    /// The headline.
    pub(super) fn summary(self) -> &'static str {
        match self {
            Reason::PricingPlan => "The distribution's pricing plan does not allow this",
            Reason::Associations => "Too many function associations in a distribution",
            Reason::Distributions => "Too many distributions with functions",
            Reason::DistributionsOfFunction => "Too many distributions with one function",
            Reason::Quota => "A quota has been reached",
            Reason::Role => "The execution role cannot be assumed",
            Reason::Replication => "Missing permission to replicate the function",
            Reason::Function | Reason::WebAcl => "Missing AWS permission",
            Reason::CodeStorage | Reason::ViewerQuota => "AWS refused a request",
        }
    }

    /// What to do.
    pub(super) fn next_step(self) -> &'static str {
        match self {
            Reason::PricingPlan => {
                "The distribution has a flat-rate pricing plan; its configuration does not show \
                 that. In the CloudFront console under Billing, move it to a plan that includes \
                 what the message from AWS names (not every plan includes Lambda@Edge), or to \
                 pay-as-you-go. Or protect another distribution. Then apply again."
            }
            Reason::Associations => {
                "The quota counts the functions of all cache behaviors, whoever owns them. It is \
                 100 unless AWS has raised it. Name fewer behaviors or events, or ask AWS to \
                 raise \"Lambda@Edge: Associations per distribution\" (Service Quotas, \
                 CloudFront). Then apply again."
            }
            Reason::Distributions => {
                "The account has as many distributions with functions as its quota allows. Ask \
                 AWS to raise \"Distributions per AWS account with Lambda@Edge functions\" \
                 (Service Quotas, CloudFront), or remove the functions from a distribution that \
                 does not need them. Then apply again."
            }
            Reason::DistributionsOfFunction => {
                "One function is in as many distributions as the quota allows. Protect some of them with another integration, which has a function of its own, or ask AWS to \
                 raise the quota. Then apply again."
            }
            Reason::Quota => "Use fewer behaviors or events, or ask AWS to raise the quota.",
            Reason::Role => {
                "The role's trust policy must let lambda.amazonaws.com and \
                 edgelambda.amazonaws.com assume it (sts:AssumeRole): use `trust_policy_json` of \
                 the data source `netacea_edge_role_policy`. If you have just changed the role, \
                 wait a minute. Then apply again."
            }
            Reason::Replication => {
                "Allow lambda:EnableReplication* (the asterisk is part of the name) on the \
                 function's versions for these credentials: `policy_json` of the data source \
                 `netacea_edge_deployer_policy` includes it. A service control policy of the \
                 organization may also deny it. Then apply again. If this is a function to be \
                 restored, apply `restore_previous_on_destroy = false` first to leave its slot \
                 empty instead."
            }
            Reason::Function => {
                "Allow lambda:GetFunction on the function's versions for these credentials: \
                 `policy_json` of the data source `netacea_edge_deployer_policy` includes it. Then \
                 apply again. If this is a function to be restored, apply \
                 `restore_previous_on_destroy = false` first to leave its slot empty instead."
            }
            Reason::WebAcl => {
                "CloudFront checks the distribution's web ACL at every update, even if the web ACL \
                 does not change. Make sure that the web ACL still exists, and allow \
                 wafv2:GetWebACL on it for these credentials (`web_acl_arns` of the data source \
                 `netacea_edge_deployer_policy` does that), or waf:GetWebACL for a web ACL of AWS \
                 WAF Classic. Then apply again."
            }
            Reason::CodeStorage => {
                "The account's Lambda code storage is full. Delete old versions (see \
                `retained_versions`), or ask AWS for more storage."
            }
            Reason::ViewerQuota => {
                "This account has the older, smaller quota for viewer events: use `memory_size = \
                 128` and `timeout = 5`."
            }
        }
    }
}

/// Whether the message mentions a plan, a tier or pricing in any form; `message` is in lower case.
fn names_a_plan(message: &str) -> bool {
    message
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|word| matches!(word, "plan" | "plans" | "tier" | "tiers" | "pricing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(code: &str, message: &str) -> Option<Reason> {
        Reason::of(&CallFailure {
            action: "cloudfront:UpdateDistribution",
            resource: "E2QWRUHAPOMQZL".to_owned(),
            code: Some(code.to_owned()),
            message: message.to_owned(),
            request_id: None,
        })
    }

    /// The messages are AWS's, as users have reported them.
    #[test]
    fn a_reason_is_known_by_code_and_fragment() {
        for (code, message, expected) in [
            (
                "InvalidArgument",
                "You can't remove or replace the web ACL for your distribution. Distributions with a pricing plan subscription must have a web ACL resource.",
                Reason::PricingPlan,
            ),
            (
                "InvalidArgument",
                "You're using configuration not available in this tier: legacy forwarded values",
                Reason::PricingPlan,
            ),
            (
                "InvalidArgument",
                "Lambda@Edge is not supported by the Free plan.",
                Reason::PricingPlan,
            ),
            (
                "TooManyLambdaFunctionAssociations",
                "Your request contains more Lambda@Edge function associations than are allowed per distribution.",
                Reason::Associations,
            ),
            (
                "TooManyDistributionsWithLambdaAssociations",
                "",
                Reason::Distributions,
            ),
            (
                "TooManyDistributionsWithSingleFunctionARN",
                "",
                Reason::DistributionsOfFunction,
            ),
            ("TooManyCacheBehaviors", "", Reason::Quota),
            (
                "CodeStorageExceededException",
                "Code storage limit exceeded.",
                Reason::CodeStorage,
            ),
            (
                ASSOCIATION,
                "The function timeout is larger than the maximum allowed for functions that are triggered by a CloudFront event: 30 Max allowed: 5",
                Reason::ViewerQuota,
            ),
            (
                ASSOCIATION,
                "The function execution role must be assumable with edgelambda.amazonaws.com as well as lambda.amazonaws.com principals. Update the IAM role and try again. Role: \
                 arn:aws:iam::123456789012:role/edge",
                Reason::Role,
            ),
            (
                "InvalidParameterValueException",
                "The role defined for the function cannot be assumed by Lambda.",
                Reason::Role,
            ),
            (
                ASSOCIATION,
                "Lambda@Edge cannot enable replication for the specified Lambda function. Update the IAM policy to add permission: lambda:EnableReplication* for resource: \
                 arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:2 and try again.",
                Reason::Replication,
            ),
            (
                ASSOCIATION,
                "Lambda@Edge cannot retrieve the specified Lambda function. Update the IAM policy to add permission: lambda:GetFunction for resource: \
                 arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:2 and try again.",
                Reason::Function,
            ),
            (
                "InvalidWebACLId",
                "Unable to verify read permissions on Web ACL. Please retry the request.",
                Reason::WebAcl,
            ),
            (
                "AccessDenied",
                "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: wafv2:GetWebACL on resource: arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1",
                Reason::WebAcl,
            ),
            (
                "AccessDenied",
                "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: lambda:EnableReplication* on resource: \
                 arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:2",
                Reason::Replication,
            ),
        ] {
            assert_eq!(reason(code, message), Some(expected), "{code}: {message}");
        }
    }

    #[test]
    fn what_only_looks_like_a_reason_is_passed_on() {
        for (code, message) in [
            (
                "InvalidArgument",
                "The parameter CachePolicyId is not valid.",
            ),
            ("InvalidArgument", "There is no explanation; the frontier."),
            (
                "InvalidOrigin",
                "The pricing plan of the origin is unknown.",
            ),
            (
                ASSOCIATION,
                "The function cannot have environment variables.",
            ),
            (
                ASSOCIATION,
                "The function must be in an Active state. The current state is Pending",
            ),
            ("AccessDenied", "Access denied for operation."),
            (
                "InvalidParameterValueException",
                "The runtime is not supported.",
            ),
            (
                "SomethingNew",
                "edgelambda.amazonaws.com lambda:EnableReplication*",
            ),
        ] {
            assert_eq!(reason(code, message), None, "{code}: {message}");
        }
    }
}
