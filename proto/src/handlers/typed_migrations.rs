//! State of other layouts, between untyped values and an author's [`Migrations`].

use crate::decoding::unreadable;
use crate::diagnostic::Diagnostic;
use crate::diagnostics::Result;
use crate::engine::{first_unknown, without_write_only};
use crate::fault::bug;
use crate::migrations::{Migrations, MoveSource};
use crate::panic_guard::guarded_sync;
use crate::raw_state::RawState;
use crate::schema::{Model, Schema};
use crate::value::{Value, json};

/// The state in the current layout. Terraform asks for this before every plan, mostly at the
/// version it already has.
pub(super) fn upgraded<M: Model>(
    name: &str,
    schema: &Schema<M>,
    migrations: &Migrations<M>,
    version: i64,
    raw: &RawState,
) -> Result<Value> {
    let Some(rewrite) = migrations.upgrades.get(&version) else {
        let state = json::decode(raw.json(), schema.value_type())
            .map_err(|error| unreadable("The state does not fit the provider's schema", &error))?;
        return Ok(without_write_only(schema.declarations(), state));
    };
    let doing = format!("upgrade of {name} from version {version}");
    let model = guarded_sync(&doing, || rewrite(raw))??;
    migrated(schema, model)
}

/// The state of another type as one of this; or of this type under another provider's address,
/// which is this provider's from elsewhere: OpenTofu asks about these as well.
pub(super) fn moved<M: Model>(
    name: &str,
    schema: &Schema<M>,
    migrations: &Migrations<M>,
    source: &MoveSource,
) -> Result<Value> {
    if source.type_name == name {
        let state = upgraded(name, schema, migrations, source.version, &source.state)?;
        return of_this_shape(name, schema, source, state);
    }
    let Some(take_over) = migrations.moves.get(&source.type_name) else {
        let sources: Vec<&str> = migrations.moves.keys().map(String::as_str).collect();
        let possible = if sources.is_empty() {
            "no other type".to_owned()
        } else {
            sources.join(", ")
        };
        return Err(
            Diagnostic::error(format!("{} cannot become {name}", source.type_name))
                .detail(format!(
                    "A moved block to {name} can start from {possible}. \
                 Import the object as {name} and remove the old resource from the state instead."
                ))
                .into(),
        );
    };
    let doing = format!("move from {} to {name}", source.type_name);
    let model = guarded_sync(&doing, || take_over(source))??;
    migrated(schema, model)
}

/// The same name may mean something else elsewhere.
fn of_this_shape<M: Model>(
    name: &str,
    schema: &Schema<M>,
    source: &MoveSource,
    state: Value,
) -> Result<Value> {
    let mut required = schema.declarations().iter().filter(|one| one.required);
    let Some(missing) = required.find(|one| state.entry(&one.name).is_null()) else {
        return Ok(state);
    };
    let address = &source.provider_address;
    Err(
        Diagnostic::error(format!("The state is not one of {name} of this provider"))
            .detail(format!(
                "The resource of {address} that the moved block starts from has no `{}`. Import \
                 the object and remove the old resource from the state instead.",
                missing.name
            ))
            .into(),
    )
}

fn migrated<M: Model>(schema: &Schema<M>, model: M) -> Result<Value> {
    let state = without_write_only(schema.declarations(), schema.encode(model));
    match first_unknown(&state) {
        Some(path) => Err(bug("The provider made a state with an unknown value")
            .at(path)
            .into()),
        None => Ok(state),
    }
}
