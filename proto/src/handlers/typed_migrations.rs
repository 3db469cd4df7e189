//! State of other layouts, between untyped values and an author's [`Migrations`].

use crate::decoding::{left_out, unreadable};
use crate::diagnostic::Diagnostic;
use crate::diagnostics::{Diagnostics, Result};
use crate::engine::{first_unknown, with_newer_defaults, without_write_only};
use crate::fault::unknown;
use crate::migrations::{Migrations, MoveSource, Upgrade};
use crate::panic_guard::guarded_sync;
use crate::raw_state::RawState;
use crate::schema::{Model, Schema};
use crate::value::{Type, Value, ValueError, json};

/// The state in the current layout. Terraform asks for this before everything it does with an
/// object, mostly at the version it already has. What does not fit is left out with a warning; as
/// an error it would also prevent a destroy.
pub(super) fn upgraded<M: Model>(
    name: &str,
    schema: &Schema<M>,
    migrations: &Migrations<M>,
    version: i64,
    raw: &RawState,
    diagnostics: &mut Diagnostics,
) -> Result<Value> {
    let Some(rewrite) = migrations.upgrades.get(&version) else {
        let (state, errors) = as_it_is(schema, raw)?;
        diagnostics.extend(errors.iter().map(left_out));
        return Ok(state);
    };
    rewritten(name, schema, version, rewrite, raw)
}

/// State without a migration, and what does not fit in it.
fn as_it_is<M: Model>(schema: &Schema<M>, raw: &RawState) -> Result<(Value, Vec<ValueError>)> {
    let read = match schema.value_type() {
        Type::Object(attributes) => json::decode_leniently(raw.json(), attributes),
        of => json::decode(raw.json(), of).map(|state| (state, Vec::new())),
    };
    let (state, errors) = read.map_err(|error| misfit(&error))?;
    let state = with_newer_defaults(
        schema.declarations(),
        state,
        &raw.read().unwrap_or_default(),
    );
    Ok((without_write_only(schema.declarations(), state), errors))
}

fn misfit(error: &ValueError) -> Diagnostics {
    unreadable("The state does not fit the provider's schema", error)
}

fn rewritten<M: Model>(
    name: &str,
    schema: &Schema<M>,
    version: i64,
    rewrite: &Upgrade<M>,
    raw: &RawState,
) -> Result<Value> {
    let doing = format!("upgrade of {name} from version {version}");
    let model = guarded_sync(&doing, || rewrite(raw))??;
    migrated(schema, model)
}

/// The state of another type as one of this type. OpenTofu also asks for the state of this type
/// under another address of this provider.
pub(super) fn moved<M: Model>(
    name: &str,
    schema: &Schema<M>,
    migrations: &Migrations<M>,
    source: &MoveSource,
) -> Result<Value> {
    if source.type_name == name {
        let state = match migrations.upgrades.get(&source.version) {
            Some(rewrite) => rewritten(name, schema, source.version, rewrite, &source.state)?,
            None => match as_it_is(schema, &source.state)? {
                (state, errors) if errors.is_empty() => state,
                // What does not fit may be something else of the same name.
                (_, errors) => return Err(errors.iter().flat_map(misfit).collect()),
            },
        };
        return of_this_shape(name, schema, source, state);
    }
    let Some(take_over) = migrations.moves.get(&source.type_name) else {
        let sources: Vec<&str> = migrations.moves.keys().map(String::as_str).collect();
        let possible = if sources.is_empty() {
            format!("No other type can be moved to {name}.")
        } else {
            let sources = sources.join(", ");
            format!("A moved block to {name} can start only from {sources}.")
        };
        return Err(
            Diagnostic::error(format!("{} cannot be moved to {name}", source.type_name))
                .detail(format!(
                    "{possible} Instead, import the object as {name} and remove the old resource \
                     from the state."
                ))
                .into(),
        );
    };
    let doing = format!("move from {} to {name}", source.type_name);
    let model = guarded_sync(&doing, || take_over(source))??;
    migrated(schema, model)
}

/// A type of the same name from another provider may be something else.
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
    Err(Diagnostic::error(format!(
        "The state does not belong to a {name} of this provider"
    ))
    .detail(format!(
        "The moved block starts from a resource of the provider {address}, and that resource has \
         no `{}`. Instead, import the object and remove the old resource from the state.",
        missing.name
    ))
    .into())
}

fn migrated<M: Model>(schema: &Schema<M>, model: M) -> Result<Value> {
    let state = without_write_only(schema.declarations(), schema.encode(model));
    match first_unknown(&state) {
        Some(path) => {
            Err(unknown("The provider returned a state with an unknown value", path).into())
        }
        None => Ok(state),
    }
}
