//! CloudFront's cache: what it keeps, for how long and for which requests (EDGE-LIMITS.md, "What
//! CloudFront keeps").

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use roxmltree::Node;

use crate::aws::xml::{child, child_text, items};
use crate::edge::{Headers, RequestRecord, ResponseRecord};

/// Managed cache policies (CloudFront guide, "Use managed cache policies").
const CACHING_OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

/// The most answers, and bytes of bodies, that are kept. CloudFront evicts too, by rules of its
/// own.
const MOST: usize = 5000;
const MOST_BYTES: usize = 64 << 20;

/// Errors whose own `Cache-Control` counts, even below the minimum (CloudFront guide, "How
/// CloudFront processes and caches HTTP 4xx and 5xx status codes").
const OBEYING: [u16; 4] = [404, 410, 414, 501];

/// For which requests an answer is kept, and how long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caching {
    /// Names in lower case; `*` keeps nothing at all.
    headers: Vec<String>,
    cookies: bool,
    query: bool,
    methods: Vec<String>,
    /// Seconds: the least, the usual without the origin's `Cache-Control`, the most.
    least: u64,
    usual: u64,
    most: u64,
}

impl Caching {
    /// Reads it from a behavior. With a policy that is not a managed one, nothing is kept.
    pub(super) fn parse(behavior: Node<'_, '_>) -> Self {
        let methods = child(behavior, "AllowedMethods")
            .and_then(|allowed| child(allowed, "CachedMethods"))
            .map(items)
            .unwrap_or_default();
        let mut methods: Vec<String> = texts(&methods);
        if methods.is_empty() {
            methods = ["GET", "HEAD"].map(str::to_owned).into();
        }
        let (year, day) = (31_536_000, 86_400);
        if child_text(behavior, "CachePolicyId") == Some(CACHING_OPTIMIZED) {
            return Self {
                methods,
                least: 1,
                usual: day,
                most: year,
                ..Self::default()
            };
        }
        let Some(values) = child(behavior, "ForwardedValues") else {
            return Self::default();
        };
        let seconds = |name, default| {
            let text = child_text(behavior, name);
            text.and_then(|text| text.parse().ok()).unwrap_or(default)
        };
        let cookies = child(values, "Cookies").and_then(|cookies| child_text(cookies, "Forward"));
        let headers = child(values, "Headers").map(items).unwrap_or_default();
        Self {
            headers: texts(&headers)
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
            cookies: cookies == Some("all"),
            query: child_text(values, "QueryString") == Some("true"),
            methods,
            least: seconds("MinTTL", 0),
            usual: seconds("DefaultTTL", day),
            most: seconds("MaxTTL", year),
        }
    }

    /// Whether this is the id of a cache policy whose content is known here.
    pub(super) fn knows(policy: &str) -> bool {
        [CACHING_OPTIMIZED, CACHING_DISABLED].contains(&policy)
    }

    /// The key by which requests get the same answer; `None` if each goes to the origin.
    pub(super) fn key(&self, behavior: &str, request: &RequestRecord) -> Option<String> {
        let is_kept = self.methods.contains(&request.method) && self.most > 0;
        if !is_kept || self.headers.iter().any(|name| name == "*") {
            return None;
        }
        let options = if request.method == "OPTIONS" {
            "OPTIONS"
        } else {
            ""
        };
        let mut key = vec![behavior.to_owned(), options.to_owned(), request.uri.clone()];
        if self.query {
            key.push(request.querystring.clone());
        }
        let cookie = self.cookies.then_some("cookie");
        for name in self.headers.iter().map(String::as_str).chain(cookie) {
            key.push(format!(
                "{name}: {}",
                request.headers.values(name).join(", ")
            ));
        }
        Some(key.join("\n"))
    }

    /// Seconds for which an answer below 400 is kept.
    fn seconds(&self, headers: &Headers) -> u64 {
        if forbids(headers) {
            return self.least;
        }
        let said = age(headers).unwrap_or(self.usual);
        said.clamp(self.least, self.most.max(self.least))
    }
}

/// The cache of one edge location.
#[derive(Debug, Default)]
pub(super) struct Cache {
    kept: Mutex<Answers>,
}

