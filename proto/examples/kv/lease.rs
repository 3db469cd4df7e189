//! `ephemeral "kv_lease"`: the right to write, for as long as Terraform runs.

use std::time::{Duration, SystemTime};

use tfplugin::{
    Attr, Call, Diagnostic, Diagnostics, EphemeralResource, GoDuration, Model, Object, Opened,
    Path, Result, Schema, Sensitive,
};

use crate::store::Store;

pub(crate) struct Lease;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LeaseModel {
    holder: Attr<String>,
    renew_every: Attr<GoDuration>,
    token: Attr<Sensitive<String>>,
}

impl Model for LeaseModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("holder", |lease| &mut lease.holder)
            .required()
            .describe("Who wants to write. Each may hold one lease.");
        object
            .attribute("renew_every", |lease| &mut lease.renew_every)
            .optional()
            .describe("How soon the lease would end; by default it does not.");
        object
            .attribute("token", |lease| &mut lease.token)
            .computed()
            .describe("Proves the lease.");
    }
}

impl EphemeralResource for Lease {
    type Model = LeaseModel;
    type Client = Store;
    const TYPE: &'static str = "lease";

    fn schema(&self) -> Schema<LeaseModel> {
        Schema::of::<LeaseModel>().describe("A lease on the store.")
    }

    fn validate(&self, config: &LeaseModel, diagnostics: &mut Diagnostics) {
        if config.holder == "nobody" {
            diagnostics.push(
                Diagnostic::error("Nobody can hold a lease")
                    .detail("Name somebody.")
                    .at(Path::root("holder")),
            );
        }
    }

    async fn open(
        &self,
        call: &mut Call<Store>,
        mut config: LeaseModel,
    ) -> Result<Opened<LeaseModel>> {
        let holder = config.holder.get()?;
        call.client.lease(holder)?;
        call.private.set("holder", holder);
        config.token = Sensitive::new(format!("token-of-{holder}")).into();
        let every = config.renew_every.known().map(GoDuration::duration);
        let opened = Opened::new(config);
        let Some(every) = every else {
            return Ok(opened);
        };
        call.private.set("renew_every", &every.as_millis());
        Ok(opened.renew_at(SystemTime::now() + every))
    }

    async fn renew(&self, call: &mut Call<Store>) -> Result<Option<SystemTime>> {
        let holder: String = call.private.get("holder").unwrap_or_default();
        tracing::info!(holder, "lease renewed");
        let every = call.private.get("renew_every").map(Duration::from_millis);
        Ok(every.map(|every| SystemTime::now() + every))
    }

    async fn close(&self, call: &mut Call<Store>) -> Result<()> {
        let holder: String = call.private.get("holder").unwrap_or_default();
        call.client.end_lease(&holder)
    }
}
