//! Color schemes and screens that the console is tested with.

use std::fs;

use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::browser::Browser;

/// A color scheme and a screen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// Its name in the names of pictures.
    pub(crate) name: &'static str,
    scheme: &'static str,
    width: u32,
}

impl Look {
    /// Every combination.
    pub(crate) const ALL: [Self; 4] = [
        Self {
            name: "light",
            scheme: "light",
            width: 1160,
        },
        Self {
            name: "dark",
            scheme: "dark",
            width: 1160,
        },
        Self {
            name: "narrow-light",
            scheme: "light",
            width: 390,
        },
        Self {
            name: "narrow-dark",
            scheme: "dark",
            width: 390,
        },
    ];

    /// Whether the screen is as narrow as a phone's.
    pub(crate) fn is_narrow(self) -> bool {
        self.width < 500
    }

    /// Whether the color scheme is dark.
    pub(crate) fn is_dark(self) -> bool {
        self.scheme == "dark"
    }

    /// Sets the browser to it; `height` is the height of the screen.
    pub(crate) fn apply(self, browser: &Browser, height: u32) -> Result<()> {
        let features = json!([
            { "name": "prefers-color-scheme", "value": self.scheme },
            // Otherwise a picture could be taken in the middle of a transition.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        browser.dev_tools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )?;
        let hidden = json!({ "hidden": true });
        browser.dev_tools("Emulation.setScrollbarsHidden", hidden)?;
        let metrics = json!({ "width": self.width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        browser.dev_tools("Emulation.setDeviceMetricsOverride", metrics)?;
        Ok(())
    }

    /// Elements that are wider than the screen, or that cut their content off: one line each.
    pub(crate) fn cut_off(browser: &Browser) -> Result<Vec<String>> {
        let body = "const width = document.documentElement.clientWidth; \
            return [...document.body.querySelectorAll('*')].filter((one) => { \
                const { left, right, width: own } = one.getBoundingClientRect(); \
                const hides = getComputedStyle(one).textOverflow !== 'ellipsis' && \
                    !['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && \
                    one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1; \
                return !one.matches('.skip') && own > 0 && (left < -1 || right > width + 1 || hides); \
            }).map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 60)}`);";
        Ok(serde_json::from_value(browser.run(body, Vec::new())?)?)
    }

    /// The violations that axe-core finds, one line each: `color-contrast (serious): <p class=…`.
    pub(crate) fn inaccessible(browser: &Browser) -> Result<Vec<String>> {
        let path = Toolchain::workspace().join(".tools/axe-core/node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(&path)
            .with_context(|| format!("missing {}: run `.ci/setup browser`", path.display()))?;
        browser.run(&format!("{axe}; window.axe = axe;"), Vec::new())?;
        let body = "const [done] = arguments; \
            axe.run(document).then(({ violations }) => done(violations.flatMap(({ id, impact, nodes }) => \
                nodes.map(({ html, failureSummary }) => `${id} (${impact}): ${html}: ${failureSummary}`))), \
                (error) => done([String(error)]));";
        Ok(serde_json::from_value::<Vec<String>>(
            browser.run_async(body, Vec::<Value>::new())?,
        )?)
    }
}
