//! Translates between the lab's name in the browser and the name of the owner's site.
//!
//! The edge, the function and the origin see requests for the site itself; the browser gets answers
//! that do not lead it away from the lab.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Cookie attributes that a browser would refuse the cookie for on plain HTTP and another host.
const OF_THE_SITE: [&str; 3] = ["domain", "secure", "partitioned"];

/// Changes headers, and counts the changes.
#[derive(Debug)]
pub(crate) struct Rewriting {
    /// Scheme and authority of the owner's site.
    origin: Option<String>,
    times: Mutex<BTreeMap<&'static str, u64>>,
}

impl Rewriting {
    /// For a site, or for the demo shop, which uses the lab's own name.
    pub(crate) fn new(origin: Option<String>) -> Self {
        Self {
            origin,
            times: Mutex::default(),
        }
    }

    /// A header of a request that came for `host`, as the edge gets it.
    pub(crate) fn of_request(&self, host: &str, name: &str, value: &str) -> String {
        let Some(origin) = &self.origin else {
            return value.to_owned();
        };
        let lab = format!("http://{host}");
        match name {
            "host" => authority(origin).to_owned(),
            "origin" if value == lab => {
                self.note("Origin of requests: the lab's address replaced with the site's");
                origin.clone()
            }
            "referer" => match value.strip_prefix(&lab) {
                Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                    self.note("Referer of requests: the lab's address replaced with the site's");
                    format!("{origin}{rest}")
                }
                _ => value.to_owned(),
            },
            _ => value.to_owned(),
        }
    }

    /// A header of an answer, as the browser that asked for `host` gets it; `None`: not at all.
    pub(crate) fn of_answer(&self, host: &str, name: &str, value: &str) -> Option<String> {
        match name {
            "set-cookie" => return Some(self.cookie(value)),
            "strict-transport-security" => {
                self.note("Strict-Transport-Security of answers: dropped");
                return None;
            }
            "alt-svc" => {
                self.note("Alt-Svc of answers: dropped");
                return None;
            }
            "content-security-policy" | "content-security-policy-report-only" => {
                return self.policy(value);
            }
            _ => {}
        }
        let Some(origin) = &self.origin else {
            return Some(value.to_owned());
        };
        Some(match name {
            "location" => match on_site(origin, value) {
                Some(rest) => {
                    self.note("Location of answers: the site's address replaced with the lab's");
                    format!("http://{host}{rest}")
                }
                None => value.to_owned(),
            },
            "access-control-allow-origin" if value == origin => {
                self.note(
                    "Access-Control-Allow-Origin of answers: the site's address replaced \
                     with the lab's",
                );
                format!("http://{host}")
            }
            _ => value.to_owned(),
        })
    }

    /// A sentence for each kind of change so far.
    pub(crate) fn told(&self) -> Vec<String> {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let told = times
            .iter()
            .map(|(what, times)| format!("{what} ({times})"));
        told.collect()
    }

    fn cookie(&self, line: &str) -> String {
        let mut parts = line.split(';');
        let pair = parts.next().unwrap_or_default();
        // Browsers take such a cookie only with `Secure`, on loopback as well.
        let needs_secure = pair.starts_with("__Host-") || pair.starts_with("__Secure-");
        let mut kept = vec![pair.to_owned()];
        for attribute in parts {
            let name = attribute.split('=').next().unwrap_or_default().trim();
            let name = name.to_ascii_lowercase();
            let needs_https = name == "samesite"
                && attribute.to_ascii_lowercase().contains("none")
                && !needs_secure;
            let is_dropped = OF_THE_SITE.contains(&name.as_str())
                && !(needs_secure && name != "domain")
                || needs_https;
            if is_dropped {
                self.note(
                    "Set-Cookie of answers: Domain, Secure, Partitioned and SameSite=None dropped",
                );
            } else {
                kept.push(attribute.to_owned());
            }
        }
        kept.join(";")
    }

    /// The policy without the directives that send a browser to HTTPS.
    fn policy(&self, value: &str) -> Option<String> {
        let directives = value.split(';').map(str::trim);
        let kept: Vec<&str> = directives
            .clone()
            .filter(|one| !one.eq_ignore_ascii_case("upgrade-insecure-requests"))
            .filter(|one| !one.eq_ignore_ascii_case("block-all-mixed-content"))
            .collect();
        if kept.len() == directives.count() {
            return Some(value.to_owned());
        }
        self.note("Content-Security-Policy of answers: upgrade-insecure-requests dropped");
        let is_empty = kept.iter().all(|one| one.is_empty());
        (!is_empty).then(|| kept.join("; "))
    }

    fn note(&self, what: &'static str) {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        *times.entry(what).or_default() += 1;
    }
}

