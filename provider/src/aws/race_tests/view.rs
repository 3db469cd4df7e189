//! What a configuration says, found without the code that is tested.

use std::collections::BTreeMap;
use std::ops::Range;

use roxmltree::{Document, Node};

const NAMESPACE: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

/// Behavior and event type.
pub(crate) type Place = (String, String);

/// A configuration; ranges are of its text.
pub(crate) struct View {
    /// The default behavior first.
    pub(crate) behaviors: Vec<Behavior>,
    /// Prefix of element names, such as `cf:`.
    pub(crate) prefix: String,
    /// The content of the list of behaviors.
    pub(crate) items: Range<usize>,
    pub(crate) comment: Option<Range<usize>>,
    /// Before the end tag of the root.
    pub(crate) end: usize,
}

pub(crate) struct Behavior {
    pub(crate) name: String,
    pub(crate) range: Range<usize>,
    pub(crate) target: Range<usize>,
    pub(crate) associations: Option<Range<usize>>,
    /// The element behind them.
    pub(crate) functions: Range<usize>,
    pub(crate) has_function: bool,
    pub(crate) held: Vec<Held>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) event: String,
    pub(crate) arn: String,
    pub(crate) include_body: bool,
}

impl View {
    /// Panics when the string is not a configuration: CloudFront would have refused it.
    pub(crate) fn of(text: &str) -> View {
        let tree = Document::parse(text).expect("a well-formed document");
        let root = tree.root_element();
        let default = child(root, "DefaultCacheBehavior").expect("a default behavior");
        let list = child(root, "CacheBehaviors").expect("a list of behaviors");
        let (items, quantity) = (child(list, "Items"), child(list, "Quantity"));
        let (items, quantity) = (items.expect("items"), quantity.expect("a quantity"));
        let named = items
            .children()
            .filter(|node| is(*node, "CacheBehavior"))
            .collect::<Vec<_>>();
        assert_eq!(leaf(quantity), named.len().to_string(), "the quantity");
        let behaviors: Vec<Behavior> = [default]
            .into_iter()
            .chain(named)
            .map(|node| Behavior::of(text, node))
            .collect();
        let name = &text[root.range().start + 1..];
        View {
            behaviors,
            prefix: name
                .split_once("DistributionConfig")
                .map_or("", |(prefix, _)| prefix)
                .to_owned(),
            items: content(text, items),
            comment: child(root, "Comment").map(|comment| content(text, comment)),
            end: content(text, root).end,
        }
    }

    pub(crate) fn slots(&self) -> BTreeMap<Place, Held> {
        let held = self.behaviors.iter().flat_map(|behavior| {
            behavior
                .held
                .iter()
                .map(|held| ((behavior.name.clone(), held.event.clone()), held.clone()))
        });
        held.collect()
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        let names = self.behaviors.iter().map(|behavior| behavior.name.as_str());
        names.collect()
    }

    pub(crate) fn behavior(&self, name: &str) -> Option<&Behavior> {
        self.behaviors.iter().find(|behavior| behavior.name == name)
    }

    /// `text`, the source of this view, without the association elements of some behaviors.
    pub(crate) fn outside(&self, text: &str, is_ours: impl Fn(&str) -> bool) -> String {
        let ours = self
            .behaviors
            .iter()
            .filter(|behavior| is_ours(&behavior.name));
        let mut cuts: Vec<_> = ours
            .filter_map(|behavior| behavior.associations.clone())
            .collect();
        cuts.sort_by_key(|cut| cut.start);
        let mut outside = text.to_owned();
        for cut in cuts.into_iter().rev() {
            outside.replace_range(cut, "");
        }
        outside
    }
}

impl Behavior {
    fn of(text: &str, node: Node<'_, '_>) -> Behavior {
        let name = child(node, "PathPattern").map_or("default".to_owned(), leaf);
        let list = child(node, "LambdaFunctionAssociations");
        let entries = |list: Node<'_, '_>, item| -> Vec<Held> {
            let items = child(list, "Items");
            let entries: Vec<Held> = items
                .into_iter()
                .flat_map(|items| items.children().filter(move |node| is(*node, item)))
                .map(Held::of)
                .collect();
            let quantity = child(list, "Quantity").map(leaf);
            assert_eq!(quantity, Some(entries.len().to_string()), "{name}");
            entries
        };
        let functions = child(node, "FunctionAssociations").expect("an element for functions");
        Behavior {
            held: list.map_or(Vec::new(), |list| {
                entries(list, "LambdaFunctionAssociation")
            }),
            has_function: !entries(functions, "FunctionAssociation").is_empty(),
            range: node.range(),
            target: content(text, child(node, "TargetOriginId").expect("a target")),
            associations: list.map(|list| list.range()),
            functions: functions.range(),
            name,
        }
    }
}

impl Held {
    fn of(node: Node<'_, '_>) -> Held {
        let text = |name| child(node, name).map(leaf).unwrap_or_default();
        Held {
            event: text("EventType"),
            arn: text("LambdaFunctionARN"),
            include_body: text("IncludeBody") == "true",
        }
    }
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.has_tag_name((NAMESPACE, name))
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| is(*child, name))
}

fn leaf(node: Node<'_, '_>) -> String {
    let parts = node.children().filter(Node::is_text);
    let whole: String = parts.filter_map(|part| part.text()).collect();
    whole.trim().to_owned()
}

/// Between the tags; no start tag here has a `>` in an attribute but the root's.
fn content(text: &str, node: Node<'_, '_>) -> Range<usize> {
    let element = &text[node.range()];
    let start = match node.first_child() {
        Some(first) => first.range().start,
        None => node.range().start + element.find('>').expect("a tag") + 1,
    };
    start..node.range().start + element.rfind("</").expect("an end tag")
}
