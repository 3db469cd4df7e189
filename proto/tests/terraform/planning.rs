//! What declarations do about plans.

use crate::shows;
use crate::terraform::Terraform;
use crate::workspace::Workspace;

terraforms!(
    blocks_in_a_set_have_their_defaults_and_no_order,
    too_few_and_too_many_are_refused_as_soon_as_their_number_is_known,
    the_author_decides_which_change_is_a_replacement,
    what_nobody_configured_replaces_nothing,
    another_notation_is_no_change,
    floats_come_back_as_they_were_written,
    a_value_is_planned_as_its_author_says
);

const DRAWERS: &str = r#"
  drawer {
    label = "Forks"
  }
  drawer {
    label  = "Knives"
    locked = true
  }
"#;

fn cabinet(arguments: &str) -> String {
    let drawers = if arguments.contains("drawer") {
        ""
    } else {
        DRAWERS
    };
    let height = if arguments.contains("height") {
        ""
    } else {
        "height = 3"
    };
    format!(
        "resource \"terraform_data\" \"later\" {{\n  input = 2\n}}\n\
         resource \"kv_cabinet\" \"x\" {{\n  name = \"Kitchen\"\n{height}\n{arguments}\n{drawers}\nback {{}}\n}}\n"
    )
}

fn applies(workspace: &Workspace) -> String {
    let applied = workspace.succeeds(&["apply", "-auto-approve"]);
    workspace.plans_nothing();
    applied
}

fn blocks_in_a_set_have_their_defaults_and_no_order(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, &cabinet(""));
    applies(&workspace);
    let drawers = |knives: &str| {
        format!(
            "drawer {{\n  label = \"Knives\"\n  locked = {knives}\n}}\n\
             drawer {{\n  label = \"Forks\"\n  locked = false\n}}\n"
        )
    };
    workspace.configure(&cabinet(&drawers("true")));
    workspace.plans_nothing();
    workspace.configure(&cabinet(&drawers("false")));
    let plan = workspace.succeeds(&["plan"]);
    assert!(shows(&plan, "- locked = true -> null"), "{plan}");
    assert!(plan.contains("0 to add, 1 to change"), "{plan}");
    applies(&workspace);
    let twice = "drawer {\n label = \"x\"\n}\ndrawer {\n label = \"x\"\n locked = false\n}\n";
    workspace.configure(&cabinet(twice));
    let refusal = workspace.exits(1, &["validate"]);
    assert!(
        refusal.contains("Error: Two elements of a set are the same"),
        "{refusal}"
    );
    // One of the blocks is known later.
    workspace.configure(&cabinet(
        "drawer {\n label = \"Drawer ${terraform_data.later.output}\"\n}\n",
    ));
    applies(&workspace);
}

fn too_few_and_too_many_are_refused_as_soon_as_their_number_is_known(terraform: &Terraform) {
    let dynamic = |drawers: &str| {
        format!(
            "dynamic \"drawer\" {{\n  for_each = toset([for i in range({drawers}) : tostring(i)])\n  \
             content {{\n    label = drawer.value\n  }}\n}}\n"
        )
    };
    let workspace = Workspace::new(terraform, &cabinet(""));
    for (arguments, refusal) in [
        (dynamic("0"), "Insufficient drawer blocks"),
        (dynamic("4"), "Too many drawer blocks"),
        (
            r#"hinges = [{ side = "a" }, { side = "b" }, { side = "c" }]"#.to_owned(),
            "There must be at most 2 elements, but there are 3.",
        ),
    ] {
        workspace.configure(&cabinet(&arguments));
        let refused = workspace.exits(1, &["validate"]);
        assert!(shows(&refused, refusal), "{refused}");
    }
    workspace.configure(&cabinet("").replace("back {}", ""));
    let refused = workspace.exits(1, &["validate"]);
    assert!(refused.contains("Missing back block"), "{refused}");
    workspace.configure(&cabinet(&dynamic("terraform_data.later.output")));
    applies(&workspace);
    workspace
        .configure(&cabinet(&dynamic("terraform_data.later.output + 2")).replace("= 2", "= 3"));
    workspace.succeeds(&["plan"]);
    let refused = workspace.exits(1, &["apply", "-auto-approve"]);
    assert!(refused.contains("Too many drawer blocks"), "{refused}");
}

