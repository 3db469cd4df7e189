//! `action "kv_copy"`: copies the store somewhere else.

use std::path::{Path, PathBuf};

use tfplugin::{Action, Attr, Call, Diagnostic, Model, Object, Progress, Result, Schema, check};

use crate::store::Store;

pub(crate) struct Copy;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CopyModel {
    to: Attr<String>,
}

impl Model for CopyModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("to", |copy| &mut copy.to)
            .required()
            .check(check::matches("an absolute path", |to: &str| {
                Path::new(to).is_absolute()
            }))
            .describe("The directory to copy to. It must exist.");
    }
}

impl Action for Copy {
    type Model = CopyModel;
    type Client = Store;
    const TYPE: &'static str = "copy";

    fn schema(&self) -> Schema<CopyModel> {
        Schema::of::<CopyModel>().describe("Copies every entry to another directory.")
    }

    async fn invoke(
        &self,
        call: &mut Call<Store>,
        config: CopyModel,
        progress: &Progress,
    ) -> Result<()> {
        let directory = PathBuf::from(config.to.get()?);
        if !directory.is_dir() {
            return Err(Diagnostic::error("There is nothing to copy to")
                .detail("Make the directory first.")
                .at(tfplugin::Path::root("to"))
                .into());
        }
        let copy = Store {
            directory,
            mirrors: Vec::new(),
        };
        for key in call.client.keys()? {
            if let Some(stored) = call.client.get(&key)? {
                copy.put(&key, &stored)?;
                progress.report(format!("copied {key}")).await;
            }
        }
        Ok(())
    }
}
