//! Tries the planned splice out on the distribution as it is now. Calls nothing.
//!
//! It answers two questions of the plan: what is in the way, and what an apply displaces if the
//! distribution stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::site::Site;
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Conflict, Handover, Originals, Predecessor, Wish, splice};

/// In place of the version that is not published yet; never written.
const ANY_VERSION: &str = "1";

/// A splice that is only tried out.
pub(super) struct Trial<'a> {
    pub(super) document: &'a Document,
    /// Ours; `None` while it is not known.
    pub(super) function: Option<&'a FunctionArn>,
    /// The function that this resource has in the slots now, if it is another one.
    pub(super) predecessor: Option<&'a FunctionArn>,
    /// The functions that give up slots for this one.
    pub(super) handover: &'a Handover,
    pub(super) wanted: &'a BTreeSet<Slot>,
    /// The slots that may be taken from any holder, whatever the site says.
    pub(super) retaken: &'a BTreeSet<Slot>,
    pub(super) site: &'a Site,
}

impl Trial<'_> {
    /// The associations that would be displaced, except those of functions that leave (`leaves`)
    /// before ours arrives. Empty while our function or `adopt_existing` is unknown.
    pub(super) fn run(
        &self,
        leaves: impl Fn(&str) -> bool,
    ) -> Result<BTreeMap<Slot, Association>, Vec<Conflict>> {
        let adopt = self
            .function
            .and_then(|_| self.site.adopt_existing.known().copied());
        match splice(self.document, &self.change(adopt.unwrap_or(true))) {
            Ok(_) if adopt.is_none() => Ok(BTreeMap::new()),
            Ok(spliced) => {
                let mut displaced = spliced.displaced;
                displaced.retain(|_, association| !leaves(&association.lambda_arn));
                Ok(displaced)
            }
            Err(conflicts) => {
                let lasting: Vec<Conflict> = conflicts
                    .into_iter()
                    .filter(|conflict| !matches!(conflict, Conflict::Held { holder, .. } if leaves(holder)))
                    .collect();
                if lasting.is_empty() {
                    Ok(BTreeMap::new())
                } else {
                    Err(lasting)
                }
            }
        }
    }

    fn change(&self, adopt_existing: bool) -> Change {
        let function = self.function.cloned().unwrap_or_else(nobody);
        let lambda_arn = format!("{function}:{ANY_VERSION}");
        let hold = |slot: &Slot| Wish::Hold {
            association: Association {
                lambda_arn: lambda_arn.clone(),
                include_body: self.site.includes_body(slot.event),
            },
            adopt_existing: adopt_existing || self.retaken.contains(slot),
        };
        Change {
            function,
            predecessor: self.predecessor.map(|function| Predecessor {
                function: function.clone(),
                displaced: BTreeMap::new(),
            }),
            handover: self.handover.clone(),
            slots: self
                .wanted
                .iter()
                .map(|slot| (slot.clone(), hold(slot)))
                .collect(),
            foreseen: None,
            staging: self.site.is_staging(),
            originals: Originals::default(),
        }
    }
}

/// In place of a function that is not known yet; it holds no slot.
fn nobody() -> FunctionArn {
    FunctionArn::in_us_east_1("", "")
}

#[cfg(test)]
mod tests {
    use tfplugin::Attr;

    use super::*;
    use crate::aws::event_type::EventType;

    const STRANGER: &str = "arn:aws:lambda:us-east-1:123456789012:function:other:3";

