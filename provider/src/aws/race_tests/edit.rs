//! What others do to a distribution.

use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::Index;

use super::view::{Behavior, Held, View};

pub(super) const STRANGER: &str = "arn:aws:lambda:us-east-1:123456789012:function:stranger";

const EVENTS: [&str; 4] = [
    "viewer-request",
    "viewer-response",
    "origin-request",
    "origin-response",
];

/// One edit of another writer.
#[derive(Clone, Debug)]
pub(super) enum ForeignEdit {
    /// The ETag moves and nothing else, as when a policy in use is changed.
    Touch,
    /// A property of the distribution.
    Comment,
    /// A property of a behavior.
    Target { behavior: Index },
    /// A stranger's function takes a slot, no matter who holds it.
    Associate { behavior: Index, event: Index },
    /// A slot is emptied.
    Vacate { behavior: Index, event: Index },
    /// Ours goes back to another version.
    Rollback { behavior: Index, event: Index },
    /// A behavior goes, never the default one.
    Remove { behavior: Index },
    /// A behavior comes.
    Add { behavior: Index },
    /// A CloudFront Function comes or goes.
    Function { behavior: Index },
    /// The whole document as it was before the race, with another comment: a plan that another tool
    /// carries out.
    Replace,
    /// The distribution goes.
    Delete,
}

impl ForeignEdit {
    pub(super) fn any() -> impl Strategy<Value = ForeignEdit> {
        let one = || any::<Index>();
        prop_oneof![
            6 => Just(ForeignEdit::Touch),
            6 => Just(ForeignEdit::Comment),
            6 => one().prop_map(|behavior| ForeignEdit::Target { behavior }),
            12 => (one(), one()).prop_map(|(behavior, event)| ForeignEdit::Associate { behavior, event }),
            9 => (one(), one()).prop_map(|(behavior, event)| ForeignEdit::Vacate { behavior, event }),
            6 => (one(), one()).prop_map(|(behavior, event)| ForeignEdit::Rollback { behavior, event }),
            3 => one().prop_map(|behavior| ForeignEdit::Remove { behavior }),
            3 => one().prop_map(|behavior| ForeignEdit::Add { behavior }),
            3 => one().prop_map(|behavior| ForeignEdit::Function { behavior }),
            6 => Just(ForeignEdit::Replace),
            1 => Just(ForeignEdit::Delete),
        ]
    }

    /// Whether it changes an association element.
    pub(super) fn associates(&self) -> bool {
        matches!(
            self,
            ForeignEdit::Associate { .. }
                | ForeignEdit::Vacate { .. }
                | ForeignEdit::Rollback { .. }
        )
    }

