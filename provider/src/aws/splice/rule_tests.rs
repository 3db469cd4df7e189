//! What the splice refuses, takes and puts back, one rule after the other, in small documents.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::property_tests::generated::OURS;
use super::property_tests::{change, release};
use super::{Change, Conflict, Handover, Originals, Wish, splice, without_empty_items};
use crate::aws::behavior_name;
use crate::aws::document::{Document, Malformed, xml};
use crate::aws::event_type::EventType;
use crate::aws::slot::{Association, Slot};

const HEAD: &str = r#"<DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><CallerReference>1</CallerReference><Origins/><Enabled>true</Enabled>"#;

fn small(default_behavior: &str) -> Document {
    Document::parse(format!(
        "{HEAD}<DefaultCacheBehavior>{default_behavior}</DefaultCacheBehavior></DistributionConfig>"
    ))
    .unwrap()
}

fn wish_one(slot: Slot, adopt_existing: bool) -> Change {
    let association = Association {
        lambda_arn: format!("{OURS}:7"),
        include_body: false,
    };
    let slots = BTreeMap::from([(
        slot,
        Wish::Hold {
            association,
            adopt_existing,
        },
    )]);
    change(slots, Originals::default())
}

fn conflicts(document: &Document, slot: Slot) -> Vec<Conflict> {
    splice(document, &wish_one(slot, false)).unwrap_err()
}

#[test]
fn a_strangers_slot_is_refused_with_the_holders_name() {
    let document = small(
        "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation><LambdaFunctionARN>stranger</LambdaFunctionARN>\
         <EventType>viewer-request</EventType></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>",
    );
    let slot = Slot::new("default", EventType::ViewerRequest);
    let held = Conflict::Held {
        slot: slot.clone(),
        holder: "stranger".to_owned(),
    };
    assert_eq!(conflicts(&document, slot.clone()), [held]);
    let adopted = splice(&document, &wish_one(slot.clone(), true)).unwrap();
    assert_eq!(adopted.displaced[&slot].lambda_arn, "stranger");
}

#[test]
fn only_those_that_the_plan_named_are_displaced() {
    let holding = |holder: &str| {
        small(&format!(
            "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation><LambdaFunctionARN>{holder}</LambdaFunctionARN>\
             <EventType>viewer-request</EventType></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>"
        ))
    };
    let empty = small("<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>");
    let slot = Slot::new("default", EventType::ViewerRequest);
    let splice_as = |document: &Document, planned: Option<&str>| {
        let foreseen = planned.map(|planned| (slot.clone(), planned.to_owned()));
        let change = Change {
            foreseen: Some(foreseen.into_iter().collect()),
            ..wish_one(slot.clone(), true)
        };
        splice(document, &change).map(|spliced| spliced.displaced.len())
    };
    let unplanned = |planned: Option<&str>, found: Option<&str>| {
        Err(vec![Conflict::Unplanned {
            slot: slot.clone(),
            planned: planned.map(str::to_owned),
            found: found.map(str::to_owned),
        }])
    };
    let (named, other) = (Some("named"), Some("other"));
    assert_eq!(splice_as(&holding("named"), named), Ok(1));
    assert_eq!(splice_as(&empty, None), Ok(0));
    assert_eq!(splice_as(&holding("other"), named), unplanned(named, other));
    assert_eq!(splice_as(&holding("other"), None), unplanned(None, other));
    assert_eq!(splice_as(&empty, named), unplanned(named, None));
    let made_before = splice_as(&holding(&format!("{OURS}:7")), named);
    assert_eq!(made_before, Ok(0));

    const GIVER: &str = "arn:aws:lambda:us-east-1:123456789012:function:giver";
    let handed_over = Change {
        foreseen: Some(BTreeMap::new()),
        staging: Some(false),
        handover: Handover {
            functions: [GIVER.parse().unwrap()].into(),
            ..Handover::default()
        },
        ..wish_one(slot.clone(), false)
    };
    let spliced = splice(&holding(&format!("{GIVER}:1")), &handed_over).unwrap();
    assert_eq!(spliced.displaced, BTreeMap::new(), "whoever comes first");
}

#[test]
fn path_patterns_are_compared_exactly_and_must_be_unique() {
    let behavior = |pattern: &str| {
        format!("<CacheBehavior><PathPattern>{pattern}</PathPattern></CacheBehavior>")
    };
    let list = behavior("/a/*") + &behavior("/twice") + &behavior("/twice");
    let text = format!(
        "{HEAD}<DefaultCacheBehavior/><CacheBehaviors><Quantity>3</Quantity><Items>{list}</Items></CacheBehaviors></DistributionConfig>"
    );
    let document = Document::parse(text).unwrap();
    let conflict = |pattern: &str| {
        conflicts(&document, Slot::new(pattern, EventType::OriginRequest)).remove(0)
    };
    assert!(
        matches!(conflict("/A/*"), Conflict::UnknownBehavior { known, .. } if known.contains(&"/a/*".to_owned()))
    );
    assert!(matches!(
        conflict("/twice"),
        Conflict::AmbiguousBehavior { .. }
    ));
}

