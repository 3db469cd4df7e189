//! Small vectors: cookies in requests, captcha content types, timeouts, expiry.

use netacea_edge::settings::{Captcha, Configuration};
use netacea_edge::{captcha, cookies, integer};
use serde_json::{Value, json};

use crate::{cases, optional, text, vectors};

const FILE: &str = "misc.json";

fn read(file: &Value) -> Configuration {
    Configuration::from_json(file.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{error}: {file}"))
        .0
}

#[test]
pub(crate) fn cookies_are_found_in_the_request() {
    for case in cases(&vectors(FILE), "read_cookie") {
        let name = text(case, "cookie_name");
        let found = cookies::values(text(case, "cookie_header"), name).next();
        // [R] 5.5: blanks are trimmed as in the ingest phase, in both phases.
        assert_eq!(found, optional(case, "ingest_phase"), "{case}");
        if !text(case, "cookie_header").contains(";  ") {
            assert_eq!(found, optional(case, "request_phase"), "{case}");
        } else {
            assert_eq!(optional(case, "request_phase"), None, "{case}");
        }
    }
}

#[test]
pub(crate) fn captchas_come_in_the_content_type_the_client_wants() {
    for case in cases(&vectors(FILE), "captcha_content_type") {
        let file = json!({
            "enableDynamicCaptchaContentType": case["enableDynamicCaptchaContentType"],
            "netaceaCaptchaPath": case["netaceaCaptchaPath"],
        });
        let settings: Captcha = read(&file).settings.captcha;
        assert_eq!(
            settings.path.as_deref(),
            optional(case, "normalised_captcha_path").filter(|path| !path.is_empty()),
            "{case}"
        );
        let content_type =
            captcha::content_type(&settings, optional(case, "accept").unwrap_or_default());
        assert_eq!(
            content_type,
            text(case, "captcha_content_type_header"),
            "{case}"
        );
    }
}

#[test]
pub(crate) fn timeouts_below_one_become_the_default() {
    for case in cases(&vectors(FILE), "correct_timeout") {
        assert_eq!(
            read(&json!({ "timeout": case["in"] }))
                .settings
                .protector
                .timeout_ms,
            case["out"],
            "{case}"
        );
    }
}

#[test]
pub(crate) fn expiry_depends_on_the_mode() {
    for case in cases(&vectors(FILE), "expiry_default") {
        let file = json!({ "mitigationType": case["mode"], "netaceaCookieExpirySeconds": case["configured"] });
        assert_eq!(
            read(&file).settings.session_expiry_seconds(),
            case["out"],
            "{case}"
        );
    }
}

#[test]
pub(crate) fn integers_are_read_as_the_sibling_reads_them() {
    for case in cases(&vectors(FILE), "safe_parse_int") {
        let text = optional(case, "in").unwrap_or_default();
        let found = integer::leading_integer(text).unwrap_or_default();
        if case["in"] == "" {
            // An oddity of the sibling's helper alone: in its log entries an empty text gives 0 too
            // (`weblog.json`).
            assert_eq!((found, &case["out"]), (0, &json!("NaN")), "{case}");
        } else {
            assert_eq!(json!(found), case["out"], "{case}");
        }
    }
}
