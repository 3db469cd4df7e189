//! A lab with its console in one tab of a browser and its site in another.

use std::ffi::OsStr;
use std::ops::Deref;

use acceptance::lab::{self, Lab};
use anyhow::{Context, Result, ensure};
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::browser::Browser;

/// The rows of the console, as strings.
const ROWS: &str = "return [...document.querySelectorAll('#exchanges > li')].map((row) => \
    ['.target', '.status', '.chip'].map((part) => row.querySelector(part).textContent).join(' '))";

/// Dereferences to the browser, which is on the tab of the site.
pub(crate) struct Stage {
    browser: Browser,
    console: WindowHandle,
    /// The site's address without a trailing slash.
    pub(crate) site: String,
    /// Ended after the browser.
    pub(crate) lab: Lab,
    _folder: TempDir,
}

impl Deref for Stage {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl Stage {
    /// Starts a lab and a browser, and opens the console.
    pub(crate) fn open<S: AsRef<OsStr>>(arguments: &[S]) -> Result<Self> {
        let folder = TempDir::with_prefix("netacea-lab-browser-")?;
        let lab = Lab::start(&mut lab::command(arguments, folder.path())?)?;
        let browser = Browser::open()?;
        browser.go(&lab.console)?;
        browser.see("#connection", "Live")?;
        let site = browser.texts("#site")?.concat();
        let console = browser.new_tab()?;
        Ok(Self {
            browser,
            console,
            site: site.trim_end_matches('/').to_owned(),
            lab,
            _folder: folder,
        })
    }

    /// Goes to a path of the site.
    pub(crate) fn visit(&self, path: &str) -> Result<()> {
        self.go(&format!("{}{path}", self.site))
    }

    /// Calls `act` on the tab of the console.
    pub(crate) fn in_console<T>(&self, act: impl FnOnce(&Browser) -> Result<T>) -> Result<T> {
        let site = self.switch(&self.console)?;
        let done = act(&self.browser)?;
        self.switch(&site)?;
        Ok(done)
    }

    /// Chooses the kind of all visitors in the console.
    pub(crate) fn next_visitor_is(&self, kind: &str) -> Result<()> {
        self.choose("kind", kind)
    }

    /// Chooses Protector's condition in the console.
    pub(crate) fn protector_is(&self, condition: &str) -> Result<()> {
        self.choose("protector", condition)
    }

    /// Chooses the form of the captcha in the console.
    pub(crate) fn captcha_looks_like(&self, form: &str) -> Result<()> {
        self.choose("captcha_form", form)
    }

    /// Waits until the console has this row, such as
    /// `GET /checkout 403 Captcha served`.
    pub(crate) fn console_shows(&self, wanted: &str) -> Result<()> {
        self.in_console(|console| {
            let mut rows = Vec::new();
            let is_shown = console.until(|| {
                rows = serde_json::from_value(console.run(ROWS, Vec::new())?)?;
                Ok(rows.iter().any(|row: &String| row == wanted))
            })?;
            is_shown
                .then_some(())
                .with_context(|| format!("no row `{wanted}`, only:\n{}", rows.join("\n")))
        })
    }

    /// Opens the newest row that reads `wanted`, waits for `detail` in it, and gives what it says.
    pub(crate) fn console_tells(&self, wanted: &str, detail: &str) -> Result<String> {
        self.console_shows(wanted)?;
        self.in_console(|console| {
            let body = "const [wanted] = arguments; \
                const row = [...document.querySelectorAll('#exchanges > li')].find((row) => \
                    ['.target', '.status', '.chip'].map((part) => row.querySelector(part).textContent).join(' ') === wanted); \
                row.querySelector('details').open = true; row.id = 'opened';";
            console.run(body, vec![json!(wanted)])?;
            let told = console.see("#opened .more", detail);
            console.run("document.getElementById('opened').removeAttribute('id')", Vec::new())?;
            told
        })
    }

    /// Calls `fetch` on the page that is open: `{status, type, body}`, or `{error}`.
    pub(crate) fn fetch(&self, url: &str, options: Value) -> Result<Value> {
        let body = "const [url, options, done] = arguments; \
            fetch(url, options).then(async (answer) => done({ status: answer.status, \
                type: answer.headers.get('content-type'), body: await answer.text() }), \
                (error) => done({ error: String(error) }));";
        self.run_async(body, vec![json!(url), options])
    }

    /// Clicks on a radio button of a group, and waits until the console confirms it.
    fn choose(&self, group: &str, value: &str) -> Result<()> {
        self.in_console(|console| {
            let choice = format!("#{group} input[value={value}]");
            if console.is_chosen(&choice)? {
                return Ok(());
            }
            let label = console
                .texts(&format!("#{group} label:has([value={value}])"))?
                .concat();
            console.click(&choice)?;
            let is_said = console.until(|| {
                let said = console.texts("#said")?.concat().to_lowercase();
                Ok(said.contains(&label.to_lowercase()))
            })?;
            ensure!(
                is_said,
                "`{label}` was not confirmed: {:?}",
                console.texts("#said")?
            );
            Ok(())
        })
    }
}
