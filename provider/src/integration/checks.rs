//! Checks of single values: whether AWS would accept them, before anything happens.
//!
//! The schema names these functions at the attributes; the message of an error is shown there.
//! Rules that concern several attributes are in `validate.rs`, and types that parse (`on_destroy`,
//! `pinned_version`) bring their own message.

use crate::aws::identifiers::is_function_name;
use crate::aws::log_format::LogFormat;
use crate::aws::role_arn::RoleArn;
use crate::aws::runtime::Runtime;

pub(super) fn function_name(name: &str) -> Result<(), String> {
    if is_function_name(name) {
        Ok(())
    } else {
        Err(format!(
            "`{name}` is not a valid name of a Lambda function. Use 1 to 64 letters, digits, \
             hyphens and underscores."
        ))
    }
}

pub(super) fn role_arn(arn: &str) -> Result<(), String> {
    arn.parse::<RoleArn>()
        .map(drop)
        .map_err(|error| error.to_string())
}

pub(super) fn description(text: &str) -> Result<(), String> {
    match text.chars().count() {
        0 => Err(
            "An empty description is the same as no description. Remove the attribute.".to_owned(),
        ),
        1..=256 => Ok(()),
        count => Err(format!(
            "Lambda allows 256 characters, but the description has {count}. \
             Shorten it."
        )),
    }
}

pub(super) fn runtime(runtime: &Runtime) -> Result<(), String> {
    match runtime {
        Runtime::NodeJs(_) => Ok(()),
        Runtime::Other(_) => Err(format!(
            "`{runtime}` is not a Node.js runtime of Lambda. The edge function needs one, like \
             \"nodejs24.x\"."
        )),
    }
}

pub(super) fn memory_size(megabytes: &i64) -> Result<(), String> {
    match megabytes {
        128..=10240 => Ok(()),
        _ => Err(format!(
            "A Lambda function must have 128 to 10240 MB of memory, not {megabytes}."
        )),
    }
}

pub(super) fn timeout(seconds: &i64) -> Result<(), String> {
    match seconds {
        1..=30 => Ok(()),
        _ => Err(format!(
            "CloudFront stops a function after 30 seconds. Use 1 to 30 seconds, not {seconds}."
        )),
    }
}

pub(super) fn log_format(format: &LogFormat) -> Result<(), String> {
    match format {
        LogFormat::Text | LogFormat::Json => Ok(()),
        LogFormat::Other(_) => Err(format!(
            "`{format}` is not a log format of Lambda. Use `Text` or `JSON`."
        )),
    }
}

pub(super) fn log_group(name: &str) -> Result<(), String> {
    let characters = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-/#".contains(&byte));
    if (1..=512).contains(&name.len()) && characters && !name.starts_with("aws/") {
        Ok(())
    } else {
        Err(format!(
            "`{name}` is not a valid name of a log group. Use 1 to 512 letters, digits and `.`, \
             `_`, `-`, `/`, `#`, without `aws/` at the beginning."
        ))
    }
}

pub(super) fn retained_versions(count: &i64) -> Result<(), String> {
    match count {
        0..=1000 => Ok(()),
        _ => Err(format!(
            "The provider cannot keep {count} versions. Use 0 (keep all) to 1000."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_log_groups_pass() {
        assert!(log_group("/shop/edge#1").is_ok());
        for wrong in ["", "aws/shop", "shop edge", "shop:edge"] {
            assert!(log_group(wrong).is_err(), "{wrong}");
        }
        assert!(log_format(&"JSON".into()).is_ok());
        assert!(log_format(&"json".into()).is_err());
    }

    #[test]
    fn what_lambda_does_not_take_is_refused() {
        assert!(function_name("netacea-shop").is_ok() && function_name("netacea:1").is_err());
        assert!(description(&"x".repeat(256)).is_ok() && description(&"x".repeat(257)).is_err());
        assert!(description("").is_err());
        for (megabytes, passes) in [(127, false), (128, true), (10240, true), (10241, false)] {
            assert_eq!(memory_size(&megabytes).is_ok(), passes, "{megabytes} MB");
        }
        for (seconds, passes) in [(0, false), (1, true), (30, true), (31, false)] {
            assert_eq!(timeout(&seconds).is_ok(), passes, "{seconds} s");
        }
    }

    #[test]
    fn only_node_runtimes_pass() {
        assert!(runtime(&"nodejs24.x".into()).is_ok());
        assert!(runtime(&"python3.14".into()).is_err());
        assert!(runtime(&"nodejs.x".into()).is_err());
    }
}
