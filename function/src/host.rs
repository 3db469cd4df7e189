//! The JavaScript that runs the wasm in Lambda@Edge, as it goes into the zip.

/// Entry name and source of each file, in the order of their names. The handler is
/// `index.handler`.
const SOURCES: &[(&str, &str)] = &[
    ("core.mjs", include_str!("../host/core.mjs")),
    ("event.mjs", include_str!("../host/event.mjs")),
    ("frame.mjs", include_str!("../host/frame.mjs")),
    ("https.mjs", include_str!("../host/https.mjs")),
    ("index.mjs", include_str!("../host/index.mjs")),
    ("wire.mjs", include_str!("../host/wire.mjs")),
];

/// Entry name and content of each file, in the order of their names. Comments and types stay at
/// home: they were two fifths of what is read at every cold start.
pub fn files() -> Vec<(&'static str, String)> {
    SOURCES
        .iter()
        .map(|(name, source)| (*name, without_comments(source)))
        .collect()
}

/// Without lines that are comments, or blank. A comment within a line stays, so nothing that is
/// executed can be mistaken for one: the sources hold no template or comment that begins in the
/// middle of a line and goes on in the next.
fn without_comments(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut is_in_comment = false;
    for line in source.lines() {
        let text = line.trim();
        if is_in_comment || text.starts_with("/*") {
            let is_whole = text.ends_with("*/");
            if is_whole || is_in_comment || !text.contains("*/") {
                is_in_comment = !is_whole;
                continue;
            }
        }
        if !text.is_empty() && !text.starts_with("//") {
            code.push_str(line);
            code.push('\n');
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::{SOURCES, files, without_comments};

    #[test]
    fn comments_go_and_code_stays() {
        let source =
            "/**\n * A.\n */\nimport 'a'; // b\n\n  // c\n/** d */\n/** @type {e} */ (f)();\n";
        let code = "import 'a'; // b\n/** @type {e} */ (f)();\n";
        assert_eq!(without_comments(source), code);
        for ((name, source), (_, packed)) in SOURCES.iter().zip(files()) {
            let templates = source
                .lines()
                .filter(|line| line.matches('`').count() % 2 > 0);
            let is_prose = |line: &&str| line.trim().starts_with('*');
            assert_eq!(
                templates.filter(|line| !is_prose(line)).count(),
                0,
                "{name}"
            );
            let exports = |text: &str| {
                text.lines()
                    .filter(|line| line.starts_with("export "))
                    .count()
            };
            assert_eq!(exports(source), exports(&packed), "{name}");
            assert!(
                !packed.contains("\n/**") && packed.len() < source.len(),
                "{name}"
            );
        }
    }
}
