//! The requests a client in sync sends.

use crate::document::{Part, Style, alias, get, mutations, sync};
use crate::extension::RequestExtension;
use crate::raw::RawJson;
use crate::request::Request;
use crate::variables::{get_variables, mutation_variables, sync_variables, takes_condition};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashSet};
use syncline_core::record::{Entry, MutationOp};
use syncline_core::value::to_json;
use syncline_core::{Key, Model, Predicate, Schema};

/// How to speak to a server: what it has said of itself (SYNC §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect<'a> {
    /// Plain AppSync.
    AppSync,
    /// With the extension, as this author session.
    Syncline {
        /// The device's session.
        session: &'a str,
        /// The origin that its socket has named, if it has one: see [`RequestExtension::origin`].
        origin: Option<&'a str>,
    },
}

impl Dialect<'_> {
    /// Whether the extension is spoken.
    #[must_use]
    pub fn is_negotiated(self) -> bool {
        matches!(self, Dialect::Syncline { .. })
    }

    fn style(self) -> Style {
        if self.is_negotiated() { Style::syncline() } else { Style::appsync() }
    }
}

/// A page of a sync, in words of the client.
#[derive(Clone, Copy, Debug)]
pub struct PageQuery<'a> {
    /// The model.
    pub model: &'a Model,
    /// The sync expression.
    pub expression: &'a Predicate,
    /// Since when, in ms; `None` for everything.
    pub last_sync: Option<i64>,
    /// Where the page before ended.
    pub token: Option<&'a str>,
    /// The most records.
    pub limit: usize,
}

/// The request of a page.
#[must_use]
pub fn page_request(query: PageQuery<'_>) -> Request {
    let filter = (*query.expression != Predicate::All).then_some(query.expression);
    let variables = sync_variables(query.limit, query.token, query.last_sync, filter);
    request(sync(query.model, Style::syncline()), &variables)
}

/// How the mutations of a document hang together. Only a negotiated server knows the difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    /// Each stands for itself.
    Apart,
    /// Each is tried only if those before it on which it depends have succeeded (SYNC 2.4).
    StopOnDependency,
    /// All of them are applied or none (SYNC 2.5).
    Atomic,
}

/// The request of a batch, for a server that takes `most` bytes of mutations.
#[must_use]
pub fn batch_request(
    schema: &Schema,
    entries: &[Entry],
    dialect: Dialect<'_>,
    together: Together,
    most: usize,
) -> Request {
    let part = |entry: &Entry| Part {
        model: schema.model(entry.model),
        op: entry.op,
        condition: takes_condition(entry),
    };
    let parts: Vec<Part<'_>> = entries.iter().map(part).collect();
    let document = mutations(schema, &parts, dialect.style());
    let variables = mutation_variables(schema, entries, dialect.is_negotiated());
    let mut request = request(document, &variables);
    if let Dialect::Syncline { session, origin } = dialect {
        let ids = entries.iter().enumerate().map(|(place, entry)| (alias(place), entry.id.clone()));
        request.extension = Some(RequestExtension {
            session: Some(session.to_owned()),
            origin: origin.map(str::to_owned),
            mutations: ids.collect(),
            atomic: together == Together::Atomic,
            stop_on_dependency: together == Together::StopOnDependency && entries.len() > 1,
            bases: bases(schema, entries, most.saturating_sub(request.variables.as_str().len())),
            ..RequestExtension::default()
        });
    }
    request
}

