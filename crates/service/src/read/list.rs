//! `list<Models>` and the queries of indexes.

use super::args::{sort_argument, sort_condition};
use super::terms::Terms;
use super::{Page, Related, related_of_page, stored_value};
use crate::answer::{Refusal, invalid, refused};
use crate::context::{Context, Halt};
use crate::exec::{RootField, Values};
use syncline_backend::{Access, Scope};
use syncline_core::model::Operation;
use syncline_core::predicate::Filter;
use syncline_core::{Model, ModelId};
use syncline_protocol::ErrorType;

/// A page of a model's records.
pub(crate) async fn list(
    ctx: &Context<'_>,
    root: &RootField,
    model: ModelId,
    values: &Values,
) -> Result<(Page, Related), Halt> {
    let ir = ctx.service.api.models.model(model);
    let rights = ctx.may(ir, Operation::List, &root.name, "Query")?;
    let access = key_access(ir, values)?;
    read(ctx, root, model, access, rights, values).await
}

/// A page of the records with a value in an index.
pub(crate) async fn index(
    ctx: &Context<'_>,
    root: &RootField,
    (model, index): (ModelId, usize),
    values: &Values,
) -> Result<(Page, Related), Halt> {
    let ir = ctx.service.api.models.model(model);
    let rights = ctx.may(ir, Operation::List, &root.name, "Query")?;
    let (hash, sort) = split(&ir.indexes[index].fields);
    let given = hash.and_then(|place| values.get(&ir.fields[place].name).map(|json| (place, json)));
    let Some((place, json)) = given else {
        return Err(invalid(format!("{} needs a value for its first argument.", root.name)).into());
    };
    sortable(sort, values)?;
    let access = Access::Index {
        index,
        equal: vec![stored_value(&ir.fields[place], json)?],
        sort: sort_condition(ir, sort, values)?,
    };
    read(ctx, root, model, access, rights, values).await
}

/// A page of what `access` goes through, and what lies behind its relations.
async fn read(
    ctx: &Context<'_>,
    root: &RootField,
    model: ModelId,
    access: Access,
    rights: Filter,
    values: &Values,
) -> Result<(Page, Related), Halt> {
    let terms = Terms::new(ctx, model, root.name.clone(), values)?;
    let list = terms.list(ctx, access)?;
    let scope = Scope::new(rights, terms.request.clone());
    let found = ctx.service.backend.list(&scope, &list).await?;
    ctx.count(found.rows.len())?;
    ctx.weigh(&found.rows)?;
    let page = terms.page(ctx, &list.access, found);
    let related = related_of_page(ctx, model, &root.selection, &page).await?;
    Ok((page, related))
}

fn split(fields: &[usize]) -> (Option<usize>, &[usize]) {
    match fields.split_first() {
        Some((hash, sort)) => (Some(*hash), sort),
        None => (None, &[]),
    }
}

fn given(values: &Values, name: &str) -> bool {
    values.get(name).is_some_and(|json| !json.is_null())
}

/// Refuses `sortDirection` where there is nothing to sort by, as the transformer's resolvers do.
fn sortable(sort: &[usize], values: &Values) -> Result<(), Refusal> {
    if sort.is_empty() && given(values, "sortDirection") {
        let message = "sortDirection is not supported for List operations without a Sort key defined.";
        return Err(refused(ErrorType::InvalidArguments, message));
    }
    Ok(())
}

/// The arguments of a list that narrow it by the key, which only models with a key of their own have.
fn key_access(model: &Model, values: &Values) -> Result<Access, Refusal> {
    let (Some(place), sort) = split(&model.key) else { return Ok(Access::All) };
    if !model.custom_key {
        return Ok(Access::All);
    }
    sortable(sort, values)?;
    let hash = &model.fields[place];
    if let Some(json) = values.get(&hash.name).filter(|json| !json.is_null()) {
        return Ok(Access::Key {
            equal: vec![stored_value(hash, json)?],
            sort: sort_condition(model, sort, values)?,
        });
    }
    let missing = |message: String| Err(refused(ErrorType::InvalidArguments, message));
    if given(values, "sortDirection") {
        return missing(format!(
            "When providing argument 'sortDirection' you must also provide argument '{}'.",
            hash.name
        ));
    }
    match sort_argument(model, sort).filter(|name| given(values, name)) {
        Some(name) if sort.len() == 1 => {
            missing(format!("When providing argument '{name}' you must also provide arguments {}", hash.name))
        }
        Some(name) => {
            missing(format!("When providing argument '{name}' you must also provide '{}'.", hash.name))
        }
        None => Ok(Access::All),
    }
}
