//! What no Terraform sends, over the provider's own socket: every call is answered, memory follows
//! the input, the next call is served.

use std::fs;

use acceptance::effort::Effort;
use acceptance::plugin::Plugin;
use acceptance::terraform::{REQUIREMENT, WorkingDirectory};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use serde_json::{Map, Value};

/// Bytes held for each byte of a value: read off the wire, taken out of its message, decoded,
/// compared, and the allocator's growth.
const MOST_COPIES: f64 = 4.0;

/// What the process holds without any input, in megabytes, and then some.
const BASE_MEGABYTES: f64 = 100.0;

const NIL: u8 = 0xc0;

/// Whatever a message makes the provider ask of AWS is refused at once.
const NOBODY: [(&str, &str); 1] = [("AWS_ENDPOINT_URL", "http://127.0.0.1:1")];

#[test]
fn arbitrary_bytes_on_every_call_are_answered_and_the_next_one_is_served() -> Result<()> {
    let effort = Effort::wanted()?;
    let mut random = Rng::with_seed(effort.seed);
    let mut plugin = Plugin::start(&NOBODY)?;
    let (calls, names) = (calls()?, names()?);
    let each = effort.of(40, 2_000);
    let mut refused = 0;
    for rpc in &calls {
        for _ in 0..each {
            let message = arbitrary(&mut random, &names);
            refused += usize::from(plugin.call(rpc, message)?.is_err());
        }
        plugin.still_serves().context(rpc.clone())?;
    }
    let peak = plugin.peak_memory()?;
    effort.report("hostile.calls", calls.len(), "calls of the protocol");
    effort.report("hostile.arbitrary_messages", each * calls.len(), "messages");
    effort.report(
        "hostile.arbitrary_refused_by_transport",
        refused,
        "messages",
    );
    effort.report("hostile.arbitrary_peak_memory", peak.round(), "MB");
    ensure!(peak <= BASE_MEGABYTES, "the provider held {peak:.0} MB");
    Ok(())
}

#[test]
fn values_of_a_hundred_megabytes_and_of_ten_thousand_levels_are_refused_in_bounded_memory()
-> Result<()> {
    const SIZE: usize = 100_000_000;
    const LEVELS: usize = 10_000;
    let effort = Effort::wanted()?;
    let mut random = Rng::with_seed(effort.seed);
    let leaves = leaves()?;
    let wanted = effort.of(2, leaves.len());
    let mut plugin = Plugin::start(&NOBODY)?;
    let (mut most, mut largest_answer): (f64, usize) = (0.0, 0);
    let mut accepted = Vec::new();
    let text = string(SIZE);
    let deep = [vec![0x91; LEVELS], vec![NIL]].concat();
    let chosen = random.choose_multiple(&leaves, wanted);
    for leaf in &chosen {
        for (what, value) in [("100 MB", &text), ("10,000 levels", &deep)] {
            plugin.forget_peak()?;
            let answer = plugin.call(leaf.rpc, leaf.message(value))?;
            let peak = plugin.peak_memory()?;
            let what = || format!("{} with {what}", leaf.name);
            if let Ok(answer) = &answer {
                if !complains(answer, leaf.complaint) || !mentions(answer, leaf.attribute()) {
                    accepted.push(what());
                }
                largest_answer = largest_answer.max(answer.len());
            }
            let limit = BASE_MEGABYTES + MOST_COPIES * value.len() as f64 / 1e6;
            ensure!(peak <= limit, "{}: {peak:.0} MB, more than {limit}", what());
            most = most.max(peak);
        }
    }
    // In every other place where a value, a state or a string may be, whatever it then means.
    let calls = calls()?;
    let chosen_calls = random.choose_multiple(&calls, effort.of(1, calls.len()));
    for rpc in &chosen_calls {
        for tag in 1..=5 {
            let large = if tag % 2 == 0 {
                dynamic(&text)
            } else {
                text.clone()
            };
            let brackets = "[".repeat(LEVELS);
            for value in [
                large,
                dynamic(&deep),
                field(2, brackets.as_bytes()),
                levels(LEVELS),
            ] {
                plugin.forget_peak()?;
                let limit = BASE_MEGABYTES + MOST_COPIES * value.len() as f64 / 1e6;
                let message = [
                    field(1, b"netacea_cloudfront_integration"),
                    field(tag, &value),
                ]
                .concat();
                // An answer or a status: the call has to end, and the process to live.
                let _ = plugin.call(rpc, message)?;
                let peak = plugin.peak_memory()?;
                ensure!(peak <= limit, "{rpc}, field {tag}: {peak:.0} MB");
                most = most.max(peak);
            }
        }
    }
    plugin.still_serves()?;
    ensure!(
        accepted.is_empty(),
        "not refused at their attributes: {accepted:#?}"
    );
    effort.report("hostile.large_values", chosen.len(), "attributes");
    effort.report(
        "hostile.large_calls",
        chosen_calls.len(),
        "calls of the protocol",
    );
    effort.report("hostile.large_peak_memory", most.round(), "MB for 100 MB");
    effort.report("hostile.largest_refusal", largest_answer, "bytes");
    ensure!(
        largest_answer < 100_000,
        "a refusal repeats the value: {largest_answer} bytes"
    );
    Ok(())
}

