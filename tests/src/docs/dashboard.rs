//! The dashboard that `netacea_edge_dashboard` makes, as a picture: where each graph is, and how
//! many lines it has.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::terraform::WorkingDirectory;
use crate::toolchain::Toolchain;

/// Pixels of one column and one row of the grid.
const CELL: u64 = 40;
const ROW: u64 = 20;

/// The body of a dashboard for one integration and one distribution. AWS is not asked.
pub fn dashboard() -> Result<Value> {
    let tools = Toolchain::of_each_terraform(false)?.remove(0);
    let directory = WorkingDirectory::create(&tools, "http://127.0.0.1:9")?;
    directory.write(
        "main.tf",
        "terraform {\n  required_providers {\n    netacea = {\n      source = \"netacea/netacea\"\n    }\n  }\n}\n\n\
         data \"netacea_edge_dashboard\" \"shop\" {\n  integrations = [\"netacea-shop\"]\n  \
         distribution_ids = [\"E2QWRUHAPOMQZL\"]\n}\n\noutput \"body\" {\n  value = \
         jsondecode(data.netacea_edge_dashboard.shop.dashboard_json)\n}\n",
    )?;
    directory.init()?;
    directory.apply()?;
    directory.output("body")
}

/// The picture.
pub(super) fn svg(dashboard: &Value) -> Result<String> {
    let widgets = dashboard["widgets"].as_array().context("widgets")?;
    let mut boxes = String::new();
    let (mut width, mut height) = (0, 0);
    for widget in widgets {
        let number = |name: &str| widget[name].as_u64().context("a number");
        let (x, y) = (number("x")? * CELL, number("y")? * ROW);
        let (w, h) = (number("width")? * CELL, number("height")? * ROW);
        (width, height) = (width.max(x + w), height.max(y + h));
        let properties = &widget["properties"];
        let title = properties["title"].as_str().context("a title")?;
        let metrics = properties["metrics"].as_array().context("metrics")?;
        let first = metrics.first().and_then(|metric| metric[0].as_str());
        let first = first.context("a namespace")?;
        let lines = match metrics.len() {
            1 => "1 line".to_owned(),
            count => format!("{count} lines"),
        };
        writeln!(
            boxes,
            "<g transform=\"translate({x} {y})\">\
             <rect x=\"4\" y=\"4\" width=\"{}\" height=\"{}\" rx=\"4\"/>\
             <text x=\"16\" y=\"28\" class=\"title\">{}</text>\
             <text x=\"16\" y=\"50\">{first}, {lines}</text></g>",
            w - 8,
            h - 8,
            title.replace('&', "&amp;").replace('<', "&lt;")
        )?;
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"The graphs of the dashboard\">\n<style>rect{{fill:#fff;stroke:#687078}}\
         text{{font:14px sans-serif;fill:#545b64}}.title{{font-weight:bold;fill:#16191f}}</style>\n\
         {boxes}</svg>\n"
    ))
}
