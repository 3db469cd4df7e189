//! Each hazard with what makes it, and with what unmakes it.

use std::collections::BTreeSet;

use super::{Case, Conduct, Finding, Hazard, Mitigation, Reach, findings};
use crate::aws::arn::FunctionArn;
use crate::aws::distribution::{ContinuousDeploymentPolicy, Traffic};
use crate::aws::document::Document;
use crate::aws::event_type::EventType::{self, OriginRequest, ViewerRequest, ViewerResponse};
use crate::aws::slot::Slot;

const OURS: &str = "arn:aws:lambda:us-east-1:123456789012:function:shop";
const STRANGER: &str = "arn:aws:lambda:us-east-1:123456789012:function:other";
const READ_ONLY: &str = "<AllowedMethods><Quantity>3</Quantity><Items><Method>GET</Method><Method>HEAD</Method><Method>OPTIONS</Method></Items></AllowedMethods>";
const GRPC: &str = "<GrpcConfig><Enabled>true</Enabled></GrpcConfig>";

/// A distribution with this in its default behavior, with these other behaviors, and with this
/// after them.
fn document(default: &str, others: &[(&str, &str)], extra: &str) -> Document {
    let behaviors: String = others
        .iter()
        .map(|(pattern, rest)| {
            format!("<CacheBehavior><PathPattern>{pattern}</PathPattern>{rest}</CacheBehavior>")
        })
        .collect();
    let enabled = match extra.contains("<Enabled>") {
        true => "",
        false => "<Enabled>true</Enabled>",
    };
    Document::parse(format!(
        "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><CallerReference>1</CallerReference><Origins/>\
         <DefaultCacheBehavior>{default}</DefaultCacheBehavior><CacheBehaviors><Quantity>{}</Quantity><Items>{behaviors}</Items></CacheBehaviors>\
         {enabled}{extra}</DistributionConfig>",
        others.len()
    ))
    .expect("a distribution")
}

fn holds(function: &str, event: EventType) -> String {
    format!(
        "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation><LambdaFunctionARN>{function}:3</LambdaFunctionARN>\
         <EventType>{event}</EventType></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>"
    )
}

fn error_response(status: u32, rest: &str) -> String {
    format!(
        "<CustomErrorResponses><Quantity>1</Quantity><Items><CustomErrorResponse><ErrorCode>{status}</ErrorCode>{rest}</CustomErrorResponse></Items>\
         </CustomErrorResponses>"
    )
}

fn slots(behaviors: &[&str], events: &[EventType]) -> BTreeSet<Slot> {
    let mut slots = BTreeSet::new();
    for behavior in behaviors {
        slots.extend(events.iter().map(|event| Slot::new(*behavior, *event)));
    }
    slots
}

fn everywhere(document: &Document, events: &[EventType]) -> BTreeSet<Slot> {
    let names: Vec<&str> = document.behavior_names().collect();
    slots(&names, events)
}

fn mitigating(block_status: u32, captcha_status: u32) -> Conduct {
    Conduct::Mitigating(Mitigation {
        block_status,
        captcha_status,
        ..Mitigation::default()
    })
}

fn judge(document: &Document, wanted: &BTreeSet<Slot>, conduct: &Conduct) -> Vec<Finding> {
    let function: FunctionArn = OURS.parse().expect("an ARN");
    findings(&Case {
        document,
        wanted,
        wants_all: false,
        function: Some(&function),
        conduct,
        reach: &Reach::Unasked,
    })
}

/// Names of the hazards, with the behaviors that they are about.
fn found(document: &Document, wanted: &BTreeSet<Slot>, conduct: &Conduct) -> Vec<String> {
    let found = judge(document, wanted, conduct);
    let name = |finding: &Finding| match &finding.behavior {
        Some(behavior) => format!("{} {behavior}", finding.hazard),
        None => finding.hazard.to_string(),
    };
    found.iter().map(name).collect()
}

#[test]
fn solutions_must_reach_the_function_or_another_one() {
    let mitigates = mitigating(403, 403);
    let checkout = slots(&["/checkout/*"], &[ViewerRequest]);
    let at = |default: &str, wanted: &BTreeSet<Slot>, conduct: &Conduct| {
        found(
            &document(default, &[("/checkout/*", "")], ""),
            wanted,
            conduct,
        )
    };
    let expected = ["verification_path_unprotected default"];
    let nothing: [&str; 0] = [];
    assert_eq!(at("", &checkout, &mitigates), expected);
    let ours = holds(OURS, ViewerRequest);
    assert_eq!(at(&ours, &checkout, &mitigates), expected, "given up");
    let elsewhere = holds(STRANGER, OriginRequest);
    assert_eq!(at(&elsewhere, &checkout, &mitigates), expected);
    let stranger = holds(STRANGER, ViewerRequest);
    assert_eq!(at(&stranger, &checkout, &mitigates), nothing);
    assert_eq!(at("", &checkout, &Conduct::Passing), nothing);
    assert_eq!(at("", &checkout, &Conduct::Unknown), nothing);
    let both = slots(&["default", "/checkout/*"], &[ViewerRequest]);
    assert_eq!(at("", &both, &mitigates), nothing);
    let responses = slots(&["/checkout/*"], &[ViewerResponse]);
    assert_eq!(at("", &responses, &mitigates), nothing, "nobody is judged");
    // origin-request sees solutions as well.
    let origin = slots(&["default"], &[OriginRequest]);
    assert_eq!(at("", &origin, &mitigates), ["cached_mitigation default"]);
}

