//! Policies are accepted and refused as the API model and the guide say.

use super::*;

fn config(enabled: &str, traffic: &str) -> String {
    format!(
        "<ContinuousDeploymentPolicyConfig><StagingDistributionDnsNames><Quantity>1</Quantity><Items>\
         <DnsName>d1.cloudfront.net</DnsName></Items></StagingDistributionDnsNames><Enabled>{enabled}</Enabled>\
         <TrafficConfig>{traffic}</TrafficConfig></ContinuousDeploymentPolicyConfig>"
    )
}

fn is_refused(config: &str) -> bool {
    let document = Document::parse(config).expect("a document");
    misconfigured(document.root_element()).is_some()
}

#[test]
fn a_policy_needs_a_weight_or_a_header_within_the_limits() {
    let weight = |weight: &str| {
        let inside = format!("<SingleWeightConfig><Weight>{weight}</Weight></SingleWeightConfig>");
        config("true", &format!("{inside}<Type>SingleWeight</Type>"))
    };
    let header = |name: &str| {
        let inside = format!(
            "<SingleHeaderConfig><Header>{name}</Header><Value>1</Value></SingleHeaderConfig>"
        );
        config("true", &format!("{inside}<Type>SingleHeader</Type>"))
    };
    for (policy, refused) in [
        (weight("0.05"), false),
        (weight("0.15"), false),
        (weight("0.16"), true),
        (weight("some"), true),
        (header("aws-cf-cd-netacea"), false),
        (header("x-netacea"), true),
        (config("true", "<Type>Coin</Type>"), true),
        (config("perhaps", "<Type>SingleWeight</Type>"), true),
    ] {
        assert_eq!(is_refused(&policy), refused, "{policy}");
    }
}

#[test]
fn a_distribution_takes_a_policy_that_exists_and_neither_with_http_3_nor_with_tenants() {
    const ID: &str = "p-1";
    let policies = ContinuousDeployment::default();
    policies.policies().insert(ID.to_owned(), String::new());
    let refused = |policy: &str, rest: &str| {
        let refusal = policies.refusal(
            &format!("<DistributionConfig>{rest}</DistributionConfig>"),
            policy,
        );
        refusal.map(|refusal| refusal.code)
    };
    assert_eq!(refused(ID, "<HttpVersion>http2</HttpVersion>"), None);
    assert_eq!(refused("p-2", ""), Some("NoSuchContinuousDeploymentPolicy"));
    for barred in [
        "<HttpVersion>http2and3</HttpVersion>",
        "<ConnectionMode>tenant-only</ConnectionMode>",
    ] {
        assert_eq!(refused(ID, barred), Some("InvalidArgument"), "{barred}");
    }
}

#[test]
fn a_policy_is_shown_in_the_element_and_nothing_else_changes() {
    let bare = "<DistributionConfig><ContinuousDeploymentPolicyId/><Staging>true</Staging></DistributionConfig>";
    assert_eq!(policy(bare), "");
    let with = with_policy(bare, "p-1").expect("a document");
    assert_eq!(policy(&with), "p-1");
    let expected = bare.replace(
        "<ContinuousDeploymentPolicyId/>",
        "<ContinuousDeploymentPolicyId>p-1</ContinuousDeploymentPolicyId>",
    );
    assert_eq!(with, expected);
}