/// An attribute that holds a string, and a configuration with nothing but that.
#[derive(Clone)]
struct Leaf {
    rpc: &'static str,
    name: String,
    /// The field of the response with what is wrong.
    complaint: u32,
    type_name: Option<String>,
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Leaf {
    /// A request to check a configuration with this value.
    fn message(&self, value: &[u8]) -> Vec<u8> {
        let value = dynamic(&[&self.before, value, &self.after].concat());
        match &self.type_name {
            Some(name) => [field(1, name.as_bytes()), field(2, &value)].concat(),
            None => field(1, &value),
        }
    }

    /// The last step of its path.
    fn attribute(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    fn with(&self, name: &str, before: &[u8], after: &[u8]) -> Leaf {
        Leaf {
            name: format!("{}.{name}", self.name),
            before: [self.before.as_slice(), before].concat(),
            after: [after, self.after.as_slice()].concat(),
            ..self.clone()
        }
    }
}

/// Every attribute of the schema that holds a string, wherever it is.
fn leaves() -> Result<Vec<Leaf>> {
    let tools = Toolchain::find()?;
    let terraform = WorkingDirectory::create(&tools, "http://127.0.0.1:1")?;
    terraform.write("main.tf", REQUIREMENT)?;
    terraform.init()?;
    let printed = terraform
        .run(&["providers", "schema", "-json"])?
        .success()?
        .stdout;
    let schemas: Value = serde_json::from_str(&printed)?;
    let schema = &schemas["provider_schemas"]["registry.terraform.io/netacea/netacea"];
    let mut leaves = Vec::new();
    let leaf = |rpc, name: &str, complaint, type_name: Option<&str>| Leaf {
        rpc,
        name: name.to_owned(),
        complaint,
        type_name: type_name.map(str::to_owned),
        before: Vec::new(),
        after: Vec::new(),
    };
    let start = leaf("ValidateProviderConfig", "provider", 2, None);
    within(&schema["provider"]["block"], &start, &mut leaves)?;
    for (kind, rpc) in [
        ("resource_schemas", "ValidateResourceConfig"),
        ("data_source_schemas", "ValidateDataResourceConfig"),
    ] {
        for (name, schema) in schema[kind].as_object().context(kind)? {
            let start = leaf(rpc, name, 1, Some(name));
            within(&schema["block"], &start, &mut leaves)?;
        }
    }
    ensure!(leaves.len() > 50, "only {} attributes", leaves.len());
    Ok(leaves)
}

/// The leaves of a block or of an attribute's object; all its other members are null, or empty.
fn within(object: &Value, at: &Leaf, leaves: &mut Vec<Leaf>) -> Result<()> {
    let none = Map::new();
    let members = |name: &str| object[name].as_object().unwrap_or(&none).iter();
    let mut all: Vec<(&String, &Value, bool)> = members("attributes")
        .map(|(name, member)| (name, member, false))
        .chain(members("block_types").map(|(name, member)| (name, member, true)))
        .collect();
    all.sort_by_key(|(name, ..)| *name);
    let absent = |(name, member, is_block): &(&String, &Value, bool)| {
        let value = match member["nesting_mode"].as_str() {
            Some("list" | "set") if *is_block => 0x90,
            Some("map") if *is_block => 0x80,
            _ => NIL,
        };
        [short(name), vec![value]].concat()
    };
    let count = u16::try_from(all.len())?.to_be_bytes();
    for (index, (name, member, is_block)) in all.iter().enumerate() {
        let mut before = vec![0xde, count[0], count[1]];
        before.extend(all[..index].iter().flat_map(absent));
        before.extend(short(name));
        let after: Vec<u8> = all[index + 1..].iter().flat_map(absent).collect();
        let nested = if *is_block {
            member.get("block")
        } else {
            member.get("nested_type")
        };
        let mode = nested.and_then(|nested| {
            let mode = if *is_block { member } else { nested };
            mode["nesting_mode"].as_str()
        });
        let kind = &member["type"];
        match mode.or(kind.as_str()).or(kind[0].as_str()) {
            Some("list" | "set") => before.push(0x91),
            Some("map") => before.extend([0x81, 0xa1, b'k']),
            _ => {}
        }
        let inside = at.with(name, &before, &after);
        let is_text = *kind == "string" || kind[1] == "string";
        if let Some(nested) = nested {
            within(nested, &inside, leaves)?;
        } else if is_text && (member["computed"] != true || member["optional"] == true) {
            leaves.push(inside);
        }
    }
    Ok(())
}

/// The names of all calls, as the protocol defines them.
fn calls() -> Result<Vec<String>> {
    let definition = fs::read_to_string(Toolchain::workspace().join("proto/tfplugin6.proto"))?;
    let calls: Vec<String> = definition
        .lines()
        .filter_map(|line| line.trim().strip_prefix("rpc ")?.split('(').next())
        .map(str::to_owned)
        .collect();
    ensure!(calls.len() > 20, "only {calls:?}");
    Ok(calls)
}

/// What a message may be about.
fn names() -> Result<Vec<String>> {
    let mut names: Vec<String> = leaves()?
        .into_iter()
        .filter_map(|leaf| leaf.type_name)
        .collect();
    names.dedup();
    names.push("settings_from_json".to_owned());
    Ok(names)
}

/// Bytes without meaning, or a message that begins well.
fn arbitrary(random: &mut Rng, names: &[String]) -> Vec<u8> {
    let bytes = |random: &mut Rng, most| {
        let mut bytes = vec![0; random.usize(..most)];
        random.fill(&mut bytes);
        bytes
    };
    if random.u8(..3) == 0 {
        return bytes(random, 64);
    }
    let name = &names[random.usize(..names.len())];
    let mut message = field(1, name.as_bytes());
    for tag in 2..=8 {
        let mut value = bytes(random, 48);
        // Containers first: more of it is looked at.
        if let Some(first) = value.first_mut() {
            *first = [0x81, 0x91, 0xde, 0xdc, 0xc7, 0xd4, *first][random.usize(..7)];
        }
        message.extend(match random.u8(..3) {
            0 => field(tag, &dynamic(&value)),
            1 => field(tag, &field(2, &value)),
            _ => field(tag, &value),
        });
    }
    message
}

/// A field of a protobuf message that has a length.
fn field(tag: u32, content: &[u8]) -> Vec<u8> {
    let mut field = Vec::with_capacity(content.len() + 16);
    prost::encoding::bytes::encode(tag, &content.to_vec(), &mut field);
    field
}

/// A `DynamicValue` in MessagePack; a `RawState` has its JSON in the same field.
fn dynamic(msgpack: &[u8]) -> Vec<u8> {
    field(1, msgpack)
}

/// Messages in messages.
fn levels(count: usize) -> Vec<u8> {
    // From the inside, each level is one field longer than the one in it; groups need no length.
    [vec![0x1b; count], vec![0x1c; count]].concat()
}

/// A MessagePack text of so many bytes.
fn string(length: usize) -> Vec<u8> {
    let mut string = vec![0xdb];
    string.extend((length as u32).to_be_bytes());
    string.resize(string.len() + length, b'a');
    string
}

/// A MessagePack text of less than 256 bytes.
fn short(text: &str) -> Vec<u8> {
    [&[0xd9, text.len() as u8], text.as_bytes()].concat()
}

/// Whether a response has the field with what is wrong; its fields come in the order of their
/// numbers.
fn complains(answer: &[u8], complaint: u32) -> bool {
    let tag = prost::encoding::decode_key(&mut &answer[..]).map(|(tag, _)| tag);
    tag == Ok(complaint)
}

fn mentions(answer: &[u8], name: &str) -> bool {
    answer
        .windows(name.len())
        .any(|window| window == name.as_bytes())
}
