//! Every verdict with what follows from it.

use netacea_edge::settings::{MitigationType, Policy};
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
    for row in cases(&vectors, "rows").iter().map(of_2026) {
        let cell = |index: usize| row[index].as_str().unwrap().to_owned();
        let mode: MitigationType = cell(0).parse().unwrap();
        let verdict = Verdict {
            matched: cell(1).as_str().into(),
            mitigate: cell(2).as_str().into(),
            captcha: cell(3).as_str().into(),
        };
        let is_captcha_post = row[4].as_bool().unwrap();
        assert_eq!(
            verdict.status(Policy::default(), is_captcha_post),
            row[5],
            "{row}"
        );
        let action = verdict.action(mode, Policy::default(), is_captcha_post);
        assert_eq!(name(action), row[6].as_str().unwrap_or_default(), "{row}");
        assert_eq!(
            matches!(action, Action::Block | Action::Captcha | Action::Checkpoint),
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

/// Ours, from theirs: [R] 8.3, verdicts that the recorded packages call something else, or do not
/// know.
fn of_2026(row: &Value) -> Value {
    let mut row = row.clone();
    let [mitigate, captcha] = [2, 3].map(|index| row[index].as_str().unwrap().to_owned());
    let status = row[5].as_str().unwrap().to_owned();
    let mut status = match mitigate.as_str() {
        "4" => status.replacen("block", "flagged", 1),
        _ => status,
    };
    if mitigate == "4" && row[6] == "block" {
        assert_eq!(row[7], true, "{row}");
        (row[6], row[7]) = (Value::Null, json!(false));
    }
    let checkpoint = match captcha.as_str() {
        "6" => ",checkpoint_signal",
        "7" => ",checkpoint_post",
        "a" => ",checkpoint_serve",
        _ => "",
    };
    if !checkpoint.is_empty()
        && let Some(prefix) = status.strip_suffix(",unknown")
    {
        status = format!("{prefix}{checkpoint}");
        if captcha == "a" && mitigate == "1" && row[6] == "block" {
            row[6] = json!("checkpoint");
        }
    }
    row[5] = json!(status);
    row
}

fn name(action: Action) -> &'static str {
    match action {
        Action::None => "",
        Action::Allow => "allow",
        Action::CaptchaPass => "captchapass",
        Action::Captcha => "captcha",
        Action::CheckpointPass => "checkpointpass",
        Action::Checkpoint => "checkpoint",
        Action::CheckpointPost => "checkpointpost",
        Action::Block => "block",
        Action::Monetise => "monetise",
    }
}
