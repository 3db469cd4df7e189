//! Metrics in CloudWatch's embedded format: one line for each request that was decided, off by
//! default.

use crate::breaker;
use crate::json::Object;
use crate::settings::MitigationType;

const NAMESPACE: &str = "Netacea/Edge";

/// Declares the decisions, each with the name of its metric.
macro_rules! decisions {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// How a request was decided.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Decision {
            $($(#[$doc])* $name,)+
        }

        /// The names of the metrics that count decisions, in the namespace `Netacea/Edge`.
        pub const DECISIONS: &[&str] = &[$(stringify!($name),)+];

        impl Decision {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name,)+];

            /// The name of its metric.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }
        }
    };
}

decisions! {
    Passed,
    /// The origin was told of them.
    Flagged,
    Blocked,
    CaptchaServed,
    CaptchaSolved,
    CheckpointServed,
    CheckpointPassed,
    /// In the middle of their checkpoint.
    CheckpointPosted,
    /// Their browser sent a signal of its checkpoint.
    CheckpointSignalled,
    Monetised,
    /// The customer wants nobody to be asked.
    Bypassed,
    /// Would have been acted upon, were they of that share.
    HeldBack,
    /// They passed, because Protector answered without a verdict.
    VerdictMissing,
    /// They passed, because they could not be judged.
    FailedOpen,
    /// Whether their captcha is solved could not be found out.
    SolutionUnverified,
}

/// What hardly ever happens: said at the first time, and measured.
#[derive(Debug, Default)]
pub(crate) struct Seldom {
    has_happened: bool,
    unmeasured: u64,
}

impl Seldom {
    /// Whether it is the first time.
    pub(crate) fn count(&mut self) -> bool {
        self.unmeasured += 1;
        !core::mem::replace(&mut self.has_happened, true)
    }

    /// How often it happened since it was taken last; `None` = never.
    pub(crate) fn take(&mut self) -> Option<u64> {
        Some(core::mem::take(&mut self.unmeasured)).filter(|count| *count > 0)
    }
}

/// What is measured about one request.
pub(crate) struct Metrics {
    /// Unix time in milliseconds.
    pub(crate) now: u64,
    pub(crate) mode: MitigationType,
    pub(crate) decision: Decision,
    /// Milliseconds, if Protector answered.
    pub(crate) protector_latency: Option<u64>,
    pub(crate) breaker: breaker::BreakerState,
    /// Log entries lost since the last line.
    pub(crate) ingest_dropped: u64,
    /// Addresses that were none since the last line.
    pub(crate) unusable_addresses: Option<u64>,
    /// Requests without sealed state since the last line.
    pub(crate) omitted_states: Option<u64>,
}

impl Metrics {
    /// One JSON object, as CloudWatch reads it from the function's log.
    pub(crate) fn to_json(&self) -> String {
        let not_closed = u64::from(self.breaker != breaker::BreakerState::Closed);
        let values = [
            (self.decision.name(), "Count", Some(1)),
            ("ProtectorLatency", "Milliseconds", self.protector_latency),
            ("BreakerNotClosed", "Count", Some(not_closed)),
            ("IngestDropped", "Count", Some(self.ingest_dropped)),
            ("ClientIpUnusable", "Count", self.unusable_addresses),
            ("StateOmitted", "Count", self.omitted_states),
        ];
        let mut definitions = String::new();
        let mut line = Object::new();
        for (name, unit, _) in values.iter().filter(|(_, _, value)| value.is_some()) {
            let mut definition = Object::new();
            definition.text("Name", name);
            definition.text("Unit", unit);
            if !definitions.is_empty() {
                definitions.push(',');
            }
            definitions.push_str(&definition.finish());
        }
        let mut directive = Object::new();
        directive.text("Namespace", NAMESPACE);
        directive.json("Dimensions", r#"[["Mode"]]"#);
        directive.json("Metrics", &format!("[{definitions}]"));
        let mut aws = Object::new();
        aws.optional_number("Timestamp", Some(self.now));
        aws.json("CloudWatchMetrics", &format!("[{}]", directive.finish()));
        line.json("_aws", &aws.finish());
        line.text("Mode", self.mode.as_str());
        for (name, _, value) in values {
            line.optional_number(name, value);
        }
        line.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, Metrics};
    use crate::breaker;
    use crate::settings::MitigationType;

    /// The guide tells customers what they see, and what they count.
    #[test]
    fn every_decision_has_its_row_in_the_guide() {
        let guide = include_str!("../../docs/guides/what-visitors-see.md");
        for decision in Decision::ALL {
            let metric = format!("| `{}` |", decision.name());
            let rows = guide.lines().filter(|line| line.contains(&metric));
            assert!(rows.count() > 0, "no row with the metric {metric}");
        }
    }

    #[test]
    fn every_value_is_defined_and_every_definition_has_a_value() {
        for protector_latency in [None, Some(12)] {
            let metrics = Metrics {
                now: 1_700_000_000_000,
                mode: MitigationType::Mitigate,
                decision: Decision::Blocked,
                protector_latency,
                breaker: breaker::BreakerState::Open,
                ingest_dropped: 3,
                unusable_addresses: Some(4),
                omitted_states: None,
            };
            let line: serde_json::Value = serde_json::from_str(&metrics.to_json()).unwrap();
            assert_eq!(line["_aws"]["Timestamp"], 1_700_000_000_000_u64);
            let directive = &line["_aws"]["CloudWatchMetrics"][0];
            assert_eq!(directive["Namespace"], "Netacea/Edge");
            let defined: Vec<&str> = directive["Metrics"]
                .as_array()
                .unwrap()
                .iter()
                .map(|metric| metric["Name"].as_str().unwrap())
                .collect();
            assert!(defined.iter().all(|name| line[*name].is_number()), "{line}");
            assert_eq!(line.as_object().unwrap().len(), defined.len() + 2);
            assert_eq!(line["Mode"], "MITIGATE");
            assert_eq!(line["ProtectorLatency"].as_u64(), protector_latency);
            assert_eq!(
                (
                    &line["Blocked"],
                    &line["BreakerNotClosed"],
                    &line["IngestDropped"],
                    &line["ClientIpUnusable"]
                ),
                (&1.into(), &1.into(), &3.into(), &4.into())
            );
        }
    }
}
