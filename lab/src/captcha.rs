//! Captchas and checkpoints like Netacea's: their pages, and the right solutions. Nothing of
//! Google's or hCaptcha's is in them; they work without a network.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// The most challenges and tokens that are remembered.
const MOST: usize = 1000;
/// Pictures of a challenge.
const TILES: usize = 9;
/// Names and pictures: the inside of an SVG of 48 by 48.
const PICTURES: [(&str, &str); 8] = [
    (
        "bicycle",
        r#"<circle cx="13" cy="33" r="9"/><circle cx="35" cy="33" r="9"/><path d="M13 33 20 17h11l4 16M20 17l9 16H13M17 13h6M31 17v-5h5"/>"#,
    ),
    (
        "bus",
        r#"<rect x="6" y="10" width="36" height="24" rx="4"/><path d="M6 22h36M18 10v12M30 10v12"/><circle cx="15" cy="37" r="4"/><circle cx="33" cy="37" r="4"/>"#,
    ),
    (
        "boat",
        r#"<path d="M6 33h36l-6 9H12zM24 29V6l14 23zM20 29V12L9 29z"/>"#,
    ),
    (
        "tree",
        r#"<path d="M24 4 13 20h6L8 34h32L29 20h6zM24 34v10"/>"#,
    ),
    (
        "cup",
        r#"<path d="M8 16h26v14c0 8-5 12-13 12S8 38 8 30zM34 20h4c7 0 7 14 0 14h-5M15 10V5M21 10V5M27 10V5"/>"#,
    ),
    (
        "house",
        r#"<path d="M5 24 24 7l19 17M11 20v22h26V20M20 42V30h8v12"/>"#,
    ),
    (
        "clock",
        r#"<circle cx="24" cy="24" r="19"/><path d="M24 12v12l8 6"/>"#,
    ),
    (
        "apple",
        r#"<path d="M24 17c-6-5-16-2-16 9 0 10 8 18 13 17 2-1 4-1 6 0 5 1 13-7 13-17 0-11-10-14-16-9zM24 17c0-6 3-9 7-11"/>"#,
    ),
];
const WORDS: [&str; 6] = ["harbour", "lantern", "meadow", "pepper", "saddle", "willow"];

const SOLVED: &str = include_str!("captcha/solved.html");
const CHECKPOINT: &str = include_str!("captcha/checkpoint.html");

/// The appearance of a captcha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// A box to tick, then pictures: reCAPTCHA v2.
    #[default]
    Recaptcha,
    /// Pictures in the manner of hCaptcha.
    Hcaptcha,
    /// A page of the customer's own.
    Custom,
}

/// The challenges that were set, and the tokens that solutions have earned.
#[derive(Debug, Default)]
pub(crate) struct Captchas {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    form: Form,
    challenges: VecDeque<Challenge>,
    tokens: VecDeque<String>,
}

#[derive(Clone, Debug)]
struct Challenge {
    tracking_id: String,
    form: Form,
    /// The picture to find, or the word to type.
    target: &'static str,
    tiles: Vec<(&'static str, &'static str)>,
    is_solved: bool,
}

impl Form {
    /// The field of the solution, as each service names it.
    fn field(self) -> &'static str {
        match self {
            Self::Recaptcha => "g-recaptcha-response",
            Self::Hcaptcha => "h-captcha-response",
            Self::Custom => "answer",
        }
    }

    fn page(self) -> &'static str {
        match self {
            Self::Recaptcha => include_str!("captcha/recaptcha.html"),
            Self::Hcaptcha => include_str!("captcha/hcaptcha.html"),
            Self::Custom => include_str!("captcha/custom.html"),
        }
    }
}

impl Captchas {
    /// The appearance of the next captcha.
    pub(crate) fn form(&self) -> Form {
        self.inner().form
    }

    /// Sets the appearance of captchas from now on.
    pub(crate) fn set_form(&self, form: Form) {
        self.inner().form = form;
    }

    /// Sets a new challenge; returns its id.
    pub(crate) fn challenge(&self, tracking_id: String) -> String {
        let mut inner = self.inner();
        let challenge = Challenge::new(tracking_id, inner.form);
        let id = challenge.tracking_id.clone();
        push(&mut inner.challenges, challenge);
        id
    }

    /// The page of a challenge, or another page if the challenge is solved or unknown.
    pub(crate) fn page(&self, tracking_id: &str) -> Option<String> {
        let inner = self.inner();
        let found = inner.challenge(tracking_id)?;
        Some(if found.is_solved {
            SOLVED.to_owned()
        } else {
            found.page()
        })
    }

    /// The page that watches a browser.
    pub(crate) fn checkpoint_page(tracking_id: &str) -> String {
        CHECKPOINT.replace("{{tracking_id}}", tracking_id)
    }

