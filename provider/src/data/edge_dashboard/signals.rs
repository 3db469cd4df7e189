//! What is measured: by the edge function (`settings.metrics`), by Lambda and by CloudFront.

use std::collections::BTreeMap;

use super::model::EdgeDashboardModel;
use crate::aws::regions::EDGE_REGIONS;

/// The namespace of the edge function's own metrics.
pub(super) const EDGE: &str = "Netacea/Edge";
pub(super) const LAMBDA: &str = "AWS/Lambda";
pub(super) const CLOUDFRONT: &str = "AWS/CloudFront";

/// CloudFront keeps its metrics here (CloudFront guide, "View CloudFront and edge function
/// metrics").
pub(super) const CLOUDFRONT_REGION: &str = "us-east-1";

/// Whose metrics.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) integrations: Vec<String>,
    pub(super) distribution_ids: Vec<String>,
    pub(super) mitigation_types: Vec<String>,
    pub(super) regions: Vec<String>,
}

/// A metric in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Metric {
    pub(super) namespace: &'static str,
    pub(super) name: String,
    pub(super) dimensions: BTreeMap<String, String>,
    pub(super) region: String,
}

impl Subject {
    pub(super) fn of(config: &EdgeDashboardModel) -> Subject {
        let listed = |set: Option<&std::collections::BTreeSet<String>>| -> Option<Vec<String>> {
            set.map(|set| set.iter().cloned().collect())
        };
        Subject {
            integrations: listed(config.integrations.known()).unwrap_or_default(),
            distribution_ids: listed(config.distribution_ids.known()).unwrap_or_default(),
            mitigation_types: listed(config.mitigation_types.known())
                .unwrap_or_else(|| vec!["MITIGATE".to_owned()]),
            regions: listed(config.regions.known())
                .unwrap_or_else(|| EDGE_REGIONS.map(str::to_owned).to_vec()),
        }
    }

    /// A metric of the edge function in a region, for each mitigation type.
    pub(super) fn edge(&self, name: &str, region: &str) -> Vec<Metric> {
        let of_type = |mode: &String| Metric {
            namespace: EDGE,
            name: name.to_owned(),
            dimensions: [("Mode".to_owned(), mode.clone())].into(),
            region: region.to_owned(),
        };
        self.mitigation_types.iter().map(of_type).collect()
    }

    /// A metric of Lambda in a region, for each function. A replica is called by its home region
    /// and the function's name.
    pub(super) fn lambda(&self, name: &str, region: &str) -> Vec<Metric> {
        let of_function = |function: &String| Metric {
            namespace: LAMBDA,
            name: name.to_owned(),
            dimensions: [("FunctionName".to_owned(), format!("us-east-1.{function}"))].into(),
            region: region.to_owned(),
        };
        self.integrations.iter().map(of_function).collect()
    }

    /// A metric of CloudFront, for each distribution.
    pub(super) fn cloudfront(&self, name: &str) -> Vec<Metric> {
        let of_distribution = |id: &String| Metric {
            namespace: CLOUDFRONT,
            name: name.to_owned(),
            dimensions: [
                ("DistributionId".to_owned(), id.clone()),
                ("Region".to_owned(), "Global".to_owned()),
            ]
            .into(),
            region: CLOUDFRONT_REGION.to_owned(),
        };
        self.distribution_ids.iter().map(of_distribution).collect()
    }
}
