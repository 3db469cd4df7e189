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
        (surroundings.continuous_deployment && !case.document.staging()).then(promotion),
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

fn promotion() -> Finding {
    Finding::of_distribution(
        Hazard::ContinuousDeployment,
        "A promotion takes the function out of the distribution".to_owned(),
        "The distribution has a continuous deployment policy. A promotion replaces its whole \
         configuration by that of the staging distribution, and with it the slots, unless the \
         staging distribution has the function too. Until then the share of visitors that is sent \
         there is not protected. Run `terraform apply` after each promotion: the plan shows which \
         slots are lost. Or end the continuous deployment first."
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