#[derive(Debug, Default)]
struct Answers {
    by_key: HashMap<String, Kept>,
    bytes: usize,
}

#[derive(Clone, Debug)]
struct Kept {
    response: ResponseRecord,
    body: Vec<u8>,
    until: Duration,
}

impl Cache {
    pub(super) fn get(&self, key: &str, now: Duration) -> Option<(ResponseRecord, Vec<u8>)> {
        let kept = self.kept().by_key.get(key).cloned();
        kept.filter(|kept| kept.until > now)
            .map(|kept| (kept.response, kept.body))
    }

    /// Keeps an answer for as long as the rules say; `error_seconds` is the least for an error of
    /// its status.
    pub(super) fn put(
        &self,
        key: String,
        caching: &Caching,
        error_seconds: u64,
        (response, body): &(ResponseRecord, Vec<u8>),
        now: Duration,
    ) {
        let status: u16 = response.status.parse().unwrap_or_default();
        let headers = &response.headers;
        let seconds = match status {
            ..400 => caching.seconds(headers),
            status if OBEYING.contains(&status) && forbids(headers) => 0,
            _ if forbids(headers) => error_seconds,
            _ => error_seconds.max(age(headers).unwrap_or_default()),
        };
        let kept = Kept {
            response: response.clone(),
            body: body.clone(),
            until: now + Duration::from_secs(seconds),
        };
        if seconds > 0 {
            self.kept().insert(key, kept);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Answers> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answers {
    /// Adds an answer; those that would be kept for the shortest time make room.
    fn insert(&mut self, key: String, kept: Kept) {
        if kept.body.len() > MOST_BYTES {
            return;
        }
        self.bytes += kept.body.len();
        if let Some(before) = self.by_key.insert(key, kept) {
            self.bytes -= before.body.len();
        }
        while self.by_key.len() > MOST || self.bytes > MOST_BYTES {
            let answers = self.by_key.iter();
            let first = answers.min_by_key(|(_, kept)| kept.until);
            let Some(first) = first.map(|(key, _)| key.clone()) else {
                return;
            };
            if let Some(gone) = self.by_key.remove(&first) {
                self.bytes -= gone.body.len();
            }
        }
    }
}

fn texts(nodes: &[Node<'_, '_>]) -> Vec<String> {
    let texts = nodes.iter().filter_map(|node| node.text());
    texts.map(|text| text.trim().to_owned()).collect()
}

fn directives(headers: &Headers) -> Vec<String> {
    let values = headers
        .values("cache-control")
        .join(",")
        .to_ascii_lowercase();
    values
        .split(',')
        .map(|part| part.trim().to_owned())
        .collect()
}

fn forbids(headers: &Headers) -> bool {
    let found = directives(headers);
    ["no-store", "no-cache", "private"]
        .iter()
        .any(|word| found.iter().any(|directive| directive == word))
}

fn age(headers: &Headers) -> Option<u64> {
    let found = directives(headers);
    ["s-maxage=", "max-age="].iter().find_map(|name| {
        let mut values = found
            .iter()
            .filter_map(|directive| directive.strip_prefix(name));
        values.next()?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(cache: &Cache, key: usize, seconds: u64, bytes: usize) {
        let response = ResponseRecord {
            headers: Headers::default(),
            status: "200".to_owned(),
            status_description: String::new(),
            body: None,
            body_encoding: None,
        };
        let caching = Caching {
            usual: seconds,
            most: seconds,
            ..Caching::default()
        };
        let answer = (response, vec![0; bytes]);
        cache.put(key.to_string(), &caching, 0, &answer, Duration::ZERO);
    }

    #[test]
    fn what_would_go_first_makes_room_for_more() {
        let cache = Cache::default();
        for key in 0..=MOST {
            keep(&cache, key, if key == 7 { 10 } else { 60 }, 1);
        }
        assert_eq!(cache.kept().by_key.len(), MOST);
        assert!(cache.get("7", Duration::ZERO).is_none());
        assert!(cache.get("8", Duration::ZERO).is_some());
        keep(&cache, 8, 90, MOST_BYTES);
        let kept = cache.kept();
        assert!(kept.bytes <= MOST_BYTES && kept.by_key.len() == 1);
    }
}
