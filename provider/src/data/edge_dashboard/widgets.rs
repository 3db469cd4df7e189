//! The dashboard's body (CloudWatch API reference, "Dashboard Body Structure and Syntax").

use netacea_edge::DECISIONS;
use serde_json::{Value, json};

use super::signals::{CLOUDFRONT_REGION, Metric, Subject};

/// Seconds of one point.
const PERIOD: u64 = 300;
/// The grid of a dashboard.
const COLUMNS: usize = 24;
const HEIGHT: usize = 6;
/// CloudWatch's limit for one graph.
const MOST_METRICS: usize = 500;

/// A graph before it has its place.
struct Graph {
    title: String,
    width: usize,
    stacked: bool,
    lines: Vec<Value>,
}

/// The dashboard, as `PutDashboard` takes it.
pub(super) fn dashboard(subject: &Subject) -> Value {
    let mut graphs = Vec::new();
    for region in &subject.regions {
        let of_region = DECISIONS.iter().flat_map(|decision| {
            let metrics = subject.edge(decision, region).into_iter();
            metrics.map(move |metric| line(&metric, "Sum", (*decision).to_owned()))
        });
        graphs.push(graph(&format!("Decisions in {region}"), 8, true, of_region));
    }
    let regions = || subject.regions.iter();
    let latency = regions().flat_map(|region| {
        let metrics = subject.edge("ProtectorLatency", region).into_iter();
        metrics.flat_map(move |metric| {
            ["p50", "p99"].map(|share| line(&metric, share, format!("{share} {region}")))
        })
    });
    graphs.push(graph(
        "Protector latency, p50 and p99, ms",
        12,
        false,
        latency,
    ));
    for (title, name) in [
        (
            "Requests while the breaker was not closed",
            "BreakerNotClosed",
        ),
        ("Lost log entries", "IngestDropped"),
    ] {
        let lines = regions().flat_map(|region| {
            let metrics = subject.edge(name, region).into_iter();
            metrics.map(move |metric| line(&metric, "Sum", region.clone()))
        });
        graphs.push(graph(title, 12, false, lines));
    }
    for (title, name, statistic) in [
        ("Errors of the functions", "Errors", "Sum"),
        ("Throttles of the functions", "Throttles", "Sum"),
        ("Duration of the functions, p99, ms", "Duration", "p99"),
    ] {
        let lines = regions().flat_map(|region| {
            let metrics = subject.lambda(name, region).into_iter();
            metrics
                .zip(&subject.integrations)
                .map(move |(metric, function)| {
                    line(&metric, statistic, format!("{function} {region}"))
                })
        });
        graphs.push(graph(title, 12, false, lines));
    }
    if !subject.distribution_ids.is_empty() {
        for (title, name) in [
            ("4xx of the distributions, %", "4xxErrorRate"),
            ("5xx of the distributions, %", "5xxErrorRate"),
        ] {
            let metrics = subject.cloudfront(name).into_iter();
            let lines = metrics
                .zip(&subject.distribution_ids)
                .map(|(metric, id)| line(&metric, "Average", id.clone()));
            graphs.push(graph(title, 12, false, lines));
        }
    }
    json!({ "widgets": placed(graphs) })
}

fn graph(
    title: &str,
    width: usize,
    stacked: bool,
    lines: impl IntoIterator<Item = Value>,
) -> Graph {
    Graph {
        title: title.to_owned(),
        width,
        stacked,
        lines: lines.into_iter().take(MOST_METRICS).collect(),
    }
}

/// One line of a graph: namespace, name, dimensions, and how to draw it.
fn line(metric: &Metric, statistic: &str, label: String) -> Value {
    let mut parts = vec![json!(metric.namespace), json!(metric.name)];
    for (name, value) in &metric.dimensions {
        parts.extend([json!(name), json!(value)]);
    }
    parts.push(json!({ "label": label, "region": metric.region, "stat": statistic }));
    Value::Array(parts)
}

/// From left to right, row by row.
fn placed(graphs: Vec<Graph>) -> Vec<Value> {
    let (mut x, mut y) = (0, 0);
    let mut widgets = Vec::new();
    for graph in graphs {
        if x + graph.width > COLUMNS {
            (x, y) = (0, y + HEIGHT);
        }
        widgets.push(json!({
            "type": "metric",
            "x": x,
            "y": y,
            "width": graph.width,
            "height": HEIGHT,
            "properties": {
                "title": graph.title,
                "view": "timeSeries",
                "stacked": graph.stacked,
                // Each line names its own.
                "region": CLOUDFRONT_REGION,
                "period": PERIOD,
                "metrics": graph.lines,
            },
        }));
        x += graph.width;
    }
    widgets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(integrations: &[&str], distributions: &[&str]) -> Subject {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Subject {
            integrations: owned(integrations),
            distribution_ids: owned(distributions),
            mitigation_types: owned(&["MITIGATE"]),
            regions: owned(&["eu-west-1", "us-east-1"]),
        }
    }

    /// What AWS's page says of a body: the grid, the properties of a metric widget, and the form of
    /// a metric.
    fn check(dashboard: &Value) {
        let widgets = dashboard["widgets"].as_array().expect("widgets");
        assert!((1..=500).contains(&widgets.len()));
        let mut cells = std::collections::BTreeSet::new();
        for widget in widgets {
            let number = |name: &str| widget[name].as_u64().expect("a number");
            assert_eq!(widget["type"], "metric");
            assert!(number("x") + number("width") <= 24, "{widget:#}");
            assert!((1..=1000).contains(&number("height")));
            for x in number("x")..number("x") + number("width") {
                for y in number("y")..number("y") + number("height") {
                    assert!(cells.insert((x, y)), "two widgets at {x}, {y}");
                }
            }
            let properties = &widget["properties"];
            assert!(properties["title"].is_string() && properties["region"].is_string());
            assert_eq!(properties["period"].as_u64().expect("seconds") % 60, 0);
            let metrics = properties["metrics"].as_array().expect("metrics");
            assert!(
                (1..=500).contains(&metrics.len()),
                "{}",
                properties["title"]
            );
            for metric in metrics {
                let parts = metric.as_array().expect("a list");
                let (how, what) = parts.split_last().expect("parts");
                assert!(how["stat"].is_string() && how["region"].is_string());
                assert!(what.len() >= 4 && what.len() % 2 == 0, "{metric}");
                assert!(what.iter().all(Value::is_string), "{metric}");
            }
        }
    }

    #[test]
    fn the_body_has_the_structure_that_aws_documents() {
        let both = dashboard(&subject(&["netacea-shop", "netacea-blog"], &["E1", "E2"]));
        check(&both);
        check(&dashboard(&subject(&["netacea-shop"], &[])));
        let text = both.to_string();
        for part in [
            "[\"Netacea/Edge\",\"Blocked\",\"Mode\",\"MITIGATE\",",
            "[\"AWS/Lambda\",\"Errors\",\"FunctionName\",\"us-east-1.netacea-blog\",",
            "[\"AWS/CloudFront\",\"5xxErrorRate\",\"DistributionId\",\"E2\",\"Region\",\"Global\",",
        ] {
            assert!(text.contains(part), "{part}");
        }
    }
}
