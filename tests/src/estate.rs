//! What every story starts with: a site in an account, and Netacea's services.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::aws::{Distribution, Emulator, Proxy};
use crate::edge::{Account, EdgeLocation, WebServer};
use crate::fixture::RichDistribution;
use crate::netacea::{API_KEY, NetaceaServices};
use crate::origin::Origin;
use crate::terraform::WorkingDirectory;
use crate::toolchain::Toolchain;

/// An account with a distribution that somebody else made, its origin, an edge location, and
/// Netacea's side.
///
/// The edge location comes first: fields are dropped in order, and its functions call the others.
#[derive(Debug)]
pub struct Estate {
    /// Simulates CloudFront for the distribution.
    pub edge: EdgeLocation,
    /// The proxy between the provider and AWS.
    pub proxy: Proxy,
    /// The distribution.
    pub site: RichDistribution,
    /// The origin of the distribution.
    pub origin: Origin,
    /// Protector and ingest.
    pub netacea: NetaceaServices,
    /// The account.
    pub emulator: Emulator,
    /// The tools in use.
    pub tools: Toolchain,
}

impl Estate {
    /// Builds one.
    pub fn build() -> Result<Self> {
        Self::build_with(Toolchain::find()?)
    }

    /// Builds one around these tools.
    pub fn build_with(tools: Toolchain) -> Result<Self> {
        let emulator = Emulator::start(&tools.ministack)?;
        let netacea = NetaceaServices::open()?;
        let origin = Origin::open()?;
        let site = RichDistribution::create(&emulator)?;
        let proxy = Proxy::start(&emulator)?;
        let edge = EdgeLocation::open(
            tools.node.clone(),
            Account {
                distribution: site.distribution.clone(),
                functions: emulator.functions(),
            },
            WebServer::at(origin.address()),
            Some(netacea.authority.file().to_owned()),
        );
        Ok(Self {
            edge,
            proxy,
            site,
            origin,
            netacea,
            emulator,
            tools,
        })
    }

    /// A working directory with `examples/<name>`, its variables set for this estate, initialized.
    pub fn example(&self, name: &str) -> Result<WorkingDirectory> {
        self.example_without(name, &[])
    }

    /// The same without some of its files.
    pub fn example_without(&self, name: &str, left_out: &[&str]) -> Result<WorkingDirectory> {
        let mut directory =
            WorkingDirectory::of_example(&self.tools, &self.proxy.endpoint(), name, left_out)?;
        self.set_variables(&mut directory);
        directory.init()?;
        Ok(directory)
    }

    /// A working directory with `examples/<name>`, its variables set for this estate, in which
    /// nothing is installed yet: `terraform init` will install by `method`, as for
    /// [`WorkingDirectory::with_installation`].
    pub fn example_installed_from(&self, method: &str, name: &str) -> Result<WorkingDirectory> {
        let endpoint = self.proxy.endpoint();
        let mut directory = WorkingDirectory::with_installation(&self.tools, &endpoint, method)?;
        directory.copy_example(name, &[])?;
        self.set_variables(&mut directory);
        Ok(directory)
    }

    /// A working directory with this configuration as `main.tf`, initialized.
    pub fn configuration(&self, main: &str) -> Result<WorkingDirectory> {
        let mut directory = WorkingDirectory::create(&self.tools, &self.proxy.endpoint())?;
        self.set_variables(&mut directory);
        directory.write("main.tf", main)?;
        directory.init()?;
        Ok(directory)
    }

    /// Every variable that an example may ask for; terraform ignores those that it does not
    /// declare.
    fn set_variables(&self, directory: &mut WorkingDirectory) {
        directory.variable("distribution_id", self.site.distribution.id());
        directory.variable("role_arn", "arn:aws:iam::000000000000:role/netacea-edge");
        directory.variable("netacea_api_key", API_KEY);
        directory.variable(
            "netacea_secret_key",
            "acceptance-secret-key-0123456789abcdef",
        );
        directory.variable("protector_url", &self.netacea.protector.url());
        directory.variable("ingest_url", &self.netacea.ingest.url());
    }
}

/// A working directory with `examples/many-distributions` for the account behind `proxy`,
/// initialized. Its commands may take as long as `limit`; the caller still has to call [`sites`].
pub fn many_distributions(
    tools: &Toolchain,
    proxy: &Proxy,
    limit: Duration,
) -> Result<WorkingDirectory> {
    let mut terraform =
        WorkingDirectory::of_example(tools, &proxy.endpoint(), "many-distributions", &[])?;
    terraform.variable("role_arn", "arn:aws:iam::000000000000:role/netacea-edge");
    terraform.variable("netacea_api_key", API_KEY);
    terraform.variable(
        "netacea_secret_key",
        "acceptance-secret-key-0123456789abcdef",
    );
    terraform.set_limit(limit);
    terraform.init()?;
    Ok(terraform)
}

/// Writes the variable of that example: an integration for each distribution.
pub fn sites(terraform: &WorkingDirectory, distributions: &[Distribution]) -> Result<()> {
    let site = |(index, distribution): (usize, &Distribution)| {
        (
            format!("site-{index}"),
            json!({ "distribution_id": distribution.id() }),
        )
    };
    let sites: Map<String, Value> = distributions.iter().enumerate().map(site).collect();
    terraform.write(
        "sites.auto.tfvars.json",
        &json!({ "sites": sites }).to_string(),
    )
}
