use netacea_edge::fingerprint;

use crate::{cases, optional, text, vectors};

const FILE: &str = "fingerprints.json";

#[test]
fn header_fingerprints_are_those_of_the_hash_generator() {
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
            assert!(
                unsorted.is_empty() || digest.starts_with(unsorted.rsplit('_').next().unwrap()),
                "{case}"
            );
            assert_eq!(digest.len(), 64, "{case}");
        }
    }
}

#[test]
fn cookie_fingerprints_are_those_of_the_sibling() {
    for case in cases(&vectors(FILE), "cookie_cloudflare") {
        let header = optional(case, "cookie_header").unwrap_or_default();
        assert_eq!(
            fingerprint::of_cookies(header),
            text(case, "fingerprint"),
            "{case}"
        );
    }
}
