//! Bad input and bad providers.

use crate::lifecycle::ENTRY;
use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    bad_input_is_refused_at_its_attribute_before_anything_is_written,
    null_is_refused_where_a_value_is_required,
    what_only_the_provider_sets_cannot_be_configured,
    elements_of_a_set_that_their_defaults_make_one_are_refused,
    what_turns_out_to_be_null_is_refused_before_it_is_applied,
    a_panic_is_an_error_of_its_resource_alone
);

fn bad_input_is_refused_at_its_attribute_before_anything_is_written(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        &ENTRY.replace("\"greeting\"\n  value", "\"no spaces, please\"\n  value"),
    );
    let refusal = workspace.exits(1, &["plan"]);
    assert!(
        refusal.contains("Use letters, digits and hyphens."),
        "{refusal}"
    );
    assert!(
        shows(&refusal, "key = \"no spaces, please\""),
        "the line is shown: {refusal}"
    );

    workspace.configure(&ENTRY.replace("1m", "soon"));
    let refusal = workspace.exits(1, &["plan"]);
    assert!(refusal.contains("\"soon\" is not a duration"), "{refusal}");

    let unversioned = ENTRY.replace("login_wo_version  = 1", "");
    workspace.configure(&unversioned);
    let refusal = workspace.exits(1, &["plan"]);
    let says_why = "`login_wo_version` is required, because `login_wo` is set";
    assert!(refusal.contains(says_why), "{refusal}");

    workspace.configure(&unversioned.replace("1m", "soon"));
    let refusal = workspace.exits(1, &["plan"]);
    assert!(
        refusal.contains("\"soon\" is not a duration") && refusal.contains(says_why),
        "both at once: {refusal}"
    );
    assert!(workspace.keys().is_empty());
}

/// Terraform itself only wants a required argument to be written.
fn null_is_refused_where_a_value_is_required(terraform: &Terraform) {
    let with = |arguments: &str| {
        format!("resource \"kv_entry\" \"null\" {{\n  key = \"null\"\n  {arguments}\n}}\n")
    };
    let workspace = Workspace::new(terraform, &with("value = \"x\""));
    workspace.succeeds(&["validate"]);
    for (arguments, named) in [
        ("value = null", "value = null"),
        (
            "value = \"x\"\n  notes = [{ text = \"nice\" }, { text = null }]",
            "Attribute: notes[1].text",
        ),
        (
            "value = \"x\"\n  readers = [{ name = null }]",
            "`name` is required",
        ),
        (
            "value = \"x\"\n  login_wo = { password = null }\n  login_wo_version = 1",
            "Attribute: login_wo.password",
        ),
        (
            "value = \"x\"\n}\ndata \"kv_entry\" \"null\" {\n  key = null",
            "with data.kv_entry.null",
        ),
    ] {
        workspace.configure(&with(arguments));
        let refusal = workspace.exits(1, &["validate"]);
        assert!(
            refusal.contains("Error: Missing required argument") && shows(&refusal, named),
            "{arguments}: {refusal}"
        );
    }
    assert!(workspace.keys().is_empty());
}

/// Terraform itself lets anybody write it, and the value would be lost without a word.
fn what_only_the_provider_sets_cannot_be_configured(terraform: &Terraform) {
    let entry = "resource \"kv_entry\" \"x\" {\n  key = \"x\"\n  value = \"x\"\n}\n";
    let workspace = Workspace::new(terraform, entry);
    workspace.succeeds(&["validate"]);
    let known = entry.replace("value", "id = \"x\"\n  value");
    let unknown = entry.replace("value", "id = terraform_data.late.id\n  value");
    let looked_up = "data \"kv_entry\" \"x\" {\n  key = \"x\"\n  value = \"x\"\n}\n";
    for (configuration, name, shown) in [
        (known, "id", "id = \"x\""),
        (
            format!("resource \"terraform_data\" \"late\" {{\n}}\n{unknown}"),
            "id",
            "id = terraform_data.late.id",
        ),
        (looked_up.to_owned(), "value", "with data.kv_entry.x"),
    ] {
        workspace.configure(&configuration);
        let refusal = workspace.exits(1, &["validate"]);
        assert!(
            refusal.contains("Error: Read-only attribute is configured")
                && refusal.contains(&format!("`{name}` is set by the provider. Remove it."))
                && shows(&refusal, shown),
            "{configuration}: {refusal}"
        );
    }
    assert!(workspace.keys().is_empty());
}

/// Terraform itself misses an element of the plan then, and blames the provider.
fn elements_of_a_set_that_their_defaults_make_one_are_refused(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
resource "kv_entry" "twice" {
  key     = "twice"
  value   = "x"
  readers = [{ name = "ann" }, { name = "ann", may_quote = false }]
}
"#,
    );
    for command in ["validate", "plan"] {
        let refusal = workspace.exits(1, &[command]);
        assert!(
            refusal.contains("Error: Two elements of a set are the same")
                && shows(&refusal, r#"{ name = "ann", may_quote = false }"#),
            "{command}: {refusal}"
        );
    }
}

fn what_turns_out_to_be_null_is_refused_before_it_is_applied(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
resource "terraform_data" "source" {
}
resource "kv_entry" "null" {
  key   = "null"
  value = terraform_data.source.id == "" ? "x" : null
}
"#,
    );
    workspace.succeeds(&["plan"]);
    let refusal = workspace.exits(1, &["apply", "-auto-approve"]);
    assert!(
        refusal.contains("Error: Missing required argument"),
        "{refusal}"
    );
    assert!(workspace.keys().is_empty());
}

fn a_panic_is_an_error_of_its_resource_alone(terraform: &Terraform) {
    let workspace = Workspace::new(
        terraform,
        r#"
resource "kv_entry" "bad" {
  key   = "bad"
  value = "panic"
}
resource "kv_entry" "good" {
  key   = "good"
  value = "fine"
}
"#,
    );
    let failure = workspace.exits(1, &["apply", "-auto-approve"]);
    assert!(failure.contains("The provider crashed"), "{failure}");
    assert!(
        failure.contains("create of kv_entry panicked: the value is \"panic\""),
        "{failure}"
    );
    assert!(
        failure.contains("examples/kv/entry.rs:"),
        "the place is named: {failure}"
    );
    for crash in ["plugin crashed", "panic:", "stack trace"] {
        assert!(
            !failure.to_lowercase().contains(crash),
            "{crash}: {failure}"
        );
    }
    assert_eq!(workspace.keys(), ["good"]);
}
