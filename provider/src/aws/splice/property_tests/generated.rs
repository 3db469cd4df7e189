//! Random configurations of distributions, as CloudFront and its clients might write them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::aws::document::{self, behavior_name, xml};

pub(in crate::aws) const OURS: &str = "arn:aws:lambda:us-east-1:123456789012:function:netacea-shop";

/// What may stand between any two elements without meaning anything to us.
const NOISE: [&str; 10] = [
    "",
    "",
    "",
    "\n      ",
    "\r\n\t",
    "<!-- LambdaFunctionAssociations -->",
    "<?keep this?>",
    "<FutureThing a='1 > 0' b=\"'\"><Items><Quantity>9</Quantity></Items>&amp;&#233;é</FutureThing>",
    "<o:LambdaFunctionAssociations xmlns:o=\"urn:other\"><o:Quantity>1</o:Quantity></o:LambdaFunctionAssociations>",
    "<![CDATA[ <LambdaFunctionAssociations/> ]]>",
];

/// A document and where its association elements stand.
#[derive(Clone, Debug)]
pub(in crate::aws) struct Generated {
    pub(in crate::aws) text: String,
    prefix: &'static str,
    /// For each behavior: whether it has an association element.
    present: Vec<bool>,
}

#[derive(Clone, Debug)]
struct List {
    /// None: no element at all.
    form: Option<Form>,
    noise: [&'static str; 4],
}

#[derive(Clone, Debug)]
enum Form {
    NoItems,
    EmptyItems,
    SelfClosedItems,
    Entries(Vec<Entry>),
}

#[derive(Clone, Debug)]
struct Entry {
    event: &'static str,
    arn: String,
    include_body: Option<bool>,
    noise: [&'static str; 3],
}

impl Generated {
    pub(super) fn with_behaviors(count: usize) -> Generated {
        let list = |index: usize| {
            let form = match index % 4 {
                0 => None,
                1 => Some(Form::NoItems),
                2 => Some(Form::EmptyItems),
                _ => Some(Form::SelfClosedItems),
            };
            List {
                form,
                noise: ["\n"; 4],
            }
        };
        write("", "", "", (0..=count).map(list).collect())
    }

