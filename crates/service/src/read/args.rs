//! Arguments of queries: values, keys, conditions on keys, filters.

use crate::answer::{Refusal, bad_request, invalid, refused};
use crate::context::Context;
use crate::exec::Values;
use serde_json::Value as Json;
use syncline_core::model::KeyCondition;
use syncline_core::page::Direction;
use syncline_core::predicate::{Filter, from_json};
use syncline_core::scalar::{canonical, check_field};
use syncline_core::value;
use syncline_core::{Field, Key, Model, Predicate, Value};
use syncline_protocol::ErrorType;

/// A value for a field, from an argument that has the field's GraphQL type.
///
/// # Errors
/// If the field does not accept it.
pub(crate) fn stored_value(field: &Field, json: &Json) -> Result<Value, Refusal> {
    // Coercion has seen to it that nothing arrives here that is not of the field's GraphQL type.
    let value = value::from_json(field, json)
        .ok_or_else(|| invalid(format!("{}: expected a value of {}", field.name, field.type_name())))?;
    let value = canonical(field, value);
    check_field(field, &value).map_err(|error| invalid(error.to_string()))?;
    Ok(value)
}

/// A value to compare a field's with. Conditions on keys take any text for a date, an address or an enum, of which they
/// compare the bytes.
fn operand(field: &Field, json: &Json) -> Result<Value, Refusal> {
    let value = value::from_json(field, json).filter(|value| !value.is_null());
    let value =
        value.ok_or_else(|| invalid(format!("{}: expected a value of {}", field.name, field.type_name())))?;
    Ok(canonical(field, value))
}

/// The key in `values`, which holds a value for each key field.
///
/// # Errors
/// If a value is missing or not accepted.
pub(crate) fn key_argument(model: &Model, values: &Values) -> Result<Key, Refusal> {
    let value = |&place: &usize| {
        let field = &model.fields[place];
        let json = values.get(&field.name).filter(|json| !json.is_null());
        let json = json.ok_or_else(|| {
            invalid(format!("The key of {} needs a value for '{}'.", model.name, field.name))
        })?;
        key_value(field, json)
    };
    model.key.iter().map(value).collect::<Result<_, _>>().map(Key)
}

/// The longest text in a key or an index, in bytes: DynamoDB's bound. Page tokens hold such values.
const LONGEST_KEY: usize = 2_048;

/// A value of a key.
fn key_value(field: &Field, json: &Json) -> Result<Value, Refusal> {
    let value = stored_value(field, json)?;
    check_key_text(field, &value, "a key")?;
    Ok(value)
}

/// Text that is part of a key or an index (`of`) may not be empty and not be long, as DynamoDB has it.
///
/// # Errors
/// Which of the two it is.
pub(crate) fn check_key_text(field: &Field, value: &Value, of: &str) -> Result<(), Refusal> {
    let Some(text) = value.as_text() else { return Ok(()) };
    let wrong = match text.len() {
        0 => "its value may not be empty".to_owned(),
        bytes if bytes > LONGEST_KEY => {
            format!("its value may have {LONGEST_KEY} bytes, this one has {bytes}")
        }
        _ => return Ok(()),
    };
    let instead = if of == "a key" { "." } else { "; leave it out or set it to null." };
    Err(invalid(format!("'{}' is part of {of}: {wrong}{instead}", field.name)))
}

/// The predicate in the argument called `name`, as it was given and bound to the model.
///
/// # Errors
/// What is wrong with it, and where.
pub(crate) fn filter(
    ctx: &Context<'_>,
    model: &Model,
    values: &Values,
    name: &str,
) -> Result<(Predicate, Filter), Refusal> {
    predicate(ctx, model, values.get(name), name)
}

/// The same of `json`, which is the argument called `name`.
///
/// # Errors
/// What is wrong with it, and where.
pub(crate) fn predicate(
    ctx: &Context<'_>,
    model: &Model,
    json: Option<&Json>,
    name: &str,
) -> Result<(Predicate, Filter), Refusal> {
    let Some(json) = json.filter(|json| !json.is_null()) else {
        return Ok((Predicate::All, Filter::all()));
    };
    let most = ctx.service.config.limits.max_filter_bytes;
    let size = json.to_string().len();
    if size > most {
        return Err(invalid(format!("The {name} has {size} bytes of JSON; at most {most} are allowed.")));
    }
    let predicate = from_json(json).map_err(|error| invalid(error.to_string()))?;
    let bound = predicate.bind_as_stored(model).map_err(|error| invalid(format!("{name}.{error}")))?;
    Ok((predicate, bound))
}

