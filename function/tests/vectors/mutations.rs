//! The comparisons themselves are tested: whatever expected value is changed in a file of vectors,
//! the test that reads it must fail. One value of every case in `make test`; every value of every
//! case with `MUTATIONS=all` (`make soak`).

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};

use serde_json::{Value, json};

use crate::{
    best_mitigation, cookie_attributes, cookie_v1, cookie_v3, e2e, fingerprints, jwe, kinesis,
    misc, weblog,
};

/// File, list of cases, where a case says what is expected, and the test that compares it.
type Comparison = (&'static str, &'static str, &'static [&'static str], fn());

const COMPARISONS: &[Comparison] = &[
    (
        "best_mitigation.json",
        "rows",
        &["/5", "/6", "/7", "/8"],
        best_mitigation::every_verdict_has_the_status_action_and_headers_of_the_table,
    ),
    (
        "cookie_attributes.json",
        "remove_duplicates",
        &["/out"],
        cookie_attributes::duplicates_are_removed_from_either_end,
    ),
    (
        "cookie_attributes.json",
        "configure_domain",
        &["/out"],
        cookie_attributes::the_domain_is_shared,
    ),
    (
        "cookie_attributes.json",
        "extract",
        &["/value", "/removed"],
        cookie_attributes::attributes_are_found_by_name,
    ),
    (
        "cookie_attributes.json",
        "set_cookie",
        &["/session_set_cookie", "/captcha_set_cookie"],
        cookie_attributes::set_cookie_lines_are_complete,
    ),
    (
        "cookie_v1.json",
        "create",
        &["/cookie"],
        cookie_v1::cookies_are_written_byte_for_byte,
    ),
    (
        "cookie_v1.json",
        "generate_id",
        &["/id", "/length"],
        cookie_v1::user_ids_come_from_random_bytes,
    ),
    (
        "cookie_v1.json",
        "hmac_hex_base64",
        &["/out"],
        cookie_v1::signatures_are_base64_of_hexadecimal_text,
    ),
    (
        "cookie_v1.json",
        "parse",
        &["/parsed"],
        cookie_v1::parsing_finds_the_same_fields_or_no_cookie,
    ),
    (
        "cookie_v1.json",
        "check",
        &["/result"],
        cookie_v1::checking_gives_the_same_flags,
    ),
    (
        "cookie_v3.json",
        "create",
        &["/cookie"],
        cookie_v3::cookies_are_written_byte_for_byte,
    ),
    (
        "cookie_v3.json",
        "parse",
        &["/is_v3_format", "/parsed", "/throws"],
        cookie_v3::parsing_finds_the_same_fields_without_the_siblings_oddities,
    ),
    (
        "cookie_v3.json",
        "check",
        &["/result"],
        cookie_v3::checking_gives_the_same_flags,
    ),
    ("e2e.json", "cases", &["/expected"], e2e::compare_every_case),
    (
        "fingerprints.json",
        "header_integrationbase",
        &["/filtered", "/unsorted", "/sorted", "/sha256_unsorted"],
        fingerprints::header_fingerprints_are_those_of_the_hash_generator,
    ),
    (
        "fingerprints.json",
        "header_cloudflare",
        &["/names_as_iterated", "/fingerprint"],
        fingerprints::the_siblings_header_fingerprints_are_understood,
    ),
    (
        "fingerprints.json",
        "cookie_cloudflare",
        &["/fingerprint"],
        fingerprints::cookie_fingerprints_are_those_of_the_sibling,
    ),
    (
        "jwe.json",
        "encrypt",
        &["/token", "/protected_header"],
        jwe::tokens_are_written_byte_for_byte_and_read_back,
    ),
    (
        "jwe.json",
        "decrypt_cases",
        &["/decrypts", "/plaintext"],
        jwe::only_genuine_tokens_are_read,
    ),
    (
        "kinesis.json",
        "sign",
        &["/out"],
        kinesis::calls_are_signed_byte_for_byte,
    ),
    (
        "kinesis.json",
        "batching_traces",
        &["/sends", "/left_in_cache", "/age_flush"],
        kinesis::entries_are_batched_as_recorded,
    ),
    (
        "misc.json",
        "read_cookie",
        &["/request_phase", "/ingest_phase"],
        misc::cookies_are_found_in_the_request,
    ),
    (
        "misc.json",
        "captcha_content_type",
        &["/normalised_captcha_path", "/captcha_content_type_header"],
        misc::captchas_come_in_the_content_type_the_client_wants,
    ),
    (
        "misc.json",
        "correct_timeout",
        &["/out"],
        misc::timeouts_below_one_become_the_default,
    ),
    (
        "misc.json",
        "expiry_default",
        &["/out"],
        misc::expiry_depends_on_the_mode,
    ),
    (
        "misc.json",
        "safe_parse_int",
        &["/out"],
        misc::integers_are_read_as_the_sibling_reads_them,
    ),
    (
        "weblog.json",
        "v1",
        &["/url", "/headers", "/body"],
        weblog::v1_entries_are_written_byte_for_byte,
    ),
    (
        "weblog.json",
        "v2",
        &["/url", "/headers", "/body"],
        weblog::v2_entries_are_written_byte_for_byte,
    ),
];

