//! Arrows between the JavaScript files of the function's host. A type that another file declares
//! counts as much as a value: both have to be read there.

use super::graph::Arrow;
use super::tree::Sources;

/// Every import of another file in the folder, types in comments included.
pub(super) fn arrows(sources: &Sources) -> Vec<Arrow> {
    let mut arrows: Vec<Arrow> = Vec::new();
    for (from, source) in sources {
        for (line, text) in (1..).zip(source.lines()) {
            for before in ["from './", "import('./", "import './"] {
                for after in text.split(before).skip(1) {
                    let to = after.split('\'').next().unwrap_or_default();
                    let known = |arrow: &Arrow| arrow.from == *from && arrow.to == to;
                    if to != from && !arrows.iter().any(known) {
                        arrows.push(Arrow {
                            from: from.clone(),
                            to: to.to_owned(),
                            line,
                            path: format!("./{to}"),
                        });
                    }
                }
            }
        }
    }
    arrows
}
