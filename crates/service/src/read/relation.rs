//! Relations, read for a whole level of records at once.

use super::args::sort_condition;
use super::terms::Terms;
use crate::answer::Refusal;
use crate::context::{Context, Halt};
use crate::exec::{RelationItem, Selection, Values, arguments};
use crate::render::Written;
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::pin::Pin;
use syncline_backend::{Access, List, ListPage, Row, Scope};
use syncline_core::model::{KeyCondition, Operation, Relation};
use syncline_core::page::Direction;
use syncline_core::predicate::Filter;
use syncline_core::{Key, Model, ModelId, Value};

/// A page of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Row>,
    /// The records as JSON, instead of `rows`.
    pub(crate) written: Option<Written>,
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
    /// A page of records for each value of `own`, or why there is none.
    Many { own: Own, pages: HashMap<Key, Result<Page, Refusal>>, related: Related },
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
        (!values.iter().any(Value::is_null)).then_some(Key(values))
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
        return many(ctx, model, item, rows, rights).await;
    }
    let reach = Reach::one(relation, target);
    let keys: BTreeSet<Key> = rows.iter().filter_map(|row| reach.own.key(row)).collect();
    let keys: Vec<Key> = keys.into_iter().collect();
    let scope = Scope::new(rights, Filter::all());
    let mut found = HashMap::with_capacity(keys.len());
    if keys.is_empty() {
        // Nothing to ask for.
    } else if reach.by == By::Key {
        ctx.count(keys.len())?;
        for keys in keys.chunks(TOGETHER) {
            let rows = ctx.service.backend.get(&scope, item.target, keys).await?;
            ctx.weigh(rows.iter().flatten())?;
            found.extend(keys.iter().zip(rows).filter_map(|(key, row)| Some((key.clone(), row?))));
        }
    } else {
        let list = |key: &Key| List {
            model: item.target,
            access: reach.access(relation, key, None),
            direction: Direction::Ascending,
            after: None,
            limit: 1,
        };
        let lists: Vec<List> = keys.iter().map(list).collect();
        let pages = list_each(ctx, &scope, &lists).await?;
        let first = |(key, page): (Key, ListPage)| Some((key, page.rows.into_iter().next()?));
        found.extend(keys.into_iter().zip(pages).filter_map(first));
    }
    let below = related(ctx, item.target, &item.selection, found.values().collect()).await?;
    Ok(Link::One { own: reach.own, rows: found, related: below })
}

/// The records that are read by key before they are weighed: each may be as large as a request.
const TOGETHER: usize = 256;

/// How the other side of a relation is looked up.
struct Reach {
    own: Own,
    by: By,
}

/// What the other side's fields are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The first fields of its key.
    Key,
    /// The first fields of that index.
    Index(usize),
    /// Fields of their own.
    Fields,
}

impl Reach {
    /// To one record: by its whole key if the relation names it.
    fn one(relation: &Relation, target: &Model) -> Reach {
        match in_order(relation, &target.key).filter(|own| own.len() == target.key.len()) {
            Some(own) => Reach { own: Own(own), by: By::Key },
            None => Reach::fields(relation),
        }
    }

    /// To many: by the index that the relation reads, or the first fields of the key.
    fn many(relation: &Relation, target: &Model) -> Reach {
        let (fields, by) = match relation.index.and_then(|place| Some((place, target.indexes.get(place)?))) {
            Some((place, index)) => (&index.fields, By::Index(place)),
            None => (&target.key, By::Key),
        };
        match in_order(relation, fields) {
            Some(own) => Reach { own: Own(own), by },
            None => Reach::fields(relation),
        }
    }

    /// The fields of the index or key that the relation leaves open.
    fn rest<'m>(&self, target: &'m Model) -> &'m [usize] {
        let fields: &[usize] = match self.by {
            By::Key => &target.key,
            By::Index(index) => target.indexes.get(index).map_or(&[], |index| &index.fields),
            By::Fields => &[],
        };
        fields.get(self.own.0.len()..).unwrap_or(&[])
    }

    fn fields(relation: &Relation) -> Reach {
        Reach { own: Own(relation.fields.clone()), by: By::Fields }
    }

    /// The records on the other side of those with this key here.
    fn access(&self, relation: &Relation, key: &Key, sort: Option<KeyCondition>) -> Access {
        let equal = key.0.clone();
        match self.by {
            By::Key => Access::Key { equal, sort },
            By::Index(index) => Access::Index { index, equal, sort },
            By::Fields => Access::Fields { fields: relation.target_fields.clone(), values: equal },
        }
    }
}

/// This side's fields in the order of `fields`, if the relation names the first of them and no others.
fn in_order(relation: &Relation, fields: &[usize]) -> Option<Vec<usize>> {
    let own = |field: &usize| {
        let place = relation.target_fields.iter().position(|other| other == field)?;
        relation.fields.get(place).copied()
    };
    fields.get(..relation.target_fields.len())?.iter().map(own).collect()
}

/// A page of each list, counted.
async fn list_each(ctx: &Context<'_>, scope: &Scope, lists: &[List]) -> Result<Vec<ListPage>, Halt> {
    if lists.is_empty() {
        return Ok(Vec::new());
    }
    ctx.count(lists.len())?;
    let pages = ctx.service.backend.list_each(scope, lists, ctx.allowance()).await?;
    ctx.count(pages.iter().map(|page| page.rows.len()).sum())?;
    ctx.weigh(pages.iter().flat_map(|page| &page.rows))?;
    if pages.len() < lists.len() {
        return Err(ctx.too_large().into());
    }
    Ok(pages)
}

async fn many(
    ctx: &Context<'_>,
    model: &Model,
    item: &RelationItem,
    rows: &[&Row],
    rights: Filter,
) -> Result<Link, Halt> {
    let relation = &model.relations[item.relation];
    let target = ctx.service.api.models.model(item.target);
    let values: Values = arguments(&ctx.service.api, &item.arguments, ctx.variables)?;
    let terms = Terms::new(ctx, item.target, format!("{}.{}", model.name, item.name), &values)?;
    let reach = Reach::many(relation, target);
    let keys: BTreeSet<Key> = rows.iter().filter_map(|row| reach.own.key(row)).collect();
    let mut pages = HashMap::with_capacity(keys.len());
    let (mut asked, mut lists) = (Vec::new(), Vec::new());
    let sort = sort_condition(target, reach.rest(target), &values)?;
    for key in keys {
        match terms.list(ctx, reach.access(relation, &key, sort.clone())) {
            Ok(list) => {
                lists.push(list);
                asked.push(key);
            }
            // A token is of one record's list: the others' are refused, each for itself.
            Err(refusal) => {
                pages.insert(key, Err(refusal));
            }
        }
    }
    let found = list_each(ctx, &Scope::new(rights, terms.request.clone()), &lists).await?;
    for ((key, list), found) in asked.into_iter().zip(&lists).zip(found) {
        pages.insert(key, Ok(terms.page(ctx, &list.access, found)));
    }
    let all = pages.values().flatten().flat_map(|page: &Page| &page.rows).collect();
    let related = related_of_connection(ctx, item.target, &item.selection, all).await?;
    Ok(Link::Many { own: reach.own, pages, related })
}