/// What the changed fields of updates were before, as far as the device was shown it, for the server to merge with (SYNC 1.6):
/// its own log may no longer reach back that far, and knows nothing of what was changed twice on the device.
///
/// Those that it can merge without as a rule go only while there is `room` for them, in bytes: a text that is nearly as long
/// as a request may be can still be changed.
fn bases(schema: &Schema, entries: &[Entry], mut room: usize) -> BTreeMap<String, BTreeMap<String, Json>> {
    let mut records = HashSet::new();
    let mut bases: BTreeMap<String, BTreeMap<String, Json>> = BTreeMap::new();
    let mut others = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let follows = !records.insert((entry.model, &entry.key));
        if entry.op != MutationOp::Update {
            continue;
        }
        let fields = &schema.model(entry.model).fields;
        for change in entry.patch.0.iter().filter(|change| !change.base.is_unreadable()) {
            let (field, base) = (&fields[change.field], to_json(&change.base));
            let bytes = base.to_string().len() + field.name.len() + EACH_BASE;
            // Of what follows on the same record, the version that it names is the one that the record will have if nobody
            // else comes between: the log knows nothing of it.
            if follows || field.merges_by_difference() {
                room = room.saturating_sub(bytes);
                bases.entry(alias(place)).or_default().insert(field.name.clone(), base);
            } else {
                others.push((place, &field.name, base, bytes));
            }
        }
    }
    for (place, name, base, bytes) in others {
        if let Some(left) = room.checked_sub(bytes) {
            room = left;
            bases.entry(alias(place)).or_default().insert(name.clone(), base);
        }
    }
    bases
}

/// What a base takes besides its name and itself, in bytes: quotes, a colon, a comma, and now and then an alias.
const EACH_BASE: usize = 16;

/// The request for one record.
#[must_use]
pub fn get_request(model: &Model, key: &Key) -> Request {
    request(get(model, Style::syncline()), &get_variables(key))
}

/// The smallest request there is: its answer says whether the server speaks the extension.
#[must_use]
pub fn probe_request() -> Request {
    request("query Probe { __typename }".to_owned(), &NONE)
}

/// No variables.
const NONE: BTreeMap<&str, ()> = BTreeMap::new();