    /// The document after the edit; `number` makes it unique. `None`: there is nothing to edit, or
    /// CloudFront would refuse it.
    pub(super) fn make(&self, text: &str, planned: &str, number: usize) -> Option<String> {
        let view = View::of(text);
        let pick = |behavior: &Index| &view.behaviors[behavior.index(view.behaviors.len())];
        match self {
            // Without a document, there is none to write.
            ForeignEdit::Delete => None,
            ForeignEdit::Touch => Some(text.to_owned()),
            ForeignEdit::Comment => Some(comment(text, number)),
            ForeignEdit::Replace => Some(comment(planned, number)),
            ForeignEdit::Target { behavior } => Some(replaced(
                text,
                pick(behavior).target.clone(),
                &format!("origin-{number}"),
            )),
            ForeignEdit::Associate { behavior, event } => {
                let (behavior, event) = (pick(behavior), EVENTS[event.index(4)]);
                let arn = format!("{STRANGER}:{number}");
                // CloudFront wants only one kind on viewer events.
                let fits = !(behavior.has_function && event.starts_with("viewer"));
                fits.then(|| associate(text, &view, behavior, event, Some(arn)))
            }
            ForeignEdit::Vacate { behavior, event } => {
                let (behavior, event) = (pick(behavior), EVENTS[event.index(4)]);
                let held = behavior.held.iter().any(|held| held.event == event);
                held.then(|| associate(text, &view, behavior, event, None))
            }
            ForeignEdit::Rollback { behavior, event } => {
                let (behavior, event) = (pick(behavior), EVENTS[event.index(4)]);
                let held = behavior.held.iter().find(|held| held.event == event)?;
                let (function, _) = held.arn.rsplit_once(':')?;
                let arn = format!("{function}:{}", 1000 + number);
                Some(associate(text, &view, behavior, event, Some(arn)))
            }
            ForeignEdit::Remove { behavior } => {
                let behavior = pick(behavior);
                let rest = replaced(text, behavior.range.clone(), "");
                (behavior.name != "default").then(|| counted(rest, view.behaviors.len() - 2))
            }
            ForeignEdit::Add { behavior } => {
                let template = pick(behavior);
                let p = &view.prefix;
                let added = format!(
                    "<{p}CacheBehavior><{p}PathPattern>/added-{number}/*</{p}PathPattern><{p}TargetOriginId>o</{p}TargetOriginId>\
                     <{p}FunctionAssociations><{p}Quantity>0</{p}Quantity></{p}FunctionAssociations></{p}CacheBehavior>"
                );
                let place = if template.name == "default" {
                    view.items.end
                } else {
                    template.range.start
                };
                let more = replaced(text, place..place, &added);
                Some(counted(more, view.behaviors.len()))
            }
            ForeignEdit::Function { behavior } => {
                let behavior = pick(behavior);
                let p = &view.prefix;
                let list = if behavior.has_function {
                    format!("<{p}Quantity>0</{p}Quantity>")
                } else {
                    format!(
                        "<{p}Quantity>1</{p}Quantity><{p}Items><{p}FunctionAssociation><{p}FunctionARN>f-{number}</{p}FunctionARN>\
                         <{p}EventType>viewer-request</{p}EventType></{p}FunctionAssociation></{p}Items>"
                    )
                };
                let is_viewer = |held: &Held| held.event.starts_with("viewer");
                let fits = !behavior.held.iter().any(is_viewer);
                let element = format!("<{p}FunctionAssociations>{list}</{p}FunctionAssociations>");
                fits.then(|| replaced(text, behavior.functions.clone(), &element))
            }
        }
    }
}

fn comment(text: &str, number: usize) -> String {
    let view = View::of(text);
    let p = &view.prefix;
    match &view.comment {
        Some(range) => replaced(text, range.clone(), &format!("edit {number}")),
        None => replaced(
            text,
            view.end..view.end,
            &format!("<{p}Comment>edit {number}</{p}Comment>"),
        ),
    }
}

/// Rewrites the whole association element, as a console would.
fn associate(
    text: &str,
    view: &View,
    behavior: &Behavior,
    event: &str,
    arn: Option<String>,
) -> String {
    let mut held = behavior.held.clone();
    held.retain(|held| held.event != event);
    held.extend(arn.map(|arn| Held {
        event: event.to_owned(),
        arn,
        include_body: false,
    }));
    let p = &view.prefix;
    let entries: String = held
        .iter()
        .map(|held| {
            format!(
                "<{p}LambdaFunctionAssociation><{p}LambdaFunctionARN>{}</{p}LambdaFunctionARN><{p}EventType>{}</{p}EventType>\
                 <{p}IncludeBody>{}</{p}IncludeBody></{p}LambdaFunctionAssociation>",
                held.arn, held.event, held.include_body
            )
        })
        .collect();
    let element = format!(
        "<{p}LambdaFunctionAssociations><{p}Quantity>{}</{p}Quantity><{p}Items>{entries}</{p}Items></{p}LambdaFunctionAssociations>",
        held.len()
    );
    let before = behavior.functions.start;
    replaced(
        text,
        behavior.associations.clone().unwrap_or(before..before),
        &element,
    )
}

fn counted(text: String, behaviors: usize) -> String {
    let stated = text.clone();
    let tree = roxmltree::Document::parse(&stated).expect("a well-formed document");
    let list = tree
        .descendants()
        .find(|node| node.tag_name().name() == "CacheBehaviors")
        .expect("a list of behaviors");
    let quantity = list
        .children()
        .find(|node| node.tag_name().name() == "Quantity" && node.is_element())
        .and_then(|quantity| quantity.first_child())
        .expect("a quantity");
    replaced(&text, quantity.range(), &behaviors.to_string())
}

fn replaced(text: &str, range: Range<usize>, with: &str) -> String {
    let mut replaced = text.to_owned();
    replaced.replace_range(range, with);
    replaced
}
