//! What the self-check refuses, one model per fault.

use super::*;

macro_rules! refused {
    ($test:ident, $owner:ident, |$object:ident| $declare:expr, $fault:expr) => {
        #[test]
        fn $test() {
            model!(Faulty, |$object| $declare);
            assert_eq!(faults::<Faulty>(Owner::$owner), [$fault]);
        }
    };
}

refused!(
    an_attribute_without_a_mark_is_refused,
    Resource,
    |object| object.attribute("one", |model| &mut model.one),
    "resource kv_entry, attribute one: mark it as required, optional, computed, or optional and \
     computed"
);
refused!(
    a_required_attribute_with_a_default_is_refused,
    Resource,
    |object| object
        .attribute("one", |model| &mut model.one)
        .required()
        .default("x"),
    "resource kv_entry, attribute one: a required attribute must be neither optional nor computed, \
     and must not have a default"
);
refused!(
    a_reserved_name_is_refused,
    Resource,
    |object| object
        .attribute("for_each", |model| &mut model.one)
        .optional(),
    "resource kv_entry, attribute for_each: the name is reserved by Terraform"
);
refused!(
    a_name_in_another_alphabet_is_refused,
    Resource,
    |object| object.attribute("Größe", |model| &mut model.two).optional(),
    "resource kv_entry, attribute Größe: a name must consist of lowercase letters, digits and \
     underscores, and start with a letter"
);
refused!(
    a_name_declared_twice_is_refused,
    Resource,
    |object| {
        object.attribute("one", |model| &mut model.one).optional();
        object.block("one", |model| &mut model.inner);
    },
    "resource kv_entry, attribute one: the name is declared twice"
);
refused!(
    an_attribute_declared_twice_is_refused_once,
    Resource,
    |object| {
        object.attribute("one", |model| &mut model.one).optional();
        object.attribute("one", |model| &mut model.one).optional();
    },
    "resource kv_entry, attribute one: the name is declared twice"
);
refused!(
    a_computed_write_only_attribute_is_refused,
    Resource,
    |object| object
        .attribute("one", |model| &mut model.one)
        .optional_computed()
        .write_only(),
    "resource kv_entry, attribute one: a write-only attribute cannot be computed or have a default"
);
refused!(
    keeping_what_is_not_computed_is_refused,
    Resource,
    |object| object
        .attribute("one", |model| &mut model.one)
        .optional()
        .keep(),
    "resource kv_entry, attribute one: only a computed attribute can be kept"
);
refused!(
    two_attributes_over_one_field_are_refused,
    Resource,
    |object| {
        object.attribute("one", |model| &mut model.one).optional();
        object.attribute("two", |model| &mut model.two).optional();
        object.attribute("uno", |model| &mut model.one).optional();
    },
    "resource kv_entry, attribute uno: it shares a field of the model with one; give it its own \
     field"
);
refused!(
    a_default_that_its_own_check_refuses_is_refused,
    Resource,
    |object| object
        .attribute("two", |model| &mut model.two)
        .default(0)
        .check(|two| if *two > 0 {
            Ok(())
        } else {
            Err("must be at least 1".to_owned())
        }),
    "resource kv_entry, attribute two: its check refuses its default: must be at least 1"
);
refused!(
    a_default_that_a_check_inside_refuses_is_refused,
    Resource,
    |object| object
        .nested_list("checked", |model| &mut model.checked)
        .default(vec![Checked { even: 4.into() }, Checked { even: 5.into() }]),
    "resource kv_entry, attribute checked.even: its check refuses its default: must be even"
);
refused!(
    a_default_object_that_its_own_check_refuses_is_refused,
    Resource,
    |object| object
        .nested("one_checked", |model| &mut model.one_checked)
        .default_object()
        .check(|checked| match checked.even.known() {
            Some(2) => Err("not two".to_owned()),
            _ => Ok(()),
        }),
    "resource kv_entry, attribute one_checked: its check refuses its default: not two"
);
refused!(
    a_default_without_what_is_required_inside_is_refused,
    Resource,
    |object| object
        .nested("inner", |model| &mut model.inner)
        .default(Inner::default()),
    "resource kv_entry, attribute inner.needed: it is required, but the default around it does \
     not set it"
);
refused!(
    checking_what_only_the_provider_sets_is_refused,
    Resource,
    |object| object
        .attribute("two", |model| &mut model.two)
        .computed()
        .check(|_| Ok(())),
    "resource kv_entry, attribute two: only the provider sets it, so remove its check"
);
refused!(
    replacing_for_a_computed_value_that_is_not_kept_is_refused,
    Resource,
    |object| {
        object
            .attribute("one", |model| &mut model.one)
            .computed()
            .replace();
        object
            .attribute("two", |model| &mut model.two)
            .optional_computed()
            .replace()
            .keep();
    },
    "resource kv_entry, attribute one: mark it as kept: a computed value is unknown as soon as \
     something else changes, so that every change would need a new resource"
);
refused!(
    replacing_inside_a_computed_object_that_is_not_kept_is_refused,
    Resource,
    |object| object
        .nested_list("replacing", |model| &mut model.replacing)
        .optional_computed(),
    "resource kv_entry, attribute replacing: mark it as kept: a computed value is unknown as soon \
     as something else changes, so that every change would need a new resource"
);
refused!(
    replacing_computed_blocks_is_refused,
    Resource,
    |object| object
        .block("inner", |model| &mut model.inner)
        .computed()
        .replace(),
    "resource kv_entry, attribute inner: computed blocks are unknown as soon as something else \
     changes, so that every change would need a new resource"
);
refused!(
    replacing_blocks_outside_of_a_resource_is_refused,
    Provider,
    |object| object.block("inner", |model| &mut model.inner).replace(),
    "provider kv_entry, attribute inner: only a resource can be replaced"
);
refused!(
    replacing_an_object_in_which_something_is_computed_and_not_kept_is_refused,
    Resource,
    |object| object
        .block("forgetful", |model| &mut model.forgetful)
        .replace(),
    "resource kv_entry, attribute forgetful.etag: mark it as kept: a computed value is unknown as \
     soon as something else changes, and a change of the attribute around it needs a new resource"
);
refused!(
    replacing_for_a_computed_value_in_a_block_that_is_not_kept_is_refused,
    Resource,
    |object| object.block("remade", |model| &mut model.remade),
    "resource kv_entry, attribute remade.etag: mark it as kept: a computed value is unknown as \
     soon as something else changes, so that every change would need a new resource"
);
refused!(
    two_rules_for_a_new_resource_are_refused,
    Resource,
    |object| object
        .attribute("two", |model| &mut model.two)
        .optional()
        .replace()
        .replace_if(|prior, planned| planned < prior),
    "resource kv_entry, attribute two: several rules say which change needs a new resource; keep \
     one"
);
refused!(
    replacing_for_a_configured_value_that_only_the_provider_sets_is_refused,
    Resource,
    |object| object
        .attribute("two", |model| &mut model.two)
        .computed()
        .replace_if_configured(),
    "resource kv_entry, attribute two: only the provider sets it, so it is never configured: \
     remove `replace_if_configured`"
);
refused!(
    planning_what_is_not_computed_is_refused,
    Resource,
    |object| object
        .attribute("two", |model| &mut model.two)
        .required()
        .plan(|change| change.planned),
    "resource kv_entry, attribute two: only a computed attribute can be planned: the \
     configuration decides every other one"
);
refused!(
    planning_a_data_source_is_refused,
    DataSource,
    |object| object
        .attribute("two", |model| &mut model.two)
        .computed()
        .plan(|change| change.planned),
    "data source kv_entry, attribute two: only a resource has a plan"
);
refused!(
    limits_that_nothing_meets_are_refused,
    Resource,
    |object| object
        .nested_list("marked", |model| &mut model.marked)
        .optional()
        .min_items(3)
        .max_items(2),
    "resource kv_entry, attribute marked: its minimum is larger than its maximum"
);
refused!(
    a_limit_of_nothing_is_refused,
    Resource,
    |object| object
        .nested_list("marked", |model| &mut model.marked)
        .optional()
        .max_items(0),
    "resource kv_entry, attribute marked: its maximum is 0, so it could never be set: remove it"
);
refused!(
    a_computed_block_that_is_required_is_refused,
    Resource,
    |object| object
        .block("inner", |model| &mut model.inner)
        .required()
        .computed(),
    "resource kv_entry, attribute inner: a computed block must not be required: the provider fills \
     in what the configuration leaves out"
);
refused!(
    a_least_number_of_computed_blocks_is_refused,
    Resource,
    |object| object
        .block_list("mark", |model| &mut model.marks)
        .computed()
        .min_items(1),
    "resource kv_entry, attribute mark: a computed block must not be required: the provider fills \
     in what the configuration leaves out"
);
refused!(
    a_default_outside_of_its_limits_is_refused,
    Resource,
    |object| object
        .nested_list("replacing", |model| &mut model.replacing)
        .default(Vec::new())
        .min_items(1),
    "resource kv_entry, attribute replacing: its check refuses its default: There must be at \
     least 1 element, but there is none. Add what is missing."
);
refused!(
    a_default_object_with_a_required_attribute_is_refused,
    Resource,
    |object| object
        .nested("inner", |model| &mut model.inner)
        .default_object(),
    "resource kv_entry, attribute inner: an object with a required attribute cannot have a default"
);
refused!(
    a_block_inside_a_nested_attribute_is_refused,
    Resource,
    |object| object.nested("outer", |model| &mut model.outer).optional(),
    "resource kv_entry, attribute outer.block: a nested attribute cannot contain a block"
);
refused!(
    a_computed_provider_attribute_is_refused,
    Provider,
    |object| object.attribute("one", |model| &mut model.one).computed(),
    "provider kv_entry, attribute one: the provider returns no values for this object, so it must \
     not have computed attributes or defaults"
);
refused!(
    replacing_a_data_source_is_refused,
    DataSource,
    |object| object
        .attribute("one", |model| &mut model.one)
        .required()
        .replace(),
    "data source kv_entry, attribute one: only a resource can be replaced"
);
refused!(
    write_only_outside_resources_is_refused,
    DataSource,
    |object| object
        .attribute("one", |model| &mut model.one)
        .optional()
        .write_only(),
    "data source kv_entry, attribute one: only a resource can have write-only attributes"
);
refused!(
    a_computed_block_where_nothing_is_planned_is_refused,
    DataSource,
    |object| object.block("inner", |model| &mut model.inner).computed(),
    "data source kv_entry, attribute inner: only a resource can have computed blocks"
);
refused!(
    an_identity_that_an_import_need_not_name_is_refused,
    Identity,
    |object| object.attribute("one", |model| &mut model.one).optional(),
    "identity of kv_entry: no attribute is required, so an import could leave all of them out: \
     mark one as required"
);
refused!(
    an_object_in_an_identity_is_refused,
    Identity,
    |object| {
        object.attribute("one", |model| &mut model.one).required();
        object.nested("inner", |model| &mut model.inner).optional();
    },
    "identity of kv_entry, attribute inner: an identity must consist of plain values and lists of \
     them"
);
refused!(
    a_secret_in_an_identity_is_refused,
    Identity,
    |object| object
        .attribute("one", |model| &mut model.one)
        .required()
        .sensitive(),
    "identity of kv_entry, attribute one: an attribute of an identity can only be marked as \
     required or optional"
);
refused!(
    a_default_where_nothing_is_returned_is_refused,
    Action,
    |object| object.attribute("one", |model| &mut model.one).default("x"),
    "action kv_entry, attribute one: the provider returns no values for this object, so it must \
     not have computed attributes or defaults"
);

