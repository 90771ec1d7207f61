//! The names of generated types.

use crate::lower::names::upper;

/// Types that every API has.
pub(crate) const FIXED: &[&str] = &[
    "Query",
    "Mutation",
    "Subscription",
    "ModelStringInput",
    "ModelIDInput",
    "ModelIntInput",
    "ModelFloatInput",
    "ModelBooleanInput",
    "ModelSubscriptionStringInput",
    "ModelSubscriptionIDInput",
    "ModelSubscriptionIntInput",
    "ModelSubscriptionFloatInput",
    "ModelSubscriptionBooleanInput",
    "ModelSizeInput",
    "ModelAttributeTypes",
    "ModelSortDirection",
    "ModelStringKeyConditionInput",
    "ModelIDKeyConditionInput",
    "ModelIntKeyConditionInput",
    "ModelFloatKeyConditionInput",
];

pub(crate) fn connection(upper: &str) -> String {
    format!("Model{upper}Connection")
}

pub(crate) fn filter(upper: &str) -> String {
    format!("Model{upper}FilterInput")
}

pub(crate) fn condition(upper: &str) -> String {
    format!("Model{upper}ConditionInput")
}

pub(crate) fn subscription_filter(upper: &str) -> String {
    format!("ModelSubscription{upper}FilterInput")
}

/// The input of an operation (`Create`, `Update` or `Delete`).
pub(crate) fn input(operation: &str, upper: &str) -> String {
    format!("{operation}{upper}Input")
}

/// The input that a custom type is in mutations.
pub(crate) fn of_custom(name: &str) -> String {
    format!("{}Input", upper(name))
}

/// The operators on an enum and on a list of it.
pub(crate) fn of_enum(name: &str) -> [String; 2] {
    [format!("Model{name}Input"), format!("Model{name}ListInput")]
}

/// The condition on a composite sort key, and its value. An index may have letters in its name that a type may not.
pub(crate) fn of_composite(upper: &str, index: &str) -> [String; 2] {
    let index: String = index.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    [
        format!("Model{upper}{index}CompositeKeyConditionInput"),
        format!("Model{upper}{index}CompositeKeyInput"),
    ]
}

/// Everything that belongs to one model, but for its composite keys.
pub(crate) fn of_model(upper: &str) -> [String; 7] {
    [
        connection(upper),
        filter(upper),
        condition(upper),
        subscription_filter(upper),
        input("Create", upper),
        input("Update", upper),
        input("Delete", upper),
    ]
}
