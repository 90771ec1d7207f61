//! Mutations.

use super::selection::{select, select_with_parents};
use super::{Style, alias, condition_variable, input_variable};
use syncline_core::record::MutationOp;
use syncline_core::{Model, Schema};

/// A document of `count` mutations of one kind. [`alias`], [`input_variable`] and [`condition_variable`] name its
/// parts.
#[must_use]
pub fn mutation(schema: &Schema, model: &Model, op: MutationOp, count: usize, style: Style) -> String {
    let upper = &model.names.upper;
    let (verb, field) = match op {
        MutationOp::Create => ("Create", &model.names.create),
        MutationOp::Update => ("Update", &model.names.update),
        MutationOp::Delete => ("Delete", &model.names.delete),
    };
    let selection =
        if style.nested_keys { select_with_parents(schema, model, style) } else { select(model, style) };
    let mut variables = Vec::with_capacity(2 * count);
    let mut fields = Vec::with_capacity(count);
    // A fragment, so that the text does not grow with what is selected.
    let selected = if count == 1 { selection.clone() } else { "...Selected".to_owned() };
    for place in 0..count {
        let input = input_variable(place);
        variables.push(format!("${input}: {verb}{upper}Input!"));
        let mut arguments = format!("input: ${input}");
        if style.condition {
            let condition = condition_variable(place);
            variables.push(format!("${condition}: Model{upper}ConditionInput"));
            arguments.push_str(&format!(", condition: ${condition}"));
        }
        fields.push(format!("{}: {field}({arguments}) {{ {selected} }}", alias(place)));
    }
    let fragment = if count == 1 {
        String::new()
    } else {
        format!(" fragment Selected on {} {{ {selection} }}", model.name)
    };
    format!("mutation {verb}{upper}({}) {{ {} }}{fragment}", variables.join(", "), fields.join(" "))
}
