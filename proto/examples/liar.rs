//! A provider that does not keep its word: the crate's tests see to it that Terraform gets to know
//! which, before Terraform itself notices.

use std::process::ExitCode;

use tfplugin::{
    Attr, Call, Configure, Create, Model, Object, Path, Plan, Provider, Registry, Resource, Result,
    Update,
};

#[derive(Clone, Debug, Default, PartialEq)]
struct Word {
    lie: Attr<String>,
    said: Attr<String>,
    whispered: Attr<String>,
}

impl Model for Word {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("lie", |word| &mut word.lie)
            .required()
            .describe("Where to lie: `plan`, `result`, `silence` or `path`.");
        object.attribute("said", |word| &mut word.said).computed();
        object
            .attribute("whispered", |word| &mut word.whispered)
            .computed()
            .sensitive();
    }
}

struct WordResource;

impl Resource for WordResource {
    type Model = Word;
    type Client = ();
    const TYPE: &'static str = "word";

    async fn plan(&self, _: &mut Call<()>, plan: &mut Plan<Word>) -> Result<()> {
        plan.planned.said = "as planned".into();
        plan.planned.whispered = "the secret".into();
        match plan.config.lie.known().map(String::as_str) {
            Some("plan") => plan.planned.lie = "nowhere".into(),
            Some("silence") => plan.planned.said = Attr::Unknown,
            Some("path") => plan.replace.push(Path::root("sayed")),
            _ => {}
        }
        Ok(())
    }

    async fn create(
        &self,
        _: &mut Call<()>,
        change: Create<Word>,
        state: &mut Option<Word>,
    ) -> Result<()> {
        *state = Some(made(change.planned));
        Ok(())
    }

    async fn read(&self, _: &mut Call<()>, state: Word) -> Result<Option<Word>> {
        Ok(Some(state))
    }

    async fn update(&self, _: &mut Call<()>, change: Update<Word>, state: &mut Word) -> Result<()> {
        *state = made(change.planned);
        Ok(())
    }

    async fn delete(&self, _: &mut Call<()>, _: &mut Word) -> Result<()> {
        Ok(())
    }
}

fn made(planned: Word) -> Word {
    if planned.lie != "result" {
        return planned;
    }
    Word {
        said: "something else".into(),
        whispered: "another secret".into(),
        ..planned
    }
}

struct Liar;

impl Provider for Liar {
    type Configuration = ();
    type Client = ();
    const NAME: &'static str = "liar";

    async fn configure(&self, _: &mut Configure, (): ()) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(WordResource);
    }
}

fn main() -> ExitCode {
    let address = "registry.terraform.io/example/liar";
    tfplugin::serve_from_args(Liar, address, env!("CARGO_PKG_VERSION"))
}
