//! The distribution that the edge simulates: its behaviors as in the document, with the function in
//! their slots.

use std::sync::Arc;

use acceptance::aws::Package;
use acceptance::aws::xml::{child, child_text, items};
use acceptance::edge::{Association, DistributionConfiguration, EventType, Forwarding, Source};
use anyhow::{Context, Result, ensure};
use roxmltree::{Document, Node};
use serde_json::{Value, json};

use crate::package::EdgePackage;

/// The function's ARN at the edge.
const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:netacea-edge-lab:1";
/// Events on which an integration places its function by default.
const EVENTS: [EventType; 3] = [
    EventType::ViewerRequest,
    EventType::ViewerResponse,
    EventType::OriginResponse,
];
/// The demo shop's.
pub(crate) const SHOP: &str = include_str!("shop/distribution.xml");

/// The distribution that the edge location simulates.
#[derive(Debug)]
pub(crate) struct LabDistribution {
    configuration: Arc<DistributionConfiguration>,
    package: Package,
}

/// The distribution, as the console describes it.
#[derive(Debug)]
pub(crate) struct Description {
    behaviors: Vec<Value>,
    hazards: Vec<Value>,
}

impl LabDistribution {
    /// Reads a `DistributionConfig` and puts the function into its slots.
    pub(crate) fn read(xml: &str, package: &EdgePackage) -> Result<(Self, Description)> {
        let document = Document::parse(xml).context("the document is not XML")?;
        let root = document.root_element();
        ensure!(
            root.tag_name().name() == "DistributionConfig",
            "the document is a {}, not a DistributionConfig; use the body of CloudFront's answer \
             to GetDistributionConfig",
            root.tag_name().name()
        );
        let mut configuration = DistributionConfiguration::parse(xml)?;
        let is_placed = configuration
            .behaviors
            .iter()
            .flat_map(|behavior| &behavior.associations)
            .any(is_netaceas);
        let mut description = Description {
            behaviors: Vec::new(),
            hazards: Vec::new(),
        };
        for behavior in &mut configuration.behaviors {
            let foreign: Vec<Association> = behavior
                .associations
                .iter()
                .filter(|association| !is_netaceas(association))
                .cloned()
                .collect();
            behavior.associations.retain(is_netaceas);
            if !is_placed {
                behavior.associations = EVENTS.map(|event| placed(event, true)).into();
            }
            for association in &mut behavior.associations {
                FUNCTION.clone_into(&mut association.lambda_arn);
            }
            description.tell_of(&behavior.name, &foreign);
            if !behavior.unknown_policies.is_empty() {
                behavior.forwarding = Forwarding::all_except_host();
                description.tell_of_policies(&behavior.name, &behavior.unknown_policies);
            }
            let slots = behavior.associations.iter();
            let slots: Vec<&str> = slots.map(|one| one.event.name()).collect();
            description.behaviors.push(json!({
                "name": behavior.name,
                "origin": behavior.origin,
                "methods": behavior.allowed_methods,
                "slots": slots,
            }));
        }
        description.tell_of_functions(root);
        let package = Package {
            zip: package.zip.clone(),
            configuration: json!({ "Handler": "index.handler", "MemorySize": 128, "Timeout": 5 }),
        };
        let distribution = Self {
            configuration: Arc::new(configuration),
            package,
        };
        Ok((distribution, description))
    }
}

impl Source for LabDistribution {
    fn distribution_id(&self) -> &str {
        "ELABORATORY000"
    }

    fn configuration(&self) -> Result<Arc<DistributionConfiguration>> {
        Ok(self.configuration.clone())
    }

    fn package(&self, qualified_arn: &str) -> Result<Package> {
        ensure!(
            qualified_arn == FUNCTION,
            "the lab does not run {qualified_arn}"
        );
        Ok(self.package.clone())
    }
}

impl Description {
    /// Notes functions that are not simulated, because they are not ours.
    fn tell_of(&mut self, behavior: &str, foreign: &[Association]) {
        for association in foreign {
            self.hazards.push(json!({
                "summary": format!("Behavior {behavior}: the lab runs only Netacea's function"),
                "detail": format!(
                    "{} is attached to {}. The lab does not have this function's package, so the \
                     changes that the function makes to requests and answers do not happen here.",
                    association.lambda_arn, association.event
                ),
            }));
        }
    }

    /// Notes policies that are not known: a document has only their ids.
    fn tell_of_policies(&mut self, behavior: &str, ids: &[String]) {
        self.hazards.push(json!({
            "summary": format!("Behavior {behavior}: the lab does not know the contents of policies"),
            "detail": format!(
                "The document has only the ids of these policies: {}. The lab caches nothing under \
                 a cache policy that it does not know, and sends everything except the header \
                 `Host` to the origin.",
                ids.join(", ")
            ),
        }));
    }

    /// Notes CloudFront Functions, which are not simulated either.
    fn tell_of_functions(&mut self, root: Node<'_, '_>) {
        let ordered = child(root, "CacheBehaviors").map(items).unwrap_or_default();
        let default = child(root, "DefaultCacheBehavior");
        for behavior in ordered.into_iter().chain(default) {
            let name = child_text(behavior, "PathPattern").unwrap_or("default");
            let functions = child(behavior, "FunctionAssociations").map(items);
            for function in functions.unwrap_or_default() {
                let arn = child_text(function, "FunctionARN").unwrap_or_default();
                let event = child_text(function, "EventType").unwrap_or_default();
                self.hazards.push(json!({
                    "summary": format!("Behavior {name}: the lab does not run a CloudFront Function"),
                    "detail": format!(
                        "{arn} is attached to {event}. The lab does not run CloudFront Functions, \
                         so the changes that this function makes to requests and answers do not \
                         happen here."
                    ),
                }));
            }
        }
    }

    /// Adds the provider's warnings.
    pub(crate) fn add_hazards(&mut self, found: Value) {
        let Value::Array(found) = found else { return };
        for mut hazard in found.into_iter().rev() {
            if let Some(behavior) = hazard["behavior"].as_str() {
                let summary = hazard["summary"].as_str().unwrap_or_default();
                hazard["summary"] = format!("Behavior {behavior}: {summary}").into();
            }
            self.hazards.insert(0, hazard);
        }
    }

    /// For the console.
    pub(crate) fn show(&self) -> Value {
        json!({ "behaviors": self.behaviors, "hazards": self.hazards })
    }
}

/// Whether an association belongs to an integration that is already deployed. The document has only
/// the names of functions.
fn is_netaceas(association: &Association) -> bool {
    let name = association.lambda_arn.to_ascii_lowercase();
    name.contains("netacea")
}

fn placed(event: EventType, include_body: bool) -> Association {
    Association {
        event,
        lambda_arn: FUNCTION.to_owned(),
        include_body: include_body && event == EventType::ViewerRequest,
    }
}
