//! When somebody should look.

use super::model::AlarmModel;
use super::signals::{Metric, Subject};

/// Seconds that are taken together.
const PERIOD: i64 = 300;

/// What is beyond bearing.
struct Rule {
    /// Begins the alarm's name.
    name: &'static str,
    statistic: &'static str,
    threshold: i64,
    evaluation_periods: i64,
    why: &'static str,
}

const ERRORS: Rule = Rule {
    name: "netacea-edge-errors",
    statistic: "Sum",
    threshold: 5,
    evaluation_periods: 1,
    why: "The function fails, so visitors get a 502 or 503 from CloudFront. Look into its log \
          group in this region. The guide \"Turning it off\" shows how to switch it off.",
};
const THROTTLES: Rule = Rule {
    name: "netacea-edge-throttles",
    statistic: "Sum",
    threshold: 1,
    evaluation_periods: 1,
    why: "Lambda does not run the function because the account has reached its concurrency quota \
          in this region, so visitors get a 503. Ask AWS to raise the quota there.",
};
const BREAKER: Rule = Rule {
    name: "netacea-edge-breaker",
    statistic: "Sum",
    threshold: 100,
    evaluation_periods: 2,
    why: "Netacea does not answer calls from this region, so visitors pass without being judged. \
          Ask Netacea whether its service works, and look for this region on AWS's status page.",
};
const LOST_ENTRIES: Rule = Rule {
    name: "netacea-edge-lost-log-entries",
    statistic: "Sum",
    threshold: 1,
    evaluation_periods: 3,
    why: "Log entries do not reach Netacea, which needs them to judge visitors. Check \
          `settings.ingest` and the stream's quota.",
};
const SERVER_ERRORS: Rule = Rule {
    name: "netacea-edge-5xx",
    statistic: "Average",
    threshold: 5,
    evaluation_periods: 2,
    why: "More than 5 % of the distribution's answers are 5xx errors. The function may be the \
          cause: compare this with the function's errors.",
};

/// Every alarm, region by region.
pub(super) fn alarms(subject: &Subject) -> Vec<AlarmModel> {
    let mut alarms = Vec::new();
    for region in &subject.regions {
        for (rule, metrics) in [
            (&ERRORS, subject.lambda("Errors", region)),
            (&THROTTLES, subject.lambda("Throttles", region)),
            (&BREAKER, subject.edge("BreakerNotClosed", region)),
            (&LOST_ENTRIES, subject.edge("IngestDropped", region)),
        ] {
            alarms.extend(metrics.iter().map(|metric| alarm(rule, metric)));
        }
    }
    let of_distributions = subject.cloudfront("5xxErrorRate");
    alarms.extend(
        of_distributions
            .iter()
            .map(|metric| alarm(&SERVER_ERRORS, metric)),
    );
    alarms
}

fn alarm(rule: &Rule, metric: &Metric) -> AlarmModel {
    let whose = metric.dimensions.values().next();
    let whose = whose.map_or("", |whose| whose.trim_start_matches("us-east-1."));
    AlarmModel {
        name: format!("{}-{whose}-{}", rule.name, metric.region).into(),
        region: metric.region.as_str().into(),
        namespace: metric.namespace.into(),
        metric_name: metric.name.as_str().into(),
        dimensions: metric.dimensions.clone().into(),
        statistic: rule.statistic.into(),
        period: PERIOD.into(),
        evaluation_periods: rule.evaluation_periods.into(),
        comparison_operator: "GreaterThanOrEqualToThreshold".into(),
        threshold: rule.threshold.into(),
        treat_missing_data: "notBreaching".into(),
        why: rule.why.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_alarm_has_a_name_of_its_own_and_a_place() {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let subject = Subject {
            integrations: owned(&["netacea-shop", "netacea-blog"]),
            distribution_ids: owned(&["E1"]),
            mitigation_types: owned(&["MITIGATE", "INGEST"]),
            regions: owned(&["eu-west-1", "us-east-1"]),
        };
        let alarms = alarms(&subject);
        assert_eq!(alarms.len(), 2 * 8 + 1);
        let names: BTreeSet<&String> = alarms
            .iter()
            .filter_map(|alarm| alarm.name.known())
            .collect();
        assert_eq!(names.len(), alarms.len());
        // CloudWatch's limit.
        assert!(names.iter().all(|name| name.len() <= 255));
        assert!(alarms.iter().all(|alarm| alarm.region.is_known()));
    }
}
