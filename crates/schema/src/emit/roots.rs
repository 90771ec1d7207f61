//! Queries, mutations and subscriptions.

use super::inputs::owner_fields;
use super::keys;
use super::type_names;
use super::writer::Writer;
use syncline_core::Schema;
use syncline_core::model::{Allow, Model, Operation};

/// The root types.
pub(crate) fn roots(schema: &Schema, out: &mut Writer) {
    let models = || schema.models().iter();
    let queries =
        models().flat_map(|model| queries(model)).chain(models().flat_map(|model| index_queries(model)));
    out.block("type", "Query", queries.collect::<Vec<_>>());
    out.block("type", "Mutation", models().flat_map(|model| mutations(model)).collect::<Vec<_>>());
    out.block("type", "Subscription", models().flat_map(|model| subscriptions(model)).collect::<Vec<_>>());
}

const PAGE: &str = "limit: Int, nextToken: String";

fn queries(model: &Model) -> [String; 3] {
    let names = &model.names;
    let filter = type_names::filter(&names.upper);
    let connection = type_names::connection(&names.upper);
    let mut list = keys::list_arguments(model);
    let keyed = !list.is_empty();
    list.push(format!("filter: {filter}, {PAGE}"));
    if keyed {
        list.push("sortDirection: ModelSortDirection".to_owned());
    }
    [
        format!("{}({}): {}", names.get, keys::get_arguments(model), model.name),
        format!("{}({}): {connection}", names.list, list.join(", ")),
        format!("{}(filter: {filter}, {PAGE}, lastSync: AWSTimestamp): {connection}", names.sync),
    ]
}

fn index_queries(model: &Model) -> Vec<String> {
    let upper = &model.names.upper;
    let filter = type_names::filter(upper);
    let connection = type_names::connection(upper);
    let queried = model.indexes.iter().filter_map(|index| Some((index, index.query.as_ref()?)));
    let lines = queried.map(|(index, query)| {
        let keys = keys::index_arguments(model, &index.name, &index.fields).join(", ");
        format!("{query}({keys}, sortDirection: ModelSortDirection, filter: {filter}, {PAGE}): {connection}")
    });
    lines.collect()
}

fn mutations(model: &Model) -> [String; 3] {
    let names = &model.names;
    let condition = type_names::condition(&names.upper);
    [("Create", &names.create), ("Update", &names.update), ("Delete", &names.delete)].map(|(kind, name)| {
        let input = type_names::input(kind, &names.upper);
        format!("{name}(input: {input}!, condition: {condition}): {}", model.name)
    })
}

fn subscriptions(model: &Model) -> [String; 3] {
    let names = &model.names;
    let filter = type_names::subscription_filter(&names.upper);
    let owners: String = listening_owners(model).iter().map(|owner| format!(", {owner}: String")).collect();
    let pairs = [
        (&names.on_create, &names.create),
        (&names.on_update, &names.update),
        (&names.on_delete, &names.delete),
    ];
    pairs.map(|(name, mutation)| {
        format!(
            "{name}(filter: {filter}{owners}): {} @aws_subscribe(mutations: [\"{mutation}\"])",
            model.name
        )
    })
}

/// The single owner fields whose rules allow to listen.
fn listening_owners(model: &Model) -> Vec<&str> {
    let single = |owner: &&str| model.field(owner).is_some_and(|place| !model.fields[place].is_list());
    let listens = |owner: &&str| {
        model.auth.iter().any(|rule| {
            rule.allow == Allow::Owner
                && rule.owner_field.as_deref() == Some(owner)
                && rule.operations.contains(&Operation::Listen)
        })
    };
    owner_fields(model).into_iter().filter(single).filter(listens).collect()
}
