//! Relations, read for a whole level of records at once.

use super::list;
use crate::answer::Refusal;
use crate::context::{Context, Halt};
use crate::exec::{RelationItem, Selection, Values, arguments};
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::pin::Pin;
use syncline_backend::{Access, List, Row, Scope};
use syncline_core::model::{Operation, Relation};
use syncline_core::page::Direction;
use syncline_core::predicate::Filter;
use syncline_core::{Key, Model, ModelId};

/// A page of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Row>,
    pub(crate) next: Option<String>,
    pub(crate) started_at: Option<i64>,
}

/// What lies behind the relations of a selection: one link for each relation selected of a record, in order; for a
/// connection, one for each time its records are selected.
#[derive(Debug, Default)]
pub(crate) struct Related(pub(crate) Vec<Link>);

impl Related {
    /// Nothing.
    pub(crate) const NONE: &'static Related = &Related(Vec::new());
}

/// What lies behind one relation.
#[derive(Debug)]
pub(crate) enum Link {
    /// At most one record for each value of `own`.
    One { own: Own, rows: HashMap<Key, Row>, related: Related },
    /// A page of records for each value of `own`.
    Many { own: Own, pages: HashMap<Key, Page>, related: Related },
    /// What lies behind the records of a connection.
    Items(Related),
    /// The caller may not see it, or its arguments do not fit.
    Refused(Refusal),
}

/// The fields of a record that name the other side.
#[derive(Debug)]
pub(crate) struct Own(Vec<usize>);

impl Own {
    /// Their values; `None` if one is null, which relates to nothing.
    pub(crate) fn key(&self, row: &Row) -> Option<Key> {
        let values: Vec<_> = self.0.iter().map(|&field| row.record[field].clone()).collect();
        (!values.iter().any(syncline_core::Value::is_null)).then_some(Key(values))
    }
}

type Loading<'a> = Pin<Box<dyn Future<Output = Result<Related, Halt>> + Send + 'a>>;

/// Reads what the records of a page relate to.
pub(crate) fn related_of_page<'a>(
    ctx: &'a Context<'a>,
    model: ModelId,
    selection: &'a Selection,
    page: &'a Page,
) -> Loading<'a> {
    related_of_connection(ctx, model, selection, page.rows.iter().collect())
}

fn related_of_connection<'a>(
    ctx: &'a Context<'a>,
    model: ModelId,
    selection: &'a Selection,
    rows: Vec<&'a Row>,
) -> Loading<'a> {
    Box::pin(async move {
        let mut links = Vec::new();
        for records in selection.records() {
            links.push(Link::Items(related(ctx, model, records, rows.clone()).await?));
        }
        Ok(Related(links))
    })
}

/// Reads what `rows` relate to, as far as `selection` asks for it.
pub(crate) fn related<'a>(
    ctx: &'a Context<'a>,
    model: ModelId,
    selection: &'a Selection,
    rows: Vec<&'a Row>,
) -> Loading<'a> {
    Box::pin(async move {
        let ir = ctx.service.api.models.model(model);
        let mut links = Vec::new();
        for (_, item) in selection.relations() {
            let link = match link(ctx, ir, item, &rows).await {
                Ok(link) => link,
                Err(Halt::Field(refusal)) => Link::Refused(refusal),
                Err(store) => return Err(store),
            };
            links.push(link);
        }
        Ok(Related(links))
    })
}

async fn link(ctx: &Context<'_>, model: &Model, item: &RelationItem, rows: &[&Row]) -> Result<Link, Halt> {
    let relation = &model.relations[item.relation];
    let target = ctx.service.api.models.model(item.target);
    let operation = if item.many { Operation::List } else { Operation::Get };
    let rights = ctx.may(target, operation, &item.name, &model.name)?;
    if item.many {
        return many(ctx, relation, item, rows, rights).await;
    }
    let own = by_key(relation, target);
    let fields = own.clone().unwrap_or_else(|| relation.fields.clone());
    let own_fields = Own(fields);
    let keys: BTreeSet<Key> = rows.iter().filter_map(|row| own_fields.key(row)).collect();
    let keys: Vec<Key> = keys.into_iter().collect();
    let scope = Scope::new(rights, Filter::all());
    let mut found = HashMap::with_capacity(keys.len());
    if own.is_some() {
        ctx.count(keys.len())?;
        let rows = ctx.service.backend.get(&scope, item.target, &keys).await?;
        found.extend(keys.into_iter().zip(rows).filter_map(|(key, row)| Some((key, row?))));
    } else {
        for key in keys {
            let list = List {
                model: item.target,
                access: Access::Fields { fields: relation.target_fields.clone(), values: key.0.clone() },
                direction: Direction::Ascending,
                after: None,
                limit: 1,
            };
            ctx.count(1)?;
            let mut page = ctx.service.backend.list(&scope, &list).await?;
            found.extend(page.rows.pop().map(|row| (key, row)));
        }
    }
    let below = related(ctx, item.target, &item.selection, found.values().collect()).await?;
    Ok(Link::One { own: own_fields, rows: found, related: below })
}

/// This side's fields in the order of the target's key, if they are its key.
fn by_key(relation: &Relation, target: &Model) -> Option<Vec<usize>> {
    if relation.target_fields.len() != target.key.len() {
        return None;
    }
    let own = |key: &usize| {
        let place = relation.target_fields.iter().position(|field| field == key)?;
        relation.fields.get(place).copied()
    };
    target.key.iter().map(own).collect()
}

async fn many(
    ctx: &Context<'_>,
    relation: &Relation,
    item: &RelationItem,
    rows: &[&Row],
    rights: Filter,
) -> Result<Link, Halt> {
    let values: Values = arguments(&ctx.service.api, &item.arguments, ctx.variables)?;
    let own = Own(relation.fields.clone());
    let mut pages = HashMap::new();
    for key in rows.iter().filter_map(|row| own.key(row)) {
        if pages.contains_key(&key) {
            continue;
        }
        ctx.count(1)?;
        let access = Access::Fields { fields: relation.target_fields.clone(), values: key.0.clone() };
        let page = list::page(ctx, item.target, access, rights.clone(), &item.name, &values).await?;
        pages.insert(key, page);
    }
    let all = pages.values().flat_map(|page: &Page| &page.rows).collect();
    let related = related_of_connection(ctx, item.target, &item.selection, all).await?;
    Ok(Link::Many { own, pages, related })
}
