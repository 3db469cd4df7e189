//! The staging half of a continuous deployment: taken only when it is meant, and promoted by one
//! apply.
//!
//! * `meaning`: which half is meant, and what is said when it is the other one
//! * `policy`: who reaches a staging distribution, and when that is asked
//! * `promotion`: from the staging distribution to the primary one and back, in one apply each

mod meaning;
mod policy;
mod promotion;

use acceptance::aws::{Distribution, Operation, Snapshot};
use acceptance::estate::Estate;
use acceptance::fixture::{StagingPair, Surroundings};
use acceptance::terraform::{REQUIREMENT, WorkingDirectory};
use anyhow::Result;

const ADDRESS: &str = "netacea_cloudfront_association.shop";

/// An account with a continuous deployment, and a function that is to be tried in it.
struct Canary {
    estate: Estate,
    pair: StagingPair,
    lambda_arn: String,
}

impl Canary {
    /// With a policy that sends this traffic to the staging distribution.
    fn build(traffic: &str) -> Result<Self> {
        let estate = Estate::build()?;
        let primary = Surroundings::Primary.document();
        let primary = primary.replace(
            ">b6a4b1d9-1c2d-4e5f-8a9b-0c1d2e3f4a5b</ContinuousDeploymentPolicyId>",
            "/>",
        );
        let primary = estate.emulator.create_distribution(&primary)?;
        Self::of(estate, &primary, traffic)
    }

    fn of(estate: Estate, primary: &Distribution, traffic: &str) -> Result<Self> {
        let pair = StagingPair::create(&estate.emulator, &estate.proxy, primary, traffic)?;
        let functions = estate.emulator.functions();
        let lambda_arn = functions.create("shop", "export const handler = 1;")?;
        estate.proxy.forget();
        Ok(Self {
            estate,
            pair,
            lambda_arn,
        })
    }

    /// A working directory with an association of this distribution.
    fn associating(
        &self,
        distribution: &Distribution,
        arguments: &str,
    ) -> Result<WorkingDirectory> {
        let block = self.association("shop", distribution, arguments);
        self.estate.configuration(&format!("{REQUIREMENT}{block}"))
    }

    fn association(&self, name: &str, distribution: &Distribution, arguments: &str) -> String {
        format!(
            "resource \"netacea_cloudfront_association\" \"{name}\" {{\n  distribution_id = \"{}\"\n  lambda_arn = \"{}\"\n  {arguments}\n}}\n",
            distribution.id(),
            self.lambda_arn
        )
    }

    /// Both configurations as they are.
    fn both(&self) -> Result<[Snapshot; 2]> {
        let [primary, staging] = [&self.pair.primary, &self.pair.staging];
        Ok([primary.configuration()?, staging.configuration()?])
    }

    /// How often the policy was read since the recording was last forgotten.
    fn policy_reads(&self) -> usize {
        let calls = self.estate.proxy.calls();
        let reads = calls
            .iter()
            .filter(|call| call.operation == Operation::GetContinuousDeploymentPolicy);
        reads.count()
    }

    /// What was written since then, apart from tags. A call that nobody foresaw counts, too.
    fn updates(&self) -> Vec<Operation> {
        let mut writes = self.estate.proxy.writes();
        writes.retain(|write| !matches!(write, Operation::TagResource | Operation::UntagResource));
        writes
    }
}

/// How many slots hold the function.
fn held(snapshot: &Snapshot) -> usize {
    snapshot.xml.matches(":function:shop:1<").count()
}
