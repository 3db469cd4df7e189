//! Which parts of a viewer's request reach the origin.

use roxmltree::Node;

use crate::aws::xml::{child, child_text, items};

/// The managed origin request policies that the fixtures use (CloudFront guide, "Use managed origin
/// request policies").
const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";
const ALL_VIEWER_EXCEPT_HOST_HEADER: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// Which headers and cookies are forwarded; the rest of the request always is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarding {
    /// Names in lower case; `*` means all.
    headers: Vec<String>,
    except_host: bool,
    cookies: bool,
}

impl Forwarding {
    pub(super) fn parse(behavior: Node<'_, '_>) -> Self {
        match child_text(behavior, "OriginRequestPolicyId") {
            Some(ALL_VIEWER) => Self {
                except_host: false,
                ..Self::all_except_host()
            },
            Some(ALL_VIEWER_EXCEPT_HOST_HEADER) => Self::all_except_host(),
            _ => child(behavior, "ForwardedValues").map_or_else(Self::nothing, Self::values),
        }
    }

    /// Everything except `host`: what `AllViewerExceptHostHeader` forwards.
    pub fn all_except_host() -> Self {
        Self {
            headers: vec!["*".to_owned()],
            except_host: true,
            cookies: true,
        }
    }

    /// Whether this is the id of an origin request policy whose content is known here.
    pub(super) fn knows(policy: &str) -> bool {
        [ALL_VIEWER, ALL_VIEWER_EXCEPT_HOST_HEADER].contains(&policy)
    }

    /// Whether the origin gets this header, given in lower case, as the viewer sent it.
    pub fn includes(&self, header: &str) -> bool {
        match header {
            "cookie" => self.cookies,
            "host" if self.except_host => false,
            header => self
                .headers
                .iter()
                .any(|name| name == "*" || name == header),
        }
    }

    fn nothing() -> Self {
        Self {
            headers: Vec::new(),
            except_host: false,
            cookies: false,
        }
    }

    fn values(values: Node<'_, '_>) -> Self {
        let names = child(values, "Headers").map(items).unwrap_or_default();
        Self {
            headers: names
                .into_iter()
                .filter_map(|name| name.text())
                .map(str::to_ascii_lowercase)
                .collect(),
            except_host: false,
            cookies: child(values, "Cookies").and_then(|cookies| child_text(cookies, "Forward"))
                == Some("all"),
        }
    }
}
