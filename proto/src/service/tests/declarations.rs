//! A provider that declares what Terraform would refuse.

use super::malformed_calls::{CALLS, answer};
use super::*;
use crate::{
    Attr, Call, Configure, DataSource, Function, FunctionError, Model, Object, Registry, Result,
    Signature, check_declarations,
};

/// Has a fault in each of its parts.
struct Faulty;

#[derive(Clone, Debug, Default, PartialEq)]
struct Block {
    token: Attr<String>,
    pages: Attr<Vec<Page>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Page {
    number: Attr<i64>,
}

impl Model for Block {
    fn declare(object: &mut Object<Self>) {
        object.attribute("alias", |block| &mut block.token);
    }
}

impl Model for Page {
    fn declare(object: &mut Object<Self>) {
        object
            .attribute("number", |page| &mut page.number)
            .required();
    }
}

/// The data source's block.
#[derive(Clone, Debug, Default, PartialEq)]
struct Book(Block);

impl Model for Book {
    fn declare(object: &mut Object<Self>) {
        object
            .nested_list("pages", |book| &mut book.0.pages)
            .default(vec![Page::default()]);
    }
}

impl Provider for Faulty {
    type Configuration = Block;
    type Client = ();
    const NAME: &'static str = "my_faulty";

    async fn configure(&self, _: &mut Configure, _: Block) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.data_source(Self);
        registry.function(Self);
    }
}

impl DataSource for Faulty {
    type Model = Book;
    type Client = ();
    const TYPE: &'static str = "Book";

    async fn read(&self, _: &mut Call<()>, config: Book) -> Result<Book> {
        Ok(config)
    }
}

impl Function for Faulty {
    type Arguments = ();
    type Output = bool;
    const NAME: &'static str = "is-faulty";

    fn signature(&self) -> Signature<()> {
        Signature::of::<()>()
    }

    fn call(&self, (): ()) -> Result<bool, FunctionError> {
        Ok(true)
    }
}

const FAULTS: [&str; 6] = [
    "provider: its NAME is \"my_faulty\", but must consist of lowercase letters, digits and single \
     hyphens between them, and start with a letter, because Terraform uses the part of a type's \
     name before the first underscore as the provider's name",
    "provider my_faulty, attribute alias: the name is reserved by Terraform",
    "provider my_faulty, attribute alias: mark it as required, optional, computed, or optional \
     and computed",
    "data source my_faulty_Book, attribute pages.number: it is required, but the default around \
     it does not set it",
    "function is-faulty: a name must consist of lowercase letters, digits and underscores, and \
     start with a letter",
    "data source my_faulty_Book: its TYPE is \"Book\", but must consist of lowercase letters, \
     digits and underscores",
];

#[test]
fn all_faults_of_all_declarations_are_found_at_once() {
    let faults = check_declarations(&Faulty).expect_err("there are some");
    assert_eq!(faults.iter().collect::<Vec<_>>(), FAULTS);
    let listed = format!("{faults:?}");
    assert!(
        listed.contains(&format!("refuse:\n  {}\n", FAULTS[0])),
        "{listed}"
    );
    assert_eq!(check_declarations(&Specimen::default()), Ok(()));
}

async fn faulty_channel() -> tonic::transport::Channel {
    let faults = Server::new(Faulty).map(drop).expect_err("there are some");
    channel_to_declared::<Faulty>(Err(Arc::new(faults))).await
}

#[tokio::test]
async fn faults_are_the_diagnostics_of_the_schema() {
    let mut client = Client::new(faulty_channel().await);
    let answer = client
        .get_provider_schema(wire::get_provider_schema::Request {})
        .await
        .expect("it answers")
        .into_inner();
    let details = answer.diagnostics.iter().map(|fault| &fault.detail);
    assert_eq!(details.collect::<Vec<_>>(), FAULTS);
    assert!(answer.provider.is_none(), "there is nothing to go on with");
}

#[tokio::test]
async fn every_call_to_a_faulty_provider_fails_with_its_faults() {
    let channel = faulty_channel().await;
    for call in &CALLS {
        let messages = answer(&channel, call, Vec::new()).await;
        let messages = messages.expect("that is an answer, not an error of the transport");
        let text = String::from_utf8_lossy(&messages.concat()).into_owned();
        let told = FAULTS.iter().all(|fault| text.contains(fault));
        // Whoever stops has nothing to lose.
        assert_eq!(told, call.rpc != "StopProvider", "{}: {text}", call.rpc);
    }
}

#[test]
fn a_panic_in_a_declaration_is_a_fault() {
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Fallen;
    impl Model for Fallen {
        fn declare(_: &mut Object<Self>) {
            panic!("no declarations today");
        }
    }
    impl Provider for Fallen {
        type Configuration = Self;
        type Client = ();
        const NAME: &'static str = "fallen";
        async fn configure(&self, _: &mut Configure, _: Self) -> Result<()> {
            Ok(())
        }
        fn register(&self, _: &mut Registry<()>) {}
    }
    let faults = check_declarations(&Fallen).expect_err("it fell over");
    let [fault] = faults.iter().collect::<Vec<_>>()[..] else {
        panic!("one fault: {faults:?}");
    };
    let expected = "the declarations panicked: no declarations today";
    assert!(fault.starts_with(expected), "{fault}");
}