#[test]
fn what_is_configured_in_one_place_and_computed_in_another_has_its_checks() {
    model!(Shared, |object| {
        object
            .nested("one_checked", |model| &mut model.one_checked)
            .computed();
        object
            .nested_list("checked", |model| &mut model.checked)
            .default(vec![Checked { even: 4.into() }]);
    });
    assert_eq!(faults::<Shared>(Owner::Resource), [""; 0]);
}

#[test]
fn what_terraform_cannot_address_inside_a_set_is_refused() {
    model!(Faulty, |object| object
        .nested_set("marked", |model| &mut model.marked)
        .optional());
    assert_eq!(
        faults::<Faulty>(Owner::Resource),
        [
            "resource kv_entry, attribute marked.kept: nothing inside a set can be computed",
            "resource kv_entry, attribute marked.kept: nothing inside a set can require a \
             replacement or be kept; mark the set itself",
            "resource kv_entry, attribute marked.secret: nothing inside a set can be write-only",
        ]
    );
    model!(Blocks, |object| object
        .block_set("mark", |model| &mut model.marks));
    assert_eq!(
        faults::<Blocks>(Owner::Resource),
        [
            "resource kv_entry, attribute mark.kept: nothing inside a set can be computed",
            "resource kv_entry, attribute mark.kept: nothing inside a set can require a \
             replacement or be kept; mark the set itself",
            "resource kv_entry, attribute mark.secret: nothing inside a set can be write-only",
        ]
    );
}
