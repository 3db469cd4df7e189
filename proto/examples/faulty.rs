//! A provider whose declarations are wrong. Terraform and whoever starts it by hand are told why;
//! the crate's tests see to it.

use std::process::ExitCode;

use tfplugin::{
    Attr, Call, Configure, Create, Model, Object, Provider, Registry, Resource, Result, Update,
};

#[derive(Clone, Debug, Default, PartialEq)]
struct Page {
    number: Attr<i64>,
    text: Attr<String>,
}

impl Model for Page {
    fn declare(object: &mut Object<Self>) {
        // The check does not accept the default.
        object
            .attribute("number", |page| &mut page.number)
            .default(0)
            .check(|number| match number {
                1.. => Ok(()),
                _ => Err("pages are counted from 1".to_owned()),
            });
        // There is no mark.
        object.attribute("text", |page| &mut page.text);
    }
}

struct PageResource;

impl Resource for PageResource {
    type Model = Page;
    type Client = ();
    // Types are in lowercase.
    const TYPE: &'static str = "Page";

    async fn create(&self, _: &mut Call<()>, _: Create<Page>, _: &mut Option<Page>) -> Result<()> {
        Ok(())
    }

    async fn read(&self, _: &mut Call<()>, state: Page) -> Result<Option<Page>> {
        Ok(Some(state))
    }

    async fn update(&self, _: &mut Call<()>, _: Update<Page>, _: &mut Page) -> Result<()> {
        Ok(())
    }

    async fn delete(&self, _: &mut Call<()>, _: &mut Page) -> Result<()> {
        Ok(())
    }
}

struct Faulty;

impl Provider for Faulty {
    type Configuration = ();
    type Client = ();
    const NAME: &'static str = "faulty";

    async fn configure(&self, _: &mut Configure, (): ()) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(PageResource);
    }
}

fn main() -> ExitCode {
    tfplugin::serve_from_args(Faulty, "example/faulty", "new")
}
