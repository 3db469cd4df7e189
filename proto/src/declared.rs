//! What a provider declares, put together and checked: [`check_declarations`].

use crate::declaration_faults::DeclarationFaults;
use crate::names::provider_name_fault;
use crate::panic_guard::caught_in_words;
use crate::provider::Provider;
use crate::registry::Registry;
use crate::schema::{Owner, Schema, check};

/// Finds everything in the declarations that Terraform would refuse, as [`serve`](crate::serve)
/// does when the provider starts. For `cargo test`, so that you know before Terraform does:
///
/// ```
/// # use tfplugin::{Configure, Provider, Registry, Result};
/// # struct Acme;
/// # impl Provider for Acme {
/// #     type Configuration = ();
/// #     type Client = ();
/// #     const NAME: &'static str = "acme";
/// #     async fn configure(&self, _: &mut Configure, (): ()) -> Result<()> { Ok(()) }
/// #     fn register(&self, _: &mut Registry<()>) {}
/// # }
/// // In a test of your provider:
/// tfplugin::check_declarations(&Acme).unwrap();
/// ```
///
/// The address and the version are not declarations: `serve` checks them.
///
/// # Errors
/// With all faults, not with the first.
pub fn check_declarations<P: Provider>(provider: &P) -> Result<(), DeclarationFaults> {
    declared(provider).map(drop)
}

/// The schema of the provider block, and everything that the provider offers.
type Declarations<P> = (
    Schema<<P as Provider>::Configuration>,
    Registry<<P as Provider>::Client>,
);

/// What the provider declares, if Terraform takes it.
pub(crate) fn declared<P: Provider>(provider: &P) -> Result<Declarations<P>, DeclarationFaults> {
    let (schema, registry, faults) = caught_in_words("the declarations", || {
        let schema = provider.schema();
        let mut registry = Registry::new(P::NAME);
        provider.register(&mut registry);
        let mut faults = Vec::from_iter(provider_name_fault(P::NAME));
        faults.extend(check(Owner::Provider, P::NAME, schema.declarations()));
        faults.extend(registry.faults());
        (schema, registry, faults)
    })
    .map_err(DeclarationFaults::one)?;
    DeclarationFaults::none_of(faults)?;
    Ok((schema, registry))
}
