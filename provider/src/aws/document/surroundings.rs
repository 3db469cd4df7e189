//! The settings around the slots of a distribution that decide whether protection works.
//!
//! They are never written, so a document is not refused because of them. A setting that is missing,
//! repeated or not understood counts as absent.

use std::collections::BTreeSet;

use roxmltree::Node;

use super::xml;

/// Seconds for which CloudFront keeps an error unless the distribution says otherwise.
const USUAL_ERROR_SECONDS: u64 = 10;

/// What a distribution says apart from its behaviors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Surroundings {
    /// Custom error responses.
    error_responses: Vec<ErrorResponse>,
    /// Id of the continuous deployment policy that it belongs to. AWS shows it on the primary
    /// distribution and, once it is attached there, on the staging one.
    pub(crate) continuous_deployment_policy: Option<String>,
    /// Whether it serves visitors through tenants only.
    pub(crate) tenant_only: bool,
    /// Whether it speaks HTTP/3.
    pub(crate) http3: bool,
}

/// What happens to an error of one status.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ErrorResponse {
    status: u32,
    page: Option<ErrorPage>,
    seconds: u64,
}

/// The page that visitors get in place of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ErrorPage {
    pub(crate) path: String,
    /// The status of the answer with this page.
    pub(crate) status: String,
}

impl Surroundings {
    pub(super) fn of(root: Node<'_, '_>) -> Surroundings {
        let responses = only(root, "CustomErrorResponses");
        Surroundings {
            error_responses: members(responses, "CustomErrorResponse")
                .filter_map(ErrorResponse::read)
                .collect(),
            continuous_deployment_policy: text(root, "ContinuousDeploymentPolicyId"),
            tenant_only: text(root, "ConnectionMode").is_some_and(|mode| mode == "tenant-only"),
            // `http3` and `http2and3`.
            http3: text(root, "HttpVersion").is_some_and(|version| version.ends_with('3')),
        }
    }

    /// Why CloudFront offers no continuous deployment for it; a clause for messages.
    pub(crate) fn bars_continuous_deployment(&self) -> Option<&'static str> {
        if self.http3 {
            Some("it has HTTP/3 (`HttpVersion`)")
        } else if self.tenant_only {
            Some("it serves only tenants (`ConnectionMode`)")
        } else {
            None
        }
    }

    /// The page in place of errors of this status.
    pub(crate) fn error_page(&self, status: u32) -> Option<&ErrorPage> {
        self.error_response(status)?.page.as_ref()
    }

    /// The fewest seconds for which CloudFront keeps an error of this status.
    pub(crate) fn error_seconds(&self, status: u32) -> u64 {
        self.error_response(status)
            .map_or(USUAL_ERROR_SECONDS, |response| response.seconds)
    }

    /// CloudFront allows one for each status.
    fn error_response(&self, status: u32) -> Option<&ErrorResponse> {
        let mut found = self.error_responses.iter();
        found.find(|response| response.status == status)
    }
}

impl ErrorResponse {
    fn read(node: Node<'_, '_>) -> Option<ErrorResponse> {
        let code = text(node, "ErrorCode")?;
        let page = text(node, "ResponsePagePath").map(|path| ErrorPage {
            path,
            status: text(node, "ResponseCode").unwrap_or_else(|| code.clone()),
        });
        let seconds = text(node, "ErrorCachingMinTTL").and_then(|seconds| seconds.parse().ok());
        Some(ErrorResponse {
            status: code.parse().ok()?,
            page,
            seconds: seconds.unwrap_or(USUAL_ERROR_SECONDS),
        })
    }
}

/// The methods that a behavior allows; CloudFront always names them.
pub(super) fn allowed_methods(behavior: Node<'_, '_>) -> Option<BTreeSet<String>> {
    let methods: BTreeSet<String> = members(only(behavior, "AllowedMethods"), "Method")
        .map(|method| xml::text(method).to_ascii_uppercase())
        .collect();
    (!methods.is_empty()).then_some(methods)
}

/// The headers in a behavior's cache key that the document names; it does not have those of a cache
/// policy.
pub(super) fn key_headers(behavior: Node<'_, '_>) -> BTreeSet<String> {
    let forwarded = only(behavior, "ForwardedValues");
    let headers = forwarded.and_then(|forwarded| only(forwarded, "Headers"));
    members(headers, "Name")
        .map(|name| xml::text(name).to_ascii_lowercase())
        .collect()
}

pub(super) fn keeps_nothing(behavior: Node<'_, '_>) -> bool {
    let seconds = text(behavior, "MaxTTL").and_then(|seconds| seconds.parse::<u64>().ok());
    seconds == Some(0)
}

/// The child of that name, if it is the only one.
fn only<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> Option<Node<'a, 'i>> {
    xml::child(parent, name).ok().flatten()
}

/// Its text, unless that is empty.
fn text(parent: Node<'_, '_>, name: &'static str) -> Option<String> {
    only(parent, name)
        .map(xml::text)
        .filter(|text| !text.is_empty())
}

/// The items of a list; `Quantity` is not checked.
fn members<'a, 'i>(
    list: Option<Node<'a, 'i>>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    let items = list.and_then(|list| only(list, "Items"));
    items
        .into_iter()
        .flat_map(move |items| xml::children(items, name))
}

