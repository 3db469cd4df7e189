//! The action.

use super::Specimen;
use crate::{
    Action, Attr, Call, Deferral, Diagnostic, Diagnostics, Model, Object, Path, Progress, Result,
    check,
};

/// Counts to what `times` says, and does not want to hear of 13.
pub(crate) struct Poke;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pokes {
    times: Attr<i64>,
}

impl Pokes {
    pub(crate) fn of(times: i64) -> Self {
        Self {
            times: times.into(),
        }
    }
}

impl Model for Pokes {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("times", |pokes| &mut pokes.times)
            .required()
            .check(check::between(0..=1_000));
    }
}

impl Action for Poke {
    type Model = Pokes;
    type Client = Specimen;
    const TYPE: &'static str = "poke";

    fn validate(&self, config: &Pokes, diagnostics: &mut Diagnostics) {
        if config.times == Attr::Known(13) {
            diagnostics.push(Diagnostic::error("Not 13").at(Path::root("times")));
        }
    }

    async fn plan(&self, call: &mut Call<Specimen>, config: Pokes) -> Result<()> {
        match config.times {
            Attr::Unknown => call.diagnostics.warning("Not known yet", ""),
            Attr::Known(77) => return call.defer(Deferral::ProviderConfigUnknown),
            Attr::Known(78) => return call.defer(Deferral::AbsentPrerequisite),
            _ => {}
        }
        Ok(())
    }

    async fn invoke(
        &self,
        call: &mut Call<Specimen>,
        config: Pokes,
        progress: &Progress,
    ) -> Result<()> {
        let times = config.times.into_known().unwrap_or_default();
        for time in 0..times {
            progress.report(format!("poke {time}")).await;
        }
        call.client.waiting.notify_one();
        match times {
            99 => Err(Diagnostic::error("It pokes back").into()),
            _ => Ok(()),
        }
    }
}
