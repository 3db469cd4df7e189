//! Where an edge location gets the distribution's configuration, and the packages of the functions
//! in it.

use std::fmt;
use std::sync::Arc;

use anyhow::Result;

use crate::aws::{Distribution, Functions, Package};
use crate::edge::DistributionConfiguration;

/// A distribution and the functions in its slots.
pub trait Source: fmt::Debug + Send + Sync {
    /// The distribution's id, as events carry it.
    fn distribution_id(&self) -> &str;

    /// The current configuration.
    ///
    /// # Errors
    /// If it cannot be read or parsed.
    fn configuration(&self) -> Result<Arc<DistributionConfiguration>>;

    /// The package of a function version, given by its qualified ARN.
    ///
    /// # Errors
    /// If there is no such version.
    fn package(&self, qualified_arn: &str) -> Result<Package>;
}

/// A distribution of the emulator, with the functions of its account.
#[derive(Debug)]
pub struct Account {
    /// The distribution.
    pub distribution: Distribution,
    /// The functions of its account.
    pub functions: Functions,
}

impl Source for Account {
    fn distribution_id(&self) -> &str {
        self.distribution.id()
    }

    fn configuration(&self) -> Result<Arc<DistributionConfiguration>> {
        let xml = self.distribution.configuration()?.xml;
        Ok(Arc::new(DistributionConfiguration::parse(&xml)?))
    }

    fn package(&self, qualified_arn: &str) -> Result<Package> {
        self.functions.package(qualified_arn)
    }
}
