//! Queries, mutations and subscriptions.

use super::inputs::owner_fields;
use super::writer::Writer;
use super::{Api, keys, stems, type_names};
use std::collections::HashSet;
use syncline_core::model::{Allow, Model, Operation, RootField, RootKind};

/// The root types. A further name of a root field gives way to one that the schema makes.
pub(crate) fn roots(api: &Api<'_>, out: &mut Writer) {
    let models = api.schema.models();
    let own = models.iter().flat_map(|model| model.roots()).map(|root| root.name.clone());
    let indexes = models.iter().flat_map(|model| &model.indexes).filter_map(|index| index.query.clone());
    let mut taken: HashSet<String> = own.chain(indexes).collect();
    let mut lines = [Vec::new(), Vec::new(), Vec::new()];
    for model in models {
        let usual = model.roots().len();
        for (nth, (root, stem)) in stems::of_model(model, api.extent).into_iter().enumerate() {
            if nth < usual || taken.insert(root.name.clone()) {
                lines[place(root.kind)].push(line(model, &root, stem));
            }
        }
    }
    for model in models {
        lines[0].extend(index_queries(model));
    }
    for (name, lines) in ["Query", "Mutation", "Subscription"].into_iter().zip(lines) {
        if !lines.is_empty() {
            out.block("type", name, lines);
        }
    }
}

fn place(kind: RootKind) -> usize {
    if kind.follows().is_some() { 2 } else { usize::from(kind.is_mutation()) }
}

const PAGE: &str = "limit: Int, nextToken: String";

fn line(model: &Model, root: &RootField, stem: &str) -> String {
    let (name, ty) = (&root.name, &model.name);
    let filter = type_names::filter(stem);
    let connection = type_names::connection(&model.names.upper);
    let mutation = |kind: &str| {
        let (input, condition) = (type_names::input(kind, stem), type_names::condition(stem));
        format!("{name}(input: {input}!, condition: {condition}): {ty}")
    };
    match root.kind {
        RootKind::Get => format!("{name}({}): {ty}", keys::get_arguments(model)),
        RootKind::List => {
            let mut list = keys::list_arguments(model);
            let keyed = !list.is_empty();
            list.push(format!("filter: {filter}, {PAGE}"));
            if keyed {
                list.push("sortDirection: ModelSortDirection".to_owned());
            }
            format!("{name}({}): {connection}", list.join(", "))
        }
        RootKind::Sync => format!("{name}(filter: {filter}, {PAGE}, lastSync: AWSTimestamp): {connection}"),
        RootKind::Create => mutation("Create"),
        RootKind::Update => mutation("Update"),
        RootKind::Delete => mutation("Delete"),
        RootKind::OnCreate => subscription(model, name, stem, &model.names.create),
        RootKind::OnUpdate => subscription(model, name, stem, &model.names.update),
        RootKind::OnDelete => subscription(model, name, stem, &model.names.delete),
    }
}

fn subscription(model: &Model, name: &str, stem: &str, mutation: &str) -> String {
    let filter = type_names::subscription_filter(stem);
    // Where everybody may listen, nobody has to say who they are.
    let owners = if model.open_subscriptions { Vec::new() } else { listening_owners(model) };
    let owners: String = owners.iter().map(|owner| format!(", {owner}: String")).collect();
    let ty = &model.name;
    format!("{name}(filter: {filter}{owners}): {ty} @aws_subscribe(mutations: [\"{mutation}\"])")
}

fn index_queries(model: &Model) -> Vec<String> {
    // The transformer names these types by the declared name.
    let filter = type_names::filter(&model.name);
    let connection = type_names::connection(&model.name);
    let queried = model.indexes.iter().filter_map(|index| Some((index, index.query.as_ref()?)));
    let lines = queried.map(|(index, query)| {
        let keys = keys::index_arguments(model, &index.name, &index.fields).join(", ");
        format!("{query}({keys}, sortDirection: ModelSortDirection, filter: {filter}, {PAGE}): {connection}")
    });
    lines.collect()
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
