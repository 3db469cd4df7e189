//! Every verdict with what follows from it.

use netacea_edge::settings::MitigationType;
use netacea_edge::verdict::{Action, Verdict};
use serde_json::{Value, json};

use crate::{cases, vectors};

#[test]
pub(crate) fn every_verdict_has_the_status_action_and_headers_of_the_table() {
    let vectors = vectors("best_mitigation.json");
    let columns: Vec<&str> = cases(&vectors, "columns")
        .iter()
        .map(|column| column.as_str().unwrap())
        .collect();
    assert_eq!(
        columns,
        [
            "mode",
            "match",
            "mitigate",
            "captcha",
            "is_captcha_post",
            "session_status",
            "mitigation",
            "mitigated",
            "inject_headers_match_mitigate_captcha_eventid"
        ]
    );
    for row in cases(&vectors, "rows") {
        let cell = |index: usize| row[index].as_str().unwrap().to_owned();
        let mode: MitigationType = cell(0).parse().unwrap();
        let verdict = Verdict {
            matched: cell(1).as_str().into(),
            mitigate: cell(2).as_str().into(),
            captcha: cell(3).as_str().into(),
        };
        let is_captcha_post = row[4].as_bool().unwrap();
        assert_eq!(verdict.status(false, is_captcha_post), row[5], "{row}");
        let action = verdict.action(mode, false, is_captcha_post);
        assert_eq!(name(action), row[6].as_str().unwrap_or_default(), "{row}");
        assert_eq!(
            matches!(action, Action::Block | Action::Captcha),
            row[7],
            "{row}"
        );
        let headers = match mode {
            MitigationType::Inject => {
                assert_eq!(row[8][3], "EV", "the event id of all rows");
                json!([
                    verdict.matched.as_str(),
                    verdict.mitigate.as_str(),
                    verdict.captcha_now(is_captcha_post).as_str(),
                    row[8][3]
                ])
            }
            _ => Value::Null,
        };
        assert_eq!(headers, row[8], "{row}");
    }
}

fn name(action: Action) -> &'static str {
    match action {
        Action::None => "",
        Action::Allow => "allow",
        Action::CaptchaPass => "captchapass",
        Action::Captcha => "captcha",
        Action::Block => "block",
        Action::Monetise => "monetise",
    }
}
