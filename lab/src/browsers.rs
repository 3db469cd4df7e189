//! The browsers that visit the site. Each has an address of its own at the edge, by which Netacea's
//! stand-in recognizes it, and each may be a different kind of visitor.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::visitor::Kind;

/// The cookie by which the lab recognizes a browser. The edge does not see it.
pub(crate) const COOKIE: &str = "__lab_browser";
/// The most browsers that are known: one for each address of 203.0.113.0/24 (RFC 5737).
const MOST: usize = 254;
/// Characters of a user agent that are kept.
const USER_AGENT: usize = 200;
/// The most cookies of Netacea that are remembered for a browser.
const ISSUED: usize = 64;

/// All browsers, the one that was seen last at the end.
#[derive(Debug, Default)]
pub(crate) struct Browsers {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    all: Kind,
    browsers: VecDeque<Browser>,
    addresses: u8,
}

#[derive(Debug)]
struct Browser {
    id: String,
    address: Ipv4Addr,
    user_agent: String,
    /// Its own kind of visitor; `None` for the kind that is set for all.
    kind: Option<Kind>,
    last_seen: OffsetDateTime,
    /// Values of Netacea's cookies that were issued after the visitor changed; `None` before that,
    /// when all count.
    issued: Option<VecDeque<String>>,
}

/// A browser as the console shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    id: String,
    /// `null`: the kind that is set for all.
    kind: Option<Kind>,
    user_agent: String,
    /// RFC 3339.
    last_seen: String,
}

/// The browser that a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) browser: String,
    /// Its address at the edge.
    pub(crate) address: Ipv4Addr,
    /// Whether this is its first visit.
    pub(crate) is_new: bool,
}

impl Browsers {
    /// Finds the browser of a request with this cookie of the lab. A navigation without one comes
    /// from a new browser. Any other request without one is assigned to the browser with the same
    /// user agent, since scripts, preflights and clients without cookies send none.
    pub(crate) fn visit(
        &self,
        cookie: Option<&str>,
        user_agent: &str,
        is_navigation: bool,
        fresh: impl FnOnce() -> String,
    ) -> Visit {
        let mut known = self.known();
        let user_agent: String = user_agent.chars().take(USER_AGENT).collect();
        let position = match cookie {
            Some(id) => known.browsers.iter().position(|one| one.id == id),
            None if is_navigation => None,
            None => {
                let same = |one: &Browser| one.user_agent == user_agent;
                known.browsers.iter().rposition(same)
            }
        };
        let is_new = position.is_none();
        let mut browser = match position.and_then(|position| known.browsers.remove(position)) {
            Some(browser) => browser,
            None => Browser {
                id: fresh(),
                address: known.free_address(),
                user_agent,
                kind: None,
                last_seen: OffsetDateTime::UNIX_EPOCH,
                issued: None,
            },
        };
        browser.last_seen = OffsetDateTime::now_utc();
        let visit = Visit {
            browser: browser.id.clone(),
            address: browser.address,
            is_new,
        };
        known.browsers.push_back(browser);
        visit
    }

    /// The kind of the visitor at this address.
    pub(crate) fn kind_at(&self, address: &str) -> Kind {
        let known = self.known();
        let address: Option<Ipv4Addr> = address.parse().ok();
        let mut browsers = known.browsers.iter();
        let found = browsers.find(|one| Some(one.address) == address);
        found.and_then(|one| one.kind).unwrap_or(known.all)
    }

    /// Makes a browser, or all of them (`None`), another visitor: their cookies of Netacea are
    /// forgotten. With `kind` `None`, a browser gets the kind that is set for all. False: there is
    /// no such browser.
    pub(crate) fn become_kind(&self, browser: Option<&str>, kind: Option<Kind>) -> bool {
        let mut known = self.known();
        let Some(id) = browser else {
            known.all = kind.unwrap_or_default();
            for one in &mut known.browsers {
                one.kind = None;
                one.issued = Some(VecDeque::new());
            }
            return true;
        };
        let Some(found) = known.browsers.iter_mut().find(|one| one.id == id) else {
            return false;
        };
        found.kind = kind;
        found.issued = Some(VecDeque::new());
        true
    }