#[test]
fn the_behavior_in_front_serves_the_verification_path() {
    let wanted = slots(&["default"], &[ViewerRequest]);
    let found = |pattern: &str| {
        found(
            &document("", &[("/a", ""), (pattern, "")], ""),
            &wanted,
            &mitigating(403, 403),
        )
    };
    for pattern in ["/Ata*", "AtaVerifyCaptcha", "*", "/?taVerify*"] {
        let expected = format!("verification_path_unprotected {pattern}");
        assert_eq!(found(pattern), [expected]);
    }
    assert!(found("/ataverifycaptcha").is_empty());
}

#[test]
fn a_path_pattern_default_serves_what_it_says_and_is_named_as_configurations_write_it() {
    let document = document(READ_ONLY, &[("default", "")], "");
    let wanted = everywhere(&document, &[ViewerRequest]);
    let told = found(&document, &wanted, &mitigating(403, 403));
    assert_eq!(told, ["verification_path_read_only (default)"]);
}

#[test]
fn the_pages_own_paths_count_too_and_are_told_together() {
    let document = document("", &[("/captcha*", ""), ("/api/*", READ_ONLY)], "");
    let conduct = Conduct::Mitigating(Mitigation {
        captcha_path: Some("/captcha".to_owned()),
        signal_path: Some("/api/signal".to_owned()),
        ..Mitigation::default()
    });
    let wanted = slots(&["default"], &[ViewerRequest]);
    let told = judge(&document, &wanted, &conduct);
    let names: Vec<_> = told
        .iter()
        .map(|finding| (finding.hazard, finding.behavior.as_deref()))
        .collect();
    assert_eq!(
        names,
        [
            (Hazard::VerificationPathUnprotected, Some("/captcha*")),
            (Hazard::VerificationPathUnprotected, Some("/api/*")),
            (Hazard::VerificationPathReadOnly, Some("/api/*")),
        ]
    );
    assert!(told[0].detail.contains("serves /captcha "), "{told:?}");
    assert!(told[1].detail.contains("signals from checkpoint pages"));
    let effect = "Netacea's captcha or checkpoint pages do not work: ";
    let without_captchas = |finding: &Finding| finding.summary.starts_with(effect);
    assert!(told.iter().all(without_captchas), "{told:?}");
    let nothing = slots(&["/other"], &[ViewerRequest]);
    let told = judge(&document, &nothing, &conduct);
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn a_post_that_cloudfront_does_not_take_reaches_nobody() {
    let wanted = slots(&["default"], &[ViewerRequest]);
    let of =
        |default: &str, conduct: &Conduct| found(&document(default, &[], ""), &wanted, conduct);
    let expected = ["verification_path_read_only default"];
    assert_eq!(of(READ_ONLY, &mitigating(403, 403)), expected);
    let nothing: [&str; 0] = [];
    assert_eq!(of(READ_ONLY, &Conduct::Passing), nothing);
    assert_eq!(of("", &mitigating(403, 403)), nothing, "not said");
    let posts = READ_ONLY.replace("OPTIONS", "POST");
    assert_eq!(of(&posts, &mitigating(403, 403)), nothing);
}

#[test]
fn an_error_page_counts_for_the_statuses_of_answers_only() {
    let page = "<ResponsePagePath>/index.html</ResponsePagePath><ResponseCode>200</ResponseCode><ErrorCachingMinTTL>300</ErrorCachingMinTTL>";
    let of = |status: u32, rest: &str, conduct: &Conduct| {
        let document = document("", &[], &error_response(status, rest));
        let wanted = everywhere(&document, &[ViewerRequest]);
        judge(&document, &wanted, conduct)
    };
    let told = of(403, page, &mitigating(403, 403));
    let [finding] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(finding.hazard, Hazard::CustomErrorPage);
    for word in [
        "/index.html",
        "status 200",
        "300 seconds",
        "may",
        "blocks and captchas",
    ] {
        assert!(finding.detail.contains(word), "{word}: {finding:?}");
    }
    assert_eq!(of(404, page, &mitigating(404, 429)).len(), 1);
    assert!(
        of(404, page, &mitigating(404, 429))[0]
            .summary
            .ends_with("of blocks")
    );
    assert!(
        of(403, page, &mitigating(410, 403))[0]
            .summary
            .ends_with("of captchas")
    );
    for (status, rest, conduct) in [
        (404, page, mitigating(403, 403)),
        (403, page, mitigating(410, 429)),
        (403, page, Conduct::Passing),
        (
            403,
            "<ErrorCachingMinTTL>300</ErrorCachingMinTTL>",
            mitigating(403, 403),
        ),
        (
            403,
            "<ResponsePagePath/><ResponseCode/>",
            mitigating(403, 403),
        ),
    ] {
        assert!(of(status, rest, &conduct).is_empty(), "{status} {rest}");
    }
}

#[test]
fn what_origin_request_answers_is_kept_for_the_documents_own_time() {
    let of = |extra: &str, events: &[EventType], conduct: &Conduct| {
        let document = document("", &[], extra);
        judge(&document, &everywhere(&document, events), conduct)
    };
    let kept = |seconds: u32| {
        let seconds = format!("<ErrorCachingMinTTL>{seconds}</ErrorCachingMinTTL>");
        error_response(403, &seconds)
    };
    let told = |found: &[Finding], text: &str| {
        let [finding] = found else {
            panic!("{found:?}")
        };
        assert_eq!(finding.hazard, Hazard::CachedMitigation);
        assert!(finding.detail.contains(text), "{text}: {finding:?}");
    };
    let mitigates = mitigating(403, 403);
    told(
        &of("", &[OriginRequest], &mitigates),
        "blocks and captchas (403) for 10 seconds",
    );
    told(
        &of(&kept(60), &[OriginRequest], &mitigates),
        "(403) for 60 seconds",
    );
    let obeyed = of(&kept(60), &[OriginRequest], &mitigating(410, 429));
    told(&obeyed, ": captchas (429) for 10 seconds. These");
    told(
        &of("", &[OriginRequest], &mitigating(410, 200)),
        "captchas (403)",
    );
    assert!(of(&kept(0), &[OriginRequest], &mitigates).is_empty());
    assert!(of("", &[ViewerRequest], &mitigates).is_empty());
    assert!(of("", &[OriginRequest], &Conduct::Passing).is_empty());
}

#[test]
fn a_behavior_with_grpc_is_told_where_it_is_wanted_and_where_it_is_left_out() {
    let document = document("", &[("/grpc/*", GRPC)], "");
    let summaries = |wanted: &BTreeSet<Slot>, wants_all: bool| {
        let case = Case {
            document: &document,
            wanted,
            wants_all,
            function: None,
            conduct: &Conduct::Passing,
            reach: &Reach::Unasked,
        };
        let found = findings(&case).into_iter();
        found.map(|finding| finding.summary).collect::<Vec<_>>()
    };
    let all = everywhere(&document, &[ViewerResponse]);
    let default = slots(&["default"], &[ViewerRequest]);
    assert_eq!(summaries(&all, false), ["gRPC requests are not protected"]);
    assert_eq!(summaries(&all, true), ["gRPC requests are not protected"]);
    assert_eq!(
        summaries(&default, true),
        ["Behaviors with gRPC are left out"]
    );
    assert!(
        summaries(&default, false).is_empty(),
        "the user's own choice"
    );
}

#[test]
fn our_header_in_the_cache_key_ends_cache_hits_where_there_are_any() {
    let of = |headers: &str, more: &str, events: &[EventType]| {
        let default = format!(
            "<ForwardedValues><Headers><Quantity>1</Quantity><Items><Name>{headers}</Name></Items></Headers></ForwardedValues>{more}"
        );
        let document = document(&default, &[], "");
        found(&document, &everywhere(&document, events), &Conduct::Passing)
    };
    let expected = ["state_in_cache_key default"];
    let nothing: [&str; 0] = [];
    for name in ["*", "x-netacea-edge-state", "X-Netacea-Edge-State"] {
        assert_eq!(of(name, "", &[ViewerRequest]), expected, "{name}");
        let kept = "<MaxTTL>60</MaxTTL>";
        assert_eq!(of(name, kept, &[ViewerRequest]), expected, "{name}");
        let nothing_kept = "<MaxTTL>0</MaxTTL>";
        assert_eq!(of(name, nothing_kept, &[ViewerRequest]), nothing, "{name}");
        assert_eq!(of(name, "", &[OriginRequest]), nothing, "{name}");
    }
    assert_eq!(of("Host", "", &[ViewerRequest]), nothing);
}

#[test]
fn associations_are_counted_as_they_will_be() {
    let behaviors = |count: usize, rest: &str| -> Document {
        let names: Vec<String> = (0..count).map(|index| format!("/{index}/*")).collect();
        let others: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), rest)).collect();
        document("", &others, "")
    };
    let count = |document: &Document, wanted: &BTreeSet<Slot>| {
        let found = judge(document, wanted, &Conduct::Passing);
        found.first().map(|finding| finding.summary.clone())
    };
    let document = behaviors(99, "");
    assert_eq!(
        count(&document, &everywhere(&document, &[ViewerRequest])),
        None
    );
    let both = everywhere(&document, &[ViewerRequest, ViewerResponse]);
    let summary = |count: u32| {
        Some(format!(
            "The distribution will have {count} Lambda@Edge associations"
        ))
    };
    assert_eq!(count(&document, &both), summary(200));
    let foreign = behaviors(99, &holds(STRANGER, OriginRequest));
    let default = slots(&["default"], &[ViewerRequest, ViewerResponse]);
    assert_eq!(count(&foreign, &default), summary(101));
    let taken = everywhere(&foreign, &[OriginRequest]);
    assert_eq!(count(&foreign, &taken), None, "a slot holds one function");
    let given_up = behaviors(99, &holds(OURS, OriginRequest));
    assert_eq!(count(&given_up, &default), None, "ours leaves");
}

