//! `terraform query`: what there is that no state knows of.

use serde_json::Value;

use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    since 1.14: entries_are_found_with_their_identities_and_attributes,
    what_was_found_is_imported_with_a_generated_configuration,
    a_bad_query_is_refused,
);

const QUERY: &str = r#"
list "kv_entry" "found" {
  provider         = kv
  include_resource = true
  config {
    prefix = "a-"
  }
}
"#;

fn workspace(terraform: &Terraform) -> Workspace {
    let workspace = Workspace::new(terraform, "");
    for key in ["a-1", "a-2", "b-1"] {
        workspace.store(
            key,
            r#"{"value":"found","labels":null,"secret_length":0,"revision":1}"#,
        );
    }
    workspace
}

fn entries_are_found_with_their_identities_and_attributes(terraform: &Terraform) {
    let workspace = workspace(terraform);
    workspace.add_file("main.tfquery.hcl", QUERY);
    let output = workspace.succeeds(&["query", "-json"]);
    let found: Vec<Value> = output
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line: &Value| line["type"] == "list_resource_found")
        .map(|mut line| line["list_resource_found"].take())
        .collect();
    let keys: Vec<&Value> = found
        .iter()
        .map(|found| &found["identity"]["key"])
        .collect();
    assert_eq!(keys, ["a-1", "a-2"], "{output}");
    for found in &found {
        assert_eq!(found["display_name"], found["identity"]["key"]);
        assert_eq!(found["resource_object"]["value"], "found");
    }
}

fn what_was_found_is_imported_with_a_generated_configuration(terraform: &Terraform) {
    let workspace = workspace(terraform);
    workspace.add_file("main.tfquery.hcl", QUERY);
    workspace.succeeds(&["query", "-generate-config-out=generated.tf"]);
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        plan.contains("2 to import, 0 to add, 0 to change, 0 to destroy"),
        "what was generated means what is there: {plan}"
    );
    workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();
}

fn a_bad_query_is_refused(terraform: &Terraform) {
    let workspace = workspace(terraform);
    workspace.add_file("main.tfquery.hcl", &QUERY.replace("prefix", "suffix"));
    let refusal = workspace.exits(1, &["query"]);
    assert!(refusal.contains("suffix"), "{refusal}");
}
