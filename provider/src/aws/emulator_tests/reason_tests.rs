//! Refusals of CloudFront whose reason is known: each error has its next step, and nothing is left
//! half-written.

use loopback_aws::{AwsError, Effect, Fault, Operation, Times};

use super::account::Account;
use super::{create, deadline, hold, mandate, ours};
use crate::aws::event_type::EventType;
use crate::aws::slot::Slot;

const ASSOCIATION: &str = "InvalidLambdaFunctionAssociation";
const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:netacea-shop:1";

/// Applies while CloudFront refuses like this, checks that nothing of it is left, and applies again
/// without the refusal. Returns the error's summary and detail.
async fn told(status: u16, code: &'static str, message: &str) -> (String, String) {
    let account = Account::open();
    let refusal = Effect::Refuse(AwsError::new(status, code, message));
    let fault = Fault::on(Operation::UpdateDistribution, refusal, Times::First(1));
    let (session, proxy) = account.faulty([fault]);
    let (functions, distributions) = (session.functions(), session.distributions());
    create(&session, "netacea-shop").await;
    let id = account.create_distribution();
    let state = async || {
        let document = distributions.read(&id, &deadline()).await.unwrap();
        let tags = functions.tags(&ours(), &deadline()).await.unwrap();
        (document, tags)
    };
    let before = state().await;
    // A stranger holds the slot, so that a record of it is written before the update.
    let change = hold(&[Slot::new("default", EventType::ViewerRequest)], 1, true);
    let apply = async || {
        distributions
            .apply(&id, &change, &mandate(), &deadline())
            .await
    };
    let diagnostic = apply().await.unwrap_err().diagnostic();
    assert!(diagnostic.is_error());
    assert_eq!(state().await, before, "something is left after {code}");
    assert_eq!(proxy.struck(), 1, "a refusal is not repeated: {code}");
    let applied = apply().await.unwrap();
    assert_eq!(applied.displaced.len(), 1);
    let detail = diagnostic.detail_text().to_owned();
    assert!(
        detail.contains(message),
        "AWS's own words are missing: {detail}"
    );
    (diagnostic.summary().to_owned(), detail)
}

async fn check(status: u16, code: &'static str, message: &str, headline: &str, step: &[&str]) {
    let (summary, detail) = told(status, code, message).await;
    assert_eq!(summary, headline, "{detail}");
    for part in [&["Nothing was written to the distribution."], step].concat() {
        assert!(detail.contains(part), "{part} is missing in: {detail}");
    }
}

#[tokio::test]
async fn a_pricing_plan_without_what_is_asked_for_is_named() {
    check(
        400,
        "InvalidArgument",
        "Lambda@Edge isn't available for distributions that are subscribed to the Free pricing plan.",
        "The distribution's pricing plan does not allow this",
        &["flat-rate pricing plan", "pay-as-you-go"],
    )
    .await;
}

#[tokio::test]
async fn each_quota_of_associations_is_told_apart() {
    for (code, headline, step) in [
        (
            "TooManyLambdaFunctionAssociations",
            "Too many function associations in a distribution",
            "whoever owns them",
        ),
        (
            "TooManyDistributionsWithLambdaAssociations",
            "Too many distributions with functions",
            "remove the functions from a distribution",
        ),
        (
            "TooManyDistributionsWithSingleFunctionARN",
            "Too many distributions with one function",
            "another integration",
        ),
    ] {
        let message = "Your request exceeds the quota.";
        check(400, code, message, headline, &[step]).await;
    }
}

#[tokio::test]
async fn a_role_that_the_edge_may_not_assume_comes_with_its_policy() {
    check(
        400,
        ASSOCIATION,
        "The function execution role must be assumable with edgelambda.amazonaws.com as well as lambda.amazonaws.com principals. Update the IAM role and try again. Role: \
         arn:aws:iam::000000000000:role/edge",
        "The execution role cannot be assumed",
        &["sts:AssumeRole", "trust_policy_json"],
    )
    .await;
}

#[tokio::test]
async fn a_function_that_may_not_be_replicated_or_read_names_the_permission() {
    let message = format!(
        "Lambda@Edge cannot enable replication for the specified Lambda function. Update the IAM policy to add permission: lambda:EnableReplication* for resource: {ARN} and try \
         again."
    );
    let headline = "Missing permission to replicate the function";
    let step = ["Allow lambda:EnableReplication*", "service control policy"];
    check(400, ASSOCIATION, &message, headline, &step).await;

    let message = format!(
        "User: arn:aws:iam::000000000000:user/ci is not authorized to perform: lambda:EnableReplication* on resource: {ARN} with an explicit deny"
    );
    check(403, "AccessDenied", &message, headline, &step).await;

    let message = format!(
        "Lambda@Edge cannot retrieve the specified Lambda function. Update the IAM policy to add permission: lambda:GetFunction for resource: {ARN} and try again."
    );
    let step = ["Allow lambda:GetFunction"];
    check(400, ASSOCIATION, &message, "Missing AWS permission", &step).await;
}

#[tokio::test]
async fn a_web_acl_that_may_not_be_read_names_the_permission() {
    for (status, code, message) in [
        (
            400,
            "InvalidWebACLId",
            "Unable to verify read permissions on Web ACL. Please retry the request.",
        ),
        (
            403,
            "AccessDenied",
            "User: arn:aws:iam::000000000000:user/ci is not authorized to perform: wafv2:GetWebACL on resource: arn:aws:wafv2:us-east-1:000000000000:global/webacl/shop/1",
        ),
    ] {
        let step = ["wafv2:GetWebACL"];
        check(status, code, message, "Missing AWS permission", &step).await;
    }
}

#[tokio::test]
async fn a_refusal_that_is_not_known_is_passed_on_as_it_is() {
    check(
        400,
        "InvalidResponseHeadersPolicy",
        "The tier of the policy cannot be used with edgelambda.amazonaws.com.",
        "AWS refused a request",
        &["Fix the problem that the message from AWS describes"],
    )
    .await;
}
