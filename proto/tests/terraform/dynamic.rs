//! Attributes of any type.

use serde_json::json;

use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(a_value_of_any_type_is_kept_as_it_was_written);

fn a_value_of_any_type_is_kept_as_it_was_written(terraform: &Terraform) {
    let with = |details: &str| {
        format!(
            r#"
resource "terraform_data" "later" {{
  input = "later"
}}
resource "kv_entry" "x" {{
  key     = "x"
  value   = "x"
  details = {details}
}}
"#
        )
    };
    let workspace = Workspace::new(terraform, &with(r#"{ n = 0.1, all = ["a", 1, null] }"#));
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(
        workspace.stored("x")["details"],
        json!({ "n": 0.1, "all": ["a", 1, null] })
    );
    workspace.plans_nothing();

    for (details, stored) in [
        (r#"tolist(["a"])"#, json!(["a"])),
        (r#"["a"]"#, json!(["a"])),
        ("true", json!(true)),
        ("[terraform_data.later.id == 1, \"b\"]", json!([false, "b"])),
        ("null", json!(null)),
    ] {
        workspace.configure(&with(details));
        workspace.succeeds(&["apply", "-auto-approve"]);
        assert_eq!(workspace.stored("x")["details"], stored, "{details}");
        workspace.plans_nothing();
    }

    // Somebody else changes it.
    let drifted = r#"{"value":"x","details":{"n":2},"secret_length":0,"revision":9}"#;
    workspace.store("x", drifted);
    let plan = workspace.succeeds(&["plan"]);
    assert!(shows(&plan, "n = 2"), "{plan}");

    // The type is known only after apply.
    workspace.configure(&with("terraform_data.replaced.output").replace(
        "resource \"kv_entry\"",
        "resource \"terraform_data\" \"replaced\" {\n  input = { m = 3 }\n}\nresource \"kv_entry\"",
    ));
    workspace.succeeds(&["apply", "-auto-approve"]);
    assert_eq!(workspace.stored("x")["details"], json!({ "m": 3 }));
    workspace.plans_nothing();
}
