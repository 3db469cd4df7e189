//! A create that meets a function of its name.
//!
//! One that an earlier create or destroy of ours left behind is continued. Any other belongs to
//! somebody, by its tags to another state or to nobody we know, and is refused unless the user says
//! that it may be adopted; the refusal shows how to import it instead.

use tfplugin::{Call, Diagnostic, Path, Result};

use super::model::IntegrationModel;
use super::tags;
use crate::aws::arn::FunctionArn;
use crate::aws::lambda::Function;
use crate::aws::ownership::{Lifecycle, Ownership};
use crate::aws::retry::Deadline;
use crate::client::Client;
use crate::settled::settled;

/// Continues what an earlier create or destroy left behind; refuses what belongs to somebody.
pub(super) async fn take_over(
    call: &mut Call<Client>,
    existing: Function,
    planned: &IntegrationModel,
    deadline: &Deadline,
) -> Result<Function> {
    let adopt = planned.adopt_existing_function.known() == Some(&true);
    match Ownership::of(&existing.tags) {
        Ownership::Ours(Lifecycle::Creating | Lifecycle::Abandoned) => {}
        _ if adopt => {}
        owner => return Err(already_there(&existing.arn, owner, planned).into()),
    }
    call.diagnostics.extend(forbidden_settings(&existing));
    let functions = call.client.session().functions();
    functions
        .set_lifecycle(&existing.arn, Lifecycle::Creating, deadline)
        .await?;
    functions
        .retag(
            &existing.arn,
            &tags::visible(&existing.tags, call.client.ignored_tags()),
            settled("tags_all", &planned.tags_all)?,
            deadline,
        )
        .await?;
    Ok(existing)
}

/// The package needs none of it, and CloudFront would refuse the version.
fn forbidden_settings(function: &Function) -> Option<Diagnostic> {
    let forbidden = &function.latest.forbidden;
    (!forbidden.is_empty()).then(|| {
        Diagnostic::warning(format!(
            "Removing settings that Lambda@Edge does not allow from function {}",
            function.arn.name
        ))
        .detail(format!(
            "  - {}\n\nThese are taken off $LATEST before a version is published. Versions that were published before keep \
             them.",
            forbidden.join("\n  - ")
        ))
        .at(Path::root("name"))
    })
}

fn already_there(
    function: &FunctionArn,
    owner: Ownership,
    planned: &IntegrationModel,
) -> Diagnostic {
    let whose = match owner {
        Ownership::Ours(_) => {
            "Its tags say that this provider made it and that it is in use: another Terraform \
             state has it, or this state lost it."
        }
        Ownership::Stranger => "This provider did not make it.",
    };
    let id = match planned.placement().distribution_id() {
        Some(distribution) => format!("{},{distribution}", function.name),
        None => function.name.clone(),
    };
    Diagnostic::error(format!("A function named {} exists already", function.name))
        .detail(format!(
            "{whose}\n\nIf it is to be managed here, import it:\n\nimport {{\n  to = \
             netacea_cloudfront_integration.NAME\n  id = \"{id}\"\n}}\n\nOtherwise choose another \
             `name`. With `adopt_existing_function = true` its code is replaced without further \
             questions."
        ))
        .at(Path::root("name"))
}

#[cfg(test)]
mod tests {
    use tfplugin::Attr;

    use super::*;
    use crate::placement::Site;

    #[test]
    fn a_refusal_shows_the_import_block_and_the_way_to_adopt() {
        let function: FunctionArn = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop"
            .parse()
            .expect("an ARN");
        let planned = IntegrationModel {
            distribution: Attr::Known(Site {
                id: "E2QWRUHAPOMQZL".into(),
                ..Site::default()
            }),
            ..IntegrationModel::default()
        };
        let diagnostic = already_there(&function, Ownership::Stranger, &planned);
        for part in [
            "import {",
            "id = \"netacea-shop,E2QWRUHAPOMQZL\"",
            "adopt_existing_function = true",
        ] {
            assert!(diagnostic.detail_text().contains(part), "{part} is missing");
        }
    }
}
