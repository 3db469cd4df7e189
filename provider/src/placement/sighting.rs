//! What a read saw of a distribution in addition to the slots of the state, kept in private state.
//!
//! Terraform plans a change twice, the second time while it applies and without a read, and both
//! plans must say the same. So a plan promises what follows from the configuration, the state and
//! this, not from what CloudFront holds at that time. Only what a plan may need is kept: a
//! distribution has up to a few hundred behaviors.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tfplugin::{Attr, Private};

use super::site::Site;
use super::wanted;
use crate::aws::arn::FunctionArn;
use crate::aws::document::Document;
use crate::aws::slot::Slot;
use crate::private_keys::SIGHTING;

/// What the last read saw.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Sighting {
    distribution_id: String,
    /// Names of [all](wanted::all) behaviors; kept if the configuration names none.
    behaviors: Option<BTreeSet<String>>,
    /// ARN to the slots that it held and that were not wanted; kept if strangers may be displaced.
    holders: Option<BTreeMap<String, BTreeSet<String>>>,
}

impl Sighting {
    /// The sighting of this distribution; empty if nothing was kept.
    pub(super) fn of(private: &Private, distribution_id: &str) -> Sighting {
        private
            .get(SIGHTING)
            .filter(|seen: &Sighting| seen.distribution_id == distribution_id)
            .unwrap_or_default()
    }

    /// Keeps what a plan may need of the document; `site` is the configuration that was applied,
    /// for `function`.
    pub(super) fn keep(
        private: &mut Private,
        id: &str,
        site: &Site,
        document: &Document,
        function: Option<&FunctionArn>,
    ) {
        let all = wanted::all(document, function).map(str::to_owned).collect();
        let seen = Sighting {
            distribution_id: id.to_owned(),
            holders: (site.adopt_existing == Attr::Known(true))
                .then(|| holders(site, &all, document)),
            behaviors: site.behaviors.is_null().then_some(all),
        };
        if seen.behaviors.is_none() && seen.holders.is_none() {
            private.remove(SIGHTING);
        } else {
            private.set(SIGHTING, &seen);
        }
    }

    /// Names of all behaviors that were meant, if they were kept.
    pub(super) fn behaviors(&self) -> Option<&BTreeSet<String>> {
        self.behaviors.as_ref()
    }

    /// The holder of a slot that was not wanted then, `Some(None)` for nobody; `None` if that was
    /// not kept.
    pub(super) fn holder(&self, slot: &Slot) -> Option<Option<&str>> {
        let name = slot.to_string();
        let holders = self.holders.as_ref()?;
        let held = holders.iter().find(|(_, slots)| slots.contains(&name));
        Some(held.map(|(lambda_arn, _)| lambda_arn.as_str()))
    }
}

fn holders(
    site: &Site,
    behaviors: &BTreeSet<String>,
    document: &Document,
) -> BTreeMap<String, BTreeSet<String>> {
    let behaviors = behaviors.iter().map(String::as_str);
    let wanted = wanted::slots_of(site, behaviors).unwrap_or_default();
    let mut holders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (slot, association) in document.slots() {
        if !wanted.contains(&slot) {
            let slots = holders.entry(association.lambda_arn).or_default();
            slots.insert(slot.to_string());
        }
    }
    holders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::event_type::EventType;

    const STRANGER: &str = "arn:aws:lambda:us-east-1:123456789012:function:other:3";

    /// A distribution with one behavior, whose origin-request a stranger holds.
    fn document() -> Document {
        Document::parse(format!(
            "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><CallerReference>1</CallerReference><Origins/>\
             <DefaultCacheBehavior><LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
             <LambdaFunctionARN>{STRANGER}</LambdaFunctionARN><EventType>origin-request</EventType><IncludeBody>false</IncludeBody>\
             </LambdaFunctionAssociation></Items></LambdaFunctionAssociations></DefaultCacheBehavior><Enabled>true</Enabled></DistributionConfig>"
        ))
        .expect("a distribution")
    }

    fn site(behaviors: Attr<BTreeSet<String>>, adopt: bool) -> Site {
        Site {
            behaviors,
            adopt_existing: adopt.into(),
            ..Site::default()
        }
    }

    #[test]
    fn only_what_a_plan_may_need_is_kept() {
        let named = || Attr::Known(["default".to_owned()].into());
        for (behaviors, adopt, has_behaviors, has_holders) in [
            (named(), false, false, false),
            (Attr::Null, false, true, false),
            (named(), true, false, true),
            (Attr::Null, true, true, true),
        ] {
            let mut private = Private::default();
            Sighting::keep(
                &mut private,
                "E1",
                &site(behaviors, adopt),
                &document(),
                None,
            );
            let seen = Sighting::of(&private, "E1");
            assert_eq!(seen.behaviors().is_some(), has_behaviors);
            let held = Slot::new("default", EventType::OriginRequest);
            let expected = has_holders.then_some(Some(STRANGER));
            assert_eq!(seen.holder(&held), expected);
            let vacant = Slot::new("/a", EventType::OriginRequest);
            assert_eq!(seen.holder(&vacant), has_holders.then_some(None));
            let elsewhere = Sighting::of(&private, "E2");
            assert!(elsewhere.behaviors().is_none() && elsewhere.holder(&held).is_none());
            Sighting::keep(&mut private, "E1", &site(named(), false), &document(), None);
            assert_eq!(private, Private::default(), "a stale one is forgotten");
        }
    }
}