fn the_author_decides_which_change_is_a_replacement(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, &cabinet("height = 3"));
    applies(&workspace);
    for (height, changes) in [
        ("4", "0 to add, 1 to change"),
        ("2", "1 to add, 0 to change"),
    ] {
        workspace.configure(&cabinet(&format!("height = {height}")));
        let plan = workspace.succeeds(&["plan"]);
        assert!(plan.contains(changes), "{height}: {plan}");
        applies(&workspace);
    }
    // What is not known yet may turn out to be lower, whatever it is then.
    let later = |input: &str| {
        cabinet("height = terraform_data.later.output").replace("= 2", &format!("= {input}"))
    };
    for height in ["5", "1"] {
        workspace.configure(&later(height));
        let plan = workspace.succeeds(&["plan"]);
        assert!(plan.contains("kv_cabinet.x must be replaced"), "{plan}");
        applies(&workspace);
    }
}

fn what_nobody_configured_replaces_nothing(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, &cabinet("height = 3"));
    applies(&workspace);
    workspace.configure(&cabinet("height = 4"));
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        shows(&plan, "color = \"white\" -> (known after apply)") && plan.contains("1 to change"),
        "{plan}"
    );
    applies(&workspace);
    let color = |color: &str| cabinet(&format!("height = 4\ncolor = {color}"));
    for color in [color("\"red\""), color("terraform_data.later.id")] {
        workspace.configure(&color);
        let plan = workspace.succeeds(&["plan"]);
        assert!(plan.contains("kv_cabinet.x must be replaced"), "{plan}");
        applies(&workspace);
    }
}

/// The carpenter returns everything in their own notation.
fn another_notation_is_no_change(terraform: &Terraform) {
    let with = |plan: &str, patience: &str, side: &str| {
        cabinet(&format!(
            "plan = {plan}\npatience = {patience:?}\nhinges = [{{ side = {side:?} }}]"
        ))
    };
    let workspace = Workspace::new(
        terraform,
        &with("jsonencode({ wood = [1, 2.0] })", "1m", "Left"),
    );
    applies(&workspace);
    workspace.configure(
        &with(r#""{ \"wood\": [ 1, 2 ] }""#, "60s", "LEFT").replace("Kitchen", "KITCHEN"),
    );
    workspace.plans_nothing();
    // What changes, changes; the rest stays as it was.
    workspace.configure(&with("jsonencode({ wood = [] })", "60s", "LEFT"));
    let plan = workspace.succeeds(&["plan"]);
    assert!(plan.contains("0 to add, 1 to change"), "{plan}");
    assert!(!plan.contains("patience"), "{plan}");
    applies(&workspace);
    let state = workspace.state_text();
    for kept in [
        r#""patience": "1m""#,
        r#""side": "Left""#,
        r#""name": "Kitchen""#,
    ] {
        assert!(state.contains(kept), "{kept}: {state}");
    }
}

fn floats_come_back_as_they_were_written(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, &cabinet("load = 0.1"));
    applies(&workspace);
    assert!(workspace.state_text().contains(r#""load": 0.1,"#));
    for load in [
        "1 / 3",
        "0.30000000000000004",
        "1e300",
        "9007199254740993",
        "-0",
    ] {
        workspace.configure(&cabinet(&format!("load = {load}")));
        applies(&workspace);
    }
    workspace.configure(&cabinet("load = 1e309"));
    let refusal = workspace.exits(1, &["validate"]);
    assert!(refusal.contains("further from zero than"), "{refusal}");
}

fn a_value_is_planned_as_its_author_says(terraform: &Terraform) {
    let workspace = Workspace::new(terraform, &cabinet("height = 3"));
    applies(&workspace);
    workspace.rewrite_state(|cabinet| cabinet["attributes"]["value"] = 10.into());
    let plan = workspace.exits(2, &["plan", "-detailed-exitcode"]);
    assert!(shows(&plan, "value = 10 -> 100"), "{plan}");
    assert!(
        shows(&plan, "revision = 1 -> 2"),
        "it counts as a change: {plan}"
    );
    applies(&workspace);
    // Whether anything changes is not known yet, and in the end nothing does.
    workspace.configure(&cabinet("load = 2"));
    applies(&workspace);
    let later = cabinet("load = terraform_data.later.output > 0 ? 2 : 1");
    workspace.configure(&later.replace("input = 2", "input = 3"));
    let plan = workspace.succeeds(&["plan"]);
    assert!(
        shows(&plan, "revision = 3 -> (known after apply)") && !plan.contains("value ="),
        "what depends on that is not known: {plan}"
    );
    let applied = applies(&workspace);
    assert!(
        applied.contains("0 added, 1 changed"),
        "nothing but the other resource: {applied}"
    );
}
