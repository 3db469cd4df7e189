//! A browser: Chromium without a window and with a new profile.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::client::Client;
use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WindowHandle};
use fantoccini::{ClientBuilder, Locator};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::chromedriver::Chromedriver;
use super::vendor::{DevTools, ReadLog};

/// How long a test waits for what it expects on a page.
const PATIENCE: Duration = Duration::from_secs(30);

/// For a test machine: tests run as root, with little shared memory and without graphics.
const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

/// A browser with one tab; closed when dropped.
pub(crate) struct Browser {
    client: Option<Client>,
    runtime: Runtime,
    /// Stopped after the browser.
    _driver: Arc<Chromedriver>,
}

impl Browser {
    /// Starts one.
    pub(crate) fn open() -> Result<Self> {
        let driver = Chromedriver::shared()?;
        let capabilities = json!({
            "goog:chromeOptions": { "binary": driver.chromium.browser, "args": ARGUMENTS },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else {
            bail!("capabilities are an object");
        };
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let address = format!("http://127.0.0.1:{}", driver.port);
        let client = runtime
            .block_on(
                ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
                    .capabilities(capabilities as Capabilities)
                    .connect(&address),
            )
            .context("start Chromium")?;
        Ok(Self {
            client: Some(client),
            runtime,
            _driver: driver,
        })
    }

    /// Loads a page and waits for it.
    pub(crate) fn go(&self, url: &str) -> Result<()> {
        let went = self.wait(self.client()?.goto(url));
        went.with_context(|| format!("go to {url}"))
    }

    /// Loads the page again.
    pub(crate) fn reload(&self) -> Result<()> {
        self.wait(self.client()?.refresh())
    }

    /// The address of the page.
    pub(crate) fn url(&self) -> Result<String> {
        Ok(self.wait(self.client()?.current_url())?.to_string())
    }

    /// Opens another tab, goes there, and gives the handle of the tab that it came from.
    pub(crate) fn new_tab(&self) -> Result<WindowHandle> {
        let client = self.client()?;
        let before = self.wait(client.window())?;
        let tab = self.wait(client.new_window(true))?;
        self.wait(client.switch_to_window(tab.handle))?;
        Ok(before)
    }

    /// Goes to another tab, and gives the handle of the tab that it came from.
    pub(crate) fn switch(&self, to: &WindowHandle) -> Result<WindowHandle> {
        let client = self.client()?;
        let before = self.wait(client.window())?;
        self.wait(client.switch_to_window(to.clone()))?;
        self.dev_tools("Page.bringToFront", json!({}))?;
        Ok(before)
    }

    /// Waits until an element is there.
    pub(crate) fn find(&self, css: &str) -> Result<Element> {
        let client = self.client()?;
        let found = client.wait().at_most(PATIENCE);
        let found = self.wait(
            found
                .every(Duration::from_millis(25))
                .for_element(Locator::Css(css)),
        );
        found.with_context(|| format!("no `{css}` on the page:\n{}", self.page()))
    }

    /// Waits for an element and clicks on it.
    pub(crate) fn click(&self, css: &str) -> Result<()> {
        let element = self.find(css)?;
        self.wait(element.click())
            .with_context(|| format!("click on `{css}`"))
    }

    /// Whether a radio button or a box is chosen.
    pub(crate) fn is_chosen(&self, css: &str) -> Result<bool> {
        let element = self.find(css)?;
        self.wait(element.is_selected())
    }

    /// Waits for a field and types into it.
    pub(crate) fn type_into(&self, css: &str, text: &str) -> Result<()> {
        let element = self.find(css)?;
        self.wait(element.send_keys(text))
    }

    /// Empties a field.
    pub(crate) fn clear(&self, css: &str) -> Result<()> {
        let element = self.find(css)?;
        self.wait(element.clear())
    }

    /// Clicks on each of these elements.
    pub(crate) fn click_all(&self, css: &str) -> Result<()> {
        self.find(css)?;
        let elements = self.wait(self.client()?.find_all(Locator::Css(css)))?;
        for element in elements {
            self.wait(element.click())
                .with_context(|| format!("click on `{css}`"))?;
        }
        Ok(())
    }

    /// Calls `act` inside a frame of the page.
    pub(crate) fn in_frame<T>(&self, css: &str, act: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let frame = self.find(css)?;
        self.wait(frame.enter_frame())?;
        let done = act(self)?;
        self.wait(self.client()?.enter_parent_frame())?;
        Ok(done)
    }

    /// Presses keys one after the other, wherever the focus is.
    pub(crate) fn press(&self, keys: &str) -> Result<()> {
        let strokes = keys
            .chars()
            .fold(KeyActions::new("keyboard".into()), |so_far, value| {
                so_far
                    .then(KeyAction::Down { value })
                    .then(KeyAction::Up { value })
            });
        self.wait(self.client()?.perform_actions(strokes))
    }

    /// What a person reads of the elements that are there now, one string each.
    pub(crate) fn texts(&self, css: &str) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText.trim())";
        Ok(serde_json::from_value(self.run(script, vec![json!(css)])?)?)
    }

