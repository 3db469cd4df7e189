//! Data sources: what a configuration can ask without managing anything.

mod deployer_policy;
mod distribution;
mod edge_bundle;
mod role_policy;

pub(crate) use deployer_policy::DeployerPolicy;
pub(crate) use distribution::Distribution;
pub(crate) use edge_bundle::EdgeBundle;
pub(crate) use role_policy::RolePolicy;
