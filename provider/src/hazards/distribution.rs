//! What concerns a distribution as a whole.

use super::case::Case;
use super::finding::Finding;
use super::hazard::Hazard;

/// The default quota of Lambda@Edge associations in one distribution; AWS raises it on request.
const ASSOCIATIONS: usize = 100;

pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let surroundings = case.document.surroundings();
    let found = [
        quota(case),
        continuous_deployment(case),
        barred(case),
        surroundings.tenant_only.then(tenants),
        (!case.document.enabled()).then(disabled),
    ];
    found.into_iter().flatten().collect()
}

fn quota(case: &Case<'_>) -> Option<Finding> {
    let stays = |lambda_arn: &str| {
        let function = case.function;
        !function.is_some_and(|function| function.owns(lambda_arn))
    };
    let behaviors = case.document.behaviors().iter();
    let others = behaviors.flat_map(|behavior| {
        behavior
            .associations
            .iter()
            .filter(|(event, held)| stays(&held.lambda_arn) && !case.wants(&behavior.name, **event))
    });
    let count = case.wanted.len() + others.count();
    (count > ASSOCIATIONS).then(|| {
        Finding::of_distribution(
            Hazard::AssociationQuota,
            format!("The distribution will have {count} Lambda@Edge associations"),
            format!(
                "By default, CloudFront allows {ASSOCIATIONS} in a distribution, counted over all \
                 functions. It refuses an update with more, and the function has already been \
                 published by then. Ask AWS to raise the quota, or use fewer `behaviors` or \
                 `events`."
            ),
        )
    })
}

/// What it means to be one half of a continuous deployment.
fn continuous_deployment(case: &Case<'_>) -> Option<Finding> {
    let has_policy = || {
        let surroundings = case.document.surroundings();
        surroundings.continuous_deployment_policy.is_some()
    };
    if case.document.staging() {
        Some(case.reach.finding(case.mitigation().is_some()))
    } else {
        has_policy().then(promotion)
    }
}

/// A half of a continuous deployment that CloudFront does not offer.
fn barred(case: &Case<'_>) -> Option<Finding> {
    let surroundings = case.document.surroundings();
    let is_half = case.document.staging() || surroundings.continuous_deployment_policy.is_some();
    let why = surroundings
        .bars_continuous_deployment()
        .filter(|_| is_half)?;
    Some(Finding::of_distribution(
        Hazard::ContinuousDeployment,
        "CloudFront offers no continuous deployment for the distribution".to_owned(),
        format!(
            "It is part of a continuous deployment, but {why}. CloudFront does not support the \
             two together, so the staging distribution gets no requests. Change that in both \
             distributions, or use `settings.mitigation_percent` of the integration instead, \
             which does not need a staging distribution."
        ),
    ))
}

fn promotion() -> Finding {
    Finding::of_distribution(
        Hazard::ContinuousDeployment,
        "A promotion may remove the function from the distribution".to_owned(),
        "The distribution has a continuous deployment policy. A promotion by CloudFront replaces \
         the whole configuration of this distribution, including the slots, with that of the \
         staging distribution. The function is then lost, unless it is attached there too. Until \
         it is, the function does not see the requests that the policy sends there. A \
         `netacea_cloudfront_association` with `staging = true` attaches it there. Run `terraform \
         apply` after each promotion: the plan shows which slots are lost. Or end the continuous \
         deployment."
            .to_owned(),
    )
}

fn tenants() -> Finding {
    Finding::of_distribution(
        Hazard::MultiTenant,
        "Every tenant of the distribution gets the function".to_owned(),
        "The distribution serves only tenants (`ConnectionMode` is `tenant-only`). They inherit \
         its behaviors and cannot change the functions in them, so a change here affects the \
         visitors of all tenants. Make sure that every tenant wants the protection, or give the \
         tenants that do not want it their own distribution."
            .to_owned(),
    )
}

fn disabled() -> Finding {
    Finding::of_distribution(
        Hazard::Disabled,
        "The distribution is disabled".to_owned(),
        "It serves nobody. The protection takes effect once the distribution is enabled."
            .to_owned(),
    )
}
