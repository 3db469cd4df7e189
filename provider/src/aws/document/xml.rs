//! Reads CloudFront's XML. Only elements in CloudFront's own namespace have a meaning here;
//! everything else is ignored.

use std::ops::Range;

use roxmltree::{Node, ParsingOptions};

use super::malformed::Malformed;

const NAMESPACE: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";
/// A distribution with 75 behaviors and every known element is about 200 KB.
const MOST_BYTES: usize = 8 << 20;
/// The deepest known path has nine levels.
const MOST_LEVELS: usize = 64;

/// Parses without changing anything; offsets of the tree are offsets of `text`.
pub(in crate::aws) fn parse(text: &str) -> Result<roxmltree::Document<'_>, Malformed> {
    if text.len() > MOST_BYTES {
        return Err(Malformed::TooLarge {
            bytes: text.len(),
            limit: MOST_BYTES,
        });
    }
    let options = ParsingOptions {
        allow_dtd: false,
        ..ParsingOptions::default()
    };
    let tree = roxmltree::Document::parse_with_options(text, options)
        .map_err(|error| Malformed::NotXml(error.to_string()))?;
    let mut level = Some(tree.root_element());
    let mut depth = 1usize;
    while let Some(node) = level {
        if depth > MOST_LEVELS {
            return Err(Malformed::TooDeep { limit: MOST_LEVELS });
        }
        level = match node.first_element_child() {
            Some(child) => {
                depth += 1;
                Some(child)
            }
            None => following(node, &mut depth),
        };
    }
    Ok(tree)
}

/// Whether `node` is CloudFront's element of that name.
pub(in crate::aws) fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element()
        && node.tag_name().name() == name
        && node.tag_name().namespace() == Some(NAMESPACE)
}

/// CloudFront's direct child elements of that name.
pub(in crate::aws) fn children<'a, 'i>(
    parent: Node<'a, 'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    parent.children().filter(move |child| is(*child, name))
}

/// The child of that name, if there is one; two are refused.
pub(in crate::aws) fn child<'a, 'i>(
    parent: Node<'a, 'i>,
    name: &'static str,
) -> Result<Option<Node<'a, 'i>>, Malformed> {
    let mut found = children(parent, name);
    let first = found.next();
    match found.next() {
        None => Ok(first),
        Some(_) => Err(Malformed::Repeated {
            parent: local_name(parent),
            element: name,
        }),
    }
}

/// The one child of that name.
pub(in crate::aws) fn required<'a, 'i>(
    parent: Node<'a, 'i>,
    name: &'static str,
) -> Result<Node<'a, 'i>, Malformed> {
    child(parent, name)?.ok_or_else(|| Malformed::Missing {
        parent: local_name(parent),
        element: name,
    })
}

/// The text of a leaf, whatever mixture of text, CDATA, entities and comments it was written in,
/// without surrounding white space.
pub(in crate::aws) fn text(node: Node<'_, '_>) -> String {
    let whole: String = node
        .children()
        .filter(Node::is_text)
        .filter_map(|part| part.text())
        .collect();
    whole.trim().to_owned()
}

/// The text of the only child of that name; absent means empty.
pub(in crate::aws) fn child_text(
    parent: Node<'_, '_>,
    name: &'static str,
) -> Result<String, Malformed> {
    Ok(child(parent, name)?.map(text).unwrap_or_default())
}

/// Whether the only child of that name says "true"; absent means false.
pub(in crate::aws) fn child_flag(
    parent: Node<'_, '_>,
    name: &'static str,
) -> Result<bool, Malformed> {
    Ok(child_text(parent, name)? == "true")
}

/// The items of a CloudFront list (`Quantity` and `Items`); a count that does not match is refused,
/// because a truncated list looks like that.
pub(in crate::aws) fn items<'a, 'i>(
    list: Node<'a, 'i>,
    name: &'static str,
) -> Result<Vec<Node<'a, 'i>>, Malformed> {
    let found: Vec<_> = child(list, "Items")?
        .map(|items| children(items, name).collect())
        .unwrap_or_default();
    let stated = text(required(list, "Quantity")?);
    if stated.parse() == Ok(found.len()) {
        Ok(found)
    } else {
        Err(Malformed::Quantity {
            parent: local_name(list),
            stated,
            found: found.len(),
        })
    }
}

/// The range of an element's content; `None` if it is written as `<Name/>`.
pub(in crate::aws) fn content_range(source: &str, node: Node<'_, '_>) -> Option<Range<usize>> {
    let range = node.range();
    let start = start_tag_end(source, range.start);
    // An end tag holds no further `<`; a self-closed element has none.
    let end = source[range.clone()]
        .rfind("</")
        .map(|offset| range.start + offset)?;
    (!source[..start].ends_with("/>")).then_some(start..end)
}

/// The tag name as written, prefix included.
pub(in crate::aws) fn written_name<'s>(source: &'s str, node: Node<'_, '_>) -> &'s str {
    let name = &source[node.range().start + 1..];
    let end = name
        .find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/')
        .unwrap_or(name.len());
    &name[..end]
}

fn local_name(node: Node<'_, '_>) -> String {
    node.tag_name().name().to_owned()
}

/// The offset after the `>` of the start tag at `start`; attribute values may contain `>`
/// themselves.
fn start_tag_end(source: &str, start: usize) -> usize {
    let mut quote = None;
    for (offset, byte) in source.as_bytes()[start..].iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return start + offset + 1,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), _) if open == *byte => quote = None,
            _ => {}
        }
    }
    source.len()
}

fn following<'a, 'i>(mut node: Node<'a, 'i>, depth: &mut usize) -> Option<Node<'a, 'i>> {
    loop {
        if let Some(sibling) = node.next_sibling_element() {
            return Some(sibling);
        }
        node = node.parent_element()?;
        *depth -= 1;
    }
}

/// Escapes text for an element or a quoted attribute.
pub(in crate::aws) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
