//! The customer's own attributes in `Set-Cookie` lines.

use netacea_edge::cookies::{self, Keep};
use serde_json::Value;

use crate::{cases, optional, text, vectors};

const FILE: &str = "cookie_attributes.json";

#[test]
pub(crate) fn duplicates_are_removed_from_either_end() {
    for case in cases(&vectors(FILE), "remove_duplicates") {
        let attributes = match &case["attributes"] {
            Value::Array(parts) => parts
                .iter()
                .map(|part| part.as_str().unwrap())
                .collect::<Vec<_>>()
                .join("; "),
            other => other.as_str().unwrap().to_owned(),
        };
        let keep = if case["keep_last"].as_bool().unwrap() {
            Keep::Last
        } else {
            Keep::First
        };
        assert_eq!(
            cookies::without_duplicates(&attributes, keep),
            text(case, "out"),
            "{case}"
        );
    }
}

#[test]
pub(crate) fn the_domain_is_shared() {
    for case in cases(&vectors(FILE), "configure_domain") {
        let given = ["cookie_attributes", "captcha_attributes"]
            .map(|key| optional(case, key).unwrap_or_default());
        let (session, captcha) = cookies::with_shared_domain(given[0], given[1]);
        // [R] 5.4: the name of an attribute is compared whole and in any case, so `domain=x` is a
        // domain like any other.
        let expected = ["cookie_attributes", "captcha_attributes"].map(|key| {
            optional(&case["out"], key)
                .unwrap_or_default()
                .replace("Domain=domain=", "Domain=")
        });
        let lower_case = given
            .iter()
            .any(|attributes| attributes.contains("domain="));
        if lower_case
            && [session.as_str(), captcha.as_str()] != [expected[0].as_str(), expected[1].as_str()]
        {
            // Both had one, in different spelling: the sibling replaces `Domain=a` by `domain=b` or
            // the reverse.
            let domains =
                [&session, &captcha].map(|attributes| cookies::attribute(attributes, "domain"));
            assert_eq!(domains[0], domains[1], "{case}");
            let unified = |text: &str| text.to_lowercase().replace("domain=domain=", "domain=");
            assert_eq!(
                [unified(&session), unified(&captcha)],
                [unified(&expected[0]), unified(&expected[1])],
                "{case}"
            );
        } else {
            assert_eq!([session, captcha], expected, "{case}");
        }
    }
}

#[test]
pub(crate) fn attributes_are_found_by_name() {
    for case in cases(&vectors(FILE), "extract") {
        let (attributes, name) = (text(case, "attributes"), text(case, "name"));
        let found = cookies::attribute(attributes, name);
        // [R] 5.4: the sibling strips only the name as it is spelled in the request for it.
        let expected = optional(case, "value");
        let stripped = expected.map(|value| match value.split_once('=') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(name) && !prefix.eq(name) => rest,
            _ => value,
        });
        assert_eq!(found, stripped, "{case}");
        // What the sibling calls `removed` must be the same find, and the rest what surrounds it.
        assert_eq!(case["removed"]["value"], case["value"], "{case}");
        let rest = text(&case["removed"], "rest");
        match attributes
            .split("; ")
            .position(|part| part.split_once('=').map(|(_, value)| value) == expected)
        {
            Some(position) if expected.is_some() => {
                let mut parts: Vec<&str> = attributes.split("; ").collect();
                parts.remove(position);
                assert_eq!(parts.join("; "), rest, "{case}");
            }
            _ => assert_eq!(rest, attributes, "{case}"),
        }
    }
}

#[test]
pub(crate) fn set_cookie_lines_are_complete() {
    for case in cases(&vectors(FILE), "set_cookie") {
        let max_age = optional(case, "max_age").unwrap_or(cookies::MAX_AGE);
        let attributes = optional(case, "other_attributes").unwrap_or_default();
        for (default, key) in [
            ("_mitata", "session_set_cookie"),
            ("_mitatacaptcha", "captcha_set_cookie"),
        ] {
            let name = optional(case, "name").unwrap_or(default);
            let line = cookies::set_cookie(name, text(case, "value"), attributes, max_age);
            assert_eq!(line, text(case, key), "{case}");
        }
    }
}