    /// Waits until one of the elements reads as wanted, and gives what it reads.
    pub(crate) fn see(&self, css: &str, wanted: &str) -> Result<String> {
        let mut texts = Vec::new();
        let seen = self.until(|| {
            texts = self.texts(css)?;
            Ok(texts.iter().any(|text| text.contains(wanted)))
        })?;
        let found = texts.into_iter().find(|text| text.contains(wanted));
        match found {
            Some(found) if seen => Ok(found),
            _ => bail!("no `{css}` reads `{wanted}`:\n{}", self.page()),
        }
    }

    /// Whether something became true in time.
    pub(crate) fn until(&self, mut is_true: impl FnMut() -> Result<bool>) -> Result<bool> {
        let started = Instant::now();
        loop {
            if is_true()? {
                return Ok(true);
            }
            if started.elapsed() > PATIENCE {
                return Ok(false);
            }
            thread::sleep(Duration::from_millis(25));
        }
    }

    /// Runs the body of a function with `arguments` in the page, and gives what it returns.
    pub(crate) fn run(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        self.wait(self.client()?.execute(body, arguments))
    }

    /// The same, for what calls the last of its arguments when it is done.
    pub(crate) fn run_async(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        self.wait(self.client()?.execute_async(body, arguments))
    }

    /// The value of a cookie that the page's site has set.
    pub(crate) fn cookie(&self, name: &str) -> Result<Option<String>> {
        let cookies = self.wait(self.client()?.get_all_cookies())?;
        let found = cookies.into_iter().find(|cookie| cookie.name() == name);
        Ok(found.map(|cookie| cookie.value().to_owned()))
    }

    /// Deletes the cookies, so that the site does not recognize the browser.
    pub(crate) fn forget_cookies(&self) -> Result<()> {
        self.wait(self.client()?.delete_all_cookies())
    }

    /// What the browser has logged since the last call: errors of scripts, resources that failed,
    /// violations of the content security policy.
    pub(crate) fn log(&self) -> Result<Vec<String>> {
        let entries = self.wait(self.client()?.issue_cmd(ReadLog))?;
        let entries = entries.as_array().context("a log is a list")?;
        let message = |entry: &Value| entry["message"].as_str().unwrap_or_default().to_owned();
        Ok(entries.iter().map(message).collect())
    }

    /// A call of the DevTools protocol.
    pub(crate) fn dev_tools(&self, method: &'static str, parameters: Value) -> Result<Value> {
        self.wait(self.client()?.issue_cmd(DevTools { method, parameters }))
    }

    /// A PNG of what is in view.
    pub(crate) fn screenshot(&self) -> Result<Vec<u8>> {
        self.wait(self.client()?.screenshot())
    }

    /// A PNG of an element, whether it is in view or not.
    pub(crate) fn screenshot_of(&self, css: &str) -> Result<Vec<u8>> {
        self.find(css)?;
        let body = "const { x, y, width, height } = \
            document.querySelector(arguments[0]).getBoundingClientRect(); \
            return { x: x + scrollX, y: y + scrollY, width, height, scale: 1 };";
        let clip = self.run(body, vec![json!(css)])?;
        let parameters = json!({ "clip": clip, "captureBeyondViewport": true });
        let taken = self.dev_tools("Page.captureScreenshot", parameters)?;
        let data = taken["data"].as_str().context("no picture")?;
        Ok(STANDARD.decode(data)?)
    }

    /// For messages: the address of the page and what a person reads on it.
    fn page(&self) -> String {
        let text = self.texts("body").map(|texts| texts.concat());
        format!(
            "{}\n{}",
            self.url().unwrap_or_default(),
            text.unwrap_or_default()
                .chars()
                .take(2000)
                .collect::<String>()
        )
    }

    fn client(&self) -> Result<&Client> {
        self.client.as_ref().context("the browser is closed")
    }

    fn wait<T, E>(&self, answer: impl Future<Output = Result<T, E>>) -> Result<T>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        Ok(self.runtime.block_on(answer)?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // If this fails, the browser ends with the driver.
            let _ = self.runtime.block_on(client.close());
        }
    }
}
