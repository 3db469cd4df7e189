//! `canary`: a staging distribution, the comparison, the promotion and the dial, each by one
//! variable.

use acceptance::aws::{Distribution, Operation};
use acceptance::edge::{Account, EdgeLocation, Front, Visitor, WebServer};
use acceptance::estate::Estate;
use acceptance::fixture::StagingPair;
use acceptance::netacea::Verdict;
use acceptance::terraform::WorkingDirectory;
use acceptance::toolchain::Toolchain;
use anyhow::Result;

const PATH: &str = "/checkout/1";
const TOO_MANY: &str = "Do not promote";

/// The edge that plays one of the two distributions.
fn edge(estate: &Estate, distribution: &Distribution) -> EdgeLocation {
    EdgeLocation::open(
        estate.tools.node.clone(),
        Account {
            distribution: distribution.clone(),
            functions: estate.emulator.functions(),
        },
        WebServer::at(estate.origin.address()),
        Some(estate.netacea.authority.file().to_owned()),
    )
}

/// What a bot gets from each.
fn stopped(edges: &[EdgeLocation; 2]) -> Result<[bool; 2]> {
    let visit = |edge: &EdgeLocation| {
        let answer = Visitor::new("scraper/1", "198.51.100.7").get(edge, PATH)?;
        assert!([200, 403].contains(&answer.status), "{answer}");
        anyhow::Ok(answer.status == 403)
    };
    Ok([visit(&edges[0])?, visit(&edges[1])?])
}

fn smoke_test(terraform: &WorkingDirectory, half: &str) -> Result<i32> {
    let invoked = format!("-invoke=action.netacea_edge_smoke_test.{half}");
    let outcome = terraform.run(&["apply", "-input=false", "-auto-approve", &invoked])?;
    Ok(outcome.code)
}

#[test]
fn canary_is_tried_compared_promoted_and_dialed_and_each_step_goes_back() -> Result<()> {
    let estate = Estate::build_with(Toolchain::of_each_terraform(false)?.remove(0))?;
    let primary = estate.site.distribution.clone();
    StagingPair::prepare(&primary)?;
    let (emulator, proxy) = (&estate.emulator, &estate.proxy);
    let pair = StagingPair::create(emulator, proxy, &primary, StagingPair::HEADER)?;
    let edges = [edge(&estate, &primary), edge(&estate, &pair.staging)];
    let fronts = [
        Front::open(edge(&estate, &primary))?,
        Front::open(edge(&estate, &pair.staging))?,
    ];
    let bots = &estate.netacea.protector;
    bots.judge_user_agent("scraper", Verdict::BLOCKED);
    let mut terraform = estate.example_without("canary", &["monitoring.tf"])?;
    terraform.variable("staging_distribution_id", pair.staging.id());

    terraform
        .apply()?
        .says(&["Only requests with the header aws-cf-cd-netacea"])?;
    assert_eq!(
        stopped(&edges)?,
        [false, true],
        "only in the staging distribution"
    );
    for (front, half) in fronts.iter().zip(["primary", "staging"]) {
        terraform.variable("smoke_test_url", &front.url(PATH));
        assert_eq!(smoke_test(&terraform, half)?, 0, "{half}");
    }
    let requests = estate.origin.requests();
    let with_header = requests
        .iter()
        .filter(|request| request.headers().contains_key("aws-cf-cd-netacea"));
    assert_eq!(with_header.count(), 3, "those to the staging distribution");

    for (staging, warns) in [("0.9", false), ("1.3", true)] {
        let rates = format!("{{ primary = 0.2, staging = {staging} }}");
        terraform.variable("server_error_rates", &rates);
        let told = terraform.plan(&[])?.outcome.code(0)?;
        assert_eq!(told.unframed().contains(TOO_MANY), warns, "{}", told.text);
    }
    terraform.without_variable("server_error_rates");

    terraform.variable("promoted", "true");
    terraform.variable("mitigation_percent", "0");
    terraform.apply()?;
    assert_eq!(
        stopped(&edges)?,
        [false, false],
        "asked about, and nobody is stopped"
    );
    terraform.variable("mitigation_percent", "100");
    terraform.apply()?;
    assert_eq!(
        stopped(&edges)?,
        [true, false],
        "only in the primary distribution"
    );
    terraform.plan(&[])?.outcome.code(0)?;

    terraform.without_variable("promoted");
    estate.proxy.forget();
    terraform.apply()?;
    let updates = estate.proxy.writes();
    let updates = updates
        .iter()
        .filter(|write| **write == Operation::UpdateDistribution);
    assert_eq!(updates.count(), 2, "one of each, and back");
    assert_eq!(stopped(&edges)?, [false, true]);
    Ok(())
}
