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
                "CloudFront allows {ASSOCIATIONS} in a distribution by default, those of all \
                 functions counted together, and refuses an update with more, when the function is \
                 already published. Ask AWS to raise the quota, or choose fewer `behaviors` or \
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
            "It is one half of a continuous deployment, and {why}. CloudFront does not support the \
             two together, so the staging distribution gets no request. Change that in both \
             halves, or use `settings.mitigation_percent` of the integration instead, which needs \
             no staging distribution."
        ),
    ))
}

fn promotion() -> Finding {
    Finding::of_distribution(
        Hazard::ContinuousDeployment,
        "A promotion takes the function out of the distribution".to_owned(),
        "The distribution has a continuous deployment policy. A promotion by CloudFront replaces \
         its whole configuration by that of the staging distribution, and with it the slots, unless \
         the function stands there too. As long as it does not, requests that the policy sends \
         there do not meet it: a `netacea_cloudfront_association` with `staging = true` places it \
         there. Run `terraform apply` after each promotion: the plan shows which slots are lost. Or \
         end the continuous deployment first."
            .to_owned(),
    )
}

fn tenants() -> Finding {
    Finding::of_distribution(
        Hazard::MultiTenant,
        "Every tenant of the distribution gets the function".to_owned(),
        "The distribution serves tenants only (`ConnectionMode` is `tenant-only`). They inherit its \
         behaviors and cannot change the functions in them, so what is done here concerns the \
         visitors of all tenants. Make sure that every tenant wants it, or give those that do not a \
         distribution of their own."
            .to_owned(),
    )
}

fn disabled() -> Finding {
    Finding::of_distribution(
        Hazard::Disabled,
        "The distribution is disabled".to_owned(),
        "It answers no visitor. The protection takes effect once it is enabled.".to_owned(),
    )
}
