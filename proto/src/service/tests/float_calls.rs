//! Floats that are not numbers.

use super::*;
use crate::testing::{Client, Refusal, json};
use crate::{
    Arguments, Attr, Call, Configure, Create, Function, FunctionError, Model, Object, Parameters,
    Path, Registry, Resource, Result, Signature, Update,
};

/// A vessel, and the logarithm of what is in it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Vessel {
    content: Attr<f64>,
    logarithm: Attr<f64>,
}

impl Model for Vessel {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("content", |vessel| &mut vessel.content)
            .required();
        object
            .attribute("logarithm", |vessel| &mut vessel.logarithm)
            .computed();
    }
}

struct Vessels;

impl Resource for Vessels {
    type Model = Vessel;
    type Client = ();
    const TYPE: &'static str = "vessel";

    async fn read(&self, _: &mut Call<()>, state: Vessel) -> Result<Option<Vessel>> {
        Ok(Some(state))
    }

    async fn create(
        &self,
        _: &mut Call<()>,
        change: Create<Vessel>,
        state: &mut Option<Vessel>,
    ) -> Result<()> {
        let content = change.planned.content;
        *state = Some(Vessel {
            content,
            logarithm: content.map(f64::ln),
        });
        Ok(())
    }

    async fn update(&self, _: &mut Call<()>, _: Update<Vessel>, _: &mut Vessel) -> Result<()> {
        Ok(())
    }

    async fn delete(&self, _: &mut Call<()>, _: &mut Vessel) -> Result<()> {
        Ok(())
    }
}

struct Logarithm;

#[derive(Default)]
struct Of {
    number: f64,
}

impl Arguments for Of {
    fn declare(parameters: &mut Parameters<Self>) {
        parameters.parameter("number", |arguments| &mut arguments.number);
    }
}

impl Function for Logarithm {
    type Arguments = Of;
    type Output = f64;
    const NAME: &'static str = "logarithm";

    fn signature(&self) -> Signature<Of> {
        Signature::of::<Of>().summary("The natural logarithm")
    }

    fn call(&self, arguments: Of) -> Result<f64, FunctionError> {
        Ok(arguments.number.ln())
    }
}

struct Kitchen;

impl Provider for Kitchen {
    type Configuration = ();
    type Client = ();
    const NAME: &'static str = "kitchen";

    async fn configure(&self, _: &mut Configure, (): ()) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(Vessels);
        registry.function(Logarithm);
    }
}

#[tokio::test]
async fn what_is_no_number_is_refused_where_it_stands() -> Result<(), Refusal> {
    let client = Client::with_client(Kitchen, ()).await?;
    let mut vessel = client.resource("kitchen_vessel");
    assert_eq!(vessel.apply(json!({ "content": 1 })).await?["logarithm"], 0);
    for content in [-1, 0] {
        let mut vessel = client.resource("kitchen_vessel");
        let refusal = vessel.apply(json!({ "content": content })).await;
        let refusal = refusal.expect_err("its logarithm is not a number");
        assert!(refusal.is_at(&Path::root("logarithm")), "{refusal}");
    }
    Ok(())
}

#[tokio::test]
async fn a_function_does_not_return_what_is_no_number() -> Result<(), Refusal> {
    let client = Client::with_client(Kitchen, ()).await?;
    let one = client.function("logarithm", &[json!(1)]).await?;
    assert_eq!(one, json!(0));
    let refusal = client.function("logarithm", &[json!(-1)]).await;
    let refusal = refusal.expect_err("there is none").to_string();
    assert!(refusal.contains("returned an unknown value"), "{refusal}");
    Ok(())
}
