//! Data sources: what a configuration can ask without managing anything.

mod coverage;
mod deployer_policy;
mod distribution;
mod edge_bundle;
mod edge_dashboard;
mod edge_versions;
mod role_policy;

pub(crate) use coverage::Coverage;
pub(crate) use deployer_policy::DeployerPolicy;
pub(crate) use distribution::Distribution;
pub(crate) use edge_bundle::EdgeBundle;
pub(crate) use edge_dashboard::EdgeDashboard;
pub(crate) use edge_versions::EdgeVersions;
pub(crate) use role_policy::RolePolicy;
