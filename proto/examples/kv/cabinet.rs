//! `resource "kv_cabinet"`: furniture for entries, made by a carpenter with their own notation.
//! Nothing of it is in the store: it shows what declarations do about plans.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use tfplugin::{
    Attr, Call, Create, GoDuration, Json, Model, Object, Resource, Result, Schema, StringValue,
    Update,
};

use crate::store::Store;

pub(crate) struct Cabinet;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CabinetModel {
    name: Attr<Name>,
    height: Attr<i64>,
    color: Attr<String>,
    load: Attr<f64>,
    plan: Attr<Json>,
    patience: Attr<GoDuration>,
    hinges: Attr<Vec<Hinge>>,
    drawers: Vec<Drawer>,
    back: Attr<Back>,
    value: Attr<i64>,
    revision: Attr<i64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hinge {
    side: Attr<Name>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Back {
    thickness: Attr<i64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Drawer {
    label: Attr<Name>,
    locked: Attr<bool>,
}

/// A name whose case does not count. The carpenter writes all of them small.
#[derive(Clone, Debug)]
pub(crate) struct Name(String);

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl FromStr for Name {
    type Err = Infallible;

    fn from_str(string: &str) -> Result<Self, Infallible> {
        Ok(Self(string.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl StringValue for Name {}

impl Model for CabinetModel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("name", |cabinet| &mut cabinet.name)
            .required()
            .replace()
            .describe("What it is called, large or small.");
        object
            .attribute("height", |cabinet| &mut cabinet.height)
            .required()
            .replace_if(|prior, planned| planned < prior)
            .describe("How many shelves it has. One can be put on top, but none be taken away.");
        object
            .attribute("color", |cabinet| &mut cabinet.color)
            .optional_computed()
            .replace_if_configured()
            .describe(
                "Its color. If nobody wants one, the carpenter takes the paint that is there.",
            );
        object
            .attribute("load", |cabinet| &mut cabinet.load)
            .optional()
            .describe("What it holds, in tons.");
        object
            .attribute("plan", |cabinet| &mut cabinet.plan)
            .optional()
            .describe("How it is made, as JSON.");
        object
            .attribute("patience", |cabinet| &mut cabinet.patience)
            .optional()
            .describe("How long the paint may dry.");
        object
            .nested_list("hinges", |cabinet| &mut cabinet.hinges)
            .optional()
            .max_items(2)
            .describe("What holds the doors.");
        object
            .block_set("drawer", |cabinet| &mut cabinet.drawers)
            .min_items(1)
            .max_items(3)
            .describe("What can be pulled out, in any order.");
        object
            .block("back", |cabinet| &mut cabinet.back)
            .required()
            .describe("What it leans against.");
        object
            .attribute("value", |cabinet| &mut cabinet.value)
            .computed()
            .plan(|change| match change.prior {
                // It never falls, and nothing is worth less than 100.
                Some(Attr::Known(prior)) => prior.max(100).into(),
                _ => change.planned,
            })
            .describe("What it is worth.");
        object
            .attribute("revision", |cabinet| &mut cabinet.revision)
            .computed()
            .plan(|change| match (change.planned, change.prior) {
                // The carpenter comes once more for each change.
                (Attr::Unknown, Some(Attr::Known(prior))) => (prior + 1).into(),
                (planned, _) => planned,
            })
            .describe("How often the carpenter came.");
    }
}

impl Model for Hinge {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("side", |hinge| &mut hinge.side)
            .required()
            .describe("Where it is.");
    }
}

impl Model for Back {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("thickness", |back| &mut back.thickness)
            .default(2)
            .describe("How thick it is, in centimeters.");
    }
}

impl Model for Drawer {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("label", |drawer| &mut drawer.label)
            .required()
            .describe("What is in it.");
        object
            .attribute("locked", |drawer| &mut drawer.locked)
            .default(false)
            .describe("Whether it has a lock.");
    }
}

impl CabinetModel {
    /// As the carpenter writes it down.
    fn in_his_notation(mut self) -> Self {
        fn small(name: &mut Attr<Name>) {
            *name = name.clone().map(|name| Name(name.0.to_lowercase()));
        }
        small(&mut self.name);
        self.drawers
            .iter_mut()
            .for_each(|drawer| small(&mut drawer.label));
        let hinges = self.hinges.known_mut().into_iter().flatten();
        hinges.for_each(|hinge| small(&mut hinge.side));
        if let Attr::Known(plan) = &self.plan {
            let plan: serde_json::Value = plan.read().expect("it is JSON");
            self.plan = Attr::Known(plan.to_string().parse().expect("it is JSON"));
        }
        if let Attr::Known(patience) = &self.patience {
            let seconds = format!("{}s", patience.duration().as_secs());
            self.patience = Attr::Known(seconds.parse().expect("it is a duration"));
        }
        self
    }

    fn made(self, revision: i64) -> Self {
        let made = self.in_his_notation();
        let color = made
            .color
            .into_known()
            .unwrap_or_else(|| "white".to_owned());
        let value = made.value.into_known().unwrap_or(100);
        Self {
            color: color.into(),
            value: value.into(),
            revision: revision.into(),
            ..made
        }
    }
}

impl Resource for Cabinet {
    type Model = CabinetModel;
    type Client = Store;
    const TYPE: &'static str = "cabinet";

    fn schema(&self) -> Schema<CabinetModel> {
        Schema::of::<CabinetModel>().describe("A cabinet to keep entries in.")
    }

    async fn read(&self, _: &mut Call<Store>, state: CabinetModel) -> Result<Option<CabinetModel>> {
        Ok(Some(state.in_his_notation()))
    }

    async fn create(
        &self,
        _: &mut Call<Store>,
        change: Create<CabinetModel>,
        state: &mut Option<CabinetModel>,
    ) -> Result<()> {
        *state = Some(change.planned.made(1));
        Ok(())
    }

    async fn update(
        &self,
        _: &mut Call<Store>,
        change: Update<CabinetModel>,
        state: &mut CabinetModel,
    ) -> Result<()> {
        let revision = change.prior.revision.known().copied().unwrap_or_default();
        *state = change.planned.made(revision + 1);
        Ok(())
    }

    async fn delete(&self, _: &mut Call<Store>, _: &mut CabinetModel) -> Result<()> {
        Ok(())
    }
}