#[test]
fn a_cloudfront_function_excludes_us_on_both_viewer_events_only() {
    let document = small(
        "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations><FunctionAssociations><Quantity>1</Quantity><Items>\
         <FunctionAssociation><FunctionARN>f</FunctionARN><EventType>viewer-response</EventType></FunctionAssociation></Items></FunctionAssociations>",
    );
    for event in EventType::ALL {
        let refused = splice(&document, &wish_one(Slot::new("default", event), false)).is_err();
        assert_eq!(refused, event.is_viewer(), "{event}");
    }
}

/// What a behavior may hold, in the order of CloudFront's service model.
const MODEL: [&str; 17] = [
    "TrustedSigners",
    "TrustedKeyGroups",
    "ViewerProtocolPolicy",
    "AllowedMethods",
    "SmoothStreaming",
    "Compress",
    "LambdaFunctionAssociations",
    "FunctionAssociations",
    "FieldLevelEncryptionId",
    "RealtimeLogConfigArn",
    "CachePolicyId",
    "OriginRequestPolicyId",
    "ResponseHeadersPolicyId",
    "GrpcConfig",
    "ForwardedValues",
    "MinTTL",
    "DefaultTTL",
];

proptest! {
    /// CloudFront's stand-ins leave elements out that CloudFront writes.
    #[test]
    fn an_absent_element_takes_its_place_in_the_model(present in proptest::collection::vec(any::<bool>(), MODEL.len())) {
        let elements = MODEL.iter().zip(present);
        let present = elements.filter(|(name, present)| *present && **name != "LambdaFunctionAssociations");
        let content: String = present.map(|(name, _)| format!("<!-- {name} --><{name}><Quantity>0</Quantity></{name}>")).collect();
        let document = small(&format!("<TargetOriginId>o</TargetOriginId>{content}"));
        let slot = Slot::new("default", EventType::ViewerRequest);
        let spliced = splice(&document, &wish_one(slot.clone(), false)).unwrap();
        let tree = xml::parse(spliced.document.text()).unwrap();
        let behavior = xml::required(tree.root_element(), "DefaultCacheBehavior").unwrap();
        let order: Vec<usize> = behavior
            .children()
            .filter_map(|child| MODEL.iter().position(|name| xml::is(child, name)))
            .collect();
        prop_assert!(order.contains(&6) && order.is_sorted(), "{}", spliced.document.text());

        let leave = Change {
            slots: [(slot, Wish::Leave { restore: None })].into(),
            originals: spliced.originals,
            ..wish_one(Slot::new("default", EventType::ViewerRequest), false)
        };
        let left = splice(&spliced.document, &leave).unwrap();
        prop_assert_eq!(left.document.text(), document.text());
    }
}

#[test]
fn the_body_is_asked_for_on_request_events_only() {
    let document =
        small("<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>");
    for event in EventType::ALL {
        let mut change = wish_one(Slot::new("default", event), false);
        for wish in change.slots.values_mut() {
            if let Wish::Hold { association, .. } = wish {
                association.include_body = true;
            }
        }
        let refused = splice(&document, &change).err();
        assert_eq!(
            refused.is_none(),
            event.carries_body(),
            "{event}: {refused:?}"
        );
    }
}

#[test]
fn staging_distributions_and_smooth_streaming_are_refused_but_left() {
    let slot = Slot::new("default", EventType::OriginRequest);
    let text = format!(
        "{HEAD}<DefaultCacheBehavior><SmoothStreaming>true</SmoothStreaming></DefaultCacheBehavior><Staging>true</Staging></DistributionConfig>"
    );
    let document = Document::parse(text).unwrap();
    let found = conflicts(&document, slot.clone());
    assert!(
        found.contains(&Conflict::Staging)
            && found
                .iter()
                .any(|conflict| matches!(conflict, Conflict::SmoothStreaming { .. })),
        "{found:?}"
    );
    let leave = Change {
        slots: BTreeMap::from([(slot.clone(), Wish::Leave { restore: None })]),
        ..wish_one(slot, false)
    };
    assert!(!splice(&document, &leave).unwrap().changed);
}

