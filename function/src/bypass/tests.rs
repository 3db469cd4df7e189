//! Which requests the customer's lists exempt, in time that grows no faster than the input.

use proptest::prelude::*;

use super::{Bypass, is_trick};

#[path = "../../fuzz/slow_bypass.rs"]
mod slow;

fn bypass(paths: &[&str], methods: &[&str], ranges: &[&str]) -> Bypass {
    let [paths, methods, ranges] = [paths, methods, ranges].map(|list| {
        let owned = list.iter().map(|text| (*text).to_owned());
        owned.collect::<Vec<String>>()
    });
    Bypass::new(&paths, &methods, &ranges)
}

#[test]
fn patterns_are_cloudfronts() {
    for (pattern, path, expected) in [
        ("/static/*", "/static/a/b.js", true),
        ("/static/*", "/static/", true),
        ("/static/*", "/static", false),
        ("/static/*", "/Static/a", false),
        ("static/*", "/static/a", true),
        ("*.js", "/a/b.js", true),
        ("*.js", "/a/b.JS", false),
        ("/a?c", "/abc", true),
        ("/a?c", "/ac", false),
        ("/a?c", "/a/c", true),
        ("/*/b*c*", "/a/bxcx", true),
        ("/*a*b", "/aab", true),
        ("/*a*b", "/aba", false),
        ("/a", "/a", true),
        ("/a", "/ab", false),
        ("*", "/", true),
        ("/a.c", "/abc", false),
        ("/a%20b", "/a%20b", true),
    ] {
        let found = bypass(&[pattern], &[], &[]).matches("GET", path, None);
        assert_eq!(found, expected, "{pattern} {path}");
    }
}

#[test]
fn paths_are_for_get_and_head_and_methods_for_any_path() {
    let paths = bypass(&["*"], &[], &[]);
    for (method, expected) in [
        ("GET", true),
        ("HEAD", true),
        ("POST", false),
        ("OPTIONS", false),
        ("get", false),
        ("", false),
    ] {
        assert_eq!(paths.matches(method, "/", None), expected, "{method}");
    }
    let methods = bypass(&[], &["OPTIONS"], &[]);
    assert!(methods.matches("OPTIONS", "/a;b", None));
    assert!(!methods.matches("options", "/", None) && !methods.matches("GET", "/", None));
}

#[test]
fn no_trick_matches_any_pattern() {
    for path in [
        "/checkout/pay;a.js",
        "/checkout/pay%3ba.js",
        "/checkout/pay%3Ba.js",
        "/checkout/pay%253ba.js",
        "/checkout/pay%25253ba.js",
        "/checkout%2Fx.css",
        "/checkout%2fx.css",
        "/checkout%252Fx.css",
        "/static/../checkout",
        "/static/%2e%2e/checkout",
        "/static/%2E%2e/checkout",
        "/static/.%2e/checkout",
        "/static/%252e%252e/checkout",
        "/static/%25252e./checkout",
        "/static/./checkout",
        "/static/.",
        "/static/..",
        "//static/a.js",
        "/static//a.js",
        "/static/a\\..\\b.js",
        "/static/%5c../b.js",
        "/static/a\tb.js",
        "/static/a%00.js",
        "/static/a%0a.js",
        "/static/a\u{7f}.js",
        "/a%3fb.js",
        "/a%23b.js",
        "/a%25253Fb.js",
        "/static/%c0%ae%c0%ae/checkout",
        "/static/%e0%80%ae%e0%80%ae/checkout",
        "/static/%f0%80%80%ae./checkout",
        "/checkout%e0%80%af.js",
        "/checkout%u002fa.js",
        "/static/%U002e%u002E/checkout",
        "/static/%25u002e./checkout",
        "/static/%2525252e%2525252e/checkout",
        "/checkout#a.js",
        "/static/a%c2%85.js",
        "/static/a\u{9f}.js",
    ] {
        assert!(is_trick(path), "{path}");
        assert!(
            !bypass(&["*"], &[], &[]).matches("GET", path, None),
            "{path}"
        );
    }
    for path in [
        "/static/a.js",
        "/static/.well-known/...",
        "/static/a%20b.js",
        "/static/100%25.js",
        "/static/100%",
        "/%E2%98%83.js",
        "/%e0%a4%85%F0%9F%98%80.js",
        "/caf%C3%a9/caf%e9.js",
        "/under%_u.js",
        "/a.b/c..d",
        "",
    ] {
        assert!(!is_trick(path), "{path}");
    }
}

#[test]
fn ranges_are_of_both_families() {
    for (range, ip, expected) in [
        ("203.0.113.0/24", "203.0.113.9", true),
        ("203.0.113.0/24", "203.0.114.9", false),
        ("203.0.113.9/24", "203.0.113.1", true),
        ("203.0.113.9/32", "203.0.113.9", true),
        ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("::/0", "2001:db8::1", true),
        ("::/0", "203.0.113.9", false),
        ("2001:db8::/32", "2001:db8:1::7", true),
        ("2001:db8::/32", "2001:db9::7", false),
        ("2001:db8::7/128", "2001:DB8::7", true),
        ("203.0.113.0/24", "::ffff:203.0.113.9", true),
        ("::ffff:203.0.113.0/120", "203.0.113.9", true),
        ("::ffff:203.0.113.0/120", "203.0.114.9", false),
        ("::ffff:0:0/96", "::ffff:203.0.113.9", true),
        ("203.0.113.0/24", "203.0.113.9:80", false),
        ("203.0.113.0/24", "", false),
        ("203.0.113.9", "203.0.113.9", false),
        ("203.0.113.0/33", "203.0.113.9", false),
        ("203.0.113.0/+8", "203.0.113.9", false),
        ("203.0.113.0/", "203.0.113.9", false),
        ("/24", "203.0.113.9", false),
    ] {
        let lists = bypass(&[], &[], &[range]);
        assert_eq!(
            lists.matches("POST", "/;", Some(ip)),
            expected,
            "{range} {ip}"
        );
        assert!(!lists.matches("POST", "/;", None));
    }
}

#[test]
fn the_time_grows_with_the_input_and_no_faster() {
    // One that goes back to every `*`, or reads the rest for each character, would need hours.
    let patterns: Vec<String> = (0..50).map(|number| format!("/*a*a*a*{number}x")).collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let lists = bypass(&patterns, &[], &[]);
    let start = std::time::Instant::now();
    for path in [
        "/a".to_owned() + &"a".repeat(100_000),
        "/%2525".repeat(100_000),
    ] {
        assert!(!lists.matches("GET", &path, None));
    }
    let taken = start.elapsed();
    assert!(taken.as_secs() < 60, "{taken:?} for 100 KB");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn it_matches_what_the_rules_say(
        pattern in "[/*?ab.;%]{0,8}",
        path in "/(%(2|25)?[2-5][eEfFcCbB035]|[ab./;%#u]|%25|%(c[02]|[ef]0)|%[89]f|\u{e9}){0,8}",
        method in "GET|HEAD|POST",
    ) {
        let fast = bypass(&[&pattern], &[], &[]).matches(&method, &path, None);
        prop_assert_eq!(fast, slow::matches(&pattern, &method, &path), "{} {}", pattern, path);
    }
}
