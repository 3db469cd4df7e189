//! Pages of functions.

use std::path::Path;

use anyhow::Result;

use super::front_matter::{FrontMatter, first_paragraph};
use super::schema::{Function, Parameter};
use super::{PROVIDER, example, type_name};

/// The page of a function.
pub(super) fn page(name: &str, function: &Function, examples: &Path) -> Result<String> {
    let summary = match function.summary.trim() {
        "" => &function.description,
        summary => summary,
    };
    let matter = FrontMatter {
        page_title: format!("{name} function - {PROVIDER}"),
        subcategory: String::new(),
        description: first_paragraph(summary),
    };
    Ok(format!(
        "{}\n# function: {name}\n\n{}\n{}\n## Signature\n\n```text\n{}\n```\n{}\n## Return Type\n\n`{}`\n",
        matter.text(),
        function.description.trim(),
        example::usage(examples, &format!("functions/{name}/function.tf"))?,
        signature(name, function),
        arguments(function),
        type_name::expression(&function.return_type)
    ))
}

fn signature(name: &str, function: &Function) -> String {
    let typed = |parameter: &Parameter| {
        let value_type = type_name::expression(&parameter.value_type);
        format!("{} {value_type}", parameter.name)
    };
    let fixed = function.parameters.iter().map(typed);
    let variadic = function
        .variadic_parameter
        .iter()
        .map(|parameter| format!("{}...", typed(parameter)));
    let parameters: Vec<String> = fixed.chain(variadic).collect();
    format!("{name}({})", parameters.join(", "))
}

fn arguments(function: &Function) -> String {
    let mut list = String::new();
    let parameters = function.parameters.iter().map(|parameter| (parameter, ""));
    let variadic = function.variadic_parameter.iter();
    let all = parameters.chain(variadic.map(|parameter| (parameter, "Variadic, ")));
    for (number, (parameter, variadic)) in (1..).zip(all) {
        let nullable = if parameter.is_nullable {
            ", Nullable"
        } else {
            ""
        };
        list += &format!(
            "{number}. `{}` ({variadic}{}{nullable}) {}\n",
            parameter.name,
            type_name::words(&parameter.value_type),
            parameter.description.trim()
        );
    }
    if list.is_empty() {
        return list;
    }
    format!("\n## Arguments\n\n{list}")
}
