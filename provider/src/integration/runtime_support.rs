//! How long Lambda supports the Node.js runtimes: the one table of dates that AWS announces, and
//! the warning that comes half a year before one of them.

use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use tfplugin::{Diagnostic, Path};

use crate::aws::runtime::Runtime;

/// Node.js version and the last day of support, as AWS announces it on "Lambda runtimes". Older
/// ones have ended.
const LAST_DAYS: [(u32, &str); 4] = [
    (18, "2025-09-01"),
    (20, "2026-04-30"),
    (22, "2027-04-30"),
    (24, "2028-04-30"),
];

/// AWS also gives notice half a year before.
const NOTICE: Duration = Duration::from_secs(180 * 24 * 60 * 60);

const BEFORE_THE_END: &str = "After that date, it gets no security updates, and within months ";
const AFTER_THE_END: &str =
    "Since then, it has received no security updates, and within months of that date ";

/// A warning for a runtime whose support has ended or soon will. Newer ones than the table has are
/// supported.
pub(super) fn warning(runtime: &Runtime, now: SystemTime) -> Option<Diagnostic> {
    let Runtime::NodeJs(version) = *runtime else {
        return None;
    };
    let (oldest, _) = LAST_DAYS[0];
    let last_day = LAST_DAYS.iter().find(|(known, _)| *known == version);
    let (ended, since) = match last_day {
        Some((_, day)) if ends_after(day, now + NOTICE) => return None,
        Some((_, day)) if ends_after(day, now) => (
            format!("AWS supports {runtime} until {day}"),
            BEFORE_THE_END,
        ),
        Some((_, day)) => (
            format!("AWS supported {runtime} until {day}"),
            AFTER_THE_END,
        ),
        None if version < oldest => (
            format!("AWS no longer supports {runtime}"),
            "It gets no security updates, and ",
        ),
        None => return None,
    };
    Some(
        Diagnostic::warning("The runtime is near or past its end of support")
            .detail(format!(
                "{ended}. {since}Lambda refuses to create or update functions that use it. \
                 Remove `runtime` to use the default, or choose a newer runtime."
            ))
            .at(Path::root("runtime")),
    )
}

fn ends_after(day: &str, moment: SystemTime) -> bool {
    let end = DateTime::from_str(&format!("{day}T23:59:59Z"), Format::DateTime);
    // The table is checked by a test.
    end.is_ok_and(|end| end > DateTime::from(moment))
}

#[cfg(test)]
mod tests {
    use super::super::model::DEFAULT_RUNTIME;
    use super::*;

    fn at(day: &str) -> SystemTime {
        let moment = DateTime::from_str(&format!("{day}T12:00:00Z"), Format::DateTime);
        SystemTime::try_from(moment.expect("a date")).expect("after 1970")
    }

    fn says(runtime: &str, day: &str) -> Option<String> {
        warning(&runtime.into(), at(day)).map(|warning| warning.detail_text().to_owned())
    }

    #[test]
    fn a_runtime_is_warned_about_half_a_year_before_its_end_and_after_it() {
        assert_eq!(says("nodejs22.x", "2026-10-30"), None);
        let near = says("nodejs22.x", "2026-11-02").expect("a warning");
        assert!(
            near.contains("supports nodejs22.x until 2027-04-30"),
            "{near}"
        );
        let beyond = says("nodejs20.x", "2026-05-02").expect("a warning");
        assert!(beyond.contains("supported nodejs20.x until"), "{beyond}");
        assert!(says("nodejs16.x", "2026-05-02").is_some());
        assert_eq!(says("nodejs26.x", "2026-05-02"), None);
    }

    #[test]
    fn the_table_has_dates_and_the_default_runtime() {
        for (version, day) in LAST_DAYS {
            assert!(ends_after(day, at("2025-01-01")), "{version}: {day}");
        }
        let known = LAST_DAYS.map(|(version, _)| Runtime::NodeJs(version));
        assert!(known.contains(&DEFAULT_RUNTIME));
    }
}
