//! What the edge function does with visitors, as far as hazards depend on it.

use netacea_edge::settings::{MitigationType, Settings};

/// What the edge function does with visitors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conduct {
    /// It is not known yet, so nothing is said that depends on it.
    Unknown,
    /// Nobody is stopped.
    Passing,
    Mitigating(Mitigation),
}

/// How visitors are stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mitigation {
    pub(crate) block_status: u32,
    pub(crate) captcha_status: u32,
    /// Path that shows the captcha page.
    pub(crate) captcha_path: Option<String>,
    /// Path that takes the signals of checkpoint pages.
    pub(crate) signal_path: Option<String>,
}

impl Default for Mitigation {
    fn default() -> Mitigation {
        Mitigation::of(&Settings::default())
    }
}

impl Mitigation {
    fn of(settings: &Settings) -> Mitigation {
        Mitigation {
            block_status: settings.block.status,
            captcha_status: settings.captcha.status,
            captcha_path: settings.captcha.path.clone(),
            signal_path: settings.captcha.signal_path.clone(),
        }
    }
}

impl From<&Settings> for Conduct {
    fn from(settings: &Settings) -> Conduct {
        match settings.mitigation_type {
            MitigationType::Mitigate => Conduct::Mitigating(Mitigation::of(settings)),
            MitigationType::Ingest | MitigationType::Inject => Conduct::Passing,
        }
    }
}