    /// `text` without what stands where association elements may stand.
    pub(super) fn outside(&self, text: &str) -> String {
        let mut outside = text.to_owned();
        for (index, present) in self.present.iter().enumerate() {
            let start_mark = format!("<!--[{index}-->");
            let end_mark = if *present {
                format!("<!--{index}]-->")
            } else {
                format!("<{}FunctionAssociations n=\"{index}\"", self.prefix)
            };
            let start = outside
                .find(&start_mark)
                .expect("the start mark is outside")
                + start_mark.len();
            let end = outside.find(&end_mark).expect("the end mark is outside");
            outside.replace_range(start..end, "");
        }
        outside
    }
}

/// Every association of the text in its order: behavior, event type, ARN.
pub(super) fn held_by_others(text: &str) -> Vec<(String, String, String)> {
    let tree = xml::parse(text).unwrap();
    let mut held = Vec::new();
    for node in document::behavior_nodes(document::distribution_config(&tree).unwrap()).unwrap() {
        let Some(list) = xml::child(node, "LambdaFunctionAssociations").unwrap() else {
            continue;
        };
        for entry in xml::items(list, "LambdaFunctionAssociation").unwrap() {
            let event = xml::child_text(entry, "EventType").unwrap();
            let arn = xml::child_text(entry, "LambdaFunctionARN").unwrap();
            held.push((behavior_name(node).unwrap(), event, arn));
        }
    }
    held
}

pub(super) fn generated() -> impl Strategy<Value = Generated> {
    generated_with(prop_oneof![9 => vec(list(), 1..6), 1 => vec(list(), 40..76)])
}

/// One to five behaviors.
pub(in crate::aws) fn generated_small() -> impl Strategy<Value = Generated> {
    generated_with(vec(list(), 1..6))
}

fn generated_with(lists: impl Strategy<Value = Vec<List>>) -> impl Strategy<Value = Generated> {
    let byte_order_mark = select(vec!["", "\u{feff}"]);
    (
        byte_order_mark,
        select(vec!["", "cf:"]),
        select(NOISE.to_vec()),
        lists,
    )
        .prop_map(|(bom, prefix, noise, lists)| write(bom, prefix, noise, lists))
}

fn list() -> impl Strategy<Value = List> {
    let form = prop_oneof![
        Just(None),
        Just(Some(Form::NoItems)),
        Just(Some(Form::EmptyItems)),
        Just(Some(Form::SelfClosedItems)),
        entries().prop_map(|entries| Some(Form::Entries(entries))),
    ];
    (form, noise()).prop_map(|(form, noise)| List { form, noise })
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let events = vec![
        "viewer-request",
        "viewer-response",
        "origin-request",
        "origin-response",
        "from-the-future",
    ];
    let entry = (0..4u8, proptest::option::of(any::<bool>()), noise());
    let events = subsequence(events, 1..=5).prop_shuffle();
    (events, vec(entry, 5)).prop_map(|(events, entries)| {
        let entry = |(event, (spelling, include_body, [one, two, three, _])): (
            &'static str,
            (u8, Option<bool>, [&'static str; 4]),
        )| {
            let stranger = "arn:aws:lambda:us-east-1:123456789012:function:stranger:3";
            let arn = match spelling {
                0 => stranger.to_owned(),
                1 => stranger.replace("lambda", "l&#97;mbda"),
                2 => format!("<!-- x -->{}<![CDATA[{}]]>", &stranger[..9], &stranger[9..]),
                _ => format!("\n  {stranger}\n"),
            };
            let include_body = include_body.map(|include| include && event.ends_with("request"));
            Entry {
                event,
                arn,
                include_body,
                noise: [one, two, three],
            }
        };
        events.into_iter().zip(entries).map(entry).collect()
    })
}

fn noise() -> impl Strategy<Value = [&'static str; 4]> {
    [
        select(NOISE.to_vec()),
        select(NOISE.to_vec()),
        select(NOISE.to_vec()),
        select(NOISE.to_vec()),
    ]
}

fn write(bom: &str, prefix: &'static str, noise: &str, lists: Vec<List>) -> Generated {
    let element = |name: &str, content: &str| format!("<{prefix}{name}>{content}</{prefix}{name}>");
    let mut behaviors: Vec<String> = Vec::new();
    for (index, list) in lists.iter().enumerate() {
        let pattern = if index == 0 {
            String::new()
        } else {
            element("PathPattern", &format!("/{index}/*"))
        };
        let functions = format!(
            "<{prefix}FunctionAssociations n=\"{index}\">{}</{prefix}FunctionAssociations>",
            element("Quantity", "0")
        );
        let end = if list.form.is_some() {
            format!("<!--{index}]-->")
        } else {
            String::new()
        };
        let content = format!(
            "{}{pattern}{noise}{}<!--[{index}-->{}{end}{functions}{}",
            list.noise[0],
            element("TargetOriginId", "o&amp;1"),
            write_list(prefix, list),
            list.noise[1],
        );
        behaviors.push(element(
            if index == 0 {
                "DefaultCacheBehavior"
            } else {
                "CacheBehavior"
            },
            &content,
        ));
    }
    let ordered = behaviors.split_off(1);
    let xmlns = if prefix.is_empty() {
        "xmlns"
    } else {
        "xmlns:cf"
    };
    let text = format!(
        "{bom}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{prefix}DistributionConfig {xmlns}=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\" new=\"a>b\">{}{noise}{}{}{noise}{}{}{noise}</{prefix}DistributionConfig>\n",
        element("CallerReference", "x"),
        element("Origins", &format!("{}{noise}", element("Quantity", "0"))),
        behaviors[0],
        element(
            "CacheBehaviors",
            &format!(
                "{}{noise}{}",
                element("Quantity", &ordered.len().to_string()),
                element("Items", &ordered.join(noise))
            )
        ),
        element("Enabled", "true"),
    );
    Generated {
        text,
        prefix,
        present: lists.iter().map(|list| list.form.is_some()).collect(),
    }
}

fn write_list(prefix: &str, list: &List) -> String {
    let element = |name: &str, content: &str| format!("<{prefix}{name}>{content}</{prefix}{name}>");
    let [one, two, three, four] = list.noise;
    let (count, items) = match &list.form {
        None => return String::new(),
        Some(Form::NoItems) => (0, String::new()),
        Some(Form::EmptyItems) => (0, element("Items", " ")),
        Some(Form::SelfClosedItems) => (0, format!("<{prefix}Items new=\"/>\" />")),
        Some(Form::Entries(entries)) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|entry| write_entry(prefix, entry))
                .collect();
            (
                entries.len(),
                element("Items", &format!("{three}{}{four}", entries.join(two))),
            )
        }
    };
    element(
        "LambdaFunctionAssociations",
        &format!(
            "{one}{}{two}{items}",
            element("Quantity", &count.to_string())
        ),
    )
}

fn write_entry(prefix: &str, entry: &Entry) -> String {
    let element = |name: &str, content: &str| format!("<{prefix}{name}>{content}</{prefix}{name}>");
    let [one, two, three] = entry.noise;
    let include_body = entry
        .include_body
        .map(|include| element("IncludeBody", &include.to_string()))
        .unwrap_or_default();
    let content = format!(
        "{one}{}{two}{}{three}{include_body}",
        element("LambdaFunctionARN", &entry.arn),
        element("EventType", entry.event)
    );
    element("LambdaFunctionAssociation", &content)
}