    /// A distribution whose default behavior has `holder` on viewer-request.
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
    ) -> Result<usize, Vec<Conflict>> {
        trial_of(holder, behavior, adopt, leaves, &BTreeSet::new())
    }

    fn trial_of(
        holder: &str,
        behavior: &str,
        adopt: Attr<bool>,
        leaves: bool,
        retaken: &BTreeSet<Slot>,
    ) -> Result<usize, Vec<Conflict>> {
        let trial = Trial {
            document: &document(holder),
            function: Some(
                &"arn:aws:lambda:us-east-1:123456789012:function:netacea-shop"
                    .parse()
                    .expect("an ARN"),
            ),
            predecessor: None,
            handover: &Handover::default(),
            wanted: &[Slot::new(behavior, EventType::ViewerRequest)].into(),
            retaken,
            site: &Site {
                adopt_existing: adopt,
                ..Site::default()
            },
        };
        trial.run(|_| leaves).map(|displaced| displaced.len())
    }

    #[test]
    fn a_strangers_slot_is_refused_unless_it_may_be_adopted() {
        assert!(matches!(
            trial(STRANGER, "default", false.into(), false).unwrap_err()[..],
            [Conflict::Held { .. }]
        ));
        assert_eq!(trial(STRANGER, "default", true.into(), false), Ok(1));
    }

    #[test]
    fn a_slot_that_is_retaken_needs_no_leave() {
        let slot = Slot::new("default", EventType::ViewerRequest);
        let retaken = [slot].into();
        assert_eq!(
            trial_of(STRANGER, "default", false.into(), false, &retaken),
            Ok(1)
        );
    }

    #[test]
    fn a_function_that_makes_room_is_no_conflict_and_nobody_to_displace() {
        assert_eq!(trial(STRANGER, "default", false.into(), true), Ok(0));
        assert_eq!(trial(STRANGER, "default", true.into(), true), Ok(0));
    }

    #[test]
    fn an_unknown_permission_to_adopt_is_no_conflict() {
        assert_eq!(trial(STRANGER, "default", Attr::Unknown, false), Ok(0));
    }

    #[test]
    fn the_function_before_is_nobody_to_displace_either() {
        let before = STRANGER.parse().expect("an ARN");
        let trial = Trial {
            document: &document(STRANGER),
            function: Some(
                &"arn:aws:lambda:us-east-1:123456789012:function:netacea-shop"
                    .parse()
                    .expect("an ARN"),
            ),
            predecessor: Some(&before),
            handover: &Handover::default(),
            wanted: &[Slot::new("default", EventType::ViewerRequest)].into(),
            retaken: &BTreeSet::new(),
            site: &Site {
                adopt_existing: false.into(),
                ..Site::default()
            },
        };
        assert_eq!(trial.run(|_| false), Ok(BTreeMap::new()));
    }

    #[test]
    fn a_function_that_is_not_known_yet_meets_all_conflicts_but_holders() {
        let document = document(STRANGER);
        let of = |behavior: &str| {
            let trial = Trial {
                document: &document,
                function: None,
                predecessor: None,
                handover: &Handover::default(),
                wanted: &[Slot::new(behavior, EventType::ViewerRequest)].into(),
                retaken: &BTreeSet::new(),
                site: &Site::default(),
            };
            trial.run(|_| false)
        };
        assert_eq!(of("default"), Ok(BTreeMap::new()));
        assert!(matches!(
            of("/checkout/*").unwrap_err()[..],
            [Conflict::UnknownBehavior { .. }]
        ));
    }

    #[test]
    fn an_older_version_of_ours_is_nobody_to_displace() {
        let ours = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:6";
        assert_eq!(trial(ours, "default", false.into(), false), Ok(0));
    }

    #[test]
    fn an_unknown_behavior_is_refused_with_those_that_exist() {
        let conflicts = trial(STRANGER, "/checkout/*", true.into(), false).unwrap_err();
        assert!(
            matches!(&conflicts[..], [Conflict::UnknownBehavior { known, .. }] if known == &["default"])
        );
    }

    #[test]
    fn which_half_is_meant_may_be_unknown_and_then_stands_in_nobodys_way() {
        let document = document(STRANGER);
        let of = |staging: Attr<bool>| {
            let trial = Trial {
                document: &document,
                function: None,
                predecessor: None,
                handover: &Handover::default(),
                wanted: &[Slot::new("default", EventType::ViewerRequest)].into(),
                retaken: &BTreeSet::new(),
                site: &Site {
                    staging,
                    ..Site::default()
                },
            };
            trial.run(|_| false)
        };
        for staging in [Attr::Null, false.into(), Attr::Unknown] {
            assert_eq!(of(staging), Ok(BTreeMap::new()), "{staging:?}");
        }
        assert!(matches!(
            of(true.into()).unwrap_err()[..],
            [Conflict::NotStaging { barred: None }]
        ));
    }
}
