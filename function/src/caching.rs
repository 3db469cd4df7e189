//! What a response says about being kept by caches (RFC 9111).

use crate::event::Response;
use crate::outcome::Edit;

/// Headers that allow other caches to keep an answer with a visitor's cookie.
const FOR_OTHER_CACHES: [&str; 2] = ["cdn-cache-control", "surrogate-control"];

/// Statuses of the errors that CloudFront does not keep if they say `no-store` (EDGE-LIMITS.md). It
/// keeps all others, with the cookie of one visitor on them.
pub const ERRORS_NOT_KEPT: [u16; 4] = [404, 410, 414, 501];

/// What makes a response that gets a cookie one visitor's own: shared caches must not keep it, and
/// the visitor's browser may as long as before. `Cache-Control` stays as it is if it says so
/// already.
pub(crate) fn kept_from_shared_caches(response: &Response<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let directives = Directives::of(response);
    if !directives.has("private") && !directives.has("no-store") {
        let kept = directives.list().filter(|directive| {
            let name = name(directive);
            !["public", "s-maxage", "private"]
                .iter()
                .any(|other| name.eq_ignore_ascii_case(other))
        });
        let value: Vec<&str> = kept.chain(["private"]).collect();
        edits.push(Edit::Set {
            name: "cache-control",
            value: value.join(", "),
        });
    }
    edits.extend(told_to_other_caches(response));
    edits
}

/// Takes away what only some caches read. They obey it in place of `Cache-Control` (RFC 9213).
pub(crate) fn told_to_other_caches<'a>(
    response: &'a Response<'_>,
) -> impl Iterator<Item = Edit> + 'a {
    let names = FOR_OTHER_CACHES.iter();
    names
        .filter_map(|name| response.name(name))
        .map(|name| Edit::Remove {
            name: name.to_owned(),
        })
}

/// Whether the response says that a shared cache may keep it.
pub(crate) fn may_be_kept(response: &Response<'_>) -> bool {
    let directives = Directives::of(response);
    if ["private", "no-store", "no-cache"]
        .iter()
        .any(|name| directives.has(name))
    {
        return false;
    }
    let seconds = |wanted: &str| {
        directives.list().find_map(|directive| {
            let (name, value) = directive.split_once('=')?;
            let value = value.trim().trim_matches('"');
            name.trim()
                .eq_ignore_ascii_case(wanted)
                .then(|| value.parse::<u64>().ok())
        })
    };
    match seconds("s-maxage").or_else(|| seconds("max-age")) {
        Some(seconds) => seconds != Some(0),
        None => directives.has("public") || response.all("expires").next().is_some(),
    }
}

/// The members of all `Cache-Control` headers.
struct Directives(String);

impl Directives {
    fn of(response: &Response<'_>) -> Self {
        let values: Vec<&str> = response.all("cache-control").collect();
        Self(values.join(","))
    }

    /// A comma in quotes belongs to a directive's value.
    fn list(&self) -> impl Iterator<Item = &str> {
        let mut is_quoted = false;
        let parts = self.0.split(move |character| {
            is_quoted ^= character == '"';
            character == ',' && !is_quoted
        });
        parts.map(str::trim).filter(|part| !part.is_empty())
    }

    /// Whether it is said without a value: `private="x-name"` is about one header only.
    fn has(&self, wanted: &str) -> bool {
        self.list()
            .any(|directive| directive.eq_ignore_ascii_case(wanted))
    }
}

fn name(directive: &str) -> &str {
    directive.split('=').next().unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::{kept_from_shared_caches, may_be_kept};
    use crate::event::Response;
    use crate::outcome::Edit;

    fn response<'a>(headers: &[(&'a str, &'a str)]) -> Response<'a> {
        Response {
            status: "200",
            headers: headers.to_vec(),
        }
    }

    #[test]
    fn a_response_with_a_cookie_becomes_private_and_stays_as_long() {
        for (value, expected) in [
            ("public, max-age=60", Some("max-age=60, private")),
            (
                "S-MaxAge=9 , max-age=60,PUBLIC",
                Some("max-age=60, private"),
            ),
            ("", Some("private")),
            (
                "private=\"a, public\", max-age=1",
                Some("max-age=1, private"),
            ),
            (
                "no-cache=\"a, public\"",
                Some("no-cache=\"a, public\", private"),
            ),
            ("no-cache", Some("no-cache, private")),
            ("Private, max-age=60", None),
            ("max-age=60, No-Store", None),
        ] {
            let edits = kept_from_shared_caches(&response(&[("cache-control", value)]));
            let found = edits.iter().map(|edit| match edit {
                Edit::Set { value, .. } => value.as_str(),
                edit => panic!("{edit:?}"),
            });
            assert_eq!(
                found.collect::<Vec<_>>(),
                Vec::from_iter(expected),
                "{value}"
            );
        }
        let edits = kept_from_shared_caches(&response(&[
            ("Cache-Control", "public"),
            ("Cache-Control", "max-age=5"),
            ("CDN-Cache-Control", "max-age=9"),
            ("surrogate-control", "max-age=9"),
        ]));
        let removal = |name: &str| Edit::Remove {
            name: name.to_owned(),
        };
        let set = Edit::Set {
            name: "cache-control",
            value: "max-age=5, private".to_owned(),
        };
        let removals = [removal("CDN-Cache-Control"), removal("surrogate-control")];
        assert_eq!(edits, [vec![set], removals.to_vec()].concat());
        let edits = kept_from_shared_caches(&response(&[
            ("cache-control", "private"),
            ("cdn-cache-control", "max-age=9"),
        ]));
        assert_eq!(edits, [removal("cdn-cache-control")], "it counts for a CDN");
    }

    #[test]
    fn a_response_may_be_kept_if_it_says_so() {
        for (headers, expected) in [
            (&[][..], false),
            (&[("cache-control", "max-age=60")], true),
            (&[("cache-control", "max-age=0")], false),
            (&[("cache-control", "max-age=0, s-maxage=\"5\"")], true),
            (&[("cache-control", "max-age=60, s-maxage=0")], false),
            (&[("cache-control", "public")], true),
            (&[("cache-control", "max-age=60, private")], false),
            (&[("cache-control", "max-age=60, no-cache")], false),
            (&[("cache-control", "no-store, max-age=60")], false),
            (&[("expires", "Sat, 01 Jun 2030 12:00:00 GMT")], true),
        ] {
            assert_eq!(may_be_kept(&response(headers)), expected, "{headers:?}");
        }
    }
}
