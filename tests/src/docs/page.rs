//! Pages of the provider block, resources, data sources, list resources and actions.

use std::path::Path;

use anyhow::Result;

use super::front_matter::{FrontMatter, first_paragraph};
use super::schema::Schema;
use super::{PROVIDER, arguments, example, where_to_start};

/// The thing that a schema describes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Resource,
    DataSource,
    EphemeralResource,
    ListResource,
    Action,
}

impl Kind {
    /// The folder of its pages and of its examples.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Kind::Resource => "resources",
            Kind::DataSource => "data-sources",
            Kind::EphemeralResource => "ephemeral-resources",
            Kind::ListResource => "list-resources",
            Kind::Action => "actions",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Kind::Resource => "Resource",
            Kind::DataSource => "Data Source",
            Kind::EphemeralResource => "Ephemeral Resource",
            Kind::ListResource => "List Resource",
            Kind::Action => "Action",
        }
    }

    fn example_file(self) -> &'static str {
        match self {
            Kind::Resource => "resource.tf",
            Kind::DataSource => "data-source.tf",
            Kind::EphemeralResource => "ephemeral-resource.tf",
            Kind::ListResource => "list-resource.tfquery.hcl",
            Kind::Action => "action.tf",
        }
    }
}

/// The page of a resource, data source, list resource or action.
pub(super) fn named(kind: Kind, name: &str, schema: &Schema, examples: &Path) -> Result<String> {
    let usage = example::usage(
        examples,
        &format!("{}/{name}/{}", kind.folder(), kind.example_file()),
    )?;
    let import = match kind {
        Kind::Resource => example::import(examples, name)?,
        _ => String::new(),
    };
    let title = kind.title();
    let description = &schema.block.description;
    let matter = FrontMatter {
        page_title: format!("{name} {title} - {PROVIDER}"),
        subcategory: String::new(),
        description: first_paragraph(description),
    };
    Ok(format!(
        "{}\n# {name} ({title})\n\n{}\n{usage}{}{import}",
        matter.text(),
        description.trim(),
        arguments::section(&schema.block)
    ))
}

/// The first page: where to start, the provider block, and where the guides are.
pub(super) fn index(
    schema: &Schema,
    guides: &[(String, FrontMatter)],
    examples: &Path,
) -> Result<String> {
    let description = &schema.block.description;
    let matter = FrontMatter {
        page_title: "Provider: Netacea".to_owned(),
        subcategory: String::new(),
        description: first_paragraph(description),
    };
    let mut list = String::new();
    for (file, guide) in guides {
        list += &format!(
            "- [{}](guides/{file}): {}\n",
            guide.page_title, guide.description
        );
    }
    if !list.is_empty() {
        list = format!("\n## Guides\n\n{list}");
    }
    Ok(format!(
        "{}\n# Netacea Provider\n\n{}\n{}{}{list}{}",
        matter.text(),
        description.trim(),
        where_to_start::section(guides)?,
        example::usage(examples, "provider/provider.tf")?,
        arguments::section(&schema.block)
    ))
}
