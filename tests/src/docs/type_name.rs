//! Terraform's types, as words and as a configuration writes them.

use serde_json::Value;

/// For lists of attributes: `String`, `Set of String`, `Object`.
pub(super) fn words(value_type: &Value) -> String {
    match parts(value_type) {
        ("bool", _) => "Boolean".to_owned(),
        ("dynamic", _) => "Dynamic".to_owned(),
        ("object", _) => "Object".to_owned(),
        ("tuple", _) => "Tuple".to_owned(),
        (kind, None) => capitalized(kind),
        (kind, Some(inner)) => format!("{} of {}", capitalized(kind), words(inner)),
    }
}

/// For signatures: `string`, `list(string)`, `object({ name = string })`.
pub(super) fn expression(value_type: &Value) -> String {
    match parts(value_type) {
        ("dynamic", _) => "any".to_owned(),
        (kind, None) => kind.to_owned(),
        ("object", Some(attributes)) => {
            let fields: Vec<String> = attributes
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, inner)| format!("{name} = {}", expression(inner)))
                .collect();
            format!("object({{ {} }})", fields.join(", "))
        }
        ("tuple", Some(elements)) => {
            let elements: Vec<String> = elements
                .as_array()
                .into_iter()
                .flatten()
                .map(expression)
                .collect();
            format!("tuple([{}])", elements.join(", "))
        }
        (kind, Some(inner)) => format!("{kind}({})", expression(inner)),
    }
}

/// `"string"` or `["list", inner]`.
fn parts(value_type: &Value) -> (&str, Option<&Value>) {
    let kind = value_type.as_str().or(value_type[0].as_str());
    (kind.unwrap_or("dynamic"), value_type.get(1))
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_read_like_the_registry_writes_them() {
        assert_eq!(words(&json!("bool")), "Boolean");
        assert_eq!(words(&json!(["map", "string"])), "Map of String");
        assert_eq!(
            words(&json!(["list", ["object", { "a": "string" }]])),
            "List of Object"
        );
    }

    #[test]
    fn types_read_like_configuration_in_signatures() {
        let nested = json!(["object", { "names": ["set", "string"], "any": "dynamic" }]);
        assert_eq!(
            expression(&nested),
            "object({ any = any, names = set(string) })"
        );
        assert_eq!(
            expression(&json!(["tuple", ["string", "bool"]])),
            "tuple([string, bool])"
        );
    }
}
