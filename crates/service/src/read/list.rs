//! `list<Models>` and the queries of indexes.

use super::args::{direction, filter, limit, sort_argument, sort_condition};
use super::{Page, Related, related_of_page, stored_value};
use crate::answer::{Refusal, bad_request, invalid, refused};
use crate::context::{Context, Halt};
use crate::exec::{RootField, Values};
use crate::fingerprint::{fingerprint, list_cursor, query_hash, read_list_cursor};
use serde_json::Value as Json;
use syncline_backend::{Access, List, Scope};
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
    let page = page(ctx, model, access, rights, &root.name, values).await?;
    let related = related_of_page(ctx, model, &root.selection, &page).await?;
    Ok((page, related))
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
    let access = Access::Index {
        index,
        hash: stored_value(&ir.fields[place], json)?,
        sort: sort_condition(ir, sort, values)?,
    };
    let page = page(ctx, model, access, rights, &root.name, values).await?;
    let related = related_of_page(ctx, model, &root.selection, &page).await?;
    Ok((page, related))
}

fn split(fields: &[usize]) -> (Option<usize>, &[usize]) {
    match fields.split_first() {
        Some((hash, sort)) => (Some(*hash), sort),
        None => (None, &[]),
    }
}

/// The arguments of a list that narrow it by the key, which only models with a key of their own have.
fn key_access(model: &Model, values: &Values) -> Result<Access, Refusal> {
    let (hash, sort) = split(&model.key);
    let hash = hash.filter(|_| model.custom_key);
    let given = hash.and_then(|place| {
        let json = values.get(&model.fields[place].name).filter(|json| !json.is_null())?;
        Some((place, json))
    });
    if let Some((place, json)) = given {
        return Ok(Access::Key {
            hash: stored_value(&model.fields[place], json)?,
            sort: sort_condition(model, sort, values)?,
        });
    }
    let given = |name: &str| values.get(name).is_some_and(|json| !json.is_null());
    let sorts = sort_argument(model, sort).is_some_and(|name| given(&name));
    if let Some(place) = hash
        && (given("sortDirection") || sorts)
    {
        return Err(refused(
            ErrorType::InvalidArguments,
            format!(
                "sortDirection and conditions on the sort key need a value for '{}'.",
                model.fields[place].name
            ),
        ));
    }
    Ok(Access::All)
}

/// A page of what `access` goes through. `name` is the field's, which its tokens are bound to.
pub(super) async fn page(
    ctx: &Context<'_>,
    model: ModelId,
    access: Access,
    rights: Filter,
    name: &str,
    values: &Values,
) -> Result<Page, Halt> {
    let ir = ctx.service.api.models.model(model);
    let (predicate, request) = filter(ctx, ir, values, "filter")?;
    let direction = direction(values);
    let query =
        query_hash(name, &format!("{access:?} {direction:?}"), &fingerprint(ir, ctx.caller, &predicate));
    let after = match values.get("nextToken").and_then(Json::as_str) {
        None => None,
        Some(token) => {
            let cursor = ctx.service.tokens.open(&query, token)?;
            let cursor = read_list_cursor(&cursor);
            Some(cursor.ok_or_else(|| bad_request("nextToken cannot be read."))?)
        }
    };
    let list = List { model, access, direction, after, limit: limit(ctx, values)? };
    let page = ctx.service.backend.list(&Scope::new(rights, request), &list).await?;
    ctx.count(page.rows.len())?;
    ctx.weigh(&page.rows)?;
    let next = page.next.map(|cursor| ctx.service.tokens.seal(&query, &list_cursor(&cursor)));
    Ok(Page { rows: page.rows, next, started_at: None })
}