thread_local! {
    /// What this thread reads in place of a file.
    static INSTEAD: RefCell<Option<(&'static str, Value)>> = const { RefCell::new(None) };
    /// Whether a failure of this thread is expected, so that nobody need read of it.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// The changed file, while one is under test.
pub(crate) fn instead_of(file: &str) -> Option<Value> {
    INSTEAD.with_borrow(|instead| {
        let (name, vectors) = instead.as_ref()?;
        (*name == file).then(|| vectors.clone())
    })
}

#[test]
fn no_expected_value_can_change_unnoticed() {
    let is_all = std::env::var("MUTATIONS").is_ok_and(|value| value == "all");
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !IS_QUIET.get() {
            report(info);
        }
    }));
    let (mut changed, mut unnoticed) = (0, Vec::new());
    for &(file, list, expected, test) in COMPARISONS {
        let mut vectors = crate::vectors(file);
        let cases = vectors[list].as_array().unwrap().clone();
        // Only the case itself is read again, not its neighbors.
        for value in vectors.as_object_mut().unwrap().values_mut() {
            if value.is_array() && file != "best_mitigation.json" {
                *value = json!([]);
            }
        }
        for (index, case) in cases.iter().enumerate() {
            let passes = |case: Value| {
                let mut vectors = vectors.clone();
                vectors[list] = json!([case]);
                INSTEAD.set(Some((file, vectors)));
                IS_QUIET.set(true);
                let result = panic::catch_unwind(AssertUnwindSafe(test));
                IS_QUIET.set(false);
                INSTEAD.set(None);
                result.is_ok()
            };
            let at = |place: &str| format!("{file} {list}/{index}{place}");
            if !passes(case.clone()) {
                unnoticed.push(at(": fails unchanged"));
                continue;
            }
            let mut places = Vec::new();
            for pointer in expected {
                if let Some(value) = case.pointer(pointer) {
                    leaves(value, pointer, &mut places);
                }
            }
            places.retain(|place| file != "e2e.json" || e2e::is_compared(case, place));
            let count = places.len().max(1);
            for place in
                places
                    .iter()
                    .cycle()
                    .skip(index % count)
                    .take(if is_all { count } else { 1 })
            {
                let mut mutant = case.clone();
                change(mutant.pointer_mut(place).unwrap());
                changed += 1;
                if passes(mutant) {
                    unnoticed.push(at(place));
                }
            }
        }
    }
    println!("{changed} expected values changed one by one");
    assert!(changed > 4000, "only {changed} values were changed");
    assert!(
        unnoticed.is_empty(),
        "{} changes go unnoticed:\n{}",
        unnoticed.len(),
        unnoticed.join("\n")
    );
}

/// JSON pointers of all values that hold no others.
fn leaves(value: &Value, pointer: &str, places: &mut Vec<String>) {
    match value {
        Value::Array(list) if !list.is_empty() => {
            for (index, value) in list.iter().enumerate() {
                leaves(value, &format!("{pointer}/{index}"), places);
            }
        }
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                leaves(value, &format!("{pointer}/{key}"), places);
            }
        }
        _ => places.push(pointer.to_owned()),
    }
}

fn change(value: &mut Value) {
    *value = match value {
        Value::Null => json!("~"),
        Value::Bool(flag) => json!(!*flag),
        Value::Number(number) => match number.as_i64() {
            Some(number) => json!(number + 1),
            None => json!(number.as_f64().unwrap() + 1.0),
        },
        Value::String(text) => json!(format!("{text}~")),
        Value::Array(_) => json!(["~"]),
        Value::Object(_) => json!({ "~": 1 }),
    };
}
