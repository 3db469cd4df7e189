//! What the console's buttons do to instances of the function.

use std::time::Instant;

use acceptance::edge::ViewerRequest;
use anyhow::{Result, bail, ensure};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::condition::Condition;
use crate::lab::Lab;

/// The address of the visits that the lab makes itself (RFC 5737), and their name in the console.
const ADDRESS: &str = "192.0.2.1";
const BROWSER: &str = "lab";
/// The most visits that each instance gets until its breaker must be open.
const VISITS: usize = 40;

/// A button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Act {
    /// Instances are frozen between events, as Lambda's are.
    Freeze,
    /// They keep running between events.
    Thaw,
    /// Idle instances end: the next visitor gets a cold start.
    Kill,
    /// Every instance stops asking Protector.
    OpenBreaker,
}

impl Act {
    /// Does it.
    pub(crate) fn perform(self, lab: &Lab) -> Result<()> {
        match self {
            Self::Freeze => lab.edge.set_freezing(true),
            Self::Thaw => lab.edge.set_freezing(false),
            Self::Kill => lab.edge.retire_instances(),
            Self::OpenBreaker => open_breaker(lab)?,
        }
        Ok(())
    }
}

/// Lets Protector fail and visits the site until no instance asks it any more.
fn open_breaker(lab: &Lab) -> Result<()> {
    let condition = lab.condition();
    Condition::Failing.befall(&lab.netacea.protector);
    let outcome = visit_until_nobody_is_asked(lab);
    condition.befall(&lab.netacea.protector);
    outcome
}

fn visit_until_nobody_is_asked(lab: &Lab) -> Result<()> {
    let asks = visit(lab)?;
    ensure!(
        asks > 0 || lab.edge.instances().idle > 0,
        "no instance of the function is running; visit a protected page first"
    );
    let mut quiet = usize::from(asks == 0);
    let mut asked = asks;
    // Idle instances take turns.
    let instances = lab.edge.instances().idle.max(1);
    for _ in 0..VISITS * instances {
        if quiet >= instances && asked > 0 {
            return Ok(());
        }
        if quiet > instances {
            bail!(
                "the function does not ask Protector about any visitor to /, so failing calls \
                 cannot open its breaker: either the breaker is open already (wait until it \
                 closes), or the settings let everybody pass (use `MITIGATE`, and no `bypass` for \
                 /)"
            );
        }
        let asks = visit(lab)?;
        asked += asks;
        quiet = if asks == 0 { quiet + 1 } else { 0 };
    }
    bail!(
        "the breaker is still closed after {VISITS} visits for each instance; lower \
         `settings.protector.breaker.consecutive_failures` for the lab"
    )
}

/// A visit without cookies; returns how often Protector was asked.
fn visit(lab: &Lab) -> Result<usize> {
    let at = OffsetDateTime::now_utc();
    let arrival = Instant::now();
    let host = format!("127.0.0.1:{}", lab.site_port);
    let mut request = ViewerRequest::get("/").from_ip(ADDRESS);
    for (name, value) in &mut request.headers {
        if name.eq_ignore_ascii_case("host") {
            *value = lab.rewriting.of_request(&host, "host", &host);
        }
    }
    let request = request.header("User-Agent", "netacea-edge-lab");
    let (_, mut exchange) = lab.send(&request)?;
    exchange.at = at.format(&Rfc3339)?;
    exchange.ms = (arrival.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
    exchange.browser = BROWSER.to_owned();
    let asked = exchange.protector_calls();
    lab.journal.record(exchange, ADDRESS);
    Ok(asked)
}
