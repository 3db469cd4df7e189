//! Import: the slots in which a function is found.
//!
//! The configuration that would take these slots follows from them: it names behaviors and events
//! only if they differ from the default.

use std::collections::{BTreeMap, BTreeSet};

use tfplugin::{Attr, Diagnostic, Result};

use super::model::arns;
use super::site::{DEFAULT_ADOPT_EXISTING, DEFAULT_EVENTS, DEFAULT_RESTORE_PREVIOUS, Site};
use super::wanted;
use crate::aws::arn::{FunctionArn, QualifiedArn};
use crate::aws::document::Document;
use crate::aws::event_type::EventType;
use crate::aws::ownership::Displaced;
use crate::aws::slot::{Association, Slot};
use crate::aws::tags::Tags;
use crate::aws::version::Version;

/// The slots of a distribution that a function holds, and the configuration that they come from.
#[derive(Debug)]
pub(crate) struct Found {
    /// The configuration that would take these slots.
    pub(crate) site: Site,
    distribution_id: String,
    held: BTreeMap<Slot, Association>,
}

impl Found {
    /// What `function` holds in the distribution.
    pub(crate) fn new(id: &str, document: &Document, function: &FunctionArn) -> Found {
        let held = document.slots_of(function);
        let site = site(id, document, function, &held);
        Found {
            site,
            distribution_id: id.to_owned(),
            held,
        }
    }

    /// Its slots and the associations in them.
    pub(crate) fn held(&self) -> &BTreeMap<Slot, Association> {
        &self.held
    }

    /// The version in use; the newest one if there are several, `None` if there is none.
    pub(crate) fn version(&self) -> Option<Version> {
        self.versions().max()
    }

    /// The version to import: the one that was asked for, if it is in use.
    pub(crate) fn choose(&self, asked: Option<Version>) -> Result<Option<Version>> {
        let Some(asked) = asked.filter(|asked| !self.versions().any(|held| held == *asked)) else {
            return Ok(asked.or(self.version()));
        };
        let held: BTreeSet<Version> = self.versions().collect();
        let held: Vec<String> = held.iter().map(ToString::to_string).collect();
        Err(Diagnostic::error(format!(
            "No slot of distribution {} holds version {asked}",
            self.distribution_id
        ))
        .detail(format!(
            "Its slots hold these versions of this function: {}. Remove the version from the import \
             id to import what the slots hold.",
            held.join(", ")
        ))
        .into())
    }

    fn versions(&self) -> impl Iterator<Item = Version> {
        self.held
            .values()
            .filter_map(|association| association.lambda_arn.parse::<QualifiedArn>().ok())
            .map(|arn| arn.version)
    }

    /// What the slots held before, as recorded in the function's tags.
    pub(crate) fn displaced(&self, tags: &Tags) -> BTreeMap<Slot, String> {
        arns(Displaced::recall(tags, &self.distribution_id, self.held.keys()).associations)
            .collect()
    }
}

fn site(
    id: &str,
    document: &Document,
    function: &FunctionArn,
    held: &BTreeMap<Slot, Association>,
) -> Site {
    let behaviors: BTreeSet<String> = held.keys().map(|slot| slot.behavior.clone()).collect();
    let events: BTreeSet<EventType> = held.keys().map(|slot| slot.event).collect();
    let all = wanted::all(document, Some(function)).all(|name| behaviors.contains(name));
    Site {
        id: id.into(),
        behaviors: if all || behaviors.is_empty() {
            Attr::Null
        } else {
            let written = behaviors.iter().map(|name| document.written(name));
            Attr::Known(written.map(str::to_owned).collect())
        },
        events: Attr::Known(if events.is_empty() {
            DEFAULT_EVENTS.into()
        } else {
            events
        }),
        include_body: includes_body(held).into(),
        adopt_existing: DEFAULT_ADOPT_EXISTING.into(),
        restore_previous_on_destroy: DEFAULT_RESTORE_PREVIOUS.into(),
        staging: document.staging().into(),
    }
}

/// Whether request events pass on the body; if they differ, the next plan makes them equal.
fn includes_body(held: &BTreeMap<Slot, Association>) -> bool {
    let mut on_requests = held
        .iter()
        .filter(|(slot, _)| slot.event.carries_body())
        .map(|(_, association)| association.include_body)
        .peekable();
    on_requests.peek().is_none() || on_requests.any(|include_body| include_body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        let behavior = |element: &str, path: &str, version: u8| {
            format!(
                "<{element}>{path}<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation>\
                 <LambdaFunctionARN>arn:aws:lambda:us-east-1:123456789012:function:netacea-shop:{version}</LambdaFunctionARN>\
                 <EventType>viewer-request</EventType></LambdaFunctionAssociation></Items></LambdaFunctionAssociations></{element}>"
            )
        };
        Document::parse(format!(
            "<DistributionConfig xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><CallerReference>1</CallerReference><Origins/>{}\
             <CacheBehaviors><Quantity>1</Quantity><Items>{}</Items></CacheBehaviors><Enabled>true</Enabled></DistributionConfig>",
            behavior("DefaultCacheBehavior", "", 9),
            behavior("CacheBehavior", "<PathPattern>/a</PathPattern>", 10),
        ))
        .expect("a distribution")
    }

    fn find(document: &Document) -> Found {
        let function = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop";
        Found::new("E1", document, &function.parse().expect("an ARN"))
    }

    #[test]
    fn the_newest_associated_version_is_found() {
        let version = find(&document()).version().expect("a version");
        assert_eq!(version.to_string(), "10");
    }

    #[test]
    fn the_version_that_was_asked_for_is_taken_only_from_a_slot() {
        let document = document();
        let found = find(&document);
        let version = |text: &str| Some(text.parse().expect("a version"));
        assert_eq!(found.choose(None).expect("a version"), version("10"));
        assert_eq!(found.choose(version("9")).expect("held"), version("9"));
        let refused = found.choose(version("7")).expect_err("no slot holds it");
        let detail = refused.iter().next().map(Diagnostic::detail_text);
        assert!(
            detail.is_some_and(|detail| detail.contains("9, 10")),
            "{refused:?}"
        );
    }

    #[test]
    fn a_function_in_every_behavior_is_found_without_a_list() {
        let all = find(&document()).site;
        let elsewhere = document().text().replacen("netacea-shop", "other", 1);
        let some = find(&Document::parse(elsewhere).expect("a distribution")).site;
        assert!(all.behaviors.is_null());
        assert_eq!(some.behaviors, Attr::Known(["/a".to_owned()].into()));
        assert_eq!(some.events, Attr::Known([EventType::ViewerRequest].into()));
    }
}
