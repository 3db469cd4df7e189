//! What others do to the function between plan and apply.

use acceptance::effort::Effort;
use acceptance::estate::Estate;
use acceptance::toolchain::Toolchain;
use anyhow::Result;

use super::blameless;
use crate::{ADDRESS, EXAMPLE, FUNCTION};

/// Another function of this name may have a version of the pinned number, with other code.
#[test]
fn a_function_that_was_made_again_after_a_version_was_planned_to_be_pinned_is_not_a_bug()
-> Result<()> {
    for tools in Toolchain::of_each_terraform(Effort::wanted()?.is_full)? {
        let estate = Estate::build_with(tools)?;
        let mut terraform = estate.example(EXAMPLE)?;
        terraform.apply()?;
        terraform.variable("session_expiry_seconds", "120");
        terraform.apply()?;
        terraform.write(
            "override.tf",
            "resource \"netacea_cloudfront_integration\" \"shop\" {\n  pinned_version = \"1\"\n}\n",
        )?;
        let plan = terraform.plan(&[])?;
        let change = plan.change(ADDRESS)?;
        assert_eq!(change["after"]["version"], "1");
        assert_eq!(change["after_unknown"]["code_sha256"], true);

        let functions = estate.emulator.functions();
        functions.delete(FUNCTION, None)?;
        let arn = functions.create(FUNCTION, "export const handler = 7;")?;
        blameless(terraform.run(&["apply", "-input=false", "tfplan"])?)?.success()?;
        let made = &functions.package(&arn)?.configuration["CodeSha256"];
        assert_eq!(&terraform.resource(ADDRESS)?["code_sha256"], made);
    }
    Ok(())
}