#[cfg(test)]
mod tests {
    use super::super::Document;

    fn document(behavior: &str, rest: &str) -> Document {
        Document::parse(format!(
            "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><CallerReference>1</CallerReference><Origins/>\
             <DefaultCacheBehavior>{behavior}</DefaultCacheBehavior><Enabled>true</Enabled>{rest}</DistributionConfig>"
        ))
        .expect("a distribution")
    }

    #[test]
    fn what_is_said_is_read() {
        let document = document(
            "<AllowedMethods><Quantity>2</Quantity><Items><Method>GET</Method><Method>HEAD</Method></Items><CachedMethods><Quantity>1</Quantity>\
             <Items><Method>POST</Method></Items></CachedMethods></AllowedMethods><ForwardedValues><Headers><Quantity>1</Quantity><Items>\
             <Name>X-Netacea-Edge-State</Name></Items></Headers></ForwardedValues><MaxTTL> 0 </MaxTTL>",
            "<CustomErrorResponses><Quantity>2</Quantity><Items><CustomErrorResponse><ErrorCode>403</ErrorCode><ResponsePagePath>/index.html</ResponsePagePath>\
             <ResponseCode>200</ResponseCode></CustomErrorResponse><CustomErrorResponse><ErrorCode>404</ErrorCode><ResponsePagePath/><ResponseCode/>\
             <ErrorCachingMinTTL>0</ErrorCachingMinTTL></CustomErrorResponse></Items></CustomErrorResponses>\
             <ContinuousDeploymentPolicyId>p</ContinuousDeploymentPolicyId><ConnectionMode>tenant-only</ConnectionMode>\
             <HttpVersion>http2and3</HttpVersion>",
        );
        let behavior = &document.behaviors()[0];
        let methods = behavior.allowed_methods.clone().expect("methods");
        assert_eq!(methods.into_iter().collect::<Vec<_>>(), ["GET", "HEAD"]);
        assert!(behavior.key_headers.contains("x-netacea-edge-state"));
        assert!(behavior.keeps_nothing);
        let surroundings = document.surroundings();
        let page = surroundings.error_page(403).expect("a page");
        assert_eq!((&*page.path, &*page.status), ("/index.html", "200"));
        assert_eq!(surroundings.error_page(404), None);
        let seconds = [403, 404, 500].map(|status| surroundings.error_seconds(status));
        assert_eq!(seconds, [10, 0, 10]);
        let policy = surroundings.continuous_deployment_policy.as_deref();
        assert_eq!(policy, Some("p"));
        assert!(surroundings.tenant_only && surroundings.http3);
    }

    #[test]
    fn http_3_and_tenants_bar_a_continuous_deployment() {
        for (rest, because) in [
            ("", None),
            ("<HttpVersion>http1.1</HttpVersion>", None),
            ("<HttpVersion>http2</HttpVersion>", None),
            ("<HttpVersion>http3</HttpVersion>", Some("HTTP/3")),
            ("<HttpVersion>http2and3</HttpVersion>", Some("HTTP/3")),
            ("<ConnectionMode>direct</ConnectionMode>", None),
            (
                "<ConnectionMode>tenant-only</ConnectionMode>",
                Some("only tenants"),
            ),
        ] {
            let document = document("", rest);
            let found = document.surroundings().bars_continuous_deployment();
            assert_eq!(found.is_some(), because.is_some(), "{rest}");
            let told = found.unwrap_or_default();
            assert!(told.contains(because.unwrap_or_default()), "{rest}: {told}");
        }
    }

    #[test]
    fn what_is_missing_or_odd_is_not_said_and_refuses_nothing() {
        for (behavior, rest) in [
            ("", ""),
            (
                "<AllowedMethods/><ForwardedValues/><MaxTTL>soon</MaxTTL>",
                "<CustomErrorResponses/><ContinuousDeploymentPolicyId/><ConnectionMode/><HttpVersion>http2</HttpVersion>",
            ),
            (
                "<AllowedMethods><Items/></AllowedMethods><ForwardedValues><Headers/></ForwardedValues><MaxTTL>0</MaxTTL><MaxTTL>0</MaxTTL>",
                "<CustomErrorResponses><Quantity>7</Quantity><Items><CustomErrorResponse/><CustomErrorResponse><ErrorCode>many</ErrorCode>\
                 <ResponsePagePath>/a</ResponsePagePath></CustomErrorResponse></Items></CustomErrorResponses>",
            ),
            (
                "<AllowedMethods><Items><Method>GET</Method></Items></AllowedMethods><AllowedMethods/>",
                "<ConnectionMode>direct</ConnectionMode><CustomErrorResponses/><CustomErrorResponses/>",
            ),
        ] {
            let document = document(behavior, rest);
            let found = &document.behaviors()[0];
            assert_eq!(found.allowed_methods, None, "{behavior}");
            assert!(
                found.key_headers.is_empty() && !found.keeps_nothing,
                "{behavior}"
            );
            assert_eq!(
                document.surroundings(),
                &super::Surroundings::default(),
                "{rest}"
            );
        }
    }
}