/// `sortDirection`.
pub(super) fn direction(values: &Values) -> Direction {
    match values.get("sortDirection").and_then(Json::as_str) {
        Some("DESC") => Direction::Descending,
        _ => Direction::Ascending,
    }
}

/// The most records to return: `limit`, cut down to what is allowed.
///
/// # Errors
/// If it is below 1.
pub(super) fn limit(ctx: &Context<'_>, values: &Values) -> Result<usize, Refusal> {
    let limits = &ctx.service.config.limits;
    let most = if ctx.negotiated { limits.max_negotiated_page } else { limits.max_page };
    match values.get("limit").and_then(Json::as_i64) {
        None => Ok(limits.default_page.min(most)),
        Some(asked) => match usize::try_from(asked) {
            Ok(asked) if asked > 0 => Ok(asked.min(most)),
            _ => Err(bad_request(format!("limit must be at least 1; it is {asked}."))),
        },
    }
}

/// The name of the argument that holds a condition on these sort fields: a single field's own name, several joined in
/// lower camel case.
pub(super) fn sort_argument(model: &Model, fields: &[usize]) -> Option<String> {
    let (first, rest) = fields.split_first()?;
    let mut name = model.fields[*first].name.clone();
    for field in rest {
        let mut chars = model.fields[*field].name.chars();
        name.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(chars.as_str());
    }
    Some(name)
}

/// The condition on the sort part of a key: `{op: value}`, with objects for values if there are several fields.
///
/// # Errors
/// If there are several operators, or a value does not fit.
pub(super) fn sort_condition(
    model: &Model,
    fields: &[usize],
    values: &Values,
) -> Result<Option<KeyCondition>, Refusal> {
    let Some(name) = sort_argument(model, fields) else { return Ok(None) };
    let Some(Json::Object(given)) = values.get(&name) else { return Ok(None) };
    let mut given = given.iter().filter(|(_, value)| !value.is_null());
    let Some((operator, value)) = given.next() else { return Ok(None) };
    let invalid = |message: String| refused(ErrorType::InvalidArguments, message);
    if given.next().is_some() {
        return Err(invalid(format!("Argument {name} must specify at most one key condition operation.")));
    }
    let one = |value: &Json| sort_values(model, fields, &format!("{name}.{operator}"), value);
    let end = |place: usize, value: &Json| {
        sort_values(model, fields, &format!("{name}.{operator}[{place}]"), value)
    };
    let condition = match (operator.as_str(), value) {
        ("eq", value) => KeyCondition::Eq(one(value)?),
        ("lt", value) => KeyCondition::Lt(one(value)?),
        ("le", value) => KeyCondition::Le(one(value)?),
        ("gt", value) => KeyCondition::Gt(one(value)?),
        ("ge", value) => KeyCondition::Ge(one(value)?),
        ("beginsWith", value) => KeyCondition::BeginsWith(one(value)?),
        ("between", Json::Array(ends)) => match ends.as_slice() {
            [low, high] => KeyCondition::Between(end(0, low)?, end(1, high)?),
            _ => {
                let message = format!("Argument '{name}.between' expects exactly two elements.");
                return Err(invalid(message));
            }
        },
        (other, _) => return Err(invalid(format!("{name} has no operator '{other}'."))),
    };
    Ok(Some(condition))
}

/// The values of the sort fields: as many as are given, without a gap. `name` says where they are.
fn sort_values(model: &Model, fields: &[usize], name: &str, json: &Json) -> Result<Vec<Value>, Refusal> {
    let invalid = |message: String| Err(refused(ErrorType::InvalidArguments, message));
    if json.is_null() {
        return invalid(format!("'{name}' needs a value."));
    }
    let value = |place: usize, json: &Json| operand(&model.fields[place], json);
    if let [only] = fields {
        return Ok(vec![value(*only, json)?]);
    }
    let given: Vec<Option<&Json>> = fields
        .iter()
        .map(|&place| json.get(&model.fields[place].name).filter(|json| !json.is_null()))
        .collect();
    let count = given.iter().take_while(|json| json.is_some()).count();
    let field = |place: usize| &model.fields[fields[place]].name;
    if let Some(beyond) = (count..given.len()).find(|place| given[*place].is_some()) {
        return invalid(format!(
            "When providing argument '{name}.{}' you must also provide '{name}.{}'.",
            field(beyond),
            field(beyond - 1)
        ));
    }
    if count == 0 {
        return invalid(format!("'{name}' needs a value for '{}' at least.", field(0)));
    }
    fields.iter().zip(given).filter_map(|(&place, json)| Some(value(place, json?))).collect()
}