    /// Whether these fields solve a challenge that was set.
    pub(crate) fn solve(&self, fields: &[(String, String)]) -> bool {
        let field = |name: &str| {
            let mut found = fields.iter().filter(|(found, _)| found == name);
            found.next().map(|(_, value)| value.as_str())
        };
        let mut inner = self.inner();
        let id = field("trackingId").unwrap_or_default();
        let mut challenges = inner.challenges.iter_mut();
        let Some(challenge) = challenges.find(|one| one.tracking_id == id) else {
            return false;
        };
        let answer = field(challenge.form.field()).unwrap_or_default();
        let is_right = answer.trim().eq_ignore_ascii_case(&challenge.solution());
        challenge.is_solved |= is_right;
        is_right
    }

    /// From now on this token is accepted.
    pub(crate) fn earn(&self, token: String) {
        push(&mut self.inner().tokens, token);
    }

    /// Whether a token was earned.
    pub(crate) fn is_earned(&self, token: &str) -> bool {
        self.inner().tokens.iter().any(|one| one == token)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn challenge(&self, tracking_id: &str) -> Option<&Challenge> {
        let mut challenges = self.challenges.iter();
        challenges.find(|one| one.tracking_id == tracking_id)
    }
}

impl Challenge {
    fn new(tracking_id: String, form: Form) -> Self {
        let mut pictures = PICTURES;
        fastrand::shuffle(&mut pictures);
        let [wanted, others @ ..] = pictures;
        let mut tiles: Vec<_> = (0..TILES)
            .map(|number| match number {
                0..3 => wanted,
                number => others[number % others.len()],
            })
            .collect();
        fastrand::shuffle(&mut tiles);
        let target = match form {
            Form::Custom => fastrand::choice(WORDS).unwrap_or_default(),
            Form::Recaptcha | Form::Hcaptcha => wanted.0,
        };
        Self {
            tracking_id,
            form,
            target,
            tiles,
            is_solved: false,
        }
    }

    /// The word, or the numbers of the right pictures: `0-4-7`.
    fn solution(&self) -> String {
        if self.form == Form::Custom {
            return self.target.to_owned();
        }
        let tiles = self.tiles.iter().enumerate();
        let right = tiles.filter(|(_, (name, _))| *name == self.target);
        let numbers: Vec<String> = right.map(|(number, _)| number.to_string()).collect();
        numbers.join("-")
    }

    fn page(&self) -> String {
        let tiles: String = self
            .tiles
            .iter()
            .enumerate()
            .map(|(number, (name, picture))| {
                format!(
                    "<button type=\"button\" class=\"tile\" data-tile=\"{number}\" \
                     aria-pressed=\"false\" aria-label=\"{name}\"><svg viewBox=\"0 0 48 48\" \
                     aria-hidden=\"true\">{picture}</svg></button>"
                )
            })
            .collect();
        self.form
            .page()
            .replace("{{script}}", include_str!("captcha/captcha.js"))
            .replace("{{tracking_id}}", &self.tracking_id)
            .replace("{{field}}", self.form.field())
            .replace("{{target}}", self.target)
            .replace("{{tiles}}", &tiles)
    }
}

fn push<T>(ring: &mut VecDeque<T>, one: T) {
    if ring.len() >= MOST {
        ring.pop_front();
    }
    ring.push_back(one);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = pairs.iter().map(|(name, value)| (*name, *value));
        owned
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    #[test]
    fn each_form_is_solved_by_its_own_answer_only() {
        for form in [Form::Recaptcha, Form::Hcaptcha, Form::Custom] {
            let captchas = Captchas::default();
            captchas.set_form(form);
            let id = captchas.challenge("t-1".to_owned());
            let solution = captchas.inner().challenge(&id).expect("set").solution();
            let field = form.field();
            for wrong in [
                fields(&[(field, "wrong"), ("trackingId", &id)]),
                fields(&[(field, &solution), ("trackingId", "t-2")]),
                fields(&[("else", &solution), ("trackingId", &id)]),
            ] {
                assert!(!captchas.solve(&wrong), "{form:?} {wrong:?}");
            }
            let page = captchas.page(&id).expect("a page");
            assert!(
                page.contains("/AtaVerifyCaptcha") && !page.contains("{{"),
                "{page}"
            );
            assert!(page.len() < 40_000, "CloudFront takes no larger answer");
            assert!(captchas.solve(&fields(&[(field, &solution), ("trackingId", &id)])));
            assert_eq!(captchas.page(&id).as_deref(), Some(SOLVED));
        }
    }

    #[test]
    fn what_was_set_long_ago_is_forgotten() {
        let captchas = Captchas::default();
        for number in 0..=MOST {
            captchas.challenge(format!("t-{number}"));
            captchas.earn(format!("token-{number}"));
        }
        assert_eq!(captchas.page("t-0"), None);
        assert!(!captchas.is_earned("token-0"));
        assert!(captchas.page("t-1").is_some() && captchas.is_earned("token-1"));
    }

    #[test]
    fn no_page_asks_anybody_else_for_anything() {
        let pages = [
            SOLVED,
            CHECKPOINT,
            Form::Recaptcha.page(),
            Form::Hcaptcha.page(),
        ];
        for page in pages.into_iter().chain([Form::Custom.page()]) {
            assert!(
                !page.contains("http://") && !page.contains("https://"),
                "{page}"
            );
            assert!(!page.contains("src=\"//"), "{page}");
        }
    }
}