#[test]
fn what_concerns_the_whole_distribution_is_said_of_it() {
    let of = |extra: &str| {
        let document = document("", &[], extra);
        found(
            &document,
            &everywhere(&document, &[ViewerRequest]),
            &Conduct::Passing,
        )
    };
    let policy = "<ContinuousDeploymentPolicyId>p</ContinuousDeploymentPolicyId>";
    assert_eq!(of(policy), ["continuous_deployment"]);
    let nothing: [&str; 0] = [];
    let staging = format!("{policy}<Staging>true</Staging>");
    assert_eq!(of(&staging), ["continuous_deployment"], "who is sent there");
    let http3 = "<HttpVersion>http3</HttpVersion>";
    assert_eq!(of(http3), nothing);
    let twice = ["continuous_deployment"; 2];
    assert_eq!(of(&format!("{staging}{http3}")), twice, "and not possible");
    assert_eq!(of(&format!("{policy}{http3}")), twice);
    assert_eq!(
        of("<ConnectionMode>tenant-only</ConnectionMode>"),
        ["multi_tenant"]
    );
    assert_eq!(of("<ConnectionMode>direct</ConnectionMode>"), nothing);
    assert_eq!(of("<Enabled>false</Enabled>"), ["disabled"]);
    assert_eq!(
        of("<WebACLId>arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b</WebACLId>"),
        nothing
    );
    let document = document("", &[], policy);
    assert_eq!(
        found(&document, &BTreeSet::new(), &mitigating(403, 403)),
        nothing
    );
}

