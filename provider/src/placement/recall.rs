//! What the function's tags know about slots and the state does not: after an apply that was
//! killed, and after an import.

use std::collections::BTreeSet;

use tfplugin::Call;

use super::model::Placement;
use crate::aws::arn::FunctionArn;
use crate::aws::error::Error;
use crate::aws::ownership::Displaced;
use crate::aws::retry::Deadline;
use crate::aws::slot::Slot;
use crate::aws::splice::{Handover, Originals, Restore};
use crate::client::Client;

/// The former holders of slots that are left, from the tags.
#[derive(Debug, Default)]
pub(super) struct Recalled(Displaced);

impl Recalled {
    /// Reads the tags unless `originals` knows each behavior of `slots` and `state` displaced
    /// nobody there: the state has the displaced ARN, but not whether the request body was passed
    /// on. Behaviors that had no element are added to `originals`. If the tags cannot be read,
    /// warns and uses the state alone.
    pub(super) async fn of(
        call: &mut Call<Client>,
        function: &FunctionArn,
        state: &Placement,
        slots: &BTreeSet<Slot>,
        originals: &mut Originals,
        deadline: &Deadline,
    ) -> Recalled {
        let is_recorded =
            |slot: &Slot| originals.knows(&slot.behavior) && state.displaced_in(slot).is_none();
        let id = match state.distribution_id() {
            Some(id) if !slots.iter().all(is_recorded) => id,
            _ => return Recalled::default(),
        };
        let client = call.client.clone();
        match client.session().functions().tags(function, deadline).await {
            Ok(tags) => {
                let displaced = Displaced::recall(&tags, id, slots);
                originals.recall_bare(&displaced.bare);
                Recalled(displaced)
            }
            Err(error) => {
                call.diagnostics.push(error.warning());
                Recalled::default()
            }
        }
    }

    /// The association to put back when `state` gives `slot` up, if the user wants that.
    pub(super) fn restored(&self, state: &Placement, slot: &Slot) -> Option<Restore> {
        let wanted = state
            .site
            .known()
            .and_then(|site| site.restore_previous_on_destroy.known());
        if wanted == Some(&false) {
            return None;
        }
        let Recalled(known) = self;
        let recorded = known.associations.get(slot);
        let lambda_arn = state.displaced_in(slot);
        let lambda_arn = lambda_arn.or(recorded.map(|recorded| &recorded.lambda_arn))?;
        let recorded = known.association(slot, lambda_arn);
        Some(Restore {
            lambda_arn: lambda_arn.clone(),
            include_body: recorded.map(|recorded| recorded.include_body),
            together: recorded.is_some() && known.together.contains(slot),
        })
    }
}

/// Adds what the tags of the functions in `handover` say about the wanted slots: what they had
/// displaced, and (in `originals`) which behaviors had no element. A function that has already left
/// its slots has no such tags.
pub(super) async fn inherit(
    call: &mut Call<Client>,
    mut handover: Handover,
    distribution_id: &str,
    wanted: &BTreeSet<Slot>,
    originals: &mut Originals,
    deadline: &Deadline,
) -> Result<Handover, Error> {
    let client = call.client.clone();
    for function in &handover.functions {
        let tags = client
            .session()
            .functions()
            .tags(function, deadline)
            .await?;
        let known = Displaced::recall(&tags, distribution_id, wanted);
        originals.recall_bare(&known.bare);
        handover.displaced.associations.extend(known.associations);
        handover.displaced.together.extend(known.together);
    }
    Ok(handover)
}

#[cfg(test)]
mod tests {
    use tfplugin::Attr;

    use super::super::site::Site;
    use super::*;
    use crate::aws::event_type::EventType;
    use crate::aws::slot::Association;

    fn slot(behavior: &str) -> Slot {
        Slot::new(behavior, EventType::ViewerRequest)
    }

    fn state(restore: bool) -> Placement {
        Placement {
            site: Attr::Known(Site {
                restore_previous_on_destroy: restore.into(),
                ..Site::default()
            }),
            displaced: Attr::Known([(slot("default"), "arn:other:3".to_owned())].into()),
            ..Placement::default()
        }
    }

    fn recalled(behavior: &str, lambda_arn: &str) -> Recalled {
        let association = Association {
            lambda_arn: lambda_arn.to_owned(),
            include_body: true,
        };
        Recalled(Displaced {
            associations: [(slot(behavior), association)].into(),
            ..Displaced::default()
        })
    }

    fn restored(
        state: &Placement,
        recalled: &Recalled,
        behavior: &str,
    ) -> Option<(String, Option<bool>)> {
        recalled
            .restored(state, &slot(behavior))
            .map(|restore| (restore.lambda_arn, restore.include_body))
    }

    #[test]
    fn a_displaced_association_is_put_back_unless_the_user_declines() {
        let nothing = Recalled::default();
        let other = || Some(("arn:other:3".to_owned(), None));
        assert_eq!(restored(&state(true), &nothing, "default"), other());
        assert_eq!(restored(&state(false), &nothing, "default"), None);
        assert_eq!(restored(&state(true), &nothing, "/a"), None);
    }

    #[test]
    fn tags_complete_what_the_state_says_and_do_not_overrule_it() {
        let same = recalled("default", "arn:other:3");
        let with_body = Some(("arn:other:3".to_owned(), Some(true)));
        assert_eq!(restored(&state(true), &same, "default"), with_body);
        let another = recalled("default", "arn:another:1");
        let unknown = Some(("arn:other:3".to_owned(), None));
        assert_eq!(restored(&state(true), &another, "default"), unknown);
        let lost = recalled("/a", "arn:another:1");
        let found = Some(("arn:another:1".to_owned(), Some(true)));
        assert_eq!(restored(&state(true), &lost, "/a"), found);
        assert_eq!(restored(&state(false), &lost, "/a"), None);
    }
}
