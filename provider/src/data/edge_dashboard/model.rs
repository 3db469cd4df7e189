//! The attributes of `netacea_edge_dashboard`.

use std::collections::{BTreeMap, BTreeSet};

use netacea_edge::settings::MitigationType;
use tfplugin::{Attr, Model, Object};

use crate::aws::identifiers::{is_distribution_id, is_function_name, is_region};

/// What is to be watched, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct EdgeDashboardModel {
    pub(crate) integrations: Attr<BTreeSet<String>>,
    pub(crate) distribution_ids: Attr<BTreeSet<String>>,
    pub(crate) mitigation_types: Attr<BTreeSet<String>>,
    pub(crate) regions: Attr<BTreeSet<String>>,
    pub(crate) dashboard_json: Attr<String>,
    pub(crate) alarms: Attr<Vec<AlarmModel>>,
}

/// One alarm.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AlarmModel {
    pub(crate) name: Attr<String>,
    pub(crate) region: Attr<String>,
    pub(crate) namespace: Attr<String>,
    pub(crate) metric_name: Attr<String>,
    pub(crate) dimensions: Attr<BTreeMap<String, String>>,
    pub(crate) statistic: Attr<String>,
    pub(crate) period: Attr<i64>,
    pub(crate) evaluation_periods: Attr<i64>,
    pub(crate) comparison_operator: Attr<String>,
    pub(crate) threshold: Attr<i64>,
    pub(crate) treat_missing_data: Attr<String>,
    pub(crate) why: Attr<String>,
}

impl Model for EdgeDashboardModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("integrations", |m| &mut m.integrations)
            .required()
            .check(integrations)
            .describe("Names of the integrations to watch.");
        object
            .attribute("distribution_ids", |m| &mut m.distribution_ids)
            .optional()
            .check(distribution_ids)
            .describe("Distributions whose error rates are shown.");
        object
            .attribute("mitigation_types", |m| &mut m.mitigation_types)
            .optional()
            .check(mitigation_types)
            .describe(
                "`mitigation_type` of the integrations. It is a dimension of the edge function's \
                 own metrics. Default `[\"MITIGATE\"]`.",
            );
        object
            .attribute("regions", |m| &mut m.regions)
            .optional()
            .check(regions)
            .describe(
                "Regions to show. Default: the thirteen in which CloudFront has a regional edge \
                 cache.",
            );
        object
            .attribute("dashboard_json", |m| &mut m.dashboard_json)
            .computed()
            .describe("The dashboard, for `dashboard_body` of `aws_cloudwatch_dashboard`.");
        object
            .nested_list("alarms", |m| &mut m.alarms)
            .computed()
            .describe(
                "Alarms, each for one region. The names of the attributes are those of \
                 `aws_cloudwatch_metric_alarm`.",
            );
    }
}

impl Model for AlarmModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("name", |m| &mut m.name)
            .computed()
            .describe("A name that is unique among these alarms, for `alarm_name` and `for_each`.");
        object
            .attribute("region", |m| &mut m.region)
            .computed()
            .describe("Region of the metric. The alarm must be created in it.");
        object
            .attribute("namespace", |m| &mut m.namespace)
            .computed()
            .describe("Namespace of the metric.");
        object
            .attribute("metric_name", |m| &mut m.metric_name)
            .computed()
            .describe("Name of the metric.");
        object
            .attribute("dimensions", |m| &mut m.dimensions)
            .computed()
            .describe("Dimensions of the metric.");
        object
            .attribute("statistic", |m| &mut m.statistic)
            .computed()
            .describe("`Sum` or `Average`.");
        object
            .attribute("period", |m| &mut m.period)
            .computed()
            .describe("Seconds over which the metric is aggregated.");
        object
            .attribute("evaluation_periods", |m| &mut m.evaluation_periods)
            .computed()
            .describe("How many periods in a row must cross the threshold.");
        object
            .attribute("comparison_operator", |m| &mut m.comparison_operator)
            .computed()
            .describe("How the metric is compared with the threshold.");
        object
            .attribute("threshold", |m| &mut m.threshold)
            .computed()
            .describe("The threshold: a count, or a percentage of the requests.");
        object
            .attribute("treat_missing_data", |m| &mut m.treat_missing_data)
            .computed()
            .describe("`notBreaching`: a region without visitors does not raise an alarm.");
        object
            .attribute("why", |m| &mut m.why)
            .computed()
            .describe("What the alarm means and what to do, for `alarm_description`.");
    }
}

fn integrations(names: &BTreeSet<String>) -> Result<(), String> {
    if names.is_empty() {
        return Err("Name at least one integration.".to_owned());
    }
    match names.iter().find(|name| !is_function_name(name)) {
        Some(name) => Err(format!(
            "`{name}` is not the name of a Lambda function. Use the `name` of the integration, \
             like \"netacea-shop\"."
        )),
        None => Ok(()),
    }
}

fn distribution_ids(ids: &BTreeSet<String>) -> Result<(), String> {
    match ids.iter().find(|id| !is_distribution_id(id)) {
        Some(id) => Err(format!(
            "`{id}` is not a distribution id. Use the id, like \"E2QWRUHAPOMQZL\"."
        )),
        None => Ok(()),
    }
}

fn mitigation_types(types: &BTreeSet<String>) -> Result<(), String> {
    if types.is_empty() {
        return Err("Name at least one, or remove the attribute.".to_owned());
    }
    let unknown = types
        .iter()
        .find(|text| text.parse::<MitigationType>().is_err());
    match unknown {
        Some(text) => Err(format!(
            "`{text}` is not a mitigation type. Use `MITIGATE`, `INJECT` or `INGEST`."
        )),
        None => Ok(()),
    }
}

fn regions(regions: &BTreeSet<String>) -> Result<(), String> {
    match regions.iter().find(|region| !is_region(region)) {
        Some(region) => Err(format!(
            "`{region}` is not the code of a region. Write it like \"eu-west-1\"."
        )),
        None if regions.is_empty() => {
            Err("An empty set selects nothing. Remove `regions` to use the default.".to_owned())
        }
        None => Ok(()),
    }
}
