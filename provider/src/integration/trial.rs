//! The planned splice, tried out on the distribution as it is now. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::distribution::Distribution;
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Conflict, Originals, Wish, splice};

/// Stands for the version that is not published yet; it is never written.
const ANY_VERSION: &str = "1";

/// A splice that is only tried out.
pub(super) struct Trial<'a> {
    pub(super) document: &'a Document,
    pub(super) function: &'a FunctionArn,
    pub(super) wanted: &'a BTreeSet<Slot>,
    pub(super) distribution: &'a Distribution,
}

impl Trial<'_> {
    /// The associations that would be displaced; `None` when that is not known yet: a slot is held
    /// by a function that makes room (`leaves`) before ours arrives, or nobody knows yet whether
    /// strangers may be displaced.
    pub(super) fn run(
        &self,
        leaves: impl Fn(&str) -> bool,
    ) -> Result<Option<BTreeMap<Slot, Association>>, Vec<Conflict>> {
        let adopt = self.distribution.adopt_existing.known().copied();
        match splice(self.document, &self.change(adopt.unwrap_or(true))) {
            Ok(spliced) => {
                let waits = spliced
                    .displaced
                    .values()
                    .any(|association| leaves(&association.lambda_arn));
                Ok((adopt.is_some() && !waits).then_some(spliced.displaced))
            }
            Err(conflicts) => {
                let lasting: Vec<Conflict> = conflicts
                    .into_iter()
                    .filter(|conflict| !matches!(conflict, Conflict::Held { holder, .. } if leaves(holder)))
                    .collect();
                if lasting.is_empty() {
                    Ok(None)
                } else {
                    Err(lasting)
                }
            }
        }
    }

    fn change(&self, adopt_existing: bool) -> Change {
        let lambda_arn = format!("{}:{ANY_VERSION}", self.function);
        let hold = |slot: &Slot| Wish::Hold {
            association: Association {
                lambda_arn: lambda_arn.clone(),
                include_body: slot.event.carries_body(),
            },
            adopt_existing,
        };
        Change {
            function: self.function.clone(),
            slots: self
                .wanted
                .iter()
                .map(|slot| (slot.clone(), hold(slot)))
                .collect(),
            originals: Originals::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use tfplugin::Attr;

    use super::*;
    use crate::aws::event_type::EventType;

    const STRANGER: &str = "arn:aws:lambda:us-east-1:123456789012:function:other:3";

    /// A distribution whose default behaviour has `holder` on viewer-request.
    fn document(holder: &str) -> Document {
        Document::parse(format!(
            "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><CallerReference>1</CallerReference><Origins/>\
             <DefaultCacheBehavior><LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
             <LambdaFunctionARN>{holder}</LambdaFunctionARN><EventType>viewer-request</EventType><IncludeBody>false</IncludeBody>\
             </LambdaFunctionAssociation></Items></LambdaFunctionAssociations></DefaultCacheBehavior><Enabled>true</Enabled></DistributionConfig>"
        ))
        .expect("a distribution")
    }

    fn trial(
        holder: &str,
        behavior: &str,
        adopt: Attr<bool>,
        leaves: bool,
    ) -> Result<Option<usize>, Vec<Conflict>> {
        let trial = Trial {
            document: &document(holder),
            function: &"arn:aws:lambda:us-east-1:123456789012:function:netacea-shop"
                .parse()
                .expect("an ARN"),
            wanted: &[Slot::new(behavior, EventType::ViewerRequest)].into(),
            distribution: &Distribution {
                adopt_existing: adopt,
                ..Distribution::default()
            },
        };
        trial
            .run(|_| leaves)
            .map(|displaced| displaced.map(|displaced| displaced.len()))
    }

    #[test]
    fn a_strangers_slot_is_refused_unless_it_may_be_adopted() {
        assert!(matches!(
            trial(STRANGER, "default", false.into(), false).unwrap_err()[..],
            [Conflict::Held { .. }]
        ));
        assert_eq!(trial(STRANGER, "default", true.into(), false), Ok(Some(1)));
    }

    #[test]
    fn a_function_that_makes_room_is_no_conflict_and_leaves_displaced_open() {
        assert_eq!(trial(STRANGER, "default", false.into(), true), Ok(None));
        assert_eq!(trial(STRANGER, "default", true.into(), true), Ok(None));
    }

    #[test]
    fn an_unknown_permission_to_adopt_leaves_displaced_open() {
        assert_eq!(trial(STRANGER, "default", Attr::Unknown, false), Ok(None));
    }

    #[test]
    fn an_older_version_of_ours_is_nobody_to_displace() {
        let ours = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:6";
        assert_eq!(trial(ours, "default", false.into(), false), Ok(Some(0)));
    }

    #[test]
    fn an_unknown_behaviour_is_refused_with_those_that_exist() {
        let conflicts = trial(STRANGER, "/checkout/*", true.into(), false).unwrap_err();
        assert!(
            matches!(&conflicts[..], [Conflict::UnknownBehavior { known, .. }] if known == &["default"])
        );
    }
}