/// The rest of a URL after the site's address, for both schemes.
fn on_site<'a>(origin: &str, url: &'a str) -> Option<&'a str> {
    let rest = url
        .strip_prefix("https:")
        .or_else(|| url.strip_prefix("http:"))
        .unwrap_or(url);
    let rest = rest.strip_prefix("//")?.strip_prefix(authority(origin))?;
    let is_whole = rest.is_empty() || rest.starts_with(['/', '?', '#']);
    is_whole.then_some(rest)
}

fn authority(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAB: &str = "127.0.0.1:8000";

    fn of_site() -> Rewriting {
        Rewriting::new(Some("https://shop.example".to_owned()))
    }

    #[test]
    fn the_edge_sees_requests_for_the_site() {
        let rewriting = of_site();
        for (name, value, expected) in [
            ("host", LAB, "shop.example"),
            ("origin", "http://127.0.0.1:8000", "https://shop.example"),
            ("origin", "http://localhost:8000", "http://localhost:8000"),
            ("origin", "https://other.example", "https://other.example"),
            (
                "referer",
                "http://127.0.0.1:8000/a?b",
                "https://shop.example/a?b",
            ),
            (
                "referer",
                "http://127.0.0.1:80001/a",
                "http://127.0.0.1:80001/a",
            ),
            ("accept", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ] {
            assert_eq!(
                rewriting.of_request(LAB, name, value),
                expected,
                "{name}: {value}"
            );
        }
        assert_eq!(Rewriting::new(None).of_request(LAB, "host", LAB), LAB);
        assert_eq!(rewriting.told().len(), 2);
    }

    #[test]
    fn answers_do_not_lead_away() {
        let rewriting = of_site();
        for (name, value, expected) in [
            (
                "location",
                "https://shop.example/a",
                Some("http://127.0.0.1:8000/a"),
            ),
            (
                "location",
                "http://shop.example?a",
                Some("http://127.0.0.1:8000?a"),
            ),
            (
                "location",
                "//shop.example/a",
                Some("http://127.0.0.1:8000/a"),
            ),
            ("location", "/a", Some("/a")),
            (
                "location",
                "https://shop.example.evil/a",
                Some("https://shop.example.evil/a"),
            ),
            (
                "location",
                "https://pay.example/a",
                Some("https://pay.example/a"),
            ),
            ("strict-transport-security", "max-age=1", None),
            ("alt-svc", "h3=\":443\"", None),
            (
                "content-security-policy",
                "default-src 'self'; upgrade-insecure-requests",
                Some("default-src 'self'"),
            ),
            ("content-security-policy", "upgrade-insecure-requests", None),
            (
                "content-security-policy",
                "default-src 'self'",
                Some("default-src 'self'"),
            ),
            (
                "access-control-allow-origin",
                "https://shop.example",
                Some("http://127.0.0.1:8000"),
            ),
            (
                "access-control-allow-origin",
                "https://a.example",
                Some("https://a.example"),
            ),
            ("etag", "https://shop.example", Some("https://shop.example")),
        ] {
            let rewritten = rewriting.of_answer(LAB, name, value);
            assert_eq!(rewritten.as_deref(), expected, "{name}: {value}");
        }
        let shop = Rewriting::new(None);
        let kept = shop.of_answer(LAB, "content-type", "text/html");
        assert_eq!(kept.as_deref(), Some("text/html"));
    }

    #[test]
    fn cookies_fit_plain_http_on_loopback() {
        for rewriting in [of_site(), Rewriting::new(None)] {
            for (line, expected) in [
                ("a=1; Domain=shop.example; Path=/; Secure", "a=1; Path=/"),
                ("a=1; SameSite=None; Secure; HttpOnly", "a=1; HttpOnly"),
                ("a=1; SameSite=Lax", "a=1; SameSite=Lax"),
                ("__Host-a=1; Secure; Path=/", "__Host-a=1; Secure; Path=/"),
                (
                    "__Secure-a=1; Secure; domain=.shop.example",
                    "__Secure-a=1; Secure",
                ),
            ] {
                let rewritten = rewriting.of_answer(LAB, "set-cookie", line);
                assert_eq!(rewritten.as_deref(), Some(expected), "{line}");
            }
        }
    }
}