#[test]
fn a_change_is_made_in_the_half_that_is_meant_and_in_no_other() {
    let slot = Slot::new("default", EventType::OriginRequest);
    let document = |rest: &str| {
        let text = format!(
            "{HEAD}<DefaultCacheBehavior><SmoothStreaming>false</SmoothStreaming>\
             <LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>\
             </DefaultCacheBehavior>{rest}</DistributionConfig>"
        );
        Document::parse(text).unwrap()
    };
    let refused = |document: &Document, staging: Option<bool>| {
        let change = Change {
            staging,
            ..wish_one(slot.clone(), false)
        };
        splice(document, &change).err().unwrap_or_default()
    };
    let (primary, staging) = (document(""), document("<Staging>true</Staging>"));
    for document in [&primary, &staging] {
        assert_eq!(refused(document, None), []);
        assert_eq!(refused(document, Some(document.staging())), []);
    }
    assert_eq!(refused(&staging, Some(false)), [Conflict::Staging]);
    for (primary, because) in [
        (primary, None),
        (
            document("<HttpVersion>http2and3</HttpVersion>"),
            Some("HTTP/3"),
        ),
        (
            document("<ConnectionMode>tenant-only</ConnectionMode>"),
            Some("tenants"),
        ),
    ] {
        let [conflict] = &refused(&primary, Some(true))[..] else {
            panic!("one reason");
        };
        assert!(
            matches!(conflict, Conflict::NotStaging { barred } if barred.is_some() == because.is_some()),
            "{conflict}"
        );
        let advice = conflict.advice();
        assert!(
            advice.contains(because.unwrap_or("copy-distribution --staging")),
            "{advice}"
        );
    }
}

#[test]
fn a_text_that_reaches_beyond_its_element_is_never_put_back() {
    let document =
        small("<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>");
    let slot = Slot::new("default", EventType::OriginRequest);
    let change = wish_one(slot, false);
    let held = splice(&document, &change).unwrap();
    let forged = r#"{"default":"<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations><Compress>false</Compress>"}"#;
    let leave = release(
        &change,
        &BTreeMap::new(),
        serde_json::from_str(forged).unwrap(),
    );
    assert_eq!(
        splice(&held.document, &leave).unwrap().document.text(),
        document.text()
    );
}

#[test]
fn empty_items_next_to_quantity_zero_are_dropped_and_nothing_else() {
    let empty = small(
        "<TrustedSigners><Quantity>0</Quantity><Items/></TrustedSigners><Other><Quantity>1</Quantity><Items/></Other>",
    );
    let repaired = without_empty_items(&empty).unwrap().unwrap();
    assert_eq!(repaired.text(), empty.text().replacen("<Items/>", "", 1));
    assert_eq!(without_empty_items(&repaired), Ok(None));
}

#[test]
fn two_association_elements_or_events_are_refused() {
    let list = "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>";
    let entry = "<LambdaFunctionAssociation><LambdaFunctionARN>a</LambdaFunctionARN><EventType>viewer-request</EventType></LambdaFunctionAssociation>";
    let twice = format!(
        "<LambdaFunctionAssociations><Quantity>2</Quantity><Items>{entry}{entry}</Items></LambdaFunctionAssociations>"
    );
    let parse = |inside: &str| {
        Document::parse(format!(
            "{HEAD}<DefaultCacheBehavior>{inside}</DefaultCacheBehavior></DistributionConfig>"
        ))
    };
    assert!(matches!(
        parse(&list.repeat(2)),
        Err(Malformed::Repeated { .. })
    ));
    assert!(matches!(
        parse(&twice),
        Err(Malformed::RepeatedEvent { .. })
    ));
}

#[test]
fn a_displaced_association_comes_back_with_the_flag_it_had_last() {
    let function = "arn:aws:lambda:us-east-1:1:function:f:3";
    let entry = |include_body: bool| {
        format!(
            "<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
             <LambdaFunctionARN>{function}</LambdaFunctionARN><EventType>viewer-request</EventType>\
             <IncludeBody>{include_body}</IncludeBody></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>\
             <FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>"
        )
    };
    let slot = Slot::new(behavior_name::DEFAULT, EventType::ViewerRequest);
    let change = wish_one(slot.clone(), true);
    let first = splice(&small(&entry(true)), &change).unwrap();
    // Its owner takes the slot back, without the body this time, and loses it again.
    let second = Change {
        originals: first.originals,
        ..change
    };
    let displaced = splice(&small(&entry(false)), &second).unwrap().displaced;
    let restore = Some(displaced[&slot].clone().into());
    let left = Change {
        slots: [(slot.clone(), Wish::Leave { restore })].into(),
        ..second
    };
    let left = splice(&first.document, &left).unwrap().document;
    assert_eq!(left.slots()[&slot], displaced[&slot]);
}
