//! Which paths a cache behavior serves.

/// Whether `pattern` covers `path`: `*` is any number of characters, `?` exactly one, letter case
/// counts, and a leading slash may be left out (CloudFront guide, "Path pattern").
///
/// Time is the product of both lengths at most.
pub(super) fn covers(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (relative(pattern), relative(path));
    let (mut at, mut next) = (0, 0);
    // The positions after the last star, and after the part of the path that it covers.
    let mut star: Option<(usize, usize)> = None;
    while next < path.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, next));
                at += 1;
            }
            Some(wanted) if *wanted == b'?' || *wanted == path[next] => {
                at += 1;
                next += 1;
            }
            _ => {
                let Some((behind, end)) = star else {
                    return false;
                };
                star = Some((behind, end + 1));
                (at, next) = (behind, end + 1);
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == b'*')
}

fn relative(text: &str) -> &[u8] {
    text.strip_prefix('/').unwrap_or(text).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn stars_question_marks_case_and_the_leading_slash_are_as_cloudfront_has_them() {
        for (pattern, path, expected) in [
            ("/checkout/*", "/checkout/", true),
            ("/checkout/*", "/checkout/a/b", true),
            ("/checkout/*", "/checkout", false),
            ("/*/cart", "/en/shop/cart", true),
            ("/*/cart", "/en/shop/cart/", false),
            ("*.jpg", "/a/b.jpg", true),
            ("*a*b*", "/xaxxbx", true),
            ("*a*b", "/xbxa", false),
            ("/a?c", "/abc", true),
            ("/a?c", "/ac", false),
            ("/ataverifycaptcha", "/AtaVerifyCaptcha", false),
            ("Ata*", "/AtaVerifyCaptcha", true),
            ("*", "/", true),
            ("", "/", true),
            ("", "/a", false),
        ] {
            assert_eq!(covers(pattern, path), expected, "{pattern} and {path}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        assert!(!covers(&"*a".repeat(120), &"a".repeat(100)));
        assert!(!covers(
            &format!("{}b", "*a".repeat(120)),
            &"a".repeat(8000)
        ));
    }
}
