//! The lab in a real browser: its site as visitors see it, and its console.
//!
//! The lab is the built program. The browser is Chromium, which `.ci/setup browser` installs; each
//! test gets a new profile. If the browser is missing, the tests fail and say so.
//!
//! * `accessibility`: in light and dark, wide and narrow, nothing of the console is cut off and
//!   axe-core finds nothing
//! * `by_keyboard`: the console without a mouse
//! * `captchas`: each form of captcha and the checkpoint, on pages and in a single page's frame
//! * `ended`: the console says when the lab has ended
//! * `hostile`: the console shows what visitors send as text; other pages cannot change the lab
//! * `long_list`: the console does not grow with the requests
//! * `pictures`: the pictures in the guide (`make screenshots`)
//! * `visits`: first and second visit, block, error page, another origin, Protector down

mod accessibility;
mod by_keyboard;
mod captchas;
mod ended;
mod harness;
mod hostile;
mod long_list;
mod pictures;
mod visits;
