//! What must not stand in a line, and what stands there instead.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use zeroize::Zeroizing;

/// What stands in the place of a secret, as with providers in Go.
pub(super) const MASK: &str = "***";

/// Shorter values of sensitive attributes are not masked: they occur in words.
const SHORTEST: usize = 4;

static MASKS: RwLock<Masks> = RwLock::new(Masks::new());

type Rewrite = Box<dyn for<'a> Fn(&'a str) -> Cow<'a, str> + Send + Sync>;

/// All that is masked in this process.
pub(super) struct Masks {
    fields: BTreeSet<String>,
    /// The longest first, so that one that contains another is masked as a whole.
    secrets: Vec<Secret>,
    rewrites: Vec<Rewrite>,
}

/// A string that is masked as long as somebody holds it.
struct Secret {
    text: Zeroizing<String>,
    holders: usize,
}

/// Masks `secret` in every line from now on: in messages and in the values of all fields.
///
/// Values of [`sensitive`](crate::Attribute::sensitive) and
/// [`write_only`](crate::Attribute::write_only) attributes need no word here; this is for what the
/// provider gets elsewhere, such as a token that a login returns.
///
/// ```
/// # let token = "eyJhbGciOiJIUzI1NiJ9";
/// tfplugin::log::mask(token);
/// tracing::debug!(token, "logged in"); // token="***"
/// ```
pub fn mask(secret: impl AsRef<str>) {
    if let Some(secret) = Concealed::new(secret.as_ref(), 1) {
        // Nobody gives it up.
        std::mem::forget(secret);
    }
}

/// Masks the value of every field of that name, whatever it is.
///
/// ```
/// tfplugin::log::mask_field("authorization");
/// tracing::debug!(authorization = "Bearer abc", "request"); // authorization="***"
/// ```
pub fn mask_field(name: impl Into<String>) {
    write(|masks| {
        masks.fields.insert(name.into());
    });
}

/// Rewrites messages and the values of fields before they are written: for what has a pattern. It
/// is called for every text of every line, so it should be quick, and must not log.
///
/// ```
/// use std::borrow::Cow;
///
/// fn without_query(text: &str) -> Cow<'_, str> {
///     match text.split_once("?signature=") {
///         Some((address, _)) => format!("{address}?signature=***").into(),
///         None => text.into(),
///     }
/// }
///
/// tfplugin::log::mask_with(without_query);
/// // With the crate `regex`:
/// // tfplugin::log::mask_with(move |text| pattern.replace_all(text, "***"));
/// ```
pub fn mask_with(rewrite: impl for<'a> Fn(&'a str) -> Cow<'a, str> + Send + Sync + 'static) {
    write(|masks| masks.rewrites.push(Box::new(rewrite)));
}

/// A secret that is masked until this is dropped.
pub(crate) struct Concealed(Zeroizing<String>);

impl Concealed {
    /// `None` if it is shorter than that.
    pub(super) fn new(secret: &str, shortest: usize) -> Option<Self> {
        // What a file holds ends with a line break, which nobody sends along.
        let text = secret.trim();
        if text.len() < shortest {
            return None;
        }
        write(|masks| masks.hold(text));
        Some(Self(Zeroizing::new(text.to_owned())))
    }

    /// The value of a sensitive attribute.
    pub(super) fn value(text: &str) -> Option<Self> {
        Self::new(text, SHORTEST)
    }
}

impl Drop for Concealed {
    fn drop(&mut self) {
        write(|masks| masks.give_up(&self.0));
    }
}

/// Calls `with` with what is masked now.
pub(super) fn masked<T>(with: impl FnOnce(&Masks) -> T) -> T {
    with(&MASKS.read().unwrap_or_else(PoisonError::into_inner))
}

fn write(change: impl FnOnce(&mut Masks)) {
    change(&mut MASKS.write().unwrap_or_else(PoisonError::into_inner));
}

impl Masks {
    const fn new() -> Self {
        Self {
            fields: BTreeSet::new(),
            secrets: Vec::new(),
            rewrites: Vec::new(),
        }
    }

    /// The value of a field, as it may be written.
    pub(super) fn field<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        if self.fields.contains(name) {
            return MASK.into();
        }
        self.text(value)
    }

    /// A string, as it may be written.
    pub(super) fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for secret in &self.secrets {
            if let Some(masked) = without(&text, &secret.text) {
                text = masked.into();
            }
        }
        for rewrite in &self.rewrites {
            let rewritten = rewrite(&text);
            if rewritten != text {
                text = rewritten.into_owned().into();
            }
        }
        text
    }

    fn hold(&mut self, text: &str) {
        match self.position(text) {
            Some(held) => self.secrets[held].holders += 1,
            None => {
                let shorter = |other: &Secret| other.text.len() < text.len();
                let at = self.secrets.iter().position(shorter);
                let secret = Secret {
                    text: Zeroizing::new(text.to_owned()),
                    holders: 1,
                };
                self.secrets
                    .insert(at.unwrap_or(self.secrets.len()), secret);
            }
        }
    }

    fn give_up(&mut self, text: &str) {
        if let Some(held) = self.position(text) {
            self.secrets[held].holders -= 1;
            if self.secrets[held].holders == 0 {
                self.secrets.remove(held);
            }
        }
    }

    fn position(&self, text: &str) -> Option<usize> {
        let mut secrets = self.secrets.iter();
        secrets.position(|secret| *secret.text == text)
    }
}

/// `text` without the secret; `None` if it is not in there. A field that was written with `?` has
/// it between quotes, with backslashes before some characters.
fn without(text: &str, secret: &str) -> Option<String> {
    let quoted = Zeroizing::new(format!("{secret:?}"));
    let escaped = quoted.trim_matches('"');
    let found = [secret, escaped]
        .into_iter()
        .filter(|form| text.contains(form));
    found.fold(None::<String>, |masked, form| {
        Some(masked.as_deref().unwrap_or(text).replace(form, MASK))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_until_its_last_holder_gives_it_up() {
        let mut masks = Masks::new();
        masks.hold("hunter2");
        masks.hold("hunter2");
        masks.give_up("hunter2");
        assert_eq!(masks.text("it is hunter2."), "it is ***.");
        masks.give_up("hunter2");
        assert_eq!(masks.text("it is hunter2."), "it is hunter2.");
    }

    #[test]
    fn a_secret_that_contains_another_leaves_nothing_behind() {
        let mut masks = Masks::new();
        for secret in ["token", "token-and-more", "more"] {
            masks.hold(secret);
        }
        assert_eq!(masks.text("token-and-more, token, more"), "***, ***, ***");
    }

    #[test]
    fn a_secret_in_quotes_is_found_with_its_backslashes() {
        let mut masks = Masks::new();
        masks.hold("pass\"word\nand more");
        let debug = format!("{:?}", Some("pass\"word\nand more"));
        assert_eq!(masks.text(&debug), "Some(\"***\")");
    }

    #[test]
    fn fields_are_masked_by_name_and_texts_by_pattern() {
        let mut masks = Masks::new();
        masks.fields.insert("authorization".to_owned());
        masks
            .rewrites
            .push(Box::new(|text| text.replace("AKIA1234", "AKIA***").into()));
        assert_eq!(masks.field("authorization", "anything"), "***");
        assert_eq!(masks.field("key", "AKIA1234"), "AKIA***");
    }

    #[test]
    fn nothing_is_no_secret() {
        mask("");
        mask(" \n");
        assert_eq!(
            masked(|masks| masks.text("as it is").into_owned()),
            "as it is"
        );
    }
}
