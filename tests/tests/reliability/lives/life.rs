//! One integration from create to destroy, with the account and the working directory that it lives
//! in.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use acceptance::aws::{Emulator, Proxy, Snapshot};
use acceptance::fixture::RichDistribution;
use acceptance::terraform::{Outcome, Running, WorkingDirectory};
use acceptance::toolchain::Toolchain;
use anyhow::{Context, Result, ensure};

use super::Phase;

pub(super) const FUNCTION: &str = "netacea-shop";
const ADDRESS: &str = "netacea_cloudfront_integration.shop";

/// What is lived: slots that are empty, absent, shared and displaced; an update changes settings,
/// configuration and tags.
const CONFIGURATION: &str = include_str!("life.tf");

/// How long AWS may take for anything before the provider gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// After this a create that was killed counts as given up.
const LEASE: Duration = Duration::from_secs(60);

/// One integration, and the account it lives in.
pub(crate) struct Life {
    terraform: WorkingDirectory,
    pub(crate) proxy: Proxy,
    pub(super) emulator: Emulator,
    pub(super) site: RichDistribution,
    /// The distribution before it knew us.
    pub(super) before: String,
    /// What colleagues had done to distributions before this life.
    pub(super) edits_before: usize,
    generation: u32,
}

impl Life {
    /// The account, and a working directory that is initialized.
    pub(crate) fn open(tools: &Toolchain) -> Result<Self> {
        let emulator = Emulator::start(&tools.ministack)?;
        let proxy = Proxy::start(&emulator)?;
        let mut terraform = WorkingDirectory::create(tools, &proxy.endpoint())?;
        terraform.write("main.tf", CONFIGURATION)?;
        terraform.variable("api_key", "reliability-api-key");
        terraform.variable("secret_key", "reliability-secret-key-0123456789");
        terraform.init()?;
        let site = RichDistribution::create(&emulator)?;
        let before = site.distribution.configuration()?.xml;
        Ok(Self {
            terraform,
            proxy,
            emulator,
            site,
            before,
            edits_before: 0,
            generation: 0,
        })
    }

    /// Starts again: another distribution, nothing of ours.
    pub(crate) fn begin(&mut self) -> Result<()> {
        self.proxy.relent();
        self.emulator.reset()?;
        self.site = RichDistribution::create(&self.emulator)?;
        // The function that we displace sees bodies: it must see them again afterwards.
        let event = "<EventType>viewer-request</EventType>";
        let seeing = |body: bool| format!("{event}<IncludeBody>{body}</IncludeBody>");
        let edit = |now: &Snapshot| Ok(now.xml.replace(&seeing(false), &seeing(true)));
        self.site.distribution.edit(edit)?;
        self.before = self.site.distribution.configuration()?.xml;
        ensure!(self.before.contains(&seeing(true)), "nobody sees a body");
        self.edits_before = self.proxy.foreign_edits();
        self.lose_state()?;
        let id = self.site.distribution.id();
        self.terraform.variable("distribution_id", id);
        self.generation = 0;
        self.be_patient(PATIENCE);
        self.change();
        Ok(())
    }

    /// From now on the provider gives up after `limit`; for a life as a whole, since state holds
    /// it.
    pub(crate) fn be_patient(&mut self, limit: Duration) {
        let limit = format!("{}s", limit.as_secs());
        self.terraform.variable("patience", &limit);
    }

    /// Makes the phase necessary.
    pub(crate) fn enter(&mut self, phase: Phase) -> Result<()> {
        match phase {
            Phase::Import => self.lose_state()?,
            Phase::Update => self.change(),
            Phase::Create | Phase::Read | Phase::Destroy => {}
        }
        self.proxy.forget();
        Ok(())
    }

    /// Starts terraform for the phase.
    pub(crate) fn start(&self, phase: Phase) -> Result<Running> {
        let id = format!("{FUNCTION},{}", self.site.distribution.id());
        self.terraform.start(&match phase {
            Phase::Create | Phase::Update => {
                vec!["apply", "-input=false", "-auto-approve", "-json"]
            }
            Phase::Import => vec!["import", "-input=false", ADDRESS, &id],
            Phase::Read => vec!["plan", "-input=false", "-detailed-exitcode", "-json"],
            Phase::Destroy => vec!["destroy", "-input=false", "-auto-approve", "-json"],
        })
    }

    /// Runs terraform for the phase, to whatever end.
    pub(crate) fn run(&self, phase: Phase) -> Result<Outcome> {
        self.start(phase)?.wait()
    }

    /// Brings the phase to its end, whatever state it is in, and checks the result.
    pub(crate) fn recover(&mut self, phase: Phase) -> Result<()> {
        // Whoever comes back later finds that a create which was killed has given up.
        self.proxy.let_pass(LEASE);
        match phase {
            Phase::Create => {
                let outcome = self.run(Phase::Create)?;
                if outcome.code != 0 {
                    self.import_as_told(&outcome)?;
                }
                self.settled()
            }
            Phase::Import => {
                if !self.is_in_state()? {
                    self.run(Phase::Import)?.success()?;
                }
                self.run(Phase::Update)?.success()?;
                self.settled()
            }
            Phase::Update => {
                self.run(Phase::Update)?.success()?;
                self.settled()
            }
            Phase::Read => self.settled(),
            Phase::Destroy => {
                let outcome = self.run(Phase::Destroy)?.success()?;
                self.gone().with_context(|| outcome.text.clone())
            }
        }
    }

    /// Where terraform runs.
    pub(crate) fn folder(&self) -> PathBuf {
        self.terraform.path()
    }

    /// A create whose last write is done may refuse to do it again, if it names the way out.
    fn import_as_told(&mut self, refusal: &Outcome) -> Result<()> {
        let id = format!("{FUNCTION},{}", self.site.distribution.id());
        let told = format!(
            "import {{\\n  to = netacea_cloudfront_integration.NAME\\n  id = \\\"{id}\\\"\\n}}"
        );
        let is_ready = self.lifecycle()? == "ready";
        ensure!(
            is_ready && refusal.text.contains(&told) && !self.is_in_state()?,
            "the create was not continued (lifecycle ready: {is_ready}):\n{}",
            refusal.text
        );
        self.run(Phase::Import)?.success()?;
        self.run(Phase::Update)?.success()?;
        Ok(())
    }

    /// Puts back the copy that Terraform makes before it writes, if the write was cut off; whoever
    /// finds an empty state does that.
    pub(crate) fn restore_lost_state(&self) -> Result<bool> {
        let state = self.folder().join("terraform.tfstate");
        let backup = self.folder().join("terraform.tfstate.backup");
        let is_empty = fs::metadata(&state).is_ok_and(|state| state.len() == 0);
        let is_lost = is_empty && backup.exists();
        if is_lost {
            fs::copy(backup, state)?;
        }
        Ok(is_lost)
    }

    /// The files that hold a state, with their sizes in bytes.
    pub(super) fn states(&self) -> Result<String> {
        let mut told = Vec::new();
        for file in self.state_files()? {
            let name = file.file_name().unwrap_or_default().display();
            told.push(format!("{name} ({} bytes)", file.metadata()?.len()));
        }
        Ok(told.join(", "))
    }

    fn change(&mut self) {
        self.generation += 1;
        self.terraform
            .variable("generation", &self.generation.to_string());
    }

    fn lose_state(&self) -> Result<()> {
        for file in self.state_files()? {
            fs::remove_file(file)?;
        }
        Ok(())
    }

    fn state_files(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.folder())? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().contains("tfstate") {
                found.push(entry.path());
            }
        }
        Ok(found)
    }
}
