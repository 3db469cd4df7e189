//! What has to be true of a life: nothing is taken on trust, state, distribution and account are
//! read again.

use std::fs;

use acceptance::aws::{Snapshot, foreign_edit};
use acceptance::fixture::LEGACY_FUNCTION;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::Phase;
use super::life::{FUNCTION, Life};

const BEHAVIORS: [&str; 4] = ["default", "/checkout/*", "/api/*", "/legacy/*"];
/// Three events in each behavior.
const SLOTS: usize = 12;

impl Life {
    /// Plan is empty; state, slots and function say the same; nothing of anybody else has changed.
    pub(crate) fn settled(&self) -> Result<()> {
        self.run(Phase::Read)?.code(0)?;
        let state = self.state()?.context("no state")?;
        let arn = state["qualified_arn"].as_str().unwrap_or_default();
        let now = self.site.distribution.configuration()?;
        let held = now.xml.matches(&format!(">{arn}<")).count();
        ensure!(held == SLOTS, "{arn} stands in {held} slots of {SLOTS}");
        let ours = now.xml.matches(&format!(":function:{FUNCTION}:")).count();
        ensure!(ours == SLOTS, "versions of ours stand in {ours} slots");
        // The function held two slots; one of them is ours now.
        let theirs = format!(">{}<", self.site.legacy_function);
        let theirs = now.xml.matches(&theirs).count();
        ensure!(theirs == 1, "the legacy function stands in {theirs} slots");
        let slots = state["slots"].as_object().map_or(0, serde_json::Map::len);
        ensure!(slots == SLOTS, "the state has {slots} slots");
        ensure!(
            now.without_associations(&BEHAVIORS)?
                == self
                    .expected(now.etag.clone())?
                    .without_associations(&BEHAVIORS)?,
            "something of somebody else has changed"
        );
        self.only_functions(&[LEGACY_FUNCTION, FUNCTION])?;
        ensure!(
            self.lifecycle()? == "ready",
            "lifecycle is {}",
            self.lifecycle()?
        );
        Ok(())
    }

    /// The distribution is as it was, byte for byte, and our function is gone.
    pub(crate) fn gone(&self) -> Result<()> {
        let now = self.site.distribution.configuration()?;
        let expected = self.expected(now.etag.clone())?;
        if now.xml != expected.xml {
            let mut lines = now.xml.lines().zip(expected.xml.lines());
            let difference = lines.find(|(now, expected)| now != expected);
            bail!("the distribution is not as before: {difference:?}");
        }
        self.only_functions(&[LEGACY_FUNCTION])?;
        ensure!(!self.is_in_state()?, "the state still has it");
        Ok(())
    }

    /// Our function stays behind, marked, and nothing refers to it.
    pub(crate) fn left_behind(&self) -> Result<()> {
        ensure!(
            self.lifecycle()? == "released",
            "lifecycle is {}",
            self.lifecycle()?
        );
        self.emulator.functions().delete(FUNCTION, None)?;
        self.gone()
    }

    /// Whether the state, which must be readable, has the integration.
    pub(crate) fn is_in_state(&self) -> Result<bool> {
        Ok(self.state()?.is_some())
    }

    fn state(&self) -> Result<Option<Value>> {
        let file = self.folder().join("terraform.tfstate");
        if !file.exists() {
            return Ok(None);
        }
        let text = fs::read(file)?;
        // Terraform makes the file when it locks it, and fills it at the end.
        if text.is_empty() {
            return Ok(None);
        }
        let state: Value = serde_json::from_slice(&text).context("the state")?;
        let resource = &state["resources"][0]["instances"][0]["attributes"];
        Ok((!resource.is_null()).then(|| resource.clone()))
    }

    pub(super) fn lifecycle(&self) -> Result<String> {
        let tags = self.emulator.functions().tags(FUNCTION)?;
        Ok(tags["netacea:lifecycle"]
            .as_str()
            .unwrap_or("none")
            .to_owned())
    }

    fn only_functions(&self, expected: &[&str]) -> Result<()> {
        let mut names = self.emulator.functions().names()?;
        names.sort();
        ensure!(names == expected, "functions are {names:?}");
        Ok(())
    }

    /// The distribution without us, with what colleagues have done to it meanwhile.
    fn expected(&self, etag: String) -> Result<Snapshot> {
        let edits = self.proxy.foreign_edits() - self.edits_before;
        let xml = (0..edits).fold(self.before.clone(), |xml, _| foreign_edit(&xml));
        Ok(Snapshot { xml, etag })
    }
}
