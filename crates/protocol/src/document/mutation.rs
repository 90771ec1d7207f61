//! Mutations.

use super::selection::{select, select_with_parents};
use super::{Style, alias, condition_variable, input_variable};
use syncline_core::record::MutationOp;
use syncline_core::{Model, Schema};

/// One mutation of a document.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The model.
    pub model: &'a Model,
    /// What it does.
    pub op: MutationOp,
    /// Whether it takes a condition.
    pub condition: bool,
}

/// A document of `count` mutations of one kind. [`alias`], [`input_variable`] and [`condition_variable`] name its
/// parts.
#[must_use]
pub fn mutation(schema: &Schema, model: &Model, op: MutationOp, count: usize, style: Style) -> String {
    mutations(schema, &vec![Part { model, op, condition: style.condition }; count], style)
}

/// A document of mutations of any kind, in this order. [`alias`], [`input_variable`] and [`condition_variable`] name its
/// parts.
#[must_use]
pub fn mutations(schema: &Schema, parts: &[Part<'_>], style: Style) -> String {
    let of_one_model = parts.windows(2).all(|pair| pair[0].model.id == pair[1].model.id);
    let of_one_kind = of_one_model && parts.windows(2).all(|pair| pair[0].op == pair[1].op);
    let mut variables = Vec::with_capacity(2 * parts.len());
    let mut fields = Vec::with_capacity(parts.len());
    let mut fragments: Vec<(&Model, String)> = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let model = part.model;
        let (verb, field) = names(part);
        let input = input_variable(place);
        variables.push(format!("${input}: {verb}{}Input!", model.names.upper));
        let mut arguments = format!("input: ${input}");
        if part.condition {
            let condition = condition_variable(place);
            variables.push(format!("${condition}: Model{}ConditionInput", model.names.upper));
            arguments.push_str(&format!(", condition: ${condition}"));
        }
        // A fragment, so that the text does not grow with what is selected.
        let selected = match fragments.iter().find(|(known, _)| known.id == model.id) {
            _ if parts.len() == 1 => selection(schema, model, style),
            Some((_, name)) => format!("...{name}"),
            None => {
                let name =
                    if of_one_model { "Selected".to_owned() } else { format!("Selected{}", model.name) };
                fragments.push((model, name.clone()));
                format!("...{name}")
            }
        };
        fields.push(format!("{}: {field}({arguments}) {{ {selected} }}", alias(place)));
    }
    let name = match parts.first() {
        Some(part) if of_one_kind => format!("{}{}", names(part).0, part.model.names.upper),
        _ => "Mixed".to_owned(),
    };
    let mut document = format!("mutation {name}({}) {{ {} }}", variables.join(", "), fields.join(" "));
    for (model, name) in fragments {
        let selection = selection(schema, model, style);
        document.push_str(&format!(" fragment {name} on {} {{ {selection} }}", model.name));
    }
    document
}

/// The verb in the input's type, and the field.
fn names<'a>(part: &Part<'a>) -> (&'static str, &'a str) {
    let names = &part.model.names;
    match part.op {
        MutationOp::Create => ("Create", &names.create),
        MutationOp::Update => ("Update", &names.update),
        MutationOp::Delete => ("Delete", &names.delete),
    }
}

fn selection(schema: &Schema, model: &Model, style: Style) -> String {
    if style.nested_keys { select_with_parents(schema, model, style) } else { select(model, style) }
}
