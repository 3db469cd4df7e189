//! Fingerprints of header names and of cookies.

use netacea_edge::fingerprint;
use sha2::{Digest, Sha256};

use crate::{cases, optional, text, vectors};

const FILE: &str = "fingerprints.json";

#[test]
pub(crate) fn header_fingerprints_are_those_of_the_hash_generator() {
    for case in cases(&vectors(FILE), "header_integrationbase") {
        let names: Vec<&str> = case["header_names"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        let unsorted = fingerprint::of_header_names(names.iter().copied());
        assert_eq!(unsorted, text(case, "unsorted"), "{case}");
        // The other values of the case follow from the same names.
        let filtered: Vec<&str> = case["filtered"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        assert_eq!(
            fingerprint::of_header_names(filtered.iter().copied()),
            unsorted,
            "{case}"
        );
        let count = unsorted
            .split('_')
            .nth(1)
            .map_or(0, |count| count.parse().unwrap());
        assert_eq!(filtered.len(), count, "{case}");
        let mut sorted = filtered;
        sorted.sort_by_key(|name| name.encode_utf16().collect::<Vec<_>>());
        let sorted = fingerprint::of_header_names(sorted.into_iter()).replacen("h_", "hs_", 1);
        assert_eq!(sorted, text(case, "sorted"), "{case}");
        if let Some(digest) = optional(case, "sha256_unsorted") {
            assert_eq!(hex(&names_of(case, "filtered").join(",")), digest, "{case}");
        }
    }
}

#[test]
pub(crate) fn cookie_fingerprints_are_those_of_the_sibling() {
    for case in cases(&vectors(FILE), "cookie_cloudflare") {
        let header = optional(case, "cookie_header").unwrap_or_default();
        assert_eq!(
            fingerprint::of_cookies(header),
            text(case, "fingerprint"),
            "{case}"
        );
    }
}

/// Not what we send (protocol section 10.3), but what the recorded URLs and log entries of
/// `e2e.json` contain.
#[test]
pub(crate) fn the_siblings_header_fingerprints_are_understood() {
    for case in cases(&vectors(FILE), "header_cloudflare") {
        let mut names: Vec<String> = names_of(case, "header_names_sent")
            .iter()
            .map(|name| name.to_lowercase())
            .collect();
        assert_eq!(
            sibling_header_fingerprint(names.clone()),
            text(case, "fingerprint"),
            "{case}"
        );
        names.sort();
        names.dedup();
        assert_eq!(names, names_of(case, "names_as_iterated"), "{case}");
    }
}

/// The Cloudflare sibling's variant (protocol section 10.2), from names in lower case.
pub(crate) fn sibling_header_fingerprint(mut names: Vec<String>) -> String {
    names.retain(|name| name != "cookie" && name != "referer" && !name.starts_with("x-netacea-"));
    names.sort();
    names.dedup();
    format!("h_{}", &hex(&names.join(","))[1..15])
}

fn names_of<'a>(case: &'a serde_json::Value, key: &str) -> Vec<&'a str> {
    case[key]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect()
}

fn hex(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
