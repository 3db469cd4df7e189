//! Finds elements in CloudFront's documents.

use roxmltree::Node;

/// The first child element with this name.
pub fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children()
        .find(|child| child.is_element() && child.tag_name().name() == name)
}

/// The text of that element.
pub fn child_text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name)
        .and_then(|child| child.text())
        .map(str::trim)
}

/// The elements of the `Items` of a list such as `<Origins><Quantity/><Items/></Origins>`.
pub fn items<'a, 'input>(list: Node<'a, 'input>) -> Vec<Node<'a, 'input>> {
    let inner = child(list, "Items");
    inner
        .into_iter()
        .flat_map(|items| items.children())
        .filter(Node::is_element)
        .collect()
}
