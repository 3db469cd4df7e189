//! By what an answer shows that the edge function has seen the request. Pure.

use std::fmt;
use std::time::Duration;

use netacea_edge::session::v1::V1;
use netacea_edge::session::v3::V3;

use crate::aws::visit::Visit;

/// CloudFront says so in `X-Cache` when a Lambda@Edge function made the answer.
const GENERATED: &str = "LambdaGeneratedResponse";

/// What one answer shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    /// The form of the session cookie, if the answer sets one.
    pub(super) cookie: Option<Form>,
    /// Whether a function made the answer.
    pub(super) generated: bool,
}

/// How a session cookie is written (Netacea's edge protocol, sections 4 to 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    V1,
    V3,
    Encrypted,
    /// Somebody else's cookie of the same name.
    Unknown,
}

/// What all answers show together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    times: Vec<Duration>,
    with_cookie: usize,
    generated: usize,
    ours: usize,
}

impl Sign {
    pub(super) fn of(visit: &Visit, cookie_name: &str) -> Sign {
        let values = |name: &'static str| {
            let headers = visit.headers.iter();
            headers.filter(move |(found, _)| found == name)
        };
        let cookies = values("set-cookie").filter_map(|(_, cookie)| {
            let (name, rest) = cookie.split_once('=')?;
            (name.trim() == cookie_name).then(|| rest.split(';').next().unwrap_or_default().trim())
        });
        Sign {
            cookie: cookies.map(Form::of).next_back(),
            generated: values("x-cache").any(|(_, value)| value.contains(GENERATED)),
        }
    }

    /// Whether the function has answered.
    fn is_ours(&self) -> bool {
        self.generated || self.cookie.is_some_and(|form| form != Form::Unknown)
    }
}

impl Form {
    fn of(cookie: &str) -> Form {
        if V1::parse(cookie).is_some() {
            Form::V1
        } else if V3::parse(cookie).is_some() {
            Form::V3
        } else if is_compact_jwe(cookie) {
            Form::Encrypted
        } else {
            Form::Unknown
        }
    }
}

/// Five segments, without an encrypted key (RFC 7516, section 7.1, with `dir`).
fn is_compact_jwe(text: &str) -> bool {
    let segments: Vec<&str> = text.split('.').collect();
    matches!(
        segments.as_slice(),
        [header, "", iv, ciphertext, tag]
            if header.starts_with("eyJ") && [iv, ciphertext, tag].iter().all(|part| !part.is_empty())
    )
}

impl Summary {
    pub(super) fn add(&mut self, visit: &Visit, sign: Sign) {
        self.times.push(visit.took);
        self.with_cookie += usize::from(sign.cookie.is_some_and(|form| form != Form::Unknown));
        self.generated += usize::from(sign.generated);
        self.ours += usize::from(sign.is_ours());
    }

    pub(super) fn all_are_ours(&self) -> bool {
        self.ours == self.times.len()
    }

    pub(super) fn any_is_ours(&self) -> bool {
        self.ours > 0
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.cookie {
            Some(Form::V1) => "with a session cookie (V1)",
            Some(Form::V3) => "with a session cookie (V3)",
            Some(Form::Encrypted) => "with a session cookie (encrypted)",
            Some(Form::Unknown) => "with a cookie of that name that is not a session of Netacea",
            None => "without a session cookie",
        })?;
        if self.generated {
            f.write_str(", made by an edge function")?;
        }
        Ok(())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times: Vec<u128> = self.times.iter().map(Duration::as_millis).collect();
        times.sort_unstable();
        let count = times.len();
        let (Some(least), Some(most)) = (times.first(), times.last()) else {
            return f.write_str("Nothing was asked.");
        };
        write!(
            f,
            "{} of {count} answers are of the edge function: {} with a session cookie, {} made by \
             the function. They took {least} to {most} ms, {} ms in the middle.",
            self.ours,
            self.with_cookie,
            self.generated,
            times[count / 2]
        )
    }
}

#[cfg(test)]
mod tests {
    use netacea_edge::session::{Signer, v1};

    use super::*;

    fn visit(headers: &[(&str, &str)]) -> Visit {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Visit {
            status: 200,
            headers: headers.iter().map(owned).collect(),
            took: Duration::from_millis(12),
        }
    }

    fn sign(headers: &[(&str, &str)]) -> Sign {
        Sign::of(&visit(headers), "_mitata")
    }

    #[test]
    fn a_session_cookie_is_known_by_its_form_and_not_by_its_name_alone() {
        let v1 = v1::issue(
            &Signer::new("k"),
            "192.0.2.1",
            "c123456789012345",
            "000",
            1_800_000_000,
        );
        for (value, form) in [
            (v1.as_str(), Form::V1),
            ("eyJhbGciOiJkaXIifQ..aXY.dGV4dA.dGFn", Form::Encrypted),
            ("hello", Form::Unknown),
            ("", Form::Unknown),
        ] {
            let cookie = format!("_mitata={value}; Path=/; Secure");
            let found = sign(&[("set-cookie", "other=1"), ("set-cookie", &cookie)]);
            assert_eq!(found.cookie, Some(form), "{value}");
            assert_eq!(found.is_ours(), form != Form::Unknown, "{value}");
        }
        let captcha = format!("_mitatacaptcha={v1}");
        assert_eq!(sign(&[("set-cookie", &captcha)]).cookie, None);
    }

    #[test]
    fn an_answer_that_an_edge_function_made_counts() {
        let generated = sign(&[("x-cache", "LambdaGeneratedResponse from cloudfront")]);
        assert!(generated.is_ours());
        assert!(!sign(&[("x-cache", "Miss from cloudfront")]).is_ours());
    }

    #[test]
    fn all_and_any_are_told_apart() {
        let mut summary = Summary::default();
        let ours = sign(&[("x-cache", "LambdaGeneratedResponse from cloudfront")]);
        summary.add(&visit(&[]), ours.clone());
        assert!(summary.all_are_ours());
        summary.add(&visit(&[]), sign(&[]));
        assert!(summary.any_is_ours() && !summary.all_are_ours());
        let told = summary.to_string();
        assert!(told.starts_with("1 of 2 answers"), "{told}");
    }
}