pub(super) fn request(query: String, variables: &impl Serialize) -> Request {
    // Names and values can always be written.
    let variables = RawJson::of(variables).unwrap_or_else(|_| RawJson::null());
    Request { query, operation_name: None, variables, extension: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schema;
    use serde_json::json;
    use syncline_core::Value;
    use syncline_core::predicate::Op;
    use syncline_core::record::{EntryState, FieldChange, Patch};

    /// The `extensions` of a batch of updates of posts, each with these changes: field, base and value.
    fn extensions(
        op: MutationOp,
        entries: &[&[(&str, Value, Value)]],
        dialect: Dialect<'_>,
        most: usize,
    ) -> Json {
        let schema = schema();
        let post = schema.by_name("Post").unwrap();
        let change = |(name, base, value): &(&str, Value, Value)| FieldChange {
            field: post.field(name).unwrap(),
            base: base.clone(),
            value: value.clone(),
        };
        let entry = |(place, changes): (usize, &&[(&str, Value, Value)])| Entry {
            seq: 1,
            id: format!("id{place}"),
            model: post.id,
            key: Key::id(format!("p{place}")),
            op,
            patch: Patch(changes.iter().map(change).collect()),
            base_version: Some(1),
            condition: None,
            group: None,
            state: EntryState::Sent,
        };
        let entries: Vec<Entry> = entries.iter().enumerate().map(entry).collect();
        let request = batch_request(&schema, &entries, dialect, Together::Apart, most);
        let body: Json = serde_json::from_str(&request.to_json()).unwrap();
        body["extensions"]["syncline"].clone()
    }

    /// Several models and operations in one document: what it says, and how its parts hang together.
    #[test]
    fn a_document_of_different_mutations() {
        let schema = schema();
        let entry = |name: &str, op, key: Key, value: &str, base_version| {
            let model = schema.by_name(name).unwrap();
            let field =
                model.fields.iter().position(|field| field.name == "title" || field.name == "content");
            let change =
                FieldChange { field: field.unwrap(), base: Value::from("was"), value: Value::from(value) };
            Entry {
                seq: 1,
                id: format!("id-{value}"),
                model: model.id,
                key,
                op,
                patch: Patch(if op == MutationOp::Delete { vec![] } else { vec![change] }),
                base_version,
                condition: (op == MutationOp::Delete)
                    .then(|| Predicate::compare("title", Op::Eq(Value::from("x")))),
                group: Some(1),
                state: EntryState::Sent,
            }
        };
        let entries = [
            entry("Post", MutationOp::Create, Key::id("p"), "made", None),
            entry("Comment", MutationOp::Create, Key::id("c"), "said", None),
            entry("Post", MutationOp::Update, Key::id("p"), "changed", Some(1)),
            entry("Post", MutationOp::Delete, Key::id("q"), "gone", Some(4)),
        ];
        let syncline = Dialect::Syncline { session: "s", origin: Some("o") };
        let mut text = String::new();
        for (name, dialect, together) in [
            ("as a whole", syncline, Together::Atomic),
            ("stopping", syncline, Together::StopOnDependency),
            ("apart", syncline, Together::Apart),
            ("to AppSync", Dialect::AppSync, Together::Apart),
        ] {
            let request = batch_request(&schema, &entries, dialect, together, usize::MAX);
            let body: Json = serde_json::from_str(&request.to_json()).unwrap();
            let shown = serde_json::to_string_pretty(&body["extensions"]).unwrap();
            if together != Together::StopOnDependency && name != "apart" {
                let variables = serde_json::to_string_pretty(&body["variables"]).unwrap();
                text.push_str(&format!("# {name}\n{}\n{variables}\n", body["query"].as_str().unwrap()));
            }
            text.push_str(&format!("{shown}\n\n"));
        }
        insta::assert_snapshot!(text);
    }

    #[test]
    fn updates_say_what_fields_were_before() {
        let list = |items: &[&str]| Value::List(items.iter().map(|item| Value::from(*item)).collect());
        let hidden = ("title", Value::text("\0"), Value::from("new"));
        let title = || ("title", Value::from("old"), Value::from("new"));
        let tags = || ("tags", list(&["a"]), list(&["a", "b"]));
        let marks = ("marks", Value::Null, Value::List(vec![Value::Int(1)]));
        let syncline = Dialect::Syncline { session: "s", origin: Some("o") };
        let said = extensions(
            MutationOp::Update,
            &[&[title(), tags(), marks], &[title()], &[hidden]],
            syncline,
            usize::MAX,
        );
        let ids = json!({ "m0": "id0", "m1": "id1", "m2": "id2" });
        assert_eq!(said["mutations"], ids);
        let first = json!({ "title": "old", "tags": ["a"], "marks": null });
        assert_eq!(said["bases"], json!({ "m0": first, "m1": { "title": "old" } }));
        assert_eq!(extensions(MutationOp::Create, &[&[tags()]], syncline, usize::MAX).get("bases"), None);
        assert_eq!(extensions(MutationOp::Update, &[&[tags()]], Dialect::AppSync, usize::MAX), Json::Null);
        // Nearly as much as the server takes: what the log knows as a rule stays behind, and what nobody else knows goes.
        let long = || ("title", Value::from("x".repeat(500)), Value::from("y".repeat(500)));
        for (most, title) in [(2_000, true), (1_000, false), (0, false)] {
            let said = extensions(MutationOp::Update, &[&[long(), tags()]], syncline, most);
            assert_eq!(said["bases"]["m0"].get("title").is_some(), title, "{most}");
            assert_eq!(said["bases"]["m0"]["tags"], json!(["a"]), "{most}");
        }
        // What must go has its room first, whatever the order of the fields.
        let many = || ("tags", list(&["t"; 200]), list(&["u"]));
        let said = extensions(MutationOp::Update, &[&[long(), many()]], syncline, 1_500);
        assert_eq!(said["bases"]["m0"].get("title"), None);
        assert_eq!(said["bases"]["m0"]["tags"].as_array().unwrap().len(), 200);
    }
}
