//! Bugs of a provider that Terraform would notice too, with messages that name them.

use crate::attached::Attached;
use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(a_broken_promise_is_told_with_its_attribute_and_both_values);

fn word(lie: &str) -> String {
    format!(
        r#"
terraform {{
  required_providers {{
    liar = {{ source = "example/liar" }}
  }}
}}
resource "liar_word" "x" {{
  lie = "{lie}"
}}
"#
    )
}

fn a_broken_promise_is_told_with_its_attribute_and_both_values(terraform: &Terraform) {
    let provider = Attached::start("liar");
    let attach = provider.variable();
    let workspace = Workspace::bare(terraform, &word("truth"));
    let apply = ["apply", "-auto-approve"];
    workspace.succeeds_with(&attach, &apply);
    for (lie, told) in [
        (
            "plan",
            &[r#"`lie` is "plan" in the configuration and "nowhere" in the plan."#][..],
        ),
        (
            "result",
            &[
                r#"`said` is "as planned" in the plan and "something else" in the result."#,
                "`whispered` is (sensitive value) in the plan and (sensitive value) in the result.",
            ],
        ),
        ("silence", &["`said` is not known."]),
        (
            "path",
            &["`Plan::replace` names `sayed`, but the resource has no attribute `sayed`."],
        ),
    ] {
        workspace.add_file("main.tf", &word(lie));
        let failure = workspace.exits_with(1, &attach, &apply);
        for told in told {
            assert!(shows(&failure, told), "{lie}: {told}: {failure}");
        }
        assert!(shows(&failure, "bug in the provider"), "{lie}: {failure}");
        assert!(!failure.contains("secret\""), "{lie}: {failure}");
    }
    provider.ends_when_interrupted();
}
