//! Findings follow from what a document says, not from how it is written.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{Case, Conduct, Finding, Hazard, Mitigation, Reach, findings};
use crate::aws::arn::FunctionArn;
use crate::aws::distribution::{ContinuousDeploymentPolicy, Traffic};
use crate::aws::document::Document;
use crate::aws::event_type::EventType;
use crate::aws::slot::{Association, Slot};
use crate::aws::splice::{Change, Handover, Originals, Wish, splice};

const NAMESPACE: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
const OURS: &str = "arn:aws:lambda:us-east-1:123456789012:function:shop";
const STRANGER: &str = "arn:aws:lambda:us-east-1:123456789012:function:other";

/// An element: its name and what is in it.
#[derive(Clone, Debug)]
enum Element {
    Leaf(&'static str, String),
    Node(&'static str, Vec<Element>),
    /// The order of its items means something.
    List(&'static str, Vec<Element>),
}

#[derive(Clone, Debug)]
struct Style {
    /// `cf:`, or nothing.
    prefix: &'static str,
    comments: bool,
    cdata: bool,
    /// Rotates the children of each element.
    turn: usize,
}

impl Element {
    fn write(&self, style: &Style, is_root: bool, text: &mut String) {
        let (Element::Leaf(name, _) | Element::Node(name, _) | Element::List(name, _)) = self;
        let prefix = style.prefix;
        let declaration = match (is_root, prefix) {
            (false, _) => String::new(),
            (true, "") => format!(" xmlns=\"{NAMESPACE}\""),
            (true, _) => format!(" xmlns:cf=\"{NAMESPACE}\""),
        };
        text.push_str(&format!("<{prefix}{name}{declaration}>"));
        match self {
            Element::Leaf(_, value) if style.cdata => {
                text.push_str(&format!("<![CDATA[{value}]]>"));
            }
            Element::Leaf(_, value) => text.push_str(value),
            Element::Node(_, children) => {
                let mut turned = children.clone();
                if !turned.is_empty() {
                    let by = style.turn % turned.len();
                    turned.rotate_left(by);
                }
                write_all(&turned, style, text);
            }
            Element::List(_, children) => write_all(children, style, text),
        }
        if style.comments {
            text.push_str("<!-- <Enabled>false</Enabled> -->");
        }
        text.push_str(&format!("</{prefix}{name}>"));
    }
}

fn write_all(children: &[Element], style: &Style, text: &mut String) {
    for child in children {
        if style.comments {
            text.push_str("\n  <!-- & that is that -->\n");
        }
        child.write(style, false, text);
    }
}

fn leaf(name: &'static str, value: impl ToString) -> Element {
    Element::Leaf(name, value.to_string())
}

fn list(name: &'static str, items: Vec<Element>) -> Element {
    let quantity = leaf("Quantity", items.len());
    Element::Node(name, vec![quantity, Element::Node("Items", items)])
}

#[derive(Clone, Debug)]
struct BehaviorShape {
    methods: Option<bool>,
    headers: Vec<&'static str>,
    max_ttl: Option<u32>,
    grpc: bool,
    holder: Option<(&'static str, EventType)>,
}

#[derive(Clone, Debug)]
struct Shape {
    behaviors: Vec<BehaviorShape>,
    errors: Vec<(u32, bool, Option<u32>)>,
    enabled: bool,
    policy: bool,
    tenants: bool,
    staging: bool,
    http3: bool,
}

const PATTERNS: [&str; 4] = ["/Ata*", "/checkout/*", "*.js", "/api/?"];

impl Shape {
    fn document(&self, style: &Style) -> Document {
        let (default, others) = self.behaviors.split_first().expect("a default behavior");
        let others = others.iter().zip(PATTERNS);
        let others = others
            .map(|(behavior, pattern)| behavior.element("CacheBehavior", Some(pattern)))
            .collect::<Vec<_>>();
        let quantity = leaf("Quantity", others.len());
        let errors = self.errors.iter().map(|(status, has_page, seconds)| {
            let mut parts = vec![leaf("ErrorCode", status)];
            if *has_page {
                parts.push(leaf("ResponsePagePath", "/index.html"));
                parts.push(leaf("ResponseCode", 200));
            }
            parts.extend(seconds.map(|seconds| leaf("ErrorCachingMinTTL", seconds)));
            Element::Node("CustomErrorResponse", parts)
        });
        let mut parts = vec![
            leaf("CallerReference", "1"),
            Element::Node("Origins", Vec::new()),
            default.element("DefaultCacheBehavior", None),
            Element::Node(
                "CacheBehaviors",
                vec![quantity, Element::List("Items", others)],
            ),
            list("CustomErrorResponses", errors.collect()),
            leaf("Enabled", self.enabled),
            leaf("Staging", self.staging),
            leaf(
                "HttpVersion",
                if self.http3 { "http2and3" } else { "http2" },
            ),
        ];
        if self.policy {
            parts.push(leaf("ContinuousDeploymentPolicyId", "p-1"));
        }
        if self.tenants {
            parts.push(leaf("ConnectionMode", "tenant-only"));
        }
        let mut text = String::new();
        Element::Node("DistributionConfig", parts).write(style, true, &mut text);
        Document::parse(text).expect("a distribution")
    }
}

impl BehaviorShape {
    fn element(&self, name: &'static str, pattern: Option<&str>) -> Element {
        let mut parts: Vec<Element> = Vec::new();
        parts.extend(pattern.map(|pattern| leaf("PathPattern", pattern)));
        parts.push(leaf("TargetOriginId", "shop"));
        parts.extend(self.methods.map(|posts| {
            let methods = if posts {
                ["GET", "POST"]
            } else {
                ["HEAD", "GET"]
            };
            let methods = methods.map(|method| leaf("Method", method)).to_vec();
            list("AllowedMethods", methods)
        }));
        parts.extend(self.holder.map(|(function, event)| {
            let held = vec![
                leaf("LambdaFunctionARN", format!("{function}:1")),
                leaf("EventType", event),
                leaf("IncludeBody", false),
            ];
            let held = Element::Node("LambdaFunctionAssociation", held);
            list("LambdaFunctionAssociations", vec![held])
        }));
        let grpc = vec![leaf("Enabled", self.grpc)];
        parts.push(Element::Node("GrpcConfig", grpc));
        let headers = self.headers.iter().map(|header| leaf("Name", header));
        let headers = list("Headers", headers.collect());
        parts.push(Element::Node("ForwardedValues", vec![headers]));
        parts.extend(self.max_ttl.map(|seconds| leaf("MaxTTL", seconds)));
        Element::Node(name, parts)
    }
}

fn behavior() -> impl Strategy<Value = BehaviorShape> {
    (
        proptest::option::of(any::<bool>()),
        subsequence(vec!["Host", "*", "X-Netacea-Edge-State"], 0..=3),
        proptest::option::of(select(vec![0, 60])),
        any::<bool>(),
        proptest::option::of((
            select(vec![OURS, STRANGER]),
            select(EventType::ALL.to_vec()),
        )),
    )
        .prop_map(|(methods, headers, max_ttl, grpc, holder)| BehaviorShape {
            methods,
            headers,
            max_ttl,
            grpc,
            holder,
        })
}

fn shape() -> impl Strategy<Value = Shape> {
    let error = |status: u32| {
        (
            Just(status),
            any::<bool>(),
            proptest::option::of(select(vec![0, 7])),
        )
    };
    (
        proptest::collection::vec(behavior(), 1..=5),
        (error(403), error(404), error(429)),
        any::<[bool; 5]>(),
    )
        .prop_map(|(behaviors, (a, b, c), flags)| {
            let [enabled, policy, tenants, staging, http3] = flags;
            Shape {
                behaviors,
                errors: vec![a, b, c],
                enabled,
                policy,
                tenants,
                staging,
                http3,
            }
        })
}

fn conduct() -> impl Strategy<Value = Conduct> {
    let mitigating = (
        select(vec![403, 404, 429]),
        select(vec![200, 403, 429]),
        proptest::option::of(select(vec!["/checkout/captcha", "/captcha"])),
        proptest::option::of(select(vec!["/api/1", "/signal.js"])),
    );
    prop_oneof![
        Just(Conduct::Unknown),
        Just(Conduct::Passing),
        mitigating.prop_map(|(block_status, captcha_status, page, signals)| {
            Conduct::Mitigating(Mitigation {
                block_status,
                captcha_status,
                captcha_path: page.map(str::to_owned),
                signal_path: signals.map(str::to_owned),
            })
        })
    ]
}

fn style() -> impl Strategy<Value = Style> {
    (
        select(vec!["", "cf:"]),
        any::<bool>(),
        any::<bool>(),
        0..12_usize,
    )
        .prop_map(|(prefix, comments, cdata, turn)| Style {
            prefix,
            comments,
            cdata,
            turn,
        })
}

fn plain() -> Style {
    Style {
        prefix: "",
        comments: false,
        cdata: false,
        turn: 0,
    }
}

fn judged(document: &Document, wanted: &BTreeSet<Slot>, conduct: &Conduct) -> Vec<Finding> {
    let function: FunctionArn = OURS.parse().expect("an ARN");
    findings(&Case {
        document,
        wanted,
        wants_all: true,
        function: Some(&function),
        conduct,
        reach: &Reach::Unasked,
    })
}

fn reach() -> impl Strategy<Value = Reach> {
    let traffic = prop_oneof![
        (0..=15_u8, any::<bool>()).prop_map(|(percent, is_sticky)| Traffic::Weight {
            percent: percent.into(),
            is_sticky,
        }),
        Just(Traffic::Header {
            name: "aws-cf-cd-netacea".to_owned()
        }),
        Just(Traffic::Other),
    ];
    let policy = (any::<bool>(), traffic)
        .prop_map(|(enabled, traffic)| ContinuousDeploymentPolicy { enabled, traffic });
    prop_oneof![
        Just(Reach::Unasked),
        Just(Reach::Unread("denied".to_owned())),
        Just(Reach::NoPolicy),
        policy.prop_map(Reach::Policy),
    ]
}

/// What hazards are read from, apart from the slots themselves.
const READ: [&str; 9] = [
    "Staging",
    "HttpVersion",
    "CustomErrorResponses",
    "ContinuousDeploymentPolicyId",
    "ConnectionMode",
    "AllowedMethods",
    "GrpcConfig",
    "ForwardedValues",
    "MaxTTL",
];

/// The text without any of that.
fn without_hazards(text: &str, prefix: &str) -> String {
    let mut text = text.to_owned();
    for name in READ {
        let (begin, end) = (format!("<{prefix}{name}>"), format!("</{prefix}{name}>"));
        while let Some(from) = text.find(&begin) {
            let to = text[from..].find(&end).expect("an end") + end.len();
            text.replace_range(from..from + to, "");
        }
    }
    text
}

/// The document once our function stands in the slots.
fn written(document: &Document, wanted: &BTreeSet<Slot>) -> Document {
    let hold = |slot: &Slot| Wish::Hold {
        association: Association {
            lambda_arn: format!("{OURS}:7"),
            include_body: slot.event.carries_body(),
        },
        adopt_existing: true,
    };
    let change = Change {
        function: OURS.parse().expect("an ARN"),
        predecessor: None,
        handover: Handover::default(),
        slots: wanted
            .iter()
            .map(|slot| (slot.clone(), hold(slot)))
            .collect(),
        foreseen: None,
        staging: None,
        originals: Originals::default(),
    };
    splice(document, &change)
        .expect("nothing is in the way")
        .document
}

fn wanted(shape: &Shape, chosen: &[bool], events: &[EventType]) -> BTreeSet<Slot> {
    let names = std::iter::once("default").chain(PATTERNS);
    let names = names.take(shape.behaviors.len()).zip(chosen);
    names
        .filter(|(_, is_chosen)| **is_chosen)
        .flat_map(|(name, _)| events.iter().map(move |event| Slot::new(name, *event)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn findings_do_not_depend_on_order_prefixes_and_comments(
        shape in shape(),
        style in style(),
        conduct in conduct(),
        chosen in any::<[bool; 5]>(),
        events in subsequence(EventType::ALL.to_vec(), 0..=4),
    ) {
        let wanted = wanted(&shape, &chosen, &events);
        let one = judged(&shape.document(&plain()), &wanted, &conduct);
        let other = judged(&shape.document(&style), &wanted, &conduct);
        prop_assert_eq!(one, other);
    }

    #[test]
    fn what_is_written_does_not_depend_on_hazards_and_does_not_change_them(
        shape in shape(),
        style in style(),
        conduct in conduct(),
        chosen in any::<[bool; 5]>(),
        events in subsequence(EventType::ALL.to_vec(), 0..=4),
    ) {
        // An association element that is not there is placed by its neighbors; what is taken away
        // here would leave comments without theirs.
        let style = Style { turn: 0, comments: false, ..style };
        let wanted = wanted(&shape, &chosen, &events);
        let hazardous = shape.document(&style);
        let harmless = without_hazards(hazardous.text(), style.prefix);
        let harmless = Document::parse(harmless).expect("a distribution");
        let after = written(&hazardous, &wanted);
        let expected = written(&harmless, &wanted);
        let after_all = without_hazards(after.text(), style.prefix);
        prop_assert_eq!(after_all, expected.text());
        prop_assert_eq!(
            judged(&hazardous, &wanted, &conduct),
            judged(&after, &wanted, &conduct)
        );
    }

    #[test]
    fn each_finding_has_its_cause_in_the_document(
        shape in shape(),
        conduct in conduct(),
        chosen in any::<[bool; 5]>(),
        events in subsequence(EventType::ALL.to_vec(), 0..=4),
    ) {
        let wanted = wanted(&shape, &chosen, &events);
        let found = judged(&shape.document(&plain()), &wanted, &conduct);
        let has = |hazard: Hazard| found.iter().any(|finding| finding.hazard == hazard);
        let judges = wanted.iter().any(|slot| slot.event.carries_body());
        let mitigation = match &conduct {
            Conduct::Mitigating(mitigation) if judges => Some(mitigation),
            _ => None,
        };
        prop_assert!(found.is_sorted_by_key(|finding| finding.hazard));
        for finding in &found {
            if finding.hazard.depends_on_conduct() {
                prop_assert!(mitigation.is_some(), "{:?}", finding);
            }
        }
        if let Some(mitigation) = mitigation {
            let statuses = [mitigation.block_status, mitigation.captcha_status];
            let replaces = |(status, has_page, _): &(u32, bool, Option<u32>)| {
                *has_page && statuses.contains(status)
            };
            let is_replaced = shape.errors.iter().any(replaces);
            prop_assert_eq!(has(Hazard::CustomErrorPage), is_replaced);
        }
        prop_assert_eq!(has(Hazard::Disabled), !shape.enabled && !wanted.is_empty());
        prop_assert_eq!(has(Hazard::MultiTenant), shape.tenants && !wanted.is_empty());
        let is_half = shape.policy || shape.staging;
        prop_assert_eq!(has(Hazard::ContinuousDeployment), is_half && !wanted.is_empty());
        prop_assert_eq!(has(Hazard::Grpc), shape.behaviors.iter().any(|behavior| behavior.grpc));
    }

    #[test]
    fn what_is_known_of_a_policy_changes_words_and_never_what_is_found(
        shape in shape(),
        conduct in conduct(),
        reach in reach(),
        chosen in any::<[bool; 5]>(),
        events in subsequence(EventType::ALL.to_vec(), 0..=4),
    ) {
        let wanted = wanted(&shape, &chosen, &events);
        let document = shape.document(&plain());
        let unasked = judged(&document, &wanted, &conduct);
        let function: FunctionArn = OURS.parse().expect("an ARN");
        let asked = findings(&Case {
            document: &document,
            wanted: &wanted,
            wants_all: true,
            function: Some(&function),
            conduct: &conduct,
            reach: &reach,
        });
        let kinds = |found: &[Finding]| -> Vec<_> {
            let kind = |one: &Finding| (one.hazard, one.behavior.clone(), one.place);
            found.iter().map(kind).collect()
        };
        prop_assert_eq!(kinds(&asked), kinds(&unasked));
        if !shape.staging {
            prop_assert_eq!(asked, unasked, "a policy concerns the staging distribution");
        }
    }
}
