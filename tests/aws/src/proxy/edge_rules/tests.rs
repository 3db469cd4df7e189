//! Each rule refuses what CloudFront refuses.

use super::*;

fn behavior(lambda: &[(&str, &str, bool)], functions: usize) -> Option<&'static str> {
    let entries: String = lambda
        .iter()
        .map(|(arn, event, body)| {
            format!(
                "<LambdaFunctionAssociation><LambdaFunctionARN>{arn}</LambdaFunctionARN><EventType>{event}</EventType>\
                 <IncludeBody>{body}</IncludeBody></LambdaFunctionAssociation>"
            )
        })
        .collect();
    let list = |name: &str, count: usize, entries: &str| {
        let entries = match entries {
            "" => String::new(),
            _ => format!("<Items>{entries}</Items>"),
        };
        format!("<{name}><Quantity>{count}</Quantity>{entries}</{name}>")
    };
    let xml = format!(
        "<CacheBehavior>{}{}</CacheBehavior>",
        list("LambdaFunctionAssociations", lambda.len(), &entries),
        list(
            "FunctionAssociations",
            functions,
            &"<FunctionAssociation/>".repeat(functions)
        ),
    );
    let document = Document::parse(&xml).ok()?;
    let root = document.root_element();
    let arn = || associated(root).find_map(arn_refusal);
    let refusal = root.descendants().find_map(miscounted);
    refusal
        .or_else(|| misplaced(root))
        .or_else(arn)
        .map(|refusal| refusal.code)
}

#[test]
fn what_cloudfront_refuses_is_refused() {
    const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:f:1";
    const REFUSED: Option<&str> = Some("InvalidLambdaFunctionAssociation");
    let one = |arn: &str| behavior(&[(arn, "viewer-request", true)], 0);
    assert_eq!(one(ARN), None);
    assert_eq!(one(&ARN.replace(":1", ":$LATEST")), REFUSED);
    assert_eq!(one(&ARN.replace("f:1", "f")), REFUSED);
    assert_eq!(one(&ARN.replace("us-east-1", "eu-west-1")), REFUSED);
    assert_eq!(one(&ARN.replace("000000000000", "123456789012")), REFUSED);
    assert_eq!(behavior(&[(ARN, "viewer-response", true)], 0), REFUSED);
    assert_eq!(behavior(&[(ARN, "viewer-request", false)], 1), REFUSED);
    assert_eq!(behavior(&[(ARN, "origin-request", false)], 1), None);
    let twice = [
        (ARN, "origin-request", false),
        (ARN, "origin-request", false),
    ];
    assert_eq!(behavior(&twice, 0), REFUSED);
    assert_eq!(
        behavior(&[(ARN, "edge-request", false)], 0),
        Some("MalformedXML")
    );
}

#[test]
fn a_list_that_is_not_as_long_as_it_says_is_refused() {
    let code = |xml: &str| {
        let document = Document::parse(xml).ok()?;
        miscounted(document.root_element()).map(|refusal| refusal.code)
    };
    assert_eq!(
        code("<Aliases><Quantity>2</Quantity><Items><CNAME/></Items></Aliases>"),
        Some("InconsistentQuantities")
    );
    assert_eq!(
        code("<Aliases><Quantity>0</Quantity><Items/></Aliases>"),
        Some("MalformedInput")
    );
    assert_eq!(code("<Aliases><Quantity>0</Quantity></Aliases>"), None);
}
