//! `get<Model>`.

use super::{Related, key_argument, related};
use crate::context::{Context, Halt};
use crate::exec::{RootField, Values};
use syncline_backend::{Row, Scope};
use syncline_core::ModelId;
use syncline_core::model::Operation;
use syncline_core::predicate::Filter;

/// The record with a key, also if it is a tombstone; `None` if there is none.
pub(crate) async fn get(
    ctx: &Context<'_>,
    root: &RootField,
    model: ModelId,
    values: &Values,
) -> Result<(Option<Row>, Related), Halt> {
    let ir = ctx.service.api.models.model(model);
    let rights = ctx.may(ir, Operation::Get, &root.name, "Query")?;
    let key = key_argument(ir, values)?;
    let scope = Scope::new(rights, Filter::all());
    let row = ctx.service.backend.get(&scope, model, std::slice::from_ref(&key)).await?.pop().flatten();
    ctx.count(1)?;
    let related = related(ctx, model, &root.selection, row.iter().collect()).await?;
    Ok((row, related))
}
