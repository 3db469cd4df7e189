//! The command line.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

/// The help text.
pub(crate) const USAGE: &str = "\
usage: netacea-edge-lab [--origin URL] [--distribution FILE.xml] [--settings FILE] [--provider PATH]

  --origin URL            the site behind the edge, such as https://shop.example; without it, a demo shop
  --distribution FILE.xml a DistributionConfig as CloudFront's API gives it; without it, the demo shop's
  --settings FILE         `settings` of the integration in HCL, or a NetaceaConfig.json
  --provider PATH         the built provider; without it, the one next to this program";

/// The parsed command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// Scheme and authority, without a slash at the end.
    pub(crate) origin: Option<String>,
    pub(crate) distribution: Option<PathBuf>,
    pub(crate) settings: Option<PathBuf>,
    pub(crate) provider: Option<PathBuf>,
}

impl Arguments {
    /// `None`: help is wanted.
    pub(crate) fn parse(given: impl IntoIterator<Item = String>) -> Result<Option<Self>> {
        let mut arguments = Self::default();
        let mut given = given.into_iter();
        while let Some(name) = given.next() {
            if matches!(name.as_str(), "-h" | "-help" | "--help") {
                return Ok(None);
            }
            let (name, attached) = match name.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (name, None),
            };
            let mut value = || {
                let value = attached.clone().or_else(|| given.next());
                value.with_context(|| format!("{name} needs a value"))
            };
            match name.as_str() {
                "--origin" => arguments.origin = Some(origin(&value()?)?),
                "--distribution" => arguments.distribution = Some(value()?.into()),
                "--settings" => arguments.settings = Some(value()?.into()),
                "--provider" => arguments.provider = Some(value()?.into()),
                name => bail!("unknown argument {name}"),
            }
        }
        Ok(Some(arguments))
    }
}

/// Scheme and authority of a site.
fn origin(url: &str) -> Result<String> {
    let wanted = "use a site such as https://shop.example, with scheme, host and port but no path";
    let (scheme, rest) = url
        .split_once("://")
        .with_context(|| format!("--origin {url} has no scheme; {wanted}"))?;
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    ensure!(
        matches!(scheme, "http" | "https"),
        "--origin {url} is neither http nor https; {wanted}"
    );
    let is_authority = !authority.is_empty()
        && authority
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    ensure!(is_authority, "--origin {url} is not a site; {wanted}");
    Ok(format!("{scheme}://{}", authority.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Option<Arguments>> {
        Arguments::parse(arguments.iter().map(ToString::to_string))
    }

    #[test]
    fn every_argument_is_taken_in_both_spellings() {
        let spelled = parse(&["--origin", "https://Shop.example/", "--settings=a.tf"]);
        let arguments = spelled.expect("arguments").expect("no help");
        assert_eq!(arguments.origin.as_deref(), Some("https://shop.example"));
        assert_eq!(arguments.settings, Some("a.tf".into()));
        assert_eq!(parse(&["--help"]).expect("help"), None);
    }

    #[test]
    fn what_is_not_a_site_is_refused_with_the_way_out() {
        for url in [
            "shop.example",
            "ftp://shop.example",
            "https://shop.example/a",
            "https://user@shop.example",
            "https://",
        ] {
            let error = parse(&["--origin", url]).expect_err(url).to_string();
            assert!(error.contains("https://shop.example"), "{error}");
        }
    }

    #[test]
    fn an_unknown_argument_and_a_missing_value_are_named() {
        for (given, part) in [("--port", "--port"), ("--settings", "needs a value")] {
            let error = parse(&[given]).expect_err(given).to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