    /// Whether a cookie of Netacea's belongs to the browser's current visitor.
    pub(crate) fn honors(&self, browser: &str, value: &str) -> bool {
        let known = self.known();
        let found = known.browsers.iter().find(|one| one.id == browser);
        let issued = found.and_then(|one| one.issued.as_ref());
        issued.is_none_or(|issued| issued.iter().any(|one| one == value))
    }

    /// Notes that Netacea's function has given the browser this cookie.
    pub(crate) fn note_issued(&self, browser: &str, value: &str) {
        let mut known = self.known();
        let mut browsers = known.browsers.iter_mut();
        let found = browsers.find(|one| one.id == browser);
        if let Some(issued) = found.and_then(|one| one.issued.as_mut()) {
            issued.push_back(value.to_owned());
            let surplus = issued.len().saturating_sub(ISSUED);
            issued.drain(..surplus);
        }
    }

    /// The kind that is set for all, and every browser, the one that was seen last first.
    pub(crate) fn show(&self) -> (Kind, Vec<Shown>) {
        let known = self.known();
        let shown = known.browsers.iter().rev().map(|one| Shown {
            id: one.id.clone(),
            kind: one.kind,
            user_agent: one.user_agent.clone(),
            last_seen: one.last_seen.format(&Rfc3339).unwrap_or_default(),
        });
        (known.all, shown.collect())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The next address; if all are taken, that of the browser that was not seen for longest.
    fn free_address(&mut self) -> Ipv4Addr {
        if self.browsers.len() >= MOST
            && let Some(forgotten) = self.browsers.pop_front()
        {
            return forgotten.address;
        }
        self.addresses = self.addresses.saturating_add(1);
        Ipv4Addr::new(203, 0, 113, self.addresses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(browsers: &Browsers, cookie: Option<&str>, agent: &str, navigates: bool) -> Visit {
        let (_, known) = browsers.show();
        let fresh = || format!("{agent}-{}", known.len());
        browsers.visit(cookie, agent, navigates, fresh)
    }

    #[test]
    fn a_browser_is_known_by_its_cookie_and_a_script_by_its_user_agent() {
        let browsers = Browsers::default();
        let first = visit(&browsers, None, "a", true);
        let again = visit(&browsers, Some(&first.browser), "a", true);
        let script = visit(&browsers, None, "a", false);
        for known in [again, script] {
            assert_eq!((known.address, known.is_new), (first.address, false));
        }
        let private_window = visit(&browsers, None, "a", true);
        assert!(private_window.is_new && private_window.address != first.address);
        assert!(visit(&browsers, None, "b", false).is_new);
        assert!(visit(&browsers, Some("forged"), "a", false).is_new);
    }

    #[test]
    fn the_one_that_was_not_seen_for_longest_makes_room() {
        let browsers = Browsers::default();
        let first = visit(&browsers, None, "first", false);
        for number in 0..MOST {
            visit(&browsers, None, &format!("other-{number}"), false);
        }
        let (_, shown) = browsers.show();
        assert_eq!(shown.len(), MOST);
        assert!(shown.iter().all(|one| one.id != first.browser));
        let mut addresses: Vec<Ipv4Addr> = {
            let known = browsers.known();
            known.browsers.iter().map(|one| one.address).collect()
        };
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), MOST, "two browsers share an address");
    }

    #[test]
    fn another_visitor_does_not_keep_the_cookies_of_the_one_before() {
        let browsers = Browsers::default();
        let id = visit(&browsers, None, "a", false).browser;
        assert!(browsers.honors(&id, "old"));
        assert!(browsers.become_kind(Some(&id), Some(Kind::Bot)));
        assert!(!browsers.honors(&id, "old"));
        browsers.note_issued(&id, "new");
        assert!(browsers.honors(&id, "new"));
        assert_eq!(browsers.kind_at("203.0.113.1"), Kind::Bot);
        assert!(browsers.become_kind(None, Some(Kind::Captcha)));
        assert_eq!(browsers.kind_at("203.0.113.1"), Kind::Captcha);
        assert!(!browsers.honors(&id, "new"));
        assert!(!browsers.become_kind(Some("nobody"), None));
    }
}