#[test]
fn who_reaches_a_staging_distribution_is_said_as_far_as_it_is_known() {
    let document = document("", &[], "<Staging>true</Staging>");
    let told = |reach: &Reach, conduct: &Conduct| {
        let found = findings(&Case {
            document: &document,
            wanted: &everywhere(&document, &[ViewerRequest]),
            wants_all: false,
            function: None,
            conduct,
            reach,
        });
        let finding = found
            .into_iter()
            .find(|one| one.hazard == Hazard::ContinuousDeployment)
            .expect("one");
        (finding.summary, finding.detail)
    };
    let policy = |enabled: bool, traffic: Traffic| {
        Reach::Policy(ContinuousDeploymentPolicy { enabled, traffic })
    };
    let weight = |is_sticky: bool| Traffic::Weight {
        percent: 12.5,
        is_sticky,
    };
    let header = Traffic::Header {
        name: "aws-cf-cd-netacea".to_owned(),
    };
    let off = policy(false, weight(true));
    for (reach, summary, detail) in [
        (&Reach::Unasked, "Only some requests", "peak traffic"),
        (&Reach::Unread("denied".to_owned()), "not known", "denied"),
        (&Reach::NoPolicy, "No request", "mitigation_percent"),
        (&off, "No request", "disabled"),
        (&policy(true, weight(true)), "12.5 % of", "peak traffic"),
        (
            &policy(true, header),
            "the header aws-cf-cd-netacea",
            "your own tests",
        ),
        (&policy(true, Traffic::Other), "Only some", "peak traffic"),
    ] {
        let found = told(reach, &mitigating(403, 403));
        assert!(found.0.contains(summary), "{found:?}");
        assert!(found.1.contains(detail), "{found:?}");
        assert!(!found.1.contains("stickiness"), "{found:?}");
    }
    let loose = policy(true, weight(false));
    assert!(told(&loose, &mitigating(403, 403)).1.contains("stickiness"));
    assert!(
        !told(&loose, &Conduct::Passing).1.contains("stickiness"),
        "nobody gets a captcha"
    );
}
